"""Klitrose Rådgivning ApS at Moment: its customers, projects, people, hours and invoices as rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sandbox import klitrose
from sandbox.moment.answers import Json, stamp
from sandbox.moment.database import Database
from sandbox.moment.rules import payment_id

STARTED_ON = date(2026, 9, 1)  # when the company began with Moment

_PEOPLE = ("Ditte Havsteen", "Mogens Strandby", "Signe Klintholm")
_ACCOUNTS = (  # number, name, VAT percent, VAT category, category; the same number may stand in both categories
    (klitrose.REVENUE_ACCOUNT, "Salg af rådgivning", "25.00", "S", "sales"),
    (klitrose.REVENUE_ABROAD_ACCOUNT, "Salg af rådgivning, udland", "0.00", "Z", "sales"),
    (klitrose.REVENUE_ACCOUNT, "Salg af rådgivning", "0.00", "0", "purchases"),
    *((number, f"Udgifter {number}", "25.00", "S", "purchases") for number in klitrose.EXPENSE_ACCOUNTS),
)


def fill(database: Database) -> None:
    """Puts the company's rows into the empty database."""
    for number, name, percent, category, side in _ACCOUNTS:
        fields = {"accountNumber": number, "name": name, "currentVatPercentage": Decimal(percent)}
        _add(database, "financialAccounts", {**fields, "vatCategoryCode": category, "financialAccountCategory": side})
    customers = {one.number: _customer(database, one)["id"] for one in klitrose.CUSTOMERS}
    projects = {one.number: _project(database, one, customers[one.customer])["id"] for one in klitrose.PROJECTS}
    for invoice in klitrose.INVOICES:
        _invoice(database, invoice, customers[invoice.customer.number], projects[invoice.project])
    _hours(database, list(projects.values()))


def _add(database: Database, entity: str, fields: Json, on: date = STARTED_ON) -> Json:
    at = stamp(datetime.combine(on, time(12), UTC))
    return database.add(entity, {**fields, "createdDate": at, "lastModifiedDate": at})


def _customer(database: Database, customer: klitrose.Customer) -> Json:
    fields = {
        "customerNumber": customer.number,
        "name": customer.name,
        "organizationNumber": customer.organisation_number,
        "email": f"post@{customer.email}.example.test",
        "invoiceEmail": klitrose.email_of(customer),
        "address1": customer.address,
        "postalCode": customer.postal_code,
        "city": customer.city,
        "countryCode": customer.country or None,
    }
    return _add(database, "customers", fields)


def _project(database: Database, project: klitrose.Project, customer_id: int) -> Json:
    fields = {
        "projectNumber": project.number,
        "name": project.name,
        "customerId": customer_id,
        "projectState": project.state,
    }
    return _add(database, "projects", fields)


def _invoice(database: Database, invoice: klitrose.Invoice, customer_id: int, project_id: int) -> Json:
    gross = invoice.net + invoice.vat
    fields: Json = {
        "invoiceType": "creditNote" if invoice.credits else "invoice",
        "creditedInvoiceNumber": invoice.credits,
        "accountingState": invoice.accounting,
        "description": invoice.text,
        "customerId": customer_id,
        "projectId": project_id,
        "invoiceDate": invoice.on.isoformat(),
        "dueDate": (invoice.on + timedelta(days=invoice.due_days)).isoformat(),
        "currencyCode": invoice.currency,
        "totalIncludingVat": gross.quantize(Decimal("0.01")),
        "totalExcludingVat": invoice.net,
        "totalVat": invoice.vat.quantize(Decimal("0.01")),
        "financialAccountNumber": invoice.account,
        "vatCode": invoice.vat_code,
    }
    if invoice.number is not None:
        paid = {"paidAmount": 0, "remainingAmount": fields["totalIncludingVat"]}
        number = {"invoiceNumber": invoice.number, "paymentId": payment_id(invoice.number)}
        fields |= {"invoiceState": "finalized", **number, **paid}
    return _add(database, "invoices", fields, invoice.on)


def _hours(database: Database, projects: list[int]) -> None:
    """Two activities and a task on each project; the first person has two roles on the first project."""
    people = [
        _add(database, "userAccounts", {"name": name, "email": f"{name.split()[0].lower()}@klitrose.example.test"})
        for name in _PEOPLE
    ]
    people[-1]["timeLockDate"] = "2026-09-30"
    first_activities = []
    for project in projects:
        advice = _add(database, "projectExtensions", {"name": "Rådgivning", "projectId": project})
        closed = {"name": "Tilbud", "projectId": project, "projectExtensionState": "closed"}
        _add(database, "projectExtensions", closed)
        task = {"name": "Rapport", "taskNumber": "1", "projectId": project, "projectExtensionId": advice["id"]}
        _add(database, "tasks", task)
        first_activities.append(advice["id"])
    roles = ((people[0], "Konsulent"), (people[0], "Projektleder"), (people[1], "Konsulent"))
    members = [
        _add(
            database,
            "projectMemberships",
            {"projectId": projects[0], "userAccountId": person["id"], "projectMembershipRoleName": role},
        )
        for person, role in roles
    ]
    for day in range(1, 6):
        fields = {"projectId": projects[0], "projectExtensionId": first_activities[0], "minutes": 450}
        who = {"userAccountId": people[1]["id"], "projectMembershipId": members[2]["id"]}
        on = date(2026, 10, day)
        _add(database, "timeRecords", {**fields, **who, "timeRecordDate": on.isoformat(), "description": "Analyse"}, on)
