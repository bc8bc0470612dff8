"""Answers of e-conomic that are not what they should be: a write that may have happened is never taken for refused."""

from __future__ import annotations

from typing import Any

import pytest

from handoff.connectors.economic.years import day_of
from handoff.domain.errors import BrokenContract, DeliveryUnknown, Rejected
from tests.contract.economic_erp import (
    BOOKING,
    CUSTOMERS,
    KEY,
    PROJECTS,
    VOUCHERS,
    Agreement,
    a_customer,
    a_document,
    a_wanted_project,
)


@pytest.fixture
def agreement() -> Agreement:
    return Agreement().with_customer()


def voucher(number: int) -> dict[str, Any]:
    return {"voucherNumber": number, "accountingYear": {"year": "2026"}}


@pytest.mark.parametrize("body", ["<html>", {}, [], [voucher(50_003), voucher(50_004)], [{"voucherNumber": "x"}]])
def test_a_voucher_whose_answer_makes_no_sense_is_asked_for_by_its_key(agreement: Agreement, body: object) -> None:
    agreement.vendor.fault("status", f"POST {VOUCHERS}", status=201, body=body, after=True)
    with pytest.raises(DeliveryUnknown):
        agreement.erp.invoices.create(a_document())
    found = agreement.erp.invoices.find(a_document())
    assert found is not None
    assert found.ours


def test_a_voucher_that_comes_without_a_list_around_it_is_read_as_well(agreement: Agreement) -> None:
    agreement.vendor.fault("status", f"POST {VOUCHERS}", status=201, body=voucher(50_003), after=True)
    assert agreement.erp.invoices.create(a_document()).voucher == 50_003


def test_a_voucher_whose_entries_are_not_there_yet_is_not_known(agreement: Agreement) -> None:
    agreement.vendor.fault("status", "GET /journalsapi/*/draft-entries", status=200, body={"items": []})
    with pytest.raises(DeliveryUnknown, match="not among the drafts yet"):
        agreement.erp.invoices.create(a_document())


@pytest.mark.parametrize("body", ["<html>", {}, {"bookedEntries": []}, {"bookedEntries": [{"draftEntryNumber": 1}]}])
def test_a_booking_whose_answer_makes_no_sense_is_asked_for(agreement: Agreement, body: object) -> None:
    draft = agreement.erp.invoices.create(a_document())
    agreement.vendor.fault("status", f"POST {BOOKING}", status=200, body=body, after=True)
    with pytest.raises(DeliveryUnknown):
        agreement.erp.invoices.book(draft)
    found = agreement.erp.invoices.find(a_document())
    assert found is not None
    assert found.booked


def test_a_customer_whose_answer_makes_no_sense_is_not_known(agreement: Agreement) -> None:
    known = agreement.erp.customers.find(10001)
    assert known is not None
    agreement.vendor.fault("status", f"PUT {CUSTOMERS}/*", status=200, body="<html>", after=True)
    with pytest.raises(DeliveryUnknown):
        agreement.erp.customers.update(a_customer(city="Aarhus"), known.form, key=KEY)
    assert agreement.vendor.vendor.agreement.customers[10001]["city"] == "Aarhus"


def test_a_refused_number_that_can_not_be_looked_up_stays_refused(agreement: Agreement) -> None:
    agreement.vendor.fault("status", f"GET {CUSTOMERS}/*", status=503)
    with pytest.raises(Rejected) as caught:
        agreement.erp.customers.create(a_customer(number=90001), key=KEY)
    assert caught.value.code == "refused"


def test_a_remembered_customer_that_can_not_be_looked_up_is_not_known(agreement: Agreement) -> None:
    agreement.erp.customers.create(a_customer(number=10002), key=KEY)
    agreement.vendor.fault("status", f"GET {CUSTOMERS}/*", status=503)
    with pytest.raises(DeliveryUnknown):
        agreement.erp.customers.create(a_customer(number=10002), key=KEY)


