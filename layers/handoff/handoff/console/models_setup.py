"""Shapes of setting up: invitations and health checks."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from handoff.console.models import Shape
from handoff.console.values import Instant


class InvitationOrder(Shape):
    """What the link is for: a new integration of a kind, or one that is there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Annotated[str, Field(description="Kind of the new integration.", examples=["moment-economic"])] = ""
    integration_id: Annotated[str, Field(description="Id of the integration whose accounts are to be reconnected.")] = (
        ""
    )


class InvitationShape(Shape):
    """A link, which is shown this once."""

    path: Annotated[str, Field(description="The link, as it stands behind the API's own address.")]
    kind: Annotated[str, Field(description="Kind of the integration.")]
    integration_id: Annotated[str | None, Field(description="The integration to reconnect; null for a new one.")]
    expires_at: Annotated[Instant, Field(description="Until when the link can be used.")]


class FindingShape(Shape):
    """One point of a health check."""

    code: Annotated[str, Field(description="Names the point.", examples=["journal"])]
    ok: Annotated[bool | None, Field(description="Whether it is in order; null where that can't be found out.")]
    sentence: Annotated[str, Field(description="How it stands.")]
    cure: Annotated[str, Field(description="What a person does; empty where nothing is to be done.")]


class HealthShape(Shape):
    """How both sides stand."""

    ready: Annotated[bool, Field(description="Whether nothing is missing.")]
    time_tool: Annotated[tuple[FindingShape, ...], Field(description="The time tool's points.")]
    erp: Annotated[tuple[FindingShape, ...], Field(description="The ERP's points.")]
