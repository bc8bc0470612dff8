"""How single values and references are written in answers."""

from __future__ import annotations

from datetime import date, datetime

from sandbox.severa.answers import Json
from sandbox.severa.fields import Money, Row, moment_text, snake


def plain(value: object) -> object:
    """The value in JSON's terms."""
    if isinstance(value, Money):
        return {"amount": value.amount, "currencyCode": value.currency}
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def reference(target: Row | None, shows: tuple[str, ...]) -> Json | None:
    """What is shown of a row elsewhere; null when there is none."""
    return {name: plain(getattr(target, snake(name))) for name in shows} if target is not None else None
