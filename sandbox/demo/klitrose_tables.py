"""How the second story shows things: tables a finance person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from sandbox.demo.customer import Json
from sandbox.demo.tables import money
from sandbox.demo.where_invoices_are import BOOKED, ELSEWHERE, EXCLUDED, FAILED, Accounted, WhereRow

__all__ = ["amount", "calls", "money"]


def amount(line: Json) -> str:
    """A booked line's amount with its currency."""
    return f"{money(line['amount'])} {line['currencyCode']}"


def calls(made: Mapping[str, int]) -> str:
    """Calls by method and path, with how often each was made."""
    return ", ".join(f"{count} × {name}" for name, count in made.items()) or "none"


def _table(title: str, **columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading, justify in columns.items():
        table.add_column(heading.replace("_", " "), justify=justify)  # type: ignore[arg-type]  # rich wants a Literal
    return table


def parties_table(customers: Sequence[Json], projects: Sequence[Json]) -> Table:
    """Customers with their projects, as e-conomic has them."""
    table = _table("Customers and projects in e-conomic, read there", number="right", customer="left", VAT_zone="left",
                   projects="left")  # fmt: skip
    zones = {1: "at home", 2: "EU", 3: "abroad"}
    for row in sorted(customers, key=lambda one: int(one["customerNumber"])):
        number = row["customerNumber"]
        own = [f"{one['number']} {one['name']}" for one in projects if one.get("customerNumber") == number]
        zone = row["vatZone"]["vatZoneNumber"]
        table.add_row(str(number), row["name"], zones.get(zone, str(zone)), ", ".join(own))
    return table


def vouchers_table(lines: Sequence[Json], files: Mapping[int, int]) -> Table:
    """Booked invoices, as the debtors' accounts have them."""
    table = _table("Invoices booked in e-conomic, read there", invoice="right", voucher="right", customer="right",
                   date="left", text="left", amount="right", PDF="right")  # fmt: skip
    for line in sorted(lines, key=lambda one: int(one["customerInvoiceNumber"])):
        table.add_row(
            str(line["customerInvoiceNumber"]), str(line["voucherNumber"]), str(line["customerNumber"]),
            line["date"][:10], line["text"], amount(line), "yes" if files.get(line["voucherNumber"]) else "no",
        )  # fmt: skip
    return table


def drafts_table(drafts: Sequence[Json]) -> Table:
    """What other people left in the journals."""
    table = _table("Drafts of other people in the journals: left as they are", voucher="right", text="left",
                   amount="right")  # fmt: skip
    for draft in drafts:
        table.add_row(str(draft["voucherNumber"]), draft["text"], amount(draft))
    return table


def problems_table(problems: Sequence[Json]) -> Table:
    """What a person should mend, and how."""
    table = _table("Problems: what a person should mend", what_is_wrong="left", what_mends_it="left")
    for problem in problems:
        table.add_row(problem["message"], problem["cure"])
    return table


def invoices_table(rows: Sequence[WhereRow]) -> Table:
    """Every finalized invoice and where it is."""
    table = _table("Finalized invoices in Moment, and where each of them is", invoice="right", customer="left",
                   total_with_VAT="right", where="left", which_and_why="left")  # fmt: skip
    for row in sorted(rows, key=lambda one: one.number):
        table.add_row(str(row.number), row.customer, f"{money(row.total)} {row.currency}", row.place, row.why)
    return table


def sums_table(found: Accounted) -> Table:
    """The sums of each place, and the books beside them."""
    currencies = list(found.in_moment)
    table = _table("Moment's invoices and e-conomic's books", **{"": "left", "invoices": "right"},
                   **dict.fromkeys(currencies, "right"))  # fmt: skip
    for place in (BOOKED, EXCLUDED, FAILED, ELSEWHERE):
        table.add_row(place, str(found.count(place)), *(money(found.sum_of(place, name)) for name in currencies))
    table.add_section()
    table.add_row("Moment says", str(len(found.rows)), *(money(found.in_moment[name]) for name in currencies))
    table.add_row("booked on debtors in e-conomic", "", *(money(found.in_books[name]) for name in currencies))
    left = {
        name: found.in_moment[name] - found.in_books[name] - found.sum_of(EXCLUDED, name) - found.sum_of(FAILED, name)
        for name in currencies
    }
    table.add_section()
    table.add_row("difference", "", *(money(left[name]) for name in currencies))
    return table
