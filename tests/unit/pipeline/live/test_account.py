"""The account of a live flow: both systems are asked anew, and every difference has a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest

from handoff.domain.errors import InvalidInput
from handoff.domain.invoices import CustomerInvoice, Remainder
from handoff.domain.periods import Period
from handoff.domain.reconciliation import ZERO, Difference, Reconciliation, Sum
from handoff.domain.staged import State
from handoff.pipeline.live.account import ASKED_ONE_BY_ONE, account_of, months_accounted
from handoff.pipeline.live.desk import EXPENSES, INVOICES, PAYMENTS
from handoff.ports import BrokenRow
from tests.live_builders import an_invoice_posting
from tests.unit.pipeline.live.costing import TODAY, CostDesk, a_cost, an_invoice_record
from tests.unit.pipeline.live.living import an_invoice

OCTOBER = Period("2026-10")
STATES = {1: State.POSTED, 2: State.SETTLED, 3: State.FAILED, 4: State.EXCLUDED, 5: State.HELD, 6: State.READY}


def the_invoice(place: int, total: str = "100.00", **fields: str) -> CustomerInvoice:
    return an_invoice(external_id=f"i{place}", number=20000 + place, total=total, **fields)  # type: ignore[arg-type]


def invoiced() -> CostDesk:
    """Six invoices of October, each in another state; the ERP has the two that are booked."""
    desk = CostDesk()
    for place, state in STATES.items():
        invoice = the_invoice(place)
        desk.tool.invoices.append(invoice)
        desk.staged.add([an_invoice_record(invoice, state)])
        if place in (1, 2):
            desk.erp.left[20000 + place] = Remainder(20000 + place, Decimal("100.00"), Decimal(0))
    return desk


def of_invoices(desk: CostDesk) -> Reconciliation:
    return account_of(desk.desk(), INVOICES, OCTOBER)


def dkk(records: int, amount: str) -> Sum:
    return Sum(records, ZERO, {"DKK": Decimal(amount)})


def target(account: Reconciliation) -> Sum:
    """What the target has of what is posted."""
    (books,) = account.books
    return Sum(books.ledger_documents, books.ledger_hours, {books.currency: books.ledger_amount})


def states(account: Reconciliation) -> dict[str, Sum]:
    return {name: part for name, part in account.states.items() if part.records}


# ---- invoices -----------------------------------------------------------------------------------


def test_every_finalized_invoice_of_the_month_is_in_exactly_one_group() -> None:
    """M1.1: every finalized invoice is transferred, or somebody can say where it stands."""
    account = of_invoices(invoiced())

    assert account.agrees
    assert account.time_tool == dkk(6, "600.00")
    assert states(account) == {
        "excluded": dkk(1, "100.00"), "failed": dkk(1, "100.00"), "held": dkk(1, "100.00"),
        "on_the_way": dkk(1, "100.00"), "posted": dkk(2, "200.00"),
    }  # fmt: skip
    assert target(account) == dkk(2, "200.00")


def test_drafts_and_other_months_are_not_counted() -> None:
    desk = invoiced()
    desk.tool.invoices += [
        the_invoice(7, invoiced_on="2026-11-01"),
        an_invoice(external_id="i8", number=None, finalized=False),
        an_invoice(external_id="i9", number=None, finalized=False, invoiced_on=None),
    ]
    assert of_invoices(desk).time_tool == dkk(6, "600.00")


def test_a_draft_that_we_hold_is_no_difference() -> None:
    desk = invoiced()
    draft = an_invoice(external_id="i7", number=None, finalized=False)
    desk.tool.invoices.append(draft)
    desk.staged.add([an_invoice_record(draft, State.HELD)])
    account = of_invoices(desk)
    assert (account.agrees, account.time_tool) == (True, dkk(6, "600.00"))


def test_an_invoice_that_is_known_to_be_gone_is_told_by_its_problem_alone() -> None:
    desk = invoiced()
    gone = desk.staged.get(INVOICES, "i3")
    assert gone is not None
    desk.staged.save([replace(gone, gone_at=desk.now)])
    desk.tool.invoices = [invoice for invoice in desk.tool.invoices if invoice.external_id != "i3"]
    assert of_invoices(desk).agrees


def test_what_is_finalized_after_the_pass_began_is_the_next_ones_to_fetch() -> None:
    """A night accounts for its own work: what comes meanwhile is on its way, and no alarm."""
    desk = invoiced()
    desk.tool.late = [the_invoice(7)]
    desk.tool.invoices += desk.tool.late
    account = account_of(desk.desk(), INVOICES, OCTOBER, since=desk.now)
    assert account.agrees
    assert states(account)["on_the_way"] == dkk(2, "200.00")
    assert (account.difference_count, of_invoices(desk).difference_count) == (0, 1)


def test_what_a_person_accepted_as_it_is_booked_is_held_against_what_was_posted() -> None:
    """An invoice that was changed after it was booked, and confirmed: a word of a person is no alarm each night."""
    desk = invoiced()
    record = desk.staged.get(INVOICES, "i1")
    assert record is not None
    written = desk.postings.save(an_invoice_posting(record))
    desk.erp.left[20001] = Remainder(20001, written.amount, Decimal(0))
    covered = replace(record, version=2, covered={written.kind: written.key})
    assert not desk.staged.save([covered])
    assert written.amount != Decimal("100.00")

    account = of_invoices(desk)

    assert (account.agrees, account.time_tool) == (True, dkk(6, "600.00"))
    assert target(account) == dkk(2, str(written.amount + 100))


def test_each_currency_has_its_own_books() -> None:
    desk = invoiced()
    invoice = the_invoice(7, currency="EUR")
    desk.tool.invoices.append(invoice)
    desk.staged.add([an_invoice_record(invoice)])
    desk.erp.left[20007] = Remainder(20007, Decimal("90.00"), Decimal(0))
    account = of_invoices(desk)
    assert [(part.currency, part.amount, part.ledger_amount) for part in account.books] == [
        ("DKK", Decimal("200.00"), Decimal("200.00")),
        ("EUR", Decimal("100.00"), Decimal("90.00")),
    ]
    assert (account.currency, account.amount_difference) == ("DKK", Decimal(0))


def test_an_invoice_that_was_never_fetched_is_named() -> None:
    desk = invoiced()
    desk.tool.invoices.append(the_invoice(7))
    account = of_invoices(desk)
    assert account.differences == [Difference("not_fetched", "invoice 20007", "", "100.00 DKK")]
    assert not account.agrees


def test_an_invoice_that_was_edited_is_named_with_both_amounts() -> None:
    desk = invoiced()
    desk.tool.invoices[2] = the_invoice(3, "175.00")
    assert of_invoices(desk).differences == [
        Difference("edited_since_fetch", "invoice 20003", "invoice 20003: 100.00 DKK", "invoice 20003: 175.00 DKK"),
    ]


def test_an_invoice_that_is_gone_from_the_time_tool_is_named() -> None:
    desk = invoiced()
    del desk.tool.invoices[3]
    assert of_invoices(desk).differences == [Difference("gone_from_source", "invoice 20004", "100.00 DKK", "")]


def test_a_posted_invoice_that_the_erp_lacks_is_named() -> None:
    """M1.2: it is posted in the journal, by the ERP's own answer."""
    desk = invoiced()
    del desk.erp.left[20001]
    account = of_invoices(desk)
    assert account.differences == [Difference("not_in_target", "invoice 20001", "100.00 DKK", "")]
    assert target(account) == dkk(1, "100.00")


