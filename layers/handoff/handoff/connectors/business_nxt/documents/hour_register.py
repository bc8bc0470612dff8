"""Documents of hours as free information: `<table>` is the table, `<Table>` its type, the others are columns of it."""

from __future__ import annotations

PAGE = """
query ($company: Int!, $filter: FilterExpression_<Table>, $first: Int!) {
  useCompany(no: $company) {
    rows: <table>(filter: $filter, orderBy: [{pk: ASC}], first: $first) {
      pageInfo { hasNextPage }
      items { pk posting: <posting> record: <record> hours: <hours> amount: <amount> order: <order> }
    }
  }
}
"""
CREATE = """
mutation ($company: Int!, $values: [<Table>_Input!]!) {
  useCompany(no: $company) {
    rows: <table>_create(values: $values) { affectedRows items { pk } }
  }
}
"""
UPDATE = """
mutation ($company: Int!, $filters: [FilterExpression_<Table>]!, $values: [<Table>_Input!]!) {
  useCompany(no: $company) {
    rows: <table>_update(filters: $filters, values: $values) { affectedRows }
  }
}
"""
DELETE = """
mutation ($company: Int!, $filter: FilterExpression_<Table>!) {
  useCompany(no: $company) {
    rows: <table>_delete(filter: $filter) { affectedRows }
  }
}
"""
COLUMNS = """
query ($company: Int!) {
  useCompany(no: $company) {
    rows: <table>(first: 1) {
      items {
        pk employee: <employee> day: <day> order: <order> project: <project> department: <department>
        hours: <hours> billable: <billable> rate: <rate> amount: <amount>
        record: <record> posting: <posting> work: <work> says: <says> currency: <currency>
      }
    }
  }
}
"""
