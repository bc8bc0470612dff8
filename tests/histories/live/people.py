"""The people on both sides: in the time tool, in the ERP, and whoever answers the inbox."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from handoff.domain.costs import BookedCost
from handoff.domain.errors import HandoffError
from handoff.domain.hints import HintKind
from handoff.domain.invoices import AccountingState, CustomerInvoice
from handoff.domain.master_data import CustomerCard, ProjectCard, WantedCustomer, WantedProject
from handoff.domain.periods import period_of
from handoff.domain.problem_codes import NOT_RETRIED, TOLD_ONCE
from handoff.pipeline.live.answers import confirm_live, retry_live
from handoff.ports.live import Card
from tests.histories.live.ledger import Registry
from tests.histories.live.story import Act

if TYPE_CHECKING:
    from tests.histories.live.world import LiveWorld

A_PERSON = "anna"
NAMES = {"c1": "Strandby Kaffe", "c2": "Lyngholt Cykler", "p1": "Webshop p1", "p2": "Kampagne p2"}
NUMBERS = {"c1": "1001", "c2": "1002", "p1": "501", "p2": "502"}
ORGANISATIONS = {"c1": "11223344", "c2": "55667788"}
INVOICED = {
    "i1": (20001, "c1", "p1", "12500.00", None),
    "i2": (20002, "c1", "", "800.00", None),
    "i3": (20003, "c2", "p2", "-250.00", 20001),
}
"""Each invoice's number, customer, project, total, and what it credits."""
DAY = date(2026, 10, 15)
ELSEWHERE = 8000
"""What is added to a number that somebody changes in the ERP."""
KINDS = {"c": "customers", "p": "projects", "i": "invoices"}
HINTS = {"customers": HintKind.CUSTOMER, "projects": HintKind.PROJECT, "invoices": HintKind.INVOICE}
ERP_HINTS = {"customers": HintKind.ERP_CUSTOMER, "projects": HintKind.ERP_PROJECT}


def kind_of(what: str) -> str:
    """The flow of an object, by its id."""
    return KINDS[what[0]]


# ---- in the time tool ----------------------------------------------------------------------------


def save(world: LiveWorld, act: Act) -> None:
    """Makes an object, or writes another name or description."""
    put(world, act.what, lambda card: msgspec.structs.replace(card, **{_text(card): _called(act)}), act.hook)


def _text(card: Card) -> str:
    return "description" if isinstance(card, CustomerInvoice) else "name"


def _called(act: Act) -> str:
    return f"{NAMES.get(act.what, f'Arbejde {act.what}')} {act.value or 'a'}"


def number(world: LiveWorld, act: Act) -> None:
    """Gives a customer or project another number in the time tool."""
    put(world, act.what, lambda card: msgspec.structs.replace(card, number=act.value), act.hook)


def finalize(world: LiveWorld, act: Act) -> None:
    """Finalizes an invoice."""
    number_ = INVOICED[act.what][0]
    put(world, act.what, lambda card: msgspec.structs.replace(card, finalized=True, number=number_), act.hook)


def mark(world: LiveWorld, act: Act) -> None:
    """Says what is to become of an invoice in the books."""
    state = AccountingState(act.value)
    put(world, act.what, lambda card: msgspec.structs.replace(card, accounting=state), act.hook)


def total(world: LiveWorld, act: Act) -> None:
    """Writes another total, even after an invoice was finalized."""
    put(world, act.what, lambda card: msgspec.structs.replace(card, total=Decimal(act.value)), act.hook)


def delete(world: LiveWorld, act: Act) -> None:
    """Deletes an object."""
    kind = kind_of(act.what)
    if world.tool.objects.pop((kind, act.what), None) is not None:
        world.tool.gone.add(act.what)
        world.hooked(HINTS[kind], act.what, act.hook)


def put(world: LiveWorld, what: str, change: Callable[[Card], Card], hook: int) -> None:
    """Saves an object with a change, which is made when it is not there."""
    kind = kind_of(what)
    if kind == "invoices" and what in world.tool.gone:
        return  # what is made then is another invoice
    card = world.tool.card(kind, what) or _new(world, what)
    world.tool.put(kind, change(card))
    world.hooked(HINTS[kind], what, hook)


def _new(world: LiveWorld, what: str) -> Card:
    if what[0] == "c":
        organisation = ORGANISATIONS[what] if world.history.registered else ""
        return CustomerCard(what, NUMBERS[what], f"{NAMES[what]} a", organisation, country="DK")
    if what[0] == "p":
        owner = f"c{what[1]}"
        return ProjectCard(what, NUMBERS[what], f"{NAMES[what]} a", owner, NUMBERS[owner])
    _, customer, project, total_, credits_ = INVOICED[what]
    return CustomerInvoice(
        external_id=what, number=None, finalized=False, accounting=AccountingState.TO_TRANSFER,
        description=f"Arbejde {what} a", customer_id=customer, customer_number=NUMBERS[customer], project_id=project,
        project_number=NUMBERS.get(project, ""), invoiced_on=DAY, due_on=DAY + timedelta(days=14), currency="DKK",
        total=Decimal(total_), account="1010", vat_code="25", credits=credits_,
    )  # fmt: skip


# ---- in the ERP ----------------------------------------------------------------------------------


