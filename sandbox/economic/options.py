"""What a reset or a start can set; what is not sent is as here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sandbox.standin import BadOption, only_options, whole_option

PLANS = ("plus", "smart", "advanced")
ROLES = ("SuperUser", "Bookkeeping", "Sales", "ProjectEmployee")


@dataclass(frozen=True)
class Options:
    """The agreement's plan, modules and set-up, the app's roles, and the sizes of limits and pages."""

    plan: str = "smart"
    project_module: bool = True
    roles: tuple[str, ...] = ("SuperUser",)
    has_group_1: bool = True
    has_journal_1: bool = True
    has_internal_group: bool = True
    others_drafts: bool = True  # two drafts that people put into journal 1
    split_years: bool = False  # accounting years from July to June, one under a code with a letter
    bucket: int = 2000
    refill: int = 30  # tokens a second
    sends_retry_after: bool = True
    cursor_size: int = 1000
    user_declines: bool = False  # on the page that grants access

    def changed(self, wanted: Mapping[str, object]) -> Options:
        """These options with the wanted ones in their place. Raises `BadOption`."""
        only_options(wanted, [field.name for field in fields(self)])
        values: dict[str, Any] = {}
        for field in fields(self):
            if field.name in wanted:
                values[field.name] = _read(field.name, wanted, getattr(self, field.name))
        return replace(self, **values)


def _read(name: str, wanted: Mapping[str, object], default: object) -> object:
    value = wanted[name]
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise BadOption(f"{name} must be true or false, not {value!r}")
        return value
    if isinstance(default, int):
        return whole_option(wanted, name, default, 1, 1_000_000)
    if name == "plan":
        if value not in PLANS:
            raise BadOption(f"plan must be one of {', '.join(PLANS)}, not {value!r}")
        return value
    if not isinstance(value, list | tuple) or not value or not all(role in ROLES for role in value):
        raise BadOption(f"roles must be a list of {', '.join(ROLES)}")
    return tuple(value)
