"""What a Moment stand-in can be started with; the same names are the options of `POST /_sandbox/reset`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sandbox.moment.assumed import PAGE_SIZE_MAX
from sandbox.standin import BadOption, only_options, whole_option

ENVIRONMENTS = ("Prod", "Sandbox")


@dataclass(frozen=True)
class Options:
    """`limit` counts calls of one key in any minute, 0 is no limit. `days_outside` widens every asked date range by so
    many days, as the vendor does at times. `announce_invoice_changes` sends a webhook for what changes on an invoice
    after it was finalized, too. `unknown_company_status` is 404 or 403; `size_max` the largest page.
    """

    environment: str = "Prod"
    limit: int = 0
    bare_lists: bool = False
    days_outside: int = 0
    size_max: int = PAGE_SIZE_MAX
    announce_invoice_changes: bool = False
    unknown_company_status: int = 404

    def changed(self, wanted: Mapping[str, object]) -> Options:
        """These options with the wanted ones in their place. Raises `BadOption`."""
        only_options(wanted, [one.name for one in fields(self)])
        checked: dict[str, Any] = {
            "limit": whole_option(wanted, "limit", self.limit, 0, 10**6),
            "days_outside": whole_option(wanted, "days_outside", self.days_outside, 0, 3_650),
            "size_max": whole_option(wanted, "size_max", self.size_max, 1, PAGE_SIZE_MAX),
            "environment": _one_of(wanted, "environment", self.environment, ENVIRONMENTS),
            "unknown_company_status": _one_of(
                wanted, "unknown_company_status", self.unknown_company_status, (403, 404)
            ),
        }
        for name in ("bare_lists", "announce_invoice_changes"):
            checked[name] = _one_of(wanted, name, getattr(self, name), (True, False))
        return replace(self, **checked)


def _one_of(wanted: Mapping[str, object], name: str, default: object, allowed: tuple[object, ...]) -> object:
    value = wanted.get(name, default)
    if value not in allowed or isinstance(value, bool) is not isinstance(allowed[0], bool):
        raise BadOption(f"{name} must be one of {', '.join(map(str, allowed))}, not {value!r}")
    return value
