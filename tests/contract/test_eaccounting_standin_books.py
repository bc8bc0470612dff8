"""Books of the eAccounting stand-in: vouchers, series, years, accounts, drafts of vouchers, ledger items."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.contract.eaccounting_company import EAccountingCompany, entry

LEDGER = "customerledgeritems"
WITH_VOUCHER = f"{LEDGER}/customerledgeritemswithvoucher"


@pytest.fixture
def books() -> EAccountingCompany:
    return EAccountingCompany()


def sold(net: str = "100", vat: str = "21", account: int = 8000) -> tuple[dict[str, Any], ...]:
    gross = str(Decimal(net) + Decimal(vat))
    return entry(1300, debit=gross), entry(account, credit=net), entry(1510, credit=vat)


def item(books: EAccountingCompany, **changed: object) -> dict[str, Any]:
    """A ledger item with its voucher; a field set to None is left out."""
    body: dict[str, object] = {"CustomerId": books.customer()["Id"], "CurrencyCode": "EUR", "InvoiceNumber": 20417}
    body |= {"InvoiceDate": "2026-11-02", "DueDate": "2026-12-02", "IsCreditInvoice": False}
    body |= {"TotalAmountInvoiceCurrency": 121, "VATAmountInvoiceCurrency": 21, "RoundingsAmountInvoiceCurrency": 0}
    body |= {"RemainingAmountInvoiceCurrency": 121, "Voucher": books.voucher(*sold())}
    return {name: value for name, value in {**body, **changed}.items() if value is not None}


# vouchers


def test_a_voucher_is_numbered_in_its_series_and_year(books: EAccountingCompany) -> None:
    first = books.post("vouchers", books.voucher())
    assert (first["NumberAndNumberSeries"], first["NumberSeries"], first["VoucherType"]) == ("A6", "A", 2)
    (debit, credit) = first["Rows"]
    assert (debit["DebitAmount"], debit["CreditAmount"], debit["AccountDescription"]) == (120, 0, "Kantoorkosten")
    assert (credit["DebitAmount"], credit["CreditAmount"]) == (0, 120)
    year = books.rows("fiscalyears")[1]
    assert books.get(f"vouchers/{year['Id']}/{first['Id']}") == first
    assert first in books.rows(f"vouchers/{year['Id']}")
    books.people.lock_year(2025, locked=False)
    old = books.post("vouchers", books.voucher(VoucherDate="2025-06-01"))
    assert old["NumberAndNumberSeries"] == "A1"
    assert books.refusal("GET", f"vouchers/{year['Id']}/{old['Id']}") == (404, 3000)
    assert old in books.rows("vouchers", filter="VoucherDate lt 2026-01-01")


def test_the_series_that_is_sent_counts_only_when_the_default_is_switched_off(books: EAccountingCompany) -> None:
    body = books.voucher(NumberSeries="B")
    assert books.post("vouchers", body)["NumberSeries"] == "A"
    assert books.post("vouchers", body, useDefaultVoucherSeries=False)["NumberAndNumberSeries"] == "B1"
    assert books.post("vouchers", books.voucher(), useDefaultVoucherSeries=False)["NumberSeries"] == "A"


def test_a_closed_or_unknown_series_is_refused(books: EAccountingCompany) -> None:
    query = {"useDefaultVoucherSeries": False}
    assert books.refusal("POST", "vouchers", books.voucher(NumberSeries="C"), **query) == (400, 4002)
    assert books.refusal("POST", "vouchers", books.voucher(NumberSeries="Z"), **query) == (400, 2000)
    books.control("close-series", series="A")
    assert books.refusal("POST", "vouchers", books.voucher()) == (400, 4002)
    assert books.refusal("POST", "customerinvoices", books.sale()) == (400, 4002)
    books.control("close-series", series="A", closed=False)
    assert books.post("vouchers", books.voucher())["NumberAndNumberSeries"] == "A6"


@pytest.mark.parametrize("name", ["VoucherDate", "VoucherText", "Rows"])
def test_required_fields_of_a_voucher(books: EAccountingCompany, name: str) -> None:
    assert books.refusal("POST", "vouchers", books.voucher(**{name: None})) == (400, 2000)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((), 2000),
        ((entry(4500, debit="120.00"),), 2000),
        ((entry(4500, debit="120.00"), entry(1100, credit="119.99")), 2000),
        ((entry(4500, debit="120.005"), entry(1100, credit="120.005")), 2000),
        ((entry(4500, debit="-120"), entry(1100, credit="-120")), 2000),
        ((entry(9999, debit="120"), entry(1100, credit="120")), 3002),
        ((entry(1800, debit="120"), entry(1100, credit="120")), 2000),
        ((entry(4500, debit="120", TransactionText="x" * 61), entry(1100, credit="120")), 2000),
        ((entry(4500, debit="120", AccountNumber=None), entry(1100, credit="120")), 2000),
        ((entry(4500, debit="120", AccountNumber="4500"), entry(1100, credit="120")), 2000),
    ],
)
def test_rows_that_do_not_fit_are_refused(
    books: EAccountingCompany, rows: tuple[dict[str, Any], ...], code: int
) -> None:
    assert books.refusal("POST", "vouchers", {**books.voucher(), "Rows": list(rows)}) == (400, code)
    assert books.post("vouchers", books.voucher())["NumberAndNumberSeries"] == "A6"


def test_dimensions_need_an_account_that_allows_them(books: EAccountingCompany) -> None:
    project, place = books.rows("projects")[0]["Id"], books.rows("costcenters")[0]["Items"][0]["Id"]
    for more in ({"ProjectId": project}, {"CostCenterItemId1": place}):
        made = books.post("vouchers", books.voucher(entry(4500, debit="1", **more), entry(1100, credit="1")))
        assert made["Rows"][0].items() >= more.items()
        refused = books.voucher(entry(4500, debit="1"), entry(1100, credit="1", **more))
        assert books.refusal("POST", "vouchers", refused) == (400, 2000)
    books.control("account", number=4500, fields={"IsCostCenterAllowed": False})
    body = books.voucher(entry(4500, debit="1", CostCenterItemId1=place), entry(1100, credit="1"))
    assert books.refusal("POST", "vouchers", body) == (400, 2000)


def test_an_inactive_account_is_not_found(books: EAccountingCompany) -> None:
    books.control("account", number=4500, fields={"IsActive": False})
    assert books.refusal("POST", "vouchers", books.voucher()) == (400, 3002)


def test_the_accounts_vat_code_stands_above_the_rows_unless_it_is_switched_off(books: EAccountingCompany) -> None:
    high, low, _ = (row["Id"] for row in books.rows("vatcodes"))
    body = books.voucher(entry(1100, debit="100"), entry(8000, credit="100", VatCodeId=low))
    assert books.post("vouchers", body)["Rows"][1]["VatCodeId"] == high
    kept = books.post("vouchers", body, useDefaultVatCodes=False)["Rows"][1]
    assert (kept["VatCodeId"], kept["VatCodeAndPercent"]) == (low, "1b 9%")


def test_rows_of_vat_are_added_to_gross_amounts_where_the_country_has_it() -> None:
    books = EAccountingCompany(country="SE")
    body = books.voucher(entry(1930, debit="11250"), entry(3041, credit="11250"))
    plain = books.post("vouchers", body)
    assert [row["AccountNumber"] for row in plain["Rows"]] == [1930, 3041]
    rows = books.post("vouchers", body, useAutomaticVatCalculation=True)["Rows"]
    assert [(row["AccountNumber"], row["DebitAmount"], row["CreditAmount"]) for row in rows] == [
        (1930, 11250, 0),
        (3041, 0, 9000),
        (2611, 0, 2250),
    ]
    dutch = EAccountingCompany()
    gross = dutch.voucher(entry(1100, debit="121"), entry(8000, credit="121"))
    assert len(dutch.post("vouchers", gross, useAutomaticVatCalculation=True)["Rows"]) == 2


def test_a_switch_that_is_neither_true_nor_false_is_refused(books: EAccountingCompany) -> None:
    assert books.refusal("POST", "vouchers", books.voucher(), useDefaultVatCodes="maybe") == (400, 2000)


# years and accounts


@pytest.mark.parametrize(("on", "code"), [("2025-12-31", 4026), ("2027-01-01", 3001), ("2024-12-31", 3001)])
def test_a_voucher_needs_a_year_that_is_there_and_open(books: EAccountingCompany, on: str, code: int) -> None:
    assert books.refusal("POST", "vouchers", books.voucher(VoucherDate=on)) == (400, code)


def test_a_year_can_be_locked_and_opened_by_the_api_and_by_people(books: EAccountingCompany) -> None:
    year = books.rows("fiscalyears")[1]
    assert books.put(f"fiscalyears/{year['Id']}", {"IsLockedForAccounting": True})["IsLockedForAccounting"] is True
    assert books.refusal("POST", "vouchers", books.voucher()) == (400, 4026)
    books.control("lock-year", year=2026, locked=False)
    books.post("vouchers", books.voucher())
    assert books.get(f"fiscalyears/{year['Id']}")["IsLockedForAccounting"] is False
    assert books.control("lock-year", year=2031).status_code == 400


def test_days_can_be_locked_to_the_end_of_a_month(books: EAccountingCompany) -> None:
    path = "companysettings/accountinglocksettings"
    put = books.put(path, {"AccountingLockedAsOf": {"Year": 2026, "Month": 10}, "AccountingLockInterval": 1})
    assert (put["AccountingLockedTo"], put["AccountingLockInterval"]) == ("2026-10-31", 1)
    assert books.refusal("POST", "vouchers", books.voucher(VoucherDate="2026-10-31")) == (400, 4026)
    books.post("vouchers", books.voucher(VoucherDate="2026-11-01"))
    assert books.put(path, {})["AccountingLockedTo"] is None
    books.control("lock-to", year=2026, month=12)
    assert books.get("companysettings")["AccountingLockedTo"] == "2026-12-31"
    assert books.refusal("PUT", path, {"AccountingLockedAsOf": {"Year": 2026, "Month": 13}}) == (400, 2000)


def test_a_new_year_follows_another_and_has_its_accounts(books: EAccountingCompany) -> None:
    made = books.post("fiscalyears", {"StartDate": "2027-01-01", "EndDate": "2027-12-31"})
    assert (made["IsLockedForAccounting"], made["BookkeepingMethod"]) == (False, 0)
    accounts = [row["Number"] for row in books.rows(f"accounts/{made['Id']}")]
    assert accounts == [row["Number"] for row in books.rows(f"accounts/{books.rows('fiscalyears')[1]['Id']}")]
    assert books.post("vouchers", books.voucher(VoucherDate="2027-02-01"))["NumberAndNumberSeries"] == "A1"
    for start, end, answer in (
        ("2026-06-01", "2027-05-31", (409, 4000)),
        ("2029-01-01", "2029-12-31", (400, 2000)),
        ("2028-01-01", "2030-12-31", (400, 2000)),
    ):
        assert books.refusal("POST", "fiscalyears", {"StartDate": start, "EndDate": end}) == answer


def test_an_account_is_of_one_year_and_its_number_is_a_text(books: EAccountingCompany) -> None:
    old, new = (row["Id"] for row in books.rows("fiscalyears"))
    account = books.get(f"accounts/{new}/8000")
    assert (account["Number"], account["VatCodeDescription"]) == ("8000", "BTW hoog 21%")
    put = books.put(f"accounts/{new}/8000", {**account, "Name": "Omzet", "VatCodeId": None})
    assert (put["Name"], put["VatCodeDescription"]) == ("Omzet", None)
    assert books.get(f"accounts/{old}/8000")["Name"] == "Diensten hoog tarief"
    assert books.refusal("GET", f"accounts/{new}/1") == (404, 3000)
    assert books.refusal("GET", f"accounts/{new}/x") == (404, 3000)
    assert books.refusal("PUT", f"accounts/{new}/8000", {**account, "Number": "8001"}) == (400, 4002)
    assert len(books.rows("accounts")) == 2 * len(books.rows(f"accounts/{new}"))


# drafts of vouchers


def test_a_voucher_draft_can_be_wrong_until_it_is_converted(books: EAccountingCompany) -> None:
    body = books.voucher(entry(4500, debit="10"), entry(9999, credit="5"))
    draft = books.post("voucherdrafts", body)
    path = f"voucherdrafts/{draft['Id']}"
    assert "NumberAndNumberSeries" not in draft
    assert books.refusal("POST", f"{path}/convert") == (400, 3002)
    put = books.put(path, books.voucher(NumberSeries="B"))
    assert (put["Id"], len(put["Rows"])) == (draft["Id"], 2)
    voucher = books.post(f"{path}/convert")
    assert (voucher["NumberAndNumberSeries"], voucher["VoucherText"]) == ("B1", "Kantoor")
    assert books.refusal("GET", path) == (404, 3000)


def test_a_voucher_draft_can_be_deleted_and_has_shorter_texts(books: EAccountingCompany) -> None:
    draft = books.post("voucherdrafts", books.voucher())
    assert books.get(f"voucherdrafts/{draft['Id']}") == draft == books.row("voucherdrafts")
    books.delete(f"voucherdrafts/{draft['Id']}")
    assert books.rows("voucherdrafts") == []
    body = books.voucher(entry(4500, debit="1", TransactionText="x" * 51))
    assert books.refusal("POST", "voucherdrafts", body) == (400, 2000)
    assert books.refusal("POST", "voucherdrafts", {**body, "Rows": "x"}) == (400, 2000)


# ledger items


def test_a_ledger_item_brings_its_voucher_along(books: EAccountingCompany) -> None:
    made = books.post(WITH_VOUCHER, item(books))
    assert (made["InvoiceNumber"], made["Voucher"]["NumberAndNumberSeries"]) == (20417, "A6")
    kept = books.get(f"{LEDGER}/{made['Id']}")
    assert kept["VoucherId"] == made["Voucher"]["Id"]
    assert books.row(LEDGER, filter="InvoiceNumber eq 20417") == kept
    assert [row["InvoiceNumber"] for row in books.rows("customerinvoices")] == [1, 2, 3]


def test_a_ledger_item_can_name_a_voucher_that_is_there(books: EAccountingCompany) -> None:
    voucher = books.post("vouchers", books.voucher(*sold()))
    made = books.post(LEDGER, item(books, Voucher=None, VoucherId=voucher["Id"]))
    assert made["VoucherId"] == voucher["Id"]
    other = books.post("vouchers", books.voucher())
    assert books.refusal("POST", LEDGER, item(books, Voucher=None, VoucherId=other["Id"])) == (400, 2000)
    assert books.refusal("POST", LEDGER, item(books, Voucher=None, VoucherId=made["Id"])) == (400, 3000)


@pytest.mark.parametrize(
    "name",
    [
        *("CustomerId", "CurrencyCode", "InvoiceNumber", "InvoiceDate", "DueDate", "IsCreditInvoice", "Voucher"),
        *("TotalAmountInvoiceCurrency", "VATAmountInvoiceCurrency", "RoundingsAmountInvoiceCurrency"),
        "RemainingAmountInvoiceCurrency",
    ],
)
def test_required_fields_of_a_ledger_item(books: EAccountingCompany, name: str) -> None:
    assert books.refusal("POST", WITH_VOUCHER, item(books, **{name: None})) == (400, 2000)


@pytest.mark.parametrize(
    ("vat", "taken"), [("21.05", True), ("20.95", True), ("21.06", False), ("20.94", False), ("0", False)]
)
def test_vat_may_differ_by_five_hundredths(books: EAccountingCompany, vat: str, taken: bool) -> None:
    before = len(books.rows("vouchers"))
    answer = books.call("POST", WITH_VOUCHER, item(books, VATAmountInvoiceCurrency=Decimal(vat)))
    assert answer.status_code == (201 if taken else 400)
    assert len(books.rows("vouchers")) == before + taken


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({"InvoiceNumber": "F-1"}, (400, 2000)),
        ({"RoundingsAmountInvoiceCurrency": 2}, (400, 2000)),
        ({"TotalAmountInvoiceCurrency": 122}, (400, 2000)),
        ({"CurrencyCode": "XYZ"}, (400, 2000)),
        ({"CustomerId": "00000000-0000-0000-0000-000000000000"}, (400, 3000)),
        ({"Voucher": "A5"}, (400, 2000)),
    ],
)
def test_a_ledger_item_that_does_not_fit_leaves_no_voucher_behind(
    books: EAccountingCompany, changed: dict[str, object], answer: tuple[int, int]
) -> None:
    before = len(books.rows("vouchers"))
    assert books.refusal("POST", WITH_VOUCHER, item(books, **changed)) == answer
    assert (len(books.rows("vouchers")), books.rows(LEDGER)) == (before, [])


def test_a_voucher_without_the_receivable_is_refused_in_the_vendors_words(books: EAccountingCompany) -> None:
    text = "The amount on standard account 1300, recievables is not equal with TotalAmountBaseCurrency"
    assert books.said("POST", WITH_VOUCHER, item(books, Voucher=books.voucher())) == text


@pytest.mark.parametrize(("on", "code"), [("2025-06-01", 4026), ("2027-06-01", 3001)])
def test_a_ledger_items_voucher_needs_an_open_year(books: EAccountingCompany, on: str, code: int) -> None:
    body = item(books, Voucher=books.voucher(*sold(), VoucherDate=on))
    assert books.refusal("POST", WITH_VOUCHER, body) == (400, code)


def test_a_number_may_stand_twice_unless_told_otherwise(books: EAccountingCompany) -> None:
    books.post(WITH_VOUCHER, item(books))
    books.post(WITH_VOUCHER, item(books))
    books.vendor.change({"unique_ledger_numbers": True})
    assert books.refusal("POST", WITH_VOUCHER, item(books)) == (409, 4000)


def test_a_credit_is_negative_and_a_foreign_item_is_booked_in_the_companys_currency(books: EAccountingCompany) -> None:
    rows = (entry(1300, credit="121"), entry(8000, debit="100"), entry(1510, debit="21"))
    amounts = {
        "TotalAmountInvoiceCurrency": -121,
        "VATAmountInvoiceCurrency": -21,
        "RemainingAmountInvoiceCurrency": -121,
    }
    credit = item(books, Voucher=books.voucher(*rows), IsCreditInvoice=True, **amounts)
    assert books.post(WITH_VOUCHER, credit)["TotalAmountInvoiceCurrency"] == -121
    foreign = {"TotalAmountInvoiceCurrency": 1000, "VATAmountInvoiceCurrency": 0, "CurrencyCode": "NOK"}
    voucher = books.voucher(entry(1300, debit="85"), entry(8060, credit="85"))
    assert books.post(WITH_VOUCHER, item(books, Voucher=voucher, **foreign))["CurrencyCode"] == "NOK"


def test_series_and_vat_codes_of_the_items_voucher_follow_the_same_switches(books: EAccountingCompany) -> None:
    voucher = books.voucher(*sold(), NumberSeries="B")
    body = item(books, Voucher=voucher)
    assert books.post(WITH_VOUCHER, body)["Voucher"]["NumberSeries"] == "A"
    made = books.post(WITH_VOUCHER, body, useDefaultVoucherSeries=False, useDefaultVatCodes=False)
    assert (made["Voucher"]["NumberSeries"], made["Voucher"]["Rows"][1]["VatCodeId"]) == ("B", None)


def test_a_ledger_item_is_settled_by_people_and_cannot_be_paid_like_an_invoice(books: EAccountingCompany) -> None:
    made = books.post(WITH_VOUCHER, item(books))
    assert books.refusal("POST", f"customerinvoices/{made['Id']}/payments", {}) == (404, 3000)
    books.control("pay-ledger-item", key="20417", amount="100")
    assert books.get(f"{LEDGER}/{made['Id']}")["RemainingAmountInvoiceCurrency"] == 21
    books.turn(minutes=1)
    books.vendor.change({"payments_stamp": True})
    books.control("pay-ledger-item", key=made["Id"])
    settled = books.get(f"{LEDGER}/{made['Id']}")
    assert (settled["RemainingAmountInvoiceCurrency"], settled["ModifiedUtc"]) == (0, "2026-11-05T12:01:00Z")
