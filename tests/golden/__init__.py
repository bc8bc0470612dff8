"""Golden cases: what a vendor sent, what it became, what an ERP is sent. A case is a folder.

    <vendor>/<feed>--<case>/vendor.json → domain.json         a page of a feed and what is read from it
    <vendor>/<document>--<case>/domain.json → erp.json        a posting and what is sent for it

`python -m tests.golden` writes the right-hand files anew; their diff is reviewed like code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from handoff.connectors.feed import Feed, as_page
from handoff.connectors.harvest.feeds import FEEDS as HARVEST_FEEDS
from handoff.connectors.moment.feeds import OBJECTS as MOMENT_OBJECTS
from handoff.connectors.visma_net.feeds import FEEDS as VISMA_NET_FEEDS
from handoff.connectors.visma_net.formats import Json, body_of
from handoff.connectors.visma_net.from_domain import journal_transaction, project_transaction
from handoff.domain.posting import Posting, check_balance

HERE = Path(__file__).parent
FEEDS: Mapping[str, Mapping[str, Feed[Any, Any]]] = {
    "harvest": HARVEST_FEEDS,
    "moment": MOMENT_OBJECTS,
    "visma_net": VISMA_NET_FEEDS,
}
DOCUMENTS: Mapping[str, Callable[[Posting], Json]] = {
    "project_transactions": project_transaction,
    "journals": journal_transaction,
}


@dataclass(frozen=True)
class Case:
    """One case: where its outcome is kept, and what the code makes of its beginning now."""

    name: str
    kept_in: Path
    made: bytes


def every_case() -> list[Case]:
    """All cases, by name."""
    read = [_reading(path) for path in sorted(HERE.glob("*/*/vendor.json"))]
    written = [_writing(path) for path in sorted(HERE.glob("*/*/domain.json")) if not _is_read(path)]
    return read + written


def _is_read(path: Path) -> bool:
    return path.with_name("vendor.json").exists()


def _reading(path: Path) -> Case:
    vendor, folder = path.parts[-3], path.parts[-2]
    feed = FEEDS[vendor][folder.partition("--")[0]]
    page = as_page(feed, feed.decode(path.read_bytes()))
    return Case(f"{vendor}/{folder}", path.with_name("domain.json"), _pretty(msgspec.json.encode(page)))


def _writing(path: Path) -> Case:
    vendor, folder = path.parts[-3], path.parts[-2]
    posting = msgspec.json.decode(path.read_bytes(), type=Posting)
    check_balance(posting)
    sent = body_of(DOCUMENTS[folder.partition("--")[0]](posting))
    return Case(f"{vendor}/{folder}", path.with_name("erp.json"), _pretty(sent))


def _pretty(text: bytes) -> bytes:
    return msgspec.json.format(text, indent=2) + b"\n"
