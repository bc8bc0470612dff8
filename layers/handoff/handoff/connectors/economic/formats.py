"""How e-conomic writes things: JSON with decimals, years in addresses, keys against repeated calls, texts that fit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

Json = dict[str, Any]
_ENCODER = msgspec.json.Encoder(decimal_format="number", order="deterministic")
# Source: e-conomic, REST conventions: characters of an identifier that stand differently in an address.
_IN_ADDRESS = {
    "<": "_0_",
    ">": "_1_",
    "*": "_2_",
    "%": "_3_",
    ":": "_4_",
    "&": "_5_",
    "/": "_6_",
    "\\": "_7_",
    "_": "_8_",
    " ": "_9_",
    "?": "_10_",
    ".": "_11_",
    "#": "_12_",
    "+": "_13_",
}


def in_address(identifier: str) -> str:
    """An identifier as addresses carry it: the year 2025/2026 is 2025_6_2026."""
    return "".join(_IN_ADDRESS.get(character, character) for character in identifier)


def body_of(content: Json) -> bytes:
    """JSON with decimals as numbers, digit by digit, the same bytes for the same content."""
    return _ENCODER.encode(content)


def object_in(raw: bytes) -> Json:
    """A JSON object with exact decimals; raises ValueError for anything else."""
    found: object = json.loads(raw, parse_float=Decimal)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def writable(value: Any) -> Any:
    """What may go back into a write: without links, nulls and false booleans, which e-conomic leaves out."""
    if isinstance(value, Mapping):
        kept = {name: writable(inner) for name, inner in value.items() if name != "self"}
        return {name: inner for name, inner in kept.items() if inner is not None and inner is not False}
    return value


def digest(*parts: object) -> str:
    """A hash over the parts in their order."""
    return hashlib.sha256(_ENCODER.encode(parts)).hexdigest()


def repeat_key(key: str, method: str, path: str, body: bytes) -> str:
    """The header that guards a write against being carried out twice: another one for every other request."""
    return f"{key}-{hashlib.sha256(b' '.join((method.encode(), path.encode(), body))).hexdigest()[:20]}"


def fitting(text: str, length_max: int) -> str:
    """The text on one line, cut to what the field takes."""
    line = " ".join(text.split())
    return line if len(line) <= length_max else line[: length_max - 1].rstrip() + "…"


def lines_fitting(text: str, length_max: int) -> str:
    """The text with its line breaks, cut to what the field takes."""
    return text.strip() if len(text.strip()) <= length_max else text.strip()[: length_max - 1].rstrip() + "…"
