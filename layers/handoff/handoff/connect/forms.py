"""Forms made of models: the same model that checks what was entered says what is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from handoff.integrations.kind_settings import Fault

YES = "on"
ALL = "settings_json"
"""The field of a kind whose settings are entered as a whole."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; `value` is what stands in it, which is nothing for a secret; `options` what can."""

    name: str
    title: str
    hint: str
    type: str
    value: str = ""
    required: bool = False
    group: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A field and what is wrong with what was entered there."""

    field: Field
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is shown: faults of no field on top, what goes along unseen, the rows and the button."""

    rows: tuple[Row, ...]
    faults: tuple[str, ...]
    hidden: tuple[tuple[str, str], ...]
    button: str
    plain: bool = False


def fields_of(model: type[BaseModel], entered: Mapping[str, str], *, without: Iterable[str] = ()) -> tuple[Field, ...]:
    """The fields of a vendor's config; secrets never come back."""
    left_out = frozenset(without)
    return tuple(
        _field(name, info, "" if info.annotation is SecretStr else entered.get(name, ""))
        for name, info in model.model_fields.items()
        if name not in left_out
    )


def settings_fields(settings: BaseModel, paths: Iterable[str], entered: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields at those paths, with what was entered or, before anything was, with what is set."""
    made = []
    for path in paths:
        holder: BaseModel = settings
        *parts, name = path.split(".")
        group = ""
        for part in parts:
            group = type(holder).model_fields[part].title or ""
            holder = getattr(holder, part)
        info = type(holder).model_fields[name]
        field = _field(path, info, entered[path] if path in entered else _shown(getattr(holder, name)))
        field = replace(field, group=group)
        made.append(field if not entered or field.type != "checkbox" else _ticked(field, entered))
    return tuple(made)


def nested(base: Mapping[str, Any], paths: Iterable[str], fields: Iterable[Field], entered: Mapping[str, str]) -> Any:
    """The settings with what was entered in their places; an unticked box and an empty day say so."""
    content: dict[str, Any] = json.loads(json.dumps(base))
    types = {field.name: field.type for field in fields}
    for path in paths:
        *parts, name = path.split(".")
        at = content
        for part in parts:
            at = at.setdefault(part, {})
        value = entered.get(path, "").strip()
        at[name] = value == YES if types[path] == "checkbox" else (value or None) if types[path] == "date" else value
    return content


def form(
    fields: Iterable[Field], faults: Iterable[Fault], *hidden: tuple[str, str], button: str, plain: bool = False
) -> Form:
    """The form, with each fault at its field; a fault of no field stands on top."""
    known = list(fields)
    # A fault of a whole section, or of a place in a list, belongs to the nearest field there is.
    at: dict[str, list[str]] = {}
    for fault in faults:
        at.setdefault(_home(fault.field, [field.name for field in known]), []).append(
            fault.message if fault.field == ALL else said(fault)
        )
    rows = tuple(Row(field, tuple(at.get(field.name, ()))) for field in known)
    return Form(rows, tuple(at.get("", ())), hidden, button, plain)


def said(fault: Fault) -> str:
    """The fault as a sentence for people, not for programmers."""
    words = _WORDS.get(fault.code) or fault.message.removeprefix("Value error, ")
    return f"{words[:1].upper()}{words[1:]}".rstrip(".") + "."


def _home(path: str, names: list[str]) -> str:
    exact = [name for name in names if path == name or path.startswith(f"{name}.")]
    return exact[0] if exact else next((name for name in names if path and name.startswith(f"{path}.")), "")


def _field(name: str, info: FieldInfo, value: str) -> Field:
    # What may be left out is itself or nothing, and within that a number with its bounds.
    kinds = (info.annotation, *(getattr(kind, "__origin__", kind) for kind in get_args(info.annotation)))
    type_ = next((shown for kind, shown in _TYPES if kind in kinds), "text")
    title, hint = info.title or name, info.description or ""
    return Field(name, title, hint, type_, value, info.is_required(), options=_options(kinds))


def _options(kinds: tuple[object, ...]) -> tuple[str, ...]:
    """What a choice can be; nothing as well, where it need not be made."""
    choice = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, StrEnum)), None)
    if choice is None:
        return ()
    return (*(("",) if NoneType in kinds else ()), *(one.value for one in choice))


_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "A whole number is needed here"),
    **dict.fromkeys(("date_parsing", "date_from_datetime_parsing", "date_type"), "A day is needed here"),
    **dict.fromkeys(("missing", "string_too_short"), "This is needed"),
    "string_pattern_mismatch": "This can't be right: it has spaces or signs that do not belong there, or is cut off",
    "extra_forbidden": "There is no such setting",
    "string_too_long": "This is too long",
    "greater_than_equal": "This number is too small",
    "less_than_equal": "This number is too large",
}
"""What the checks find most, by their codes."""

_TYPES: tuple[tuple[object, str], ...] = (
    (SecretStr, "password"), (bool, "checkbox"), (date, "date"), (int, "number"),
)  # fmt: skip


def _ticked(field: Field, entered: Mapping[str, str]) -> Field:
    return replace(field, value=entered.get(field.name, ""))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else ""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
