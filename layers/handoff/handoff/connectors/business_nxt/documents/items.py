"""Documents of what lines of orders are billed on: products by their numbers, with the group that decides their VAT."""

from __future__ import annotations

_ITEM = """
fragment Item on Product { productNo taxAndAccountingGroup }
"""
BY_NUMBER = (
    """
query ($company: Int!, $numbers: [String], $first: Int!) {
  useCompany(no: $company) {
    rows: product(filter: {productNo: {_in: $numbers}}, orderBy: [{productNo: ASC}], first: $first) {
      items { ...Item }
    }
  }
}
"""
    + _ITEM
)
CREATE = (
    """
mutation ($company: Int!, $values: [Product_Input!]!) {
  useCompany(no: $company) {
    rows: product_create(values: $values) { affectedRows items { ...Item } }
  }
}
"""
    + _ITEM
)
