"""Correct: whatever is edited, approved and deleted between passes, the books end with what is true."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.domain.errors import DeliveryUnknown, Unreachable
from handoff.domain.posting import DocumentKind, check_balance
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.deliver import LEASE
from tests.builders import a_record, a_time_entry
from tests.unit.pipeline.correcting import CorrectDesk, Net
from tests.unit.pipeline.fetching import Crash
from tests.unit.pipeline.planning import JOURNAL, PROJECT, SPLIT
from tests.unit.pipeline.posting import ABSENCE

KINDS = [(PROJECT,), (JOURNAL,), (PROJECT, JOURNAL)]
NAMES = ("1", "2", "3")
CONTENTS: list[dict[str, Any]] = [
    {"hours": "7.5"},
    {"hours": "4"},
    {"hours": "0.35", "rate": "33.33"},
    {"hours": "2", "rate": "0"},
    {"hours": "2", "project_id": "402"},
    {"hours": "3", "person_id": "502", "spent_on": "2026-11-02"},
    {"hours": "3", "client_id": "302", "rate": "99.99"},
    {"hours": "5", "billable": False},
    {"hours": "0"},
]
FAULTS: list[BaseException | tuple[BaseException, str]] = [
    Unreachable("no"), DeliveryUnknown("lost"), (DeliveryUnknown("lost"), "written"), Crash(), (Crash(), "written"),
]  # fmt: skip

names, contents = st.sampled_from(NAMES), st.sampled_from(CONTENTS)
edits = st.tuples(st.just("says"), names, contents, st.booleans())
deletes = st.tuples(st.just("deleted"), names, st.none(), st.none())
passes = st.tuples(st.just("pass"), st.none(), st.none(), st.none())
broken = st.tuples(st.just("broken"), st.sampled_from(range(len(FAULTS))), st.integers(0, 3), st.none())


@dataclass
class Truth:
    """What the time tool has, what is approved of it, and what the books should have after a pass."""

    kinds: tuple[DocumentKind, ...]
    desk: CorrectDesk = field(init=False)
    now: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    approved: dict[str, bool] = field(default_factory=dict)
    books: dict[str, dict[str, Any]] = field(default_factory=dict)
    deferred: dict[str, tuple[dict[str, Any], bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        currencies = [{"currency": "EUR", "rate": "11.5234"}]
        self.desk = CorrectDesk(*self.kinds, allocations=SPLIT, currencies=currencies, lines_per_document=4)

    def says(self, name: str, content: dict[str, Any], approved: bool) -> None:
        if name in self.now and self.on_its_way(name):
            self.deferred[name] = content, approved  # the cursor holds: it is fetched again
        else:
            self.now[name], self.approved[name] = content, approved
            self.deferred.pop(name, None)
        self.desk.says(name, approved=approved, **content)

    def deleted(self, name: str) -> None:
        if self.now.get(name) is None or self.on_its_way(name):
            return
        self.now[name] = None
        self.desk.deleted(name)

    def on_its_way(self, name: str) -> bool:
        return self.desk.record(name).state in (State.POSTING, State.UNSURE, State.REVERSING)

    def passed(self) -> None:
        self.desk.wait(LEASE + ABSENCE)
        self.desk.post()
        for name, content in self.now.items():
            if content is None or not content.get("billable", True) or content["hours"] == "0":
                self.books.pop(name, None)
            elif self.approved[name]:
                self.books[name] = content
        for name, row in list(self.deferred.items()):
            self.says(name, *row)

    def broken(self, fault: int, after: int) -> None:
        """A pass whose `after`th document meets a fault."""
        self.desk.wait(LEASE + ABSENCE)
        for channel in self.desk.channels.values():
            channel.before_send += [*[_nothing] * after, partial(channel.answers.append, FAULTS[fault])]
        with suppress(Unreachable, Crash):
            self.desk.post()
        for channel in self.desk.channels.values():
            channel.before_send.clear()
            channel.answers.clear()

    def told_again(self) -> None:
        """All is fetched again and decided, and passes go by until all has come to rest."""
        for _ in range(4):
            for name, content in list(self.now.items()):
                latest, _ = self.deferred.get(name, (content, True))
                if latest is not None:
                    self.says(name, latest, True)
            self.passed()
        assert self.desk.finished()

    # ---- what the books should have ----------------------------------------------------------------

    def records(self) -> list[StagedRecord]:
        return [a_record(entry=a_time_entry(external_id=name, **entry)) for name, entry in self.books.items()]

    def holds(self) -> None:
        for kind in self.kinds:
            documents = self.desk.plan(self.records(), kind).postings
            expected: Net = {s.external_id: (s.hours, s.amount) for posting in documents for s in posting.shares}
            assert self.desk.net(kind) == dict(sorted(expected.items()))
            fresh = CorrectDesk(kind)
            fresh.erp.written += documents
            assert self.desk.balances(kind) == fresh.balances(kind)
            keys = [posting.key for posting in self.desk.channels[kind].written]
            assert len(keys) == len(set(keys))
            for posting in self.desk.channels[kind].written:
                check_balance(posting)


def _nothing() -> None:
    return None


@pytest.mark.parametrize("kinds", KINDS)
@given(st.lists(st.one_of(edits, edits, deletes, passes), max_size=14))
@settings(max_examples=60, deadline=None)
def test_after_every_pass_the_books_have_the_newest_approved_version_of_every_entry(
    kinds: tuple[DocumentKind, ...], story: list[tuple[Any, ...]]
) -> None:
    truth = Truth(kinds)
    for what, name, content, approved in story:
        if what == "says":
            truth.says(name, content, approved)
        elif what == "deleted":
            truth.deleted(name)
        else:
            truth.passed()
            truth.holds()
    truth.passed()
    truth.holds()
    assert truth.desk.finished()


@pytest.mark.parametrize("kinds", KINDS)
@given(st.lists(st.one_of(edits, edits, deletes, passes, broken, broken), max_size=14))
@settings(max_examples=80, deadline=None)
def test_whatever_breaks_in_between_the_books_end_with_what_is_true(
    kinds: tuple[DocumentKind, ...], story: list[tuple[Any, ...]]
) -> None:
    truth = Truth(kinds)
    for what, name, content, approved in story:
        if what == "says":
            truth.says(name, content, approved)
        elif what == "deleted":
            truth.deleted(name)
        elif what == "broken":
            truth.broken(name, content)
        else:
            truth.passed()
    truth.told_again()
    truth.holds()


def test_the_sums_of_a_story_with_everything_in_it() -> None:
    truth = Truth((PROJECT, JOURNAL))
    for content in CONTENTS:
        truth.says("1", content, True)
        truth.passed()
        truth.holds()
    truth.says("1", CONTENTS[0], True)
    truth.passed()

    assert truth.desk.net(PROJECT) == truth.desk.net(JOURNAL) == {"1": (Decimal("7.5"), Decimal("9375"))}
