"""Reading the fields of a write: JSON or form bodies, checked, with 422 for what the vendor would refuse."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from sandbox.harvest.answers import Json, refuse
from sandbox.wire import Call

HOURS_MAX = Decimal(10_000)  # far above a day: the vendor does not stop an entry of 25 hours (ASSUMED)
TEXT_MAX = 65_535


def body_fields(call: Call) -> Json:
    """The body's fields. JSON counts only with its content type; anything else is read as form data."""
    if "json" not in (call.header("content-type") or ""):
        return dict(call.form())
    fields = call.json()
    return dict(fields) if isinstance(fields, Mapping) else refuse("the body must be a JSON object", 400)


def need(fields: Json, *names: str) -> None:
    """Ends the call with 422 when a field is missing or empty."""
    for name in names:
        if fields.get(name) in (None, ""):
            refuse(f"{name.removesuffix('_id').replace('_', ' ').capitalize()} can't be blank")


def whole(fields: Json, name: str) -> int:
    """A whole number, as JSON number or as text of a form. Ends the call with 422."""
    value = fields.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else refuse(f"{name} is not a number")


def number(fields: Json, name: str) -> Decimal:
    """A number from 0, kept to two decimals (ASSUMED half up). Ends the call with 422."""
    value = fields.get(name)
    try:
        read = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        read = Decimal("NaN")
    if not read.is_finite() or not 0 <= read <= HOURS_MAX:
        refuse(f"{name.capitalize()} must be a number from 0")
    return read.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def text(fields: Json, name: str) -> str | None:
    """A text or null. Ends the call with 422."""
    value = fields.get(name)
    if value is None:
        return None
    return value if isinstance(value, str) and len(value) <= TEXT_MAX else refuse(f"{name.capitalize()} is not a text")


def external_reference(value: object) -> Json | None:
    """The link to another system; its ids come back as texts. Ends the call with 422."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        refuse("External reference is not an object")
    kept = {name: value.get(name) for name in ("id", "group_id", "account_id", "permalink")}
    texts = {name: None if one is None else str(one) for name, one in kept.items()}
    return {**texts, "service": None, "service_icon_url": None}
