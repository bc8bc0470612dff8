"""Reverse: the documents that take back what records have in earlier ones. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from handoff.domain.posting import DocumentKind, Posting, Receipt, check_balance
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, Standing
from handoff.pipeline.documents import TEXT_MAX
from handoff.pipeline.plan import Plan
from handoff.pipeline.reverse import document_name, standing_of
from tests.builders import NOW, a_financial_period, a_record, a_time_entry, plan_rules, reference_data
from tests.unit.pipeline.planning import JOURNAL, PROJECT, SPLIT, bound, of


@dataclass
class Books:
    """Documents in the books, and the edited records that stand there."""

    kind: DocumentKind
    settings: Mapping[str, object] = field(default_factory=dict)
    records: list[StagedRecord] = field(default_factory=list)
    originals: dict[str, Posting] = field(default_factory=dict)

    def have(self, *records: StagedRecord, number: str = "PT000001") -> Posting:
        """One document more, and its records edited."""
        rules = plan_rules(post_as=[self.kind], **self.settings)
        (posting,) = bound(rules=rules)(records, self.kind).postings
        posted = replace(posting, receipt=Receipt(number, "", NOW))
        self.originals[posted.key] = posted
        for ref in posted.records:
            standing = Standing(self.kind, posted.key, ref.version, ref.hash)
            edited = a_record(entry=a_time_entry(external_id=ref.external_id, hours="1"), version=ref.version + 1)
            self.records.append(replace(edited, standing=(standing,)))
        return posted

    def reversed(
        self, *, open: Sequence[str] = ("2026-10", "2026-11"), closed: Sequence[str] = (), **settings: object
    ) -> Plan:
        """What takes all of it back."""
        periods = [a_financial_period(period=name) for name in open]
        periods += [a_financial_period(period=name, open=False) for name in closed]
        plan = bound(
            rules=plan_rules(post_as=[self.kind], **settings), reference=reference_data(financial_periods=periods)
        )
        return plan.reversals(self.records, self.kind, self.originals)


def entries(count: int, **entry: Any) -> list[StagedRecord]:
    return of(*(a_time_entry(external_id=f"{number:02}", **entry) for number in range(1, count + 1)))


def only(plan: Plan) -> Posting:
    assert plan.problems == ()
    (posting,) = plan.postings
    return posting


# ---- signs and sums ----------------------------------------------------------------------------


def test_every_line_of_project_transactions_stands_there_with_its_signs_turned() -> None:
    books = Books(PROJECT, {"allocations": SPLIT})
    original = books.have(*entries(2))

    reversal = only(books.reversed())

    check_balance(reversal)
    assert (reversal.reversal, reversal.kind, reversal.currency) == (True, PROJECT, "NOK")
    assert (reversal.hours, reversal.amount) == (-original.hours, -original.amount)
    assert [
        (line.external_id, line.cost_centre, line.hours, line.amount, line.debit_account, line.credit_account)
        for line in reversal.project_lines
    ] == [
        (line.external_id, line.cost_centre, -line.hours, -line.amount, line.debit_account, line.credit_account)
        for line in original.project_lines
    ]
    assert [line.unit_rate for line in reversal.project_lines] == [line.unit_rate for line in original.project_lines]
    assert [share.reverses for share in reversal.shares] == [original.key] * 2


def test_a_journal_has_its_sides_turned_account_by_account_and_cost_centre_by_cost_centre() -> None:
    books = Books(JOURNAL, {"allocations": SPLIT})
    original = books.have(*entries(3))

    reversal = only(books.reversed())

    check_balance(reversal)
    sides = {(line.account, line.cost_centre): (line.debit, line.credit) for line in original.journal_lines}
    assert {(line.account, line.cost_centre): (line.credit, line.debit) for line in reversal.journal_lines} == sides
    assert all(line.debit >= 0 and line.credit >= 0 for line in reversal.journal_lines)
    assert (reversal.hours, reversal.amount) == (-original.hours, -original.amount)


def test_of_a_journal_with_several_records_only_the_parts_of_those_that_changed_are_taken_back() -> None:
    books = Books(JOURNAL, {"allocations": SPLIT})
    books.have(*entries(3))
    books.records = books.records[1:2]

    reversal = only(books.reversed())

    assert [(line.account, line.cost_centre, line.debit, line.credit) for line in reversal.journal_lines] == [
        ("1530", "10", Decimal(0), Decimal("5625.00")),
        ("1530", "20", Decimal(0), Decimal("3750.00")),
        ("3000", "10", Decimal("5625.00"), Decimal(0)),
        ("3000", "20", Decimal("3750.00"), Decimal(0)),
    ]
    assert [ref.external_id for ref in reversal.records] == ["02"]


def test_records_of_several_documents_are_taken_back_in_one() -> None:
    books = Books(JOURNAL)
    first = books.have(*of(a_time_entry(external_id="1")), number="GL1")
    second = books.have(*of(a_time_entry(external_id="2", spent_on="2026-10-09")), number="GL2")

    reversal = only(books.reversed())

    assert [share.reverses for share in reversal.shares] == [first.key, second.key]
    assert (reversal.text, reversal.posted_on) == ("Reversal of parts of 2 documents, hours 2026-10", date(2026, 10, 9))
    assert {line.text for line in reversal.journal_lines} == {
        "Accrued revenue, hours 2026-10, reversed", "Revenue, hours 2026-10, reversed",
    }  # fmt: skip


# ---- keys and what is covered ------------------------------------------------------------------


def test_the_key_is_another_one_than_the_originals_and_the_same_whenever_it_is_planned() -> None:
    for kind in (PROJECT, JOURNAL):
        books = Books(kind)
        original = books.have(*entries(2))

        reversal = only(books.reversed())

        assert reversal.key != original.key
        assert reversal.records == original.records
        books.records.reverse()
        assert only(books.reversed()) == reversal


def test_the_versions_that_stand_in_the_books_are_covered_not_the_new_ones() -> None:
    books = Books(PROJECT)
    original = books.have(a_record(version=4))

    assert only(books.reversed()).records == original.records
    assert [record.version for record in books.records] == [5]


def test_a_record_without_anything_standing_in_this_kind_is_left_out() -> None:
    books = Books(PROJECT)
    books.have(*entries(1))
    books.records += [a_record(), replace(books.records[0], standing=(Standing(JOURNAL, "HOX", 1, "h"),))]

    assert len(only(books.reversed()).records) == 1
    assert standing_of(books.records[2], PROJECT) is None


# ---- days, periods, texts ----------------------------------------------------------------------


def test_lines_keep_their_days_while_the_period_is_open_and_say_what_they_reverse() -> None:
    books = Books(PROJECT)
    books.have(
        *of(a_time_entry(external_id="1"), a_time_entry(external_id="2", spent_on="2026-10-09", notes="Workshop"))
    )

    reversal = only(books.reversed())

    assert [line.posted_on for line in reversal.project_lines] == [date(2026, 10, 5), date(2026, 10, 9)]
    assert [line.text.split(" · ")[0] for line in reversal.project_lines] == ["Reversal of PT000001"] * 2
    assert reversal.project_lines[1].text.endswith("Workshop")
    assert (reversal.text, reversal.posted_on) == ("Reversal of PT000001, hours 2026-10", date(2026, 10, 9))


def test_a_long_text_is_cut() -> None:
    books = Books(PROJECT)
    books.have(*of(a_time_entry(notes="long " * 50)))

    ((line),) = only(books.reversed()).project_lines

    assert (len(line.text) <= TEXT_MAX, line.text[-1]) == (True, "…")


def test_a_closed_period_keeps_it_from_being_taken_back() -> None:
    books = Books(PROJECT)
    books.have(*entries(2))

    plan = books.reversed(open=("2026-11",), closed=("2026-10",))

    assert plan.postings == ()
    assert [(record.external_id, found) for record, found in plan.problems] == [
        (name, (Problem(ProblemCode.CLOSED_PERIOD, "2026-10"),)) for name in ("01", "02")
    ]


def test_where_the_tenant_wants_it_a_closed_period_is_taken_back_on_the_next_open_day() -> None:
    books = Books(PROJECT)
    books.have(*entries(1))

    reversal = only(
        books.reversed(open=("2026-12", "2027-01"), closed=("2026-10", "2026-11"), closed_period="next_open")
    )

    assert (reversal.period, reversal.posted_on) == ("2026-12", date(2026, 12, 1))
    assert reversal.text == "Reversal of PT000001, hours 2026-12, of 2026-10-05 to 2026-10-05"
    ((line),) = reversal.project_lines
    assert (line.posted_on, line.spent_on) == (date(2026, 12, 1), date(2026, 10, 5))
    assert line.text.startswith("2026-10-05 · Reversal of PT000001 · ")


def test_documents_of_two_periods_are_taken_back_in_two() -> None:
    books = Books(JOURNAL)
    books.have(*of(a_time_entry(external_id="1")))
    books.have(*of(a_time_entry(external_id="2", spent_on="2026-11-02")), number="PT000002")

    assert [posting.period for posting in books.reversed().postings] == ["2026-10", "2026-11"]


# ---- sizes -------------------------------------------------------------------------------------


def test_a_reversal_has_no_more_lines_than_allowed_and_no_record_in_two() -> None:
    books = Books(PROJECT, {"allocations": SPLIT})
    books.have(*entries(5))

    postings = books.reversed(lines_per_document=5).postings

    assert [len(posting.project_lines) for posting in postings] == [4, 4, 2]
    assert len({posting.key for posting in postings}) == 3


def test_a_reversal_of_a_journal_covers_no_more_records_than_allowed() -> None:
    books = Books(JOURNAL)
    books.have(*entries(5))

    postings = books.reversed(records_per_journal=2).postings

    assert [len(posting.records) for posting in postings] == [2, 2, 1]
    assert sum([posting.amount for posting in postings], Decimal(0)) == -5 * Decimal(9375)


# ---- what can't be taken back ------------------------------------------------------------------


def test_a_posting_that_is_not_kept_any_more_can_not_be_taken_back() -> None:
    books = Books(PROJECT)
    original = books.have(*entries(1))
    books.originals.clear()

    ((_, found),) = books.reversed().problems

    assert found == (Problem(ProblemCode.IRREVERSIBLE, f"Posting {original.key}"),)


def test_a_document_that_does_not_say_what_of_it_is_the_records_can_not_be_taken_back() -> None:
    books = Books(JOURNAL)
    original = books.have(*entries(2))
    books.originals[original.key] = replace(original, shares=original.shares[:1])

    plan = books.reversed()

    assert [[ref.external_id for ref in posting.records] for posting in plan.postings] == [["01"]]
    assert [(record.external_id, found) for record, found in plan.problems] == [
        ("02", (Problem(ProblemCode.IRREVERSIBLE, document_name(original)),))
    ]
    assert document_name(original) == f"Document PT000001 ({original.key})"
