"""More of everything, for measurements: so many customers, projects, products, users, hours, invoices beyond the seed.

Rows go straight into the tables, as an import would put them. What they are called follows from their number alone.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

from sandbox.severa import invoicing
from sandbox.severa.company import Company
from sandbox.severa.fields import Money
from sandbox.severa.options import Options
from sandbox.severa.project_records import Project, WorkHour
from sandbox.severa.records import Address, Customer, Product, User
from sandbox.severa.seed import SEEDED_AT

FIRST_CUSTOMER, FIRST_PROJECT, FIRST_USER = 100_001, 10_001, 50_001  # clear of the seed's numbers
TREES = ("Mänty", "Kuusi", "Koivu", "Haapa", "Leppä", "Pihlaja", "Raita", "Tuomi")
WATERS = ("järvi", "lampi", "salmi", "virta", "koski", "lahti", "puro")
TRADES = ("Rakennus", "Kuljetus", "Puutarha", "Konepaja", "Leipomo", "Saha")


def fill(company: Company, options: Options) -> None:
    """Adds the extra rows of the options; whatever hangs on another row is spread over those there are."""
    with company.at(SEEDED_AT):
        _products(company, options.extra_products)
        _users(company, options.extra_users)
        _customers(company, options.extra_customers)
        _projects(company, options.extra_projects)
        _hours(company, options.extra_hours)
        _invoices(company, options.extra_invoices)


def _products(company: Company, count: int) -> None:
    categories = [one.guid for one in company.database.categories.all()]
    for number in range(1, count + 1):
        values = {"name": f"{_named(number)}-paketti {number}", "code": f"P{number:06d}", "type": "Materials"}
        price = Money(Decimal(10 + number % 990))
        more = {"unit_price": price, "unit_cost": price, "product_category": categories[number % len(categories)]}
        company.database.add(Product, {**values, **more, "measurement_unit": "kpl", "vat_rate": Decimal("25.5")})


def _users(company: Company, count: int) -> None:
    units = [one.guid for one in company.database.units.all()]
    for number in range(1, count + 1):
        names = {"first_name": TREES[number % len(TREES)], "last_name": f"{_named(number)}la {number}"}
        values = {
            "code": f"{FIRST_USER + number - 1}",
            "email": f"u{number}@lumipolku.example.test",
            "user_type": "Employee",
        }
        company.database.add(User, {**names, **values, "business_unit": units[number % len(units)]})


def _customers(company: Company, count: int) -> None:
    country, currency = (
        next(iter(table.all())).guid for table in (company.database.countries, company.database.currencies)
    )
    for number in range(1, count + 1):
        name = f"{_named(number)} {TRADES[number % len(TRADES)]} Oy {number}"
        values = {"name": name, "number": FIRST_CUSTOMER + number - 1, "email": f"a{number}@asiakas.example.test"}
        customer = company.database.add(Customer, {**values, "currency": currency, "payment_term": 14})
        place = {
            "addressline": f"{_named(number)}ntie {number % 200}",
            "postal_code": f"{10_000 + number % 80_000:05d}",
        }
        uses = {"city": f"{_named(number + 3)}", "country": country, "is_billing_address": True}
        company.database.add(Address, {"customer": customer.guid, **place, **uses})


def _projects(company: Company, count: int) -> None:
    """Three of four are won."""
    database = company.database
    customers = [one.guid for one in database.customers.all()]
    owners = [one.guid for one in database.users.all() if one.is_active]
    won = next(one.guid for one in database.sales_statuses.all() if one.sales_state == "Won")
    for number in range(1, count + 1):
        values: dict[str, Any] = {
            "name": f"{_named(number)}-hanke {number}",
            "number": FIRST_PROJECT + number - 1,
            "customer": customers[-(number % len(customers))],
            "project_owner": owners[number % len(owners)],
        }
        company.create(Project, {**values, **({} if number % 4 == 0 else {"sales_status": won})})


def _hours(company: Company, count: int) -> None:
    """Approved, on projects that are won, in whole hours of the last two months."""
    database = company.database
    kinds = [one.guid for one in database.work_types.all() if one.is_productive]
    users = [one.guid for one in database.users.all() if one.is_active]
    today, phases = database.now().date(), _won_phases(company)
    for number, phase in enumerate(islice(cycle(phases), count)):
        values: dict[str, Any] = {
            "user": users[number % len(users)],
            "phase": phase,
            "work_type": kinds[number % len(kinds)],
            "event_date": today - timedelta(days=number % 60),
            "quantity": Decimal(1 + number % 8),
            "is_approved": True,
            "unit_price": Money(Decimal("110.00")),
        }
        database.add(WorkHour, values)


def _invoices(company: Company, count: int) -> None:
    """Ready for transfer, each of its own project as far as there are enough, with one hour on it."""
    database = company.database
    ready = next(one for one in database.invoice_statuses.all() if one.has_invoice_number and not one.is_read_only)
    kind = next(one.guid for one in database.work_types.all() if one.is_productive)
    for phase_guid in islice(cycle(_won_phases(company)), count):
        phase = database.phases.find(phase_guid)
        project = database.projects.find(phase.project if phase else None)
        if project is None:
            continue
        hour = {"user": project.project_owner, "phase": phase_guid, "work_type": kind, "quantity": Decimal(2)}
        day = {"event_date": database.now().date(), "is_approved": True, "unit_price": Money(Decimal("110.00"))}
        database.add(WorkHour, {**hour, **day})
        invoicing.draft(database, [project], status=ready.guid)


def _won_phases(company: Company) -> list[str]:
    database = company.database
    won = {one.guid for one in database.sales_statuses.all() if one.sales_state == "Won"}
    projects = [one for one in database.projects.all() if one.sales_status in won and not one.is_closed]
    return [one.root_phase for one in projects if one.root_phase is not None]


def _named(number: int) -> str:
    return f"{TREES[number % len(TREES)]}{WATERS[number % len(WATERS)]}"
