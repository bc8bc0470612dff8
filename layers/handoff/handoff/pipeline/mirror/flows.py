"""The flows of an integration that goes both ways, as its settings want them, with both sides' objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handoff.accounting.merging import MirrorRule
from handoff.domain.capabilities import Side
from handoff.integrations.both_ways_settings import BothWaysSettings, MirrorSettings
from handoff.integrations.flow import BothWays, IntegrationKind
from handoff.pipeline.mirror.desk import MirrorFlow
from handoff.pipeline.mirror.place import Placed, place_of_unit
from handoff.ports.live import ErpNeeds
from handoff.ports.mirror import Blocked, KeepsMasterData, KeepsObjects, MirrorChoices


def mirror_flows(
    kind: IntegrationKind, settings: BothWaysSettings, time_tool: KeepsMasterData, erp: KeepsMasterData
) -> Sequence[MirrorFlow[Any]]:
    """Those that are switched on, in the order they are settled, and those that one of these is wanted by."""
    choices = choices_of(kind, settings)
    ours, theirs = time_tool.master_data(choices), erp.master_data(choices)
    both_ways = [flow for flow in kind.flows if isinstance(flow, BothWays)]
    settled = settings.flows_on(tuple(flow.name for flow in both_ways))
    looked_at = {*settled, *(flow.wanted_by for flow in both_ways if flow.name in settled)}
    return [
        MirrorFlow(
            flow.name,
            flow.what,
            rule_of(flow, settings),
            ours[flow.name],
            _placed(flow.name, theirs[flow.name], choices),
            flow.wanted_by,
            flow.unwanted,
            flow.name in settled,
            _chosen(flow.name, choices),
        )
        for flow in both_ways
        if flow.name in looked_at
    ]


def _unit(flow: str, choices: MirrorChoices) -> int:
    """The organisational unit of a flow; 0 where it has a list of its own."""
    return {"business_units": choices.department_unit, "projects": choices.project_unit}.get(flow, 0)


def _placed(flow: str, there: KeepsObjects[Any], choices: MirrorChoices) -> KeepsObjects[Any]:
    unit = _unit(flow, choices)
    return Placed(there, place_of_unit(unit)) if unit else there


def _chosen(flow: str, choices: MirrorChoices) -> str:
    unit = _unit(flow, choices)
    blocked = choices.blocked.get(flow)
    return f"{unit}" if blocked is None else f"{unit},{blocked.group}={blocked.value}"


def needs_of(kind: IntegrationKind, settings: BothWaysSettings) -> ErpNeeds:
    """What must be there in the ERP for the flows that are switched on."""
    return ErpNeeds(mirrored=settings.flows_on(kind.mirrored), choices=choices_of(kind, settings))


def rule_of(flow: BothWays, settings: BothWaysSettings) -> MirrorRule:
    """Whose word counts in a flow, by the settings."""
    # A category that is not transferred is nothing the other side knows.
    leaves = frozenset({"category"} if flow.name == "products" and not settings.product_categories.on else ())
    return MirrorRule(settings.master_by(flow.master), Side.ERP, assigns=flow.gives_numbers, leaves=leaves)


def choices_of(kind: IntegrationKind, settings: BothWaysSettings) -> MirrorChoices:
    """What both vendors are told of the settings."""
    blocked = {}
    for name in kind.mirrored:
        said: MirrorSettings = getattr(settings, name)
        if said.blocked_group is not None:
            blocked[name] = Blocked(said.blocked_group, said.blocked_value)
    return MirrorChoices(
        department_unit=settings.department_unit,
        project_unit=settings.project_unit,
        blocked=blocked,
        product_type=settings.products.new_are,
        project_customer=settings.projects.new_customer,
        project_owner=settings.projects.new_owner,
    )
