"""The JSON API as API Gateway hands requests to its function, and as callers reach it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.fjordlys import INTEGRATION_ID
from tests.customers import Customer, Refused, take_in
from tests.people import STRANGER
from tests.system import EVENTS, LocalSystem, sample

API = f"/api/integrations/{INTEGRATION_ID}"
SAMPLES = {
    "approve": 200,
    "body_is_no_json": 400,
    "health": 200,
    "integrations": 200,
    "invitation": 201,
    "no_token": 401,
    "openapi": 200,
    "postings": 200,
    "problem_retry": 202,
    "problems": 200,
    "reconciliation": 200,
    "reconciliation_csv": 200,
    "reconciliation_kept": 404,  # no night was there yet
    "reconciliation_kept_csv": 404,
    "reconciliations": 200,
    "record_story": 200,
    "records_held": 200,
    "run_preview": 200,
    "run_start": 202,
    "run_watch": 200,
    "settings_read": 200,
    "settings_replace": 200,
}


def test_every_sample_request_is_answered_by_the_deployed_function(customer: Customer) -> None:
    held = customer.harvest.log_hours("4.0")
    customer.harvest.log_approved("6.0", project="P1001", person=STRANGER)
    run = customer.run()
    (problem,) = customer.problems().values()
    theirs = {
        "hours-1": INTEGRATION_ID,
        "sample-token": customer.token,
        "1001": held,
        "9f2c01d4e8a7b6c5d4e3f201": customer.record(held)["hash"],
        "20261020T080000Z-k3v9q2xa": run["id"],
        "1f0c2a9b8d7e6f5a4b": problem["id"],
    }
    assert {path.stem for path in (EVENTS / "console").glob("*.json")} == set(SAMPLES)

    statuses: dict[str, int] = {}
    for name in SAMPLES:
        answer = customer.system.invoke("Console", sample(f"console/{name}", **theirs))
        statuses[name] = answer["statusCode"]
        is_json = answer["multiValueHeaders"]["Content-Type"] == ["application/json"]
        body: dict[str, Any] = json.loads(answer["body"]) if is_json else {}
        if "run" in body and answer["statusCode"] == 202:
            customer.wait_for(body["run"]["id"])

    assert statuses == SAMPLES
    assert customer.state(held) == "posted"


@dataclass(frozen=True)
class Bad:
    """A bad request, and what is said about it."""

    request: str
    status: int
    code: str
    field: str
    body: object = None


BAD = (
    Bad(f"GET {API}/records?state=lost", 422, "bad_state", "state"),
    Bad(f"GET {API}/records?colour=red", 422, "unknown_parameter", "colour"),
    Bad(f"GET {API}/records/hours/404", 404, "not_found", "external_id"),
    Bad("GET /api/integrations/somebody-elses/records", 404, "not_found", "integration_id"),
    Bad("GET /api/nothing/here", 404, "unknown_path", "path"),
    Bad(f"PUT {API}/records", 405, "method_not_allowed", "method", {}),
    Bad(f"POST {API}/runs", 422, "unknown_flow", "body.flows[0]", {"flows": ["expenses"]}),
    Bad(f"POST {API}/runs", 422, "bad_period", "body.period", {"period": "October"}),
    Bad(f"POST {API}/problems/404/retry", 404, "not_found", "problem"),
    Bad(f"POST {API}/approvals", 422, "enum", "body.decision", {"records": [], "decision": "perhaps"}),
    Bad(f"GET {API}/reconciliation?period=2026-13", 422, "bad_period", "period"),
)


def test_every_bad_request_gets_a_code_a_sentence_the_field_and_the_cure(customer: Customer) -> None:
    for bad in BAD:
        answer = customer.request(*bad.request.split(" "), json=bad.body)
        errors = answer.json().get("errors") or [answer.json()["error"]]
        assert answer.status_code == bad.status, answer.text
        assert (bad.code, bad.field) in {(error["code"], error["field"]) for error in errors}
        assert all(error["message"] and error["cure"] for error in errors)


@pytest.mark.parametrize("token", ["", "nobody.knows-it", "Basic abc"])
def test_without_a_token_that_is_known_nothing_is_told(system: LocalSystem, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = system.http.get(f"{system.api_url}{API}/records", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "bad_token")


def test_a_token_opens_its_own_tenant_and_no_other(system: LocalSystem) -> None:
    mine, yours = take_in(system), take_in(system)
    entry = mine.harvest.log_hours("4.0")
    mine.run()

    with pytest.raises(Refused) as refusal:
        yours.record(entry)
    assert (refusal.value.status, yours.records()) == (404, [])


def test_settings_with_two_equally_specific_rules_are_refused_and_the_old_ones_stay(customer: Customer) -> None:
    before = customer.settings()
    twins = [{"id": name, "match": {"client": "Brønnøy Havbruk AS"}, "account": "3050"} for name in ("one", "two")]

    with pytest.raises(Refused) as refusal:
        customer.change_settings(rate_card=[*before["rate_card"], *twins])

    error = refusal.value.error
    assert (refusal.value.status, error["code"], error["field"]) == (422, "equally_specific_rules", "body.rate_card")
    assert "one and two both set the account" in error["message"]
    assert customer.settings() == before
