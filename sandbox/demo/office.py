"""Klitrose's people at both ends: what they do and read in Moment and in e-conomic, as if Handoff did not exist."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import httpx

from sandbox.local.endpoints import VendorEndpoint
from sandbox.wire import from_json, to_json

Json = dict[str, Any]
ALL = 500
DEBTORS_OWN_LINE = 10
"""The type of a booked line that is an invoice, on the customer's account."""


class Vendor:
    """One vendor's window and API."""

    def __init__(self, endpoint: VendorEndpoint, http: httpx.Client, access: Mapping[str, str]) -> None:
        self._url, self._http, self._access = endpoint.base_url, http, access

    def ask(self, method: str, path: str, content: object = None, **query: str | int) -> Any:
        """What the vendor answers, decimals kept; httpx's error for anything but a yes."""
        body = None if content is None else to_json(content)
        headers = self._access if content is None else {**self._access, "Content-Type": "application/json"}
        answer = self._http.request(method, self._url + path, content=body, headers=headers, params=query or None)
        answer.raise_for_status()
        return from_json(answer.content) if answer.content else None

    def click(self, what: str, **details: object) -> Any:
        """Something that a person does in the vendor's window."""
        return self.ask("POST", f"/_sandbox/{what}", details)

    def forget_calls(self) -> None:
        """Counts the calls of its API from zero again."""
        self.ask("DELETE", "/_sandbox/calls")

    def calls(self) -> dict[str, int]:
        """The calls of its API since then, by method and path."""
        found: dict[str, int] = self.ask("GET", "/_sandbox/calls")["calls"]
        return found

    @property
    def has_sent_all(self) -> bool:
        """Whether none of its webhooks is still on its way out."""
        return not self.ask("GET", "/_sandbox/deliveries")["waiting"]


class MomentOffice(Vendor):
    """The project managers, in Moment."""

    def __init__(self, endpoint: VendorEndpoint, http: httpx.Client) -> None:
        word = b64encode(f"apikey:{endpoint.credentials['api_key']}".encode()).decode()
        super().__init__(endpoint, http, {"Authorization": f"Basic {word}"})
        self._company = f"/api/1.0/companies/{endpoint.credentials['company']}"

    def rows(self, entity: str, **wanted: object) -> list[Json]:
        """All rows of a kind that have these values."""
        rows: list[Json] = self.ask("GET", f"{self._company}/{entity}", size=ALL)["content"]
        return [row for row in rows if all(row[name] == value for name, value in wanted.items())]

    def row(self, entity: str, **wanted: object) -> Json:
        """The first of them."""
        return self.rows(entity, **wanted)[0]

    def save(self, entity: str, row_id: int, **fields: object) -> None:
        """Saves a changed row, which Moment announces."""
        self.ask("PUT", f"{self._company}/{entity}/{row_id}", fields)

    def add(self, entity: str, **fields: object) -> Json:
        """Saves a new row."""
        row: Json = self.ask("POST", f"{self._company}/{entity}", fields)
        return row

    def finalize(self, draft_id: int) -> int:
        """Makes an invoice of a draft and gives its number."""
        return int(self.click("finalize", id=draft_id)["invoiceNumber"])

    def files_of(self, expense_id: int) -> list[str]:
        """The names of the files on an expense."""
        path = f"{self._company}/projectExpenses/{expense_id}/attachments"
        return [str(file["fileName"]) for file in self.ask("GET", path)]


class Bookkeeper(Vendor):
    """The accountant, in e-conomic."""

    def __init__(self, endpoint: VendorEndpoint, http: httpx.Client) -> None:
        known = endpoint.credentials
        tokens = {
            "X-AppSecretToken": known["app_secret_token"], "X-AgreementGrantToken": known["agreement_grant_token"],
        }  # fmt: skip
        super().__init__(endpoint, http, tokens)

    def customers(self) -> list[Json]:
        """All customers."""
        rows: list[Json] = self.ask("GET", "/customers", pagesize=1000)["collection"]
        return rows

    def projects(self) -> list[Json]:
        """All projects."""
        return self._items("/projectsapi/v1.1.0/projects")

    def drafts(self) -> list[Json]:
        """All entries that stand in the journals and are not booked."""
        return self._items("/journalsapi/v16.0.1/draft-entries")

    def invoices(self) -> list[Json]:
        """All booked invoices: the lines on the debtors' own accounts."""
        lines = self._items("/bookedEntriesapi/v6.0.0/booked-entries")
        return [line for line in lines if line["type"] == DEBTORS_OWN_LINE and line.get("customerNumber")]

    def invoice(self, number: int) -> Json | None:
        """The booked invoice of a number, or None."""
        lines = self._items("/bookedEntriesapi/v6.0.0/booked-entries", filter=f"customerInvoiceNumber$eq:{number}")
        return next((line for line in lines if line["type"] == DEBTORS_OWN_LINE), None)

    def files(self) -> dict[int, int]:
        """How many files each voucher has."""
        found: dict[int, int] = {}
        for file in self._items("/documentsapi/v4.0.1/AttachedDocuments"):
            found[file["voucherNumber"]] = found.get(file["voucherNumber"], 0) + 1
        return found

    def _items(self, path: str, **query: str) -> list[Json]:
        rows: list[Json] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.ask("GET", path, **query, **cursor)
            rows += page["items"]
            if not page.get("cursor"):
                return rows
            cursor = {"cursor": str(page["cursor"])}


def total(rows: Sequence[Json], currency: str, field: str) -> Decimal:
    """The sum of a field over rows of one currency."""
    chosen = (row for row in rows if row.get("currencyCode") == currency)
    return sum((Decimal(row[field]) for row in chosen), Decimal(0))
