"""Signed webhooks: who has the key is let in, and all others get the answer that a stranger gets."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.grants import Secret
from handoff.pipeline.live.receive import BODY_BYTES_MAX, Delivery, Receipt
from handoff.pipeline.live.signatures import is_signed, signature_of
from tests.builders import NOW
from tests.unit.pipeline.live.receiving import COMPANY, KEY, NXT, World, a_delivery, a_key

HEADER, EVENT = "x-vwd-signature-v1", "x-vwd-event-id"
AN_ID = "5d0a4a3e-4b0e-4a57-9d0e-000000000001"


def a_change(table: str = "Order", event: str = "UPDATE", company: int = int(COMPANY), **more: Any) -> str:
    change = {"tableIdentifier": table, "companyNo": company, "event": event, "primaryKeys": [{"OrderNo": 1001}]}
    return json.dumps({**change, **more}, ensure_ascii=False)


def signed(body: str, key: str = KEY, event_id: str = AN_ID, **other: Any) -> Delivery:
    """A delivery as the vendor sends it."""
    made = base64.b64encode(hmac.new(key.encode(), body.encode(), sha256).digest()).decode()
    return a_delivery(body, hook_id=NXT, headers={HEADER: made, EVENT: event_id}, **other)


@pytest.fixture
def world() -> World:
    return World()


def left_nothing(world: World) -> bool:
    return not world.store.kept and not world.queue.messages


def test_what_is_signed_with_the_key_is_kept_and_queued(world: World) -> None:
    """S8.3, S8.4: what wakes an invoice's round trip."""
    assert world.receive(signed(a_change())) is Receipt.QUEUED
    ((message, group, _),) = world.queue.messages
    assert (message["kind"], message["subject"], message["event_id"]) == ("erp_order", "1001", AN_ID)
    assert (group, message["came_at"]) == ("sample-tenant.erp-1", "2026-10-20T08:00:00Z")


def test_the_bytes_that_came_are_what_is_checked_as_text_and_as_base64(world: World) -> None:
    """Spaces, order and letters beyond ASCII: nothing is read and written again before the check."""
    body = '{ "companyNo":9112004,\n"event":"UPDATE", "tableIdentifier":"Order","note":"Ølberg – ½","primaryKeys":[{"orderNo":7}]}'
    sent = signed(body)
    assert world.receive(sent) is Receipt.QUEUED
    assert [event.body for event in world.store.kept.values()] == [body.encode()]
    in_base64 = replace(sent, body=base64.b64encode(body.encode()).decode(), is_base64=True)
    assert world.receive(in_base64) is Receipt.QUEUED
    assert world.receive(replace(sent, body=body.replace("½", "¼"))) is Receipt.UNKNOWN


RIGHT = signature_of(a_change().encode(), Secret(KEY))
WRONG = {
    "missing": None,
    "empty": "",
    "of another body": signature_of(b"{}", Secret(KEY)),
    "with another key": signature_of(a_change().encode(), Secret("another-signature-key")),
    "cut short": RIGHT[:-4],
    "without its padding": RIGHT.rstrip("="),
    "one letter of it": RIGHT[:1],
    "longer": RIGHT + "AAAA",
    "twice": f"{RIGHT},{RIGHT}",
    "in hexadecimal": base64.b64decode(RIGHT).hex(),
    "in small letters": RIGHT.lower(),
    "no base64": "!" * len(RIGHT),
    "beyond ascii": "é" * len(RIGHT),
    "no text at all": "\ud800" * len(RIGHT),
    "very long": "A" * 1_000_000,
}


@pytest.mark.parametrize("which", WRONG)
def test_a_signature_that_is_not_the_bodys_own_is_refused_as_a_stranger_is(world: World, which: str) -> None:
    sent = WRONG[which]
    headers = {EVENT: AN_ID} if sent is None else {HEADER: sent, EVENT: AN_ID}
    assert world.receive(a_delivery(a_change(), hook_id=NXT, headers=headers)) is Receipt.UNKNOWN
    assert left_nothing(world)


@given(st.binary(max_size=200), st.text(max_size=60))
def test_no_other_text_is_a_bodys_signature(body: bytes, sent: str) -> None:
    key = Secret(KEY)
    assert is_signed(body, signature_of(body, key), key)
    assert is_signed(body, sent, key) == (sent == signature_of(body, key))


