"""Customers of ours that send invoices, in a running local system: Klitrose's people with Moment and e-conomic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import uuid4

from sandbox.demo.office import Bookkeeper, MomentOffice, Vendor
from sandbox.seed import KLITROSE
from sandbox.seed import take_in as take_in_seeded
from tests.customers import Customer
from tests.polling import until
from tests.system import Json, LocalSystem

MOMENT_TYPES = ("customers", "projects", "invoices")
ECONOMIC_TYPES = {
    "DAYBOOK_BOOKED": "day_book_booked", "CUSTOMER_UPDATED": "customer_updated", "PROJECT_UPDATED": "project_updated",
}  # fmt: skip


@dataclass(frozen=True)
class Invoicer(Customer):
    """A tenant whose Moment and e-conomic tell us of what happens there."""

    hooks: Mapping[str, str] = field(default_factory=dict)
    """Addresses by vendor and type."""

    @cached_property
    def moment(self) -> MomentOffice:
        """What the project managers do in Moment."""
        return MomentOffice(self.system.vendor("moment"), self.system.http)

    @cached_property
    def economic(self) -> Bookkeeper:
        """What the bookkeeper does and sees in e-conomic."""
        return Bookkeeper(self.system.vendor("economic"), self.system.http)

    def rest(self) -> None:
        """Waits until all webhooks are worked off."""
        self.system.come_to_rest()

    def draft(self, project: str = "1") -> Json:
        """The draft invoice on a project of Moment."""
        return self.moment.row("invoices", invoiceState="draft", projectNumber=project)

    def finalize(self, project: str = "1") -> Json:
        """The draft on a project, finalized; all that follows has happened."""
        draft = self.draft(project)
        number = self.moment.finalize(draft["id"])
        self.rest()
        return self.moment.row("invoices", invoiceNumber=number)

    def booked(self, invoice: Json) -> list[Json]:
        """The booked lines of an invoice on the debtor's account."""
        return [line for line in self.economic.invoices() if line["customerInvoiceNumber"] == invoice["invoiceNumber"]]

    def state_of(self, row: Json, flow: str = "invoices") -> str:
        """Where we say that an object of Moment stands."""
        return str(self.api("GET", f"/records/{flow}/{row['id']}")["record"]["state"])

    def codes(self) -> list[str]:
        """The codes of all open problems."""
        return sorted(problem["code"] for problem in self.api("GET", "/problems")["problems"])

    def tell(self, hook: str, content: bytes | str = b"", *, token: str = "") -> int:
        """The status that somebody gets who sends this to one of our addresses, or with another token at its end."""
        address, _, own = self.hooks[hook].rpartition("/")
        url = f"{address}/{token or own}"
        return self.system.http.post(url, content=content, headers={"Content-Type": "application/json"}).status_code

    def wait_for_state(self, row: Json, *states: str) -> str:
        """Where an invoice stands once it is in one of these states."""
        return until(lambda: self.state_of(row), lambda state: state in states, what=f"invoice {row['id']}")


def fails(vendor: Vendor, match: str, kind: str, **details: object) -> None:
    """The next call that matches fails so; `times=None` until `works_again`."""
    vendor.click("faults", match=match, kind=kind, **details)


def works_again(vendor: Vendor) -> None:
    """No fault is left."""
    vendor.ask("DELETE", "/_sandbox/faults")


def take_in_invoicer(
    system: LocalSystem, *, telling: bool = True, scheduled: bool = False, **changes: object
) -> Invoicer:
    """A new customer of ours with Klitrose's settings but for the changes; with `telling`, both vendors tell us."""
    tenant_id = f"t{uuid4().hex[:12]}"
    wanted = replace(KLITROSE, tenant_id=tenant_id, settings={**KLITROSE.settings, **changes})
    seeded = take_in_seeded(system.running, wanted, scheduled=scheduled)
    hooks = {name: f"{system.api_url}{path}" for name, path in seeded.hooks.items()}
    invoicer = Invoicer(system, tenant_id, seeded.api_token, seeded.integration_id, hooks)
    if telling:
        for kind in MOMENT_TYPES:
            invoicer.moment.click("webhooks", type=kind, url=hooks[f"moment.{kind}"])
        for kind, name in ECONOMIC_TYPES.items():
            invoicer.economic.click("webhooks", type=kind, url=hooks[f"economic.{name}"])
    return invoicer
