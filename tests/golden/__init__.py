"""Golden cases: what a vendor sent, what it became, what an ERP is sent. A case is a folder.

    <vendor>/<feed>--<case>/vendor.json → domain.json         a page of a feed and what is read from it
    <vendor>/<document>--<case>/domain.json → erp.json        a posting, or an object, and what is sent for it

`make golden` writes the right-hand files anew; their diff is reviewed like code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from handoff.connectors.economic import formats as economic_formats
from handoff.connectors.economic.cost_amounts import cost_of, may_cost
from handoff.connectors.economic.customers import fields_of as customer_fields
from handoff.connectors.economic.customers import overlaid as customer_overlaid
from handoff.connectors.economic.models import EconomicBooked, EconomicLine, EconomicVat
from handoff.connectors.economic.projects import fields_of as project_fields
from handoff.connectors.economic.projects import overlaid as project_overlaid
from handoff.connectors.economic.vouchers import voucher_of
from handoff.connectors.feed import Feed, as_page
from handoff.connectors.harvest.feeds import FEEDS as HARVEST_FEEDS
from handoff.connectors.moment.feeds import OBJECTS as MOMENT_OBJECTS
from handoff.connectors.severa.belongings import Belongings, person, place
from handoff.connectors.severa.customers import joined
from handoff.connectors.severa.employees import USERS
from handoff.connectors.severa.hours import FEEDS as SEVERA_HOURS
from handoff.connectors.severa.models import Reference, SeveraAddress, SeveraContact, SeveraCountry, SeveraCustomer
from handoff.connectors.severa.units import CATEGORY_LIST, UNIT_LIST
from handoff.connectors.visma_net.feeds import FEEDS as VISMA_NET_FEEDS
from handoff.connectors.visma_net.formats import Json, body_of
from handoff.connectors.visma_net.from_domain import journal_transaction, project_transaction
from handoff.domain.costs import BookedCost
from handoff.domain.invoices import InvoiceDocument
from handoff.domain.master_data import WantedCustomer, WantedProject
from handoff.domain.pairs import Customer
from handoff.domain.posting import Posting, check_balance
from handoff.ports.mirror import Listed
from tests.golden import nxt

HERE = Path(__file__).parent
ECONOMIC, NXT = "economic", "business_nxt"
FEEDS: Mapping[str, Mapping[str, Feed[Any, Any]]] = {
    "harvest": HARVEST_FEEDS,
    "moment": MOMENT_OBJECTS,
    "severa": {
        **SEVERA_HOURS,
        "business_units": UNIT_LIST,
        "employees": USERS,
        "product_categories": CATEGORY_LIST,
    },
    "visma_net": VISMA_NET_FEEDS,
}
DOCUMENTS: Mapping[str, Callable[[Posting], Json]] = {
    "project_transactions": project_transaction,
    "journals": journal_transaction,
}


class _Booked(msgspec.Struct):
    """Booked entries with what is read beside them."""

    rows: list[EconomicBooked]
    lines: list[EconomicLine]
    vats: list[EconomicVat]
    balance_sheet: list[int]


class _SeveraAddress(SeveraAddress, kw_only=True, rename="camel"):
    """An address and whose it is."""

    customer: Reference


class _SeveraContact(SeveraContact, kw_only=True, rename="camel"):
    """A contact person and whose."""

    customer: Reference


class _Joined(msgspec.Struct):
    """Severa's lists that customers are joined from."""

    customers: list[SeveraCustomer]
    addresses: list[_SeveraAddress]
    contacts: list[_SeveraContact]
    countries: list[SeveraCountry]


class _Customer(msgspec.Struct):
    """A customer as wanted, over its form as last seen."""

    wanted: WantedCustomer
    known: msgspec.Raw = msgspec.Raw(b"")


class _Project(msgspec.Struct):
    """A project as wanted, over its form as last seen."""

    wanted: WantedProject
    known: msgspec.Raw = msgspec.Raw(b"")


def _voucher(raw: bytes) -> Json:
    return voucher_of(msgspec.json.decode(raw, type=InvoiceDocument), "2026/2027a")


