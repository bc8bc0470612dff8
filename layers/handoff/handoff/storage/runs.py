"""The runs of one integration: counted up by whoever works on them, gone after a year and a bit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from handoff.domain.errors import NotFound, Stale
from handoff.domain.periods import Period
from handoff.domain.posting import Posting
from handoff.domain.runs import FINISHED, Run, RunState
from handoff.ports import OpenProblem, SavedPreview
from handoff.storage import tables
from handoff.storage.dynamo import Table, number, text
from handoff.storage.packing import content_of, document, joined, parts_of

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item, Value

RUNS_KEPT = timedelta(days=400)
"""A year's runs can be shown, and the year's end besides."""
PREVIEWS_KEPT = timedelta(days=7)

# Besides the keys: s state, t step, r error, f finished at; counts and calls are attributes of their own,
# since DynamoDB adds to an attribute without reading it.
_COUNT, _CALLS = "c.", "v."


class _Document(msgspec.Struct, frozen=True, omit_defaults=True):
    integration_id: str
    trigger: str
    started_at: datetime
    flows: tuple[str, ...]
    period: Period | None = None


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Document)
_PREVIEW_DECODER = msgspec.json.Decoder(SavedPreview)


class DynamoRunStore:
    """The runs of one integration of one tenant."""

    def __init__(self, table: Table, tenant_id: str, integration_id: str, now: Callable[[], datetime]) -> None:
        self._table = table
        self._pk = tables.integration_pk(tenant_id, integration_id, "runs")
        self._now = now

    def start(self, run: Run) -> bool:
        """Stores a new run; False when one with that id is there already."""
        kept = _Document(run.integration_id, run.trigger, run.started_at, run.flows, run.period)
        item: Item = {
            "pk": text(self._pk),
            "sk": text(tables.run_sk(run.id)),
            "s": text(run.state.value),
            "d": document(_ENCODER.encode(kept)),
            "expires_at": _expiry(run.started_at + RUNS_KEPT),
        }
        item |= _texts(run.step, run.error, run.finished_at)
        item |= {name: number(count) for name, count in _numbers(run.counts, run.calls).items()}
        try:
            self._table.insert(item)
        except Stale:
            return False
        return True

    def get(self, run_id: str) -> Run | None:
        """A run, or None."""
        item = self._table.get(self._pk, tables.run_sk(run_id))
        return None if item is None else _run_from(run_id, item)

    def add(
        self,
        run_id: str,
        *,
        counts: Mapping[str, int] | None = None,
        calls: Mapping[str, int] | None = None,
        state: RunState | None = None,
        step: str | None = None,
        error: str | None = None,
        finished_at: datetime | None = None,
    ) -> None:
        """Adds to its counts and sets what is given; raises NotFound.

        A finished run stays as it finished: counts that come late are added, nothing else is set.
        """
        numbers = _numbers(counts or {}, calls or {})
        settings = _texts(step, error, finished_at)
        if state is not None:
            settings["s"] = text(state.value)
        if not numbers and not settings:
            return
        if self._add(run_id, numbers, settings):
            return
        if self.get(run_id) is None:
            raise NotFound(f"there is no run {run_id[:40]}", field="run")
        if numbers:
            self._add(run_id, numbers, {})

    def _add(self, run_id: str, numbers: Mapping[str, int], settings: Item) -> bool:
        names = {"#pk": "pk"}
        values: Item = {}
        sets, adds = [], []
        for place, (name, value) in enumerate(settings.items()):
            names[f"#s{place}"], values[f":s{place}"] = name, value
            sets.append(f"#s{place} = :s{place}")
        for place, (name, count) in enumerate(numbers.items()):
            names[f"#a{place}"], values[f":a{place}"] = name, number(count)
            adds.append(f"#a{place} :a{place}")
        change = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in (("SET", sets), ("ADD", adds)) if parts)
        condition = "attribute_exists(#pk)"
        if settings:
            finished = {f":f{place}": text(state.value) for place, state in enumerate(sorted(FINISHED))}
            names["#state"] = "s"
            values |= finished
            condition += f" AND NOT #state IN ({', '.join(finished)})"
        try:
            self._table.update(self._pk, tables.run_sk(run_id), change, names=names, values=values, condition=condition)
        except Stale:
            return False
        return True

    def save_preview(
        self, run_id: str, *, digest: str, documents: Sequence[Posting], problems: Sequence[OpenProblem]
    ) -> None:
        """Keeps what a preview showed, for a week."""
        parts = parts_of(_ENCODER.encode(SavedPreview(digest, documents, problems)))
        # From the last part to the first: a preview whose first part is there is there as a whole.
        for place in range(len(parts) - 1, -1, -1):
            self._table.put(
                {
                    "pk": text(self._pk),
                    "sk": text(tables.preview_sk(run_id, place)),
                    "k": number(len(parts)),
                    "d": {"B": parts[place]},
                    "expires_at": _expiry(self._now() + PREVIEWS_KEPT),
                }
            )

    def preview(self, run_id: str) -> SavedPreview | None:
        """What a preview showed, or None."""
        first = self._table.get(self._pk, tables.preview_sk(run_id, 0))
        if first is None:
            return None
        sks = [tables.preview_sk(run_id, place) for place in range(1, int(first["k"]["N"]))]
        rest = {item["sk"]["S"]: item["d"]["B"] for item in self._table.get_many(self._pk, sks)}
        if len(rest) < len(sks):  # DynamoDB removes expired items one by one
            return None
        return _PREVIEW_DECODER.decode(joined([first["d"]["B"], *(rest[sk] for sk in sks)]))


def _expiry(at: datetime) -> Value:
    return number(int(at.timestamp()))


def _numbers(counts: Mapping[str, int], calls: Mapping[str, int]) -> dict[str, int]:
    of_counts = {_COUNT + name: count for name, count in counts.items() if count}
    return of_counts | {_CALLS + name: count for name, count in calls.items() if count}


def _texts(step: str | None, error: str | None, finished_at: datetime | None) -> Item:
    given = {"t": step, "r": error, "f": None if finished_at is None else finished_at.isoformat()}
    return {name: text(value) for name, value in given.items() if value is not None}


def _run_from(run_id: str, item: Item) -> Run:
    kept = _DECODER.decode(content_of(item["d"]))
    return Run(
        id=run_id,
        integration_id=kept.integration_id,
        state=RunState(item["s"]["S"]),
        trigger=kept.trigger,
        started_at=kept.started_at,
        flows=kept.flows,
        period=kept.period,
        step=item["t"]["S"],
        finished_at=datetime.fromisoformat(item["f"]["S"]) if "f" in item else None,
        counts=_counted(item, _COUNT),
        calls=_counted(item, _CALLS),
        error=item["r"]["S"],
    )


def _counted(item: Item, prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): int(item[name]["N"]) for name in sorted(item) if name.startswith(prefix)}
