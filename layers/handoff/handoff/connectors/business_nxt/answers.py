"""What Business NXT answers: HTTP 200 whatever became of a request, with data, with errors, or with both.

Source: Business NXT, Errors: an error has a message, a path and `extensions` with a code or `status_name`; data of
other fields may stand beside it. Seen: OUTSTANDING_LIMIT_EXCEEDED. A request that is refused before anything was done
has no data, and errors without a path (GraphQL, request errors).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from handoff.connectors.business_nxt.assumed import BUSY_SECONDS, TIMEOUT_WORDS
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.feed import UNREADABLE
from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Unreachable,
)

COMPANY = "useCompany"
TOO_MANY_AT_ONCE = "OUTSTANDING_LIMIT_EXCEEDED"
ROWS = "rows"
"""What a document of one table calls its field."""
ACCESS_CURE = (
    "In Business NXT, let a supervisor add the client id as a user that is a connected application, and give it the "
    "company in Connect application access, with an access group that may read and write."
)


class Page(msgspec.Struct, frozen=True, rename="camel"):
    """Where a list goes on."""

    has_next_page: bool = False


class Table(msgspec.Struct, frozen=True, rename="camel"):
    """What a table's field answers: rows, and how many a write touched."""

    items: list[msgspec.Raw] | None = None
    page_info: Page | None = None
    affected_rows: int | None = None

    @property
    def rows(self) -> Sequence[msgspec.Raw]:
        """Its rows."""
        return self.items or ()

    @property
    def has_more(self) -> bool:
        """Whether further rows follow."""
        return self.page_info is not None and self.page_info.has_next_page


class _Extensions(msgspec.Struct):
    code: Any = None
    status_name: Any = None


class _Error(msgspec.Struct):
    message: str = ""
    path: list[str | int] | None = None
    extensions: _Extensions | None = None


class _Body(msgspec.Struct):
    data: dict[str, msgspec.Raw] | None = None
    errors: list[_Error] | None = None


_BODY = msgspec.json.Decoder(_Body)
_BATCH = msgspec.json.Decoder(list[_Body])
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw] | None)
_TABLE = msgspec.json.Decoder(Table | None)


@dataclass(frozen=True, slots=True)
class Fault:
    """One error of an answer; `path` begins at the document's first field."""

    message: str
    code: str
    path: tuple[str | int, ...]

    @property
    def is_timeout(self) -> bool:
        """Whether it took too long: what was asked for may have been done."""
        said = f"{self.code} {self.message}".casefold()
        return any(word in said for word in TIMEOUT_WORDS)

    @property
    def place(self) -> int | None:
        """The place among the values of a write that it is about, None where it names none."""
        return next((part for part in self.path[2:] if isinstance(part, int)), None)

    @property
    def column(self) -> str | None:
        """The column that it is about, None where it names none."""
        last = self.path[-1] if len(self.path) > 3 else None  # noqa: PLR2004 - company, field, values, place
        return last if isinstance(last, str) else None


@dataclass(frozen=True, slots=True)
class Answer:
    """One operation's answer: what the fields of the company answered, and what went wrong beside it."""

    fields: Mapping[str, Table | None] | None
    outside: Mapping[str, msgspec.Raw]
    faults: Sequence[Fault]

    def about(self, name: str) -> Sequence[Fault]:
        """What went wrong in a field of the company, or with the request as a whole."""
        return [one for one in self.faults if not one.path[1:] or one.path[1] == name]

    def table(self, name: str, what: str) -> Table:
        """What a field that was read answers; raises where it failed. Faults of single rows stay with the rows."""
        found = (self.fields or {}).get(name)
        whole = [one for one in self.about(name) if found is None or one.place is None]
        if whole:
            raise _unread(whole[0], what)
        if found is None:
            raise BrokenContract(f"{TITLE} {what} gave neither rows nor a reason", field=what)
        return found


def answers_in(body: bytes, count: int) -> list[Answer]:
    """The answers to so many operations of one request; raises msgspec's errors for what is no answer.

    A request that is refused as a whole answers with one answer for all.
    """
    if body.lstrip()[:1] == b"[":
        found = [_answer(one) for one in _BATCH.decode(body)]
    else:
        found = [_answer(_BODY.decode(body))]
        if count > 1 and found[0].fields is None and found[0].faults:
            found *= count
    if len(found) != count:
        raise msgspec.ValidationError(f"{len(found)} answers to {count} operations")
    return found


def refusal_in(answer: Answer, what: str) -> HandoffError | None:
    """Why nothing of an operation was done: too much at once, no access, or a request that is not taken."""
    for fault in answer.faults:
        if fault.code == TOO_MANY_AT_ONCE:
            return RateLimited(f"{TITLE} asks to wait ({what}): {fault.message}", retry_after=BUSY_SECONDS)
    if answer.fields is not None:
        return None
    if not answer.faults:
        return BrokenContract(f"{TITLE} {what} gave neither data nor a reason", field=what)
    fault = answer.faults[0]
    text = f"{TITLE} {what}: {fault.message}"
    if fault.is_timeout:
        return DeliveryUnknown(text)
    if fault.path == (COMPANY,):
        return ReconnectNeeded(text, code="company_closed", field="company_no", cure=ACCESS_CURE)
    return Rejected(text, code="request_refused", cure="Look at the health check: it says what is missing.")


def refused(fault: Fault, what: str) -> HandoffError:
    """What an error in a write's own field means: a definite no, unless it took too long."""
    if fault.is_timeout:
        return DeliveryUnknown(f"{TITLE} {what}: {fault.message}")
    return Rejected(fault.message or f"{TITLE} refuses {what}", field=fault.column)


def sentence_of(body: bytes) -> str:
    """The first error's message in a body that is no HTTP 200."""
    try:
        found = _BODY.decode(body)
    except UNREADABLE:
        return ""
    return next((one.message for one in found.errors or () if one.message), "")


def _unread(fault: Fault, what: str) -> HandoffError:
    text = f"{TITLE} {what}: {fault.message}"
    return Unreachable(text) if fault.is_timeout else BrokenContract(text, field=what)


def _answer(body: _Body) -> Answer:
    data = body.data or {}
    raw = data.get(COMPANY)
    fields = _FIELDS.decode(raw) if raw is not None else None
    tables = None if fields is None else {name: _TABLE.decode(one) for name, one in fields.items() if _is_table(one)}
    return Answer(tables, data, [_fault(error) for error in body.errors or ()])


def _is_table(raw: msgspec.Raw) -> bool:
    return bytes(raw)[:1] in (b"{", b"n")


def _fault(error: _Error) -> Fault:
    said = error.extensions or _Extensions()
    code = next((one for one in (said.code, said.status_name) if isinstance(one, str) and one), "")
    return Fault(error.message, code, tuple(error.path or ()))
