"""A Moment company on a scripted wire, and rows as it writes them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

import httpx

from handoff.connectors.moment.adapter import MomentAdapter
from handoff.connectors.moment.config import MomentConfig
from handoff.connectors.registry import open_live_time_tool
from handoff.connectors.vendor import Surroundings
from handoff.domain.tenancy import Connection
from handoff.settings import PlatformSettings
from tests.unit.connectors.vendor_fakes import NOW, Answer, FakeGrantStore, Wire

COMPANY = "klitrose"
KEY = "key-of-nobody-4711"
ROOT = f"https://app.moment.team/api/1.0/companies/{COMPANY}"


def a_config(**changes: Any) -> MomentConfig:
    return MomentConfig.model_validate({"company": COMPANY, "api_key": KEY, **changes})


class Company:
    """The connector, the wire that it is on, and its clock."""

    def __init__(self, *answers: Answer, key_expires_on: date | None = None) -> None:
        self.now = NOW
        self.wire = Wire(*answers)
        config = a_config(key_expires_on=key_expires_on)
        self.grants = FakeGrantStore(config.grant())
        settings = PlatformSettings.from_environment({"TABLE_NAME": "t"})
        around = Surroundings(settings, self.grants, lambda: self.now, self.wire)
        connection = Connection("c1", "moment", config.account, "Klitrose")
        self.tool = cast("MomentAdapter", open_live_time_tool(connection, around))

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    @property
    def asked(self) -> list[str]:
        """Method and path of every request, below the company."""
        return [f"{sent.method} {sent.url.path.removeprefix(httpx.URL(ROOT).path)}" for sent in self.wire.requests]

    def query(self, number: int = -1) -> dict[str, str]:
        """The parameters of a request."""
        return dict(self.wire.requests[number].url.params)


def a_page(*rows: object, pages: int = 1, number: int = 0) -> httpx.Response:
    page = {"number": number, "size": 500, "totalElements": len(rows), "totalPages": pages}
    return httpx.Response(200, json={"content": rows, "page": page})


def a_customer(id_: int = 7, **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": id_, "companyId": 1, "version": None, "customerNumber": "10001", "name": "Lyng Fyr AS",
        "organizationNumber": "999888777", "email": "post@lyngfyr.example", "invoiceEmail": "faktura@lyngfyr.example",
        "address1": "Havnegata 1", "address2": None, "postalCode": "0150", "city": "Oslo", "countryCode": "NO",
        "lastModifiedDate": "2026-11-02T08:00:00Z", "links": [],
    }  # fmt: skip
    return row | changes


def a_project(id_: int = 21, **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": id_, "projectNumber": "501", "name": "Nytt kontor", "customerId": 7, "customerNumber": "10001",
        "projectState": "inProgress", "lastModifiedDate": "2026-11-02T08:00:00Z",
    }  # fmt: skip
    return row | changes


def an_invoice(id_: int = 31, **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": id_, "invoiceNumber": 2001, "invoiceType": "invoice", "creditedInvoiceNumber": None,
        "invoiceState": "finalized", "accountingState": "toTransfer", "description": "October", "customerId": 7,
        "customerNumber": "10001", "customerName": "Lyng Fyr AS", "projectId": 21, "projectNumber": "501",
        "projectName": "Nytt kontor", "invoiceDate": "2026-11-01", "dueDate": "2026-11-15", "paymentId": "2001000017",
        "currencyCode": "NOK", "totalIncludingVat": 1250.50, "totalExcludingVat": 1000.40, "totalVat": 250.10,
        "financialAccountNumber": "3000", "vatCode": "3", "paymentState": "unpaid", "paidAmount": 0,
        "remainingAmount": 1250.50, "paidDate": None, "lastModifiedDate": "2026-11-02T08:00:00Z",
    }  # fmt: skip
    return row | changes
