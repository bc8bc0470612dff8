"""The Moment connector against its stand-in: objects and their changes, webhooks, keys and health, faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from handoff.connectors.moment.adapter import MomentAdapter
from handoff.connectors.moment.hooks import HOOKS
from handoff.domain.errors import (
    BrokenContract,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Unreachable,
)
from handoff.domain.grants import Secret
from handoff.domain.hints import Hint, HintKind
from handoff.domain.invoices import AccountingState, CustomerInvoice
from handoff.domain.master_data import CustomerCard, ProjectCard
from sandbox import klitrose
from sandbox.moment import CREDENTIALS
from sandbox.wire import to_json
from tests.contract.moment_account import KINDS, PAID, Account, numbered


@pytest.fixture
def account() -> Iterator[Account]:
    account = Account()
    yield account
    account.tool.close()
    account.close()


# ---- objects ----


def test_every_object_is_read_as_its_list_has_it(account: Account) -> None:
    counts = {"customers": len(klitrose.CUSTOMERS), "projects": len(klitrose.PROJECTS)}
    counts["invoices"] = len(klitrose.INVOICES)
    for kind in KINDS:
        cards = account.cards(kind)
        assert len(cards) == counts[kind]
        for card in cards[:3]:
            assert account.tool.read_object(kind, card.external_id) == card


def test_a_customer_comes_with_what_the_books_need(account: Account) -> None:
    """M2.3: name, number, organisation number, e-mail, address fields, country code."""
    wanted = klitrose.CUSTOMERS[3]
    card = numbered(account.cards("customers"), wanted.number)
    assert isinstance(card, CustomerCard)
    assert (card.name, card.organisation_number, card.country) == (wanted.name, wanted.organisation_number, "SE")
    assert (card.address, card.postcode, card.city) == ((wanted.address,), "652 25", wanted.city)
    assert card.email.endswith(f"@{wanted.email}.example.test")
    assert numbered(account.cards("customers"), "10007").country == ""


def test_a_project_comes_with_its_customer_and_whatever_number_it_has(account: Account) -> None:
    """M3.4: name, number, customer number."""
    projects = account.cards("projects")
    customers = {card.external_id: card.number for card in account.cards("customers")}
    assert {card.number for card in projects} == {project.number or "" for project in klitrose.PROJECTS}
    for card in projects:
        assert isinstance(card, ProjectCard)
        assert customers[card.customer_id] == card.customer_number


def test_an_invoice_comes_with_what_the_books_need(account: Account) -> None:
    """M1.3: number, description, customer and project number, date, total including VAT, account number."""
    invoices = account.cards("invoices")
    for wanted in klitrose.INVOICES[:9]:
        card = numbered(invoices, wanted.number)
        assert isinstance(card, CustomerInvoice)
        assert card.total == wanted.net + wanted.vat
        assert (card.description, card.currency, card.account) == (wanted.text, wanted.currency, wanted.account)
        assert (card.customer_number, card.project_number) == (wanted.customer.number, wanted.project)
        assert (card.invoiced_on, card.credits, card.finalized) == (wanted.on, wanted.credits, True)
        assert card.due_on == wanted.on + timedelta(days=wanted.due_days)
    assert numbered(invoices, 5008).accounting is AccountingState.DO_NOT_TRANSFER
    assert numbered(invoices, 5007).total < 0
    drafts = [card for card in invoices if not card.finalized]
    assert [card.number for card in drafts] == [None] * 4


def test_a_deleted_object_is_gone_and_another_company_is_not(account: Account) -> None:
    customer = account.vendor.add_customer()
    assert account.tool.read_object("customers", str(customer["id"])) is not None
    account.call("DELETE", f"customers/{customer['id']}")
    assert account.tool.read_object("customers", str(customer["id"])) is None
    with pytest.raises(ReconnectNeeded, match="Unknown company"):
        Account(company="nobody").tool.read_object("customers", str(customer["id"]))


def test_a_finalized_invoice_has_a_pdf_and_a_draft_has_none(account: Account) -> None:
    """M1.4: the invoice's PDF is there to be transferred."""
    invoices = account.cards("invoices")
    pdf = account.tool.invoice_pdf(numbered(invoices, 5001).external_id)
    assert pdf is not None
    assert pdf.startswith(b"%PDF-1.4")
    assert account.tool.invoice_pdf(numbered(invoices, None).external_id) is None
    assert account.tool.invoice_pdf("999999") is None


