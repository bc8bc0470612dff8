"""Takes all customers in as an operator would: tenant, connections, settings, webhook addresses, a token."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from handoff.connectors.business_nxt.config import BusinessNxtConfig
from handoff.connectors.config import ConnectionConfig
from handoff.connectors.economic.config import EconomicConfig
from handoff.connectors.harvest.config import HarvestConfig
from handoff.connectors.moment.config import MomentConfig
from handoff.connectors.registry import check_pair
from handoff.connectors.severa.config import SeveraConfig
from handoff.connectors.visma_net.config import VismaNetConfig
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.flow import IntegrationKind
from handoff.integrations.harvest_visma_net import HARVEST_VISMA_NET
from handoff.integrations.kind_settings import read_as
from handoff.integrations.moment_economic import MOMENT_ECONOMIC
from handoff.integrations.severa_business import SEVERA_BUSINESS
from handoff.storage.dynamo import Table
from handoff.storage.envelope import Envelope
from handoff.storage.onboarding import Onboarding
from sandbox import fjordlys, klitrose, lumipolku, world
from sandbox.business_nxt.access import LUMIPOLKU_COMPANY_NO
from sandbox.economic.seed import COMPANY as ECONOMIC_COMPANY
from sandbox.local.system import Running, Seeded

TOKEN_LIFE = timedelta(days=30)
KEY_LIFE = timedelta(days=400)


@dataclass(frozen=True)
class Customer:
    """A customer to take in: whose it is, what is connected, how it is set."""

    tenant_id: str
    company: str
    manager: str
    kind: IntegrationKind
    integration_id: str
    name: str
    settings: Mapping[str, object]


FJORDLYS = Customer(
    fjordlys.TENANT_ID,
    world.COMPANY,
    fjordlys.FINANCE_MANAGER,
    HARVEST_VISMA_NET,
    fjordlys.INTEGRATION_ID,
    f"Hours of {world.COMPANY}",
    fjordlys.SETTINGS,
)
KLITROSE = Customer(
    klitrose.TENANT_ID,
    klitrose.COMPANY,
    klitrose.FINANCE_MANAGER,
    MOMENT_ECONOMIC,
    klitrose.INTEGRATION_ID,
    f"Invoices of {klitrose.COMPANY}",
    klitrose.SETTINGS,
)
LUMIPOLKU = Customer(
    lumipolku.TENANT_ID,
    lumipolku.COMPANY,
    lumipolku.FINANCE_MANAGER,
    SEVERA_BUSINESS,
    lumipolku.INTEGRATION_ID,
    f"Master data of {lumipolku.COMPANY}",
    lumipolku.SETTINGS,
)


def seed(running: Running) -> Seeded:
    """All customers; the one with the hours comes first."""
    return replace(take_in(running, FJORDLYS), others=(take_in(running, KLITROSE), take_in(running, LUMIPOLKU)))


def take_in(running: Running, customer: Customer, *, scheduled: bool = True) -> Seeded:
    """One tenant: both connections, its settings, its webhook addresses, a token for its finance manager."""
    aws, outputs = running.aws, running.outputs
    onboarding = Onboarding(
        Table(aws.dynamodb, outputs["TableName"]),
        Table(aws.dynamodb, outputs["GrantsTableName"]),
        Envelope(aws.kms, outputs["GrantsKeyId"], time.monotonic),
        customer.tenant_id,
    )
    onboarding.add_tenant(customer.company)
    kind, now = customer.kind, datetime.now(UTC)
    check_pair(kind.time_tool, kind.erp, time_tool_needs=kind.time_tool_needs(), erp_needs=kind.erp_needs())
    time_tool, erp = (
        _connect(onboarding, vendor, _CONFIGS[vendor](running.vendors[vendor].credentials), customer.company)
        for vendor in (kind.time_tool, kind.erp)
    )
    integration = Integration(customer.integration_id, kind.name, customer.name, time_tool, erp)
    settings = read_as(kind.settings, customer.settings).model_dump(mode="json")
    onboarding.add_integration(integration, settings, by=customer.manager, at=now, scheduled=scheduled)
    token = onboarding.issue_token(customer.manager, expires_at=now + TOKEN_LIFE)
    hooks = onboarding.add_hooks(integration, at=now)
    return Seeded(customer.tenant_id, customer.integration_id, token, hooks)


def _connect(onboarding: Onboarding, vendor: str, config: ConnectionConfig, company: str) -> Connection:
    connection = Connection(vendor.replace("_", "-"), vendor, config.account, company)
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


def _moment(credentials: Mapping[str, Any]) -> MomentConfig:
    ends: date = (datetime.now(UTC) + KEY_LIFE).date()
    return MomentConfig(company=credentials["company"], api_key=credentials["api_key"], key_expires_on=ends)


def _economic(credentials: Mapping[str, Any]) -> EconomicConfig:
    return EconomicConfig(
        agreement_number=str(ECONOMIC_COMPANY["agreementNumber"]), grant_token=credentials["agreement_grant_token"]
    )


def _severa(credentials: Mapping[str, Any]) -> SeveraConfig:
    return SeveraConfig(client_id=credentials["client_id"], client_secret=credentials["client_secret"])


def _business_nxt(credentials: Mapping[str, Any]) -> BusinessNxtConfig:
    return BusinessNxtConfig(
        company_no=str(LUMIPOLKU_COMPANY_NO),
        client_id=credentials["client_id"],
        client_secret=credentials["client_secret"],
    )


_CONFIGS = {
    "harvest": _harvest,
    "visma_net": _visma_net,
    "moment": _moment,
    "economic": _economic,
    "severa": _severa,
    "business_nxt": _business_nxt,
}
