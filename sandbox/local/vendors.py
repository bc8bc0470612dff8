"""Which vendors' stand-ins the local run starts, and what a user of each would have to connect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sandbox import business_nxt, economic, harvest, moment, severa, visma_net
from sandbox.local.system import Vendor
from sandbox.world import DEFAULT_ENTRIES

# Harvest API v2, Authentication: the token call of the identity host
HARVEST_TOKEN_PATH = "/api/v2/oauth2/token"
ABSENCE_SECONDS = 2  # the stand-in writes at once or never

VENDOR_NAMES = ("harvest", "visma_net", "moment", "economic", "severa", "business_nxt")


def harvest_settings(url: str) -> Mapping[str, Any]:
    """How the platform reaches a Harvest stand-in."""
    return {"base_url": url, "token_url": url + HARVEST_TOKEN_PATH}


def visma_net_settings(url: str) -> Mapping[str, Any]:
    """How the platform reaches a Visma.net ERP stand-in."""
    return {"base_url": url, "token_url": url + visma_net.TOKEN_PATH, "absence_seconds": ABSENCE_SECONDS}


def moment_settings(url: str) -> Mapping[str, Any]:
    """How the platform reaches a Moment stand-in."""
    return {"base_url": url}


def economic_settings(url: str) -> Mapping[str, Any]:
    """How the platform reaches an e-conomic stand-in: one host there, three at the vendor."""
    return {"rest_url": url, "apis_url": url, "secure_url": url, "absence_seconds": ABSENCE_SECONDS}


def severa_settings(url: str) -> Mapping[str, Any]:
    """How the platform reaches a Severa stand-in."""
    return {"base_url": f"{url}/rest-api"}


def business_nxt_settings(url: str) -> Mapping[str, Any]:
    """How the platform reaches a Business NXT stand-in."""
    return {"base_url": url, "token_url": url + business_nxt.TOKEN_PATH, "absence_seconds": ABSENCE_SECONDS}


ECONOMIC_SECRETS = {
    "app_secret_token": economic.CREDENTIALS.app_secret_token,
    "app_public_token": economic.CREDENTIALS.app_public_token,
}
"""Our own application at e-conomic, as its stand-in knows it."""


def vendors(*, entries: int = DEFAULT_ENTRIES, ports: Mapping[str, int] | None = None) -> tuple[Vendor, ...]:
    """New stand-ins with the world's data in them, `entries` time entries at Harvest.

    `ports` are by vendor; one that is not named takes a free one.
    """
    at = ports or {}
    return (
        Vendor(harvest.stand_in(entries=entries), harvest_settings, asdict(harvest.CREDENTIALS), at.get("harvest", 0)),
        Vendor(visma_net.stand_in(), visma_net_settings, visma_net.credentials(), at.get("visma_net", 0)),
        Vendor(moment.stand_in(), moment_settings, asdict(moment.CREDENTIALS), at.get("moment", 0)),
        Vendor(
            economic.stand_in(),
            economic_settings,
            asdict(economic.CREDENTIALS),
            at.get("economic", 0),
            ECONOMIC_SECRETS,
        ),
        Vendor(severa.stand_in(), severa_settings, asdict(severa.CREDENTIALS), at.get("severa", 0)),
        Vendor(
            business_nxt.stand_in(),
            business_nxt_settings,
            asdict(business_nxt.CREDENTIALS),
            at.get("business_nxt", 0),
        ),
    )
