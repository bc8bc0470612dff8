"""A time entry: the content that decides what is posted, and nothing that changes by itself.

Content is what an approval binds to. Names of clients and people, lock flags and the time tool's own
time stamps are left out: a client renamed at the vendor must not void a thousand approvals.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b

import msgspec

HASH_BYTES = 12
"""96 bits: with ten million versions a tenant, the chance of two alike is below 1 in 10^14."""

BODY_BYTES_MAX = 300_000
"""A larger content is refused: an item of DynamoDB has 400 KB, and its history has to fit beside it."""

# A struct, not a dataclass: every entry of every page is made into one, and msgspec makes, encodes
# and decodes them several times faster (measured in benchmarks/).


class TimeEntry(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One person's work on one task of one project on one day.

    `hours` are the hours after the time tool's own rounding, in decimal hours; `rate` is the time
    tool's billing rate per hour in `currency`, or in the client's where that is empty; None where it has none.
    """

    external_id: str
    spent_on: date
    hours: Decimal
    person_id: str
    client_id: str
    project_id: str
    task_id: str
    billable: bool
    rate: Decimal | None
    notes: str
    running: bool
    currency: str = ""


class FetchedEntry(msgspec.Struct, frozen=True, gc=False):
    """An entry as a page brought it, with what is said about it beside its content."""

    entry: TimeEntry
    approved: bool
    changed_at: datetime


_ENCODER = msgspec.json.Encoder(decimal_format="string")
_DECODER = msgspec.json.Decoder(TimeEntry)


def body_of(entry: TimeEntry) -> bytes:
    """The entry's canonical bytes: what is stored, and what the hash is taken of."""
    return _ENCODER.encode(entry)


def entry_from(body: bytes) -> TimeEntry:
    """The entry that `body_of` wrote."""
    return _DECODER.decode(body)


def is_too_large(entry: TimeEntry) -> bool:
    """Whether the entry has more content than can be kept."""
    # Whatever else it says fits many times over, so nothing is encoded for an entry without a novel in its notes.
    return len(entry.notes) > BODY_BYTES_MAX // 20 and len(body_of(entry)) > BODY_BYTES_MAX


def content_hash(body: bytes) -> str:
    """The content hash of a record, in hex: an approval's yes is to this and nothing else."""
    return blake2b(body, digest_size=HASH_BYTES).hexdigest()
