"""The console's desk: what a call of the API may touch, for the tenant of its token."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from handoff.domain.errors import Unreachable
from handoff.domain.periods import Period
from handoff.domain.tenancy import Integration
from handoff.storage.callers import Callers
from handoff.storage.hooks import DynamoHookStore
from handoff.storage.invitations import DynamoInvitationStore
from handoff.storage.tenants import DynamoTenantStore
from handoff.wiring.hook_book import StoredHookBook
from handoff.wiring.process import (
    envelope,
    queues,
    settings,
    table,
    utc_now,
)
from handoff.wiring.shelf import shelf_of
from handoff.wiring.workshop import workshop

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayRestResolver

    from handoff.console.desk import Desk

ASKING = Config(connect_timeout=2, read_timeout=25, retries={"total_max_attempts": 1})
"""For the console's question to another function: API Gateway waits 29 seconds for both."""


@cache
def console() -> APIGatewayRestResolver:
    """The JSON API."""
    from handoff.console.api import build_api  # noqa: PLC0415 - its validation is slow to import

    return build_api(open_desk)


def open_desk(bearer_token: str) -> Desk | None:
    """The desk of whoever holds the token; None for a token that is unknown or has run out."""
    from handoff.console.desk import Desk, Planning  # noqa: PLC0415 - as above

    caller = Callers(table()).find(bearer_token, now=utc_now())
    if caller is None:
        return None

    def planning(integration: Integration, flow: str) -> Planning:
        shop = workshop(caller.tenant_id, integration.id)
        return Planning(shop.planner(flow), shop.kinds)

    return Desk(
        caller=caller,
        tenants=DynamoTenantStore(table(), caller.tenant_id),
        stores=partial(shelf_of, caller.tenant_id),
        planning=planning,
        queues=queues(),
        reconcile=_asker(caller.tenant_id),
        health=_health_asker(caller.tenant_id),
        invitations=DynamoInvitationStore(table(), caller.tenant_id),
        hooks=StoredHookBook(DynamoHookStore(table(), caller.tenant_id, envelope)),
        new_id=lambda: secrets.token_hex(4),
        clock=utc_now,
    )


def _asker(tenant_id: str) -> Callable[[str, str, Period], Mapping[str, object]]:
    from handoff.console.reconciliation import result_of  # noqa: PLC0415 - as above

    def ask(integration_id: str, flow: str, period: Period) -> Mapping[str, object]:
        question = {"tenant_id": tenant_id, "integration_id": integration_id, "flow": flow, "period": period}
        late = Unreachable(
            "the systems took too long to answer for this period",
            code="reconciliation_timeout",
            cure="Try again; a large period may need several tries while the vendors are busy.",
        )
        return result_of(_answer(question, late))

    return ask


def _health_asker(tenant_id: str) -> Callable[[str], Mapping[str, object]]:
    from handoff.console.health import ASKED, result_of  # noqa: PLC0415 - as above

    def ask(integration_id: str) -> Mapping[str, object]:
        question = {"tenant_id": tenant_id, "integration_id": integration_id, "ask": ASKED}
        late = Unreachable("the systems took too long to answer", code="health_timeout", cure="Try again.")
        return result_of(_answer(question, late))

    return ask


def _answer(question: Mapping[str, object], late: Unreachable) -> Mapping[str, Any]:
    """What the function that holds grants answers; raises `late` when it takes longer than a browser waits."""
    client = boto3.client("lambda", config=ASKING)
    try:
        answer = client.invoke(FunctionName=settings().reconcile_function_name, Payload=json.dumps(question).encode())
    except ReadTimeoutError as error:
        raise late from error
    read: Mapping[str, Any] = json.loads(answer["Payload"].read())
    return read
