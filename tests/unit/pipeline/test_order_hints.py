"""What is remembered of looks that hints led to: enough to make a burst one look, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handoff.pipeline.billing.order_hints import BOOKINGS, ORDERS_REMEMBERED_MAX, REMEMBERED, Looks
from tests.builders import NOW
from tests.fakes import FakePassStore

SECOND = timedelta(seconds=1)


def test_what_came_in_before_a_look_began_was_seen_by_it_and_what_came_later_was_not() -> None:
    store = FakePassStore()
    looks = Looks(store)
    assert not looks.saw(BOOKINGS, NOW)
    looks.note(BOOKINGS, NOW)
    for again in (looks, Looks(store)):
        assert again.saw(BOOKINGS, NOW - SECOND)
        assert again.saw(BOOKINGS, NOW)
        assert not again.saw(BOOKINGS, NOW + SECOND)
        assert not again.saw("erp_order:1001", NOW)


def test_a_hint_without_a_time_is_always_followed() -> None:
    looks = Looks(FakePassStore())
    looks.note(BOOKINGS, NOW)
    assert not looks.saw(BOOKINGS, None)


def test_looks_are_forgotten_after_an_hour_and_never_more_than_some_hundreds_are_kept() -> None:
    store = FakePassStore()
    looks = Looks(store)
    for number in range(ORDERS_REMEMBERED_MAX + 20):
        looks.note(f"erp_order:{number}", NOW + number * timedelta(milliseconds=1))
    assert len(store.load().serials) == ORDERS_REMEMBERED_MAX
    assert not looks.saw("erp_order:0", NOW)
    looks.note(BOOKINGS, NOW + REMEMBERED + timedelta(minutes=1))
    assert set(store.load().serials) == {BOOKINGS}


def test_a_look_that_somebody_else_noted_at_once_is_looked_once_more() -> None:
    store = FakePassStore()
    looks = Looks(store)
    store.save(replace(store.load(), serials={}))
    looks.note(BOOKINGS, NOW)
    assert not Looks(store).saw(BOOKINGS, NOW)