def edit_there(world: LiveWorld, act: Act) -> None:
    """Edits, renumbers, deletes or makes a customer or project by hand."""
    kind, number_ = kind_of(act.what), int(NUMBERS[act.what])
    registry = world.registries[kind]
    if _edited(world, registry, act, number_):
        old, new = {
            "renumber": (number_, number_ + ELSEWHERE), "back": (number_ + ELSEWHERE, number_), "delete": (number_, ""),
            "same": ("", number_), "other": ("", number_),
        }.get(act.value, (number_, number_))  # fmt: skip
        world.hooked(ERP_HINTS[kind], f"{old}>{new}", act.hook)


def _edited(world: LiveWorld, registry: Registry, act: Act, number_: int) -> bool:
    match act.value:
        case "name":
            done = registry.edit(number_, name="Rettet i ERP")
        case "notes":
            done = registry.edit(number_, notes=f"seen {world.trouble.calls}")
        case "renumber":
            done = _is_known(world, act.what) and registry.renumber(number_, number_ + ELSEWHERE)
        case "back":
            done = registry.renumber(number_ + ELSEWHERE, number_)
        case "delete":
            done = registry.rows.pop(number_, None) is not None
        case _:
            done = registry.make(_by_hand(world, act, number_))
    return done


def _is_known(world: LiveWorld, what: str) -> bool:
    """Whether we know that it is there: nobody gives a new number to what was made a moment ago."""
    link = world.stores.links.get(kind_of(what), what)
    return link is None or bool(link.form)


def _by_hand(world: LiveWorld, act: Act, number_: int) -> WantedCustomer | WantedProject:
    same = act.value == "same"
    name = f"{NAMES[act.what]} a" if same else "En anden"
    if act.what[0] == "p":
        return WantedProject(number_, name, None, 1)
    organisation = ORGANISATIONS[act.what] if same and world.history.registered else ""
    return WantedCustomer(number_, name, organisation, "", "", "", "", "DK", 1, 1, 1, "DKK")


def draft(world: LiveWorld, act: Act) -> None:
    """Writes a draft by hand, with an invoice number that may be one of ours; `booked` at once."""
    number_ = INVOICED[act.what][0] if act.what else 777
    voucher = world.journal.write(number_, "typed in by hand", Decimal(99), DAY)
    voucher.booked = act.value == "booked"


def touch(world: LiveWorld, act: Act) -> None:
    """Does something to the drafts of the journal, ours among them."""
    drafts = world.journal.drafts()
    if act.value == "book all":
        for voucher in drafts:
            voucher.booked = True
        return
    if not drafts:
        return
    voucher = drafts[act.amount % len(drafts)]
    match act.value:
        case "move":
            world.journal.move(voucher, journal=2)
        case "renumber":
            world.journal.move(voucher, journal=voucher.journal)
        case "delete":
            world.journal.vouchers.remove(voucher)
        case "book":
            voucher.booked = True


def cost(world: LiveWorld, act: Act) -> None:
    """Books a cost, perhaps on a day long ago."""
    costs, now = world.costs, world.trouble.time
    serial = 101 + len(costs.entries)
    on = now.date() if act.value != "back" else date(2026, 9, 3)
    project = int(NUMBERS.get(act.what, "999"))
    account = 6820 if act.amount & 1 else 4300
    costs.entries.append(
        BookedCost(serial, serial + 4000, "2026", account, project, 2, f"Tog {serial}", Decimal(serial), "DKK", on)
    )
    costs.papers[serial + 4000] = (act.amount >> 1) & 3
    world.cost_booked(serial, on)
    world.hooked(HintKind.ENTRIES_BOOKED, f"{serial}-{serial}", act.hook)


def pay(world: LiveWorld, act: Act) -> None:
    """Books a payment of an invoice, whole or in part, or takes it back."""
    for voucher in world.journal.vouchers:
        if voucher.booked and voucher.invoice_number == INVOICED[act.what][0]:
            left = {"whole": Decimal(0), "part": voucher.total / 2, "back": voucher.total}[act.value]
            voucher.remaining = left
            world.hooked(HintKind.ENTRIES_BOOKED, "9001-9002", act.hook)


def switch(world: LiveWorld, act: Act) -> None:
    """Closes or opens the period, switches the plan's attachments or the module Project off or on."""
    off = act.value == "off"
    match act.what:
        case "period":
            world.journal.closed = {period_of(DAY)} if off else set()
        case "plan":
            world.journal.no_attachments = off
        case "module":
            world.registries["projects"].switched_off = off
        case _:
            (world.tool.no_pdf.add if off else world.tool.no_pdf.discard)(act.what)


# ---- whoever answers the inbox -------------------------------------------------------------------


def retry(world: LiveWorld, _: Act) -> None:
    """Says of all that the inbox shows that it is mended."""
    for known in world.stores.problems.open():
        if known.problem.code not in NOT_RETRIED:
            with suppress(HandoffError):
                retry_live(world.answers(), known.problem.id, by=A_PERSON)


def confirm(world: LiveWorld, _: Act) -> None:
    """Says of all that stands beside documents that it may stay so."""
    for known in world.stores.problems.open():
        if known.problem.code in TOLD_ONCE and known.external_ids:
            world.confirmed |= known.external_ids
            with suppress(HandoffError):
                confirm_live(world.answers(), known.problem.id, by=A_PERSON, external_ids=known.external_ids)