def test_another_total_in_the_erp_is_named() -> None:
    """M1.3: total including VAT."""
    desk = invoiced()
    desk.erp.left[20001] = Remainder(20001, Decimal("99.00"), Decimal(0))
    assert of_invoices(desk).differences == [Difference("other_amount", "invoice 20001", "100.00 DKK", "99.00 DKK")]


def test_amounts_that_are_written_otherwise_are_the_same() -> None:
    desk = invoiced()
    desk.erp.left[20001] = Remainder(20001, Decimal("100"), Decimal(0))
    assert of_invoices(desk).agrees


def test_a_row_that_cannot_be_read_is_a_difference() -> None:
    desk = invoiced()
    desk.tool.broken = [BrokenRow("i99", "total", "not a number")]
    assert of_invoices(desk).differences == [Difference("unreadable", "i99", "", "not a number")]


def test_the_erp_is_asked_for_two_hundred_at_a_time() -> None:
    desk = CostDesk()
    desk.tool.page_size = 500
    for place in range(250):
        invoice = the_invoice(place)
        desk.tool.invoices.append(invoice)
        desk.staged.add([an_invoice_record(invoice)])
        desk.erp.left[20000 + place] = Remainder(20000 + place, Decimal("100.00"), Decimal(0))
    assert of_invoices(desk).agrees
    assert [len(numbers) for _, numbers in desk.erp.asked] == [200, 50]


# ---- expenses -----------------------------------------------------------------------------------


