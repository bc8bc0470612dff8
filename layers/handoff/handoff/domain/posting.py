"""A posting: a document we intend to write to an ERP, its key, its lines, the records it covers.

      claimed ──► accepted ──► settled            (sent; receipt; links and records followed)
         │  ▲
         │  └──── unsure ──► accepted | claimed   (no answer; asked by key: found | surely absent)
         ├──► refused                             (a definite no: its records got problems or were split)
         └──► abandoned                           (every record left it before it was sent)

A posting is written before anything is sent and is never deleted: every step can be taken up again
from it alone.

A reversal is a posting like any other, with the signs turned: it takes back the parts that some records have in
earlier postings, and covers the very versions that stand there. What was posted is never changed.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b

import msgspec

from handoff.domain.costs import ProjectExpense
from handoff.domain.errors import Unbalanced
from handoff.domain.invoices import InvoiceDocument
from handoff.domain.periods import Period
from handoff.domain.purchases import ProjectFee
from handoff.domain.sales import SalesOrder
from handoff.domain.staged import RecordRef

ZERO = Decimal(0)


class DocumentKind(StrEnum):
    """The kinds of document that records can become."""

    PROJECT_TRANSACTIONS = "project_transactions"
    JOURNAL = "journal"
    CUSTOMER_INVOICE = "customer_invoice"
    PROJECT_EXPENSE = "project_expense"
    HOUR_ROWS = "hour_rows"
    SALES_ORDER = "sales_order"
    PROJECT_FEE = "project_fee"


BOOKED_KINDS = (DocumentKind.PROJECT_TRANSACTIONS, DocumentKind.JOURNAL)
"""What hours can become in the books, in the order the documents are written."""
HOURS_KINDS = (*BOOKED_KINDS, DocumentKind.HOUR_ROWS)
"""What hours can become."""
PLANNED_KINDS = (*HOURS_KINDS, DocumentKind.SALES_ORDER, DocumentKind.PROJECT_FEE)
"""What a plan can make of records."""


class PostingState(StrEnum):
    """Where a posting stands; see the picture above."""

    CLAIMED = "claimed"
    UNSURE = "unsure"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    REFUSED = "refused"
    ABANDONED = "abandoned"


OPEN_POSTINGS = frozenset({PostingState.CLAIMED, PostingState.UNSURE, PostingState.ACCEPTED})
"""States that the next pass takes up again."""


# Structs where there is one for each line or record: made several times faster than dataclasses and
# left alone by the garbage collector, which is half the time of a plan (measured in benchmarks/).


class ProjectLine(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Hours of one record on one cost centre; amounts in the posting's currency.

    `hours` and `billable_hours` in 0.01 hours, `unit_rate` per hour, `amount` in minor units.
    `spent_on` is the day of the work; `posted_on` the accounting date. Accounts are empty for work
    that has no value. `rule` and `split` name the rate-card and allocation rules that decided.
    """

    external_id: str
    spent_on: date
    posted_on: date
    project: str
    task: str
    employee: str
    item: str
    unit: str
    hours: Decimal
    billable_hours: Decimal
    unit_rate: Decimal
    amount: Decimal
    debit_account: str
    credit_account: str
    cost_centre: str
    text: str
    rate_rule: str
    account_rule: str
    split_rule: str


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One side of a journal entry; exactly one of debit and credit is not zero."""

    account: str
    cost_centre: str
    debit: Decimal
    credit: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The ERP's answer: its number, a link for people; adopted when found by asking."""

    number: str
    url: str
    at: datetime
    adopted: bool = False


@dataclass(frozen=True, slots=True)
class Posting:
    """One document: lines, or an invoice, expense, order or fee, and the exact versions of records that it covers.

    `hours` counts all covered hours, `amount` their value in `currency`; both are negative in a
    `reversal`. `shares` gives each record's hours and value, so that a record's part of an aggregated
    journal can be named, and taken back. `taken_out` are records whose part a person took out of the
    ERP's document by hand, and told us so.
    """

    key: str
    kind: DocumentKind
    entity: str
    flow: str
    period: Period
    posted_on: date
    currency: str
    text: str
    records: tuple[RecordRef, ...]
    hours: Decimal
    amount: Decimal
    project_lines: tuple[ProjectLine, ...] = ()
    journal_lines: tuple[JournalLine, ...] = ()
    shares: tuple[RecordShare, ...] = ()
    settings_version: int = 0
    reversal: bool = False
    state: PostingState = PostingState.CLAIMED
    revision: int = 0
    run_id: str = ""
    claimed_at: datetime | None = None
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    receipt: Receipt | None = None
    refusal: str = ""
    taken_out: tuple[str, ...] = ()
    invoice: InvoiceDocument | None = None
    expense: ProjectExpense | None = None
    order: SalesOrder | None = None
    fee: ProjectFee | None = None

    def is_left(self, external_id: str) -> bool:
        """Whether a record's part is still in the document, as far as people told us."""
        return external_id not in self.taken_out

    def left(self) -> tuple[Decimal, Decimal]:
        """Hours and amount of the document without what people took out of it."""
        gone = [share for share in self.shares if share.external_id in self.taken_out]
        hours = self.hours - sum([share.hours for share in gone], ZERO)
        return hours, self.amount - sum([share.amount for share in gone], ZERO)


