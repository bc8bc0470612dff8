"""What every live history must have kept, looked at from both vendors and the inbox once it is at rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from handoff.accounting.mirror_rules import folded, number_of
from handoff.domain.costs import BookedCost
from handoff.domain.invoices import CustomerInvoice, Remainder, payment_of
from handoff.domain.master_data import CustomerCard, ProjectCard
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_FLIGHT, IN_THE_BOOKS, StagedRecord, State
from handoff.ports import OpenProblem
from tests.histories.live.ledger import Row, Voucher
from tests.histories.live.people import INVOICED, NAMES
from tests.histories.live.story import Act
from tests.histories.live.tool import is_wanted
from tests.histories.live.world import FLOWS, LiveWorld

ASKING = frozenset({ProblemCode.INVOICE_CHANGED, ProblemCode.INVOICE_GONE})


def faults_at_rest(world: LiveWorld, *, mended: bool = False) -> list[str]:
    """Every promise that is broken now, in words; `mended`: what waits for a person was tried again."""
    look: tuple[Callable[[LiveWorld], Iterator[str]], ...] = (
        _at_rest, _inbox, _invoices, _vouchers, _mirrored, _once_there, _expenses, _payments,
    )  # fmt: skip
    reasons = _reasons(world) if mended else ()
    return [*world.broken, *(fault for each in look for fault in each(world)), *reasons]


def records(world: LiveWorld, flow: str) -> list[StagedRecord]:
    """All records of a flow."""
    return list(world.stores.staged.every(flow, period=None, states=()))


def _is_on(world: LiveWorld, flow: str) -> bool:
    return bool(getattr(world.settings, flow).on)


# ---- records and the inbox -----------------------------------------------------------------------


def _at_rest(world: LiveWorld) -> Iterator[str]:
    if world.integration.time_tool.stopped or world.integration.erp.stopped:
        yield "a connection is stopped"
    for flow in FLOWS[:4]:
        if _is_on(world, flow):
            moving = {State.READY, *IN_FLIGHT}
            yield from (
                f"{one.external_id} is {one.state} for ever" for one in records(world, flow) if one.state in moving
            )
    for posting in world.stores.postings.open():
        if _is_on(world, posting.flow):
            yield f"the posting of {posting.records[0].external_id} is {posting.state} for ever"


def _inbox(world: LiveWorld) -> Iterator[str]:
    """What failed is shown, and what is shown has failed."""
    shown = {known.problem: known for known in world.stores.problems.open()}
    behind: dict[Problem, set[str]] = {}
    for record in (record for flow in FLOWS[:4] for record in records(world, flow)):
        if record.state is State.FAILED and not record.problems:
            yield f"{record.external_id} failed for nothing"
        for problem in record.problems:
            behind.setdefault(problem, set()).add(record.external_id)
            if problem not in shown or record.external_id not in shown[problem].external_ids:
                yield f"{record.external_id} is {record.state} and not in the inbox for {problem.code}"
    for link in world.stores.links.all("payments"):
        problem = Problem(ProblemCode.REFUSED_BY_TIME_TOOL, link.form.decode())
        behind.setdefault(problem, set()).add(link.external_id)
    yield from _for_nothing(shown, behind)


def _for_nothing(shown: Mapping[Problem, OpenProblem], behind: Mapping[Problem, set[str]]) -> Iterator[str]:
    for problem, known in shown.items():
        if strays := known.external_ids - behind.get(problem, set()):
            yield f"{', '.join(sorted(strays))} is in the inbox for {problem.code} and no more ({problem.subject})"
        if not known.external_ids:
            yield f"{problem.code} is in the inbox for nothing ({problem.subject})"


# ---- invoices ------------------------------------------------------------------------------------


def _invoices(world: LiveWorld) -> Iterator[str]:
    """Every finalized invoice that is wanted is booked once, as it is, or says what keeps it."""
    for what, (number, *_) in INVOICED.items():
        card, record = world.tool.card("invoices", what), world.stores.staged.get("invoices", what)
        booked = [one for one in _ours(world, number) if one.booked]
        if len(booked) > 1:
            yield f"{what} is booked {len(booked)} times"
        known = record is not None and record.state in (*IN_THE_BOOKS, State.FAILED)
        if booked and _is_on(world, "invoices") and not known:
            yield f"{what} is booked, and its record is {record.state if record else 'nowhere'}"
        if record is not None and record.state in IN_THE_BOOKS and not booked:
            yield f"{what} is said to be booked"
        if not _is_on(world, "invoices"):
            continue
        if not is_wanted(card, world.settings.starts_on) or not isinstance(card, CustomerInvoice):
            continue
        if record is None or record.state not in (*IN_THE_BOOKS, State.FAILED):
            yield f"{what} is wanted in the books and {record.state if record else 'unknown'}"
        elif record.state in IN_THE_BOOKS and booked:
            yield from (f"{what} {fault}" for fault in _unlike(world, card, booked[0], record))


def _unlike(world: LiveWorld, card: CustomerInvoice, voucher: Voucher, record: StagedRecord) -> Iterator[str]:
    document, accepted = voucher.document, card.external_id in world.confirmed
    if document is None:
        yield "is another person's"
        return
    if not accepted and (document.total, document.account, document.invoiced_on) != (
        card.total,
        1010,
        card.invoiced_on,
    ):
        yield f"stands in the books with {document.total}"
    if voucher.pdfs or accepted or _had_no_pdf(world, record):
        return
    if not _has(record, {ProblemCode.PDF_MISSING}):
        yield "has no PDF, and no note says so"


def _had_no_pdf(world: LiveWorld, record: StagedRecord) -> bool:
    """Whether the settings wanted none when it was booked."""
    return any(act.kind == "settings" and act.amount == 1 for act in _all_acts(world))


def _all_acts(world: LiveWorld) -> Iterator[Act]:
    for act in world.history.acts:
        yield act
        yield from act.meanwhile


def _untrue(world: LiveWorld, card: CustomerInvoice, problem: Problem) -> str:
    """What it is said to have failed for, where that is not so."""
    there = [one for one in world.journal.vouchers if one.invoice_number == card.number]
    if problem.code not in ASKING and any(one.booked and one.document for one in there):
        return f"is booked, and failed for {problem.code}"
    waited = {
        ProblemCode.CUSTOMER_NOT_THERE: ("customers", card.customer_id),
        ProblemCode.PROJECT_NOT_THERE: ("projects", card.project_id),
    }
    match problem.code:
        case ProblemCode.INVOICE_NUMBER_TAKEN if not there:
            return "is said to have a number that is taken"
        case code if code in waited and _stands(world, *waited[code]):
            return f"waits for {waited[code][1]}, which is there"
        case ProblemCode.INVOICE_CHANGED | ProblemCode.INVOICE_GONE if not any(one.document for one in there):
            return "is said to have changed after it was booked"
    return ""


def _stands(world: LiveWorld, flow: str, what: str) -> bool:
    if not what:
        return False
    record = world.stores.staged.get(flow, what)
    return record is not None and record.state in IN_THE_BOOKS and world.tool.card(flow, what) is not None


def _has(record: StagedRecord, codes: frozenset[ProblemCode] | set[ProblemCode]) -> bool:
    return any(problem.code in codes for problem in record.problems)


def _ours(world: LiveWorld, number: int) -> list[Voucher]:
    return [one for one in world.journal.vouchers if one.invoice_number == number and one.document is not None]


def _vouchers(world: LiveWorld) -> Iterator[str]:
    """Nobody else's draft is booked, nothing twice, nothing that was to stay out."""
    yield from world.journal.broken
    keys = Counter(one.document.key for one in world.journal.vouchers if one.document is not None)
    yield from (f"a voucher was written {count} times" for count in keys.values() if count > 1)
    for voucher in world.journal.vouchers:
        if voucher.by_us > 1:
            yield f"voucher {voucher.number} was booked {voucher.by_us} times"


