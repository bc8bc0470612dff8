"""Lumipolku's people at both ends: what they do and read in Severa and in Visma Business, as without Handoff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from sandbox import lumipolku as house
from sandbox.business_nxt.access import API_PATH, LUMIPOLKU_COMPANY_NO
from sandbox.demo.office import Vendor
from sandbox.local.endpoints import VendorEndpoint

Json = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where one kind of master data is kept: Severa's resources, and Visma Business's table with its columns."""

    resources: tuple[str, ...]
    number: str
    table: str
    table_number: str
    table_name: str = "name"


PLACES: Mapping[str, Place] = {
    "business_units": Place(("businessunits",), "code", "orgUnit1", "orgUnit1No"),
    "employees": Place(("users",), "code", "associate", "employeeNo"),
    "products": Place(("products", "travelexpensetypes"), "code", "product", "productNo", "description"),
    "projects": Place(("projects",), "number", "orgUnit2", "orgUnit2No"),
    "customers": Place(("customers",), "number", "associate", "customerNo"),
}
"""By flow; the units are those that Lumipolku's settings choose."""


@dataclass(frozen=True)
class Listed:
    """Something that one side has."""

    number: str
    name: str


class SeveraOffice(Vendor):
    """The project managers, in Severa."""

    def __init__(self, endpoint: VendorEndpoint, http: httpx.Client) -> None:
        super().__init__(endpoint, http, {})

    def rows(self, resource: str) -> list[Json]:
        """All rows of a kind."""
        rows: list[Json] = self.ask("GET", f"/_sandbox/rows/{resource}")["rows"]
        return rows

    def row(self, resource: str, **wanted: object) -> Json:
        """The first row that has these values."""
        rows = self.rows(resource)
        return next(row for row in rows if all(row[name] == value for name, value in wanted.items()))

    def listed(self, flow: str) -> list[Listed]:
        """What there is of one kind of master data."""
        place = PLACES[flow]
        rows = [row for resource in place.resources for row in self.rows(resource)]
        return [Listed(str(row[place.number] or ""), _name(row)) for row in rows]

    def open_hours(self, month: str) -> list[Json]:
        """Approved hours of a month that are on no invoice yet."""
        rows = self.rows("workhours")
        return [one for one in rows if one["eventDate"][:7] == month and one["isApproved"] and not one["invoice"]]

    def log_hours(self, project: str, day: str, hours: str, person: house.Person) -> Json:
        """Somebody logs hours, and they are approved."""
        user = self.row("users", code=person.code)["guid"]
        logged: Json = self.click(
            "hours", project=project, user=user, hours=hours, approved=True, fields={"eventDate": day}
        )
        return logged

    def invoice(self, project: str) -> Json:
        """A draft of all that can be invoiced on a project."""
        drafted: Json = self.click("invoice", projects=[project])
        return drafted

    def set_status(self, invoice: str, status: str) -> Json:
        """Moves an invoice to a status by its name."""
        moved: Json = self.click("invoice-status", invoice=invoice, status=status)
        return moved


class BusinessOffice(Vendor):
    """The accountant, in Visma Business NXT."""

    def __init__(self, endpoint: VendorEndpoint, http: httpx.Client) -> None:
        known = {name: str(endpoint.credentials[name]) for name in ("client_id", "client_secret", "scope")}
        answer = http.post(endpoint.token_url, data={"grant_type": "client_credentials", **known})
        token = answer.raise_for_status().json()["access_token"]
        super().__init__(endpoint, http, {"Authorization": f"Bearer {token}"})

    def items(self, table: str, fields: str) -> list[Json]:
        """All rows of a table."""
        query = f"query($no: Int!) {{ useCompany(no: $no) {{ {table} {{ items {{ {fields} }} }} }} }}"
        answer = self.ask("POST", API_PATH, {"query": query, "variables": {"no": LUMIPOLKU_COMPANY_NO}})
        rows: list[Json] = answer["data"]["useCompany"][table]["items"]
        return rows

    def listed(self, flow: str) -> list[Listed]:
        """What there is of one kind of master data."""
        place = PLACES[flow]
        rows = self.items(place.table, f"{place.table_number} {place.table_name}")
        return [Listed(str(row[place.table_number]), row[place.table_name]) for row in rows if row[place.table_number]]

    def register(self, table: int) -> list[Json]:
        """The rows of a table of free information, oldest first."""
        fields = "pk employeeNo orgUnit2 date1 value1 value4 text1 text2 text4 text5 orderNo"
        return sorted(self.items(f"freeInformation{table}", fields), key=lambda row: int(row["pk"]))

    def orders(self) -> list[Json]:
        """All orders with their lines."""
        lines = "joindown_OrderLine_via_Order { items { lineNo productNo description quantity priceInCurrency } }"
        return self.items("order", f"orderNo customerNo orgUnit2 orderSumNetDomestic {lines}")

    def order(self, number: int) -> Json:
        """One of them."""
        return next(order for order in self.orders() if order["orderNo"] == number)

    def left(self, order: int) -> Decimal | None:
        """What is left to pay of an order's invoice; None while it has none."""
        booked = self.items("customerTransaction", "orderNo invoiceNo amountDomestic outstandingAmountDomestic")
        mine = [row for row in booked if row["orderNo"] == order and row["amountDomestic"] > 0]
        return sum((Decimal(row["outstandingAmountDomestic"]) for row in mine), Decimal(0)) if mine else None

    def does(self, what: str, **details: object) -> Json:
        """Something that a person of the company does."""
        done: Json = self.click(what, company=LUMIPOLKU_COMPANY_NO, **details)
        return done


def lines_of(order: Json) -> Sequence[Json]:
    """An order's lines."""
    lines: list[Json] = order["joindown_OrderLine_via_Order"]["items"]
    return lines


def _name(row: Json) -> str:
    return str(row["name"]) if "name" in row else f"{row['firstName']} {row['lastName']}"
