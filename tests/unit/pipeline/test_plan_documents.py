"""Plan: how records are gathered into documents."""

from __future__ import annotations

from decimal import Decimal

from handoff.domain.posting import BOOKED_KINDS, JournalLine
from handoff.domain.staged import StagedRecord
from handoff.pipeline.plan import NO_VALUE, NON_BILLABLE, Plan
from tests.builders import (
    a_record,
    a_task,
    a_time_entry,
    an_account,
    plan_rules,
    reference_data,
)
from tests.unit.pipeline.planning import JOURNAL, SPLIT, of, planned


def _many(count: int) -> list[StagedRecord]:
    return of(*(a_time_entry(external_id=str(1000 + number)) for number in range(count)))


def test_a_document_has_no_more_lines_than_allowed_and_no_record_in_two() -> None:
    rules = plan_rules(lines_per_document=5, allocations=SPLIT)

    postings = planned(*_many(5), rules=rules).postings

    assert [len(posting.project_lines) for posting in postings] == [4, 4, 2]
    assert [[ref.external_id for ref in posting.records] for posting in postings] == [
        ["1000", "1001"],
        ["1002", "1003"],
        ["1004"],
    ]


def test_a_journal_covers_no_more_records_than_allowed() -> None:
    postings = planned(*_many(5), kind=JOURNAL, rules=plan_rules(post_as=["journal"], records_per_journal=2)).postings

    assert [len(posting.records) for posting in postings] == [2, 2, 1]


def test_h2_2_h2_5_a_journal_sums_revenue_by_account_and_cost_centre() -> None:
    rules = plan_rules(
        post_as=["journal"],
        rate_card=[
            {"id": "default", "account": "3000"},
            {"id": "drift", "match": {"task": "Drift"}, "account": "3010"},
        ],
        allocations=[
            {"id": "oslo", "shares": {"10": "1"}},
            {"id": "both", "match": {"task": "Drift"}, "shares": {"10": "3", "20": "1"}},
        ],
    )
    reference = reference_data(
        tasks=[a_task(), a_task(id="602", name="Drift")],
        accounts=[an_account(number=number) for number in ("1530", "3000", "3010")],
    )
    records = of(
        a_time_entry(hours="2"),
        a_time_entry(external_id="1002", hours="1"),
        a_time_entry(external_id="1003", hours="4", task_id="602", rate="1000"),
        a_time_entry(external_id="1004", billable=False),
    )

    result = planned(*records, kind=JOURNAL, rules=rules, reference=reference)
    (posting,) = result.postings

    def line(account: str, cost_centre: str, debit: int, credit: int) -> JournalLine:
        text = "Accrued revenue, hours 2026-10" if debit else "Revenue, hours 2026-10"
        return JournalLine(account, cost_centre, Decimal(debit), Decimal(credit), text)

    assert posting.journal_lines == (
        line("1530", "10", 6750, 0),
        line("1530", "20", 1000, 0),
        line("3000", "10", 0, 3750),
        line("3010", "10", 0, 3000),
        line("3010", "20", 0, 1000),
    )
    assert (posting.hours, posting.amount) == (Decimal("7.00"), Decimal("7750.00"))
    assert [(share.external_id, share.amount) for share in posting.shares] == [
        ("1001", Decimal(2500)), ("1002", Decimal(1250)), ("1003", Decimal(4000)),
    ]  # fmt: skip
    assert result.out == ((records[3], NON_BILLABLE),)


def test_a_journal_alone_asks_for_no_project_task_employee_or_item() -> None:
    reference = reference_data(ledger_projects=[], employees=[], items=[])

    assert len(planned(a_record(), kind=JOURNAL, reference=reference).postings) == 1


def test_h5_3_where_both_kinds_are_posted_neither_goes_without_the_other() -> None:
    both = plan_rules(post_as=["project_transactions", "journal"])
    reference = reference_data(employees=[])

    found = [planned(a_record(), kind=kind, rules=both, reference=reference) for kind in BOOKED_KINDS]

    assert [result.postings for result in found] == [(), ()]
    assert found[0].problems == found[1].problems


def test_negative_totals_stand_on_the_other_side() -> None:
    (posting,) = planned(a_record(entry=a_time_entry(hours="1", rate="-100")), kind=JOURNAL).postings

    assert [(line.account, line.debit, line.credit) for line in posting.journal_lines] == [
        ("1530", Decimal(0), Decimal(100)),
        ("3000", Decimal(100), Decimal(0)),
    ]


def test_a_journal_whose_amounts_cancel_out_is_not_written_and_its_records_are_out() -> None:
    records = of(a_time_entry(hours="1", rate="100"), a_time_entry(external_id="1002", hours="1", rate="-100"))

    result = planned(*records, kind=JOURNAL)

    assert result == Plan((), (), ((records[0], NO_VALUE), (records[1], NO_VALUE)))


def test_no_records_give_an_empty_plan() -> None:
    assert planned() == Plan((), (), ())
