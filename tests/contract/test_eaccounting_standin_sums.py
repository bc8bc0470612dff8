"""Sums of the eAccounting stand-in: exact to the hundredth under both conventions of VAT, and where they are booked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.contract.eaccounting_company import EAccountingCompany

DRAFTS, INVOICES = "customerinvoicedrafts", "customerinvoices"


@pytest.fixture
def books() -> EAccountingCompany:
    return EAccountingCompany()


# sums


def total(books: EAccountingCompany, *lines: dict[str, Any], customer: str = "10001") -> tuple[object, ...]:
    draft = books.post(DRAFTS, books.sale(*lines, customer=customer))
    return draft["TotalAmount"], draft["TotalVatAmount"], draft["TotalRoundings"]


def test_a_row_is_quantity_times_price_less_discount_rounded_half_away_from_zero(books: EAccountingCompany) -> None:
    line = books.line(Quantity=Decimal("7.25"), UnitPrice=Decimal("0.10"), DiscountPercentage=Decimal("0.1"))
    draft = books.post(DRAFTS, books.sale(line))
    assert draft["Rows"][0]["Amount"] == Decimal("0.65")  # 0.6525
    half = books.post(DRAFTS, books.sale(books.line(Quantity=Decimal("0.5"), UnitPrice=Decimal("0.01"))))
    assert half["Rows"][0]["Amount"] == Decimal("0.01")


def test_vat_is_rounded_once_for_each_rate_or_in_every_row(books: EAccountingCompany) -> None:
    lines = [books.line(UnitPrice=Decimal("0.07")) for _ in range(3)]  # 0.0147 each, 0.0441 together
    assert total(books, *lines) == (Decimal("0.25"), Decimal("0.04"), 0)
    books.vendor.change({"vat_by_row": True})
    assert total(books, *lines) == (Decimal("0.24"), Decimal("0.03"), 0)


def test_rates_are_summed_apart(books: EAccountingCompany) -> None:
    lines = (books.line(), books.line("A104"), books.line("A109"))
    invoice = books.post(INVOICES, books.sale(*lines))
    assert invoice["TotalAmount"] == Decimal("330.00")
    assert [
        (one["VatPercent"], one["AmountInvoiceCurrency"], one["VatAmountInvoiceCurrency"])
        for one in invoice["VatSpecification"]
    ] == [
        (Decimal("0.21"), 100, 21),
        (Decimal("0.09"), 100, 9),
        (0, 100, 0),
    ]


def test_prices_of_private_persons_hold_vat_which_is_taken_out_of_the_sum(books: EAccountingCompany) -> None:
    draft = books.post(DRAFTS, books.sale(books.line(), customer="10010"))
    assert (draft["IncludesVat"], draft["CustomerIsPrivatePerson"]) == (True, True)
    assert (draft["TotalAmount"], draft["TotalVatAmount"]) == (Decimal("100.00"), Decimal("17.36"))
    lines = [books.line(UnitPrice=Decimal("0.10")) for _ in range(3)]  # 0.0174 each, 0.0521 together
    assert total(books, *lines, customer="10010") == (Decimal("0.30"), Decimal("0.05"), 0)
    books.vendor.change({"vat_by_row": True})
    assert total(books, *lines, customer="10010") == (Decimal("0.30"), Decimal("0.06"), 0)
    article = books.post(DRAFTS, books.sale(books.line(UnitPrice=None), customer="10010"))
    assert article["Rows"][0]["UnitPrice"] == Decimal("114.95")


def test_the_company_can_show_private_persons_prices_without_vat(books: EAccountingCompany) -> None:
    books.control("company-settings", fields={"ShowPricesExclVatPC": True})
    draft = books.post(DRAFTS, books.sale(customer="10010"))
    assert (draft["IncludesVat"], draft["TotalAmount"]) == (False, 121)


def test_the_kind_of_person_can_be_overridden_by_the_call(books: EAccountingCompany) -> None:
    body = books.sale(customer="10010", CustomerIsPrivatePerson=False)
    assert books.post(DRAFTS, body)["IncludesVat"] is True
    assert books.post(DRAFTS, body, overrideCustomerIsPrivatePerson=True)["IncludesVat"] is False


@pytest.mark.parametrize(
    ("price", "rounded", "rounding"),
    [("100.00", "121", "0"), ("100.40", "121", "-0.48"), ("100.41", "122", "0.50"), ("100.42", "122", "0.49")],
)
def test_totals_can_be_rounded_to_whole_units(
    books: EAccountingCompany, price: str, rounded: str, rounding: str
) -> None:
    books.people.change_settings(DomesticCurrencyRounding=1)
    sums = total(books, books.line(UnitPrice=Decimal(price)))
    assert (sums[0], sums[2]) == (Decimal(rounded), Decimal(rounding))


def test_half_a_unit_is_rounded_away_from_zero_on_credits_too(books: EAccountingCompany) -> None:
    books.people.change_settings(DomesticCurrencyRounding=1)
    body = books.sale(books.line("A109", UnitPrice=Decimal("10.50")))
    assert books.post(DRAFTS, body)["TotalAmount"] == 11
    credit = books.post(DRAFTS, {**body, "IsCreditInvoice": True})
    assert (credit["TotalAmount"], credit["TotalRoundings"]) == (-11, Decimal("-0.50"))
    foreign = books.post(DRAFTS, books.sale(books.line(UnitPrice=Decimal("10.50")), customer="10008"))
    assert (foreign["TotalAmount"], foreign["TotalRoundings"]) == (Decimal("10.50"), 0)


@pytest.mark.parametrize("customer", ["10001", "10010"])
@pytest.mark.parametrize("by_row", [True, False])
def test_every_invoice_has_a_voucher_that_balances(customer: str, by_row: bool) -> None:
    books = EAccountingCompany(vat_by_row=by_row)
    books.people.change_settings(DomesticCurrencyRounding=1)
    for cents in range(1, 60):
        price = Decimal(cents) * Decimal("1.37")
        lines = (
            books.line(UnitPrice=price),
            books.line(UnitPrice=price, Quantity=3),
            books.line("A104", UnitPrice=price),
        )
        invoice = books.post(INVOICES, books.sale(*lines, customer=customer))
        rows = books.voucher_of(invoice)["Rows"]
        assert sum(row["DebitAmount"] for row in rows) == sum(row["CreditAmount"] for row in rows)
        assert rows[0]["DebitAmount"] == invoice["TotalAmount"] == round(invoice["TotalAmount"])
        nets = [one["AmountInvoiceCurrency"] + one["VatAmountInvoiceCurrency"] for one in invoice["VatSpecification"]]
        assert sum(nets) + invoice["TotalRoundings"] == invoice["TotalAmount"]


# which account, which VAT


def account_of(
    books: EAccountingCompany, *lines: dict[str, Any], customer: str = "10001", **head: object
) -> tuple[object, ...]:
    invoice = books.post(INVOICES, books.sale(*lines, customer=customer, **head))
    return books.voucher_of(invoice)["Rows"][1]["AccountNumber"], invoice["TotalVatAmount"]


def test_the_account_comes_from_the_articles_coding_and_the_customers_vat_situation(books: EAccountingCompany) -> None:
    assert account_of(books, books.line()) == (8000, 21)
    assert account_of(books, books.line("A104")) == (8010, 9)
    assert account_of(books, books.line("A109")) == (8020, 0)
    assert account_of(books, books.line(IsVatFree=True)) == (8030, 0)
    assert account_of(books, books.line(), customer="10009") == (8050, 0)
    assert account_of(books, books.line(), customer="10008") == (8060, 0)
    assert account_of(books, books.line(), customer="10009", EuThirdParty=True) == (8070, 0)
    books.people.edit("customers", "10009", VatNumber=None)
    assert account_of(books, books.line(), customer="10009") == (8000, 21)
    books.people.edit("customers", "10008", ForceBookkeepVat=True)
    assert account_of(books, books.line(), customer="10008")[0] == 8000


def test_reverse_charge_on_construction_needs_the_customers_flag_and_the_rows(books: EAccountingCompany) -> None:
    body = books.sale(books.line(ReversedConstructionServicesVatFree=True))
    assert books.refusal("POST", DRAFTS, body) == (400, 2000)
    books.people.edit("customers", "10001", ReverseChargeOnConstructionServices=True, VatNumber="NL123456789B01")
    draft = books.post(DRAFTS, body)
    assert (draft["ReverseChargeOnConstructionServices"], draft["TotalVatAmount"]) == (True, 0)
    assert books.post(DRAFTS, books.sale())["ReverseChargeOnConstructionServices"] is False


def test_revenue_is_booked_by_project_and_cost_centre(books: EAccountingCompany) -> None:
    project, item = books.rows("projects")[0]["Id"], books.rows("costcenters")[0]["Items"][0]["Id"]
    lines = (books.line(ProjectId=project), books.line(ProjectId=project), books.line(CostCenterItemId1=item))
    rows = books.voucher_of(books.post(INVOICES, books.sale(*lines)))["Rows"]
    assert [(row["AccountNumber"], row["ProjectId"], row["CostCenterItemId1"]) for row in rows] == [
        (1300, None, None),
        (8000, project, None),
        (8000, None, item),
        (1510, None, None),
    ]
    assert [row["CreditAmount"] for row in rows] == [0, 200, 100, 63]


def test_a_foreign_currency_is_booked_in_the_companys_own(books: EAccountingCompany) -> None:
    invoice = books.post(INVOICES, books.sale(books.line(UnitPrice=1000), customer="10008"))
    assert (invoice["CurrencyCode"], invoice["CurrencyRate"]) == ("NOK", Decimal("0.085"))
    assert (invoice["TotalAmountInvoiceCurrency"], invoice["TotalAmount"]) == (1000, 85)
    own = books.post(INVOICES, books.sale(books.line(UnitPrice=1000), customer="10008", CurrencyRate=Decimal("0.09")))
    assert books.voucher_of(own)["Rows"][0]["DebitAmount"] == 90
