"""What a TimeChimp stand-in can be started with; the same names are the options of `POST /_sandbox/reset`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sandbox.standin import BadOption, only_options, whole_option

SPELLINGS = ("intern", "internal")
LISTS = ("customers", "contacts", "projects", "projecttasks", "projectusers", "time", "expenses", "mileage")
ENVELOPES = ("result", "value", "bare")
REFERENCES = ("named", "bare", "absent")


@dataclass(frozen=True)
class Options:
    """`extra_hours` fills the account up for measurements. `limit` counts v1's calls of a key within any minute and
    `v2_limit` those of v2, 0 is no limit; `retry_after` sends that header with a 429.

    What the vendor leaves open and may well be otherwise can be turned. Of v1: `api_package` (off: every call is
    refused with `no_package_status`), `one_key` (a key works for both versions), `put_replaces` (a PUT wipes what it
    does not name), `puts_status` (POST and PUT set an entry's status), `puts_invoice_status` (they set a project's),
    `strict_entries` (what is documented as required of entries is), `locks_invoiced` (an invoiced entry takes no
    change), `refuses_with_200` (a refused write is answered 200 with a message), `spellings` of
    `…/changestatusintern…` for time and mileage and `expense_spellings` for expenses, `modified_lists` (those that
    `?modified=` narrows), `stamps_status` (a change of status moves `modified`), `partial_status` (ids that are
    unknown are passed over), `article_field` (the field that shows an activity's accounting article; "" shows none),
    `invoice_project` (invoices show `projectId`). Of v2: `v2_envelope` of lists, `v2_references` (what of a reference
    is shown that was not expanded), `v2_time_status` (hours have a status call).
    """

    extra_hours: int = 0
    limit: int = 100
    v2_limit: int = 0
    retry_after: bool = False
    api_package: bool = True
    no_package_status: int = 403
    one_key: bool = False
    put_replaces: bool = True
    puts_status: bool = False
    puts_invoice_status: bool = True
    strict_entries: bool = False
    locks_invoiced: bool = True
    refuses_with_200: bool = False
    spellings: tuple[str, ...] = SPELLINGS
    expense_spellings: tuple[str, ...] = ("internal",)
    modified_lists: tuple[str, ...] = ("time",)
    stamps_status: bool = True
    partial_status: bool = False
    article_field: str = ""
    invoice_project: bool = False
    v2_envelope: str = "result"
    v2_references: str = "named"
    v2_time_status: bool = False

    def changed(self, wanted: Mapping[str, object]) -> Options:
        """These options with the wanted ones in their place. Raises `BadOption`."""
        only_options(wanted, [field.name for field in fields(self)])
        values: dict[str, Any] = {name: _read(name, wanted, getattr(self, name)) for name in wanted}
        return replace(self, **values)


_WORDS: Mapping[str, tuple[str, ...]] = {
    "spellings": SPELLINGS,
    "expense_spellings": SPELLINGS,
    "modified_lists": LISTS,
    "v2_envelope": ENVELOPES,
    "v2_references": REFERENCES,
}


def _read(name: str, wanted: Mapping[str, object], default: object) -> object:
    value, words = wanted[name], _WORDS.get(name)
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise BadOption(f"{name} must be true or false, not {value!r}")
        return value
    if name == "no_package_status":
        if value not in (401, 403):
            raise BadOption(f"{name} must be 401 or 403, not {value!r}")
        return value
    if isinstance(default, int):
        return whole_option(wanted, name, default, 0, 1_000_000)
    if isinstance(default, tuple):
        if not isinstance(value, list | tuple) or words is None or not all(word in words for word in value):
            raise BadOption(f"{name} must be a list of {', '.join(words or ())}")
        return tuple(value)
    if not isinstance(value, str) or (words is not None and value not in words):
        raise BadOption(f"{name} must be {'one of ' + ', '.join(words) if words else 'a text'}, not {value!r}")
    return value
