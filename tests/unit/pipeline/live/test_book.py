"""Book: a finalized invoice becomes one voucher, with its PDF, and is booked by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from handoff.domain.errors import BrokenContract, RateLimited, ReconnectNeeded, Rejected, Unreachable
from handoff.domain.master_data import WantedCustomer
from handoff.domain.posting import DocumentKind, PostingState
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import State
from handoff.pipeline.live.waiting import waiting_for
from tests.unit.pipeline.live.booking import PDF, BookDesk, a_ready_record
from tests.unit.pipeline.live.living import a_customer, a_project, an_invoice


def a_wanted_customer() -> WantedCustomer:
    """The dull customer as somebody typed it into the ERP."""
    return WantedCustomer(
        number=1001, name="Strandby Kaffe ApS", organisation_number="12345674", email="", address="", postcode="",
        city="", country="DK", group=1, payment_terms=1, vat_zone=1, currency="DKK",
    )  # fmt: skip


KIND = DocumentKind.CUSTOMER_INVOICE

# ---- the straight path -------------------------------------------------------------------------


def test_a_finalized_invoice_is_a_booked_voucher_with_its_pdf() -> None:
    """M1.1, M1.2, M1.4: transferred at once, posted in the journal by itself, with its PDF."""
    desk = BookDesk()
    desk.ready()

    record = desk.book()

    voucher, posting = desk.voucher(), desk.posting()
    assert (voucher.booked, voucher.pdfs, voucher.journal) == (1, [PDF], 1)
    assert (record.state, record.covered, record.problems) == (State.POSTED, {KIND: posting.key}, ())
    assert record == desk.record()
    assert posting.state is PostingState.SETTLED
    assert (desk.receipt().number, desk.receipt().adopted) == ("50001", False)
    assert desk.inbox() == []


def test_the_straight_path_asks_once_and_writes_three_times() -> None:
    desk = BookDesk()
    desk.ready()

    desk.book()

    assert desk.journal.asked == ["find", "create", "attach", "book"]
    assert desk.tool.asked == ["pdf i1"]


def test_the_voucher_has_what_the_manual_names() -> None:
    """M1.3: invoice number, description, customer, project, date, total including VAT and account."""
    desk = BookDesk({"invoices": {"journal": 7, "vat_codes": {"25": "U25"}}})  # M1.7: the journal is a setting
    desk.ready()

    desk.book()

    (document,) = desk.journal.documents
    posting = desk.posting()
    assert document == posting.invoice
    assert replace(document, key="", text="") == replace(
        document, key="", text="", journal=7, number=20001, customer=1001, project=501,
        invoiced_on=date(2026, 10, 15), due_on=date(2026, 10, 29), currency="DKK", total=Decimal("12500.00"),
        account=1010, vat_code="U25",
    )  # fmt: skip
    assert document.text == f"Konsulentbistand oktober, invoice 20001 {posting.key}"
    assert (posting.settings_version, posting.amount, posting.entity) == (3, Decimal("12500.00"), "economic-1")


def test_a_credit_note_names_what_it_credits() -> None:
    desk = BookDesk()
    desk.ready(an_invoice(number=20002, total="-500.00", credits=20001))

    assert desk.book().state is State.POSTED

    (document,) = desk.journal.documents
    assert document.total == Decimal("-500.00")
    assert f"credit note 20002 of invoice 20001 {document.key}" in document.text


def test_what_is_posted_is_posted_once() -> None:
    desk = BookDesk()
    desk.ready()
    desk.book()
    asked = list(desk.journal.asked)

    assert desk.book().state is State.POSTED
    desk.quiet()

    assert desk.journal.asked == asked


@pytest.mark.parametrize("state", [State.HELD, State.EXCLUDED, State.FAILED])
def test_an_invoice_that_is_not_ready_stays_where_it_is(state: State) -> None:
    desk = BookDesk()
    ready = desk.ready()
    desk.desk.staged.save([replace(ready, state=state)])

    assert desk.book().state is state
    assert desk.journal.asked == []


# ---- customer and project ----------------------------------------------------------------------


def test_an_invoice_without_a_project_goes_without_one() -> None:
    desk = BookDesk()
    desk.ready(an_invoice(project_id="", project_number=""))
    desk.book()
    assert desk.journal.documents[0].project is None


def test_projects_that_are_not_transferred_stay_off_the_voucher() -> None:
    desk = BookDesk({"projects": {"on": False}})
    desk.ready()
    desk.book()
    assert desk.journal.documents[0].project is None


def test_customers_that_are_kept_by_hand_go_by_their_number() -> None:
    desk = BookDesk({"customers": {"on": False}}, linked=False)
    desk.tool.has(a_customer())
    desk.erp.told_customers.has(a_wanted_customer())
    desk.ready(an_invoice(project_id=""))
    desk.book()
    assert desk.journal.documents[0].customer == 1001


def test_a_customer_kept_by_hand_that_nobody_made_is_missing() -> None:
    desk = BookDesk({"customers": {"on": False}}, linked=False)
    desk.tool.has(a_customer())
    desk.ready(an_invoice(project_id=""))
    assert [problem.code for problem in desk.book().problems] == [ProblemCode.CUSTOMER_NOT_THERE]


def test_a_customer_and_a_project_that_are_new_are_brought_first() -> None:
    """M1.1, M2.1, M3.1: an invoice that is faster than its customer brings it along."""
    desk = BookDesk(linked=False)
    desk.tool.has(a_customer(), a_project())
    desk.ready()

    assert desk.book().state is State.POSTED

    assert (desk.journal.documents[0].customer, desk.journal.documents[0].project) == (1001, 501)
    assert (list(desk.erp.told_customers.rows), list(desk.erp.told_projects.rows)) == ([1001], [501])


def test_an_invoice_without_a_customer_says_so() -> None:
    desk = BookDesk()
    desk.ready(an_invoice(customer_id="", customer_number=""))
    (problem,) = desk.book().problems
    assert problem.message == "Customer of invoice 20001, which names none, is not in the ERP."


def test_a_project_without_a_number_is_told_as_such_and_not_by_its_id_alone() -> None:
    desk = BookDesk(linked=False)
    desk.tool.has(a_customer(), a_project(number=""))
    desk.ready(an_invoice(project_id="41", project_number=""))
    messages = [problem.message for problem in desk.book().problems]
    assert messages == ["Project without a number (id 41) is not in the ERP."]


def test_everything_that_is_missing_is_told_at_once() -> None:
    desk = BookDesk(linked=False)
    desk.ready(an_invoice(account="", invoiced_on=None))

    record = desk.book()

    assert record.state is State.FAILED
    assert [problem.code for problem in record.problems] == [
        ProblemCode.INVOICE_INCOMPLETE,
        ProblemCode.INVOICE_INCOMPLETE,
        ProblemCode.CUSTOMER_NOT_THERE,
        ProblemCode.PROJECT_NOT_THERE,
    ]
    own = {problem.id for problem in record.problems}
    assert own <= {known.problem.id for known in desk.desk.problems.open()}
    assert desk.journal.asked == []
    assert desk.desk.postings.page(limit=9, cursor=None)[0] == []


def test_invoices_go_by_themselves_once_their_customer_is_there() -> None:
    """M1.1: nobody has to ask for them again."""
    desk = BookDesk({"projects": {"on": False}}, linked=False)
    desk.ready()
    desk.ready(an_invoice(external_id="i2", number=20002))
    desk.ready(an_invoice(external_id="i3", number=20003, customer_id="c2", customer_number="1001"))
    for name in ("i1", "i2", "i3"):
        assert desk.book(name).state is State.FAILED
    desk.link("customers", "c1", 1001)

    booked = waiting_for(desk.desk, "customers", "c1")

    assert {record.external_id: record.state for record in booked} == {"i1": State.POSTED, "i2": State.POSTED}
    assert desk.record("i3").state is State.FAILED
    assert (ProblemCode.CUSTOMER_NOT_THERE, frozenset({"i3"})) in desk.inbox()


def test_an_invoice_that_waits_for_customer_and_project_waits_for_both() -> None:
    desk = BookDesk(linked=False)
    desk.ready()
    desk.book()
    desk.link("projects", "p1", 501)

    (record,) = waiting_for(desk.desk, "projects", "p1")
    assert [problem.code for problem in record.problems] == [ProblemCode.CUSTOMER_NOT_THERE]

    desk.link("customers", "c1", 1001)
    (record,) = waiting_for(desk.desk, "customers", "c1")
    assert record.state is State.POSTED
    assert ProblemCode.PROJECT_NOT_THERE not in [code for code, _ in desk.inbox()]


def test_nothing_is_freed_while_invoices_are_switched_off() -> None:
    desk = BookDesk({"invoices": {"on": False}}, linked=False)
    desk.ready()
    desk.book()
    assert waiting_for(desk.desk, "customers", "c1") == ()
    assert desk.record().state is State.FAILED


def test_a_name_that_an_interrupted_step_left_in_the_inbox_is_cleared() -> None:
    desk = BookDesk(linked=False)
    desk.ready(an_invoice(project_id=""))
    (problem,) = desk.book().problems
    desk.link("customers", "c1", 1001)
    waiting_for(desk.desk, "customers", "c1")
    desk.desk.problems.report(problem, flow="invoices", external_ids={"i1"}, at=desk.clock())

    assert waiting_for(desk.desk, "customers", "c1") == ()
    assert problem not in [known.problem for known in desk.desk.problems.open()]


# ---- the PDF -----------------------------------------------------------------------------------


def test_the_pdf_stays_at_home_where_the_settings_say_so() -> None:
    """M1.5: whether the PDF is included is a setting."""
    desk = BookDesk({"invoices": {"pdf": False}})
    desk.ready()

    assert desk.book().problems == ()

    assert desk.journal.asked == ["find", "create", "book"]
    assert desk.tool.asked == []


@pytest.mark.parametrize("code", ["attachment_refused", "too_large"])
def test_a_pdf_that_the_erp_takes_none_of_does_not_keep_the_invoice(code: str) -> None:
    """M1.6: on plan Plus the invoice goes through, and the missing PDF is a visible note."""
    desk = BookDesk()
    desk.ready()
    desk.journal.refuses["attach"] = Rejected("no attachments here", code=code)

    record = desk.book()

    assert (record.state, desk.voucher().booked, desk.voucher().pdfs) == (State.POSTED, 1, [])
    assert [problem.code for problem in record.problems] == [ProblemCode.PDF_MISSING]
    assert desk.inbox() == [(ProblemCode.PDF_MISSING, frozenset({"i1"}))]
    assert desk.posting().state is PostingState.SETTLED


@pytest.mark.parametrize("fault", [None, BrokenContract("a web page")])
def test_a_pdf_that_the_time_tool_has_none_of_is_a_note(fault: BrokenContract | None) -> None:
    """M1.4: an invoice never goes without its PDF in silence."""
    desk = BookDesk()
    desk.ready(pdf=None)
    desk.tool.faults.append(fault)

    assert [problem.code for problem in desk.book().problems] == [ProblemCode.PDF_MISSING]
    assert desk.voucher().booked == 1


@pytest.mark.parametrize("fault", [Unreachable("no"), RateLimited("wait", retry_after=9), ReconnectNeeded("key")])
def test_a_pdf_that_can_t_be_read_now_is_waited_for(fault: Exception) -> None:
    """M1.4: it is not booked without the PDF."""
    desk = BookDesk()
    desk.ready()
    desk.tool.faults.append(fault)

    with pytest.raises(type(fault)):
        desk.book()
    assert (desk.voucher().booked, desk.record().state) == (0, State.POSTING)
    assert desk.posting().state is PostingState.ACCEPTED

    assert desk.book().state is State.POSTED
    assert (desk.voucher().booked, desk.voucher().pdfs) == (1, [PDF])
    assert desk.inbox() == []


# ---- the number is taken -----------------------------------------------------------------------


@pytest.mark.parametrize("booked", [False, True])
def test_an_invoice_that_somebody_typed_in_is_not_written_a_second_time(booked: bool) -> None:
    """M5.1: the numbers are the time tool's, and one that is there already is told, not doubled."""
    desk = BookDesk()
    desk.ready()
    desk.journal.typed_in(20001, booked=booked)

    record = desk.book()

    assert (record.state, [p.code for p in record.problems]) == (State.FAILED, [ProblemCode.INVOICE_NUMBER_TAKEN])
    assert "20001" in record.problems[0].subject
    assert desk.journal.asked == ["find"]
    assert (desk.posting().state, desk.journal.booked_entries) == (PostingState.REFUSED, [])


def test_a_number_that_was_freed_is_used_after_a_person_s_retry() -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.typed_in(20001)
    desk.book()
    desk.journal.deleted()
    desk.retried()

    assert desk.book().state is State.POSTED
    assert desk.voucher().booked == 1


def test_a_draft_of_an_earlier_version_is_named_as_such() -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.refuses["book"] = Rejected("closed", code="closed_period")
    failed = desk.book()
    del desk.journal.refuses["book"]
    changed = a_ready_record(an_invoice(invoiced_on="2026-11-01"), version=2, revision=failed.revision)
    desk.desk.staged.replace(failed, changed)

    (problem,) = desk.book().problems

    assert problem.code is ProblemCode.INVOICE_NUMBER_TAKEN
    assert "an earlier version of this very invoice" in problem.subject
    assert desk.voucher().booked == 0


def test_other_people_s_drafts_are_never_booked() -> None:
    """M1.2: what is posted by itself is our own voucher, and nothing else in the journal."""
    desk = BookDesk()
    desk.journal.typed_in(777)
    desk.ready()

    desk.book()
    desk.quiet()

    assert [voucher.booked for voucher in desk.journal.vouchers] == [0, 1]
    assert desk.journal.booked_entries == list(desk.voucher().entries)
