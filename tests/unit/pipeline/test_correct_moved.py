"""Correct: entries that moved, and periods that were closed, after something was posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from handoff.domain.posting import DocumentKind
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import State
from tests.builders import a_financial_period, reference_data
from tests.unit.pipeline.correcting import CorrectDesk
from tests.unit.pipeline.planning import JOURNAL, PROJECT

BOTH = (PROJECT, JOURNAL)
KINDS = [(PROJECT,), (JOURNAL,), BOTH]


def part(hours: str, amount: str) -> tuple[Decimal, Decimal]:
    return Decimal(hours), Decimal(amount)


# ---- moved -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field", "found"),
    [
        ({"project_id": "402"}, "project", ["NB1", "NB1", "NB2"]),
        ({"person_id": "502"}, "employee", ["7", "7", "8"]),
        ({"notes": "Workshop"}, "hours", [Decimal("7.50"), Decimal("-7.50"), Decimal("7.50")]),
    ],
)
def test_an_entry_that_moved_is_reversed_where_it_was_and_posted_where_it_is(
    change: dict[str, Any], field: str, found: list[object]
) -> None:
    desk = CorrectDesk()
    desk.posted("1")
    desk.says("1", **change)

    desk.post()

    assert [getattr(line, field) for posting in desk.erp.written for line in posting.project_lines] == found
    assert desk.net() == {"1": part("7.5", "9375")}


@pytest.mark.parametrize("kind", BOTH)
def test_an_entry_that_moved_to_another_month_is_reversed_in_the_month_it_was_in(kind: DocumentKind) -> None:
    desk = CorrectDesk(kind)
    desk.posted("1")
    desk.says("1", spent_on="2026-11-02")

    desk.post()

    assert [(p.reversal, p.period, p.posted_on) for p in desk.erp.written] == [
        (False, "2026-10", date(2026, 10, 5)),
        (True, "2026-10", date(2026, 10, 5)),
        (False, "2026-11", date(2026, 11, 2)),
    ]
    assert desk.erp.read == ["2026-10"]


def test_an_entry_that_moved_to_a_client_with_another_currency_is_posted_at_its_rate() -> None:
    desk = CorrectDesk(currencies=[{"currency": "EUR", "rate": "11.50"}])
    desk.posted("1", rate="100")
    desk.says("1", client_id="302", rate="100")

    desk.post()

    assert [posting.amount for posting in desk.erp.written] == [750, -750, 8625]
    assert desk.net() == {"1": part("7.5", "8625")}


def test_what_was_posted_is_taken_back_as_it_was_whatever_the_settings_say_by_now() -> None:
    desk = CorrectDesk()
    desk.posted("1")
    desk.settings = {
        "rate_card": [{"id": "default", "account": "3000", "rate": {"amount": "2000", "currency": "NOK"}}],
        "allocations": [{"id": "bergen", "shares": {"20": "1"}}],
    }
    desk.says("1", hours="2")

    desk.post()

    lines = [(line.cost_centre, line.amount) for posting in desk.erp.written for line in posting.project_lines]
    assert lines == [("10", Decimal(9375)), ("10", Decimal(-9375)), ("20", Decimal(4000))]


def test_settings_in_another_currency_leave_reversals_in_that_of_their_documents() -> None:
    desk = CorrectDesk()
    desk.posted("1")
    krone = desk.all_postings()[0]
    desk.says("2")
    desk.post()
    euro = next(p for p in desk.all_postings() if p.key != krone.key)
    desk.postings.inner.save(replace(euro, currency="EUR"))
    desk.says("1", hours="0")
    desk.says("2", hours="0")

    desk.post()

    assert sorted((p.currency, p.hours) for p in desk.reversals()) == [
        ("EUR", Decimal("-7.50")), ("NOK", Decimal("-7.50")),
    ]  # fmt: skip


# ---- closed periods ----------------------------------------------------------------------------


def closed_october(desk: CorrectDesk) -> None:
    known = desk.reference
    periods = reference_data(
        financial_periods=[a_financial_period(open=False), a_financial_period(period="2026-11")]
    ).financial_periods
    desk.reference = replace(known, financial_periods=periods)


@pytest.mark.parametrize("hours", ["4", "0"])
def test_a_correction_of_a_closed_period_waits_until_somebody_opens_it(hours: str) -> None:
    desk = CorrectDesk()
    desk.posted("1")
    opened = desk.reference
    closed_october(desk)
    desk.says("1", hours=hours)

    desk.post()
    assert (desk.record("1").state, len(desk.erp.sent)) == (State.FAILED, 1)
    assert desk.inbox() == [(ProblemCode.CLOSED_PERIOD, "2026-10", ["1"])]

    desk.reference = opened
    desk.post()
    assert desk.inbox() == []
    assert desk.net() == ({"1": part("4", "5000")} if hours == "4" else {})


@pytest.mark.parametrize("kind", BOTH)
def test_a_correction_of_a_closed_period_goes_to_the_next_open_day_where_the_tenant_wants_it(
    kind: DocumentKind,
) -> None:
    desk = CorrectDesk(kind, closed_period="next_open")
    desk.posted("1", notes="Workshop")
    closed_october(desk)
    desk.says("1", hours="4")

    desk.post()

    reversal = desk.reversal()
    assert (reversal.period, reversal.posted_on) == ("2026-11", date(2026, 11, 1))
    assert reversal.text == "Reversal of PT000001, hours 2026-11, of 2026-10-05 to 2026-10-05"
    for line in reversal.project_lines:
        assert (line.posted_on, line.spent_on) == (date(2026, 11, 1), date(2026, 10, 5))
        assert line.text.startswith("2026-10-05 · Reversal of PT000001 · ")
    assert desk.net() == {"1": part("4", "5000")}


def test_work_moved_out_of_a_closed_period_goes_where_it_is_now_and_is_reversed_by_the_rule() -> None:
    desk = CorrectDesk(closed_period="next_open")
    desk.posted("1")
    closed_october(desk)
    desk.says("1", spent_on="2026-11-02")

    desk.post()

    assert [(p.period, p.posted_on) for p in desk.erp.written[1:]] == [
        ("2026-11", date(2026, 11, 1)), ("2026-11", date(2026, 11, 2)),
    ]  # fmt: skip
