"""Webhooks: one address per type, told what changed and enough to fetch the rest (Moment, Webhooks).

Only the body for invoices is documented; those for customers and projects follow its shape, and so do the names of
events other than CREATE_NEW (ASSUMED). No secret, no signature. Deletions are not announced (ASSUMED).
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.deliveries import Deliveries
from sandbox.moment.answers import Json
from sandbox.moment.database import Database
from sandbox.wire import to_json

TYPES = ("customers", "projects", "invoices")
CONTENT_TYPE = "application/json"


class Webhooks:
    """The addresses of one company, by type."""

    def __init__(self, deliveries: Deliveries) -> None:
        self.deliveries = deliveries
        self._urls: dict[str, str] = {}

    @property
    def urls(self) -> Mapping[str, str]:
        """The addresses by type."""
        return dict(self._urls)

    def set(self, kind: str, url: str) -> None:
        """Tells the address about this type from now on; there is one per type. Raises ValueError."""
        if kind not in TYPES:
            raise ValueError(f"type must be one of {', '.join(TYPES)}, not {kind!r}")
        self._urls[kind] = url

    def clear(self, kind: str | None = None) -> int:
        """Tells nobody any more, about this type or any, and says how many addresses that were."""
        gone = [kind] if kind in self._urls else [] if kind is not None else list(self._urls)
        for name in gone:
            del self._urls[name]
        return len(gone)

    def announce(self, event: str, database: Database, entity: str, row: Json) -> None:
        """Queues the webhook when somebody wants it."""
        if entity in self._urls:
            body = to_json({"event": event, entity.removesuffix("s"): _hint(database, entity, row)})
            self.deliveries.queue(self._urls[entity], CONTENT_TYPE, body)


def _hint(database: Database, entity: str, row: Json) -> Json:
    if entity == "customers":
        return _named(row, "customerNumber")
    customer = _named(database.find("customers", row["customerId"]), "customerNumber")
    if entity == "projects":
        return {**_named(row, "projectNumber"), "customer": customer}
    project = database.find("projects", row["projectId"])
    shown = {"project": _named(project, "projectNumber")} if project is not None else {}
    return {**_named(row, "invoiceNumber"), "customer": customer, **shown}


def _named(row: Json | None, number: str) -> Json:
    return {"id": row["id"], number: row[number]} if row is not None else {}
