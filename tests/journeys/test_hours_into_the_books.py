"""Hours on their way from Harvest into Visma.net ERP's books, step by step, as the people at both ends see it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.customers import Customer, Refused
from tests.people import entries_in, keys_in

FEEDS = {"harvest": 5, "visma_net": 6}


def test_H1_1_H2_1_H5_2_hours_wait_for_a_manager_and_then_stand_in_the_books(customer: Customer) -> None:
    entry = customer.harvest.log_hours("7.5", project="P1005", task="Utvikling", on="2026-10-05")
    customer.run()
    assert customer.record(entry)["sentence"]
    assert (customer.state(entry), customer.books.documents()) == ("held", [])

    customer.approve(entry)
    assert (customer.state(entry), customer.books.documents()) == ("ready", [])

    assert customer.run()["counts"]["posted"] == 1
    (document,) = customer.books.documents()
    (posting,) = customer.postings()
    assert keys_in([document]) == [posting["key"]]
    assert posting["receipt"]["number"] == document["refNbr"]
    oslo, bergen = document["lines"]
    for line, cost_centre, hours, amount in ((oslo, "10", "4.50", "7200.00"), (bergen, "20", "3.00", "4800.00")):
        assert (line["project"]["id"], line["projectTask"]["id"]) == ("P1005", "01")
        assert (line["employee"]["employeeNumber"], line["inventoryId"]["number"]) == ("136", "TIMER")
        assert (line["quantity"], line["billableQuantity"]) == (Decimal(hours), Decimal(hours))
        assert (line["unitRate"], line["amount"]) == (Decimal(1600), Decimal(amount))
        assert (line["debitAccount"]["number"], line["creditAccount"]["number"]) == ("1530", "3010")
        assert (line["debitSubaccount"]["id"], line["creditSubaccount"]["id"]) == (cost_centre, cost_centre)
        assert (line["date"], line["financialPeriod"]) == ("2026-10-05T00:00:00", "202610")
    assert entries_in(document["lines"]) == [entry, entry]


def test_a_posted_record_can_tell_its_whole_story(customer: Customer) -> None:
    entry = customer.harvest.log_hours("2.0", project="P1005", task="Utvikling")
    customer.run()
    customer.approve(entry)
    customer.run()

    story = customer.story(entry)

    (version,) = story["versions"]
    assert [move["to"] for move in version["history"]] == ["held", "ready", "posting", "posted"]
    assert [(word["by"], word["note"], word["counts"]) for word in version["approvals"]] == [
        ("Solveig Prøvestad", "Gått gjennom", True)
    ]
    (posting,) = story["postings"]
    assert (posting["hours"], posting["amount"], posting["state"]) == ("2.00", "3200.00", "settled")
    assert (story["why"]["account"]["rule"], story["why"]["account"]["value"]) == ("development", "3010")
    lost = {other["rule"]: other["why"] for other in story["why"]["account"]["alternatives"]}
    assert "default" in lost
    assert all(lost.values())
    assert story["why"]["split"]["rule"] == "default: both offices"


def test_H5_1_only_what_is_approved_in_harvest_is_posted(customer: Customer) -> None:
    approved = customer.harvest.log_approved("3.0")
    waiting = customer.harvest.log_hours("4.0")

    run = customer.run()

    assert {customer.state(approved), customer.state(waiting)} == {"posted", "held"}
    assert set(entries_in(customer.books.lines())) == {approved}
    assert run["counts"]["held"] == 1


def test_H5_3_a_running_timer_reaches_the_books_only_when_it_was_stopped_and_approved(customer: Customer) -> None:
    entry = customer.harvest.start_timer()
    customer.run()
    customer.approve(entry)
    assert customer.record(entry)["reason"] == "timer_running"
    customer.run()
    assert customer.state(entry) == "held"

    customer.harvest.edit(entry, hours=Decimal("1.5"))
    customer.harvest.stop_timer(entry)
    customer.run()
    assert (customer.state(entry), customer.record(entry)["reason"]) == ("held", "not_approved")

    customer.approve(entry)
    customer.run()
    assert sum(line["quantity"] for line in customer.books.lines()) == Decimal("1.50")


def test_an_edit_after_posting_is_a_problem_and_nothing_is_posted_twice(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    customer.approve(entry)
    customer.run()
    before = customer.books.documents()

    customer.harvest.edit(entry, hours=Decimal("6.0"))
    customer.run()
    customer.run()

    assert customer.books.documents() == before
    problem = customer.problems()["changed_after_posting"]
    assert (problem["external_ids"], problem["retryable"]) == ([entry], False)
    assert "Correct the document in the ERP by hand" in problem["cure"]
    with pytest.raises(Refused) as refusal:
        customer.retry(problem)
    assert (refusal.value.status, refusal.value.error["code"]) == (409, "not_retryable")
    differences = customer.reconciliation()["differences"]
    assert [(found["code"], found["subject"]) for found in differences] == [("changed_after_posting", entry)]


def test_nobodys_word_brings_an_entry_that_was_edited_after_posting_into_the_books_again(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    customer.approve(entry)
    customer.run()
    customer.harvest.edit(entry, hours=Decimal("6.0"))
    customer.run()

    for decision in ("reject", "approve"):
        with pytest.raises(Refused) as refusal:
            customer.decide(decision, entry)
        assert (refusal.value.status, refusal.value.error["code"]) == (409, "already_posted")
    for said_in_harvest in (customer.harvest.approve, customer.harvest.withdraw, customer.harvest.approve):
        said_in_harvest(entry)
        customer.run()
    customer.change_settings(excluded_projects=[str(customer.harvest.entry(entry)["project"]["id"])])
    customer.run()
    customer.change_settings(excluded_projects=[])
    customer.run()

    assert customer.state(entry) == "failed"
    assert list(customer.problems()) == ["changed_after_posting"]
    assert len(customer.books.documents()) == 1


def test_an_entry_of_which_half_is_in_the_books_is_not_posted_again_after_an_edit(customer: Customer) -> None:
    customer.change_settings(post_as=["project_transactions", "journal"])
    customer.books.fails("POST /v2/journaltransaction", "status", status=400, body={"message": "Ledger is locked."})
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    customer.approve(entry)
    customer.run()
    assert "Ledger is locked." in customer.problems()["refused_by_erp"]["message"]

    customer.harvest.edit(entry, hours=Decimal("6.0"))
    customer.run()
    customer.harvest.approve(entry)
    customer.run()
    assert (len(customer.books.documents()), customer.books.journals()) == (1, [])
    assert list(customer.problems()) == ["changed_after_posting"]

    customer.harvest.withdraw(entry)
    customer.harvest.edit(entry, hours=Decimal("5.0"))
    customer.run()
    assert list(customer.problems()) == ["refused_by_erp"]
    assert customer.retry(customer.problems()["refused_by_erp"])["state"] == "done"
    assert (customer.state(entry), customer.problems()) == ("posted", {})
    assert (len(customer.books.documents()), len(customer.books.journals())) == (1, 1)
    assert customer.reconciliation()["agrees"]


def test_an_edit_after_posting_that_is_taken_back_leaves_nothing_over(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0", notes="Måltall")
    customer.run()
    customer.approve(entry)
    customer.run()
    posting_key = customer.record(entry)["posting_key"]

    customer.harvest.edit(entry, notes="Måltall, rettet")
    customer.run()
    assert customer.state(entry) == "failed"
    customer.harvest.edit(entry, notes="Måltall")
    customer.run()

    record = customer.record(entry)
    assert (record["state"], record["version"], record["posting_key"]) == ("posted", 3, posting_key)
    assert customer.problems() == {}
    assert len(customer.books.documents()) == 1
    account = customer.reconciliation()
    assert (account["agrees"], account["differences"]) == (True, [])
    assert account["states"]["posted"]["hours"] == "5.00"


def test_an_edit_after_approval_voids_it(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    customer.approve(entry)

    customer.harvest.edit(entry, hours=Decimal("8.0"))
    run = customer.run()

    assert (customer.state(entry), customer.books.documents()) == ("held", [])
    assert (run["counts"]["changed"], run["counts"]["held"]) == (1, 1)
    first, second = customer.story(entry)["versions"]
    (word,) = first["approvals"]
    assert (word["counts"], second["approvals"]) == (False, [])
    assert "another content" in word["why_not"]


def test_an_approval_of_what_the_record_was_before_an_edit_is_refused(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    seen = customer.record(entry)["hash"]
    customer.harvest.edit(entry, hours=Decimal("8.0"))
    customer.run()

    with pytest.raises(Refused) as refusal:
        customer.decide("approve", entry, hash=seen)

    assert refusal.value.status == 409
    error = refusal.value.error
    assert (error["code"], error["field"]) == ("hash_mismatch", "body.records[0].hash")
    assert error["cure"]
    customer.run()
    assert (customer.state(entry), customer.books.documents()) == ("held", [])


def test_what_was_rejected_stays_out_until_somebody_approves_it(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    customer.reject(entry)
    customer.run()
    record = customer.record(entry)
    assert (record["state"], record["reason"]) == ("excluded", "rejected")

    customer.harvest.approve(entry)
    customer.run()
    assert customer.state(entry) == "excluded", "the person's no stands above the time tool's yes"
    assert customer.books.documents() == []

    customer.approve(entry)
    customer.run()
    assert customer.state(entry) == "posted"


def test_H3_2_a_second_pass_posts_nothing_and_makes_one_call_per_feed(customer: Customer) -> None:
    customer.harvest.log_approved("5.0")
    customer.harvest.log_hours("1.0")
    customer.run()
    for vendor in (customer.harvest, customer.books):
        vendor.forget_calls()

    run = customer.run()

    assert run["calls"] == FEEDS
    assert sum(customer.harvest.calls().values()) == FEEDS["harvest"]
    assert sum(customer.books.calls().values()) == FEEDS["visma_net"]
    assert set(customer.harvest.calls().values()) | set(customer.books.calls().values()) == {1}
    assert "posted" not in run["counts"]
    assert len(customer.books.documents()) == 1
