"""How much there is to do in the local system's queues."""

from __future__ import annotations

from sandbox.local.aws import Aws


def messages_in(aws: Aws, url: str) -> int:
    """How many messages a queue has, those that are being worked on among them."""
    answer = aws.sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )
    return sum(map(int, answer["Attributes"].values()))
