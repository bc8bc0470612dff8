"""Master data of the eAccounting stand-in: customers, articles, projects, cost centres, settings, set-up lists."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.contract.eaccounting_company import EAccountingCompany


@pytest.fixture
def books() -> EAccountingCompany:
    return EAccountingCompany()


# the company that is there


def test_the_seed_has_a_company_with_misfits(books: EAccountingCompany) -> None:
    customers = {row["CustomerNumber"]: row for row in books.rows("customers")}
    assert list(customers) == [str(number) for number in range(10001, 10013)]
    assert customers["10012"]["Name"] == customers["10001"]["Name"]
    assert [number for number, row in customers.items() if not row["IsActive"]] == ["10011"]
    articles = {row["Number"]: row for row in books.rows("articles")}
    assert list(articles) == [f"A{number}" for number in range(100, 111)]
    assert not articles["A110"]["IsActive"]
    coding = books.get(f"articleaccountcodings/{articles['A109']['CodingId']}")
    assert (coding["VatRate"], coding["VatRatePercent"]) == (None, None)
    assert [row["Number"] for row in books.rows("projects")] == ["P1", "P2", "P3", "P4"]
    assert [row["PaymentStatus"] for row in books.rows("customerinvoices")] == [0, 2, 2]


# customers


def test_a_minimal_customer_is_made_with_the_next_number(books: EAccountingCompany) -> None:
    assert books.get("companysettings")["NextCustomerNumber"] == 10013
    made = books.post("customers", books.new_customer())
    assert (made["CustomerNumber"], made["CurrencyCode"], made["TermsOfPayment"]["Name"]) == (
        "10013",
        "EUR",
        "30 dagen",
    )
    assert books.get(f"customers/{made['Id']}") == made
    assert books.get("companysettings")["NextCustomerNumber"] == 10014


def test_the_next_number_skips_those_that_were_taken_by_hand(books: EAccountingCompany) -> None:
    assert books.post("customers", books.new_customer(CustomerNumber="10013"))["CustomerNumber"] == "10013"
    assert books.post("customers", books.new_customer(CustomerNumber="K-7"))["CustomerNumber"] == "K-7"
    assert books.post("customers", books.new_customer())["CustomerNumber"] == "10014"


def test_a_number_that_another_customer_has_is_a_conflict(books: EAccountingCompany) -> None:
    assert books.refusal("POST", "customers", books.new_customer(CustomerNumber="10002")) == (409, 4000)
    third = books.customer("10003")
    assert books.refusal("PUT", f"customers/{third['Id']}", {**third, "CustomerNumber": "10002"}) == (409, 4000)
    assert books.put(f"customers/{third['Id']}", third)["CustomerNumber"] == "10003"


@pytest.mark.parametrize(
    "name", ["Name", "InvoiceCity", "InvoicePostalCode", "TermsOfPaymentId", "IsPrivatePerson", "IsActive"]
)
def test_required_fields_of_a_customer_are_required_of_foreign_ones_too(books: EAccountingCompany, name: str) -> None:
    body = books.new_customer(InvoiceCountryCode="DE", **{name: None})
    assert books.refusal("POST", "customers", body) == (400, 2000)
    assert name in books.said("POST", "customers", body)


@pytest.mark.parametrize(
    ("name", "longest"),
    [("Name", 50), ("CustomerNumber", 16), ("InvoicePostalCode", 10), ("InvoiceAddress1", 50), ("EmailAddress", 255)],
)
def test_texts_are_not_cut_but_refused(books: EAccountingCompany, name: str, longest: int) -> None:
    assert books.post("customers", books.new_customer(**{name: "x" * longest}))[name] == "x" * longest
    body = books.new_customer(**{name: "x" * (longest + 1)})
    assert books.refusal("POST", "customers", body) == (400, 2000)
    assert f"must be a string with a maximum length of {longest}" in books.said("POST", "customers", body)


@pytest.mark.parametrize(
    "changed",
    [
        {"IsActive": "true"},
        {"Name": 5},
        {"DiscountPercentage": Decimal("1.1")},
        {"DiscountPercentage": Decimal("0.12345")},
        {"DiscountPercentage": "0.1"},
        {"TermsOfPaymentId": "30"},
        {"CurrencyCode": "XYZ"},
        {"VatNumber": "123"},
        {"ReverseChargeOnConstructionServices": True},
        {"WebshopCustomerNumber": Decimal("1.5")},
    ],
)
def test_values_that_do_not_fit_are_refused(books: EAccountingCompany, changed: dict[str, object]) -> None:
    assert books.refusal("POST", "customers", books.new_customer(**changed)) == (400, 2000)


def test_terms_have_to_be_there_and_for_sales(books: EAccountingCompany) -> None:
    unknown = books.new_customer(TermsOfPaymentId=books.customer()["Id"])
    assert books.refusal("POST", "customers", unknown) == (400, 3000)
    purchase = books.named("termsofpayments", "60 dagen", "Name")
    assert books.refusal("POST", "customers", books.new_customer(TermsOfPaymentId=purchase["Id"])) == (400, 2000)


def test_names_are_read_in_any_case_and_read_only_ones_are_passed_over(books: EAccountingCompany) -> None:
    body = {key.lower(): value for key, value in books.new_customer().items()}
    made = books.post("customers", {**body, "Id": books.customer()["Id"], "unpaidInvoicesAmount": 5, "Colour": "red"})
    assert (made["Name"], made["UnpaidInvoicesAmount"]) == ("Nieuw Begin BV", None)
    assert made["Id"] != books.customer()["Id"]


def test_vies_can_refuse_a_number_or_be_out_of_reach(books: EAccountingCompany) -> None:
    body = books.new_customer(VatNumber="NL123456789B01")
    assert books.post("customers", body)["VatNumber"] == "NL123456789B01"
    for state in ("invalid", "down"):
        books.vendor.change({"vies": state})
        assert books.refusal("POST", "customers", body) == (400, 2000)
        assert "VIES" in books.said("POST", "customers", body)


def test_a_put_wipes_what_it_leaves_out(books: EAccountingCompany) -> None:
    made = books.post("customers", books.new_customer(EmailAddress="a@b.example.test", Note="x", MobilePhone="06"))
    put = books.put(f"customers/{made['Id']}", books.new_customer(Name="Ander Begin BV"))
    assert (put["Name"], put["CustomerNumber"]) == ("Ander Begin BV", made["CustomerNumber"])
    assert (put["EmailAddress"], put["Note"], put["MobilePhone"]) == (None, None, None)
    assert books.refusal("PUT", f"customers/{made['Id']}", {"Name": "Half"}) == (400, 2000)
    whole = books.put(f"customers/{made['Id']}", {**made, "Name": "Heel"})
    assert (whole["EmailAddress"], whole["Note"]) == ("a@b.example.test", "x")


def test_only_a_customer_that_nothing_refers_to_can_be_deleted(books: EAccountingCompany) -> None:
    made = books.post("customers", books.new_customer())
    books.delete(f"customers/{made['Id']}")
    assert books.refusal("GET", f"customers/{made['Id']}") == (404, 3000)
    assert books.refusal("DELETE", f"customers/{made['Id']}") == (404, 3000)
    assert books.refusal("DELETE", f"customers/{books.customer('10002')['Id']}") == (400, 4001)


def test_what_a_post_and_a_delete_answer_can_be_turned(books: EAccountingCompany) -> None:
    books.vendor.change({"created_status": 200, "empty_posts": True, "delete_status": 200})
    answer = books.call("POST", "customers", books.new_customer())
    assert (answer.status_code, answer.content) == (200, b"")
    assert books.call("DELETE", f"customers/{books.customer('10013')['Id']}").status_code == 200


# articles


def new_article(books: EAccountingCompany, **changed: object) -> dict[str, object]:
    pattern = books.named("articles", "A100")
    body = {
        "Number": "B1",
        "Name": "Nieuw",
        "IsActive": True,
        "CodingId": pattern["CodingId"],
        "UnitId": pattern["UnitId"],
    }
    return {name: value for name, value in {**body, **changed}.items() if value is not None}


def test_of_net_and_gross_price_one_follows_from_the_other(books: EAccountingCompany) -> None:
    net = books.post("articles", new_article(books, NetPrice=Decimal("99.99")))
    assert (net["NetPrice"], net["GrossPrice"]) == (Decimal("99.99"), Decimal("120.99"))
    gross = books.post("articles", new_article(books, Number="B2", GrossPrice=Decimal("121.00")))
    assert gross["NetPrice"] == Decimal("100.00")
    both = books.post("articles", new_article(books, Number="B3", NetPrice=100, GrossPrice=1))
    assert both["GrossPrice"] == Decimal("121.00")


@pytest.mark.parametrize("name", ["Number", "Name", "IsActive", "CodingId", "UnitId"])
def test_required_fields_of_an_article(books: EAccountingCompany, name: str) -> None:
    assert books.refusal("POST", "articles", new_article(books, **{name: None})) == (400, 2000)


def test_an_articles_number_is_its_own_and_its_coding_says_whether_it_is_a_service(books: EAccountingCompany) -> None:
    assert books.refusal("POST", "articles", new_article(books, Number="A100")) == (409, 4000)
    assert books.refusal("POST", "articles", new_article(books, NetPrice=Decimal("1.005"))) == (400, 2000)
    assert books.refusal("POST", "articles", new_article(books, CodingId=books.customer()["Id"])) == (400, 3000)
    goods = books.named("articles", "A106")
    assert (goods["IsServiceArticle"], books.named("articles", "A100")["IsServiceArticle"]) == (False, True)
    put = books.put(f"articles/{goods['Id']}", {**goods, "Name": "Folders"})
    assert (put["Name"], put["UnitAbbreviation"], put["NetPrice"]) == ("Folders", "stuk", Decimal("0.35"))


def test_prices_for_a_customer_need_one(books: EAccountingCompany) -> None:
    assert len(books.rows("articles", customerId=books.customer()["Id"])) == 11
    assert books.refusal("GET", "articles", customerId=books.named("articles", "A100")["Id"]) == (400, 3000)


# projects and cost centres


def test_a_project_has_a_number_of_nine_characters(books: EAccountingCompany) -> None:
    body = {"Number": "P12345678", "Name": "Huisstijl", "StartDate": "2026-11-01"}
    made = books.post("projects", {**body, "CustomerId": books.customer()["Id"]})
    assert (made["Status"], made["CustomerName"]) == (1, "Molenwiek Bakkerijen BV")
    assert books.get(f"projects/{made['Id']}") == made
    assert books.refusal("POST", "projects", {**body, "Number": "P123456789"}) == (400, 2000)
    assert books.refusal("POST", "projects", body) == (409, 4000)
    for changed in ({"StartDate": None}, {"Status": 3}, {"EndDate": "2026-10-01"}, {"StartDate": "soon"}):
        assert books.refusal("POST", "projects", {**body, "Number": "P9", **changed}) == (400, 2000)
    assert books.refusal("POST", "projects", {**body, "Number": "P9", "CustomerId": made["Id"]}) == (400, 3000)
    finished = books.put(f"projects/{made['Id']}", {**body, "Status": 2})
    assert (finished["Status"], finished["CustomerId"], finished["CustomerName"]) == (2, None, None)
    assert books.call("DELETE", f"projects/{made['Id']}").status_code == 405


def test_items_of_cost_centres_stand_in_their_centre_and_cannot_be_listed(books: EAccountingCompany) -> None:
    department, place = books.rows("costcenters")
    assert [row["ShortName"] for row in department["Items"]] == ["ONTWERP", "WEB", "TEKST"]
    assert (department["Number"], place["Number"]) == (1, 2)
    assert books.call("GET", "costcenteritems").status_code == 405
    body = {"CostCenterId": place["Id"], "Name": "Delft", "ShortName": "DELFT", "IsActive": True}
    made = books.post("costcenteritems", body)
    assert books.get(f"costcenteritems/{made['Id']}") == made
    assert books.refusal("POST", "costcenteritems", body) == (409, 4000)
    assert books.refusal("POST", "costcenteritems", {**body, "ShortName": "0123456789"}) == (400, 2000)
    assert books.put(f"costcenteritems/{made['Id']}", {**body, "IsActive": False})["IsActive"] is False
    renamed = books.put(f"costcenters/{place['Id']}", {"Name": "Kantoor", "IsActive": True})
    assert (renamed["Name"], renamed["Number"], len(renamed["Items"])) == ("Kantoor", 2, 3)


# settings


def test_settings_are_one_object_and_a_put_replaces_everything(books: EAccountingCompany) -> None:
    settings = books.get("companysettings")
    assert (settings["CountryCode"], settings["CurrencyCode"], settings["ProductVariant"]) == ("NL", "EUR", 5)
    assert settings["ActivatedModules"] == ["api_standard"]
    assert books.refusal("PUT", "companysettings", {"Name": "Half"}) == (400, 2000)
    put = books.put("companysettings", {**settings, "Email": None, "DomesticCurrencyRounding": 1, "ProductVariant": 1})
    assert (put["Email"], put["DomesticCurrencyRounding"], put["ProductVariant"]) == (None, 1, 5)
    assert books.refusal("PUT", "companysettings", {**settings, "CountryCode": "SE"}) == (400, 2000)


def test_the_app_can_be_set_active(books: EAccountingCompany) -> None:
    assert books.row("appstore/status")["ActivationStatus"] == 0
    assert books.put("appstore/status", {"ActivationStatus": 1})["ActivationStatus"] == 1
    assert books.row("appstore/status")["ActivationStatus"] == 1
    assert books.refusal("PUT", "appstore/status", {"ActivationStatus": 2}) == (400, 2000)


def test_a_partners_link_hangs_on_a_row_that_is_there(books: EAccountingCompany) -> None:
    body = {"ResourceId": books.customer()["Id"], "ResourceType": 1, "Href": "https://handoff.example.test/1"}
    body |= {"PartnerCompanyName": "Handoff", "PartnerSystemName": "handoff"}
    made = books.post("partnerresourcelinks", body)
    assert books.row("partnerresourcelinks", filter=f"ResourceId eq {body['ResourceId']}") == made
    assert books.put(f"partnerresourcelinks/{made['Id']}", {**body, "Href": "x"})["Href"] == "x"
    assert books.refusal("POST", "partnerresourcelinks", {**body, "ResourceType": 0}) == (400, 3000)
    assert books.refusal("POST", "partnerresourcelinks", {**body, "ResourceType": 9}) == (400, 2000)
    books.delete(f"partnerresourcelinks/{made['Id']}")
    assert books.refusal("GET", f"partnerresourcelinks/{made['Id']}") == (404, 3000)


# what differs by country


@pytest.mark.parametrize(
    ("country", "currency", "codes", "rate"),
    [
        ("NL", "EUR", ["1a", "1b", "1e"], "0.21"),
        ("SE", "SEK", ["10", "11", "12"], "0.25"),
        ("NO", "NOK", ["3", "31", "33"], "0.25"),
        ("DK", "DKK", ["U25", "U0"], "0.25"),
        ("FI", "EUR", ["301", "302", "303"], "0.255"),
    ],
)
def test_each_country_has_its_vat_codes_and_accounts(country: str, currency: str, codes: list[str], rate: str) -> None:
    books = EAccountingCompany(country=country)
    assert books.get("companysettings")["CurrencyCode"] == currency
    vats = books.rows("vatcodes")
    assert [row["Code"] for row in vats] == codes
    assert vats[0]["VatRate"] == Decimal(rate)
    year = books.rows("fiscalyears")[1]["Id"]
    accounts = {row["Number"] for row in books.rows(f"accounts/{year}")}
    for coding in books.rows("articleaccountcodings"):
        assert str(coding["DomesticSalesSubjectToVatAccountNumber"]) in accounts
    assert str(vats[0]["RelatedAccounts"]["AccountNumber1"]) in accounts
    invoice = books.post("customerinvoices", books.sale())
    assert invoice["TotalAmount"] == 100 * (1 + Decimal(rate))


def test_rates_are_of_today_or_of_the_day_that_is_asked_for() -> None:
    books = EAccountingCompany(country="FI")
    code = books.rows("vatcodes")[0]
    assert books.get(f"vatcodes/{code['Id']}", vatRateDate="2024-08-31")["VatRate"] == Decimal("0.24")
    coding = books.rows("articleaccountcodings", vatRateDate="2024-08-31")[0]
    assert (coding["VatRate"], coding["VatRatePercent"]) == ("24%", Decimal("0.24"))
    rates = books.rows("vatcodesrates")[0]["VatRates"]
    assert [(one["VatRateDate"], one["VatRate"]) for one in rates] == [
        (None, Decimal("0.24")),
        ("2024-09-01", Decimal("0.255")),
    ]
    assert books.refusal("GET", "vatcodes", vatRateDate="soon") == (400, 2000)


def test_rates_can_be_percents_instead_of_fractions() -> None:
    books = EAccountingCompany(vat_as_percent=True)
    assert books.rows("vatcodes")[0]["VatRate"] == 21
    assert books.rows("articleaccountcodings")[0]["VatRatePercent"] == 21


def test_ids_differ_between_companies() -> None:
    first = EAccountingCompany(companies=2)
    second = EAccountingCompany(1, house=first)
    for path in ("articles", "termsofpayments", "vatcodes", "units", "fiscalyears", "bankaccounts"):
        assert not {row["Id"] for row in first.rows(path)} & {row["Id"] for row in second.rows(path)}
    assert second.refusal("GET", f"customers/{first.customer()['Id']}") == (404, 3000)


def test_small_lists_are_there(books: EAccountingCompany) -> None:
    assert [row["Abbreviation"] for row in books.rows("units")] == ["uur", "dag", "stuk", "km", "maand"]
    assert [row["NumberOfDays"] for row in books.rows("termsofpayments")] == [30, 14, 8, 30, 0, 60]
    assert {"EUR", "SEK", "NOK"} <= {row["Code"] for row in books.rows("currencies")}
    assert books.get("countries/NL")["IsEuMember"] is True
    assert books.refusal("GET", "countries/XX") == (404, 3000)
    assert [row["IsCurrentUser"] for row in books.rows("users")] == [True, False]
    bank = books.row("bankaccounts")
    assert (bank["LedgerAccountNumber"], books.get(f"bankaccounts/{bank['Id']}")) == (1100, bank)
