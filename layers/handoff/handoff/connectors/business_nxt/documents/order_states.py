"""Documents of how far orders have come: their lines, and what is booked of their invoices."""

from __future__ import annotations

PARTS = """
query (
  $company: Int!, $first: Int!, $heads: Boolean!, $lines: Boolean!, $booked: Boolean!,
  $headsFilter: FilterExpression_Order, $linesFilter: FilterExpression_OrderLine,
  $bookedFilter: FilterExpression_CustomerTransaction
) {
  useCompany(no: $company) {
    heads: order(filter: $headsFilter, orderBy: [{orderNo: ASC}], first: $first) @include(if: $heads) {
      pageInfo { hasNextPage }
      items { orderNo orderPreferences }
    }
    lines: orderLine(
      filter: $linesFilter, orderBy: [{orderNo: ASC}, {lineNo: ASC}], first: $first
    ) @include(if: $lines) {
      pageInfo { hasNextPage }
      items { orderNo lineNo quantity priceInCurrency discountPercent1 unrealisedQuantity invoiceNo }
    }
    booked: customerTransaction(
      filter: $bookedFilter, orderBy: [{voucherJournalNo: ASC}, {auditNo: ASC}], first: $first
    ) @include(if: $booked) {
      pageInfo { hasNextPage }
      items {
        voucherJournalNo auditNo orderNo invoiceNo voucherDate
        amountDomestic outstandingAmountDomestic creditedAmountDomestic paidLast
      }
    }
  }
}
"""
TOUCHED = """
query ($company: Int!, $first: Int!, $filter: FilterExpression_CustomerTransaction) {
  useCompany(no: $company) {
    rows: customerTransaction(
      filter: $filter, orderBy: [{voucherJournalNo: ASC}, {auditNo: ASC}], first: $first
    ) {
      pageInfo { hasNextPage }
      items { voucherJournalNo auditNo orderNo changedTimestamp }
    }
  }
}
"""
