"""Builders of domain objects with dull defaults: a test shows only what matters to it.

The world they agree on: one client, project, task and person of the time tool, each with a counterpart
in the ERP, October 2026 open and September closed, books in NOK. All people are invented.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from handoff.accounting.plan_rules import PlanRules
from handoff.domain.ledger import Account, CostCentre, Item
from handoff.domain.parties import Client, Employee, Person
from handoff.domain.periods import FinancialPeriod, Period, period_of
from handoff.domain.posting import DocumentKind, JournalLine, Posting, ProjectLine, RecordShare, posting_key
from handoff.domain.problems import Problem
from handoff.domain.projects import LedgerProject, LedgerTask, Project, ProjectType, Task
from handoff.domain.reconciliation import Books, Difference, Reconciliation, Sum
from handoff.domain.reference import ReferenceData, ReferenceObject
from handoff.domain.staged import Approval, StagedRecord, State, ref_of
from handoff.domain.time import FetchedEntry, TimeEntry, body_of, content_hash
from handoff.integrations.settings import HoursSettings, read_settings
from handoff.ports import LedgerDocument, LedgerLine
from handoff.settings import PlatformSettings

NOW = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)
OCTOBER = Period("2026-10")
SEPTEMBER = Period("2026-09")
TENANT = "fjordlys"
ENTITY = "fjordlys-no"
HOURS = "hours"


# ---- the time tool's side ----------------------------------------------------------------------


def a_time_entry(
    *,
    external_id: str = "1001",
    spent_on: str = "2026-10-05",
    hours: str = "7.5",
    person_id: str = "501",
    client_id: str = "301",
    project_id: str = "401",
    task_id: str = "601",
    billable: bool = True,
    rate: str | None = "1250.00",
    notes: str = "",
    running: bool = False,
) -> TimeEntry:
    return TimeEntry(
        external_id=external_id,
        spent_on=date.fromisoformat(spent_on),
        hours=Decimal(hours),
        person_id=person_id,
        client_id=client_id,
        project_id=project_id,
        task_id=task_id,
        billable=billable,
        rate=None if rate is None else Decimal(rate),
        notes=notes,
        running=running,
    )


def a_fetched_entry(
    *, entry: TimeEntry | None = None, approved: bool = False, changed_at: datetime = NOW
) -> FetchedEntry:
    return FetchedEntry(entry or a_time_entry(), approved, changed_at)


def a_record(
    *,
    entry: TimeEntry | None = None,
    flow: str = HOURS,
    version: int = 1,
    state: State = State.READY,
    source_approved: bool = True,
    changed_at: datetime = NOW,
    revision: int = 0,
    approvals: tuple[Approval, ...] = (),
    problems: tuple[Problem, ...] = (),
    covered: Mapping[str, str] | None = None,
    posting_key: str | None = None,
) -> StagedRecord:
    entry = entry or a_time_entry()
    body = body_of(entry)
    return StagedRecord(
        flow=flow,
        external_id=entry.external_id,
        version=version,
        hash=content_hash(body),
        body=body,
        period=period_of(entry.spent_on),
        state=state,
        source_approved=source_approved,
        changed_at=changed_at,
        revision=revision,
        approvals=approvals,
        problems=problems,
        covered=covered or {},
        posting_key=posting_key,
    )


def a_client(*, id: str = "301", name: str = "Fjord Industri AS", currency: str = "NOK", active: bool = True) -> Client:
    return Client(id, name, currency, active)


def a_project(
    *,
    id: str = "401",
    name: str = "Nettbutikk fase 1",
    code: str = "NB1",
    client_id: str = "301",
    type: ProjectType = ProjectType.TIME_AND_MATERIALS,
    active: bool = True,
) -> Project:
    return Project(id, name, code, client_id, type, active)


def a_task(*, id: str = "601", name: str = "Design", active: bool = True) -> Task:
    return Task(id, name, active)


def a_person(
    *,
    id: str = "501",
    name: str = "Åsa Fjell",
    email: str = "asa@fjordlys.example",
    roles: tuple[str, ...] = ("Designer",),
    active: bool = True,
) -> Person:
    return Person(id, name, email, roles, active)


# ---- the ERP's side ----------------------------------------------------------------------------


def a_ledger_task(*, number: str = "10", name: str = "Design", open: bool = True) -> LedgerTask:
    return LedgerTask(number, name, open)


def a_ledger_project(
    *,
    number: str = "NB1",
    name: str = "Nettbutikk fase 1",
    status: str = "Active",
    open: bool = True,
    tasks: tuple[LedgerTask, ...] | None = None,
) -> LedgerProject:
    return LedgerProject(number, name, status, open, (a_ledger_task(),) if tasks is None else tasks)


def an_employee(
    *, number: str = "7", name: str = "Åsa Fjell", email: str = "asa@fjordlys.example", active: bool = True
) -> Employee:
    return Employee(number, name, email, active)


def an_account(*, number: str = "3000", name: str = "Honorar", active: bool = True) -> Account:
    return Account(number, name, active)


def a_cost_centre(*, number: str = "10", name: str = "Oslo", active: bool = True) -> CostCentre:
    return CostCentre(number, name, active)


def an_item(*, number: str = "TIMER", name: str = "Konsulenttime", unit: str = "HOUR", active: bool = True) -> Item:
    return Item(number, name, unit, active)


def a_financial_period(*, period: str = "2026-10", open: bool = True) -> FinancialPeriod:
    return FinancialPeriod(Period(period), open)


# ---- both sides together -----------------------------------------------------------------------

R = TypeVar("R", bound=ReferenceObject)


def reference_data(
    *,
    clients: Iterable[Client] | None = None,
    people: Iterable[Person] | None = None,
    projects: Iterable[Project] | None = None,
    tasks: Iterable[Task] | None = None,
    ledger_projects: Iterable[LedgerProject] | None = None,
    employees: Iterable[Employee] | None = None,
    accounts: Iterable[Account] | None = None,
    cost_centres: Iterable[CostCentre] | None = None,
    items: Iterable[Item] | None = None,
    financial_periods: Iterable[FinancialPeriod] | None = None,
) -> ReferenceData:
    """The dull world, with each kind that is given in place of its default."""
    return ReferenceData(
        clients=_by_key(clients, a_client()),
        people=_by_key(people, a_person()),
        projects=_by_key(projects, a_project()),
        tasks=_by_key(tasks, a_task()),
        ledger_projects=_by_key(ledger_projects, a_ledger_project()),
        employees=_by_key(employees, an_employee()),
        accounts=_by_key(accounts, an_account(), an_account(number="1530", name="Opptjent, ikke fakturert")),
        cost_centres=_by_key(
            cost_centres, a_cost_centre(), a_cost_centre(number="20", name="Bergen"), a_cost_centre(number="30")
        ),
        items=_by_key(items, an_item()),
        financial_periods=_by_key(
            financial_periods,
            a_financial_period(period="2026-09", open=False),
            a_financial_period(),
            a_financial_period(period="2026-11"),
        ),
    )


def _by_key(given: Iterable[R] | None, *default: R) -> dict[str, R]:
    return {item.key: item for item in (default if given is None else given)}


def settings_content(**changes: object) -> dict[str, object]:
    """Settings as the API takes them: one account, one cost centre, rates from the time tool."""
    return {
        "currency": "NOK",
        "rate_card": [{"id": "default", "account": "3000"}],
        "allocations": [{"id": "oslo", "shares": {"10": "1"}}],
        "accounts": {"accrued_revenue": "1530"},
        "item": "TIMER",
        **changes,
    }


def some_settings(**changes: object) -> HoursSettings:
    return read_settings(settings_content(**changes))


def plan_rules(**changes: object) -> PlanRules:
    return some_settings(**changes).to_rules()


# ---- documents ---------------------------------------------------------------------------------


def a_project_line(
    *,
    external_id: str = "1001",
    hours: str = "7.5",
    unit_rate: str = "1250.00",
    amount: str = "9375.00",
    project: str = "NB1",
    employee: str = "7",
    cost_centre: str = "10",
    text: str = "Design · Åsa Fjell · Nettbutikk fase 1",
) -> ProjectLine:
    return ProjectLine(
        external_id=external_id,
        spent_on=date(2026, 10, 5),
        posted_on=date(2026, 10, 5),
        project=project,
        task="10",
        employee=employee,
        item="TIMER",
        unit="HOUR",
        hours=Decimal(hours),
        billable_hours=Decimal(hours),
        unit_rate=Decimal(unit_rate),
        amount=Decimal(amount),
        debit_account="1530",
        credit_account="3000",
        cost_centre=cost_centre,
        text=text,
        rate_rule="time_tool",
        account_rule="default",
        split_rule="oslo",
    )


def a_posting(
    *, records: Iterable[StagedRecord] | None = None, kind: DocumentKind = DocumentKind.PROJECT_TRANSACTIONS
) -> Posting:
    """A balanced document over the records, each of 7.5 hours and 9375.00 NOK."""
    covered = [a_record()] if records is None else list(records)
    refs = tuple(ref_of(record) for record in covered)
    hours, amount = Decimal("7.5"), Decimal("9375.00")
    total = amount * len(covered)
    journal = kind is DocumentKind.JOURNAL
    return Posting(
        key=posting_key(TENANT, ENTITY, HOURS, kind, refs),
        kind=kind,
        entity=ENTITY,
        flow=HOURS,
        period=OCTOBER,
        posted_on=date(2026, 10, 5),
        currency="NOK",
        text="Hours 2026-10",
        records=refs,
        hours=hours * len(covered),
        amount=total,
        project_lines=() if journal else tuple(a_project_line(external_id=ref.external_id) for ref in refs),
        journal_lines=(
            JournalLine("1530", "10", debit=total, credit=Decimal(0), text="Accrued revenue, hours 2026-10"),
            JournalLine("3000", "10", debit=Decimal(0), credit=total, text="Revenue, hours 2026-10"),
        )
        if journal
        else (),
        shares=tuple(RecordShare(ref.external_id, hours, amount) for ref in refs),
        settings_version=1,
    )


def as_read(posting: Posting, number: str = "PT000001") -> LedgerDocument:
    """A document as an ERP gives it back: a journal by its debits."""
    lines = [LedgerLine(line.external_id, line.hours, line.amount) for line in posting.project_lines]
    lines += [LedgerLine("", Decimal(0), line.debit) for line in posting.journal_lines]
    return LedgerDocument(posting.key, number, posting.kind, posting.period, "Released", lines)


def a_reconciliation(
    period: Period = OCTOBER,
    *,
    at: datetime = NOW,
    differences: Sequence[Difference] = (),
    corrections: Sequence[Difference] = (),
) -> Reconciliation:
    """A period in which all agrees, but for what is given."""
    posted = Sum(2, Decimal("15"), {"NOK": Decimal("18750")})
    return Reconciliation(
        period=period,
        entity=ENTITY,
        at=at,
        time_tool=Sum(3, Decimal("16.5"), {"NOK": Decimal("18750")}),
        states={"posted": posted, "held": Sum(1, Decimal("1.5"), {})},
        books=[
            Books(DocumentKind.PROJECT_TRANSACTIONS, 1, Decimal(15), Decimal(18750), 1, Decimal(15), Decimal(18750))
        ],
        currency="NOK",
        posted_elsewhere=Decimal(0),
        from_elsewhere=Decimal(0),
        differences=list(differences),
        corrections=list(corrections),
    )


def platform_settings(
    secrets: Mapping[str, Mapping[str, str]] | None = None, **vendors: Mapping[str, object]
) -> PlatformSettings:
    """The platform's settings with what is set of each vendor by its name."""
    environment = {
        "TABLE_NAME": "t",
        "VENDOR_SETTINGS": json.dumps(vendors),
        "VENDOR_SECRETS": json.dumps(secrets or {}),
    }
    return PlatformSettings.from_environment(environment)
