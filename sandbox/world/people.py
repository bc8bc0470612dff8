"""Who works at Fjordlys Konsult AS. All names are invented."""

from __future__ import annotations

from decimal import Decimal

from sandbox.world.model import Person, Role

ROLES = (
    Role("Developer", Decimal("1450.0"), Decimal("640.0")),
    Role("Senior developer", Decimal("1650.0"), Decimal("760.0")),
    Role("Designer", Decimal("1350.0"), Decimal("610.0")),
    Role("Consultant", Decimal("1550.0"), Decimal("690.0")),
    Role("Project manager", Decimal("1600.0"), Decimal("720.0")),
    Role("Partner", Decimal("1950.0"), Decimal("980.0")),
)

WITHOUT_EMPLOYEE = 40  # logs hours, but nobody made an employee of this contractor in the ERP
LEFT = 39  # left the house at the end of September
CONTRACTORS = frozenset({23, 38, 40})
BERGEN_FROM = 25  # numbers up to 24 sit in Oslo

_PEOPLE = (
    ("Åse", "Lyngtopp", "Partner"),
    ("Bjørn", "Kattegat", "Senior developer"),
    ("Cathrine", "Nordlysdal", "Project manager"),
    ("Dag", "Møllestein", "Developer"),
    ("Eline", "Sjøglimt", "Designer"),
    ("Frøydis", "Havbris", "Consultant"),
    ("Gunnar", "Tåkeheim", "Developer"),
    ("Hæge", "Vintervåg", "Senior developer"),
    ("Iver", "Bjørkefall", "Developer"),
    ("Jorunn", "Rimfrost", "Consultant"),
    ("Kåre", "Fjellrev", "Developer"),
    ("Liv", "Østenvind", "Designer"),
    ("Magnus", "Steinrøys", "Developer"),
    ("Nora", "Kvitkløver", "Project manager"),
    ("Olav", "Grånipa", "Senior developer"),
    ("Pernille", "Løvetann", "Consultant"),
    ("Rúna", "Brattfoss", "Developer"),
    ("Sigbjørn", "Myrull", "Developer"),
    ("Tuva", "Sølvbekk", "Designer"),
    ("Ulrik", "Ravneskar", "Developer"),
    ("Vilde", "Aurskog-Ås", "Consultant"),
    ("Wenche", "Solgløtt", "Project manager"),
    ("Yngve", "Skjærgård", "Developer"),
    ("Ørjan", "Furumo", "Senior developer"),
    ("Ågot", "Vestavind", "Partner"),
    ("Brage", "Nattergal", "Developer"),
    ("Dagny", "Småøy", "Project manager"),
    ("Einar", "Rognebær", "Senior developer"),
    ("Fredrik", "Tindehøi", "Developer"),
    ("Gyda", "Blåveis", "Designer"),
    ("Håkon", "Værbitt", "Consultant"),
    ("Ingebjørg", "Kråkebolle", "Developer"),
    ("Jens", "Strandsnipe", "Developer"),
    ("Kjersti", "Nysnø", "Consultant"),
    ("Lærke", "Dybhavn", "Designer"),
    ("Mørten", "Langbølge", "Developer"),
    ("Oddny", "Fuglesang-Bø", "Senior developer"),
    ("Søren", "Klitgræs", "Developer"),
    ("Torbjörg", "Vågmester", "Consultant"),
    ("Embla", "Nørrevind", "Developer"),
)
_ASCII = str.maketrans({"å": "a", "æ": "ae", "ø": "o", "ö": "o", "ä": "a", "ú": "u"})


def people() -> tuple[Person, ...]:
    """The 40 people; the first is the administrator who connects the time tool."""
    return tuple(_person(number, *row) for number, row in enumerate(_PEOPLE, start=1))


def _person(number: int, first_name: str, last_name: str, role_name: str) -> Person:
    role = next(role for role in ROLES if role.name == role_name)
    seniority = Decimal(number % 4) * 25
    return Person(
        number=number,
        first_name=first_name,
        last_name=last_name,
        email=f"{first_name}.{last_name}@example.test".lower().translate(_ASCII),
        role=role_name,
        cost_centre="20" if number >= BERGEN_FROM else "10",
        hourly_rate=role.hourly_rate,
        cost_rate=role.cost_rate + seniority,
        access=_access(number, role_name),
        is_contractor=number in CONTRACTORS,
        is_active=number != LEFT,
        employee_number=None if number == WITHOUT_EMPLOYEE else str(100 + number),
    )


def _access(number: int, role_name: str) -> str:
    if number == 1:
        return "administrator"
    return "manager" if role_name in ("Partner", "Project manager") else "member"
