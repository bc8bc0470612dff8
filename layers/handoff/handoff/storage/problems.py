"""The inbox of one integration: one cause, the records behind it as a set that grows and shrinks.

Sets are changed by DynamoDB itself (ADD, DELETE), so two workers never undo each other's change. The set
of one cause is spread over a few items, since an item is paid by its size at every change and ends at 400 KB.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from handoff.domain.errors import Stale
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.ports import OpenProblem
from handoff.storage import tables
from handoff.storage.dynamo import Table, text

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item

# Besides the keys: c code, u subject, f flow, a first met at, i ids of records (a string set), o reported
# without records.
_OPENING = "SET #c = :c, #u = :u, #f = :f, #a = if_not_exists(#a, :a)"
_NAMES = {"#c": "c", "#u": "u", "#f": "f", "#a": "a"}


class DynamoProblemStore:
    """The inbox of one integration of one tenant."""

    def __init__(self, table: Table, tenant_id: str, integration_id: str) -> None:
        self._table = table
        self._pk = tables.integration_pk(tenant_id, integration_id, "problems")

    def report(self, problem: Problem, *, flow: str, external_ids: Collection[str], at: datetime) -> None:
        """Adds records to a cause (opening it when it is new)."""
        values: Item = {
            ":c": text(problem.code.value),
            ":u": text(problem.subject),
            ":f": text(flow),
            ":a": text(at.isoformat()),
        }
        if not external_ids:
            values[":o"] = {"BOOL": True}
            sk = tables.problem_sk(problem.id, None)
            self._table.update(self._pk, sk, f"{_OPENING}, #o = :o", names={**_NAMES, "#o": "o"}, values=values)
        for sk, ids in _sharded(problem.id, external_ids).items():
            added: Item = {**values, ":i": {"SS": ids}}
            self._table.update(self._pk, sk, f"{_OPENING} ADD #i :i", names={**_NAMES, "#i": "i"}, values=added)

    def clear(self, problem: Problem, external_ids: Collection[str]) -> None:
        """Takes records off a cause; a cause without records is closed."""
        for sk, ids in _sharded(problem.id, external_ids).items():
            # Only an item that is there: a DELETE would make an empty one.
            with suppress(Stale):
                left = self._table.update(
                    self._pk,
                    sk,
                    "DELETE #i :i",
                    names={"#i": "i"},
                    values={":i": {"SS": ids}},
                    condition="attribute_exists(#i)",
                )
                if "i" not in left and "o" not in left:
                    # Somebody may have reported another record in between: then it stays.
                    self._table.delete(self._pk, sk, condition="attribute_not_exists(i)")

    def close(self, problem_id: str) -> None:
        """Closes a cause whatever stands behind it."""
        for item in self._table.query(self._pk, tables.problem_prefix(problem_id)):
            self._table.delete(self._pk, item["sk"]["S"])

    def get(self, problem_id: str) -> OpenProblem | None:
        """One open cause, or None."""
        return next(iter(_merged(self._table.query(self._pk, tables.problem_prefix(problem_id)))), None)

    def open(self) -> Sequence[OpenProblem]:
        """All open causes, oldest first."""
        causes = _merged(self._table.query(self._pk))
        return sorted(causes, key=lambda cause: (cause.since, cause.problem.id))


def _sharded(problem_id: str, external_ids: Collection[str]) -> dict[str, list[str]]:
    by_sk: dict[str, list[str]] = {}
    for external_id in sorted(set(external_ids)):
        by_sk.setdefault(tables.problem_sk(problem_id, external_id), []).append(external_id)
    return by_sk


def _merged(items: Iterable[Item]) -> list[OpenProblem]:
    causes: dict[Problem, OpenProblem] = {}
    for item in items:
        problem = Problem(ProblemCode(item["c"]["S"]), item["u"]["S"])
        since = datetime.fromisoformat(item["a"]["S"])
        ids = frozenset(item["i"]["SS"]) if "i" in item else frozenset()
        if (known := causes.get(problem)) is not None:
            ids, since = ids | known.external_ids, min(since, known.since)
        causes[problem] = OpenProblem(problem, item["f"]["S"], ids, since)
    return list(causes.values())
