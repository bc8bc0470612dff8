"""From Moment's webhook into e-conomic's books and back, over the real queues, functions and stores."""

from __future__ import annotations

from decimal import Decimal

from tests.invoicers import Invoicer, fails, take_in_invoicer, works_again
from tests.polling import until
from tests.system import LocalSystem

VOUCHERS = "POST /journals/{journal}/vouchers"
WRITES_A_VOUCHER = "POST /journals/*/vouchers"


def test_a_finalized_invoice_is_booked_at_once_with_its_pdf_customer_and_project(klitrose: Invoicer) -> None:
    """M1.1, M1.2, M1.3, M1.4, M2.1, M3.1, M3.4, M5.1: by its webhook alone."""
    invoice = klitrose.finalize("1")

    (line,) = klitrose.booked(invoice)
    assert (line["amount"], line["currencyCode"]) == (Decimal("32000.00"), "DKK")
    assert (line["customerNumber"], line["dueDate"][:10]) == (10001, invoice["dueDate"])
    assert klitrose.economic.files() == {line["voucherNumber"]: 1}
    assert [project["number"] for project in klitrose.economic.projects()] == [1]
    assert 10001 in {customer["customerNumber"] for customer in klitrose.economic.customers()}
    assert (klitrose.state_of(invoice), klitrose.codes()) == ("posted", [])


def test_other_peoples_drafts_in_the_journal_stay_drafts(klitrose: Invoicer) -> None:
    """M1.2, M1.7: only what is ours is booked."""
    before = klitrose.economic.drafts()

    klitrose.finalize("1")

    assert klitrose.economic.drafts() == before != []


def test_an_invoice_marked_as_not_to_be_transferred_stays_out(klitrose: Invoicer) -> None:
    draft = klitrose.draft("2")
    klitrose.moment.save("invoices", draft["id"], accountingState="doNotTransfer")

    invoice = klitrose.finalize("2")

    assert (klitrose.booked(invoice), klitrose.state_of(invoice)) == ([], "excluded")


def test_a_webhook_that_comes_twice_or_again_later_books_once(klitrose: Invoicer) -> None:
    klitrose.moment.click("deliveries", repeat_next=3)
    invoice = klitrose.finalize("1")
    klitrose.moment.click("finalize", invoice_number=invoice["invoiceNumber"])
    klitrose.rest()

    assert len(klitrose.booked(invoice)) == 1
    assert klitrose.economic.calls()[VOUCHERS] == 1


def test_webhooks_out_of_order_bring_customer_project_and_invoice_once(klitrose: Invoicer) -> None:
    """M1.1, M2.1, M3.1: the invoice's comes first."""
    klitrose.moment.click("deliveries", reorder_next=3)
    customer = klitrose.moment.add("customers", name="Vibeholt Vin ApS", customerNumber="10042", countryCode="DK")
    project = klitrose.moment.add("projects", name="Kælderplan", projectNumber="42", customerId=customer["id"])
    like = klitrose.draft("1")
    fields = {name: like[name] for name in ("invoiceDate", "dueDate", "currencyCode", "financialAccountNumber")}
    totals = {"totalIncludingVat": Decimal("1250.00"), "totalExcludingVat": Decimal("1000.00")}
    parties = {"customerId": customer["id"], "projectId": project["id"]}
    draft = klitrose.moment.add("invoices", description="Kælderplan", **parties, **fields, **totals)
    klitrose.moment.finalize(draft["id"])
    klitrose.rest()

    assert [line["amount"] for line in klitrose.economic.invoices()] == [Decimal("1250.00")]
    assert [one["number"] for one in klitrose.economic.projects()] == [42]
    assert [one["customerNumber"] for one in klitrose.economic.customers()].count(10042) == 1
    assert klitrose.codes() == []


def test_a_webhook_that_was_lost_is_made_good_by_the_next_pass(klitrose: Invoicer) -> None:
    """M1.1, M2.2: nothing hangs on a webhook."""
    klitrose.moment.click("deliveries", drop_next=2)
    invoice = klitrose.finalize("1")
    customer = klitrose.moment.row("customers", customerNumber="10002")
    klitrose.moment.save("customers", customer["id"], city="Svendborg")
    klitrose.rest()
    assert klitrose.booked(invoice) == []

    run = klitrose.run()
    klitrose.rest()

    assert (run["state"], len(klitrose.booked(invoice))) == ("done", 1)
    assert {row["city"] for row in klitrose.economic.customers() if row["customerNumber"] == 10002} == {"Svendborg"}
    booked = [line["customerInvoiceNumber"] for line in klitrose.economic.invoices()]
    assert len(booked) == len(set(booked)) == 9


def test_a_late_webhook_of_what_a_pass_has_booked_changes_nothing(klitrose: Invoicer) -> None:
    klitrose.moment.click("deliveries", hold=True)
    draft = klitrose.draft("1")
    klitrose.moment.finalize(draft["id"])
    klitrose.run()
    before = klitrose.economic.invoices()

    klitrose.moment.click("deliveries", hold=False)
    klitrose.rest()

    assert klitrose.economic.invoices() == before
    assert klitrose.economic.calls()[VOUCHERS] == len(before)


