"""Tenants, their connections and integrations: who owns what, and what is connected to what."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.domain.capabilities import Side


@dataclass(frozen=True, slots=True)
class Connection:
    """A tenant's authorised link to one account at one vendor.

    `account` is the vendor's name for the account (Harvest: the account id; Visma.net ERP: the
    company's tenant id). `stopped` says why it may not be used until somebody mends it, or is empty.
    """

    id: str
    vendor: str
    account: str
    name: str
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Integration:
    """One time-tool connection joined with an entity's ERP connection; `kind` names its file."""

    id: str
    kind: str
    name: str
    time_tool: Connection
    erp: Connection

    def on(self, side: Side) -> Connection:
        """The connection of that side."""
        return self.erp if side is Side.ERP else self.time_tool


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls the API: the tenant it acts for and the name that stands in histories."""

    tenant_id: str
    name: str
