"""A deployment that leaves something out is noticed, with its name."""

from __future__ import annotations

from sandbox.local.count import Wiring, compare

DECLARED = Wiring(frozenset({"GET /a", "PUT /a"}), event_sources=2, rules=0, schedules=1)


def test_the_same_wiring_has_no_differences() -> None:
    assert list(compare(DECLARED, DECLARED)) == []


def test_a_missing_and_an_undeclared_route_are_named() -> None:
    found = Wiring(frozenset({"GET /a", "GET /b"}), event_sources=2, rules=0, schedules=1)
    assert list(compare(DECLARED, found)) == ["route PUT /a is missing", "route GET /b is not declared"]


def test_missing_event_sources_and_schedules_are_counted() -> None:
    found = Wiring(DECLARED.routes, event_sources=1, rules=1, schedules=0, machines=1)
    assert list(compare(DECLARED, found)) == [
        "event sources: declared 2, deployed 1",
        "rules: declared 0, deployed 1",
        "schedules: declared 1, deployed 0",
        "machines: declared 0, deployed 1",
    ]
