"""The Moment API stand-in: the company of Klitrose Rådgivning ApS, its rules and its webhooks.

    with stand_in().serve(8103) as served: ...      # served.url + "/api/1.0/companies/klitrose"
    httpx.Client(transport=stand_in().transport(), base_url="http://moment.test", auth=("apikey", CREDENTIALS.api_key))

Webhooks go out through `sandbox.deliveries`; tests pass a `send` of their own, and `close` the vendor afterwards.
Control calls beyond those of `sandbox.standin` and `sandbox.deliveries` stand in `sandbox.moment.control`. Options of
a reset are those of `Options`; what is not sent is as at the start. Webhook addresses outlive a reset.
What the vendor's public documentation leaves open stands in `sandbox.moment.assumed`.
"""

from __future__ import annotations

from sandbox.deliveries import Send, send_to_loopback
from sandbox.moment.access import CREDENTIALS, Credentials
from sandbox.moment.company import Attachment, Company
from sandbox.moment.options import Options
from sandbox.moment.vendor import Moment
from sandbox.standin import Clock, StandIn, utc_now

__all__ = ["CREDENTIALS", "Attachment", "Company", "Credentials", "Moment", "Options", "stand_in"]


def stand_in(*, clock: Clock = utc_now, send: Send = send_to_loopback, **options: object) -> StandIn[Moment]:
    """A Moment company started with the given `Options`. Raises `BadOption`."""
    return StandIn(Moment(Options().changed(options), clock, send))
