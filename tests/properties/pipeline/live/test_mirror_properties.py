"""Whatever is lost, repeated or broken off on the way: one object in the ERP for each customer, as it is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.domain.errors import DeliveryUnknown, Stale, Unreachable
from handoff.domain.master_data import CustomerCard, Link
from handoff.domain.staged import State
from handoff.pipeline.live.desk import CUSTOMERS
from handoff.pipeline.live.erp_side import compare_numbers, look_at_erp
from handoff.ports.live import LinkStore
from tests.unit.pipeline.live.erps import Crash, Fault
from tests.unit.pipeline.live.living import a_customer
from tests.unit.pipeline.live.mirroring import Mirrored, a_mirror

BROKEN_OFF = (DeliveryUnknown, Unreachable, Stale, Crash)
NAMES = ("Strandby Kaffe ApS", "Klit & Rose", "Nordhavn Smede")


@dataclass(slots=True)
class CrashingLinks:
    """A link store at whose writes the process may end: `before` or `after` them."""

    store: LinkStore
    faults: list[str | None] = field(default_factory=list)

    def get(self, flow: str, external_id: str) -> Link | None:
        return self.store.get(flow, external_id)

    def numbered(self, flow: str, number: int) -> Link | None:
        return self.store.numbered(flow, number)

    def save(self, link: Link) -> Link:
        fault = self.faults.pop(0) if self.faults else None
        if fault == "before":
            raise Crash
        saved = self.store.save(link)
        if fault == "after":
            raise Crash
        return saved

    def all(self, flow: str) -> Iterator[Link]:
        return self.store.all(flow)


customers = st.integers(0, 2)
# The same names again and again, with and without organisation numbers: what is alike must not be taken for one.
saves = st.tuples(st.just("saved"), customers, st.sampled_from(NAMES), st.sampled_from(["Skagen", "Strandby"]))
others = st.tuples(st.sampled_from(["hint", "hint", "pass", "erp", "night"]), customers, st.just(""), st.just(""))
erp_faults = st.lists(st.one_of(st.none(), st.none(), st.sampled_from(Fault)), max_size=30)
link_faults = st.lists(st.sampled_from([None, None, None, "before", "after"]), max_size=20)


def card(place: int, name: str, city: str, *, numbered: bool) -> CustomerCard:
    organisation = f"1234567{place}" if numbered else ""
    return a_customer(
        external_id=f"c{place}", number=str(1001 + place), name=name, city=city, organisation_number=organisation
    )


def step(world: Mirrored, what: str, place: int) -> None:
    """One thing that a webhook or the clock sets off; it may end anywhere."""
    with suppress(*BROKEN_OFF):
        if what == "pass":
            world.a_pass(CUSTOMERS)
        elif what == "erp":
            look_at_erp(world.desk, CUSTOMERS, None)
        elif what == "night":
            compare_numbers(world.desk, CUSTOMERS)
        else:
            found = world.tool.read_object(CUSTOMERS, f"c{place}")
            if isinstance(found, CustomerCard):
                world.look(found)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(saves, others), max_size=25), erp_faults, link_faults, st.booleans())
def test_every_customer_is_in_the_erp_once_and_as_it_is_wanted_whatever_breaks(
    actions: list[tuple[str, int, str, str]], faults: list[Fault | None], crashes: list[str | None], numbered: bool
) -> None:
    """M2.1: at once, and once; M2.2: as it was last changed."""
    world = a_mirror()
    links = CrashingLinks(world.desk.links, list(crashes))
    world.desk = replace(world.desk, links=links)
    world.customers.faults = list(faults)
    last: dict[int, CustomerCard] = {}
    for what, place, name, city in actions:
        if what == "saved":
            last[place] = card(place, name, city, numbered=numbered)
            world.tool.has(last[place])
        else:
            step(world, what, place)
    world.customers.faults, links.faults = [], []

    for wanted in last.values():
        if world.look(wanted).state is State.FAILED:  # refused on the way: a person retries
            world.retried(CUSTOMERS, wanted.external_id)

    assert sorted(world.customers.rows) == sorted(int(wanted.number) for wanted in last.values())
    for wanted in last.values():
        assert world.customers.wanted(int(wanted.number)) == world.wanted(wanted)
        assert world.record(CUSTOMERS, wanted.external_id).state is State.POSTED
        assert not any("by hand" in move.why for move in world.record(CUSTOMERS, wanted.external_id).history)
    assert world.inbox() == []

    world.calls()
    for wanted in last.values():
        world.look(wanted)
    assert world.calls() == []
