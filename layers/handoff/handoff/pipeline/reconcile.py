"""Reconcile: prove where every hour of a period went, from both systems' own answers.

Time tool:  all its hours = posted + held + excluded + failed + on the way, record by record.
Books:      every document we posted is in the ERP once, with our hours and amounts, line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    """Both systems and our own stores of one integration; `currency` is the books'."""

    time_tool: ReadsTimeEntries
    channels: Mapping[DocumentKind, DocumentChannel]
    staged: StagedStore
    postings: PostingStore
    reference: ReferenceData
    currency: str
    clock: Clock


def reconcile(tools: ReconcileTools, *, flow: str, period: Period) -> Reconciliation:
    """The period's account; raises what the vendors' reads raise."""
    differences: list[Difference] = []
    theirs = _time_tool_entries(tools, period, differences)
    records = list(tools.staged.every(flow, period=period, states=(), archived=True))
    newest = _newest(records)
    time_tool, states = _by_state(tools, theirs, newest, differences)
    _superseded(records, newest, differences)
    postings = [p for p in tools.postings.of_period(period) if p.state in WRITTEN and p.flow == flow]
    books = [_books(kind, channel, postings, period, differences) for kind, channel in tools.channels.items()]
    elsewhere, carried = _carried(newest, postings)
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
    for record in records:
        head = newest[record.external_id]
        stands = (record.state in IN_THE_BOOKS or record.covered) and record.version != head.version
        if stands and any(p.code is ProblemCode.CHANGED_AFTER_POSTING for p in head.problems):
            differences.append(
                Difference(
                    "changed_after_posting",
                    record.external_id,
                    f"{entry_from(head.body).hours} h in the time tool",
                    f"{entry_from(record.body).hours} h in the books",
                )
            )


def _books(
    kind: DocumentKind,
    channel: DocumentChannel,
    postings: Iterable[Posting],
    period: Period,
    differences: list[Difference],
) -> Books:
    ours = {posting.key: posting for posting in postings if posting.kind is kind}
    theirs: dict[str, LedgerDocument] = {}
    ledger_documents, ledger_hours, ledger_amount = 0, ZERO, ZERO
    for document in channel.documents_of(period):
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


def _carried(newest: Mapping[str, StagedRecord], postings: Iterable[Posting]) -> tuple[Decimal, Decimal]:
    """Hours of this period's work in other periods' books, and of other periods' work in this one's."""
    here = {share.external_id: share.hours for posting in postings for share in posting.shares}
    posted = {record.external_id: record for record in newest.values() if record.state in IN_THE_BOOKS}
    elsewhere = [entry_from(record.body).hours for name, record in posted.items() if name not in here]
    carried = [hours for name, hours in here.items() if name not in newest]
    return sum(elsewhere, ZERO), sum(carried, ZERO)
