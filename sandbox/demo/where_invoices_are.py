"""Where every finalized invoice of Moment is, held against what e-conomic itself has booked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.demo.customer import Customer, Json
from sandbox.demo.office import Bookkeeper, MomentOffice, total

BOOKED, EXCLUDED, FAILED, ELSEWHERE = "booked", "excluded", "failed", "not booked yet"
PLACES = {"posted": BOOKED, "settled": BOOKED, "excluded": EXCLUDED, "failed": FAILED}


@dataclass(frozen=True)
class WhereRow:
    """One finalized invoice: Moment's total of it, where it is, and what a person has to know of that."""

    number: int
    customer: str
    currency: str
    total: Decimal
    place: str
    why: str


@dataclass(frozen=True)
class Accounted:
    """All of them; sums by currency of both sides; `faults` is whatever differs."""

    rows: Sequence[WhereRow]
    in_moment: Mapping[str, Decimal]
    in_books: Mapping[str, Decimal]
    faults: Sequence[str]

    def sum_of(self, place: str, currency: str) -> Decimal:
        """Moment's totals of what is in one place."""
        chosen = (row.total for row in self.rows if row.place == place and row.currency == currency)
        return sum(chosen, Decimal(0))

    def count(self, place: str) -> int:
        """How many are there."""
        return sum(row.place == place for row in self.rows)


def account(customer: Customer, moment: MomentOffice, books: Bookkeeper) -> Accounted:
    """Both sides as they are now; why an invoice is not booked is our API's word."""
    finalized = moment.rows("invoices", invoiceState="finalized")
    records = {record["external_id"]: record for record in customer.records(flow="invoices")}
    lines = books.invoices()
    vouchers = {line["customerInvoiceNumber"]: line["voucherNumber"] for line in lines}
    rows = [_row(invoice, records.get(str(invoice["id"])), vouchers) for invoice in finalized]
    currencies = sorted({row.currency for row in rows})
    found = Accounted(
        rows=rows,
        in_moment={name: sum((row.total for row in rows if row.currency == name), Decimal(0)) for name in currencies},
        in_books={name: total(lines, name, "amount") for name in currencies},
        faults=(),
    )
    return Accounted(found.rows, found.in_moment, found.in_books, list(differences(found, lines)))


def _row(invoice: Json, record: Json | None, vouchers: Mapping[int, int]) -> WhereRow:
    place = PLACES.get(record["state"], ELSEWHERE) if record else ELSEWHERE
    if record is None:
        why = "was never fetched"
    elif place == BOOKED:
        voucher = vouchers.get(invoice["invoiceNumber"])
        why = f"voucher {voucher}" if voucher else "e-conomic has no voucher of it"
        why += ", paid" if record["state"] == "settled" else ""
    elif place == FAILED:
        why = "; ".join(f"{problem['message']} {problem['cure']}" for problem in record["problems"])
    else:
        why = record["sentence"]
    return WhereRow(
        number=invoice["invoiceNumber"],
        customer=invoice["customerName"],
        currency=invoice["currencyCode"],
        total=Decimal(invoice["totalIncludingVat"]),
        place=place,
        why=why,
    )


def differences(found: Accounted, lines: Sequence[Json]) -> Iterator[str]:
    """What is in two places or in none, and every amount that is not Moment's."""
    booked: dict[int, list[Decimal]] = {}
    for line in lines:
        booked.setdefault(line["customerInvoiceNumber"], []).append(Decimal(line["amount"]))
    for row in found.rows:
        there = booked.pop(row.number, [])
        wanted = [row.total] if row.place == BOOKED else []
        if there != wanted:
            yield f"invoice {row.number} is {row.place} with {row.total}, and e-conomic has {there or 'nothing'} of it"
        if row.place == ELSEWHERE:
            yield f"invoice {row.number} is nowhere: {row.why}"
    for number in booked:
        yield f"e-conomic has an invoice {number} that Moment does not have"
    for currency in found.in_moment:
        if found.sum_of(BOOKED, currency) != found.in_books[currency]:
            yield f"{currency}: {found.sum_of(BOOKED, currency)} should be booked, {found.in_books[currency]} is"
