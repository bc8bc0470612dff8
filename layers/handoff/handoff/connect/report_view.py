"""The report as the page shows it: a table of each kind, the checklist in words, the questions with their buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from handoff.accounting.likeness import Alike, Likeness, Proposal
from handoff.accounting.nearness import Nearness
from handoff.connect.looking import Looking, Stand
from handoff.connect.pages import Content, instant
from handoff.domain.capabilities import Side
from handoff.domain.pairs import Customer, Employee, Product, Sighting
from handoff.domain.runs import Run, RunState
from handoff.domain.time import content_hash
from handoff.pipeline.mirror.checklist import KINDS, Checklist, Looked
from handoff.ports.live import Finding

SHOWN_MAX = 50
"""Of each list so many are on the page."""
NAMES: Mapping[Nearness, str] = {
    Nearness.SAME: "the same name",
    Nearness.SPELLING: "the same name, written another way",
    Nearness.LEGAL_FORM: "the same name but for the legal form",
    Nearness.WORD_ORDER: "the same words in another order",
    Nearness.ONE_LETTER: "names one letter apart",
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Press:
    """A button: what it says, what is said besides to whoever can't see what it stands at, and what goes along."""

    says: str
    about: str = ""
    plain: bool = False
    hidden: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Half:
    """One side's object: the side, its number, its name and what else tells it from others."""

    side: str
    number: str
    name: str
    more: str


