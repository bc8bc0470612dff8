"""Make: what one side has and the other lacks, made there once.

A making is noted before it is sent, with what it is made with. One whose answer was lost is looked for, by that number
and name, before it is sent again; what is found there is taken as the other half.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic

import msgspec

from handoff.accounting.merging import NUMBER, is_part, other
from handoff.accounting.mirror_rules import folded
from handoff.accounting.pairing import compared, meant_by
from handoff.domain.capabilities import Side
from handoff.domain.errors import HandoffError, RateLimited, Rejected, Unreachable
from handoff.domain.pairs import NOTES_MAX, Note, NoteKind, S, Sighting
from handoff.pipeline.mirror.causes import Causes, name_of
from handoff.pipeline.mirror.desk import MirrorDesk, MirrorFlow
from handoff.pipeline.mirror.look import noted
from handoff.ports.mirror import Change, Listed, Written

NOT_MADE = (RateLimited, Unreachable)
"""Faults that say that nothing was made."""


@dataclass(frozen=True, slots=True)
class Making(Generic[S]):
    """What is made in one flow; what it counts and what goes wrong for now is left in `counts` and `faults`."""

    desk: MirrorDesk
    flow: MirrorFlow[S]
    causes: Causes
    time_left: Callable[[], bool]
    counts: Counter[str]
    faults: list[HandoffError]

    def make(self, sources: Sequence[Sighting[S]]) -> bool:
        """Whether everything was tried that the other side of these lacks."""
        return all(self._make_at(side, [one for one in sources if one.side is other(side)]) for side in Side)

    def _make_at(self, side: Side, sources: Sequence[Sighting[S]]) -> bool:
        objects = self.flow.at(side)
        due = [one for one in sources if not self.causes.stands_refused(one, side, one.says)]
        for start in range(0, len(due), objects.batch_max):
            if start and not self.time_left():
                return False
            fresh = [one for one in due[start : start + objects.batch_max] if not self._is_found(one, side)]
            if fresh:
                wanted = [self._new(one.says, side) for one in fresh]
                making = [replace(one, making=True, agreed=says) for one, says in zip(fresh, wanted, strict=True)]
                meant = self.desk.sightings.save(making)
                answers = objects.create(wanted)
                for one, answer in zip(meant, answers, strict=True):
                    self._took(side, one, answer)
            if any(isinstance(fault, NOT_MADE) for fault in self.faults):
                break  # whoever asks to wait is not asked for the rest
        return True

    def _new(self, says: S, side: Side) -> S:
        """What is made: without what each side keeps to itself, and without a number where the side gives them."""
        rule = self.flow.rule
        blank = {*rule.leaves, *((NUMBER,) if rule.numbers is side and rule.assigns else ())}
        return msgspec.structs.replace(says, **dict.fromkeys(blank, ""))

    def _is_found(self, one: Sighting[S], side: Side) -> bool:
        """Whether a making whose answer was lost came through; then it is taken as the other half.

        Also where it may have: what nobody can tell now, the next look lists, and somebody is asked or it is made.
        """
        if not one.making:
            return False
        meant = meant_by(one)
        there = [row for row in self.flow.at(side).alike(meant) if folded(row.says.name) == folded(meant.name)]
        known: Mapping[str, Sighting[S]] = self.desk.sightings.get(self.flow.name, side, [row.id for row in there])
        free = [row for row in there if row.id not in known or not known[row.id].partner]
        number = compared(meant.number)
        new = [row for row in free if row.id not in known]
        likely = [row for row in free if compared(row.says.number) == number] if number else new or free
        if len(likely) != 1:
            return bool(likely or new)
        # It may not be whole, and somebody may have changed it since: a first contact.
        self.desk.sightings.save(self._halves(one, likely[0], side, known.get(likely[0].id)))
        self.counts["adopted"] += 1
        return True

    def _took(self, side: Side, one: Sighting[S], answer: Written[S]) -> None:
        if isinstance(answer, Listed):
            self.counts["created"] += 1
            self._made(one, answer, side)
        elif isinstance(answer, Rejected):
            self.counts["failed"] += 1
            self.causes.refused(one, side, answer)
            self.desk.sightings.save([replace(one, making=False, agreed=None, refused=name_of(one.says))])
        else:
            self.faults.append(answer)
            if isinstance(answer, NOT_MADE):
                self.desk.sightings.save([replace(one, making=False, agreed=None)])

    def _halves(
        self, one: Sighting[S], row: Listed[S], side: Side, known: Sighting[S] | None
    ) -> tuple[Sighting[S], Sighting[S]]:
        """The other half and the one that it was made for, naming each other."""
        half = noted(known or Sighting(self.flow.name, side, row.id, row.says), row, self.desk.clock())
        half = replace(half, changed_at=row.changed_at, partner=one.id, making=False, agreed=None)
        return half, replace(one, partner=row.id, making=False, agreed=None, refused="")

    def _made(self, one: Sighting[S], row: Listed[S], side: Side) -> None:
        """Notes the pair; where the side has given it a number of its own, the source gets it as well."""
        half, source = self._halves(one, row, side, None)
        half, source = replace(half, agreed=row.says), replace(source, agreed=self._taken(one.says, row.says))
        given = row.says.number if self.flow.rule.numbers is side else ""
        if not given or given == one.says.number:
            self.desk.sightings.save([half, source])
            return
        # The half is not settled before its number is known on this side too: until then the pair stays open.
        unnumbered = msgspec.structs.replace(row.says, number=one.says.number)
        half, source = self.desk.sightings.save([replace(half, agreed=unnumbered), source])
        (answer,) = self.flow.at(one.side).update(
            [Change(one.id, one.says, msgspec.structs.replace(one.says, number=given))]
        )
        if isinstance(answer, Listed):
            told = replace(noted(source, answer, self.desk.clock()), changed_at=answer.changed_at)
            agreed = msgspec.structs.replace(source.agreed or one.says, number=given)
            notes = told.notes
            if one.says.number:
                lost = Note(self.desk.clock(), NoteKind.OVERWRITTEN, one.side, NUMBER, one.says.number, given)
                notes = (*notes, lost)[-NOTES_MAX:]
            self.desk.sightings.save([replace(half, agreed=row.says), replace(told, agreed=agreed, notes=notes)])
        elif not isinstance(answer, Rejected):
            self.faults.append(answer)

    def _taken(self, wanted: S, made: S) -> S:
        """What counts as settled: what was wanted, but for what the making left out, which is written once more."""
        names = [one.name for one in msgspec.structs.fields(wanted) if one.name not in self.flow.rule.leaves]
        left = [name for name in names if is_part(getattr(made, name), getattr(wanted, name))]
        return msgspec.structs.replace(wanted, **{name: getattr(made, name) for name in left})
