"""What is written to e-conomic and read from it, without a call."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from handoff.connectors.economic.config import EconomicConfig
from handoff.connectors.economic.cost_amounts import cost_of, gross, may_cost
from handoff.connectors.economic.customers import OF_A_NEW_ONE, OURS, customer_from, overlaid
from handoff.connectors.economic.formats import body_of, writable
from handoff.connectors.economic.models import EconomicBooked, EconomicLine, EconomicVat, EconomicYear
from handoff.connectors.economic.vouchers import carries, remainders_in, text_of, voucher_of
from handoff.connectors.economic.years import year_of
from handoff.domain.invoices import InvoiceDocument, Remainder
from handoff.domain.master_data import WantedCustomer

KEY = "HOABCDEFGHIJKLMNOP"
VATS = {
    code: msgspec.json.decode(json.dumps({"vatCode": code, **row}), type=EconomicVat)
    for code, row in {
        "I25": {"ratePercentage": 25, "account": {"accountNumber": 6903}},
        "I12": {"ratePercentage": 12.5, "account": {"accountNumber": 6903}},
        "IEU": {
            "ratePercentage": 25, "account": {"accountNumber": 6904}, "contraAccount": {"accountNumber": 6905},
        },
    }.items()
}  # fmt: skip


def a_document(**changes: Any) -> InvoiceDocument:
    fields: dict[str, Any] = {
        "key": KEY, "journal": 1, "number": 5001, "customer": 10001, "project": None, "invoiced_on": date(2026, 11, 20),
        "due_on": date(2026, 12, 4), "currency": "DKK", "total": Decimal("1250.00"), "account": 1010, "vat_code": "U25",
        "text": f"Energiplan {KEY}",
    }  # fmt: skip
    return InvoiceDocument(**{**fields, **changes})


def a_row(**changes: Any) -> EconomicBooked:
    fields = {
        "entryNumber": 2, "accountNumber": 2210, "voucherNumber": 70001, "date": "2026-11-20T00:00:00", "amount": 100,
        "type": 3, "projectNumber": 1001, "text": "Bilag",
    }  # fmt: skip
    return msgspec.json.decode(json.dumps({**fields, **changes}), type=EconomicBooked)


def a_line(number: int, account: int, amount: str, **changes: Any) -> EconomicLine:
    fields = {
        "entryNumber": number, "voucherNumber": 70001, "account": {"accountNumber": account}, "entryType": "supplierInvoice",
    }  # fmt: skip
    body = body_of({**fields, "amount": Decimal(amount), **changes})
    return msgspec.json.decode(body, type=EconomicLine)


def sums(voucher: dict[str, Any]) -> Decimal:
    """What the voucher's entries add up to; one with a contra account balances by itself."""
    entries = [entry for kind in voucher["entries"].values() for entry in kind]
    return sum((entry["amount"] for entry in entries if "contraAccount" not in entry), Decimal(0))


def test_an_invoice_without_a_project_is_one_entry_with_its_contra_account() -> None:
    """M1.3: number, description, customer, date, total including VAT, account."""
    assert json.loads(body_of(voucher_of(a_document(), "2026"))) == {
        "accountingYear": {"year": "2026"},
        "journal": {"journalNumber": 1},
        "entries": {
            "manualCustomerInvoices": [
                {
                    "text": f"Energiplan {KEY}", "currency": {"code": "DKK"}, "date": "2026-11-20",
                    "customer": {"customerNumber": 10001}, "customerInvoice": 5001, "amount": 1250.0,
                    "dueDate": "2026-12-04", "contraAccount": {"accountNumber": 1010},
                    "contraVatAccount": {"vatCode": "U25"},
                }
            ]
        },
    }  # fmt: skip


def test_an_invoice_with_a_project_carries_it_on_the_revenue() -> None:
    """M1.3: the project number."""
    entries = voucher_of(a_document(project=1001), "2026")["entries"]
    (invoice,), (revenue,) = entries["manualCustomerInvoices"], entries["financeVouchers"]
    assert "contraAccount" not in invoice
    assert "project" not in invoice
    assert revenue == {
        "text": f"Energiplan {KEY}", "currency": {"code": "DKK"}, "date": "2026-11-20",
        "account": {"accountNumber": 1010}, "amount": Decimal("-1250.00"), "project": {"projectNumber": 1001},
        "vatAccount": {"vatCode": "U25"},
    }  # fmt: skip


def test_amounts_go_out_digit_by_digit() -> None:
    body = body_of(voucher_of(a_document(total=Decimal("0.30")), "2026"))
    assert b'"amount":0.30' in body


