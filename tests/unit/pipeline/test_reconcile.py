"""Reconcile: every hour of a period is accounted for, and whatever differs is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, Posting, Receipt
from handoff.domain.problems import Problem, ProblemCode
from handoff.domain.reconciliation import Reconciliation
from handoff.domain.staged import StagedRecord, State
from handoff.domain.time import TimeEntry
from handoff.pipeline.reconcile import ReconcileTools, reconcile
from handoff.ports import BrokenRow, FeedInfo, FeedPage, LedgerDocument, LedgerLine
from tests.builders import (
    HOURS,
    NOW,
    OCTOBER,
    a_client,
    a_fetched_entry,
    a_financial_period,
    a_record,
    a_time_entry,
    reference_data,
)
from tests.fakes import FakePostingStore
from tests.unit.pipeline.planning import JOURNAL, PROJECT
from tests.unit.pipeline.posting import PostDesk

ZERO = Decimal(0)
NOVEMBER = Period("2026-11")
CHANGED = Problem(ProblemCode.CHANGED_AFTER_POSTING, "Entry 1")


@dataclass(slots=True)
class Ledger:
    """The books as the ERP gives them back."""

    documents: list[LedgerDocument] = field(default_factory=list)
    absence_delay: timedelta = timedelta(0)

    def send(self, posting: Posting) -> Receipt:
        raise AssertionError("a reconciliation writes nothing")

    def find(self, posting: Posting) -> Receipt | None:
        raise AssertionError("a reconciliation asks for no single document")

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        return (document for document in self.documents if document.period == period)


@dataclass(slots=True)
class Month:
    """The time tool's own answer for a span of days."""

    entries: list[TimeEntry] = field(default_factory=list)
    broken: list[BrokenRow] = field(default_factory=list)
    feeds: Sequence[FeedInfo] = ()
    calls: int = 0

    def read(self, feed: str, *, since: object, page: str | None) -> FeedPage:
        raise AssertionError("a reconciliation reads days, not changes")

    def entries_between(self, first: date, last: date) -> Iterator[FeedPage]:
        for entry in self.entries:
            if first <= entry.spent_on <= last:
                yield FeedPage([a_fetched_entry(entry=entry)], (), (), None, None, None)
        yield FeedPage((), (), self.broken, None, None, None)


class Account:
    """Both systems and our stores; `post` posts what is ready and gives it to the ledger."""

    def __init__(self, *kinds: DocumentKind, **settings: object) -> None:
        self.desk = PostDesk(*(kinds or (PROJECT,)), **settings)
        self.month = Month()
        self.ledgers = {kind: Ledger() for kind in self.desk.kinds}
        self.others: list[FakePostingStore] = []
        self.reference = reference_data()

    def logged(self, *entries: TimeEntry, state: State = State.READY, **fields: object) -> None:
        """Entries in the time tool, staged as they are."""
        self.month.entries += entries
        self.desk.staged.inner.add([a_record(entry=entry, state=state) for entry in entries])

    def post(self) -> None:
        self.desk.reference = self.reference
        self.desk.post()
        for kind, channel in self.desk.channels.items():
            self.ledgers[kind].documents = [as_read(posting) for posting in channel.written]

    @property
    def ledger(self) -> Ledger:
        return self.ledgers[self.desk.kinds[0]]

    def edited(self, external_id: str, **changes: str) -> StagedRecord:
        """The entry edited in the time tool after it was posted, and fetched."""
        old = self.desk.record(external_id)
        entry = an_entry(external_id, **changes)
        new = a_record(entry=entry, state=State.FAILED, version=old.version + 1, problems=(CHANGED,))
        self.desk.staged.inner.replace(old, replace(new, revision=old.revision))
        self.month.entries = [one for one in self.month.entries if one.external_id != external_id] + [entry]
        return self.desk.record(external_id)

    def reconciled(self, period: Period = OCTOBER) -> Reconciliation:
        tools = ReconcileTools(
            time_tool=self.month, channels=self.ledgers, staged=self.desk.staged.inner,
            postings=self.desk.postings.inner, others=self.others, reference=self.reference, currency="NOK",
            clock=lambda: NOW,
        )  # fmt: skip
        return reconcile(tools, flow=HOURS, period=period)

    def differences(self, period: Period = OCTOBER) -> list[tuple[str, str, str, str]]:
        found = self.reconciled(period).differences
        return [(one.code, one.subject, one.expected, one.found) for one in found]


