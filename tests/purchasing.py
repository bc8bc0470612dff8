"""Builders of purchases and their records, with dull defaults."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from handoff.domain.periods import period_of
from handoff.domain.purchases import Purchase, purchase_body, purchase_hash
from handoff.domain.staged import StagedRecord, State
from handoff.integrations.cost_settings import COSTS
from tests.builders import NOW


def a_purchase(amount: str = "100.00", *, external_id: str = "7-21", on: str = "2026-11-10", **other: Any) -> Purchase:
    """A supplier's cost on project 4."""
    dull: dict[str, Any] = {
        "account": 4300,
        "voucher": 60_003,
        "voucher_type": 2,
        "project": "4",
        "supplier": "50001",
        "text": "Laituri",
        "supplier_invoice": "L-1",
        "supplier_name": "Routakorpi Rakennus Oy",
    }
    content = {**dull, **other, "amount": Decimal(amount), "booked_on": date.fromisoformat(on)}
    return Purchase(external_id=external_id, **content)


def a_cost_record(purchase: Purchase | None = None, state: State = State.READY) -> StagedRecord:
    """The record of a purchase."""
    purchase = purchase or a_purchase()
    return StagedRecord(
        flow=COSTS,
        external_id=purchase.external_id,
        version=1,
        hash=purchase_hash(purchase),
        body=purchase_body(purchase),
        period=period_of(purchase.booked_on),
        state=state,
        source_approved=True,
        changed_at=NOW,
    )
