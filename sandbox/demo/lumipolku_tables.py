"""How the third story shows things: tables a finance manager can read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.table import Table

from sandbox.demo.customer import Json
from sandbox.demo.lumipolku_office import lines_of
from sandbox.demo.tables import money

SIDES = {"time_tool": "Severa", "erp": "Visma Business"}
DOUBTS = {
    "name_differs": "same number, another name",
    "number_differs": "same name, another number",
    "several": "several fit",
}


@dataclass(frozen=True)
class Made:
    """Something that one side had and the other got, with its number on each side and the one that it had before."""

    kind: str
    name: str
    into: str
    before: str
    severa: str
    business: str


@dataclass(frozen=True)
class Stage:
    """How an invoice stands after something happened."""

    what: str
    severa: str
    left: str
    ours: str


@dataclass(frozen=True)
class OrderedRow:
    """An invoice of Severa and the order it became."""

    number: int
    customer: str
    net: Decimal
    status: str
    order: int
    order_net: Decimal
    left: str
    ours: str


def _table(title: str, **columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading, justify in columns.items():
        table.add_column(heading.replace("_", " "), justify=justify)  # type: ignore[arg-type]  # rich wants a Literal
    return table


def kind_of(flow: str) -> str:
    """A flow as people call what it keeps."""
    return flow.replace("_", " ")


def report_table(reports: Sequence[Json]) -> Table:
    """Before anything is written: what there is, what is the same, what is asked and what would be made."""
    table = _table("What a pass would do, and has not done", **{"": "left"}, Severa_has="right",
                   Visma_Business_has="right", the_same="right", asked="right", Severa_would_get="right",
                   Visma_Business_would_get="right", written_over="right", stays_out="left")  # fmt: skip
    for one in reports:
        out = (f"{part['objects']} in {SIDES[part['side']]}: {part['reason']}" for part in one["excluded"])
        table.add_row(
            kind_of(one["flow"]), str(one["seen"]["time_tool"]), str(one["seen"]["erp"]), str(one["would_pair"]),
            str(one["questions"]), str(one["to_make"]["time_tool"]), str(one["to_make"]["erp"]),
            str(one["overwrites"]), "; ".join(out),
        )  # fmt: skip
    return table


def asked_table(reports: Sequence[Json]) -> Table:
    """What only a person can tell."""
    table = _table("Questions: are these two the same?", **{"": "left"}, in_Severa="left", in_Visma_Business="left",
                   why_it_is_asked="left")  # fmt: skip
    for one in reports:
        for question in one["asked"]:
            may_be = ", ".join(_named(other) for other in question["may_be"])
            table.add_row(kind_of(one["flow"]), _named(question["about"]), may_be, DOUBTS[question["doubt"]])
    return table


def sides_table(before: Sequence[Json], after: Sequence[Json]) -> Table:
    """Both sides before the first contact and after it."""
    table = _table("Both sides, before and after", **{"": "left"}, Severa="right", Visma_Business="right",
                   in_pairs="right", still_asked="right", not_made="right")  # fmt: skip
    for was, now in zip(before, after, strict=True):
        moved = [f"{was['seen'][side]} → {now['seen'][side]}" for side in ("time_tool", "erp")]
        left = sum(now["to_make"].values())
        table.add_row(kind_of(now["flow"]), *moved, str(now["pairs"]), str(now["questions"]), str(left))
    return table


def made_table(made: Sequence[Made]) -> Table:
    """What was made, with its number on either side."""
    table = _table("Made on the other side, read there", **{"": "left"}, name="left", made_in="left",
                   had_the_number="right", number_in_Severa="right", number_in_Visma_Business="right")  # fmt: skip
    for one in made:
        table.add_row(one.kind, one.name, one.into, one.before or "none", one.severa, one.business)
    return table


def register_table(rows: Sequence[Json], table_number: int) -> Table:
    """The register by month and currency."""
    table = _table(f"Free information {table_number} in Visma Business, read there", month="left", currency="left",
                   rows="right", hours="right", value="right")  # fmt: skip
    for (month, currency), some in sorted(by_month(rows).items()):
        table.add_row(month, currency, str(len(some)), money(hours_of(some)), money(value_of(some)))
    return table


def rows_table(title: str, rows: Iterable[Json]) -> Table:
    """Rows of the register one by one."""
    table = _table(title, row="right", day="left", hours="right", value="right", order="right", says="left")
    for row in rows:
        order = str(row["orderNo"] or "")
        table.add_row(str(row["pk"]), day_of(row), money(row["value1"]), money(row["value4"]), order, row["text4"])
    return table


def agreement_table(account: Json, rows: Sequence[Json]) -> Table:
    """What we say we posted of a month, beside the register as it is read there."""
    table = _table(f"The register, {account['period']}", **{"": "left"}, currency="left", documents="right",
                   hours="right", value="right")  # fmt: skip
    there = by_month(rows)
    differences = []
    for part in account["books"]:
        mine = there.get((account["period"], part["currency"]), [])
        table.add_row(
            "as posted", part["currency"], str(part["documents"]), money(part["hours"]), money(part["amount"])
        )
        table.add_row("read in Visma Business", part["currency"], "", money(hours_of(mine)), money(value_of(mine)))
        differences.append((Decimal(part["hours"]) - hours_of(mine), Decimal(part["amount"]) - value_of(mine)))
    table.add_section()
    hours, value = (sum((abs(one[place]) for one in differences), Decimal(0)) for place in (0, 1))
    table.add_row("difference", "", "", money(hours), money(value))
    return table


def problems_table(problems: Sequence[Json]) -> Table:
    """What a person should mend, and how."""
    table = _table("Problems: what a person should mend", records="right", what_is_wrong="left", what_mends_it="left")
    for problem in problems:
        table.add_row(str(problem["records"]), problem["message"], problem["cure"])
    return table


def orders_table(orders: Sequence[Json]) -> Table:
    """Orders with their lines, as Visma Business has them."""
    table = _table("Orders in Visma Business, read there", order="right", customer="right", project="right",
                   item="left", text="left", quantity="right", price="right", net="right")  # fmt: skip
    for order in orders:
        for place, line in enumerate(lines_of(order)):
            head = (str(order["orderNo"]), str(order["customerNo"]), str(order["orgUnit2"])) if not place else ("",) * 3
            net = money(order["orderSumNetDomestic"]) if not place else ""
            price = money(line["priceInCurrency"])
            table.add_row(*head, line["productNo"], line["description"], money(line["quantity"]), price, net)
    return table


def stages_table(stages: Sequence[Stage]) -> Table:
    """The way of one invoice."""
    table = _table("The way of the invoice", what_happened="left", Severa_says="left",
                   left_to_pay_in_Visma_Business="right", Handoff_says="left")  # fmt: skip
    for one in stages:
        table.add_row(one.what, one.severa, one.left, one.ours)
    return table


def ordered_table(rows: Sequence[OrderedRow], currency: str) -> Table:
    """Every invoice that was to go over, and where it is."""
    table = _table("Invoices of Severa that were to go over, and where each of them is", invoice="right",
                   customer="left", net="right", Severa_says="left", order="right", net_in_Visma_Business="right",
                   left_to_pay="right", Handoff_says="left")  # fmt: skip
    for one in rows:
        table.add_row(str(one.number), one.customer, money(one.net), one.status, str(one.order),
                      money(one.order_net), one.left, one.ours)  # fmt: skip
    table.add_section()
    net, ordered = (sum((getattr(one, name) for one in rows), Decimal(0)) for name in ("net", "order_net"))
    table.add_row("", f"in all, {currency}", money(net), "", "", money(ordered), "", "")
    table.add_row("", "difference", "", "", "", money(net - ordered), "", "")
    return table


def by_month(rows: Iterable[Json]) -> Mapping[tuple[str, str], list[Json]]:
    """Rows of the register by month and currency."""
    found: dict[tuple[str, str], list[Json]] = defaultdict(list)
    for row in rows:
        found[day_of(row)[:7], row["text5"]].append(row)
    return found


def hours_of(rows: Iterable[Json]) -> Decimal:
    """Their hours together."""
    return sum((Decimal(row["value1"]) for row in rows), Decimal(0))


def value_of(rows: Iterable[Json]) -> Decimal:
    """Their value together; of one currency."""
    return sum((Decimal(row["value4"]) for row in rows), Decimal(0))


def day_of(row: Json) -> str:
    """The day of a row of the register."""
    day = str(row["date1"])
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def _named(one: Json) -> str:
    return f"{one['number']} {one['name']}".strip()
