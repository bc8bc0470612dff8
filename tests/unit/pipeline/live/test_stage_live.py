"""Objects are staged one by one: a version for each content, the gate's reason, and what is booked stays booked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from handoff.domain.errors import InvalidInput
from handoff.domain.invoices import AccountingState, CustomerInvoice
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.live.cards import card_body, customer_from, invoice_from, project_from
from handoff.pipeline.live.desk import BY_LIVE, CUSTOMERS, INVOICES, PROJECTS, LiveDesk
from handoff.pipeline.live.stage import accept, stage_card, stage_gone
from handoff.ports.live import Card
from tests.unit.pipeline.live.living import Watch, a_customer, a_desk, a_project, an_invoice
from tests.unit.pipeline.live.tools import kind_of


def staged(desk: LiveDesk, card: Card) -> StagedRecord:
    record = stage_card(desk, kind_of(card), card, by=BY_LIVE)
    assert record is not None
    assert record == desk.staged.get(record.flow, record.external_id)
    return record


def save(desk: LiveDesk, record: StagedRecord) -> StagedRecord:
    assert desk.staged.save([record]) == set()
    return replace(record, revision=record.revision + 1)


def booked(desk: LiveDesk, invoice: CustomerInvoice) -> StagedRecord:
    """An invoice that was booked."""
    record = staged(desk, invoice).covers("customer_invoice", "k1")
    for state in (State.POSTING, State.POSTED):
        record = record.move(state, by=BY_LIVE, at=desk.clock(), why="booked")
    return save(desk, record)


def gone(desk: LiveDesk, flow: str, external_id: str) -> StagedRecord:
    record = stage_gone(desk, flow, external_id)
    assert record is not None
    assert record == desk.staged.get(flow, external_id)
    return record


def inbox(desk: LiveDesk) -> list[str]:
    return [known.problem.message for known in desk.problems.open()]


# ---- content and versions --------------------------------------------------------------------


@pytest.mark.parametrize("card", [a_customer(), a_project(), an_invoice(), an_invoice(number=None, invoiced_on=None)])
def test_what_is_stored_is_what_was_handed_out(card: Card) -> None:
    read = {"customers": customer_from, "projects": project_from, "invoices": invoice_from}[kind_of(card)]
    assert read(card_body(card)) == card


def test_a_first_version_is_ready_at_once() -> None:
    """M2.1: a new customer goes at once."""
    record = staged(a_desk(), a_customer())
    assert (record.version, record.state, record.period, record.reason) == (1, State.READY, "2026-10", "")
    assert [(move.to, move.by) for move in record.history] == [(State.READY, BY_LIVE)]


def test_unchanged_content_writes_nothing() -> None:
    """M2.2: only a change goes again."""
    desk = a_desk()
    first = staged(desk, a_customer())
    assert staged(desk, a_customer()) == first


def test_changed_content_is_a_version_of_its_own_in_the_period_of_the_first() -> None:
    """M2.2: any change goes again."""
    clock = Watch()
    desk = a_desk(clock=clock)
    staged(desk, a_project())
    clock.later(timedelta(days=40))
    record = staged(desk, a_project(name="Ny webshop 2"))
    assert (record.version, record.state, record.period) == (2, State.READY, "2026-10")
    assert [one.version for one in desk.staged.versions(PROJECTS, "p1")] == [1, 2]


def test_an_invoice_lies_in_the_month_it_is_dated_in() -> None:
    """M1.3: the invoice date counts."""
    desk = a_desk()
    assert staged(desk, an_invoice(invoiced_on="2026-09-30")).period == "2026-09"
    assert staged(desk, an_invoice(invoiced_on="2026-11-01")).period == "2026-11"
    assert staged(desk, an_invoice(external_id="i2", invoiced_on=None, finalized=False)).period == "2026-10"


@pytest.mark.parametrize("state", [State.POSTING, State.UNSURE])
def test_what_is_on_its_way_is_left_until_it_has_arrived(state: State) -> None:
    """M1.1: nothing is replaced under a document that may be on its way."""
    desk = a_desk()
    record = staged(desk, an_invoice()).move(State.POSTING, by=BY_LIVE, at=desk.clock(), why="sent")
    if state is State.UNSURE:
        record = record.move(State.UNSURE, by=BY_LIVE, at=desk.clock(), why="no answer")
    record = save(desk, record)
    assert stage_card(desk, INVOICES, an_invoice(total="1.00"), by=BY_LIVE) is None
    assert stage_gone(desk, INVOICES, "i1") is None
    assert stage_card(desk, INVOICES, an_invoice(), by=BY_LIVE) == record
    assert desk.staged.get(INVOICES, "i1") == record


# ---- the gate ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("invoice", "state", "reason"),
    [
        (an_invoice(), State.READY, ""),
        (an_invoice(credits=20000, total="-100.00"), State.READY, ""),
        (an_invoice(finalized=False, number=None), State.HELD, "a draft"),
        (an_invoice(accounting=AccountingState.DO_NOT_TRANSFER), State.EXCLUDED, "do not transfer"),
        (an_invoice(accounting=AccountingState.TRANSFERRED), State.EXCLUDED, "already transferred"),
        (an_invoice(invoiced_on="2026-09-30"), State.EXCLUDED, "before the start"),
        (an_invoice(invoiced_on="2026-10-01"), State.READY, ""),
    ],
)
def test_an_invoice_goes_or_stays_out_with_its_reason(invoice: CustomerInvoice, state: State, reason: str) -> None:
    """M1.1: a finalized invoice is transferred, and no other."""
    record = staged(a_desk(settings={"starts_on": "2026-10-01"}), invoice)
    assert (record.state, record.reason) == (state, reason)


@pytest.mark.parametrize("card", [a_customer(), a_project(), an_invoice()])
def test_what_is_switched_off_stays_out_until_it_is_switched_on(card: Card) -> None:
    """M2.1: and then it goes, though nothing changed."""
    off = a_desk(settings={kind_of(card): {"on": False}})
    record = staged(off, card)
    assert (record.state, record.reason) == (State.EXCLUDED, "switched off")
    on = replace(off, settings=a_desk().settings)
    assert staged(on, card).state is State.READY
    assert staged(off, card).state is State.EXCLUDED


def test_a_draft_goes_when_it_is_finalized() -> None:
    """M1.1: at once when it is finalized."""
    desk = a_desk()
    staged(desk, an_invoice(finalized=False, number=None))
    assert staged(desk, an_invoice()).state is State.READY


def test_what_failed_stays_failed_until_it_changes() -> None:
    desk = a_desk()
    problem = Problem(ProblemCode.INVOICE_NUMBER_TAKEN, "Invoice 20001 is there already")
    desk.problems.report(problem, flow=INVOICES, external_ids={"i1"}, at=desk.clock())
    record = staged(desk, an_invoice()).move(
        State.FAILED, by=BY_LIVE, at=desk.clock(), why="taken", problems=(problem,)
    )
    record = save(desk, record)
    assert staged(desk, an_invoice()) == record
    marked = staged(desk, an_invoice(accounting=AccountingState.TRANSFERRED))
    assert (marked.state, marked.reason, marked.problems) == (State.EXCLUDED, "already transferred", ())
    assert inbox(desk) == []


def test_what_failed_and_is_switched_off_leaves_the_inbox() -> None:
    desk = a_desk()
    problem = Problem(ProblemCode.REFUSED_BY_ERP, "no")
    desk.problems.report(problem, flow=CUSTOMERS, external_ids={"c1"}, at=desk.clock())
    save(
        desk,
        staged(desk, a_customer()).move(State.FAILED, by=BY_LIVE, at=desk.clock(), why="refused", problems=(problem,)),
    )
    off = replace(desk, settings=a_desk(settings={"customers": {"on": False}}).settings)
    assert staged(off, a_customer()).state is State.EXCLUDED
    assert inbox(desk) == []


# ---- after booking -----------------------------------------------------------------------------


def test_a_booked_invoice_that_changed_is_not_booked_again_and_says_what_changed() -> None:
    """M1.2: once in the books, once for all."""
    desk = a_desk()
    booked(desk, an_invoice())
    record = staged(desk, an_invoice(total="11000.00", invoiced_on="2026-10-16"))
    assert (record.state, record.version, dict(record.covered)) == (State.FAILED, 2, {"customer_invoice": "k1"})
    assert inbox(desk) == [
        "Invoice 20001 changed: date from 2026-10-15 to 2026-10-16, total from 12500.00 to 11000.00, after it was "
        "booked. A booked invoice is not changed."
    ]
    again = staged(desk, an_invoice(total="10000.00"))
    assert (again.state, again.version) == (State.FAILED, 3)
    assert len(inbox(desk)) == 1
    assert "12500.00 to 10000.00" in inbox(desk)[0]


@pytest.mark.parametrize(
    "now",
    [
        an_invoice(accounting=AccountingState.TRANSFERRED),
        an_invoice(accounting=AccountingState.DO_NOT_TRANSFER),
        an_invoice(payment_id="71"),
        an_invoice(customer_id="c9"),
    ],
)
def test_a_change_that_does_not_stand_in_the_books_leaves_it_posted(now: CustomerInvoice) -> None:
    """M1.3: these fields are not among those transferred."""
    desk = a_desk()
    booked(desk, an_invoice())
    record = staged(desk, now)
    assert (record.state, dict(record.covered)) == (State.POSTED, {"customer_invoice": "k1"})
    assert inbox(desk) == []


def test_set_back_to_what_is_booked_it_is_posted_again() -> None:
    """M1.2: the books are right again."""
    desk = a_desk()
    booked(desk, an_invoice())
    staged(desk, an_invoice(total="11000.00"))
    staged(desk, an_invoice(total="11500.00"))
    record = staged(desk, an_invoice())
    assert (record.state, record.problems, dict(record.covered)) == (State.POSTED, (), {"customer_invoice": "k1"})
    assert inbox(desk) == []


def test_what_a_person_accepts_is_posted_and_later_changes_are_told_anew() -> None:
    """M1.2: a person's word ends it, for this content."""
    desk = a_desk()
    booked(desk, an_invoice())
    record = accept(desk, staged(desk, an_invoice(total="11000.00")), "anna")
    assert (record.state, record.history[-1].by) == (State.POSTED, "anna")
    assert inbox(desk) == []
    assert staged(desk, an_invoice(total="11000.00")) == record
    assert staged(desk, an_invoice(total="9000.00")).state is State.FAILED
    assert "11000.00 to 9000.00" in inbox(desk)[0]


