"""Drafts of the eAccounting stand-in: what they take from customers and articles, updates, and their conversion."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.contract.eaccounting_company import EAccountingCompany

DRAFTS, INVOICES = "customerinvoicedrafts", "customerinvoices"


@pytest.fixture
def books() -> EAccountingCompany:
    return EAccountingCompany()


def _without(name: str) -> dict[str, Any]:
    return {name: None}


# drafts


def test_a_draft_takes_its_address_terms_and_texts_from_customer_and_article(books: EAccountingCompany) -> None:
    draft = books.post(DRAFTS, books.sale(YourReference="Anna"))
    assert (draft["InvoiceCustomerName"], draft["InvoiceCity"], draft["CustomerNumber"]) == (
        "Molenwiek Bakkerijen BV",
        "Amersfoort",
        "10001",
    )
    assert (draft["InvoiceDate"], draft["DueDate"], draft["IncludesVat"]) == (None, "2026-12-05", False)
    (row,) = draft["Rows"]
    assert (row["ArticleNumber"], row["Text"], row["UnitName"], row["Amount"]) == ("A100", "Ontwerp", "Uur", 100)
    assert (draft["TotalAmount"], draft["TotalVatAmount"], draft["TotalRoundings"]) == (121, 21, 0)
    assert "InvoiceNumber" not in draft


def test_an_address_that_is_sent_stands_above_the_customers(books: EAccountingCompany) -> None:
    draft = books.post(DRAFTS, books.sale(InvoiceCity="Hilversum"))
    assert (draft["InvoiceCity"], draft["InvoicePostalCode"]) == ("Hilversum", "3811 AA")


@pytest.mark.parametrize("name", ["CustomerId", "RotReducedInvoicingType", "EuThirdParty"])
def test_required_fields_of_a_draft(books: EAccountingCompany, name: str) -> None:
    assert books.refusal("POST", DRAFTS, books.sale(**_without(name))) == (400, 2000)


@pytest.mark.parametrize("name", ["IsTextRow", "ReversedConstructionServicesVatFree", "ArticleId"])
def test_required_fields_of_a_row(books: EAccountingCompany, name: str) -> None:
    assert books.refusal("POST", DRAFTS, books.sale(books.line(**_without(name)))) == (400, 2000)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Quantity": Decimal("0.333")}, 2000),
        ({"UnitPrice": Decimal("99.999")}, 2000),
        ({"DiscountPercentage": Decimal("0.12345")}, 2000),
        ({"DiscountPercentage": 10}, 2000),
        ({"Text": "x" * 2001}, 2000),
        ({"ArticleId": "00000000-0000-0000-0000-000000000000"}, 3000),
        ({"ProjectId": "00000000-0000-0000-0000-000000000000"}, 3000),
        ({"CostCenterItemId1": "00000000-0000-0000-0000-000000000000"}, 3000),
        ({"UnitId": "00000000-0000-0000-0000-000000000000"}, 3000),
    ],
)
def test_rows_that_do_not_fit_are_refused(books: EAccountingCompany, changed: dict[str, Any], code: int) -> None:
    assert books.refusal("POST", DRAFTS, books.sale(books.line(**changed))) == (400, code)


def test_a_foreign_customer_has_prices_with_four_decimals(books: EAccountingCompany) -> None:
    line = books.line(UnitPrice=Decimal("99.9999"), Quantity=10)
    assert books.refusal("POST", DRAFTS, books.sale(line)) == (400, 2000)
    draft = books.post(DRAFTS, books.sale(line, customer="10009"))
    assert (draft["Rows"][0]["UnitPrice"], draft["TotalAmount"]) == (Decimal("99.9999"), Decimal("1000.00"))


def test_a_text_row_has_no_article_and_no_price(books: EAccountingCompany) -> None:
    text = {"IsTextRow": True, "Text": "Project Alpha, July", "ReversedConstructionServicesVatFree": False}
    draft = books.post(DRAFTS, books.sale(text, books.line()))
    assert [(row["LineNumber"], row["IsTextRow"], row["Text"]) for row in draft["Rows"]] == [
        (0, True, "Project Alpha, July"),
        (1, False, "Ontwerp"),
    ]
    assert (draft["Rows"][0]["UnitPrice"], draft["Rows"][0]["ArticleId"], draft["TotalAmount"]) == (None, None, 121)


def test_a_price_of_zero_stays_unless_it_is_to_be_replaced(books: EAccountingCompany) -> None:
    free = books.sale(books.line(UnitPrice=0))
    assert books.post(DRAFTS, free)["TotalAmount"] == 0
    replaced = books.post(DRAFTS, {**free, "ReplaceUnitPriceWhenZero": True})
    assert replaced["Rows"][0]["UnitPrice"] == Decimal("95.00")
    assert books.post(DRAFTS, books.sale(books.line(UnitPrice=None)))["Rows"][0]["UnitPrice"] == Decimal("95.00")


def test_a_cost_centre_item_belongs_in_the_field_of_its_centre(books: EAccountingCompany) -> None:
    department, place = (centre["Items"][0]["Id"] for centre in books.rows("costcenters"))
    row = books.line(CostCenterItemId1=department, CostCenterItemId2=place, ProjectId=books.rows("projects")[0]["Id"])
    kept = books.post(DRAFTS, books.sale(row))["Rows"][0]
    assert (kept["CostCenterItemId1"], kept["CostCenterItemId2"], kept["CostCenterItemId3"]) == (
        department,
        place,
        None,
    )
    assert books.refusal("POST", DRAFTS, books.sale(books.line(CostCenterItemId1=place))) == (400, 2000)


def test_row_ids_change_with_every_update_and_a_put_wipes_what_it_leaves_out(books: EAccountingCompany) -> None:
    draft = books.post(DRAFTS, books.sale(OurReference="TC-1", DeliveryCity="Delft"))
    put = books.put(f"{DRAFTS}/{draft['Id']}", books.sale(books.line(Quantity=2)))
    assert (put["Id"], put["CreatedUtc"]) == (draft["Id"], draft["CreatedUtc"])
    assert (put["OurReference"], put["DeliveryCity"], put["TotalAmount"]) == (None, None, 242)
    assert put["Rows"][0]["Id"] != draft["Rows"][0]["Id"]
    same = books.put(f"{DRAFTS}/{draft['Id']}", {**put, "Rows": [dict(row) for row in put["Rows"]]})
    assert same["Rows"][0]["Id"] != put["Rows"][0]["Id"]


def test_a_draft_can_be_deleted(books: EAccountingCompany) -> None:
    draft = books.post(DRAFTS, books.sale())
    books.delete(f"{DRAFTS}/{draft['Id']}")
    assert books.refusal("GET", f"{DRAFTS}/{draft['Id']}") == (404, 3000)


def test_inactive_customers_and_articles_cannot_be_invoiced_unless_they_can(books: EAccountingCompany) -> None:
    bodies = (books.sale(customer="10011"), books.sale(books.line("A110")))
    for body in bodies:
        assert books.refusal("POST", DRAFTS, body) == (400, 2000)
        assert books.refusal("POST", INVOICES, body) == (400, 2000)
    books.vendor.change({"invoices_inactive": True})
    assert [books.post(DRAFTS, body)["TotalAmount"] for body in bodies] == [121, 121]


# conversion


def test_a_converted_draft_is_a_numbered_booked_invoice_and_gone(books: EAccountingCompany) -> None:
    draft = books.post(DRAFTS, books.sale(YourReference="Anna", OurReference="TC-4711"))
    invoice = books.post(f"{DRAFTS}/{draft['Id']}/convert")
    assert (invoice["InvoiceNumber"], invoice["YourReference"], invoice["OurReference"]) == (4, "Anna", "TC-4711")
    assert (invoice["InvoiceDate"], invoice["DueDate"], invoice["PaymentStatus"]) == ("2026-11-05", "2026-12-05", 1)
    voucher = books.voucher_of(invoice)
    assert (voucher["VoucherType"], voucher["NumberAndNumberSeries"]) == (14, invoice["VoucherNumber"])
    assert voucher["SourceId"] == invoice["Id"]
    assert books.row(INVOICES, filter=f"CreatedFromDraftId eq {draft['Id']}") == invoice
    assert books.refusal("GET", f"{DRAFTS}/{draft['Id']}") == (404, 3000)
    assert books.refusal("POST", f"{DRAFTS}/{draft['Id']}/convert") == (404, 3000)


def test_whether_the_invoice_names_its_draft_can_be_turned(books: EAccountingCompany) -> None:
    books.vendor.change({"names_draft": False})
    draft = books.post(DRAFTS, books.sale())
    assert books.post(f"{DRAFTS}/{draft['Id']}/convert")["CreatedFromDraftId"] is None


@pytest.mark.parametrize(
    ("on", "keeps", "query", "expected"),
    [
        ("2026-10-20", False, {}, "2026-11-05"),
        ("2026-11-20", False, {}, "2026-11-20"),
        (None, False, {}, "2026-11-05"),
        ("2026-10-20", True, {}, "2026-10-20"),
        ("2026-10-20", False, {"keepOriginalDraftDate": True}, "2026-10-20"),
        ("2026-10-20", True, {"overrideCompanyKeepOriginalDraftDate": True}, "2026-11-05"),
        (None, True, {}, "2026-11-03"),
    ],
)
def test_a_past_date_becomes_today_unless_it_is_kept(
    books: EAccountingCompany, on: str | None, keeps: bool, query: dict[str, bool], expected: str
) -> None:
    books.people.change_settings(KeepOriginalDraftDate=keeps)
    books.turn(days=-2)
    draft = books.post(DRAFTS, books.sale(InvoiceDate=on))
    books.turn(days=2)
    books.tokens = books.vendor.connect()
    assert books.post(f"{DRAFTS}/{draft['Id']}/convert", **query)["InvoiceDate"] == expected


def test_what_the_caller_expects_is_compared_before_anything_is_booked(books: EAccountingCompany) -> None:
    draft = books.post(DRAFTS, books.sale(books.line(Quantity=Decimal("0.33"), UnitPrice=Decimal("95.05"))))
    path = f"{DRAFTS}/{draft['Id']}/convert"
    good = {"TotalAmountInvoiceCurrency": Decimal("37.96"), "TotalVatAmountInvoiceCurrency": Decimal("6.59")}
    row = {"LineNumber": 0, "TotalAmountNoVatInvoiceCurrency": Decimal("31.37")}
    row["TotalAmountIncVatInvoiceCurrency"] = Decimal("37.96")
    wrongs: tuple[dict[str, Any], ...] = (
        {**good, "TotalAmountInvoiceCurrency": Decimal("37.95")},
        {"TotalRoundingsInvoiceCurrency": Decimal("0.01")},
        {"Rows": [{**row, "TotalAmountIncVatInvoiceCurrency": Decimal("37.95")}]},
        {"Rows": [{**row, "LineNumber": 7}]},
        {"Rows": [{}]},
    )
    for wrong in wrongs:
        assert books.refusal("POST", path, wrong) == (400, 2000)
    assert len(books.rows(INVOICES)) == 3
    assert books.post(path, {**good, "Rows": [row]})["TotalAmount"] == Decimal("37.96")


def test_a_draft_without_rows_cannot_be_converted(books: EAccountingCompany) -> None:
    draft = books.post(DRAFTS, {**books.sale(), "Rows": []})
    assert books.refusal("POST", f"{DRAFTS}/{draft['Id']}/convert") == (400, 2000)
    assert books.get(f"{DRAFTS}/{draft['Id']}")["Rows"] == []


@pytest.mark.parametrize(("on", "code"), [("2025-06-01", 4026), ("2027-01-15", 3001)])
def test_nothing_is_booked_in_a_locked_or_missing_year_and_no_number_is_lost(
    books: EAccountingCompany, on: str, code: int
) -> None:
    assert books.refusal("POST", INVOICES, books.sale(InvoiceDate=on)) == (400, code)
    draft = books.post(DRAFTS, books.sale(InvoiceDate=on))
    path = f"{DRAFTS}/{draft['Id']}/convert"
    assert books.refusal("POST", path, keepOriginalDraftDate=True) == (400, code)
    assert books.get(f"{DRAFTS}/{draft['Id']}")["Id"] == draft["Id"]
    assert books.post(INVOICES, books.sale())["InvoiceNumber"] == 4
