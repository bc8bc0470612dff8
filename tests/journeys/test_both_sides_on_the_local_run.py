"""Severa and Visma Business brought together and kept so, over the real queues, functions, stores and state machine."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox import lumipolku as house
from sandbox.business_nxt.access import API_PATH
from tests.invoicers import fails
from tests.polling import until
from tests.system import LocalSystem
from tests.two_sides import TwoSided, take_in_two_sided

HARBOUR, WIND = "Satamalogistiikka", "Tuulipuiston kannattavuus"
FROM_NOVEMBER = {"on": True, "table": 2, "starts_on": "2026-11-01"}
PAID_WAY = ["WaitForSent", "WhenSent", "TellSent", "WaitForPaid", "WhenPaid", "TellPaid", "Done"]


@pytest.fixture
def lumipolku(system: LocalSystem) -> TwoSided:
    """The company before its report was read; what was worked before November stays out."""
    return take_in_two_sided(system, hours=FROM_NOVEMBER)


@pytest.fixture
def live(lumipolku: TwoSided) -> TwoSided:
    """The company after its first contact."""
    lumipolku.goes_live()
    return lumipolku


def test_nothing_is_written_before_the_report_was_read_and_then_both_sides_have_the_same(lumipolku: TwoSided) -> None:
    """S10.1, S1.3, S3.3, S5.3, S5.7, S5.9, S6.3, S6.6."""
    before = {flow: lumipolku.business.listed(flow) for flow in ("employees", "customers", "projects")}
    runs = lumipolku.a_pass()
    assert {flow: lumipolku.business.listed(flow) for flow in before} == before
    assert set(runs["business_units"]["counts"]) == {"fetched", "new"}

    report = lumipolku.api("GET", "/mirror/projects")
    (asked,) = report["asked"]
    pair = {"time_tool_id": asked["about"]["id"], "erp_id": asked["may_be"][0]["id"]}
    lumipolku.api("POST", "/mirror/projects/pairs", json=pair)
    lumipolku.goes_live()
    second = lumipolku.a_pass()

    ours, theirs = lumipolku.severa.listed("projects"), lumipolku.business.listed("projects")
    assert {one.number for one in theirs} == {"1", "2", "3", "4", "5", "6"}
    assert set(theirs) <= set(ours)
    numbers = {one.name: one.number for one in lumipolku.severa.listed("customers")}
    given = {one.name: one.number for one in lumipolku.business.listed("customers")}
    assert numbers["Kallioranta Satama Ab"] == given["Kallioranta Satama Ab"] != "1003"
    assert numbers["Talvikki Tukku Oy"] == given["Talvikki Tukku Oy"]
    assert set(second["business_units"]["counts"]) == {"fetched", "unchanged"}


def test_approved_hours_are_rows_and_what_changes_is_taken_back(live: TwoSided) -> None:
    """S7.1, S7.2, S7.3, S6.1: and a month is accounted for, hour by hour."""
    edited, withdrawn, deleted = (live.works(WIND, hours) for hours in ("7.5", "6", "4"))
    live.a_pass("hours")
    assert [live.hours_of(one) for one in (edited, withdrawn, deleted)] == [
        [Decimal("7.5")],
        [Decimal(6)],
        [Decimal(4)],
    ]

    live.severa.click("edit", resource="workhours", guid=edited, fields={"quantity": 5})
    live.severa.click("approve", guids=[withdrawn], approved=False)
    live.severa.click("delete", resource="workhours", guid=deleted)
    live.a_pass("hours")

    assert live.hours_of(edited) == [Decimal("7.5"), Decimal("-7.5"), Decimal(5)]
    assert live.hours_of(withdrawn) == [Decimal(6), Decimal(-6)]
    assert live.hours_of(deleted) == [Decimal(4), Decimal(-4)]
    assert live.state_of("hours", withdrawn) == ("excluded", "approval_withdrawn")
    account = live.api("GET", "/reconciliation", period="2026-11", flow="hours")
    assert (account["agrees"], account["hours_difference"], account["amount_difference"]) == (True, "0.00", "0.00")
    assert {name: part["hours"] for name, part in account["states"].items() if part["records"]} == {
        "posted": "5.00",
        "excluded": "6.00",
    }
    (book,) = account["books"]
    assert (book["ledger_hours"], book["ledger_amount"], book["agrees"]) == ("5.00", "550.00", True)


def test_an_invoice_is_ordered_once_and_followed_until_it_is_paid_whatever_breaks(live: TwoSided) -> None:
    """S8.1, S8.2, S8.3, S8.4, S7.4, S4.5: lost answers, refusals to hurry and outages on the way."""
    hours = live.works(HARBOUR)
    live.a_pass("hours")
    live.business.click("mishaps", operation="order_create", kind="timeout", done=True)
    invoice = live.bills(HARBOUR)
    live.passes("invoices")
    until(lambda: live.state_of("invoices", invoice)[0], lambda state: state != "posting", what="the order's answer")
    live.a_pass("invoices")

    order = live.order_of(invoice)
    assert [one["orderNo"] for one in live.business.orders()] == [order]
    assert [row["orderNo"] for row in live.rows_of(hours)] == [order]
    assert live.state_of("hours", hours)[0] == "settled"
    assert "KONS" in {one.number for one in live.business.listed("products")}

    number = live.business.does("invoice-order", orderNo=order)["invoiceNo"]
    fails(live.severa, "PATCH */invoices/*", "status", status=429, headers={"Retry-After": "1"})
    live.a_pass("invoices")
    live.says(invoice, house.SENT)
    live.business.does("payment", invoiceNo=number, amount="100.00")
    live.a_pass("invoices")
    assert live.status(invoice) == house.SENT
    live.business.does("payment", invoiceNo=number)
    fails(live.business, f"POST {API_PATH}", "status", status=429, headers={"Retry-After": "1"})
    live.a_pass("invoices")
    live.says(invoice, house.PAID)

    assert live.state_of("invoices", invoice)[0] == "settled"
    assert (live.refused(live.severa), live.refused(live.business)) == (1, 1), "both asked us to wait once"
    assert live.ways(invoice) == [PAID_WAY]


def test_an_order_that_is_edited_by_hand_is_told_until_it_is_set_back(live: TwoSided) -> None:
    live.works(HARBOUR)
    invoice = live.bills(HARBOUR)
    live.a_pass()
    order = live.order_of(invoice)
    assert "order_edited" not in live.codes()

    live.business.does("edit", table="orderLine", key=[order, 1], changes={"priceInCurrency": "100"})
    live.a_pass("invoices")
    assert live.codes().count("order_edited") == 1
    live.business.does("edit", table="orderLine", key=[order, 1], changes={"priceInCurrency": "110"})
    live.a_pass("invoices")

    assert "order_edited" not in live.codes()


def test_a_key_that_severa_withdrew_stops_it_and_a_new_one_loses_nothing(live: TwoSided) -> None:
    """S7.3, S8.3: what happened on both sides in between goes over then."""
    live.works(HARBOUR)
    invoice = live.bills(HARBOUR)
    live.a_pass()
    order = live.order_of(invoice)
    live.business.does("invoice-order", orderNo=order)
    hours = live.works(WIND)
    live.severa.click("revoke")

    stopped = live.passes()
    assert {run["state"] for run in stopped.values() if run["flows"] != ["costs"]} == {"failed"}
    assert not live.connections()["severa"]["working"]
    assert (live.rows_of(hours), live.status(invoice)) == ([], house.TO_TRANSFER)
    assert "reconnect_needed" in live.codes()

    live.severa.click("restore")
    live.a_pass()

    live.says(invoice, house.SENT)
    assert live.hours_of(hours) == [Decimal("7.5")]
    assert live.connections()["severa"]["working"]
    assert "reconnect_needed" not in live.codes()
    assert len(live.business.orders()) == 1
