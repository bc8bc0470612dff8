"""Master data that both sides keep: how it stands, what would be written, and a person's word on what is the same."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.request import Request

from handoff.accounting.likeness import Alike
from handoff.console.models_mirror import (
    MirrorList,
    MirrorReportShape,
    PairAllAnswer,
    PairAllRequest,
    PairAnswer,
    PairRequest,
    UndoRequest,
)
from handoff.console.place import INTEGRATION, IntegrationId, Place, check_query, place_of
from handoff.console.views_mirror import accepted_shape, mirror_shape, pair_shape, report_shape
from handoff.domain.errors import InvalidInput
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.integrations.flow import BothWays
from handoff.pipeline.mirror.flows import rule_of
from handoff.pipeline.mirror.report import MirrorReport, accept, accept_all, part, report

FlowInPath = Annotated[
    str, Path(description="A flow that both sides keep.", json_schema_extra={"examples": ["customers"]})
]
_TAGS = ["Master data"]
_PAIR = {
    "yes": {
        "summary": "These two are the same",
        "value": {"time_tool_id": "91c4d2aa-0d1f-4a57-9d25-5f0b6f1f3a10", "erp_id": "412"},
    },
}

_UNDO = {"no": {"summary": "They are not", "value": {"time_tool_id": "91c4d2aa-0d1f-4a57-9d25-5f0b6f1f3a10"}}}
_ALL = {
    "by_number": {"summary": "All whose numbers are alike", "value": {"alike": "number"}},
    "any": {"summary": "All that fit", "value": {"alike": "any"}},
}


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.get(
        f"{INTEGRATION}/mirror",
        summary="How both sides stand",
        description="Of each kind of master data that both sides keep: how many there are, in pairs, to be made, "
        "asked, and what the next pass would write over. By what the last passes saw; nobody is asked now.",
        operation_id="listMirrors",
        tags=_TAGS,
    )(list_mirrors)
    api.get(
        f"{INTEGRATION}/mirror/<flow>",
        summary="Report on one kind",
        description="Everything that the next pass would make and write over, what stays out and why, what a person "
        "is asked, and what was ignored or written over so far. Read it before `report_only` is switched off.",
        operation_id="readMirror",
        tags=_TAGS,
    )(read_mirror)
    api.post(
        f"{INTEGRATION}/mirror/<flow>/pairs",
        summary="Say that two are the same",
        description="A yes to a question of the report. Nothing is written by it: the next pass settles the pair.",
        operation_id="pair",
        tags=_TAGS,
    )(pair)
    api.post(
        f"{INTEGRATION}/mirror/<flow>/pairs/all",
        summary="Say that all that fit are the same",
        description="A yes to every proposal that fits: `number` takes those whose numbers are alike and whose names "
        "are near, or that have one organisation number; `name` those whose names are the same; `any` both. Whatever "
        "may be several, or has something that speaks against it, is left, and the answer says why. 500 at most.",
        operation_id="pairAll",
        tags=_TAGS,
    )(pair_all)
    api.post(
        f"{INTEGRATION}/mirror/<flow>/pairs/undo",
        summary="Say that two are not the same",
        description="Takes a pair apart, where a yes was wrong. What was written by it stays; give both another number "
        "or name, or the next pass pairs or asks again.",
        operation_id="undoPair",
        tags=_TAGS,
    )(undo_pair)


def list_mirrors(request: Request, integration_id: IntegrationId) -> MirrorList:
    """A line about each flow; raises InvalidInput for an integration that keeps nothing on both sides."""
    check_query(request)
    place = place_of(request, integration_id)
    settings = place.both_ways()
    return MirrorList(
        report_only=settings.report_only,
        flows=tuple(
            mirror_shape(flow.name, settings, rule_of(flow, settings), _report(place, flow, settings))
            for flow in place.kind.flows
            if isinstance(flow, BothWays)
        ),
    )


def read_mirror(request: Request, integration_id: IntegrationId, flow: FlowInPath) -> MirrorReportShape:
    """One flow in full; raises InvalidInput."""
    check_query(request)
    place = place_of(request, integration_id)
    settings, asked = place.both_ways(), _flow(place, flow)
    return report_shape(flow, settings, rule_of(asked, settings), _report(place, asked, settings))


def pair(
    request: Request,
    integration_id: IntegrationId,
    flow: FlowInPath,
    body: Annotated[PairRequest, Body(openapi_examples=_PAIR)],
) -> PairAnswer:
    """The pair; raises InvalidInput, NotFound and Stale."""
    check_query(request)
    place = place_of(request, integration_id)
    place.both_ways()
    name = _flow(place, flow).name
    return pair_shape(accept(place.stores.sightings, name, body.time_tool_id, body.erp_id))


def pair_all(
    request: Request,
    integration_id: IntegrationId,
    flow: FlowInPath,
    body: Annotated[PairAllRequest, Body(openapi_examples=_ALL)],
) -> PairAllAnswer:
    """What was paired, and what was not and why; raises InvalidInput and Stale."""
    check_query(request)
    place = place_of(request, integration_id)
    place.both_ways()
    alike = None if body.alike == "any" else Alike(body.alike)
    return accepted_shape(accept_all(place.stores.sightings, _flow(place, flow).name, alike))


def undo_pair(
    request: Request,
    integration_id: IntegrationId,
    flow: FlowInPath,
    body: Annotated[UndoRequest, Body(openapi_examples=_UNDO)],
) -> PairAnswer:
    """Both halves, each without the other; raises InvalidInput, NotFound and Stale."""
    check_query(request)
    place = place_of(request, integration_id)
    place.both_ways()
    return pair_shape(part(place.stores.sightings, _flow(place, flow).name, body.time_tool_id))


def _flow(place: Place, name: str) -> BothWays:
    known = {flow.name: flow for flow in place.kind.flows if isinstance(flow, BothWays)}
    if name not in known:
        raise InvalidInput(
            f"{place.kind.title} keeps no '{name}' on both sides",
            code="unknown_flow",
            field="flow",
            cure=f"There are {', '.join(known)}.",
        )
    return known[name]


def _report(place: Place, flow: BothWays, settings: BothWaysSettings) -> MirrorReport[Any]:
    return report(place.stores.sightings, flow.name, rule_of(flow, settings), clock=place.desk.clock)
