"""Deliver: a definite no is looked for until the bad record stands alone, and the rest goes through."""

from __future__ import annotations

import pytest

from handoff.domain.posting import PostingState
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import State
from handoff.pipeline.deliver import LEASE, REFUSALS_MAX
from tests.builders import NOW, a_person, a_record, a_time_entry, an_employee, reference_data
from tests.unit.pipeline.fetching import Crash
from tests.unit.pipeline.posting import ABSENCE, PostDesk

NO = "Project NB1 is completed"


def test_h5_3_a_record_refused_alone_fails_with_the_erps_own_sentence() -> None:
    desk = PostDesk()
    desk.erp.refused["1001"] = NO

    desk.deliver(*desk.ready())

    record = desk.record()
    assert (record.state, record.problems) == (State.FAILED, (Problem(ProblemCode.REFUSED_BY_ERP, NO),))
    assert desk.inbox() == [(ProblemCode.REFUSED_BY_ERP, NO, ["1001"])]
    assert (desk.posting().state, desk.posting().refusal) == (PostingState.REFUSED, NO)
    assert desk.counts == {"failed": 1}


def test_one_bad_record_stands_alone_in_the_end_and_all_others_are_posted() -> None:
    desk = PostDesk()
    names = [str(number) for number in range(16)]
    desk.erp.refused["11"] = "Something is wrong."

    desk.deliver(*desk.ready(*names))

    assert desk.states() == {name: State.FAILED if name == "11" else State.POSTED for name in names}
    assert desk.in_the_books() == sorted(set(names) - {"11"})
    assert len(desk.erp.sent) == 1 + 2 * 4  # 16, 8, 4, 2, 1, with a good half beside each bad one
    assert desk.posting_states() == {PostingState.REFUSED: 5, PostingState.SETTLED: 4}


def test_a_refusal_that_names_a_value_finds_its_records_with_two_calls() -> None:
    desk = PostDesk()
    names = [str(number) for number in range(16)]
    records = desk.ready(*names)
    kims = a_record(entry=a_time_entry(external_id="11", person_id="502"))
    desk.staged.inner.replace(records[11], kims)
    desk.reference = reference_data(
        people=[a_person(), a_person(id="502", name="Kim Aas", email="kim@fjordlys.example")],
        employees=[an_employee(), an_employee(number="8", email="kim@fjordlys.example")],
    )
    desk.erp.refused["11"] = "Employee 8 is not active."

    desk.deliver(*(desk.record(name) for name in names))

    assert [len(sent) for sent in desk.erp.sent] == [16, 15, 1]
    assert desk.states()["11"] is State.FAILED


def test_a_refused_document_tells_every_record_that_left_it_why() -> None:
    desk = PostDesk()
    desk.erp.refused["1"] = NO

    desk.deliver(*desk.ready("1", "2"))

    assert [move.why for move in desk.record("2").history][1] == f"refused among others: {NO}"
    assert [move.to for move in desk.record("2").history] == [
        State.POSTING, State.READY, State.POSTING, State.POSTED,
    ]  # fmt: skip


def test_a_document_that_is_refused_part_by_part_is_given_up_after_so_many_calls() -> None:
    desk = PostDesk()
    names = [str(number) for number in range(2 * REFUSALS_MAX)]
    desk.erp.refused.update(dict.fromkeys(names, "No."))

    desk.deliver(*desk.ready(*names))

    assert REFUSALS_MAX < len(desk.erp.sent) < 2 * REFUSALS_MAX  # each part that is left is tried once, as a whole
    assert set(desk.states().values()) == {State.FAILED}
    assert desk.inbox() == [(ProblemCode.REFUSED_BY_ERP, "No.", sorted(names))]
    assert desk.posting_states()[PostingState.CLAIMED] == 0


def test_a_search_for_the_bad_record_stops_when_time_runs_out_and_goes_on_later() -> None:
    desk = PostDesk()
    names = [str(number) for number in range(8)]
    desk.ready(*names)
    desk.erp.refused["0"] = "No."
    desk.time_left = lambda: len(desk.erp.sent) < 2

    assert not desk.post()
    assert desk.tally.cut_short
    assert State.POSTING not in desk.states().values()
    desk.time_left = lambda: True
    assert desk.post()

    assert desk.states() == {name: State.FAILED if name == "0" else State.POSTED for name in names}
    assert desk.in_the_books() == names[1:]


@pytest.mark.parametrize("store", ["staged", "postings", "problems"])
@pytest.mark.parametrize("calls", range(4))
def test_a_crash_anywhere_in_a_search_neither_loses_nor_doubles_a_record(store: str, calls: int) -> None:
    desk = PostDesk()
    desk.ready("1", "2", "3")
    desk.erp.refused["2"] = "No."
    watched = getattr(desk, store)
    method = {"staged": "save", "postings": "save", "problems": "report"}[store]

    def die() -> None:
        watched.fails[method] = [Crash()]

    desk.erp.before_send += [*[lambda: None] * calls, die]
    try:
        desk.post()
    except Crash:
        desk.wait(LEASE + ABSENCE)
    watched.fails.clear()
    for _ in range(3):
        desk.post()
        desk.wait(LEASE + ABSENCE)

    assert desk.states() == {"1": State.POSTED, "2": State.FAILED, "3": State.POSTED}
    assert desk.in_the_books() == ["1", "3"]
    assert desk.inbox() == [(ProblemCode.REFUSED_BY_ERP, "No.", ["2"])]
    assert not desk.postings.inner.open()


def test_a_refused_document_may_be_sent_again_under_its_key_once_a_person_mended_it() -> None:
    desk = PostDesk()
    desk.erp.refused["1001"] = NO
    desk.deliver(*desk.ready())
    desk.erp.refused.clear()
    freed = desk.put(desk.record().move(State.READY, by="kari", at=NOW, why="retried"))

    desk.deliver(freed)

    assert (desk.posting().state, desk.record().state) == (PostingState.SETTLED, State.POSTED)
    assert desk.posting().refusal == ""
