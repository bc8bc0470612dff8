"""Forms made of models: the same model that checks what was entered says what is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from handoff.connect.html import Html, join, tag
from handoff.integrations.kind_settings import Fault

YES = "on"
ALL = "settings_json"
"""The field of a kind whose settings are entered as a whole."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; `value` is what stands in it, which is nothing for a secret."""

    name: str
    title: str
    hint: str
    type: str
    value: str = ""
    required: bool = False


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
        for part in parts:
            holder = getattr(holder, part)
        info = type(holder).model_fields[name]
        field = _field(path, info, entered[path] if path in entered else _shown(getattr(holder, name)))
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


def form(fields: Iterable[Field], faults: Iterable[Fault], *hidden: tuple[str, str], button: str) -> Html:
    """The form, with each fault at its field; a fault of no field stands on top."""
    known, found = list(fields), list(faults)
    # A fault of a whole section, or of a place in a list, belongs to the nearest field there is.
    at: dict[str, list[str]] = {}
    for fault in found:
        at.setdefault(_home(fault.field, [field.name for field in known]), []).append(fault.message)
    rows = [_row(field, at.get(field.name, [])) for field in known]
    top = [tag("p", text, class_="fault", role="alert") for text in at.get("", [])]
    kept = [tag("input", type="hidden", name=name, value=value) for name, value in hidden]
    return tag("form", *top, *kept, *rows, tag("button", button, type="submit"), method="post", autocomplete="off")


def _home(path: str, names: list[str]) -> str:
    exact = [name for name in names if path == name or path.startswith(f"{name}.")]
    return exact[0] if exact else next((name for name in names if path and name.startswith(f"{path}.")), "")


def _row(field: Field, faults: list[str]) -> Html:
    key = f"f-{field.name}"
    described = f"{key}-hint" + (f" {key}-fault" if faults else "")
    hint = tag("span", field.hint, class_="hint", id=f"{key}-hint")
    common: dict[str, Any] = {
        "id": key, "name": field.name, "aria_describedby": described, "aria_invalid": "true" if faults else None,
    }  # fmt: skip
    wrong = [tag("p", text, class_="fault", id=f"{key}-fault", role="alert") for text in faults]
    if field.type == "checkbox":
        box = tag("input", type="checkbox", value=YES, checked=field.value == YES, **common)
        return join(tag("label", box, tag("span", field.title, hint), class_="tick", for_=key), *wrong)
    label = tag("label", field.title, hint, for_=key)
    if field.type == "textarea":
        return join(label, tag("textarea", field.value, spellcheck="false", **common), *wrong)
    shown: dict[str, Any] = {"type": "text" if field.type == "number" else field.type, "value": field.value or None}
    if field.type == "number":
        shown["inputmode"] = "numeric"
    return join(label, tag("input", **shown, required=field.required, spellcheck="false", **common), *wrong)


def _field(name: str, info: FieldInfo, value: str) -> Field:
    kinds = (info.annotation, *get_args(info.annotation))
    type_ = next((shown for kind, shown in _TYPES if kind in kinds), "text")
    return Field(name, info.title or name, info.description or "", type_, value, required=info.is_required())


_TYPES: tuple[tuple[object, str], ...] = (
    (SecretStr, "password"), (bool, "checkbox"), (date, "date"), (int, "number"),
)  # fmt: skip


def _ticked(field: Field, entered: Mapping[str, str]) -> Field:
    return Field(field.name, field.title, field.hint, field.type, entered.get(field.name, ""))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else ""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
