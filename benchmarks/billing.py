"""Billing: what a month of hours costs in calls on its way into the register, and an invoice until it is paid."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from benchmarks.process import must
from benchmarks.report import Figure, Section, at_most, number
from handoff.domain.runs import Run, RunState
from sandbox import lumipolku as house
from sandbox.business_nxt.access import LUMIPOLKU_COMPANY_NO
from tests.lumipolku import Lumipolku

HOURS, EDITED, DAYS, ROWS_A_CALL, PAGE = 10_000, 100, 20, 250, 100
SEVERA_A_SECOND, NXT_A_MINUTE = 8, 600
WORKED_ON = ("Satamalogistiikka", "Sähköverkon etävalvonta")
BILLED = ("Tuulipuiston kannattavuus", "Laks fra not til bord")
SETTINGS: Mapping[str, object] = {
    "report_only": False,
    "currency": "EUR",
    "hours": {"on": True, "table": 1, "starts_on": "2026-11-01"},
    "invoices": {"on": True, "ready_status": house.TO_TRANSFER, "starts_on": "2026-11-01", "default_item": "LUM-1"},
}


def run(*, entries: int, runs: int) -> Section:
    """All counts; they come out the same however often they are taken."""
    world = Lumipolku(SETTINGS)
    for _ in range(2):
        _passed(world)
    guids = _log(world)
    began = time.process_time()
    month = _passed(world)["hours"]
    taken = time.process_time() - began
    rows = len(world.nxt.vendor.company_of(LUMIPOLKU_COMPANY_NO).rows("freeInformation1").all())
    must(rows == HOURS, f"{rows} rows for {HOURS} hours")
    world.later(hours=2)
    idle = _passed(world)
    for guid in guids[:EDITED]:
        world.severa.vendor.people.edit("workhours", guid, description="Corrected")
    edited = _passed(world)["hours"]
    invoices = _invoiced(world)
    return Section(
        "8  Hours and invoices",
        f"The same stand-ins; {number(HOURS)} approved hours of a month in one pass, {EDITED} of them corrected in "
        f"the next, then {len(BILLED)} invoices ordered and followed until they are paid. Of Severa's 10 calls a "
        f"second {SEVERA_A_SECOND} are used; Business NXT takes {NXT_A_MINUTE} a minute.",
        figures=[
            Figure("a month of hours: Severa", [month.calls["severa"]], "calls", counted=True,
                   target=at_most(2 * HOURS // PAGE)),
            Figure("a month of hours: Business NXT", [month.calls["business_nxt"]], "calls", counted=True,
                   target=at_most(HOURS // 50)),
            Figure("a month of hours: CPU of our side and both stand-ins", [taken], "s", 1),
            Figure("nothing changed: Severa, hours and invoices", [_calls(idle, "severa")], "calls", counted=True),
            Figure("nothing changed: Business NXT, hours and invoices", [_calls(idle, "business_nxt")], "calls",
                   counted=True),
            Figure(f"{EDITED} hours corrected: Business NXT", [edited.calls["business_nxt"]], "calls", counted=True),
            *_of_invoices(invoices),
        ],
    )  # fmt: skip


def _log(world: Lumipolku) -> Sequence[str]:
    """Approved hours on two projects, of twenty days, logged one after the other."""
    people = world.severa.vendor.people
    projects = {row.name: row.guid for row in people.rows("projects")}
    guids = []
    for place in range(HOURS):
        world.later(seconds=20)
        project, day = projects[WORKED_ON[place % len(WORKED_ON)]], f"2026-11-{1 + place % DAYS:02}"
        guids.append(str(people.log_hours(project, hours="0.25", approved=True, eventDate=day).guid))
    return guids


def _invoiced(world: Lumipolku) -> Sequence[Mapping[str, int]]:
    """Invoices from the chosen status to the one that means paid; the calls of each pass on the way."""
    severa, nxt = world.severa.vendor.people, world.nxt.vendor.people_of(LUMIPOLKU_COMPANY_NO)
    projects = {row.name: row.guid for row in severa.rows("projects")}
    for name in BILLED:
        severa.log_hours(projects[name], approved=True)
    _passed(world)
    drafts = [severa.make_invoice(projects[name]) for name in BILLED]
    for draft in drafts:
        severa.set_invoice_status(draft.guid, house.TO_TRANSFER)
    passes = [_all_calls(_passed(world))]
    world.messages_arrive()
    orders = [row["orderNo"] for row in world.nxt.vendor.company_of(LUMIPOLKU_COMPANY_NO).rows("order").all()]
    must(len(orders) == len(drafts), f"{len(orders)} orders for {len(drafts)} invoices")
    numbers = [nxt.invoice_order(order) for order in orders]
    passes.append(_all_calls(_passed(world)))
    world.messages_arrive()
    for invoice in numbers:
        nxt.pay(invoice)
    passes.append(_all_calls(_passed(world)))
    world.messages_arrive()
    paid = [severa.shown(severa.row("invoices", draft.guid))["status"]["name"] for draft in drafts]
    must(paid == [house.PAID] * len(drafts), f"the invoices ended as {paid}")
    return passes


def _of_invoices(passes: Sequence[Mapping[str, int]]) -> list[Figure]:
    told = ("ordered", "seen to be sent", "seen to be paid")
    return [
        Figure(f"{len(BILLED)} invoices {what}: both vendors", [sum(calls.values())], "calls", counted=True)
        for what, calls in zip(told, passes, strict=True)
    ]


def _passed(world: Lumipolku) -> Mapping[str, Run]:
    world.a_pass()
    for run in world.runs.values():
        must(run.state is RunState.DONE, f"a run ended as {run.state}: {run.error}")
    return dict(world.runs)


def _calls(runs: Mapping[str, Run], vendor: str) -> int:
    return runs["hours"].calls.get(vendor, 0) + runs["invoices"].calls.get(vendor, 0)


def _all_calls(runs: Mapping[str, Run]) -> Mapping[str, int]:
    return {vendor: _calls(runs, vendor) for vendor in ("severa", "business_nxt")}