def test_signatures_are_compared_in_constant_time_and_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparison that stops at the first difference tells how much of a guess is right."""
    compared: list[object] = []
    constant_time = hmac.compare_digest

    def counting(ours: Any, theirs: Any) -> bool:
        compared.append(theirs)
        return constant_time(ours, theirs)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    world, sent = World(), replace(signed(a_change()), body="[" * 30_000)
    assert world.receive(sent) is Receipt.UNKNOWN
    assert compared[1:] == [sent.headers[HEADER].encode()]  # the token's digest comes first


def test_an_address_without_a_key_takes_nothing_in_that_should_be_signed(world: World) -> None:
    world.put(NXT, "business_nxt", "table_change", account=COMPANY)
    assert world.receive(signed(a_change())) is Receipt.UNKNOWN
    assert world.receive(signed(a_change(), key="")) is Receipt.UNKNOWN
    assert left_nothing(world)


def test_a_key_that_was_replaced_opens_no_more(world: World) -> None:
    world.put(NXT, "business_nxt", "table_change", account=COMPANY, signing=a_key("the-next-signature-key"))
    assert world.receive(signed(a_change())) is Receipt.UNKNOWN
    assert world.receive(signed(a_change(), key="the-next-signature-key")) is Receipt.QUEUED


@pytest.mark.parametrize("other", [{"token": "wrong"}, {"tenant_id": "nobody"}])
def test_the_token_is_asked_for_as_well(world: World, other: dict[str, Any]) -> None:
    assert world.receive(replace(signed(a_change()), **other)) is Receipt.UNKNOWN
    assert left_nothing(world)


def test_what_is_too_large_for_a_signed_address_is_refused_as_a_stranger_is(world: World) -> None:
    assert world.receive(signed("x" * (BODY_BYTES_MAX + 1))) is Receipt.UNKNOWN


def test_what_comes_in_the_query_was_signed_by_nobody(world: World) -> None:
    empty = signed("")
    assert world.receive(replace(empty, query={"tableIdentifier": "Order"})) is Receipt.UNKNOWN


def test_a_key_on_an_address_whose_hook_is_gone_lets_nobody_in(world: World) -> None:
    world.put("gone", "business_nxt", "row_change", signing=a_key())
    assert world.receive(a_delivery(a_change(), hook_id="gone")) is Receipt.UNKNOWN


def test_an_event_that_is_sent_again_is_kept_once_whenever_it_comes(world: World) -> None:
    """It is queued again: the first time may have failed between the two, and the queue takes it once in five minutes."""
    for minutes, request in ((0, "r-1"), (7, "r-2")):
        assert world.receive(signed(a_change(), id=request, at=NOW + timedelta(minutes=minutes))) is Receipt.QUEUED
    assert [(event.id, event.is_named) for event in world.store.kept.values()] == [(AN_ID, True)]
    assert len({dedup for _, _, dedup in world.queue.messages}) == 1


@pytest.mark.parametrize("named", ["", "short", "a#b-c-d-e-f", "x" * 65, "ø" * 12, "../../../../x"])
def test_an_event_without_an_id_that_can_be_used_has_its_requests(world: World, named: str) -> None:
    assert world.receive(signed(a_change(), event_id=named)) is Receipt.QUEUED
    assert [(event.id, event.is_named) for event in world.store.kept.values()] == [("r-1", False)]


@pytest.mark.parametrize("company", [9112001, 0])
def test_what_is_of_another_company_is_neither_kept_nor_queued(world: World, company: int) -> None:
    assert world.receive(signed(a_change(company=company))) is Receipt.IGNORED
    assert left_nothing(world)


@pytest.mark.parametrize("table", ["Product", "Associate", "OrgUnit2", "NoSuchTable"])
def test_tables_that_nobody_has_to_look_at_now_lead_to_nothing(world: World, table: str) -> None:
    assert world.receive(signed(a_change(table))) is Receipt.IGNORED
    assert left_nothing(world)


def test_a_signed_body_that_can_not_be_read_is_kept_for_people(world: World) -> None:
    assert world.receive(signed("{}")) is Receipt.UNREADABLE
    assert len(world.store.kept) == 1
    assert not world.queue.messages


def test_neither_the_key_nor_a_signature_is_printed_with_what_came() -> None:
    sent = signed(a_change())
    assert sent.headers[HEADER] not in repr(sent)
    assert KEY not in repr(a_key()) + repr(World().store.addresses[NXT])