def test_a_changed_customer_is_written_once_and_an_unchanged_one_not_at_all(klitrose: Invoicer) -> None:
    """M2.2, M5.1"""
    klitrose.finalize("1")
    customer = klitrose.moment.row("customers", customerNumber="10001")
    klitrose.economic.forget_calls()

    klitrose.moment.save("customers", customer["id"], name="Solbær & Søn A/S")
    klitrose.rest()
    klitrose.moment.click("touch", entity="customers", id=customer["id"])
    klitrose.rest()

    calls = klitrose.economic.calls()
    assert calls.pop("PUT /customers/{number}") == 1
    assert all(name.startswith("GET") for name in calls)
    assert {row["name"] for row in klitrose.economic.customers() if row["customerNumber"] == 10001} == {
        "Solbær & Søn A/S"
    }


def test_a_project_with_letters_is_a_problem_and_its_invoice_goes_once_it_has_a_number(klitrose: Invoicer) -> None:
    """M3.2, M3.3"""
    invoice = klitrose.finalize("P-77")
    assert (klitrose.booked(invoice), klitrose.state_of(invoice)) == ([], "failed")
    assert klitrose.codes() == ["number_not_numeric", "project_not_there"]

    klitrose.moment.save("projects", invoice["projectId"], projectNumber="77")
    klitrose.rest()

    assert (len(klitrose.booked(invoice)), klitrose.state_of(invoice), klitrose.codes()) == (1, "posted", [])


def test_an_answer_of_e_conomic_that_was_lost_makes_no_second_voucher(klitrose: Invoicer) -> None:
    """M1.2: exactly one."""
    fails(klitrose.economic, WRITES_A_VOUCHER, "lost_after_commit")

    invoice = klitrose.finalize("1")

    assert (len(klitrose.booked(invoice)), klitrose.state_of(invoice)) == (1, "posted")
    assert klitrose.economic.calls()[VOUCHERS] == 1
    assert klitrose.economic.files() == {klitrose.booked(invoice)[0]["voucherNumber"]: 1}


def test_an_invoice_finalized_while_e_conomic_is_down_is_booked_when_it_is_back(klitrose: Invoicer) -> None:
    """M1.1: nobody has to do anything."""
    klitrose.finalize("2")
    klitrose.economic.forget_calls()
    fails(klitrose.economic, "*", "status", status=503, times=None)
    draft = klitrose.draft("1")
    klitrose.moment.finalize(draft["id"])
    until(lambda: sum(klitrose.economic.calls().values()), lambda made: made > 0, what="a call to e-conomic")
    assert klitrose.state_of(draft) != "posted"

    works_again(klitrose.economic)
    klitrose.rest()

    assert klitrose.wait_for_state(draft, "posted") == "posted"
    booked = [line["customerInvoiceNumber"] for line in klitrose.economic.invoices()]
    assert sorted(booked) == [5010, 5011]


def test_a_bill_booked_on_a_project_comes_back_as_an_expense_with_its_file(klitrose: Invoicer) -> None:
    """M4.1, M4.2, M4.3, M4.7, M4.9, M4.10, M4.11: by the day book's webhook."""
    klitrose.finalize("1")
    bill = {"amount": "1250.00", "account": 2770, "costType": 2, "text": "Tog til Nyborg", "invoiceNumber": "F-88"}

    klitrose.economic.click("supplier-invoice", project=1, date="2026-11-05", attachment=True, **bill)
    klitrose.rest()
    klitrose.run()

    (expense,) = klitrose.moment.rows("projectExpenses")
    assert (expense["description"], expense["amountIncludingVat"]) == ("Tog til Nyborg", Decimal("1250.00"))
    assert (expense["expenseDate"], expense["billable"], expense["projectNumber"]) == ("2026-11-05", True, "1")
    assert len(klitrose.moment.files_of(expense["id"])) == 1


def test_a_payment_registered_in_e_conomic_is_told_to_moment(klitrose: Invoicer) -> None:
    """M7.1: in part, then whole."""
    invoice = klitrose.finalize("1")

    klitrose.economic.click("payment", customerInvoiceNumber=invoice["invoiceNumber"], amount="12000.00")
    klitrose.rest()
    partly = klitrose.moment.row("invoices", id=invoice["id"])
    klitrose.economic.click("payment", customerInvoiceNumber=invoice["invoiceNumber"], amount="20000.00")
    klitrose.rest()
    paid = klitrose.moment.row("invoices", id=invoice["id"])

    assert (partly["paymentState"], partly["remainingAmount"]) == ("partlyPaid", Decimal("20000.00"))
    assert (paid["paymentState"], paid["remainingAmount"]) == ("paid", Decimal(0))
    assert klitrose.state_of(invoice) == "settled"


def test_without_the_pdf_setting_an_invoice_is_booked_without_one(system: LocalSystem) -> None:
    """M1.5"""
    klitrose = take_in_invoicer(system, invoices={"journal": 1, "pdf": False})

    invoice = klitrose.finalize("1")

    assert (len(klitrose.booked(invoice)), klitrose.economic.files()) == (1, {})


def test_a_first_pass_books_all_finalized_invoices_and_a_second_writes_nothing(klitrose: Invoicer) -> None:
    """M1.1, M2.1, M3.1"""
    klitrose.run()
    klitrose.rest()
    before = klitrose.economic.invoices()
    klitrose.economic.forget_calls()

    run = klitrose.run()

    assert [line["customerInvoiceNumber"] for line in before] == [5001, 5002, 5003, 5004, 5005, 5006, 5007, 5009]
    assert not any(name.startswith(("POST", "PUT")) for name in klitrose.economic.calls())
    assert (run["state"], klitrose.economic.invoices()) == ("done", before)
