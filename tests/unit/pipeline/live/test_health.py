"""What the settings need of the ERP, and what a check says when a side can't be reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handoff.domain.errors import ReconnectNeeded
from handoff.domain.problem_codes import ProblemCode
from handoff.integrations.live_settings import LiveSettings
from handoff.pipeline.live.health import check_health, needs_of
from handoff.pipeline.live.keys import watch_keys
from handoff.ports.live import NOTHING_MORE, ErpNeeds, Finding, ToolNeeds
from tests.klitrose import Klitrose

TODAY = date(2026, 11, 10)


class Side:
    """Finds what it is told to; `asked` is what it was asked for."""

    def __init__(self, *found: Finding, refuses: Exception | None = None) -> None:
        self.found, self.refuses = found, refuses
        self.asked: list[ErpNeeds] = []

    def answer(self) -> Sequence[Finding]:
        if self.refuses is not None:
            raise self.refuses
        return self.found


class Tool(Side):
    def health(self, *, today: date, needs: ToolNeeds = NOTHING_MORE) -> Sequence[Finding]:
        assert (today, needs) == (TODAY, NOTHING_MORE)
        return self.answer()


class Books(Side):
    def health(self, needs: ErpNeeds) -> Sequence[Finding]:
        self.asked.append(needs)
        return self.answer()


def settings(**sections: object) -> LiveSettings:
    return LiveSettings.model_validate(sections)


def test_M1_7_M2_4_M3_6_each_flow_that_is_on_needs_its_own() -> None:
    """M1.7, M2.4, M3.6: journal, customer group and project group must exist."""
    needs = needs_of(settings(customers={"group": 4}, projects={"group": 2}, invoices={"journal": 7}))
    assert (needs.journal, needs.customer_group, needs.payment_terms, needs.project_group) == (7, 4, 1, 2)
    assert (needs.vat_zones, needs.pdf) == ((1, 2, 3), True)


def test_what_is_switched_off_needs_nothing() -> None:
    off = {"on": False}
    assert needs_of(settings(customers=off, projects=off, invoices=off)) == ErpNeeds()


def test_single_accounts_must_exist_and_the_ends_of_a_span_need_not() -> None:
    expenses = {"on": True, "activity": "Udlæg", "accounts": "2210, 4000-4999", "cost_types": "1 2"}
    needs = needs_of(settings(expenses=expenses))
    assert (needs.accounts, needs.cost_types) == ((2210,), (1, 2))


def test_a_side_that_cant_be_reached_is_a_finding_and_hides_nothing_of_the_other() -> None:
    refusal = ReconnectNeeded("Moment refuses the key", cure="Enter another one.")
    missing = Finding("journal", False, "Journal 1 does not exist.")
    health = check_health(Tool(refuses=refusal), Books(missing), needs_of(settings()), today=TODAY)
    assert [found.code for found in health.missing] == ["connection", "journal"]
    assert health.time_tool[0].cure == "Enter another one."


def test_what_cant_be_found_out_is_not_missing() -> None:
    unknown = Finding("pdf", None, "Nobody knows.")
    health = check_health(Tool(), Books(unknown), needs_of(settings()), today=TODAY)
    assert (health.missing, health.erp) == ((), (unknown,))


def an_end(day: str, days: int) -> Tool:
    return Tool(Finding("key_ends_soon", True, f"The key ends on {day}, in {days} days.", "Make a new one."))


def test_a_key_that_ends_soon_is_one_problem_however_many_nights_tell_of_it() -> None:
    customer = Klitrose()
    desk = customer.desk()
    assert watch_keys(desk, an_end("2026-12-24", 44), today=TODAY)
    assert watch_keys(desk, an_end("2026-12-24", 43), today=TODAY)
    (known,) = customer.open(ProblemCode.KEY_ENDS_SOON)
    assert known.flow == "moment"
    assert "2026-12-24" in known.problem.message
    assert "reconnect" in known.problem.entry.cure


def test_a_key_that_was_renewed_closes_the_problem() -> None:
    customer = Klitrose()
    desk = customer.desk()
    watch_keys(desk, an_end("2026-12-24", 44), today=TODAY)
    assert not watch_keys(desk, Tool(Finding("key_end", True, "The key ends on 2028-12-24.")), today=TODAY)
    assert customer.open(ProblemCode.KEY_ENDS_SOON) == []


def test_another_end_takes_the_place_of_the_one_before() -> None:
    customer = Klitrose()
    desk = customer.desk()
    watch_keys(desk, an_end("2026-12-24", 44), today=TODAY)
    watch_keys(desk, an_end("2027-01-05", 56), today=TODAY)
    assert ["2027-01-05" in one.problem.message for one in customer.open(ProblemCode.KEY_ENDS_SOON)] == [True]
