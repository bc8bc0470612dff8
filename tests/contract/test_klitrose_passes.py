"""Passes over a live integration: what no webhook told of, what needs waiting for, and what stops a connection."""

from __future__ import annotations

from collections import Counter

from handoff.domain.periods import Period, period_of
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.runs import RunState
from handoff.domain.staged import State
from handoff.pipeline.live.answers import retry_live
from handoff.pipeline.steps import StepName
from tests.klitrose import BY_HAND, HOURLY, NIGHTLY, Klitrose

FINALIZED_AND_WANTED = 8


def test_a_first_pass_brings_over_everything_that_can_go_and_says_what_can_not() -> None:
    """M1.1, M1.2, M2.1, M3.1, M3.3: without a single webhook."""
    house = Klitrose()

    run = house.a_pass()

    assert run.state is RunState.DONE
    assert house.states("customers") == {"posted": 8}
    assert house.states("projects") == {"posted": 7, "failed": 2}
    assert house.states("invoices") == {"posted": FINALIZED_AND_WANTED, "held": 4, "excluded": 1}
    assert [len(known.external_ids) for known in house.open(ProblemCode.NUMBER_NOT_NUMERIC)] == [1, 1]
    assert len(house.booked(5001)) == 1


def test_a_second_pass_reads_what_changed_and_writes_nothing() -> None:
    """M2.2, M3.2: and only then."""
    house = Klitrose()
    house.a_pass()
    before = house.made("economic")
    house.later(hours=1)

    run = house.a_pass(HOURLY)

    made = house.made("economic") - before
    assert made == Counter({"GET /customers": 1, "GET /projectsapi/{version}/projects": 1})
    assert run.calls == {"moment": 3, "economic": 2}


def test_costs_and_payments_are_looked_for_at_night_and_by_hand_not_hourly() -> None:
    """M4.8, M7.1: once a day; webhooks tell of them in between."""
    house = Klitrose()
    house.a_pass(HOURLY)
    entries = "GET /bookedEntriesapi/{version}/booked-entries"
    hourly = house.made("economic")[entries]
    house.later(hours=1)
    house.a_pass(HOURLY)
    assert house.made("economic")[entries] == hourly

    house.later(hours=1)
    house.a_pass(NIGHTLY)

    # costs, what is left of the invoices, and the accounts: of two months' costs and of one month's invoices
    assert house.made("economic")[entries] == hourly + 2 + 3


def test_a_key_that_moment_does_not_take_stops_moment_and_no_other() -> None:
    house = Klitrose()
    house.moment.fault("token_expired")

    run = house.a_pass(HOURLY)

    integration = house.desk().integration
    assert run.state is RunState.FAILED
    assert integration.time_tool.stopped.startswith("Moment")
    assert integration.erp.stopped == ""
    assert [known.flow for known in house.open(ProblemCode.RECONNECT_NEEDED)] == ["moment"]


def test_a_grant_that_was_withdrawn_in_e_conomic_stops_e_conomic_and_heals_when_it_is_back() -> None:
    house = Klitrose()
    house.economic.fault("status", "GET /customers*", status=401, body={"message": "no access"}, times=2)

    run = house.a_pass(HOURLY)

    assert run.state is RunState.FAILED
    assert house.desk().integration.erp.stopped
    made = house.made("economic")
    house.a_pass(HOURLY)
    assert house.made("economic") == made, "a stopped connection is left alone until a person tries it"
    house.economic.faults.clear()
    assert house.a_pass(BY_HAND).state is RunState.DONE
    assert house.desk().integration.erp.stopped == ""
    assert not house.open(ProblemCode.RECONNECT_NEEDED)
    assert house.states("invoices")["posted"] == FINALIZED_AND_WANTED


def test_e_conomic_out_of_reach_is_waited_for() -> None:
    house = Klitrose()
    house.economic.fault("reset_before", "POST /customers", times=1)

    run = house.a_pass(HOURLY)

    assert run.state is RunState.DONE
    assert house.states("customers") == {"posted": 8}


def test_a_lost_answer_to_a_voucher_makes_no_second_one_and_keeps_no_other_invoice_back() -> None:
    """M1.2: exactly one."""
    house = Klitrose()
    house.economic.fault("lost_after_commit", "POST /journals/*/vouchers", times=1)

    house.a_pass(HOURLY)

    assert house.states("invoices")["posted"] == FINALIZED_AND_WANTED
    for number in (5001, 5002, 5003):
        assert len(house.booked(number)) == 1


