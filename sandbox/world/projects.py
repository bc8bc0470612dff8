"""Whom Fjordlys Konsult AS works for, on what, and how that is paid. All companies are invented."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

from sandbox.world.model import (
    Bill,
    Budget,
    Client,
    ErpStatus,
    Member,
    Person,
    Project,
    ProjectTask,
    Task,
)
from sandbox.world.people import LEFT, WITHOUT_EMPLOYEE

OURSELVES = 30
USD_CLIENT = 29
COMPLETED_IN_ERP = "P1047"
UNKNOWN_TO_ERP = "P1048"
IN_USD = "P1049"
WITHOUT_RATE = ("P1050", "P1051")
TASK_UNKNOWN_TO_ERP = 10

_CLIENTS = (  # name, street, place, currency
    ("Fjord Industri AS", "Storgata 1", "0155 Oslo", "NOK"),
    ("Ærfugl Bokhandel AS", "Lille Grensen 7", "0159 Oslo", "NOK"),
    ("Østlys Kraft AS", "Kraftveien 12", "1605 Fredrikstad", "NOK"),
    ("Åsgård Arkitekter AS", "Bygdøy allé 44", "0265 Oslo", "NOK"),
    ("Brønnøy Havbruk AS", "Kaia 3", "8900 Brønnøysund", "NOK"),
    ("Sølvskogen Kommune", "Rådhusplassen 1", "2080 Eidsvoll", "NOK"),
    ("Nordnes Rederi AS", "Strandgaten 210", "5004 Bergen", "NOK"),
    ("Fløyen Reiseliv AS", "Vetrlidsallmenningen 21", "5014 Bergen", "NOK"),
    ("Måltrost Media AS", "Akersgata 55", "0180 Oslo", "NOK"),
    ("Kvernhuset Meieri SA", "Meierigata 4", "6600 Sunndalsøra", "NOK"),
    ("Bølgen Forsikring AS", "Dronning Eufemias gate 16", "0191 Oslo", "NOK"),
    ("Vardefjell Helse AS", "Sykehusveien 9", "5021 Bergen", "NOK"),
    ("Rimtåke Hotell AS", "Fjellvegen 88", "3580 Geilo", "NOK"),
    ("Grønnsletta Gartneri AS", "Drivhusveien 2", "4050 Sola", "NOK"),
    ("Tjeldsund Tømmer AS", "Sagbruksveien 5", "9440 Evenskjer", "NOK"),
    ("Høgskolen i Lynghei", "Campus 1", "3800 Bø", "NOK"),
    ("Isbre Logistikk AS", "Terminalgata 30", "1081 Oslo", "NOK"),
    ("Lærdøla Vann AS", "Elveveien 6", "6887 Lærdal", "NOK"),
    ("Morgenrøde Bank ASA", "Torgallmenningen 8", "5014 Bergen", "NOK"),
    ("Skumring Film AS", "Filmparken 1", "1365 Bærum", "NOK"),
    ("Utvær Vind AS", "Fyrveien 1", "6924 Hardbakke", "NOK"),
    ("Bekkasin Sport AS", "Løypeveien 14", "2609 Lillehammer", "NOK"),
    ("Kongleglimt GmbH", "Tannenweg 3", "20095 Hamburg", "EUR"),
    ("Lumière du Nord SARL", "12 rue des Îles", "44000 Nantes", "EUR"),
    ("Saaristo Oy", "Rantakatu 8", "20100 Turku", "EUR"),
    ("Åkerbär & Söner AB", "Storgatan 17", "111 22 Stockholm", "SEK"),
    ("Björkö Mejeri AB", "Hamngatan 2", "411 04 Göteborg", "SEK"),
    ("Klitrose Design ApS", "Havnegade 31", "1058 København K", "DKK"),
    ("Pinecone Analytics Inc.", "100 Sample Street", "Portland, OR 97201", "USD"),
    ("Fjordlys Konsult AS (internt)", "Pilestredet 17", "0164 Oslo", "NOK"),
)

_RATE_FACTOR = {  # how a NOK rate looks in the client's currency, rounded to fives
    "NOK": Decimal(1),
    "SEK": Decimal("0.95"),
    "DKK": Decimal("0.65"),
    "EUR": Decimal("0.087"),
    "USD": Decimal("0.095"),
}

_TASKS = (  # name, billable, default rate, id within each ERP project
    ("Utvikling", True, "1450.0", "01"),
    ("Design", True, "1350.0", "02"),
    ("Rådgivning", True, "1550.0", "03"),
    ("Prosjektledelse", True, "1600.0", "04"),
    ("Testing", True, "1250.0", "05"),
    ("Drift og støtte", True, "1200.0", "06"),
    ("Opplæring", True, "1400.0", "07"),
    ("Møter", False, None, "08"),
    ("Administrasjon", False, None, "09"),
    ("Førbefaring", True, "1300.0", None),
)

_NAMES = (
    "Nettbutikk fase 1", "Nettbutikk fase 2", "Årsrapport", "Kundeportal", "Målerdata", "Tegningsarkiv",
    "Fôrlogg", "Innbyggerportal", "Skipsdagbok", "Billettsalg", "Abonnement", "Melkeruter",
    "Skadeoppgjør", "Pasienttime", "Bordbestilling", "Frøkatalog", "Tømmermåling", "Studentopptak",
    "Ruteplan", "Vannprøver", "Lånesøknad", "Filmarkiv", "Turbinvakt", "Løypestatus",
    "Katalog på tysk", "Éclairage", "Saaristo-appen", "Bärplock", "Ostkollen", "Møbelkatalog",
    "Datavarehus", "Tilgjengelighet", "Skyflytting", "Sikkerhetsgjennomgang", "Byggesak", "Merkevare",
    "Designsystem", "Arkitekturråd", "Sensornett", "Opplæringspakke", "Driftsavtale Fjord", "Driftsavtale Nordnes",
    "Driftsavtale Morgenrøde", "Fastpris lansering", "Fastpris mobilapp", "Fastpris flytting", "Kaiplan",
    "Prøveprosjekt", "Prognosepilot", "Fastpris rapport", "Fastpris forprosjekt",
    "Internt: salg", "Internt: faglig påfyll", "Internt: verktøy", "Internt: rekruttering",
    "Avsluttet: kampanje", "Avsluttet: prototype", "Avsluttet: flytting", "Avsluttet: internmøter",
    "Avsluttet: analyse",
)  # fmt: skip

FIRST_INTERNAL, FIRST_ARCHIVED = 52, 56
_MONTHLY = frozenset({41, 42, 43})
_FIXED_FEES = {44: "480000.0", 45: "650000.0", 46: "320000.0", 50: "150000.0", 51: "95000.0"}
_BY_CLIENT = {25: 23, 26: 24, 27: 25, 28: 26, 29: 27, 30: 28, 41: 1, 42: 7, 43: 19, 47: 7, 49: USD_CLIENT}
_BUDGETS = {
    Bill.PROJECT: (Budget.PROJECT, Budget.PROJECT_COST, Budget.NONE),
    Bill.TASKS: (Budget.TASK, Budget.TASK_FEES),
    Bill.PEOPLE: (Budget.PERSON, Budget.PROJECT),
    Bill.NONE: (Budget.NONE, Budget.PROJECT),
}


def clients() -> tuple[Client, ...]:
    """The 30 clients, the last of them ourselves."""
    return tuple(
        Client(number, name, f"{street}\r\n{place}", currency, None if number == OURSELVES else str(10_000 + number))
        for number, (name, street, place, currency) in enumerate(_CLIENTS, start=1)
    )


def tasks() -> tuple[Task, ...]:
    """The 10 tasks."""
    return tuple(
        Task(number, name, billable, None if rate is None else Decimal(rate), number in (1, 8), erp_task)
        for number, (name, billable, rate, erp_task) in enumerate(_TASKS, start=1)
    )


@cache  # nothing in them ever changes, and each stand-in of a test begins with them
def projects(staff: tuple[Person, ...]) -> tuple[Project, ...]:
    """The 60 projects with their tasks and teams."""
    return tuple(_project(number, staff) for number in range(1, len(_NAMES) + 1))


def _project(number: int, staff: tuple[Person, ...]) -> Project:
    internal = FIRST_INTERNAL <= number < FIRST_ARCHIVED or number == 59
    client = OURSELVES if internal else _BY_CLIENT.get(number, (number - 1) % 22 + 1)
    factor = _RATE_FACTOR[_CLIENTS[client - 1][3]]
    bill_by = _bill_by(number, internal)
    budget_by = _BUDGETS[bill_by][number % len(_BUDGETS[bill_by])]
    code, fee = f"P{1000 + number}", _FIXED_FEES.get(number)
    archived = number >= FIRST_ARCHIVED
    return Project(
        number=number,
        code=code,
        name=_NAMES[number - 1],
        client=client,
        cost_centre="30" if internal else ("20" if number % 5 in (2, 4) else "10"),
        is_active=not archived,
        is_billable=not internal,
        bill_by=bill_by,
        hourly_rate=_in_currency(Decimal(1350 + number % 7 * 50), factor) if bill_by is Bill.PROJECT else None,
        fee=None if fee is None else Decimal(fee),
        budget_by=budget_by,
        budget=Decimal(200 + number % 9 * 50) if budget_by is Budget.PROJECT else None,
        cost_budget=Decimal(250_000 + number % 6 * 75_000) if budget_by is Budget.PROJECT_COST else None,
        budget_is_monthly=number in _MONTHLY,
        starts_on=date(2026, 1 + number % 6, 1 + number % 20),
        ends_on=date(2026, 9, 30) if archived else None,
        tasks=_project_tasks(number, bill_by, budget_by, factor, internal=internal),
        team=_team(number, bill_by, budget_by, factor, staff),
        erp_status=_erp_status(code),
    )


def _bill_by(number: int, internal: bool) -> Bill:
    if internal or f"P{1000 + number}" in WITHOUT_RATE:
        return Bill.NONE
    return (Bill.PROJECT, Bill.PEOPLE, Bill.TASKS, Bill.PEOPLE, Bill.PROJECT)[number % 5]


def _erp_status(code: str) -> ErpStatus:
    special = {COMPLETED_IN_ERP: ErpStatus.COMPLETED, UNKNOWN_TO_ERP: ErpStatus.UNKNOWN}
    return special.get(code, ErpStatus.ACTIVE)


def _project_tasks(
    number: int, bill_by: Bill, budget_by: Budget, factor: Decimal, *, internal: bool
) -> tuple[ProjectTask, ...]:
    offered: tuple[int, ...] = (8, 9) if internal else (1, 2 + number % 2, 4, 5, 6 + number % 2, 8)
    offered += (TASK_UNKNOWN_TO_ERP,) if number == 1 else ()
    budget = {Budget.TASK: Decimal("80.0"), Budget.TASK_FEES: Decimal("90000.0")}.get(budget_by)
    return tuple(
        ProjectTask(
            task=task,
            billable=billable and not internal,
            hourly_rate=_in_currency(Decimal(rate), factor) if rate and bill_by is Bill.TASKS else None,
            budget=budget,
        )
        for task, (_, billable, rate, _) in enumerate(_TASKS, start=1)
        if task in offered
    )


def _team(
    number: int, bill_by: Bill, budget_by: Budget, factor: Decimal, staff: tuple[Person, ...]
) -> tuple[Member, ...]:
    """Eight people of both offices, or everybody on internal projects; the manager is the first of them."""
    everybody = [person for person in staff if person.number != WITHOUT_EMPLOYEE]
    if FIRST_INTERNAL <= number < FIRST_ARCHIVED:
        chosen = everybody
    else:
        chosen = [everybody[(number * 7 + step * 5) % len(everybody)] for step in range(8)]
        if number in (1, 2):
            chosen.append(staff[WITHOUT_EMPLOYEE - 1])
        if number >= FIRST_ARCHIVED and staff[LEFT - 1] not in chosen:
            chosen.append(staff[LEFT - 1])
    own_rates = bill_by is Bill.PEOPLE and (factor != 1 or number % 3 == 0)
    return tuple(
        Member(
            person=person.number,
            is_manager=person is chosen[0],
            hourly_rate=_in_currency(person.hourly_rate + 100, factor) if own_rates else None,
            budget=Decimal("120.0") if budget_by is Budget.PERSON else None,
        )
        for person in chosen
    )


def _in_currency(nok: Decimal, factor: Decimal) -> Decimal:
    return (nok * factor / 5).quantize(Decimal(1)) * 5 + Decimal("0.0")
