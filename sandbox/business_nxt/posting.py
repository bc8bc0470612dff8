"""What is booked in a company: customer, supplier and ledger transactions, open entries, payments.

Documented or seen: one invoice number has several rows, the invoice's positive and what settles it negative; an open
entry disappears when it is settled, but for those settled late, which stay until interest is calculated where the
company works so; income is negative in the ledger; supplier transactions and ledger rows carry dimensions.
ASSUMED: VAT, which accounts are posted on, the values of `paidStatus`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from sandbox.business_nxt import assumed
from sandbox.business_nxt.columns import Row
from sandbox.business_nxt.company import Company
from sandbox.business_nxt.failures import CannotSave
from sandbox.business_nxt.rules import CENT

OUTGOING, INCOMING, PAYMENTS = 1, 2, 3  # voucher series
SALE, PURCHASE, PAYMENT = 1, 2, 3  # voucherType


@dataclass(frozen=True)
class Posting:
    """A line of a voucher in the general ledger."""

    account: int
    amount: Decimal
    dimensions: Mapping[str, int | str] = field(default_factory=dict)
    text: str = ""


def vat_of(company: Company, customer_no: int, net: Decimal) -> Decimal:
    """Home VAT for customers at home, nothing for those abroad."""
    customers = company.rows("associate").where("customerNo", customer_no)
    at_home = bool(customers) and customers[0]["countryNo"] in (0, assumed.HOME_COUNTRY)
    return (net * assumed.VAT_PERCENT / 100).quantize(CENT, ROUND_HALF_UP) if at_home else Decimal("0.00")


class Books:
    """Books under one user's name. Days are numbers such as 20261005."""

    def __init__(self, company: Company, user: str) -> None:
        self._company = company
        self._user = user

    def invoice(
        self, customer_no: int, net: Decimal, revenue: Sequence[Posting], *, day: int, due: int, order_no: int = 0
    ) -> Row:
        """The transaction of a new invoice, of a credit note when the amount is negative, under the next number."""
        number = str(self._next_number(OUTGOING))
        gross = net + vat_of(self._company, customer_no, net)
        row = self._customer_row(
            SALE,
            invoiceNo=number,
            customerNo=customer_no,
            orderNo=order_no,
            voucherDate=day,
            dueDate=due,
            amountDomestic=gross,
            outstandingAmountDomestic=gross,
            paidStatus=assumed.OPEN,
        )
        self._open_entry(row)
        debit = Posting(assumed.RECEIVABLES, gross)
        vat = Posting(assumed.VAT_OUT, net - gross)
        self._ledger(row, [debit, vat, *revenue], customerNo=customer_no, orderNo=order_no, invoiceNo=number)
        return row

    def pay(self, invoice_no: str, amount: Decimal, day: int) -> Decimal:
        """Registers a payment of the invoice; what is still open on it. Raises `CannotSave`."""
        invoice = self.invoice_row(invoice_no)
        row = self._against(PAYMENT, invoice, amount, day)
        self._ledger(row, [Posting(assumed.BANK, amount), Posting(assumed.RECEIVABLES, -amount)])
        return self._settle(invoice, amount, day, {"paidLast": day})

    def credit(self, invoice_no: str, amount: Decimal, day: int) -> Decimal:
        """Credits so much of the invoice, under its own number; what is still open on it. Raises `CannotSave`."""
        invoice = self.invoice_row(invoice_no)
        row = self._against(SALE, invoice, amount, day)
        self._ledger(row, [Posting(assumed.RECEIVABLES, -amount), Posting(assumed.REVENUE, amount)])
        return self.match(invoice, amount, day)

    def match(self, invoice: Row, amount: Decimal, day: int) -> Decimal:
        """Sets a credit note against the invoice; what is still open on it."""
        credited = invoice["creditedAmountDomestic"] + amount
        return self._settle(invoice, amount, day, {"creditedAmountDomestic": credited})

    def supplier_invoice(
        self, supplier_no: int, net: Decimal, costs: Sequence[Posting], *, day: int, invoice_no: str, order_no: int = 0
    ) -> Row:
        """The transaction of a supplier's invoice with its costs; a negative amount is a credit note."""
        gross = net + (net * assumed.VAT_PERCENT / 100).quantize(CENT, ROUND_HALF_UP)
        values: Row = {
            **self._posted(INCOMING, PURCHASE),
            **(costs[0].dimensions if costs else {}),
            "supplierNo": supplier_no,
            "invoiceNo": invoice_no,
            "orderNo": order_no,
            "voucherDate": day,
            "dueDate": day,
            "amountDomestic": -gross,
            "outstandingAmountDomestic": -gross,
            "text": costs[0].text if costs else "",
        }
        row = self._company.add("supplierTransaction", values, self._user)
        lines = [Posting(assumed.PAYABLES, -gross), Posting(assumed.VAT_IN, gross - net), *costs]
        self._ledger(row, lines, supplierNo=supplier_no, orderNo=order_no, invoiceNo=invoice_no)
        return row

    def calculate_interest(self) -> int:
        """Takes away the open entries that were settled late; how many there were."""
        late = [row for row in self._company.rows("openCustomerEntry").all() if row["paidStatus"] == assumed.LATE]
        for row in late:
            self._company.remove("openCustomerEntry", row)
        return len(late)

    def invoice_row(self, invoice_no: str) -> Row:
        """The invoice's own row among those of its number. Raises `CannotSave`."""
        rows = self._company.rows("customerTransaction").where("invoiceNo", invoice_no)
        found = next((row for row in rows if row["voucherType"] == SALE), None)
        if found is None:
            raise CannotSave(f"There is no invoice {invoice_no}.")
        return found

    def _settle(self, invoice: Row, amount: Decimal, day: int, more: Row) -> Decimal:
        left: Decimal = invoice["outstandingAmountDomestic"] - amount
        settled, company = left <= 0, self._company
        late = settled and company.options.late_paid_stay and day > invoice["dueDate"]
        status = assumed.PARTLY if not settled else assumed.LATE if late else assumed.CLOSED
        values = {"outstandingAmountDomestic": left, "paidStatus": status}
        company.change("customerTransaction", invoice, {**values, **more}, self._user)
        entry = company.rows("openCustomerEntry").get(invoice["voucherJournalNo"], invoice["auditNo"])
        if entry is not None and (late or not settled):
            company.change("openCustomerEntry", entry, values, self._user)
        elif entry is not None:
            company.remove("openCustomerEntry", entry)
        return left

    def _against(self, kind: int, invoice: Row, amount: Decimal, day: int) -> Row:
        same = {name: invoice[name] for name in ("invoiceNo", "customerNo", "orderNo")}
        return self._customer_row(kind, **same, voucherDate=day, amountDomestic=-amount)

    def _customer_row(self, kind: int, **values: object) -> Row:
        posted = self._posted(OUTGOING if kind == SALE else PAYMENTS, kind)
        return self._company.add("customerTransaction", {**posted, **values}, self._user)

    def _open_entry(self, row: Row) -> None:
        names = (
            "voucherJournalNo auditNo customerNo invoiceNo orderNo voucherDate dueDate amountDomestic "
            "outstandingAmountDomestic paidStatus currencyNo"
        )
        self._company.add("openCustomerEntry", {name: row[name] for name in names.split()}, self._user)

    def _ledger(self, source: Row, postings: Sequence[Posting], **shared: object) -> None:
        day = source["voucherDate"]
        rows = self._company.rows("generalLedgerTransaction")
        for posting in postings:
            values = {
                **{name: source[name] for name in ("voucherJournalNo", "voucherNo", "voucherType", "voucherDate")},
                **posting.dimensions,
                **shared,
                "auditNo": rows.next_number("auditNo", 1),
                "year": day // 10_000,
                "period": day // 100 % 100,
                "accountNo": posting.account,
                "postedAmountDomestic": posting.amount,
                "text": posting.text,
            }
            self._company.add("generalLedgerTransaction", values, self._user)

    def _posted(self, series: int, kind: int) -> Row:
        both = [self._company.rows(name) for name in ("customerTransaction", "supplierTransaction")]
        journal = max(rows.next_number("voucherJournalNo", 1) for rows in both)
        audit = max(rows.next_number("auditNo", 1) for rows in both)
        return {
            "voucherJournalNo": journal,
            "auditNo": audit,
            "voucherNo": self._next_number(series),
            "voucherType": kind,
        }

    def _next_number(self, series: int) -> int:
        row = self._company.rows("voucherSeries").get(series)
        if row is None:
            raise CannotSave(f"There is no voucher series {series}.")
        number: int = row["nextVoucherNo"]
        self._company.change("voucherSeries", row, {"nextVoucherNo": number + 1}, self._user)
        return number
