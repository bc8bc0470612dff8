"""Posting anew what is posted: a person's decision, and never done by a new rate card alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from handoff.domain.gate import GatePolicy
from handoff.domain.posting import DocumentKind
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.approve import Answer
from handoff.pipeline.repost import RepostTools, repost
from tests.builders import a_financial_period, a_record, a_time_entry, reference_data
from tests.unit.pipeline.planning import JOURNAL, PROJECT, RATE
from tests.unit.pipeline.repairing import IN_THE_BOOKS, RepairDesk

NEW_RATE = [{"id": "default", "account": "3000", "rate": RATE}]


def tools_of(desk: RepairDesk) -> RepostTools:
    return RepostTools(
        staged=desk.staged.inner,
        postings=desk.postings.inner,
        passes=desk.passes_store,
        planning=lambda _: (desk.plan, desk.kinds),
        policy=desk.policy,
        clock=lambda: desk.now,
    )


def posted_anew(desk: RepairDesk, *external_ids: str) -> list[Answer]:
    return repost(
        tools_of(desk), [desk.wish(name) for name in external_ids or ("1001",)], by="Kari Nordli", why="new rates"
    )


def test_a_new_rate_card_moves_nothing_that_is_posted() -> None:
    desk = RepairDesk()
    desk.posted()
    desk.settings = {"rate_card": NEW_RATE}

    desk.post()

    assert desk.net() == IN_THE_BOOKS
    assert len(desk.erp.written) == 1


@pytest.mark.parametrize("kinds", [(PROJECT,), (JOURNAL,), (PROJECT, JOURNAL)])
def test_what_a_person_wants_posted_anew_is_reversed_and_posted_by_the_rules_of_now(
    kinds: tuple[DocumentKind, ...],
) -> None:
    desk = RepairDesk(*kinds)
    desk.posted("1", "2")
    desk.settings = {"rate_card": NEW_RATE}

    (answer,) = posted_anew(desk, "1")
    assert answer.error is None
    desk.post()

    for kind in kinds:
        assert desk.net("1", kind)[1] == Decimal("11250.00")
        assert desk.net("2", kind)[1] == Decimal("9375.00")
    assert desk.states() == {"1": State.POSTED, "2": State.POSTED}


def test_a_record_posted_anew_is_a_new_version_with_the_same_content_and_says_who_wanted_it() -> None:
    desk = RepairDesk()
    (old,) = desk.posted()

    posted_anew(desk)

    new = desk.record()
    assert (new.version, new.hash, new.state) == (2, old.hash, State.READY)
    assert (new.history[0].by, new.history[0].why) == ("Kari Nordli", "version 2: to be posted anew (new rates)")
    assert [standing.key for standing in new.standing] == list(old.covered.values())
    assert desk.passes_store.load().needs_posting


def test_the_new_document_has_another_key_than_the_one_it_replaces() -> None:
    desk = RepairDesk()
    desk.posted()
    posted_anew(desk)

    desk.post()

    first, reversal, second = desk.erp.written
    assert len({first.key, reversal.key, second.key}) == 3
    assert reversal.reversal
    assert reversal.shares[0].reverses == first.key


def test_a_record_whose_approval_was_withdrawn_waits_for_another_and_stays_in_the_books() -> None:
    desk = RepairDesk()
    desk.posted()
    desk.seen(approved=False)

    posted_anew(desk)
    desk.post()

    assert desk.states() == {"1001": State.HELD}
    assert desk.net() == IN_THE_BOOKS


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (a_record(state=State.HELD), "not_posted"),
        (replace(a_record(entry=a_time_entry(hours="3")), state=State.POSTED), "stale"),
    ],
)
def test_what_is_not_posted_or_not_as_it_was_seen_is_refused_by_itself(record: StagedRecord, code: str) -> None:
    desk = RepairDesk()
    desk.staged.inner.add([record])
    seen = replace(desk.wish(), hash=a_record().hash)

    (answer,) = repost(tools_of(desk), [seen], by="Kari Nordli", why="")

    assert answer.error is not None
    assert answer.error.code == code
    assert desk.record().version == 1


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ({"financial_periods": [a_financial_period(open=False)]}, "2026-10"),
        ({"ledger_projects": []}, "project"),
    ],
)
@pytest.mark.parametrize("kinds", [(PROJECT,), (PROJECT, JOURNAL)])
def test_what_cannot_be_posted_by_the_rules_of_now_stays_posted_as_it_is(
    kinds: tuple[DocumentKind, ...], reference: dict[str, Any], said: str
) -> None:
    desk = RepairDesk(*kinds)
    (old,) = desk.posted()
    desk.reference = reference_data(**reference)

    (answer,) = posted_anew(desk)
    desk.post()

    assert answer.error is not None
    assert answer.error.code == "not_repostable"
    assert said in answer.error.message
    assert answer.error.cure
    assert (desk.record(), desk.inbox()) == (old, [])


def test_a_month_that_is_closed_by_now_is_no_obstacle_where_corrections_go_to_the_next_open_one() -> None:
    desk = RepairDesk(closed_period="next_open")
    desk.posted()
    desk.reference = reference_data(
        financial_periods=[a_financial_period(open=False), a_financial_period(period="2026-11")]
    )

    (answer,) = posted_anew(desk)
    desk.post()

    assert (answer.error, desk.net(), desk.states()) == (None, IN_THE_BOOKS, {"1001": State.POSTED})


def test_what_the_gate_would_leave_out_by_now_stays_posted() -> None:
    desk = RepairDesk()
    (old,) = desk.posted()
    desk.policy = GatePolicy(starts_on=date(2027, 1, 1))

    (answer,) = posted_anew(desk)
    desk.post()

    assert answer.error is not None
    assert (answer.error.code, "before_start" in answer.error.message) == ("not_repostable", True)
    assert (desk.record(), desk.net()) == (old, IN_THE_BOOKS)
