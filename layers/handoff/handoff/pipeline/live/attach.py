"""The documents of a cost's voucher, put on its expense in the time tool; each once, by its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from handoff.domain.costs import BookedCost
from handoff.domain.errors import Rejected
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.ports.live import TakesExpenses


def attach_documents(
    time_tool: TakesExpenses, expense_id: str, cost: BookedCost, documents: Sequence[bytes], counts: Counter[str]
) -> tuple[Problem, ...]:
    """Adds those that are not there yet, and gives a note for each that is refused; raises as writes do otherwise."""
    there = set(time_tool.attachments_of(expense_id)) if documents else set()
    notes: list[Problem] = []
    for place, pdf in enumerate(documents, start=1):
        name = file_name(cost, place)
        if name in there:
            continue
        try:
            time_tool.attach_to_expense(expense_id, name, pdf)
        except Rejected as no:
            notes.append(Problem(ProblemCode.ATTACHMENT_REFUSED, f"{name}: {no.message}"))
            counts["refused_documents"] += 1
        else:
            counts["documents"] += 1
    return tuple(notes)


def file_name(cost: BookedCost, place: int) -> str:
    """What a document is called: by the accounting year, the voucher, and its place among the voucher's documents."""
    year = re.sub(r"[^0-9A-Za-z]+", "-", cost.year).strip("-")
    return f"voucher-{year}-{cost.voucher}-{place}.pdf"
