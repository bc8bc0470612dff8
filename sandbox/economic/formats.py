"""How e-conomic writes things: identifiers in addresses, moments, versions, and objects with their `self` links."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Json = dict[str, Any]

CENT = Decimal("0.01")
_ESCAPES = {
    "<": "_0_", ">": "_1_", "*": "_2_", "%": "_3_", ":": "_4_", "&": "_5_", "/": "_6_",
    "\\": "_7_", "_": "_8_", " ": "_9_", "?": "_10_", ".": "_11_", "#": "_12_", "+": "_13_",
}  # fmt: skip
_PLAIN = {code: character for character, code in _ESCAPES.items()}

# What a reference is called, the identifier in it, and where the thing is found.
REFERENCES: Mapping[str, tuple[str, str]] = {
    "customer": ("customerNumber", "/customers/"),
    "supplier": ("supplierNumber", "/suppliers/"),
    "customerGroup": ("customerGroupNumber", "/customer-groups/"),
    "supplierGroup": ("supplierGroupNumber", "/supplier-groups/"),
    "paymentTerms": ("paymentTermsNumber", "/payment-terms/"),
    "vatZone": ("vatZoneNumber", "/vat-zones/"),
    "layout": ("layoutNumber", "/layouts/"),
    "salesPerson": ("employeeNumber", "/employees/"),
    "account": ("accountNumber", "/accounts/"),
    "contraAccount": ("accountNumber", "/accounts/"),
    "vatAccount": ("vatCode", "/vat-accounts/"),
    "contraVatAccount": ("vatCode", "/vat-accounts/"),
    "vatType": ("vatTypeNumber", "/vat-types/"),
    "accountingYear": ("year", "/accounting-years/"),
    "journal": ("journalNumber", "/journals/"),
    "project": ("projectNumber", "/projects/"),
    "costType": ("costTypeNumber", "/cost-types/"),
    "currency": ("code", "/currencies/"),
}


def in_address(identifier: object) -> str:
    """The identifier as it stands in an address: year 2025/2026 is 2025_6_2026."""
    return "".join(_ESCAPES.get(character, character) for character in str(identifier))


def from_address(text: str) -> str:
    """The identifier that stands in an address."""
    return re.sub(r"_\d{1,2}_", lambda found: _PLAIN.get(found[0], found[0]), text)


def identifier(reference: object, kind: str) -> object:
    """The identifier in a reference, which may be given by number or by `self`; None without either."""
    name, path = REFERENCES[kind]
    if not isinstance(reference, Mapping):
        return None
    if reference.get(name) is not None:
        return reference[name]
    address = reference.get("self")
    if not isinstance(address, str) or path not in address:
        return None
    text = from_address(address.rsplit(path, 1)[1].strip("/"))
    return int(text) if name.endswith("Number") and text.isdecimal() else text


def whole(value: object) -> int | None:
    """The value as a whole number, or None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != int(value):
        return None
    return int(value)


def shown(row: Mapping[str, Any], base: str) -> Json:
    """The object as it goes out: false and empty properties left out, references with their address."""
    out: Json = {}
    for name, value in row.items():
        if value is None or value is False:
            continue
        if isinstance(value, Mapping):
            inner = shown(value, base)
            if name in REFERENCES and REFERENCES[name][0] in inner:
                key, path = REFERENCES[name]
                inner["self"] = f"{base}{path}{in_address(inner[key])}"
            out[name] = inner
        elif isinstance(value, list | tuple):
            out[name] = [shown(item, base) if isinstance(item, Mapping) else item for item in value]
        else:
            out[name] = value.isoformat() if type(value) is date else value
    return out


def lean(row: Mapping[str, Any]) -> Json:
    """The flat object of the OpenAPI services: false and empty properties left out."""
    return {name: value for name, value in row.items() if value is not None and value is not False}


def instant(moment: datetime) -> str:
    """A moment as `lastUpdated` shows it. ASSUMED: whole seconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_time(day: date | None) -> str | None:
    """A day as the OpenAPI services write it: a date and time without a zone."""
    return None if day is None else f"{day.isoformat()}T00:00:00"


def read_day(value: object) -> date | None:
    """The day of `YYYY-MM-DD`, with or without a time after it; None when it is none."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10]) if len(value) == 10 or value[10:11] == "T" else None
    except ValueError:
        return None


def version(count: int) -> str:
    """An `objectVersion`: a text without meaning to anybody."""
    return base64.b64encode(count.to_bytes(8, "big")).decode()


def cents(amount: Decimal) -> Decimal:
    """The amount with two decimals, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)
