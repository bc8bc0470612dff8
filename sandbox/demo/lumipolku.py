"""The demo's third story: Lumipolku, whose Severa and Visma Business are brought together, then kept so.

What stands in Visma Business is read there, and what stands in Severa there; our own API only says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import httpx
from rich.console import Console

from sandbox import lumipolku as house
from sandbox.demo import lumipolku_tables as tables
from sandbox.demo.customer import Customer, Json
from sandbox.demo.lumipolku_invoices import InvoicesOnTheirWay
from sandbox.demo.lumipolku_office import PLACES, BusinessOffice, SeveraOffice
from sandbox.demo.tables import states_table
from sandbox.demo.telling import Telling
from sandbox.local.system import System

ANSWERED_FIRST, ANSWERED_LATER = "projects", "employees"
"""The questions that she answers: the second only when hours wait for it."""
LATER = ("hours", "invoices", "costs")
"""The flows that have runs of their own, behind the one of master data."""
LESS = Decimal("1.5")
LATECOMER = house.PEOPLE[2]


class LumipolkuDemo(Telling):
    """One telling."""

    def __init__(self, system: System, console: Console, http: httpx.Client) -> None:
        super().__init__(console)
        endpoints = system.endpoints
        self.customer = Customer(endpoints, house.TENANT_ID)
        self.severa = SeveraOffice(endpoints.vendors["severa"], http)
        self.business = BusinessOffice(endpoints.vendors["business_nxt"], http)
        self.settings: Json = self.customer.get("/settings")["settings"]
        self._system = system

    def tell(self) -> None:
        """The whole story."""
        self.begin(f"{house.COMPANY}: Severa and Visma Business, both ways")
        self.step("1  A first pass looks at both sides, and writes nothing")
        before = self._first_look()
        self.step(f"2  {house.FINANCE_MANAGER} answers one question and goes live")
        self._goes_live(before)
        self.step("3  First contact: what one side had, the other has")
        self._first_contact(before)
        self.step("4  Approved hours are rows that revenue is recognised by")
        self._hours()
        self.step(
            "5  An entry is edited, another's approval is taken back, one is new, and a second question is answered"
        )
        self._corrections()
        self.step("6  Where every hour of each month is")
        self._account()
        invoices = InvoicesOnTheirWay(self._system, self.console, self.customer, self.severa, self.business)
        invoices.tell(self.settings)
        self.faults += invoices.faults

    # ---- both sides ----------------------------------------------------------------------------

    def _first_look(self) -> list[Json]:
        severa, business = ({flow: office.listed(flow) for flow in PLACES} for office in (self.severa, self.business))
        self._a_pass()
        reports = self._reports()
        self.console.print(tables.report_table(reports))
        self.console.print(tables.asked_table(reports))
        for one in reports:
            flow = one["flow"]
            there = (len(self.severa.listed(flow)), len(self.business.listed(flow)))
            seen = (one["seen"]["time_tool"], one["seen"]["erp"])
            self.expect(seen == there, f"all {tables.kind_of(flow)} are seen: {seen} of {there}")
            self.expect(self.severa.listed(flow) == severa[flow], f"{flow} of Severa are as they were")
            self.expect(self.business.listed(flow) == business[flow], f"{flow} of Visma Business are as they were")
        rows = len(self._register()) + len(self.business.orders())
        self.expect(rows == 0, f"no row and no order was written: {rows}")
        return reports

    def _goes_live(self, reports: Sequence[Json]) -> None:
        self._answer(ANSWERED_FIRST, reports)
        self.customer.change_settings(report_only=False)
        self.console.print("She switches 'report only' off. The next pass writes.")

    def _answer(self, flow: str, reports: Sequence[Json]) -> None:
        """A yes to the question about one kind."""
        question = next(one for one in reports if one["flow"] == flow)["asked"][0]
        pair = {"time_tool_id": question["about"]["id"], "erp_id": question["may_be"][0]["id"]}
        said = self.customer.post(f"/mirror/{flow}/pairs", pair)
        ours, theirs = (f"{said[side]['number']} '{said[side]['name']}'" for side in ("time_tool", "erp"))
        self.console.print(
            f"{tables.kind_of(flow).capitalize()}: {ours} in Severa is {theirs} in Visma Business. One and the same."
        )

    def _first_contact(self, before: Sequence[Json]) -> None:
        self._a_pass()
        after = self._reports()
        made = self._made(before)
        self.console.print(tables.sides_table(before, after))
        self.console.print(tables.made_table(made))
        refused = [one for one in self._problems() if one["code"] == "refused_by_erp"]
        self.console.print(tables.problems_table(refused))
        wanted = sum(len(one["makes"]) for one in before)
        left = sum(sum(one["to_make"].values()) for one in after)
        self.expect(len(made) == wanted - len(refused), f"{len(made)} of {wanted} were made")
        self.expect(left == len(refused), f"{left} were not made, {len(refused)} are problems")
        given = [one for one in made if one.severa != one.before]
        self.expect(all(one.severa == one.business for one in made), "both sides have the same numbers")
        self.console.print(
            f"{len(given)} of them have a number now that Visma Business gave: "
            f"{', '.join(f'{one.name} {one.severa}' for one in given)}."
        )

    def _made(self, before: Sequence[Json]) -> list[tables.Made]:
        """What the report would have made and that both sides have now."""
        made: list[tables.Made] = []
        for one in before:
            ours, theirs = (
                {row.name: row.number for row in office.listed(one["flow"])} for office in (self.severa, self.business)
            )
            for source in one["makes"]:
                name, into = source["name"], "erp" if source["side"] == "time_tool" else "time_tool"
                if name in ours and name in theirs:
                    kind = tables.kind_of(one["flow"])
                    numbers = (source["number"], ours[name], theirs[name])
                    made.append(tables.Made(kind, name, tables.SIDES[into], *numbers))
        return made

    # ---- hours ---------------------------------------------------------------------------------

    def _hours(self) -> None:
        rows = self._register()
        self.console.print(tables.register_table(rows, self._table))
        waiting = [one for one in self._problems() if one["code"] == "employee_not_paired"]
        self.console.print(tables.problems_table(waiting))
        records = list(self.customer.records(flow="hours"))
        states = Counter(record["state"] for record in records)
        held = Counter(record["reason"] for record in records if record["state"] == "held")
        self.console.print(
            f"Severa has {len(records)} entries since {self.settings['hours']['starts_on']}: {states['posted']} are "
            f"rows, {held['not_approved']} wait for approval, {states['failed']} for an answer about who logged them."
        )
        self.expect(len(rows) == states["posted"], f"{len(rows)} rows of {states['posted']} posted hours")
        self.expect(bool(waiting) and states["failed"] == waiting[0]["records"], "all that fail wait for the question")

    def _corrections(self) -> None:
        month = self._months()[-1]
        edited, withdrawn = self.severa.open_hours(month)[0], self.severa.open_hours(month)[2]
        hours = edited["quantity"] - LESS
        self.severa.click("edit", resource="workhours", guid=edited["guid"], fields={"quantity": hours})
        self.severa.click("approve", guids=[withdrawn["guid"]], approved=False)
        added = self.severa.log_hours(edited["project"]["guid"], f"{month}-05", "7.5", LATECOMER)
        who, where = edited["user"]["name"], (edited["project"]["name"], withdrawn["project"]["name"])
        self.console.print(f"{added['user']['name']} has logged {added['quantity']} h on {where[0]}, approved.")
        self.console.print(f"{who} had {edited['quantity']} h on {where[0]}: now {hours} h.")
        self.console.print(f"Those on {where[1]} are not approved any more.")
        self._answer(ANSWERED_LATER, self._reports())
        run = self._a_pass("hours")
        rows = self._register()
        for one, left in ((edited, hours), (withdrawn, Decimal(0)), (added, added["quantity"])):
            mine = [row for row in rows if row["text1"] == one["guid"]]
            self.console.print(
                tables.rows_table(f"The rows of one entry of {one['user']['name']}, {one['project']['name']}", mine)
            )
            self.expect(tables.hours_of(mine) == left, f"the rows come to {tables.hours_of(mine)} h, not {left}")
        counts = run["counts"]
        self.console.print(f"posted {counts.get('posted', 0)}, taken back {counts.get('reversed', 0)}")
        self.expect(counts.get("reversed") == len((edited, withdrawn)), f"two parts were taken back: {counts}")
        waiting = [one for one in self._problems() if one["code"] == "employee_not_paired"]
        self.expect(not waiting, "nobody's hours wait any more")

    def _account(self) -> None:
        rows = self._register()
        for month in self._months():
            account: Json = self.customer.get("/reconciliation", period=month, flow="hours")
            self.console.print(states_table(account, self._reasons(month), "Severa"))
            self.console.print(tables.agreement_table(account, rows))
            worked = [one for one in self.severa.rows("workhours") if one["eventDate"][:7] == month]
            whole = sum((one["quantity"] for one in worked), Decimal(0))
            self.expect(account["agrees"], f"the account of {month} has differences: {account['differences'][:3]}")
            self.expect(Decimal(account["time_tool"]["hours"]) == whole, f"Severa has {whole} h in {month}")
            self.expect(Decimal(account["hours_difference"]) == 0, f"every hour of {month} is accounted for")
            self.expect(Decimal(account["states"]["on_the_way"]["hours"]) == 0, "nothing is left on the way")
            for part in account["books"]:
                there = tables.by_month(rows).get((month, part["currency"]), [])
                ours = (Decimal(part["hours"]), Decimal(part["amount"]))
                theirs = (tables.hours_of(there), tables.value_of(there))
                self.expect(ours == theirs, f"{month} {part['currency']}: {ours} were posted, {theirs} are there")

    # ---- what is to be seen --------------------------------------------------------------------

    def _a_pass(self, *flows: str) -> Json:
        """A pass, of all flows unless one is named."""
        run = self.customer.run(flows=flows)
        self.expect(run["state"] == "done", f"the pass is {run['state']}: {run['error']}")
        for later in () if flows else LATER:
            after = self.customer.finished(f"{run['id']}.{later}")
            self.expect(after["state"] == "done", f"the run of {later} is {after['state']}: {after['error']}")
        return run

    def _reports(self) -> list[Json]:
        """The report on each kind that is kept."""
        known = self.customer.get("/mirror")["flows"]
        return [self.customer.get(f"/mirror/{one['flow']}") for one in known if one["on"]]

    def _problems(self) -> list[Json]:
        found: list[Json] = self.customer.get("/problems")["problems"]
        return found

    def _register(self) -> list[Json]:
        return self.business.register(self._table)

    @property
    def _table(self) -> int:
        return int(self.settings["hours"]["table"])

    def _months(self) -> list[str]:
        """The months that there are hours in, since the hours' first day."""
        first: Any = self.settings["hours"]["starts_on"]
        days = (one["eventDate"] for one in self.severa.rows("workhours"))
        return sorted({day[:7] for day in days if day >= first})

    def _reasons(self, month: str) -> dict[str, Counter[str]]:
        return {
            state: Counter(
                record["reason"] for record in self.customer.records(flow="hours", state=state, period=month)
            )
            for state in ("held", "excluded")
        }
