"""A person says that something is as it should be: what was taken out of the books by hand, or questioned by us."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import State
from handoff.pipeline.confirm import BY_HAND, ConfirmTools, confirm
from tests.builders import HOURS, NOW, a_time_entry
from tests.unit.pipeline.posting import ABSENCE
from tests.unit.pipeline.repairing import NOTHING, RepairDesk


class ConfirmDesk(RepairDesk):
    """A desk with somebody who confirms."""

    def confirm(self, problem_id: str | None = None, external_ids: Collection[str] = ()) -> None:
        self.believed: list[str] = []
        tools = ConfirmTools(
            self.staged.inner, self.postings.inner, self.problems.inner, self.passes_store, self.believed.append,
            self.policy, lambda: self.now,
        )  # fmt: skip
        wanted = problem_id or self.problems.inner.open()[0].problem.id
        confirm(tools, wanted, by="Kari Nordli", external_ids=external_ids)


def with_a_document_gone(*, deleted: bool = False) -> ConfirmDesk:
    """Two records posted together, their document taken out of the ERP by hand, and one of them changed."""
    desk = ConfirmDesk()
    desk.posted("1", "2")
    desk.erp.taken_out.add(desk.posting().key)
    desk.wait(2 * ABSENCE)
    if deleted:
        desk.deleted("1")
    else:
        desk.seen(a_time_entry(external_id="1", hours="5"))
    desk.post()
    return desk


def test_nothing_is_posted_blindly_while_nobody_has_confirmed() -> None:
    desk = with_a_document_gone()

    assert len(desk.erp.written) == 1
    ((code, subject, ids),) = desk.inbox()
    assert (code, ids) == (ProblemCode.DOCUMENT_GONE, ["1"])
    assert "was posted with 2 entries, 15.00 h and 18750.00 NOK" in subject
    desk.post()
    assert len(desk.erp.written) == 1


def test_a_confirmed_document_is_written_off_for_the_record_and_its_new_version_posted() -> None:
    desk = with_a_document_gone()
    first = desk.posting()

    desk.confirm(external_ids={"1"})
    desk.post()

    record = desk.record("1")
    assert (record.state, record.standing, record.reversals) == (State.POSTED, (), {first.key: BY_HAND})
    assert [share.external_id for share in desk.last.shares] == ["1"]
    assert not desk.last.reversal
    kept = desk.postings.inner.get(first.key)
    assert kept is not None
    assert (kept.taken_out, kept.left()[0]) == (("1",), kept.hours / 2)
    assert desk.inbox() == []


def test_a_deleted_record_whose_document_is_gone_needs_no_reversal() -> None:
    desk = with_a_document_gone(deleted=True)

    desk.confirm(external_ids={"1"})
    desk.post()

    assert desk.record("1").state is State.REVERSED
    assert len(desk.erp.written) == 1


def test_a_record_that_joined_after_the_person_looked_is_not_confirmed() -> None:
    desk = with_a_document_gone()
    desk.seen(a_time_entry(external_id="2", hours="4"))
    desk.post()
    assert desk.inbox()[0][2] == ["1", "2"]

    desk.confirm(external_ids={"1"})
    desk.post()

    assert [desk.record(name).state for name in ("1", "2")] == [State.POSTED, State.FAILED]
    assert desk.inbox()[0][2] == ["2"]
    kept = desk.postings.inner.get(desk.record("2").standing[0].key)
    assert kept is not None
    assert kept.taken_out == ("1",)


def test_a_confirmation_that_names_no_record_or_a_strange_one_changes_nothing() -> None:
    desk = with_a_document_gone()
    before = desk.record("1")

    with pytest.raises(InvalidInput) as refusal:
        desk.confirm()
    with pytest.raises(NotFound):
        desk.confirm(external_ids={"1", "2"})

    assert (refusal.value.code, refusal.value.field) == ("records_missing", "external_ids")
    assert desk.record("1") == before
    assert len(desk.inbox()) == 1


def test_a_retry_asks_again_and_goes_on_when_the_document_is_back() -> None:
    desk = with_a_document_gone(deleted=True)
    desk.erp.taken_out.clear()
    failed = desk.record("1")
    desk.put(failed.move(State.REVERSING, by="Kari Nordli", at=NOW, why="retried"))

    desk.post()

    assert desk.record("1").state is State.REVERSED
    assert desk.net("1") == NOTHING


@pytest.mark.parametrize("code", [ProblemCode.UNUSUAL_ANSWER, ProblemCode.QUIET_DAY])
def test_what_was_questioned_is_believed_from_then_on(code: ProblemCode) -> None:
    desk = ConfirmDesk()
    problem = Problem(code, "Harvest has few entries")
    desk.problems.inner.report(problem, flow="harvest-1", external_ids=(), at=NOW)

    desk.confirm()

    assert desk.believed == [problem.id]
    assert desk.inbox() == []
    assert desk.passes_store.load().needs_posting


def test_what_has_to_be_mended_can_not_be_confirmed() -> None:
    desk = ConfirmDesk()
    problem = Problem(ProblemCode.UNKNOWN_EMPLOYEE, "ola@fjordlys.example")
    desk.problems.inner.report(problem, flow=HOURS, external_ids={"1"}, at=NOW)

    with pytest.raises(InvalidInput) as refusal:
        desk.confirm()

    assert refusal.value.code == "not_confirmable"
    with pytest.raises(NotFound):
        desk.confirm("0" * 18)
