"""Documents of posted costs: `<project>` is the column of the organisational unit that stands for projects."""

from __future__ import annotations

PAGE = """
query ($company: Int!, $filter: FilterExpression_GeneralLedgerTransaction, $first: Int!) {
  useCompany(no: $company) {
    rows: generalLedgerTransaction(
      filter: $filter, orderBy: [{voucherJournalNo: ASC}, {auditNo: ASC}], first: $first
    ) {
      pageInfo { hasNextPage }
      items {
        journal: voucherJournalNo audit: auditNo account: accountNo voucher: voucherNo type: voucherType
        day: voucherDate supplier: supplierNo amount: postedAmountDomestic project: <project>
        text invoice: invoiceNo changedTimestamp
      }
    }
  }
}
"""
SUPPLIERS = """
query ($company: Int!, $numbers: [Int]!, $first: Int!) {
  useCompany(no: $company) {
    rows: associate(filter: {supplierNo: {_in: $numbers}}, orderBy: [{associateNo: ASC}], first: $first) {
      pageInfo { hasNextPage }
      items { number: supplierNo name }
    }
  }
}
"""
