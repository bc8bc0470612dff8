"""What e-conomic's webhooks say, as hints: which customer, which project, which booked entries.

Source: e-conomic, Webhooks: the body is the configured text with its fields filled in, whatever the content type says,
so a form and JSON are both read. Nothing in a body is trusted: it only says where to look.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from handoff.connectors.economic.config import TITLE
from handoff.connectors.vendor import Hook
from handoff.domain.errors import InvalidInput
from handoff.domain.hints import Hint, HintKind

BODY_MAX = 4096
DIGITS_MAX = 9
SERIAL_DIGITS_MAX = 12
FIELDS_MAX = 20
WHERE = "All settings → Extensions → Web hooks (https://secure.e-conomic.com/settings/extensions/web-hooks)"
RENUMBERED = "old=[OLDNUMBER]&new=[NEWNUMBER]"
BOOKED = "book=[DAYBOOKNO]&from=[FROMSERIALNO]&to=[TOSERIALNO]"


def customer_updated(body: bytes) -> Hint:
    """The customer's number before and after: `7>7`, `>7` for a new one, `7>` for one that was deleted."""
    return Hint(HintKind.ERP_CUSTOMER, _renumbered(body))


def project_updated(body: bytes) -> Hint:
    """The project's number before and after, as of a customer."""
    return Hint(HintKind.ERP_PROJECT, _renumbered(body))


def day_book_booked(body: bytes) -> Hint:
    """The first and last number of the entries that were booked: `800123-800131`."""
    fields = _fields(body)
    first, last = (_number(fields, name, SERIAL_DIGITS_MAX) for name in ("from", "to"))
    if not first or not last or int(first) > int(last):
        raise unreadable("no span of entry numbers")
    return Hint(HintKind.ENTRIES_BOOKED, f"{first}-{last}")


def unreadable(fault: str) -> InvalidInput:
    """The error for a body that is no hint; nothing of the body is repeated."""
    return InvalidInput(
        f"a webhook of {TITLE} can't be read: {fault}",
        code="unreadable_hint",
        field="body",
        cure="Set up the webhook in e-conomic with the data text that the set-up page shows.",
    )


def _renumbered(body: bytes) -> str:
    fields = _fields(body)
    old, new = (_number(fields, name, DIGITS_MAX) for name in ("old", "new"))
    if not old and not new:
        raise unreadable("no number")
    return f"{old}>{new}"


def _number(fields: Mapping[str, str], name: str, digits_max: int) -> str:
    """The number without leading zeros; empty where nothing was filled in."""
    text = fields.get(name, "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) <= digits_max and int(text) > 0):
        raise unreadable(f"'{name}' is no number")
    return str(int(text)) if text else ""


def _fields(body: bytes) -> Mapping[str, str]:
    if len(body) > BODY_MAX:
        raise unreadable("too long")
    try:
        text = body.decode("utf-8").strip()
        return _from_json(text) if text[:1] in ("{", '"') else _from_form(text)
    except (ValueError, RecursionError):
        raise unreadable("neither a form nor JSON") from None


def _from_json(text: str) -> Mapping[str, str]:
    found: object = json.loads(text)
    if isinstance(found, str):
        return _from_form(found)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    shown = {str(name).lower(): value for name, value in found.items()}
    return {name: str(value) for name, value in shown.items() if isinstance(value, str | int)}


def _from_form(text: str) -> Mapping[str, str]:
    return {name.strip().lower(): value for name, value in parse_qsl(text, max_num_fields=FIELDS_MAX)}


def _hook(name: str, title: str, read: Callable[[bytes], Hint], template: str) -> Hook:
    return Hook(name=name, title=title, read=read, where=WHERE, template=template)


HOOKS: Mapping[str, Hook] = {
    hook.name: hook
    for hook in (
        _hook("day_book_booked", "Day book booked", day_book_booked, BOOKED),
        _hook("customer_updated", "Customer updated", customer_updated, RENUMBERED),
        _hook("project_updated", "Project updated", project_updated, RENUMBERED),
    )
}
