"""A third integration is its own files and nothing else: here they are, and the rest of the house is as it was.

`Stempel` is a time tool with a stamp clock, `Kasse` an ERP with a cash book; both are invented, whole, and end where the
line says so. What follows registers them and goes the whole way with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from pydantic import Field, SecretStr

from handoff.connectors.config import ConnectionConfig, secret
from handoff.connectors.registry import check_pair, register, unregister, vendor_of
from handoff.connectors.vendor import Opened, Rung, Surroundings, Vendor, VendorSettings
from handoff.domain.capabilities import Capability, Side
from handoff.domain.errors import InvalidInput
from handoff.domain.grants import Grant
from handoff.domain.periods import Period, parse_period, period_of
from handoff.domain.posting import DocumentKind, Posting, Receipt
from handoff.domain.reference import ReferenceObject
from handoff.domain.runs import RunState
from handoff.domain.staged import State
from handoff.domain.tenancy import Connection, Integration
from handoff.domain.time import FetchedEntry
from handoff.integrations import catalogue
from handoff.integrations.flow import IntegrationKind, Post, Trigger
from handoff.integrations.settings import HoursSettings
from handoff.pipeline.reconcile import reconcile
from handoff.pipeline.steps import first_step
from handoff.ports import FeedInfo, FeedPage, LedgerDocument, LedgerLine
from handoff.wiring.accounts import Sides, health_of
from handoff.wiring.performer import StepPerformer
from handoff.wiring.workshop import Workshop
from tests import pages
from tests.builders import (
    NOW,
    OCTOBER,
    a_fetched_entry,
    a_time_entry,
    platform_settings,
    reference_data,
    settings_content,
)
from tests.contract.api.api_world import World
from tests.fakes import FakeTenantStore, Memory, fake_shelf
from tests.unit.connectors.vendor_fakes import FakeGrantStore

# ---- connectors/stempel ------------------------------------------------------------------------------------------


class StempelConfig(ConnectionConfig):
    """Stempel, one clock."""

    clock: Annotated[str, Field(title="Clock", description="Number on the clock's back.")]
    access_token: Annotated[SecretStr, Field(title="Key", description="The key that opens it.")]

    @property
    def account(self) -> str:
        return self.clock

    def grant(self) -> Grant:
        return Grant("stempel", self.clock, access_token=secret(self.access_token))


class VendorAddress(VendorSettings):
    """Where a vendor is reached."""

    base_url: str = Field("https://stempel.example", description="The vendor's API.")


def _listed(kinds: Sequence[str]) -> Mapping[str, Sequence[ReferenceObject]]:
    known = reference_data()
    return {kind: list(getattr(known, kind).values()) for kind in kinds}


class Stempel:
    """A clock's stamps, as entries."""

    stamps: ClassVar[list[FetchedEntry]] = []
    lists = _listed(("clients", "people", "projects", "tasks"))
    calls = 0

    @property
    def feeds(self) -> Sequence[FeedInfo]:
        return [*(FeedInfo(kind, kind, False) for kind in self.lists), FeedInfo("stamps", "entries", True)]

    def read(self, feed: str, *, since: datetime | None, page: str | None) -> FeedPage:
        del since, page
        self.calls += 1
        rows = self.stamps if feed == "stamps" else []
        return FeedPage(rows, self.lists.get(feed, ()), (), None, None, max((r.changed_at for r in rows), default=None))

    def entries_between(self, first: date, last: date) -> Iterator[FeedPage]:
        rows = [row for row in self.stamps if first <= row.entry.spent_on <= last]
        yield FeedPage(rows, (), (), None, len(rows), None)

    def entry(self, external_id: str) -> FetchedEntry | None:
        return next((row for row in self.stamps if row.entry.external_id == external_id), None)

    def check(self) -> str:
        return "Clock in the hall"

    def close(self) -> None: ...


