"""Master data that both sides keep: how it stands, what would be written, and a person's word on what is the same."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.models_mirror import MirrorList, MirrorReportShape, PairAnswer, PairRequest, UndoRequest
from handoff.console.place import INTEGRATION, IntegrationId, Place, check_query, place_of
from handoff.console.views_mirror import mirror_shape, object_shape, report_shape
from handoff.domain.errors import InvalidInput
from handoff.domain.pairs import Sighting
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.integrations.flow import BothWays
from handoff.pipeline.mirror.flows import rule_of
from handoff.pipeline.mirror.report import MirrorReport, accept, part, report

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
    halves: tuple[Sighting[Any], Sighting[Any]] = accept(place.stores.sightings, name, body.time_tool_id, body.erp_id)
    return PairAnswer(time_tool=object_shape(halves[0]), erp=object_shape(halves[1]))


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
    halves: tuple[Sighting[Any], Sighting[Any]] = part(
        place.stores.sightings, _flow(place, flow).name, body.time_tool_id
    )
    return PairAnswer(time_tool=object_shape(halves[0]), erp=object_shape(halves[1]))


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
