"""Whether a company has everything that mirrored master data needs, in words for the person who looks after it.

Two calls: one for the company itself, one that asks for a row of everything; a point that can't be looked at does not
hide the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from handoff.connectors.business_nxt.answers import ACCESS_CURE, ROWS, Answer
from handoff.connectors.business_nxt.client import NxtClient, Operation
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.business_nxt.customer_reading import CHANGING, WHERE
from handoff.connectors.business_nxt.documents import customers, filled
from handoff.connectors.business_nxt.documents import health as documents
from handoff.connectors.business_nxt.hour_rows import look_at
from handoff.connectors.business_nxt.kinds import shapes, tables
from handoff.connectors.business_nxt.purchases import document_of
from handoff.connectors.business_nxt.tables import WITH_TEXT_NUMBERS, block_column, register_table
from handoff.connectors.feed import UNREADABLE
from handoff.domain.errors import BrokenContract, HandoffError, InvalidInput, ReconnectNeeded
from handoff.domain.sales import RegisterChoices, UnitChoices
from handoff.ports.live import ErpNeeds, Finding
from handoff.ports.mirror import MirrorChoices

WHAT = "health"
INFORMATION, COMPANIES, WRITING = "companyInformation", "availableCompanies", "writing"
REGISTER, PURCHASES = "hour_register", "purchases"
UNITS_OF = {"business_units": "department_unit", "projects": "project_unit"}
READING_CURE = (
    "Let the access group of Connect application access read the table; if the answer names a column, tell support: it "
    "is called otherwise in this company."
)


class _Company(msgspec.Struct, rename="camel"):
    """A company that lets the application in."""

    name: str = ""
    visma_net_company_id: int = 0


class _Companies(msgspec.Struct):
    items: list[_Company]


class Health:
    """The health check of one company; `account` is its Visma.net company id."""

    def __init__(self, client: NxtClient, account: str) -> None:
        self._client = client
        self._account = account

    def findings(self, needs: ErpNeeds) -> Sequence[Finding]:
        """Every point, met or not; raises Unreachable, RateLimited and BrokenContract."""
        try:
            company = self._client.ask(documents.COMPANY, {}, what=WHAT)
        except ReconnectNeeded as refusal:
            return [
                Finding("company", False, f"Company {self._account} is not reached: {_said(refusal)}.", refusal.cure)
            ]
        found = [Finding("company", True, f"{TITLE} answers for {_name(company, self._account)}.")]
        found += _units(_labels(company), needs)
        try:
            looks = _looks(needs)
        except InvalidInput as error:
            return [*found, Finding("settings", False, f"{error.message}.", error.cure)]
        answers = self._client.ask_each([one for one, _ in looks.values()], what=WHAT)
        pairs = zip(looks.items(), answers, strict=True)
        return [*found, *(_finding(code, said, answer) for (code, (_, said)), answer in pairs)]


def company_name(client: NxtClient, account: str) -> str:
    """The company's name, once the application is let in; raises as queries do."""
    return _name(client.ask(documents.COMPANY, {}, what="company"), account)


def _name(answer: Answer, account: str) -> str:
    """The company's name among those that let the application in."""
    try:
        listed = msgspec.json.decode(answer.outside.get(COMPANIES, msgspec.Raw(b"null")), type=_Companies | None)
    except UNREADABLE:
        listed = None
    known = {one.visma_net_company_id: one.name for one in (listed.items if listed is not None else ())}
    return known.get(int(account)) or account


def _labels(answer: Answer) -> Mapping[str, object]:
    """What the company calls its organisational units."""
    try:
        rows = answer.table(INFORMATION, WHAT).rows
        return msgspec.json.decode(rows[0], type=dict[str, object]) if rows else {}
    except (*UNREADABLE, HandoffError):
        return {}


