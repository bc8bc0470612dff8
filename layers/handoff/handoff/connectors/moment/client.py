"""Authorised calls to one Moment company.

Source: Moment API, Authorization: HTTP Basic, user `apikey`, the key as password. One key may reach several
companies, so the company code is part of every path. Errors are plain text.
"""

from __future__ import annotations

from urllib.parse import quote

import httpx

from handoff.connectors.http import VendorClient, VendorProfile
from handoff.connectors.keys import FixedAccess, Keys, basic_keys
from handoff.connectors.moment.config import TITLE
from handoff.connectors.oauth import GrantStore
from handoff.connectors.sentences import text_sentence

USER = "apikey"
RECONNECT_CURE = (
    "The key has expired, was revoked, or is for another environment than Prod: make a new one in Moment "
    "(Company, API keys) for an active user, and connect the company again with it."
)


def moment_client(company: str, *, base_url: str, grants: GrantStore, http: httpx.Client) -> VendorClient:
    """A client for the company whose key `grants` holds; nothing is read or called yet."""

    def load() -> Keys:
        return basic_keys(USER, grants.load().grant.access_token)

    profile = VendorProfile(
        title=TITLE,
        base_url=f"{base_url.rstrip('/')}/api/1.0/companies/{quote(company, safe='')}",
        reconnect_cure=RECONNECT_CURE,
        sentence=text_sentence,
    )
    return VendorClient(profile, FixedAccess(load), http)
