"""How a message about failures reads: a subject, plain text, and the same as HTML without anything to load.

Written for a finance person: what it says, which records, who can mend it and how, since when, and where to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from handoff.domain.problems import FixedBy
from handoff.ports.notices import Mail

SUBJECT_MAX = 150
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
_STYLE = """\
body{margin:0;padding:24px 12px;background:#f3f4f6;color:#1c2430;font:16px/1.5 system-ui,-apple-system,"Segoe UI",\
Roboto,sans-serif}
main{max-width:640px;margin:0 auto;background:#fff;border:1px solid #d8dce3;border-radius:8px;padding:24px}
h1{font-size:20px;line-height:1.3;margin:0 0 4px}
h2{font-size:17px;line-height:1.4;margin:0 0 8px}
p{margin:0 0 12px}
ul{margin:0 0 8px;padding-left:20px}
section{border-top:1px solid #d8dce3;padding:16px 0 4px;margin-top:16px}
table{border-collapse:collapse}
th,td{padding:2px 12px 2px 0;text-align:left;vertical-align:top}
th{font-weight:600;white-space:nowrap}
.quiet{color:#5a6473}
.small{font-size:14px}
a{color:#0b5cad;overflow-wrap:anywhere}
.go{display:inline-block;background:#0b5cad;color:#fff;padding:10px 16px;border-radius:6px;text-decoration:none}
@media (prefers-color-scheme:dark){
body{background:#12161c;color:#e6e9ee}
main{background:#1b212a;border-color:#36404d}
section{border-color:#36404d}
.quiet{color:#a5afbd}
a{color:#7db8f5}
.go{background:#7db8f5;color:#10151b}
}"""


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
    sections = "\n".join(_html_of(letter, group) for group in letter.groups)
    link = escape(letter.link)
    go = f'<a class="go" href="{link}">See all that is open</a>' if "://" in link else link
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{escape(_subject(letter))}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<main>
<h1>{escape(letter.company)}</h1>
<p class="quiet">{escape(letter.integration)}</p>
<p>{escape(letter.opening)}</p>
{sections}
<section>
<p>{go}</p>
<p class="quiet small">{escape(letter.closing)}</p>
</section>
</main>
</body>
</html>
"""


def _html_of(letter: Letter, group: Group) -> str:
    if group.causes == 1:
        head = f"<h2>{escape(letter.in_words(group.shown[0].sentence))}</h2>"
    else:
        lines = [escape(_line(letter, shown)) for shown in group.shown]
        if more := group.causes - len(group.shown):
            lines.append(f"and {more:,} more")
        items = "\n".join(f"<li>{line}</li>" for line in lines)
        head = f"<h2>{escape(_several(group))}</h2>\n<ul>\n{items}\n</ul>"
    facts = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(fact)}</td></tr>' for name, fact in _facts(letter, group)
    )
    return f"<section>\n{head}\n<table>\n{facts}\n</table>\n</section>"
