"""The demo's own account of invoices sees every way in which the books may differ."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.demo.where_invoices_are import BOOKED, ELSEWHERE, EXCLUDED, Accounted, WhereRow, differences


def a_row(number: int = 5001, place: str = BOOKED, total: str = "1250.00") -> WhereRow:
    return WhereRow(number, "Solbær Bryghus A/S", "DKK", Decimal(total), place, "voucher 50003")


def a_line(number: int = 5001, amount: str = "1250.00") -> dict[str, object]:
    return {"customerInvoiceNumber": number, "amount": Decimal(amount), "currencyCode": "DKK"}


def found(rows: list[WhereRow], lines: list[dict[str, object]]) -> list[str]:
    booked = sum((Decimal(str(line["amount"])) for line in lines), Decimal(0))
    accounted = Accounted(rows, {"DKK": sum((row.total for row in rows), Decimal(0))}, {"DKK": booked}, ())
    return list(differences(accounted, lines))


def test_books_that_are_as_they_should_be_have_no_differences() -> None:
    assert found([a_row(), a_row(5008, EXCLUDED)], [a_line()]) == []


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [a_line(), a_line()],
        [a_line(amount="1250.01")],
        [a_line(), a_line(9999, "0.00")],
        [a_line(), a_line(5008)],
    ],
    ids=["missing", "twice", "an øre too much", "nobody's", "booked though excluded"],
)
def test_whatever_differs_is_told(lines: list[dict[str, object]]) -> None:
    assert found([a_row(), a_row(5008, EXCLUDED)], lines)


def test_an_invoice_that_is_nowhere_is_told() -> None:
    assert found([a_row(place=ELSEWHERE)], []) == ["invoice 5001 is nowhere: voucher 50003"]
