"""How a message about failures reads: a subject, plain text, and the same as HTML without anything to load.

Written for a finance person: what it says, which records, who can mend it and how, since when, and where to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from handoff.domain.problem_codes import FixedBy
from handoff.ports.notices import Mail

SUBJECT_MAX = 150
TEMPLATES = Environment(
    loader=PackageLoader("handoff.pipeline"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_WIDTH = 11
_NOUNS = {
    "customers": ("customer", "customers"),
    "projects": ("project", "projects"),
    "invoices": ("invoice", "invoices"),
    "expenses": ("expense", "expenses"),
    "hours": ("time entry", "time entries"),
}
_ROLE = re.compile(r"\b[Tt]he (?P<role>ERP|time tool)\b(?! (?:project|task|employee))|\b(?P<bare>ERP)\b")
"""What the catalogue calls the two systems: “the ERP”, and “the ERP project”, where the article stays."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A cause that is written out: its sentence, how many records it keeps and which of them are named."""

    sentence: str
    flow: str
    records: int
    examples: tuple[str, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """Causes of one kind, which are mended in the same way."""

    fixed_by: FixedBy
    cure: str
    causes: int
    records: int
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything a message says."""

    company: str
    integration: str
    time_tool: str
    erp: str
    link: str
    minutes_apart: int
    groups: tuple[Group, ...]

    @property
    def causes(self) -> int:
        """How many causes it tells of."""
        return sum(group.causes for group in self.groups)

    @property
    def records(self) -> int:
        """How many records they keep; one that stands behind two causes counts twice."""
        return sum(group.records for group in self.groups)

    def in_words(self, sentence: str) -> str:
        """A sentence of the catalogue with the systems' own names in it."""
        names = {"ERP": self.erp, "time tool": self.time_tool}
        return _ROLE.sub(lambda found: names[found["bare"] or found["role"]], sentence)

    def who(self, group: Group) -> str:
        """Who can mend causes of a kind."""
        return {
            FixedBy.TIME_TOOL: f"Somebody who works in {self.time_tool}",
            FixedBy.ERP: f"Somebody who works in {self.erp}",
            FixedBy.SETTINGS: "Whoever keeps this integration's settings",
            FixedBy.CONNECTION: "Whoever may connect the accounts",
        }[group.fixed_by]

    @property
    def opening(self) -> str:
        """The first sentence."""
        many = count(self.causes, "problem", "problems")
        verb = "needs" if self.causes == 1 else "need"
        if not self.records:
            return f"{many} {verb} somebody."
        waits = "waits" if self.records == 1 else "wait"
        return f"{many} {verb} somebody; {count(self.records, 'record', 'records')} {waits}."

    @property
    def closing(self) -> str:
        """What to expect from now on."""
        return (
            "You are told of each problem once, and again if it comes back; at most one message every "
            f"{count(self.minutes_apart, 'minute', 'minutes')}. Everything else goes on meanwhile. This address is "
            "the setting “E-mail for failures” (notices.email)."
        )


def count(number: int, one: str, many: str) -> str:
    """A number with its noun, as people write it."""
    return f"{number:,} {one if number == 1 else many}"


def mail_of(letter: Letter, *, to: str) -> Mail:
    """The message."""
    return Mail(to=to, subject=_subject(letter), text=_text(letter), html=_html(letter))


def _subject(letter: Letter) -> str:
    waits = f", {count(letter.records, 'record', 'records')} held up" if letter.records else ""
    plain = f"{letter.company}: {count(letter.causes, 'problem', 'problems')} in {letter.integration}{waits}"
    line = " ".join(plain.split())  # a line break would end the header
    return line if len(line) <= SUBJECT_MAX else f"{line[: SUBJECT_MAX - 1]}…"


def _which(shown: Shown) -> str:
    """How many records a cause keeps, and some of them."""
    if not shown.records:
        return ""
    nouns = _NOUNS.get(shown.flow, ("record", "records"))
    more = shown.records - len(shown.examples)
    named = ", ".join(shown.examples)
    return f"{count(shown.records, *nouns)}: {named}{f' and {more:,} more' if more else ''}"


def _since(at: datetime) -> str:
    in_utc = at.astimezone(UTC)
    return f"{in_utc.day} {in_utc:%B %Y, %H:%M} UTC"


def _facts(letter: Letter, group: Group) -> Iterator[tuple[str, str]]:
    """What stands below a group's sentence, by its label."""
    if group.causes == 1 and (which := _which(group.shown[0])):
        yield "Which", which
    yield "Who", letter.who(group)
    yield "What to do", letter.in_words(group.cure)
    yield "Since", _since(min(shown.since for shown in group.shown))


def _several(group: Group) -> str:
    held = f", {count(group.records, 'record', 'records')}" if group.records else ""
    return f"{count(group.causes, 'problem', 'problems')} of one kind{held}:"


def _line(letter: Letter, shown: Shown) -> str:
    which = _which(shown)
    return f"{letter.in_words(shown.sentence)}{f' ({which})' if which else ''}"


def _text(letter: Letter) -> str:
    lines = [letter.company, letter.integration, "", letter.opening, ""]
    for place, group in enumerate(letter.groups, start=1):
        lines += _text_of(letter, group, place)
    lines += [f"All that is open: {letter.link}", "", letter.closing, ""]
    return "\n".join(lines)


def _text_of(letter: Letter, group: Group, place: int) -> Iterator[str]:
    if group.causes == 1:
        yield f"{place}. {letter.in_words(group.shown[0].sentence)}"
    else:
        yield f"{place}. {_several(group)}"
        yield from (f"   - {_line(letter, shown)}" for shown in group.shown)
        if more := group.causes - len(group.shown):
            yield f"   - and {more:,} more"
    yield from (f"   {f'{name}:':<{_WIDTH}} {fact}" for name, fact in _facts(letter, group))
    yield ""


def _html(letter: Letter) -> str:
    sections = [_section(letter, group) for group in letter.groups]
    return TEMPLATES.get_template("notice.html").render(letter=letter, subject=_subject(letter), sections=sections)


def _section(letter: Letter, group: Group) -> Mapping[str, object]:
    """One kind of cause as the template shows it; several causes are a list below a heading."""
    several = group.causes > 1
    return {
        "title": _several(group) if several else letter.in_words(group.shown[0].sentence),
        "lines": [_line(letter, shown) for shown in group.shown] if several else [],
        "more": group.causes - len(group.shown),
        "facts": list(_facts(letter, group)),
    }
