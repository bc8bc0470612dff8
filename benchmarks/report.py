"""Figures as tables: the median of some runs, how far they lay apart, and what they should have been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from statistics import median

from rich import box
from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.table import Table

WIDTH = 118
MET, MISSED = "met", "MISSED"


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure is held to."""

    bound: float
    at_least: bool

    def verdict(self, value: float) -> str:
        """Whether the value keeps it."""
        return MET if (value >= self.bound if self.at_least else value <= self.bound) else MISSED


def at_least(bound: float) -> Target:
    """A target from below."""
    return Target(bound, at_least=True)


def at_most(bound: float) -> Target:
    """A target from above."""
    return Target(bound, at_least=False)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, measured one or more times, or `counted`: then it is the same every time."""

    name: str
    values: Sequence[float]
    unit: str
    digits: int = 0
    target: Target | None = None
    counted: bool = False

    @property
    def median(self) -> float:
        """The middle of the runs."""
        return median(self.values)

    def row(self) -> tuple[str, ...]:
        """Name, median, lowest and highest, target, verdict."""
        shown = [number(value, self.digits) for value in (self.median, min(self.values), max(self.values))]
        spread = "counted" if self.counted else f"{shown[1]} – {shown[2]}"
        if self.target is None:
            return self.name, f"{shown[0]} {self.unit}", spread, "", ""
        sign = "≥" if self.target.at_least else "≤"
        wanted = f"{sign} {number(self.target.bound, self.digits)}"
        return self.name, f"{shown[0]} {self.unit}", spread, wanted, self.target.verdict(self.median)


@dataclass(slots=True)
class Section:
    """One benchmark's tables, with a sentence or two on how its figures were taken."""

    title: str
    taken: str
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def number(value: float, digits: int = 0) -> str:
    """A number as people read it."""
    return f"{value:,.{digits}f}"


def spread(values: Sequence[float], digits: int = 0) -> str:
    """The lowest and the highest of several."""
    return f"{number(min(values), digits)} – {number(max(values), digits)}"


def plain_table(*columns: str) -> Table:
    """A table whose first column is text and whose others are numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", no_wrap=True)
    return table


class Printer:
    """Prints sections as they are finished, the same to a screen and to a file."""

    def header(self, lines: Sequence[str]) -> None:
        """What the figures were taken on."""
        _print(Rule("Handoff, numbers", align="left", characters="═"), *lines)

    def section(self, section: Section) -> None:
        """One benchmark."""
        table = plain_table("figure", "median", "min – max", "target", "")
        for figure in section.figures:
            table.add_row(*figure.row())
        tables = [table, *section.tables] if section.figures else section.tables
        notes = [f"· {note}" for note in section.notes]
        _print("", Rule(section.title, align="left"), section.taken, *tables, *notes)


def _print(*parts: RenderableType) -> None:
    console = Console(file=StringIO(), width=WIDTH, highlight=False, markup=False, color_system=None)
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    for line in captured.get().splitlines():
        print(line.rstrip(), flush=True)
