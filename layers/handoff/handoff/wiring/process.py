"""What lives as long as the process: settings, clients and the clock. Nothing here runs at import."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from handoff.pipeline.steps import Queues
from handoff.settings import PlatformSettings
from handoff.storage.dynamo import Table
from handoff.storage.queues import SqsQueue

if TYPE_CHECKING:
    import httpx
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from handoff.storage.envelope import Envelope
    from handoff.storage.machine import StateMachine

FETCH_RESERVED_MS = 20_000
"""With less time than this left, another page is not begun."""
POST_RESERVED_MS = 70_000
"""With less time than this left, another document is not begun: a write and a question that both hang, and
the store's writes about it, must fit."""

BRIEF = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
"""botocore's own time limits are longer than a function lives."""
DYNAMODB = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "max_attempts": 3},
    parameter_validation=False,  # a fifth of the cost of a write, and types are checked before
)

TimeLeft = Callable[[], bool]


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def time_left(context: LambdaContext, reserved_ms: int) -> TimeLeft:
    """Whether this invocation has time for another page or document."""
    return lambda: context.get_remaining_time_in_millis() > reserved_ms


@cache
def settings() -> PlatformSettings:
    """The platform's settings."""
    return PlatformSettings.from_environment(os.environ)


@cache
def table() -> Table:
    """The main table."""
    return Table(boto3.client("dynamodb", config=DYNAMODB), settings().table_name)


@cache
def envelope() -> Envelope:
    """What opens grants."""
    from handoff.storage.envelope import Envelope  # noqa: PLC0415 - only functions that read grants load cryptography

    return Envelope(boto3.client("kms", config=BRIEF), settings().grants_key_id, time.monotonic)


@cache
def fetch_queue() -> SqsQueue:
    """fetch.fifo."""
    return SqsQueue(boto3.client("sqs", config=BRIEF), settings().fetch_queue_url)


@cache
def post_queue() -> SqsQueue:
    """post.fifo."""
    return SqsQueue(boto3.client("sqs", config=BRIEF), settings().post_queue_url)


@cache
def notice_queue() -> SqsQueue:
    """notices.fifo."""
    return SqsQueue(boto3.client("sqs", config=BRIEF), settings().notice_queue_url)


@cache
def round_trips() -> StateMachine:
    """The state machine of invoices' round trips."""
    from handoff.storage.machine import StateMachine  # noqa: PLC0415 - only messages about invoices need the client

    return StateMachine(boto3.client("stepfunctions", config=BRIEF), settings().round_trip_arn)


def queues() -> Queues:
    """Where steps go."""
    return Queues(fetch=fetch_queue(), post=post_queue())


@cache
def transport() -> httpx.BaseTransport:
    """Connections to vendors, kept open between deliveries."""
    from httpx import HTTPTransport  # noqa: PLC0415 - only functions that call vendors pay for the import

    return HTTPTransport()
