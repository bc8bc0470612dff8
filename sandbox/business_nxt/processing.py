"""Orders on their way: finished, then invoiced.

Documented: a normal order must be finished before it is invoiced, a direct one is meant to be invoiced straight away;
the invoice's number then stands on the lines; a credit note names the invoice it refers to; without `approval` a
printout is a trial and books nothing. ASSUMED: bits of `orderStatus1` and `orderPreferences`, the terms of payment, the
number on a trial print.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sandbox.business_nxt import assumed
from sandbox.business_nxt.columns import Row
from sandbox.business_nxt.company import Company, day_number, day_of
from sandbox.business_nxt.failures import CannotSave
from sandbox.business_nxt.posting import Books, Posting
from sandbox.business_nxt.tables import ORG_UNITS

DIRECT, QUOTATION, SALES = 2, 5, 1
TRIAL = "0"


@dataclass(frozen=True)
class Document:
    """A printed invoice or credit note."""

    name: str
    content: bytes

    def shown(self) -> dict[str, object]:
        """The document as a report's result has it."""
        return {"name": self.name, "content": base64.b64encode(self.content).decode(), "attachments": []}


class Orders:
    """Processes orders under one user's name."""

    def __init__(self, company: Company, user: str) -> None:
        self._company = company
        self._user = user

    def finish(self, order: Row) -> None:
        """Finishes all lines. Raises `CannotSave`."""
        lines = self._open_lines(order)
        today = self._company.today()
        for line in lines:
            self._change("orderLine", line, finished=line["quantity"], finishDate=today)
        status = order["orderStatus1"] | assumed.FINISHED_BIT
        self._change("order", order, orderStatus1=status, finishDate=today)

    def invoice(self, order: Row, *, approval: bool = True) -> Document:
        """Invoices all lines that are not; without approval only prints them. Raises `CannotSave`."""
        lines = self._open_lines(order)
        direct = order["orderType"] == DIRECT and not self._company.options.direct_needs_finish
        if not direct and not order["orderStatus1"] & assumed.FINISHED_BIT:
            raise CannotSave(f"Order {order['orderNo']} is not finished and cannot be invoiced.")
        number = self._book(order, lines) if approval else TRIAL
        words = "\n".join(f"{line['quantity']} {line['description']} {line['amountDomestic']}" for line in lines)
        return Document(f"{number}.pdf", f"%PDF-1.4\n% {number} {order['name']}\n{words}\n%%EOF\n".encode())

    def _book(self, order: Row, lines: Sequence[Row]) -> str:
        company = self._company
        sign = -1 if order["orderPreferences"] & assumed.CREDIT_NOTE_BIT else 1
        net = sum((line["amountDomestic"] for line in lines), Decimal(0)) * sign
        revenue = [
            Posting(assumed.REVENUE, -sign * line["amountDomestic"], self._dimensions(line), line["description"][:60])
            for line in lines
        ]
        day = company.today()
        due = order["dueDate"] or self._due(order, day)
        books = Books(company, self._user)
        row = books.invoice(order["customerNo"], net, revenue, day=day, due=due, order_no=order["orderNo"])
        number: str = row["invoiceNo"]
        for line in lines:
            done = {"finished": line["quantity"], "finishDate": line["finishDate"] or day, "unrealisedQuantity": 0}
            self._change("orderLine", line, **done, invoiceNo=number)
        status = order["orderStatus1"] | assumed.FINISHED_BIT | assumed.INVOICED_BIT
        total = order["invoicedAmountTotalDomestic"] + net
        values = {"invoiceDate": day, "dueDate": due, "invoicedAmountTotalDomestic": total}
        self._change("order", order, orderStatus1=status, finishDate=order["finishDate"] or day, **values)
        if sign < 0 and order["invoiceReference"]:
            credited = -row["amountDomestic"]
            books.match(books.invoice_row(order["invoiceReference"]), credited, day)
            books.match(row, -credited, day)
        return number

    def _open_lines(self, order: Row) -> list[Row]:
        lines = self._company.rows("orderLine").where("orderNo", order["orderNo"])
        left = [line for line in lines if not line["invoiceNo"]]
        if order["transactionType"] != SALES or order["orderType"] == QUOTATION:
            raise CannotSave(f"Order {order['orderNo']} is no sales order.")
        if not left:
            raise CannotSave(f"Order {order['orderNo']} has no lines to process.")
        if order["invoiceReference"]:
            Books(self._company, self._user).invoice_row(order["invoiceReference"])
        return left

    def _due(self, order: Row, day: int) -> int:
        terms = self._company.rows("paymentTerms").get(order["paymentTerms"])
        days = terms["noOfDays"] if terms is not None else assumed.PAYMENT_DAYS
        start = day_of(day)
        return day_number(start + timedelta(days=days)) if start is not None else 0

    @staticmethod
    def _dimensions(line: Row) -> dict[str, int | str]:
        return {unit: line[unit] for unit in ORG_UNITS}

    def _change(self, table: str, row: Row, **values: object) -> None:
        self._company.change(table, row, values, self._user)
