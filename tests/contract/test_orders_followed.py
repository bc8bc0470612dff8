"""What becomes of orders once they are made, whatever happens to settings, workers and people meanwhile."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from handoff.domain.errors import Unreachable
from handoff.domain.staged import State
from handoff.domain.trips import TripOutcome
from sandbox import lumipolku as house
from tests.lumipolku import BY_HAND, NIGHTLY
from tests.lumipolku_billing import BILLED, HOURS_ON, Company


class Ordered(Company):
    """Lumipolku with one invoice that is an order by now."""

    def __init__(self, settings: dict[str, Any] = BILLED) -> None:
        super().__init__(settings)
        self.hours = self.works()
        self.invoice = self.bills()
        self.a_pass()
        self.messages_arrive()
        (order,) = self.orders()
        self.order: int = order["orderNo"]

    def passes(self, trigger: str = "schedule") -> None:
        """A pass, and the messages that come of it."""
        self.a_pass(trigger)
        self.messages_arrive()


def test_a_part_that_is_paid_is_seen_and_shown() -> None:
    """S8.4."""
    company = Ordered()
    number = company.erp.invoice_order(company.order)
    company.erp.pay(number, Decimal(100))
    company.passes()

    trip = company.shop().shelf.trips.get("invoices", company.invoice)
    assert trip is not None
    assert trip.known.invoice == number
    assert trip.known.total - trip.known.outstanding == Decimal(100)
    assert company.status(company.invoice) == house.SENT


def test_nothing_is_told_while_only_a_report_is_wanted_and_all_of_it_afterwards() -> None:
    """S10.1."""
    company = Ordered()
    company.changes(report_only=True)
    company.erp.pay(company.erp.invoice_order(company.order))
    company.passes()
    assert company.status(company.invoice) == house.TO_TRANSFER

    company.goes_live()
    company.passes(NIGHTLY)
    company.passes(NIGHTLY)
    assert company.status(company.invoice) == house.PAID


def test_an_invoice_that_is_set_back_to_a_draft_after_it_was_ordered_asks_a_person() -> None:
    company = Ordered()
    company.severa.vendor.people.set_invoice_status(company.invoice, house.DRAFT)
    company.passes()

    record = company.record("invoices", company.invoice)
    assert (record.state, record.problems[0].code) == (State.FAILED, "irreversible")
    company.severa.vendor.people.set_invoice_status(company.invoice, house.TO_TRANSFER)
    company.passes(BY_HAND)
    assert company.record("invoices", company.invoice).state is State.POSTED
    assert len(company.orders()) == 1


def test_an_invoice_that_people_mark_as_transferred_is_left_alone() -> None:
    company = Ordered()
    company.severa.vendor.people.set_invoice_status(company.invoice, house.TRANSFERRED)
    company.passes()

    assert company.record("invoices", company.invoice).state is State.POSTED


def test_an_order_is_followed_although_its_invoice_asks_a_person() -> None:
    """S8.3, S8.4."""
    company = Ordered()
    company.severa.vendor.people.edit("invoices", company.invoice, ourReference="Aamu")
    company.passes()
    assert company.record("invoices", company.invoice).state is State.FAILED
    company.erp.pay(company.erp.invoice_order(company.order))
    company.passes()
    company.passes(NIGHTLY)

    assert company.status(company.invoice) == house.PAID


def test_hours_that_come_into_the_register_after_they_were_billed_get_the_number_by_night() -> None:
    """S7.4."""
    company = Company({**BILLED, "hours": {**BILLED["hours"], "starts_on": "2027-01-01"}})
    guid = company.works()
    company.bills()
    company.a_pass()
    company.changes(hours=HOURS_ON["hours"])
    company.a_pass()
    assert [row["orderNo"] for row in company.rows()] == [0]
    company.a_pass(NIGHTLY)

    assert [row["orderNo"] for row in company.rows()] == [company.orders()[0]["orderNo"]]
    assert company.record("hours", guid).state is State.SETTLED


def test_an_order_that_was_made_by_night_is_followed_like_any() -> None:
    """S8.3."""
    company = Company(BILLED)
    company.works()
    invoice = company.bills()
    company.a_pass(NIGHTLY)
    company.messages_arrive()
    company.erp.invoice_order(company.orders()[0]["orderNo"])
    company.a_pass()
    company.messages_arrive()

    assert company.status(invoice) == house.SENT


def test_a_wake_that_was_lost_is_made_good_by_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """S8.3."""
    company = Ordered()
    company.erp.invoice_order(company.order)

    def refused(token: str, outcome: TripOutcome) -> bool:
        raise Unreachable(f"nobody answers for {outcome}", field=token[:0] or "machine")

    with monkeypatch.context() as broken:
        broken.setattr(company.machine, "succeed", refused)
        for _ in range(2):
            with pytest.raises(AssertionError, match="no end"):
                company.passes()
    company.passes(NIGHTLY)

    assert company.status(company.invoice) == house.SENT


def test_rows_in_one_table_are_never_followed_by_rows_in_another() -> None:
    company = Company(HOURS_ON)
    company.works()
    company.a_pass()
    company.works(hours="2")
    company.changes(hours={**HOURS_ON["hours"], "table": 1})
    company.a_pass()

    assert len(company.rows()) == 1
    assert any("free information table 2" in told for told in company.inbox())
    company.changes(hours=HOURS_ON["hours"])
    company.a_pass()
    assert len(company.rows()) == 2
    assert not [told for told in company.inbox() if "free information table" in told]


def test_a_rate_of_vat_that_the_settings_leave_out_is_a_problem_and_not_a_guess() -> None:
    company = Company({**BILLED, "invoices": {**BILLED["invoices"], "tax_groups": {"14": 2}}})
    company.works()
    company.bills()
    company.a_pass()

    assert company.orders() == []
    assert any("VAT of 25.5 %" in told for told in company.inbox())


def test_an_invoice_that_could_not_be_read_is_tried_again_and_its_problem_ends() -> None:
    company = Company(BILLED)
    company.works()
    invoice = company.bills()
    kept = company.severa.vendor.company.database
    (row,) = [one for one in kept.invoice_rows.all() if one.invoice_guid == invoice][:1]
    price = row.unit_price
    kept.change(row, {"unit_price": None})
    company.a_pass()
    assert any(invoice in told for told in company.inbox())
    again = kept.invoice_rows.find(row.guid)
    assert again is not None
    kept.change(again, {"unit_price": price})
    company.now += timedelta(hours=3)
    company.a_pass()

    assert company.record("invoices", invoice).state is State.POSTED
    assert not [told for told in company.inbox() if invoice in told]
