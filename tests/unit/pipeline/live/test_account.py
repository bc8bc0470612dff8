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
from handoff.domain.reconciliation import Difference
from handoff.domain.staged import State
from handoff.pipeline.live.account import LiveAccount, Sums, account_of
from handoff.pipeline.live.desk import EXPENSES, INVOICES, PAYMENTS
from handoff.ports import BrokenRow
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


def of_invoices(desk: CostDesk) -> LiveAccount:
    return account_of(desk.desk(), INVOICES, OCTOBER)


def dkk(records: int, amount: str) -> Sums:
    return Sums(records, {"DKK": Decimal(amount)})


# ---- invoices -----------------------------------------------------------------------------------


def test_every_finalized_invoice_of_the_month_is_in_exactly_one_group() -> None:
    """M1.1: every finalized invoice is transferred, or somebody can say where it stands."""
    account = of_invoices(invoiced())

    assert account.agrees
    assert account.source == dkk(6, "600.00")
    assert account.states == {
        "excluded": dkk(1, "100.00"), "failed": dkk(1, "100.00"), "held": dkk(1, "100.00"),
        "on_the_way": dkk(1, "100.00"), "posted": dkk(2, "200.00"),
    }  # fmt: skip
    assert account.target == dkk(2, "200.00")


def test_drafts_and_other_months_are_not_counted() -> None:
    desk = invoiced()
    desk.tool.invoices += [
        the_invoice(7, invoiced_on="2026-11-01"),
        an_invoice(external_id="i8", number=None, finalized=False),
        an_invoice(external_id="i9", number=None, finalized=False, invoiced_on=None),
    ]
    assert of_invoices(desk).source == dkk(6, "600.00")


def test_an_invoice_that_was_never_fetched_is_named() -> None:
    desk = invoiced()
    desk.tool.invoices.append(the_invoice(7))
    account = of_invoices(desk)
    assert account.differences == (Difference("not_fetched", "invoice 20007", "", "100.00 DKK"),)
    assert not account.agrees


def test_an_invoice_that_was_edited_is_named_with_both_amounts() -> None:
    desk = invoiced()
    desk.tool.invoices[2] = the_invoice(3, "175.00")
    assert of_invoices(desk).differences == (
        Difference("edited_since_fetch", "invoice 20003", "invoice 20003: 100.00 DKK", "invoice 20003: 175.00 DKK"),
    )


def test_an_invoice_that_is_gone_from_the_time_tool_is_named() -> None:
    desk = invoiced()
    del desk.tool.invoices[3]
    assert of_invoices(desk).differences == (Difference("gone_from_source", "invoice 20004", "100.00 DKK", ""),)


def test_a_posted_invoice_that_the_erp_lacks_is_named() -> None:
    """M1.2: it is posted in the journal, by the ERP's own answer."""
    desk = invoiced()
    del desk.erp.left[20001]
    account = of_invoices(desk)
    assert account.differences == (Difference("not_in_target", "invoice 20001", "100.00 DKK", ""),)
    assert account.target == dkk(1, "100.00")


def test_another_total_in_the_erp_is_named() -> None:
    """M1.3: total including VAT."""
    desk = invoiced()
    desk.erp.left[20001] = Remainder(20001, Decimal("99.00"), Decimal(0))
    assert of_invoices(desk).differences == (Difference("other_amount", "invoice 20001", "100.00 DKK", "99.00 DKK"),)


def test_amounts_that_are_written_otherwise_are_the_same() -> None:
    desk = invoiced()
    desk.erp.left[20001] = Remainder(20001, Decimal("100"), Decimal(0))
    assert of_invoices(desk).agrees


def test_a_row_that_cannot_be_read_is_a_difference() -> None:
    desk = invoiced()
    desk.tool.broken = [BrokenRow("i99", "total", "not a number")]
    assert of_invoices(desk).differences == (Difference("unreadable", "i99", "", "not a number"),)


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


def of_costs(desk: CostDesk) -> LiveAccount:
    return account_of(desk.desk(), EXPENSES, Period(f"{TODAY:%Y-%m}"))


def test_every_booked_cost_since_the_first_look_is_in_exactly_one_group() -> None:
    """M4.1, M4.8: what was fetched is what the ERP has booked since."""
    account = of_costs(costed())
    assert account.agrees
    assert account.source == dkk(3, "77.00")
    assert account.states == {"excluded": dkk(1, "7.00"), "posted": dkk(2, "70.00")}
    assert account.target == dkk(2, "70.00")


def test_a_cost_that_was_booked_since_the_last_look_is_named() -> None:
    desk = costed()
    desk.erp.book(a_cost(serial=104, amount="5.00"))
    assert of_costs(desk).differences == (Difference("not_fetched", "cost 104", "", "5.00 DKK"),)


def test_a_cost_that_changed_in_the_books_is_named() -> None:
    desk = costed()
    desk.erp.book(a_cost(serial=101, amount="90.00"))
    assert [found.code for found in of_costs(desk).differences] == ["edited_since_fetch"]


def test_a_posted_cost_that_the_time_tool_lacks_is_named() -> None:
    """M4.1: by the time tool's own answer."""
    desk = costed()
    del desk.tool.expenses["e-1"]
    account = of_costs(desk)
    assert account.differences == (Difference("not_in_target", "cost 101", "100.00 DKK", ""),)
    assert account.target == dkk(1, "-30.00")


def test_the_erps_list_is_walked_to_its_end() -> None:
    desk = costed()
    desk.erp.page_size = 1
    assert of_costs(desk).source == dkk(3, "77.00")


def test_before_the_first_look_there_is_nothing_to_account_for() -> None:
    desk = CostDesk()
    desk.erp.book(a_cost())
    account = of_costs(desk)
    assert (account.agrees, account.source) == (True, Sums())


def test_another_months_costs_are_not_counted() -> None:
    desk = costed()
    desk.erp.book(a_cost(serial=104, booked_on=date(2026, 3, 1)))
    desk.look()
    assert of_costs(desk).source == dkk(3, "77.00")


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
