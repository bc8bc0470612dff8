"""Every integration there is, by name: each is a file beside this one that holds an `IntegrationKind`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import handoff.integrations
from handoff.domain.errors import NotFound
from handoff.integrations.flow import IntegrationKind

_REGISTERED: dict[str, IntegrationKind] = {}


@cache
def _found() -> Mapping[str, IntegrationKind]:
    names = sorted(module.name for module in iter_modules(handoff.integrations.__path__))
    modules = [import_module(f"{handoff.integrations.__name__}.{name}") for name in names]
    kinds = [value for module in modules for value in vars(module).values() if isinstance(value, IntegrationKind)]
    return {kind.name: kind for kind in kinds}


def register(kind: IntegrationKind) -> None:
    """Adds an integration that lives somewhere else, in the place of one with the same name."""
    _REGISTERED[kind.name] = kind


def unregister(*names: str) -> None:
    """Takes registered integrations out again."""
    for name in names:
        _REGISTERED.pop(name, None)


def integrations() -> Mapping[str, IntegrationKind]:
    """All integrations by name."""
    return {**_found(), **_REGISTERED}


def integration_kind(name: str) -> IntegrationKind:
    """The integration with that name; raises NotFound."""
    known = integrations()
    if name not in known:
        names = ", ".join(sorted(known))
        raise NotFound(f"there is no integration '{name}'; there are {names}", field="kind")
    return known[name]
