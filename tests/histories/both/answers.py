"""Whoever answers the inbox of both sides' histories: looks at what is told, mends it, and says so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from handoff.domain.capabilities import Side
from handoff.domain.errors import HandoffError, Stale
from handoff.domain.problem_codes import NOT_RETRIED, TO_BE_CONFIRMED, UNDONE_IN_THE_BOOKS, ProblemCode
from handoff.pipeline.confirm import ConfirmTools, confirm
from handoff.pipeline.mirror import retry as of_mirror
from handoff.pipeline.mirror.report import accept
from handoff.pipeline.retry import RetryTools, retry
from handoff.ports import OpenProblem
from tests.histories.both.erp import HourRow

if TYPE_CHECKING:
    from tests.histories.both.world import BothWorld

BY = "aamu"
POSTS = ("hours", "invoices")


def retry_what_is_shown(world: BothWorld) -> None:
    """Says of all that the inbox shows that it is mended."""
    for known in list(world.problems.open()):
        if known.problem.code in NOT_RETRIED:
            continue
        _insist(partial(_retry, world, known))


def _insist(say: Callable[[], object]) -> None:
    """Whoever is told that somebody was faster says it again; any other answer is believed."""
    for _ in range(2):
        try:
            say()
        except Stale:
            continue
        except HandoffError:
            return
        return


def _retry(world: BothWorld, known: OpenProblem) -> None:
    if known.flow not in POSTS:
        of_mirror.retry(world.shelf.problems, known.problem.id)
        return
    shelf, gate = world.shelf, world.settings.gate_of(known.flow)
    tools = RetryTools(shelf.staged, shelf.problems, shelf.passes_of(known.flow), gate, world.trouble.now)
    retry(tools, known.problem.id, by=BY)


def confirm_what_is_shown(world: BothWorld) -> None:
    """Looks up each document that is said to be other than it was posted, takes it out, and says that all is right."""
    for known in list(world.problems.open()):
        if known.problem.code not in TO_BE_CONFIRMED:
            continue
        named = known.external_ids if known.problem.code in UNDONE_IN_THE_BOOKS else frozenset[str]()
        if any(order.invoice and order.posting.key in known.problem.subject for order in world.orders.there()):
            continue  # what is invoiced is not taken out by deleting an order
        if named:
            _take_out(world, known)
        else:
            world.confirmed.add(known.problem.id)
        _insist(partial(confirm, _confirm_tools(world, known.flow), known.problem.id, by=BY, external_ids=named))


def _confirm_tools(world: BothWorld, flow: str) -> ConfirmTools:
    shelf = world.shelf

    def believe(problem_id: str) -> None:
        for name in POSTS:
            shelf.census.believe(name, problem_id)

    return ConfirmTools(
        shelf.staged, shelf.postings, shelf.problems, shelf.passes_of(flow), believe, world.settings.gate_of(flow),
        world.trouble.now,
    )  # fmt: skip


def _take_out(world: BothWorld, known: OpenProblem) -> None:
    """What a person says is out of the books is taken out there first."""
    for row in world.register.rows:
        if row.key in known.problem.subject and row.record in known.external_ids:
            row.removed = row.taken = True
            world.touched.add(row.record)
    for order in world.orders.there():
        if order.posting.key in known.problem.subject and not order.invoice:
            order.removed = True


def put_back(row: HourRow) -> None:
    """A row as it was written, unless somebody has said that it is out of the books."""
    if row.taken:
        return
    row.removed = False
    if row.edited:
        row.edited, row.hours = False, row.hours - 1


def decide(world: BothWorld, *, yes: bool) -> None:
    """Says of two that may be the same that they are; or gives the time tool's one another name and number."""
    for known in list(world.problems.open()):
        if known.problem.code not in (ProblemCode.MATCH_DOUBTFUL, ProblemCode.NUMBER_TWICE):
            continue
        for name in sorted(known.external_ids):
            _decided(world, known.flow, name, yes=yes)


def _decided(world: BothWorld, flow: str, name: str, *, yes: bool) -> None:
    tool, erp = world.kept[Side.TIME_TOOL][flow], world.kept[Side.ERP][flow]
    row = tool.rows.get(name)
    if row is None:
        return
    other = next((one for one in erp.rows.values() if one.says.name.split()[0] == row.says.name.split()[0]), None)
    if yes and other is not None:
        placed = {"business_units": "unit1:", "projects": "unit2:"}.get(flow, "")
        with suppress(HandoffError):
            accept(world.shelf.sightings, flow, row.id, placed + other.id)
        return
    world.serial += 1
    world.writes(tool, row, name=f"{row.says.name.split()[0]}x{world.serial} {row.says.name}", number="")
