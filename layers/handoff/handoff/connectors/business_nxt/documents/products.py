"""Documents of products; `<block>` is the column that blocks."""

from __future__ import annotations

_ROW = """
fragment Row on Product { productNo description productCategoryNo1 changedTimestamp <block> }
"""
PAGE = (
    """
query ($company: Int!, $filter: FilterExpression_Product, $first: Int!) {
  useCompany(no: $company) {
    rows: product(filter: $filter, orderBy: [{productNo: ASC}], first: $first) {
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
mutation ($company: Int!, $values: [Product_Input!]!) {
  useCompany(no: $company) {
    rows: product_create(values: $values) { affectedRows items { ...Row } }
  }
}
"""
    + _ROW
)
UPDATE = (
    """
mutation ($company: Int!, $filters: [FilterExpression_Product]!, $values: [Product_Input!]!) {
  useCompany(no: $company) {
    rows: product_update(filters: $filters, values: $values) { affectedRows items { ...Row } }
  }
}
"""
    + _ROW
)
