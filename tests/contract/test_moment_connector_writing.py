"""The Moment connector against its stand-in: expenses and their documents, payments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    Rejected,
)
from handoff.domain.invoices import InvoicePayment, PaymentState
from sandbox import klitrose
from tests.contract.moment_account import PAID, Account, numbered


@pytest.fixture
def account() -> Iterator[Account]:
    account = Account()
    yield account
    account.tool.close()
    account.close()


# ---- expenses ----


def test_an_expense_lands_on_its_project_under_an_activity_that_is_made_once(account: Account) -> None:
    """M4.9, M4.10, M4.11: its fields, the activity named in a setting, and billable."""
    expense = account.expense("HO-1")
    assert account.expense("HO-1").activity_id == expense.activity_id
    assert account.tool.find_expense("HO-1") is None
    made = account.tool.add_expense(expense)
    assert account.tool.find_expense("HO-1") == made
    (row,) = account.vendor.expenses
    assert (row["amountIncludingVat"], row["billable"], row["expenseDate"]) == (Decimal("1234.50"), True, "2026-11-03")
    assert (str(row["projectId"]), row["supplierInvoiceNumber"]) == (expense.project_id, "V-77")
    activity = account.get(f"projectExtensions/{expense.activity_id}")
    assert activity["name"] == klitrose.EXPENSE_ACTIVITY


def test_an_open_activity_is_used_in_whatever_case_and_a_closed_one_is_not(account: Account) -> None:
    """M4.10: the activity is made or used in the project."""
    project = account.tool.project_numbered(1)
    assert project is not None
    names = {row["name"]: str(row["id"]) for row in account.rows("projectExtensions", projectId=project.external_id)}
    assert account.tool.activity(project.external_id, "RÅDGIVNING") == names["Rådgivning"]
    assert account.tool.activity(project.external_id, "Tilbud") not in names.values()


def test_a_project_that_is_not_in_moment_is_not_found(account: Account) -> None:
    """M4.7: only expenses on a project that exists in Moment."""
    assert account.tool.project_numbered(7777) is None
    found = account.tool.project_numbered(2)
    assert found is not None
    assert found.name == "Økologisk omlægning"


def test_a_lost_answer_is_asked_for_by_the_key_and_not_sent_again(account: Account) -> None:
    expense = account.expense("HO-2")
    account.a_fault("lost_after_commit", "POST /projectExpenses")
    with pytest.raises(DeliveryUnknown):
        account.tool.add_expense(expense)
    assert account.tool.find_expense("HO-2") == str(account.vendor.expenses[0]["id"])
    account.a_fault("reset_before", "POST /projectExpenses")
    with pytest.raises(DeliveryUnknown):
        account.tool.add_expense(replace(expense, key="HO-3"))
    assert account.tool.find_expense("HO-3") is None


def test_documents_are_attached_and_listed(account: Account) -> None:
    """M4.2: attachments come along."""
    made = account.tool.add_expense(account.expense("HO-4"))
    assert account.tool.attachments_of(made) == []
    account.tool.attach_to_expense(made, "bilag 4711 – æ.pdf", b"%PDF-1.4 \x00\xff\r\n--x")
    assert len(account.tool.attachments_of(made)) == 1
    (kept,) = account.vendor.attachments_of(int(made))
    assert kept.content == b"%PDF-1.4 \x00\xff\r\n--x"
    assert account.tool.attachments_of(made) == ["bilag 4711 – æ.pdf"]


def test_an_expense_that_somebody_deleted_is_told_as_such(account: Account) -> None:
    made = account.tool.add_expense(account.expense("HO-5"))
    account.call("DELETE", f"projectExpenses/{made}")
    with pytest.raises(Rejected) as refused:
        account.tool.attach_to_expense(made, "a.pdf", b"%PDF-1.4")
    with pytest.raises(BrokenContract) as broken:
        account.tool.attachments_of(made)
    assert refused.value.code == broken.value.code == "expense_gone"


def test_an_expense_that_moment_refuses_is_refused_in_its_words(account: Account) -> None:
    with pytest.raises(Rejected, match="no projectExtensions with id 1") as caught:
        account.tool.add_expense(replace(account.expense("HO-6"), activity_id="1"))
    assert caught.value.status == 400
    assert account.vendor.expenses == []


# ---- payments ----


def test_what_was_paid_stands_on_the_invoice_however_often_it_is_told(account: Account) -> None:
    """M7.1: payments come back to Moment."""
    invoice = numbered(account.cards("invoices"), 5001)
    partly = InvoicePayment(PaymentState.PARTLY_PAID, Decimal("0.10"), Decimal("29999.90"))
    account.tool.report_payment(invoice.external_id, partly, on=date(2026, 11, 5))
    assert account.paid_fields(invoice) == ("partlyPaid", Decimal("0.10"), Decimal("29999.90"), None)
    for _ in range(2):
        account.tool.report_payment(invoice.external_id, PAID, on=date(2026, 11, 5))
    assert account.paid_fields(invoice) == ("paid", Decimal("30000.00"), 0, "2026-11-05")
    assert account.tool.read_object("invoices", invoice.external_id) == invoice  # what was paid is not its content


def test_a_payment_of_a_draft_or_of_nothing_is_refused(account: Account) -> None:
    draft = numbered(account.cards("invoices"), None)
    with pytest.raises(Rejected, match="is a draft") as caught:
        account.tool.report_payment(draft.external_id, PAID, on=date(2026, 11, 5))
    assert caught.value.status == 409
    with pytest.raises(Rejected) as gone:
        account.tool.report_payment("999999", PAID, on=date(2026, 11, 5))
    assert gone.value.code == "invoice_gone"