# ---- changes ----


def test_later_only_what_changed_is_read(account: Account) -> None:
    """M2.2, M3.2: any change is seen again."""
    newest = account.pages("customers")[-1].latest_change
    assert newest is not None
    account.now += timedelta(hours=1)
    customer = account.vendor.add_customer(name="Ny Kunde ApS")
    project = account.cards("projects")[0]
    account.vendor.change("projects", int(project.external_id), name="Nyt navn")
    since = account.now - timedelta(minutes=1)
    assert [card.external_id for card in account.cards("customers", since)] == [str(customer["id"])]
    assert [card.name for card in account.cards("projects", since)] == ["Nyt navn"]
    assert account.cards("invoices", since) == []
    assert account.pages("customers", since)[-1].latest_change == account.now


@pytest.mark.parametrize("options", [{}, {"bare_lists": True}, {"days_outside": 30}])
def test_a_large_company_is_read_to_its_end_whatever_its_lists_look_like(options: dict[str, Any]) -> None:
    account = Account(**options)
    for number in range(1_100):
        account.now += timedelta(seconds=number % 3)
        account.vendor.add_customer(name=f"Kunde {number}")
    assert len(account.cards("customers")) == 1_100 + len(klitrose.CUSTOMERS)
    assert account.tool.calls <= 4


def test_rows_from_outside_the_asked_range_are_dropped() -> None:
    account = Account(days_outside=30)
    account.now += timedelta(days=1)
    customer = account.vendor.add_customer()
    assert len(account.rows("customers", lastModifiedDateFrom=account.now.isoformat())) == 1
    since = account.now.astimezone(UTC)
    assert [card.external_id for card in account.cards("customers", since)] == [str(customer["id"])]


def test_a_customer_saved_between_two_pages_hides_no_other(account: Account) -> None:
    for number in range(700):
        account.now += timedelta(seconds=2)
        account.vendor.add_customer(name=f"Kunde {number}")
    first = account.tool.changed_objects("customers", since=None, page=None)
    seen = {card.external_id for card in first.cards}
    for card in list(first.cards)[:50]:
        account.vendor.change("customers", int(card.external_id), city="Odense")
    assert first.next_page is not None
    page: str | None = first.next_page
    while page is not None:
        found = account.tool.changed_objects("customers", since=None, page=page)
        seen |= {card.external_id for card in found.cards}
        page = found.next_page
    assert len(seen) == 700 + len(klitrose.CUSTOMERS)


# ---- webhooks ----


@pytest.mark.parametrize("kind", ["customers", "projects"])
def test_a_saved_object_is_announced_and_the_hint_leads_to_it(account: Account, kind: str) -> None:
    """M2.1, M2.2, M3.1, M3.2: new and changed ones are transferred at once."""
    account.hook(kind)
    made = account.vendor.add_customer() if kind == "customers" else account.vendor.add_project()
    account.vendor.change(kind, made["id"], name="Andet navn")
    account.vendor.deliveries.wait_until_idle(10)
    hints = [HOOKS[kind].read(to_json(body)) for body in account.received]
    assert {hint.subject for hint in hints} == {str(made["id"])}
    assert {hint.kind for hint in hints} == {HintKind.CUSTOMER if kind == "customers" else HintKind.PROJECT}
    assert len(hints) == 2
    found = account.tool.read_object(kind, hints[-1].subject)
    assert isinstance(found, CustomerCard | ProjectCard)
    assert found.name == "Andet navn"


def test_a_finalized_invoice_is_announced_and_the_hint_leads_to_it(account: Account) -> None:
    """M1.1: a finalized invoice is transferred at once."""
    account.hook("invoices")
    made = account.vendor.add_invoice(finalized=True)
    account.vendor.deliveries.wait_until_idle(10)
    hint = HOOKS["invoices"].read(to_json(account.received[-1]))
    assert hint == Hint(HintKind.INVOICE, str(made["id"]))
    card = account.tool.read_object("invoices", hint.subject)
    assert isinstance(card, CustomerInvoice)
    assert (card.finalized, card.number) == (True, made["invoiceNumber"])


# ---- keys, health, faults ----


