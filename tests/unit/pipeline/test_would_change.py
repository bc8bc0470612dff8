"""What would change: posted records that the rules of now would post otherwise."""

from __future__ import annotations

from decimal import Decimal

import pytest

from handoff.domain.posting import DocumentKind
from handoff.domain.problem_codes import ProblemCode
from handoff.pipeline.would_change import WouldChange, whatever_is_closed, would_change
from tests.builders import a_financial_period, plan_rules, reference_data
from tests.unit.pipeline.planning import JOURNAL, PROJECT, RATE, bound
from tests.unit.pipeline.repairing import RepairDesk

NEW_RATE = [{"id": "default", "account": "3000", "rate": RATE}]
NEW_ACCOUNT = [{"id": "default", "account": "1530"}]
SPLIT = [{"id": "both", "shares": {"10": "1", "20": "1"}}]


def changes(desk: RepairDesk, *external_ids: str) -> list[WouldChange]:
    records = [desk.record(name) for name in external_ids or ("1001",)]
    plan = bound(
        rules=plan_rules(post_as=list(desk.kinds), **desk.settings), reference=whatever_is_closed(desk.reference)
    )
    currency = str(desk.settings.get("currency", "NOK"))
    return list(would_change(records, desk.postings.inner, plan, desk.kinds, currency))


@pytest.mark.parametrize("kind", [PROJECT, JOURNAL])
def test_nothing_would_change_while_the_rules_stand(kind: DocumentKind) -> None:
    desk = RepairDesk(kind)
    desk.posted("1", "2")

    assert changes(desk, "1", "2") == []


def test_a_new_rate_is_shown_with_both_sides() -> None:
    desk = RepairDesk()
    desk.posted()
    desk.settings = {"rate_card": NEW_RATE}

    (change,) = changes(desk)

    assert change.before.lines == ("NB1 10 7 TIMER 1530 3000 10 1250.0000 7.50 h 9375.00",)
    assert change.after is not None
    assert change.after.lines == ("NB1 10 7 TIMER 1530 3000 10 1500.0000 7.50 h 11250.00",)
    assert change.after.amount - change.before.amount == Decimal("1875.00")
    assert change.key == desk.posting().key


@pytest.mark.parametrize("kind", [PROJECT, JOURNAL])
@pytest.mark.parametrize("settings", [{"rate_card": NEW_ACCOUNT}, {"allocations": SPLIT}])
def test_another_account_or_split_of_the_same_value_is_a_change(
    kind: DocumentKind, settings: dict[str, object]
) -> None:
    desk = RepairDesk(kind)
    desk.posted()
    desk.settings = settings

    (change,) = changes(desk)

    assert change.after is not None
    assert change.after.amount == change.before.amount
    assert change.after.lines != change.before.lines


def test_what_could_not_be_posted_any_more_says_why() -> None:
    desk = RepairDesk()
    desk.posted()
    desk.settings = {"rate_card": []}

    (change,) = changes(desk)

    assert change.after is None
    assert [problem.code for problem in change.problems] == [ProblemCode.NO_ACCOUNT_RULE]


def test_each_kind_of_document_is_compared() -> None:
    desk = RepairDesk(PROJECT, JOURNAL)
    desk.posted()
    desk.settings = {"rate_card": NEW_RATE}

    assert [change.kind for change in changes(desk)] == [PROJECT, JOURNAL]


def test_only_what_is_posted_is_compared_and_nothing_is_written() -> None:
    desk = RepairDesk()
    desk.posted("1")
    desk.ready("2")
    desk.settings = {"rate_card": NEW_RATE}
    before = [desk.record(name) for name in ("1", "2")]

    assert [change.record.external_id for change in changes(desk, "1", "2")] == ["1"]
    assert [desk.record(name) for name in ("1", "2")] == before


@pytest.mark.parametrize("rule", ["hold", "next_open"])
def test_a_month_that_was_closed_since_changes_nothing_by_itself(rule: str) -> None:
    desk = RepairDesk(closed_period=rule)
    desk.posted()
    desk.reference = reference_data(financial_periods=[a_financial_period(open=False)])

    assert changes(desk) == []


def test_another_kind_of_document_is_one_that_goes_and_one_that_comes() -> None:
    desk = RepairDesk(PROJECT)
    (record,) = desk.posted()
    desk.kinds = (JOURNAL,)

    went, came = changes(desk)

    assert (went.kind, went.key, went.after and went.after.lines) == (PROJECT, record.covered[PROJECT], ())
    assert (came.kind, came.key, came.before.lines) == (JOURNAL, "", ())
    assert went.amount_difference == -(came.amount_difference or 0) == Decimal("-9375.00")


def test_another_currency_of_the_books_is_a_change_without_a_difference() -> None:
    desk = RepairDesk()
    desk.posted()
    desk.settings = {"currency": "EUR", "currencies": [{"currency": "NOK", "rate": "1"}]}

    (change,) = changes(desk)

    assert change.after is not None
    assert (change.before.currency, change.after.currency, change.amount_difference) == ("NOK", "EUR", None)
