"""The people on both sides: whoever keeps master data, logs hours, drafts and bills invoices, and answers the inbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from handoff.domain.capabilities import Side
from handoff.domain.pairs import BusinessUnit, Contact, Customer, Employee, Project
from handoff.domain.sales import SalesInvoice
from handoff.domain.time import TimeEntry
from tests.histories.both import answers
from tests.histories.both.erp import ZERO, Order
from tests.histories.both.keeper import Keeper, Row, fields_of
from tests.histories.both.story import ERP, Act
from tests.histories.both.tool import DRAFT, READY, WORK, a_line

if TYPE_CHECKING:
    from tests.histories.both.world import BothWorld

A_PERSON = "aamu"
NAMES = {
    "u1": "Helsinki", "e1": "Taimi", "e2": "Onni", "p1": "Satama", "p2": "Tuuli", "c1": "Kallioranta", "c2": "Talvikki",
}  # fmt: skip
KIND_OF = {"u": "business_units", "e": "employees", "p": "projects", "c": "customers"}
NUMBERS = {"u1": "100", "e1": "201", "e2": "202", "p1": "301", "p2": "302", "c1": "10001", "c2": "10002"}
WORKED = {"h1": ("e1", "p1"), "h2": ("e2", "p2"), "h3": ("e1", "p1")}
BILLED = {"i1": ("p1", "c1"), "i2": ("p2", "c2"), "i3": ("p1", "c1")}
DAYS = (date(2026, 10, 5), date(2026, 10, 19), date(2026, 9, 28))
LATER_NUMBER = 50


def do(world: BothWorld, act: Act) -> None:
    """What the act says."""
    _DO[act.kind](world, act)


def side_of(act: Act) -> Side:
    """Where it is done."""
    return Side.ERP if act.side == ERP else Side.TIME_TOOL


def keeper_of(world: BothWorld, act: Act) -> Keeper[Any]:
    """Whose objects are meant."""
    return world.kept[side_of(act)][KIND_OF[act.what[0]]]


# ---- master data ---------------------------------------------------------------------------------


def save(world: BothWorld, act: Act) -> None:
    """Makes an object, or gives it another name; what is made has the number of old, none, or one of its own."""
    keeper, name = keeper_of(world, act), f"{act.what} {NAMES[act.what]} {act.value or 'a'}"
    row = keeper.named(act.what)
    if row is not None:
        if not _is_unheard_of(world, keeper, row):
            world.writes(keeper, row, name=name)
        return
    number = "" if act.amount == 1 else f"{int(NUMBERS[act.what]) + (LATER_NUMBER if act.amount == 2 else 0)}"
    made = keeper.add(_new(world, act, number, name), refers=_customer_of(world, act))
    if made is not None:
        said = {name: getattr(made.says, name) for name in fields_of(made.says)}
        world.wrote_down(keeper, made.id, {name: value for name, value in said.items() if value})


def _is_unheard_of(world: BothWorld, keeper: Keeper[Any], row: Row[Any]) -> bool:
    """Whether it is a customer that we have made in the ERP and not met since: nobody calls it something else so soon."""
    unmet = world.sighting(keeper.side, keeper.kind, row.id) is None
    return keeper.is_erp and keeper.kind == "customers" and row.by_us and unmet


def _new(world: BothWorld, act: Act, number: str, name: str) -> Any:
    kind, email = act.what[0], f"{act.what}@{act.side}.example"
    match kind:
        case "u":
            return BusinessUnit(number, name)
        case "e":
            return Employee(number, name, email)
        case "p":
            return Project(number, name)
    return Customer(number, name, email=email)


def _customer_of(world: BothWorld, act: Act) -> str:
    """The customer of a project in the time tool."""
    found = world.kept[Side.TIME_TOOL]["customers"].named(f"c{act.what[1]}")
    return found.id if found is not None and act.what[0] == "p" and act.side != ERP else ""


def write(world: BothWorld, act: Act) -> None:
    """Writes another e-mail address or number, or none."""
    keeper, row = keeper_of(world, act), keeper_of(world, act).named(act.what)
    if row is None or act.what[0] not in "ec":
        return
    world.serial += 1
    value = "" if act.value == "none" else f"{act.value}{world.serial}@{act.side}.example"
    world.writes(keeper, row, email=value)


def renumber(world: BothWorld, act: Act) -> None:
    """Gives it another number; in the ERP that is possible of people and customers only."""
    keeper, row = keeper_of(world, act), keeper_of(world, act).named(act.what)
    if row is None or (keeper.is_erp and act.what[0] != "c"):
        return
    number = f"{int(NUMBERS[act.what]) + 7 * act.amount}" if act.amount else ""
    if keeper.is_erp and (not number or any(one.says.number == number for one in keeper.rows.values())):
        return
    world.writes(keeper, row, number=number)


def contact(world: BothWorld, act: Act) -> None:
    """Adds somebody who is spoken to at a customer, writes another address for one, or takes one out."""
    keeper, row = keeper_of(world, act), keeper_of(world, act).named(act.what)
    if row is None or act.what[0] != "c":
        return
    world.serial += 1
    people: dict[str, Contact] = {one.name: one for one in row.says.contacts}
    names = sorted(people)
    if act.value == "add" or not names:
        people[f"Person {world.serial}"] = Contact(f"Person {world.serial}")
        world.added[f"Person {world.serial}"] = keeper.side, row.id
    else:
        chosen = names[act.amount % len(names)]
        if act.value == "edit":
            people[chosen] = Contact(chosen, f"n{world.serial}@{act.side}.example")
            world.spoken.append((keeper.side, row.id, people[chosen]))
        else:
            del people[chosen]
            world.removed.add(chosen)
    keeper.edit(row, contacts=tuple(people.values()))


def win(world: BothWorld, act: Act) -> None:
    """A project is won, or lost."""
    keeper = world.kept[Side.TIME_TOOL]["projects"]
    if (row := keeper.named(act.what)) is not None:
        keeper.mark(row, won=not row.won)


def block(world: BothWorld, act: Act) -> None:
    """A customer is blocked in the ERP, or let free."""
    keeper = world.kept[Side.ERP]["customers"]
    if (row := keeper.named(act.what)) is not None:
        keeper.mark(row, blocked=not row.blocked)


def delete(world: BothWorld, act: Act) -> None:
    """Deletes an object."""
    keeper, row = keeper_of(world, act), keeper_of(world, act).named(act.what)
    if row is not None:
        del keeper.rows[row.id]
        for place in [place for place in world.wrote if place[:3] == (keeper.side, keeper.kind, row.id)]:
            # Another one may get its number, and with it its id.
            world.wrote[*place[:2], f"{row.id} of {world.serial}", place[3]] = world.wrote.pop(place)


# ---- hours ---------------------------------------------------------------------------------------


def log(world: BothWorld, act: Act) -> None:
    """Logs hours, or edits them; hours that were deleted are logged anew under another id."""
    person, project = (world.kept[Side.TIME_TOOL][KIND_OF[nick[0]]].named(nick) for nick in WORKED[act.what])
    if person is None or project is None:
        return
    name = _living(world.hours.rows, act.what) or f"{act.what}.{len(world.hours.gone) + 1}"
    entry = TimeEntry(
        name, DAYS[act.amount % 3], Decimal(act.value or "7.5"), person.id, project.refers, project.id, WORK, True,
        Decimal(110), "", False,
    )  # fmt: skip
    before = world.hours.rows.get(name)
    world.hours.log(entry, approved=before.approved if before else act.amount < 3)


def approve(world: BothWorld, act: Act) -> None:
    """Approves hours, or takes that back."""
    name = _living(world.hours.rows, act.what)
    if name:
        row = world.hours.rows[name]
        world.hours.log(row.entry, approved=not row.approved)


def unlog(world: BothWorld, act: Act) -> None:
    """Deletes hours."""
    if name := _living(world.hours.rows, act.what):
        world.hours.delete(name)


def _living(rows: Mapping[str, object], nick: str) -> str:
    return next((name for name in rows if name.partition(".")[0] == nick), "")


# ---- invoices in the time tool -------------------------------------------------------------------


def draft(world: BothWorld, act: Act) -> None:
    """Drafts an invoice of a project with the hours that were logged on it, or edits its lines."""
    project, customer = (world.kept[Side.TIME_TOOL][KIND_OF[nick[0]]].named(nick) for nick in BILLED[act.what])
    if project is None or customer is None:
        return
    name, minus = _living(world.drafts.rows, act.what), "-" if act.what == "i3" else ""
    lines = (a_line("1", f"{minus}{act.value or '7.5'}", "110", project.id),)
    if name:
        world.drafts.edit(name, lines=lines)
        return
    world.serial += 1
    name = f"{act.what}.{world.serial}"
    hours = tuple(n for n, row in sorted(world.hours.rows.items()) if row.entry.project_id == project.id)
    credits = _living(world.drafts.rows, "i1") if act.what == "i3" else ""
    invoice = SalesInvoice(
        external_id=name, customer=customer.id, projects=(project.id,), invoiced_on=DAYS[act.amount % 3], currency="EUR",
        net=sum((line.quantity * line.unit_price for line in lines), ZERO), lines=lines, is_credit_note=act.what == "i3",
        credits=credits, hours=() if act.what == "i3" else hours,
    )  # fmt: skip
    world.drafts.put(invoice, DRAFT if act.amount >= 3 else READY)


def status(world: BothWorld, act: Act) -> None:
    """Sets an invoice ready, or back to a draft."""
    if name := _living(world.drafts.rows, act.what):
        one = world.drafts.rows[name]
        if one.status in (DRAFT, READY):
            world.drafts.put(one.invoice, READY if one.status == DRAFT else DRAFT)


def refer(world: BothWorld, act: Act) -> None:
    """Writes another reference into an invoice."""
    if name := _living(world.drafts.rows, act.what):
        world.serial += 1
        world.drafts.edit(name, our_reference=f"{world.serial}" if act.amount else "")


def scrap(world: BothWorld, act: Act) -> None:
    """Deletes an invoice."""
    if name := _living(world.drafts.rows, act.what):
        del world.drafts.rows[name]


# ---- in the ERP ----------------------------------------------------------------------------------


def order_of(world: BothWorld, nick: str) -> Order | None:
    """The newest order of an invoice that is there."""
    found = [one for one in world.orders.there() if one.posting.records[0].external_id.partition(".")[0] == nick]
    return found[-1] if found else None


def bill(world: BothWorld, act: Act) -> None:
    """Invoices an order."""
    order = order_of(world, act.what)
    if order is not None and not order.invoice:
        world.orders.bill(order)


def pay(world: BothWorld, act: Act) -> None:
    """Books a payment of an order's invoice, whole or in part, takes it back, or credits what is left."""
    order = order_of(world, act.what)
    if order is None or not order.invoice:
        return
    if act.value == "credit":
        world.orders.credit(order)
    else:
        due = order.total - order.credited
        world.orders.pay(order, {"whole": ZERO, "part": due / 2, "back": due}[act.value])


