"""Steps from the queues: one delivery, with its tenant's tools, to its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ConfigDict, TypeAdapter

from handoff.observability import logger, metrics
from handoff.pipeline.live.hint_step import HintStep
from handoff.pipeline.steps import Step, StepOutcome, next_run
from handoff.pipeline.trips.arrive import perform_trip
from handoff.pipeline.trips.trip_step import TripStep
from handoff.pipeline.work import DELIVERIES_MAX, Delivery, NotYet, work
from handoff.storage.queues import SqsQueue
from handoff.wiring.billing import Billing
from handoff.wiring.performer import StepPerformer
from handoff.wiring.process import (
    TimeLeft,
    fetch_queue,
    post_queue,
    queues,
)
from handoff.wiring.workshop import workshop

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


Message = HintStep | TripStep | Step
MESSAGE: TypeAdapter[Message] = TypeAdapter(Message, config=ConfigDict(hide_input_in_errors=True))
"""What the queues hold: a step of a run, the hint of a webhook, or a task of an invoice's round trip."""


@dataclass(frozen=True, slots=True)
class StepWorker:
    """Works what one queue delivers."""

    source: SqsQueue

    def deliver(self, record: SQSRecord, time_left: TimeLeft) -> None:
        """One message; raises NotYet when the queue is to deliver it again later."""
        try:
            step = MESSAGE.validate_json(record.body)
            logger.append_keys(tenant_id=step.tenant_id, integration_id=step.integration_id, step=step.name)
            received = int(record.attributes.approximate_receive_count or 1)
            if isinstance(step, HintStep):
                outcome = self._look(step, record.receipt_handle, received, time_left)
            elif isinstance(step, TripStep):
                outcome = self._follow(step, record.receipt_handle, received)
            else:
                logger.append_keys(run_id=step.run_id, slice=step.slice)
                outcome = self._work(Delivery(step, record.receipt_handle, received), time_left)
        except NotYet as later:
            metrics.add_metric(name="StepsPostponed", unit="Count", value=1)
            logger.info(later.message)
            raise
        except Exception:
            # The outermost frame of a message: the batch processor would report it without a word.
            metrics.add_metric(name="StepsFailed", unit="Count", value=1)
            logger.exception("step failed")
            raise
        metrics.add_metric(name="StepsDone", unit="Count", value=1)
        logger.info("step done", extra={"goes_on": outcome.then is not None})

    def _look(self, step: HintStep, receipt_handle: str, received: int, time_left: TimeLeft) -> StepOutcome:
        """Follows a webhook's hint; one that can't be followed now comes again, and at last is left to the pass."""
        logger.append_keys(event_id=step.event_id)
        outcome = StepPerformer(workshop(step.tenant_id, step.integration_id)).look(step, time_left)
        self._put_back(outcome, receipt_handle, received, f"{step.kind} {step.subject}")
        return outcome

    def _follow(self, step: TripStep, receipt_handle: str, received: int) -> StepOutcome:
        """Works a task of a round trip; one that can't be worked now comes again, and at last is left to the night."""
        logger.append_keys(task=step.task, external_id=step.external_id)
        shop = workshop(step.tenant_id, step.integration_id)
        outcome = perform_trip(step, shop.run_tools(), Billing(shop).trip_desk(step.flow), shop.titles)
        self._put_back(outcome, receipt_handle, received, f"{step.task} of {step.external_id}")
        return outcome

    def _put_back(self, outcome: StepOutcome, receipt_handle: str, received: int, what: str) -> None:
        """Lets a message come again later, unless it did so too often; raises NotYet."""
        if outcome.wait_seconds is not None and received < DELIVERIES_MAX:
            self.source.postpone(receipt_handle, outcome.wait_seconds)
            raise NotYet(f"{what} is looked at again in {outcome.wait_seconds} s")

    def _work(self, delivery: Delivery, time_left: TimeLeft) -> StepOutcome:
        step = delivery.step
        performer = StepPerformer(workshop(step.tenant_id, step.integration_id))
        if delivery.count > DELIVERIES_MAX:
            performer.give_up(step, "the step failed too often; its message goes to the dead letters")
            if (following := next_run(step)) is not None:
                queues().send(following, performer.integration)  # it may fail once more, and the other runs need it not
        return work(delivery, performer=performer, queues=queues(), source=self.source, time_left=time_left)


def fetch_worker() -> StepWorker:
    """The worker of fetch.fifo."""
    return StepWorker(fetch_queue())


def post_worker() -> StepWorker:
    """The worker of post.fifo."""
    return StepWorker(post_queue())