def test_a_connection_that_works_says_so(account: Account) -> None:
    assert account.tool.check() == CREDENTIALS.company
    found = {finding.code: finding.ok for finding in account.tool.health(today=account.now.date())}
    assert {code for code, ok in found.items() if ok} == {"key", "company", *(f"rights_{kind}" for kind in KINDS)}
    assert {code for code, ok in found.items() if ok is None} == {"rights_to_write", "key_end"}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (CREDENTIALS.expired_key, "has expired"),
        (CREDENTIALS.sandbox_key, "not valid in this environment"),
        ("never-made", "not valid"),
    ],
)
def test_a_key_that_is_refused_is_told_in_moments_words_and_never_shown(key: str, said: str) -> None:
    account = Account(key=key)
    for call in (
        account.tool.check,
        lambda: account.pages("customers"),
        lambda: account.tool.report_payment("1", PAID, on=date(2026, 11, 5)),
    ):
        with pytest.raises(ReconnectNeeded, match=said) as caught:
            call()
        assert caught.value.code == "key_refused"
        assert key not in str(caught.value)
        assert "revoked" in caught.value.cure
    assert account.tool.health(today=account.now.date())[0].ok is False


def test_a_key_that_a_person_replaces_works_at_once() -> None:
    account = Account(key=CREDENTIALS.expired_key)
    with pytest.raises(ReconnectNeeded):
        account.tool.check()
    account.grants.replace(replace(account.grants.stored.grant, access_token=Secret(CREDENTIALS.api_key)))
    assert account.tool.check() == CREDENTIALS.company


@pytest.mark.parametrize("status", [403, 404])
def test_a_company_that_the_key_does_not_reach_is_found_out(status: int) -> None:
    account = Account(company=CREDENTIALS.second_company, unknown_company_status=status)
    with pytest.raises(ReconnectNeeded, match="Unknown company"):
        account.tool.check()
    found = {finding.code: finding for finding in account.tool.health(today=account.now.date())}
    assert (found["key"].ok, found["company"].ok) == (True, False)
    wide = Account(company=CREDENTIALS.second_company, key=CREDENTIALS.wide_key)
    assert wide.tool.check() == CREDENTIALS.second_company
    assert wide.cards("customers") == []


def test_a_right_that_is_missing_is_named(account: Account) -> None:
    account.a_fault("status", "GET /invoices*", status=403, body="No access to invoices", times=None)
    found = {finding.code: finding for finding in account.tool.health(today=account.now.date())}
    assert (found["rights_invoices"].ok, found["rights_projects"].ok) == (False, True)
    assert "No access to invoices" in found["rights_invoices"].sentence
    with pytest.raises(ReconnectNeeded):
        account.pages("invoices")


def test_the_end_of_the_key_is_warned_of_in_time() -> None:
    account = Account(ends=date(2026, 12, 24))
    last = account.tool.health(today=date(2026, 11, 5))[-1]
    assert (last.code, last.ok) == ("key_ends_soon", True)
    assert "in 49 days" in last.sentence


@pytest.mark.parametrize(
    ("kind", "details", "error"),
    [
        ("reset_before", {}, Unreachable),
        ("lost_after_commit", {}, Unreachable),
        ("status", {"status": 500, "body": "<html>gateway</html>"}, Unreachable),
        ("status", {"status": 429, "headers": {"Retry-After": "7"}}, RateLimited),
        ("status", {"status": 404, "body": "Not found."}, ReconnectNeeded),
        ("status", {"status": 200, "body": "<html>log in</html>"}, BrokenContract),
        ("token_expired", {}, ReconnectNeeded),
    ],
)
def test_a_page_that_is_not_had_is_an_error_and_never_an_empty_list(
    account: Account, kind: str, details: dict[str, Any], error: type[HandoffError]
) -> None:
    account.a_fault(kind, "GET /projects*", **details)
    with pytest.raises(HandoffError) as caught:
        account.pages("projects")
    assert type(caught.value) is error


def test_moments_limit_is_waited_for() -> None:
    account = Account(limit=2)
    account.tool.changed_objects("customers", since=None, page=None)
    account.tool.changed_objects("customers", since=None, page=None)
    with pytest.raises(RateLimited) as caught:
        account.pages("customers")
    account.now += timedelta(seconds=caught.value.retry_after)
    assert account.pages("customers")


def test_opening_costs_nothing() -> None:
    account = Account()
    assert (account.tool.calls, account.stand_in.calls()) == (0, {})
    assert isinstance(account.tool, MomentAdapter)
