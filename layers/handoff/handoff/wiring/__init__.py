"""Wiring: the only place that knows everything; it builds use cases from this process's environment.

Nothing here runs at import. Clients and settings are made on first use and kept for the life of the
process; whatever belongs to one tenant is built per delivery. A function loads only what it asks for: one that takes
webhooks in would wait longer for the console's modules than for its own work.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handoff.wiring.accounts import reconcile_asked
    from handoff.wiring.desk import console
    from handoff.wiring.notices import notice_worker
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
    "console",
    "dispatch_due",
    "fetch_worker",
    "notice_worker",
    "post_worker",
    "receiver",
    "reconcile_asked",
    "table",
    "time_left",
    "webhook",
]

_HOMES = {
    "FETCH_RESERVED_MS": "process",
    "POST_RESERVED_MS": "process",
    "StepPerformer": "worker",
    "Workshop": "workshop",
    "console": "desk",
    "dispatch_due": "schedule",
    "fetch_worker": "worker",
    "notice_worker": "notices",
    "post_worker": "worker",
    "receiver": "webhooks",
    "reconcile_asked": "accounts",
    "table": "process",
    "time_left": "process",
    "webhook": "webhooks",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"wiring has no {name}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
