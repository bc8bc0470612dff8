"""An e-conomic agreement connected as the platform connects it, the stand-in behind it, and dull things to send."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from handoff.connectors.economic.config import EconomicConfig
from handoff.connectors.registry import open_live_erp
from handoff.connectors.vendor import LiveErp, Surroundings
from handoff.domain.grants import Grant, Secret
from handoff.domain.invoices import ErpInvoice, InvoiceDocument
from handoff.domain.master_data import WantedCustomer, WantedProject
from handoff.domain.tenancy import Connection
from handoff.settings import PlatformSettings
from sandbox.economic import CREDENTIALS, stand_in
from tests.unit.connectors.vendor_fakes import FakeGrantStore

W = TypeVar("W", WantedCustomer, WantedProject)
AGREEMENT = "990001"
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
BASE = "http://economic.test"
KEY = "HOABCDEFGHIJKLMNOP"
OTHER_KEY = "HOQRSTUVWXYZ234567"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Page >>\nendobj\n%%EOF\n"
CUSTOMERS = "/customers"
PROJECTS = "/projectsapi/*/projects"
VOUCHERS = "/journals/*/vouchers"
BOOKING = "/journalsapi/*/bookdraftentries"


class Agreement:
    """An adapter and what it talks to; `calls_of` counts what an action costs."""

    def __init__(self, *, account: str = AGREEMENT, secret: str = "", **options: Any) -> None:
        self.now = NOON
        self.vendor = stand_in(clock=lambda: self.now, **options)
        self.people = self.vendor.vendor.people
        config = EconomicConfig(agreement_number=account, grant_token=CREDENTIALS.agreement_grant_token)
        self.grants = FakeGrantStore(config.grant())
        self._connection = Connection("c1", "economic", account, "Klitrose")
        self._secret = secret
        self.erp = self.erp_of()

    def erp_of(self) -> LiveErp:
        """Another connection to it, which remembers nothing yet."""
        around = Surroundings(settings(self._secret), self.grants, lambda: self.now, self.vendor.transport())
        return open_live_erp(self._connection, around)

    def use_token(self, token: str) -> None:
        """Somebody pastes another agreement token."""
        self.grants.replace(Grant("economic", AGREEMENT, access_token=Secret(token)))

    def later(self, **span: int) -> None:
        """Turns the clock forward."""
        self.now += timedelta(**span)

    def seen(self) -> dict[str, int]:
        """Calls by method and path since the start or the last look."""
        calls = self.vendor.calls()
        self.vendor._calls.clear()
        return calls

    def with_customer(self, number: int = 10001) -> Agreement:
        """The agreement with a customer of ours."""
        self.erp.customers.create(a_customer(number=number), key=KEY)
        return self

    def with_project(self, number: int = 1001, customer: int | None = 10001) -> Agreement:
        """The agreement with a project of ours."""
        self.erp.projects.create(a_wanted_project(number=number, customer=customer), key=KEY)
        return self

    def booked(self, document: InvoiceDocument | None = None) -> ErpInvoice:
        """An invoice that was made and booked."""
        return self.erp.invoices.book(self.erp.invoices.create(document or a_document()))


def settings(secret: str = "", url: str = BASE) -> PlatformSettings:
    """The platform with our app's tokens at e-conomic, all of it on one host."""
    where = {"rest_url": url, "apis_url": url, "secure_url": url}
    tokens = {
        "app_secret_token": secret or CREDENTIALS.app_secret_token,
        "app_public_token": CREDENTIALS.app_public_token,
    }
    return PlatformSettings.from_environment(
        {
            "TABLE_NAME": "t",
            "VENDOR_SETTINGS": json.dumps({"economic": where}),
            "VENDOR_SECRETS": json.dumps({"economic": tokens}),
        }
    )


def a_customer(**changes: object) -> WantedCustomer:
    """A customer that e-conomic takes."""
    wanted = WantedCustomer(
        number=10001, name="Solbær Bryghus A/S", organisation_number="10000001", email="faktura@solbaer.example",
        address="Humlegangen 2", postcode="5000", city="Odense C", country="Danmark", group=1, payment_terms=1,
        vat_zone=1, currency="DKK",
    )  # fmt: skip
    return _changed(wanted, changes)


def a_wanted_project(**changes: object) -> WantedProject:
    """A project that e-conomic takes, in the internal group."""
    return _changed(WantedProject(number=1001, name="Energiplan", customer=10001, group=1), changes)


def a_document(**changes: object) -> InvoiceDocument:
    """An invoice of 1,000.00 and 25 % VAT, without a project."""
    document = InvoiceDocument(
        key=KEY, journal=1, number=5001, customer=10001, project=None, invoiced_on=date(2026, 11, 20),
        due_on=date(2026, 12, 4), currency="DKK", total=Decimal("1250.00"), account=1010, vat_code="U25",
        text=f"Energiplan {KEY}",
    )  # fmt: skip
    if "key" in changes and "text" not in changes:
        changes["text"] = f"Energiplan {changes['key']}"
    return replace(document, **changes)  # type: ignore[arg-type]


def _changed(wanted: W, changes: dict[str, object]) -> W:
    fields = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    return type(wanted)(**{**fields, **changes})
