"""Wiring: the only place that knows everything; it builds use cases from this process's environment.

Nothing here runs at import. Clients and settings are made on first use and kept for the life of the
process; whatever belongs to one tenant is built per delivery.
"""

from __future__ import annotations

from handoff.wiring.accounts import reconcile_asked
from handoff.wiring.connect import connect_page
from handoff.wiring.desk import console
from handoff.wiring.process import FETCH_RESERVED_MS, POST_RESERVED_MS, table, time_left
from handoff.wiring.schedule import dispatch_due
from handoff.wiring.webhooks import receiver, webhook
from handoff.wiring.worker import StepPerformer, fetch_worker, post_worker
from handoff.wiring.workshop import Workshop

__all__ = [
    "FETCH_RESERVED_MS",
    "POST_RESERVED_MS",
    "StepPerformer",
    "Workshop",
    "connect_page",
    "console",
    "dispatch_due",
    "fetch_worker",
    "post_worker",
    "receiver",
    "reconcile_asked",
    "table",
    "time_left",
    "webhook",
]
