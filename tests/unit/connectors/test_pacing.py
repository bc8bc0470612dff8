"""Calls are kept apart as far as a vendor wants it, and no further."""

from __future__ import annotations

import httpx

from handoff.connectors.http import VendorClient, VendorProfile, open_http
from handoff.connectors.pacing import Pacer
from tests.unit.connectors.vendor_fakes import BASE, FixedTokens, Wire


class Time:
    """A clock that moves when somebody sleeps, or works."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def pacer(self, per_second: int) -> Pacer:
        return Pacer(per_second, clock=lambda: self.now, sleep=self.sleep)


def test_calls_that_come_at_once_are_kept_apart() -> None:
    time = Time()
    pace = time.pacer(8)
    for _ in range(17):
        pace()
    assert time.now == 102.0
    assert set(time.slept) == {0.125}


def test_calls_that_take_their_time_are_not_kept_waiting() -> None:
    time = Time()
    pace = time.pacer(8)
    for _ in range(5):
        pace()
        time.now += 0.2
    assert time.slept == []


def test_a_pause_earns_no_burst() -> None:
    time = Time()
    pace = time.pacer(2)
    pace()
    time.now += 60
    pace()
    pace()
    assert time.slept == [0.5]


def test_no_pace_never_waits() -> None:
    time = Time()
    pace = time.pacer(0)
    for _ in range(50):
        pace()
    assert time.slept == []


def test_every_call_of_a_client_keeps_the_pace() -> None:
    time = Time()
    wire = Wire(httpx.Response(401), httpx.Response(200))
    client = VendorClient(VendorProfile("Vendor", BASE), FixedTokens(), open_http(wire), pace=time.pacer(4))
    client.read("/a", what="a")
    client.write("/a", b"{}", what="a")
    assert (client.calls, time.slept) == (3, [0.25, 0.25])