def as_read(posting: Posting) -> LedgerDocument:
    """A document as the ERP gives it back."""
    lines = [LedgerLine(line.external_id, line.hours, line.amount) for line in posting.project_lines]
    lines += [LedgerLine("", Decimal(0), line.debit) for line in posting.journal_lines]
    return LedgerDocument(posting.key, "PT000001", posting.kind, posting.period, "Released", lines)


def an_entry(
    external_id: str, *, hours: str = "7.5", spent_on: str = "2026-10-05", client_id: str = "301", rate: str = "1250.00"
) -> TimeEntry:
    return a_time_entry(external_id=external_id, hours=hours, spent_on=spent_on, client_id=client_id, rate=rate)


# ---- all is well -------------------------------------------------------------------------------


def test_every_hour_of_the_period_is_under_one_heading_and_the_books_agree() -> None:
    account = Account()
    account.logged(an_entry("1"), an_entry("2", hours="2.5"))
    account.post()
    account.logged(an_entry("3"), state=State.HELD)
    account.logged(an_entry("4"), state=State.EXCLUDED)
    account.logged(an_entry("5"), state=State.FAILED)
    account.logged(an_entry("6"), state=State.READY)
    account.logged(an_entry("7"), state=State.UNSURE)

    report = account.reconciled()

    assert report.agrees
    assert (report.time_tool.records, report.time_tool.hours) == (7, Decimal("47.5"))
    assert {name: (part.records, part.hours) for name, part in report.states.items()} == {
        "held": (1, Decimal("7.5")),
        "excluded": (1, Decimal("7.5")),
        "failed": (1, Decimal("7.5")),
        "posted": (2, Decimal("10.0")),
        "on_the_way": (2, Decimal("15.0")),
    }
    (books,) = report.books
    assert (books.kind, books.documents) == (PROJECT, 1)
    assert (books.hours, books.amount) == (Decimal(10), Decimal(12500))
    assert (books.ledger_documents, books.ledger_hours, books.ledger_amount) == (1, Decimal(10), Decimal(12500))
    assert (report.hours_difference, report.amount_difference, report.at) == (ZERO, ZERO, NOW)


def test_value_is_told_by_currency_at_the_time_tools_own_rates() -> None:
    account = Account()
    account.reference = reference_data(clients=[a_client(), a_client(id="302", currency="EUR")])
    account.logged(
        an_entry("1", hours="1"), an_entry("2", hours="1.005", client_id="302", rate="99.99"),
        an_entry("3", client_id="309", hours="2", rate="10"), a_time_entry(external_id="4", billable=False),
        state=State.HELD,
    )  # fmt: skip

    assert account.reconciled().time_tool.value == {"NOK": Decimal("1270.00"), "EUR": Decimal("100.49")}


def test_both_kinds_are_compared_each_with_its_own_books() -> None:
    account = Account(PROJECT, JOURNAL)
    account.logged(an_entry("1"))
    account.post()

    report = account.reconciled()

    assert report.agrees
    assert [(books.kind, books.hours, books.ledger_amount) for books in report.books] == [
        ("project_transactions", Decimal("7.5"), Decimal(9375)), ("journal", ZERO, Decimal(9375)),
    ]  # fmt: skip


def test_a_kind_without_documents_on_either_side_is_left_out() -> None:
    account = Account(PROJECT, JOURNAL)
    account.desk.kinds = (PROJECT,)
    account.logged(an_entry("1"))
    account.post()

    assert [books.kind for books in account.reconciled().books] == [PROJECT]


