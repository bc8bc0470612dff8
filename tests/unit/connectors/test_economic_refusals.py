"""e-conomic's error bodies, of both families and of gateways, as sentences and codes."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.connectors.economic.refusals import code_of, known_refusal, refusal_of, sentence_of
from handoff.connectors.http import Written
from handoff.domain.errors import ReconnectNeeded, Rejected

ANNOTATED = {
    "message": "Validation error.",
    "developerHint": "Inspect validation errors and correct your request.",
    "errors": {
        "customer": {"errors": [{"errorCode": "E06000", "message": "customer does not exist.", "value": "987"}]},
        "lines": [{"arrayIndex": 0, "unitNetPrice": {"errors": [{"errorCode": "E04740", "message": "Too many decimals."}]}}],
    },
}  # fmt: skip


def said(body: Any) -> str:
    return sentence_of(json.dumps(body).encode())


def test_a_validation_error_is_told_by_field() -> None:
    assert said(ANNOTATED) == "customer: customer does not exist.; lines.unitNetPrice: Too many decimals."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"message": "Update conflict. Version does not match."}, "Update conflict. Version does not match."),
        (
            {"title": "Not active", "errors": [{"errorCode": "X", "message": "The module is off."}]},
            "The module is off.",
        ),
        ({"message": "Validation error.", "errors": {}}, "Validation error."),
        ({"message": "Refused.", "errors": None}, "Refused."),
        ({"errors": {"a": {"errors": [{"message": f"no {n}"} for n in range(9)]}}}, "a: no 0; a: no 1; a: no 2"),
        ([], ""),
        ("text", ""),
    ],
)
def test_other_bodies_give_their_sentence(body: Any, sentence: str) -> None:
    assert said(body) == sentence


@given(st.binary(max_size=300))
def test_any_body_gives_a_text(body: bytes) -> None:
    assert isinstance(sentence_of(body), str)
    assert code_of(body) is None or isinstance(code_of(body), str)


def test_a_body_that_nests_without_end_is_read_to_some_depth() -> None:
    body: dict[str, Any] = {"errors": {"a": {}}}
    inner: Any = body["errors"]["a"]
    for _ in range(60):
        inner["b"] = {}
        inner = inner["b"]
    inner["message"] = "deep"
    assert said({"message": "top", **body}) == "top"
    assert sentence_of(b'{"errors":' * 50_000) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("JournalEntryDateInClosedAccountingPeriod", "closed_period"),
        ("AccountingYearClosed", "closed_period"),
        ("ProjectCannotBeCreatedUpdatedNumberAlreadyExists", "number_taken"),
        ("JournalEntryNotFound", "draft_changed"),
        ("VoucherNotBalanced", "not_balanced"),
        ("ModuleNotActive", "module_missing"),
        ("E06000", None),
    ],
)
def test_codes_are_told_apart_wherever_they_stand(text: str, code: str | None) -> None:
    assert code_of(json.dumps({"errorCode": text}).encode()) == code
    assert code_of(json.dumps({"errors": [{"errorCode": text}]}).encode()) == code


def test_a_missing_role_stops_the_connection_and_a_missing_module_the_record() -> None:
    answer = Written(403, "", b'{"message":"Access forbidden."}', httpx.Headers(), "Access forbidden.")
    refusal = refusal_of(answer, "customers")
    assert isinstance(refusal, ReconnectNeeded)
    assert refusal.code == "role_missing"
    module = known_refusal(b'{"errorCode":"ModuleNotActive"}', 403)
    assert isinstance(module, Rejected)
    assert module.code == "module_missing"
    assert known_refusal(b'{"errorCode":"ModuleNotActive"}', 400) is None
    assert known_refusal(b"{}", 403) is None


def test_a_refusal_keeps_its_status_and_says_something() -> None:
    refusal = refusal_of(Written(404, "", b"<html>"), "journal vouchers")
    assert isinstance(refusal, Rejected)
    assert (refusal.code, refusal.status) == ("not_there", 404)
    assert "journal vouchers answered 404" in str(refusal)
