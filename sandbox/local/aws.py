"""Clients of the local AWS process, with the key it takes for the account's root."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

import boto3
import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sqs import SQSClient

REGION: Final = "eu-north-1"
ROOT_KEY = "test"  # what ministack takes for the root of account 000000000000, as both id and secret
CONFIG = Config(retries={"mode": "standard", "max_attempts": 2}, max_pool_connections=16)

# a person's AWS profile, by whatever variable it is named, has no part in the local run
NO_PROFILE: Final = {"profile": (None, None, None, None), "config_file": (None, None, os.devnull, None)}


class Iam(Protocol):
    """The calls to IAM that are needed here."""

    def create_role(self, *, RoleName: str, AssumeRolePolicyDocument: str) -> Mapping[str, Any]: ...

    def put_role_policy(self, *, RoleName: str, PolicyName: str, PolicyDocument: str) -> object: ...


class StepFunctions(Protocol):
    """The calls to Step Functions that are needed here."""

    def list_state_machines(self) -> Mapping[str, Any]: ...

    def list_executions(self, *, stateMachineArn: str) -> Mapping[str, Any]: ...

    def create_state_machine(self, *, name: str, definition: str, roleArn: str) -> Mapping[str, Any]: ...

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> Mapping[str, Any]: ...

    def describe_execution(self, *, executionArn: str) -> Mapping[str, Any]: ...

    def get_execution_history(self, *, executionArn: str, maxResults: int) -> Mapping[str, Any]: ...

    def send_task_success(self, *, taskToken: str, output: str) -> object: ...

    def send_task_heartbeat(self, *, taskToken: str) -> object: ...


@dataclass(frozen=True)
class Aws:
    """The account at one endpoint; each client is made once, when first used."""

    endpoint: str

    @cached_property
    def session(self) -> boto3.Session:
        core = botocore.session.Session(session_vars=NO_PROFILE)
        return boto3.Session(ROOT_KEY, ROOT_KEY, region_name=REGION, botocore_session=core)

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        return self.session.client("cloudformation", endpoint_url=self.endpoint, config=CONFIG)

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        return self.session.client("dynamodb", endpoint_url=self.endpoint, config=CONFIG)

    @cached_property
    def events(self) -> EventBridgeClient:
        return self.session.client("events", endpoint_url=self.endpoint, config=CONFIG)

    @cached_property
    def iam(self) -> Iam:
        client: Iam = self.session.client("iam", endpoint_url=self.endpoint, config=CONFIG)
        return client

    @cached_property
    def kms(self) -> KMSClient:
        return self.session.client("kms", endpoint_url=self.endpoint, config=CONFIG)

    @cached_property
    def functions(self) -> LambdaClient:
        return self.session.client("lambda", endpoint_url=self.endpoint, config=CONFIG)

    @cached_property
    def machines(self) -> StepFunctions:
        client: StepFunctions = self.session.client("stepfunctions", endpoint_url=self.endpoint, config=CONFIG)
        return client

    @cached_property
    def s3(self) -> S3Client:
        return self.session.client("s3", endpoint_url=self.endpoint, config=CONFIG)

    @cached_property
    def scheduler(self) -> EventBridgeSchedulerClient:
        return self.session.client("scheduler", endpoint_url=self.endpoint, config=CONFIG)

    @cached_property
    def sqs(self) -> SQSClient:
        return self.session.client("sqs", endpoint_url=self.endpoint, config=CONFIG)
