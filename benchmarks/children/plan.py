"""Plans a month of records that makes 20,000 lines; run and measured by `benchmarks.plan`.

    plan.py KIND LINES SLICE

A consultancy of 40 people on 60 projects of 30 clients, eight people and five tasks to a project, drawn at
random day by day. The rate card has rules on every coordinate, some with dates; work of every third project
is split over three cost centres, all other work lies on one. What must come out is worked out here a second
time, plainly.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from time import process_time

from handoff.accounting.plan_rules import PlanRules
from handoff.domain.posting import DocumentKind
from handoff.domain.projects import Project, ProjectType
from handoff.domain.reference import ReferenceData
from handoff.domain.staged import StagedRecord
from handoff.pipeline.documents import Sender
from handoff.pipeline.plan import BoundPlan, Plan
from tests import builders as a

PEOPLE, CLIENTS, PROJECTS, TASKS = 40, 30, 60, 10
TEAM, TASKS_OF_PROJECT, DAYS = 8, 5, 30
SHARES = {"10": "50", "20": "30", "30": "20"}
SPLIT_EVERY = 3
LINES_OF_THREE_RECORDS = SPLIT_EVERY - 1 + len(SHARES)
TYPES = (ProjectType.TIME_AND_MATERIALS.value, ProjectType.FIXED_FEE.value)
ROLES = ("Partner", SENIOR := "Senior", "Konsulent", "Trainee")
OWN_RATE, SENIOR_RATE, EURO = Decimal(1250), Decimal("1333.33"), Decimal("11.52")
RISE_ON = 16
"""The day of the month from which some rates are others."""
BEFORE_RISE, RISE = f"2026-10-{RISE_ON - 1}", f"2026-10-{RISE_ON}"
ORE = Decimal("0.01")


def numbers(count: int) -> range:
    """1 to count."""
    return range(1, count + 1)


def reference() -> ReferenceData:
    """Both sides' lists."""
    tasks = tuple(a.a_ledger_task(number=f"{task:02}", name=f"Oppgave {task}") for task in numbers(TASKS))
    people = [(p, f"Ånund {p}", _email(p)) for p in numbers(PEOPLE)]
    return a.reference_data(
        clients=[
            a.a_client(id=str(300 + c), name=f"Kunde {c} AS", currency="EUR" if _is_abroad(c) else "NOK")
            for c in numbers(CLIENTS)
        ],
        projects=[_project(p) for p in numbers(PROJECTS)],
        tasks=[a.a_task(id=str(600 + task), name=f"Oppgave {task}") for task in numbers(TASKS)],
        people=[a.a_person(id=str(500 + p), name=name, email=email, roles=(_role(p),)) for p, name, email in people],
        employees=[a.an_employee(number=str(p), name=name, email=email) for p, name, email in people],
        ledger_projects=[a.a_ledger_project(number=_code(p), name=_code(p), tasks=tasks) for p in numbers(PROJECTS)],
        accounts=[a.an_account(number=str(number)) for number in (1530, *range(3000, 3100))],
    )


def rules(kind: DocumentKind) -> PlanRules:
    """Rules on every coordinate, dated ones among them."""
    return a.plan_rules(
        post_as=[kind.value],
        currencies=[{"currency": "EUR", "rate": str(EURO)}],
        rate_card=[{"id": "default", "account": "3000"}, *_accounts(), *_rates()],
        allocations=[
            {"id": "oslo", "shares": {"10": "1"}},
            *(
                {"id": f"split P{p}", "match": {"project": _code(p)}, "shares": SHARES, "shares_in": "percent"}
                for p in numbers(PROJECTS)
                if p % SPLIT_EVERY == 0
            ),
        ],
    )


def _accounts() -> Iterator[Mapping[str, object]]:
    """Accounts by client, project type and task."""
    clients = [f"Kunde {client} AS" for client in numbers(CLIENTS) if client % 5 == 0]
    yield from ({"id": name, "match": {"client": name}, "account": f"{3010 + n}"} for n, name in enumerate(clients))
    yield from ({"id": name, "match": {"project_type": name}, "account": f"{3050 + n}"} for n, name in enumerate(TYPES))
    tasks = [f"Oppgave {task}" for task in numbers(TASKS)]
    yield from ({"id": name, "match": {"task": name}, "account": f"{3060 + n}"} for n, name in enumerate(tasks))


def _rates() -> Iterator[Mapping[str, object]]:
    """Rates by project (another one from the middle of the month on), member and role."""
    for project in filter(_has_own_rate, numbers(PROJECTS)):
        for second_half, dates in ((False, {"valid_to": BEFORE_RISE}), (True, {"valid_from": RISE})):
            rate = _rate_of(project, second_half=second_half)
            yield _rate(f"P{project} {second_half}", {"project": _code(project)}, rate, dates)
    for person in numbers(PEOPLE):
        if person % 4 == 0:
            yield _rate(f"person {person}", {"member": _email(person)}, Decimal(1600 + person))
    yield _rate("seniors", {"role": SENIOR}, SENIOR_RATE)


