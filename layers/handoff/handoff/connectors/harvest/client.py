"""Authorised calls to one Harvest account.

Source: Harvest API v2, Authentication: a bearer token, the account id in a header of its own (a missing or
wrong one answers 401 like a bad token) and a User-Agent with an address, without which calls answer 400.
"""

from __future__ import annotations

import httpx

from handoff.connectors.harvest.config import TITLE
from handoff.connectors.http import VendorClient, VendorProfile
from handoff.connectors.oauth import Clock, GrantStore, TokenEndpoint, TokenSource


def harvest_client(
    account: str, *, base_url: str, token_url: str, grants: GrantStore, now: Clock, http: httpx.Client
) -> VendorClient:
    """A client for the account whose grant `grants` holds."""
    tokens = TokenSource(grants, TokenEndpoint(TITLE, token_url), http, now)
    profile = VendorProfile(
        title=TITLE,
        base_url=base_url,
        headers={"Harvest-Account-Id": account},
        reconnect_cure="Check the account id, then connect the account again as an administrator.",
    )
    return VendorClient(profile, tokens, http)
