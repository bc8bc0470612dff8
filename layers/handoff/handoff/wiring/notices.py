"""What tells people of failures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import boto3

from handoff.connectors.registry import vendor_of
from handoff.observability import logger, metrics
from handoff.pipeline.announce import NoticeStep
from handoff.pipeline.notices import Ended, Look, Names, NoticeTools, tell
from handoff.pipeline.work import NotYet
from handoff.ports.notices import Mailer
from handoff.storage.mail import SesMailer
from handoff.storage.notices import DynamoNoticeStore
from handoff.storage.queues import SqsQueue
from handoff.wiring.process import BRIEF, notice_queue, settings, table
from handoff.wiring.workshop import Workshop, workshop

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

METRICS = {Ended.SENT: "NoticesSent", Ended.REFUSED: "NoticesRefused", Ended.NO_SENDER: "NoticesWithoutSender"}


@dataclass(frozen=True, slots=True)
class NoticeWorker:
    """Works what the notices' queue delivers."""

    source: SqsQueue

    def deliver(self, record: SQSRecord) -> None:
        """One message; raises NotYet when the inbox is to be looked at again later."""
        try:
            step = NoticeStep.model_validate_json(record.body)
            logger.append_keys(tenant_id=step.tenant_id, integration_id=step.integration_id, step=step.name)
            look = tell(tools_for(workshop(step.tenant_id, step.integration_id)))
        except Exception:
            # The outermost frame of a message: the batch processor would report it without a word.
            metrics.add_metric(name="NoticesFailed", unit="Count", value=1)
            logger.exception("notice failed")
            raise
        self._note(look, record)

    def _note(self, look: Look, record: SQSRecord) -> None:
        said = {"ended": look.ended.value, "causes": look.causes, "why": look.why}
        if look.ended in METRICS:
            metrics.add_metric(name=METRICS[look.ended], unit="Count", value=1)
        if look.ended is Ended.REFUSED:
            logger.warning("notice refused", extra=said)
        else:
            logger.info("notice looked at", extra=said)
        if look.wait_seconds is not None:
            self.source.postpone(record.receipt_handle, look.wait_seconds)
            raise NotYet(f"the inbox is looked at again in {look.wait_seconds} s")


def tools_for(shop: Workshop) -> NoticeTools:
    """What telling the people of one integration works with."""
    return NoticeTools(
        problems=shop.shelf.problems,
        staged=shop.shelf.staged,
        notices=DynamoNoticeStore(table(), shop.tenant_id, shop.integration_id),
        mailer=mailer(),
        address=lambda: shop.notices_to,
        names=lambda: names_of(shop),
        apart=timedelta(minutes=settings().notice_minutes_apart),
        clock=shop.clock,
    )


def names_of(shop: Workshop) -> Names:
    """What a message calls an integration's company and systems."""
    integration = shop.integration
    return Names(
        company=integration.erp.name,
        integration=integration.name,
        time_tool=vendor_of(integration.time_tool.vendor).title,
        erp=vendor_of(integration.erp.vendor).title,
        link=f"{settings().public_url.rstrip('/')}/api/integrations/{integration.id}/problems",
    )


@cache
def mailer() -> Mailer | None:
    """What sends mail; None where the platform has no address to send from."""
    sender = settings().notices_from
    return SesMailer(boto3.client("sesv2", config=BRIEF), sender) if sender else None


def notice_worker() -> NoticeWorker:
    """The worker of notices.fifo."""
    return NoticeWorker(notice_queue())
