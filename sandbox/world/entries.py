"""The hours that the people of the world logged in September and October 2026.

Everything is drawn from one seeded generator, so the same seed and number give the same entries. September is
approved; October is approved up to and including Sunday the 25th; of the last week a part is approved, a part waits
for a manager and a part was never submitted.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sandbox.world.model import Approval, Entry, Person, Project
from sandbox.world.people import LEFT, WITHOUT_EMPLOYEE
from sandbox.world.projects import (
    COMPLETED_IN_ERP,
    FIRST_ARCHIVED,
    FIRST_INTERNAL,
    IN_USD,
    TASK_UNKNOWN_TO_ERP,
    UNKNOWN_TO_ERP,
    WITHOUT_RATE,
)

FIRST_DAY, LAST_DAY = date(2026, 9, 1), date(2026, 10, 31)
LAST_APPROVED_DAY = date(2026, 10, 25)
OPEN_MONTH_STARTS = date(2026, 10, 1)
PLANTED_FROM = 200  # smaller worlds have plain entries only

_QUARTERS = (30, 15, 29, 14, 24, 9, 21, 6, 17, 3)  # 7.5 h, 3.75 h, …
_HOURS = (*(Decimal(n) / 4 for n in _QUARTERS), Decimal("2.11"), Decimal("1.35"), Decimal("3.67"), Decimal("4.83"))
_SHORT = tuple(Decimal(n) / 20 for n in (2, 5, 7, 10, 15))
_NOTES = (
    "Feilretting", "Møte med kunde", "Gjennomgang av løsning", "Kodegjennomgang", "Brukertest på Grünerløkka",
    "Skisser til forside", "Oppfølging av sak\r\nAvtalt ny frist", 'Ny versjon av "bestillingen"', "Planlegging",
    "Årsoppgjør: tall til øre", "Feilsøking i betaling", "Support på telefon", "Opplæring i Tromsø", None, "",
)  # fmt: skip


@dataclass(frozen=True)
class _Planted:
    """An entry that is there for a reason; persons, projects and tasks by number."""

    spent_on: date
    person: int
    project: int
    task: int
    hours: str
    notes: str
    approval: Approval = Approval.APPROVED
    timer: bool = False


def entries(count: int, seed: int, staff: Sequence[Person], projects: Sequence[Project]) -> Iterator[Entry]:
    """`count` entries in the order in which they were created, planted ones among them."""
    planted = list(_planted(staff, projects)) if count >= PLANTED_FROM else []
    rng = random.Random(seed)  # noqa: S311 - test data, not a secret
    drawn = [_finish(rng, _written(entry)) for entry in planted]
    drawn.extend(_drawn(rng, count - len(planted), staff, projects))
    drawn.sort(key=lambda entry: (entry.created_at, entry.person, entry.project, entry.task))
    for number, entry in enumerate(drawn, start=1):
        yield replace(entry, number=number)


def _drawn(rng: random.Random, count: int, staff: Sequence[Person], projects: Sequence[Project]) -> Iterator[Entry]:
    choices = _choices(staff, projects)
    days = [(day, person) for day in _weekdays() for person in choices if person != LEFT or day.month == 9]
    hours = _HOURS if count <= 3 * len(days) else _SHORT
    for index in range(count):
        # Evenly over days and people, so that any number of entries fills both months.
        day, person = days[index * len(days) // count]
        project, tasks = rng.choice(choices[person][day >= OPEN_MONTH_STARTS])
        entry = Entry(
            number=0,
            spent_on=day,
            person=person,
            project=project,
            task=rng.choice(tasks),
            hours=rng.choice(hours),
            notes=rng.choice(_NOTES),
            approval=_approval(day, person),
            is_billed=False,
            started_at=None,
            created_at=_evening(day),
            updated_at=_evening(day),
        )
        yield _finish(rng, entry)


_Choice = tuple[int, tuple[int, ...]]


def _choices(staff: Sequence[Person], projects: Sequence[Project]) -> dict[int, tuple[list[_Choice], list[_Choice]]]:
    """Per person the projects and tasks to draw from, in September and in October. Misfits are never drawn."""
    misfits = {COMPLETED_IN_ERP, UNKNOWN_TO_ERP, IN_USD, *WITHOUT_RATE}
    found: dict[int, tuple[list[_Choice], list[_Choice]]] = {
        person.number: ([], []) for person in staff if person.number != WITHOUT_EMPLOYEE
    }
    for project in projects:
        if project.code in misfits:
            continue
        choice = (project.number, tuple(task.task for task in project.tasks if task.task != TASK_UNKNOWN_TO_ERP))
        internal = FIRST_INTERNAL <= project.number < FIRST_ARCHIVED
        for member in project.team:
            if internal and (member.person + project.number) % 3:
                continue  # everybody may log internal hours, but few do
            if member.person in found:
                found[member.person][0].append(choice)
                if project.is_active:
                    found[member.person][1].append(choice)
    return found


def _weekdays() -> list[date]:
    days = [FIRST_DAY + timedelta(days=step) for step in range((LAST_DAY - FIRST_DAY).days + 1)]
    return [day for day in days if day.weekday() < 5]


def _approval(day: date, person: int) -> Approval:
    if day <= LAST_APPROVED_DAY:
        return Approval.APPROVED
    return (Approval.UNSUBMITTED, Approval.SUBMITTED, Approval.APPROVED, Approval.APPROVED)[person % 4]


def _written(planted: _Planted) -> Entry:
    at = datetime.combine(planted.spent_on, datetime.min.time(), UTC) + timedelta(hours=20, minutes=planted.task * 5)
    return Entry(
        number=0,
        spent_on=planted.spent_on,
        person=planted.person,
        project=planted.project,
        task=planted.task,
        hours=Decimal(planted.hours),
        notes=planted.notes,
        approval=planted.approval,
        is_billed=False,
        started_at=at if planted.timer else None,
        created_at=at if planted.timer else _evening(planted.spent_on),
        updated_at=at if planted.timer else _evening(planted.spent_on),
    )


def _finish(rng: random.Random, entry: Entry) -> Entry:
    """Puts the stamps on: most log the same evening, some days late; a few go back and correct old days."""
    created = entry.created_at + timedelta(seconds=rng.randrange(4 * 3600))
    if entry.started_at is not None:
        return entry
    if rng.random() < 0.08:
        created += timedelta(days=rng.randrange(1, 6))
    updated = created + timedelta(minutes=rng.randrange(90))
    if entry.approval is Approval.APPROVED:
        updated = max(updated, _next_monday(entry.spent_on) + timedelta(minutes=rng.randrange(150)))
    if entry.spent_on.month == 9 and rng.random() < 0.04:
        updated = datetime(2026, 10, 20, 7, 0, tzinfo=UTC) + timedelta(minutes=rng.randrange(9 * 1440))
    billed = entry.spent_on.month == 9 and entry.approval is Approval.APPROVED and rng.random() < 0.1
    return replace(entry, created_at=created, updated_at=updated, is_billed=billed)


def _evening(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 14, 0, tzinfo=UTC)


def _next_monday(day: date) -> datetime:
    """When a manager looks at the week, seven in the morning UTC; a day after the month's end at the latest."""
    monday = day + timedelta(days=7 - day.weekday())
    return datetime(monday.year, monday.month, monday.day, 7, 0, tzinfo=UTC)


