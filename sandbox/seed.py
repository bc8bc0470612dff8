"""Takes Fjordlys Konsult AS in as a customer, as an operator would: tenant, connections, settings, a token."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from handoff.connectors.config import ConnectionConfig
from handoff.connectors.harvest.config import HarvestConfig
from handoff.connectors.registry import check_pair
from handoff.connectors.visma_net.config import VismaNetConfig
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.harvest_visma_net import HARVEST_VISMA_NET
from handoff.integrations.settings import read_settings
from handoff.storage.dynamo import Table
from handoff.storage.envelope import Envelope
from handoff.storage.onboarding import Onboarding
from sandbox import world
from sandbox.fjordlys import FINANCE_MANAGER, INTEGRATION_ID, SETTINGS, TENANT_ID
from sandbox.local.system import Running, Seeded

TOKEN_LIFE = timedelta(days=30)


def seed(running: Running) -> Seeded:
    """One tenant with both connections, its settings and an API token for its finance manager."""
    aws, outputs = running.aws, running.outputs
    onboarding = Onboarding(
        Table(aws.dynamodb, outputs["TableName"]),
        Table(aws.dynamodb, outputs["GrantsTableName"]),
        Envelope(aws.kms, outputs["GrantsKeyId"], time.monotonic),
        TENANT_ID,
    )
    onboarding.add_tenant(world.COMPANY)
    kind, now = HARVEST_VISMA_NET, datetime.now(UTC)
    check_pair(kind.time_tool, kind.erp, time_tool_needs=kind.time_tool_needs(), erp_needs=kind.erp_needs())
    time_tool = _connect(onboarding, kind.time_tool, _harvest(running.vendors[kind.time_tool].credentials))
    erp = _connect(onboarding, kind.erp, _visma_net(running.vendors[kind.erp].credentials))
    integration = Integration(INTEGRATION_ID, kind.name, f"Hours of {world.COMPANY}", time_tool, erp)
    settings = read_settings(SETTINGS).model_dump(mode="json")
    onboarding.add_integration(integration, settings, by=FINANCE_MANAGER, at=now)
    token = onboarding.issue_token(FINANCE_MANAGER, expires_at=now + TOKEN_LIFE)
    return Seeded(TENANT_ID, INTEGRATION_ID, token)


def _connect(onboarding: Onboarding, vendor: str, config: ConnectionConfig) -> Connection:
    connection = Connection(vendor.replace("_", "-"), vendor, config.account, world.COMPANY)
    onboarding.connect(connection, config.grant())
    return connection


def _harvest(credentials: Mapping[str, Any]) -> HarvestConfig:
    return HarvestConfig(
        account_id=str(credentials["account_id"]),
        client_id=credentials["client_id"],
        client_secret=credentials["client_secret"],
        refresh_token=credentials["refresh_token"],
    )


def _visma_net(credentials: Mapping[str, Any]) -> VismaNetConfig:
    return VismaNetConfig(
        tenant_id=credentials["tenant_id"],
        client_id=credentials["client_id"],
        client_secret=credentials["client_secret"],
    )