def costed() -> CostDesk:
    """Two costs that are posted and one that stays out; two more lie before the first look."""
    desk = CostDesk(accounts="4000-4999")
    desk.erp.book(
        a_cost(serial=90, booked_on=TODAY - timedelta(days=9)),
        a_cost(serial=101, amount="100.00"),
        a_cost(serial=102, amount="-30.00"),
        a_cost(serial=103, amount="7.00", account=5000),
    )
    desk.look()
    desk.post()
    return desk


def of_costs(desk: CostDesk) -> Reconciliation:
    return account_of(desk.desk(), EXPENSES, Period(f"{TODAY:%Y-%m}"))


def test_every_booked_cost_since_the_first_look_is_in_exactly_one_group() -> None:
    """M4.1, M4.8: what was fetched is what the ERP has booked since."""
    account = of_costs(costed())
    assert account.agrees
    assert account.time_tool == dkk(3, "77.00")
    assert states(account) == {"excluded": dkk(1, "7.00"), "posted": dkk(2, "70.00")}
    assert target(account) == dkk(2, "70.00")


def test_a_cost_that_was_booked_since_the_last_look_is_named() -> None:
    desk = costed()
    desk.erp.book(a_cost(serial=104, amount="5.00"))
    assert of_costs(desk).differences == [Difference("not_fetched", "cost 104", "", "5.00 DKK")]


def test_a_cost_that_changed_in_the_books_is_named() -> None:
    desk = costed()
    desk.erp.book(a_cost(serial=101, amount="90.00"))
    assert [found.code for found in of_costs(desk).differences] == ["edited_since_fetch"]


def test_a_posted_cost_that_the_time_tool_lacks_is_named() -> None:
    """M4.1: by the time tool's own answer."""
    desk = costed()
    del desk.tool.expenses["e-1"]
    account = of_costs(desk)
    assert account.differences == [Difference("not_in_target", "cost 101", "100.00 DKK", "")]
    assert target(account) == dkk(1, "-30.00")


def test_a_cost_that_is_booked_after_the_pass_is_the_next_ones_to_fetch() -> None:
    desk = costed()
    desk.erp.book(a_cost(serial=104, amount="5.00"))
    account = account_of(desk.desk(), EXPENSES, Period(f"{TODAY:%Y-%m}"), since=desk.now)
    assert account.agrees
    assert states(account)["on_the_way"] == dkk(1, "5.00")


def test_of_very_many_costs_the_newest_are_asked_for_and_the_others_stand_by_their_receipts() -> None:
    """Each is a call of its own, and a slice has an end."""
    desk = costed()
    for serial in range(200, 200 + ASKED_ONE_BY_ONE):
        desk.erp.book(a_cost(serial=serial, amount="1.00"))
    desk.look()
    desk.post()
    del desk.tool.expenses["e-1"]  # the oldest
    account = of_costs(desk)
    assert (account.agrees, target(account).records) == (True, ASKED_ONE_BY_ONE + 2)


def test_the_erps_list_is_walked_to_its_end() -> None:
    desk = costed()
    desk.erp.page_size = 1
    assert of_costs(desk).time_tool == dkk(3, "77.00")


def test_before_the_first_look_there_is_nothing_to_account_for() -> None:
    desk = CostDesk()
    desk.erp.book(a_cost())
    account = of_costs(desk)
    assert (account.agrees, account.time_tool) == (True, Sum())


def test_another_months_costs_are_not_counted() -> None:
    desk = costed()
    desk.erp.book(a_cost(serial=104, booked_on=date(2026, 3, 1)))
    desk.look()
    assert of_costs(desk).time_tool == dkk(3, "77.00")


def test_costs_come_from_the_erp() -> None:
    """So what the source has is the ERP's, and what the ledger is asked for the time tool's."""
    assert (of_costs(costed()).source, of_invoices(invoiced()).source) == ("erp", "time_tool")


def test_a_night_looks_at_this_month_and_the_one_before() -> None:
    assert months_accounted(date(2026, 1, 9)) == ("2026-01", "2025-12")


# ---- all ----------------------------------------------------------------------------------------


def test_a_flow_without_an_account_says_so() -> None:
    with pytest.raises(InvalidInput):
        account_of(CostDesk().desk(), PAYMENTS, OCTOBER)


def test_an_edited_record_keeps_its_place() -> None:
    """The sums of the groups are those of the records, whatever the source says by now."""
    desk = invoiced()
    old = desk.staged.get(INVOICES, "i3")
    assert old is not None
    desk.staged.save([replace(old, body=msgspec.json.encode(the_invoice(3, "1.00")))])
    assert of_invoices(desk).states["failed"] == dkk(1, "1.00")
