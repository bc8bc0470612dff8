"""The mirror over the Business NXT connector: nothing that we write comes back as news, and nothing goes twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handoff.accounting.merging import MirrorRule
from handoff.domain.capabilities import Side
from handoff.domain.pairs import Address, Contact, Customer, Master
from handoff.pipeline.mirror.desk import MirrorFlow
from tests.contract.business_nxt_erp import NxtErp, a_customer
from tests.unit.pipeline.mirror.both_sides import FLOW, BothSides

QUAY = Address("Kaia 7", "5003", "BERGEN", "NO")


class Mirrored(BothSides):
    """A time tool in memory, and a company in Business NXT, at the same time."""

    def __init__(self, nxt: NxtErp) -> None:
        super().__init__()
        self.nxt = nxt
        rule = MirrorRule(Master.NONE, Side.ERP, assigns=True)
        self.flow = MirrorFlow(FLOW, "customer", rule, self.tool, nxt.keeps("customers"))
        self.wait(0)

    def wait(self, minutes: int = 10) -> None:
        super().wait(minutes)
        if hasattr(self, "nxt"):
            self.nxt.company.now = self.at

    def spent(self) -> int:
        """Calls to Business NXT in a pass."""
        self.nxt.calls()
        self.a_pass()
        return self.nxt.calls()


@pytest.fixture
def sides() -> Iterator[Mirrored]:
    nxt = NxtErp()
    yield Mirrored(nxt)
    nxt.close()


def test_everything_goes_over_once_and_then_a_pass_is_one_call(sides: Mirrored) -> None:
    counts = sides.a_pass()
    assert (counts["created"], counts["failed"]) == (7, 0)
    assert len(sides.tool.rows) == 7
    sides.wait(240)  # what was changed last is met again for three hours
    sides.a_pass()
    assert sides.spent() == 1
    assert sides.calls()["time_tool listed"] >= 3
    assert sides.inbox() == []


def test_a_new_customer_gets_its_number_and_nothing_of_it_is_news(sides: Mirrored) -> None:
    sides.a_pass()
    wanted = a_customer(
        billing=QUAY, deliveries=(Address("Lager 1"),), contacts=(Contact("Unni Skott", "u@x.example"),)
    )
    sides.tool.has(wanted)
    counts = sides.a_pass()
    assert counts["created"] == 1
    assert sides.tool.named(wanted.name).number == "10008"
    for _ in range(2):
        counts = sides.a_pass()
        assert (counts["changed"], counts["updated"], counts["created"]) == (0, 0, 0)


def test_changes_go_both_ways_and_meet(sides: Mirrored) -> None:
    sides.a_pass()
    ours = next(name for name, row in sides.tool.rows.items() if row.says.number == "10001")
    sides.tool.edits(ours, billing=QUAY, contacts=(Contact("Unni Skott", "u@x.example"),))
    sides.nxt.people.edit("associate", 1, emailAddress="ny@x.example")
    sides.nxt.people.edit("deliveryAddress", 1, postCode="5005")
    assert sides.a_pass()["updated"] == 2
    told: Customer = sides.tool.rows[ours].says
    assert (told.email, told.deliveries[0].postcode, told.billing) == ("ny@x.example", "5005", QUAY)
    assert sides.nxt.keeps("customers").alike(told)[0].says == told
    counts = sides.a_pass()
    assert (counts["changed"], counts["updated"]) == (0, 0)


@pytest.mark.parametrize("fault", ["reset_before", "lost_after_commit"])
def test_a_customer_whose_making_got_lost_is_made_once(sides: Mirrored, fault: str) -> None:
    sides.a_pass()
    sides.tool.has(a_customer())
    sides.nxt.breaks(fault, "associate_create")
    sides.a_pass()
    sides.a_pass()
    sides.a_pass()
    rows = sides.nxt.people._company.rows("associate").where("name", a_customer().name)
    assert [row["customerNo"] for row in rows] == [10_008]
    assert sides.tool.named(a_customer().name).number == "10008"
    assert sides.inbox() == []
