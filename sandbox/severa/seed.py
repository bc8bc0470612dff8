"""Fills the organisation with what Lumipolku has: set-up first, then people, customers, projects, hours, invoices."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox import lumipolku as house
from sandbox.severa.answers import Json
from sandbox.severa.company import Company
from sandbox.severa.fields import camel
from sandbox.severa.people import People
from sandbox.severa.project_records import Project
from sandbox.severa.records import BusinessUnit, CostCentre, Country, Currency, User

COUNTRIES = (
    ("FI", "FIN", "Suomi", "Finland"),
    ("SE", "SWE", "Ruotsi", "Sweden"),
    ("NO", "NOR", "Norja", "Norway"),
    ("DK", "DNK", "Tanska", "Denmark"),
    ("EE", "EST", "Viro", "Estonia"),
    ("DE", "DEU", "Saksa", "Germany"),
)
CURRENCIES = (
    ("EUR", "Euro", "€", "1"),
    ("SEK", "Ruotsin kruunu", "kr", "0.088"),
    ("NOK", "Norjan kruunu", "kr", "0.086"),
)
SEEDED_AT = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)  # when every row of the seed was made and last changed
FIRST_DAY = date(2026, 9, 1)
CHANNELS = (("Puhelin", "Phone"), ("Matkapuhelin", "MobilePhone"), ("Sähköposti", "EmailAddress"))


class Seed:
    """One filling of an empty organisation."""

    def __init__(self, company: Company, people: People) -> None:
        self._company = company
        self._database = company.database
        self._people = people

    def set_up(self) -> None:
        """Countries to invoice statuses."""
        for code2, code3, name, english in COUNTRIES:
            self._database.add(Country, {"code2": code2, "code3": code3, "name": name, "english_name": english})
        for code, name, symbol, rate in CURRENCIES:
            own = {"rate": Decimal(rate), "is_organization_currency": code == "EUR"}
            self._database.add(Currency, {"code": code, "name": name, "symbol": symbol, **own})
        self._units()
        for number, name in house.SALES_ACCOUNTS:
            self._people.create("salesaccounts", number=number, name=name)
        for number, name in house.COST_ACCOUNTS:
            self._people.create("costaccounts", number=number, name=name)
        self._work_and_products()
        for name, state, probability in house.SALES_STATUSES:
            fields = {"salesState": state, "defaultProbability": probability}
            self._people.create("salesstatustypes", name=name, **fields)
        for order, name in enumerate(("Käynnissä", "Tauolla", "Valmis")):
            self._people.create("projectstatustypes", name=name, sortOrder=order)
        for name, kind in CHANNELS:
            self._people.create("communicationtypes", name=name, type=kind)
        for order, step in enumerate(house.INVOICE_STATUSES):
            fields = {camel(name): value for name, value in asdict(step).items()}
            self._people.create("invoicestatuses", sortOrder=order, **fields)

    def parties(self) -> None:
        """Users and customers; the first user is the administrator, and everybody's superior."""
        boss: str | None = None
        for person in house.PEOPLE:
            fields: Json = {
                "firstName": person.first_name,
                "lastName": person.last_name,
                "code": person.code,
                "email": person.email,
                "userType": person.user_type,
                "isActive": person.is_active,
                "businessUnit": self._ref("businessunits", "code", person.unit),
                "workType": self._ref("worktypes", "code", "KONS"),
                "superiorUser": {"guid": boss} if boss else None,
            }
            boss = self._people.create("users", **fields).guid if boss is None else self._user(fields, boss)
        for client in house.CLIENTS:
            self._client(client)

    def projects(self) -> None:
        """Projects with a phase of their own beside the root, and what was done on them."""
        for assignment in house.PROJECTS:
            fields: Json = {
                "name": assignment.name,
                "number": assignment.number,
                "customer": self._ref("customers", "name", assignment.client),
                "projectOwner": self._ref("users", "code", assignment.owner),
                "businessUnit": self._ref("businessunits", "code", assignment.unit),
                "salesStatus": {"salesStatusTypeGuid": self._guid("salesstatustypes", "name", assignment.status)},
                "isClosed": assignment.is_closed,
                "startDate": FIRST_DAY.isoformat(),
                "costCenter": self._ref("costcenters", "identifier", "10" if assignment.unit == "100" else "20"),
            }
            made = self._people.create("projects", **fields)
            project = self._database.projects.find(made.guid)
            root = {"guid": project.root_phase if project else None}
            self._people.create("phases", name="Toteutus", parentPhase=root)

    def work(self) -> None:
        """Hours, approved and not, a fee, an expense, and invoices in every status, one of them credited."""
        won = [one for one in self._database.projects.all() if one.number in (1, 2, 3, 4, 5)]
        people = [one for one in self._database.users.all() if one.is_active][:4]
        for place, project in enumerate(won):
            for day in range(6):
                self._hours(project, people[(place + day) % 4], day, approved=day != 5)
            self._costs(project, people[place % 4])
        statuses = (house.PAID, house.SENT, house.TRANSFERRED, house.TO_TRANSFER, None)
        for project, status in zip(won, statuses, strict=True):
            invoice = self._people.make_invoice(project.guid, on=FIRST_DAY + timedelta(days=30))
            if status is not None:
                self._people.set_invoice_status(invoice.guid, status)
            self._hours(project, people[0], 31, approved=True)  # since the invoice
            self._hours(project, people[1], 32, approved=False)
        sent = next(one for one in self._database.invoices.all() if one.projects == (won[1].guid,))
        self._people.credit(sent.guid)

    def _units(self) -> None:
        country = next(one.guid for one in self._database.countries.all())
        money = next(one.guid for one in self._database.currencies.all())
        for identifier, name in house.COST_CENTRES:
            self._database.add(CostCentre, {"identifier": identifier, "name": name})
        centres = [one.guid for one in self._database.cost_centres.all()]
        root: str | None = None
        for (code, name), centre in zip(house.UNITS, centres, strict=True):
            company = {"company_name": house.COMPANY, "company_country_guid": country, "company_currency_guid": money}
            values: dict[str, Any] = {"code": code, "name": name, "parent_guid": root, "cost_center": centre}
            values |= {"vat_number": house.VAT_NUMBER, "company_business_unit_guid": root}
            unit = self._database.add(BusinessUnit, {**values, **company})
            root = root or unit.guid

    def _work_and_products(self) -> None:
        for code, name, productive, account in house.WORK_TYPES:
            fields: Json = {"code": code, "isProductive": productive, "hourCost": _euros("52.00")}
            sales = self._ref("salesaccounts", "number", account) if account else None
            self._people.create("worktypes", name=name, salesAccount=sales, **fields)
        for code, name in house.CATEGORIES:
            self._people.create("productcategories", code=code, name=name)
        for code, name, kind, category, price, cost, unit, account in house.PRODUCTS:
            money = {"unitPrice": _euros(price), "unitCost": _euros(cost), "vatRate": Decimal("25.5")}
            refs = {
                "productCategory": self._ref("productcategories", "code", category),
                "salesAccount": self._ref("salesaccounts", "number", account),
            }
            self._people.create("products", code=code, name=name, type=kind, measurementUnit=unit, **money, **refs)
        for code, name, expense_class, cost, unit, category in house.TRAVEL_TYPES:
            fields = {"expenseClass": expense_class, "unitCost": _euros(cost), "measurementUnit": unit}
            refs = {
                "productCategory": self._ref("productcategories", "code", category),
                "salesAccount": self._ref("salesaccounts", "number", "3020"),
                "costAccount": self._ref("costaccounts", "number", "7800"),
            }
            self._people.create("travelexpensetypes", code=code, name=name, **fields, **refs)

    def _user(self, fields: Json, boss: str) -> str:
        self._people.create("users", **fields)
        return boss

    def _client(self, client: house.Client) -> None:
        fields: Json = {
            "name": client.name,
            "number": client.number,
            "vatNumber": client.vat_number,
            "email": f"posti@{client.email}.example.test",
            "paymentTerm": client.term,
            "currency": self._ref("currencies", "code", client.currency),
            "owner": self._ref("users", "code", "101"),
        }
        customer = {"guid": self._people.create("customers", **fields).guid}
        place: Json = {
            "addressline": client.street,
            "postalCode": client.postal_code,
            "city": client.city,
            "country": self._ref("countries", "code2", client.country),
        }
        uses = {"isBillingAddress": True, "isPostalAddress": True, "isVisitAddress": True}
        address = self._people.create("addresses", customer=customer, **place, **uses)
        if client.contact is None:
            return
        first, last = client.contact
        names = {"firstName": first, "lastName": last, "addressGuid": address.guid}
        contact = {"guid": self._people.create("contactpersons", customer=customer, **names).guid}
        values = {"Sähköposti": f"{first}@{client.email}.example.test".lower(), "Puhelin": "+358 9 000 0000"}
        for kind, value in values.items():
            channel = {"communicationType": self._ref("communicationtypes", "name", kind), "isForbiddenToUse": False}
            self._people.create("contactcommunications", contact=contact, value=value, **channel)

    def _hours(self, project: Project, user: User, day: int, *, approved: bool) -> None:
        phase = self._database.phases.by("project", project.guid)[-1]
        kind = ("KONS", "SUUN", "PROJ")[day % 3]
        fields: Json = {
            "phase": {"guid": phase.guid},
            "workType": self._ref("worktypes", "code", kind),
            "eventDate": (FIRST_DAY + timedelta(days=day)).isoformat(),
            "unitPrice": self._price(project, "125.00" if kind == "PROJ" else "110.00"),
            "description": f"{project.name}: päivä {day + 1}",
        }
        hours = ("7.5", "6", "4.25")[day % 3]
        self._people.log_hours(project.guid, user.guid, hours=hours, approved=approved, **fields)

    def _costs(self, project: Project, user: User) -> None:
        on = {"eventDate": (FIRST_DAY + timedelta(days=7)).isoformat(), "project": {"guid": project.guid}}
        product = self._ref("products", "code", "LUM-1" if project.number in (1, 3) else "ALI-1")
        self._people.create("projectfees", product=product, quantity=1, unitPrice=self._price(project, "1200.00"), **on)
        if project.number in (1, 2, 4):
            kind, who = self._ref("travelexpensetypes", "code", "KM"), {"guid": user.guid}
            phase = {"guid": project.root_phase}
            fields: Json = {"travelExpense": kind, "user": who, "phase": phase, "quantity": 180}
            self._people.create("projecttravelexpenses", **fields, **on)

    def _price(self, project: Project, amount: str) -> Json:
        currency = self._database.currencies.find(project.currency)
        return {"amount": Decimal(amount), "currencyCode": currency.code if currency else "EUR"}

    def _guid(self, resource: str, attribute: str, value: object) -> str:
        return next(str(row.guid) for row in self._people.rows(resource) if getattr(row, attribute) == value)

    def _ref(self, resource: str, attribute: str, value: object) -> Json:
        return {"guid": self._guid(resource, attribute, value)}


def fill(company: Company, people: People) -> None:
    """Puts Lumipolku into the empty organisation."""
    seed = Seed(company, people)
    with company.at(SEEDED_AT):
        seed.set_up()
        seed.parties()
        seed.projects()
        seed.work()


def _euros(amount: str) -> Json:
    return {"amount": Decimal(amount), "currencyCode": "EUR"}