def _units(labels: Mapping[str, object], needs: ErpNeeds) -> Iterator[Finding]:
    chosen = {flow: getattr(needs.choices, name) for flow, name in UNITS_OF.items() if flow in needs.mirrored}
    for flow, number in chosen.items():
        label, words = labels.get(f"orgUnit{number}Name"), flow.replace("_", " ")
        code, cure = f"unit_{flow}", "Choose the organisational unit that stands for them in the settings."
        if not label:
            text = f"Organisational unit {number}, chosen for {words}, has no name: it is not in use."
            yield Finding(code, False, text, cure)
            continue
        kind = "texts of at most 10 characters" if number in WITH_TEXT_NUMBERS else "whole numbers"
        yield Finding(code, True, f"Organisational unit {number}, {label}, stands for {words}; its numbers are {kind}.")
    if len(chosen) > len(set(chosen.values())):
        text = "Business units and projects stand for one and the same organisational unit."
        yield Finding("units_differ", False, text, "Choose two different ones in the settings.")


def _looks(needs: ErpNeeds) -> Mapping[str, tuple[Operation, str]]:
    """What is asked for, by point, and what it says where it is met; raises InvalidInput."""
    looks: dict[str, tuple[Operation, str]] = {}
    unblocked = MirrorChoices(needs.choices.department_unit, needs.choices.project_unit)
    for flow, shape in shapes(unblocked).items():
        looks[f"read_{flow}"] = Operation(shape.documents.page, {"first": 1}), f"{_words(flow)} can be read."
    everything = dict.fromkeys((*CHANGING, WHERE), True) | {f"{name}After": 0 for name in CHANGING}
    variables = {"customers": [0], "first": 1, "countriesFirst": 1, **everything}
    document = filled(customers.BELONGING, block="")
    looks["read_customers"] = (
        Operation(document, variables),
        "Customers can be read, with delivery addresses and contacts.",
    )
    looks = {code: look for code, look in looks.items() if code.removeprefix("read_") in needs.mirrored}
    for flow, blocked in needs.choices.blocked.items():
        if flow in needs.mirrored:
            document = filled(documents.GROUP, table=tables(needs.choices)[flow], block=block_column(blocked))
            said = f"{_words(flow)} with {blocked.value} in group {blocked.group} are blocked."
            looks[f"block_{flow}"] = Operation(document, {}), said
    if needs.register is not None:
        units = UnitChoices(needs.choices.department_unit, needs.choices.project_unit)
        said = f"Hours become rows of {register_table(needs.register)}, which has every column that they need."
        looks[REGISTER] = Operation(look_at(RegisterChoices(needs.register, units)), {}), said
    if needs.purchases:
        units = UnitChoices(needs.choices.department_unit, needs.choices.project_unit)
        said = "Suppliers' costs can be read: the ledger has every column that they need."
        looks[PURCHASES] = Operation(document_of(units), {"first": 1}), said
    looks[WRITING] = Operation(documents.MAY_WRITE, {}), "The application may write."
    return looks


def _finding(code: str, said: str, answer: Answer | HandoffError) -> Finding:
    try:
        _check(code, answer)
    except HandoffError as error:
        if code == WRITING:
            return Finding(code, False, f"The application may not write: {_said(error)}.", ACCESS_CURE)
        cure = "Choose another group in the settings." if code.startswith("block_") else READING_CURE
        return Finding(code, False, f"{_subject(code)} can't be read: {_said(error)}.", cure)
    return Finding(code, True, said)


def _check(code: str, answer: Answer | HandoffError) -> None:
    """Raises why a point is not met."""
    what = code.partition("_")[2]
    if isinstance(answer, HandoffError):
        raise answer
    if code == WRITING:
        if answer.faults:
            raise BrokenContract(answer.faults[0].message)
        return
    for name in (*CHANGING, WHERE) if code == "read_customers" else (ROWS,):
        answer.table(name, what)


def _said(error: HandoffError) -> str:
    return error.message.rstrip(".")


def _subject(code: str) -> str:
    own = {REGISTER: "Rows of hours", PURCHASES: "Suppliers' costs"}
    return own.get(code) or _words(code.partition("_")[2])


def _words(flow: str) -> str:
    return flow.replace("_", " ").capitalize()