@dataclass(frozen=True, slots=True)
class Question:
    """Two that may be the same: what speaks for it and against it, what follows from a yes and from none."""

    halves: Sequence[Half]
    speaks_for: Sequence[str]
    against: Sequence[str]
    follows: Sequence[str]
    buttons: Sequence[Press] = ()
    left: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of master data: numbers side by side, reasons, lists of what would happen, questions, buttons for many.

    `more` says of each list how many there are besides those that are shown.
    """

    flow: str
    title: str
    rows: Sequence[tuple[str, int, int]]
    reasons: Sequence[str]
    made: Sequence[tuple[str, Sequence[str], int]]
    overwritten: Sequence[tuple[str, str, str, str, str]]
    questions: Sequence[Question]
    accepted: Sequence[Question]
    many: Sequence[Press]
    more: Mapping[str, int] = field(default_factory=dict)

    @property
    def open_questions(self) -> int:
        """How many nobody has answered."""
        return sum(not one.left for one in self.questions) + self.more["questions"]


def watched(looking: Looking, *, left: Sequence[str], stopped: Sequence[str]) -> Content:
    """The page while there is no report: nothing was looked at, or the look is under way, or it failed."""
    run, stand = looking.run, looking.stand
    told = {
        "stand": stand.value,
        "left": left,
        "stopped": stopped,
        "titles": [looking.titles[side] for side in Side],
        "progress": _progress(run, looking.titles) if run is not None else "",
        "count": 0 if run is None else run.counts.get("fetched", 0),
        "error": _error(run),
        "button": Press("Look at both sides" if stand is Stand.NOT_YET else "Look again", hidden=[("step", "look")]),
        "refresh": stand is Stand.UNDER_WAY,
    }
    return Content("look.html", told)


def report(looking: Looking, *, acts: bool) -> Content:
    """The report; where it `acts`, with its buttons."""
    kinds = [_kind(looking, flow, looked, acts=acts) for flow, looked in looking.seen.items()]
    run = looking.run
    told = {
        "titles": [looking.titles[side] for side in Side],
        "kinds": kinds,
        "points": _points(looking),
        "open_questions": sum(kind.open_questions for kind in kinds),
        "seen_at": instant(run.finished_at) if run is not None and run.finished_at is not None else "",
        "again": Press("Look again", plain=True, hidden=[("step", "look")]) if acts else None,
    }
    return Content("report.html", told)


def going_live(looking: Looking) -> Sequence[str]:
    """What whoever goes live is told of the report."""
    found = [one for looked in looking.seen.values() for one in looked.report.proposals]
    asked, near = sum(one.asked for one in found), sum(not one.asked for one in found)
    told = []
    if asked:
        many = "1 pair that may be the same is" if asked == 1 else f"{asked} pairs that may be the same are"
        told.append(f"{many} not accepted. They stay apart: nothing of them is written before somebody says yes.")
    if near:
        many = "1 pair that is nearly alike is" if near == 1 else f"{near} pairs that are nearly alike are"
        told.append(f"{many} not accepted: each of the two is made on the other side, and both sides then have two.")
    return told or ["Nothing stays apart: no question is open."]


def proposal_name(flow: str, ours: str, theirs: str) -> str:
    """What a proposal is remembered by."""
    return content_hash(f"{flow}\0{ours}\0{theirs}".encode())[:12]


# ---- parts -------------------------------------------------------------------------------------------


def _progress(run: Run, titles: Mapping[Side, str]) -> str:
    if run.state is RunState.QUEUED:
        return "It begins in a moment."
    if run.state is RunState.WAITING:
        return "A system asks us to wait; it goes on by itself."
    side = Side.TIME_TOOL if run.step == "fetch_time_tool" else Side.ERP
    return f"Reading the lists of {titles[side]}."


def _error(run: Run | None) -> str:
    if run is None:
        return ""
    message = run.error or "it did not begin"
    return f"{message[:1].upper()}{message[1:]}".rstrip(".") + "."


def _points(looking: Looking) -> Sequence[Finding]:
    look = looking.invitation.look
    chosen = [Finding(code, ok, said) for code, ok, said in (look.points if look is not None else ())]
    if not any(one.code == "hour_register" for one in chosen):
        chosen.append(
            Finding("hour_register", True, "Hours stay where they are: no table of free information is used.")
        )
    return [*Checklist(looking.seen, looking.settings, looking.titles).points(), *chosen]


def _kind(looking: Looking, flow: str, looked: Looked, *, acts: bool) -> Kind:
    found, titles = looked.report, looking.titles
    remembered = looking.invitation.look.left if looking.invitation.look is not None else ()
    questions = sorted(
        (_question(looking, flow, one, remembered, acts=acts) for one in found.proposals), key=lambda one: one.left
    )
    overwritten = [
        (titles[one.side], f"{one.number} {one.name}".strip(), one.field.replace("_", " "), one.before, one.after)
        for one in found.overwrites
    ]
    return Kind(
        flow=flow,
        title=KINDS[flow][1].capitalize(),
        rows=_rows(looked),
        reasons=[
            f"{number} in {titles[side]}: {reason}" for (side, reason), number in sorted(found.excluded.items())
        ],
        made=[
            (titles[side], [_shown(one) for one in some[:SHOWN_MAX]], max(0, len(some) - SHOWN_MAX))
            for side, some in found.to_make.items()
            if some
        ],
        overwritten=overwritten[:SHOWN_MAX],
        questions=questions[:SHOWN_MAX],
        accepted=[_accepted(looking, flow, pair, acts=acts) for pair in found.accepted[:SHOWN_MAX]],
        many=_many(flow, found.proposals) if acts else (),
        more={
            name: max(0, len(some) - SHOWN_MAX)
            for name, some in (
                ("questions", questions), ("overwritten", overwritten), ("accepted", found.accepted),
            )
        },
    )  # fmt: skip


def _rows(looked: Looked) -> Sequence[tuple[str, int, int]]:
    found = looked.report
    same = found.pairs + found.would_pair
    asked = {
        side: len({half.id for one in found.proposals for half in (one.time_tool, one.erp) if half.side is side})
        for side in Side
    }
    out = {side: sum(number for (where, _), number in found.excluded.items() if where is side) for side in Side}
    over = {side: sum(one.side is side for one in found.overwrites) for side in Side}
    tool, erp = Side.TIME_TOOL, Side.ERP
    rows = [
        ("There now", found.seen[tool], found.seen[erp]),
        ("The same on both sides", same, same),
        ("Asked", asked[tool], asked[erp]),
        ("To be made here", len(found.to_make[tool]), len(found.to_make[erp])),
        ("Values written over here", over[tool], over[erp]),
        ("Kept out", out[tool], out[erp]),
    ]
    gone = ("Gone since an earlier look", len(found.gone[tool]), len(found.gone[erp]))
    return [*rows, gone] if any(gone[1:]) else rows


def _question(
    looking: Looking, flow: str, one: Proposal[Any], remembered: Sequence[str], *, acts: bool
) -> Question:  # fmt: skip
    ours, theirs = one.time_tool, one.erp
    pair = [("flow", flow), ("ours", ours.id), ("theirs", theirs.id)]
    about = f"{ours.says.name} and {theirs.says.name}"
    left = proposal_name(flow, ours.id, theirs.id) in remembered
    buttons = [Press("They are the same", about, hidden=[("step", "accept"), *pair])]
    if not left:
        buttons.append(Press("Leave it", about, plain=True, hidden=[("step", "leave"), *pair]))
    return Question(
        [_half(looking, ours), _half(looking, theirs)], _for(one), _against(one), _follows(one),
        buttons if acts else (), left,
    )  # fmt: skip


def _accepted(looking: Looking, flow: str, pair: tuple[Sighting[Any], Sighting[Any]], *, acts: bool) -> Question:
    about = f"{pair[0].says.name} and {pair[1].says.name}"
    undo = Press("Undo", about, plain=True, hidden=[("step", "undo"), ("flow", flow), ("ours", pair[0].id)])
    return Question([_half(looking, one) for one in pair], (), (), (), [undo] if acts else ())


def _many(flow: str, found: Sequence[Proposal[Any]]) -> Sequence[Press]:
    by_number = sum(one.fits is Alike.NUMBER for one in found)
    fitting = sum(one.fits is not None for one in found)
    hidden = [("step", "accept_all"), ("flow", flow)]
    buttons = []
    if by_number and by_number < fitting:
        says = f"Accept all {by_number} that fit by number" if by_number > 1 else "Accept the 1 that fits by number"
        buttons.append(Press(says, KINDS[flow][1], hidden=[*hidden, ("alike", Alike.NUMBER.value)]))
    if fitting:
        how = " by number" if by_number == fitting else " by name" if not by_number else ""
        says = f"Accept all {fitting} that fit{how}" if fitting > 1 else f"Accept the 1 that fits{how}"
        buttons.append(Press(says, KINDS[flow][1], hidden=hidden))
    return buttons


def _for(one: Proposal[Any]) -> Sequence[str]:
    said = ["the same number"] if one.number is Likeness.SAME else []
    said += [NAMES[one.name]] if one.name in NAMES else []
    return [*said, f"the same {_mark(one)}"] if one.mark is Likeness.SAME else said


def _against(one: Proposal[Any]) -> Sequence[str]:
    said = ["another number"] if one.number is Likeness.OTHER else []
    said += ["another name"] if one.name is Nearness.FAR else []
    said += [f"another {_mark(one)}"] if one.mark is Likeness.OTHER else []
    return [*said, "one of the two may be another one as well"] if one.rivals else said


def _follows(one: Proposal[Any]) -> Sequence[str]:
    said = []
    if one.number is Likeness.OTHER:
        said.append(f"If they are the same, both carry the number {one.erp.says.number} from then on.")
    if not one.asked:
        said.append("Left as they are, each is made on the other side, and both sides have two.")
    return said


def _mark(one: Proposal[Any]) -> str:
    return "e-mail address" if isinstance(one.time_tool.says, Employee) else "organisation number"


def _half(looking: Looking, one: Sighting[Any]) -> Half:
    says = one.says
    more = ""
    if isinstance(says, Customer):
        more = ", ".join(filter(None, (says.organisation_number, says.billing.city)))
    elif isinstance(says, Employee):
        more = says.email
    elif isinstance(says, Product) and says.category:
        more = f"category {says.category}"
    return Half(looking.titles[one.side], says.number or "without a number", says.name, more)


def _shown(one: Sighting[Any]) -> str:
    return f"{one.says.number} {one.says.name}".strip()
