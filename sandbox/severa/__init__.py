"""A stand-in for Visma Severa's REST API: the organisation of Lumipolku Konsultit Oy, its rules and its people.

    with stand_in().serve(8105) as served: ...      # served.url + "/rest-api/v1"
    httpx.Client(transport=stand_in(limit=0).transport(), base_url="http://severa.test/rest-api/v1")

A token is fetched with `CREDENTIALS` from `/token` and sent with the `Client_Id` header. Options are those of
`Options`; what people do there is `stand_in().vendor.people` and the control calls of `controls`. What the vendor's
public documentation leaves open stands in `assumed`.
"""

from __future__ import annotations

from sandbox.severa.access import CREDENTIALS, Credentials
from sandbox.severa.options import SCOPES, Options
from sandbox.severa.people import CannotDo, People
from sandbox.severa.vendor import Severa
from sandbox.standin import Clock, StandIn, utc_now

__all__ = ["CREDENTIALS", "SCOPES", "CannotDo", "Credentials", "Options", "People", "Severa", "stand_in"]


def stand_in(*, clock: Clock = utc_now, **options: object) -> StandIn[Severa]:
    """An organisation started with the given `Options`. Raises `BadOption`."""
    return StandIn(Severa(Options().changed(options), clock))
