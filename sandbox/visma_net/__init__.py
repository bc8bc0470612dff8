"""A stand-in for Visma.net ERP, API of 2026, with Visma Connect before it.

It keeps state and has the API's quirks: values are wrapped on writes, a created document is only named in
`Location`, unknown query parameters are ignored, lists carry their paging data in each element, journal batches are
split over pages by lines. Everything that the vendor does not document is marked ASSUMED where it is decided; a
client must not build on it. The data is that of `sandbox.world`; the set-up of accounts and items is in `chart`.
"""

from __future__ import annotations

from sandbox.standin import Clock, StandIn, utc_now
from sandbox.visma_connect import TOKEN_PATH
from sandbox.visma_net.vendor import (
    CLIENT_ID,
    CLIENT_SECRET,
    COMPANY_TENANT,
    CUSTOMER_TENANT,
    VismaNet,
    credentials,
)

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "COMPANY_TENANT",
    "CUSTOMER_TENANT",
    "TOKEN_PATH",
    "VismaNet",
    "credentials",
    "stand_in",
]


def stand_in(clock: Clock = utc_now) -> StandIn[VismaNet]:
    """A new Visma.net ERP with the world's data in it."""
    return StandIn(VismaNet(clock))
