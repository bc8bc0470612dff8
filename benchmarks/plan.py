"""Plan: 20,000 lines of approved hours priced, split and put into documents, without I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.environments import OURS
from benchmarks.process import PYTHONPATH, measure, must
from benchmarks.report import Figure, Section, at_least, number
from handoff.domain.posting import DocumentKind
from handoff.pipeline.post import SLICE

LINES = 20_000
LINES_A_SECOND = at_least(50_000)
AT_ONCE = 1_000_000
KINDS = {DocumentKind.PROJECT_TRANSACTIONS: "project transactions", DocumentKind.JOURNAL: "journals"}


def run(*, entries: int, runs: int) -> Section:
    """Lines per CPU second of both kinds of document, in one plan and in the post step's slices."""
    figures = []
    with TemporaryDirectory(prefix="handoff-bench-") as name:
        for kind, title in KINDS.items():
            for size, how in ((AT_ONCE, "in one plan"), (SLICE, f"in slices of {number(SLICE)} records")):
                plan_once(kind, size, Path(name))  # warms our bytecode up
                told = [plan_once(kind, size, Path(name)) for _ in range(runs)]
                speeds = [LINES / one["cpu_seconds"] for one in told]
                figures.append(Figure(f"{title}, {how}", speeds, "lines/s", 0, LINES_A_SECOND))
    records = told[0]["records"]
    return Section(
        f"2  Plan: {number(LINES)} lines",
        f"{number(records)} approved records of one month, a third of them split over three cost centres (for a "
        "journal the lines are the parts that it adds up); 40 people, 60 projects, 10 tasks, a rate card with rules "
        "on every coordinate and some with dates, a second currency, no VAT. CPU of `plan` alone, from records as "
        "stored to balanced documents; hours and value are held against a plain second calculation. The post step "
        "plans in slices, to bound memory.",
        figures=figures,
    )


def plan_once(kind: DocumentKind, size: int, folder: Path) -> Mapping[str, Any]:
    """One plan in a process of its own; raises Wrong when anything is missing or worth something else."""
    command = [str(OURS.python()), "-m", "benchmarks.children.plan", kind.value, str(LINES), str(size)]
    used = measure(command, folder=folder, marker=b"{", settings=PYTHONPATH).succeeded()
    told: Mapping[str, Any] = json.loads(used.output.read_bytes())
    found, expected = told["found"], told["expected"]
    must(found["records"] == told["records"], f"{found['records']} of {told['records']} records were planned")
    must(found["left_over"] == 0, f"{found['left_over']} records were left over")
    must(not found["credit_differs"], "a journal does not balance")
    for name in ("hours", "value"):
        must(found[name] == expected[name], f"{name}: {found[name]} planned, {expected[name]} expected")
    if kind is DocumentKind.PROJECT_TRANSACTIONS:
        must(found["project_lines"] == LINES, f"{found['project_lines']} lines instead of {LINES}")
    return told
