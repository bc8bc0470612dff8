"""The one right that the local server asks for and AWS does not.

AWS checks each statement of a PartiQL batch as `dynamodb:PartiQLInsert` or `dynamodb:PartiQLUpdate` on its
table (DynamoDB developer guide, IAM policies for PartiQL); ministack 1.5.33 checks the call by its own name,
on no table. The template says what AWS asks for; here each role that has those rights gets the local one too.
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.local.aws import Aws
from sandbox.local.template import Template, resources

POLICY = "partiql-batches-on-the-local-server"
_BATCHES = "dynamodb:PartiQLUpdate"
_DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "dynamodb:BatchExecuteStatement", "Resource": "*"}],
}


def complete(aws: Aws, template: Template, stack: str) -> None:
    """Give the local right to the stack's roles that may run PartiQL statements."""
    for name, role in resources(template, "AWS::IAM::Role").items():
        if _may_batch(role):
            described = aws.cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=name)
            physical = described["StackResourceDetail"]["PhysicalResourceId"]
            aws.iam.put_role_policy(RoleName=physical, PolicyName=POLICY, PolicyDocument=json.dumps(_DOCUMENT))


def _may_batch(properties: dict[str, Any]) -> bool:
    statements = [
        statement for policy in properties.get("Policies", []) for statement in policy["PolicyDocument"]["Statement"]
    ]
    return any(_BATCHES in statement["Action"] for statement in statements)
