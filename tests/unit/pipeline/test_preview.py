"""Preview: corrections are shown as the run then writes them, reversals first, and nothing is written."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from handoff.domain.posting import DocumentKind
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import State
from handoff.pipeline.preview import digest_of
from tests.unit.pipeline.correcting import CorrectDesk
from tests.unit.pipeline.planning import JOURNAL, PROJECT

KINDS = [(PROJECT,), (JOURNAL,), (PROJECT, JOURNAL)]


def a_desk(*kinds: DocumentKind, **settings: Any) -> CorrectDesk:
    """Three posted entries and one that is new."""
    desk = CorrectDesk(*kinds, **settings)
    desk.posted("1", "2", "3")
    desk.says("4")
    return desk


def as_the_run_writes_it(desk: CorrectDesk) -> None:
    """The documents of a preview are those of the run, in its order, and the digest says so."""
    written = {kind: len(channel.written) for kind, channel in desk.channels.items()}
    revisions = {name: desk.record(name).revision for name in desk.states()}
    sent: list[str] = []
    for kind, channel in desk.channels.items():
        channel.before_send += [partial(sent.append, kind)] * 20

    shown = desk.previewed()

    assert {name: desk.record(name).revision for name in desk.states()} == revisions
    assert {kind: len(channel.written) for kind, channel in desk.channels.items()} == written
    desk.post()
    new = {kind: channel.written[written[kind] :] for kind, channel in desk.channels.items()}
    in_order = [new[kind].pop(0) for kind in map(DocumentKind, sent)]
    assert [posting.key for posting in shown.documents] == [posting.key for posting in in_order]
    assert digest_of(in_order) == shown.digest


@pytest.mark.parametrize("kinds", KINDS)
@pytest.mark.parametrize(
    "change", [{"hours": "4"}, {"hours": "0"}, {"billable": False}, {"spent_on": "2026-11-02"}, {"rate": "0"}]
)
def test_an_edit_after_posting_is_shown_as_the_run_writes_it(
    kinds: tuple[DocumentKind, ...], change: dict[str, Any]
) -> None:
    desk = a_desk(*kinds)
    desk.says("1", **change)

    shown = desk.previewed()

    assert [posting.reversal for posting in shown.documents][: len(kinds)] == [True] * len(kinds)
    as_the_run_writes_it(desk)


@pytest.mark.parametrize("kinds", KINDS)
def test_many_corrections_in_small_documents_are_shown_as_the_run_writes_them(kinds: tuple[DocumentKind, ...]) -> None:
    desk = a_desk(*kinds, lines_per_document=2, records_per_journal=2)
    desk.says("1", hours="4")
    desk.says("2", hours="0")
    desk.deleted("3")

    as_the_run_writes_it(desk)


def test_what_waits_for_a_yes_is_not_shown() -> None:
    desk = a_desk(PROJECT)
    desk.says("1", approved=False, hours="4")

    shown = desk.previewed()

    assert [[ref.external_id for ref in posting.records] for posting in shown.documents] == [["4"]]


def test_a_new_version_that_can_not_be_planned_is_shown_as_a_problem_and_its_reversal_is_not() -> None:
    desk = a_desk(PROJECT)
    desk.says("1", hours="25")

    shown = desk.previewed()

    assert [posting.reversal for posting in shown.documents] == [False]
    assert [(record.external_id, [problem.code for problem in found]) for record, found in shown.problems] == [
        ("1", [ProblemCode.TOO_MANY_HOURS])
    ]
    as_the_run_writes_it(desk)


def test_a_correction_that_waits_for_a_person_is_not_shown() -> None:
    desk = a_desk(PROJECT)
    edited = desk.says("1", hours="4")
    gone = Problem(ProblemCode.DOCUMENT_GONE, "Document PT1 (HOX)")
    desk.put(replace(edited, state=State.FAILED, problems=(gone,)))

    assert [posting.reversal for posting in desk.previewed().documents] == [False]
    as_the_run_writes_it(desk)


def test_a_correction_that_failed_for_a_cause_that_is_mended_is_shown() -> None:
    desk = a_desk(PROJECT)
    edited = desk.says("1", hours="4")
    closed = Problem(ProblemCode.CLOSED_PERIOD, "2026-10")
    desk.put(replace(edited, state=State.FAILED, problems=(closed,)))

    assert [posting.reversal for posting in desk.previewed().documents] == [True, False]


def test_a_preview_calls_no_vendor() -> None:
    desk = a_desk(PROJECT)
    desk.says("1", hours="4")
    desk.erp.taken_out.add(desk.all_postings()[0].key)

    shown = desk.previewed()

    assert (desk.erp.read, [posting.reversal for posting in shown.documents]) == ([], [True, False])
