"""The gate of live flows: what goes at once, what waits, what stays out and why. Pure.

What was booked is not judged here: it stays booked, whatever is said of it by now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handoff.domain.invoices import AccountingState, CustomerInvoice
from handoff.domain.staged import State
from handoff.integrations.live_settings import LiveSettings
from handoff.ports.live import Card

SWITCHED_OFF = "switched off"
A_DRAFT = "a draft"
DO_NOT_TRANSFER = "do not transfer"
ALREADY_TRANSFERRED = "already transferred"
BEFORE_THE_START = "before the start"
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record belongs, and why."""

    state: State
    why: str


def place_of(flow: str, card: Card, settings: LiveSettings) -> Place:
    """Where a card's record belongs while nothing of it is in the books."""
    if not getattr(settings, flow).on:
        return Place(State.EXCLUDED, SWITCHED_OFF)
    if isinstance(card, CustomerInvoice):
        return _of_invoice(card, settings.starts_on)
    return Place(State.READY, "goes at once")


def _of_invoice(invoice: CustomerInvoice, starts_on: date | None) -> Place:
    if invoice.accounting is AccountingState.DO_NOT_TRANSFER:
        return Place(State.EXCLUDED, DO_NOT_TRANSFER)
    if not invoice.finalized:
        return Place(State.HELD, A_DRAFT)
    if invoice.accounting is AccountingState.TRANSFERRED:
        return Place(State.EXCLUDED, ALREADY_TRANSFERRED)
    if starts_on is not None and invoice.invoiced_on is not None and invoice.invoiced_on < starts_on:
        return Place(State.EXCLUDED, BEFORE_THE_START)
    return Place(State.READY, "finalized")


BOOKED_FIELDS = {
    "number": "number",
    "description": "description",
    "customer_number": "customer",
    "project_number": "project",
    "invoiced_on": "date",
    "due_on": "due date",
    "currency": "currency",
    "total": "total",
    "account": "account",
    "vat_code": "VAT code",
    "credits": "credited invoice",
}
"""What of an invoice stands in the books, as people call it; all else may change without a word."""


def differences(booked: CustomerInvoice, now: CustomerInvoice) -> str:
    """What of the books' content changed, from what to what; empty when nothing did."""
    changed = [
        f"{name} from {_shown(getattr(booked, field))} to {_shown(getattr(now, field))}"
        for field, name in BOOKED_FIELDS.items()
        if getattr(booked, field) != getattr(now, field)
    ]
    return ", ".join(changed)


def _shown(value: object) -> str:
    text = "nothing" if value in (None, "") else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 - room for a sentence
