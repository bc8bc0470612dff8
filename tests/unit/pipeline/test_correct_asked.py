"""Correct: the ERP is asked first, and what somebody took out or changed there is never taken back blindly."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from handoff.domain.errors import BrokenContract, HandoffError, ReconnectNeeded, Unreachable
from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import State
from tests.unit.pipeline.correcting import CorrectDesk
from tests.unit.pipeline.planning import JOURNAL, PROJECT
from tests.unit.pipeline.posting import ABSENCE

BOTH = (PROJECT, JOURNAL)


def half_as_much(posting: Posting) -> Posting:
    """Somebody halved the first line by hand, on both sides of a journal."""
    if posting.journal_lines:
        debit, credit = posting.journal_lines
        half = debit.debit / 2
        return replace(posting, journal_lines=(replace(debit, debit=half), replace(credit, credit=half)))
    first, *others = posting.project_lines
    edited = msgspec.structs.replace(first, hours=first.hours / 2, amount=first.amount / 2)
    return replace(posting, project_lines=(edited, *others))


def retried(desk: CorrectDesk, external_id: str) -> None:
    """A person says that the cause is mended."""
    record = desk.record(external_id)
    for problem in record.problems:
        desk.problems.inner.clear(problem, {external_id})
    desk.put(record.move(State.READY, by="kari", at=desk.now, why="retried"))


@pytest.mark.parametrize("kind", BOTH)
def test_a_document_that_is_gone_from_the_erp_is_shown_to_a_person_and_nothing_is_sent(kind: DocumentKind) -> None:
    desk = CorrectDesk(kind)
    desk.posted("1", "2")
    (original,) = desk.all_postings()
    desk.erp.taken_out.add(original.key)
    desk.says("1", hours="4")
    desk.says("2", hours="0")

    desk.post()
    desk.post()

    assert len(desk.erp.sent) == 1
    assert desk.states() == {"1": State.FAILED, "2": State.FAILED}
    said = f"Document PT000001 ({original.key}) was posted with 2 entries, 15.00 h and 18750.00 NOK"
    assert desk.inbox() == [(ProblemCode.DOCUMENT_GONE, said, ["1", "2"])]
    assert desk.erp.read == ["2026-10"], "what waits for a person is not asked for again"


def test_a_line_that_was_edited_by_hand_is_shown_with_both_sides_and_the_others_are_corrected() -> None:
    desk = CorrectDesk()
    desk.posted("1", "2")
    (original,) = desk.all_postings()
    desk.erp.edited[original.key] = half_as_much(original)
    desk.says("1", hours="4")
    desk.says("2", hours="3")

    desk.post()

    assert desk.states() == {"1": State.FAILED, "2": State.POSTED}
    said = (
        f"Document PT000001 ({original.key}) has 7.50 h, 9375.00 for entry 1 as posted, and 3.75 h, 4687.50 in the ERP"
    )
    assert desk.inbox() == [(ProblemCode.DOCUMENT_EDITED, said, ["1"])]
    assert desk.net() == {"1": (Decimal("7.5"), Decimal(9375)), "2": (Decimal(3), Decimal(3750))}


def test_a_journal_that_was_edited_by_hand_holds_up_all_its_records() -> None:
    desk = CorrectDesk(JOURNAL)
    desk.posted("1", "2")
    (original,) = desk.all_postings()
    desk.erp.edited[original.key] = half_as_much(original)
    desk.says("1", hours="4")
    desk.says("2", hours="3")

    desk.post()

    said = f"Document PT000001 ({original.key}) has 18750.00 for all its entries as posted, and 9375.00 in the ERP"
    assert desk.inbox() == [(ProblemCode.DOCUMENT_EDITED, said, ["1", "2"])]
    assert len(desk.erp.sent) == 1


@pytest.mark.parametrize("kind", BOTH)
def test_what_was_set_right_in_the_erp_is_corrected_when_a_person_says_so(kind: DocumentKind) -> None:
    desk = CorrectDesk(kind)
    desk.posted("1")
    (original,) = desk.all_postings()
    desk.erp.edited[original.key] = half_as_much(original)
    desk.says("1", hours="4")
    desk.post()
    desk.erp.edited.clear()

    desk.post()
    assert len(desk.erp.sent) == 1, "nobody said so"
    retried(desk, "1")
    desk.post()

    assert (desk.net(), desk.inbox()) == ({"1": (Decimal(4), Decimal(5000))}, [])


@pytest.mark.parametrize("kind", BOTH)
def test_the_rest_of_a_document_that_a_person_took_a_part_out_of_is_corrected_as_ever(kind: DocumentKind) -> None:
    desk = CorrectDesk(kind)
    desk.posted("1", "2")
    (original,) = desk.all_postings()
    (without,) = desk.plan([replace(desk.record("2"), covered={})], kind).postings
    desk.erp.edited[original.key] = replace(without, key=original.key)
    desk.postings.inner.save(replace(original, taken_out=("1",)))
    desk.says("2", hours="3")

    desk.post()

    assert (desk.inbox(), desk.documents()[1:]) == (
        [], [(True, ["2"], Decimal("-7.50")), (False, ["2"], Decimal("3.00"))],
    )  # fmt: skip


def test_a_document_that_may_only_not_be_listed_yet_is_waited_for() -> None:
    desk = CorrectDesk()
    desk.says("1")
    desk.post()
    (original,) = desk.all_postings()
    desk.erp.taken_out.add(original.key)
    desk.says("1", hours="4")

    desk.post()
    assert (desk.record("1").state, desk.inbox(), desk.tally.wait_seconds) == (
        State.READY, [], ABSENCE.total_seconds() + 1,
    )  # fmt: skip
    desk.wait(ABSENCE - timedelta(seconds=1))
    desk.erp.taken_out.clear()
    desk.post()

    assert desk.net() == {"1": (Decimal(4), Decimal(5000))}


def test_a_document_that_is_not_listed_after_the_delay_is_gone() -> None:
    desk = CorrectDesk()
    desk.says("1")
    desk.post()
    desk.erp.taken_out.add(desk.all_postings()[0].key)
    desk.says("1", hours="0")
    desk.post()
    assert desk.record("1").state is State.REVERSING

    desk.wait(ABSENCE)
    desk.post()

    assert [code for code, *_ in desk.inbox()] == [ProblemCode.DOCUMENT_GONE]
    assert desk.record("1").state is State.FAILED


@pytest.mark.parametrize("kind", BOTH)
def test_a_kind_that_can_not_be_reversed_leaves_it_to_a_person(kind: DocumentKind) -> None:
    desk = CorrectDesk(*BOTH)
    desk.channels[kind].reversible = False
    desk.posted("1")
    desk.says("1", hours="4")

    desk.post()

    (original,) = [posting for posting in desk.all_postings() if posting.kind is kind]
    number = desk.channels[kind].find(original)
    assert number is not None
    assert desk.inbox() == [(ProblemCode.IRREVERSIBLE, f"Document {number.number} ({original.key})", ["1"])]
    assert len(desk.channels[kind].written) == 1
    assert desk.record("1").state is State.FAILED


def test_a_journal_posted_before_its_parts_were_kept_leaves_it_to_a_person() -> None:
    desk = CorrectDesk(JOURNAL)
    desk.posted("1")
    (original,) = desk.all_postings()
    shares = tuple(msgspec.structs.replace(share, parts=()) for share in original.shares)
    desk.postings.inner.save(replace(original, shares=shares))
    desk.says("1", hours="4")

    desk.post()

    assert desk.inbox() == [(ProblemCode.IRREVERSIBLE, f"Document PT000001 ({original.key})", ["1"])]
    assert len(desk.erp.sent) == 1


def test_each_list_of_the_erp_is_read_once_however_much_is_corrected() -> None:
    desk = CorrectDesk(lines_per_document=1)
    desk.posted("1", "2", "3")
    for name in ("1", "2", "3"):
        desk.says(name, hours="4")

    desk.post()

    assert desk.erp.read == ["2026-10"]
    assert len(desk.reversals()) == 3


@pytest.mark.parametrize("fault", [Unreachable("no"), ReconnectNeeded("answered 403")])
def test_books_that_can_not_be_read_leave_everything_for_the_next_pass(fault: HandoffError) -> None:
    desk = CorrectDesk()
    desk.posted("1")
    edited = desk.says("1", hours="4")
    desk.erp.lists.append(fault)

    with pytest.raises(type(fault)):
        desk.post()
    assert (desk.record("1"), len(desk.erp.sent), desk.reversals()) == (edited, 1, [])
    desk.post()

    assert desk.net() == {"1": (Decimal(4), Decimal(5000))}


def test_a_list_that_can_not_be_read_is_shown_and_keeps_nothing_else_from_being_posted() -> None:
    desk = CorrectDesk()
    desk.posted("1", "2")
    edited = [desk.says(name, hours="4") for name in ("1", "2")]
    desk.says("3")
    desk.erp.lists.append(BrokenContract("a broken list"))

    desk.post()

    assert desk.tally.left_over
    assert [desk.record(name) for name in ("1", "2")] == edited
    assert (desk.states()["3"], desk.reversals(), desk.erp.read) == (State.POSTED, [], ["2026-10"])
    listed = "The ERP's list of project transactions of 2026-10"
    assert desk.inbox() == [(ProblemCode.BROKEN_CONTRACT, listed, [])]
    desk.post()
    assert (desk.tally.left_over, desk.inbox()) == (False, [])
    assert desk.net()["1"] == (Decimal(4), Decimal(5000))


def test_a_document_whose_text_was_rewritten_is_not_taken_for_gone() -> None:
    desk = CorrectDesk(JOURNAL)
    desk.posted("1")
    (original,) = desk.all_postings()
    desk.erp.rewritten.add(original.key)
    desk.says("1", hours="4")

    desk.post()

    ((code, said, names),) = desk.inbox()
    assert (code, names) == (ProblemCode.DOCUMENT_EDITED, ["1"])
    assert said.endswith("has another text than it was posted with, and stands in the ERP as PT000001")
    assert len(desk.erp.sent) == 1


# ---- refused -----------------------------------------------------------------------------------


def test_a_refused_reversal_is_split_until_the_bad_record_stands_alone() -> None:
    desk = CorrectDesk()
    names = [f"{number}" for number in range(1, 6)]
    desk.posted(*names)
    for name in names:
        desk.says(name, hours="4")
    desk.erp.refused["3"] = "The document is locked."

    desk.post()

    assert {name for name, state in desk.states().items() if state is State.FAILED} == {"3"}
    assert desk.inbox() == [(ProblemCode.REFUSED_BY_ERP, "The document is locked.", ["3"])]
    assert desk.net() == {name: (Decimal(4), Decimal(5000)) for name in names if name != "3"} | {
        "3": (Decimal("7.5"), Decimal(9375))
    }
    desk.erp.refused.clear()
    retried(desk, "3")
    desk.post()
    assert desk.net() == {name: (Decimal(4), Decimal(5000)) for name in names}


def test_a_new_document_that_is_refused_after_its_reversal_is_posted_once_it_is_mended() -> None:
    desk = CorrectDesk()
    desk.posted("1")
    desk.says("1", hours="4")
    desk.erp.before_send += [lambda: None, lambda: desk.erp.refused.update({"1": "No."})]

    desk.post()
    assert (desk.net(), desk.record("1").state) == ({}, State.FAILED)
    desk.erp.refused.clear()
    retried(desk, "1")
    desk.post()

    assert desk.net() == {"1": (Decimal(4), Decimal(5000))}
    assert len(desk.reversals()) == 1


# ---- both kinds of documents, or neither -------------------------------------------------------


@pytest.mark.parametrize("edited", BOTH)
def test_where_one_document_was_edited_by_hand_the_other_is_not_taken_back_either(edited: DocumentKind) -> None:
    desk = CorrectDesk(*BOTH)
    desk.posted("1", "2")
    original = next(posting for posting in desk.all_postings() if posting.kind is edited)
    desk.channels[edited].edited[original.key] = half_as_much(original)
    desk.says("1", hours="4")

    desk.post()

    assert desk.states() == {"1": State.FAILED, "2": State.POSTED}
    assert [code for code, *_ in desk.inbox()] == [ProblemCode.DOCUMENT_EDITED]
    assert [len(channel.sent) for channel in desk.channels.values()] == [1, 1]


def test_where_one_kind_cannot_be_reversed_the_other_is_not_taken_back_either() -> None:
    desk = CorrectDesk(*BOTH)
    desk.posted("1")
    desk.channels[JOURNAL].reversible = False
    desk.says("1", hours="4")

    desk.post()

    assert [code for code, *_ in desk.inbox()] == [ProblemCode.IRREVERSIBLE]
    assert [len(channel.sent) for channel in desk.channels.values()] == [1, 1]


def test_what_is_wrong_with_both_documents_is_told_at_once() -> None:
    desk = CorrectDesk(*BOTH)
    desk.posted("1")
    for posting in desk.all_postings():
        desk.channels[posting.kind].taken_out.add(posting.key)
    desk.says("1", hours="4")

    desk.post()

    assert [(code, names) for code, _, names in desk.inbox()] == [(ProblemCode.DOCUMENT_GONE, ["1"])] * 2


def test_a_list_that_cannot_be_read_keeps_the_other_kind_as_it_is() -> None:
    desk = CorrectDesk(*BOTH)
    desk.posted("1")
    desk.channels[JOURNAL].lists.append(BrokenContract("no list", field="journals"))
    desk.says("1", hours="4")

    desk.post()

    assert [code for code, *_ in desk.inbox()] == [ProblemCode.BROKEN_CONTRACT]
    assert [len(channel.sent) for channel in desk.channels.values()] == [1, 1]
    desk.post()
    assert desk.net(PROJECT) == desk.net(JOURNAL) == {"1": (Decimal(4), Decimal(5000))}


# ---- what was judged is what is taken back -----------------------------------------------------


@pytest.mark.parametrize("gone", [False, True])
def test_where_the_first_reversal_is_refused_the_other_document_stays_and_a_person_is_asked(gone: bool) -> None:
    desk = CorrectDesk(*BOTH)
    desk.posted("1")
    desk.says("1", hours="4")
    if gone:
        desk.deleted("1")
    desk.channels[PROJECT].refused["1"] = "The period is locked for reversals."

    desk.post()
    desk.post()

    assert desk.net(PROJECT) == desk.net(JOURNAL) == {"1": (Decimal("7.5"), Decimal(9375))}
    assert desk.inbox() == [(ProblemCode.REFUSED_BY_ERP, "The period is locked for reversals.", ["1"])]
    assert [len(channel.sent) for channel in desk.channels.values()] == [2, 1]


@pytest.mark.parametrize("kinds", [(PROJECT,), BOTH])
def test_an_edit_that_comes_while_the_erp_is_asked_is_judged_by_the_next_pass(kinds: tuple[DocumentKind, ...]) -> None:
    desk = CorrectDesk(*kinds)
    desk.posted("1")
    desk.says("1", hours="4")
    # In a project that the ERP does not have.
    desk.erp.before_list.append(lambda: desk.says("1", hours="3", project_id="999"))

    desk.post()
    desk.post()

    assert desk.net() == {"1": (Decimal("7.5"), Decimal(9375))}
    assert (desk.record("1").version, desk.states()) == (3, {"1": State.FAILED})
