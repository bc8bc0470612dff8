"""Ten thousand histories: whatever crashes, is lost or is edited on the way, hours get into the books exactly once.

A history logs a few hours and lets people, passes and faults at them: crashes at every call of a store or of
a vendor, answers that are lost before or after the document was written (at once, or late), refusals, closed
accounts, edits and approvals in the middle of a pass, new settings. Then there is peace for four hours, and
every promise is checked: see `checks.py`. A history that breaks one is cut down and shown.

The checks themselves are checked: broken vendors and stores must be noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handoff.domain.posting import Posting, Receipt
from handoff.domain.staged import StagedRecord, State
from handoff.ports import PassState
from tests.builders import HOURS, OCTOBER
from tests.fakes import FakePassStore, FakePostingStore
from tests.histories.checks import faults_of
from tests.histories.story import Action, History, history_of, smallest
from tests.histories.vendors import Erp
from tests.histories.world import World

HISTORIES = 10_000
PARTS = 20
"""Parts of the histories that are tests of their own, so that progress is seen."""
ENOUGH = 300
"""Histories in which a defect of the vendor or the store must show."""

Live = Callable[[History], World]


def lived(history: History) -> World:
    world = World(history)
    world.live()
    return world


def broken_promises(history: History, live: Live = lived) -> list[str]:
    return faults_of(live(history))


def first_breaking(seeds: Iterable[int], live: Live = lived) -> str:
    """The first history that breaks a promise, cut down to what breaks it; empty when none does."""
    for seed in seeds:
        if faults := broken_promises(history_of(seed), live):
            history = smallest(history_of(seed), lambda part: bool(broken_promises(part, live)))
            return "\n".join([f"history {seed}:", *faults, f"{history}", *broken_promises(history, live)])
    return ""


# ---- whatever happens --------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(PARTS))
def test_h5_3_whatever_breaks_every_approved_hour_is_in_the_books_exactly_once(part: int) -> None:
    size = HISTORIES // PARTS

    assert first_breaking(range(part * size, (part + 1) * size)) == ""


def test_a_history_always_ends_the_same() -> None:
    histories = [history_of(seed) for seed in range(20)]

    assert [state_of(lived(history)) for history in histories] == [state_of(lived(history)) for history in histories]


def test_histories_go_everywhere() -> None:
    """A simulation that never gets into trouble would prove nothing."""
    worlds = [lived(history_of(seed)) for seed in range(ENOUGH)]

    states = {record.state for world in worlds for record in records(world)}
    assert states == {State.HELD, State.EXCLUDED, State.FAILED, State.POSTED}
    moves = {move.to for world in worlds for record in records(world) for move in record.history}
    assert moves >= {State.READY, State.POSTING, State.UNSURE, State.POSTED, State.FAILED}
    adopted = [p.receipt.adopted for world in worlds for p in world.postings_inside.of_period(OCTOBER) if p.receipt]
    assert 0.05 < sum(adopted) / len(adopted) < 0.5
    codes = {problem.code for world in worlds for record in records(world) for problem in record.problems}
    assert codes == {"refused_by_erp", "changed_after_posting", "too_many_hours", "no_account_rule"}


# ---- the checks can see ------------------------------------------------------------------------


class BlindErp(Erp):
    """Never finds what it has."""

    def find(self, posting: Posting) -> Receipt | None:
        return None


class SlowErp(Erp):
    """Writes long after the delay it promises."""

    def _write(self, posting: Posting, visible_at: object) -> str:
        number = super()._write(posting, self.now())
        self.documents[-1] = replace(self.documents[-1], visible_at=self.now() + 10 * self.absence_delay)
        return number


class ForgetfulErp(Erp):
    """Takes documents and loses them."""

    def _write(self, posting: Posting, visible_at: object) -> str:
        number = super()._write(posting, self.now())
        self.documents.pop()
        return number


class PaddingErp(Erp):
    """Writes another amount than it was sent."""

    def _write(self, posting: Posting, visible_at: object) -> str:
        return super()._write(replace(posting, shares=posting.shares[:-1]), self.now())


class SilentPostings(FakePostingStore):
    """Tells nobody what is open."""

    def open(self) -> list[Posting]:
        return []


class ForgetfulPasses(FakePassStore):
    """Keeps where feeds stand, and not that there is something to post."""

    def save(self, state: PassState) -> PassState:
        return super().save(replace(state, needs_posting=False))


class HastyPasses(FakePassStore):
    """Believes a feed that was read five minutes ahead of what it gave."""

    def save(self, state: PassState) -> PassState:
        ahead = {
            name: replace(cursor, since=cursor.since and cursor.since + timedelta(minutes=5))
            for name, cursor in state.cursors.items()
        }
        return super().save(replace(state, cursors=ahead))


@pytest.mark.parametrize(
    ("erp", "noticed"),
    [(BlindErp, "documents of"), (SlowErp, "documents of"), (ForgetfulErp, "has no document"), (PaddingErp, "other")],
)
def test_a_vendor_that_breaks_its_contract_is_noticed(erp: type[Erp], noticed: str) -> None:
    def live(history: History) -> World:
        world = World(history, erp=erp)
        world.live()
        return world

    assert noticed in first_breaking(range(ENOUGH), live)


@pytest.mark.parametrize(
    ("stores", "noticed"),
    [
        ({"postings": SilentPostings}, "for ever"),
        ({"passes": ForgetfulPasses}, "is ready for ever"),
        ({"passes": HastyPasses}, "not ready"),
    ],
)
def test_a_store_that_breaks_its_contract_is_noticed(stores: dict[str, Any], noticed: str) -> None:
    def live(history: History) -> World:
        world = World(history, **stores)
        world.live()
        return world

    assert noticed in first_breaking(range(ENOUGH), live)


def test_a_double_posting_is_shown_with_the_few_actions_that_made_it() -> None:
    def live(history: History) -> World:
        world = World(history, erp=BlindErp)
        world.live()
        return world

    lost = Action("pass", approved=False, amount=20, faults=(("send", 0, "lost_after"), ("any", 3, "slow_")))
    history = History((Action("edit", "1"), Action("wait", amount=20), lost, Action("edit", "2")))

    shown = smallest(history, lambda part: any("documents of" in fault for fault in broken_promises(part, live)))

    assert shown == replace(history, actions=(Action("edit", "1"), replace(lost, faults=(("send", 0, "lost_after"),))))
    assert broken_promises(shown, live)[0] == "1 is in 2 documents of project_transactions"
    assert broken_promises(shown) == []


# ---- histories worth a name --------------------------------------------------------------------

LOG = Action("edit", "1")
PASS = Action("pass", approved=False, amount=20)
NAMED = {
    "an edit that was set back while an old claim still waited": [
        LOG, replace(PASS, amount=2, faults=(("any", 10, "crash_before"),)), replace(LOG, hours="8"),
        PASS, LOG, PASS,
    ],
    "a late document of a slow worker that died": [
        LOG, replace(PASS, amount=2, faults=(("send", 0, "slow_late_crash"),)),
        replace(PASS, faults=(("find", 0, "broken"),)),
    ],
    "an approval taken back while the document was on its way": [
        LOG, replace(PASS, faults=(("send", 0, "lost_before"),), amount=2), replace(LOG, approved=False), PASS,
    ],
    "an approval while a pass was at work": [
        replace(LOG, approved=False), Action("wait", amount=200), Action("edit", "2"),
        replace(PASS, faults=(("send", 0, "meanwhile"),), meanwhile=(Action("decide", "1"),)),
    ],
    "two passes that find the same document absent": [
        LOG, replace(PASS, amount=2, faults=(("send", 0, "lost_before"),)),
        replace(PASS, faults=(("find", 0, "meanwhile"),), meanwhile=(Action("post"),)),
    ],
    "a bad record among good ones, and a crash in the middle of the search": [
        LOG, Action("edit", "2"), Action("edit", "3"), Action("refuse", "2"),
        replace(PASS, faults=(("send", 2, "lost_after"), ("any", 20, "crash_after"))),
    ],
    "an entry edited again and again after it was posted": [
        LOG, PASS, replace(LOG, hours="8"), PASS, replace(LOG, hours="9", approved=False), PASS,
        replace(LOG, hours="9"), PASS, LOG, PASS,
    ],
    "settings that change while documents are on their way": [
        LOG, Action("edit", "2"), replace(PASS, amount=2, faults=(("send", 0, "lost_before"),)),
        Action("settings", amount=3), PASS, Action("settings", amount=0), PASS,
    ],
}  # fmt: skip


@pytest.mark.parametrize("absence_seconds", [0, 60, 900])
@pytest.mark.parametrize("post_as", [0, 1, 2])
@pytest.mark.parametrize("name", NAMED)
def test_histories_that_once_went_wrong_or_well_might_have(name: str, post_as: int, absence_seconds: int) -> None:
    history = History(tuple(NAMED[name]), post_as=post_as, absence_seconds=absence_seconds)

    assert broken_promises(history) == []


def test_h5_1_what_was_never_approved_is_never_in_the_books() -> None:
    for seed in range(ENOUGH):
        story = history_of(seed)
        quiet = [replace(a, approved=False) if a.kind == "edit" else a for a in story.actions if a.kind != "decide"]
        meanwhile = [
            replace(a, meanwhile=tuple(one for one in a.meanwhile if one.kind not in ("edit", "decide"))) for a in quiet
        ]

        world = lived(replace(story, actions=tuple(meanwhile)))

        assert all(books.documents == [] for books in world.books.values()), story


def records(world: World) -> list[StagedRecord]:
    return list(world.staged_inside.every(HOURS, period=None, states=()))


def state_of(world: World) -> object:
    return records(world), [books.documents for books in world.books.values()], world.mischief.time