def _reasons(world: LiveWorld) -> Iterator[str]:
    """What failed did so for something that is true."""
    for flow, names in (("customers", NAMES), ("projects", NAMES), ("invoices", INVOICED)):
        for what in names:
            card, record = world.tool.card(flow, what), world.stores.staged.get(flow, what)
            if card is None or record is None or record.state is not State.FAILED or not _is_on(world, flow):
                continue
            for problem in record.problems:
                if isinstance(card, CustomerInvoice):
                    untrue = _untrue(world, card, problem)
                else:
                    untrue = _no_reason(world, flow, card, problem)
                if problem.code is ProblemCode.REFUSED_BY_ERP:
                    untrue = "was refused once, and is not tried again"
                if untrue:
                    yield f"{what} {untrue}"


# ---- customers and projects ----------------------------------------------------------------------


def _mirrored(world: LiveWorld) -> Iterator[str]:
    """Each is in the ERP as it is wanted, or says why not."""
    for what in NAMES:
        flow = "customers" if what[0] == "c" else "projects"
        card, record = world.tool.card(flow, what), world.stores.staged.get(flow, what)
        if card is None or not _is_on(world, flow):
            continue
        if record is None or record.state not in (*IN_THE_BOOKS, State.FAILED):
            yield f"{what} is wanted in the ERP and {record.state if record else 'unknown'}"
        elif record.state in IN_THE_BOOKS:
            yield from (f"{what} {fault}" for fault in _differs(world, flow, card))


def _differs(world: LiveWorld, flow: str, card: object) -> Iterator[str]:
    assert isinstance(card, CustomerCard | ProjectCard)
    number, registry = number_of(card.number, ""), world.registries[flow]
    row = None if isinstance(number, Problem) else registry.rows.get(number)
    if registry.switched_off:
        return  # nobody can look
    if row is None:
        yield "is said to be in the ERP"
    elif not row.edited and row.ours.name != card.name:
        yield f"is '{row.ours.name}' in the ERP and '{card.name}' in the time tool"


