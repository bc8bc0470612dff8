"""FIFO queues: steps of one connection one after the other, each taken once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

POSTPONED_MAX = 43_200
"""SQS hides a message for twelve hours at most, counted from when it was received."""


class SqsQueue:
    """One FIFO queue."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, body: str, *, group: str, dedup: str) -> None:
        """Queues one message; the same `dedup` within five minutes is taken once."""
        self._client.send_message(
            QueueUrl=self._url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=dedup
        )

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Lets a message that was received come back after so many seconds; its group waits behind it."""
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=max(0, min(seconds, POSTPONED_MAX))
        )
