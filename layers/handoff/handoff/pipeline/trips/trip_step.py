"""A task of the round trip's state machine as a message: what it asks for, and the token that answers it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from handoff.domain.trips import TripTask


class TripStep(BaseModel):
    """One message of the post queue, sent by the state machine itself; `external_id` is the invoice's."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)  # errors are logged

    name: Literal["trip"] = "trip"
    tenant_id: str
    integration_id: str
    flow: str
    external_id: str
    generation: int
    task: TripTask
    token: str = Field(repr=False)
