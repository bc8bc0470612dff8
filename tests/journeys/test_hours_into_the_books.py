"""Hours on their way from Harvest into Visma.net ERP's books, step by step, as the people at both ends see it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.customers import Customer, Refused, months_counted
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


def test_H3_2_a_second_pass_posts_nothing_and_makes_one_call_per_feed_and_one_per_month_it_counts(
    customer: Customer,
) -> None:
    customer.harvest.log_approved("5.0")
    customer.harvest.log_hours("1.0")
    customer.run()
    for vendor in (customer.harvest, customer.books):
        vendor.forget_calls()

    run = customer.run()

    counted = len(months_counted())
    assert customer.harvest.calls()["GET /v2/time_entries"] == 1 + counted
    assert run["calls"] == {"harvest": FEEDS["harvest"] + counted, "visma_net": FEEDS["visma_net"]}
    assert sum(customer.harvest.calls().values()) == FEEDS["harvest"] + counted
    assert sum(customer.books.calls().values()) == FEEDS["visma_net"]
    assert set(customer.books.calls().values()) == {1}
    assert "posted" not in run["counts"]
    assert len(customer.books.documents()) == 1
