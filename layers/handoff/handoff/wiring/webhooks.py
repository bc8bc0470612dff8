"""What takes webhooks in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from handoff.connectors.registry import vendors
from handoff.observability import logger, metrics
from handoff.pipeline.live.receive import Delivery, HookType, Receipt, Receiver
from handoff.storage.hooks import DynamoHookStore
from handoff.wiring.process import envelope, post_queue, table

STATUS = {
    Receipt.QUEUED: 202,
    Receipt.IGNORED: 202,
    Receipt.UNREADABLE: 202,
    Receipt.UNKNOWN: 404,
    Receipt.TOO_LARGE: 413,
}
METRICS = {
    Receipt.QUEUED: "WebhooksQueued",
    Receipt.IGNORED: "WebhooksIgnored",
    Receipt.UNREADABLE: "WebhooksUnreadable",
    Receipt.UNKNOWN: "WebhooksRefused",
    Receipt.TOO_LARGE: "WebhooksRefused",
}


@cache
def receiver() -> Receiver:
    """The receiver of this process."""
    return Receiver(lambda tenant_id: DynamoHookStore(table(), tenant_id, envelope), hook_of, post_queue())


def hook_of(vendor: str, hook: str) -> HookType | None:
    """A vendor's type of hook; None when there is no such vendor or hook."""
    known = vendors().get(vendor)
    return known.hooks.get(hook) if known else None


def delivery_of(event: Mapping[str, Any]) -> Delivery:
    """A request as API Gateway hands it over."""
    named, context = event.get("pathParameters") or {}, event["requestContext"]
    return Delivery(
        id=context["requestId"],
        at=datetime.fromtimestamp(context["requestTimeEpoch"] / 1000, UTC),
        tenant_id=named.get("tenant_id", ""),
        hook_id=named.get("hook_id", ""),
        token=named.get("token", ""),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        query=event.get("queryStringParameters") or {},
        body=event.get("body") or "",
        is_base64=bool(event.get("isBase64Encoded")),
    )


def webhook(event: Mapping[str, Any]) -> dict[str, Any]:
    """Takes one request in and gives the answer; neither the log nor the answer has anything of what was sent."""
    delivery = delivery_of(event)
    receipt = receiver().receive(delivery)
    metrics.add_metric(name=METRICS[receipt], unit="Count", value=1)
    if receipt is Receipt.IGNORED:
        logger.info("webhook ignored", extra={"tenant_id": delivery.tenant_id, "hook_id": delivery.hook_id})
    elif receipt is not Receipt.QUEUED:
        known = {} if receipt is Receipt.UNKNOWN else {"tenant_id": delivery.tenant_id, "hook_id": delivery.hook_id}
        logger.warning("webhook not queued", extra={"receipt": receipt.value, "event_id": delivery.id, **known})
    return {"statusCode": STATUS[receipt], "headers": {"Content-Type": "application/json"}, "body": "{}"}
