"""Post: what can't be posted is shown with its cause, and what has nothing to post comes to rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handoff.domain.errors import DeliveryUnknown
from handoff.domain.problem_codes import FOR_A_PERSON, ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import State
from tests.builders import (
    NOW,
    a_ledger_project,
    a_record,
    a_time_entry,
    reference_data,
)
from tests.unit.pipeline.fetching import Crash
from tests.unit.pipeline.planning import JOURNAL, PROJECT
from tests.unit.pipeline.posting import PostDesk

NO_ACCOUNT = Problem(ProblemCode.NO_ACCOUNT_RULE, "NB1")
NO_PROJECT = Problem(ProblemCode.INACTIVE_PROJECT, "NB1 (Completed)")


def a_desk(*names: str, **settings: object) -> PostDesk:
    desk = PostDesk(**settings)
    desk.ready(*(names or ("1",)))
    return desk


# ---- what fails --------------------------------------------------------------------------------


def closed(desk: PostDesk) -> None:
    """The project is completed in the ERP."""
    desk.reference = reference_data(ledger_projects=[a_ledger_project(status="Completed", open=False)])


def test_what_can_not_be_planned_fails_with_its_problem_and_the_rest_is_posted() -> None:
    desk = a_desk("1", "2")
    desk.staged.inner.add([a_record(entry=a_time_entry(external_id="3", hours="25"))])

    desk.post()

    assert desk.states() == {"1": State.POSTED, "2": State.POSTED, "3": State.FAILED}
    assert desk.inbox() == [(ProblemCode.TOO_MANY_HOURS, "Entry 3", ["3"])]
    assert desk.record("3").history[-1].why == "too_many_hours"
    assert desk.counts == {"failed": 1, "documents": 1, "posted": 2}


def test_records_with_one_cause_stand_behind_one_problem() -> None:
    desk = a_desk("1", "2")
    closed(desk)

    desk.post()

    assert desk.inbox() == [(NO_PROJECT.code, NO_PROJECT.subject, ["1", "2"])]


def test_what_fails_for_the_same_reason_as_before_is_not_written_again() -> None:
    desk = a_desk("1")
    closed(desk)
    desk.post()
    revision = desk.record("1").revision

    desk.post()

    assert desk.record("1").revision == revision
    assert (desk.staged.calls["save"], desk.problems.calls["report"], desk.tally.counts["failed"]) == (0, 0, 0)


def test_another_reason_takes_the_place_of_the_first() -> None:
    desk = a_desk("1")
    closed(desk)
    desk.post()
    desk.reference, desk.settings = reference_data(), {"rate_card": []}

    desk.post()

    assert desk.record("1").problems == (NO_ACCOUNT,)
    assert desk.inbox() == [(NO_ACCOUNT.code, NO_ACCOUNT.subject, ["1"])]
    assert desk.tally.counts["failed"] == 0


def test_what_failed_is_posted_as_soon_as_the_cause_is_mended() -> None:
    desk = a_desk("1")
    closed(desk)
    desk.post()
    desk.reference = reference_data()

    desk.post()

    assert (desk.record("1").state, desk.inbox()) == (State.POSTED, [])


@pytest.mark.parametrize("breaks", [{"problems": "report"}, {"staged": "save"}])
def test_a_failure_is_shown_even_if_the_pass_that_met_it_died(breaks: dict[str, str]) -> None:
    desk = a_desk("1")
    closed(desk)
    ((store, method),) = breaks.items()
    getattr(desk, store).fails[method] = [Crash()]
    with pytest.raises(Crash):
        desk.post()

    desk.post()

    assert (desk.record("1").state, desk.inbox()) == (
        State.FAILED, [(NO_PROJECT.code, NO_PROJECT.subject, ["1"])],
    )  # fmt: skip


@pytest.mark.parametrize("code", sorted(FOR_A_PERSON))
def test_what_waits_for_a_person_is_shown_again_if_the_inbox_has_lost_it(code: ProblemCode) -> None:
    desk = a_desk("1")
    desk.put(replace(desk.record("1"), state=State.FAILED, problems=(Problem(code, "Entry 1"),)))

    desk.post()

    assert desk.inbox() == [(code, "Entry 1", ["1"])]
    assert desk.record("1").state is State.FAILED


def test_a_failure_whose_write_seemed_to_be_stale_is_looked_at_again() -> None:
    desk = a_desk("1")
    closed(desk)
    desk.staged.told["save"] = {"1"}

    desk.post()
    assert (desk.tally.wait_seconds, desk.inbox()) == (1, [])
    desk.post()

    assert desk.inbox() == [(NO_PROJECT.code, NO_PROJECT.subject, ["1"])]


# ---- what has nothing to post ------------------------------------------------------------------


def test_what_no_document_has_a_place_for_is_excluded_with_the_reason() -> None:
    desk = PostDesk(JOURNAL)
    desk.staged.inner.add([a_record(entry=a_time_entry(billable=False))])

    desk.post()

    assert (desk.record().state, desk.record().reason) == (State.EXCLUDED, "non_billable")
    assert desk.counts == {"excluded": 1}


def test_what_one_kind_has_and_the_other_has_no_place_for_is_posted() -> None:
    desk = PostDesk(PROJECT, JOURNAL)
    desk.staged.inner.add([a_record(entry=a_time_entry(billable=False))])

    desk.post()

    record = desk.record()
    assert (record.state, set(record.covered), record.posting_key) == (
        State.POSTED, {PROJECT}, record.covered[PROJECT],
    )  # fmt: skip


def test_what_failed_and_has_nothing_to_post_any_more_leaves_the_inbox() -> None:
    desk = PostDesk(JOURNAL, rate_card=[])
    desk.ready("1")
    desk.post()
    assert desk.record("1").state is State.FAILED
    desk.settings = {"rate_card": [{"id": "free", "rate": {"amount": "0", "currency": "NOK"}}]}

    desk.post()

    assert (desk.record("1").state, desk.record("1").reason, desk.inbox()) == (State.EXCLUDED, "no_value", [])


def test_a_second_kind_that_failed_and_has_nothing_to_post_any_more_ends_as_posted() -> None:
    desk = PostDesk(PROJECT, JOURNAL)
    desk.ready("1")
    desk.channels[JOURNAL].refused["1"] = "Account 3000 is inactive."
    desk.post()
    retried = replace(desk.record("1"), problems=(NO_ACCOUNT,))
    desk.put(retried)
    desk.settings = {"rate_card": [{"id": "free", "rate": {"amount": "0", "currency": "NOK"}}]}

    desk.post()

    assert desk.record("1").state is State.POSTED
    assert [move.to for move in desk.record("1").history][-2:] == [State.READY, State.POSTED]


def test_what_has_nothing_for_one_kind_waits_for_another_that_could_not_be_sent() -> None:
    desk = PostDesk(PROJECT, JOURNAL, rate_card=[{"id": "free", "rate": {"amount": "0", "currency": "NOK"}}])
    desk.ready("1")
    desk.erp.absence_delay = timedelta(0)
    desk.erp.answers.append(DeliveryUnknown("no answer"))

    desk.post()
    assert desk.record("1").state is State.READY
    desk.post()

    assert (desk.record("1").state, desk.in_the_books()) == (State.POSTED, ["1"])


def test_a_kind_that_is_wanted_no_longer_leaves_nothing_on_its_way() -> None:
    desk = PostDesk(PROJECT, JOURNAL)
    desk.ready("1", "2")
    desk.channels[JOURNAL].refused.update({"1": "No.", "2": "No."})
    desk.post()
    for name in ("1", "2"):
        desk.put(replace(desk.record(name), problems=()).move(State.READY, by="kari", at=NOW, why="retried"))
    desk.kinds = (PROJECT,)

    desk.post()

    assert desk.states() == {"1": State.POSTED, "2": State.POSTED}
    assert len(desk.channels[PROJECT].sent) == 1
