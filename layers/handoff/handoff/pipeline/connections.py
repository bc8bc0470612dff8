"""Connections: one whose access is refused is stopped and told; one that answers again is let go on."""

from __future__ import annotations

from collections.abc import Mapping

from handoff.domain.errors import ReconnectNeeded
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.tenancy import Connection, Integration
from handoff.pipeline.run_tools import RunTools


def blamed(integration: Integration, titles: Mapping[str, str], refusal: ReconnectNeeded) -> Connection:
    """Whose access is refused: errors of vendors begin with the vendor's title, which `titles` has by name."""
    title = titles.get(integration.time_tool.vendor, "")
    is_time_tool = bool(title) and refusal.message.startswith(title)
    return integration.time_tool if is_time_tool else integration.erp


def stop(run: RunTools, connection: Connection, refusal: ReconnectNeeded) -> None:
    """Stops a connection, and says so in the inbox."""
    problem = Problem(ProblemCode.RECONNECT_NEEDED, refusal.message)
    run.problems.report(problem, flow=connection.id, external_ids=(), at=run.clock())
    run.tenants.stop_connection(run.integration.id, connection.id, refusal.message)


def heal(run: RunTools) -> None:
    """Both sides answered to the end of a pass: what had stopped a connection is over."""
    for connection in (run.integration.time_tool, run.integration.erp):
        if not connection.stopped:
            continue
        for known in list(run.problems.open()):
            if known.flow == connection.id and known.problem.code is ProblemCode.RECONNECT_NEEDED:
                run.problems.close(known.problem.id)
        run.tenants.stop_connection(run.integration.id, connection.id, "")


def close_refusals(run: RunTools) -> None:
    """Both sides answered to the end of a pass: a refusal that a crash kept from stopping its connection is over."""
    sides = (run.integration.time_tool.id, run.integration.erp.id)
    for known in list(run.problems.open()):
        if known.problem.code is ProblemCode.RECONNECT_NEEDED and known.flow in sides:
            run.problems.close(known.problem.id)
