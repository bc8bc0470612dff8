"""What one row of a page costs, step by step, without a wire; run by `benchmarks.fetch`."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from time import process_time

from handoff.connectors.harvest.feeds import PER_PAGE, TIME_ENTRIES, entry_of
from handoff.connectors.harvest.models import HarvestTimeEntry
from handoff.domain.gate import GatePolicy
from handoff.domain.time import body_of, content_hash
from handoff.pipeline.stage import Intake, stage

REPEATS = 31
MICROSECONDS = 1_000_000


def main() -> None:
    """Prints µs a row by step."""
    url, account, token = sys.argv[1:]
    body = _page(url, account, token)
    decode = TIME_ENTRIES.paging.decoder(HarvestTimeEntry)
    rows = decode(body, None).rows
    fetched = [entry_of(row) for row in rows]
    bodies = [body_of(row.entry) for row in fetched]
    intake = Intake("hours", GatePolicy(), datetime.now(UTC))
    known = {record.external_id: record for record in stage(fetched, {}, intake).new}
    steps: dict[str, Callable[[], object]] = {
        "decode the page, typed": lambda: decode(body, None),
        "convert to our entry": lambda: [entry_of(row) for row in rows],
        "body (canonical bytes)": lambda: [body_of(row.entry) for row in fetched],
        "content hash": lambda: [content_hash(body) for body in bodies],
        "stage one that is known (body, hash, diff)": lambda: stage(fetched, known, intake),
        "stage one that is new (body, hash, gate, record)": lambda: stage(fetched, {}, intake),
    }
    costs = {name: _cost(step) / len(rows) * MICROSECONDS for name, step in steps.items()}
    sys.stdout.write(json.dumps(costs))


def _cost(step: Callable[[], object]) -> float:
    taken = []
    for _ in range(REPEATS):
        began = process_time()
        step()
        taken.append(process_time() - began)
    return median(taken)


def _page(url: str, account: str, token: str) -> bytes:
    headers = {"Authorization": f"Bearer {token}", "Harvest-Account-Id": account, "User-Agent": "Handoff benchmarks"}
    address = f"{url}/v2/time_entries?per_page={PER_PAGE}"
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - the stand-in on loopback
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
        content: bytes = answer.read()
    return content


if __name__ == "__main__":
    main()
