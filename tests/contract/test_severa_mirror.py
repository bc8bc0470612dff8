"""Severa's customers kept the same with an ERP: what is written settles, and is no news afterwards."""

from __future__ import annotations

import msgspec
import pytest

from handoff.accounting.merging import MirrorRule
from handoff.domain.capabilities import Side
from handoff.domain.pairs import Address, Contact, Master
from handoff.pipeline.mirror.desk import MirrorFlow
from tests.contract.severa_account import Account, a_customer
from tests.contract.test_severa_customers import REVONTULI
from tests.unit.pipeline.mirror.both_sides import BothSides


class Joined(BothSides):
    """Severa on its stand-in, and an ERP that is played."""

    def __init__(self) -> None:
        super().__init__()
        self.account = Account()
        self.at = self.account.now
        tool = self.account.kind("customers")
        self.flow = MirrorFlow("customers", "customer", MirrorRule(Master.NONE, Side.ERP, assigns=True), tool, self.erp)

    def wait(self, minutes: int = 10) -> None:
        super().wait(minutes)
        self.account.now = self.at

    def writes(self) -> int:
        """The writes at both sides since this was last asked."""
        made = [n for name, n in self.account.asked().items() if not name.startswith("GET")]
        ours = [n for name, n in self.erp.calls.items() if name in ("create", "update")]
        self.erp.calls.clear()
        return sum(made) + sum(ours)


@pytest.fixture
def joined() -> Joined:
    both = Joined()
    both.a_pass()
    both.a_pass()
    return both


def test_what_is_settled_is_left_alone_by_the_next_passes(joined: Joined) -> None:
    assert not joined.inbox()
    assert len(joined.erp.rows) == 8
    joined.writes()
    joined.a_pass()
    joined.a_pass(whole=True)
    assert joined.writes() == 0


def test_a_customer_of_the_erp_is_made_whole_and_a_change_on_either_side_goes_over(joined: Joined) -> None:
    new = joined.erp.has(a_customer())
    joined.a_pass()
    assert joined.account.named("customers", "Hiillos Paja Oy").says == a_customer()
    moved = Address("Kaia 9", "9008", "Tromsø", "NO")
    joined.erp.edits(new, billing=moved, contacts=(Contact("Uusi Nimi", "uusi@hiillos.example.test"),))
    joined.a_pass()
    there = joined.account.named("customers", "Hiillos Paja Oy")
    assert there.says == msgspec.structs.replace(
        a_customer(), billing=moved, contacts=(Contact("Uusi Nimi", "uusi@hiillos.example.test"),)
    )
    joined.account.people.edit("customers", there.id, email="toinen@hiillos.example.test")
    joined.a_pass()
    assert joined.erp.rows[new].says.email == "toinen@hiillos.example.test"
    joined.writes()
    joined.a_pass(whole=True)
    assert joined.writes() == 0


def test_a_customer_that_was_made_but_not_whole_is_completed(joined: Joined) -> None:
    joined.erp.has(a_customer())
    joined.account.a_fault("status", "POST /customers/*/addresses", status=429)
    joined.a_pass()
    joined.a_pass()
    (there,) = [row for row in joined.account.all("customers") if row.says.name == "Hiillos Paja Oy"]
    assert there.says == a_customer()


def test_a_change_that_broke_off_in_severa_ends_as_it_was_meant(joined: Joined) -> None:
    (ours,) = [name for name, row in joined.erp.rows.items() if row.says.name == REVONTULI]
    joined.erp.edits(ours, email="x@revontuli.example.test", contacts=(Contact("Oili Uusi", "o@x.example.test", "7"),))
    joined.account.a_fault("status", "POST /contactcommunications", status=429, skip=1)
    joined.a_pass()
    joined.a_pass()
    assert joined.account.named("customers", REVONTULI).says == joined.erp.rows[ours].says
    assert not joined.faults
