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
    ERP_ORDER = "erp_order"
    ERP_ORDER_GONE = "erp_order_gone"
    ERP_BOOKING = "erp_booking"
    NOTHING = "nothing"
    """A change that nobody has to look at now: the passes see it, if it is of any account."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at: the object's id in the time tool, its number in the ERP, or a span of entries.

    `account` is whose object it is said to be, by the vendor's name for the account; empty where that is not said.
    """

    kind: HintKind
    subject: str
    account: str = ""