def _planted(staff: Sequence[Person], projects: Sequence[Project]) -> Iterator[_Planted]:
    yield from _misfit_entries(projects)
    yield from _odd_entries(staff, projects)


def _misfit_entries(projects: Sequence[Project]) -> Iterator[_Planted]:
    by_code = {project.code: project for project in projects}
    stranger = WITHOUT_EMPLOYEE
    yield _Planted(date(2026, 10, 6), stranger, 1, 1, "6.0", "Vikar for Dag")
    yield _Planted(date(2026, 10, 7), stranger, 2, 1, "5.5", "Vikar for Dag")
    done = by_code[COMPLETED_IN_ERP]
    for day, member, hours in ((8, 1, "3.0"), (9, 2, "2.5")):
        who, task = done.team[member].person, done.tasks[0].task
        yield _Planted(date(2026, 10, day), who, done.number, task, hours, "Etterarbeid på kaia")
    who = projects[0].team[1].person
    yield _Planted(date(2026, 10, 13), who, 1, TASK_UNKNOWN_TO_ERP, "4.0", "Befaring før oppstart")
    dollars = by_code[IN_USD]
    for day, member, hours in ((14, 0, "7.5"), (15, 1, "3.75")):
        who, task = dollars.team[member].person, dollars.tasks[0].task
        yield _Planted(date(2026, 10, day), who, dollars.number, task, hours, "Workshop")
    for code, day, hours in ((UNKNOWN_TO_ERP, 27, "2.0"), (UNKNOWN_TO_ERP, 28, "1.5"), (WITHOUT_RATE[0], 28, "2.5")):
        where = by_code[code]
        waiting = next(member.person for member in where.team if member.person % 4 == 1)
        task = where.tasks[0].task
        submitted = Approval.SUBMITTED
        yield _Planted(date(2026, 10, day), waiting, where.number, task, hours, "Prøver ut", submitted)


def _odd_entries(staff: Sequence[Person], projects: Sequence[Project]) -> Iterator[_Planted]:
    """Zero hours, hours that round up to a quarter, long days and running timers."""
    for day, project in ((2, 3), (5, 4), (12, 6), (20, 9), (21, 11), (29, 12)):
        where = projects[project - 1]
        who = where.team[day % 8].person
        approval = _approval(date(2026, 10, day), who)
        yield _Planted(date(2026, 10, day), who, project, where.tasks[0].task, "0.0", "Glemt å fylle inn", approval)
    for day, project, hours in ((1, 14, "0.02"), (16, 16, "12.5"), (22, 18, "23.99")):
        where = projects[project - 1]
        who = where.team[0].person
        yield _Planted(date(2026, 10, day), who, project, where.tasks[1].task, hours, "Døgnvakt ved flytting")
    running = [person for person in staff if person.number % 4 == 0 and person.number != WITHOUT_EMPLOYEE][:3]
    for person in running:
        where = next(project for project in projects if any(one.person == person.number for one in project.team))
        yield _Planted(
            date(2026, 10, 30), person.number, where.number, where.tasks[0].task, "1.25", "Pågår",
            Approval.UNSUBMITTED, timer=True,
        )  # fmt: skip
