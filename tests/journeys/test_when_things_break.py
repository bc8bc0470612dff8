"""What becomes of hours when something breaks on their way: each fault once, at the real queues and stores.

Whatever it is, nothing is posted twice, nothing is lost, and a person is told what only a person can mend.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from handoff.ports import FeedCursor
from handoff.storage.passes import DynamoPassStore
from sandbox.fjordlys import INTEGRATION_ID
from tests.customers import Customer, months_counted, take_in
from tests.people import STRANGER, STRANGERS_ADDRESS, entries_in
from tests.system import Json, LocalSystem

WRITES = {"project_transactions": "POST /v1/projecttransaction", "journal": "POST /v2/journaltransaction"}


@pytest.fixture(params=WRITES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def in_the_books(customer: Customer, kind: str) -> list[Json]:
    return customer.books.journals() if kind == "journal" else customer.books.documents()


def an_approved_entry(customer: Customer, kind: str) -> str:
    customer.change_settings(post_as=[kind])
    return customer.harvest.log_approved("7.5")


# ---- a document whose fate is unknown ----------------------------------------------------------


def test_a_document_whose_answer_was_lost_is_found_and_adopted(customer: Customer, kind: str) -> None:
    entry = an_approved_entry(customer, kind)
    customer.books.fails(WRITES[kind], "lost_after_commit")

    run = customer.run()

    (document,) = in_the_books(customer, kind)
    (posting,) = customer.postings("settled")
    assert posting["receipt"]["adopted"]
    assert posting["receipt"]["number"] in (document.get("refNbr"), document.get("batchNumber"))
    assert (run["counts"]["adopted"], run["counts"]["documents"], customer.state(entry)) == (1, 1, "posted")
    assert customer.books.calls()[WRITES[kind]] == 1


def test_a_document_that_never_arrived_is_sent_again_once_the_erp_surely_lacks_it(
    customer: Customer, kind: str
) -> None:
    entry = an_approved_entry(customer, kind)
    customer.books.fails(WRITES[kind], "reset_before")

    run_id = customer.start_run()
    customer.wait_for(run_id, "waiting")
    assert (customer.state(entry), in_the_books(customer, kind)) == ("unsure", [])
    run = customer.wait_for(run_id)

    (posting,) = customer.postings("settled")
    assert (run["state"], run["counts"]["absent"], posting["receipt"]["adopted"]) == ("done", 1, False)
    assert customer.books.calls()[WRITES[kind]] == 2
    assert (len(in_the_books(customer, kind)), customer.state(entry)) == (1, "posted")


def test_a_server_error_after_the_document_was_written_does_not_write_a_second_one(customer: Customer) -> None:
    entry = customer.harvest.log_approved("7.5")
    customer.books.fails(WRITES["project_transactions"], "status", status=500, after=True, body="<h1>Oops</h1>")

    customer.run()

    assert (len(customer.books.documents()), customer.state(entry)) == (1, "posted")
    assert customer.postings()[0]["receipt"]["adopted"]
    assert customer.reconciliation()["agrees"]


def test_an_edit_while_a_document_is_on_its_way_waits_until_its_fate_is_known(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    customer.approve(entry)
    customer.books.fails(WRITES["project_transactions"], "reset_before")
    first = customer.start_run()
    customer.wait_for(first, "waiting")

    customer.harvest.edit(entry, hours=Decimal("6.0"))
    second = customer.start_run()
    assert customer.wait_for(second)["state"] == customer.wait_for(first)["state"] == "done"
    customer.run()

    assert [line["quantity"] for line in customer.books.lines()] == [Decimal("3.00"), Decimal("2.00")]
    assert (customer.state(entry), customer.problems()) == ("held", {})
    customer.approve(entry)
    customer.run()
    assert sum(line["quantity"] for line in customer.books.lines()) == Decimal("6.00")
    assert len(customer.books.documents()) == 3


# ---- a vendor that asks to wait ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("vendor", "call", "calls"),
    [
        ("harvest", "GET /v2/time_entries", 2 + len(months_counted())),
        ("visma_net", "GET /v1/employee", 2),
        ("visma_net", WRITES["project_transactions"], 2),
    ],
)
def test_a_vendor_that_asks_to_wait_is_given_the_time(customer: Customer, vendor: str, call: str, calls: int) -> None:
    entry = customer.harvest.log_approved("7.5")
    asked = customer.side(vendor)
    asked.fails(call, "status", status=429, headers={"Retry-After": "1"})

    run = customer.run()

    began, ended = (datetime.fromisoformat(run[at]) for at in ("started_at", "finished_at"))
    assert ended - began >= timedelta(seconds=1)
    assert customer.state(entry) == "posted"
    assert len(customer.books.documents()) == 1
    assert asked.calls()[call] == calls
    assert customer.problems() == {}


# ---- one bad record among many -----------------------------------------------------------------


def test_one_record_that_the_erp_refuses_stands_alone_and_the_others_are_posted(customer: Customer) -> None:
    good = [customer.harvest.log_approved("1.0", on=f"2026-10-{day:02d}") for day in range(5, 13)]
    bad = customer.harvest.log_approved("2.0", project="P1010", on="2026-10-08")
    # While Harvest asks to wait, somebody completes a project that the lists read a moment ago show as active.
    customer.harvest.fails("GET /v2/time_entries", "status", status=429, headers={"Retry-After": "3"})
    run_id = customer.start_run()
    customer.wait_for(run_id, "waiting")
    customer.books.set_project("P1010", "Completed")

    run = customer.wait_for(run_id)

    assert (run["state"], run["counts"]["posted"], run["counts"]["failed"]) == ("done", len(good), 1)
    assert {customer.state(entry) for entry in good} == {"posted"}
    problem = customer.problems()["refused_by_erp"]
    assert (problem["external_ids"], customer.state(bad)) == ([bad], "failed")
    assert "P1010" in problem["message"]
    assert customer.books.calls()[WRITES["project_transactions"]] == 3

    customer.books.set_project("P1010", "Active")
    customer.run()
    assert customer.state(bad) == "failed", "nobody said yet that it is mended"
    customer.retry(problem)
    assert (customer.state(bad), customer.problems()) == ("posted", {})
    assert customer.reconciliation()["agrees"]


def test_a_person_without_an_employee_holds_up_nobody_and_is_posted_once_there_is_one(customer: Customer) -> None:
    stranger = customer.harvest.log_approved("6.0", project="P1001", person=STRANGER)
    other = customer.harvest.log_approved("7.5")
    customer.run()
    problem = customer.problems()["unknown_employee"]
    assert (problem["subject"], problem["external_ids"], problem["hours"]) == (STRANGERS_ADDRESS, [stranger], "6.00")
    assert (problem["fixed_by"], problem["field"]) == ("erp", "employee")
    assert customer.state(other) == "posted"

    customer.books.add_employee(STRANGERS_ADDRESS)
    customer.run()

    assert (customer.state(stranger), customer.problems()) == ("posted", {})
    assert len(customer.books.documents()) == 2


def test_a_completed_project_is_a_problem_before_anything_is_sent(customer: Customer) -> None:
    entry = customer.harvest.log_approved("3.0", project="P1010")
    customer.books.set_project("P1010", "Completed")
    customer.run()
    problem = customer.problems()["inactive_project"]
    assert (problem["external_ids"], problem["fixed_by"]) == ([entry], "erp")
    assert WRITES["project_transactions"] not in customer.books.calls()

    customer.books.set_project("P1010", "Active")
    customer.run()
    assert (customer.state(entry), customer.problems()) == ("posted", {})


def test_a_currency_without_a_rule_waits_for_the_settings(customer: Customer) -> None:
    entry = customer.harvest.log_approved("2.0", project="P1049")
    customer.run()
    problem = customer.problems()["no_currency_rule"]
    assert (problem["subject"], problem["fixed_by"], problem["field"]) == ("USD", "settings", "currency")

    customer.change_settings(currencies=[*customer.settings()["currencies"], {"currency": "USD", "rate": "10.61"}])
    customer.run()

    assert (customer.state(entry), customer.problems()) == ("posted", {})
    # 2 hours at 130 USD, at 10.61
    assert sum(line["amount"] for line in customer.books.lines()) == Decimal("2758.60")


def test_an_entry_of_more_than_a_day_is_a_problem_until_it_is_corrected(customer: Customer) -> None:
    entry = customer.harvest.log_hours("25.0")
    customer.run()
    customer.approve(entry)
    customer.run()
    problem = customer.problems()["too_many_hours"]
    assert (problem["external_ids"], problem["fixed_by"], problem["field"]) == ([entry], "time_tool", "hours")

    customer.harvest.edit(entry, hours=Decimal("24.0"))
    customer.run()
    assert (customer.state(entry), customer.problems()) == ("held", {})
    customer.approve(entry)
    customer.run()
    assert sum(line["quantity"] for line in customer.books.lines()) == Decimal("24.00")


def test_everything_that_does_not_fit_is_a_problem_of_its_own_and_nothing_goes_uncounted(system: LocalSystem) -> None:
    rules = [{"id": "development", "match": {"task": "Utvikling"}, "account": "3010"}]
    customer = take_in(system, rate_card=rules, closed_period="hold")
    log = customer.harvest.log_approved
    misfits = {
        "unknown_project": log(project="P1048"),
        "inactive_project": log(project="P1047"),
        "unknown_task": log(project="P1001", task="Førbefaring", person=8),
        "unknown_employee": log(project="P1001", person=STRANGER),
        "no_currency_rule": log(project="P1049"),
        "no_rate": log(project="P1050"),
        "no_account_rule": log(task="Testing"),
        "closed_period": log(on="2026-09-30"),
        "too_many_hours": log("24.25"),
    }
    fits = log("7.5")

    run = customer.run()

    assert (run["counts"]["posted"], run["counts"]["failed"]) == (1, len(misfits))
    found = {record["external_id"]: record for record in customer.records(state="failed")}
    named = {code: {problem["code"] for problem in found[entry]["problems"]} for code, entry in misfits.items()}
    assert all(code in codes for code, codes in named.items()), named
    for problem in customer.api("GET", "/problems")["problems"]:
        assert problem["message"]
        assert problem["cure"]
        assert problem["fixed_by"] in ("time_tool", "erp", "settings")
    assert (customer.state(fits), len(customer.books.documents())) == ("posted", 1)
    account = customer.reconciliation()
    assert (account["agrees"], account["states"]["failed"]["records"]) == (True, len(misfits) - 1)


def test_two_runs_started_at_once_post_everything_once(customer: Customer) -> None:
    entry = customer.harvest.log_approved("7.5")
    runs = [customer.start_run() for _ in range(3)]
    assert {customer.wait_for(run)["state"] for run in runs} == {"done"}
    assert (customer.state(entry), len(customer.books.documents())) == ("posted", 1)


def test_hours_that_round_to_nothing_are_a_problem_and_not_a_line_of_nothing(customer: Customer) -> None:
    entry = customer.harvest.log_approved("1.0")
    (row,) = customer.harvest.page()["time_entries"]
    tiny = {**row, "hours": Decimal("0.004"), "rounded_hours": Decimal("0.004")}
    customer.harvest.answers_with_entries(tiny)

    customer.run()

    problem = customer.problems()["hours_round_to_nothing"]
    assert (problem["external_ids"], customer.books.documents()) == ([entry], [])
    assert problem["cure"]


# ---- a vendor that breaks its contract ---------------------------------------------------------


def cursor_of(customer: Customer) -> FeedCursor:
    """Where the feed of time entries stands."""
    passes = DynamoPassStore(customer.system.table, customer.tenant_id, INTEGRATION_ID)
    return passes.load().cursors["harvest:entries"]


def test_a_row_that_breaks_the_contract_is_counted_and_met_again_and_the_rest_goes_on(customer: Customer) -> None:
    good, bad = customer.harvest.log_approved("3.0"), customer.harvest.log_approved("4.0")
    rows = {str(row["id"]): row for row in customer.harvest.page()["time_entries"]}
    customer.harvest.answers_with_entries(rows[good], {**rows[bad], "hours": "four"})

    run = customer.run()

    assert (run["counts"]["broken"], run["counts"]["fetched"]) == (1, 1)
    assert (customer.state(good), set(entries_in(customer.books.lines()))) == ("posted", {good})
    problem = customer.problems()["broken_contract"]
    assert bad in problem["message"]
    assert "hours" in problem["message"]
    assert cursor_of(customer).since is None

    customer.harvest.works_again()
    customer.run()
    assert (customer.state(bad), customer.problems()) == ("posted", {})
    assert cursor_of(customer).since is not None
    assert len(customer.books.documents()) == 2


@pytest.mark.parametrize("body", ["<html>Bad day</html>", {"time_entries": None}])
def test_an_answer_that_is_no_list_ends_the_run_with_a_problem_and_the_next_run_mends_it(
    customer: Customer, body: object
) -> None:
    entry = customer.harvest.log_approved("3.0")
    customer.harvest.fails("GET /v2/time_entries", "status", status=200, body=body)

    run = customer.failed_run()

    assert "entries" in run["error"]
    assert (list(customer.problems()), customer.books.documents()) == (["broken_contract"], [])
    customer.run()
    assert (customer.state(entry), customer.problems()) == ("posted", {})
