"""Queues: real queue and fake take a message once and keep the order of a group."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from handoff.storage.queues import SqsQueue
from tests.builders import NOW
from tests.contract.conftest import Cloud
from tests.fakes import FakeQueue
from tests.groups import LOCAL_AWS

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

    from handoff.ports import Queue

Taker = Callable[[], list[str]]


def received(cloud: Cloud) -> list[MessageTypeDef]:
    """What can be received now."""
    answer = cloud.aws.sqs.receive_message(
        QueueUrl=cloud.queue_url, MaxNumberOfMessages=10, VisibilityTimeout=30, AttributeNames=["All"]
    )
    return answer.get("Messages", [])


def taken(cloud: Cloud) -> list[str]:
    """All bodies, each removed after it was received."""
    bodies: list[str] = []
    while messages := received(cloud):
        for message in messages:
            bodies.append(message["Body"])
            cloud.aws.sqs.delete_message(QueueUrl=cloud.queue_url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


@pytest.fixture(params=["memory", pytest.param("sqs", marks=LOCAL_AWS)])
def queue(request: pytest.FixtureRequest) -> tuple[Queue, Taker]:
    if request.param == "memory":
        fake = FakeQueue(lambda: NOW)

        def drained() -> list[str]:
            bodies = []
            while (message := fake.take()) is not None:
                bodies.append(message.body)
            return bodies

        return fake, drained
    cloud: Cloud = request.getfixturevalue("cloud")
    return SqsQueue(cloud.aws.sqs, cloud.queue_url), lambda: taken(cloud)


def test_messages_of_a_group_come_in_order(queue: tuple[Queue, Taker]) -> None:
    sender, take = queue
    group = uuid4().hex
    for n in range(5):
        sender.send(f"step {n} æøå", group=group, dedup=f"run.{n}")
    assert take() == [f"step {n} æøå" for n in range(5)]


def test_a_message_sent_again_is_taken_once(queue: tuple[Queue, Taker]) -> None:
    sender, take = queue
    group = uuid4().hex
    sender.send("first", group=group, dedup="run.1")
    sender.send("again", group=group, dedup="run.1")
    sender.send("second", group=group, dedup="run.2")
    assert take() == ["first", "second"]
    sender.send("after it was taken", group=group, dedup="run.1")
    assert take() == []


def test_the_same_step_of_another_connection_is_another_message(queue: tuple[Queue, Taker]) -> None:
    sender, take = queue
    for group in (uuid4().hex, uuid4().hex):
        sender.send("first", group=group, dedup="run.1")
    assert take() == ["first", "first"]


def test_a_postponed_message_comes_back_and_its_group_waits_behind_it(cloud: Cloud) -> None:
    queue = SqsQueue(cloud.aws.sqs, cloud.queue_url)
    group = uuid4().hex
    queue.send("first", group=group, dedup="1")
    queue.send("second", group=group, dedup="2")
    first, *rest = received(cloud)
    queue.postpone(first["ReceiptHandle"], 600)
    for message in rest:
        queue.postpone(message["ReceiptHandle"], -5)
    assert received(cloud) == []
    queue.postpone(first["ReceiptHandle"], 0)
    again = received(cloud)
    assert again[0]["Body"] == "first"
    assert again[0]["Attributes"]["ApproximateReceiveCount"] == "2"
    for message in again:
        queue.postpone(message["ReceiptHandle"], 0)
    assert taken(cloud) == ["first", "second"]
