"""Hours at rest: what stands in the register of each record is what the time tool has approved, and is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from handoff.domain.money import HOUR_STEP, round_to
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.reference import ReferenceData
from handoff.domain.sales import sales_invoice_from
from handoff.domain.staged import IN_THE_BOOKS, StagedRecord, State
from handoff.domain.time import FetchedEntry
from handoff.pipeline.billing.partners import EMPLOYEES, PROJECTS, Partners
from handoff.pipeline.reconcile import ReconcileTools, reconcile
from tests.histories.both.shop import BUSINESS
from tests.histories.both.world import BothWorld

ZERO = Decimal(0)
MONTHS = (Period("2026-10"), Period("2026-09"))
NOT_PAIRED = {ProblemCode.EMPLOYEE_NOT_PAIRED, ProblemCode.PROJECT_NOT_PAIRED}


def hours_kept(world: BothWorld) -> Iterator[str]:
    """Every promise about hours that is broken."""
    keys = Counter((row.key, row.record) for row in world.register.rows)
    yield from (f"{record} stands {count} times in one posting" for (_, record), count in keys.items() if count > 1)
    names = {*world.hours.rows, *(row.record for row in world.register.rows)}
    for name in sorted(names):
        record = world.staged.get("hours", name)
        if record is None:
            yield f"{name} was never seen"
        elif name not in world.touched:
            yield from (f"{name} {fault}" for fault in _of_one(world, name, record))
    yield from _billed(world)
    if not world.touched:
        yield from _accounted(world)


def _of_one(world: BothWorld, name: str, record: StagedRecord) -> Iterator[str]:
    entry, net = world.hours.rows.get(name), sum((r.hours for r in world.register.standing() if r.record == name), ZERO)
    if record.state is State.FAILED:
        yield from _without_reason(world, entry, record)
        return
    wanted = _wanted(world, entry)
    if record.state in IN_THE_BOOKS and entry is not None and entry.approved:
        wanted = round_to(entry.entry.hours, HOUR_STEP)  # what was written before the start was moved stays
    if net != wanted:
        yield f"has {net} h in the register and {wanted} h to be there ({record.state} {record.reason})"
    if bool(wanted) != (record.state in IN_THE_BOOKS):
        yield f"is {record.state}, and {wanted} h are wanted"


def _wanted(world: BothWorld, entry: FetchedEntry | None) -> Decimal:
    starts_on = world.settings.hours.starts_on
    if entry is None or not entry.approved or (starts_on is not None and entry.entry.spent_on < starts_on):
        return ZERO
    return round_to(entry.entry.hours, HOUR_STEP)


def _without_reason(world: BothWorld, entry: FetchedEntry | None, record: StagedRecord) -> Iterator[str]:
    partners = Partners(world.sightings)
    for problem in record.problems:
        if problem.code not in NOT_PAIRED:
            continue
        if entry is None:
            yield f"failed for {problem.code}, and is gone"
            continue
        flow, object_id = (
            (EMPLOYEES, entry.entry.person_id) if problem.code is ProblemCode.EMPLOYEE_NOT_PAIRED
            else (PROJECTS, entry.entry.project_id)
        )  # fmt: skip
        if partners.of(flow, object_id).problem is None:
            yield f"failed for {problem.code}, and {object_id} is paired"


def _billed(world: BothWorld) -> Iterator[str]:
    """Rows of hours that an order bills have its number."""
    for record in world.staged.every("invoices", period=None, states=(State.POSTED,)):
        posting = world.postings.get(record.covered.get(DocumentKind.SALES_ORDER, ""))
        if posting is None or posting.receipt is None:
            continue
        for name in sales_invoice_from(record.body).hours:
            hours = world.staged.get("hours", name)
            if hours is None or hours.state not in IN_THE_BOOKS or name in world.touched:
                continue
            others = {row.order for row in world.register.standing() if row.record == name} - {posting.receipt.number}
            if others and not _is_billed_twice(world, name):
                yield f"{name} is billed by order {posting.receipt.number}, and its rows say {sorted(others)}"


def _is_billed_twice(world: BothWorld, name: str) -> bool:
    """Whether more than one invoice has had these hours."""
    bodies = [record.body for record in world.staged.every("invoices", period=None, states=(), archived=True)]
    invoices = [sales_invoice_from(body) for body in bodies]
    return len({one.external_id for one in invoices if name in one.hours}) > 1


def _accounted(world: BothWorld) -> Iterator[str]:
    """The night's account has no difference."""
    tools = ReconcileTools(
        world.hours, {DocumentKind.HOUR_ROWS: world.register}, world.staged, world.postings, [], ReferenceData(),
        BUSINESS.id, "EUR", world.trouble.now,
    )  # fmt: skip
    for month in MONTHS:
        account = reconcile(tools, flow="hours", period=month)
        failed = {one.external_id for one in world.staged.every("hours", period=None, states=(State.FAILED,))}
        left = [one for one in account.differences if one.subject not in failed]
        yield from (f"the account of {month} differs: {one}" for one in left)
