"""Reconcile: prove where every hour of a period went, from both systems' own answers.

Time tool:  all its hours = posted + held + excluded + failed + on the way, record by record.
Books:      every document we posted is in the ERP once, with our hours and amounts, line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from handoff.domain.money import minor_unit, round_to
from handoff.domain.periods import Period, first_day, last_day
from handoff.domain.posting import DocumentKind, Posting, PostingState
from handoff.domain.problems import ProblemCode
from handoff.domain.reconciliation import ZERO, Books, Difference, Reconciliation, Sum
from handoff.domain.reference import ReferenceData
from handoff.domain.staged import IN_THE_BOOKS, StagedRecord, State
from handoff.domain.time import TimeEntry, entry_from
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
    """Both systems and our own stores of one integration; `currency` is the books'.

    `others` are the postings of the tenant's other integrations, which may write to the same company.
    """

    time_tool: ReadsTimeEntries
    channels: Mapping[DocumentKind, DocumentChannel]
    staged: StagedStore
    postings: PostingStore
    others: Sequence[PostingStore]
    reference: ReferenceData
    currency: str
    clock: Clock


def reconcile(tools: ReconcileTools, *, flow: str, period: Period) -> Reconciliation:
    """The period's account; raises what the vendors' reads raise."""
    differences: list[Difference] = []
    theirs = _time_tool_entries(tools, period, differences)
    records = list(tools.staged.every(flow, period=period, states=(), archived=True))
    newest = _newest(records)
    time_tool, states = _by_state(tools, theirs, _still_here(tools, theirs, newest, differences), differences)
    _superseded(records, newest, differences)
    postings = [p for p in tools.postings.of_period(period) if p.state in WRITTEN and p.flow == flow]
    books = [
        _books(kind, _ours(channel.documents_of(period), postings, tools.others), postings, differences)
        for kind, channel in tools.channels.items()
    ]
    elsewhere, carried = _carried(tools, newest, postings, differences)
    return Reconciliation(
        period=period,
        at=tools.clock(),
        time_tool=time_tool,
        states=states,
        books=[part for part in books if part.documents or part.ledger_documents],
        currency=tools.currency,
        posted_elsewhere=elsewhere,
        from_elsewhere=carried,
        differences=differences,
    )


def _time_tool_entries(tools: ReconcileTools, period: Period, differences: list[Difference]) -> dict[str, TimeEntry]:
    theirs: dict[str, TimeEntry] = {}
    for page in tools.time_tool.entries_between(first_day(period), last_day(period)):
        theirs.update({row.entry.external_id: row.entry for row in page.entries})
        differences += [
            Difference("broken_contract", row.external_id, f"a readable {row.field}", row.fault) for row in page.broken
        ]
    return theirs


def _newest(records: Iterable[StagedRecord]) -> dict[str, StagedRecord]:
    newest: dict[str, StagedRecord] = {}
    for record in records:
        known = newest.get(record.external_id)
        if known is None or known.version < record.version:
            newest[record.external_id] = record
    return newest


def _still_here(
    tools: ReconcileTools,
    theirs: Mapping[str, TimeEntry],
    newest: Mapping[str, StagedRecord],
    differences: list[Difference],
) -> dict[str, StagedRecord]:
    """The records whose newest version is of this period: of others only an older one is."""
    here = dict(newest)
    gone = {name: record for name, record in newest.items() if name not in theirs}
    for flow in {record.flow for record in gone.values()}:
        heads = tools.staged.get_many(flow, [name for name, record in gone.items() if record.flow == flow])
        for name, head in heads.items():
            if head.period == newest[name].period:
                continue
            older = here.pop(name)
            if older.state in IN_THE_BOOKS or older.covered:
                hours = entry_from(head.body).hours, entry_from(older.body).hours
                in_books = f"{hours[1]} h in the books"
                differences.append(
                    Difference("changed_after_posting", name, f"{hours[0]} h in {head.period}", in_books)
                )
    return here


def _by_state(
    tools: ReconcileTools,
    theirs: Mapping[str, TimeEntry],
    newest: Mapping[str, StagedRecord],
    differences: list[Difference],
) -> tuple[Sum, dict[str, Sum]]:
    total = Sum()
    states = {name: Sum() for name in dict.fromkeys(GROUPS.values())}
    for external_id, entry in theirs.items():
        total.add(*_worth(tools, entry))
        record = newest.get(external_id)
        if record is None:
            differences.append(Difference("not_fetched", external_id, "not staged yet", f"{entry.hours} h"))
            continue
        ours = entry_from(record.body)
        states[GROUPS[record.state]].add(*_worth(tools, ours))
        if ours.hours != entry.hours:
            differences.append(Difference("edited_since_fetch", external_id, f"{ours.hours} h", f"{entry.hours} h"))
    for external_id, record in newest.items():
        if external_id not in theirs:
            ours = entry_from(record.body)
            states[GROUPS[record.state]].add(*_worth(tools, ours))
            differences.append(
                Difference("gone_from_time_tool", external_id, f"{ours.hours} h {record.state}", "nothing")
            )
    return total, states


def _worth(tools: ReconcileTools, entry: TimeEntry) -> tuple[Decimal, Decimal, str]:
    client = tools.reference.clients.get(entry.client_id)
    currency = client.currency if client else tools.currency
    rate = entry.rate if entry.billable and entry.rate is not None else ZERO
    return entry.hours, round_to(entry.hours * rate, minor_unit(currency)), currency


def _superseded(
    records: Iterable[StagedRecord], newest: Mapping[str, StagedRecord], differences: list[Difference]
) -> None:
    """Entries that changed after posting: the books still have another version."""
    standing: dict[str, StagedRecord] = {}
    for record in records:
        head, known = newest[record.external_id], standing.get(record.external_id)
        stands = (record.state in IN_THE_BOOKS or record.covered) and record.version != head.version
        changed = any(problem.code is ProblemCode.CHANGED_AFTER_POSTING for problem in head.problems)
        if stands and changed and (known is None or known.version < record.version):
            standing[record.external_id] = record
    for name, record in standing.items():
        now = f"{entry_from(newest[name].body).hours} h in the time tool"
        in_books = f"{entry_from(record.body).hours} h in the books"
        differences.append(Difference("changed_after_posting", name, now, in_books))


def _books(
    kind: DocumentKind,
    documents: Iterable[LedgerDocument],
    postings: Iterable[Posting],
    differences: list[Difference],
) -> Books:
    ours = {posting.key: posting for posting in postings if posting.kind is kind}
    theirs: dict[str, LedgerDocument] = {}
    ledger_documents, ledger_hours, ledger_amount = 0, ZERO, ZERO
    for document in documents:
        ledger_documents += 1
        ledger_hours += sum((line.hours for line in document.lines), ZERO)
        ledger_amount += sum((line.amount for line in document.lines), ZERO)
        if document.key in theirs:
            differences.append(Difference("document_twice", document.key, theirs[document.key].number, document.number))
        elif document.key not in ours:
            differences.append(Difference("unknown_document", document.key, "not posted by us", document.number))
        else:
            differences += _line_differences(ours[document.key], document)
        theirs.setdefault(document.key, document)
    differences += [
        Difference("missing_document", key, posting.receipt.number if posting.receipt else "", "nothing")
        for key, posting in ours.items()
        if key not in theirs
    ]
    has_hours = kind is DocumentKind.PROJECT_TRANSACTIONS
    return Books(
        kind=kind,
        documents=len(ours),
        hours=sum((p.hours for p in ours.values()), ZERO) if has_hours else ZERO,
        amount=sum((p.amount for p in ours.values()), ZERO),
        ledger_documents=ledger_documents,
        ledger_hours=ledger_hours if has_hours else ZERO,
        ledger_amount=ledger_amount,
    )


def _line_differences(posting: Posting, document: LedgerDocument) -> list[Difference]:
    if posting.kind is DocumentKind.JOURNAL:
        amount = sum((line.amount for line in document.lines), ZERO)
        if amount == posting.amount:
            return []
        return [Difference("amount_differs", document.number, f"{posting.amount}", f"{amount}")]
    ours = _per_record((line.external_id, line.hours, line.amount) for line in posting.project_lines)
    theirs = _per_record((line.external_id, line.hours, line.amount) for line in document.lines)
    return [
        Difference("line_differs", f"{document.number} / {name}", _words(ours.get(name)), _words(theirs.get(name)))
        for name in sorted({*ours, *theirs})
        if ours.get(name) != theirs.get(name)
    ]


def _per_record(lines: Iterable[tuple[str, Decimal, Decimal]]) -> dict[str, tuple[Decimal, Decimal]]:
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for name, hours, amount in lines:
        so_far = sums.get(name, (ZERO, ZERO))
        sums[name] = (so_far[0] + hours, so_far[1] + amount)
    return sums


def _words(pair: tuple[Decimal, Decimal] | None) -> str:
    return "nothing" if pair is None else f"{pair[0]} h, {pair[1]}"


def _carried(
    tools: ReconcileTools,
    newest: Mapping[str, StagedRecord],
    postings: Iterable[Posting],
    differences: list[Difference],
) -> tuple[Decimal, Decimal]:
    """Hours of this period's work in other periods' books, and of other periods' work in this one's."""
    here = {share.external_id: share.hours for posting in postings for share in posting.shares}
    elsewhere = ZERO
    known: dict[str, Posting | None] = {}
    for name, record in newest.items():
        if record.state not in IN_THE_BOOKS or name in here:
            continue
        hours = entry_from(record.body).hours
        if _is_covered(tools.postings, record, known):
            elsewhere += hours
        else:
            differences.append(Difference("not_in_any_document", name, f"{hours} h posted", "nothing"))
    return elsewhere, sum((hours for name, hours in here.items() if name not in newest), ZERO)


def _is_covered(postings: PostingStore, record: StagedRecord, known: dict[str, Posting | None]) -> bool:
    """Whether a posting that was written, of whatever period, really has the record."""
    for key in record.covered.values():
        if key not in known:
            known[key] = postings.get(key)
        posting = known[key]
        written = posting is not None and posting.state in WRITTEN
        if posting and written and any(share.external_id == record.external_id for share in posting.shares):
            return True
    return False


def _ours(
    documents: Iterable[LedgerDocument], postings: Sequence[Posting], others: Sequence[PostingStore]
) -> Iterator[LedgerDocument]:
    """The documents without those that another integration of this tenant posted to the same company."""
    keys = {posting.key for posting in postings}
    for document in documents:
        if document.key in keys or not any(store.get(document.key) for store in others):
            yield document
