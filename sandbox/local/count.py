"""Counts what was deployed against what the template declares: an emulator may leave out a route in silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.local.aws import Aws
from sandbox.local.deploy import Deployment
from sandbox.local.paths import LocalRunError
from sandbox.local.template import Template, function_events, resources


@dataclass(frozen=True)
class Wiring:
    """What calls our functions, and what waits for them. A route is "VERB /path"; the rest is counted."""

    routes: frozenset[str]
    event_sources: int
    rules: int
    schedules: int
    machines: int = 0

    def __str__(self) -> str:
        return (
            f"{len(self.routes)} routes, {self.event_sources} event sources,"
            f" {self.rules} rules, {self.schedules} schedules, {self.machines} state machines"
        )


def declared(template: Template) -> Wiring:
    """Read the wiring out of the template."""
    apis = function_events(template, "Api").values()
    return Wiring(
        routes=frozenset(f"{api['Method'].upper()} {api['Path']}" for api in apis),
        event_sources=len(function_events(template, "SQS", "DynamoDB", "Kinesis"))
        + len(resources(template, "AWS::Lambda::EventSourceMapping")),
        rules=len(function_events(template, "Schedule", "EventBridgeRule", "CloudWatchEvent"))
        + len(resources(template, "AWS::Events::Rule")),
        schedules=len(function_events(template, "ScheduleV2")) + len(resources(template, "AWS::Scheduler::Schedule")),
        machines=len(resources(template, "AWS::Serverless::StateMachine")),
    )


def deployed(aws: Aws, deployment: Deployment) -> Wiring:
    """Ask each service what it has; the account holds this one stack."""
    api_id = deployment.outputs.get("ApiId")
    return Wiring(
        routes=frozenset(_routes(aws, api_id)) if api_id else frozenset(),
        event_sources=len(aws.functions.list_event_source_mappings()["EventSourceMappings"]),
        rules=len(aws.events.list_rules()["Rules"]),
        schedules=len(aws.scheduler.list_schedules()["Schedules"]),
        machines=len(aws.machines.list_state_machines()["stateMachines"]),
    )


def check(template: Template, aws: Aws, deployment: Deployment) -> Wiring:
    """Give the wiring when all of it was deployed; raises LocalRunError naming every difference."""
    wanted, found = declared(template), deployed(aws, deployment)
    differences = list(compare(wanted, found))
    if differences:
        raise LocalRunError(f"the deployment differs from template.yaml: {'; '.join(differences)}")
    return found


def compare(wanted: Wiring, found: Wiring) -> Iterable[str]:
    """Name what is missing or too much, one phrase each; nothing when they agree."""
    for route in sorted(wanted.routes - found.routes):
        yield f"route {route} is missing"
    for route in sorted(found.routes - wanted.routes):
        yield f"route {route} is not declared"
    for kind in ("event_sources", "rules", "schedules", "machines"):
        one, other = getattr(wanted, kind), getattr(found, kind)
        if one != other:
            yield f"{kind.replace('_', ' ')}: declared {one}, deployed {other}"


def _routes(aws: Aws, api_id: str) -> Iterable[str]:
    gateway = aws.session.client("apigateway", endpoint_url=aws.endpoint)
    pages: Iterable[Mapping[str, Any]] = gateway.get_paginator("get_resources").paginate(
        restApiId=api_id, embed=["methods"]
    )
    for page in pages:
        for resource in page["items"]:
            for verb in resource.get("resourceMethods", {}):
                yield f"{verb} {resource['path']}"
