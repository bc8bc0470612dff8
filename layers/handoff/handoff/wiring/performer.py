"""A step of a run, worked with its tenant's tools: hours by slices, live flows and both sides' lists one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from handoff.connectors.registry import open_erp, open_time_tool
from handoff.domain.periods import Period
from handoff.domain.reconciliation import Reconciliation
from handoff.domain.tenancy import Integration
from handoff.integrations.flow import Post
from handoff.observability import tell_reconciliation
from handoff.pipeline.deliver import PostTools
from handoff.pipeline.keep import CensusTools, FetchTools
from handoff.pipeline.live.hint_step import HintStep
from handoff.pipeline.live.perform import perform_hint, perform_live
from handoff.pipeline.mirror.perform import perform_mirror
from handoff.pipeline.perform import GateTools, done, give_up, perform_fetch, perform_post
from handoff.pipeline.perform_reconcile import NightlyTools, perform_reconcile
from handoff.pipeline.steps import Step, StepName, StepOutcome
from handoff.wiring.accounts import sides_of
from handoff.wiring.billing import Billing
from handoff.wiring.process import TimeLeft
from handoff.wiring.workshop import Workshop, channels

if TYPE_CHECKING:
    from handoff.ports import ReadsFeeds


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
        if step.name is StepName.RECONCILE:
            return self._reconcile(step)
        if self.shop.kind.is_live:
            return perform_live(step, self.shop.run_tools(), self.shop.live_desk(step.run_id), time_left)
        flow = self.shop.kind.flow(step.flows[0])
        if self.shop.kind.goes_both_ways and isinstance(flow, Post):
            return Billing(self.shop).perform(flow, step, time_left)
        if self.shop.kind.goes_both_ways:
            return perform_mirror(step, self.shop.run_tools(), self.shop.mirror_tools(), time_left)
        if step.name is StepName.POST:
            return self._post(step, time_left)
        return self._fetch(step, time_left)

    def look(self, step: HintStep, time_left: TimeLeft) -> StepOutcome:
        """Follows a webhook's hint; what a kind of integration has no webhooks for is done."""
        if self.shop.kind.is_live:
            return perform_hint(step, self.shop.run_tools(), self.shop.live_desk(), time_left)
        if self.shop.kind.goes_both_ways:
            return Billing(self.shop).look(step, time_left)
        return StepOutcome()

    def give_up(self, step: Step, why: str) -> None:
        """Ends the step's run with a reason."""
        give_up(step, self.shop.shelf.runs, why, now=self.shop.clock())

    def _fetch(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        shop, integration = self.shop, self.shop.integration
        reader: ReadsFeeds
        if step.name is StepName.FETCH_ERP:
            connection, census = integration.erp, None
            reader = open_erp(connection, shop.surroundings(connection))
        else:
            connection = integration.time_tool
            reader = time_tool = open_time_tool(connection, shop.surroundings(connection))
            census = CensusTools(time_tool, shop.shelf.census)
        tools = FetchTools(
            integration_id=integration.id,
            connection=connection,
            reader=reader,
            passes=shop.shelf.passes,
            staged=shop.shelf.staged,
            reference=shop.shelf.reference,
            problems=shop.shelf.problems,
            tenants=shop.shelf.tenants,
            policy=shop.policy,
            clock=shop.clock,
            census=census,
            believes=lambda problem_id: shop.shelf.census.use_belief(step.flows[0], problem_id),
        )
        return perform_fetch(step, shop.run_tools(), tools, time_left)

    def _post(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        shop = self.shop
        connection = shop.integration.erp
        erp = open_erp(connection, shop.surroundings(connection))
        tools = PostTools(
            staged=shop.shelf.staged,
            postings=shop.shelf.postings,
            problems=shop.shelf.problems,
            channels=channels(connection.vendor, erp),
            kinds=shop.kinds,
            plan=shop.planner(step.flows[0]),
            policy=shop.policy,
            calls=lambda: erp.calls,
            time_left=time_left,
            run_id=step.run_id,
            clock=shop.clock,
        )
        gate = GateTools(shop.policy, shop.settings_version)
        return perform_post(step, shop.run_tools(), tools, gate)

    def _reconcile(self, step: Step) -> StepOutcome:
        shop = self.shop
        if not set(step.flows) & set(shop.kind.posts):
            return done(step, shop.run_tools())
        sides = sides_of(shop)

        def account_of(flow: str, period: Period, since: datetime | None) -> Reconciliation:
            account = sides.account(flow, period, since)
            tell_reconciliation(account, alarming=account.difference_count, whose=shop.names(flow))
            return account

        tools = NightlyTools(account_of, shop.shelf.reconciliations, sides.periods, sides.calls)
        return perform_reconcile(step, shop.run_tools(), tools)
