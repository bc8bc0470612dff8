"""The rights that the local server asks for and AWS does not.

AWS checks each statement of a PartiQL batch as `dynamodb:PartiQLInsert` or `dynamodb:PartiQLUpdate` on its
table (DynamoDB developer guide, IAM policies for PartiQL); ministack 1.5.33 checks the call by its own name,
on no table. The template says what AWS asks for; here each role that has those rights gets the local one too.

AWS checks `ses:SendEmail` on the identity that mail comes from; ministack 1.5.33 checks it on `*`. A role that may send
gets it on `*` there.

AWS checks `states:SendTaskSuccess` and `states:SendTaskHeartbeat` on the state machine whose task it is; ministack
1.5.33 checks both on `*`. A role that may answer tasks gets them on `*` there.
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.local.aws import Aws
from sandbox.local.template import Template, resources

SENDING_POLICY = "mail-on-the-local-server"
_SENDING = "ses:SendEmail"
_SENDING_DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": _SENDING, "Resource": "*"}],
}
ANSWERING_POLICY = "tasks-on-the-local-server"
_ANSWERING = ("states:SendTaskSuccess", "states:SendTaskHeartbeat")
_ANSWERING_DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": list(_ANSWERING), "Resource": "*"}],
}
POLICY = "partiql-batches-on-the-local-server"
_BATCHES = "dynamodb:PartiQLUpdate"
_DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "dynamodb:BatchExecuteStatement", "Resource": "*"}],
}


def complete(aws: Aws, template: Template, stack: str) -> None:
    """Give the local rights to the stack's roles that have what they stand for."""
    for name, role in resources(template, "AWS::IAM::Role").items():
        if _may(role, _BATCHES):
            _give(aws, stack, name, POLICY, _DOCUMENT)
        if _may(role, _SENDING):
            _give(aws, stack, name, SENDING_POLICY, _SENDING_DOCUMENT)
        if all(_may(role, action) for action in _ANSWERING):
            _give(aws, stack, name, ANSWERING_POLICY, _ANSWERING_DOCUMENT)


def _give(aws: Aws, stack: str, role: str, policy: str, document: dict[str, Any]) -> None:
    described = aws.cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=role)
    physical = described["StackResourceDetail"]["PhysicalResourceId"]
    aws.iam.put_role_policy(RoleName=physical, PolicyName=policy, PolicyDocument=json.dumps(document))


def _may(properties: dict[str, Any], action: str) -> bool:
    statements = [
        statement for policy in properties.get("Policies", []) for statement in policy["PolicyDocument"]["Statement"]
    ]
    return any(action in statement["Action"] for statement in statements)
