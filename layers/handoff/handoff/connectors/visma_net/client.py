"""Authorised calls to one company in Visma.net ERP.

Source: Visma.net ERP API, Service integrations: client credentials with the company's tenant id; the
company is in the token, no further header is needed. With the customer's tenant id a token is given out
and every call answers 401 (Fix error 401). A closed company can answer 400 with an IPPException.
"""

from __future__ import annotations

import httpx

from handoff.connectors.http import VendorClient, VendorProfile
from handoff.connectors.oauth import Clock, GrantStore, TokenEndpoint, TokenSource
from handoff.connectors.visma_net.assumed import ACCESS_REFUSED, SERVICE_SCOPE
from handoff.connectors.visma_net.config import TITLE


def visma_net_client(
    *, base_url: str, token_url: str, grants: GrantStore, now: Clock, http: httpx.Client
) -> VendorClient:
    """A client for the company whose grant `grants` holds."""
    tokens = TokenSource(grants, TokenEndpoint(TITLE, token_url, SERVICE_SCOPE), http, now)
    profile = VendorProfile(
        title=TITLE,
        base_url=base_url,
        refuses_access=lambda body: ACCESS_REFUSED in body,
        reconnect_cure="Check that the tenant id is the company's and that the company has approved the application.",
    )
    return VendorClient(profile, tokens, http)