def touch(world: BothWorld, act: Act) -> None:
    """Edits an order by hand, sets it back, or deletes it; what is invoiced stays."""
    order = order_of(world, act.what)
    if order is None or order.invoice:
        return
    if act.value == "delete":
        order.removed = True
    else:
        order.net = order.posting.amount + (1 if act.value == "edit" else 0)


def hand(world: BothWorld, act: Act) -> None:
    """Deletes or edits a row of hours by hand, or puts it back as it was."""
    for row in world.register.rows:
        if row.record.partition(".")[0] != act.what or row.hours < ZERO:
            continue
        world.touched.add(row.record)
        if act.value == "delete":
            row.removed = True
        elif act.value == "edit" and not row.edited:
            row.edited, row.hours = True, row.hours + 1
        elif act.value == "back":
            answers.put_back(row)
        return


_DO: Mapping[str, Callable[[BothWorld, Act], None]] = {
    "save": save, "write": write, "renumber": renumber, "contact": contact, "win": win, "block": block,
    "delete": delete, "log": log, "approve": approve, "unlog": unlog, "draft": draft, "status": status, "refer": refer,
    "scrap": scrap, "bill": bill, "pay": pay, "touch": touch, "hand": hand,
    "retry": lambda world, _: answers.retry_what_is_shown(world),
    "confirm": lambda world, _: answers.confirm_what_is_shown(world),
    "decide": lambda world, act: answers.decide(world, yes=act.value == "yes"),
}  # fmt: skip
"""What each kind of act does."""