@given(
    total=st.decimals(min_value=-9_999_999, max_value=9_999_999, places=4),
    project=st.none() | st.integers(1, 999),
    currency=st.sampled_from(["DKK", "EUR", "ISK"]),
)
def test_every_voucher_balances_and_has_at_most_two_decimals(
    total: Decimal, project: int | None, currency: str
) -> None:
    voucher = voucher_of(a_document(total=total, project=project, currency=currency), "2026")
    assert sums(voucher) == 0
    for entry in (one for kind in voucher["entries"].values() for one in kind):
        assert entry["amount"] == round(entry["amount"], 2)


@given(st.text(max_size=600))
def test_the_text_fits_and_ends_with_the_whole_key(text: str) -> None:
    written = text_of(a_document(text=f"{text} {KEY}"))
    assert len(written) <= 250
    assert written.endswith(KEY)
    assert written.count(KEY) >= 1
    assert carries(written, KEY)
    assert "\n" not in written


@pytest.mark.parametrize("text", [None, "", "HOABCDEFGHIJKLMNOPQ", "XHOABCDEFGHIJKLMNOP", "Energiplan"])
def test_a_text_without_the_whole_key_is_not_ours(text: str | None) -> None:
    assert not carries(text, KEY)


def test_a_key_is_found_wherever_people_leave_it() -> None:
    assert carries(f"Rettet af Bente, {KEY}, se mail", KEY)


def wanted_customer(**changes: Any) -> WantedCustomer:
    fields: dict[str, Any] = {
        "number": 10001, "name": "Solbær", "organisation_number": "1", "email": "", "address": "Vej 1", "postcode": "",
        "city": "Odense", "country": "DK", "group": 1, "payment_terms": 1, "vat_zone": 1, "currency": "DKK",
    }  # fmt: skip
    return WantedCustomer(**{**fields, **changes})


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5),
    lambda inner: st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), JSON_VALUES, max_size=6))
def test_what_is_not_ours_goes_back_as_it_came_without_nulls_and_falses(others: dict[str, Any]) -> None:
    others = {name: value for name, value in others.items() if name not in (*OURS, "customerNumber", "self")}
    form = body_of(writable(others))
    body = overlaid(form, wanted_customer())
    given_when_made = {name for name in OF_A_NEW_ONE if name not in writable(others)}
    kept = {name: value for name, value in body.items() if name not in (*OURS, "customerNumber", *given_when_made)}
    assert kept == writable(others)
    assert "null" not in json.dumps(body).replace('"null', "")
    assert body["customerNumber"] == 10001


def test_exact_decimals_survive_the_round_trip_of_a_form() -> None:
    read = customer_from(b'{"customerNumber":1,"name":"A","creditLimit":12500.10,"balance":1.00,"barred":false}')
    assert read.form == b'{"creditLimit":12500.10,"customerNumber":1,"name":"A"}'
    body = body_of(overlaid(read.form, wanted_customer()))
    assert b'"creditLimit":12500.10' in body
    assert b"balance" not in body


def test_the_fingerprint_is_of_our_fields_only() -> None:
    row = {"customerNumber": 1, "name": "A", "vatZone": {"vatZoneNumber": 1, "self": "x"}}

    def print_of(**changes: Any) -> str:
        return customer_from(json.dumps({**row, **changes}).encode()).fingerprint

    assert print_of(balance=7, lastUpdated="2026-11-20T00:00:00Z", mobilePhone="1") == print_of()
    for change in ({"name": "B"}, {"zip": "1"}, {"email": "a@b.example"}, {"vatZone": {"vatZoneNumber": 2}}):
        assert print_of(**change) != print_of()


def test_years_are_read_not_computed() -> None:
    years = [
        EconomicYear(year="2025/2026a", from_date=date(2025, 7, 1), to_date=date(2026, 6, 30)),
        EconomicYear(year="2026/2027", from_date=date(2026, 7, 1), to_date=date(2027, 6, 30)),
    ]
    found = [year_of(day, years) for day in (date(2025, 6, 30), date(2026, 6, 30), date(2026, 7, 1))]
    assert [year.year if year else None for year in found] == [None, "2025/2026a", "2026/2027"]


def debtor(**changes: Any) -> EconomicBooked:
    fields = {
        "type": 10, "customerNumber": 1, "customerInvoiceNumber": 7, "amount": 100, "remainder": 40, "text": KEY,
        "projectNumber": None,
    }  # fmt: skip
    return a_row(**{**fields, **changes})