def _customer(raw: bytes) -> Json:
    case = msgspec.json.decode(raw, type=_Customer)
    new = {"customerNumber": case.wanted.number, **customer_fields(case.wanted)}
    return customer_overlaid(bytes(case.known), case.wanted) if bytes(case.known) else new


def _project(raw: bytes) -> Json:
    case = msgspec.json.decode(raw, type=_Project)
    new = {"number": case.wanted.number, **project_fields(case.wanted)}
    return project_overlaid(bytes(case.known), case.wanted) if bytes(case.known) else new


def _costs(booked: _Booked) -> list[BookedCost]:
    vats = {vat.vat_code: vat for vat in booked.vats}
    found = []
    for row in (row for row in booked.rows if may_cost(row)):
        lines = [line for line in booked.lines if line.voucher_number == row.voucher_number]
        found.append(cost_of(row, lines, vats, balance_sheet=booked.balance_sheet, year="2026", currency="DKK"))
    return [cost for cost in found if cost is not None]


def _customers(lists: _Joined) -> list[Listed[Customer]]:
    codes = {one.guid: one.code2 or "" for one in lists.countries}
    found = []
    for row in lists.customers:
        addresses = [one for one in lists.addresses if one.customer.guid == row.guid]
        places = [place(one, codes[one.country.guid] if one.country else "") for one in addresses]
        people = [person(one) for one in lists.contacts if one.customer.guid == row.guid and not one.is_deleted]
        found.append(joined(row, Belongings(places, people)))
    return found


OBJECTS: Mapping[str, Callable[[bytes], Json]] = {
    "invoices": _voucher,
    "customers": _customer,
    "projects": _project,
}


@dataclass(frozen=True)
class Case:
    """One case: where its outcome is kept, and what the code makes of its beginning now."""

    name: str
    kept_in: Path
    made: bytes


def every_case() -> list[Case]:
    """All cases, by name."""
    read = [_reading(path) for path in sorted(HERE.glob("*/*/vendor.json"))]
    written = [_writing(path) for path in sorted(HERE.glob("*/*/domain.json")) if not _is_read(path)]
    return read + written


def _is_read(path: Path) -> bool:
    return path.with_name("vendor.json").exists()


def _reading(path: Path) -> Case:
    vendor, folder = path.parts[-3], path.parts[-2]
    if vendor == ECONOMIC:
        costs = _costs(msgspec.json.decode(path.read_bytes(), type=_Booked))
        return Case(f"{vendor}/{folder}", path.with_name("domain.json"), _pretty(msgspec.json.encode(costs)))
    if folder.startswith("customers--") and vendor == "severa":
        customers = _customers(msgspec.json.decode(path.read_bytes(), type=_Joined))
        return Case(f"{vendor}/{folder}", path.with_name("domain.json"), _pretty(msgspec.json.encode(customers)))
    if vendor == NXT:
        made = nxt.read(folder.partition("--")[0], path.read_bytes())
        return Case(f"{vendor}/{folder}", path.with_name("domain.json"), _pretty(made))
    feed = FEEDS[vendor][folder.partition("--")[0]]
    page = as_page(feed, feed.decode(path.read_bytes()))
    return Case(f"{vendor}/{folder}", path.with_name("domain.json"), _pretty(msgspec.json.encode(page)))


def _writing(path: Path) -> Case:
    vendor, folder = path.parts[-3], path.parts[-2]
    if vendor == ECONOMIC:
        sent = economic_formats.body_of(OBJECTS[folder.partition("--")[0]](path.read_bytes()))
        return Case(f"{vendor}/{folder}", path.with_name("erp.json"), _pretty(sent))
    if vendor == NXT:
        written = nxt.written(folder.partition("--")[0], path.read_bytes())
        return Case(f"{vendor}/{folder}", path.with_name("erp.json"), _pretty(written))
    posting = msgspec.json.decode(path.read_bytes(), type=Posting)
    check_balance(posting)
    sent = body_of(DOCUMENTS[folder.partition("--")[0]](posting))
    return Case(f"{vendor}/{folder}", path.with_name("erp.json"), _pretty(sent))


def _pretty(text: bytes) -> bytes:
    return msgspec.json.format(text, indent=2) + b"\n"
