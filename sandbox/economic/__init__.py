"""A stand-in for Visma e-conomic: REST, the OpenAPI services, the page that grants access, and webhooks.

    with stand_in(plan="plus").serve(8104) as served: ...     # all under served.url
    httpx.Client(transport=stand_in().transport(), base_url="http://economic.test", headers=CREDENTIALS.headers())

REST lies at the root, the services under their own names with any version, as in `/projectsapi/v1.1.0/projects`; on
one host here, on three at the vendor. Everything the vendor does not document is marked ASSUMED where it is decided.
What people do there is `stand_in().vendor.people` and the control calls of `controls`; options are those of `Options`.
"""

from __future__ import annotations

from sandbox.deliveries import Deliveries
from sandbox.economic.options import Options
from sandbox.economic.vendor import CREDENTIALS, Credentials, Economic
from sandbox.standin import Clock, StandIn, utc_now

__all__ = ["CREDENTIALS", "Credentials", "Economic", "Options", "stand_in"]


def stand_in(*, clock: Clock = utc_now, deliveries: Deliveries | None = None, **options: object) -> StandIn[Economic]:
    """An agreement started with the given `Options`. Raises `BadOption`."""
    return StandIn(Economic(Options().changed(options), clock, deliveries))