def test_there_is_nothing_to_accept_of_what_is_as_it_should_be() -> None:
    desk = a_desk()
    with pytest.raises(InvalidInput):
        accept(desk, booked(desk, an_invoice()), "anna")


def test_a_missing_pdf_stays_beside_a_booked_invoice_whatever_changes() -> None:
    """M1.6: the note about the PDF is a matter of its own."""
    desk = a_desk()
    missing = Problem(ProblemCode.PDF_MISSING, "Invoice 20001")
    desk.problems.report(missing, flow=INVOICES, external_ids={"i1"}, at=desk.clock())
    save(desk, replace(booked(desk, an_invoice()), problems=(missing,)))
    record = staged(desk, an_invoice(total="11000.00"))
    assert missing in record.problems
    assert accept(desk, record, "anna").problems == (missing,)
    assert inbox(desk) == ["Invoice 20001 is booked without its PDF."]


# ---- gone --------------------------------------------------------------------------------------


def test_a_booked_invoice_that_is_gone_stands_in_the_books_and_in_the_inbox() -> None:
    """M1.2: nothing is silently left standing."""
    desk = a_desk()
    booked(desk, an_invoice())
    record = gone(desk, INVOICES, "i1")
    assert (record.state, dict(record.covered)) == (State.FAILED, {"customer_invoice": "k1"})
    assert [problem.code for problem in record.problems] == [ProblemCode.INVOICE_GONE]
    assert gone(desk, INVOICES, "i1") == record
    accepted = accept(desk, record, "anna")
    assert gone(desk, INVOICES, "i1") == accepted
    assert inbox(desk) == []


