"""The eAccounting stand-in: scopes, plans, the state of a company, the shared quota, faults, options."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.eaccounting import CREDENTIALS, OTHER_APPLICATION, stand_in
from sandbox.eaccounting.assumed import ASSUMED
from sandbox.standin import BadOption
from tests.contract.eaccounting_company import EAccountingCompany


@pytest.fixture
def books() -> EAccountingCompany:
    return EAccountingCompany()


# who may call what


def test_a_call_without_a_token_is_refused_in_the_vendors_words(books: EAccountingCompany) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {books.tokens['access_token']}"}):
        answer = books.http.get("/v2/customers", headers=headers)
        assert answer.status_code == 401
        text = "AuthorizationException - Authorization has been denied for this request."
        assert (answer.json()["ErrorCode"], answer.json()["DeveloperErrorMessage"]) == (4005, text)


@pytest.mark.parametrize(
    ("scopes", "method", "path", "allowed"),
    [
        ("ea:api ea:sales", "GET", "customers", True),
        ("ea:api ea:sales_readonly", "GET", "customers", True),
        ("ea:api ea:sales_readonly", "POST", "customers", False),
        ("ea:sales", "GET", "customers", False),
        ("ea:api ea:sales", "GET", "vatcodes", False),
        ("ea:api ea:accounting_readonly", "GET", "vatcodes", True),
        ("ea:api ea:sales", "GET", "bankaccounts", False),
        ("ea:api ea:purchase", "GET", "bankaccounts", True),
        ("ea:api ea:sales", "POST", "projects", False),
        ("ea:api ea:sales", "GET", "projects", True),
        ("ea:api ea:accounting", "GET", "companysettings", False),
        ("ea:api ea:sales", "GET", "fiscalyears", True),
        ("ea:api ea:sales", "POST", "vouchers", False),
    ],
)
def test_a_missing_scope_is_an_error_and_no_empty_list(
    books: EAccountingCompany, scopes: str, method: str, path: str, allowed: bool
) -> None:
    books.with_scopes(*scopes.split())
    if allowed:
        assert books.call(method, path).status_code == 200
    else:
        assert books.refusal(method, path, {}) == (403, 4006)


@pytest.mark.parametrize(
    ("plan", "allowed", "refused"),
    [
        ("Pro", "customers projects vouchers costcenters voucherdrafts", ""),
        ("Standard", "customers projects vouchers voucherdrafts", ""),
        ("Invoicing", "customers projects vouchers", "voucherdrafts"),
        ("Bookkeeping", "projects vouchers voucherdrafts", "customers articles customerinvoicedrafts"),
        ("Solo", "customers vouchers customerinvoices", "projects costcenters currencies"),
    ],
)
def test_a_plan_has_only_its_part_of_the_api(books: EAccountingCompany, plan: str, allowed: str, refused: str) -> None:
    books.control("plan", plan=plan)
    assert {books.call("GET", path).status_code for path in allowed.split()} == {200}
    for path in refused.split():
        assert books.refusal("GET", path) == (403, 4002)


def test_vouchers_can_be_read_and_not_written_with_the_plan_invoicing(books: EAccountingCompany) -> None:
    books.people.change_plan("Invoicing")
    assert books.rows("vouchers") != []
    assert books.refusal("POST", "vouchers", books.voucher()) == (403, 4002)


def test_rows_cannot_name_what_the_plan_lacks(books: EAccountingCompany) -> None:
    project, item = books.named("projects", "P1"), books.rows("costcenters")[0]["Items"][0]
    books.people.change_plan("Solo")
    for more in ({"ProjectId": project["Id"]}, {"CostCenterItemId1": item["Id"]}):
        body = books.sale(books.line(**more))
        assert books.refusal("POST", "customerinvoicedrafts", body) == (400, 2000)
    settings = books.get("companysettings")
    assert (settings["ProductVariant"], settings["UsesProject"], settings["UsesCostCenter"]) == (4, False, False)


def test_a_company_without_the_module_is_refused_in_the_vendors_words(books: EAccountingCompany) -> None:
    books.control("company", hasModule=False)
    assert books.refusal("GET", "customers") == (403, 4002)
    assert books.said("GET", "customers") == "ForbiddenRequestException - No access to module: api_standard"


@pytest.mark.parametrize(
    ("state", "method", "answer"),
    [
        ({"started": False}, "GET", (403, 4003)),
        ({"status": "inactive"}, "GET", (403, 4004)),
        ({"status": "read-only"}, "POST", (403, 4002)),
    ],
)
def test_the_state_of_a_company_can_be_in_the_way(
    books: EAccountingCompany, state: dict[str, object], method: str, answer: tuple[int, int]
) -> None:
    body = books.new_customer()
    books.control("company", **state)
    assert books.refusal(method, "customers", body) == answer
    books.control("company")
    assert books.rows("customers") != []


# the quota


def test_the_quota_is_of_one_client_and_endpoint_across_all_companies() -> None:
    first = EAccountingCompany(companies=100, limit=600)
    others = [EAccountingCompany(place, house=first) for place in range(1, 100)]
    for company in [first, *others] * 6:
        assert company.call("GET", "units").status_code == 200
    first.turn(seconds=5)
    answer = others[-1].call("GET", "units")
    assert (answer.status_code, answer.json()["ErrorCode"]) == (429, 4010)
    text = "API calls quota exceeded! maximum admitted 600 per Minute. Try again in 55 seconds."
    assert answer.json()["DeveloperErrorMessage"] == text
    assert not {"retry-after", "x-ratelimit-remaining"} & set(answer.headers)
    assert first.call("GET", "termsofpayments").status_code == 200  # another endpoint
    first.turn(seconds=55)
    assert first.call("GET", "units").status_code == 200


def test_another_client_has_a_quota_of_its_own() -> None:
    books = EAccountingCompany(limit=1)
    books.call("GET", "units")
    assert books.refusal("GET", "units") == (429, 4010)
    other = EAccountingCompany(house=books).with_scopes(client=OTHER_APPLICATION)
    assert other.call("GET", "units").status_code == 200


def test_ids_do_not_make_another_endpoint_and_methods_do_unless_told_otherwise() -> None:
    books = EAccountingCompany()
    one, two = books.rows("customers")[:2]
    paths = (f"customers/{one['Id']}", f"customers/{two['Id']}")
    for kind, second, put in (("endpoint", 429, 400), ("path", 429, 429), ("url", 200, 429)):
        books.vendor.change({"limit": 1, "limit_by": kind})
        assert books.call("GET", paths[0]).status_code == 200
        assert books.call("GET", paths[1]).status_code == second
        assert books.call("PUT", paths[0], {}).status_code == put


def test_a_retry_after_header_can_be_sent(books: EAccountingCompany) -> None:
    books.vendor.change({"limit": 1, "retry_after": True})
    books.call("GET", "units")
    assert books.call("GET", "units").headers["retry-after"] == "60"


# everything else that can go wrong


def test_a_path_that_is_not_there_and_a_method_it_lacks(books: EAccountingCompany) -> None:
    assert books.refusal("GET", "offers") == (404, 3000)
    assert books.refusal("GET", "customers/no-such-id") == (404, 3000)
    voucher = books.rows("vouchers")[0]
    year = books.rows("fiscalyears")[1]
    for method in ("PUT", "DELETE"):
        assert books.call(method, f"vouchers/{year['Id']}/{voucher['Id']}", {}).status_code == 405
    assert books.call("DELETE", f"articles/{books.named('articles', 'A100')['Id']}").status_code == 405


def test_a_body_that_is_no_object_is_refused(books: EAccountingCompany) -> None:
    assert books.refusal("POST", "customers", []) == (400, 2000)
    header = {"Authorization": f"Bearer {books.tokens['access_token']}"}
    answer = books.http.post("/v2/customers", content=b"{", headers=header)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (400, 2000)


@pytest.mark.parametrize("kind", ["reset_before", "lost_after_commit"])
def test_a_connection_can_break_before_and_after_the_write(books: EAccountingCompany, kind: str) -> None:
    body = books.sale()
    before = len(books.rows("customerinvoices"))
    books.stand_in.fault(kind, "POST /v2/customerinvoices")
    with pytest.raises(httpx.TransportError):
        books.call("POST", "customerinvoices", body)
    assert len(books.rows("customerinvoices")) == before + (kind == "lost_after_commit")


def test_a_status_a_broken_body_and_expired_tokens_can_be_asked_for(books: EAccountingCompany) -> None:
    books.stand_in.fault("status", "GET /v2/customers*", status=502, body="<h1>Bad gateway</h1>")
    assert books.call("GET", "customers").text == "<h1>Bad gateway</h1>"
    books.stand_in.fault("status", "GET /v2/customers*", status=200, body='{"Meta": {')
    assert books.call("GET", "customers").text == '{"Meta": {'
    books.stand_in.fault("token_expired", "GET /v2/customers*")
    assert books.refusal("GET", "customers") == (401, 4005)
    assert books.refusal("GET", "customers") == (401, 4005)
    client = {"client_id": CREDENTIALS.client_id, "client_secret": CREDENTIALS.client_secret}
    fields = {"grant_type": "refresh_token", "refresh_token": books.tokens["refresh_token"]}
    assert books.http.post("/connect/token", data={**client, **fields}).status_code == 200


def test_a_reset_starts_the_data_over_and_connections_outlive_it(books: EAccountingCompany) -> None:
    books.post("customers", books.new_customer())
    books.stand_in.reset(extra_customers=5)
    assert len(books.rows("customers")) == 12 + 5
    assert books.rows("customers")[0]["Id"] == EAccountingCompany().rows("customers")[0]["Id"]


def test_statuses_of_error_codes_can_be_turned(books: EAccountingCompany) -> None:
    body = books.new_customer(CustomerNumber="10001")
    assert books.refusal("POST", "customers", body) == (409, 4000)
    books.vendor.change({"statuses": {"4000": 400}})
    assert books.refusal("POST", "customers", body) == (400, 4000)


@pytest.mark.parametrize(
    "options",
    [
        {"colour": "red"},
        {"country": "BE"},
        {"companies": 0},
        {"statuses": {"1": 400}},
        {"statuses": {"4000": 200}},
        {"retry_after": 1},
        {"unfilterable": "Name"},
        {"created_status": 204},
    ],
)
def test_an_option_that_is_none_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(BadOption):
        stand_in(**options)


def test_options_of_the_start_are_for_a_reset_only(books: EAccountingCompany) -> None:
    assert books.control("settings", companies=2).status_code == 400
    assert books.control("settings", limit=5).status_code == 200


def test_a_hundred_companies_cost_nothing_until_they_are_looked_at() -> None:
    books = EAccountingCompany(companies=100, extra_customers=50)
    assert books.vendor.house.filled == 0
    last = EAccountingCompany(99, house=books)
    assert len(last.rows("customers")) == 50
    assert last.get("companysettings")["Name"] == "Grachtenpand Ateliers 100 BV"
    assert books.vendor.house.filled == 1
    assert len(books.http.get("/_sandbox/companies").json()["companies"]) == 100


def test_it_answers_on_a_port_as_in_process() -> None:
    vendor = stand_in()
    token = vendor.vendor.connect()["access_token"]
    with vendor.serve() as served, httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
        assert client.get(f"{served.url}/v2/companysettings").json()["Name"] == "Stroomlijn Ontwerp BV"


def test_everything_that_is_assumed_is_said() -> None:
    assert len(ASSUMED) > 30
    assert all(subject == subject.lower() and text for subject, text in ASSUMED.items())