def test_a_remembered_voucher_that_can_not_be_looked_up_is_not_known(agreement: Agreement) -> None:
    draft = agreement.erp.invoices.create(a_document())
    agreement.people.delete_draft(draft.entries[0])
    agreement.vendor.fault("status", "GET /bookedEntriesapi/*", status=503)
    with pytest.raises(DeliveryUnknown):
        agreement.erp.invoices.create(a_document())


@pytest.mark.parametrize("body", ["<html>", {}, {"collection": [{"name": "no number"}]}, {"collection": {}}, []])
def test_a_list_that_makes_no_sense_stops_its_reader(agreement: Agreement, body: object) -> None:
    agreement.vendor.fault("status", f"GET {CUSTOMERS}", status=200, body=body)
    with pytest.raises(BrokenContract, match="customers can't be read"):
        list(agreement.erp.customers.changed_since(None))


@pytest.mark.parametrize("body", ["<html>", {}, {"items": [{"name": "no number"}]}])
def test_an_open_api_list_that_makes_no_sense_stops_its_reader(agreement: Agreement, body: object) -> None:
    agreement.vendor.fault("status", f"GET {PROJECTS}", status=200, body=body)
    with pytest.raises(BrokenContract, match="projects can't be read"):
        list(agreement.erp.projects.changed_since(None))


def test_a_cursor_that_goes_nowhere_ends_the_list(agreement: Agreement) -> None:
    agreement.with_project()
    row = {"number": 1001, "name": "Energiplan"}
    agreement.vendor.fault("status", f"GET {PROJECTS}", status=200, body={"items": [row], "cursor": "7"}, times=None)
    assert len(list(agreement.erp.projects.changed_since(None))) == 2


def test_a_list_without_an_end_is_given_up(agreement: Agreement) -> None:
    page = {"collection": [], "pagination": {"nextPage": "http://economic.test/customers?skippages=1"}}
    agreement.vendor.fault("status", f"GET {CUSTOMERS}", status=200, body=page, times=None)
    with pytest.raises(BrokenContract, match="came to no end"):
        list(agreement.erp.customers.changed_since(None))


def test_a_plan_that_hides_attachments_has_none(agreement: Agreement) -> None:
    draft = agreement.erp.invoices.create(a_document())
    agreement.vendor.fault("status", "GET /journals/*/attachment", status=403, body={"errorCode": "E00550"})
    assert not agreement.erp.invoices.has_pdf(draft)


def test_an_entry_in_no_accounting_year_stops_the_look_up(agreement: Agreement) -> None:
    agreement.erp.invoices.create(a_document())
    del agreement.vendor.vendor.agreement.ledger.years["2026"]
    with pytest.raises(BrokenContract, match="in no accounting year"):
        agreement.erp_of().invoices.find(a_document())


def test_a_year_that_came_since_is_found(agreement: Agreement) -> None:
    years = agreement.vendor.vendor.agreement.ledger.years
    agreement.erp.invoices.create(a_document())
    kept = years.pop("2026")
    with pytest.raises(BrokenContract):
        agreement.erp_of().invoices.find(a_document())
    erp = agreement.erp_of()
    with pytest.raises(BrokenContract):
        erp.invoices.find(a_document())
    years["2026"] = kept
    found = erp.invoices.find(a_document())
    assert found is not None
    assert found.year == "2026"


def test_a_project_that_is_not_there_after_its_write_is_not_known(agreement: Agreement) -> None:
    agreement.vendor.fault("status", f"GET {PROJECTS}/*", status=404, body={"message": "not found"})
    with pytest.raises(DeliveryUnknown, match="does not have it yet"):
        agreement.erp.projects.create(a_wanted_project(), key=KEY)


def test_a_date_that_is_none_is_told() -> None:
    assert day_of("2026-11-20T00:00:00") == day_of("2026-11-20")
    with pytest.raises(BrokenContract, match="yesterday"):
        day_of("yesterday")
