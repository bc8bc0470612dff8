"""Lists of the eAccounting stand-in: pages, filters, order, properties, and what has changed since."""

from __future__ import annotations

import re

import pytest

from tests.contract.eaccounting_company import EAccountingCompany


@pytest.fixture
def books() -> EAccountingCompany:
    return EAccountingCompany()


def numbers(books: EAccountingCompany, **query: object) -> list[str]:
    return [row["CustomerNumber"] for row in books.rows("customers", **query)]


# pages


def test_fifty_rows_are_a_page_unless_another_size_is_asked_for() -> None:
    books = EAccountingCompany(extra_customers=100)
    first = books.get("customers")
    assert len(first["Data"]) == 50
    meta = first["Meta"]
    assert re.fullmatch(r"2026-11-05T12:00:00\.\d{7}Z", meta.pop("ServerTimeUtc"))
    assert meta == {"CurrentPage": 1, "PageSize": 50, "TotalNumberOfPages": 3, "TotalNumberOfResults": 112}
    last = books.get("customers", page=3)
    assert (last["Meta"]["CurrentPage"], len(last["Data"])) == (3, 12)
    assert books.get("customers", page=4)["Data"] == []


def test_an_empty_list_is_one_page(books: EAccountingCompany) -> None:
    empty = books.get("customerledgeritems")
    assert (empty["Data"], empty["Meta"]["TotalNumberOfPages"], empty["Meta"]["TotalNumberOfResults"]) == ([], 1, 0)


@pytest.mark.parametrize(("name", "value"), [("page", "0"), ("page", "x"), ("pagesize", "0"), ("pagesize", "1001")])
def test_pages_that_cannot_be_are_refused(books: EAccountingCompany, name: str, value: str) -> None:
    assert books.refusal("GET", "customers", **{name: value}) == (400, 2000)


def test_a_page_that_is_too_large_can_be_cut_instead() -> None:
    books = EAccountingCompany(extra_customers=1000, cuts_pages=True)
    assert len(books.get("customers", pagesize=5000)["Data"]) == 1000


# filters


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("CustomerNumber eq '10003'", ["10003"]),
        ("Name eq 'molenwiek bakkerijen bv'", ["10001", "10012"]),
        ("Name eq 'Molenwiek Bakkerijen BV' and CustomerNumber ne '10001'", ["10012"]),
        ("CustomerNumber eq '10002' or CustomerNumber eq '10003'", ["10002", "10003"]),
        ("IsActive eq false", ["10011"]),
        ("not (IsActive eq true)", ["10011"]),
        ("IsPrivatePerson eq true or (CurrencyCode eq 'NOK' and IsActive eq true)", ["10008", "10010"]),
        ("VatNumber ne null", ["10009"]),
        ("VatNumber eq 'O''Hara'", []),
        ("CustomerNumber ge '10011' and CustomerNumber le '10012'", ["10011", "10012"]),
        ("customernumber eq '10001'", ["10001"]),
        ("UnpaidInvoicesAmount gt 0", ["10002", "10003"]),
        ("LastInvoiceDate ge 2026-09-01", ["10003"]),
        ("LastInvoiceDate ge 2026-08-17T00:00:00.00Z and LastInvoiceDate le 2026-08-17T23:59:59.00Z", ["10002"]),
        ("ChangedUtc gt 2026-10-01T06:00:00Z", []),
        ("ChangedUtc ge 2026-10-01T06:00:00.0000000Z and CustomerNumber eq '10001'", ["10001"]),
    ],
)
def test_rows_are_narrowed_by_a_filter(books: EAccountingCompany, wanted: str, found: list[str]) -> None:
    assert numbers(books, filter=wanted) == found


def test_guids_stand_without_quotes(books: EAccountingCompany) -> None:
    customer = books.customer("10002")["Id"]
    assert [row["CustomerId"] for row in books.rows("customerinvoices", filter=f"CustomerId eq {customer}")] == [
        customer
    ]


def test_numbers_and_properties_can_be_negated(books: EAccountingCompany) -> None:
    credit = books.post("customerinvoices", books.sale(IsCreditInvoice=True))
    path = "customerinvoices"
    assert books.row(path, filter="TotalAmountInvoiceCurrency eq -121")["Id"] == credit["Id"]
    assert len(books.rows(path, filter="RemainingAmountInvoiceCurrency eq TotalAmountInvoiceCurrency")) == 3
    assert books.rows(path, filter="RemainingAmountInvoiceCurrency eq -TotalAmountInvoiceCurrency") == []
    assert books.rows(path, filter="InvoiceNumber gt -1 and -InvoiceNumber lt 0") == books.rows(path)


