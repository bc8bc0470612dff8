"""Webhooks: how long the handler takes over one, and what a burst of a thousand does to its tenant and to others."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.table import Table as Shown

from benchmarks.klitrose_system import KlitroseSystem, klitrose_system, until
from benchmarks.process import PYTHONPATH, measure, must
from benchmarks.report import Figure, Section, number, plain_table
from handoff.storage.dynamo import Table
from handoff.storage.hooks import DynamoHookStore
from handoff.storage.staged import DynamoStagedStore
from sandbox.klitrose import INTEGRATION_ID, TENANT_ID
from sandbox.local.system import Seeded
from sandbox.seed import KLITROSE, take_in

REQUESTS = 2_000
BURST, OBJECTS, SENDERS = 1_000, 50, 8
FIRST_NUMBER = 20_001
OTHER = "klitrose-two"
AT_ONCE = 0.2
"""Seconds into the burst at which the other tenant's webhook is sent."""


def run(*, entries: int, runs: int) -> Section:
    """All figures; `entries` and `runs` are of other benchmarks."""
    handler = _handler()
    with klitrose_system() as klitrose:
        burst = _burst(klitrose)
    return Section(
        "6  Webhooks",
        f"The handler: {number(REQUESTS)} requests of each case, one after the other, in a process of its own against "
        "tables and queues of the local AWS, from the event to the answer; kept events and queued hints are counted "
        f"afterwards. The burst: {number(BURST)} changes of {OBJECTS} customers in Moment, then their webhooks from "
        f"{SENDERS} senders at once to the deployed function. None may be lost, each must lead to one reading, and "
        "e-conomic must have every customer as it was changed last.",
        figures=[*burst],
        tables=[_handler_table(handler)],
        notes=[
            "The local AWS works a FIFO queue one message at a time, in all groups together: another tenant's webhook "
            "waits behind the burst there. AWS works groups in parallel, and every tenant's hints are a group of their "
            "own; that is not measured here.",
        ],
    )


def _handler() -> Mapping[str, Any]:
    with TemporaryDirectory(prefix="handoff-bench-") as name:
        command = [sys.executable, "-m", "benchmarks.children.webhooks", str(REQUESTS), name]
        used = measure(command, folder=Path(name), marker=b"{", settings=PYTHONPATH).succeeded()
        told: Mapping[str, Any] = json.loads(used.output.read_bytes().splitlines()[-1])
    must(told["good"]["statuses"] == {"202": REQUESTS}, f"good webhooks were answered {told['good']['statuses']}")
    must(told["forged"]["statuses"] == {"404": REQUESTS}, f"forged ones {told['forged']['statuses']}")
    must(told["too large"]["statuses"] == {"413": REQUESTS}, f"too large ones {told['too large']['statuses']}")
    must(told["unreadable"]["statuses"] == {"202": REQUESTS}, f"unreadable ones {told['unreadable']['statuses']}")
    must(told["kept"] == 2 * REQUESTS, f"{told['kept']} events were kept")
    must(told["queued"] == REQUESTS, f"{told['queued']} hints were queued")
    return told


def _handler_table(told: Mapping[str, Any]) -> Shown:
    table = plain_table("the handler, a request", "p50 ms", "p99 ms", "CPU ms")
    for name in ("good", "forged", "too large", "unreadable"):
        case = told[name]
        milliseconds = sorted(one * 1000 for one in case["seconds"])
        shown = (_percentile(milliseconds, 50), _percentile(milliseconds, 99), case["cpu_seconds"] * 1000 / REQUESTS)
        table.add_row(name, *(number(value, 1) for value in shown))
    return table


