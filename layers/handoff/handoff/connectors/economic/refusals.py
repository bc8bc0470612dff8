"""What e-conomic's error bodies say, and which domain error a refusal is.

Source: e-conomic, Errors: REST gives a tree in the form of the request with `errors` at its leaves, the OpenAPI
services give `message` and `errorCode`, newer ones a problem document with an `errors` array.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from handoff.connectors.economic.assumed import (
    CLOSED_CODES,
    ENTRY_GONE,
    MODULE_NOT_ACTIVE,
    NOT_BALANCED,
    PROJECT_NUMBER_TAKEN,
)
from handoff.connectors.economic.config import TITLE
from handoff.connectors.http import FORBIDDEN, NOT_FOUND, Written
from handoff.connectors.sentences import json_sentence
from handoff.domain.errors import HandoffError, ReconnectNeeded, Rejected

SAID_MAX = 3
_DEPTH_MAX = 12
_CODES = {
    **dict.fromkeys(CLOSED_CODES, "closed_period"),
    PROJECT_NUMBER_TAKEN: "number_taken",
    ENTRY_GONE: "draft_changed",
    NOT_BALANCED: "not_balanced",
    MODULE_NOT_ACTIVE: "module_missing",
}
_CURES = {
    "closed_period": "Open the period in e-conomic, or change the invoice's date in the time tool, then retry.",
    "draft_changed": "Somebody changed or booked the draft in e-conomic: retry, and it is looked up again.",
    "not_balanced": "Look at the voucher in e-conomic: its entries no longer add up to zero.",
    "module_missing": "Switch on the module Project in e-conomic (All settings → Extensions → Modules), then retry.",
}


def sentence_of(body: bytes) -> str:
    """What the vendor says to people: the places and messages of a validation error, else the body's one sentence."""
    said = list(dict.fromkeys(f"{place}: {message}" if place else message for place, message in _leaves(_json(body))))
    return "; ".join(said[:SAID_MAX]) or json_sentence(body)


def code_of(body: bytes) -> str | None:
    """Our code for a refusal; None for one that has none."""
    text = body.decode("utf-8", errors="replace")
    return next((code for name, code in _CODES.items() if name in text), None)


def known_refusal(body: bytes, status: int) -> HandoffError | None:
    """The refusal that means the same on every call: a missing module stops what needs it, not the connection."""
    if status != FORBIDDEN or MODULE_NOT_ACTIVE.encode() not in body:
        return None
    return module_missing(status)


def module_missing(status: int | None = None) -> Rejected:
    """The project module is off."""
    text = f"{TITLE}'s module Project is not active on this agreement"
    return Rejected(text, code="module_missing", cure=_CURES["module_missing"], status=status)


def refusal_of(answer: Written, what: str) -> HandoffError:
    """The error for an answer that says no: a role that our app lacks stops the connection, all else the record."""
    said = answer.sentence or f"{TITLE} {what} answered {answer.status}"
    if answer.status == FORBIDDEN:
        return ReconnectNeeded(
            f"{TITLE} {what} answered {FORBIDDEN}: {answer.sentence}".rstrip(": "),
            code="role_missing",
            field=what,
            cure="Add the app again as a user with all rights: it needs the role SuperUser.",
        )
    code = code_of(answer.body) or ("not_there" if answer.status == NOT_FOUND else None)
    return Rejected(said, code=code, cure=_CURES.get(code or ""), status=answer.status)


def _json(body: bytes) -> object:
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found


def _leaves(body: object) -> Iterator[tuple[str, str]]:
    errors = body.get("errors") if isinstance(body, dict) else None
    if errors is not None:
        yield from _walk(errors, "", _DEPTH_MAX)


def _walk(node: object, place: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth == 0:
        return
    if isinstance(node, list):
        for inner in node:
            yield from _walk(inner, place, depth - 1)
    elif isinstance(node, dict):
        message = node.get("message")
        if isinstance(message, str) and message.strip():
            yield place, message.strip()
        for name, inner in node.items():
            yield from _walk(inner, place if name == "errors" else _under(place, str(name)), depth - 1)


def _under(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
