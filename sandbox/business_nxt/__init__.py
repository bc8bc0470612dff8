"""A stand-in for Visma Business NXT: its GraphQL API, Visma Connect before it, and signed webhooks.

    with stand_in().serve(8105) as served: ...                 # served.url + API_PATH, served.url + TOKEN_PATH
    httpx.Client(transport=stand_in().transport(), base_url="https://nxt.example.test")

The schema is made from `tables`; whatever the vendor does not document stands in `assumed` or is marked ASSUMED where
it is decided. What people do there is `stand_in().vendor.people` and the control calls of `controls`; options are those
of `Options`. Webhooks go out through `sandbox.deliveries`; tests pass a `send` of their own, and `close` the vendor.
"""

from __future__ import annotations

from sandbox.business_nxt.access import API_PATH, CREDENTIALS, Credentials
from sandbox.business_nxt.options import Options
from sandbox.business_nxt.vendor import BusinessNxt
from sandbox.business_nxt.webhooks import SIGNATURE_KEY, signature
from sandbox.deliveries import Send, send_to_loopback
from sandbox.standin import Clock, StandIn, utc_now
from sandbox.visma_connect import TOKEN_PATH

__all__ = [
    "API_PATH",
    "CREDENTIALS",
    "SIGNATURE_KEY",
    "TOKEN_PATH",
    "BusinessNxt",
    "Credentials",
    "Options",
    "signature",
    "stand_in",
]


def stand_in(*, clock: Clock = utc_now, send: Send = send_to_loopback, **options: object) -> StandIn[BusinessNxt]:
    """Business NXT started with the given `Options`. Raises `BadOption`."""
    vendor = BusinessNxt(Options().changed(options), clock, send)
    return StandIn(vendor, around=vendor.under_way)
