"""The Visma.net ERP stand-in as a wire: tokens, scopes, paths, limits, background, faults."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest

from sandbox.visma_net import CUSTOMER_TENANT, TOKEN_PATH, credentials
from sandbox.visma_net.formats import coded_id
from tests.contract.visma_net_erp import JOURNALS, TRANSACTIONS, Erp, entry, journal, transaction, wrap

SCOPE = "vismanet_erp_service_api:"


@pytest.fixture
def erp() -> Iterator[Erp]:
    erp = Erp()
    yield erp
    erp.http.close()


# Tokens


def test_a_token_is_given_for_an_hour_and_names_its_scopes(erp: Erp) -> None:
    answer = erp.ask_token()
    body = answer.json()
    assert body["expires_in"] == 3600
    assert body["token_type"] == "Bearer"
    assert body["scope"] == f"{SCOPE}read {SCOPE}create {SCOPE}update"
    assert "refresh_token" not in body
    assert not [name for name in answer.headers if name.startswith("x-ratelimit")]


def test_the_token_call_takes_a_form_and_refuses_json(erp: Erp) -> None:
    answer = erp.http.post(TOKEN_PATH, json={"grant_type": "client_credentials", **credentials()})
    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_request"}


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "isv_other"}, 401, "invalid_client"),
        ({"tenant_id": "00000000-0000-0000-0000-000000000000"}, 400, "invalid_tenant"),
        ({"tenant_id": ""}, 400, "invalid_tenant"),
        ({"scope": f"{SCOPE}everything"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_wrong_token_call_is_named_by_its_oauth_error(
    erp: Erp, changes: dict[str, str], status: int, error: str
) -> None:
    answer = erp.ask_token(**changes)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_the_customer_tenant_gets_a_token_with_which_every_call_is_401(erp: Erp) -> None:
    erp.connect(tenant_id=CUSTOMER_TENANT)
    assert [erp.get(path).status_code for path in ("/v1/project", "/v1/account", "/v1/branch")] == [401, 401, 401]


def test_a_token_stops_working_after_its_hour(erp: Erp) -> None:
    erp.later(seconds=3599)
    assert erp.get("/v1/branch").status_code == 200
    erp.later(seconds=1)
    assert erp.get("/v1/branch").status_code == 401


def test_no_token_or_a_made_up_one_is_401(erp: Erp) -> None:
    assert erp.http.get("/v1/branch", headers={"Authorization": "Bearer made-up"}).status_code == 401
    del erp.http.headers["Authorization"]
    assert erp.get("/v1/branch").status_code == 401


def test_creating_needs_the_create_scope_and_changing_the_update_scope(erp: Erp) -> None:
    erp.connect(scope=f"{SCOPE}read")
    assert erp.send("POST", TRANSACTIONS, transaction()).status_code == 403
    erp.connect(scope=f"{SCOPE}create")
    assert erp.get("/v1/branch").status_code == 403
    assert erp.send("PUT", "/v1/project/P1001", wrap(description="X")).status_code == 403
    assert erp.send("POST", TRANSACTIONS, transaction()).status_code == 201


def test_a_scope_the_customer_did_not_approve_is_refused() -> None:
    erp = Erp()
    erp.stand_in.reset(rights=["read"])
    assert erp.ask_token().json() == {"error": "invalid_scope"}
    assert erp.ask_token(scope=f"{SCOPE}read").status_code == 200


# Paths and ids


@pytest.mark.parametrize(
    "path",
    [
        "/v1/project/P1001",
        "/V1/PROJECT/p1001",
        "/API/controller/api/v1/project/P1001",
        "/api/Controller/API/v1/Project/P1001",
    ],
)
def test_both_prefixes_and_any_case_reach_the_same_resource(erp: Erp, path: str) -> None:
    assert erp.one(path)["internalID"] == 501


def test_an_id_may_be_written_as_base64(erp: Erp) -> None:
    odd = "A/B: 1?"
    erp.create("/v1/project", wrap(projectID=odd, description="Odd", startDate="2026-10-01T00:00:00"))
    assert erp.one(f"/v1/project/{coded_id(odd)}")["projectID"] == odd
    assert erp.one(f"/v1/account/{coded_id('1530')}")["accountCD"] == "1530"


def test_an_unknown_id_is_404_with_a_message_and_an_unknown_path_404_without(erp: Erp) -> None:
    assert "P9999" in erp.get("/v1/project/P9999").json()["message"]
    nothing = erp.get("/erp/service/v1/project")
    assert (nothing.status_code, nothing.content) == (404, b"")


def test_there_is_no_version_1_of_journal_transactions_and_no_release_of_project_transactions(erp: Erp) -> None:
    assert erp.get("/v1/journaltransaction", periodId="202610").status_code == 404
    number = erp.create(TRANSACTIONS, transaction())
    assert erp.send("POST", f"{TRANSACTIONS}/{number}/action/release", {}).status_code == 404
    assert erp.http.delete(f"{TRANSACTIONS}/{number}").status_code == 405


# Limits


def test_every_answer_tells_the_rate_limit() -> None:
    erp = Erp(rate_limit=10)
    answer = erp.get("/v1/branch")
    assert answer.headers["X-RateLimit-Limit"] == "10"
    assert answer.headers["X-RateLimit-Remaining"] == "9"
    assert answer.headers["X-RateLimit-Reset"] == "3600"
    assert answer.headers["X-RateLimit-Policy"] == "4-fixed-window"
    assert "X-RateLimit-Limit" in erp.get("/v1/nothing").headers


def test_the_call_after_the_last_one_is_429_until_the_hour_is_over() -> None:
    erp = Erp(rate_limit=2)
    erp.get("/v1/branch")
    erp.later(minutes=10)
    erp.get("/v1/branch")
    refused = erp.get("/v1/branch")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3000")
    erp.later(seconds=3000)
    erp.connect()
    assert erp.get("/v1/branch").status_code == 200


def test_the_old_prefix_has_a_tighter_limit_of_its_own() -> None:
    erp = Erp(old_host_rate_limit=1)
    assert erp.get("/API/controller/api/v1/branch").headers["X-RateLimit-Policy"] == "6-fixed-window"
    assert erp.get("/API/controller/api/v1/branch").status_code == 429
    assert erp.get("/v1/branch").status_code == 200


def test_the_usual_limit_is_15000_calls_an_hour(erp: Erp) -> None:
    assert erp.get("/v1/branch").headers["X-RateLimit-Limit"] == "15000"


# Background


def test_a_background_call_is_answered_202_and_its_outcome_fetched_later(erp: Erp) -> None:
    accepted = erp.send("POST", TRANSACTIONS, transaction(), erp_api_background="none")
    assert accepted.status_code == 202
    state_of = f"/v1/background/{accepted.json()['id']}"
    assert accepted.json()["stateLocation"] == f"https://erp.example.test{state_of}"
    assert erp.get(f"{state_of}/content").status_code == 404
    started, finished = erp.one(state_of), erp.one(state_of)
    assert (started["status"], started["statusCode"]) == ("Started", 0)
    assert (finished["status"], finished["statusCode"]) == ("Finished", 201)
    assert finished["receivedUtc"].endswith("+01:00")
    number = finished["responseHeaders"]["Location"].rsplit("/", 1)[1]
    assert erp.one(f"{TRANSACTIONS}/{number}")["description"] == "Harvest hours"
    assert erp.get(f"{state_of}/content").status_code == 204


def test_a_finished_background_call_may_still_have_failed() -> None:
    erp = Erp(background_polls=0)
    accepted = erp.send(
        "POST", JOURNALS, journal(entry("1530", debitAmountInCurrency=1)), erp_api_background="subscription:key=a1"
    )
    state = erp.one(f"/v1/background/{accepted.json()['id']}")
    assert (state["status"], state["statusCode"], state["hasResponseContent"]) == ("Finished", 400, True)
    assert "not balanced" in erp.one(f"/v1/background/{state['id']}/content")["message"]


def test_a_web_address_in_the_background_header_is_refused_and_states_are_kept_a_day(erp: Erp) -> None:
    refused = erp.send("POST", TRANSACTIONS, transaction(), erp_api_background="https://hook.example.test")
    assert refused.status_code == 400
    request_id = erp.send("GET", "/v1/branch", None, erp_api_background="none").json()["id"]
    erp.later(hours=25)
    erp.connect()
    assert erp.get(f"/v1/background/{request_id}").status_code == 404


# Faults, reset, windows


def test_a_lost_answer_leaves_the_document_behind(erp: Erp) -> None:
    erp.stand_in.fault("lost_after_commit", f"POST {TRANSACTIONS}")
    with pytest.raises(httpx.RemoteProtocolError):
        erp.send("POST", TRANSACTIONS, transaction())
    found = erp.rows(TRANSACTIONS, project="P1001", fromPeriod="202610", toPeriod="202610")
    assert [row["description"] for row in found] == ["Harvest hours"]


def test_a_token_expired_on_demand_is_a_401_and_a_new_one_works(erp: Erp) -> None:
    erp.stand_in.fault("token_expired", "GET /v1/branch")
    assert erp.get("/v1/branch").status_code == 401
    erp.connect()
    assert erp.get("/v1/branch").status_code == 200


def test_a_reset_starts_over_and_refuses_unknown_options(erp: Erp) -> None:
    erp.create(TRANSACTIONS, transaction())
    assert erp.do("/_sandbox/reset", max_page_size=7).json() == {"reset": "visma_net"}
    assert erp.http.post("/_sandbox/reset", json={"pages": 7}).status_code == 400
    erp.connect()
    assert erp.rows(TRANSACTIONS, fromPeriod="202601", toPeriod="202612") == []
    assert erp.rows("/v1/employee")[0]["metadata"]["maxPageSize"] == 7


def test_calls_are_counted_by_operation(erp: Erp) -> None:
    erp.http.delete("/_sandbox/calls")
    erp.get("/v1/project/P1001")
    erp.get("/v1/project/P1002")
    assert erp.http.get("/_sandbox/calls").json()["calls"] == {"GET /v1/project/{projectID}": 2}


def test_an_employee_made_in_the_window_is_seen_as_changed(erp: Erp) -> None:
    erp.later(hours=1)
    erp.connect()
    erp.do("/_sandbox/employees", number="140", firstName="Embla", lastName="Nørrevind", email="embla@example.test")
    query = {"lastModifiedDateTime": "2026-10-28T12:30:00", "lastModifiedDateTimeCondition": ">"}
    assert [row["employeeNumber"] for row in erp.rows("/v1/employee", **query)] == ["140"]


def test_it_serves_on_a_port_with_money_as_plain_json_numbers(erp: Erp) -> None:
    number = erp.create(TRANSACTIONS, transaction())
    token = erp.http.headers["Authorization"]
    with erp.stand_in.serve() as served:
        answer = httpx.get(f"{served.url}{TRANSACTIONS}/{number}", headers={"Authorization": token})
    assert b'"amount":4875.00' in answer.content
    assert erp.one(f"{TRANSACTIONS}/{number}")["lines"][0]["quantity"] == Decimal("7.5")
