"""Webhooks: what is kept, what is queued, and what everybody else is told, which is nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handoff.domain.errors import Unreachable
from handoff.domain.hooks import EventOutcome, HookTarget, Place, SharedSecret
from handoff.pipeline.live.receive import BODY_BYTES_MAX, Receipt
from handoff.storage.hooks import digest_of
from tests.builders import NOW
from tests.unit.pipeline.live.receiving import SAMPLES, World, a_delivery, a_sample


@pytest.fixture
def world() -> World:
    return World()


INVOICE, ENTRIES = "106939080", "800123-800131"
DESERVED: Mapping[str, tuple[Receipt, list[str]]] = {
    "invoice": (Receipt.QUEUED, [INVOICE]),
    "invoice_again": (Receipt.QUEUED, [INVOICE]),
    "day_book_booked": (Receipt.QUEUED, [ENTRIES]),
    "in_query": (Receipt.QUEUED, [ENTRIES]),
    "base64": (Receipt.QUEUED, [INVOICE]),
    "forged_token": (Receipt.UNKNOWN, []),
    "no_json": (Receipt.UNREADABLE, []),
    "too_large": (Receipt.TOO_LARGE, []),
    "table_change": (Receipt.QUEUED, ["12/3"]),
    "table_change_unsigned": (Receipt.UNKNOWN, []),
    "table_change_of_a_product": (Receipt.IGNORED, []),
}


def test_every_sample_is_told_of_here() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(DESERVED)


@pytest.mark.parametrize("name", DESERVED)
def test_each_sample_is_received_as_it_deserves(world: World, name: str) -> None:
    receipt, subjects = DESERVED[name]
    assert world.receive(a_sample(name)) == receipt
    assert world.subjects() == subjects
    assert len(world.store.kept) == (receipt in (Receipt.QUEUED, Receipt.UNREADABLE))


def test_an_event_is_kept_as_it_came_and_its_hint_waits_behind_its_own_entity(world: World) -> None:
    world.receive(a_delivery())
    (kept,) = world.store.kept.values()
    assert (kept.body, kept.outcome, kept.at) == (b'{"id": 4711}', EventOutcome.HINT, NOW)
    ((message, group, dedup),) = world.queue.messages
    assert (group, message["kind"], message["event_id"]) == ("sample-tenant.erp-1", "invoice", kept.id)
    assert dedup.startswith("r-1.")


def test_what_is_sent_twice_is_two_events_and_two_hints(world: World) -> None:
    for name in ("invoice", "invoice_again"):
        world.receive(a_sample(name))
    assert len(world.store.kept) == len({dedup for _, _, dedup in world.queue.messages}) == 2


def test_one_request_that_is_handed_over_twice_is_one_event_and_the_queue_takes_its_hint_once(world: World) -> None:
    for _ in range(2):
        assert world.receive(a_delivery()) is Receipt.QUEUED
    assert len(world.store.kept) == len({dedup for _, _, dedup in world.queue.messages}) == 1


def test_what_is_replayed_after_weeks_is_a_hint_like_any_other(world: World) -> None:
    world.receive(a_delivery())
    world.receive(a_delivery(id="r-2", at=NOW + timedelta(days=40)))
    assert world.subjects() == ["4711", "4711"]
    assert len(world.store.kept) == 2


def test_what_comes_late_and_out_of_order_is_queued_as_it_comes(world: World) -> None:
    late = a_delivery('{"id": 1}', id="r-9", at=NOW - timedelta(days=2))
    for delivery in (a_delivery('{"id": 2}'), late, a_delivery('{"id": 3}', id="r-2")):
        assert world.receive(delivery) is Receipt.QUEUED
    assert world.subjects() == ["2", "1", "3"]


def test_forged_content_of_a_known_address_is_a_hint_and_nothing_of_it_is_believed(world: World) -> None:
    body = json.dumps({"event": "PAID", "invoice": {"id": 7, "amount": "1000000.00", "customer": {"id": 1}}})
    assert world.receive(replace(a_sample("invoice"), body=body)) is Receipt.QUEUED
    ((message, _, _),) = world.queue.messages
    assert message == {
        "name": "hint",
        "tenant_id": "sample-tenant",
        "integration_id": "live-1",
        "event_id": a_sample("invoice").id,
        "kind": "invoice",
        "subject": "7",
        "came_at": "2026-10-20T08:00:00.001000Z",
    }


def test_two_integrations_of_one_entity_are_both_told(world: World) -> None:
    world.put(targets=(HookTarget("live-1", "erp-1"), HookTarget("live-2", "erp-1")))
    world.receive(a_delivery())
    assert len({(group, dedup) for _, group, dedup in world.queue.messages}) == 2


def test_every_integration_of_the_connection_is_told(world: World) -> None:
    world.put(targets=(HookTarget("live-1", "erp-1"), HookTarget("live-2", "erp-2")))
    world.receive(a_delivery())
    assert [group for _, group, _ in world.queue.messages] == ["sample-tenant.erp-1", "sample-tenant.erp-2"]
    assert len(world.store.kept) == 2


@pytest.mark.parametrize(
    "other", [{"tenant_id": "#"}, {"tenant_id": "nobody"}, {"hook_id": "none"}, {"token": ""}, {"token": "\ud800"}]
)
def test_whoever_may_not_send_is_told_nothing_and_leaves_nothing(world: World, other: dict[str, str]) -> None:
    assert world.receive(a_delivery(**other)) is Receipt.UNKNOWN
    assert not world.store.kept
    assert not world.queue.messages


def test_the_address_of_a_tenant_that_disconnected_answers_as_one_that_never_was(world: World) -> None:
    world.put(active=False)
    assert world.receive(a_delivery()) is Receipt.UNKNOWN


@pytest.mark.parametrize(("body", "is_base64"), [("x" * (BODY_BYTES_MAX + 1), False), ("é" * BODY_BYTES_MAX, False)])
def test_a_body_that_is_too_large_is_refused_and_not_kept(world: World, body: str, is_base64: bool) -> None:
    assert world.receive(a_delivery(body, is_base64=is_base64)) is Receipt.TOO_LARGE
    encoded = base64.b64encode(body.encode()).decode()
    assert world.receive(a_delivery(encoded, is_base64=True)) is Receipt.TOO_LARGE
    assert not world.store.kept


def test_ten_megabytes_are_too_large_and_nothing_is_kept(world: World) -> None:
    assert world.receive(a_delivery("x" * 10_000_000)) is Receipt.TOO_LARGE
    assert not world.store.kept


def test_ten_megabytes_with_a_wrong_token_are_unknown_and_not_too_large(world: World) -> None:
    assert world.receive(a_delivery("x" * 10_000_000, token="wrong")) is Receipt.UNKNOWN


@pytest.mark.parametrize("body", ["{}", "[" * 30_000, "\ud800", '{"id": ""}', json.dumps({"id": "9" * 201})])
def test_what_can_not_be_read_is_kept_and_queues_nothing(world: World, body: str) -> None:
    assert world.receive(a_delivery(body)) is Receipt.UNREADABLE
    assert [event.outcome for event in world.store.kept.values()] == [EventOutcome.UNREADABLE]
    assert not world.queue.messages


def test_base64_that_is_none_is_kept_as_it_came(world: World) -> None:
    assert world.receive(a_delivery("{", is_base64=True)) is Receipt.UNREADABLE
    assert [event.body for event in world.store.kept.values()] == [b"{"]


def test_a_hook_that_its_vendor_has_no_more_is_kept_as_unreadable(world: World) -> None:
    world.hook = None
    assert world.receive(a_delivery()) is Receipt.UNREADABLE


@pytest.mark.parametrize("part", ["store", "queue"])
def test_what_could_not_be_kept_or_queued_goes_up_so_that_it_is_sent_again(world: World, part: str) -> None:
    getattr(world, part).broken = True
    with pytest.raises(Unreachable):
        world.receive(a_delivery())


@pytest.mark.parametrize("place", list(Place))
def test_a_second_secret_must_be_sent_too_and_is_not_kept(world: World, place: Place) -> None:
    world.put(shared=SharedSecret(place, "x-secret", digest_of("second")))
    where = "headers" if place is Place.HEADER else "query"
    assert world.receive(a_delivery()) is Receipt.UNKNOWN
    wrong: dict[str, Any] = {where: {"x-secret": "other"}}
    assert world.receive(a_delivery(**wrong)) is Receipt.UNKNOWN
    good = a_delivery("", query={"id": "7"})
    right: dict[str, Any] = {where: {**getattr(good, where), "x-secret": "second"}}
    sent = replace(good, **right)
    assert world.receive(sent) is Receipt.QUEUED
    assert [event.body for event in world.store.kept.values()] == [b"id=7"]
    assert "second" not in repr(sent)
