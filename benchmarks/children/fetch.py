"""Reads all entries through the Harvest connector and stages them; run and measured by `benchmarks.fetch`.

    new     nothing is known: every new record goes to stdout as `hash HASH BODY`
    write   the same, and FILE gets the records, page by page
    known   the records in FILE are known

Its last line is `DONE` with a JSON object: counts, calls, and the CPU seconds of its parts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import BinaryIO

import msgspec

from handoff.connectors.registry import open_time_tool
from handoff.connectors.vendor import Surroundings, TimeTool
from handoff.domain.gate import GatePolicy
from handoff.domain.grants import Grant, Secret, StoredGrant
from handoff.domain.staged import StagedRecord
from handoff.domain.tenancy import Connection
from handoff.pipeline.stage import Intake, Staged, stage
from handoff.ports import FeedPage
from handoff.settings import PlatformSettings

SIZE_BYTES = 8
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[StagedRecord])


class OneGrant:
    """A personal token, which needs no renewing."""

    def __init__(self, account: str, token: str) -> None:
        self._stored = StoredGrant(Grant("harvest", account, access_token=Secret(token)), 1)

    def load(self) -> StoredGrant:
        """The grant."""
        return self._stored

    def save(self, grant: Grant, revision: int) -> int:
        """Keeps it for this process."""
        self._stored = StoredGrant(grant, revision + 1)
        return revision + 1


def open_harvest(url: str, account: str, token: str) -> TimeTool:
    """The account at the stand-in, opened as the functions open it."""
    addresses = json.dumps({"harvest": {"base_url": url, "token_url": f"{url}/api/v2/oauth2/token"}})
    settings = PlatformSettings.from_environment({"TABLE_NAME": "none", "VENDOR_SETTINGS": addresses})
    around = Surroundings(settings, OneGrant(account, token), _now)
    return open_time_tool(Connection("harvest", "harvest", account, "Harvest"), around)


def pages(tool: TimeTool) -> Iterator[FeedPage]:
    """Every page of entries."""
    mark: str | None = None
    while True:
        page = tool.read("entries", since=None, page=mark)
        yield page
        mark = page.next_page
        if mark is None:
            return


class Walk:
    """One reading of all entries; `aside` is CPU spent on what only the benchmark needs."""

    def __init__(self, mode: str, kept: BinaryIO | None) -> None:
        self._mode = mode
        self._kept = kept
        self.new = self.unchanged = self.other = 0
        self.aside = 0.0

    def take(self, page: FeedPage) -> None:
        """Stages a page and hands on what is new."""
        known = self._known()
        staged = stage(page.entries, known, Intake("hours", GatePolicy(), _now()))
        if not (self.new or self.unchanged):
            _say(b"FIRST\n")
        self.new += len(staged.new)
        self.unchanged += staged.unchanged
        self.other += len(staged.changed) + len(staged.moved) + len(staged.deferred) + len(page.broken)
        sys.stdout.buffer.writelines(b"hash %s %s\n" % (r.hash.encode(), r.body) for r in staged.new)
        self._keep(staged)

    def _known(self) -> Mapping[str, StagedRecord]:
        if self._mode != "known" or self._kept is None:
            return {}
        began = process_time()
        size = int.from_bytes(self._kept.read(SIZE_BYTES))
        known = {record.external_id: record for record in _DECODER.decode(self._kept.read(size))}
        self.aside += process_time() - began
        return known

    def _keep(self, staged: Staged) -> None:
        if self._mode == "write" and self._kept is not None:
            packed = _ENCODER.encode(staged.new)
            self._kept.write(len(packed).to_bytes(SIZE_BYTES))
            self._kept.write(packed)


def main() -> None:
    """Reads, stages, and tells what it took."""
    url, account, token, mode, file = sys.argv[1:]
    tool = open_harvest(url, account, token)
    began = process_time()
    with ExitStack() as opened:
        kept = opened.enter_context(Path(file).open("wb" if mode == "write" else "rb")) if mode != "new" else None
        walk = Walk(mode, kept)
        for page in pages(tool):
            walk.take(page)
    work = process_time() - began - walk.aside
    told = {
        "new": walk.new, "unchanged": walk.unchanged, "other": walk.other, "calls": tool.calls,
        "work": work, "aside": walk.aside,
    }  # fmt: skip
    _say(b"DONE " + json.dumps(told).encode() + b"\n")


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
