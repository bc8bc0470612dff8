"""Messages of the fetch queue, handed to the function as the queue hands them over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.customers import Customer
from tests.system import SAMPLE_RUN, sample

MESSAGE = "059f36b4-87a3-44ab-83d2-661975830a7d"


def handed_over(customer: Customer, name: str) -> Any:
    return customer.system.invoke("FetchChanges", sample(f"fetch_changes/{name}", fjordlys=customer.tenant_id))


def test_the_first_step_opens_the_run_reads_the_erps_lists_and_queues_the_next(customer: Customer) -> None:
    assert handed_over(customer, "erp_lists") == {"batchItemFailures": []}

    run = customer.look_at(SAMPLE_RUN)
    assert (run["trigger"], run["calls"]["visma_net"]) == ("schedule", 6)
    assert run["counts"]["reference"] > 100
    assert customer.wait_for(SAMPLE_RUN)["state"] == "done"
    assert set(run["calls"] | customer.look_at(SAMPLE_RUN)["calls"]) == {"harvest", "visma_net"}


def test_the_time_tools_step_stages_every_entry_with_the_gates_word_on_it(customer: Customer) -> None:
    customer.open_run(SAMPLE_RUN)
    approved, waiting = customer.harvest.log_approved("3.0"), customer.harvest.log_hours("4.0")
    internal = customer.harvest.log_approved("1.0", project="P1052", task="Møter")

    assert handed_over(customer, "time_entries") == {"batchItemFailures": []}

    run = customer.wait_for(SAMPLE_RUN)
    assert (run["counts"]["fetched"], run["counts"]["new"]) == (3, 3)
    found = {record["external_id"]: record for record in customer.records()}
    assert (found[waiting]["state"], found[waiting]["reason"]) == ("held", "not_approved")
    assert (found[internal]["state"], found[internal]["reason"]) == ("excluded", "non_billable")
    assert found[approved]["approved_in_time_tool"]
    # The ERP's lists were never read in this run: nothing can be posted, and every reason is named.
    assert found[approved]["state"] == "failed"
    assert {problem["code"] for problem in found[approved]["problems"]} >= {"unknown_project", "unknown_employee"}


def test_a_step_that_is_delivered_twice_stages_everything_once(customer: Customer) -> None:
    customer.open_run(SAMPLE_RUN)
    entry = customer.harvest.log_hours("4.0")
    for _ in range(2):
        assert handed_over(customer, "time_entries") == {"batchItemFailures": []}
    customer.wait_for(SAMPLE_RUN)

    assert [(record["external_id"], record["version"]) for record in customer.records()] == [(entry, 1)]
    assert len(customer.story(entry)["versions"][0]["history"]) == 1


def test_a_message_that_is_no_step_goes_back_to_the_queue_and_is_logged_without_its_content(customer: Customer) -> None:
    customer.system.foreseen.append("ValidationError")
    began = datetime.now(UTC)

    assert handed_over(customer, "unreadable_message") == {"batchItemFailures": [{"itemIdentifier": MESSAGE}]}

    logged = "\n".join(customer.system.log_lines("fetch-changes", since=began))
    assert "step failed" in logged
    assert "fetch everything" not in logged
