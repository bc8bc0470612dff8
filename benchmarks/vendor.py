"""The Harvest stand-in in a process of its own, warmed up, and what a reader of it must find.

The entries are read here once with nothing of ours but the domain's own type: whoever reads them afterwards
is held against that.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import httpx

from benchmarks.process import PYTHONPATH, ROOT, Wrong, must
from handoff.domain.time import TimeEntry
from sandbox.harvest import CREDENTIALS

ENTRIES = 20_000
PER_PAGE = 2_000
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
HEADERS = {
    "Authorization": f"Bearer {CREDENTIALS.personal_token}",
    "Harvest-Account-Id": str(CREDENTIALS.account_id),
    "User-Agent": "Handoff benchmarks (support@handoff.example)",
}


class HarvestProcess:
    """A running stand-in without a rate limit; `url` has no slash at the end."""

    def __init__(self, entries: int) -> None:
        command = [sys.executable, "-m", "sandbox.harvest", "--port", "0", "--entries", str(entries), "--limit", "0"]
        self._process = subprocess.Popen(  # noqa: S603 - our stand-in
            command,
            cwd=ROOT,
            env={**os.environ, **PYTHONPATH},
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        said = self._process.stdout.readline() if self._process.stdout else ""
        found = ADDRESS.search(said)
        if found is None:
            raise Wrong(f"the Harvest stand-in did not start: {said.strip() or 'it said nothing'}")
        self.url = found[0]
        self._http = httpx.Client(base_url=self.url, headers=HEADERS, timeout=60, trust_env=False)

    def __enter__(self) -> HarvestProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._process.terminate()
        self._process.wait()

    def pages(self) -> Iterator[bytes]:
        """The body of every page of entries."""
        address: str | None = f"/v2/time_entries?per_page={PER_PAGE}"
        while address is not None:
            body = self._http.get(address).raise_for_status().content
            yield body
            address = json.loads(body)["links"]["next"]

    def delete(self, external_id: str) -> None:
        """Somebody deletes an entry at Harvest."""
        self._http.delete(f"/v2/time_entries/{external_id}").raise_for_status()

    def control(self, method: str, what: str, body: object = None) -> Mapping[str, Any]:
        """A control call that no vendor has, such as `POST faults`."""
        content = b"" if body is None else json.dumps(body).encode()
        answer = self._http.request(method, f"/_sandbox/{what}", content=content).raise_for_status().json()
        must(isinstance(answer, dict), f"{what} answered with something else than an object")
        return dict(answer)

    def calls(self) -> int:
        """Calls to the list of entries since the counters were cleared."""
        return int(self.control("GET", "calls")["calls"].get("GET /v2/time_entries", 0))


@dataclass(frozen=True, slots=True)
class Known:
    """What is at the vendor: every entry by id, as a plain reading of the documented fields has it."""

    entries: Mapping[str, TimeEntry]
    removable: tuple[str, ...]
    bytes_a_row: int

    @property
    def still(self) -> Mapping[str, TimeEntry]:
        """All but running timers, whose hours grow while they are looked at."""
        return {name: entry for name, entry in self.entries.items() if not entry.running}


def read_all(harvest: HarvestProcess) -> Known:
    """Reads all pages, which also warms the stand-in up: it keeps the rows it has written."""
    entries: dict[str, TimeEntry] = {}
    removable: list[str] = []
    size = 0
    for body in harvest.pages():
        size += len(body)
        for row in json.loads(body, parse_float=Decimal)["time_entries"]:
            entry = _entry(row)
            entries[entry.external_id] = entry
            if not (row["is_locked"] or entry.running):
                removable.append(entry.external_id)
    return Known(entries, tuple(removable), size // max(1, len(entries)))


def _entry(row: Mapping[str, Any]) -> TimeEntry:
    rate = row["billable_rate"] if row["billable"] else None
    return TimeEntry(
        external_id=str(row["id"]),
        spent_on=date.fromisoformat(row["spent_date"]),
        hours=_plain(row["rounded_hours"]),
        person_id=str(row["user"]["id"]),
        client_id=str(row["client"]["id"]),
        project_id=str(row["project"]["id"]),
        task_id=str(row["task"]["id"]),
        billable=row["billable"],
        rate=None if rate is None else _plain(rate),
        notes=row["notes"] or "",
        running=row["is_running"],
    )


def _plain(value: Decimal) -> Decimal:
    """The number without zeros at its end: 8.0 is 8 and 80 is 80."""
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
