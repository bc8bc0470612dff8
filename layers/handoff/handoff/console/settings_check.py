"""Warnings about settings that are well-formed and name things the vendors' lists do not have.

They are no errors: an account may be opened tomorrow, and a list may not have been read yet, in which
case nothing is said about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from handoff.accounting.matching import fold
from handoff.console.models import Fault
from handoff.domain.reference import ReferenceData
from handoff.integrations.rule_settings import MatchSettings
from handoff.integrations.settings import HoursSettings

WARNINGS_MAX = 100

Naming = tuple[str, str]
"""A path in the settings and the name that stands there."""


def warnings_of(settings: HoursSettings, reference: ReferenceData) -> tuple[Fault, ...]:
    """One warning for each name nothing is called by, the first 100 of them."""
    found = [*_of_the_erp(settings, reference), *_of_the_time_tool(settings, reference)]
    found += _clients_without_rate(settings, reference)
    return tuple(found[:WARNINGS_MAX])


def _of_the_erp(settings: HoursSettings, reference: ReferenceData) -> Iterator[Fault]:
    rate_card = [(f"rate_card[{n}].account", rule.account) for n, rule in enumerate(settings.rate_card)]
    accounts = [
        ("accounts.accrued_revenue", settings.accounts.accrued_revenue),
        *((path, account) for path, account in rate_card if account is not None),
    ]
    cost_centres = [
        (f"allocations[{n}].shares.{number}", number)
        for n, rule in enumerate(settings.allocations)
        for number in rule.shares
    ]
    items = [("item", settings.item)] if settings.item else []
    projects = [(f"projects.{name}", number) for name, number in settings.projects.items()]
    employees = [(f"employees.{name}", number) for name, number in settings.employees.items()]
    yield from _unlisted("account", accounts, {n: a.active for n, a in reference.accounts.items()})
    yield from _unlisted("cost centre", cost_centres, {n: c.active for n, c in reference.cost_centres.items()})
    yield from _unlisted("item", items, {n: i.active for n, i in reference.items.items()})
    yield from _unlisted("project", projects, {n: p.open for n, p in reference.ledger_projects.items()})
    yield from _unlisted("employee", employees, {n: e.active for n, e in reference.employees.items()})


def _unlisted(what: str, namings: Iterable[Naming], known: Mapping[str, bool]) -> Iterator[Fault]:
    if not known:
        return
    for path, number in namings:
        if number not in known:
            yield _warning(f"unknown_{what}", path, f"the ERP has no {what} {number}")
        elif not known[number]:
            yield _warning(f"inactive_{what}", path, f"{what} {number} takes no postings in the ERP")


def _warning(code: str, path: str, message: str) -> Fault:
    cure = "Correct the name, or see to it at the vendor before records need it."
    return Fault(code=code.replace(" ", "_"), message=f"{path}: {message}", field=path, cure=cure)


def _of_the_time_tool(settings: HoursSettings, reference: ReferenceData) -> Iterator[Fault]:
    called = _names_in(reference)
    for path, match in _matches(settings):
        for key, value in match.model_dump(exclude_none=True, exclude={"project_type"}).items():
            count = called[key][fold(value)]
            if called[key] and not count:
                yield _warning(f"unknown_{key}", f"{path}.{key}", f"the time tool has no {key} called {value}")
            elif count > 1 and key != "role":
                text = f"{count} {key}s of the time tool are called {value}, and the rule is for all of them"
                yield _warning(f"ambiguous_{key}", f"{path}.{key}", text)
    ids = [(f"excluded_projects[{n}]", id) for n, id in enumerate(settings.excluded_projects)]
    for place, rule in enumerate(settings.approval.rules):
        ids += [(f"approval.rules[{place}].projects[{n}]", id) for n, id in enumerate(rule.projects)]
    for path, id in ids:
        if reference.projects and id not in reference.projects:
            yield _warning("unknown_project", path, f"the time tool has no project with the id {id}")


def _names_in(reference: ReferenceData) -> dict[str, Counter[str]]:
    """How many objects go by each name; one that has a name twice, as code and as name, counts once."""
    named: dict[str, list[tuple[str, ...]]] = {
        "project": [(p.id, p.code, p.name) for p in reference.projects.values()],
        "client": [(c.id, c.name) for c in reference.clients.values()],
        "task": [(t.id, t.name) for t in reference.tasks.values()],
        "member": [(p.id, p.email, p.name) for p in reference.people.values()],
        "role": [p.roles for p in reference.people.values()],
    }
    return {key: Counter(name for names in objects for name in set(map(fold, names))) for key, objects in named.items()}


def _matches(settings: HoursSettings) -> Iterator[tuple[str, MatchSettings]]:
    for n, rate in enumerate(settings.rate_card):
        yield f"rate_card[{n}].match", rate.match
    for n, split in enumerate(settings.allocations):
        yield f"allocations[{n}].match", split.match


def _clients_without_rate(settings: HoursSettings, reference: ReferenceData) -> Iterator[Fault]:
    priced = {settings.currency, *(rule.currency for rule in settings.currencies)}
    lacking = sorted({c.currency for c in reference.clients.values() if c.active} - priced)
    for currency in lacking:
        yield _warning("no_currency_rule", "currencies", f"clients have the currency {currency}, which has no rate")
