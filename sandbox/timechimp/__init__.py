"""A stand-in for TimeChimp's API: the account of Wolkenkade Bureau B.V., its rules and its people.

    with stand_in().serve(8107) as served: ...      # served.url + "/v1" is v1, served.url is v2
    httpx.Client(transport=stand_in(limit=0).transport(), base_url="https://api.timechimp.test/v1")

`CREDENTIALS.token` is the bearer token of v1, `CREDENTIALS.api_key` goes into the header `api-key` of v2. Options are
those of `Options`; what people do there is `stand_in().vendor.people` and the control calls of `controls`. There are no
webhooks. What the vendor's public documentation leaves open stands in `assumed`.
"""

from __future__ import annotations

from sandbox.standin import Clock, StandIn, utc_now
from sandbox.timechimp.access import CREDENTIALS, Credentials
from sandbox.timechimp.options import Options
from sandbox.timechimp.people import CannotDo, People
from sandbox.timechimp.vendor import TimeChimp

__all__ = ["CREDENTIALS", "CannotDo", "Credentials", "Options", "People", "TimeChimp", "stand_in"]


def stand_in(*, clock: Clock = utc_now, **options: object) -> StandIn[TimeChimp]:
    """An account started with the given `Options`. Raises `BadOption`."""
    return StandIn(TimeChimp(Options().changed(options), clock))
