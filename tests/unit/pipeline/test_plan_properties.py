"""Plan: what holds for any records, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.domain.money import HOUR_STEP, round_to
from handoff.domain.posting import HOURS_KINDS, DocumentKind, Posting, check_balance
from handoff.domain.projects import ProjectType
from handoff.domain.staged import StagedRecord
from handoff.domain.time import entry_from
from handoff.pipeline.plan import Plan
from tests.builders import (
    a_client,
    a_financial_period,
    a_ledger_project,
    a_person,
    a_project,
    a_record,
    a_time_entry,
    an_employee,
    plan_rules,
    reference_data,
)
from tests.unit.pipeline.planning import JOURNAL, PROJECT, RATE, planned

WORLD = reference_data(
    clients=[a_client(), a_client(id="302", name="Lys AB", currency="EUR"), a_client(id="303", currency="USD")],
    projects=[
        a_project(),
        a_project(id="402", code="LY1", client_id="302", type=ProjectType.FIXED_FEE),
        a_project(id="403", code="US1", client_id="303"),
        a_project(id="404", code="", name="Internt", type=ProjectType.NON_BILLABLE),
    ],
    ledger_projects=[a_ledger_project(), a_ledger_project(number="LY1"), a_ledger_project(number="US1", open=False)],
    people=[a_person(), a_person(id="502", name="Kim Aas", email="kim@fjordlys.example", roles=("Senior", "Lead"))],
    employees=[an_employee(), an_employee(number="8", email="kim@fjordlys.example")],
    financial_periods=[
        a_financial_period(period="2026-09", open=False),
        a_financial_period(),
        a_financial_period(period="2026-12"),
    ],
)
RULES = {
    kind: {
        closed: plan_rules(
            post_as=[kind],
            closed_period=closed,
            currencies=[{"currency": "EUR", "rate": "11.5234"}],
            rate_card=[
                {"id": "default", "account": "3000"},
                {"id": "kim", "match": {"member": "kim@fjordlys.example"}, "rate": RATE},
                {"id": "ly1", "match": {"project": "LY1"}, "account": "1530", "valid_from": "2026-10-10"},
            ],
            allocations=[
                {"id": "oslo", "shares": {"10": "1"}},
                {"id": "three", "match": {"client": "Lys AB"}, "shares": {"10": "1", "20": "1", "30": "1"}},
                {"id": "two", "match": {"role": "Senior"}, "shares": {"10": "0.7", "20": "0.3"}},
            ],
            lines_per_document=4,
            records_per_journal=3,
        )
        for closed in ("hold", "next_open")
    }
    for kind in HOURS_KINDS
}
entries = st.builds(
    a_time_entry,
    spent_on=st.sampled_from(["2026-09-30", "2026-10-01", "2026-10-10", "2026-10-31", "2026-11-03", "2026-12-24"]),
    hours=st.decimals(min_value=-1, max_value=26, places=3).map(str),
    person_id=st.sampled_from(["501", "502"]),
    client_id=st.sampled_from(["301", "301", "302", "303"]),
    project_id=st.sampled_from(["401", "401", "402", "402", "403", "404", "405"]),
    billable=st.booleans(),
    rate=st.none() | st.decimals(min_value=0, max_value=3000, places=2).map(str),
    notes=st.text(max_size=150).map(lambda text: text.encode(errors="ignore").decode()),
)


@st.composite
def record_lists(draw: st.DrawFn) -> list[StagedRecord]:
    drawn = draw(st.lists(entries, max_size=14))
    return [
        a_record(entry=msgspec.structs.replace(entry, external_id=str(1000 + place)))
        for place, entry in enumerate(drawn)
    ]


kinds = st.sampled_from(HOURS_KINDS)
closings = st.sampled_from(["hold", "next_open"])


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
