"""What one slice of a pass did, and what goes wrong in it without keeping anything else back.

One list that can't be read, one invoice whose PDF never comes: each pass would meet it first, and nothing behind it
would ever be moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    NotKnownYet,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_FLIGHT, StagedRecord
from handoff.pipeline.deliver import Tally
from handoff.pipeline.live.desk import LiveDesk
from handoff.pipeline.perform import delay

FAULTS_MAX = 3
"""So many records in a row without an answer are not the records' own fault: the rest of their flow waits."""
UNREAD_MAX = 20
"""So many of them are named in the run, which has to fit into a message; the inbox has them all."""
TOLD_AFTER = timedelta(hours=1)
"""How long a record may be on its way with nothing to be seen in the inbox."""


@dataclass(slots=True)
class Done:
    """What a slice did: counts for the run, what is left of the step, what could not be read, when to come back."""

    counts: Counter[str] = field(default_factory=Counter)
    left: tuple[str, ...] = ()
    unread: list[str] = field(default_factory=list)
    wait_seconds: int | None = None
    faults: int = 0

    def add(self, tally: Tally) -> None:
        """Adds what a use case counted."""
        self.counts += tally.counts
        if tally.wait_seconds is not None:
            self._wait(tally.wait_seconds)

    def not_read(self, desk: LiveDesk, broken: HandoffError) -> None:
        """Notes an answer that can't be read, for the run and in the inbox."""
        report_unread(desk, broken.message)
        if broken.message not in self.unread and len(self.unread) < UNREAD_MAX:
            self.unread.append(broken.message)

    @contextmanager
    def reading(self, desk: LiveDesk) -> Iterator[None]:
        """Within it, an answer that can't be read keeps back only what it was asked for."""
        try:
            yield
        except (BrokenContract, Rejected) as broken:  # a question is refused where a module is off
            self.not_read(desk, broken)

    @contextmanager
    def moving(self, desk: LiveDesk, record: StagedRecord | None = None) -> Iterator[None]:
        """Within it, what gets no answer, or has to wait for one, keeps nothing else back; the step comes again."""
        try:
            with self.reading(desk):
                yield
        except (NotKnownYet, Unreachable, DeliveryUnknown, Stale) as fault:
            self.faults += not isinstance(fault, NotKnownYet)
            self._wait(delay_of(fault))
            if record is not None and record.state in IN_FLIGHT and isinstance(fault, Unreachable):
                _tell(desk, record, fault)
        else:
            self.faults = 0

    def _wait(self, seconds: int) -> None:
        self.wait_seconds = seconds if self.wait_seconds is None else min(self.wait_seconds, seconds)


def delay_of(fault: HandoffError) -> int:
    """How many seconds after a passing fault a step is repeated."""
    return fault.retry_after if isinstance(fault, NotKnownYet) else delay(fault)


def report_unread(desk: LiveDesk, subject: str) -> None:
    """An answer that can't be read, in the inbox."""
    problem = Problem(ProblemCode.BROKEN_CONTRACT, subject)
    desk.problems.report(problem, flow=desk.integration.time_tool.id, external_ids=(), at=desk.clock())


def close_unread(desk: LiveDesk) -> None:
    """Ends what was reported as unread, once a whole pass has read everything; lists close the lines of their rows."""
    connection = desk.integration.time_tool
    for known in list(desk.problems.open()):
        of_a_row = known.problem.subject.startswith(f"{connection.vendor} ")
        if known.problem.code is ProblemCode.BROKEN_CONTRACT and known.flow == connection.id and not of_a_row:
            desk.problems.close(known.problem.id)


def _tell(desk: LiveDesk, record: StagedRecord, fault: HandoffError) -> None:
    """A record that has been on its way for long, since a vendor does not answer for it, is not stuck unseen."""
    if desk.clock() - record.history[-1].at >= TOLD_AFTER:
        report_unread(desk, f"What belongs to {record.flow} {record.external_id} ({fault.message})")
