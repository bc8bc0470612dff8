"""The plan of purchases as costs, and how far a walk through the ledger has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.accounting.cost_rules import CostRules
from handoff.domain.capabilities import Side
from handoff.domain.errors import Unbalanced
from handoff.domain.pairs import Project, Sighting
from handoff.domain.posting import DocumentKind, check_balance
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.purchases import Purchase
from handoff.pipeline.billing.cost_plan import CostPlan
from handoff.pipeline.billing.stage_purchases import advanced
from handoff.pipeline.billing.tool_projects import ToolProjects
from handoff.pipeline.documents import Sender
from handoff.pipeline.plan import Plan
from handoff.ports import BrokenRow, FeedCursor
from handoff.ports.purchases import PurchasePage
from tests.builders import NOW
from tests.fake_stores import FakeSightingStore
from tests.purchasing import a_cost_record, a_purchase

KIND = DocumentKind.PROJECT_FEE
SENDER = Sender("lumipolku", "severa", "costs", "EUR", 3)


def projects(*, gone: bool = False, paired: bool = True, unit: int = 2) -> ToolProjects:
    """The harbour, number 4 in the ERP's unit 2."""
    store = FakeSightingStore()
    says = Project("4", "Satamalogistiikka")
    store.save([Sighting("projects", Side.ERP, "unit2:4", says, partner="harbour" if paired else "")])
    store.save([Sighting("projects", Side.TIME_TOOL, "harbour", says, gone=gone, partner="unit2:4")])
    return ToolProjects(store, unit)


def plan(*purchases: Purchase, rules: CostRules | None = None, known: ToolProjects | None = None) -> Plan:
    records = [a_cost_record(one) for one in purchases] or [a_cost_record()]
    return CostPlan(SENDER, rules or CostRules(), known or projects())(records, KIND)


def test_a_purchase_is_one_cost_of_its_project_with_the_key_of_its_posting() -> None:
    """S9.1."""
    (posting,) = plan().postings
    fee = posting.fee
    assert fee is not None
    assert (fee.key, fee.project_id, fee.spent_on) == (posting.key, "harbour", date(2026, 11, 10))
    assert (fee.cost, fee.price, fee.billable, fee.currency) == (Decimal("100.00"), Decimal(0), False, "EUR")
    assert (fee.name, fee.text) == ("L-1, Routakorpi Rakennus Oy", "Laituri, voucher 60003")
    assert (posting.entity, posting.amount, posting.period) == ("severa", Decimal("100.00"), "2026-11")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"supplier_invoice": ""}, "Routakorpi Rakennus Oy"),
        ({"supplier_name": ""}, "L-1"),
        ({"supplier_invoice": "", "supplier_name": ""}, "Laituri"),
        ({"supplier_invoice": "", "supplier_name": "", "text": ""}, "voucher 60003"),
    ],
)
def test_a_cost_has_a_name_whatever_is_missing(said: dict[str, str], name: str) -> None:
    (posting,) = plan(a_purchase(**said)).postings
    assert posting.fee is not None
    assert posting.fee.name == name


@pytest.mark.parametrize("known", [projects(gone=True), projects(paired=False), projects(unit=3)])
def test_a_project_that_the_time_tool_does_not_have_keeps_the_cost_back(known: ToolProjects) -> None:
    made = plan(known=known)
    ((_, (problem,)),) = made.problems
    assert (made.postings, problem.code) == ((), ProblemCode.PROJECT_NOT_IN_TIME_TOOL)


def test_what_is_nothing_or_there_already_is_set_aside() -> None:
    made = plan(a_purchase("0.00"), a_purchase("0.004", external_id="7-22"))
    assert [why for _, why in made.out] == ["no_value", "no_value"]
    covered = a_cost_record().covers(KIND, "HOKEY")
    assert [why for _, why in CostPlan(SENDER, CostRules(), projects())([covered], KIND).out] == ["already_posted"]


def test_a_body_that_cant_be_read_is_named_and_the_others_go() -> None:
    broken = replace(a_cost_record(), external_id="7-0", body=b"{}")
    made = CostPlan(SENDER, CostRules(), projects())([broken, a_cost_record()], KIND)
    ((record, (problem,)),) = made.problems
    assert (record.external_id, problem.code, len(made.postings)) == ("7-0", ProblemCode.BROKEN_CONTRACT, 1)


def test_nothing_is_taken_back_by_a_document() -> None:
    (posting,) = plan().postings
    made = CostPlan(SENDER, CostRules(), projects()).reversals([a_cost_record()], KIND, {posting.key: posting})
    assert made == Plan((), (), ())


def test_a_cost_of_another_amount_than_its_posting_does_not_balance() -> None:
    (posting,) = plan().postings
    assert posting.fee is not None
    with pytest.raises(Unbalanced):
        check_balance(replace(posting, fee=replace(posting.fee, cost=Decimal(99))))


@given(st.permutations([a_purchase(f"{n}.00", external_id=f"7-{n}") for n in range(1, 6)]))
def test_the_order_of_records_changes_nothing(purchases: list[Purchase]) -> None:
    made = plan(*purchases)
    assert made.postings == plan(*sorted(purchases, key=lambda one: one.external_id)).postings
    assert sum((one.amount for one in made.postings), Decimal(0)) == Decimal(15)


# ---- the walk ------------------------------------------------------------------------------------


def a_page(latest: datetime | None = None, *, more: bool = False, broken: int = 0) -> PurchasePage:
    rows = tuple(BrokenRow(f"7-{number}", "voucherDate", "0 is no day") for number in range(broken))
    return PurchasePage((), rows, "more" if more else None, latest)


def test_a_walk_proves_what_it_has_seen_and_no_more_than_its_beginning() -> None:
    earlier = NOW - timedelta(hours=1)
    assert advanced(FeedCursor(), a_page(earlier), [], now=NOW) == FeedCursor(since=earlier, walked=True)
    ahead = advanced(FeedCursor(), a_page(NOW + timedelta(hours=1)), [], now=NOW)
    assert ahead.since == NOW


def test_a_walk_never_goes_back_and_not_past_what_is_on_its_way() -> None:
    known = FeedCursor(since=NOW - timedelta(hours=2), walked=True)
    held = NOW - timedelta(hours=1)
    assert advanced(known, a_page(NOW), [held], now=NOW).since == held
    assert advanced(known, a_page(NOW), [NOW - timedelta(days=1)], now=NOW).since == known.since
    assert advanced(known, a_page(), [], now=NOW) == known


def test_a_row_that_cant_be_read_keeps_the_whole_walk_until_it_can() -> None:
    known = FeedCursor(since=NOW - timedelta(hours=2), walked=True)
    first = advanced(known, a_page(NOW, more=True, broken=1), [], now=NOW)
    assert (first.next_page, first.broken, first.troubled) == ("more", 1, True)
    ended = advanced(first, a_page(NOW), [], now=NOW)
    assert (ended.since, ended.troubled) == (known.since, True)
    mended = advanced(ended, a_page(NOW), [], now=NOW)
    assert (mended.since, mended.troubled) == (NOW, False)


def test_what_is_held_on_one_page_counts_to_the_end_of_the_walk() -> None:
    held = NOW - timedelta(hours=1)
    first = advanced(FeedCursor(), a_page(NOW, more=True), [held], now=NOW)
    assert advanced(first, a_page(NOW), [], now=NOW).since == held
