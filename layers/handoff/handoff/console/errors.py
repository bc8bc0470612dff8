"""Errors as the API answers them: one shape for all, with a code, a sentence, the field and the cure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from handoff.console.models import ErrorAnswer, Fault
from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    IllegalMove,
    InvalidInput,
    NotFound,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.integrations.kind_settings import SettingsRefused

UNREACHABLE_RETRY_SECONDS = 20

_BY_CODE: Mapping[str, HTTPStatus] = {
    "hash_mismatch": HTTPStatus.CONFLICT,
    "already_posted": HTTPStatus.CONFLICT,
    "person_approvals_off": HTTPStatus.CONFLICT,
    "not_retryable": HTTPStatus.CONFLICT,
    "not_confirmable": HTTPStatus.CONFLICT,
    "outcome_known": HTTPStatus.CONFLICT,
    "not_posted": HTTPStatus.CONFLICT,
    "not_repostable": HTTPStatus.CONFLICT,
    "gone": HTTPStatus.CONFLICT,
    "settings_unreadable": HTTPStatus.CONFLICT,
}
"""Values that are fine by themselves and do not fit what is stored."""

_BY_CLASS: Sequence[tuple[type[HandoffError], HTTPStatus]] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (InvalidInput, HTTPStatus(422)),
    (Stale, HTTPStatus.CONFLICT),
    (IllegalMove, HTTPStatus.CONFLICT),
    (ReconnectNeeded, HTTPStatus.CONFLICT),
    (RateLimited, HTTPStatus.SERVICE_UNAVAILABLE),
    (Unreachable, HTTPStatus.SERVICE_UNAVAILABLE),
    (DeliveryUnknown, HTTPStatus.BAD_GATEWAY),
    (Rejected, HTTPStatus.BAD_GATEWAY),
    (BrokenContract, HTTPStatus.BAD_GATEWAY),
)


class HttpFault(HandoffError):
    """A request that fails before it means anything: its status, and headers the answer needs."""

    def __init__(
        self,
        message: str,
        *,
        status: HTTPStatus,
        code: str,
        cure: str,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, code=code, field=field, cure=cure)
        self.answered = status  # `status` is a vendor's
        self.headers = headers or {}


class ManyFaults(InvalidInput):
    """Several fields are wrong; the first of them speaks for all."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        super().__init__(first.message, code=first.code, field=first.field, cure=first.cure)
        self.faults = tuple(faults)


def status_of(error: HandoffError) -> HTTPStatus:
    """The HTTP status that says whose turn it is: the caller's (4xx), a vendor's (502, 503) or ours (500)."""
    if isinstance(error, HttpFault):
        return error.answered
    if isinstance(error, InvalidInput) and error.code in _BY_CODE:
        return _BY_CODE[error.code]
    found = (status for kind, status in _BY_CLASS if isinstance(error, kind))
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def headers_of(error: HandoffError) -> dict[str, str | list[str]]:
    """Headers that belong to the error's status."""
    if isinstance(error, HttpFault):
        return dict(error.headers)
    if isinstance(error, RateLimited):
        return {"Retry-After": str(max(1, error.retry_after))}
    return {"Retry-After": str(UNREACHABLE_RETRY_SECONDS)} if isinstance(error, Unreachable) else {}


def fault_of(error: HandoffError, field: str | None = None) -> Fault:
    """The error for a reader, about `field` where the caller's request calls it otherwise."""
    return Fault(code=error.code, message=error.message, field=field or error.field, cure=error.cure)


def answer_to(error: HandoffError) -> ErrorAnswer:
    """The body of an error's answer."""
    return ErrorAnswer(error=fault_of(error), errors=error.faults if isinstance(error, ManyFaults) else None)


def path_text(parts: Iterable[str | int]) -> str:
    """A place in a body as people write it: `body.records[0].hash`."""
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def request_faults(details: Iterable[Mapping[str, Any]]) -> ManyFaults:
    """What validation found wrong with a request, without the values that were sent."""
    return ManyFaults([_request_fault(detail) for detail in details])


def _request_fault(detail: Mapping[str, Any]) -> Fault:
    place, *inner = detail["loc"]
    message = f"{str(detail['msg'])[:1].lower()}{str(detail['msg'])[1:]}"
    if place == "body":
        field = path_text(["body", *inner])
        return Fault(code=detail["type"], message=f"{field}: {message}", field=field, cure=_CURE_BODY)
    name = str(inner[0])
    cure = _CURES.get(name, "Correct the parameter and send the request again.")
    return Fault(code=f"bad_{name.lower().replace('-', '_')}", message=f"{name}: {message}", field=name, cure=cure)


def settings_faults(refused: SettingsRefused, place: Sequence[str]) -> ManyFaults:
    """What is wrong with sent settings, with paths as they lie in the body."""
    faults = []
    for fault in refused.faults:
        inner = [int(part) if part.isdigit() else part for part in fault.field.split(".") if part]
        field = path_text([*place, *inner])
        cure = f"Correct {field} and save again; the settings that were in force still are."
        faults.append(Fault(code=fault.code, message=f"{field}: {fault.message}", field=field, cure=cure))
    return ManyFaults(faults)


_CURE_BODY = "Correct the field and send the request again; /openapi.json describes the body."
_CURES: Mapping[str, str] = {
    "limit": "Ask for 1 to 500 items.",
    "state": "Name a state a record can have: held, ready, posting, unsure, posted, settled, failed, excluded.",
    "cursor": "Use next_cursor of the page before, with the same filters.",
}
