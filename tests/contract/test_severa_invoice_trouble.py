"""What is made of everything that goes wrong with Severa's invoices, and what the health check says of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    InvalidInput,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Unreachable,
)
from handoff.domain.sales import Milestone, StatusChoices
from handoff.ports.live import ToolNeeds
from sandbox import lumipolku as house
from tests.contract.severa_account import Account
from tests.contract.severa_invoices import CHOICES, in_status, project
from tests.contract.severa_organisation import NOON

ON = date(2026, 11, 4)
Edit = Callable[[Any], Any]


@pytest.fixture
def account() -> Account:
    return Account()


def ready(account: Account) -> str:
    guid: str = in_status(account, house.TO_TRANSFER)["guid"]
    return guid


class Editing(httpx.BaseTransport):
    """Lets a test change what is answered to paths that end so, or do something before the first of them."""

    def __init__(self, account: Account, end: str, edit: Edit | None = None, first: Callable[[], Any] | None = None):
        self._inner = account.stand_in.transport()
        self._end, self._edit, self._first = end, edit, first

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith(self._end):
            return self._inner.handle_request(request)
        if self._first is not None:
            doing, self._first = self._first, None
            doing()
        answer = self._inner.handle_request(request)
        if self._edit is None:
            return answer
        return httpx.Response(200, content=msgspec.json.encode(self._edit(msgspec.json.decode(answer.read()))))


def each(name: str, value: object) -> Edit:
    return lambda rows: [{**row, name: value} for row in rows]


# ---- what can't be read whole --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "edit"),
    [
        ("/invoicerows", each("unitPrice", None)),
        ("/invoicerows", each("unitPrice", {"amount": None, "currencyCode": "EUR"})),
        ("/invoicerows", each("unitPrice", {"amount": 1, "currencyCode": "USD"})),
        ("/invoicerows", each("quantity", None)),
        ("/invoicerows", each("rowType", "Subscriptions")),
        ("/invoicerows", lambda rows: rows[1:]),
        ("/invoicerows", lambda rows: {"rows": rows}),
        ("/workhours", each("guid", None)),
        ("/projectfees", each("product", "ALI-1")),
    ],
)
def test_an_invoice_with_a_row_that_can_not_be_read_whole_is_not_read(account: Account, end: str, edit: Edit) -> None:
    guid = ready(account)
    account.connect(Editing(account, end, edit))
    with pytest.raises(BrokenContract):
        account.tool.drafted_invoices(CHOICES).read(guid)


@pytest.mark.parametrize(("cents", "taken"), [(5, True), (6, False)])
def test_rows_may_differ_from_the_invoices_sum_by_a_cent_each_and_by_no_more(
    account: Account, cents: int, taken: bool
) -> None:
    guid = ready(account)
    assert len(account.rows(f"invoices/{guid}/invoicerows")) == 5
    total = account.get(f"invoices/{guid}")["totalExcludingTax"]["amount"]

    def off(invoice: Any) -> Any:
        amount = msgspec.Raw(str(total + cents * type(total)("0.01")).encode())
        return {**invoice, "totalExcludingTax": {"amount": amount, "currencyCode": "EUR"}}

    account.connect(Editing(account, guid, off))
    invoices = account.tool.drafted_invoices(CHOICES)
    if taken:
        found = invoices.read(guid)
        assert found is not None
        assert found.invoice.net == total
    else:
        with pytest.raises(BrokenContract, match="its rows come to"):
            invoices.read(guid)


def test_an_invoice_of_nobody_is_not_read(account: Account) -> None:
    guid = ready(account)
    account.connect(Editing(account, guid, lambda one: {**one, "customer": None, "billingCustomer": None}))
    with pytest.raises(BrokenContract, match="names no customer"):
        account.tool.drafted_invoices(CHOICES).read(guid)


def test_a_listed_invoice_that_can_not_be_read_is_named_and_the_others_go_on(account: Account) -> None:
    def spoil(rows: Any) -> Any:
        rows[0]["status"] = None
        rows[1] |= {"createdDateTime": None, "lastUpdatedDateTime": None}
        return rows

    account.connect(Editing(account, "/invoices", spoil))
    page = account.tool.drafted_invoices(CHOICES).changed(since=None, page=None)
    assert [one.field for one in page.broken] == ["status", "createdDateTime"]
    assert len(page.rows) == 4


# ---- people who are faster -----------------------------------------------------------------------


@pytest.mark.parametrize("end", ["/invoicerows", "/workhours"])
def test_an_invoice_that_is_deleted_while_it_is_read_is_none(account: Account, end: str) -> None:
    place = project(account, 1)["guid"]
    made = account.people.make_invoice(place).guid
    account.connect(Editing(account, end, first=lambda: account.people.delete("invoices", made)))
    assert account.tool.drafted_invoices(CHOICES).read(made) is None


def test_a_row_that_is_deleted_while_its_invoice_is_read_is_not_on_it(account: Account) -> None:
    place = project(account, 1)["guid"]
    account.people.log_hours(place, approved=True)
    made = account.people.make_invoice(place).guid
    rows = account.rows(f"invoices/{made}/invoicerows")
    assert len(rows) == 2
    wire = Editing(account, "/workhours", first=lambda: account.people.delete("invoicerows", rows[0]["guid"]))
    account.connect(wire)
    found = account.tool.drafted_invoices(CHOICES).read(made)
    assert found is not None
    assert [line.id for line in found.invoice.lines] == [rows[1]["guid"]]


def test_an_invoice_that_is_gone_is_not_told(account: Account) -> None:
    place = project(account, 1)["guid"]
    first, second = (account.people.make_invoice(place).guid for _ in range(2))
    account.people.delete("invoices", first)
    wire = Editing(account, "/invoicestatuses", first=lambda: account.people.delete("invoices", second))
    account.connect(wire)
    for guid in (first, second):  # the second goes between the look and the write
        with pytest.raises(Rejected) as caught:
            account.tool.drafted_invoices(CHOICES).report(guid, Milestone.SENT, on=ON)
        assert (caught.value.code, caught.value.status) == ("invoice_gone", 404)


# ---- the wire ------------------------------------------------------------------------------------


def asks(account: Account) -> dict[str, Callable[[], object]]:
    guid, invoices = ready(account), account.tool.drafted_invoices(CHOICES)
    return {
        "GET /invoicestatuses": lambda: invoices.changed(since=NOON, page=None),
        "GET /invoices": lambda: invoices.changed(since=NOON, page=None),
        "GET /invoices/*": lambda: invoices.read(guid),
        "GET /invoicerows/*": lambda: invoices.read(guid),
        "PATCH /invoices/*": lambda: invoices.report(guid, Milestone.SENT, on=ON),
    }


@pytest.mark.parametrize(
    ("fault", "read", "write"),
    [
        ({"status": 401, "times": 2}, ReconnectNeeded, ReconnectNeeded),
        ({"status": 403}, ReconnectNeeded, ReconnectNeeded),
        ({"status": 429, "body": "API calls quota exceeded!"}, RateLimited, RateLimited),
        ({"status": 500}, Unreachable, DeliveryUnknown),
        ({"status": 503, "body": "<html>"}, Unreachable, DeliveryUnknown),
        ({"status": 400}, BrokenContract, Rejected),
        ({"status": 200, "body": "<html>"}, BrokenContract, DeliveryUnknown),
    ],
)
def test_every_refusal_of_the_wire_has_its_class(
    account: Account, fault: dict[str, Any], read: type[HandoffError], write: type[HandoffError]
) -> None:
    for call, ask in asks(account).items():
        account.a_fault("status", call, **fault)
        with pytest.raises(HandoffError) as caught:
            ask()
        assert type(caught.value) is (write if call.startswith("PATCH") else read), call
        account.http.delete("/_sandbox/faults")


@pytest.mark.parametrize(("kind", "told"), [("reset_before", house.TO_TRANSFER), ("lost_after_commit", house.SENT)])
def test_a_lost_answer_to_telling_is_unknown_and_telling_it_again_does_no_harm(
    account: Account, kind: str, told: str
) -> None:
    """S8.3."""
    guid, invoices = ready(account), account.tool.drafted_invoices(CHOICES)
    account.a_fault(kind, "PATCH /invoices/*")
    with pytest.raises(DeliveryUnknown):
        invoices.report(guid, Milestone.SENT, on=ON)
    assert account.get(f"invoices/{guid}")["status"]["name"] == told
    invoices.report(guid, Milestone.SENT, on=ON)
    assert account.get(f"invoices/{guid}")["status"]["name"] == house.SENT


def test_a_change_that_severa_takes_and_does_not_make_is_no_success(account: Account) -> None:
    guid = ready(account)
    before = account.get(f"invoices/{guid}")
    account.a_fault("status", "PATCH /invoices/*", status=200, body=[before])
    with pytest.raises(Rejected, match="left the invoice in the status 'Siirrettävä'") as caught:
        account.tool.drafted_invoices(CHOICES).report(guid, Milestone.PAID, on=ON)
    assert caught.value.code == "status_kept"


def test_a_status_that_severa_will_not_be_told_so_is_refused_in_its_words() -> None:
    account = Account(status_pointers=["/status/guid"])
    with pytest.raises(Rejected, match="'/status' was not found") as caught:
        account.tool.drafted_invoices(CHOICES).report(ready(account), Milestone.SENT, on=ON)
    assert caught.value.status == 400


# ---- health --------------------------------------------------------------------------------------


def test_the_health_check_says_nothing_of_invoices_where_nobody_wants_them(account: Account) -> None:
    found = {one.code for one in account.tool.health(today=NOON.date())}
    assert not {code for code in found if "invoice" in code or "status" in code} - {"won_status"}


def test_the_health_check_knows_the_statuses_and_rights_of_invoices(account: Account) -> None:
    """S8.2."""
    found = {one.code: one.ok for one in account.tool.health(today=NOON.date(), needs=ToolNeeds(invoices=CHOICES))}
    codes = ("rights_invoices", "rights_to_write_invoices", "ready_status", "sent_status", "paid_status")
    assert {code: found[code] for code in codes} == dict.fromkeys(codes, True)


def test_the_health_check_names_what_invoices_lack() -> None:
    account = Account(scopes=["settings:read", "users:read", "customers:read", "projects:read"])
    wrong = StatusChoices(ready="Valmis", sent="Mennyt", paid="Saatu")
    found = {one.code: one for one in account.tool.health(today=NOON.date(), needs=ToolNeeds(invoices=wrong))}
    assert "invoices:read" in found["rights_invoices"].cure
    assert "lack invoices:write" in found["rights_to_write_invoices"].sentence
    for code, name in (("ready_status", "Valmis"), ("sent_status", "Mennyt"), ("paid_status", "Saatu")):
        assert (found[code].ok, f"'{name}'" in found[code].sentence) == (False, True)


def test_a_wrong_name_is_found_before_anything_is_told(account: Account) -> None:
    with pytest.raises(InvalidInput):
        account.tool.drafted_invoices(StatusChoices(ready="x", sent="y")).report(ready(account), Milestone.SENT, on=ON)
    assert "PATCH invoices/{guid}" not in account.asked()
