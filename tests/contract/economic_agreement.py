"""An agreement at the e-conomic stand-in with an HTTP client in front of it, and bodies that it takes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx

from sandbox.economic import CREDENTIALS, stand_in
from sandbox.wire import from_json

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
BASE = "http://economic.test"
PROJECTS = "/projectsapi/v1.1.0"
JOURNALS = "/journalsapi/v16.0.1"
BOOKED = "/bookedEntriesapi/v6.0.0/booked-entries"
DOCUMENTS = "/documentsapi/v4.0.1/AttachedDocuments"
VOUCHERS = "/journals/1/vouchers"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Page >>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


class Books:
    """The stand-in, called with the app's tokens."""

    def __init__(self, **options: Any) -> None:
        self.now = NOON
        self.vendor = stand_in(clock=lambda: self.now, **options)
        self.economic = self.vendor.vendor
        self.people = self.economic.people
        self.http = httpx.Client(
            transport=self.vendor.transport(), base_url=BASE, headers=CREDENTIALS.headers(), follow_redirects=False
        )

    def get(self, path: str, **query: str | int) -> Any:
        answer = self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return from_json(answer.content)

    def call(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        if body is None:
            return self.http.request(method, path, headers=headers)
        return self.http.request(method, path, json=body, headers=headers)

    def drafts(self, text: str = "") -> list[dict[str, Any]]:
        query = {"filter": text} if text else {}
        return list(self.get(f"{JOURNALS}/draft-entries", **query)["items"])

    def booked(self, text: str = "") -> list[dict[str, Any]]:
        query = {"filter": text} if text else {}
        return list(self.get(BOOKED, **query)["items"])

    def with_customer(self, number: int = 10001) -> Books:
        answer = self.call("POST", "/customers", customer(customerNumber=number))
        assert answer.status_code == 201, answer.text
        return self

    def with_voucher(self, year: str = "2026", **changes: object) -> int:
        """Posts an invoice into journal 1; its voucher number."""
        answer = self.call("POST", VOUCHERS, voucher(year, **changes))
        assert answer.status_code == 201, answer.text
        return int(answer.json()[0]["voucherNumber"])


def customer(**changes: object) -> dict[str, object]:
    """A customer that is taken; None takes a property away."""
    body: dict[str, object] = {
        "customerNumber": 10001,
        "name": "Solbær Bryghus A/S",
        "currency": "DKK",
        "customerGroup": {"customerGroupNumber": 1},
        "paymentTerms": {"paymentTermsNumber": 1},
        "vatZone": {"vatZoneNumber": 1},
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def project(**changes: object) -> dict[str, object]:
    """A project that is taken."""
    body = {"number": 1, "name": "Energiplan", "projectGroupNumber": 2, "customerNumber": 10001}
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def invoice(**changes: object) -> dict[str, object]:
    """A manual customer invoice, balanced by its contra account."""
    body: dict[str, object] = {
        "customer": {"customerNumber": 10001},
        "customerInvoiceNumber": 5001,
        "text": "Energiplan",
        "amount": 30000.00,
        "currency": {"code": "DKK"},
        "date": "2026-11-20",
        "dueDate": "2026-12-04",
        "contraAccount": {"accountNumber": 1010},
        "contraVatAccount": {"vatCode": "U25"},
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def voucher(year: str = "2026", **changes: object) -> dict[str, object]:
    """A voucher with one customer invoice."""
    entries = {"manualCustomerInvoices": [invoice(**changes)]}
    return {"accountingYear": {"year": year}, "journal": {"journalNumber": 1}, "entries": entries}
