"""Webhook addresses: which there are, and the keys that vendors sign with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.models_webhooks import SigningKeyOrder, WebhookShape, WebhooksShape
from handoff.console.place import INTEGRATION, IntegrationId, Place, check_query, place_of
from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.grants import Secret
from handoff.ports.hooks import ListedHook

HookId = Annotated[str, Path(description="Id of the address.")]
Order = Annotated[
    SigningKeyOrder,
    Body(
        description="The key.",
        openapi_examples={"key": {"summary": "A key", "value": {"signing_key": "as the vendor shows it"}}},
    ),
]


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.get(
        f"{INTEGRATION}/webhooks",
        summary="List webhook addresses",
        description="The addresses that vendors send this integration's webhooks to, without the tokens in them, and "
        "whether a key is missing.",
        operation_id="listWebhooks",
        tags=["Integrations"],
    )(listed)
    api.post(
        f"{INTEGRATION}/webhooks/<hook_id>/signing-key",
        summary="Enter a vendor's signing key",
        description="The key that the vendor shows once, where it signs its webhooks. It is kept encrypted, given out "
        "by no call, and takes the place of the one there was at once: what is signed with that one is refused.",
        operation_id="enterSigningKey",
        tags=["Integrations"],
    )(enter_key)


def listed(request: Request, integration_id: IntegrationId) -> WebhooksShape:
    """The integration's addresses."""
    check_query(request)
    place = place_of(request, integration_id)
    return WebhooksShape(webhooks=tuple(WebhookShape.of(one) for one in _hooks(place)))


def enter_key(request: Request, integration_id: IntegrationId, hook_id: HookId, body: Order) -> WebhookShape:
    """Keeps the key; raises NotFound for another integration's address, InvalidInput for one without signatures."""
    check_query(request)
    place = place_of(request, integration_id)
    if not _named(place, hook_id).is_signed:
        raise InvalidInput(
            "nothing that comes to this address is signed",
            code="not_signed",
            field="hook_id",
            cure="Enter a key only where signing_key is missing or entered.",
        )
    place.desk.hooks.enter_key(hook_id, Secret(body.signing_key.get_secret_value()), at=place.desk.clock())
    return WebhookShape.of(_named(place, hook_id))


def _hooks(place: Place) -> Sequence[ListedHook]:
    return place.desk.hooks.of(place.integration)


def _named(place: Place, hook_id: str) -> ListedHook:
    found = next((one for one in _hooks(place) if one.address.id == hook_id), None)
    if found is None:
        raise NotFound(f"there is no webhook address {hook_id[:40]}", field="hook_id")
    return found