def _percentile(ordered: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent are not above."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


# ---- a burst -----------------------------------------------------------------------------------------------------


def _burst(klitrose: KlitroseSystem) -> Sequence[Figure]:
    """A thousand webhooks at once; raises Wrong unless none was lost and every customer is as it was changed last."""
    other = take_in(klitrose.system.running, replace(KLITROSE, tenant_id=OTHER), scheduled=False)
    rows = _customers(klitrose)
    alone = _others(klitrose, other, "10001")
    klitrose.moment.ask("DELETE", "/_sandbox/webhooks", {})  # the senders below are the only ones
    hints = _changes(rows)
    klitrose.moment.forget_calls()
    began = time.monotonic()
    with ThreadPoolExecutor(SENDERS + 1) as pool:
        waiting = pool.submit(_others, klitrose, other, "10002", AT_ONCE)
        statuses = list(pool.map(lambda hint: _send(klitrose, hint), hints))
        taken_in = time.monotonic() - began
        during = waiting.result()
    klitrose.rest()
    worked_off = time.monotonic() - began
    must(set(statuses) == {202}, f"the answers were {sorted(set(statuses))}")
    _check(klitrose, rows, len(hints))
    return (
        Figure(f"{number(BURST)} webhooks of one tenant: all answered", [taken_in], "s", 1),
        Figure("the same: all worked off", [worked_off], "s", 1),
        Figure("another tenant's webhook alone: until its customer is there", [alone], "s", 2),
        Figure("the same while the burst is worked off (see below)", [during], "s", 1),
    )


def _customers(klitrose: KlitroseSystem) -> Sequence[dict[str, Any]]:
    """New customers that are in e-conomic already."""
    numbers = [str(FIRST_NUMBER + place) for place in range(OBJECTS)]
    rows = [
        klitrose.moment.add("customers", name=f"Strandgård {name} ApS", customerNumber=name, countryCode="DK")
        for name in numbers
    ]
    klitrose.rest()
    return rows


def _changes(rows: Sequence[dict[str, Any]]) -> Sequence[bytes]:
    """The bodies of all webhooks, one customer after the other and round again; `city` is for the sender."""
    hints = []
    for count in range(BURST):
        row = rows[count % OBJECTS]
        row["city"] = f"By {count // OBJECTS + 1}"
        hints.append(json.dumps({"event": "CHANGED", "customer": {"id": row["id"]}, "city": row["city"]}).encode())
    return hints


def _send(klitrose: KlitroseSystem, hint: bytes) -> int:
    """Changes the customer in Moment, as the person does whose click the webhook tells of, and sends the webhook."""
    told = json.loads(hint)
    database = klitrose.moment_inside.vendor.company.database
    database.change("customers", told["customer"]["id"], {"city": told["city"]})
    answer = klitrose.http.post(
        klitrose.address("moment.customers"), content=hint, headers={"Content-Type": "application/json"}
    )
    return answer.status_code


def _others(klitrose: KlitroseSystem, other: Seeded, customer_number: str, after: float = 0.0) -> float:
    """The seconds from another tenant's webhook until its customer is linked."""
    time.sleep(after)
    running = klitrose.system.running
    table = Table(running.aws.dynamodb, running.outputs["TableName"])
    staged = DynamoStagedStore(table, OTHER, INTEGRATION_ID, lambda: datetime.now(UTC))
    row = klitrose.moment.row("customers", customerNumber=customer_number)
    url = klitrose.system.endpoints.api.base_url + other.hooks["moment.customers"]
    began = time.monotonic()
    status = klitrose.http.post(url, json={"event": "CHANGED", "customer": {"id": row["id"]}}).status_code
    must(status == 202, f"the other tenant's webhook was answered {status}")

    def there() -> bool | None:
        record = staged.get("customers", str(row["id"]))
        return True if record is not None and record.state == "posted" else None

    until(there, "the other tenant's customer")
    return time.monotonic() - began


def _check(klitrose: KlitroseSystem, rows: Sequence[Mapping[str, Any]], sent: int) -> None:
    running = klitrose.system.running
    store = DynamoHookStore(Table(running.aws.dynamodb, running.outputs["TableName"]), TENANT_ID)
    kept = sum(1 for event in store.events(INTEGRATION_ID) if b'"city"' in event.body)
    must(kept == sent, f"{kept} of {sent} events were kept")
    must(klitrose.queued("PostDeadLettersUrl") == 0, "a hint was given up")
    reads = klitrose.moment.calls()["GET /api/1.0/companies/{company}/customers/{id}"]
    must(reads == sent + 1, f"{reads} readings for {sent} webhooks, and one of the other tenant's")
    there = {row["customerNumber"]: row.get("city") for row in klitrose.books.customers()}
    moment = {row["id"]: row["city"] for row in klitrose.moment.rows("customers")}
    wrong = [row["id"] for row in rows if there[int(row["customerNumber"])] != moment[row["id"]]]
    must(not wrong, f"{len(wrong)} customers are not as they were changed last")
