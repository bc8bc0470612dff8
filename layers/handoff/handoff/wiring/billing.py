"""Hours that become rows of a register, invoices that become orders, costs: their steps, with a tenant's tools."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, cast

from handoff.connectors.registry import open_billing_erp, open_billing_time_tool
from handoff.domain.errors import Stale
from handoff.domain.posting import DocumentKind
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.integrations.billing_settings import HOURS, INVOICES, BillingSettings
from handoff.integrations.flow import Post
from handoff.pipeline.billing.desk import InvoiceDesk
from handoff.pipeline.billing.hour_rows import RegisterPlan, WorkNames
from handoff.pipeline.billing.order_hints import perform_order_hint
from handoff.pipeline.billing.order_writer import OrderWriter
from handoff.pipeline.billing.orders import OrderPlan, OrderRules
from handoff.pipeline.billing.partners import Partners
from handoff.pipeline.billing.perform import perform_invoices
from handoff.pipeline.billing.perform_costs import perform_costs
from handoff.pipeline.deliver import PostTools
from handoff.pipeline.documents import Sender
from handoff.pipeline.keep import CensusTools, FetchTools
from handoff.pipeline.live.hint_step import HintStep
from handoff.pipeline.perform import GateTools, delay, done, fail, perform_fetch, perform_post, skip_fetch, wait
from handoff.pipeline.steps import Step, StepName, StepOutcome, run_of
from handoff.pipeline.trips.desk import TripDesk
from handoff.wiring.costs import cost_desk, cost_posting
from handoff.wiring.process import TimeLeft

if TYPE_CHECKING:
    from handoff.connectors.vendor import BillingErp, BillingTimeTool
    from handoff.pipeline.plan import Planner
    from handoff.pipeline.run_tools import RunTools
    from handoff.ports import DocumentChannel
    from handoff.ports.sales import DraftedInvoices, OrderChannel
    from handoff.wiring.workshop import Workshop

REGISTER = "register"
"""Under what the runs of hours remember where their rows stand."""


class Billing:
    """One integration's hours, invoices and costs; what a step does not ask for is not opened."""

    def __init__(self, shop: Workshop) -> None:
        self.shop = shop

    @cached_property
    def settings(self) -> BillingSettings:
        """The newest settings."""
        return cast("BillingSettings", self.shop.settings)

    @cached_property
    def time_tool(self) -> BillingTimeTool:
        """The time tool; nothing is called yet."""
        connection = self.shop.integration.time_tool
        return open_billing_time_tool(connection, self.shop.surroundings(connection))

    @cached_property
    def erp(self) -> BillingErp:
        """The ERP; nothing is called yet."""
        connection = self.shop.integration.erp
        return open_billing_erp(connection, self.shop.surroundings(connection))

    @cached_property
    def orders(self) -> OrderChannel:
        """The ERP's orders."""
        return self.erp.sales_orders(self.settings.units())

    @cached_property
    def drafted(self) -> DraftedInvoices:
        """The time tool's invoices."""
        return self.time_tool.drafted_invoices(self.settings.invoices.statuses())

    def calls(self) -> Mapping[str, int]:
        """Calls made, by vendor."""
        integration = self.shop.integration
        return {integration.time_tool.vendor: self.time_tool.calls, integration.erp.vendor: self.erp.calls}

    def perform(self, flow: Post, step: Step, time_left: TimeLeft) -> StepOutcome:
        """Works one slice of a run of one of them; a flow that is switched off ends its run at once.

        Before the report is read nothing is written: what is ready waits.
        """
        run = self.shop.run_tools(flow.name)
        writes = step.name is not StepName.POST or not self.settings.report_only
        if not self.settings.flows_on((flow.name,)) or not writes:
            if step.opens_run:
                run.runs.start(run_of(step, run.clock()))
            return done(step, run)
        if DocumentKind.HOUR_ROWS in flow.to:
            return self._hours(step, run, time_left)
        if DocumentKind.PROJECT_FEE in flow.to:
            return self._costs(step, run, time_left)
        return perform_invoices(
            step, run, self.invoice_desk(), lambda: self._posting(INVOICES, step, time_left), time_left
        )

    def look(self, step: HintStep, time_left: TimeLeft) -> StepOutcome:
        """Follows the hint of a webhook; invoices are what webhooks tell of, where they are followed."""
        if not self.settings.flows_on((INVOICES,)):
            return StepOutcome()
        looks = self.shop.shelf.passes_of(f"{INVOICES}-looks")
        return perform_order_hint(step, self.shop.run_tools(INVOICES), self.invoice_desk(), looks, time_left)

    def _hours(self, step: Step, run: RunTools, time_left: TimeLeft) -> StepOutcome:
        if step.name is StepName.FETCH_ERP:
            return skip_fetch(step, run)
        if step.name is StepName.POST:
            try:
                moved = self._register_moved(run)
            except Stale as fault:
                return wait(step, run, delay(fault), {}, {})
            if moved is not None:
                return fail(step, run, moved.message)
            return perform_post(step, run, *self._posting(HOURS, step, time_left))
        shop = self.shop
        # What is deleted the time tool tells by itself: all of a month is read at night and by hand only.
        census = CensusTools(self.time_tool, shop.shelf.census) if step.thorough else None
        tools = FetchTools(
            integration_id=shop.integration_id,
            connection=shop.integration.time_tool,
            reader=self.time_tool,
            passes=run.passes,
            staged=shop.shelf.staged,
            reference=shop.shelf.reference,
            problems=shop.shelf.problems,
            tenants=shop.shelf.tenants,
            policy=self.settings.hours.to_policy(),
            clock=shop.clock,
            census=census,
            believes=lambda problem_id: shop.shelf.census.use_belief(HOURS, problem_id),
        )
        return perform_fetch(step, run, tools, time_left)

    def _register_moved(self, run: RunTools) -> Problem | None:
        """The problem, where rows stand in another table, or under other units, than the settings say by now.

        A row is found, taken back and marked where it was written: rows in two tables would be nobody's.
        """
        choices, state = self.settings.register(), run.passes.load()
        units = choices.units
        place = choices.table * 10_000 + units.department_unit * 100 + units.project_unit
        known = state.serials.get(REGISTER, 0)
        if not known:
            run.passes.save(replace(state, serials={**state.serials, REGISTER: place}))
            return None
        problem = Problem(
            ProblemCode.REGISTER_MOVED, f"{known // 10_000}, units {known // 100 % 100} and {known % 100}"
        )
        if known == place:
            run.problems.close(problem.id)
            return None
        run.problems.report(problem, flow=HOURS, external_ids=(), at=run.clock())
        return problem

    def _costs(self, step: Step, run: RunTools, time_left: TimeLeft) -> StepOutcome:
        shop, settings = self.shop, self.settings
        return perform_costs(
            step,
            run,
            lambda: cost_desk(shop, settings, self.erp, self.calls),
            lambda: cost_posting(shop, settings, self.time_tool, step, time_left),
            time_left,
        )

    def _posting(self, flow: str, step: Step, time_left: TimeLeft) -> tuple[PostTools, GateTools]:
        shop, gate = self.shop, self.settings.gate_of(flow)
        channels = self.channels(flow)
        tools = PostTools(
            staged=shop.shelf.staged,
            postings=shop.shelf.postings,
            problems=shop.shelf.problems,
            channels=channels,
            kinds=tuple(channels),
            plan=self.planner(flow),
            policy=gate,
            calls=lambda: self.erp.calls,
            time_left=time_left,
            run_id=step.run_id,
            clock=shop.clock,
        )
        return tools, GateTools(gate, shop.settings_version)

    def channels(self, flow: str) -> Mapping[DocumentKind, DocumentChannel]:
        """Where a flow's documents go."""
        if flow == HOURS:
            return {DocumentKind.HOUR_ROWS: self.erp.hour_register(self.settings.register())}
        return {DocumentKind.SALES_ORDER: OrderWriter(self.orders)}

    def planner(self, flow: str) -> Planner:
        """The plan of a flow, with the newest settings."""
        shop, settings = self.shop, self.settings
        sender = Sender(shop.tenant_id, shop.integration.erp.id, flow, settings.currency, shop.settings_version)
        partners, names = Partners(shop.shelf.sightings), cache(lambda: WorkNames(self.time_tool))
        if flow == HOURS:
            return RegisterPlan(sender, settings.hours.rows_per_document, partners, names)
        rules = OrderRules(
            settings.invoices.tax_group, settings.invoices.default_item, bool(settings.invoices.tax_groups)
        )
        currencies = cache(lambda: frozenset(self.orders.currencies()))
        return OrderPlan(sender, rules, partners, names, currencies, self._invoiced_as)

    def _invoiced_as(self, external_id: str) -> str:
        """The ERP's number of the invoice that an invoice of the time tool became; empty while there is none."""
        link = self.shop.shelf.links.get(INVOICES, external_id)
        if link is None:
            return ""
        state = self.orders.states([str(link.number)]).get(str(link.number))
        return state.invoice if state is not None else ""

    def invoice_desk(self) -> InvoiceDesk:
        """What invoices are followed with."""
        shop, settings = self.shop, self.settings
        return InvoiceDesk(
            integration=shop.integration,
            flow=INVOICES,
            hours=HOURS,
            drafted=self.drafted,
            orders=self.orders,
            register=self.erp.hour_register(settings.register()) if settings.hours.on else None,
            gate=settings.gate_of(INVOICES),
            staged=shop.shelf.staged,
            postings=shop.shelf.postings,
            problems=shop.shelf.problems,
            passes=shop.shelf.passes_of(INVOICES),
            links=shop.shelf.links,
            trips=self.trip_desk(INVOICES),
            believed=self._believed,
            clock=shop.clock,
            calls=self.calls,
        )

    def trip_desk(self, flow: str) -> TripDesk:
        """What the round trips of invoices are worked with; nothing is called yet."""
        shop = self.shop
        return TripDesk(
            tenant_id=shop.tenant_id,
            integration=shop.integration,
            flow=flow,
            trips=shop.shelf.trips,
            machine=shop.machine(),
            problems=shop.shelf.problems,
            teller=lambda: self.drafted,
            clock=shop.clock,
            silent=self._is_silent,
        )

    def _is_silent(self) -> bool:
        # Other kinds of integrations have no such settings.
        ours = self.shop.kind.goes_both_ways
        return ours and (self.settings.report_only or not self.settings.invoices.on)

    def _believed(self, flow: str) -> Collection[str]:
        return self.shop.shelf.census.believed(flow)
