"""What every history of two sides must have kept once it is at rest: records, postings, sightings, and the inbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from handoff.domain.problem_codes import FOLLOWED, ProblemCode
from handoff.domain.staged import IN_FLIGHT, StagedRecord, State
from handoff.ports import OpenProblem
from tests.histories.both.checks_hours import hours_kept
from tests.histories.both.checks_invoices import invoices_kept
from tests.histories.both.checks_kept import both_the_same, made_once, nothing_lost
from tests.histories.both.world import FLOWS, BothWorld

POSTS = ("hours", "invoices")
OF_A_SIDE = frozenset({ProblemCode.BROKEN_CONTRACT, ProblemCode.RECONNECT_NEEDED, ProblemCode.UNUSUAL_ANSWER})


def faults_at_rest(world: BothWorld, *, mended: bool = False) -> list[str]:
    """Every promise that is broken now, in words; `mended`: what waits for a person was tried again."""
    look: tuple[Callable[[BothWorld], Iterator[str]], ...] = (
        _at_rest, _inbox, both_the_same, made_once, nothing_lost, hours_kept, invoices_kept,
    )  # fmt: skip
    refused = _refused(world) if mended else ()
    return [*world.trouble.broken, *(fault for each in look for fault in each(world)), *refused]


def records(world: BothWorld, flow: str) -> list[StagedRecord]:
    """All records of a flow."""
    return list(world.staged.every(flow, period=None, states=()))


def _at_rest(world: BothWorld) -> Iterator[str]:
    if world.integration.time_tool.stopped or world.integration.erp.stopped:
        yield "a connection is stopped"
    for record in (record for flow in POSTS for record in records(world, flow)):
        if record.state in {State.READY, *IN_FLIGHT}:
            yield f"{record.external_id} is {record.state} for ever"
    for posting in world.postings.open():
        yield f"the posting of {posting.records[0].external_id} is {posting.state} for ever"


def _inbox(world: BothWorld) -> Iterator[str]:
    """What failed is shown, and what is shown has failed."""
    shown = {known.problem: known for known in world.problems.open()}
    behind: dict[object, set[str]] = {}
    for record in (record for flow in POSTS for record in records(world, flow)):
        if record.state is State.FAILED and not record.problems:
            yield f"{record.external_id} failed for nothing"
        for problem in record.problems:
            behind.setdefault(problem, set()).add(record.external_id)
            if problem not in shown or record.external_id not in shown[problem].external_ids:
                yield f"{record.external_id} is {record.state} and not in the inbox for {problem.code}"
    for known in shown.values():
        if known.flow in FLOWS:
            yield from _of_the_mirror(world, known)
        else:
            yield from _of_facts(world, known, behind.get(known.problem, set()))


def _of_facts(world: BothWorld, known: OpenProblem, behind: set[str]) -> Iterator[str]:
    """A cause that is none of the mirror's stands for records that have it, or for what became of an order."""
    problem = known.problem
    if problem.code in OF_A_SIDE:
        if not _is_past(world, problem.subject):
            yield f"{problem.code} is in the inbox for nothing ({problem.subject})"
        return
    # What was edited before it was paid waits for a person's word, as what following it came to.
    lasting = problem.code in FOLLOWED or (problem.code is ProblemCode.ORDER_EDITED and _is_settled(world, known))
    if not lasting and (strays := known.external_ids - behind):
        yield f"{', '.join(sorted(strays))} is in the inbox for {problem.code} and no more ({problem.subject})"


def _is_settled(world: BothWorld, known: OpenProblem) -> bool:
    """Whether it is about an invoice that is paid."""
    found = (world.staged.get("invoices", name) for name in known.external_ids)
    return all(record is not None and record.state is State.SETTLED for record in found)


def _is_past(world: BothWorld, subject: str) -> bool:
    """Whether it is about a month that no night counts any more: in a history half a year passes without one."""
    return "list of entries of" in subject and f"{world.trouble.time:%Y-%m}" > "2027-01"


def _of_the_mirror(world: BothWorld, known: OpenProblem) -> Iterator[str]:
    """A cause of the mirror stands for an object that is kept from something."""
    for name in known.external_ids:
        found = [one for one in world.seen(known.flow) if one.id == name]
        doubt = known.problem.code in (ProblemCode.MATCH_DOUBTFUL, ProblemCode.NUMBER_TWICE)
        if not any(
            (not one.partner or _is_left(world, known.flow, one.partner)) if doubt else one.refused for one in found
        ):
            yield f"{name} is in the inbox for {known.problem.code} and no more ({known.problem.subject})"


def _is_left(world: BothWorld, flow: str, partner: str) -> bool:
    """Whether the other half is gone: then an object may be somebody else's."""
    return any(one.id == partner and one.gone for one in world.seen(flow))


def _refused(world: BothWorld) -> Iterator[str]:
    """What was refused once is tried again when a person has said so."""
    for record in (record for flow in POSTS for record in records(world, flow)):
        if any("does not like it" in problem.subject for problem in record.problems):
            yield f"{record.external_id} was refused once, and is not tried again"
    for flow in FLOWS:
        for known in world.problems.open():
            if known.flow == flow and "does not like it" in known.problem.subject:
                yield f"{flow} were refused once, and are not tried again ({known.problem.subject})"


def unrest(world: BothWorld) -> Iterator[str]:
    """Two further passes write nothing."""
    before = _writes(world)
    for _ in range(2):
        world.a_pass("")
    if (after := _writes(world)) != before:
        yield f"there is no end of writing: {[f'{a} to {b}' for a, b in zip(before, after, strict=True) if a != b]}"


def _writes(world: BothWorld) -> list[str]:
    kept = [f"{keeper.kind} {side}: {keeper.writes}" for side, all_ in world.kept.items() for keeper in all_.values()]
    return [
        *kept,
        f"rows: {len(world.register.rows)}",
        f"orders: {len(world.orders.all)}",
        f"told: {len(world.drafts.told)}",
    ]
