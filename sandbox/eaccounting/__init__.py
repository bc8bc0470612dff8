"""A stand-in for Visma eAccounting's API v2: many companies of one client, their books, their people, and sign-in.

    with stand_in().serve(8106) as served: ...        # served.url + "/v2", sign-in at served.url + "/connect/authorize"
    vendor = stand_in(companies=100, extra_customers=500)
    token = vendor.vendor.connect(7)["access_token"]   # of the eighth company, without a browser

API and identity server are on one host here, on two at the vendor. The registered client is `CREDENTIALS`. Options
are those of `Options`; what people do is `vendor.people` and the control calls of `controls`. What the vendor's
documentation leaves open stands in `assumed`. Suppliers, orders, quotes, attachments and webhooks are not here.
"""

from __future__ import annotations

from sandbox.eaccounting.identity import CREDENTIALS, OTHER_APPLICATION, SCOPES, Application
from sandbox.eaccounting.options import Options
from sandbox.eaccounting.people import CannotDo, People
from sandbox.eaccounting.vendor import EAccounting
from sandbox.standin import Clock, StandIn, utc_now

__all__ = [
    "CREDENTIALS",
    "OTHER_APPLICATION",
    "SCOPES",
    "Application",
    "CannotDo",
    "EAccounting",
    "Options",
    "People",
    "stand_in",
]


def stand_in(*, clock: Clock = utc_now, **options: object) -> StandIn[EAccounting]:
    """Companies started with the given `Options`. Raises `BadOption`."""
    return StandIn(EAccounting(Options().changed(options), clock))
