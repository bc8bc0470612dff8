"""Mirror: a customer or project of the time tool, the same in the ERP. One call where something changed, none where
nothing did.

`ensure` is what the other flows ask: whatever they name is in the ERP first, or they say what it waits for.
"""

from __future__ import annotations

from handoff.accounting.mirror_rules import CustomerRules, number_of, same, wanted_customer, wanted_project
from handoff.domain.errors import NotFound, Rejected
from handoff.domain.master_data import CustomerCard, ErpObject, Link, ProjectCard, WantedCustomer, WantedProject
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_THE_BOOKS, StagedRecord, State
from handoff.pipeline.live.cards import customer_from, project_from
from handoff.pipeline.live.desk import BY_LIVE, CUSTOMERS, PROJECTS, LiveDesk
from handoff.pipeline.live.record_moves import fell, stood, waits_for_a_person
from handoff.pipeline.live.stage import stage_card, stage_gone
from handoff.pipeline.live.write_object import Writer, is_there, refused, word_of

NOT_THERE = {CUSTOMERS: ProblemCode.CUSTOMER_NOT_THERE, PROJECTS: ProblemCode.PROJECT_NOT_THERE}
ELSEWHERE = frozenset({ProblemCode.NUMBER_CHANGED, ProblemCode.GONE_IN_ERP})
"""What a link stands under while its object is not where it was."""
MIRRORED = frozenset({State.READY, State.FAILED, *IN_THE_BOOKS})


def mirror(desk: LiveDesk, record: StagedRecord) -> StagedRecord:
    """The record, once the ERP has what it says; or failed, with the reason in the inbox.

    Raises as both vendors' calls do: what is not known then is found out by the next look. What waits for a person
    is left alone, and so is what the gate keeps out.
    """
    if record.state not in MIRRORED or waits_for_a_person(record):
        return record
    try:
        outcome = _written(desk, record)
    except Rejected as no:  # a look-up may be refused as well: a module that is not switched on
        outcome = refused(no)
    return (
        fell(desk, record, outcome) if isinstance(outcome, Problem) else stood(desk, record, "as the time tool has it")
    )


def ensure(desk: LiveDesk, flow: str, external_id: str) -> Link | Problem:
    """The link of a customer or project that is in the ERP, which is brought there first when it is not.

    No call where it is linked; of what people bring there by hand the time tool is asked for the number it has now.
    Raises as both vendors' calls do, and Stale.
    """
    link, ours = desk.links.get(flow, external_id), getattr(desk.settings, flow).on
    if ours and link is not None and is_there(link) and (link.wanted or not _is_elsewhere(desk, flow, external_id)):
        return link
    card = desk.time_tool.read_object(flow, external_id)
    if not isinstance(card, CustomerCard | ProjectCard):
        stage_gone(desk, flow, external_id)
        return Problem(NOT_THERE[flow], f"{external_id}, which the time tool does not have either,")
    if not ours:
        return _kept_by_hand(desk, flow, card)
    record = stage_card(desk, flow, card, by=BY_LIVE)
    if record is not None:
        record = mirror(desk, record)
    link = desk.links.get(flow, external_id)
    if link is None or not is_there(link) or record is None or record.state not in IN_THE_BOOKS:
        return Problem(NOT_THERE[flow], f"'{card.name}' ({card.number or 'without a number'})")
    return link


def ensure_customer(desk: LiveDesk, customer_id: str) -> int | Problem:
    """The customer's number in the ERP, where it is brought first when it is not there."""
    link = ensure(desk, CUSTOMERS, customer_id)
    return link if isinstance(link, Problem) else link.number


def rules_of(desk: LiveDesk) -> CustomerRules:
    """What the settings say of customers."""
    said = desk.settings.customers
    return CustomerRules(said.group, said.payment_terms, said.currency, said.default_country, said.vat_zone)


def found_in_erp(desk: LiveDesk, flow: str, number: int) -> ErpObject | None:
    """The ERP's object of a flow with that number."""
    return desk.erp.customers.find(number) if flow == CUSTOMERS else desk.erp.projects.find(number)


def _written(desk: LiveDesk, record: StagedRecord) -> Link | Problem:
    if record.flow == CUSTOMERS:
        customer = wanted_customer(customer_from(record.body), rules_of(desk))
        if isinstance(customer, Problem):
            return customer
        return Writer[WantedCustomer](desk, desk.erp.customers, record, customer).written()
    if record.flow != PROJECTS:
        raise NotFound(f"{record.flow} are not mirrored", field="flow")
    project = _wanted_project(desk, record)
    if isinstance(project, Problem):
        return project
    return Writer[WantedProject](desk, desk.erp.projects, record, project).written()


def _wanted_project(desk: LiveDesk, record: StagedRecord) -> WantedProject | Problem:
    """What is wanted of a project; its customer is in the ERP by then."""
    card, group = project_from(record.body), desk.settings.projects.group
    project = wanted_project(card, group=group, customer=None)
    if isinstance(project, Problem) or not card.customer_id:
        return project
    customer = ensure_customer(desk, card.customer_id)
    return customer if isinstance(customer, Problem) else wanted_project(card, group=group, customer=customer)


def _is_elsewhere(desk: LiveDesk, flow: str, external_id: str) -> bool:
    record = desk.staged.get(flow, external_id)
    return record is not None and any(problem.code in ELSEWHERE for problem in record.problems)


def _kept_by_hand(desk: LiveDesk, flow: str, card: CustomerCard | ProjectCard) -> Link | Problem:
    """The link of an object that people bring into the ERP, under the time tool's number and name: it is read only."""
    number = number_of(card.number, f"{word_of(flow)} '{card.name}'")
    if isinstance(number, Problem):
        return number
    known = desk.links.get(flow, card.external_id)
    if known is not None and is_there(known) and known.number == number:
        return known
    try:
        found = found_in_erp(desk, flow, number)
    except Rejected as no:
        return refused(no)
    if found is None or not _is_it(desk, card, found):
        return Problem(NOT_THERE[flow], f"'{card.name}' ({card.number})")
    revision = 0 if known is None else known.revision
    return desk.links.save(Link(flow, card.external_id, number, "", found.fingerprint, found.form, revision))


def _is_it(desk: LiveDesk, card: CustomerCard | ProjectCard, found: ErpObject) -> bool:
    wanted: WantedCustomer | WantedProject | Problem
    if isinstance(card, CustomerCard):
        wanted = wanted_customer(card, rules_of(desk))
    else:
        wanted = wanted_project(card, group=desk.settings.projects.group, customer=None)
    return not isinstance(wanted, Problem) and same(found.name, found.organisation_number, wanted)
