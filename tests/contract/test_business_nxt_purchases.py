"""What suppliers have cost projects, read from the stand-in of Business NXT."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from handoff.domain.errors import BrokenContract, InvalidInput, RateLimited, ReconnectNeeded, Unreachable
from handoff.domain.purchases import Purchase
from handoff.domain.sales import UnitChoices
from handoff.ports.live import ErpNeeds
from handoff.ports.purchases import ListedPurchase
from tests.contract.business_nxt_erp import NxtErp

START = date(2026, 11, 1)
SUPPLIER = 50_001


def buys(nxt: NxtErp, net: str = "100.00", **other: Any) -> None:
    nxt.people.book_supplier_invoice(**{"net": net, "dimensions": {"orgUnit2": 1001}, "supplier_no": SUPPLIER, **other})


def every(nxt: NxtErp, *, unit: int = 2, since: datetime | None = None, start: date = START) -> list[ListedPurchase]:
    feed, page, found = nxt.erp.purchases(UnitChoices(1, unit)), None, list[ListedPurchase]()
    while True:
        rows = feed.posted(starts_on=start, since=since, page=page)
        assert rows.broken == []
        found += rows.rows
        if rows.next_page is None:
            return found
        page = rows.next_page


def purchases(nxt: NxtErp, **asked: Any) -> list[Purchase]:
    return [row.purchase for row in every(nxt, **asked)]


def test_a_posted_cost_is_told_with_everything_that_it_says() -> None:
    """S9.1."""
    nxt = NxtErp()
    buys(nxt, "1250.50", text="Kart  og\nkompass", invoice_no="L-9", account=4500, on=date(2026, 11, 3))
    (row,) = every(nxt)

    found = row.purchase
    assert (found.amount, found.account, found.project, found.supplier) == (Decimal("1250.50"), 4500, "1001", "50001")
    assert (found.booked_on, found.text, found.supplier_invoice) == (date(2026, 11, 3), "Kart og kompass", "L-9")
    assert found.external_id.count("-") == 1
    assert found.voucher > 0
    assert found.voucher_type == 2
    assert row.changed_at is not None
    assert nxt.erp.purchases(UnitChoices(1, 2)).suppliers({"50001", "59999"}).keys() == {"50001"}
    nxt.close()


def test_a_text_unit_stands_for_projects_as_well() -> None:
    nxt = NxtErp()
    buys(nxt, dimensions={"orgUnit7": "INTERN"})
    buys(nxt)
    assert [one.project for one in purchases(nxt, unit=7)] == ["INTERN"]
    nxt.close()


def test_what_is_on_no_project_of_no_supplier_or_earlier_is_not_listed() -> None:
    nxt = NxtErp()
    buys(nxt, dimensions={})
    buys(nxt, on=date(2026, 10, 31))
    nxt.people.invoice_order(1_001)
    assert purchases(nxt) == []
    assert len(purchases(nxt, start=date(2026, 10, 1))) == 1
    nxt.close()


@pytest.mark.parametrize("size", [1, 3, 500])
def test_pages_of_any_size_give_every_row_once_in_the_order_of_their_keys(size: int) -> None:
    nxt = NxtErp(page_max=size)
    for number in range(7):
        buys(nxt, f"{number + 1}.00")
    found = purchases(nxt)
    assert [one.amount for one in found] == [Decimal(number) for number in range(1, 8)]
    keys = [tuple(int(part) for part in one.external_id.split("-")) for one in found]
    assert keys == sorted(keys)
    nxt.close()


def test_changes_are_asked_for_from_what_a_whole_walk_has_met() -> None:
    nxt = NxtErp()
    buys(nxt)
    nxt.later(hours=6)
    feed = nxt.erp.purchases(UnitChoices(1, 2))
    whole = feed.posted(starts_on=START, since=None, page=None)
    assert whole.latest_change is not None
    assert feed.posted(starts_on=START, since=whole.latest_change, page=None).rows == []
    buys(nxt, "7.00")
    later = feed.posted(starts_on=START, since=whole.latest_change, page=None)
    assert [row.purchase.amount for row in later.rows] == [Decimal(7)]
    nxt.close()


def test_a_look_is_one_call_and_so_are_the_names_of_suppliers() -> None:
    nxt = NxtErp()
    buys(nxt)
    nxt.calls()
    assert len(every(nxt)) == 1
    assert nxt.calls() == 1
    nxt.erp.purchases(UnitChoices(1, 2)).suppliers({"50001"})
    assert nxt.calls() == 1
    assert nxt.erp.purchases(UnitChoices(1, 2)).suppliers(()) == {}
    assert nxt.calls() == 0
    nxt.close()


def test_a_row_that_cant_be_read_is_named_by_its_key_and_the_others_are_read() -> None:
    nxt = NxtErp()
    buys(nxt)
    buys(nxt, "7.00")
    company = nxt.company.vendor.company
    row = next(one for one in company.rows("generalLedgerTransaction").all() if one["orgUnit2"])
    company.change("generalLedgerTransaction", row, {"voucherDate": 20261199}, "x")
    page = nxt.erp.purchases(UnitChoices(1, 2)).posted(starts_on=START, since=None, page=None)
    (broken,) = page.broken
    assert (broken.external_id, broken.field) == (f"{row['voucherJournalNo']}-{row['auditNo']}", "voucherDate")
    assert [one.purchase.amount for one in page.rows] == [Decimal(7)]
    nxt.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 401, "times": 2}, ReconnectNeeded),
        ({"kind": "status", "status": 403}, ReconnectNeeded),
        ({"kind": "status", "status": 429}, RateLimited),
        ({"kind": "reset_before"}, Unreachable),
        ({"kind": "status", "status": 502}, Unreachable),
        ({"kind": "status", "status": 200, "body": "<html>"}, BrokenContract),
    ],
)
def test_what_goes_wrong_is_never_an_empty_list(fault: dict[str, object], error: type[Exception]) -> None:
    nxt = NxtErp()
    kind = str(fault.pop("kind"))
    nxt.breaks(kind, "generalLedgerTransaction", **fault)
    with pytest.raises(error):
        every(nxt)
    nxt.close()


def test_a_unit_that_there_is_none_of_and_a_mark_that_is_none_are_refused() -> None:
    nxt = NxtErp()
    with pytest.raises(InvalidInput):
        nxt.erp.purchases(UnitChoices(1, 13))
    with pytest.raises(InvalidInput):
        nxt.erp.purchases(UnitChoices(1, 2)).posted(starts_on=START, since=None, page="x")
    nxt.close()


def test_the_health_check_looks_at_the_ledger_where_costs_are_wanted() -> None:
    """S9.1."""
    nxt = NxtErp()
    found = {one.code: one for one in nxt.erp.health(ErpNeeds(purchases=True))}
    assert (set(found), found["purchases"].ok) == ({"company", "purchases", "writing"}, True)
    assert "purchases" not in {one.code for one in nxt.erp.health(ErpNeeds())}
    nxt.close()
    nxt = NxtErp(missing_columns=["generalLedgerTransaction.supplierNo"])
    (told,) = [one for one in nxt.erp.health(ErpNeeds(purchases=True)) if one.code == "purchases"]
    assert (told.ok, told.sentence.startswith("Suppliers' costs can't be read")) == (False, True)
    nxt.close()
