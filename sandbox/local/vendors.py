"""Which vendors' stand-ins the local run starts, and what a user of each would have to connect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sandbox import harvest, visma_net
from sandbox.local.system import Vendor
from sandbox.world import DEFAULT_ENTRIES

# Harvest API v2, Authentication: the token call of the identity host
HARVEST_TOKEN_PATH = "/api/v2/oauth2/token"
ABSENCE_SECONDS = 2  # the stand-in writes at once or never


def harvest_settings(url: str) -> Mapping[str, Any]:
    """How the platform reaches a Harvest stand-in."""
    return {"base_url": url, "token_url": url + HARVEST_TOKEN_PATH}


def visma_net_settings(url: str) -> Mapping[str, Any]:
    """How the platform reaches a Visma.net ERP stand-in."""
    return {"base_url": url, "token_url": url + visma_net.TOKEN_PATH, "absence_seconds": ABSENCE_SECONDS}


def vendors(*, entries: int = DEFAULT_ENTRIES, harvest_port: int = 0, visma_net_port: int = 0) -> tuple[Vendor, ...]:
    """New stand-ins with the world's data in them, `entries` time entries at Harvest; port 0 takes a free one."""
    return (
        Vendor(harvest.stand_in(entries=entries), harvest_settings, asdict(harvest.CREDENTIALS), harvest_port),
        Vendor(visma_net.stand_in(), visma_net_settings, visma_net.credentials(), visma_net_port),
    )
