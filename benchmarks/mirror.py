"""Mirror: what a first contact of two sides costs in calls, and a pass that finds nothing."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

from benchmarks.process import must
from benchmarks.report import Figure, Section, at_most, number
from handoff.domain.runs import Run, RunState
from sandbox.business_nxt.access import LUMIPOLKU_COMPANY_NO
from tests.lumipolku import Lumipolku

CUSTOMERS, PROJECTS, PRODUCTS, EMPLOYEES = 2_000, 500, 1_000, 300
MISSING = 10
"""The ERP lacks every tenth of them."""
SEVERA_PAGE, NXT_PAGE = 100, 500
FLOWS = ("business_units", "employees", "products", "projects", "customers")


def run(*, entries: int, runs: int) -> Section:
    """All counts; they come out the same however often they are taken."""
    world = Lumipolku(
        severa={
            "extra_customers": CUSTOMERS, "extra_projects": PROJECTS, "extra_products": PRODUCTS,
            "extra_users": EMPLOYEES,
        }
    )  # fmt: skip
    _fill(world)
    pages = _pages(world)
    began = time.process_time()
    first = _done(world.a_pass())
    looked = time.process_time() - began
    must("created" not in first.counts, "something was written before anybody read the report")
    world.goes_live()
    contact = _done(world.a_pass())
    _done(world.a_pass())
    world.later(hours=24)
    idle = _done(world.a_pass())
    must(not idle.counts, f"a pass that should find nothing found {idle.counts}")
    made = contact.counts["created"]
    must(made > PRODUCTS // MISSING, f"only {made} were made")
    return Section(
        "7  Both sides",
        f"Severa and Business NXT as stand-ins with {number(CUSTOMERS)} customers, {number(PROJECTS)} projects, "
        f"{number(PRODUCTS)} products and {number(EMPLOYEES)} employees; the ERP lacks every tenth. Calls are counted "
        "by the run: tokens are among them. Paging alone is what the lists' lengths take at 100 and 500 rows a page.",
        figures=[
            Figure(
                "first look: Severa", [first.calls["severa"]], "calls",
                target=at_most(2 * pages["severa"]), counted=True,
            ),
            Figure(
                "first look: Business NXT", [first.calls["business_nxt"]], "calls",
                target=at_most(2 * pages["business_nxt"]), counted=True,
            ),
            Figure("first look: CPU of our side and both stand-ins", [looked], "s", 1),
            Figure("made on first contact", [made], "objects", counted=True),
            Figure(
                "first contact: Business NXT", [contact.calls["business_nxt"]], "calls",
                target=at_most(2 * pages["business_nxt"] + made), counted=True,
            ),
            Figure("a pass that finds nothing: Severa", [idle.calls["severa"]], "calls", counted=True),
            Figure("a pass that finds nothing: Business NXT", [idle.calls["business_nxt"]], "calls",
                   target=at_most(len(FLOWS)), counted=True),
        ],
    )  # fmt: skip


def _fill(world: Lumipolku) -> None:
    """The ERP has what Severa has, but for every tenth."""
    people, database = world.nxt.vendor.people_of(LUMIPOLKU_COMPANY_NO), world.severa.vendor.people
    extra = [one for one in database.rows("customers") if (one.number or 0) > 100_000]
    for place, customer in enumerate(extra):
        if place % MISSING:
            people.add("associate", customerNo=customer.number, name=customer.name, emailAddress=customer.email)
    for place, user in enumerate(one for one in database.rows("users") if (one.code or "").startswith("5")):
        if place % MISSING:
            name = f"{user.first_name} {user.last_name}"
            people.add("associate", employeeNo=int(user.code), name=name, emailAddress=user.email)
    for place, product in enumerate(one for one in database.rows("products") if (one.code or "").startswith("P0")):
        if place % MISSING:
            people.add("product", productNo=product.code, description=product.name)
    for place, project in enumerate(one for one in database.rows("projects") if (one.number or 0) > 10_000):
        if place % MISSING:
            people.add("orgUnit2", orgUnit2No=project.number, name=project.name)


def _pages(world: Lumipolku) -> Mapping[str, int]:
    """What reading every list to its end takes."""
    ours = world.severa.vendor.people
    lists = ("businessunits", "users", "products", "travelexpensetypes", "projects", "customers", "addresses",
             "contactpersons", "contactcommunications")  # fmt: skip
    severa = sum(max(1, math.ceil(len(ours.rows(name)) / SEVERA_PAGE)) for name in lists)
    theirs = world.nxt.vendor.company_of(LUMIPOLKU_COMPANY_NO)
    counted = {name: len(theirs.rows(name).all()) for name in ("orgUnit1", "orgUnit2", "product")}
    associates = theirs.rows("associate").all()
    counted["customers"] = sum(bool(row.get("customerNo")) for row in associates)
    counted["employees"] = sum(bool(row.get("employeeNo")) for row in associates)
    return {"severa": severa, "business_nxt": sum(max(1, math.ceil(n / NXT_PAGE)) for n in counted.values())}


def _done(run: Run) -> Run:
    must(run.state is RunState.DONE, f"a pass ended as {run.state}: {run.error}")
    return run
