"""Every integration there is, by name."""

from __future__ import annotations

from collections.abc import Mapping

from handoff.domain.errors import NotFound
from handoff.integrations.flow import IntegrationKind
from handoff.integrations.harvest_visma_net import HARVEST_VISMA_NET

INTEGRATIONS: Mapping[str, IntegrationKind] = {kind.name: kind for kind in (HARVEST_VISMA_NET,)}


def integration_kind(name: str) -> IntegrationKind:
    """The integration with that name; raises NotFound."""
    try:
        return INTEGRATIONS[name]
    except KeyError:
        known = ", ".join(sorted(INTEGRATIONS))
        raise NotFound(f"there is no integration '{name}'; there are {known}", field="kind") from None
