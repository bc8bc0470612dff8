"""Customers of ours with two sides, in a running local system: Lumipolku's people in Severa and Visma Business."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from uuid import uuid4

from sandbox import lumipolku
from sandbox.demo.lumipolku_office import BusinessOffice, SeveraOffice
from sandbox.demo.office import Vendor
from sandbox.seed import LUMIPOLKU
from sandbox.seed import take_in as take_in_seeded
from tests.customers import Customer
from tests.polling import until
from tests.system import Json, LocalSystem

TABLE = 2
"""The table of free information that the settings choose for hours."""
LATER = ("hours", "invoices", "costs")
"""What has runs of its own behind the one of master data."""


@dataclass(frozen=True)
class TwoSided(Customer):
    """A tenant with both connections, and people at both ends."""

    @cached_property
    def severa(self) -> SeveraOffice:
        """What the project managers do in Severa."""
        return SeveraOffice(self.system.vendor("severa"), self.system.http)

    @cached_property
    def business(self) -> BusinessOffice:
        """What the accountant does and sees in Visma Business."""
        return BusinessOffice(self.system.vendor("business_nxt"), self.system.http)

    # ---- passes --------------------------------------------------------------------------------

    def passes(self, *flows: str) -> dict[str, Json]:
        """All runs of a pass once they have ended, by their first flow; only some flows' where these are named."""
        first = self.start_run(**({"flows": list(flows)} if flows else {}))
        found = [self.wait_for(first)]
        for name in () if flows else LATER:
            until(self.runs, lambda known, name=name: f"{first}.{name}" in known, what=f"the run of {name}")  # type: ignore[misc]  # mypy can't tell the type of a lambda's default
            found.append(self.wait_for(f"{first}.{name}"))
        self.system.come_to_rest()
        return {run["flows"][0]: run for run in found}

    def a_pass(self, *flows: str) -> dict[str, Json]:
        """As `passes`, all of which must have gone well."""
        found = self.passes(*flows)
        assert {run["state"] for run in found.values()} == {"done"}, found
        return found

    def goes_live(self) -> None:
        """The report was read: the first pass that writes."""
        self.change_settings(report_only=False)
        self.a_pass()

    def change_settings(self, **changes: object) -> None:
        """Saves the settings with some of them changed."""
        saved = self.api("GET", "/settings")
        self.api("PUT", "/settings", json={**saved, "settings": {**saved["settings"], **changes}})

    # ---- Severa --------------------------------------------------------------------------------

    def project(self, name: str) -> str:
        """The id of a project in Severa."""
        return str(self.severa.row("projects", name=name)["guid"])

    def works(self, project: str, hours: str = "7.5", day: str = "2026-11-10") -> str:
        """Hours that are logged and approved; their id."""
        return str(self.severa.log_hours(self.project(project), day, hours, lumipolku.PEOPLE[0])["guid"])

    def bills(self, project: str, status: str = lumipolku.TO_TRANSFER) -> str:
        """An invoice of all that can be invoiced, set to a status; its id."""
        draft = self.severa.invoice(self.project(project))
        self.severa.set_status(draft["guid"], status)
        return str(draft["guid"])

    def status(self, invoice: str) -> str:
        """What Severa says of an invoice."""
        return str(self.severa.row("invoices", guid=invoice)["status"]["name"])

    def says(self, invoice: str, status: str) -> None:
        """Waits until Severa says so."""
        until(lambda: self.status(invoice), lambda now: now == status, what=f"'{status}' in Severa")

    # ---- Visma Business ------------------------------------------------------------------------

    def rows_of(self, entry: str) -> list[Json]:
        """The rows of the register that are of one entry, oldest first."""
        return [row for row in self.business.register(TABLE) if row["text1"] == entry]

    def hours_of(self, entry: str) -> list[Decimal]:
        """Their hours."""
        return [row["value1"] for row in self.rows_of(entry)]

    def order_of(self, invoice: str) -> int:
        """The number of the order that an invoice became."""
        (posting,) = self.story_of("invoices", invoice)["postings"]
        return int(posting["receipt"]["number"])

    # ---- Handoff -------------------------------------------------------------------------------

    def story_of(self, flow: str, external_id: str) -> Json:
        """Everything that is known of a record."""
        found: Json = self.api("GET", f"/records/{flow}/{external_id}")
        return found

    def state_of(self, flow: str, external_id: str) -> tuple[str, str]:
        """Where a record stands, and why."""
        record = self.story_of(flow, external_id)["record"]
        return record["state"], record["reason"]

    def codes(self) -> list[str]:
        """The codes of all open problems."""
        return sorted(problem["code"] for problem in self.api("GET", "/problems")["problems"])

    @staticmethod
    def refused(vendor: Vendor) -> int:
        """How often a vendor has asked us to wait."""
        return int(vendor.ask("GET", "/_sandbox/calls")["statuses"].get("429", 0))

    def ways(self, invoice: str) -> list[list[str]]:
        """The states that each execution of an invoice's round trip has entered, once all of them have ended."""
        machines, arn = self.system.running.aws.machines, self.system.running.outputs["InvoiceRoundTripArn"]

        def known() -> list[Json]:
            listed = machines.list_executions(stateMachineArn=arn)["executions"]
            described = [dict(machines.describe_execution(executionArn=one["executionArn"])) for one in listed]
            asked = [(one, json.loads(one["input"])) for one in described]
            return [one for one, of in asked if (of["tenant_id"], of["external_id"]) == (self.tenant_id, invoice)]

        ended = until(known, lambda some: all(one["status"] != "RUNNING" for one in some), what="the executions' end")
        histories = (
            machines.get_execution_history(executionArn=one["executionArn"], maxResults=1000)["events"] for one in ended
        )
        return [
            [one["stateEnteredEventDetails"]["name"] for one in events if one["type"].endswith("StateEntered")]
            for events in histories
        ]


def take_in_two_sided(system: LocalSystem, **changes: object) -> TwoSided:
    """A new customer of ours with Lumipolku's settings but for the changes, which only reports unless that is one."""
    tenant_id = f"t{uuid4().hex[:12]}"
    wanted = replace(LUMIPOLKU, tenant_id=tenant_id, settings={**LUMIPOLKU.settings, **changes})
    seeded = take_in_seeded(system.running, wanted, scheduled=False)
    return TwoSided(system, tenant_id, seeded.api_token, seeded.integration_id)
