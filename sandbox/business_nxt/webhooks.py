"""Webhooks of table changes: which row of which company, signed, without its data.

Documented or seen: the payload with PascalCase keys, `timestamp` for a DELETE only, else `changedColumns` with at least
the changed or created timestamp; `x-vwd-signature-v1` is the base64 of an HMAC-SHA256 over the raw body; the other
headers' names. ASSUMED: the shape of `changedColumns`, the contents of the other headers, three retries.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.business_nxt.columns import Row
from sandbox.business_nxt.company import DELETE, INSERT, Company
from sandbox.business_nxt.tables import TABLES
from sandbox.deliveries import Deliveries
from sandbox.standin import Clock
from sandbox.wire import to_json

CONTENT_TYPE = "application/json"
SIGNATURE_HEADER = "x-vwd-signature-v1"
SIGNATURE_KEY = "sandbox-business-nxt-signature-key"
RETRIES = 3


@dataclass(frozen=True)
class Subscription:
    """A target that is told about one table of one company."""

    id: str
    company_no: int
    table: str
    url: str
    key: str

    def shown(self) -> dict[str, object]:
        """The subscription as the control call lists it."""
        return {"id": self.id, "company": self.company_no, "table": self.table, "url": self.url}


def signature(key: str, body: bytes) -> str:
    """What stands in `x-vwd-signature-v1` for the raw body."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


class Webhooks:
    """All subscriptions. They outlive a reset, as the connections they belong to do."""

    def __init__(self, deliveries: Deliveries, clock: Clock) -> None:
        self.deliveries = deliveries
        self._clock = clock
        self._subscriptions: list[Subscription] = []

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """Who is told of what."""
        return tuple(self._subscriptions)

    def subscribe(self, company_no: int, table: str, url: str, key: str = SIGNATURE_KEY) -> Subscription:
        """Tells the address of this table's changes from now on. Raises ValueError for a table that is not there."""
        if table not in TABLES:
            raise ValueError(f"table must be one of {', '.join(TABLES)}, not {table!r}")
        made = Subscription(str(uuid.uuid4()), company_no, table, url, key)
        self._subscriptions.append(made)
        return made

    def clear(self) -> int:
        """Tells nobody any more, and says how many there were."""
        count = len(self._subscriptions)
        self._subscriptions.clear()
        return count

    def tell(self, company: Company, event: str, table: str, row: Row) -> None:
        """Queues the event for everybody who wants it."""
        wanting = [one for one in self._subscriptions if (one.company_no, one.table) == (company.who.no, table)]
        if not wanting:
            return
        body = to_json(self._payload(company, event, table, row))
        event_id = str(uuid.uuid4())
        for one in wanting:
            self.deliveries.queue(one.url, CONTENT_TYPE, body, self._headers(one, company, event_id, body))

    def _payload(self, company: Company, event: str, table: str, row: Row) -> dict[str, object]:
        kind = TABLES[table]
        payload: dict[str, object] = {
            "tableIdentifier": kind.identifier,
            "customerNo": company.who.customer_no,
            "companyNo": company.who.no,
            "event": event,
            "primaryKeys": [{name[0].upper() + name[1:]: row[name]} for name in kind.key],
        }
        if event == DELETE:
            return {**payload, "timestamp": _utc(self._clock())}
        name = "createdTimestamp" if event == INSERT else "changedTimestamp"
        return {**payload, "changedColumns": [{name[0].upper() + name[1:]: row[name].isoformat()}]}

    def _headers(self, one: Subscription, company: Company, event_id: str, body: bytes) -> dict[str, str]:
        at = _utc(self._clock())
        return {
            SIGNATURE_HEADER: signature(one.key, body),
            "x-vwd-event-id": event_id,
            "x-vwd-notification-id": str(uuid.uuid4()),
            "x-vwd-notification-timestamp": at,
            "x-vwd-webhook-timestamp": at,
            "x-vwd-subscription-id": one.id,
            "x-vwd-tenant-id": str(company.who.customer_no),
            "x-vwd-application-id": "business-nxt",
            "x-vwd-group-id": f"{company.who.no}-{TABLES[one.table].identifier}",
        }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