def _open_stempel(_: Connection, __: Surroundings) -> Opened:
    return Stempel()


STEMPEL = Vendor(
    "stempel", "Stempel", Side.TIME_TOOL, Rung.WORKS, StempelConfig, VendorAddress,
    frozenset({Capability.READS_TIME_ENTRIES}), _open_stempel,
)  # fmt: skip

# ---- connectors/kasse --------------------------------------------------------------------------------------------


class CashBook:
    """One kind of document: a page of the book, found by the key that is written on it."""

    findable, reversible, absence_delay = True, True, timedelta(0)
    written: ClassVar[dict[str, Posting]] = {}

    def send(self, posting: Posting) -> Receipt:
        self.written[posting.key] = posting
        return Receipt(str(len(self.written)), "", NOW)

    def find(self, posting: Posting) -> Receipt | None:
        return Receipt("1", "", NOW) if posting.key in self.written else None

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        for posting in self.written.values():
            debit = sum((line.debit for line in posting.journal_lines), Decimal(0))
            if period_of(posting.posted_on) == period:
                lines = (LedgerLine("", Decimal(0), debit),)
                yield LedgerDocument(posting.key, "1", posting.kind, period, "written", lines)


class Kasse:
    """A cash book with its lists."""

    lists = _listed(("ledger_projects", "employees", "accounts", "cost_centres", "items", "financial_periods"))
    journals = CashBook()
    calls = 0
    read, check, close = Stempel.read, Stempel.check, Stempel.close
    stamps: ClassVar[list[FetchedEntry]] = []

    @property
    def feeds(self) -> Sequence[FeedInfo]:
        return [FeedInfo(kind, kind, False) for kind in self.lists]


def _open_kasse(_: Connection, __: Surroundings) -> Opened:
    return Kasse()


KASSE = Vendor(
    "kasse", "Kasse", Side.ERP, Rung.WORKS, StempelConfig, VendorAddress,
    frozenset({Capability.READS_LEDGER_LISTS, Capability.WRITES_JOURNALS}), _open_kasse,
)  # fmt: skip

# ---- integrations/stempel_kasse ----------------------------------------------------------------------------------


class StempelSettings(HoursSettings):
    """As hours are set elsewhere, and the lamp."""

    lamp: bool = Field(True, title="Lamp", description="Whether the lamp is lit.", examples=[True])


STEMPEL_KASSE = IntegrationKind(
    "stempel-kasse", "Stempel → Kasse", "stempel", "kasse",
    (
        Post(
            "hours",
            reads=Capability.READS_TIME_ENTRIES,
            to={DocumentKind.JOURNAL: Capability.WRITES_JOURNALS},
            triggers=frozenset({Trigger.HOURLY, Trigger.BY_HAND}),
            looks_up=frozenset({Capability.READS_LEDGER_LISTS}),
        ),
    ),
    StempelSettings,
)  # fmt: skip

# ---- end of what a new integration is ----------------------------------------------------------------------------

THEIRS = Integration(
    "stamps", "stempel-kasse", "Stamps into the cash book", Connection("st", "stempel", "7", "Clock"),
    Connection("ka", "kasse", "8", "Book"),
)  # fmt: skip
SETTINGS = settings_content(post_as=["journal"], lamp=False)


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    """The three of them, for the length of a test."""
    register(STEMPEL)
    register(KASSE)
    catalogue.register(STEMPEL_KASSE)
    yield
    unregister("stempel", "kasse")
    catalogue.unregister("stempel-kasse")
    Stempel.stamps.clear()
    CashBook.written.clear()


def workshop(memory: Memory) -> Workshop:
    FakeTenantStore(memory, "t").add(THEIRS, SETTINGS)
    grants = FakeGrantStore(Grant("stempel", "7"))
    around = Surroundings(platform_settings(), grants, lambda: NOW)
    return Workshop(
        "t", "stamps", shelves=partial(fake_shelf, memory, "t"), surroundings=lambda _: around, clock=lambda: NOW
    )


