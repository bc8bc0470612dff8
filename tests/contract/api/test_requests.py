"""Requests that make no sense: each gets one shape of error, with a code, the field and the cure."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from handoff.domain.errors import RateLimited, ReconnectNeeded, Unreachable
from tests.contract.api.api_world import BASE, TOKEN, World, an_event


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "not json",
        '{"decision": NaN}',
        '{"decision": Infinity}',
        "[" * 100_000,
        "9" * 5000,
        '{"note": "\\ud800"}',
        "{'decision': 'approve'}",
    ],
    ids=["cut off", "words", "NaN", "Infinity", "endless nesting", "endless number", "half a pair", "quotes"],
)
def test_a_body_that_is_no_json_is_said_to_be_none(body: str) -> None:
    for method, path in (("POST", "/approvals"), ("POST", "/runs"), ("PUT", "/settings")):
        answer = World().call(method, f"{BASE}{path}", body=body)
        assert (answer.status, answer.error["code"], answer.error["field"]) == (400, "bad_json", "body")


def test_a_body_in_broken_base64_or_utf_8_is_no_json_either() -> None:
    world = World()
    for body in ("abcde", base64.b64encode(b"\xff\xfe{}").decode()):
        event = an_event("POST", f"{BASE}/runs", query={}, headers={"Authorization": f"Bearer {TOKEN}"}, body=body)
        response: Any = world.api.resolve({**event, "isBase64Encoded": True}, None)  # type: ignore[arg-type]  # no context
        assert response["statusCode"] == 400


@pytest.mark.parametrize("body", ["[]", '[{"preview": true}]', '"text"', "1", "null", "true"])
def test_json_that_is_no_object_is_refused_and_not_unpacked(body: str) -> None:
    for method, path in (("POST", "/approvals"), ("POST", "/runs"), ("PUT", "/settings")):
        answer = World().call(method, f"{BASE}{path}", body=body)
        assert (answer.status, answer.error["field"]) == (422, "body")


def test_a_request_without_a_body_is_told_that_one_is_missing() -> None:
    for method, path in (("POST", "/approvals"), ("POST", "/runs"), ("PUT", "/settings")):
        answer = World().call(method, f"{BASE}{path}")
        assert (answer.status, answer.error["code"], answer.error["field"]) == (422, "missing", "body")


def test_a_body_that_is_declared_as_something_else_is_refused() -> None:
    answer = World().post(f"{BASE}/runs", "preview=true", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status, answer.error["code"]) == (415, "unsupported_media_type")
    answer = World().post(f"{BASE}/runs", headers={"Content-Type": "text/plain"})
    assert (answer.status, answer.error["code"]) == (422, "missing")


def test_json_may_be_declared_with_its_character_set() -> None:
    answer = World().post(f"{BASE}/runs", {}, headers={"Content-Type": "Application/JSON; charset=utf-8"})
    assert answer.status == 202


def test_a_path_that_leads_nowhere_is_not_found() -> None:
    world = World()
    for path in ("/", "/api", "/api/unknown", f"{BASE}/unknown", f"{BASE}/records/hours/1/2"):
        answer = world.get(path)
        assert (answer.status, answer.error["code"], answer.error["field"]) == (404, "unknown_path", "path")


def test_a_wrong_method_is_told_the_right_ones() -> None:
    world = World()
    answer = world.post("/api/integrations")
    assert (answer.status, answer.error["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET"
    assert world.post(f"{BASE}/settings").headers["Allow"] == "GET, PUT"
    assert world.put(f"{BASE}/runs").headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("path", "query", "code", "field"),
    [
        ("/records", {"period": "October"}, "bad_period", "period"),
        ("/records", {"period": "2026-13"}, "bad_period", "period"),
        ("/records", {"period": "2026-10-01"}, "bad_period", "period"),
        ("/records", {"period": "2026-10\n"}, "bad_period", "period"),
        ("/records", {"period": "0000-01"}, "bad_period", "period"),
        ("/records", {"state": "paid"}, "bad_state", "state"),
        ("/records", {"state": "held,paid"}, "bad_state", "state"),
        ("/records", {"limit": "0"}, "bad_limit", "limit"),
        ("/records", {"limit": "501"}, "bad_limit", "limit"),
        ("/records", {"limit": "ten"}, "bad_limit", "limit"),
        ("/records", {"flow": "expenses"}, "unknown_flow", "flow"),
        ("/records", {"cursor": "????"}, "bad_cursor", "cursor"),
        ("/records", {"cursor": "bm90IG91cnM"}, "bad_cursor", "cursor"),
        ("/records", {"cursor": "å"}, "bad_cursor", "cursor"),
        ("/records", {"satate": "held"}, "unknown_parameter", "satate"),
        ("/postings", {"cursor": "bm90IG91cnM"}, "bad_cursor", "cursor"),
        ("/postings", {"limit": "-1"}, "bad_limit", "limit"),
        ("/reconciliation", {}, "bad_period", "period"),
        ("/reconciliation", {"period": ""}, "bad_period", "period"),
        ("/reconciliation", {"period": "9999-12"}, "bad_period", "period"),
        ("/reconciliation", {"period": "2026-10", "flow": "expenses"}, "unknown_flow", "flow"),
    ],
)
def test_a_wrong_parameter_is_named(path: str, query: dict[str, str], code: str, field: str) -> None:
    answer = World().get(f"{BASE}{path}", query)
    assert (answer.status, answer.error["code"], answer.error["field"]) == (422, code, field)
    assert answer.error["cure"]


def test_all_wrong_fields_are_listed_with_their_places() -> None:
    record = {"flow": "hours", "external_id": 1001}
    answer = World().post(f"{BASE}/approvals", {"records": [record], "decision": "maybe", "by": "me"})
    assert answer.status == 422
    assert {fault["field"]: fault["code"] for fault in answer.json["errors"]} == {
        "body.records[0].external_id": "string_type",
        "body.records[0].hash": "missing",
        "body.decision": "enum",
        "body.by": "extra_forbidden",
    }
    assert answer.error == answer.json["errors"][0]


@pytest.mark.parametrize(
    "integration_id", ["nothing", "hours-1#settings", "..", "a" * 200, "hours-1%00", "t%23i", "' or 1=1"]
)
def test_an_unknown_integration_is_not_found_whatever_it_is_called(integration_id: str) -> None:
    answer = World().get(f"/api/integrations/{integration_id}/records")
    assert answer.status == 404


def test_a_fault_of_ours_is_answered_without_detail() -> None:
    world = World(opening_error=RuntimeError("canary: the table is gone"))
    answer = world.get("/api/integrations")
    assert answer.status == 500
    assert answer.error["code"] == "internal_error"
    assert "table" not in str(answer.json)


@pytest.mark.parametrize(
    ("error", "status", "code", "retry_after"),
    [
        (RateLimited("harvest asks to wait", retry_after=17), 503, "rate_limited", "17"),
        (Unreachable("visma_net can't be reached"), 503, "vendor_unreachable", "20"),
        (ReconnectNeeded("the grant has run out"), 409, "reconnect_needed", None),
    ],
)
def test_a_vendors_trouble_says_whose_turn_it_is(
    error: Exception, status: int, code: str, retry_after: str | None
) -> None:
    answer = World(reconcile_error=error).get(f"{BASE}/reconciliation", {"period": "2026-10"})
    assert (answer.status, answer.error["code"]) == (status, code)
    assert answer.headers.get("Retry-After") == retry_after


def test_answers_are_kept_by_no_cache() -> None:
    world = World()
    assert world.get("/api/integrations").headers["Cache-Control"] == "no-store"
    assert world.get("/api/integrations", token=None).headers["Cache-Control"] == "no-store"
