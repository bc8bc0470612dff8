"""Reconcile: prove where every hour of a period went, from both systems' own answers.

Time tool:  all its hours = posted + held + excluded + failed + on the way, record by record.
Books:      every document we posted is in the ERP once, with our hours and amounts, line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from handoff.domain.money import minor_unit, round_to
from handoff.domain.periods import Period, first_day, last_day
from handoff.domain.posting import OPEN_POSTINGS, DocumentKind, Posting, PostingState, RecordShare
from handoff.domain.reconciliation import ZERO, Books, Difference, Reconciliation, Sum
from handoff.domain.reference import ReferenceData
from handoff.domain.staged import IN_THE_BOOKS, StagedRecord, State
from handoff.domain.time import FetchedEntry, TimeEntry, entry_from, is_too_large
from handoff.pipeline.books import NOTHING, added_up, parts_of_document, parts_posted
from handoff.pipeline.roll import Roll
from handoff.pipeline.steps import Clock
from handoff.ports import DocumentChannel, LedgerDocument, PostingStore, ReadsTimeEntries, StagedStore

GROUPS: Mapping[State, str] = {
    State.HELD: "held",
    State.EXCLUDED: "excluded",
    State.FAILED: "failed",
    State.POSTED: "posted",
    State.SETTLED: "posted",
    State.READY: "on_the_way",
    State.POSTING: "on_the_way",
    State.UNSURE: "on_the_way",
    State.REVERSING: "on_the_way",
    State.REVERSED: "excluded",
}
"""Under which heading of the report a record counts."""
WRITTEN = frozenset({PostingState.ACCEPTED, PostingState.SETTLED})


@dataclass(frozen=True, slots=True)
class ReconcileTools:
    """Both systems and our own stores of one integration; `entity` and `currency` are the books'.

    `others` are the postings of the tenant's other integrations, which may write to the same company. `since` is
    when the pass began whose work is looked at: entries changed after it are the next pass's to fetch.
    """

    time_tool: ReadsTimeEntries
    channels: Mapping[DocumentKind, DocumentChannel]
    staged: StagedStore
    postings: PostingStore
    others: Sequence[PostingStore]
    reference: ReferenceData
    entity: str
    currency: str
    clock: Clock
    since: datetime | None = None


def reconcile(tools: ReconcileTools, *, flow: str, period: Period) -> Reconciliation:
    """The period's account; raises what the vendors' reads raise, and BrokenContract for a list without an end."""
    differences: list[Difference] = []
    theirs = _time_tool_entries(tools, period, differences)
    newest = _newest(tools.staged.every(flow, period=period, states=(), archived=True))
    heads = _heads(tools, theirs, newest)
    here = {name: record for name, record in heads.items() if record.period == period}
    time_tool, states = _by_state(tools, theirs, here, differences)
    postings = [p for p in tools.postings.of_period(period) if p.state in WRITTEN and p.flow == flow]
    books = [part for kind in tools.channels for part in _books(tools, kind, period, postings, differences)]
    elsewhere, carried = _carried(tools, here, postings, differences)
    return Reconciliation(
        period=period,
        entity=tools.entity,
        at=tools.clock(),
        time_tool=time_tool,
        states=states,
        books=[part for part in books if part.documents or part.ledger_documents],
        currency=tools.currency,
        posted_elsewhere=elsewhere,
        from_elsewhere=carried,
        differences=differences,
        corrections=[_correction(tools, name, head) for name, head in sorted(heads.items()) if head.standing],
    )


def _time_tool_entries(tools: ReconcileTools, period: Period, differences: list[Difference]) -> dict[str, FetchedEntry]:
    """The month's entries as the time tool has them now, and a difference for each that can't be read.

    A list that comes to no end is not walked until the time is over: it raises BrokenContract at the page that shows.
    """
    roll = Roll()
    for page in tools.time_tool.entries_between(first_day(period), last_day(period)):
        roll.add(page)
        differences += [
            Difference("broken_contract", row.external_id, f"a readable {row.field}", row.fault) for row in page.broken
        ]
    return roll.rows


def _newest(records: Iterable[StagedRecord]) -> dict[str, StagedRecord]:
    newest: dict[str, StagedRecord] = {}
    for record in records:
        known = newest.get(record.external_id)
        if known is None or known.version < record.version:
            newest[record.external_id] = record
    return newest


def _heads(
    tools: ReconcileTools, theirs: Mapping[str, FetchedEntry], newest: Mapping[str, StagedRecord]
) -> dict[str, StagedRecord]:
    """The newest version of every record that has, or had, one of this period; it may lie in another by now."""
    heads = dict(newest)
    flows = {record.flow for record in newest.values()}
    for flow in flows:
        moved = [name for name, record in newest.items() if name not in theirs and record.flow == flow]
        heads.update(tools.staged.get_many(flow, moved))
    return heads


def _correction(tools: ReconcileTools, name: str, head: StagedRecord) -> Difference:
    """What the time tool has now, and what the books still have of an earlier version."""
    now = "nothing" if head.gone_at is not None else f"{entry_from(head.body).hours} h"
    why = ", ".join(problem.code for problem in head.problems) or head.reason or "the next pass reverses it"
    parts = []
    for standing in head.standing:
        posting = tools.postings.get(standing.key)
        share = next((s for s in posting.shares if s.external_id == name), None) if posting else None
        number = posting.receipt.number if posting and posting.receipt else standing.key
        parts.append(f"{share.hours} h, {share.amount} in {number}" if share else number)
    return Difference("to_be_corrected", name, f"{now}; {head.state}: {why}", "; ".join(parts))


def _by_state(
    tools: ReconcileTools,
    theirs: Mapping[str, FetchedEntry],
    here: Mapping[str, StagedRecord],
    differences: list[Difference],
) -> tuple[Sum, dict[str, Sum]]:
    total = Sum()
    states = {name: Sum() for name in dict.fromkeys(GROUPS.values())}
    known = {name: (record, entry_from(record.body)) for name, record in here.items() if record.gone_at is None}
    for name, row in theirs.items():
        worth = _worth(tools, row.entry)
        total.add(*worth)
        record, ours = known.get(name, (None, None))
        if record and ours and (_worth(tools, ours) == worth or _ticks(ours, row.entry)):
            states[GROUPS[record.state]].add(*worth)
        elif tools.since is not None and row.changed_at >= tools.since:
            states["on_the_way"].add(*worth)
        elif is_too_large(row.entry):
            as_known = f"{ours.hours} h as it was before" if ours else "not kept"
            if record and ours:
                states[GROUPS[record.state]].add(*_worth(tools, ours))
            differences.append(Difference("record_too_large", name, as_known, f"{row.entry.hours} h"))
        elif record and ours:
            states[GROUPS[record.state]].add(*_worth(tools, ours))
            differences.append(Difference("edited_since_fetch", name, *_sides(tools, ours, row.entry)))
        else:
            ours_now = "gone when it was last looked for" if name in here else "not staged yet"
            differences.append(Difference("not_fetched", name, ours_now, f"{row.entry.hours} h"))
    for name, (record, ours) in known.items():
        if name not in theirs:
            states[GROUPS[record.state]].add(*_worth(tools, ours))
            differences.append(Difference("gone_from_time_tool", name, f"{ours.hours} h {record.state}", "nothing"))
    return total, states


def _ticks(ours: TimeEntry, entry: TimeEntry) -> bool:
    """Whether only a timer runs on it: its hours grow while nobody changes anything."""
    return ours.running and entry.running


def _sides(tools: ReconcileTools, ours: TimeEntry, entry: TimeEntry) -> tuple[str, str]:
    """What differs, in words: the hours, or the value where only that does."""
    if ours.hours != entry.hours:
        return f"{ours.hours} h", f"{entry.hours} h"
    (_, value, currency), (_, now, currency_now) = _worth(tools, ours), _worth(tools, entry)
    return f"{value} {currency}", f"{now} {currency_now}"


def _worth(tools: ReconcileTools, entry: TimeEntry) -> tuple[Decimal, Decimal, str]:
    client = tools.reference.clients.get(entry.client_id)
    currency = entry.currency or (client.currency if client else tools.currency)
    rate = entry.rate if entry.billable and entry.rate is not None else ZERO
    return entry.hours, round_to(entry.hours * rate, minor_unit(currency)), currency


def _books(
    tools: ReconcileTools,
    kind: DocumentKind,
    period: Period,
    postings: Sequence[Posting],
    differences: list[Difference],
) -> Iterator[Books]:
    """One kind of document in each currency that it is in: amounts of two currencies are no sum."""
    channel = tools.channels[kind]
    asked_at = tools.clock()
    documents = list(_ours(tools, channel.documents_of(period), postings, period))
    ours = {posting.key: posting for posting in postings if posting.kind is kind}
    theirs: dict[str, LedgerDocument] = {}
    for document in documents:
        if document.key in theirs:
            differences.append(Difference("document_twice", document.key, theirs[document.key].number, document.number))
        elif document.key not in ours:
            differences.append(Difference("unknown_document", document.key, "not posted by us", document.number))
        else:
            differences += _line_differences(ours[document.key], document)
        theirs.setdefault(document.key, document)
    expected = {
        key: posting
        for key, posting in ours.items()
        if key in theirs or (any(posting.left()) and not _may_yet_be_seen(posting, channel, asked_at))
    }
    differences += [
        Difference("missing_document", key, posting.receipt.number if posting.receipt else "", "nothing")
        for key, posting in expected.items()
        if key not in theirs
    ]
    by_currency: dict[str, tuple[list[Posting], list[tuple[Decimal, Decimal]]]] = {}
    for posting in expected.values():
        by_currency.setdefault(posting.currency, ([], []))[0].append(posting)
    for document in documents:
        posted = ours.get(document.key)
        currency = posted.currency if posted else tools.currency
        by_currency.setdefault(currency, ([], []))[1].append(_total(document, posted))
    for currency, (mine, listed) in sorted(by_currency.items()):
        yield _added(kind, "" if currency == tools.currency else currency, mine, listed)


def _added(
    kind: DocumentKind, currency: str, postings: Sequence[Posting], listed: Sequence[tuple[Decimal, Decimal]]
) -> Books:
    """Sums of what we posted, and of the hours and amounts that the ERP lists."""
    left = [posting.left() for posting in postings]
    has_hours = kind is not DocumentKind.JOURNAL
    return Books(
        kind=kind,
        documents=len(postings),
        hours=sum((hours for hours, _ in left), ZERO) if has_hours else ZERO,
        amount=sum((amount for _, amount in left), ZERO),
        ledger_documents=len(listed),
        ledger_hours=sum((hours for hours, _ in listed), ZERO) if has_hours else ZERO,
        ledger_amount=sum((amount for _, amount in listed), ZERO),
        reversals=sum(posting.reversal for posting in postings),
        currency=currency,
    )


def _may_yet_be_seen(posting: Posting, channel: DocumentChannel, asked_at: datetime) -> bool:
    """Whether a document was written so shortly before the list was asked for that the list may not have it yet.

    An ERP's lists lag behind what it accepts, and the night reconciles right after it posted. Such a document counts
    on neither side until it is listed or the delay is over: then it is there, or missing in earnest.
    """
    return posting.receipt is not None and posting.receipt.at + channel.absence_delay > asked_at


def _total(document: LedgerDocument, posting: Posting | None) -> tuple[Decimal, Decimal]:
    """Hours and value of a document; a journal is read by its debits, which a reversal has on the other accounts."""
    hours, amount = added_up(("", line.hours, line.amount) for line in document.lines).get("", NOTHING)
    turned = posting is not None and posting.reversal and posting.kind is DocumentKind.JOURNAL
    return hours, -amount if turned else amount


def _line_differences(posting: Posting, document: LedgerDocument) -> list[Difference]:
    if posting.kind is DocumentKind.JOURNAL:
        expected, found = posting.left()[1], _total(document, posting)[1]
        if found == expected:
            return []
        return [Difference("amount_differs", document.number, f"{expected}", f"{found}")]
    ours = {name: part for name, part in parts_posted(posting).items() if posting.is_left(name)}
    theirs = {name: part for name, part in parts_of_document(document).items() if name in ours or any(part)}
    return [
        Difference("line_differs", f"{document.number} / {name}", _words(ours.get(name)), _words(theirs.get(name)))
        for name in sorted({*ours, *theirs})
        if ours.get(name) != theirs.get(name)
    ]


def _words(part: tuple[Decimal, Decimal] | None) -> str:
    return "nothing" if part is None else f"{part[0]} h, {part[1]}"


def _carried(
    tools: ReconcileTools,
    here: Mapping[str, StagedRecord],
    postings: Sequence[Posting],
    differences: list[Difference],
) -> tuple[Decimal, Decimal]:
    """Hours of this period's work in other periods' books, and of other periods' work in this one's."""
    keys = {posting.key for posting in postings}
    known: dict[str, Posting | None] = {}
    elsewhere = ZERO
    for name, record in here.items():
        covering = [_covering(tools.postings, standing.key, name, known) for standing in record.in_the_books()]
        if record.state in IN_THE_BOOKS and not any(covering):
            hours = entry_from(record.body).hours
            differences.append(Difference("not_in_any_document", name, f"{hours} h posted", "nothing"))
        # Both kinds of document carry the same hours: they count once.
        away = [share.hours for found in covering if found and found[0] not in keys for share in (found[1],)]
        elsewhere += max(away, default=ZERO)
    kinds = [kind for kind in tools.channels if any(posting.kind is kind for posting in postings)]
    of_one_kind = (posting for posting in postings if posting.kind in kinds[:1])
    shares = (share for posting in of_one_kind for share in posting.shares if posting.is_left(share.external_id))
    return elsewhere, sum((share.hours for share in shares if share.external_id not in here), ZERO)


def _covering(
    postings: PostingStore, key: str, name: str, known: dict[str, Posting | None]
) -> tuple[str, RecordShare] | None:
    """The key and the record's share in the posting, if that was written, in whatever period, and has the record."""
    if key not in known:
        known[key] = postings.get(key)
    posting = known[key]
    if posting is None or posting.state not in WRITTEN:
        return None
    share = next((share for share in posting.shares if share.external_id == name), None)
    return None if share is None else (key, share)


def _ours(
    tools: ReconcileTools, documents: Iterable[LedgerDocument], postings: Sequence[Posting], period: Period
) -> Iterator[LedgerDocument]:
    """The documents without those that another integration of this tenant posted to the same company.

    Without those, too, that we are writing at this very moment, or wrote since `postings` were read: their hours
    are on the way, and the next account has them on both sides.
    """
    keys = {posting.key for posting in postings}
    for document in documents:
        if document.key in keys or not (
            _is_on_its_way(tools.postings.get(document.key), period)
            or any(store.get(document.key) for store in tools.others)
        ):
            yield document


def _is_on_its_way(posting: Posting | None, period: Period) -> bool:
    """Whether a posting that was not known to be written a moment ago may have a document in this period's books."""
    return posting is not None and posting.period == period and posting.state in OPEN_POSTINGS | WRITTEN
