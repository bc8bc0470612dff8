"""What a Severa stand-in can be started with; the same names are the options of `POST /_sandbox/reset`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sandbox.standin import BadOption, only_options, whole_option

AREAS = (
    "activities",
    "customers",
    "fees",
    "files",
    "hours",
    "invoices",
    "projects",
    "resourceallocations",
    "settings",
    "travels",
    "users",
)
SCOPES = (
    *(f"{area}:{verb}" for area in AREAS for verb in ("read", "write", "delete")),
    "organization:read",
    "organization:write",
)


@dataclass(frozen=True)
class Options:
    """`extra_customers` and its like fill the organisation up for measurements, beyond what is always there. `limit`
    counts calls of a client within any second, 0 is no limit; `retry_after` sends that header with a 429. `rows_max` is
    the largest page. What the vendor leaves open and may well be otherwise can be turned: `needs_client_id`,
    `narrows_scopes` (else a token for too much is refused), `refuses_duplicates`, `filters_approved` (`isApproved` and
    `businessUnitGuid` on hours), `stamps_approval` and `stamps_invoicing` (whether these move the time of the last
    change), `status_pointers` (how an invoice's status may be named in a PATCH).
    """

    extra_customers: int = 0
    extra_projects: int = 0
    extra_products: int = 0
    extra_users: int = 0
    extra_hours: int = 0
    extra_invoices: int = 0
    limit: int = 10
    retry_after: bool = False
    rows_max: int = 100
    token_seconds: int = 3600
    refresh_seconds: int = 7200
    scopes: tuple[str, ...] = SCOPES
    needs_client_id: bool = True
    narrows_scopes: bool = True
    refuses_duplicates: bool = False
    filters_approved: bool = False
    stamps_approval: bool = True
    stamps_invoicing: bool = True
    status_pointers: tuple[str, ...] = ("/status/guid", "/status")

    def changed(self, wanted: Mapping[str, object]) -> Options:
        """These options with the wanted ones in their place. Raises `BadOption`."""
        only_options(wanted, [field.name for field in fields(self)])
        values: dict[str, Any] = {name: _read(name, wanted, getattr(self, name)) for name in wanted}
        return replace(self, **values)


_LOWEST = {"rows_max": 1, "token_seconds": 1, "refresh_seconds": 1}
_WORDS = {"scopes": SCOPES, "status_pointers": ("/status/guid", "/status")}


def _read(name: str, wanted: Mapping[str, object], default: object) -> object:
    value = wanted[name]
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise BadOption(f"{name} must be true or false, not {value!r}")
        return value
    if isinstance(default, int):
        return whole_option(wanted, name, default, _LOWEST.get(name, 0), 1_000_000)
    words = _WORDS[name]
    if not isinstance(value, list | tuple) or not all(word in words for word in value):
        raise BadOption(f"{name} must be a list of {', '.join(words)}")
    return tuple(value)
