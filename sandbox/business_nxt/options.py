"""What a start, a reset or the control call `settings` can set; what is not sent is as here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from sandbox.business_nxt.assumed import PAGE_SIZE_MAX
from sandbox.standin import BadOption, only_options, whole_option

COUNTS = {"limit": 10**6, "concurrent": 10**4, "page_max": 10**6, "row_milliseconds": 59_000, "token_seconds": 86_400}
FILL_MAX = 200_000


@dataclass(frozen=True)
class Options:
    """Limits, switches of the company, and how much of everything a load measurement wants beside the seed.

    `row_milliseconds` is what each row of a write costs of the 59 s of a request, 0 for nothing. `missing_columns`
    are columns such as `orgUnit2.associateNo1` that this installation's schema does not have.
    """

    limit: int = 600  # requests a minute of one token, 0 for no limit
    concurrent: int = 60  # requests at once in one company
    page_max: int = PAGE_SIZE_MAX
    token_seconds: int = 3600
    row_milliseconds: int = 0
    sends_retry_after: bool = False  # whether 429 says how long to wait is not known
    late_paid_stay: bool = False  # entries settled late stay open entries until interest is calculated
    direct_needs_finish: bool = False
    half_orders: bool = False  # an order whose line fails is an error, and yet is there with its other lines; not known
    ignores_case: bool = True  # of texts in filters; not known
    customers: int = 0
    projects: int = 0
    products: int = 0
    employees: int = 0
    missing_columns: tuple[str, ...] = ()

    def changed(self, wanted: Mapping[str, object]) -> Options:
        """These options with the wanted ones in their place. Raises `BadOption`."""
        only_options(wanted, [field.name for field in fields(self)])
        read = {name: _read(name, wanted, getattr(self, name)) for name in wanted}
        return replace(self, **read)  # type: ignore[arg-type]  # each was read by its field's type


def _read(name: str, wanted: Mapping[str, object], default: object) -> object:
    value = wanted[name]
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise BadOption(f"{name} must be true or false, not {value!r}")
        return value
    if isinstance(default, int):
        lowest = 1 if name in ("page_max", "token_seconds") else 0
        return whole_option(wanted, name, default, lowest, COUNTS.get(name, FILL_MAX))
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) and "." in one for one in value):
        raise BadOption(f"{name} must be a list of texts such as order.group1")
    return tuple(value)
