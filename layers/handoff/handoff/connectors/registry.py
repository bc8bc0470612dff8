"""Which vendors there are, what each can do, and how a connection to one is opened.

A vendor is a folder beside this file with a `vendor.py` that holds a `VENDOR`; nothing else has to name it.
Capabilities are checked when an integration is set up: a pair that can't work is refused in words, not
found out in the first run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

import handoff.connectors
from handoff.connectors.vendor import (
    BillingErp,
    BillingTimeTool,
    Erp,
    LiveErp,
    LiveTimeTool,
    Opened,
    Surroundings,
    TimeTool,
    Vendor,
)
from handoff.domain.capabilities import Capability, Side
from handoff.domain.errors import InvalidInput
from handoff.domain.tenancy import Connection
from handoff.ports.mirror import KeepsMasterData

_REGISTERED: dict[str, Vendor] = {}


@cache
def _found() -> Mapping[str, Vendor]:
    folders = sorted(module.name for module in iter_modules(handoff.connectors.__path__) if module.ispkg)
    known = [import_module(f"{handoff.connectors.__name__}.{folder}.vendor").VENDOR for folder in folders]
    return {vendor.name: vendor for vendor in known}


def register(vendor: Vendor) -> None:
    """Adds a vendor that lives somewhere else, in the place of one with the same name."""
    _REGISTERED[vendor.name] = vendor


def unregister(*names: str) -> None:
    """Takes registered vendors out again; one that was found in its folder stands in its place as before."""
    for name in names:
        _REGISTERED.pop(name, None)


def vendors() -> Mapping[str, Vendor]:
    """All vendors by name."""
    return {**_found(), **_REGISTERED}


def vendor_of(name: str) -> Vendor:
    """The vendor; raises InvalidInput for a name that is none."""
    known = vendors()
    if name not in known:
        names = ", ".join(sorted(known))
        raise InvalidInput(f"there is no vendor '{name}'", code="unknown_vendor", field="vendor", cure=f"Use {names}.")
    return known[name]


def check_pair(
    time_tool: str, erp: str, *, time_tool_needs: Collection[Capability], erp_needs: Collection[Capability]
) -> None:
    """Raises InvalidInput, in words, unless each vendor stands on its side and can do what is needed of it."""
    sides = ((time_tool, Side.TIME_TOOL, time_tool_needs), (erp, Side.ERP, erp_needs))
    for name, side, needs in sides:
        vendor = _check_side(name, side)
        missing = [need.words for need in Capability if need in needs and need not in vendor.capabilities]
        if missing:
            raise InvalidInput(
                f"{vendor.title} can't {', and it can not '.join(missing)}",
                code="capability_missing",
                field=side.value,
                cure=f"Choose other flows, or {side.words} that can.",
            )


def open_connection(connection: Connection, around: Surroundings) -> Opened:
    """A connection to whatever vendor it is of. Nothing is called yet."""
    return vendor_of(connection.vendor).open(connection, around)


def open_time_tool(connection: Connection, around: Surroundings) -> TimeTool:
    """The connection's time tool; raises InvalidInput when its vendor is none. Nothing is called yet."""
    return cast("TimeTool", _open(connection, around, Side.TIME_TOOL))


def open_erp(connection: Connection, around: Surroundings) -> Erp:
    """The connection's ERP; raises InvalidInput when its vendor is none. Nothing is called yet."""
    return cast("Erp", _open(connection, around, Side.ERP))


def open_live_time_tool(connection: Connection, around: Surroundings) -> LiveTimeTool:
    """The connection's time tool, followed object by object; raises as `open_time_tool` does."""
    return cast("LiveTimeTool", _open(connection, around, Side.TIME_TOOL))


def open_live_erp(connection: Connection, around: Surroundings) -> LiveErp:
    """The connection's ERP, as live flows use it; raises as `open_erp` does."""
    return cast("LiveErp", _open(connection, around, Side.ERP))


def open_billing_time_tool(connection: Connection, around: Surroundings) -> BillingTimeTool:
    """The connection's time tool, as hours and invoices are read from it; raises as `open_time_tool` does."""
    return cast("BillingTimeTool", _open(connection, around, Side.TIME_TOOL))


def open_billing_erp(connection: Connection, around: Surroundings) -> BillingErp:
    """The connection's ERP, as it takes rows of hours and orders; raises as `open_erp` does."""
    return cast("BillingErp", _open(connection, around, Side.ERP))


def open_mirrored(connection: Connection, around: Surroundings) -> KeepsMasterData:
    """Either side's connection, as the mirror uses it. Nothing is called yet."""
    return cast("KeepsMasterData", open_connection(connection, around))


def _open(connection: Connection, around: Surroundings, side: Side) -> Opened:
    # What a vendor can do was compared with what its integration needs at set-up, so the protocol is the vendor's.
    return _check_side(connection.vendor, side).open(connection, around)


def _check_side(name: str, side: Side) -> Vendor:
    vendor = vendor_of(name)
    if vendor.side is not side:
        raise InvalidInput(
            f"{vendor.title} is not {side.words}",
            code="wrong_side",
            field=side.value,
            cure="Put the time tool first and the ERP second.",
        )
    return vendor
