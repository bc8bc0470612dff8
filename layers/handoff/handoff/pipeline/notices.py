"""Notices: one message for a burst of failures, of what is open and was not told yet.

    reported ─► announced ─► (a delay) ─► looked at ─► nothing new: no message
                                              ├─► told a moment ago: looked at again later
                                              └─► sent, then remembered

What mended itself during the delay is not open any more and is left out. A message is remembered after it was sent:
a crash in between sends it twice, rather than never.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from handoff.domain.errors import Rejected
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import StagedRecord
from handoff.pipeline.notice_mail import Group, Letter, Shown, mail_of
from handoff.ports import OpenProblem, ProblemStore, StagedStore
from handoff.ports.notices import Mailer, NoticeStore, Told

EXAMPLES_MAX = 5
"""Causes of one kind, and records of one cause, that a message names; the rest is a number."""


class Ended(StrEnum):
    """How a look at the inbox ended."""

    NOTHING_NEW = "nothing_new"
    TOO_SOON = "too_soon"
    NOBODY_TO_TELL = "nobody_to_tell"
    NO_SENDER = "no_sender"
    REFUSED = "refused"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the inbox came to; `wait_seconds` where it has to be repeated."""

    ended: Ended
    causes: int = 0
    wait_seconds: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What people call things in a message; `link` leads to the inbox."""

    company: str
    integration: str
    time_tool: str
    erp: str
    link: str


@dataclass(frozen=True, slots=True)
class NoticeTools:
    """What telling works with; `address` and `names` are read only when there is something to tell."""

    problems: ProblemStore
    staged: StagedStore
    notices: NoticeStore
    mailer: Mailer | None
    address: Callable[[], str]
    names: Callable[[], Names]
    apart: timedelta
    clock: Callable[[], datetime]


def tell(tools: NoticeTools) -> Look:
    """Looks at the inbox and sends what is new in it; raises RateLimited or Unreachable, with nothing remembered."""
    now = tools.clock()
    told = tools.notices.load()
    standing = tools.problems.open()
    news = untold(standing, told)
    if not news:
        return Look(Ended.NOTHING_NEW)
    found = len(news)
    if told.tried_at is not None and (left := told.tried_at + tools.apart - now) > timedelta(0):
        return Look(Ended.TOO_SOON, found, wait_seconds=math.ceil(left.total_seconds()))
    address = tools.address()
    if not address:
        return Look(Ended.NOBODY_TO_TELL, found)
    if tools.mailer is None:
        return Look(Ended.NO_SENDER, found)
    letter = letter_of(news, tools.names(), apart=tools.apart, staged=tools.staged)
    try:
        tools.mailer.send(mail_of(letter, to=address))
    except Rejected as refusal:
        # Not repeated by machine; when the address is mended, the next failure brings all that is open.
        tools.notices.save(replace(told, tried_at=now))
        return Look(Ended.REFUSED, found, why=refusal.message)
    tools.notices.save(after(told, standing, news, at=now))
    return Look(Ended.SENT, found)


def untold(standing: Iterable[OpenProblem], told: Told) -> list[OpenProblem]:
    """The open causes nobody was told of, oldest first; one that was closed and came back is among them."""
    news = [known for known in standing if not _is_told(known, told)]
    return sorted(news, key=lambda known: (known.since, known.problem.subject, known.problem.id))


def _is_told(known: OpenProblem, told: Told) -> bool:
    at = told.causes.get(known.problem.id)
    return at is not None and known.since <= at


def after(told: Told, standing: Iterable[OpenProblem], news: Iterable[OpenProblem], *, at: datetime) -> Told:
    """The memory after a message: what is closed is forgotten."""
    kept = {known.problem.id: told.causes[known.problem.id] for known in standing if _is_told(known, told)}
    return replace(told, causes={**kept, **{known.problem.id: at for known in news}}, tried_at=at)


def letter_of(news: Sequence[OpenProblem], names: Names, *, apart: timedelta, staged: StagedStore) -> Letter:
    """What a message says of these causes, those of one kind together."""
    by_code: dict[ProblemCode, list[OpenProblem]] = {}
    for known in news:
        by_code.setdefault(known.problem.code, []).append(known)
    shown = {known.problem.id: known for causes in by_code.values() for known in causes[:EXAMPLES_MAX]}
    labels = _labels(shown.values(), staged)
    groups = [
        Group(
            fixed_by=causes[0].problem.entry.fixed_by,
            cure=causes[0].problem.entry.cure,
            causes=len(causes),
            records=sum(len(known.external_ids) for known in causes),
            shown=tuple(_shown(known, labels) for known in causes[:EXAMPLES_MAX]),
        )
        for causes in by_code.values()
    ]
    return Letter(
        company=names.company,
        integration=names.integration,
        time_tool=names.time_tool,
        erp=names.erp,
        link=names.link,
        minutes_apart=int(apart.total_seconds() // 60),
        groups=tuple(groups),
    )


def _shown(known: OpenProblem, labels: Mapping[tuple[str, str], str]) -> Shown:
    names = tuple(labels[known.flow, name] for name in _examples(known.external_ids))
    return Shown(known.problem.message, known.flow, len(known.external_ids), names, known.since)


def _examples(external_ids: Collection[str]) -> list[str]:
    return sorted(external_ids, key=lambda name: (len(name), name))[:EXAMPLES_MAX]


def _labels(causes: Iterable[OpenProblem], staged: StagedStore) -> dict[tuple[str, str], str]:
    """What people call the records by, by flow and id: their number where they have one."""
    wanted: dict[str, set[str]] = {}
    for known in causes:
        wanted.setdefault(known.flow, set()).update(_examples(known.external_ids))
    labels = {}
    for flow, names in wanted.items():
        known_records = staged.get_many(flow, sorted(names)) if names else {}
        for name in names:
            labels[flow, name] = label_of(known_records.get(name)) or name
    return labels


class _Numbered(msgspec.Struct, frozen=True):
    """What many contents have: the number people know the record by."""

    number: str | int | None = None


_NUMBERED = msgspec.json.Decoder(_Numbered)


def label_of(record: StagedRecord | None) -> str:
    """The number people know a record by; empty where it has none."""
    if record is None:
        return ""
    try:
        number = _NUMBERED.decode(record.body).number
    except msgspec.ValidationError:
        return ""
    return "" if number is None else str(number)
