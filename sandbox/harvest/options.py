"""What a Harvest account can be started with; the same names are the options of `POST /_sandbox/reset`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sandbox.harvest.identity import TOKEN_SECONDS
from sandbox.standin import BadOption, only_options, whole_option
from sandbox.world import DEFAULT_ENTRIES, DEFAULT_SEED

ENTRIES_MAX = 200_000
SECONDS_MAX = 10_000_000


@dataclass(frozen=True)
class Options:
    """`limit` counts calls in any 15 seconds, `report_limit` reports in any 15 minutes; 0 is no limit."""

    entries: int = DEFAULT_ENTRIES
    seed: int = DEFAULT_SEED
    limit: int = 100
    report_limit: int = 100
    token_seconds: int = TOKEN_SECONDS
    single_use_refresh: bool = False
    approval_touches: bool = True
    admin_edits_locked: bool = False

    def changed(self, wanted: Mapping[str, object]) -> Options:
        """These options with the wanted ones in their place. Raises `BadOption`."""
        only_options(wanted, [one.name for one in fields(self)])
        highest = {"entries": ENTRIES_MAX, "seed": 2**31, "limit": 10**6, "report_limit": 10**6}
        checked: dict[str, Any] = {
            name: whole_option(wanted, name, getattr(self, name), 0, highest.get(name, SECONDS_MAX))
            for name in ("entries", "seed", "limit", "report_limit", "token_seconds")
        }
        for name in ("single_use_refresh", "approval_touches", "admin_edits_locked"):
            checked[name] = _switch(wanted, name, default=getattr(self, name))
        return replace(self, **checked)


def _switch(wanted: Mapping[str, object], name: str, *, default: bool) -> bool:
    value = wanted.get(name, default)
    if not isinstance(value, bool):
        raise BadOption(f"{name} must be true or false, not {value!r}")
    return value
