"""What lines of orders are billed on: products that are made in Business NXT when a line first needs one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from handoff.domain.errors import BrokenContract, DeliveryUnknown, RateLimited, ReconnectNeeded, Rejected, Unreachable
from handoff.domain.sales import SalesItem
from tests.contract.business_nxt_erp import NxtErp
from tests.contract.business_nxt_orders import a_line, an_order, lines, orders_of, sent

CREATE = "product_create"
WORK = SalesItem("SUUN", "Suunnittelu\n ja testaus", 2)


@pytest.fixture
def nxt() -> Iterator[NxtErp]:
    company = NxtErp()
    yield company
    company.close()


def missing(nxt: NxtErp, *items: SalesItem) -> dict[str, Any]:
    """Why items can't be used, by number."""
    return dict(orders_of(nxt).missing_items(items))


def product(nxt: NxtErp, number: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = nxt.people._company.rows("product").get(number)
    return found


def test_a_work_type_is_made_as_a_product_when_a_line_first_needs_it_and_is_billed(nxt: NxtErp) -> None:
    """S4.5."""
    assert product(nxt, "SUUN") is None
    assert missing(nxt, WORK, SalesItem("TIMER", "Annet navn")) == {}
    made = product(nxt, "SUUN")
    assert made is not None
    assert (made["description"], made["taxAndAccountingGroup"]) == ("Suunnittelu ja testaus", 2)
    number = sent(nxt, an_order(a_line(item="SUUN", text="")))
    assert [(one["productNo"], one["description"]) for one in lines(nxt, number)] == [
        ("SUUN", "Suunnittelu ja testaus")
    ]


def test_what_is_there_is_left_as_it_is_with_one_call(nxt: NxtErp) -> None:
    """S4.4."""
    missing(nxt, WORK)
    nxt.calls()
    assert missing(nxt, SalesItem("SUUN", "Annet navn", 2), SalesItem("KM", "", None)) == {}
    assert nxt.calls() == 1
    there = product(nxt, "SUUN")
    assert there is not None
    assert there["description"] == "Suunnittelu ja testaus"


def test_a_product_of_another_vat_is_told_and_not_changed(nxt: NxtErp) -> None:
    """S4.5."""
    (error,) = missing(nxt, SalesItem("KM", "Kjøring", 2)).values()
    assert isinstance(error, Rejected)
    assert (error.code, error.field) == ("vat_differs", "tax_group")
    assert "group 1" in error.message
    there = product(nxt, "KM")
    assert there is not None
    assert there["taxAndAccountingGroup"] == 1


def test_a_product_that_nobody_says_a_vat_of_gets_what_the_company_suggests(nxt: NxtErp) -> None:
    assert missing(nxt, SalesItem("NY", "")) == {}
    made = product(nxt, "NY")
    assert made is not None
    assert (made["description"], made["taxAndAccountingGroup"]) == ("NY", 1)


def test_many_are_made_thirty_two_in_a_call(nxt: NxtErp) -> None:
    items = [SalesItem(f"NY-{place:03}", "Ny") for place in range(70)]
    nxt.calls()
    assert missing(nxt, *items, *items) == {}
    assert nxt.calls() == 1 + 3
    assert missing(nxt, *items) == {}


def test_a_refused_one_is_told_in_the_vendors_words_and_the_others_are_made(nxt: NxtErp) -> None:
    found = missing(nxt, WORK, SalesItem("NY", "Ny", 99), SalesItem("", "Uten nummer"))
    assert {number: error.code for number, error in found.items()} == {"": "number_missing", "NY": "refused"}
    assert "99 does not exist" in found["NY"].message
    assert product(nxt, "SUUN") is not None
    assert product(nxt, "NY") is None


@pytest.mark.parametrize("done", [True, False])
def test_a_lost_making_is_asked_for_before_it_is_made_again(nxt: NxtErp, done: bool) -> None:
    """S4.5."""
    nxt.goes_wrong(CREATE, kind="timeout", done=done)
    found = missing(nxt, WORK)
    assert [type(error) for error in found.values()] == ([] if done else [DeliveryUnknown])
    assert missing(nxt, WORK) == {}
    assert product(nxt, "SUUN") is not None


def test_one_that_somebody_makes_meanwhile_is_refused_and_there(nxt: NxtErp) -> None:
    nxt.goes_wrong(CREATE, kind="error", message="Product SUUN exists already.", done=True)
    assert missing(nxt, WORK) == {}
    missing(nxt, SalesItem("NY", "Ny"))
    nxt.goes_wrong(CREATE, kind="error", message="Product NY2 exists already.", done=True)
    assert missing(nxt, SalesItem("NY2", "Ny", 1)) == {}


def test_rows_with_an_error_beside_them_count(nxt: NxtErp) -> None:
    nxt.goes_wrong(CREATE, kind="error", with_data=True)
    assert missing(nxt, WORK) == {}


@pytest.mark.parametrize(
    ("kind", "details", "raised"),
    [
        ("reset_before", {}, Unreachable),
        ("status", {"status": 503, "body": "<html>"}, Unreachable),
        ("status", {"status": 429}, RateLimited),
        ("status", {"status": 403}, ReconnectNeeded),
        ("status", {"status": 200, "body": "<html>"}, BrokenContract),
    ],
)
def test_what_can_not_be_asked_for_is_not_made(
    nxt: NxtErp, kind: str, details: dict[str, Any], raised: type[Exception]
) -> None:
    nxt.breaks(kind, "productNo: {_in", **details)
    with pytest.raises(raised):
        missing(nxt, WORK)
    assert product(nxt, "SUUN") is None


def test_too_many_calls_while_making_are_waited_for(nxt: NxtErp) -> None:
    nxt.breaks("status", CREATE, status=429)
    with pytest.raises(RateLimited):
        missing(nxt, WORK)
    assert missing(nxt, WORK) == {}
