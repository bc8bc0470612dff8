"""Who looks on at every step, with a log and a table of moves of its own: nothing here asks the product.

What is approved is known from the people and the time tool, what is in the books from the documents as they are
written, and what a record may do from the table below.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import StagedRecord
from handoff.domain.time import content_hash
from tests.builders import ENTITY, HOURS
from tests.fakes import FakeStagedStore
from tests.histories.erp import Document, Erp
from tests.histories.time_tool import Row

ZERO = Decimal(0)
LEGAL: Mapping[str, str] = {
    "held": "ready excluded reversing",
    "ready": "held posting posted excluded failed reversing",
    "posting": "ready posted unsure failed",
    "unsure": "posting ready posted failed",
    "failed": "held ready posting excluded reversing reversed",
    "excluded": "held ready reversing",
    "posted": "settled reversing",
    "settled": "reversing",
    "reversing": "reversing reversed held ready excluded failed",
    "reversed": "",
}
"""The legal moves once more, in words: the product's table is one of the guards that are taken away."""
MOVED = {state: frozenset(to.split()) for state, to in LEGAL.items()}
ON_ITS_WAY = frozenset({"posting", "unsure", "reversing"})


@dataclass(slots=True)
class Witness:
    """What was said and written, and every promise that was broken at some step, in words."""

    find: Callable[[str], StagedRecord | None]
    books: dict[DocumentKind, Erp] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    yes: set[tuple[str, str]] = field(default_factory=set)
    words: dict[tuple[str, str], bool] = field(default_factory=dict)
    asked: set[tuple[str, str, bool]] = field(default_factory=set)
    hours: dict[str, set[Decimal]] = field(default_factory=lambda: defaultdict(lambda: {ZERO}))

    # ---- what people say -----------------------------------------------------------------------------

    def logged(self, row: Row) -> None:
        """An entry was written in the time tool, perhaps approved there."""
        name = row.entry.external_id
        self.hours[name].add(row.entry.hours)
        if row.approved:
            self.yes.add((name, row.hash))

    def asks(self, external_id: str, digest: str, approved: bool) -> None:
        """A person is about to say yes or no to a content; whether it is heard is not known yet."""
        self.asked.add((external_id, digest, approved))
        if approved:
            self.words.pop((external_id, digest), None)

    def heard(self, external_id: str, digest: str, approved: bool) -> None:
        """They were told that it was done."""
        self.words[external_id, digest] = approved

    def may_go(self, external_id: str, digest: str) -> bool:
        """Whether somebody said yes to this very content, and nobody a later no."""
        name = (external_id, digest)
        said_yes = name in self.yes or (*name, True) in self.asked
        return said_yes and self.words.get(name, True)

    # ---- what is sent and written --------------------------------------------------------------------

    def sending(self, posting: Posting) -> None:
        """At the very moment of sending, every record is on its way with what is sent of it, and approved."""
        for ref in posting.records:
            record = self.find(ref.external_id)
            if record is None:
                self.broken.append(f"{ref.external_id} is sent and not known")
            elif posting.reversal:
                standing = {(s.kind, s.version, s.hash) for s in record.standing}
                if record.state != "reversing" or (posting.kind, ref.version, ref.hash) not in standing:
                    self.broken.append(f"{ref.external_id} is taken back while it is {record.state}")
            elif (record.version, record.hash) != (ref.version, ref.hash) or record.state not in ("posting", "unsure"):
                self.broken.append(f"{ref.external_id} is sent while it is {record.state}")
            elif not self.may_go(ref.external_id, ref.hash):
                self.broken.append(f"{ref.external_id} is sent unapproved")

    def written(self, books: Erp, document: Document) -> None:
        """Whatever is written balances, and leaves each record in the books once or not at all."""
        posting = document.posting
        if posting.entity != ENTITY or posting.kind is not books.kind:
            self.broken.append(f"document {document.number} is in the wrong books")
        self._weigh(posting, document.number)
        for share in posting.shares:
            net = books.net(share.external_id)
            if net not in self.hours[share.external_id]:
                self.broken.append(f"{share.external_id} has {net} h in the books of {books.kind}")

    def _weigh(self, posting: Posting, number: str) -> None:
        debit = sum((line.debit for line in posting.journal_lines), ZERO)
        credit = sum((line.credit for line in posting.journal_lines), ZERO)
        shared = sum((share.amount for share in posting.shares), ZERO)
        lines = sum((line.amount for line in posting.project_lines), ZERO)
        if debit != credit or shared != posting.amount:
            self.broken.append(f"document {number} does not balance")
        if abs(debit if posting.journal_lines else lines) != abs(posting.amount):
            self.broken.append(f"document {number} has other lines than it says")
        if {ref.external_id for ref in posting.records} != {share.external_id for share in posting.shares}:
            self.broken.append(f"document {number} has parts of others than it names")

    # ---- what is stored ------------------------------------------------------------------------------

    def stored(self, old: StagedRecord | None, new: StagedRecord) -> None:
        """A record is written: its history covers every move, and each of them is a legal one."""
        self.broken += [f"{new.external_id} {fault}" for fault in self._faults(old, new)]

    def _faults(self, old: StagedRecord | None, new: StagedRecord) -> list[str]:
        moves = new.history
        if old is None or old.version != new.version:
            if old is not None:
                faults = self._successor(old, new)
            else:
                faults = [] if new.version == 1 else ["does not begin with its first version"]
            path, fresh = [], moves
        else:
            faults = [] if moves[: len(old.history)] == old.history else ["has lost some of its history"]
            if (old.hash, old.body) != (new.hash, new.body):
                faults.append("has other content and is said to be the same version")
            path, fresh = [str(old.state)], moves[len(old.history) :]
        path += [str(move.to) for move in fresh]
        if not moves or moves[-1].to is not new.state:
            faults.append(f"is {new.state}, and its history does not say so")
        illegal = [f"{a} to {b}" for a, b in pairwise(path) if b not in MOVED[a]]
        if illegal:
            faults.append(f"went from {', '.join(illegal)}")
        return [*faults, *self._kept(old, new), *self._true(old, new)]

    def _successor(self, old: StagedRecord, new: StagedRecord) -> list[str]:
        faults = []
        if new.version != old.version + 1 or content_hash(new.body) != new.hash:
            faults.append(f"follows version {old.version} as version {new.version}")
        if old.state in ON_ITS_WAY:
            faults.append(f"is replaced while it is {old.state}")
        return faults

    def _kept(self, old: StagedRecord | None, new: StagedRecord) -> list[str]:
        """What the books have of it is known for ever, and so is what people said."""
        said = [f"has a word of {a.by} that nobody said" for a in new.approvals if not self._was_said(new, a)]
        if old is None:
            return said
        known = {(s.kind, s.key) for s in new.in_the_books()}
        lost = [key for kind, key in {(s.kind, s.key) for s in old.in_the_books()} - known if key not in new.reversals]
        return [*said, *(f"has forgotten that it is in {key}" for key in sorted(lost))]

    def _was_said(self, record: StagedRecord, approval: object) -> bool:
        said = getattr(approval, "hash", ""), bool(getattr(approval, "approved", False))
        return (record.external_id, *said) in self.asked

    def _true(self, old: StagedRecord | None, new: StagedRecord) -> list[str]:
        """Said to be posted: it is; said to be gone from the books: it is."""
        if old is not None and old.state is new.state and old.problems == new.problems:
            return []
        faults = []
        if new.state == "posted":
            for kind, key in new.covered.items():
                books = self.books.get(DocumentKind(kind))
                documents = [d for d in books.documents if d.posting.key == key] if books else []
                if not documents:
                    faults.append(f"is said to be posted in {key}, which is not there")
        for problem in new.problems:
            if problem.code is ProblemCode.DOCUMENT_GONE and not self._removed(new, problem.subject):
                faults.append("is said to have lost a document that is there")
        return faults

    def _removed(self, record: StagedRecord, subject: str) -> bool:
        keys = [standing.key for standing in record.standing if standing.key in subject]
        documents = [d for books in self.books.values() for d in books.documents if d.posting.key in keys]
        return not documents or any(document.touched for document in documents)


class WatchedStagedStore(FakeStagedStore):
    """Staged records in memory, with somebody looking on."""

    witness: Witness | None = None

    def _put(self, record: StagedRecord) -> None:
        if self.witness is not None:
            self.witness.stored(self.get(HOURS, record.external_id), record)
        super()._put(record)
