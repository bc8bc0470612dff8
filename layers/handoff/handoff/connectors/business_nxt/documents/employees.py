"""Documents of employees, who are associates with an employee number; `<block>` is the column that blocks."""

from __future__ import annotations

_ROW = """
fragment Row on Associate { associateNo employeeNo name emailAddress changedTimestamp <block> }
"""
PAGE = (
    """
query ($company: Int!, $filter: FilterExpression_Associate, $first: Int!) {
  useCompany(no: $company) {
    rows: associate(filter: $filter, orderBy: [{associateNo: ASC}], first: $first) {
      pageInfo { hasNextPage }
      items { ...Row }
    }
  }
}
"""
    + _ROW
)
CREATE = (
    """
mutation ($company: Int!, $values: [Associate_Input!]!) {
  useCompany(no: $company) {
    rows: associate_create(values: $values) { affectedRows items { ...Row } }
  }
}
"""
    + _ROW
)
UPDATE = (
    """
mutation ($company: Int!, $filters: [FilterExpression_Associate]!, $values: [Associate_Input!]!) {
  useCompany(no: $company) {
    rows: associate_update(filters: $filters, values: $values) { affectedRows items { ...Row } }
  }
}
"""
    + _ROW
)
