"""Documents of organisational units: `<unit>` is the table, `<Unit>` its type, `<block>` the column that blocks."""

from __future__ import annotations

_ROW = """
fragment Row on <Unit> { number: <unit>No name changedTimestamp <block> }
"""
PAGE = (
    """
query ($company: Int!, $filter: FilterExpression_<Unit>, $first: Int!) {
  useCompany(no: $company) {
    rows: <unit>(filter: $filter, orderBy: [{<unit>No: ASC}], first: $first) {
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
mutation ($company: Int!, $values: [<Unit>_Input!]!) {
  useCompany(no: $company) {
    rows: <unit>_create(values: $values) { affectedRows items { ...Row } }
  }
}
"""
    + _ROW
)
UPDATE = (
    """
mutation ($company: Int!, $filters: [FilterExpression_<Unit>]!, $values: [<Unit>_Input!]!) {
  useCompany(no: $company) {
    rows: <unit>_update(filters: $filters, values: $values) { affectedRows items { ...Row } }
  }
}
"""
    + _ROW
)
