"""Reads one slice of one connection's feeds; the queue delivers one step at a time."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from handoff.observability import logger, metrics
from handoff.wiring.process import FETCH_RESERVED_MS, time_left
from handoff.wiring.worker import fetch_worker

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def fetch(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Works the step that a message asks for."""
    fetch_worker().deliver(record, time_left(lambda_context, FETCH_RESERVED_MS))


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers with the messages that must come again."""
    return process_partial_response(event=event, record_handler=fetch, processor=processor, context=context)
