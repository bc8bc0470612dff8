"""Steps from the queues: one delivery, with its tenant's tools, to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ConfigDict, TypeAdapter

from handoff.connectors.registry import open_erp, open_time_tool
from handoff.domain.periods import Period
from handoff.domain.reconciliation import Reconciliation
from handoff.domain.tenancy import Integration
from handoff.observability import logger, metrics, tell_reconciliation
from handoff.pipeline.deliver import PostTools
from handoff.pipeline.keep import CensusTools, FetchTools
from handoff.pipeline.live.hint_step import HintStep
from handoff.pipeline.live.perform import perform_hint, perform_live
from handoff.pipeline.perform import GateTools, give_up, perform_fetch, perform_post
from handoff.pipeline.perform_reconcile import NightlyTools, perform_reconcile
from handoff.pipeline.reconcile import reconcile
from handoff.pipeline.steps import Step, StepName, StepOutcome
from handoff.pipeline.work import DELIVERIES_MAX, Delivery, NotYet, work
from handoff.storage.queues import SqsQueue
from handoff.wiring.accounts import Sides
from handoff.wiring.process import (
    TimeLeft,
    fetch_queue,
    post_queue,
    queues,
    utc_now,
)
from handoff.wiring.workshop import Workshop, channels

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    from handoff.ports import ReadsFeeds


MESSAGE: TypeAdapter[HintStep | Step] = TypeAdapter(HintStep | Step, config=ConfigDict(hide_input_in_errors=True))
"""What the queues hold: a step of a run, or the hint of a webhook."""


@dataclass(frozen=True, slots=True)
class StepPerformer:
    """A delivered step with its tenant's tools."""

    shop: Workshop

    @property
    def integration(self) -> Integration:
        """The integration the step is for."""
        return self.shop.integration

    def perform(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        """Works one slice."""
        if self.shop.kind.is_live:
            return perform_live(step, self.shop.run_tools(), self.shop.live_desk(step.run_id), time_left)
        if step.name is StepName.POST:
            return self._post(step, time_left)
        if step.name is StepName.RECONCILE:
            return self._reconcile(step)
        return self._fetch(step, time_left)

    def give_up(self, step: Step, why: str) -> None:
        """Ends the step's run with a reason."""
        give_up(step, self.shop.runs, why, now=utc_now())

    def _fetch(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        shop, integration = self.shop, self.shop.integration
        reader: ReadsFeeds
        if step.name is StepName.FETCH_ERP:
            connection, census = integration.erp, None
            reader = open_erp(connection, shop.surroundings(connection))
        else:
            connection = integration.time_tool
            reader = time_tool = open_time_tool(connection, shop.surroundings(connection))
            census = CensusTools(time_tool, shop.census)
        tools = FetchTools(
            integration_id=integration.id,
            connection=connection,
            reader=reader,
            passes=shop.passes,
            staged=shop.staged,
            reference=shop.reference,
            problems=shop.problems,
            tenants=shop.tenants,
            policy=shop.policy,
            clock=utc_now,
            census=census,
            believes=lambda problem_id: shop.census.use_belief(step.flows[0], problem_id),
        )
        return perform_fetch(step, shop.run_tools(), tools, time_left)

    def _post(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        shop = self.shop
        connection = shop.integration.erp
        erp = open_erp(connection, shop.surroundings(connection))
        tools = PostTools(
            staged=shop.staged,
            postings=shop.postings,
            problems=shop.problems,
            channels=channels(erp),
            kinds=shop.kinds,
            plan=shop.planner(step.flows[0]),
            policy=shop.policy,
            calls=lambda: erp.calls,
            time_left=time_left,
            run_id=step.run_id,
            clock=utc_now,
        )
        gate = GateTools(shop.policy, shop.settings_version)
        return perform_post(step, shop.run_tools(), tools, gate)

    def _reconcile(self, step: Step) -> StepOutcome:
        shop, sides, flow = self.shop, Sides(self.shop), step.flows[0]

        def account_of(period: Period, since: datetime | None) -> Reconciliation:
            account = reconcile(sides.tools(since), flow=flow, period=period)
            tell_reconciliation(account, alarming=account.difference_count, whose=shop.names(flow))
            return account

        tools = NightlyTools(
            reconcile=account_of,
            reconciliations=shop.reconciliations,
            reference=shop.reference.load,
            starts_on=shop.hours.starts_on,
            calls=sides.calls,
        )
        return perform_reconcile(step, shop.run_tools(), tools)


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
                outcome = self._look(step, record.receipt_handle, received)
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

    def _look(self, step: HintStep, receipt_handle: str, received: int) -> StepOutcome:
        """Follows a webhook's hint; one that can't be followed now comes again, and at last is left to the pass."""
        logger.append_keys(event_id=step.event_id)
        shop = Workshop(step.tenant_id, step.integration_id)
        outcome = perform_hint(step, shop.run_tools(), shop.live_desk())
        if outcome.wait_seconds is not None and received < DELIVERIES_MAX:
            self.source.postpone(receipt_handle, outcome.wait_seconds)
            raise NotYet(f"{step.kind} {step.subject} is looked at again in {outcome.wait_seconds} s")
        return outcome

    def _work(self, delivery: Delivery, time_left: TimeLeft) -> StepOutcome:
        step = delivery.step
        performer = StepPerformer(Workshop(step.tenant_id, step.integration_id))
        if delivery.count > DELIVERIES_MAX:
            performer.give_up(step, "the step failed too often; its message goes to the dead letters")
        return work(delivery, performer=performer, queues=queues(), source=self.source, time_left=time_left)


def fetch_worker() -> StepWorker:
    """The worker of fetch.fifo."""
    return StepWorker(fetch_queue())


def post_worker() -> StepWorker:
    """The worker of post.fifo."""
    return StepWorker(post_queue())
