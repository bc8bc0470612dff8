"""Documents of sales orders: one is made with its lines in one mutation, and found again by our key."""

from __future__ import annotations

CREATE = """
mutation ($company: Int!, $values: [Order_Input!]!) {
  useCompany(no: $company) {
    rows: order_create(values: $values) { affectedRows items { orderNo information6 } }
  }
}
"""
BY_KEY = """
query ($company: Int!, $key: String!, $first: Int!) {
  useCompany(no: $company) {
    rows: order(filter: {information6: {_eq: $key}}, orderBy: [{orderNo: ASC}], first: $first) {
      items { orderNo information6 joindown_OrderLine_via_Order(first: 1) { totalCount } }
    }
  }
}
"""
DELETE = """
mutation ($company: Int!, $filter: FilterExpression_Order!) {
  useCompany(no: $company) {
    rows: order_delete(filter: $filter) { affectedRows }
  }
}
"""
OF_DAYS = """
query ($company: Int!, $keys: String!, $from: Int!, $to: Int!, $after: Int!, $first: Int!) {
  useCompany(no: $company) {
    rows: order(
      filter: {_and: [
        {information6: {_like: $keys}}, {orderDate: {_gte: $from}}, {orderDate: {_lte: $to}}, {orderNo: {_gt: $after}}
      ]},
      orderBy: [{orderNo: ASC}], first: $first
    ) {
      pageInfo { hasNextPage }
      items { orderNo information6 orderPreferences invoiceDate }
    }
  }
}
"""
CURRENCIES = """
query ($company: Int!, $first: Int!) {
  useCompany(no: $company) {
    rows: currency(orderBy: [{currencyNo: ASC}], first: $first) { items { currencyNo isoCode } }
  }
}
"""