def test_work_of_a_closed_month_is_named_in_both_months() -> None:
    account = Account(closed_period="next_open")
    account.reference = reference_data(
        financial_periods=[a_financial_period(open=False), a_financial_period(period="2026-11")]
    )
    account.logged(an_entry("1"))
    account.post()

    october, november = account.reconciled(), account.reconciled(NOVEMBER)

    assert (october.posted_elsewhere, october.from_elsewhere, october.agrees) == (Decimal("7.5"), ZERO, True)
    assert (november.posted_elsewhere, november.from_elsewhere, november.agrees) == (ZERO, Decimal("7.50"), True)
    assert (november.time_tool.hours, november.books[0].hours) == (ZERO, Decimal("7.50"))


# ---- the time tool has something else ----------------------------------------------------------


def test_an_entry_that_was_not_fetched_yet_is_named() -> None:
    account = Account()
    account.month.entries.append(an_entry("1"))

    report = account.reconciled()

    assert account.differences() == [("not_fetched", "1", "not staged yet", "7.5 h")]
    assert (report.hours_difference, report.agrees) == (Decimal("7.5"), False)


def test_an_entry_edited_since_it_was_fetched_is_named() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.month.entries = [an_entry("1", hours="8")]

    assert account.differences() == [("edited_since_fetch", "1", "7.5 h", "8 h")]
    assert account.reconciled().hours_difference == Decimal("0.5")


def test_an_entry_that_is_gone_from_the_time_tool_is_named_with_its_state() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    account.month.entries.clear()

    assert account.differences() == [("gone_from_time_tool", "1", "7.5 h posted", "nothing")]
    assert account.reconciled().hours_difference == Decimal("-7.5")


def test_a_row_that_can_not_be_read_is_named() -> None:
    account = Account()
    account.month.broken.append(BrokenRow("9", "hours", "Expected `decimal`, got `str`"))

    assert account.differences() == [("broken_contract", "9", "a readable hours", "Expected `decimal`, got `str`")]


def test_an_entry_that_moved_to_another_month_before_it_was_posted_is_that_months_business() -> None:
    account = Account()
    account.logged(an_entry("1"), state=State.HELD)
    moved = a_record(entry=an_entry("1", spent_on="2026-11-02"), state=State.HELD, version=2)
    account.desk.staged.inner.replace(account.desk.record("1"), moved)
    account.month.entries = [an_entry("1", spent_on="2026-11-02")]

    assert account.differences() == []
    assert account.reconciled().agrees
    assert (account.reconciled(NOVEMBER).agrees, account.reconciled(NOVEMBER).time_tool.records) == (True, 1)


def test_an_entry_that_moved_to_another_month_after_it_was_posted_is_named() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    account.edited("1", spent_on="2026-11-02", hours="3")

    assert account.differences() == [("changed_after_posting", "1", "3 h in 2026-11", "7.5 h in the books")]
    assert account.reconciled().hours_difference == 0
    assert account.reconciled(NOVEMBER).states["failed"].records == 1


# ---- changed after posting ---------------------------------------------------------------------


def test_an_entry_edited_after_posting_is_named_with_both_contents() -> None:
    account = Account()
    account.logged(an_entry("1"), an_entry("2"))
    account.post()
    account.edited("1", hours="9")

    assert account.differences() == [
        ("changed_after_posting", "1", "9 h in the time tool", "7.5 h in the books"),
    ]  # fmt: skip


def test_an_entry_edited_again_and_again_is_named_once() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    posted = account.desk.record("1")
    account.edited("1", hours="9")
    back = replace(posted, version=3, revision=account.desk.record("1").revision)  # set back, then edited again
    account.desk.staged.inner.replace(account.desk.record("1"), back)
    account.edited("1", hours="10")

    assert account.differences() == [
        ("changed_after_posting", "1", "10 h in the time tool", "7.5 h in the books"),
    ]  # fmt: skip


def test_an_entry_whose_first_of_two_documents_was_written_is_in_the_books_as_well() -> None:
    account = Account(PROJECT, JOURNAL)
    account.desk.kinds = (PROJECT,)
    account.logged(an_entry("1"))
    account.post()
    half = replace(account.desk.record("1"), state=State.READY)
    account.desk.put(half)
    account.edited("1", hours="9")

    assert [code for code, *_ in account.differences()] == ["changed_after_posting"]


