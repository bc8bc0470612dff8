"""Suppliers' costs that become costs of the time tool's projects: what their steps work with, of one tenant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from handoff.domain.capabilities import Side
from handoff.domain.posting import DocumentKind
from handoff.integrations.cost_settings import COSTS
from handoff.pipeline.billing.cost_plan import CostPlan
from handoff.pipeline.billing.stage_purchases import CostDesk
from handoff.pipeline.billing.tool_projects import ToolProjects
from handoff.pipeline.deliver import PostTools
from handoff.pipeline.documents import Sender
from handoff.pipeline.perform import GateTools

if TYPE_CHECKING:
    from handoff.integrations.billing_settings import BillingSettings
    from handoff.pipeline.steps import Step
    from handoff.ports.purchases import HandsOutPurchases, TakesFees
    from handoff.wiring.process import TimeLeft
    from handoff.wiring.workshop import Workshop


def cost_desk(
    shop: Workshop, settings: BillingSettings, erp: HandsOutPurchases, calls: Callable[[], Mapping[str, int]]
) -> CostDesk:
    """What purchases are read and stored with; `calls` are those made by vendor."""
    return CostDesk(
        connection=shop.integration.erp,
        flow=COSTS,
        purchases=erp.purchases(settings.units()),
        starts_on=settings.costs.starts_on or date.max,  # settings that are switched on name a day
        unit=settings.project_unit,
        currency=settings.currency,
        gate=settings.gate_of(COSTS),
        staged=shop.shelf.staged,
        problems=shop.shelf.problems,
        passes=shop.shelf.passes_of(COSTS),
        believed=shop.shelf.census.believed,
        clock=shop.clock,
        calls=calls,
    )


def cost_posting(
    shop: Workshop, settings: BillingSettings, time_tool: TakesFees, step: Step, time_left: TimeLeft
) -> tuple[PostTools, GateTools]:
    """What costs are written to the time tool with."""
    gate = settings.gate_of(COSTS)
    tools = PostTools(
        staged=shop.shelf.staged,
        postings=shop.shelf.postings,
        problems=shop.shelf.problems,
        channels={DocumentKind.PROJECT_FEE: time_tool.project_fees},
        kinds=(DocumentKind.PROJECT_FEE,),
        plan=_plan(shop, settings),
        policy=gate,
        calls=lambda: time_tool.calls,
        time_left=time_left,
        run_id=step.run_id,
        clock=shop.clock,
        writes_to=Side.TIME_TOOL,
    )
    return tools, GateTools(gate, shop.settings_version)


def _plan(shop: Workshop, settings: BillingSettings) -> CostPlan:
    sender = Sender(shop.tenant_id, shop.integration.time_tool.id, COSTS, settings.currency, shop.settings_version)
    return CostPlan(sender, settings.costs.rules(), ToolProjects(shop.shelf.sightings, settings.project_unit))
