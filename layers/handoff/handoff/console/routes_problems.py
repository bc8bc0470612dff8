"""Problems: the inbox of causes, trying again when one is mended, and saying that one is none."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.content_types import APPLICATION_JSON
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.models_runs import (
    ConfirmRequest,
    ProblemList,
    RetryAllAnswer,
    RetryAllRequest,
    RetryAnswer,
    RetryRequest,
)
from handoff.console.place import INTEGRATION, IntegrationId, Place, check_id, check_query, place_of
from handoff.console.routes_runs import begin_run
from handoff.console.views_runs import problem_shapes, run_shape
from handoff.domain.errors import NotFound
from handoff.domain.problem_codes import ProblemCode
from handoff.integrations.flow import Post
from handoff.pipeline.confirm import ConfirmTools, confirm
from handoff.pipeline.live.answers import AnswerTools, confirm_live, retry_all_live, retry_live
from handoff.pipeline.mirror import retry as mirror_retry
from handoff.pipeline.retry import RetryTools, retry, retry_all
from handoff.ports import OpenProblem

_SOME = {"some": {"summary": "Two of the records behind it", "value": {"external_ids": ["636718192", "636718193"]}}}
_KIND = {"kind": {"summary": "Everything that a closed period held back", "value": {"code": "closed_period"}}}
ProblemId = Annotated[str, Path(description="Id of the problem.")]


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
        f"{INTEGRATION}/problems/retry",
        summary="Try all problems of a kind again",
        description="Says that a cause is mended wherever it was met: all records behind problems of that code are "
        "freed and a run is started that tries them.",
        operation_id="retryProblems",
        tags=["Problems"],
        status_code=202,
    )(retry_problems)
    api.post(
        f"{INTEGRATION}/problems/<problem>/retry",
        summary="Try a problem again",
        description="Says that the cause is mended: its records, or some of them, are freed and a run is started that "
        "tries them. The problem comes back if it is not.",
        operation_id="retryProblem",
        tags=["Problems"],
        status_code=202,
    )(retry_problem)
    api.post(
        f"{INTEGRATION}/problems/<problem>/confirm",
        summary="Confirm that all is as it should be",
        description="Says that what was questioned is right: a document was taken out of the ERP on purpose, entries "
        "were deleted on purpose, a day was quiet. It is believed from then on, and a run is started. Of a document, "
        "the records that were looked up are named: one that joined the problem since stays where it is.",
        operation_id="confirmProblem",
        tags=["Problems"],
        status_code=202,
    )(confirm_problem)


def list_problems(request: Request, integration_id: IntegrationId) -> ProblemList:
    """The inbox."""
    check_query(request)
    place = place_of(request, integration_id)
    return ProblemList(problems=problem_shapes(place.stores.problems.open(), place))


def retry_problem(
    request: Request,
    integration_id: IntegrationId,
    problem: ProblemId,
    body: Annotated[
        RetryRequest | None, Body(description="Some of the records; all without a body.", openapi_examples=_SOME)
    ] = None,
) -> Response[RetryAnswer]:
    """The problem and the run that tries it; raises NotFound or InvalidInput."""
    check_query(request)
    place = place_of(request, integration_id)
    wanted = None if body is None else body.external_ids
    name, problem_id = place.desk.caller.name, check_id(problem, "problem")
    if place.kind.is_live:
        known = retry_live(_answer_tools(place), problem_id, by=name, external_ids=wanted)
    elif _is_of_mirror(place, place.stores.problems.get(problem_id)):
        known = mirror_retry.retry(place.stores.problems, problem_id)
    else:
        tools = _retry_tools(place, _flow_of(place, problem_id))
        known = retry(tools, problem_id, by=name, external_ids=wanted)
    return _tried(place, known, "retry")


def retry_problems(
    request: Request, integration_id: IntegrationId, body: Annotated[RetryAllRequest, Body(openapi_examples=_KIND)]
) -> Response[RetryAllAnswer]:
    """The problems of that kind and the run that tries them; raises InvalidInput."""
    check_query(request)
    place = place_of(request, integration_id)
    name = place.desk.caller.name
    if place.kind.is_live:
        known = retry_all_live(_answer_tools(place), body.code, by=name)
    elif place.kind.goes_both_ways:
        known = _retry_each(place, body.code, by=name)
    else:
        known = retry_all(_retry_tools(place, place.kind.flow_names[0]), body.code, by=name)
    run = begin_run(place, place.kind.flow_names, None, trigger=f"retry by {name}") if known else None
    shapes = problem_shapes(known, place)
    return Response(
        status_code=202,
        content_type=APPLICATION_JSON,
        body=RetryAllAnswer(problems=shapes, run=run_shape(run) if run else None),
    )


def confirm_problem(
    request: Request,
    integration_id: IntegrationId,
    problem: ProblemId,
    body: Annotated[
        ConfirmRequest | None,
        Body(description="The records that were looked up, where some stand behind it.", openapi_examples=_SOME),
    ] = None,
) -> Response[RetryAnswer]:
    """The problem that was none and the run that goes on; raises NotFound or InvalidInput."""
    check_query(request)
    place = place_of(request, integration_id)
    named = () if body is None else body.external_ids
    if place.kind.is_live:
        name, problem_id = place.desk.caller.name, check_id(problem, "problem")
        known = confirm_live(_answer_tools(place), problem_id, by=name, external_ids=named)
        return _tried(place, known, "confirmation")

    def believe(problem_id: str) -> None:
        for flow in place.kind.flow_names:
            place.stores.census.believe(flow, problem_id)

    flow = _flow_of(place, check_id(problem, "problem"))
    tools = ConfirmTools(
        staged=place.stores.staged,
        postings=place.stores.postings,
        problems=place.stores.problems,
        passes=place.passes_of(flow),
        believe=believe,
        policy=place.gate_of(flow),
        clock=place.desk.clock,
    )
    known = confirm(tools, problem, by=place.desk.caller.name, external_ids=named)
    return _tried(place, known, "confirmation")


def _retry_each(place: Place, code: ProblemCode, *, by: str) -> list[OpenProblem]:
    """All causes of a kind, those of objects on both sides and those of hours and invoices."""
    known = []
    for one in [one for one in place.stores.problems.open() if one.problem.code is code]:
        with suppress(NotFound):  # a record may have stood behind two: freed for one, nothing is behind the other
            if _is_of_mirror(place, one):
                known.append(mirror_retry.retry(place.stores.problems, one.problem.id))
            else:
                known.append(retry(_retry_tools(place, one.flow), one.problem.id, by=by))
    return known


def _is_of_mirror(place: Place, known: OpenProblem | None) -> bool:
    """Whether a cause keeps an object of both sides back, or a list of a vendor."""
    posts = {flow.name for flow in place.kind.flows if isinstance(flow, Post)}
    return place.kind.goes_both_ways and (known is None or known.flow not in posts)


def _flow_of(place: Place, problem_id: str) -> str:
    """The flow whose records stand behind a problem; the first one for a cause of none."""
    known = place.stores.problems.get(problem_id)
    return known.flow if known is not None else place.kind.flow_names[0]


def _retry_tools(place: Place, flow: str) -> RetryTools:
    return RetryTools(
        staged=place.stores.staged,
        problems=place.stores.problems,
        passes=place.passes_of(flow),
        policy=place.gate_of(flow),
        clock=place.desk.clock,
    )


def _answer_tools(place: Place) -> AnswerTools:
    return AnswerTools(place.stores.staged, place.stores.problems, place.stores.passes, place.desk.clock)


def _tried(place: Place, known: OpenProblem, what: str) -> Response[RetryAnswer]:
    run = begin_run(place, place.kind.flow_names, None, trigger=f"{what} by {place.desk.caller.name}")
    shape = problem_shapes([known], place)[0]
    return Response(
        status_code=202,
        content_type=APPLICATION_JSON,
        body=RetryAnswer(problem=shape, run=run_shape(run)),
        headers={"Location": f"../../runs/{run.id}"},
    )
