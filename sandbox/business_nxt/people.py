"""What people in Business NXT do while nobody calls the API: enter, edit, delete, invoice, pay, credit, book costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.business_nxt.columns import Row
from sandbox.business_nxt.company import Company, day_number
from sandbox.business_nxt.failures import CannotSave
from sandbox.business_nxt.posting import Books, Posting
from sandbox.business_nxt.processing import Orders
from sandbox.business_nxt.tables import ORG_UNITS, TABLES
from sandbox.business_nxt.writing import Writer

PERSON = "solbjorg.heidal"  # invented; stands in changedByUser
SOME_SUPPLIER, SOME_COST_ACCOUNT = 50_001, 4500


class People:
    """The hands of a company's own people. Everything raises `CannotSave` or `CannotAssign` when it cannot be done."""

    def __init__(self, company: Company, user: str = PERSON) -> None:
        self._company = company
        self._writer = Writer(company, user)
        self._books = Books(company, user)
        self._orders = Orders(company, user)

    def add(self, table: str, **fields: Any) -> Row:
        """A new row, entered field by field."""
        self._known(table, fields)
        return self._writer.add(table, fields)

    def edit(self, table: str, key: object, **changes: Any) -> Row:
        """A row with other values: a new text, another group, a line of an order changed by hand."""
        self._known(table, changes)
        return self._writer.change(table, self.row(table, key), changes)

    def block(self, table: str, key: object, *, group: int = 1, value: int = 1) -> Row:
        """Sets one of the group fields, by which a company says what is not to be transferred; 0 lifts it."""
        return self.edit(table, key, **{f"group{group}": value})

    def delete(self, table: str, key: object) -> None:
        """Deletes a row, an order with its lines."""
        self._writer.remove(table, self.row(table, key))

    def finish_order(self, order_no: int) -> None:
        """Finishes an order."""
        self._orders.finish(self.row("order", order_no))

    def invoice_order(self, order_no: int) -> str:
        """Finishes an order if need be, and invoices it; the invoice's number."""
        order = self.row("order", order_no)
        if not order["finishDate"]:
            self._orders.finish(order)
        return self._orders.invoice(order).name.removesuffix(".pdf")

    def pay(self, invoice_no: str, amount: Decimal | str | None = None, on: date | None = None) -> Decimal:
        """Registers a payment, of all that is open unless an amount is given; what is still open."""
        left = self._books.invoice_row(invoice_no)["outstandingAmountDomestic"]
        return self._books.pay(invoice_no, Decimal(amount) if amount is not None else left, self._day(on))

    def credit(self, invoice_no: str, amount: Decimal | str | None = None, on: date | None = None) -> Decimal:
        """Credits an invoice, all that is open unless an amount is given; what is still open."""
        left = self._books.invoice_row(invoice_no)["outstandingAmountDomestic"]
        return self._books.credit(invoice_no, Decimal(amount) if amount is not None else left, self._day(on))

    def book_supplier_invoice(
        self,
        *,
        net: Decimal | str = "1250.00",
        supplier_no: int = SOME_SUPPLIER,
        account: int = SOME_COST_ACCOUNT,
        dimensions: Mapping[str, int | str] | None = None,
        text: str = "Underleverandør",
        invoice_no: str = "L-1",
        order_no: int = 0,
        on: date | None = None,
    ) -> Row:
        """Books a supplier's invoice, say on `dimensions={"orgUnit2": 1001}`; a negative amount is a credit note."""
        given = dict(dimensions or {})
        for unit, number in given.items():
            if unit not in ORG_UNITS:
                raise CannotSave(f"dimensions are orgUnit1 to orgUnit12, not {unit}.")
            self.row(unit, number)
        if not self._company.rows("associate").where("supplierNo", supplier_no):
            raise CannotSave(f"There is no supplier {supplier_no}.")
        cost = Posting(account, Decimal(net), given, text)
        day = self._day(on)
        return self._books.supplier_invoice(
            supplier_no, Decimal(net), [cost], day=day, invoice_no=invoice_no, order_no=order_no
        )

    def calculate_interest(self) -> int:
        """Calculates interest, after which entries settled late are open no more; how many there were."""
        return self._books.calculate_interest()

    def row(self, table: str, key: object) -> Row:
        """The row under its key, a list or tuple where the key has several parts."""
        if table not in TABLES:
            raise CannotSave(f"table must be one of {', '.join(TABLES)}, not {table}.")
        parts = key if isinstance(key, list | tuple) else (key,)
        found = self._company.rows(table).get(*parts)
        if found is None:
            raise CannotSave(f"There is no {TABLES[table].identifier} {key}.")
        return found

    def _known(self, table: str, fields: Mapping[str, object]) -> None:
        kind = TABLES.get(table)
        if kind is None:
            raise CannotSave(f"table must be one of {', '.join(TABLES)}, not {table}.")
        if unknown := sorted(set(fields) - set(kind.columns) - set(kind.children)):
            raise CannotSave(f"{kind.identifier} has no {unknown[0]}.")

    def _day(self, on: date | None) -> int:
        return day_number(on) if on is not None else self._company.today()