def test_new_settings_let_what_failed_try_again() -> None:
    house = Klitrose({"invoices": {"journal": 9}})
    house.a_pass(HOURLY)
    assert house.states("invoices")["failed"] == FINALIZED_AND_WANTED
    (problem,) = house.open(ProblemCode.REFUSED_BY_ERP)
    house.settings = house.settings.model_copy(update={"invoices": Klitrose().settings.invoices})
    house.settings_version = 2
    house.later(hours=1)
    house.a_pass(HOURLY)
    assert house.states("invoices")["failed"] == FINALIZED_AND_WANTED, "what the ERP refused waits for a person"

    retry_live(house.answers(), problem.problem.id, by="Asbjørn Lyngholt")
    house.a_pass(BY_HAND)

    assert house.states("invoices")["posted"] == FINALIZED_AND_WANTED
    assert not house.open(ProblemCode.REFUSED_BY_ERP)


def test_a_row_that_can_not_be_read_holds_the_cursor_and_nobody_else() -> None:
    house = Klitrose()
    row = house.moment.vendor.add_customer(name="Tang & Tare ApS", customerNumber="10099")
    house.moment.vendor.company.database.get("customers", row["id"])["name"] = {"not": "a text"}

    house.a_pass(HOURLY)

    assert house.states("customers") == {"posted": 8}
    (problem,) = house.open(ProblemCode.BROKEN_CONTRACT)
    assert str(row["id"]) in problem.problem.subject
    house.later(minutes=5)
    house.moment.vendor.change("customers", row["id"], name="Tang & Tare ApS")
    house.a_pass(HOURLY)
    assert house.states("customers") == {"posted": 9}
    assert not house.open(ProblemCode.BROKEN_CONTRACT)


def test_a_project_that_gets_a_number_goes_and_frees_what_waited_for_it() -> None:
    """M3.3, M2.2: mended in Moment, nothing else to be done."""
    house = Klitrose()
    house.a_pass(HOURLY)
    draft = house.draft("P-77")
    house.moment.vendor.finalize(draft["id"])
    house.later(hours=1)
    house.a_pass(HOURLY)
    assert house.record("invoices", draft["id"]).state is State.FAILED
    assert house.open(ProblemCode.PROJECT_NOT_THERE)

    house.moment.vendor.change("projects", draft["projectId"], projectNumber="77")
    house.later(hours=1)
    house.a_pass(HOURLY)

    assert house.record("invoices", draft["id"]).state is State.POSTED
    assert not house.open(ProblemCode.PROJECT_NOT_THERE)


# ---- accounts ------------------------------------------------------------------------------------


def test_a_night_ends_with_accounts_of_invoices_and_costs_that_agree() -> None:
    """M1.1, M4.1: where every invoice and cost of the month is, by both vendors' own answers."""
    house = Klitrose()

    run = house.a_pass(NIGHTLY)

    assert (run.state, run.step) == (RunState.DONE, StepName.RECONCILE)
    lines = house.kept.all()
    assert {(line.flow, line.period) for line in lines} == {
        (flow, month) for flow in ("invoices", "expenses") for month in ("2026-11", "2026-10")
    }
    assert [line for line in lines if not line.agrees] == []
    assert (run.counts["reconciled"], "differences" in run.counts) == (4, False)
    invoices = [house.kept.get("invoices", Period(month)) for month in ("2026-11", "2026-10")]
    assert sum(kept.account.states["posted"].records for kept in invoices if kept) == FINALIZED_AND_WANTED


def test_a_night_finds_an_invoice_that_is_no_longer_in_the_books() -> None:
    """M1.2: by e-conomic's own answer."""
    house = Klitrose()
    house.a_pass(HOURLY)
    lines = house.economic.vendor.agreement.ledger.lines
    lost = next(line for line in lines if line.customer_invoice == 5001)
    lines[:] = [line for line in lines if line.customer_invoice != 5001]
    house.later(hours=1)

    run = house.a_pass(NIGHTLY)

    assert (run.state, run.counts["differences"]) == (RunState.DONE, 1)
    kept = house.kept.get("invoices", period_of(lost.on))
    assert kept is not None
    assert [(found.code, found.subject) for found in kept.account.differences] == [("not_in_target", "invoice 5001")]


def test_flows_that_are_switched_off_have_no_account() -> None:
    house = Klitrose({"expenses": {"on": False}, "invoices": {"on": False}})
    run = house.a_pass(NIGHTLY)
    assert (run.state, run.step, list(house.kept.all())) == (RunState.DONE, StepName.POST, [])
