"""What the Business NXT connector makes of everything that goes wrong, on the wire and in answers of HTTP 200."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from handoff.connectors.business_nxt.adapter import BusinessNxtAdapter
from handoff.connectors.business_nxt.client import business_nxt_client
from handoff.connectors.http import open_http
from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    InvalidInput,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.pairs import Address, Contact, Product, Project
from handoff.ports.mirror import Change, Listed, MirrorChoices
from sandbox.business_nxt import API_PATH, CREDENTIALS, TOKEN_PATH
from tests.contract.business_nxt_erp import BASE, NxtErp, a_customer, changed, made, says, walked

NEW = Project("", "Nytt naust")
CREATE, UPDATE = "orgUnit2_create", "orgUnit2_update"


@pytest.fixture
def nxt() -> Iterator[NxtErp]:
    company = NxtErp()
    yield company
    company.close()


class Meddling(httpx.BaseTransport):
    """Does something just before a call whose body names it, once."""

    def __init__(self, nxt: NxtErp, word: str, doing: Callable[[], object]) -> None:
        self._inner = nxt.company.stand_in.transport()
        self._word, self._doing = word.encode(), [doing]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._word in request.read() and self._doing:
            self._doing.pop()()
        return self._inner.handle_request(request)


class Editing(httpx.BaseTransport):
    """Lets a test change what the vendor answers."""

    def __init__(self, nxt: NxtErp, edit: Callable[[Any], Any]) -> None:
        self._inner = nxt.company.stand_in.transport()
        self._edit = edit

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        if request.url.path != API_PATH:
            return answer
        return httpx.Response(200, content=msgspec.json.encode(self._edit(msgspec.json.decode(answer.read()))))


def erp_over(nxt: NxtErp, wire: httpx.BaseTransport) -> BusinessNxtAdapter:
    client = business_nxt_client(
        base_url=BASE,
        token_url=BASE + TOKEN_PATH,
        company_no=str(CREDENTIALS.company_no),
        grants=nxt.grants,
        now=lambda: nxt.now,
        http=open_http(wire),
    )
    return BusinessNxtAdapter(client, str(CREDENTIALS.company_no), now=lambda: nxt.now, absence_delay=timedelta())


def authorization_of(nxt: NxtErp) -> str:
    """Our own token, whose calls are counted."""
    return f"Bearer {nxt.grants.stored.grant.access_token.reveal()}"


def projects_named(nxt: NxtErp, name: str = "Nytt naust") -> int:
    return len(nxt.people._company.rows("orgUnit2").where("name", name))


def all_asks(nxt: NxtErp) -> list[Callable[[], object]]:
    """A read of every sort."""
    projects, customers = nxt.keeps("projects"), nxt.keeps("customers")
    return [
        nxt.erp.check,
        lambda: projects.listed(since=None, page=None),
        lambda: projects.listed(since=nxt.now, page=None),
        lambda: projects.alike(NEW),
        lambda: customers.listed(since=None, page=None),
        lambda: customers.listed(since=nxt.now, page=None),
        lambda: customers.alike(a_customer()),
    ]


def all_writes(nxt: NxtErp) -> list[Callable[[], Any]]:
    """A write of every sort, of things that were read before."""
    projects, customers = nxt.keeps("projects"), nxt.keeps("customers")
    project, customer = walked(projects)["1001"], walked(customers)["1"]
    return [
        lambda: projects.create([NEW]),
        lambda: projects.update([Change("1001", project.says, Project("1001", "Annet"))]),
        lambda: customers.create([a_customer()]),
        lambda: customers.update([Change("1", customer.says, msgspec.structs.replace(customer.says, name="Annet"))]),
    ]


# ---- access --------------------------------------------------------------------------------------


@pytest.mark.parametrize("close", ["revoke", "access"])
def test_a_company_that_lets_us_in_no_more_stops_the_connection_for_reads_and_writes(nxt: NxtErp, close: str) -> None:
    writes = all_writes(nxt)
    nxt.company.control(close, **({"allowed": False} if close == "access" else {}))
    for act in (*all_asks(nxt), *writes):
        with pytest.raises(ReconnectNeeded) as caught:
            act()
        assert caught.value.cure
        assert CREDENTIALS.client_secret not in str(caught.value)


def test_an_unknown_company_and_a_wrong_secret_say_what_to_do() -> None:
    for account, secret, said in ((9_112_003, "", "supervisor"), (1, "", "supervisor"), (0, "wrong", "application")):
        nxt = NxtErp(account=account or CREDENTIALS.company_no, secret=secret or CREDENTIALS.client_secret)
        with pytest.raises(ReconnectNeeded) as caught:
            nxt.erp.check()
        assert said in caught.value.cure
        nxt.close()


def test_a_token_that_ended_early_is_renewed_and_the_write_sent_once(nxt: NxtErp) -> None:
    objects = nxt.keeps("projects")
    walked(objects)
    nxt.breaks("token_expired", CREATE)
    assert len(made(objects, NEW)) == projects_named(nxt) == 1


def test_a_token_is_asked_for_once_and_kept(nxt: NxtErp) -> None:
    objects = nxt.keeps("projects")
    for _ in range(3):
        walked(objects)
    assert nxt.company.stand_in.calls()[f"POST {TOKEN_PATH}"] == 2  # the test's own one, and ours


# ---- limits --------------------------------------------------------------------------------------


def test_too_many_calls_are_waited_for(nxt: NxtErp) -> None:
    asks, writes = all_asks(nxt), all_writes(nxt)
    nxt.company.control("settings", limit=1)
    for ask in asks:
        nxt.company.post({"query": "{ __typename }"}, authorization_of(nxt))
        with pytest.raises(RateLimited):
            ask()
    for write in writes:
        assert {type(one) for one in write()} == {RateLimited}
    assert projects_named(nxt) == 0


def test_too_many_requests_at_once_are_waited_for_though_the_answer_is_200(nxt: NxtErp) -> None:
    writes = all_writes(nxt)
    nxt.company.control("busy", requests=60)
    for ask in all_asks(nxt):
        with pytest.raises(RateLimited, match="60 requests in progress") as caught:
            ask()
        assert caught.value.retry_after == 30
    for write in writes:
        assert {type(one) for one in write()} == {RateLimited}


# ---- lost answers --------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "there"), [("reset_before", 0), ("lost_after_commit", 1)])
def test_a_lost_answer_to_a_write_is_unknown_and_can_be_asked_for(nxt: NxtErp, kind: str, there: int) -> None:
    objects = nxt.keeps("projects")
    nxt.breaks(kind, CREATE)
    (answer,) = objects.create([NEW])
    assert isinstance(answer, DeliveryUnknown)
    assert len(objects.alike(NEW)) == there


@pytest.mark.parametrize("status", [500, 502, 504, 408])
def test_a_gateways_page_is_unknown_for_a_write_and_unreachable_for_a_read(nxt: NxtErp, status: int) -> None:
    objects = nxt.keeps("projects")
    nxt.breaks("status", status=status, body="<html>gateway</html>", times=2)
    assert isinstance(objects.create([NEW])[0], DeliveryUnknown)
    with pytest.raises(Unreachable):
        objects.listed(since=None, page=None)


@pytest.mark.parametrize("done", [False, True])
def test_a_write_that_took_too_long_is_unknown(nxt: NxtErp, done: bool) -> None:
    objects = nxt.keeps("projects")
    row = walked(objects)["1001"]
    nxt.goes_wrong(CREATE, kind="timeout", done=done)
    nxt.goes_wrong(UPDATE, kind="timeout", done=done)
    assert isinstance(objects.create([NEW])[0], DeliveryUnknown)
    assert isinstance(changed(objects, row, Project("1001", "Annet")), DeliveryUnknown)
    assert projects_named(nxt) == int(done)


def test_a_read_that_took_too_long_is_read_again_later(nxt: NxtErp) -> None:
    nxt.goes_wrong("orgUnit2", kind="timeout")
    with pytest.raises(Unreachable):
        nxt.keeps("projects").listed(since=None, page=None)


def test_rows_that_come_with_an_error_beside_them_count(nxt: NxtErp) -> None:
    nxt.goes_wrong(CREATE, kind="timeout", with_data=True)
    (row,) = made(nxt.keeps("projects"), NEW)
    assert row.says == Project("1005", "Nytt naust")


def test_a_lost_look_before_a_change_of_customers_wrote_nothing(nxt: NxtErp) -> None:
    objects = nxt.keeps("customers")
    row = walked(objects)["1"]
    nxt.breaks("reset_before")
    assert isinstance(changed(objects, row, msgspec.structs.replace(row.says, name="Vårt")), Unreachable)
    nxt.breaks("lost_after_commit", "associate_update")
    assert isinstance(changed(objects, row, msgspec.structs.replace(row.says, name="Vårt")), DeliveryUnknown)
    assert walked(objects)["1"].says.name == "Vårt"


def test_countries_that_can_not_be_looked_up_make_nothing(nxt: NxtErp) -> None:
    nxt.breaks("reset_before", "country")
    wanted = [a_customer("En", billing=Address("Vei 1", country="NO")), a_customer("To")]
    assert [type(one) for one in nxt.keeps("customers").create(wanted)] == [Unreachable] * 2


# ---- refusals ------------------------------------------------------------------------------------


def test_a_refused_write_is_told_in_the_vendors_words(nxt: NxtErp) -> None:
    objects = nxt.keeps("projects")
    row = walked(objects)["1001"]
    for operation in (CREATE, UPDATE):
        nxt.goes_wrong(operation, kind="error", message="Perioden er\nstengt.")
    for answer in (objects.create([NEW])[0], changed(objects, row, Project("1001", "Annet"))):
        assert isinstance(answer, Rejected)
        assert answer.message == "Perioden er stengt."


def test_a_part_that_fails_fails_the_customer_and_the_rest_is_written(nxt: NxtErp) -> None:
    objects = nxt.keeps("customers")
    row = walked(objects)["1"]
    after = msgspec.structs.replace(row.says, name="Vårt", deliveries=())
    nxt.goes_wrong("deliveryAddress_delete", kind="error", message="Adressen er i bruk.")
    answer = changed(objects, row, after)
    assert isinstance(answer, Rejected)
    assert answer.message == "Adressen er i bruk."
    told = walked(objects)["1"].says
    assert (told.name, told.deliveries) == ("Vårt", row.says.deliveries)
    nxt.goes_wrong("deliveryAddress_delete", kind="timeout")
    assert isinstance(changed(objects, walked(objects)["1"], after), DeliveryUnknown)


@pytest.mark.parametrize(
    ("word", "doing", "said"),
    [
        ("associate_update", lambda nxt: nxt.people.edit("associate", 1, name="Menneskets"), {"name": "Vårt"}),
        ("deliveryAddress_delete", lambda nxt: nxt.people.edit("deliveryAddress", 1, postCode="1"), {"deliveries": ()}),
        (
            "deliveryAddress_update",
            lambda nxt: nxt.people.delete("deliveryAddress", 1),
            {"deliveries": (Address("Annet sted"),)},
        ),
        ("associate_update", lambda nxt: nxt.people.delete("associate", 14), {"contacts": ()}),
    ],
)
def test_somebody_who_is_faster_than_the_write_after_the_look_is_not_written_over(
    nxt: NxtErp, word: str, doing: Callable[[NxtErp], object], said: dict[str, Any]
) -> None:
    erp = erp_over(nxt, Meddling(nxt, word, lambda: doing(nxt)))
    objects = erp.master_data(MirrorChoices())["customers"]
    row = walked(objects)["1"]
    assert isinstance(changed(objects, row, msgspec.structs.replace(row.says, **said)), Stale)


def test_a_column_that_is_not_there_is_told_and_nothing_is_guessed() -> None:
    nxt = NxtErp(missing_columns=["product.productCategoryNo1"])
    objects = nxt.keeps("products")
    with pytest.raises(BrokenContract, match="productCategoryNo1"):
        objects.listed(since=None, page=None)
    (answer,) = objects.create([Product("A", "B", "1")])
    assert isinstance(answer, Rejected)
    assert answer.code == "request_refused"
    nxt.close()


@pytest.mark.parametrize(
    "body",
    [b"<html></html>", b"[]", b"{}", b'{"data": null}', b'{"data": {"useCompany": {}}}', b'{"data": 1}', b"\xff"],
)
def test_an_answer_that_is_none_is_unknown_for_a_write_and_a_fault_of_the_vendors_for_a_read(
    nxt: NxtErp, body: bytes
) -> None:
    walked(nxt.keeps("projects"))
    wire = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    objects = erp_over(nxt, wire).master_data(MirrorChoices())["projects"]
    with pytest.raises(BrokenContract):
        objects.listed(since=None, page=None)
    row = Listed("1001", Project("1001", "Ny rute til øyene"))
    assert isinstance(objects.create([NEW])[0], DeliveryUnknown)
    assert isinstance(changed(objects, row, Project("1001", "Annet")), DeliveryUnknown)


# ---- rows ----------------------------------------------------------------------------------------


def test_rows_that_can_not_be_read_are_named_and_the_others_go_on(nxt: NxtErp) -> None:
    def spoil(answer: Any) -> Any:
        items = answer["data"]["useCompany"]["rows"]["items"]
        items[0]["name"] = {"a": 1}
        items[1]["changedTimestamp"] = "i går"
        answer["errors"] = [{"message": "No such value.", "path": ["useCompany", "rows", "items", 2, "name"]}]
        return answer

    page = erp_over(nxt, Editing(nxt, spoil)).master_data(MirrorChoices())["projects"].listed(since=None, page=None)
    assert [row.id for row in page.rows] == ["1004"]
    assert [(one.external_id, one.field) for one in page.broken] == [
        ("1001", "name"), ("1002", "changedTimestamp"), ("1003", "name")
    ]  # fmt: skip
    assert page.broken[2].fault == "No such value."


def test_a_customer_with_an_address_that_can_not_be_read_has_not_lost_it(nxt: NxtErp) -> None:
    def spoil(answer: Any) -> Any:
        fields = answer["data"]["useCompany"]
        for delivery in fields.get("deliveries", {}).get("items", []):
            delivery["postCode"] = 5003
        return answer

    page = erp_over(nxt, Editing(nxt, spoil)).master_data(MirrorChoices())["customers"].listed(since=None, page=None)
    assert [(one.external_id, one.field) for one in page.broken] == [("1", "postCode")]
    assert [row.id for row in page.rows] == ["2", "3", "4", "5", "6", "7"]


def test_another_object_than_the_one_that_was_made_is_not_taken_for_it(nxt: NxtErp) -> None:
    def swap(answer: Any) -> Any:
        rows = answer["data"]["useCompany"]["rows"]
        rows["items"] = rows["items"][::-1]
        return answer

    objects = erp_over(nxt, Editing(nxt, swap)).master_data(MirrorChoices())["projects"]
    answers = objects.create([NEW, Project("", "Nytt fjøs")])
    assert [type(one) for one in answers] == [DeliveryUnknown] * 2


def test_a_mark_of_somebody_else_is_refused(nxt: NxtErp) -> None:
    with pytest.raises(InvalidInput):
        nxt.keeps("projects").listed(since=None, page="page 2")


def test_no_error_holds_a_secret(nxt: NxtErp) -> None:
    walked(nxt.keeps("projects"))
    token = nxt.grants.stored.grant.access_token.reveal()
    nxt.goes_wrong(CREATE, kind="error", message=f"Token {token} is odd.")
    (answer,) = nxt.keeps("projects").create([NEW])
    assert isinstance(answer, HandoffError)
    assert token not in str(answer)


def test_contacts_made_with_a_customer_are_told_to_be_there_only_when_seen(nxt: NxtErp) -> None:
    nxt.goes_wrong("deliveryAddress_create", kind="timeout", done=True)
    wanted = a_customer(deliveries=(Address("Vei 1"),), contacts=(Contact("Unni Skott"),))
    (row,) = made(nxt.keeps("customers"), wanted)
    assert row.says.deliveries == ()
    assert says(nxt.keeps("customers"), wanted.name).says.deliveries == wanted.deliveries
