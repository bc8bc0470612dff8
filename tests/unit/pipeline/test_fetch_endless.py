"""Fetch: bad input that would never end, or never fit."""

from __future__ import annotations

from msgspec.structs import replace

from handoff.domain.staged import State
from handoff.domain.time import BODY_BYTES_MAX, FetchedEntry, body_of
from handoff.pipeline.stage import Intake, stage
from tests.builders import HOURS, NOW
from tests.unit.pipeline.counting import on
from tests.unit.pipeline.fetching import FetchDesk, a_page, row


def long(external_id: str, over: int = 1) -> FetchedEntry:
    """An entry whose notes make it longer than may be, by so many bytes."""
    found = on(external_id)
    room = BODY_BYTES_MAX - len(body_of(found.entry))
    return FetchedEntry(replace(found.entry, notes="x" * (room + over)), found.approved, found.changed_at)


def test_a_vendor_that_gives_the_same_page_for_ever_is_a_problem_and_the_next_pass_begins_anew() -> None:
    desk = FetchDesk()
    desk.tells(*(a_page(row("1"), row("2"), next_page=str(number), total=9) for number in range(9)))

    result = desk.read()

    assert result.unread == ["harvest entries"]
    assert len(desk.reader.reads) == 2
    assert desk.inbox() == [("broken_contract", "harvest entries", [])]
    assert desk.states() == {"1": State.READY, "2": State.READY}
    assert (desk.cursor().next_page, desk.cursor().since) == (None, None)
    desk.tells(a_page(row("1"), row("2"), next_page="2", total=3), a_page(row("3"), total=3))
    assert desk.read().unread == []
    assert desk.inbox() == []


def test_an_entry_that_is_too_large_is_refused_with_its_id_and_the_others_go_on() -> None:
    desk = FetchDesk()
    before = desk.cursor().since
    desk.tells(a_page(row("1"), long("2"), row("3")))

    result = desk.read()

    assert desk.states() == {"1": State.READY, "3": State.READY}
    assert (result.unread, result.counts["refused"], result.counts["new"]) == ([], 1, 2)
    assert desk.inbox() == [("record_too_large", "harvest entries 2", ["2"])]
    assert desk.cursor().since == before
    desk.tells(a_page(row("1"), row("2"), row("3")))
    desk.read()
    assert set(desk.states()) == {"1", "2", "3"}
    assert desk.inbox() == []


def test_an_entry_that_grew_too_large_stays_as_it_was() -> None:
    desk = FetchDesk()
    desk.tells(a_page(row("2")))
    desk.read()
    desk.tells(a_page(long("2")))

    desk.read()

    assert desk.record("2").version == 1
    assert desk.inbox() == [("record_too_large", "harvest entries 2", ["2"])]


def test_the_largest_entry_that_is_kept_has_exactly_the_bytes_that_may_be() -> None:
    desk = FetchDesk()

    found = stage([long("1", 0), long("2", 1)], {}, Intake(HOURS, desk.policy, NOW))

    assert [record.external_id for record in found.new] == ["1"]
    assert len(found.new[0].body) == BODY_BYTES_MAX
    assert [refused.entry.external_id for refused in found.refused] == ["2"]
