"""Messages of the post queue, handed to the function as the queue hands them over."""

from __future__ import annotations

from typing import Any

from tests.customers import Customer
from tests.system import SAMPLE_NIGHT, SAMPLE_RUN, LocalSystem, sample
from tests.two_sides import take_in_two_sided


def handed_over(customer: Customer, name: str) -> Any:
    return customer.system.invoke("PostRecords", sample(f"post_records/{name}", fjordlys=customer.tenant_id))


def test_what_is_ready_is_posted_and_the_run_is_done(customer: Customer) -> None:
    entry = customer.harvest.log_hours("4.0")
    customer.run()
    customer.approve(entry)
    customer.open_run(SAMPLE_RUN)

    assert handed_over(customer, "ready_records") == {"batchItemFailures": []}

    run = customer.look_at(SAMPLE_RUN)
    assert (run["state"], run["step"], run["calls"]) == ("done", "post", {"visma_net": 1})
    assert run["counts"] == {"documents": 1, "posted": 1}
    assert customer.postings()[0]["run"] == SAMPLE_RUN
    assert len(customer.books.documents()) == 1


def test_a_message_that_is_delivered_twice_posts_once(customer: Customer) -> None:
    entry = customer.harvest.log_hours("4.0")
    customer.run()
    customer.approve(entry)
    customer.open_run(SAMPLE_RUN)

    for _ in range(2):
        assert handed_over(customer, "one_month") == {"batchItemFailures": []}

    assert len(customer.books.documents()) == 1
    assert customer.look_at(SAMPLE_RUN)["counts"] == {"documents": 1, "posted": 1}


def test_a_step_for_one_month_leaves_the_other_months_alone(customer: Customer) -> None:
    october = customer.harvest.log_hours("4.0", on="2026-10-05")
    november = customer.harvest.log_hours("4.0", on="2026-11-03")
    customer.run()
    customer.approve(october, november)
    customer.open_run(SAMPLE_RUN)

    handed_over(customer, "one_month")
    assert (customer.state(october), customer.state(november)) == ("posted", "ready")

    customer.run()
    assert customer.state(november) == "posted"
    assert (len(customer.books.documents("202610")), len(customer.books.documents("202611"))) == (1, 1)


def test_the_last_step_of_a_night_keeps_the_account_of_its_month(customer: Customer) -> None:
    customer.harvest.log_approved("4.0")
    customer.run()
    customer.open_run(SAMPLE_NIGHT)

    assert handed_over(customer, "reconcile") == {"batchItemFailures": []}

    run = customer.look_at(SAMPLE_NIGHT)
    assert (run["state"], run["step"], run["counts"]) == ("done", "reconcile", {"reconciled": 1})
    assert run["calls"] == {"harvest": 1, "visma_net": 2}  # one list for each kind of document
    account = customer.api("GET", "/reconciliations/2026-10")
    assert (account["run"], account["agrees"], account["states"]["posted"]["hours"]) == (SAMPLE_NIGHT, True, "4.00")
    live = customer.reconciliation()
    assert {name: value for name, value in live.items() if name not in ("at", "run")} == {
        name: value for name, value in account.items() if name not in ("at", "run")
    }


def test_a_task_of_an_invoice_that_nobody_follows_is_answered_and_tells_nobody(system: LocalSystem) -> None:
    customer = take_in_two_sided(system)

    assert system.invoke("PostRecords", sample("post_records/trip_waits_for_sent", lumipolku=customer.tenant_id)) == {
        "batchItemFailures": []
    }

    assert (customer.severa.calls(), customer.codes()) == ({}, [])
