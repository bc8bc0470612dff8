"""What the pages work with: one tenant's invitations, connections and integrations, and the way to the vendors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import TYPE_CHECKING

from handoff.connectors.registry import open_connection, vendor_of
from handoff.connectors.vendor import Surroundings, Vendor
from handoff.domain.errors import InvalidInput, Stale
from handoff.domain.grants import Grant, StoredGrant
from handoff.domain.invitations import Invitation
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.tenancy import Connection
from handoff.pipeline.steps import Queues
from handoff.ports.shelf import Shelves
from handoff.settings import PlatformSettings
from handoff.storage.hooks import digest_of
from handoff.storage.invitations import DynamoInvitationStore, new_ticket
from handoff.storage.onboarding import Onboarding
from handoff.storage.problems import DynamoProblemStore
from handoff.storage.tenants import DynamoTenantStore

if TYPE_CHECKING:
    import httpx

    from handoff.connectors.oauth import GrantStore
    from handoff.integrations.flow import IntegrationKind

SIDES = ("time_tool", "erp")


def new_run_part() -> str:
    """What tells a run from another one of the same second."""
    return token_hex(4)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `base_url` is what stands before `/connect` in the address that was asked."""

    method: str
    tenant_id: str
    ticket: str = field(repr=False)
    base_url: str
    side: str = ""
    way: str = field(default="", repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """A page, or a way on; `code` is for the log and says what became of the request."""

    status: int
    code: str
    body: str = field(default="", repr=False)
    location: str = field(default="", repr=False)
    cookie: str = field(default="", repr=False)


class HeldGrant:
    """A grant that is being tried and is stored nowhere yet; what a vendor renews meanwhile is kept in it."""

    def __init__(self, grant: Grant) -> None:
        self.stored = StoredGrant(grant, 1)

    def load(self) -> StoredGrant:
        """The grant."""
        return self.stored

    def save(self, grant: Grant, revision: int) -> int:
        """Keeps what was renewed; raises Stale."""
        if revision != self.stored.revision:
            raise Stale("the grant has changed")
        self.stored = StoredGrant(grant, revision + 1)
        return revision + 1


@dataclass(frozen=True, slots=True)
class ConnectDesk:
    """One tenant's desk."""

    tenant_id: str
    invitations: DynamoInvitationStore
    tenants: DynamoTenantStore
    onboarding: Onboarding
    grants: Callable[[str], GrantStore]
    problems: Callable[[str], DynamoProblemStore]
    stores: Shelves
    queues: Queues
    platform: PlatformSettings
    clock: Callable[[], datetime]
    transport: Callable[[str], httpx.BaseTransport | None]
    new_secret: Callable[[], str] = new_ticket
    new_id: Callable[[], str] = new_run_part

    def around(self, vendor: str, grants: GrantStore) -> Surroundings:
        """What a connection to that vendor is opened with."""
        return Surroundings(self.platform, grants, self.clock, self.transport(vendor))

    def tried(self, vendor: Vendor, account: str, grant: Grant) -> tuple[str, Grant]:
        """The account's name and the grant, as it is after a real call; raises what the vendor's check raises."""
        held = HeldGrant(grant)
        opened = open_connection(Connection("new", vendor.name, account, ""), self.around(vendor.name, held))
        try:
            name = opened.check()
        finally:
            opened.close()
        return name, held.stored.grant

    def connection(self, connection_id: str) -> Connection | None:
        """One of the tenant's connections."""
        return next((one for one in self.tenants.connections() if one.id == connection_id), None)

    def mended(self, connection_id: str, codes: frozenset[ProblemCode]) -> None:
        """Closes those problems of a connection, in every integration that uses it."""
        for integration in self.tenants.integrations():
            if connection_id in (integration.time_tool.id, integration.erp.id):
                store = self.problems(integration.id)
                for known in list(store.open()):
                    if known.flow == connection_id and known.problem.code in codes:
                        store.close(known.problem.id)

    def id_for(self, vendor: str, account: str) -> str:
        """The id of the connection with that account, or the next free one."""
        known = {one.id: one for one in self.tenants.connections()}
        for one in known.values():
            if (one.vendor, one.account) == (vendor, account):
                return one.id
        return _free(vendor.replace("_", "-"), known)

    def integration_id_for(self, kind: IntegrationKind, invitation: Invitation) -> str:
        """The id of the integration that the invitation makes: from its kind, with a number where that is taken.

        Raises InvalidInput when another one joins these two accounts already; one that was half made is taken up.
        """
        known = {one.id: one for one in self.tenants.integrations()}
        for one in known.values():
            same = (one.kind, one.time_tool.id, one.erp.id)
            if same == (kind.name, invitation.time_tool, invitation.erp):
                if one.name == kind.title:
                    return one.id
                raise InvalidInput(
                    f"these two accounts are joined already, by the integration {one.name}",
                    code="exists",
                    cure="Ask for a link to reconnect that integration, or connect other accounts.",
                )
        return _free(kind.name, known)


def vendor_on(kind: IntegrationKind, side: str) -> Vendor:
    """The vendor on that side of a kind."""
    return vendor_of(kind.time_tool if side == "time_tool" else kind.erp)


def browser_digest(asked: Asked) -> str:
    """What is kept of the browser's secret; nothing for a browser that sent none."""
    sent = asked.cookies.get(cookie_name(asked.ticket), "")
    return digest_of(sent) if sent else ""


def cookie_name(ticket: str) -> str:
    """A name of its own for each link, so that two links in one browser do not undo each other."""
    return f"handoff-{digest_of(ticket)[:12]}"


def _free(wanted: str, taken: Mapping[str, object]) -> str:
    names = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
