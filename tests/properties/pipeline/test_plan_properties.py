"""Plan: what holds for any records, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.domain.money import HOUR_STEP, round_to
from handoff.domain.posting import BOOKED_KINDS, DocumentKind, Posting, check_balance
from handoff.domain.staged import StagedRecord
from handoff.domain.time import entry_from
from handoff.pipeline.plan import Plan
from tests.properties.pipeline.drawn_plans import RULES, WORLD, closings, record_lists
from tests.unit.pipeline.planning import JOURNAL, PROJECT, planned

kinds = st.sampled_from(BOOKED_KINDS)


def _plan(records: Sequence[StagedRecord], kind: DocumentKind, closed: str) -> Plan:
    return planned(*records, kind=kind, rules=RULES[kind][closed], reference=WORLD)


@settings(max_examples=150)
@given(record_lists(), kinds, closings)
def test_every_record_is_posted_or_has_problems_or_is_out_and_only_one_of_these(
    records: list[StagedRecord], kind: DocumentKind, closed: str
) -> None:
    result = _plan(records, kind, closed)

    posted = [ref.external_id for posting in result.postings for ref in posting.records]
    failed = [record.external_id for record, problems in result.problems if problems]
    out = [record.external_id for record, why in result.out if why]
    assert sorted(posted + failed + out) == sorted(record.external_id for record in records)


@settings(max_examples=150)
@given(record_lists(), kinds, closings)
def test_every_planned_posting_balances_and_its_shares_are_its_records_hours(
    records: list[StagedRecord], kind: DocumentKind, closed: str
) -> None:
    hours = {record.external_id: entry_from(record.body).hours for record in records}
    for posting in _plan(records, kind, closed).postings:
        check_balance(posting)
        assert [share.external_id for share in posting.shares] == [ref.external_id for ref in posting.records]
        for share in posting.shares:
            assert share.hours == round_to(hours[share.external_id], HOUR_STEP)
        _lines_add_up(posting)


def _lines_add_up(posting: Posting) -> None:
    if posting.kind is PROJECT:
        for share in posting.shares:
            lines = [line for line in posting.project_lines if line.external_id == share.external_id]
            assert sum(line.hours for line in lines) == share.hours
            assert sum(line.amount for line in lines) == share.amount
    else:
        debit = sum(line.debit for line in posting.journal_lines)
        credit = sum(line.credit for line in posting.journal_lines)
        assert debit == credit == posting.amount == sum(share.amount for share in posting.shares)
        assert all((line.debit > 0) != (line.credit > 0) for line in posting.journal_lines)


@settings(max_examples=100)
@given(record_lists(), kinds, closings, st.randoms(use_true_random=False))
def test_the_order_records_come_in_never_matters(
    records: list[StagedRecord], kind: DocumentKind, closed: str, random: Random
) -> None:
    shuffled = list(records)
    random.shuffle(shuffled)

    assert _plan(shuffled, kind, closed) == _plan(records, kind, closed)


@settings(max_examples=100)
@given(record_lists(), kinds, closings)
def test_a_record_gets_the_same_value_alone_as_among_others(
    records: list[StagedRecord], kind: DocumentKind, closed: str
) -> None:
    together = {s.external_id: s for posting in _plan(records, kind, closed).postings for s in posting.shares}
    for record in records:
        alone = [s for posting in _plan([record], kind, closed).postings for s in posting.shares]
        assert alone == ([together[record.external_id]] if record.external_id in together else [])


@settings(max_examples=100)
@given(record_lists(), kinds, closings)
def test_documents_lie_within_one_open_period_and_keep_their_limits(
    records: list[StagedRecord], kind: DocumentKind, closed: str
) -> None:
    for posting in _plan(records, kind, closed).postings:
        assert WORLD.financial_periods[posting.period].open
        assert f"{posting.posted_on:%Y-%m}" == posting.period
        assert len(posting.project_lines) <= 4
        assert len(posting.records) <= (3 if kind is JOURNAL else 4)
        assert all(f"{line.posted_on:%Y-%m}" == posting.period for line in posting.project_lines)
        assert all(0 < len(line.text) <= 120 for line in posting.project_lines)
