"""Invoices of Severa: what changed, what is on them, and how they are told to be sent and paid."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from handoff.domain.errors import InvalidInput
from handoff.domain.sales import FetchedInvoice, LineKind, Milestone, SalesLine, StatusChoices
from handoff.ports.sales import DraftedInvoices, InvoiceHead, InvoicePage
from sandbox import lumipolku as house
from tests.contract.severa_account import YESTERDAY, Account
from tests.contract.severa_invoices import CHOICES, called, in_status, project
from tests.contract.severa_organisation import NOON, operations, reference

R = TypeVar("R")
PAID_ON = date(2026, 11, 4)


@pytest.fixture
def account() -> Account:
    return Account()


def drafted(account: Account, choices: StatusChoices = CHOICES) -> DraftedInvoices:
    return account.tool.drafted_invoices(choices)


def pages(invoices: DraftedInvoices, since: Any = None) -> list[InvoicePage]:
    found = [invoices.changed(since=since, page=None)]
    while (mark := found[-1].next_page) is not None:
        found.append(invoices.changed(since=since, page=mark))
    return found


def heads(invoices: DraftedInvoices, since: Any = None) -> list[InvoiceHead]:
    return [row for page in pages(invoices, since) for row in page.rows]


def read(account: Account, guid: str, choices: StatusChoices = CHOICES) -> FetchedInvoice:
    found = drafted(account, choices).read(guid)
    assert found is not None
    return found


def status_of(account: Account, guid: str) -> tuple[str, str | None]:
    row = account.get(f"invoices/{guid}")
    return row["status"]["name"], row["paymentDate"]


def the(row: R | None) -> R:
    assert row is not None
    return row


# ---- what changed --------------------------------------------------------------------------------


def test_every_invoice_is_listed_and_those_in_the_chosen_status_are_ready(account: Account) -> None:
    """S8.1, S8.2."""
    rows = heads(drafted(account))
    assert len(rows) == 6
    assert [row.id for row in rows if row.ready] == [in_status(account, house.TO_TRANSFER)["guid"]]


def test_an_invoice_that_comes_to_the_chosen_status_is_listed_as_a_change(account: Account) -> None:
    """S8.2."""
    draft = in_status(account, house.DRAFT)
    account.people.set_invoice_status(draft["guid"], house.TO_TRANSFER)
    (page,) = pages(drafted(account), YESTERDAY)
    assert [(row.id, row.ready, row.changed_at) for row in page.rows] == [(draft["guid"], True, NOON)]
    assert page.latest_change == NOON


def test_an_invoice_that_leaves_the_chosen_status_is_listed_too(account: Account) -> None:
    """S8.2."""
    ready = in_status(account, house.TO_TRANSFER)["guid"]
    account.people.set_invoice_status(ready, house.DRAFT)
    assert [(row.id, row.ready) for row in heads(drafted(account), YESTERDAY)] == [(ready, False)]


def test_nothing_changed_is_one_call_and_the_statuses_once(account: Account) -> None:
    invoices = drafted(account)
    invoices.changed(since=YESTERDAY, page=None)
    assert account.asked() == {"GET invoices": 1, "GET invoicestatuses": 1}
    page = invoices.changed(since=YESTERDAY, page=None)
    assert (list(page.rows), page.latest_change, account.asked()) == ([], None, {"GET invoices": 1})


def test_many_invoices_are_walked_page_by_page_and_nothing_newer_than_the_beginning_is_claimed() -> None:
    account = Account(extra_invoices=230)
    first = drafted(account).changed(since=None, page=None)
    account.turn(minutes=5)
    account.people.edit("invoices", first.rows[0].id)  # behind us
    account.people.edit("invoices", account.rows("invoices")[-1]["guid"])
    found, page = list(first.rows), first
    while page.next_page is not None:
        page = drafted(account).changed(since=None, page=page.next_page)  # by another process
        found += page.rows
    assert len({row.id for row in found}) == len(found) == len(account.rows("invoices"))
    assert page.latest_change == NOON


@pytest.mark.parametrize("name", ["siirrettävä", "  SIIRRETTÄVÄ "])
def test_the_name_of_a_status_counts_without_regard_to_case(account: Account, name: str) -> None:
    assert sum(row.ready for row in heads(drafted(account, StatusChoices(ready=name)))) == 1


@pytest.mark.parametrize("name", ["Valmis siirtoon", ""])
def test_a_status_that_is_not_there_is_told_with_those_that_are(account: Account, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        drafted(account, StatusChoices(ready=name)).changed(since=None, page=None)
    assert (caught.value.code, caught.value.field) == ("no_such_status", "ready_status")
    assert "Luonnos, Siirrettävä, Siirretty" in caught.value.cure


# ---- what is on one ------------------------------------------------------------------------------


def test_an_invoice_is_read_with_what_its_rows_bill_and_the_hours_on_it(account: Account) -> None:
    """S8.2."""
    row = in_status(account, house.TO_TRANSFER)
    found = read(account, row["guid"])
    invoice = found.invoice
    assert found.ready
    assert (invoice.customer, invoice.projects) == (row["billingCustomer"]["guid"], (row["projects"][0]["guid"],))
    assert (invoice.invoiced_on, invoice.currency) == (date.fromisoformat(row["date"]), row["currency"]["code"])
    assert (invoice.net, invoice.is_credit_note, invoice.credits) == (row["totalExcludingTax"]["amount"], False, "")
    kinds = {line.kind: line for line in invoice.lines}
    assert set(kinds) == {LineKind.HOURS, LineKind.FEE, LineKind.TRAVEL}
    assert {line.item for line in invoice.lines} == {"KONS", "SUUN", "PROJ", "ALI-1", "KM"}
    assert kinds[LineKind.TRAVEL].name == "Kilometrikorvaus"
    assert {line.project for line in invoice.lines} == set(invoice.projects)
    assert sorted(found.invoice.hours) == sorted(
        one["guid"] for one in account.rows(f"invoices/{row['guid']}/workhours")
    )


def test_an_invoice_is_two_calls_and_one_for_each_row(account: Account) -> None:
    invoices = drafted(account)
    heads(invoices)
    row = in_status(account, house.TO_TRANSFER)
    rows = account.rows(f"invoices/{row['guid']}/invoicerows")
    account.asked()
    invoices.read(row["guid"])
    asked = account.asked()
    assert sum(asked.values()) == 2 + len(rows)
    assert asked["GET invoices/{guid}"] == asked["GET invoices/{guid}/invoicerows"] == 1


def test_rows_with_the_same_work_type_stay_two_lines_and_an_invoice_without_a_number_is_read(account: Account) -> None:
    place = project(account, 1)
    for price in ("100.00", "120.00"):
        money = {"amount": Decimal(price), "currencyCode": "EUR"}
        account.people.log_hours(place["guid"], hours="2", approved=True, unitPrice=money)
    made = account.people.make_invoice(place["guid"])
    found = read(account, made.guid)
    prices = sorted(line.unit_price for line in found.invoice.lines if line.item == "KONS")
    assert (prices, found.ready) == ([Decimal("100.00"), Decimal("120.00")], False)


def test_more_hours_than_a_page_behind_one_row_are_all_on_the_invoice(account: Account) -> None:
    place = project(account, 1)
    logged = {account.people.log_hours(place["guid"], hours="0.25", approved=True).guid for _ in range(130)}
    made = account.people.make_invoice(place["guid"])
    assert logged <= set(read(account, made.guid).invoice.hours)


def test_a_row_is_worth_quantity_times_price_rounded_half_up_to_cents(account: Account) -> None:
    place = project(account, 1)
    money = {"amount": Decimal("33.335"), "currencyCode": "EUR"}
    account.people.log_hours(place["guid"], hours="1", approved=True, unitPrice=money)
    made = account.people.make_invoice(place["guid"])
    found = read(account, made.guid).invoice
    assert found.net == account.get(f"invoices/{made.guid}")["totalExcludingTax"]["amount"]
    assert any(line.unit_price == Decimal("33.335") for line in found.lines)


def test_who_is_billed_counts_and_references_go_along(account: Account) -> None:
    place, payer = project(account, 1), account.rows("customers")[2]
    (made,) = account.post("invoices", {"projects": [reference(place)], "billingCustomerGuid": payer["guid"]})
    account.people.edit(
        "invoices", made["guid"], ourReference="Aamu\nP", yourReference="H. Kuura", orderNumber=" 4500 "
    )
    invoice = read(account, made["guid"]).invoice
    assert invoice.customer == payer["guid"]
    assert (invoice.our_reference, invoice.your_reference, invoice.order_reference) == ("Aamu P", "H. Kuura", "4500")


def test_a_credit_note_names_what_it_credits_turns_the_signs_and_holds_no_hours(account: Account) -> None:
    note = in_status(account, house.CREDIT)
    found = read(account, note["guid"])
    assert found.invoice.is_credit_note
    assert found.invoice.credits == in_status(account, house.SENT)["guid"]
    assert found.invoice.net == note["totalExcludingTax"]["amount"] < 0
    assert {line.item for line in found.invoice.lines} == {"KONS", "SUUN", "PROJ", "ALI-1", "KM"}
    assert found.invoice.hours == ()


def test_a_fixed_price_is_a_line_without_an_item_of_the_invoices_project_and_no_call(account: Account) -> None:
    made = account.people.make_invoice(project(account, 1)["guid"])
    row = account.rows(f"invoices/{made.guid}/invoicerows")[0]
    kept = account.vendor.company.database
    fixed = {"row_type": "FlatRate", "code": (), "description": "Urakka"}
    kept.change(the(kept.invoice_rows.find(row["guid"])), fixed)
    account.asked()
    (line,) = read(account, made.guid).invoice.lines
    assert line == SalesLine(
        id=row["guid"], kind=LineKind.FIXED, text="Urakka", quantity=row["quantity"],
        unit_price=row["unitPrice"]["amount"], vat_rate=row["vatRate"], project=project(account, 1)["guid"],
    )  # fmt: skip
    assert not [name for name in account.asked() if "workhours" in name]


@pytest.mark.parametrize(("codes", "item"), [((), ""), (("SUUN",), "SUUN"), (("SUUN", "PROJ"), "")])
def test_a_row_of_unlike_hours_has_its_own_code_or_none(account: Account, codes: tuple[str, ...], item: str) -> None:
    place = project(account, 1)
    for _ in range(2):
        account.people.log_hours(place["guid"], hours="1", approved=True)
    made = account.people.make_invoice(place["guid"])
    rows = account.rows(f"invoices/{made.guid}/invoicerows")
    row = next(one for one in rows if one["code"] == ["KONS"])
    kept, other = account.vendor.company.database, called(account, "worktypes", "Suunnittelu")["guid"]
    hours = account.rows(f"invoicerows/{row['guid']}/workhours")[0]
    kept.change(the(kept.hours.find(hours["guid"])), {"work_type": other})
    kept.change(the(kept.invoice_rows.find(row["guid"])), {"code": codes})
    line = next(one for one in read(account, made.guid).invoice.lines if one.id == row["guid"])
    assert (line.item, line.name, line.project) == (item, "", place["guid"])


def test_an_invoice_of_two_projects_says_of_each_line_whose_it_is(account: Account) -> None:
    both = [project(account, number) for number in (1, 2)]
    (shared,) = account.post("invoices", {"projects": [reference(one) for one in both], "groupProjects": True})
    found = read(account, shared["guid"]).invoice
    assert set(found.projects) == {one["guid"] for one in both}
    assert {line.project for line in found.lines} <= {*found.projects, ""}


def test_an_invoice_that_is_not_there_is_none(account: Account) -> None:
    made = account.people.make_invoice(project(account, 1)["guid"])
    account.people.delete("invoices", made.guid)
    assert drafted(account).read(made.guid) is None


def test_attachments_are_never_asked_for(account: Account) -> None:
    """S8.5."""
    invoices = drafted(account)
    for row in heads(invoices):
        invoices.read(row.id)
        invoices.report(row.id, Milestone.SENT, on=PAID_ON)
    assert not [name for name in account.asked() if "pdf" in name or "files" in name]


# ---- what it is told -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "milestone", "told"),
    [
        (CHOICES, Milestone.SENT, house.SENT),
        (CHOICES, Milestone.PAID, house.PAID),
        (StatusChoices(ready=house.TO_TRANSFER, sent="siirretty"), Milestone.SENT, house.TRANSFERRED),
        (StatusChoices(ready=house.TO_TRANSFER, paid="MAKSETTU"), Milestone.PAID, house.PAID),
        (StatusChoices(ready=house.TO_TRANSFER, paid=house.TRANSFERRED), Milestone.PAID, house.TRANSFERRED),
    ],
)
def test_an_invoice_is_told_by_the_chosen_status_or_the_first_that_means_it(
    account: Account, choices: StatusChoices, milestone: Milestone, told: str
) -> None:
    """S8.3, S8.4."""
    ready = in_status(account, house.TO_TRANSFER)["guid"]
    drafted(account, choices).report(ready, milestone, on=PAID_ON)
    assert status_of(account, ready) == (told, "2026-11-04" if milestone is Milestone.PAID else None)


def test_telling_is_two_calls_and_telling_the_same_again_is_one(account: Account) -> None:
    """S8.3."""
    invoices, ready = drafted(account), in_status(account, house.TO_TRANSFER)["guid"]
    heads(invoices)
    account.asked()
    invoices.report(ready, Milestone.SENT, on=PAID_ON)
    assert account.asked() == {"GET invoices/{guid}": 1, "PATCH invoices/{guid}": 1}
    invoices.report(ready, Milestone.SENT, on=PAID_ON)
    assert account.asked() == {"GET invoices/{guid}": 1}


@pytest.mark.parametrize(
    ("status", "milestone"),
    [(house.SENT, Milestone.SENT), (house.PAID, Milestone.SENT), (house.PAID, Milestone.PAID)],
)
def test_an_invoice_that_says_as_much_or_more_stays_as_it_is(
    account: Account, status: str, milestone: Milestone
) -> None:
    """S8.3, S8.4."""
    guid = in_status(account, status)["guid"]
    before = account.get(f"invoices/{guid}")
    account.turn(minutes=1)
    drafted(account).report(guid, milestone, on=PAID_ON)
    assert account.get(f"invoices/{guid}") == before


def test_a_chosen_paid_status_that_severa_marks_with_nothing_is_not_taken_back_to_sent(account: Account) -> None:
    """S8.4."""
    choices = StatusChoices(ready=house.TO_TRANSFER, paid=house.TRANSFERRED)
    guid = in_status(account, house.TRANSFERRED)["guid"]
    drafted(account, choices).report(guid, Milestone.SENT, on=PAID_ON)
    assert status_of(account, guid)[0] == house.TRANSFERRED


def test_a_status_that_is_disabled_is_not_set(account: Account) -> None:
    guid = called(account, "invoicestatuses", house.SENT)["guid"]
    account.call("PATCH", f"invoicestatuses/{guid}", operations(isActive=False))
    ready = in_status(account, house.TO_TRANSFER)["guid"]
    for choices, said in (
        (CHOICES, "no invoice status that means sent"),
        (StatusChoices(ready=house.TO_TRANSFER, sent=house.SENT), "no invoice status 'Lähetetty' that is active"),
    ):
        with pytest.raises(InvalidInput, match=said) as caught:
            drafted(account, choices).report(ready, Milestone.SENT, on=PAID_ON)
        assert caught.value.code == "no_such_status"
    assert status_of(account, ready)[0] == house.TO_TRANSFER


def test_the_change_that_telling_makes_is_listed_and_no_longer_ready(account: Account) -> None:
    """S8.3."""
    invoices, ready = drafted(account), in_status(account, house.TO_TRANSFER)["guid"]
    account.turn(minutes=1)
    invoices.report(ready, Milestone.SENT, on=PAID_ON)
    assert [(row.id, row.ready) for row in heads(invoices, NOON + timedelta(minutes=1))] == [(ready, False)]
