"""The Severa connector on its stand-in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import httpx

from handoff.connectors.registry import open_connection
from handoff.connectors.severa.adapter import SeveraAdapter
from handoff.connectors.severa.config import SeveraConfig
from handoff.connectors.vendor import Surroundings
from handoff.domain.pairs import Address, Contact, Customer
from handoff.domain.tenancy import Connection
from handoff.ports.mirror import Change, KeepsObjects, Listed, ListedPage, MirrorChoices
from handoff.settings import PlatformSettings
from sandbox.severa import CREDENTIALS
from sandbox.wire import to_json
from tests.contract.severa_organisation import BASE, HOST, NOON, SeveraOrganisation
from tests.unit.connectors.vendor_fakes import FakeGrantStore

YESTERDAY = NOON - timedelta(days=1)
PAGES_MAX = 100


class Account(SeveraOrganisation):
    """The stand-in, and the connector that talks to it; `asked` are the calls that the connector made."""

    def __init__(self, *, secret: str = CREDENTIALS.client_secret, choices: Any = None, **options: Any) -> None:
        super().__init__(**options)
        config = SeveraConfig.model_validate({"client_id": CREDENTIALS.client_id, "client_secret": secret})
        self.grants = FakeGrantStore(config.grant())
        self.choices = choices or MirrorChoices()
        self.connect(self.stand_in.transport())

    def connect(self, transport: httpx.BaseTransport) -> None:
        """Opens the connection, anew if need be."""
        where = {"severa": {"base_url": f"{HOST}/rest-api", "calls_per_second": 0}}
        settings = PlatformSettings.from_environment({"TABLE_NAME": "t", "VENDOR_SETTINGS": to_json(where).decode()})
        around = Surroundings(settings, self.grants, lambda: self.now, transport)
        connection = Connection("c1", "severa", CREDENTIALS.client_id, "Lumipolku")
        self.tool = cast("SeveraAdapter", open_connection(connection, around))

    def kind(self, flow: str) -> KeepsObjects[Any]:
        """One kind, as a new process has it."""
        return self.tool.master_data(self.choices)[flow]

    def pages(self, flow: str, since: datetime | None = None, *, anew: bool = False) -> list[ListedPage[Any]]:
        """All pages of a walk; `anew` lets every page be read by another process."""
        kind = self.kind(flow)
        pages = [kind.listed(since=since, page=None)]
        while (mark := pages[-1].next_page) is not None:
            assert len(pages) < PAGES_MAX
            kind = self.kind(flow) if anew else kind
            pages.append(kind.listed(since=since, page=mark))
        return pages

    def all(self, flow: str, since: datetime | None = None) -> list[Listed[Any]]:
        return [row for page in self.pages(flow, since) for row in page.rows]

    def named(self, flow: str, name: str) -> Listed[Any]:
        return next(row for row in self.all(flow) if row.says.name == name)

    def makes(self, flow: str, says: Any) -> Any:
        """What became of the only object."""
        (answer,) = self.kind(flow).create([says])
        return answer

    def changes(self, flow: str, row: Listed[Any], after: Any) -> Any:
        """What became of the only change."""
        (answer,) = self.kind(flow).update([Change(row.id, row.says, after)])
        return answer

    def asked(self) -> dict[str, int]:
        """The calls since this was last asked, below the version; calls for tokens are left out."""
        calls = {name.replace("/rest-api/{version}/", ""): number for name, number in self.stand_in.calls().items()}
        self.http.delete("/_sandbox/calls")
        return {name: number for name, number in calls.items() if "token" not in name}

    def a_fault(self, kind: str, call: str, **details: Any) -> None:
        method, _, path = call.partition(" ")
        self.stand_in.fault(kind, f"{method} {BASE}{path}", **details)


def a_customer(**says: Any) -> Customer:
    """A customer with everything that both sides hold."""
    full: dict[str, Any] = {
        "number": "20001",
        "name": "Hiillos Paja Oy",
        "organisation_number": "FI11119999",
        "email": "posti@hiillos.example.test",
        "billing": Address("Ahjokuja 1", "90500", "Oulu", "FI"),
        "deliveries": (Address("Takaportti 2", "90500", "Oulu", "FI"), Address("Kaia 9", "9008", "Tromsø", "NO")),
        "contacts": (
            Contact("Kerttu Kekäle", "kerttu@hiillos.example.test", "+358 8 111"),
            Contact("Varasto", "", "+358 8 222"),
        ),
    }
    return Customer(**{**full, **says})


def says_of(rows: Sequence[Listed[Any]]) -> list[Any]:
    return [row.says for row in rows]
