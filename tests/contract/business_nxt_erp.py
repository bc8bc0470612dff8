"""A Business NXT company connected as the platform connects it, the stand-in behind it, and dull things to keep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from handoff.connectors.business_nxt.adapter import BusinessNxtAdapter
from handoff.connectors.business_nxt.config import NAME, BusinessNxtConfig
from handoff.connectors.registry import open_connection
from handoff.connectors.vendor import Surroundings
from handoff.domain.pairs import Customer
from handoff.domain.tenancy import Connection
from handoff.ports.mirror import Change, KeepsObjects, Listed, MirrorChoices, Written
from handoff.settings import PlatformSettings
from sandbox.business_nxt import API_PATH, CREDENTIALS
from sandbox.local.vendors import business_nxt_settings
from tests.contract.business_nxt_company import NxtCompany
from tests.unit.connectors.vendor_fakes import FakeGrantStore

BASE = "https://nxt.example.test"
CALL = f"POST {API_PATH}"
PAGES_MAX = 100


class NxtErp:
    """An adapter and the company it talks to; `calls` counts what an action costs."""

    def __init__(
        self, *, secret: str = CREDENTIALS.client_secret, account: int = CREDENTIALS.company_no, **options: Any
    ):
        self.company = NxtCompany(**options)
        self.people = self.company.vendor.people
        config = BusinessNxtConfig(
            company_no=str(account), client_id=CREDENTIALS.client_id, client_secret=SecretStr(secret)
        )
        self.grants = FakeGrantStore(config.grant())
        self._connection = Connection("c1", NAME, str(account), "Vintergran")
        self.erp = self.another()

    @property
    def now(self) -> datetime:
        return self.company.now

    def another(self) -> BusinessNxtAdapter:
        """Another connection to it, which remembers nothing yet."""
        around = Surroundings(settings(), self.grants, lambda: self.company.now, self.company.stand_in.transport())
        opened = open_connection(self._connection, around)
        assert isinstance(opened, BusinessNxtAdapter)
        return opened

    def keeps(self, flow: str, **choices: Any) -> KeepsObjects[Any]:
        """The objects of a flow."""
        return self.erp.master_data(MirrorChoices(**choices))[flow]

    def calls(self) -> int:
        """Calls to the API since the start or the last look."""
        counted = self.company.stand_in.calls().get(CALL, 0)
        self.company.stand_in._calls.clear()
        return counted

    def later(self, **span: float) -> None:
        self.company.turn(**span)

    def breaks(self, kind: str, operation: str = "", **details: Any) -> None:
        """Something goes wrong on the wire with calls that name an operation."""
        self.company.stand_in.fault(kind, {"path": API_PATH, "body": operation}, **details)

    def goes_wrong(self, operation: str, **details: Any) -> None:
        """Something goes wrong inside of a request."""
        self.company.control("mishaps", operation=operation, **details)

    def close(self) -> None:
        self.company.close()


def settings() -> PlatformSettings:
    """The platform, pointed at the stand-in."""
    where = json.dumps({NAME: business_nxt_settings(BASE)})
    return PlatformSettings.from_environment({"TABLE_NAME": "t", "VENDOR_SETTINGS": where})


def walked(objects: KeepsObjects[Any], since: datetime | None = None) -> dict[str, Listed[Any]]:
    """Every row of a list, by id, page by page."""
    found: dict[str, Listed[Any]] = {}
    page: str | None = None
    for _ in range(PAGES_MAX):
        listed = objects.listed(since=since, page=page)
        assert not listed.broken
        found |= {row.id: row for row in listed.rows}
        page = listed.next_page
        if page is None:
            return found
    raise AssertionError("the list has no end")


def says(objects: KeepsObjects[Any], name: str) -> Listed[Any]:
    """The one object with that name."""
    (found,) = [row for row in walked(objects).values() if row.says.name == name]
    return found


def made(objects: KeepsObjects[Any], *wanted: Any) -> list[Listed[Any]]:
    """What was made, all of it."""
    return taken(objects.create(wanted))


def changed(objects: KeepsObjects[Any], row: Listed[Any], after: Any) -> Written[Any]:
    """What became of one change."""
    (answer,) = objects.update([Change(row.id, row.says, after)])
    return answer


def taken(answers: Sequence[Written[Any]]) -> list[Listed[Any]]:
    """The objects, where every write was taken."""
    rows = [answer for answer in answers if isinstance(answer, Listed)]
    assert len(rows) == len(answers), answers
    return rows


def a_customer(name: str = "Fjellvind Tak AS", **said: Any) -> Customer:
    return Customer(number="", name=name, **said)
