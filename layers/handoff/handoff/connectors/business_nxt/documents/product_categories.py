"""Documents of product categories; `<block>` is the column that blocks."""

from __future__ import annotations

_ROW = """
fragment Row on ProductCategory { productCategoryNo description changedTimestamp <block> }
"""
PAGE = (
    """
query ($company: Int!, $filter: FilterExpression_ProductCategory, $first: Int!) {
  useCompany(no: $company) {
    rows: productCategory(filter: $filter, orderBy: [{productCategoryNo: ASC}], first: $first) {
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
mutation ($company: Int!, $values: [ProductCategory_Input!]!) {
  useCompany(no: $company) {
    rows: productCategory_create(values: $values) { affectedRows items { ...Row } }
  }
}
"""
    + _ROW
)
UPDATE = (
    """
mutation ($company: Int!, $filters: [FilterExpression_ProductCategory]!, $values: [ProductCategory_Input!]!) {
  useCompany(no: $company) {
    rows: productCategory_update(filters: $filters, values: $values) { affectedRows items { ...Row } }
  }
}
"""
    + _ROW
)
