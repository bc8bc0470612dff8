"""A health check on its way: made where the grants are, rendered there, shown by the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handoff.console.reconciliation import error_from, error_json
from handoff.domain.errors import HandoffError, Unreachable
from handoff.pipeline.live.health import Health
from handoff.ports.live import Finding

ASKED = "health"
"""What a question asks for, where it is not a reconciliation."""


def answer_of(work: Callable[[], Health]) -> dict[str, Any]:
    """What the function answers: the findings, or the error that kept it from any."""
    try:
        return {ASKED: health_json(work())}
    except HandoffError as error:
        return {"error": error_json(error)}


def result_of(answer: Mapping[str, Any]) -> Mapping[str, object]:
    """The findings in an answer; raises the error that stands there instead."""
    if "error" in answer:
        raise error_from(answer["error"])
    if ASKED not in answer:
        raise Unreachable("the health check did not come to its end", code="health_failed", cure="Ask again.")
    found: Mapping[str, object] = answer[ASKED]
    return found


def health_json(health: Health) -> dict[str, Any]:
    """The findings of both sides as JSON."""
    return {
        "ready": not health.missing,
        "time_tool": _side(health.time_tool),
        "erp": _side(health.erp),
    }


def _side(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [{"code": f.code, "ok": f.ok, "sentence": f.sentence, "cure": f.cure} for f in findings]
