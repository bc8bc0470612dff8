"""The platform's own settings, from the environment; what a tenant sets is in `integrations`."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field


class PlatformSettings(BaseModel):
    """Where things are: tables, queues, keys and the vendors' addresses."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    table_name: str = Field(alias="TABLE_NAME", description="Table of everything but grants.")
    grants_table_name: str = Field(
        "", alias="GRANTS_TABLE_NAME", description="Table of grants; set only where tokens are needed."
    )
    grants_key_id: str = Field("", alias="GRANTS_KEY_ID", description="KMS key that wraps grants.")
    fetch_queue_url: str = Field("", alias="FETCH_QUEUE_URL", description="URL of fetch.fifo.")
    post_queue_url: str = Field("", alias="POST_QUEUE_URL", description="URL of post.fifo.")
    reconcile_function_name: str = Field(
        "", alias="RECONCILE_FUNCTION_NAME", description="Function that reconciles a period."
    )
    harvest_base_url: str = Field("https://api.harvestapp.com", alias="HARVEST_BASE_URL", description="Harvest's API.")
    harvest_token_url: str = Field(
        "https://id.getharvest.com/api/v2/oauth2/token",
        alias="HARVEST_TOKEN_URL",
        description="Harvest ID's token endpoint.",
    )
    visma_net_base_url: str = Field(
        "https://api.finance.visma.net", alias="VISMA_NET_BASE_URL", description="Visma.net ERP's API."
    )
    visma_net_token_url: str = Field(
        "https://connect.visma.com/connect/token",
        alias="VISMA_NET_TOKEN_URL",
        description="Visma Connect's token endpoint.",
    )
    visma_net_absence_seconds: int = Field(
        240,
        alias="VISMA_NET_ABSENCE_SECONDS",
        description="How long a lost write may still be carried out by Visma.net ERP.",
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> PlatformSettings:
        """The settings of this process; raises pydantic's ValidationError naming what is missing."""
        return cls.model_validate(dict(environment))
