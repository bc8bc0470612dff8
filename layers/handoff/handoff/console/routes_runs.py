"""Runs: started by hand or only previewed, and watched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.content_types import APPLICATION_JSON
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.models_postings import Document
from handoff.console.models_runs import RunAnswer, RunRequest
from handoff.console.place import (
    INTEGRATION,
    IntegrationId,
    Place,
    check_id,
    check_query,
    period_or_none,
    place_of,
)
from handoff.console.preview import make_preview
from handoff.console.views_postings import document_of
from handoff.console.views_runs import preview_shape, run_shape
from handoff.domain.errors import NotFound
from handoff.domain.periods import Period
from handoff.domain.runs import Run, RunState
from handoff.pipeline.steps import first_step, start_run

_EXAMPLES = {
    "run": {"summary": "Fetch, then post all that is ready", "value": {}},
    "preview": {
        "summary": "Show what a run would post for October",
        "value": {"flows": ["hours"], "period": "2026-10", "preview": True},
    },
}
RunId = Annotated[str, Path(description="Id of the run.")]


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.post(
        f"{INTEGRATION}/runs",
        summary="Start a run, or preview one",
        description="A run fetches what changed and posts what is to be posted: 202, with the address to watch it at. "
        "A preview is made at once and writes nothing but itself: 200, with exactly the documents that a run would "
        "write for what is approved now, their digest, and the problems that would keep records out. A live "
        "integration has no previews, and its runs take no `period` and no choice of `flows`.",
        operation_id="startRun",
        tags=["Runs"],
        status_code=202,
    )(start)
    api.get(
        f"{INTEGRATION}/runs/<run_id>",
        summary="Watch a run",
        description="Its state, step, counts and calls so far; of a preview, what it showed.",
        operation_id="watchRun",
        tags=["Runs"],
    )(watch)
    api.get(
        f"{INTEGRATION}/runs/<run_id>/documents/<key>",
        summary="Read one document of a preview",
        description="A previewed document with all its lines, for previews too long for one answer.",
        operation_id="readPreviewedDocument",
        tags=["Runs"],
    )(document)


def start(
    request: Request, integration_id: IntegrationId, body: Annotated[RunRequest, Body(openapi_examples=_EXAMPLES)]
) -> Response[RunAnswer]:
    """The run that was queued, or the preview."""
    check_query(request)
    place = place_of(request, integration_id)
    flows = place.flows(None if body.flows is None else tuple(body.flows), field="body.flows")
    period = period_or_none(body.period, field="body.period")
    if not body.preview:
        place.check_whole(flows, period)
    place.settings()  # nothing can be judged or planned without, and a person is here to be told
    if body.preview:
        run = _previewed(place, flows, period)
        return _answer(place, run, status=200)
    return _answer(place, begin_run(place, flows, period, trigger=f"by {place.desk.caller.name}"), status=202)


def watch(request: Request, integration_id: IntegrationId, run_id: RunId) -> RunAnswer:
    """A run; raises NotFound."""
    check_query(request)
    place = place_of(request, integration_id)
    return _run_answer(place, _run(place, run_id))


def document(
    request: Request,
    integration_id: IntegrationId,
    run_id: RunId,
    key: Annotated[str, Path(description="The document's key.")],
) -> Document:
    """A previewed document; raises NotFound."""
    check_query(request)
    place = place_of(request, integration_id)
    saved = place.stores.runs.preview(_run(place, run_id).id)
    found = next((posting for posting in (saved.documents if saved else ()) if posting.key == key), None)
    if found is None:
        raise NotFound("the run previewed no document of that key", field="key")
    return document_of(found)


def begin_run(place: Place, flows: tuple[str, ...], period: Period | None, *, trigger: str) -> Run:
    """Stores a run and queues its first step; where the flows have runs of their own, these follow."""
    now = place.desk.clock()
    first, *later = place.kind.runs_of(flows)
    step = first_step(
        tenant_id=place.desk.caller.tenant_id,
        integration_id=place.integration.id,
        run_id=_new_run_id(place, now),
        flows=first,
        trigger=trigger,
        period=period,
        later=tuple(later),
    )
    return start_run(step, integration=place.integration, runs=place.stores.runs, queues=place.desk.queues, now=now)


def _new_run_id(place: Place, now: datetime) -> str:
    return f"{now:%Y%m%dT%H%M%SZ}-{place.desk.new_id()}"


def _run(place: Place, run_id: str) -> Run:
    run = place.stores.runs.get(check_id(run_id, "run"))
    if run is None:
        raise NotFound("there is no run of that id", field="run")
    return run


def _previewed(place: Place, flows: Sequence[str], period: Period | None) -> Run:
    """A finished run that only showed what it would do."""
    started_at = place.desk.clock()
    saved = make_preview(place, flows, period)
    failing = {external_id for problem in saved.problems for external_id in problem.external_ids}
    counts = {"documents": len(saved.documents), "failing": len(failing)}
    run = Run(
        id=_new_run_id(place, started_at),
        integration_id=place.integration.id,
        state=RunState.DONE,
        trigger=f"preview by {place.desk.caller.name}",
        started_at=started_at,
        flows=tuple(flows),
        period=period,
        step="preview",
        finished_at=place.desk.clock(),
        counts={name: count for name, count in counts.items() if count},
    )
    # What it showed first: a run that can be read has all of it.
    place.stores.runs.save_preview(run.id, digest=saved.digest, documents=saved.documents, problems=saved.problems)
    place.stores.runs.start(run)
    return run


def _answer(place: Place, run: Run, *, status: int) -> Response[RunAnswer]:
    return Response(
        status_code=status,
        content_type=APPLICATION_JSON,
        body=_run_answer(place, run),
        headers={"Location": f"runs/{run.id}"},  # relative: what comes before differs by stage and domain
    )


def _run_answer(place: Place, run: Run) -> RunAnswer:
    saved = place.stores.runs.preview(run.id)
    return RunAnswer(run=run_shape(run, preview_shape(saved) if saved else None))
