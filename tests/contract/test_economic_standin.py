"""The e-conomic stand-in as a wire: tokens, roles, modules, the grant page, idempotency, the bucket."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.economic import CREDENTIALS, Options, stand_in
from sandbox.economic.access import GRANT_PAGE
from sandbox.standin import BadOption
from tests.contract.economic_agreement import BASE, DOCUMENTS, JOURNALS, PROJECTS, VOUCHERS, Books, customer, voucher

DEMO = {"X-AppSecretToken": "demo", "X-AgreementGrantToken": "demo"}
REDIRECT = "https://handoff.example/granted?connection=c1"


def stranger(books: Books, **headers: str) -> httpx.Client:
    return httpx.Client(transport=books.vendor.transport(), base_url=BASE, headers=headers)


@pytest.mark.parametrize("missing", ["X-AppSecretToken", "X-AgreementGrantToken"])
def test_both_headers_are_needed(missing: str) -> None:
    headers = {**CREDENTIALS.headers(), missing: "wrong"}
    for sent in (headers, {name: value for name, value in headers.items() if name != missing}):
        with stranger(Books(), **sent) as http:
            answer = http.get("/self")
            assert answer.status_code == 401
            assert answer.json()["httpStatusCode"] == 401
            assert http.get(f"{PROJECTS}/projects").json()["logTimeUtc"] == "2026-11-20T11:00:00"


def test_tokens_in_the_address_are_not_taken() -> None:
    with stranger(Books()) as http:
        assert http.get("/self", params=CREDENTIALS.headers()).status_code == 401


def test_the_demo_agreement_is_read_only() -> None:
    books = Books()
    with stranger(books, **DEMO) as http:
        assert http.get("/customers").status_code == 200
        assert http.get(f"{PROJECTS}/projects").status_code == 200
        assert http.post("/customers", json=customer()).status_code == 403
    with stranger(books) as http:
        assert http.get("/customers", params={"demo": "true"}).status_code == 200
        assert http.get(f"{PROJECTS}/projects", params={"demo": "true"}).status_code == 401


def test_a_grant_that_the_customer_took_away_does_not_work() -> None:
    books = Books()
    books.call("POST", "/_sandbox/revoke")
    assert books.http.get("/self").status_code == 401
    books.vendor.reset()
    assert books.http.get("/self").status_code == 200


@pytest.mark.parametrize(
    ("role", "allowed", "forbidden"),
    [
        (
            "Bookkeeping",
            ["/accounts", "/journals", "/currencies", f"{JOURNALS}/draft-entries"],
            ["/customers", "/self"],
        ),
        ("Sales", ["/customers", "/customer-groups", "/self", "/currencies"], ["/journals", f"{PROJECTS}/projects"]),
        ("ProjectEmployee", [f"{PROJECTS}/projects"], ["/customers", "/journals", "/self", DOCUMENTS]),
        ("SuperUser", ["/customers", "/journals", "/self", f"{PROJECTS}/projects", DOCUMENTS], []),
    ],
)
def test_a_role_reaches_its_own_entities_only(role: str, allowed: list[str], forbidden: list[str]) -> None:
    books = Books(roles=[role])
    assert [books.http.get(path).status_code for path in allowed] == [200] * len(allowed)
    assert [books.http.get(path).status_code for path in forbidden] == [403] * len(forbidden)


def test_webhooks_need_the_super_user() -> None:
    assert Books(roles=["Bookkeeping"]).http.get("/webhooksapi/v1.0.0/EventTypes").status_code == 403


def test_self_names_company_roles_and_modules() -> None:
    books = Books()
    body = books.get("/self")
    assert body["company"]["name"] == "Klitrose Rådgivning ApS"
    assert [role["name"] for role in body["application"]["requiredRoles"]] == ["SuperUser"]
    assert [module["name"] for module in body["modules"]] == ["Project"]
    books.call("POST", "/_sandbox/settings", {"project_module": False})
    assert books.get("/self")["modules"] == []


def test_without_the_module_every_project_call_is_refused() -> None:
    books = Books(project_module=False)
    for path in (f"{PROJECTS}/projects", f"{PROJECTS}/costtypes", "/api/v22.0.0/projects"):
        answer = books.http.get(path)
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "ModuleNotActive")
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert "Project" in answer.json()["message"]


def test_paths_match_in_any_case_and_any_version() -> None:
    books = Books()
    for path in ("/PROJECTSAPI/v9.9.9/ProjectGroups", "/bookedentriesapi/v4.0.0/Booked-Entries", "/Vat-Zones/"):
        assert books.http.get(path).status_code == 200


def test_a_path_that_is_not_there_is_answered_by_its_family() -> None:
    books = Books()
    assert books.http.get("/nothing").json()["httpStatusCode"] == 404
    assert "logTimeUtc" in books.http.get(f"{PROJECTS}/nothing").json()


# The page that grants access


def test_adding_the_app_sends_the_browser_back_with_a_token_that_works() -> None:
    books = Books()
    with stranger(books) as browser:
        query = {"appPublicToken": CREDENTIALS.app_public_token, "redirectUrl": REDIRECT, "locale": "da-DK"}
        page = browser.get(GRANT_PAGE, params=query)
        assert "Add app" in page.text
        answer = browser.post(page.text.split('action="')[1].split('"')[0].replace("&amp;", "&"))
    assert answer.status_code == 302
    back = urlsplit(answer.headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == "https://handoff.example/granted"
    found = parse_qs(back.query)
    assert found["connection"] == ["c1"]
    with stranger(books, **CREDENTIALS.headers(found["token"][0])) as http:
        assert http.get("/self").status_code == 200


def test_without_a_redirect_the_token_is_shown_for_copying() -> None:
    with stranger(Books()) as browser:
        page = browser.post(GRANT_PAGE, params={"appPublicToken": CREDENTIALS.app_public_token})
    assert "Agreement Grant Token: <code>sandbox-economic-grant-" in page.text


def test_a_user_who_declines_comes_back_without_a_token() -> None:
    with stranger(Books(user_declines=True)) as browser:
        query = {"appPublicToken": CREDENTIALS.app_public_token, "redirectUrl": REDIRECT}
        assert browser.post(GRANT_PAGE, params=query).headers["location"] == REDIRECT


def test_an_unknown_app_is_told_so() -> None:
    with stranger(Books()) as browser:
        assert browser.get(GRANT_PAGE, params={"appPublicToken": "other"}).status_code == 400


# Idempotency


def test_a_repeated_key_gives_the_first_answer_for_an_hour() -> None:
    books = Books().with_customer()
    key = {"Idempotency-Key": "k1"}
    first = books.call("POST", VOUCHERS, voucher(), **key)
    books.now += timedelta(minutes=59)
    again = books.call("POST", VOUCHERS, voucher(), **key)
    assert again.json() == first.json()
    assert again.headers["x-resultfromcache"] == "true"
    assert "x-resultfromcache" not in first.headers
    books.now += timedelta(minutes=2)
    assert books.call("POST", VOUCHERS, voucher(), **key).json() != first.json()


def test_a_refusal_is_remembered_too() -> None:
    books, key = Books(), {"Idempotency-Key": "k1"}
    assert books.call("POST", VOUCHERS, voucher(), **key).status_code == 400
    books.with_customer()
    again = books.call("POST", VOUCHERS, voucher(), **key)
    assert (again.status_code, again.headers["x-resultfromcache"]) == (400, "true")
    assert books.call("POST", VOUCHERS, voucher(), **{"Idempotency-Key": "k2"}).status_code == 201


def test_a_key_used_at_another_address_is_refused() -> None:
    books, key = Books().with_customer(), {"Idempotency-Key": "k1"}
    books.call("POST", VOUCHERS, voucher(), **key)
    answer = books.call("POST", "/customers", customer(customerNumber=7), **key)
    assert answer.status_code == 400
    assert "URLChanged" in answer.text
    assert books.http.get("/customers/7").status_code == 404


def test_an_answer_that_got_lost_is_found_again_by_its_key() -> None:
    books, key = Books().with_customer(), {"Idempotency-Key": "k1"}
    books.vendor.fault("lost_after_commit", f"POST {VOUCHERS}")
    with pytest.raises(httpx.RemoteProtocolError):
        books.call("POST", VOUCHERS, voucher(), **key)
    assert books.call("POST", VOUCHERS, voucher(), **key).headers["x-resultfromcache"] == "true"
    assert len(books.drafts("customerInvoiceNumber$eq:5001")) == 1


# The bucket


def test_calls_cost_tokens_that_flow_back() -> None:
    books = Books(bucket=10, refill=2)
    answer = books.http.get("/customers")
    assert answer.headers["x-callcost"] == "3"
    assert answer.headers["x-ratelimiting"] == "limit-10-per-60-seconds: 7/10"
    assert [books.http.get("/customers").status_code for _ in range(3)] == [200, 200, 429]
    refused = books.http.get("/customers")
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["x-callcost"] == "0"
    books.now += timedelta(seconds=1)
    assert books.http.get("/customers").status_code == 200


def test_the_wait_may_go_unsaid() -> None:
    books = Books(bucket=1, sends_retry_after=False)
    answer = books.http.get("/customers")
    assert answer.status_code == 429
    assert "retry-after" not in answer.headers


def test_the_bucket_holds_two_thousand() -> None:
    assert Books().http.get("/self").headers["x-ratelimiting"] == "limit-2000-per-60-seconds: 1999/2000"


# Options


@pytest.mark.parametrize("options", [{"plan": "basis"}, {"roles": ["Boss"]}, {"bucket": 0}, {"colour": "red"}])
def test_an_option_out_of_range_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(BadOption):
        stand_in(**options)  # type: ignore[arg-type]  # one of the named ones is not among them
    assert Books().call("POST", "/_sandbox/reset", options).status_code == 400


def test_a_reset_goes_back_to_the_options_of_the_start() -> None:
    books = Books(plan="plus").with_customer()
    books.call("POST", "/_sandbox/settings", {"plan": "advanced"})
    assert books.economic.agreement.options.plan == "advanced"
    books.call("POST", "/_sandbox/reset", {"has_group_1": False})
    assert books.economic.agreement.options == Options(plan="plus", has_group_1=False)
    assert books.http.get("/customers/10001").status_code == 404
    assert books.http.get("/customer-groups/1").status_code == 404


def test_journal_1_and_the_internal_group_can_be_missing() -> None:
    books = Books(has_journal_1=False, has_internal_group=False)
    assert books.http.get("/journals/1").status_code == 404
    assert books.call("POST", VOUCHERS, voucher()).status_code == 404
    groups = books.get(f"{PROJECTS}/projectgroups")["items"]
    assert [group["type"] for group in groups] == [2, 3]


def test_it_serves_on_a_port() -> None:
    with stand_in().serve() as served:
        answer = httpx.get(f"{served.url}/self", headers=CREDENTIALS.headers(), trust_env=False)
        assert answer.json()["self"] == f"{served.url}/self"
