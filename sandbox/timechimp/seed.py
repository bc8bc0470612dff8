"""Wolkenkade's account: its lists, a month of hours, costs and trips in every status, and invoices of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from sandbox import wolkenkade
from sandbox.timechimp import invoicing, statuses
from sandbox.timechimp.answers import Json
from sandbox.timechimp.company import Company
from sandbox.timechimp.database import day_text
from sandbox.timechimp.invoicing import Items
from sandbox.timechimp.schema import ENTITIES, ENTRIES

_WORK = (  # project, activity, hours, whose; in turn, day after day
    ("Webwinkel", "Ontwikkeling", "6", 2),
    ("Webwinkel", "Ontwerp", "2.25", 3),
    ("Jaarverslag", "Advies", "4", 1),
    ("Tuinapp", "Ontwikkeling", "7.5", 2),
    ("Menukaarten", "Ontwerp", "3.75", 3),
    ("Versandportal", "Advies", "5", 1),
    (wolkenkade.BY_ACTIVITY_PRICES, "Ontwikkeling", "8", 2),
    ("Webwinkel", wolkenkade.WITHOUT_ARTICLE, "1.5", 1),
    (wolkenkade.OWN_PROJECT, wolkenkade.INTERNAL_WORK, "1", 3),
)
_STATUSES = (
    statuses.APPROVED,
    statuses.APPROVED,
    statuses.PENDING,
    statuses.APPROVED,
    statuses.REJECTED,
    statuses.APPROVED,
    statuses.WRITTEN_OFF,
)
_ENTRIES_A_DAY = 3


def fill(company: Company) -> None:
    """Puts everything into the empty account, stamped with the days on which it would have happened."""
    seed = _Seed(company)
    seed.lists()
    seed.projects()
    seed.entries()
    seed.invoices()
    _stamp(company)


def fill_up(company: Company, hours: int) -> None:
    """That many more approved hours on the first project, for measurements."""
    database = company.database
    project = database.rows("projects")[0]
    task = database.where("projecttasks", "projectId", project["id"])[0]
    for count in range(hours):
        day = day_text(wolkenkade.STARTED_ON - timedelta(days=count % 365))
        row = company.create("time", {"projectTaskId": task["id"], "date": day, "hours": Decimal(1)})
        row[statuses.INTERN] = statuses.APPROVED


class _Seed:
    """Remembers by name what it made."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.ids: dict[tuple[str, str], int] = {}

    def add(self, entity: str, name: str, body: Json) -> Json:
        row = self.company.create(entity, body)
        self.ids[entity, name] = row["id"]
        return row

    def lists(self) -> None:
        for name, percent in wolkenkade.VAT_RATES:
            self.add("vatrates", str(percent), {"name": name, "percentage": percent})
        for name, kind in (("Bureau", 6), ("Spoed", 1), ("Vaste klant", 5)):
            self.add("tags", name, {"name": name, "type": kind})
        for name, code in wolkenkade.CATEGORIES:
            self.add("categories", name, {"name": name, "code": code})
        for name in wolkenkade.VEHICLES:
            self.add("vehicles", name, {"name": name})
        for activity in wolkenkade.ACTIVITIES:
            flags = {"billable": activity.is_billable, "common": activity.is_common}
            body = {"name": activity.name, "code": activity.code, "hourlyRate": activity.hourly_rate, **flags}
            row = self.add("tasks", activity.name, body)
            row["_article"] = activity.article.guid if activity.article is not None else None
        for person in wolkenkade.PEOPLE:
            self._person(person)
        for customer in wolkenkade.CUSTOMERS:
            self._customer(customer)

    def _person(self, person: wolkenkade.Person) -> None:
        body = {
            "userName": person.email,
            "displayName": person.name,
            "accountType": person.account,
            "active": person.is_active,
            "language": "nl",
            "employeeNumber": person.number,
            "tagIds": [self.ids["tags", "Bureau"]],
        }
        user = self.add("users", person.name, body)
        rates = {"weekHours": Decimal(36), "hourlyRate": person.hourly_rate, "costHourlyRate": person.cost}
        contract = {"userId": user["id"], "startDate": day_text(wolkenkade.STARTED_ON), **rates}
        self.company.create("userContracts", contract)

    def _customer(self, customer: wolkenkade.Customer) -> None:
        body = {
            "name": customer.name,
            "relationId": customer.number,
            "active": customer.is_active,
            "address": customer.street,
            "postalCode": customer.postal_code,
            "city": customer.city,
            "country": customer.country,
            "email": customer.email,
            "hourlyRate": customer.hourly_rate,
            "mileageRate": Decimal("0.42"),
            "vatRateId": self.ids["vatrates", str(customer.vat)],
            "intern": customer.is_internal,
        }
        row = self.add("customers", customer.name, body)
        if customer.contact is not None:
            email = f"{customer.contact.split()[0].lower()}@{customer.email.partition('@')[2]}"
            links = {"customerIds": [row["id"]], "useForInvoicing": True}
            self.company.create("contacts", {"name": customer.contact, "email": email, **links})

    def projects(self) -> None:
        for project in wolkenkade.PROJECTS:
            own = project.name == wolkenkade.OWN_PROJECT
            by_activity = project.method == wolkenkade.FIXED_BY_ACTIVITY
            price = {"fixedRate": project.price} if by_activity else {}
            names = [one.name for one in wolkenkade.ACTIVITIES if one.is_common is not own]
            tasks = [{"taskId": self.ids["tasks", name], **price} for name in names[:2] if by_activity] or [
                {"taskId": self.ids["tasks", name]} for name in names
            ]
            body: Json = {
                "name": project.name,
                "code": project.code,
                "customerId": self.ids["customers", project.customer],
                "active": project.is_active,
                "startDate": day_text(wolkenkade.STARTED_ON),
                "invoiceMethod": project.method,
                "unspecified": own,
                "projectTasks": tasks,
                **{"hourlyRate" if project.method == wolkenkade.BY_PROJECT else "rate": project.price},
            }
            if project.method == wolkenkade.PERIODS:
                body |= {"rate": None, "projectSubscription": _terms(project)}
            row = self.add("projects", project.name, body)
            if project.method == wolkenkade.PERIODS:
                row |= {"invoiceStatus": statuses.INVOICED}
                row |= {"_invoicedUntil": day_text(wolkenkade.SUBSCRIPTION_PAID_UNTIL)}

    def entries(self) -> None:
        for number, day in enumerate(day for day in _workdays() for _ in range(_ENTRIES_A_DAY)):
            project, activity, hours, whose = _WORK[number % len(_WORK)]
            person = wolkenkade.PEOPLE[whose].name
            body = {"date": day_text(day), "hours": Decimal(hours), "notes": f"{activity} voor {project}"}
            status = _STATUSES[number % len(_STATUSES)] if day < wolkenkade.LAST_WORKDAY else statuses.OPEN
            self._hours(project, activity, person, body, status)
        old = {"date": day_text(date(2026, 9, 14)), "hours": Decimal(4), "notes": "Laatste correcties"}
        self._hours(wolkenkade.CLOSED_PROJECT, "Ontwerp", wolkenkade.PEOPLE[4].name, old, statuses.APPROVED)
        self._costs()

    def _hours(self, project: str, activity: str, person: str, body: Json, status: int) -> None:
        place = {"projectId": self.ids["projects", project], "taskId": self.ids["tasks", activity]}
        row = self.company.create("time", {**body, **place, "userId": self.ids["users", person]})
        self._move("time", row, status)

    def _costs(self) -> None:
        teun, lotte = self.ids["users", "Teun Kruipnet"], self.ids["users", "Lotte Zandgolf"]
        for project, category, rate, tax, day in (
            ("Webwinkel", "Software", "49.00", "21", 6),
            ("Jaarverslag", "Drukwerk", "312.50", "9", 13),
            ("Versandportal", "Verblijf", "128.00", "9", 21),
        ):
            place = {"projectId": self.ids["projects", project], "categoryId": self.ids["categories", category]}
            price = {"rate": Decimal(rate), "tax": Decimal(tax), "date": day_text(date(2026, 10, day))}
            row = self.company.create("expenses", {**place, **price, "userId": lotte, "notes": "bij " + project})
            self._move("expenses", row, statuses.APPROVED if day < 20 else statuses.PENDING)
        for project, distance, kind, day in (
            ("Versandportal", "186.4", 2, 21),
            ("Tuinapp", "31", 2, 8),
            (wolkenkade.OWN_PROJECT, "12.5", 3, 9),
        ):
            place = {
                "projectId": self.ids["projects", project],
                "vehicleId": self.ids["vehicles", wolkenkade.VEHICLES[0]],
            }
            route = {"fromAddress": "Zwolle", "toAddress": "klant", "distance": Decimal(distance), "type": kind}
            body = {**place, **route, "userId": teun, "date": day_text(date(2026, 10, day)), "billable": kind == 2}
            self._move("mileage", self.company.create("mileage", body), statuses.APPROVED)

    def _move(self, entity: str, row: Json, status: int) -> None:
        if status != statuses.OPEN:
            statuses.move(self.company.database, entity, row, statuses.INTERN, status)

    def invoices(self) -> None:
        """Paid, open, credited and a concept; the fixed price, the new period and most hours are unbilled."""
        database = self.company.database
        paid = self._invoice("Webwinkel", 1, date(2026, 10, 16), reference="PO 4711")
        invoicing.pay(database, invoicing.send(database, paid))
        sent = invoicing.send(database, self._invoice("Jaarverslag", 1, date(2026, 10, 23)))
        abroad = self._invoice("Versandportal", 1, date(2026, 10, 30), currency="CHF", exchangeRate="1.05")
        invoicing.send(database, abroad)
        note = invoicing.send(database, invoicing.credit(database, sent))
        note |= {"date": day_text(date(2026, 10, 28)), "dueDate": day_text(date(2026, 10, 28))}
        self._invoice("Tuinapp", 1, date(2026, 11, 2))

    def _invoice(self, project: str, entries: int, day: date, **header: object) -> Json:
        rows = self.company.database.where("time", "projectId", self.ids["projects", project])
        ready = [row["id"] for row in rows if row[statuses.INTERN] == statuses.APPROVED]
        return invoicing.draft(self.company, Items(time=ready[:entries]), day, **header)


def _terms(project: wolkenkade.Project) -> Json:
    words = {"description": "Onderhoud", "code": wolkenkade.SUBSCRIPTION.number}
    return {
        "frequency": 2,
        "startDate": day_text(wolkenkade.SUBSCRIBED_ON),
        **words,
        "amount": 1,
        "rate": project.price,
    }


def _workdays() -> Iterator[date]:
    day = wolkenkade.FIRST_WORKDAY
    while day <= wolkenkade.LAST_WORKDAY:
        if day.weekday() < 5:
            yield day
        day += timedelta(days=1)


def _stamp(company: Company) -> None:
    """As if everything had been written on its day, at five o'clock."""
    for entity in ENTITIES:
        for row in company.database.rows(entity):
            day = (row.get("date") if entity in (*ENTRIES, "invoices") else None) or wolkenkade.STARTED_ON.isoformat()
            row |= {"created": f"{day[:10]}T17:00:00.986", "modified": f"{day[:10]}T17:00:00"}
            for line in row.get("_history", ()):
                line["modified"] = row["modified"]
