"""The books as the ERP has them now: what it says of a record's part in one of our documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from handoff.domain.errors import BrokenContract
from handoff.domain.periods import Period
from handoff.domain.posting import ZERO, DocumentKind, Posting, Receipt
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.pipeline.reverse import document_name
from handoff.pipeline.steps import Clock
from handoff.ports import DocumentChannel, LedgerDocument

Parts = Mapping[str, tuple[Decimal, Decimal]]
"""Hours and value by record; of a journal, whose lines name none, its debits under an empty name."""

NOTHING = (ZERO, ZERO)


class Books:
    """Documents of whole periods, each list read once: many corrections touch few periods."""

    def __init__(self, channels: Mapping[DocumentKind, DocumentChannel], clock: Clock) -> None:
        self._channels = channels
        self._clock = clock
        self._asked_at: dict[tuple[DocumentKind, Period], datetime] = {}
        self._read: dict[tuple[DocumentKind, Period], dict[str, Parts]] = {}
        self._broken: dict[tuple[DocumentKind, Period], BrokenContract] = {}
        self._found: dict[str, Receipt | None] = {}

    def parts_of(self, posting: Posting) -> Parts | None:
        """What the ERP's document with the posting's key says; None when there is none. Raises as reads do.

        A list that was not readable once is not tried again.
        """
        place = posting.kind, posting.period
        if place in self._broken:
            raise self._broken[place]
        if place not in self._read:
            self._asked_at[place] = self._clock()
            try:
                documents = self._channels[posting.kind].documents_of(posting.period)
                self._read[place] = {document.key: parts_of_document(document) for document in documents}
            except BrokenContract as broken:
                self._broken[place] = broken
                raise
        return self._read[place].get(posting.key)

    def has_read(self, posting: Posting) -> bool:
        """Whether the list that the posting's document stands in was read."""
        return (posting.kind, posting.period) in self._read

    def elsewhere(self, posting: Posting) -> Receipt | None:
        """The posting's document as its key is looked for, though no list has it under that key.

        A person may have rewritten the text that the list goes by, where the key stands in the lines as well.
        """
        channel = self._channels[posting.kind]
        if posting.key not in self._found:
            self._found[posting.key] = channel.find(posting) if channel.findable else None
        return self._found[posting.key]

    def asked_at(self, posting: Posting) -> datetime:
        """When the ERP was asked for what it says of the posting: what was written later is not in it."""
        return self._asked_at[posting.kind, posting.period]


def parts_of_document(document: LedgerDocument) -> Parts:
    """The document's lines added up by record."""
    return added_up((line.external_id, line.hours, line.amount) for line in document.lines)


def parts_posted(posting: Posting) -> Parts:
    """The same as it was posted, but for what people took out of a journal by hand, and told us so."""
    if posting.kind is DocumentKind.JOURNAL:
        taken_out = posting.amount - posting.left()[1]
        return {"": (ZERO, sum((line.debit for line in posting.journal_lines), ZERO) - taken_out)}
    return added_up((line.external_id, line.hours, line.amount) for line in posting.project_lines)


def added_up(parts: Iterable[tuple[str, Decimal, Decimal]]) -> Parts:
    """Hours and value by name."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for name, hours, amount in parts:
        so_far = sums.get(name, NOTHING)
        sums[name] = (so_far[0] + hours, so_far[1] + amount)
    return sums


def rewritten(posting: Posting, receipt: Receipt) -> Problem:
    """The document is there, and its text is not the one that it was posted with."""
    told = f"another text than it was posted with, and stands in the ERP as {receipt.number}"
    return Problem(ProblemCode.DOCUMENT_EDITED, f"{document_name(posting)} has {told}")


def fault_in(posting: Posting, external_id: str, found: Parts | None) -> Problem | None:
    """What differs between the ERP's document and the posting, as far as it concerns a record."""
    if found is None:
        size = f"{len(posting.records)} entries, {posting.hours} h and {posting.amount} {posting.currency}"
        return Problem(ProblemCode.DOCUMENT_GONE, f"{document_name(posting)} was posted with {size}")
    name = "" if posting.kind is DocumentKind.JOURNAL else external_id
    ours, theirs = parts_posted(posting).get(name, NOTHING), found.get(name, NOTHING)
    if ours == theirs:
        return None
    about = f"entry {external_id}" if name else "all its entries"
    sides = f"{words_of(ours)} for {about} as posted, and {words_of(theirs)} in the ERP"
    return Problem(ProblemCode.DOCUMENT_EDITED, f"{document_name(posting)} has {sides}")


def words_of(part: tuple[Decimal, Decimal]) -> str:
    """Hours and value for people."""
    return f"{part[0]} h, {part[1]}" if part[0] else f"{part[1]}"