@pytest.mark.parametrize(
    "wanted",
    [
        "Colour eq 'red'",
        "CustomerNumber eq 10001",
        "CustomerNumber like '1'",
        "CustomerNumber eq",
        "(CustomerNumber eq '1'",
        "CustomerNumber eq '1",
        "CustomerNumber eq '1' extra",
        "Notes eq 'x'",
        "IsActive eq 'true'",
        "-Name eq 'x'",
        "contains(Name,'wiek')",
        "LastInvoiceDate gt 2026-13-45",
        "CustomerNumber eq #",
        "substringof('a', Name)",
    ],
)
def test_what_cannot_be_filtered_by_is_refused(books: EAccountingCompany, wanted: str) -> None:
    assert books.refusal("GET", "customers", filter=wanted) == (400, 2000)


def test_functions_on_texts_can_be_switched_on() -> None:
    books = EAccountingCompany(filter_functions=True)
    assert numbers(books, filter="contains(Name,'WIEK')") == ["10001", "10012"]
    assert numbers(books, filter="startswith(Name,'Stichting') or endswith(Name,'GmbH')") == ["10003", "10009"]
    assert books.refusal("GET", "customers", filter="contains(Name,5)") == (400, 2000)


def test_properties_can_be_made_unfilterable() -> None:
    books = EAccountingCompany(unfilterable=["CreatedFromDraftId"])
    assert books.refusal("GET", "customerinvoices", filter="CreatedFromDraftId eq null") == (400, 2000)
    assert len(books.rows("customerinvoices", filter="InvoiceNumber gt 0")) == 3


# order and properties


def test_rows_are_ordered_by_one_property_or_several(books: EAccountingCompany) -> None:
    assert numbers(books, orderby="CustomerNumber desc")[:2] == ["10012", "10011"]
    assert numbers(books, orderby="Name,CustomerNumber desc")[4:6] == ["10012", "10001"]
    assert numbers(books, orderby="VatNumber desc")[0] == "10009"


@pytest.mark.parametrize("wanted", ["Colour", "Name up", "Name desc now"])
def test_an_order_that_is_none_is_refused(books: EAccountingCompany, wanted: str) -> None:
    assert books.refusal("GET", "customers", orderby=wanted) == (400, 2000)


def test_only_the_selected_properties_are_answered(books: EAccountingCompany) -> None:
    rows = books.rows("customers", select="CustomerNumber, name", filter="CustomerNumber eq '10003'")
    assert rows == [{"CustomerNumber": "10003", "Name": "Stichting Wilgenhof"}]
    assert books.refusal("GET", "customers", select="Colour") == (400, 2000)


def test_other_parameters_are_passed_over(books: EAccountingCompany) -> None:
    assert len(books.get("customers", top=2, skip=1)["Data"]) == 12


# what has changed


def test_a_changed_customer_is_found_from_the_time_of_the_server(books: EAccountingCompany) -> None:
    mark = books.get("customers")["Meta"]["ServerTimeUtc"]
    books.turn(seconds=1)
    changed = books.people.edit("customers", "10004", Name="Tulpenveld BV")
    assert numbers(books, filter=f"ChangedUtc gt {mark}") == [changed["CustomerNumber"]]


def test_changed_invoices_are_found_by_parameter_and_a_payment_is_no_change_unless_told_so(
    books: EAccountingCompany,
) -> None:
    path, since = "customerinvoices", "2026-11-05T00:00:00Z"
    assert books.rows(path, modifiedSinceUtc=since) == []
    books.people.pay("2", "100.00")
    assert books.rows(path, modifiedSinceUtc=since) == []
    books.vendor.change({"payments_stamp": True})
    books.people.pay("2", "100.00")
    assert [row["InvoiceNumber"] for row in books.rows(path, modifiedSinceUtc=since)] == [2]
    assert books.refusal("GET", path, modifiedSinceUtc="soon") == (400, 2000)


def test_stamps_have_only_the_digits_there_are(books: EAccountingCompany) -> None:
    books.turn(milliseconds=120)
    assert books.post("customers", books.new_customer())["ChangedUtc"] == "2026-11-05T12:00:00.12Z"
    assert books.customer("10001")["ChangedUtc"] == "2026-10-01T06:00:00Z"