class SharePart(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Which accounts and cost centre a part of a record's value went to in an aggregated journal."""

    debit_account: str
    credit_account: str
    cost_centre: str
    amount: Decimal


class RecordShare(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One record's part of a posting: hours and value in the posting's currency.

    `parts` is set in journals only, whose lines name no record. In a reversal `reverses` is the key of the
    posting that the part is taken back from.
    """

    external_id: str
    hours: Decimal
    amount: Decimal
    parts: tuple[SharePart, ...] = ()
    reverses: str = ""


def posting_key(
    tenant_id: str, entity: str, flow: str, kind: DocumentKind, records: Iterable[RecordRef], *, reversal: bool = False
) -> str:
    """The posting's key: `HO` and 16 letters, the same for the same exact record versions.

    A reversal of some versions has another key than the posting that they once made.

    Short, since it travels in a text field of the ERP's document that people read; 80 bits, so that
    two postings of one company meet by chance less than once in 10^12 documents.
    """
    digest = blake2b(digest_size=10)
    for part in (tenant_id, entity, flow, kind.value, *(("reversal",) if reversal else ())):
        digest.update(part.encode() + b"\x00")
    for ref in sorted(f"{r.external_id}\x00{r.version}\x00{r.hash}" for r in records):
        digest.update(ref.encode() + b"\x01")
    return "HO" + b32encode(digest.digest()).decode()


def check_balance(posting: Posting) -> None:
    """Raises Unbalanced unless debits equal credits and lines, records' shares and totals agree.

    A posting has one entity and one currency. A project line carries both its accounts, so it
    balances when it has both or has no value.
    """
    faults = "; ".join(_imbalances(posting))
    if faults:
        raise Unbalanced(f"posting {posting.key} does not balance: {faults}", field=posting.key)


def _imbalances(posting: Posting) -> Iterator[str]:
    if _documents_in(posting):
        yield from _not_its_document(posting)
        return
    debit = sum([line.debit for line in posting.journal_lines], ZERO)
    credit = sum([line.credit for line in posting.journal_lines], ZERO)
    if debit != credit:
        yield f"debits {debit}, credits {credit}"
    # Rows of a register are no bookkeeping: they have a value and no accounts.
    booked = posting.project_lines if posting.kind is not DocumentKind.HOUR_ROWS else ()
    if any(line.amount and not (line.debit_account and line.credit_account) for line in booked):
        yield "a line with a value lacks an account"
    if posting.project_lines:
        value = sum([line.amount for line in posting.project_lines], ZERO)
    else:
        value = -debit if posting.reversal else debit
    # A journal's debits are its value, unless a part of it has the other sign and stands on the other side.
    turned = any(share.amount > 0 if posting.reversal else share.amount < 0 for share in posting.shares)
    if value != posting.amount and (posting.project_lines or not turned):
        yield f"lines {value}, amount {posting.amount}"
    if posting.project_lines and sum([line.hours for line in posting.project_lines], ZERO) != posting.hours:
        yield f"lines' hours differ from {posting.hours}"
    if posting.shares and (
        sum([share.amount for share in posting.shares], ZERO) != posting.amount
        or sum([share.hours for share in posting.shares], ZERO) != posting.hours
    ):
        yield "the records' shares do not add up"


def _not_its_document(posting: Posting) -> Iterator[str]:
    """A document that is no lines of ours is one amount, of one record, under the posting's key."""
    documents = _documents_in(posting)
    for document, amount in documents:
        if document.key != posting.key:
            yield f"the document has the key {document.key}"
        if (amount, document.currency) != (posting.amount, posting.currency):
            yield f"document {amount} {document.currency}, amount {posting.amount} {posting.currency}"
    if posting.project_lines or posting.journal_lines or len(documents) > 1:
        yield "it is more than one document"
    if len(posting.records) != 1:
        yield f"it covers {len(posting.records)} records"
    if posting.shares and sum([share.amount for share in posting.shares], ZERO) != posting.amount:
        yield "the records' shares do not add up"


def _documents_in(posting: Posting) -> list[tuple[InvoiceDocument | ProjectExpense | SalesOrder | ProjectFee, Decimal]]:
    """What a posting is besides lines, and what that is worth."""
    found: list[tuple[InvoiceDocument | ProjectExpense | SalesOrder | ProjectFee, Decimal]] = []
    if posting.invoice is not None:
        found.append((posting.invoice, posting.invoice.total))
    if posting.expense is not None:
        found.append((posting.expense, posting.expense.amount))
    if posting.order is not None:
        found.append((posting.order, posting.order.net))
    if posting.fee is not None:
        found.append((posting.fee, posting.fee.cost))
    return found
