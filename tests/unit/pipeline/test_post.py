"""Post: what is open first, then what is ready; what fails is seen, and nothing waits for ever."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handoff.domain.errors import Stale
from handoff.domain.gate import GatePolicy
from handoff.domain.posting import PostingState
from handoff.domain.problem_codes import FOR_A_PERSON, ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, Standing, State
from handoff.pipeline.deliver import LEASE
from handoff.pipeline.post import mark_posted, regate
from handoff.pipeline.preview import PreviewTools, digest_of, preview
from handoff.ports import PassState
from tests.builders import (
    HOURS,
    NOW,
    OCTOBER,
    a_record,
    a_time_entry,
)
from tests.fakes import FakePassStore
from tests.unit.pipeline.fetching import Crash, Watched
from tests.unit.pipeline.planning import PROJECT
from tests.unit.pipeline.posting import PostDesk

NO_ACCOUNT = Problem(ProblemCode.NO_ACCOUNT_RULE, "NB1")


def a_desk(*names: str, **settings: object) -> PostDesk:
    desk = PostDesk(**settings)
    desk.ready(*(names or ("1",)))
    return desk


# ---- what is posted ----------------------------------------------------------------------------


def test_h5_1_only_what_is_ready_is_posted() -> None:
    desk = PostDesk()
    desk.staged.inner.add(
        [a_record(entry=a_time_entry(external_id=state.value), state=state, posting_key="HOX") for state in State]
    )

    assert desk.post()

    assert desk.in_the_books() == sorted({State.READY.value, State.FAILED.value})


@pytest.mark.parametrize("code", sorted(FOR_A_PERSON))
def test_what_waits_for_a_person_is_not_tried_again(code: ProblemCode) -> None:
    desk = PostDesk()
    failed = a_record(state=State.FAILED, problems=(Problem(code, "1"),))
    desk.staged.inner.add([failed])

    assert desk.post()

    assert (desk.erp.sent, desk.record().state) == ([], State.FAILED)


def test_a_period_that_was_asked_for_is_posted_alone() -> None:
    desk = a_desk("1")
    desk.staged.inner.add([a_record(entry=a_time_entry(external_id="2", spent_on="2026-11-03"))])

    desk.post(period=OCTOBER)

    assert desk.states() == {"1": State.POSTED, "2": State.READY}


def test_hours_of_two_months_are_two_documents() -> None:
    desk = a_desk("1")
    desk.staged.inner.add([a_record(entry=a_time_entry(external_id="2", spent_on="2026-11-03"))])

    desk.post()

    assert desk.erp.sent == [["1"], ["2"]]


def test_a_second_pass_right_after_posts_nothing_and_writes_nothing() -> None:
    desk = a_desk("1", "2")
    desk.post()

    assert desk.post()

    assert desk.counts == {}
    assert desk.staged.calls == {"every": 1 + 2}  # what stands in the books and should not; what is ready or failed
    assert desk.postings.calls == {"open": 1}
    assert desk.problems.calls == {}


def test_what_is_open_is_taken_up_before_anything_new_is_planned() -> None:
    desk = a_desk("1")
    desk.erp.answers.append((Crash(), "written"))
    with pytest.raises(Crash):
        desk.post()
    desk.ready("2")
    desk.wait(LEASE)

    desk.post()

    assert (len(desk.erp.asked), desk.erp.sent) == (1, [["1"], ["2"]])
    assert desk.in_the_books() == ["1", "2"]


def test_time_that_runs_out_is_noticed_before_a_document_and_the_rest_stays_ready() -> None:
    desk = a_desk("1", "2", "3", lines_per_document=1)
    desk.time_left = lambda: len(desk.erp.sent) < 2

    assert not desk.post()
    assert desk.states() == {"1": State.POSTED, "2": State.POSTED, "3": State.READY}
    assert desk.counts == {"documents": 2, "posted": 2}

    desk.time_left = lambda: True
    assert desk.post()
    assert desk.in_the_books() == ["1", "2", "3"]


def test_time_that_runs_out_before_what_is_open_leaves_it_open() -> None:
    desk = a_desk("1")
    desk.erp.answers.append((Crash(), "written"))
    with pytest.raises(Crash):
        desk.post()
    desk.time_left = lambda: False

    assert not desk.post()
    assert desk.posting().state is PostingState.CLAIMED


# ---- the preview -------------------------------------------------------------------------------


def test_a_preview_shows_exactly_what_the_run_then_writes_and_writes_nothing() -> None:
    desk = a_desk("1", "2", "3", lines_per_document=2)
    desk.staged.inner.add([a_record(entry=a_time_entry(external_id="4", hours="25"))])
    revisions = [desk.record(name).revision for name in "1234"]

    shown = preview(
        PreviewTools(desk.staged.inner, desk.postings.inner, desk.plan, desk.kinds, desk.policy),
        flow=HOURS,
        period=None,
    )

    assert [desk.record(name).revision for name in "1234"] == revisions
    assert desk.all_postings() == []
    desk.post()
    assert [posting.key for posting in shown.documents] == [posting.key for posting in desk.erp.written]
    assert [posting.project_lines for posting in shown.documents] == [p.project_lines for p in desk.erp.written]
    assert digest_of(shown.documents) == digest_of(desk.erp.written) == shown.digest
    assert [(record.external_id, [p.code for p in found]) for record, found in shown.problems] == [
        ("4", [ProblemCode.TOO_MANY_HOURS])
    ]


def test_the_digest_sees_every_value_of_every_line() -> None:
    desk = a_desk("1", "2")
    (document,) = desk.plan([desk.record("1"), desk.record("2")], PROJECT).postings
    other = replace(document, currency="SEK")

    assert digest_of([document]) != digest_of([other])
    assert digest_of([document]) != digest_of([document, document])
    assert digest_of([]) == digest_of([])


# ---- settings that change ----------------------------------------------------------------------


def regated(policy: GatePolicy, *records: StagedRecord, time_left: bool = True) -> tuple[PostDesk, bool]:
    desk = PostDesk()
    desk.staged.inner.add(list(records))
    desk.time_left = lambda: time_left
    return desk, regate(desk.tools(), policy, flow=HOURS)


def test_new_settings_send_records_where_the_gate_wants_them_now() -> None:
    policy = GatePolicy(excluded_project_ids=frozenset({"402"}), post_non_billable=True)
    named = {
        "out": a_record(entry=a_time_entry(external_id="out", project_id="402")),
        "in": a_record(entry=a_time_entry(external_id="in", billable=False), state=State.EXCLUDED),
        "held": a_record(entry=a_time_entry(external_id="held"), state=State.HELD, source_approved=False),
        "posted": a_record(entry=a_time_entry(external_id="posted", project_id="402"), state=State.POSTED),
    }

    desk, finished = regated(policy, *named.values())

    assert finished
    assert desk.states() == {
        "out": State.EXCLUDED, "in": State.READY, "held": State.HELD, "posted": State.POSTED,
    }  # fmt: skip


def test_a_failed_record_that_the_gate_now_excludes_leaves_the_inbox() -> None:
    desk = PostDesk()
    failed = a_record(state=State.FAILED, problems=(NO_ACCOUNT,))
    desk.staged.inner.add([failed])
    desk.problems.inner.report(NO_ACCOUNT, flow=HOURS, external_ids={"1001"}, at=NOW)

    regate(desk.tools(), GatePolicy(excluded_project_ids=frozenset({"401"})), flow=HOURS)

    assert (desk.record().state, desk.inbox()) == (State.EXCLUDED, [])


@pytest.mark.parametrize("code", sorted(FOR_A_PERSON))
def test_settings_do_not_decide_about_what_waits_for_a_person(code: ProblemCode) -> None:
    failed = a_record(state=State.FAILED, problems=(Problem(code, "Entry 1001"),))

    desk, _ = regated(GatePolicy(excluded_project_ids=frozenset({"401"})), failed)

    assert desk.record().state is State.FAILED


def test_a_reversal_that_nobody_has_sent_is_judged_again_and_one_on_its_way_is_not() -> None:
    """Else what waits to be reversed could never be decided on again."""
    standing = (Standing(PROJECT, "HOX", 1, "an earlier content"),)
    ways: dict[str, dict[str, Any]] = {
        "waits": {}, "on its way": {"posting_key": "HOR"}, "unapproved": {"source_approved": False},
    }  # fmt: skip
    waiting = [
        a_record(entry=a_time_entry(external_id=name, billable=False), state=State.REVERSING, version=2, **given)
        for name, given in ways.items()
    ]
    waiting = [replace(record, standing=standing) for record in waiting]

    desk, _ = regated(GatePolicy(post_non_billable=True), *waiting)

    assert desk.states() == {"waits": State.READY, "on its way": State.REVERSING, "unapproved": State.HELD}


def test_judging_again_stops_when_time_runs_out() -> None:
    desk, finished = regated(GatePolicy(excluded_project_ids=frozenset({"401"})), a_record(), time_left=False)

    assert (finished, desk.record().state) == (False, State.READY)


# ---- nothing is left ---------------------------------------------------------------------------


def test_a_pass_that_looked_notes_that_nothing_is_left() -> None:
    passes = FakePassStore()
    state = passes.save(PassState(needs_posting=True))

    mark_posted(passes, seen_revision=state.revision)

    assert not passes.load().needs_posting


def test_what_was_noted_while_the_pass_was_at_work_stays_noted() -> None:
    passes = FakePassStore()
    state = passes.save(PassState(needs_posting=True))
    passes.save(passes.load())  # an approval, say

    mark_posted(passes, seen_revision=state.revision)

    assert passes.load().needs_posting


def test_somebody_who_notes_more_at_that_very_moment_wins() -> None:
    inner = FakePassStore()
    state = inner.save(PassState(needs_posting=True))
    passes = Watched(inner, fails={"save": [Stale("taken")]})

    mark_posted(passes, seen_revision=state.revision)

    assert inner.load().needs_posting