def run(shop: Workshop, run_id: str) -> RunState:
    step = first_step(tenant_id="t", integration_id="stamps", run_id=run_id, flows=("hours",), trigger="schedule")
    following = [step]
    while following:
        outcome = StepPerformer(shop).perform(following.pop(), lambda: True)
        following = [outcome.then] if outcome.then else []
    found = shop.shelf.runs.get(run_id)
    assert found is not None
    return found.state


def test_what_a_new_integration_is_fits_on_three_pages() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    toys = text[text.index("# ---- connectors/stempel") : text.index("# ---- end of what")]
    assert len(toys.splitlines()) <= 150


def test_it_is_set_up_in_words() -> None:
    kind = catalogue.integration_kind("stempel-kasse")
    check_pair(kind.time_tool, kind.erp, time_tool_needs=kind.time_tool_needs(), erp_needs=kind.erp_needs())
    assert vendor_of("kasse").title == "Kasse"
    with pytest.raises(InvalidInput, match="Kasse can't take project transactions"):
        check_pair("stempel", "kasse", time_tool_needs=(), erp_needs=[Capability.WRITES_PROJECT_TRANSACTIONS])


def test_its_hours_are_fetched_staged_approved_planned_posted_and_reconciled() -> None:
    memory = Memory()
    Stempel.stamps += [
        a_fetched_entry(entry=a_time_entry(external_id="1", hours="7.5"), approved=True),
        a_fetched_entry(entry=a_time_entry(external_id="2", hours="2"), approved=False),
    ]

    assert run(workshop(memory), "r1") is RunState.DONE

    shop = workshop(memory)
    states = {r.external_id: r.state for r in shop.shelf.staged.every("hours", period=None, states=())}
    assert states == {"1": State.POSTED, "2": State.HELD}
    (page,) = CashBook.written.values()
    assert [(line.account, line.debit, line.credit) for line in page.journal_lines] == [
        ("1530", Decimal("9375.00"), Decimal(0)),
        ("3000", Decimal(0), Decimal("9375.00")),
    ]
    account = reconcile(Sides(shop).tools(), flow="hours", period=parse_period(OCTOBER))
    assert account.difference_count == 0
    assert run(workshop(memory), "r2") is RunState.DONE
    assert len(CashBook.written) == 1


def test_it_appears_in_the_api_and_its_settings_have_their_own_schema() -> None:
    world = World()
    world.tenants.add(THEIRS, SETTINGS)
    listed = {one["id"]: one for one in world.get("/api/integrations").json["integrations"]}
    assert listed["stamps"]["title"] == "Stempel → Kasse"
    schema = world.get("/api/integrations/stamps/settings/schema").json
    assert schema["properties"]["lamp"]["title"] == "Lamp"
    wrong = world.put("/api/integrations/stamps/settings", {**SETTINGS, "lamp": "perhaps"})
    assert (wrong.status, wrong.error["field"]) == (422, "body.lamp")
    saved = world.put("/api/integrations/stamps/settings", {**SETTINGS, "lamp": True})
    assert saved.json["settings"]["lamp"] is True


def test_its_health_check_asks_both_sides() -> None:
    world = World()
    world.tenants.add(THEIRS, SETTINGS)
    world.found = health_of(workshop(Memory()))
    told = world.get("/api/integrations/stamps/health").json
    assert told["ready"] is True
    assert told["time_tool"][0]["sentence"] == "Stempel answers for Clock in the hall, and the rights suffice."
    assert told["erp"][0]["sentence"] == "Kasse answers for Clock in the hall, and the rights suffice."


def test_its_page_is_made_from_it() -> None:
    assert "| `stempel` | `base_url` |" in pages.vendors_table()
    assert "| `lamp` | Lamp | `true` | Whether the lamp is lit. |" in pages.settings_table(StempelSettings)
