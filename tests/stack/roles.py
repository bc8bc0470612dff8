"""What the roles of template.yaml allow, and on what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.local import template
from sandbox.local.paths import TEMPLATE

LOADED = template.load(TEMPLATE)
ROLES = template.resources(LOADED, "AWS::IAM::Role")
SENDING = "ses:SendEmail"
EXECUTIONS = "${AWS::AccountId}:execution:${"


def statements(role: str) -> Iterator[dict[str, Any]]:
    """What a role allows on resources of ours; the one right elsewhere, to send mail, has a test of its own."""
    for policy in ROLES[role]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Action"] != SENDING:
                yield statement


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def actions(role: str) -> set[str]:
    return {action for statement in statements(role) for action in as_list(statement["Action"])}


def resource_of(arn: Any) -> str:
    """The logical id behind `!GetAtt X.Arn`, `!Ref X` of a state machine, its executions, or `!Sub ${X.Arn}/…`."""
    if "Fn::GetAtt" in arn:
        return str(arn["Fn::GetAtt"][0])
    if "Ref" in arn:
        return str(arn["Ref"])
    if EXECUTIONS in arn["Fn::Sub"]:
        return str(arn["Fn::Sub"].partition(EXECUTIONS)[2].removesuffix(".Name}:*"))
    return str(arn["Fn::Sub"].removeprefix("${").split(".")[0])


def targets(role: str, service: str) -> set[tuple[str, str]]:
    """Pairs of action and logical id that a role allows at one service."""
    return {
        (action, resource_of(arn))
        for statement in statements(role)
        for action in as_list(statement["Action"])
        if action.startswith(f"{service}:")
        for arn in as_list(statement["Resource"])
    }
