"""Correction: a record's part of a document with the signs turned, and nothing else of it changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from handoff.accounting.correction import turned_lines, turned_share
from handoff.domain.posting import DocumentKind, RecordShare, SharePart
from tests.builders import a_posting, a_project_line, a_record, a_time_entry

TWO = [a_record(entry=a_time_entry(external_id=name)) for name in ("1", "2")]
amounts = st.decimals(min_value=-(10**6), max_value=10**6, places=2)


def test_a_share_is_turned_and_names_the_posting_it_is_taken_back_from() -> None:
    original = a_posting(records=TWO)

    assert turned_share(original, "2") == RecordShare("2", Decimal("-7.5"), Decimal("-9375.00"), (), original.key)


def test_the_parts_of_a_journal_are_turned_account_by_account() -> None:
    parts = (SharePart("1530", "3000", "10", Decimal(60)), SharePart("1530", "3000", "20", Decimal(40)))
    share = RecordShare("1", Decimal(1), Decimal(100), parts)
    original = replace(a_posting(records=TWO[:1], kind=DocumentKind.JOURNAL), shares=(share,))

    turned = turned_share(original, "1")

    assert turned is not None
    assert turned.parts == (
        SharePart("1530", "3000", "10", Decimal(-60)),
        SharePart("1530", "3000", "20", Decimal(-40)),
    )


def test_a_record_that_the_posting_does_not_have_has_nothing_to_turn() -> None:
    assert turned_share(a_posting(records=TWO), "3") is None
    assert list(turned_lines(a_posting(records=TWO), "3", None, "Reversal")) == []


def test_a_value_of_a_journal_that_can_not_be_told_from_the_others_is_not_turned() -> None:
    assert turned_share(a_posting(records=TWO, kind=DocumentKind.JOURNAL), "1") is None


def test_a_record_without_value_in_a_journal_needs_no_parts() -> None:
    worthless = RecordShare("1", Decimal("7.5"), Decimal(0))
    original = replace(a_posting(records=TWO, kind=DocumentKind.JOURNAL), shares=(worthless,))

    assert turned_share(original, "1") == RecordShare("1", Decimal("-7.5"), Decimal(0), (), original.key)


def test_only_hours_value_day_and_text_of_a_line_are_others() -> None:
    line = a_project_line(external_id="1", text="Design")
    original = replace(a_posting(records=TWO[:1]), project_lines=(line,))

    ((turned),) = turned_lines(original, "1", date(2026, 11, 1), "Reversal of PT1")

    assert (turned.hours, turned.billable_hours, turned.amount) == (-line.hours, -line.billable_hours, -line.amount)
    assert (turned.posted_on, turned.spent_on, turned.text) == (
        date(2026, 11, 1), line.spent_on, "Reversal of PT1 · Design",
    )  # fmt: skip
    same = msgspec.structs.replace(
        turned, hours=line.hours, billable_hours=line.billable_hours, amount=line.amount,
        posted_on=line.posted_on, text=line.text,
    )  # fmt: skip
    assert same == line


def test_each_line_keeps_its_own_day_where_none_is_given() -> None:
    ((turned),) = turned_lines(a_posting(), "1001", None, "Reversal")

    assert turned.posted_on == a_project_line().posted_on


def test_every_line_of_a_record_is_turned_and_none_of_another() -> None:
    lines = [a_project_line(external_id=name, cost_centre=centre) for name in ("1", "2") for centre in ("10", "20")]
    original = replace(a_posting(records=TWO), project_lines=tuple(lines))

    turned = list(turned_lines(original, "2", None, "Reversal"))

    assert [(line.external_id, line.cost_centre) for line in turned] == [("2", "10"), ("2", "20")]


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=6))
def test_what_is_taken_back_and_what_was_posted_come_to_nothing(values: list[tuple[Decimal, Decimal]]) -> None:
    lines = [
        msgspec.structs.replace(a_project_line(external_id="1"), hours=hours, amount=amount) for hours, amount in values
    ]
    share = RecordShare("1", sum([h for h, _ in values], Decimal(0)), sum([a for _, a in values], Decimal(0)))
    original = replace(a_posting(records=TWO[:1]), project_lines=tuple(lines), shares=(share,))

    turned, taken = list(turned_lines(original, "1", None, "")), turned_share(original, "1")

    assert taken is not None
    assert (share.hours + taken.hours, share.amount + taken.amount) == (Decimal(0), Decimal(0))
    assert sum([line.hours for line in (*lines, *turned)], Decimal(0)) == 0
    assert sum([line.amount for line in (*lines, *turned)], Decimal(0)) == 0
