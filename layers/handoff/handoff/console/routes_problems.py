"""Problems: the inbox of causes, and trying again when one is mended."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.content_types import APPLICATION_JSON
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.models_runs import ProblemList, RetryAnswer
from handoff.console.place import INTEGRATION, IntegrationId, check_id, check_query, place_of
from handoff.console.routes_runs import begin_run
from handoff.console.views_runs import problem_shapes, run_shape
from handoff.pipeline.retry import RetryTools, retry


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.get(
        f"{INTEGRATION}/problems",
        summary="List problems",
        description="What keeps records, feeds or connections from moving, by cause and oldest first: forty entries of "
        "one unknown employee are one problem.",
        operation_id="listProblems",
        tags=["Problems"],
    )(list_problems)
    api.post(
        f"{INTEGRATION}/problems/<problem>/retry",
        summary="Try a problem again",
        description="Says that the cause is mended: its records are freed and a run is started that tries them. The "
        "problem comes back if it is not.",
        operation_id="retryProblem",
        tags=["Problems"],
        status_code=202,
    )(retry_problem)


def list_problems(request: Request, integration_id: IntegrationId) -> ProblemList:
    """The inbox."""
    check_query(request)
    place = place_of(request, integration_id)
    return ProblemList(problems=problem_shapes(place.stores.problems.open(), place.stores.staged))


def retry_problem(
    request: Request, integration_id: IntegrationId, problem: Annotated[str, Path(description="Id of the problem.")]
) -> Response[RetryAnswer]:
    """The problem and the run that tries it; raises NotFound or InvalidInput."""
    check_query(request)
    place = place_of(request, integration_id)
    name = place.desk.caller.name
    tools = RetryTools(
        staged=place.stores.staged,
        problems=place.stores.problems,
        passes=place.stores.passes,
        policy=place.settings().to_policy(),
        clock=place.desk.clock,
    )
    known = retry(tools, check_id(problem, "problem"), by=name)
    run = begin_run(place, place.kind.flow_names, None, trigger=f"retry by {name}")
    shape = problem_shapes([known], place.stores.staged)[0]
    return Response(
        status_code=202,
        content_type=APPLICATION_JSON,
        body=RetryAnswer(problem=shape, run=run_shape(run)),
        headers={"Location": f"../../runs/{run.id}"},
    )
