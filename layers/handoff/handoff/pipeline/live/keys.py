"""Watches the end of keys that nothing renews, so that a person is told before the connection stops."""

from __future__ import annotations

from datetime import date

from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.pipeline.live.desk import LiveDesk
from handoff.ports.live import ChecksTimeTool

ENDING = "key_ends_soon"
"""The time tool's own finding: the key still works, and its end is near."""


def watch_keys(desk: LiveDesk, time_tool: ChecksTimeTool, *, today: date) -> bool:
    """Reports a key that ends soon, and closes the problem when it does not any more; whether one ends soon.

    Raises as the time tool's health check does. An ended key is no warning: the connection stops by itself.
    """
    connection = desk.integration.time_tool
    ending = next((found for found in time_tool.health(today=today) if found.code == ENDING), None)
    # The day only, not how many are left: the same end is the same problem every night.
    said = None if ending is None else Problem(ProblemCode.KEY_ENDS_SOON, _subject(connection.name, ending.sentence))
    for known in list(desk.problems.open()):
        if known.flow == connection.id and known.problem.code is ProblemCode.KEY_ENDS_SOON and known.problem != said:
            desk.problems.close(known.problem.id)
    if said is not None:
        desk.problems.report(said, flow=connection.id, external_ids=(), at=desk.clock())
    return said is not None


def _subject(name: str, sentence: str) -> str:
    return f"{name}: {sentence.partition(',')[0]}"
