"""Tells people of failures, one message for a burst; the queue says whose problems are to be looked at."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from handoff.observability import logger, metrics
from handoff.wiring.notices import notice_worker

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def send(record: SQSRecord) -> None:
    """Looks at one integration's problems."""
    notice_worker().deliver(record)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers with the messages that must come again."""
    return process_partial_response(event=event, record_handler=send, processor=processor, context=context)
