"""Entries that are deleted in Harvest, before and after they were posted: the census finds every one of them."""

from __future__ import annotations

from decimal import Decimal

from tests.customers import Customer
from tests.people import entries_in


def test_hours_deleted_after_posting_are_taken_out_of_the_books_by_the_next_run(customer: Customer) -> None:
    kept, deleted = customer.harvest.log_approved("3.0"), customer.harvest.log_approved("5.0")
    customer.run()
    assert customer.state(deleted) == "posted"
    customer.harvest.delete(deleted)

    run = customer.run()

    assert run["counts"]["gone"] == 1
    assert (customer.state(kept), customer.state(deleted)) == ("posted", "reversed")
    document, reversal = sorted(customer.books.documents(), key=lambda found: str(found["refNbr"]))
    assert set(entries_in(document["lines"])) == {kept, deleted}
    assert set(entries_in(reversal["lines"])) == {deleted}
    assert sum(line["quantity"] for line in customer.books.lines()) == Decimal("3.00")
    account = customer.reconciliation()
    assert (account["agrees"], account["differences"]) == (True, [])
    assert account["states"]["posted"]["hours"] == "3.00"
    assert customer.problems() == {}


def test_hours_deleted_before_anybody_approved_them_stay_out(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    customer.harvest.delete(entry)

    customer.run()

    record = customer.record(entry)
    assert (record["state"], record["reason"]) == ("excluded", "gone")
    assert record["sentence"] == "Stays out: the time tool does not have it any more."
    assert customer.books.documents() == []
    assert customer.reconciliation()["agrees"]


def test_all_deletions_of_a_month_are_found_by_one_run(customer: Customer) -> None:
    entries = [customer.harvest.log_approved("1.0", on=f"2026-10-{day:02}") for day in range(1, 13)]
    customer.run()
    customer.harvest.delete(*entries[::2])

    assert customer.run()["counts"]["gone"] == 6

    assert {customer.state(entry) for entry in entries[::2]} == {"reversed"}
    assert {customer.state(entry) for entry in entries[1::2]} == {"posted"}
    assert sum(line["quantity"] for line in customer.books.lines()) == Decimal("6.00")


def test_a_token_revoked_in_the_middle_of_the_census_takes_nothing_out_of_the_books(customer: Customer) -> None:
    entry = customer.harvest.log_approved("5.0")
    customer.run()
    customer.harvest.delete(entry)
    customer.harvest.fails("GET /v2/time_entries/*", "status", status=403, times=None)

    run = customer.failed_run()

    assert run["error"] == "could not read harvest entries"
    assert (customer.state(entry), len(customer.books.documents())) == ("posted", 1)
    assert customer.connections()["harvest"]["stopped"]
    customer.harvest.works_again()
    assert customer.run()["counts"]["gone"] == 1
    assert (customer.state(entry), customer.problems()) == ("reversed", {})


def test_a_list_that_is_suddenly_empty_is_a_question_that_a_person_answers(customer: Customer) -> None:
    entries = [customer.harvest.log_approved("1.0") for _ in range(3)]
    customer.run()
    customer.harvest.delete(*entries)

    run = customer.failed_run()

    assert "Harvest no longer lists 3 entries of 2026-10 that are known here" in run["error"]
    assert {customer.state(entry) for entry in entries} == {"posted"}
    problem = customer.problems()["unusual_answer"]
    assert (problem["confirmable"], problem["retryable"]) == (True, False)

    customer.wait_for(str(customer.api("POST", f"/problems/{problem['id']}/confirm")["run"]["id"]))

    assert {customer.state(entry) for entry in entries} == {"reversed"}
    assert sum(line["quantity"] for line in customer.books.lines()) == 0
    assert customer.problems() == {}
