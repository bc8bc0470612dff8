"""Split: part a refused document so that few calls find the record at fault."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handoff.domain.posting import Posting
from handoff.domain.staged import StagedRecord

_WORD = re.compile(r"[\w.@-]+")


def halves(posting: Posting, records: Sequence[StagedRecord], refusal: str) -> list[Sequence[StagedRecord]]:
    """Two parts: along the values the ERP's sentence names where that parts them, else in the middle.

    An ERP that says `Project P1003 is completed` names its culprits: the records of that project
    stand alone after one more call, and all others go through.
    """
    named = _named(posting, refusal)
    suspects = [record for record in records if record.external_id in named]
    others = [record for record in records if record.external_id not in named]
    if suspects and others:
        return [others, suspects]
    middle = len(records) // 2
    return [part for part in (records[:middle], records[middle:]) if part]


def _named(posting: Posting, refusal: str) -> set[str]:
    """Ids of the records with the most of their lines' values in the sentence."""
    words = {word.strip(".").casefold() for word in _WORD.findall(refusal)}
    score: dict[str, int] = {}
    for line in posting.project_lines:
        values = (
            line.project, line.task, line.employee, line.item, line.unit,
            line.debit_account, line.credit_account, line.cost_centre,
        )  # fmt: skip
        hits = sum(1 for value in values if value and value.casefold() in words)
        score[line.external_id] = max(score.get(line.external_id, 0), hits)
    best = max(score.values(), default=0)
    return {name for name, hits in score.items() if best and hits == best}
