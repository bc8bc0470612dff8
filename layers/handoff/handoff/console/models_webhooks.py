"""Shapes of webhook addresses and of the keys that vendors sign with."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, SecretStr

from handoff.console.models import Shape
from handoff.console.values import Instant
from handoff.ports.hooks import ListedHook


class KeyState(StrEnum):
    """Whether an address has the key that its vendor signs with."""

    ENTERED = "entered"
    MISSING = "missing"
    NOT_NEEDED = "not_needed"


class WebhookShape(Shape):
    """An address that a vendor sends webhooks to, without the token in it."""

    id: Annotated[str, Field(description="Names the address.", examples=["business-nxt.table_change"])]
    vendor: Annotated[str, Field(description="Whose webhooks come in.")]
    title: Annotated[str, Field(description="What the vendor's type of webhook is called.")]
    where: Annotated[str, Field(description="Where at the vendor it is set up.")]
    active: Annotated[bool, Field(description="Whether it takes anything in.")]
    made_at: Annotated[Instant, Field(description="When it was made.")]
    renewed_at: Annotated[Instant, Field(description="Since when its token is in force.")]
    signing_key: Annotated[KeyState, Field(description="The vendor's key; while it is `missing`, nothing is taken in.")]
    signing_key_entered_at: Annotated[Instant | None, Field(description="When it was entered; null without one.")]

    @classmethod
    def of(cls, listed: ListedHook) -> WebhookShape:
        """The shape of an address."""
        address, key = listed.address, listed.address.signing if listed.is_signed else None
        missing = KeyState.MISSING if listed.is_signed else KeyState.NOT_NEEDED
        return cls(
            id=address.id,
            vendor=address.vendor,
            title=listed.title,
            where=listed.where,
            active=address.active,
            made_at=address.made_at,
            renewed_at=address.renewed_at,
            signing_key=missing if key is None else KeyState.ENTERED,
            signing_key_entered_at=None if key is None else key.entered_at,
        )


class WebhooksShape(Shape):
    """The addresses of an integration."""

    webhooks: Annotated[tuple[WebhookShape, ...], Field(description="All that were made for it.")]


class SigningKeyOrder(Shape):
    """A vendor's signing key; no answer ever has it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    signing_key: Annotated[
        SecretStr, Field(description="The key as the vendor shows it.", json_schema_extra={"writeOnly": True})
    ]
