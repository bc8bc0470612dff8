"""Deploys the untouched template.yaml: packs what it names, uploads that, and runs one change set.

What is sent differs from the file only where `sam package` would change it too: local folders become places in
a bucket; and where the local server reads a limit's path as it stands, it is sent decoded. Wiring, roles and rights are
what SAM's own translator makes of the template.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from sandbox.local import packages, rights
from sandbox.local.aws import REGION, Aws
from sandbox.local.paths import LAYER_CACHE, TEMPLATE, LocalRunError
from sandbox.local.template import Template, load, resources

BUCKET = "handoff-artifacts"
STACK = "handoff"
CHANGE_SET_SECONDS = 60.0
STACK_SECONDS = 180.0
_POLL_SECONDS = 0.1
STATE = ("AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::SQS::Queue")


@dataclass(frozen=True)
class Deployment:
    """A deployed stack: its outputs by name, and whether this deployment changed anything."""

    stack: str
    outputs: Mapping[str, str]
    changed: bool


def deploy(
    aws: Aws, parameters: Mapping[str, str], *, template_file: Path = TEMPLATE, stack: str = STACK
) -> Deployment:
    """Bring the stack to the template with these parameters; the same again is a success that changes nothing.

    Raises LocalRunError when the stack cannot be made, with CloudFormation's own reason.
    """
    template = load(template_file)
    _upload_code(aws, template, template_file.parent)
    _decode_limited_paths(template)
    deployment = _apply(aws, template, parameters, stack)
    rights.complete(aws, template, stack)
    return deployment


def deploy_state(aws: Aws, *, template_file: Path = TEMPLATE, stack: str = "handoff-state") -> Deployment:
    """Make only what holds state, as the template declares it: tables, the key and the queues, without functions."""
    template = load(template_file)
    kept = {name for name, resource in template["Resources"].items() if resource["Type"] in STATE}
    wanted = {name: output for name, output in template["Outputs"].items() if output["Value"].get("Ref") in kept}
    template["Resources"] = {name: template["Resources"][name] for name in kept}
    template["Outputs"] = wanted
    return _apply(aws, template, {"DeletionProtection": "false"}, stack)


def _apply(aws: Aws, template: Template, parameters: Mapping[str, str], stack: str) -> Deployment:
    kind = "UPDATE" if _exists(aws, stack) else "CREATE"
    change_set = aws.cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=f"local-{time.time_ns()}",
        ChangeSetType="UPDATE" if kind == "UPDATE" else "CREATE",
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
    )["Id"]
    changed = _has_changes(aws, change_set)
    if changed:
        aws.cloudformation.execute_change_set(ChangeSetName=change_set)
        _wait_for_stack(aws, stack, f"{kind}_COMPLETE")
    return Deployment(stack, outputs(aws, stack), changed)


def outputs(aws: Aws, stack: str) -> dict[str, str]:
    """Read the stack's outputs."""
    listed = aws.cloudformation.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in listed}


def _upload_code(aws: Aws, template: Template, root: Path) -> None:
    with suppress(aws.s3.exceptions.BucketAlreadyOwnedByYou):
        aws.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for function in resources(template, "AWS::Serverless::Function").values():
        function["CodeUri"] = _upload(aws, packages.function_package(_folder(root, function["CodeUri"])))
    for machine in resources(template, "AWS::Serverless::StateMachine").values():
        machine["DefinitionUri"] = _upload(aws, _file(root, machine["DefinitionUri"]).read_bytes())
    for layer in resources(template, "AWS::Serverless::LayerVersion").values():
        layer["ContentUri"] = _upload(aws, _layer(_folder(root, layer["ContentUri"])))


def _decode_limited_paths(template: Template) -> None:
    """Write paths of limits plainly: the local API looks for `/a/b` where API Gateway is given `/~1a~1b`."""
    for api in resources(template, "AWS::Serverless::Api").values():
        for limits in api.get("MethodSettings", []):
            limits["ResourcePath"] = limits["ResourcePath"].replace("/~1", "/", 1).replace("~1", "/")


def _folder(root: Path, uri: str) -> Path:
    folder = root / uri
    if not folder.is_dir():
        raise LocalRunError(f"the template names {uri}, which is not there")
    return folder


def _file(root: Path, uri: str) -> Path:
    file = root / uri
    if not file.is_file():
        raise LocalRunError(f"the template names {uri}, which is not there")
    return file


def _layer(folder: Path) -> bytes:
    requirements = folder / "requirements.txt"
    if packages.has_packages(requirements):
        return packages.package_layer(requirements, LAYER_CACHE)
    return packages.source_layer(folder)


def _upload(aws: Aws, content: bytes) -> dict[str, str]:
    key = f"{hashlib.sha256(content).hexdigest()[:32]}.zip"
    aws.s3.put_object(Bucket=BUCKET, Key=key, Body=content)
    return {"Bucket": BUCKET, "Key": key}


def _exists(aws: Aws, stack: str) -> bool:
    try:
        aws.cloudformation.describe_stacks(StackName=stack)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # CloudFormation's word for "no such stack"
            return False
        raise
    return True


def _has_changes(aws: Aws, change_set: str) -> bool:
    deadline = time.monotonic() + CHANGE_SET_SECONDS
    while time.monotonic() < deadline:
        answer = aws.cloudformation.describe_change_set(ChangeSetName=change_set)
        if answer["Status"] == "CREATE_COMPLETE":
            return True
        if answer["Status"] == "FAILED":
            reason = answer.get("StatusReason", "no reason given")
            if "didn't contain changes" in reason:
                return False
            raise LocalRunError(f"the template was refused: {reason}")
        time.sleep(_POLL_SECONDS)
    raise LocalRunError(f"the change set was not ready in {CHANGE_SET_SECONDS:.0f} s")


def _wait_for_stack(aws: Aws, stack: str, wanted: str) -> None:
    deadline = time.monotonic() + STACK_SECONDS
    status = "unknown"
    while time.monotonic() < deadline:
        status = aws.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        if status == wanted:
            return
        if status.endswith(("FAILED", "ROLLBACK_COMPLETE")):
            raise LocalRunError(f"the stack ended in {status}: {_first_failure(aws, stack)}")
        time.sleep(_POLL_SECONDS)
    raise LocalRunError(f"the stack is still {status} after {STACK_SECONDS:.0f} s")


def _first_failure(aws: Aws, stack: str) -> str:
    events: list[Any] = list(aws.cloudformation.describe_stack_events(StackName=stack)["StackEvents"])
    failed = [event for event in reversed(events) if event.get("ResourceStatus", "").endswith("FAILED")]
    if not failed:
        return "no resource said why"
    return f"{failed[0]['LogicalResourceId']}: {failed[0].get('ResourceStatusReason', 'no reason given')}"
