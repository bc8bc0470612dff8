"""What serves the set-up pages: a request becomes a question to the guide, and its answer a response."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

from handoff.domain.errors import InvalidInput
from handoff.observability import logger, metrics
from handoff.storage.dynamo import Table
from handoff.storage.invitations import DynamoInvitationStore
from handoff.storage.problems import DynamoProblemStore
from handoff.storage.tenants import DynamoTenantStore
from handoff.wiring.process import envelope, queues, settings, table, transport, utc_now
from handoff.wiring.shelf import shelf_of

FORM_MAX = 250_000
FIELDS_MAX = 60


def connect_page(event: Mapping[str, Any]) -> dict[str, Any]:
    """Answers one request; neither the log nor a metric has anything that was entered."""
    from handoff.connect.guide import Guide, unknown_link  # noqa: PLC0415 - vendors are slow to import

    asked = asked_of(event)
    try:
        answered = Guide(desk_of(asked.tenant_id)).answer(asked)
    except InvalidInput as error:
        if error.code != "bad_id":
            raise
        answered = unknown_link()
    metrics.add_metric(name="ConnectPages", unit="Count", value=1)
    logger.info("answered", extra={"code": answered.code, "status": int(answered.status)})
    return response_of(answered)


def desk_of(tenant_id: str) -> Any:
    """The desk of one tenant; raises InvalidInput for what can't be one."""
    from handoff.connect.desk import ConnectDesk  # noqa: PLC0415 - as above
    from handoff.storage.grants import DynamoGrantStore  # noqa: PLC0415 - only functions that read grants
    from handoff.storage.onboarding import Onboarding  # noqa: PLC0415 - as above

    grants_table = Table(table().client, settings().grants_table_name)
    return ConnectDesk(
        tenant_id=tenant_id,
        invitations=DynamoInvitationStore(table(), tenant_id),
        tenants=DynamoTenantStore(table(), tenant_id),
        onboarding=Onboarding(table(), grants_table, envelope(), tenant_id),
        grants=lambda connection_id: DynamoGrantStore(grants_table, tenant_id, connection_id, envelope()),
        problems=lambda integration_id: DynamoProblemStore(table(), tenant_id, integration_id),
        stores=partial(shelf_of, tenant_id),
        queues=queues(),
        platform=settings(),
        clock=utc_now,
        transport=lambda _: transport(),
    )


def asked_of(event: Mapping[str, Any]) -> Any:
    """A request as API Gateway hands it over."""
    from handoff.connect.desk import Asked  # noqa: PLC0415 - as above

    named = event.get("pathParameters") or {}
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return Asked(
        method=event["httpMethod"],
        tenant_id=named.get("tenant_id", ""),
        ticket=named.get("ticket", ""),
        base_url=base_url(event, headers),
        side=named.get("side", ""),
        way=named.get("way", ""),
        query=event.get("queryStringParameters") or {},
        form=_form(event),
        cookies=_cookies(headers.get("cookie", "")),
    )


def base_url(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """What stands before `/connect` in the address that was asked, as the browser sees it."""
    if settings().public_url:
        return settings().public_url.rstrip("/")
    context = event["requestContext"]
    full, path = context.get("path") or event["path"], event["path"]
    prefix = full.removesuffix(path) if full.endswith(path) else f"/{context['stage']}"
    return f"https://{context.get('domainName') or headers.get('host', '')}{prefix}"


def response_of(answered: Any) -> dict[str, Any]:
    """The response as API Gateway takes it: kept nowhere, framed nowhere, with no address handed on."""
    from handoff.connect.rendering import POLICY  # noqa: PLC0415 - as above

    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
    if answered.location:
        headers["Location"] = answered.location
    if answered.cookie:
        headers["Set-Cookie"] = f"{answered.cookie}; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax"
    return {"statusCode": int(answered.status), "headers": headers, "body": answered.body}


def _form(event: Mapping[str, Any]) -> Mapping[str, str]:
    body = event.get("body") or ""
    if not body or len(body) > FORM_MAX:
        return {}
    try:
        text = b64decode(body).decode() if event.get("isBase64Encoded") else body
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS_MAX))
    except ValueError:
        return {}


def _cookies(header: str) -> Mapping[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
