"""What became of each row of a write, from answers with data, with errors, and with both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from handoff.connectors.business_nxt.answers import Answer, answers_in, refusal_in
from handoff.connectors.business_nxt.rows import Kind, after_create, after_delete, after_update, latest
from handoff.connectors.business_nxt.units import UnitRow
from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
)

KIND = Kind("projects", UnitRow, "number")
ROW = {"number": 1, "name": "A"}


def error(*path: str | int, message: str = "No.", code: str = "NOT_SAVED") -> dict[str, Any]:
    return {"message": message, "path": ["useCompany", *path], "extensions": {"status_name": code}}


def answer(rows: Any, *errors: dict[str, Any]) -> Answer:
    body = {"data": {"useCompany": {"rows": rows}}, "errors": list(errors)}
    (found,) = answers_in(msgspec.json.encode(body), 1)
    return found


def kinds(results: list[Any]) -> str:
    """One letter for each: a row, a definite no, unknown, stale."""
    letters = {Rejected: "n", DeliveryUnknown: "?", Stale: "s"}
    return "".join(letters[type(one)] if isinstance(one, HandoffError) else "r" for one in results)


def items(*numbers: int) -> dict[str, Any]:
    return {"items": [{"number": number} for number in numbers], "affectedRows": len(numbers)}


@pytest.mark.parametrize(
    ("rows", "errors", "told"),
    [
        (items(1, 2, 3), [], "rrr"),
        (items(1, 3), [error("rows", "values", 1, "name")], "rnr"),
        (items(1, 3), [], "???"),
        (items(1, 2, 3), [error("rows", code="EXECUTION_TIMEOUT")], "rrr"),
        (items(1, 2), [error("rows", code="EXECUTION_TIMEOUT")], "???"),
        (items(), [error("rows")], "nnn"),
        (None, [error("rows")], "nnn"),
        (None, [error("rows", code="EXECUTION_TIMEOUT")], "???"),
        (None, [error("rows", message="The request timed out.")], "???"),
        (None, [error("rows", "values", 1, "name")], "?n?"),
        (None, [error("rows", "values", 0), error("rows", "values", 1), error("rows", "values", 2)], "nnn"),
        (None, [], "???"),
        (items(1, 2, 3), [error("other")], "rrr"),
    ],
)
def test_new_rows_are_told_one_by_one_and_nothing_is_guessed(rows: Any, errors: list[Any], told: str) -> None:
    assert kinds(after_create(answer(rows, *errors), "rows", 3, "projects")) == told


@pytest.mark.parametrize(
    ("rows", "errors", "told"),
    [
        (items(1, 2, 3), [], "rrr"),
        (items(3, 1), [], "rsr"),
        (items(1, 2, 3), [error("rows", "values", 1, "name")], "rnr"),
        (items(1), [error("rows", code="EXECUTION_TIMEOUT")], "r??"),
        (None, [error("rows")], "nnn"),
        (None, [], "???"),
        (items(), [], "sss"),
    ],
)
def test_changes_are_told_by_the_rows_that_came_back(rows: Any, errors: list[Any], told: str) -> None:
    assert kinds(after_update(answer(rows, *errors), "rows", [1, 2, 3], KIND)) == told


@pytest.mark.parametrize(
    ("rows", "errors", "told"),
    [
        ({"affectedRows": 2}, [], None),
        ({"affectedRows": 1}, [], Stale),
        ({"affectedRows": 1}, [error("rows", "filter")], Rejected),
        (None, [error("rows", code="EXECUTION_TIMEOUT")], DeliveryUnknown),
        (None, [], DeliveryUnknown),
        ({}, [], DeliveryUnknown),
    ],
)
def test_rows_are_gone_when_as_many_went(rows: Any, errors: list[Any], told: type | None) -> None:
    found = after_delete(answer(rows, *errors), "rows", 2, "delivery addresses")
    assert (None if found is None else type(found)) is told


def test_a_call_that_failed_tells_the_same_of_all() -> None:
    lost = DeliveryUnknown("no answer")
    assert after_create(lost, "rows", 2, "x") == after_update(lost, "rows", [1, 2], KIND) == [lost, lost]
    assert after_delete(lost, "rows", 2, "x") is lost


def test_a_column_that_is_refused_is_named() -> None:
    (no,) = after_create(answer(None, error("rows", "values", 0, "name", message="Too long.")), "rows", 1, "projects")
    assert isinstance(no, Rejected)
    assert (no.message, no.field) == ("Too long.", "name")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"errors": [{"message": "x", "extensions": {"code": "OUTSTANDING_LIMIT_EXCEEDED"}}]}, RateLimited),
        ({"data": {"useCompany": None}, "errors": [error(code="WHATEVER")]}, ReconnectNeeded),
        ({"data": {"useCompany": None}, "errors": [error(code="EXECUTION_TIMEOUT")]}, DeliveryUnknown),
        ({"errors": [{"message": "Cannot query field", "extensions": {"code": 7}}]}, Rejected),
        ({"data": None}, BrokenContract),
        ({"data": {"useCompany": {"rows": None}}, "errors": [error("rows")]}, type(None)),
    ],
)
def test_a_request_of_which_nothing_was_done_says_why(body: dict[str, Any], told: type) -> None:
    (found,) = answers_in(msgspec.json.encode(body), 1)
    assert type(refusal_in(found, "projects")) is told


AT = datetime(2026, 11, 5, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("stamps", "whole", "told"),
    [
        ([], False, None),
        ([None], True, AT - 3 * HOUR),
        ([AT - HOUR, None, AT - 2 * HOUR], False, AT - HOUR),
        ([AT - 100 * HOUR], False, AT - 3 * HOUR),
        ([AT - 100 * HOUR], True, AT - 3 * HOUR),
        ([AT + HOUR], False, AT + HOUR),
        ([AT + HOUR], True, AT - HOUR / 12),
    ],
)
def test_changes_are_asked_for_from_what_was_seen(
    stamps: list[datetime | None], whole: bool, told: datetime | None
) -> None:
    assert latest(stamps, began=AT, whole=whole) == told


def test_a_batch_has_one_answer_for_each_or_one_for_all() -> None:
    good: dict[str, Any] = {"data": {"useCompany": {}}}
    assert len(answers_in(msgspec.json.encode([good, good]), 2)) == 2
    refused = {"errors": [{"message": "The batch has too many operations."}]}
    assert len(answers_in(msgspec.json.encode(refused), 3)) == 3
    for body in ([good], good):
        with pytest.raises(msgspec.ValidationError):
            answers_in(msgspec.json.encode(body), 2)
