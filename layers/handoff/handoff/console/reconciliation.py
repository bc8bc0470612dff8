"""A reconciliation on its way: made where the grants are, rendered there, shown by the API.

`answer_of` and `result_of` are the two ends of the call between both functions: an error of a vendor
arrives as the same class that was raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handoff.console.values import decimal_text, instant_text
from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    InvalidInput,
    NotFound,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.reconciliation import Books, Difference, Proof, Reconciliation, Sum

_CLASSES: Mapping[str, type[HandoffError]] = {
    kind.__name__: kind
    for kind in (
        BrokenContract,
        DeliveryUnknown,
        InvalidInput,
        NotFound,
        ReconnectNeeded,
        Rejected,
        Stale,
        Unreachable,
    )
}
"""What an error is raised as again; a class that is not here is raised as the nearest it derives from."""


def answer_of(work: Callable[[], Reconciliation]) -> dict[str, Any]:
    """What the reconciling function answers: the reconciliation, or the error that kept it from one."""
    try:
        return {"reconciliation": reconciliation_json(work())}
    except HandoffError as error:
        return {"error": error_json(error)}


def result_of(answer: Mapping[str, Any]) -> Mapping[str, object]:
    """The reconciliation in an answer; raises the error that stands there instead.

    An answer with neither is Lambda's own word on a function that ran out of time or memory.
    """
    if "error" in answer:
        raise error_from(answer["error"])
    if "reconciliation" not in answer:
        raise Unreachable(
            "the reconciliation did not come to its end",
            code="reconciliation_failed",
            cure="Ask again; it is made anew each time.",
        )
    result: Mapping[str, object] = answer["reconciliation"]
    return result


def reconciliation_json(reconciliation: Reconciliation) -> dict[str, Any]:
    """The reconciliation as JSON: decimals as text, instants in UTC, lists no longer than an answer may be."""
    account = reconciliation.shortened()
    return {
        "period": account.period,
        "entity": account.entity,
        "at": instant_text(account.at),
        "agrees": account.agrees,
        "currency": account.currency,
        "source": account.source,
        "proof": [_proof_json(part) for part in account.proof],
        "hours_difference": decimal_text(account.hours_difference),
        "amount_difference": decimal_text(account.amount_difference),
        "time_tool": _sum_json(account.time_tool),
        "states": {name: _sum_json(part) for name, part in account.states.items()},
        "books": [_books_json(part, account.currency) for part in account.books],
        "posted_elsewhere": decimal_text(account.posted_elsewhere),
        "from_elsewhere": decimal_text(account.from_elsewhere),
        "difference_count": account.difference_count,
        "differences": [_difference_json(found) for found in account.differences],
        "correction_count": account.correction_count,
        "corrections": [_difference_json(found) for found in account.corrections],
    }


def _proof_json(part: Proof) -> dict[str, Any]:
    return {
        "unit": part.unit,
        "time_tool": decimal_text(part.time_tool),
        "states": {name: decimal_text(value) for name, value in part.states.items()},
        "accounted": decimal_text(part.accounted),
        "difference": decimal_text(part.difference),
    }


def _difference_json(found: Difference) -> dict[str, Any]:
    return {"code": found.code, "subject": found.subject, "expected": found.expected, "found": found.found}


def _sum_json(part: Sum) -> dict[str, Any]:
    value = {currency: decimal_text(amount) for currency, amount in sorted(part.value.items())}
    return {"records": part.records, "hours": decimal_text(part.hours), "value": value}


def _books_json(part: Books, currency: str) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "currency": part.currency or currency,
        "documents": part.documents,
        "reversals": part.reversals,
        "hours": decimal_text(part.hours),
        "amount": decimal_text(part.amount),
        "ledger_documents": part.ledger_documents,
        "ledger_hours": decimal_text(part.ledger_hours),
        "ledger_amount": decimal_text(part.ledger_amount),
        "agrees": part.agrees,
    }


def error_json(error: HandoffError) -> dict[str, Any]:
    return {
        "class": next((k.__name__ for k in type(error).__mro__ if k.__name__ in (*_CLASSES, RateLimited.__name__)), ""),
        "message": error.message,
        "code": error.code,
        "field": error.field,
        "cure": error.cure,
        "retry_after": error.retry_after if isinstance(error, RateLimited) else None,
    }


def error_from(answer: Mapping[str, Any]) -> HandoffError:
    if answer["class"] == RateLimited.__name__:
        return RateLimited(answer["message"], retry_after=answer["retry_after"])
    kind = _CLASSES.get(answer["class"], HandoffError)
    return kind(answer["message"], code=answer["code"], field=answer["field"], cure=answer["cure"])