def test_what_is_left_is_read_from_the_customers_own_lines() -> None:
    """M7.1: payments come back."""
    left = {7: Remainder(7, Decimal(100), Decimal(40))}
    assert remainders_in([debtor()]) == left
    assert remainders_in([debtor(), debtor(type=2, amount=-60, remainder=0)]) == left
    assert remainders_in([debtor(), debtor(customerNumber=None, amount=-80)]) == left
    assert remainders_in([debtor(), debtor(text="En anden", amount=5)]) == left
    assert remainders_in([debtor(text="uden"), debtor(text="uden", amount=5)]) == {}
    assert remainders_in([debtor(text="uden")]) == left
    assert remainders_in([debtor(remainder=None)]) == {}


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, True),
        ({"type": 5}, True),
        ({"type": 10}, False),
        ({"type": 1}, False),
        ({"type": 2}, False),
        ({"type": 4}, False),
        ({"projectNumber": None}, False),
        ({"supplierNumber": 501}, False),
        ({"text": f"Energiplan {KEY}"}, False),
    ],
)
def test_only_what_people_booked_on_a_project_can_be_a_cost(changes: dict[str, Any], may: bool) -> None:
    assert may_cost(a_row(**changes)) is may


def vat(code: str) -> dict[str, Any]:
    return {"vatAccount": {"vatCode": code}}


SUPPLIER = {"supplier": {"supplierNumber": 501}}


def test_one_cost_and_one_supplier_cost_what_the_supplier_is_owed() -> None:
    """M4.9: the amount including VAT."""
    own = a_line(2, 2210, "79.99", **vat("I25"))
    lines = [a_line(1, 6800, "-99.98", **SUPPLIER), own, a_line(3, 6903, "19.99")]
    assert gross(a_row(amount=79.99), own, lines, VATS) == Decimal("99.98")


@pytest.mark.parametrize(
    ("net", "code", "amount"),
    [("79.99", "I25", "99.99"), ("0.01", "I12", "0.01"), ("-79.99", "I25", "-99.99"), ("80.00", "", "80.00")],
)
def test_several_costs_get_their_own_vat_back(net: str, code: str, amount: str) -> None:
    own = a_line(2, 2210, net, **(vat(code) if code else {}))
    lines = [a_line(1, 6800, "-500", **SUPPLIER), own, a_line(4, 2770, "300", **vat("I25"))]
    row = msgspec.structs.replace(a_row(), amount=Decimal(net))
    assert gross(row, own, lines, VATS) == Decimal(amount)


def test_reverse_charge_adds_nothing() -> None:
    own = a_line(2, 2210, "100", **vat("IEU"))
    lines = [
        own,
        a_line(4, 2770, "300"),
        a_line(5, 6904, "25"),
        a_line(6, 6905, "-25"),
        a_line(1, 6800, "-400", **SUPPLIER),
    ]
    assert gross(a_row(), own, lines, VATS) == Decimal("100.00")


def test_costs_are_in_the_currency_of_the_books() -> None:
    own = a_line(2, 2210, "100", amountInBaseCurrency=746, **vat("I25"))
    lines = [own, a_line(3, 2770, "1")]
    row = a_row(amountInBaseCurrency=746, currencyCode="EUR")
    cost = cost_of(row, lines, VATS, balance_sheet=(), year="2026", currency="DKK")
    assert cost is not None
    assert (cost.amount, cost.currency) == (Decimal("932.50"), "DKK")


@pytest.mark.parametrize(
    ("account", "line", "is_cost"),
    [
        (2210, {}, True),
        (6903, {}, False),
        (2210, {"entryType": "openingEntry"}, False),
        (5820, {}, False),
        (5820, {"costType": {"costTypeNumber": 3}}, True),
    ],
)
def test_vat_openings_and_the_banks_side_are_no_costs(account: int, line: dict[str, Any], is_cost: bool) -> None:
    own = a_line(2, account, "100", **line)
    cost = cost_of(a_row(accountNumber=account), [own], VATS, balance_sheet=(5820,), year="2026", currency="DKK")
    assert (cost is not None) is is_cost


def test_a_connection_is_described_by_its_agreement_and_token() -> None:
    """M6.3: the agreement token."""
    config = EconomicConfig(agreement_number="990001", grant_token=SecretStr(" canary-51 "))
    grant = config.grant()
    assert (config.account, grant.vendor, grant.account) == ("990001", "economic", "990001")
    assert grant.access_token.reveal() == "canary-51"
    assert "canary" not in f"{config!r}{grant!r}"
    for number, token in (("abc", "t"), ("", "t"), ("1", " ")):
        with pytest.raises(ValidationError) as caught:
            EconomicConfig(agreement_number=number, grant_token=SecretStr(token))
        assert "canary" not in str(caught.value)
