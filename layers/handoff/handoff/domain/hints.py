"""A hint: what a webhook says has changed. Its content is never trusted: the object is read again from its vendor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HintKind(StrEnum):
    """What has changed, and on which side."""

    CUSTOMER = "customer"
    PROJECT = "project"
    INVOICE = "invoice"
    ERP_CUSTOMER = "erp_customer"
    ERP_PROJECT = "erp_project"
    ENTRIES_BOOKED = "entries_booked"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at: the object's id in the time tool, its number in the ERP, or a span of entries."""

    kind: HintKind
    subject: str
