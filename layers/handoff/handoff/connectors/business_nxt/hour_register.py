"""Hours as rows of free information: implements `HourRegister`.

A posting is so many rows with its key in a column. Business NXT has no transaction that is known to hold over the rows
of a write (Inserts; Not known, partial failure), so a posting counts as written only when all its rows are there:

    all rows came back              written
    none did, each with a no        refused
    some did                        those are taken away again, by our own key; then it is refused as well
    no answer, or half of one       unknown; whoever asks later finds all rows, none, or a part that is taken away
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from handoff.connectors.business_nxt.answers import ROWS, refused
from handoff.connectors.business_nxt.assumed import BATCH_MAX, HOUR_COLUMNS, HOUR_ROWS_MAX, PAGE_SIZE
from handoff.connectors.business_nxt.client import NxtClient, Operation
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.business_nxt.hour_rows import HOURS, WHAT, HourRow, Row, day_number, documents_of, rows_of
from handoff.connectors.business_nxt.rows import after_create, after_delete, column_of
from handoff.connectors.business_nxt.values import Filter, both, whole_number
from handoff.connectors.document_text import key_in
from handoff.domain.errors import BrokenContract, DeliveryUnknown, HandoffError, Rejected, Stale, Unreachable
from handoff.domain.periods import Period, first_day, last_day
from handoff.domain.posting import DocumentKind, Posting, PostingState, Receipt
from handoff.domain.sales import RegisterChoices
from handoff.ports import LedgerDocument, LedgerLine

PAGES_MAX = 10_000
"""Five million rows: a walk that is longer goes in circles."""
IN_DOUBT = frozenset({PostingState.CLAIMED, PostingState.UNSURE})
"""Postings of which nobody knows whether they were written."""
OURS: Filter = {HOUR_COLUMNS["posting"]: {"_like": "HO%"}}
"""How our keys begin; whether one is a key is seen in code."""


class Register:
    """The rows of one table; `absence_delay` is how long a write whose answer was lost may still be carried out."""

    def __init__(
        self, client: NxtClient, choices: RegisterChoices, *, now: Callable[[], datetime], absence_delay: timedelta
    ) -> None:
        self._client = client
        self._units = choices.units
        self._documents = documents_of(choices)
        self._now = now
        self._absence_delay = absence_delay

    @property
    def findable(self) -> bool:
        """Every row carries the key."""
        return True

    @property
    def reversible(self) -> bool:
        """Rows with the signs turned take back others."""
        return True

    @property
    def absence_delay(self) -> timedelta:
        """How long a write whose answer was lost may still be carried out: at least the 59 seconds of a request."""
        return self._absence_delay

    def send(self, posting: Posting) -> Receipt:
        """Writes all rows in one request; up to 250 of them are one create.

        Raises also Rejected for more rows than a request takes; where some rows were written and others refused, the
        first refusal once the others are gone again.
        """
        results = self._create(rows_of(posting, self._units))
        errors = [one for one in results if isinstance(one, HandoffError)]
        if not errors:
            return self._receipt([one for one in results if isinstance(one, int)], adopted=False)
        doubt = next((one for one in errors if isinstance(one, DeliveryUnknown)), None)
        if doubt is not None:
            raise doubt
        if written := len(results) - len(errors):
            self._take_back(posting.key, written)
        raise errors[0]

    def find(self, posting: Posting) -> Receipt | None:
        """The rows with the posting's key, when they are just those of its lines.

        While it is not known whether the posting was written, any other rows with the key are half of it, or it is
        written twice. They are ours alone, and taken away, so that it can be sent again under its key; not before a
        late write must have ended. Rows of a posting that the ERP has accepted are never touched: what people made of
        them is theirs, and told. Raises as reads do, and DeliveryUnknown where it is not known whether rows are gone.
        """
        rows = [row for row in self._every(_is(posting.key)) if row.posting == posting.key]
        if not rows:
            return None
        is_whole = Counter(row.record for row in rows) == Counter(line.external_id for line in posting.project_lines)
        if is_whole or posting.state not in IN_DOUBT:
            return self._receipt([row.pk for row in rows], adopted=True)
        if not self._may_still_be_written(posting):
            self._clear(posting.key, len(rows))
        return None

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        """What carries a key of ours and a day of the period, 500 rows a call."""
        day = HOUR_COLUMNS["day"]
        within: list[Filter] = [
            {day: {"_gte": day_number(first_day(period))}}, {day: {"_lte": day_number(last_day(period))}},
        ]  # fmt: skip
        found: defaultdict[str, list[HourRow]] = defaultdict(list)
        for row in self._every(both(OURS, *within)):
            if row.posting and key_in(row.posting) == row.posting:
                found[row.posting].append(row)
        for key, rows in found.items():
            yield LedgerDocument(
                key=key,
                number=_number([row.pk for row in rows]),
                kind=DocumentKind.HOUR_ROWS,
                period=period,
                status="billed" if all(row.order for row in rows) else "",
                lines=[LedgerLine(row.record or "", row.hours, row.amount) for row in rows],
            )

    def mark_billed(self, order: str, external_ids: Sequence[str]) -> frozenset[str]:
        """Writes the order's number on all rows of these records, 500 records and two calls at a time.

        Gives the ids that have rows. Raises as writes do: DeliveryUnknown also where a row came back without the
        number. Doing it twice does no harm.
        """
        number = whole_number(order, "orders")
        wanted = list(dict.fromkeys(external_ids))
        marked: set[str] = set()
        for start in range(0, len(wanted), PAGE_SIZE):
            some = set(wanted[start : start + PAGE_SIZE])
            of_some: Filter = {HOUR_COLUMNS["record"]: {"_in": sorted(some)}}
            self._mark(number, both(of_some, OURS))
            for row in self._every(both(of_some, OURS)):
                if row.order != number:
                    raise DeliveryUnknown(f"{TITLE} {WHAT}: row {row.pk} is not marked with order {number}")
                if row.record in some:
                    marked.add(row.record)
        return frozenset(marked)

    def _mark(self, number: int, meant: Filter | None) -> None:
        column = HOUR_COLUMNS["order"]
        # One pair of a filter and its values: what has the number is not written again.
        filters = [both(meant, {column: {"_not_eq": number}})]
        variables: Mapping[str, object] = {"filters": filters, "values": [{column: number}]}
        (answer,) = self._client.change([Operation(self._documents.update, variables)], what=WHAT)
        if isinstance(answer, HandoffError):
            raise answer
        for fault in answer.about(ROWS):
            raise refused(fault, WHAT)

    def _create(self, rows: Sequence[Row]) -> list[int | HandoffError]:
        """What became of each row: its key, or why there is none."""
        parts = [rows[start : start + HOUR_ROWS_MAX] for start in range(0, len(rows), HOUR_ROWS_MAX)]
        if len(parts) > BATCH_MAX:
            raise Rejected(f"{TITLE} takes no {len(rows)} rows in one request", code="too_many_rows")
        operations = [Operation(self._documents.create, {"values": part}) for part in parts]
        answers = self._client.change(operations, what=WHAT)
        return [
            _key_of(one)
            for answer, part in zip(answers, parts, strict=True)
            for one in after_create(answer, ROWS, len(part), WHAT)
        ]

    def _take_back(self, key: str, count: int) -> None:
        """Takes away the rows of a posting that was written in part; raises DeliveryUnknown where that is not sure."""
        (answer,) = self._client.change([Operation(self._documents.delete, {"filter": _is(key)})], what=WHAT)
        error = after_delete(answer, ROWS, count, WHAT)
        if error is not None:
            raise DeliveryUnknown(f"{TITLE} {WHAT}: a part of {key} was written and not taken away: {error.message}")

    def _clear(self, key: str, count: int) -> None:
        """Takes away a part that was found; raises as reads do, or DeliveryUnknown."""
        (answer,) = self._client.change([Operation(self._documents.delete, {"filter": _is(key)})], what=WHAT)
        error = after_delete(answer, ROWS, count, WHAT)
        if isinstance(error, Rejected):
            raise BrokenContract(f"{TITLE} {WHAT}: a part of {key} can't be taken away: {error.message}", field=WHAT)
        if isinstance(error, Stale):
            raise Unreachable(f"the rows of {key} changed while they were taken away", code="list_moved")
        if error is not None:
            raise error

    def _may_still_be_written(self, posting: Posting) -> bool:
        """Whether the request that wrote the rows may not have ended: a worker may send until its lease ends."""
        sent_at = posting.sent_at or posting.lease_until
        return sent_at is not None and self._now() < sent_at + self._absence_delay

    def _every(self, meant: Filter | None) -> Iterator[HourRow]:
        """All rows that a filter means, by key; raises BrokenContract where one can't be read."""
        after: object = None
        for _ in range(PAGES_MAX):
            behind: Filter | None = None if after is None else {"pk": {"_gt": after}}
            variables = {"filter": both(meant, behind), "first": PAGE_SIZE}
            answer = self._client.ask(self._documents.page, variables, what=WHAT)
            table = answer.table(ROWS, WHAT)
            rows, broken = HOURS.read(table, answer.about(ROWS), lambda row: row)
            for one in broken:
                text = f"{TITLE} {WHAT} {one.external_id}, field {one.field}: {one.fault}"
                raise BrokenContract(text, field=WHAT)
            yield from rows
            after = HOURS.last_key(table)
            if after is None:
                return
        raise BrokenContract(f"{TITLE} {WHAT} came to no end", field=WHAT)

    def _receipt(self, keys: Sequence[int], *, adopted: bool) -> Receipt:
        return Receipt(number=_number(keys), url="", at=self._now(), adopted=adopted)


def _is(key: str) -> Filter:
    return {HOUR_COLUMNS["posting"]: {"_eq": key}}


def _key_of(row: msgspec.Raw | HandoffError) -> int | HandoffError:
    if isinstance(row, HandoffError):
        return row
    key = column_of(row, HOURS.key)
    return key if isinstance(key, int) else DeliveryUnknown(f"{TITLE} {WHAT} came back without a key")


def _number(keys: Sequence[int]) -> str:
    """What people find the rows by: the first key and the last."""
    first, last = min(keys), max(keys)
    return str(first) if first == last else f"{first}-{last}"
