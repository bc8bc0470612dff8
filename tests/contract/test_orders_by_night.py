"""Orders that people take out or edit, and invoices that could not be read: what a pass and a night make of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.pipeline.confirm import ConfirmTools, confirm
from handoff.wiring.billing import Billing
from sandbox import lumipolku as house
from tests.lumipolku import NIGHTLY
from tests.lumipolku_billing import BILLED, Company


@pytest.fixture
def company() -> Company:
    """A company whose hours and invoices go over."""
    return Company(BILLED)


def test_an_invoice_that_becomes_another_order_is_followed_as_that_one(company: Company) -> None:
    """S8.3, S7.4."""
    company.works()
    invoice = company.bills()
    company.a_pass()
    company.severa.vendor.people.edit("invoices", invoice, ourReference="Aamu")
    company.a_pass()
    (first,) = company.orders()
    company.erp.delete("order", first["orderNo"])
    says_it_is_out(company, invoice)

    company.a_pass()
    (second,) = company.orders()
    company.erp.invoice_order(second["orderNo"])
    company.a_pass()
    company.messages_arrive()

    assert company.status(invoice) == house.SENT
    assert {row["orderNo"] for row in company.rows()} == {second["orderNo"]}


def test_an_edited_order_that_is_deleted_is_told_to_be_gone_and_no_more_to_be_edited(company: Company) -> None:
    company.works()
    company.bills()
    company.a_pass()
    (order,) = company.orders()
    company.erp.edit("orderLine", (order["orderNo"], 1), priceInCurrency=Decimal(100))
    company.a_pass(NIGHTLY)
    assert any("was worth" in sentence for sentence in company.inbox())

    company.erp.delete("order", order["orderNo"])
    company.a_pass(NIGHTLY)
    company.messages_arrive()

    assert not any("was worth" in sentence for sentence in company.inbox())
    assert any("is not in the ERP any more" in sentence for sentence in company.inbox())


def test_an_invoice_that_can_be_read_again_is_told_no_more_after_a_night(company: Company) -> None:
    company.works()
    invoice = company.bills()
    told = Problem(ProblemCode.BROKEN_CONTRACT, f"severa invoices {invoice}, field rows (not read),")
    company.shop().shelf.problems.report(told, flow="severa", external_ids={invoice}, at=company.now)

    company.a_pass(NIGHTLY)

    assert told.message not in company.inbox()


def says_it_is_out(company: Company, invoice: str) -> None:
    """A person says that the order was deleted on purpose."""
    shop = company.shop()
    (known,) = [one for one in shop.shelf.problems.open() if invoice in one.external_ids]
    tools = ConfirmTools(
        shop.shelf.staged, shop.shelf.postings, shop.shelf.problems, shop.shelf.passes_of("invoices"), lambda _: None,
        Billing(shop).settings.gate_of("invoices"), company.clock,
    )  # fmt: skip
    confirm(tools, known.problem.id, by="aamu", external_ids=known.external_ids)
