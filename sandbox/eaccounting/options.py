"""What an eAccounting stand-in can be started with; the same names are the options of `POST /_sandbox/reset`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from sandbox.eaccounting.assumed import REFRESH_SECONDS, STATUSES
from sandbox.standin import BadOption, only_options, whole_option

COUNTRIES = ("NL", "SE", "NO", "DK", "FI")
PLANS = ("Pro", "Standard", "Invoicing", "Bookkeeping", "Solo")


@dataclass(frozen=True)
class Options:
    """`companies` is how many there are, each filled when it is first looked at; `extra_customers` and its like are
    those of every company. `limit` counts calls in a minute, 0 is no limit. `remembered` lets the sign-in page choose
    the person's default company in silence where no prompt was asked for. `statuses` is by error code, as in
    `{"4000": 400}`. What else may be otherwise stands in `sandbox.eaccounting.assumed`.
    """

    companies: int = 1
    country: str = "NL"
    plan: str = "Pro"
    extra_customers: int = 0
    extra_articles: int = 0
    extra_projects: int = 0
    extra_invoices: int = 0
    limit: int = 600
    limit_by: str = "endpoint"
    retry_after: bool = False
    token_seconds: int = 3600
    refresh_seconds: int = REFRESH_SECONDS
    reuse_ends_family: bool = False
    pkce: str = "checked"
    remembered: bool = False
    user_declines: bool = False
    cuts_pages: bool = False
    filter_functions: bool = False
    unfilterable: tuple[str, ...] = ()
    created_status: int = 201
    delete_status: int = 204
    empty_posts: bool = False
    statuses: Mapping[str, int] = field(default_factory=dict)
    vat_as_percent: bool = False
    vat_by_row: bool = False
    vies: str = "valid"
    invoices_inactive: bool = False
    names_draft: bool = True
    payments_stamp: bool = False
    unique_ledger_numbers: bool = False

    def changed(self, wanted: Mapping[str, object]) -> Options:
        """These options with the wanted ones in their place. Raises `BadOption`."""
        only_options(wanted, [field.name for field in fields(self)])
        values: dict[str, Any] = {name: _read(name, wanted, getattr(self, name)) for name in wanted}
        return replace(self, **values)


AT_START = ("companies", "country", "plan", "extra_customers", "extra_articles", "extra_projects", "extra_invoices")
"""Options that only a reset takes."""

_WORDS = {
    "country": COUNTRIES,
    "plan": PLANS,
    "limit_by": ("endpoint", "path", "url"),
    "pkce": ("checked", "ignored", "required"),
    "vies": ("valid", "invalid", "down"),
}
_BOUNDS = {"companies": (1, 1000), "created_status": (200, 201), "delete_status": (200, 204)}
_POSITIVE = ("token_seconds", "refresh_seconds")


def _read(name: str, wanted: Mapping[str, object], default: object) -> object:
    value = wanted[name]
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise BadOption(f"{name} must be true or false, not {value!r}")
        return value
    if isinstance(default, int):
        lowest, highest = _BOUNDS.get(name, (1 if name in _POSITIVE else 0, 100_000_000))
        return whole_option(wanted, name, default, lowest, highest)
    if isinstance(default, str):
        if value not in _WORDS[name]:
            raise BadOption(f"{name} must be one of {', '.join(_WORDS[name])}, not {value!r}")
        return value
    return _statuses(value) if name == "statuses" else _names(name, value)


def _statuses(value: object) -> Mapping[str, int]:
    known = {str(code) for code in STATUSES}
    if not isinstance(value, Mapping) or not set(value) <= known:
        raise BadOption(f"statuses must be an object with some of {', '.join(sorted(known))}")
    return {str(code): whole_option(value, code, 400, 400, 599) for code in value}


def _names(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise BadOption(f"{name} must be a list of names")
    return tuple(value)
