"""A night: everything that is open is reconciled, the account is kept, and what differs is told."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from handoff.storage.schedule import Schedule
from sandbox.fjordlys import INTEGRATION_ID
from tests.customers import FINISHED, Customer, take_in
from tests.invoicers import Invoicer, take_in_invoicer
from tests.polling import until
from tests.system import Json, LocalSystem, sample

MONTH = "2026-10"


@pytest.fixture
def nightly(system: LocalSystem) -> Iterator[Customer]:
    """A customer on the schedule, for as long as the test takes, whose books are open up to this month."""
    customer = take_in(system, scheduled=True)
    yield customer
    Schedule(system.table).remove(customer.tenant_id, INTEGRATION_ID)


def a_night(customer: Customer) -> Json:
    """The run that the nightly schedule set going, once it is finished."""
    customer.system.invoke("DispatchSyncs", sample("dispatch_syncs/nightly"))

    def finished() -> list[Json]:
        runs = [customer.look_at(run_id) for run_id in customer.runs() if run_id.endswith("-nightly")]
        return [run for run in runs if run["state"] in FINISHED]

    (run,) = until(finished, bool, what="the nightly run")
    return run


def metric_values(system: LocalSystem, name: str, since: datetime) -> list[float]:
    """What the post step wrote of a metric."""
    lines = (line[line.find("{") :] for line in system.log_lines("post-records", since=since) if f'"{name}":' in line)
    return [value for line in lines for value in json.loads(line)[name]]


def test_a_quiet_night_keeps_an_account_of_every_open_month_that_agrees(nightly: Customer) -> None:
    nightly.harvest.log_approved("7.5")
    nightly.harvest.log_hours("2.0")

    run = a_night(nightly)

    assert (run["state"], run["step"], run["trigger"]) == ("done", "reconcile", "nightly")
    assert (run["counts"]["posted"], "differences" in run["counts"]) == (1, False)
    kept = nightly.api("GET", "/reconciliations")["reconciliations"]
    assert len(kept) == run["counts"]["reconciled"] > 1
    assert {line["agrees"] for line in kept} == {True}
    assert {line["run"] for line in kept} == {run["id"]}
    account = nightly.api("GET", f"/reconciliations/{MONTH}")
    assert {part["unit"]: (part["time_tool"], part["difference"]) for part in account["proof"]} == {
        "h": ("9.50", "0.00"),
        "NOK": ("15200.00", "0.00"),
    }


def test_a_document_that_somebody_edits_in_the_erp_is_found_in_the_night(nightly: Customer) -> None:
    system = nightly.system
    entry = nightly.harvest.log_approved("7.5")
    nightly.run()
    (posting,) = nightly.postings()
    system.visma_net.vendor.company.project_transactions.get(posting["receipt"]["number"]).lines.pop()  # type: ignore[union-attr]  # it is there
    began = datetime.now(UTC) - timedelta(seconds=1)

    run = a_night(nightly)

    assert (run["state"], run["counts"]["differences"]) == ("done", 1)
    (line,) = [line for line in nightly.api("GET", "/reconciliations")["reconciliations"] if not line["agrees"]]
    assert (line["period"], line["differences"], line["run"]) == (MONTH, 1, run["id"])
    (found,) = nightly.api("GET", f"/reconciliations/{MONTH}")["differences"]
    subject = f"{posting['receipt']['number']} / {entry}"
    assert (found["code"], found["subject"]) == ("line_differs", subject)
    table = nightly.request("GET", f"/api/integrations/{INTEGRATION_ID}/reconciliations/{MONTH}.csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["subject"] for row in rows if row["section"] == "difference"] == [subject]
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert sum(metric_values(system, "ReconciliationDifferences", began)) == 1
    (told,) = [one for one in system.log_lines("post-records", since=began) if "reconciliation differs" in one]
    assert (nightly.tenant_id in told, subject in told) == (True, True)


# ---- live integrations ---------------------------------------------------------------------------


@pytest.fixture
def invoicing(system: LocalSystem) -> Iterator[Invoicer]:
    """A customer on the schedule that sends invoices."""
    invoicer = take_in_invoicer(system, scheduled=True)
    yield invoicer
    Schedule(system.table).remove(invoicer.tenant_id, invoicer.integration_id)


def test_a_night_of_invoices_ends_with_accounts_that_agree(invoicing: Invoicer) -> None:
    """M1.1, M1.2, M4.1: both systems are asked where every invoice and cost is."""
    invoice = invoicing.finalize("1")

    run = a_night(invoicing)

    assert (run["state"], run["step"], "differences" in run["counts"]) == ("done", "reconcile", False)
    kept = invoicing.api("GET", "/reconciliations")["reconciliations"]
    assert {line["flow"] for line in kept} == {"invoices", "expenses"}
    assert {(line["agrees"], line["run"]) for line in kept} == {(True, run["id"])}
    month = invoice["invoiceDate"][:7]
    account = invoicing.api("GET", f"/reconciliation?period={month}&flow=invoices")
    assert (account["agrees"], account["states"]["posted"]["records"] > 0) == (True, True)
    assert {part["ledger_documents"] - part["documents"] for part in account["books"]} == {0}