def _no_reason(world: LiveWorld, flow: str, card: object, problem: Problem) -> str:
    """What it is said to have failed for, where that is not so."""
    assert isinstance(card, CustomerCard | ProjectCard)
    number = number_of(card.number, "")
    rows = world.registries[flow].rows
    row = None if isinstance(number, Problem) else rows.get(number)
    match problem.code:
        case ProblemCode.NUMBER_NOT_NUMERIC if not isinstance(number, Problem) and problem.subject.startswith(
            flow[:-1]
        ):
            return "has a number that will do"
        case ProblemCode.NUMBER_TAKEN if row is None or (_owner(row) == card.external_id and row.made_by_us):
            return "has a number that is said to be taken"
        case ProblemCode.GONE_IN_ERP if row is not None and _owner(row) == card.external_id and not row.edited:
            return "is said to be gone in the ERP"
        case ProblemCode.MODULE_MISSING if not world.registries[flow].switched_off:
            return "lacks a module that is there"
        case ProblemCode.CUSTOMER_NOT_THERE if isinstance(card, ProjectCard) and _stands(
            world, "customers", card.customer_id
        ):
            return f"waits for {card.customer_id}, which is there"
    return ""


def _owner(row: Row) -> str:
    """Whose it is by its name, whatever else it is called."""
    return next((what for what, name in NAMES.items() if folded(row.ours.name).startswith(folded(name))), "")


def _once_there(world: LiveWorld) -> Iterator[str]:
    """None was made twice, and none has another's number in our links."""
    for flow, registry in world.registries.items():
        made = Counter(_owner(row) for row in registry.rows.values() if row.made_by_us and not row.edited)
        yield from (f"{what} is in the ERP {count} times" for what, count in made.items() if what and count > 1)
        numbers = Counter(link.number for link in world.stores.links.all(flow) if link.form)
        yield from (f"number {number} is linked {count} times" for number, count in numbers.items() if count > 1)


# ---- costs and payments --------------------------------------------------------------------------


def _expenses(world: LiveWorld) -> Iterator[str]:
    """Each chosen cost is an expense once, with each of its documents once."""
    for cost in world.costs.entries:
        found = [place for place, one in enumerate(world.tool.expenses) if one.description == cost.text]
        if len(found) > 1:
            yield f"cost {cost.serial} is an expense {len(found)} times"
        record = world.stores.staged.get("expenses", str(cost.serial))
        names = Counter(name for place in found for name in world.tool.attachments[f"e{place}"])
        yield from (f"document {name} is there {count} times" for name, count in names.items() if count > 1)
        if not found:
            yield from _left_out(world, cost, record)
        elif not _is_on(world, "expenses"):
            continue
        elif record is None or record.state not in (*IN_THE_BOOKS, State.FAILED):
            yield f"cost {cost.serial} is an expense, and its record {record.state if record else 'nowhere'}"
        elif (
            world.costs.papers[cost.voucher] > len(names)
            and not record.problems
            and str(cost.serial) not in world.confirmed
        ):
            yield f"cost {cost.serial} has {len(names)} documents of {world.costs.papers[cost.voucher]}"


def _left_out(world: LiveWorld, cost: BookedCost, record: StagedRecord | None) -> Iterator[str]:
    chosen = world.settings.expenses
    if cost.serial not in world.must or not chosen.on:
        return
    if record is None:
        yield f"cost {cost.serial} was never seen"
    elif record.state in IN_THE_BOOKS:
        yield f"cost {cost.serial} is said to be an expense"
    elif (
        record.state is State.EXCLUDED
        and chosen.takes_account(cost.account)
        and world.tool.project_numbered(cost.project)
    ):
        yield f"cost {cost.serial} stays out since {record.reason}"


def _payments(world: LiveWorld) -> Iterator[str]:
    """What the time tool knows of payments is what is left in the ERP."""
    if not _is_on(world, "payments"):
        return
    for what, (number, *_) in INVOICED.items():
        record, same = (
            world.stores.staged.get("invoices", what),
            [one for one in world.journal.vouchers if one.booked and one.invoice_number == number],
        )
        link = world.stores.links.get("payments", what)
        if record is None or record.state not in IN_THE_BOOKS or len(same) != 1 or (link is not None and link.form):
            continue
        payment = payment_of(Remainder(number, same[0].total, same[0].remaining))
        told = world.tool.paid.get(what)
        if told != payment and not (told is None and payment.paid == Decimal(0)):
            yield f"{what} has {payment.paid} paid, and the time tool knows of {told.paid if told else 'nothing'}"
        if (record.state is State.SETTLED) != (payment.state == "paid"):
            yield f"{what} is {record.state} and {payment.state}"
