"""The Moment stand-in keeps the rules that a client can trip over: keys, companies, limits, faults."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from sandbox.klitrose import CUSTOMERS, INVOICES, PROJECTS
from sandbox.moment import CREDENTIALS, Options
from sandbox.moment.schema import ENTITIES
from sandbox.standin import BadOption
from tests.contract.moment_company import MomentCompany

CUSTOMERS_PATH = "/api/1.0/companies/klitrose/customers"


@pytest.fixture
def moment() -> Iterator[MomentCompany]:
    company = MomentCompany()
    yield company
    company.close()


# keys and companies


@pytest.mark.parametrize(
    ("user", "key", "text"),
    [
        ("apikey", "nonsense", "The API key is not valid."),
        ("somebody", CREDENTIALS.api_key, "The API key is not valid."),
        ("apikey", CREDENTIALS.expired_key, "The API key has expired."),
        ("apikey", CREDENTIALS.sandbox_key, "The API key is not valid in this environment."),
    ],
)
def test_a_key_that_does_not_fit_is_answered_401_in_plain_text(
    moment: MomentCompany, user: str, key: str, text: str
) -> None:
    response = moment.client(key, user).get(CUSTOMERS_PATH)
    assert (response.status_code, response.text) == (401, text)


@pytest.mark.parametrize("header", ["Bearer sandbox-moment-key", "Basic ///", "Basic /////w==", ""])
def test_only_basic_authorization_is_understood(moment: MomentCompany, header: str) -> None:
    client = httpx.Client(transport=moment.stand_in.transport(), base_url="https://moment.example.test")
    assert client.get(CUSTOMERS_PATH, headers={"Authorization": header}).status_code == 401


def test_a_key_is_for_its_environment() -> None:
    moment = MomentCompany(environment="Sandbox")
    assert moment.client(CREDENTIALS.sandbox_key).get(CUSTOMERS_PATH).status_code == 200
    assert moment.client(CREDENTIALS.api_key).get(CUSTOMERS_PATH).status_code == 401
    assert moment.client(CREDENTIALS.wide_key).get(CUSTOMERS_PATH).status_code == 200


def test_one_key_reaches_the_companies_of_its_user_and_no_other(moment: MomentCompany) -> None:
    second = CUSTOMERS_PATH.replace("klitrose", CREDENTIALS.second_company)
    assert moment.client(CREDENTIALS.wide_key).get(second).json()["content"] == []
    refused = moment.client(CREDENTIALS.api_key).get(second)
    assert (refused.status_code, refused.text) == (404, "Unknown company: klitrose-lab")
    assert moment.refusal("GET", CUSTOMERS_PATH.replace("klitrose", "nobody"))[0] == 404


def test_an_unknown_company_can_be_answered_403() -> None:
    assert MomentCompany(unknown_company_status=403).refusal("GET", "/api/1.0/companies/nobody/customers")[0] == 403


def test_a_key_runs_out_after_its_last_day_and_its_date_can_be_moved(moment: MomentCompany) -> None:
    moment.vendor.keys.set(CREDENTIALS.api_key, expires_on=date(2026, 11, 5))
    assert moment.call("GET", "customers").status_code == 200
    moment.turn(days=1)
    assert moment.refusal("GET", "customers") == (401, "The API key has expired.")
    moved = {"key": CREDENTIALS.api_key, "expires_on": "2027-11-05"}
    assert moment.call("POST", "/_sandbox/keys", moved).status_code == 201
    assert moment.call("GET", "customers").status_code == 200


@pytest.mark.parametrize("wrong", [{"expires_on": "soon"}, {"environment": "Test"}, {"companies": "klitrose"}])
def test_a_key_that_makes_no_sense_is_refused(moment: MomentCompany, wrong: dict[str, str]) -> None:
    body = {"key": "another", "expires_on": "2027-01-01", **wrong}
    assert moment.refusal("POST", "/_sandbox/keys", body)[0] == 400


# paths, limits, faults, reset


def test_paths_match_in_any_case(moment: MomentCompany) -> None:
    assert moment.call("GET", "/API/1.0/Companies/KLITROSE/CUSTOMERS").status_code == 200
    assert moment.call("GET", "/api/1.0/companies/klitrose/timerecords").status_code == 200


@pytest.mark.parametrize("entity", sorted(ENTITIES))
def test_every_entity_has_a_list_and_single_rows(moment: MomentCompany, entity: str) -> None:
    rows = moment.rows(entity)
    assert rows or entity == "projectExpenses"
    for row in rows[:1]:
        assert moment.get(f"{entity}/{row['id']}") == row
    assert moment.refusal("GET", f"{entity}/1")[0] == 404
    assert moment.refusal("GET", f"{entity}/x1")[0] == 404


@pytest.mark.parametrize("path", ["allocations", "activities", "projects/62788014/activities"])
def test_a_path_that_the_vendor_lacks_is_not_found(moment: MomentCompany, path: str) -> None:
    assert moment.refusal("GET", path)[0] == 404


def test_a_rate_limit_counts_the_calls_of_a_key_in_a_minute() -> None:
    moment = MomentCompany(limit=2)
    assert [moment.call("GET", "customers").status_code for _ in range(3)] == [200, 200, 429]
    refused = moment.call("GET", "customers")
    assert (refused.text, refused.headers["retry-after"]) == ("Too many requests.", "60")
    assert moment.client(CREDENTIALS.wide_key).get(CUSTOMERS_PATH).status_code == 200
    moment.turn(minutes=1)
    assert moment.call("GET", "customers").status_code == 200


def test_faults_come_on_demand(moment: MomentCompany) -> None:
    moment.stand_in.fault("status", "GET */customers", status=503, body="busy")
    assert moment.call("GET", "customers").status_code == 503
    moment.stand_in.fault("lost_after_commit", "POST */customers")
    with pytest.raises(httpx.RemoteProtocolError):
        moment.call("POST", "customers", {"name": "Tabt Svar ApS"})
    assert [row["name"] for row in moment.rows("customers", query="tabt")] == ["Tabt Svar ApS"]


def test_keys_that_ran_out_on_demand_stay_so_until_they_get_a_new_date(moment: MomentCompany) -> None:
    moment.stand_in.fault("token_expired")
    assert moment.refusal("GET", "customers") == (401, "The API key has expired.")
    assert moment.refusal("GET", "customers") == (401, "The API key has expired.")
    moment.vendor.keys.set(CREDENTIALS.api_key, expires_on=date(2027, 1, 1))
    assert moment.call("GET", "customers").status_code == 200


def test_a_reset_starts_the_data_over_and_keeps_where_webhooks_go(moment: MomentCompany) -> None:
    moment.hook("customers")
    moment.post("customers", {"name": "Snart Glemt ApS"})
    assert len(moment.arrived()) == 1
    assert moment.call("POST", "/_sandbox/reset", {"limit": 3}).status_code == 200
    assert moment.rows("customers", query="glemt") == []
    assert moment.call("GET", "/_sandbox/deliveries").json()["deliveries"] == []
    moment.post("customers", {"name": "Ny Kunde ApS"})
    assert len(moment.arrived()) == 2
    assert [moment.call("GET", "customers").status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(
    "options", [{"limit": -1}, {"environment": "All"}, {"bare_lists": 1}, {"unknown_company_status": 500}, {"x": 1}]
)
def test_an_option_that_makes_no_sense_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(BadOption):
        Options().changed(options)


# what Klitrose has


def test_the_seed_is_the_company_that_both_of_its_systems_know(moment: MomentCompany) -> None:
    customers, projects, invoices = (moment.rows(name) for name in ("customers", "projects", "invoices"))
    assert [row["customerNumber"] for row in customers] == [one.number for one in CUSTOMERS]
    assert {row["countryCode"] for row in customers} == {"DK", "SE", "NO", "DE", None}
    assert [row["projectNumber"] for row in projects] == [one.number for one in PROJECTS]
    assert {"P-77", None} <= {row["projectNumber"] for row in projects}
    assert [row["invoiceNumber"] for row in invoices] == [one.number for one in INVOICES]
    assert {row["currencyCode"] for row in invoices} == {"DKK", "EUR"}
    assert {row["accountingState"] for row in invoices} == {"toTransfer", "doNotTransfer"}


def test_a_credit_note_is_negative_and_names_the_invoice_it_credits(moment: MomentCompany) -> None:
    (credit,) = moment.rows("invoices", invoiceType="creditNote")
    assert (credit["invoiceNumber"], credit["creditedInvoiceNumber"]) == (5007, 5003)
    assert credit["totalIncludingVat"] == credit["remainingAmount"] == -3000
    (credited,) = moment.rows("invoices", invoiceNumber=5003)
    assert credited["customerId"] == credit["customerId"]


def test_every_invoice_adds_up_and_only_finalized_ones_have_a_number(moment: MomentCompany) -> None:
    invoices = moment.rows("invoices")
    assert len(invoices) >= 12
    for invoice in invoices:
        assert invoice["totalIncludingVat"] == invoice["totalExcludingVat"] + invoice["totalVat"]
        assert (invoice["invoiceNumber"] is None) == (invoice["invoiceState"] == "draft")
    assert {row["invoiceState"] for row in invoices} == {"draft", "finalized"}