def test_a_booked_invoice_that_is_back_is_posted_again() -> None:
    desk = a_desk()
    booked(desk, an_invoice())
    gone(desk, INVOICES, "i1")
    record = staged(desk, an_invoice())
    assert (record.state, record.gone_at) == (State.POSTED, None)
    assert inbox(desk) == []
    gone(desk, INVOICES, "i1")
    assert staged(desk, an_invoice(total="1.00")).state is State.FAILED
    assert [known.problem.code for known in desk.problems.open()] == [ProblemCode.INVOICE_CHANGED]


def test_a_changed_invoice_that_is_gone_then_is_one_question() -> None:
    desk = a_desk()
    booked(desk, an_invoice())
    staged(desk, an_invoice(total="1.00"))
    record = gone(desk, INVOICES, "i1")
    assert record.state is State.FAILED
    assert [known.problem.code for known in desk.problems.open()] == [ProblemCode.INVOICE_GONE]


@pytest.mark.parametrize("finalized", [True, False])
def test_an_invoice_that_was_never_booked_and_is_gone_stays_out(finalized: bool) -> None:
    desk = a_desk()
    staged(desk, an_invoice(finalized=finalized))
    record = gone(desk, INVOICES, "i1")
    assert (record.state, record.reason) == (State.EXCLUDED, "gone")
    assert staged(desk, an_invoice(finalized=finalized)).state is (State.READY if finalized else State.HELD)


def test_one_that_stayed_out_and_is_gone_says_so() -> None:
    desk = a_desk()
    staged(desk, an_invoice(accounting=AccountingState.DO_NOT_TRANSFER))
    assert gone(desk, INVOICES, "i1").reason == "gone"


def test_what_was_never_seen_is_not_missed() -> None:
    assert stage_gone(a_desk(), INVOICES, "i1") is None


def test_a_customer_that_is_back_is_as_it_was() -> None:
    desk = a_desk()
    record = staged(desk, a_customer())
    save(desk, record.move(State.POSTED, by=BY_LIVE, at=desk.clock(), why="there"))
    assert gone(desk, CUSTOMERS, "c1").gone_at == desk.clock()
    back = staged(desk, a_customer())
    assert (back.state, back.gone_at, back.version) == (State.POSTED, None, 1)


def test_a_booked_total_of_another_scale_is_the_same_amount() -> None:
    desk = a_desk()
    booked(desk, an_invoice(total="12500.00"))
    record = staged(desk, an_invoice(total="12500.0"))
    assert record.state is State.POSTED
    assert Decimal("12500.0") == Decimal("12500.00")