def test_an_entry_set_back_to_what_was_posted_is_no_difference() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    posted = account.desk.record("1")
    account.edited("1", hours="9")
    back = replace(posted, version=3, revision=account.desk.record("1").revision)
    account.desk.staged.inner.replace(account.desk.record("1"), back)
    account.month.entries = [an_entry("1")]

    assert account.reconciled().agrees


# ---- the books have something else -------------------------------------------------------------


def posted_account(*kinds: DocumentKind) -> Account:
    account = Account(*kinds)
    account.logged(an_entry("1"), an_entry("2"))
    account.post()
    return account


def test_a_document_that_is_missing_in_the_erp_is_named() -> None:
    account = posted_account()
    account.ledger.documents.clear()

    assert account.differences() == [("missing_document", account.desk.posting().key, "PT000001", "nothing")]
    assert account.reconciled().amount_difference == 18750


def test_h5_3_a_document_that_is_in_the_books_twice_is_named() -> None:
    account = posted_account()
    account.ledger.documents.append(replace(account.ledger.documents[0], number="PT000002"))

    assert account.differences() == [("document_twice", account.desk.posting().key, "PT000001", "PT000002")]
    assert account.reconciled().amount_difference == 18750


def test_a_document_with_a_key_that_is_none_of_ours_is_named() -> None:
    account = posted_account()
    account.ledger.documents.append(replace(account.ledger.documents[0], key="HOX", number="PT000009"))

    assert account.differences() == [("unknown_document", "HOX", "not posted by us", "PT000009")]


def test_documents_of_another_integration_into_the_same_company_are_left_to_it() -> None:
    account = posted_account()
    theirs = replace(account.desk.posting(), key="HOTHEIRS", revision=0)
    account.others.append(FakePostingStore())
    account.others[0].claim(theirs)
    account.ledger.documents.append(replace(account.ledger.documents[0], key="HOTHEIRS"))

    assert account.reconciled().agrees


def test_a_line_that_somebody_changed_in_the_erp_is_named() -> None:
    account = posted_account()
    document = account.ledger.documents[0]
    lines = [LedgerLine("1", Decimal("7.5"), Decimal("9000")), LedgerLine("3", Decimal(1), Decimal(10))]
    account.ledger.documents = [replace(document, lines=lines)]

    assert account.differences() == [
        ("line_differs", "PT000001 / 1", "7.50 h, 9375.00", "7.5 h, 9000"),
        ("line_differs", "PT000001 / 2", "7.50 h, 9375.00", "nothing"),
        ("line_differs", "PT000001 / 3", "nothing", "1 h, 10"),
    ]


def test_a_record_split_over_cost_centres_is_compared_as_a_whole() -> None:
    account = Account(allocations=[{"id": "both", "shares": {"10": "60", "20": "40"}}])
    account.logged(an_entry("1"))
    account.post()
    (document,) = account.ledger.documents
    account.ledger.documents = [replace(document, lines=list(reversed(document.lines)))]

    assert len(document.lines) == 2
    assert account.reconciled().agrees


def test_a_journal_with_another_amount_is_named() -> None:
    account = posted_account(JOURNAL)
    (document,) = account.ledger.documents
    account.ledger.documents = [replace(document, lines=[LedgerLine("", Decimal(0), Decimal("18750.01"))])]

    assert account.differences() == [("amount_differs", "PT000001", "18750.00", "18750.01")]


def test_a_record_that_is_posted_without_a_document_is_named() -> None:
    account = Account()
    account.logged(an_entry("1"), state=State.POSTED)

    assert account.differences() == [("not_in_any_document", "1", "7.5 h posted", "nothing")]


def test_a_document_that_is_not_accepted_counts_for_nothing() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.desk.erp.refused["1"] = "No."
    account.post()

    report = account.reconciled()

    assert (report.agrees, list(report.books)) == (True, [])
    assert report.states["failed"].records == 1
