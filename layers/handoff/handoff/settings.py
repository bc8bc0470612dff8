"""The platform's own settings, from the environment; what a tenant sets is in `integrations`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

V = TypeVar("V", bound=BaseModel)


class PlatformSettings(BaseModel):
    """Where things are: tables, queues, keys and what differs at the vendors."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    table_name: str = Field(alias="TABLE_NAME", description="Table of everything but grants.")
    grants_table_name: str = Field(
        "", alias="GRANTS_TABLE_NAME", description="Table of grants; set only where tokens are needed."
    )
    grants_key_id: str = Field("", alias="GRANTS_KEY_ID", description="KMS key that wraps grants and signing keys.")
    fetch_queue_url: str = Field("", alias="FETCH_QUEUE_URL", description="URL of fetch.fifo.")
    post_queue_url: str = Field("", alias="POST_QUEUE_URL", description="URL of post.fifo.")
    notice_queue_url: str = Field("", alias="NOTICE_QUEUE_URL", description="URL of notices.fifo.")
    notice_delay_seconds: int = Field(
        60,
        alias="NOTICE_DELAY_SECONDS",
        ge=0,
        le=900,
        description="Seconds that failures are gathered into one message.",
    )
    notice_minutes_apart: int = Field(
        15,
        alias="NOTICE_MINUTES_APART",
        ge=0,
        le=600,
        description="Minutes between two messages about one integration.",
    )
    notices_from: str = Field("", alias="NOTICES_FROM", description="Address that messages about failures come from.")
    reconcile_function_name: str = Field(
        "", alias="RECONCILE_FUNCTION_NAME", description="Function that reconciles a period."
    )
    round_trip_arn: str = Field("", alias="ROUND_TRIP_ARN", description="State machine of invoices' round trips.")
    public_url: str = Field(
        "",
        alias="PUBLIC_URL",
        description="Address of the API as browsers see it, where it is not the gateway's own.",
    )
    vendor_settings: Mapping[str, Mapping[str, object]] = Field(
        default_factory=dict,
        alias="VENDOR_SETTINGS",
        description="Addresses of vendors that differ from their own, as JSON by vendor.",
    )
    vendor_secrets: Mapping[str, Mapping[str, SecretStr]] = Field(
        default_factory=dict,
        alias="VENDOR_SECRETS",
        repr=False,
        description="Secrets of our own applications at vendors, as JSON by vendor.",
    )

    @field_validator("vendor_settings", "vendor_secrets", mode="before")
    @classmethod
    def _from_json(cls, value: object) -> object:
        return json.loads(value or "{}") if isinstance(value, str) else value

    def of_vendor(self, name: str, model: type[V]) -> V:
        """What is set of a vendor, secrets too; raises pydantic's ValidationError for what is unknown."""
        return model.model_validate({**self.vendor_settings.get(name, {}), **self.vendor_secrets.get(name, {})})

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> PlatformSettings:
        """The settings of this process; raises pydantic's ValidationError naming what is missing."""
        return cls.model_validate(dict(environment))
