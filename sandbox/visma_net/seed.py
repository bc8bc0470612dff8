"""Fills the company with Fjordlys Konsult AS: what `sandbox.world` says of people, projects and periods.

The ERP knows every person but those without an employee number, every project but those marked unknown, and in each
project the tasks that have an id in the ERP.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sandbox import world
from sandbox.visma_net import chart
from sandbox.visma_net.company import Company
from sandbox.visma_net.records import (
    Branch,
    Customer,
    Employee,
    Period,
    Project,
    Row,
    Segment,
    SegmentValue,
    Subaccount,
    Task,
)

SET_UP_AT = datetime(2026, 8, 3, 6, 30, tzinfo=UTC)
YEAR = 2026
CLOSED_THROUGH = 9
NO_COST_CENTRE = "00"
INACTIVE_COST_CENTRE = "90"
NON_PROJECT = "X"
TEMPLATE = "MAL01"


def fill(company: Company, seed: int) -> None:
    """Puts the whole of it into an empty company."""
    whole = world.World(seed)
    company.name = world.COMPANY
    company.corporate_id = "999888777"
    company.currency = world.CURRENCY
    company.rates = dict(chart.RATES)
    company.units = list(chart.UNITS)
    company.vat = chart.vat()
    _fill_ledger(company)
    _fill_people(company, whole)
    _fill_customers(company, whole)
    for project in whole.projects:
        if project.erp_status is not world.ErpStatus.UNKNOWN:
            _add_project(company, whole, project)
    _add_special_projects(company)
    _stamp(company)


def _fill_ledger(company: Company) -> None:
    company.branches.add(
        company.main_branch,
        Branch(branch_id=16, number=company.main_branch, name=company.name, city="Oslo", is_main=True),
    )
    for account in chart.accounts():
        company.accounts.add(account.number, account)
    for group in chart.groups():
        company.account_groups.add(group.group_id, group)
    for item in chart.items():
        company.items.add(item.number, item)
    named = {NO_COST_CENTRE: "Uten kostnadssted", **{centre.code: centre.name for centre in world.COST_CENTRES}}
    named[INACTIVE_COST_CENTRE] = "Nedlagt kontor"
    values = {
        code: SegmentValue(value=code, description=name, active=code != INACTIVE_COST_CENTRE)
        for code, name in named.items()
    }
    company.segments.add(1, Segment(segment_id=1, description="Kostnadssted", length=2, values=values))
    for number, value in enumerate(values.values(), start=1):
        company.subaccounts.add(
            value.value,
            Subaccount(
                subaccount_id=number,
                number=value.value,
                description=value.description,
                segments=(value.value,),
                active=value.active,
            ),
        )
    known = {f"{period.year}{period.month:02d}": not period.is_open for period in world.PERIODS}
    for month in range(1, 13):
        name = f"{YEAR}{month:02d}"
        company.periods.add(name, Period(period=name, closed=known.get(name, month <= CLOSED_THROUGH)))


def _fill_people(company: Company, whole: world.World) -> None:
    for person in whole.people:
        if person.employee_number is None:
            continue
        company.employees.add(
            person.employee_number,
            Employee(
                employee_id=300 + person.number,
                number=person.employee_number,
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email,
                status="Active" if person.is_active else "Inactive",
                department=person.cost_centre,
                branch=company.main_branch,
                user_id=company.public_id("user", person.employee_number),
            ),
        )


def _fill_customers(company: Company, whole: world.World) -> None:
    for client in whole.clients:
        if client.erp_number is None:
            continue
        street, _, place = client.address.partition("\r\n")
        postal_code, _, city = place.partition(" ")
        company.customers.add(
            client.erp_number,
            Customer(
                internal_id=1000 + client.number,
                number=client.erp_number,
                name=client.name,
                currency=client.currency,
                corporate_id=f"9{client.number:08d}",
                address={"addressLine1": street, "postalCode": postal_code, "city": city, "countryId": "NO"},
                contact={"email": f"post{client.number}@example.test"},
                vat_zone="01" if client.currency == company.currency else "02",
            ),
        )


def _add_project(company: Company, whole: world.World, project: world.Project) -> None:
    manager = next((member.person for member in project.team if member.is_manager), None)
    row = Project(
        internal_id=500 + project.number,
        project_id=project.code,
        description=project.name,
        public_id=company.public_id("project", project.code),
        status=project.erp_status.value,
        customer=whole.client_of(project).erp_number,
        manager=None if manager is None else whole.people[manager - 1].employee_number,
        start_on=project.starts_on,
        end_on=project.ends_on,
        branch=company.main_branch,
        def_account=chart.REVENUE,
        def_sub=project.cost_centre,
    )
    company.projects.add(row.project_id, row)
    for task in whole.tasks:
        if task.erp_task is None:
            continue
        company.add_task(
            Task(
                internal_id=company.next_number("task", 3000),
                project_internal_id=row.internal_id,
                task_id=task.erp_task,
                description=task.name,
                planned_start_on=project.starts_on,
                start_on=project.starts_on,
            )
        )


def _add_special_projects(company: Company) -> None:
    """What stands among the projects of any company and is none: the non-project and a template."""
    for internal_id, project_id, text in (
        (499, NON_PROJECT, "Ikke prosjekt"),
        (500, TEMPLATE, "Mal for kundeprosjekt"),
    ):
        row = Project(
            internal_id=internal_id,
            project_id=project_id,
            description=text,
            public_id=company.public_id("project", project_id),
            branch=company.main_branch,
            is_non_project=project_id == NON_PROJECT,
            is_template=project_id == TEMPLATE,
        )
        company.projects.add(project_id, row)


def _stamp(company: Company) -> None:
    """Versions and times of change, a minute apart, as if somebody had typed it all in one August morning."""
    shelves: list[Iterable[Row]] = [
        company.accounts,
        company.segments,
        company.subaccounts,
        company.account_groups,
        company.branches,
        company.periods,
        company.employees,
        company.items,
        company.customers,
        company.projects,
        company.tasks,
    ]
    at = SET_UP_AT
    for shelf in shelves:
        for row in shelf:
            company.touch(row, at=at, is_new=True)
            at += timedelta(minutes=1)
    for segment in company.segments:
        for value in segment.values.values():
            company.touch(value, at=SET_UP_AT, is_new=True)
