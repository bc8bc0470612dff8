"""Webhooks: set up by a person with a text and merge fields, or by an app through `webhooksapi`.

One request for each event; the body is the configured text with its fields filled in, nothing signs it.
ASSUMED: three retries; the text of a webhook that an app made; an empty number on create and on delete.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.deliveries import Deliveries, DeliveryOptions
from sandbox.economic import errors
from sandbox.economic.flat_lists import flat_body, gone, path_number, text_of
from sandbox.economic.formats import Json, version
from sandbox.wire import Answer, Call, Route

FORM = "application/x-www-form-urlencoded"
RETRIES = 3
HEADERS_MAX = 5
PATH = "/webhooksapi/{version}/webhooks"
NUMBERS = "old=[OLDNUMBER]&new=[NEWNUMBER]"
EVENT_TYPES = {
    "CUSTOMER_UPDATED": ("A customer was created, changed, renumbered or deleted", NUMBERS),
    "PROJECT_UPDATED": ("A project was created, changed, renumbered or deleted", NUMBERS),
    "PRODUCT_UPDATED": ("A product was created, changed, renumbered or deleted", NUMBERS),
    "DAYBOOK_BOOKED": ("A journal was booked", "book=[DAYBOOKNO]&from=[FROMSERIALNO]&to=[TOSERIALNO]"),
    "INVOICE_BOOKED": ("An invoice was booked", "invoice=[INVOICENO]"),
}


@dataclass(frozen=True)
class Hook:
    """One webhook; `by_app` when it was made through the API."""

    number: int
    type: str
    name: str
    url: str
    content_type: str = FORM
    data: str = NUMBERS
    headers: Mapping[str, str] = field(default_factory=dict)
    by_app: bool = False
    changes: int = 0


class Webhooks:
    """The webhooks of one agreement and the queue that they leave by."""

    def __init__(self, deliveries: Deliveries | None = None) -> None:
        self.deliveries = deliveries or Deliveries(options=DeliveryOptions(retries=RETRIES))
        self._hooks: dict[int, Hook] = {}

    def start_over(self) -> None:
        """Forgets all webhooks and what waits."""
        self._hooks.clear()
        self.deliveries.start_over()

    def add(
        self,
        kind: str,
        url: str,
        data: str | None = None,
        *,
        name: str = "",
        content_type: str = FORM,
        headers: Mapping[str, str] | None = None,
        by_app: bool = False,
    ) -> Hook:
        """A new webhook as a person sets it up; without `data` the text is the usual one of its type."""
        number = max(self._hooks, default=0) + 1
        text = EVENT_TYPES[kind][1] if data is None else data
        hook = Hook(number, kind, name or kind, url, content_type, text, dict(headers or {}), by_app)
        self._hooks[number] = hook
        return hook

    def tell(self, kind: str, values: dict[str, object]) -> None:
        """Queues a request for each webhook of the type."""
        for hook in self._hooks.values():
            if hook.type == kind:
                body, url = _filled(hook.data, values), _filled(hook.url, values)
                self.deliveries.queue(url, hook.content_type, body.encode(), hook.headers)

    def shown(self) -> list[Json]:
        """All webhooks."""
        return [_shown(hook) for hook in self._hooks.values()]

    def clear(self) -> int:
        """Takes all webhooks away and says how many there were."""
        count = len(self._hooks)
        self._hooks.clear()
        return count

    def routes(self) -> list[Route]:
        """The service, where an app sees its own webhooks only."""
        return [
            Route("GET", "/webhooksapi/{version}/EventTypes", self._types),
            Route("GET", PATH, self._list),
            Route("POST", PATH, self._create),
            Route("GET", f"{PATH}/{{number}}", self._read),
            Route("PUT", PATH, self._update),
            Route("DELETE", f"{PATH}/{{number}}", self._delete),
        ]

    def _types(self, _: Call) -> Answer:
        return Answer(200, {"items": [{"name": name, "description": text} for name, (text, _) in EVENT_TYPES.items()]})

    def _list(self, _: Call) -> Answer:
        return Answer(200, {"items": [_shown(hook) for hook in self._hooks.values() if hook.by_app]})

    def _read(self, call: Call) -> Answer:
        return Answer(200, _shown(self._own(path_number(call))))

    def _create(self, call: Call) -> Answer:
        hook = self._read_body(flat_body(call), None)
        self._hooks[hook.number] = hook
        return Answer(201, {"number": hook.number})

    def _update(self, call: Call) -> Answer:
        body = flat_body(call)
        number = body.get("number")
        old = self._own(number if isinstance(number, int) else 0)
        if body.get("objectVersion") is None:
            raise errors.decline(400, "objectVersion is required.", None, "objectVersion")
        if body["objectVersion"] != version(old.changes + 1):
            raise errors.conflict()
        self._hooks[old.number] = self._read_body(body, old)
        return Answer(204)

    def _delete(self, call: Call) -> Answer:
        del self._hooks[self._own(path_number(call)).number]
        return Answer(204)

    def _own(self, number: int) -> Hook:
        hook = self._hooks.get(number)
        if hook is None or not hook.by_app:
            raise gone(number)
        return hook

    def _read_body(self, body: Json, old: Hook | None) -> Hook:
        kind = body.get("eventType")
        if not isinstance(kind, str) or kind not in EVENT_TYPES:
            raise errors.decline(400, "eventType is none of the known ones.", None, "eventType")
        if any(one.by_app and one.type == kind and one is not old for one in self._hooks.values()):
            text = "There is a webhook for this event type already."
            raise errors.decline(400, text, "WebhookAlreadyExistsForEventType", "eventType")
        headers = body.get("headers") or {}
        if not isinstance(headers, dict) or len(headers) > HEADERS_MAX:
            raise errors.decline(400, f"At most {HEADERS_MAX} headers.", None, "headers")
        return Hook(
            number=old.number if old else max(self._hooks, default=0) + 1,
            type=kind,
            name=text_of(body, "name", 255) or kind,
            url=text_of(body, "url", 2000, required=True) or "",
            content_type=text_of(body, "contentType", 100) or FORM,
            data=EVENT_TYPES[kind][1],
            headers={str(name): str(value) for name, value in headers.items()},
            by_app=True,
            changes=old.changes + 1 if old else 0,
        )


def _filled(text: str, values: Mapping[str, object]) -> str:
    def fill(found: re.Match[str]) -> str:
        value = values.get(found[1], found[0])
        return "" if value is None else str(value)

    return re.sub(r"\[([A-Z]+)\]", fill, text)


def _shown(hook: Hook) -> Json:
    return {
        "number": hook.number,
        "eventType": hook.type,
        "name": hook.name,
        "url": hook.url,
        "contentType": hook.content_type,
        "data": hook.data,
        "headers": dict(hook.headers),
        "objectVersion": version(hook.changes + 1),
    }