def _rate(
    name: str, match: Mapping[str, str], amount: Decimal, dates: Mapping[str, str] | None = None
) -> Mapping[str, object]:
    return {"id": name, "match": match, "rate": {"amount": str(amount), "currency": "NOK"}, **(dates or {})}


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry by the numbers of what it is about."""

    number: int
    day: int
    project: int
    task: int
    person: int
    hours: Decimal


def draw(lines: int) -> Iterator[Drawn]:
    """Entries that make so many lines, day by day; every third one is work that is split."""
    rng = random.Random(2026)  # noqa: S311 - test data, not a secret
    count = lines * SPLIT_EVERY // LINES_OF_THREE_RECORDS
    for number in range(count):
        project = rng.randrange(PROJECTS // SPLIT_EVERY) * SPLIT_EVERY + number % SPLIT_EVERY + 1
        yield Drawn(
            number=number,
            day=number * DAYS // count + 1,
            project=project,
            task=(project + rng.randrange(TASKS_OF_PROJECT)) % TASKS + 1,
            person=(project * 3 + rng.randrange(TEAM)) % PEOPLE + 1,
            hours=Decimal(rng.randrange(1, 33)) / 4,
        )


def records(drawn: Sequence[Drawn]) -> Sequence[StagedRecord]:
    """The entries as they lie in the store, approved."""
    return [
        a.a_record(
            entry=a.a_time_entry(
                external_id=str(2_636_709_000 + one.number),
                spent_on=f"2026-10-{one.day:02}",
                hours=str(one.hours),
                person_id=str(500 + one.person),
                client_id=str(300 + _client(one.project)),
                project_id=str(400 + one.project),
                task_id=str(600 + one.task),
                rate=str(OWN_RATE),
                notes=f"Avklaring {one.number % 50}",
            )
        )
        for one in drawn
    ]


def expected(drawn: Sequence[Drawn]) -> Mapping[str, str]:
    """Hours and value of it all."""
    hours = value = Decimal(0)
    for one in drawn:
        rate, exchange = OWN_RATE, EURO if _is_abroad(_client(one.project)) else Decimal(1)
        if _has_own_rate(one.project):
            rate, exchange = _rate_of(one.project, second_half=one.day >= RISE_ON), Decimal(1)
        elif one.person % 4 == 0:
            rate, exchange = Decimal(1600 + one.person), Decimal(1)
        elif _role(one.person) == SENIOR:
            rate, exchange = SENIOR_RATE, Decimal(1)
        hours += one.hours
        value += _ore(_ore(one.hours * rate) * exchange)
    return {"hours": f"{hours:.2f}", "value": f"{value:.2f}"}


def found(plans: Sequence[Plan]) -> Mapping[str, object]:
    """What the plans say: records, lines or parts, hours, value, and what kept records from it."""
    postings = [posting for one in plans for posting in one.postings]
    of_lines = [line for posting in postings for line in posting.project_lines]
    journal = [line for posting in postings for line in posting.journal_lines]
    value = sum((line.amount for line in of_lines), sum((line.debit for line in journal), Decimal(0)))
    hours = sum((share.hours for posting in postings for share in posting.shares), Decimal(0))
    return {
        "records": len({ref.external_id for posting in postings for ref in posting.records}),
        "project_lines": len(of_lines),
        "journal_lines": len(journal),
        "documents": len(postings),
        "hours": f"{hours:.2f}",
        "value": f"{value:.2f}",
        "credit_differs": any(sum(x.debit - x.credit for x in posting.journal_lines) for posting in postings),
        "left_over": sum(len(one.problems) + len(one.out) for one in plans),
    }


def main() -> None:
    """Plans once, and tells the CPU seconds of it and what came out."""
    kind, lines, size = DocumentKind(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    drawn = list(draw(lines))
    ready, settled, lists = records(drawn), rules(kind), reference()
    began = process_time()
    sender = Sender(a.TENANT, a.ENTITY, a.HOURS, settled.currency, 1)
    planned = BoundPlan(settled, lists, sender)
    plans = [planned(part, kind) for part in _slices(ready, size)]
    cpu_seconds = process_time() - began
    told = {"cpu_seconds": cpu_seconds, "records": len(ready), "found": found(plans), "expected": expected(drawn)}
    sys.stdout.write(json.dumps(told))


def _slices(ready: Sequence[StagedRecord], size: int) -> Iterator[Sequence[StagedRecord]]:
    for start in range(0, len(ready), size):
        yield ready[start : start + size]


def _project(number: int) -> Project:
    return a.a_project(
        id=str(400 + number),
        name=f"Prosjekt {number}",
        code=_code(number),
        client_id=str(300 + _client(number)),
        type=ProjectType(TYPES[number % len(TYPES)]),
    )


def _client(project: int) -> int:
    return (project - 1) % CLIENTS + 1


def _is_abroad(client: int) -> bool:
    return client % 7 == 0


def _has_own_rate(project: int) -> bool:
    return project % 10 == 0


def _rate_of(project: int, *, second_half: bool) -> Decimal:
    return Decimal(1500 if second_half else 1400) + project + Decimal("0.5")


def _role(person: int) -> str:
    return ROLES[person % len(ROLES)]


def _email(person: int) -> str:
    return f"person{person}@fjordlys.example"


def _code(project: int) -> str:
    return f"P{1000 + project}"


def _ore(amount: Decimal) -> Decimal:
    return amount.quantize(ORE, rounding=ROUND_HALF_UP)


if __name__ == "__main__":
    main()
