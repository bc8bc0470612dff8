"""Books: what the ERP says of a record's part in one of our documents, and where that differs from ours."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, Posting, Receipt
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import StagedRecord
from handoff.pipeline.books import Books, fault_in, parts_of_document, parts_posted, words_of
from handoff.ports import LedgerLine
from tests.builders import NOW, OCTOBER, a_posting, a_record, a_time_entry, as_read
from tests.unit.pipeline.planning import JOURNAL, PROJECT
from tests.unit.pipeline.posting import ToldChannel

BOTH = (PROJECT, JOURNAL)


def record(external_id: str) -> StagedRecord:
    return a_record(entry=a_time_entry(external_id=external_id))


def posted(kind: DocumentKind, *names: str) -> Posting:
    return replace(a_posting(records=[record(name) for name in names], kind=kind), receipt=Receipt("PT1", "", NOW))


def a_channel(*written: Posting) -> ToldChannel:
    return ToldChannel(lambda: NOW, written=[*written])


@pytest.mark.parametrize("kind", BOTH)
def test_what_the_erp_gives_back_is_what_was_posted(kind: DocumentKind) -> None:
    posting = posted(kind, "1", "2")

    assert parts_of_document(as_read(posting)) == parts_posted(posting)
    for name in ("1", "2"):
        assert fault_in(posting, name, parts_of_document(as_read(posting))) is None


def test_the_lines_of_a_record_are_added_up() -> None:
    document = as_read(posted(PROJECT, "1"))
    halves = [LedgerLine("1", Decimal("3.75"), Decimal("4687.50"))] * 2

    assert parts_of_document(replace(document, lines=halves)) == {"1": (Decimal("7.50"), Decimal("9375.00"))}


def test_a_list_is_read_once_for_each_kind_and_period() -> None:
    project, journal = posted(PROJECT, "1"), posted(JOURNAL, "1")
    november = replace(project, key="HOX", period=Period("2026-11"))
    channels = {PROJECT: a_channel(project, november), JOURNAL: a_channel(journal)}
    books = Books(channels, lambda: NOW)

    for posting in (project, journal, november, project, journal):
        assert books.parts_of(posting) == parts_posted(posting)

    assert (channels[PROJECT].read, channels[JOURNAL].read) == ([OCTOBER, "2026-11"], [OCTOBER])


def test_a_document_that_the_erp_does_not_have_is_gone() -> None:
    posting = posted(PROJECT, "1", "2")
    found = Books({PROJECT: a_channel()}, lambda: NOW).parts_of(posting)

    problem = fault_in(posting, "1", found)

    assert found is None
    assert problem is not None
    assert (problem.code, problem.subject) == (
        ProblemCode.DOCUMENT_GONE, f"Document PT1 ({posting.key}) was posted with 2 entries, 15.0 h and 18750.00 NOK",
    )  # fmt: skip


def test_a_line_that_was_edited_concerns_its_own_record_only() -> None:
    posting = posted(PROJECT, "1", "2")
    found = {**parts_posted(posting), "1": (Decimal(3), Decimal(3750))}

    problem = fault_in(posting, "1", found)

    assert fault_in(posting, "2", found) is None
    assert problem is not None
    assert problem.code is ProblemCode.DOCUMENT_EDITED
    assert problem.message == (
        f"Document PT1 ({posting.key}) has 7.5 h, 9375.00 for entry 1 as posted, and 3 h, 3750 in the ERP: "
        "somebody has edited it there."
    )


def test_a_line_that_was_taken_out_is_an_edit_as_well() -> None:
    posting = posted(PROJECT, "1", "2")

    problem = fault_in(posting, "1", {"2": parts_posted(posting)["2"]})

    assert problem is not None
    assert problem.subject.endswith("and 0 in the ERP")


def test_a_journal_is_compared_as_a_whole() -> None:
    posting = posted(JOURNAL, "1", "2")

    first, second = (fault_in(posting, name, {"": (Decimal(0), Decimal(18000))}) for name in ("1", "2"))

    assert first is not None
    assert first == second, "one line of the inbox"
    assert "18750.00 for all its entries as posted, and 18000 in the ERP" in first.subject


def test_a_part_of_a_journal_that_a_person_took_out_and_told_us_of_is_no_edit() -> None:
    posting = replace(posted(JOURNAL, "1", "2"), taken_out=("1",))

    assert fault_in(posting, "2", {"": (Decimal(0), Decimal("9375.00"))}) is None
    assert fault_in(posting, "2", {"": (Decimal(0), Decimal("18750.00"))}) is not None


def test_words_leave_out_hours_that_there_are_none_of() -> None:
    assert words_of((Decimal("7.5"), Decimal(9375))) == "7.5 h, 9375"
    assert words_of((Decimal(0), Decimal(9375))) == "9375"
