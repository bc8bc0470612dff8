"""Turns rows into what v2 shows, and what v2 is sent into the names of v1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.timechimp import prices
from sandbox.timechimp.answers import INVALID, Json, refuse
from sandbox.timechimp.database import Database
from sandbox.timechimp.periods import invoice_status
from sandbox.timechimp.schema import ENTITIES
from sandbox.timechimp.v2_shapes import SHAPES, Form, Part

_NAMES = {"users": "displayName", "time": "notes", "projecttasks": "id"}


def full(database: Database, entity: str, row: Json, expand: frozenset[str] = frozenset()) -> Json:
    """The row with all its members; references named, those in `expand` whole, and lists that refer to it if asked."""
    view: Json = {"id": row["id"]}
    for part in SHAPES[entity]:
        if part.form is Form.BACK and part.name not in expand:
            continue
        view[part.name] = _shown(database, entity, row, part, whole=part.name in expand)
    return view


def check_expand(entity: str, expand: frozenset[str]) -> None:
    """Ends the call with 400 for a name that cannot be expanded."""
    forms = (Form.REFERENCE, Form.REFERENCES, Form.BACK, Form.CHILDREN)
    if unknown := sorted(expand - {part.name for part in SHAPES[entity] if part.form in forms}):
        refuse(f"The query specified in the URI is not valid. Could not find a property named '{unknown[0]}'")


def with_references(entity: str, view: Json, expand: frozenset[str], style: str) -> Json:
    """The view with references as the house has them: `named`, `bare` with an id alone, or `absent` until expanded."""
    if style == "named":
        return view
    forms = {part.name: part.form for part in SHAPES[entity]}
    styled: Json = {}
    for name, value in view.items():
        if forms.get(name) not in (Form.REFERENCE, Form.REFERENCES) or name in expand:
            styled[name] = value
        elif style == "bare":
            styled[name] = [_bare(one) for one in value] if isinstance(value, list) else _bare(value)
    return styled


def as_v1(database: Database, entity: str, body: Json) -> Json:
    """The fields of the body in the names of v1. Ends the call with 400."""
    fields: Json = {}
    for part in SHAPES[entity]:
        if part.name in body and not part.settled:
            fields |= _read(database, part, body[part.name])
    return fields


def unsaid(entity: str, row: Json) -> Json:
    """The values of the row that v2 has no word for; its PUT leaves them."""
    said = {part.field for part in _flat(SHAPES[entity]) if not part.settled}
    return {name: row[name] for name in ENTITIES[entity].fields if name not in said}


def _flat(parts: tuple[Part, ...]) -> list[Part]:
    return [inner for part in parts for inner in (part.parts or (part,))]


def _shown(database: Database, entity: str, row: Json, part: Part, *, whole: bool) -> Any:
    if part.form is Form.GROUP:
        return {inner.name: _shown(database, entity, row, inner, whole=False) for inner in part.parts}
    if part.form in (Form.CHILDREN, Form.BACK):
        return [full(database, part.target, one) for one in _referring(database, part, row)]
    if part.form is Form.REFERENCE:
        return _reference(database, part, _leads_to(database, part, row), whole=whole)
    if part.form is Form.REFERENCES:
        return [_reference(database, part, one, whole=whole) for one in row.get(part.field) or ()]
    value = invoice_status(row, database.today()) if part.field == "invoiceStatus" else row.get(part.field)
    return _VALUES.get(part.form, _as_it_is)(part, value)


def _as_it_is(_: Part, value: Any) -> Any:
    return value


_VALUES: Mapping[Form, Callable[[Part, Any], Any]] = {
    Form.DAY: lambda _, value: value[:10] if value else None,
    Form.MOMENT: lambda _, value: f"{value}Z" if value else None,
    Form.WORD: lambda part, value: part.words.get(value),
}


def _leads_to(database: Database, part: Part, row: Json) -> object:
    """What the row refers to; an expense has its VAT as a percentage, which leads to a rate."""
    if part.field != "_vatRateId":
        return row.get(part.field)
    tax = prices.number(row["tax"])
    return next((one["id"] for one in database.rows("vatrates") if prices.number(one["percentage"]) == tax), None)


def _reference(database: Database, part: Part, row_id: object, *, whole: bool) -> Json | None:
    if row_id is None:
        return None
    row = database.find(part.target, row_id) if part.target else None
    if row is None:
        return {"id": row_id}
    if whole and part.target in SHAPES:
        return full(database, part.target, row)
    return {"id": row_id, "name": row.get(_NAMES.get(part.target, "name"))}


def _referring(database: Database, part: Part, row: Json) -> list[Json]:
    return [
        one
        for one in database.rows(part.target)
        if one[part.field] == row["id"] or (isinstance(one[part.field], list) and row["id"] in one[part.field])
    ]


def _bare(value: Json | None) -> Json | None:
    return {"id": value["id"]} if value is not None else None


def _read(database: Database, part: Part, value: Any) -> Json:
    if part.form is Form.BACK:
        return {}
    if part.form is Form.GROUP:
        sent = _object(part, value) or {}
        fields: Json = {}
        for inner in part.parts:
            if inner.name in sent and not inner.settled:
                fields |= _read(database, inner, sent[inner.name])
        return fields
    if part.form is Form.CHILDREN:
        return {part.name: [_child(database, part, one) for one in value or ()]}
    return _READ.get(part.form, _read_value)(database, part, value)


def _read_value(_: Database, part: Part, value: Any) -> Json:
    return {part.field: value}


def _read_reference(database: Database, part: Part, value: Any) -> Json:
    found = _object(part, value)
    if part.field == "_vatRateId":
        return {"tax": database.value("vatrates", found["id"], "percentage")} if found else {}
    return {part.field: found["id"] if found else None}


def _read_references(_: Database, part: Part, value: Any) -> Json:
    return {part.field: [(_object(part, one) or {}).get("id") for one in value or ()]}


def _read_word(_: Database, part: Part, value: Any) -> Json:
    numbers = {word: number for number, word in part.words.items()}
    if value not in numbers:
        refuse(INVALID, fields={part.name: [f"The value '{value}' is not valid."]})
    return {part.field: numbers[value]}


_READ: Mapping[Form, Callable[[Database, Part, Any], Json]] = {
    Form.REFERENCE: _read_reference,
    Form.REFERENCES: _read_references,
    Form.WORD: _read_word,
}


def _child(database: Database, part: Part, value: Any) -> Json:
    sent = _object(part, value) or {}
    old = database.find(part.target, sent.get("id"))
    kept = unsaid(part.target, old) if old is not None else {}
    return {**({"id": sent["id"]} if sent.get("id") else {}), **kept, **as_v1(database, part.target, sent)}


def _object(part: Part, value: Any) -> Json | None:
    if value is not None and not isinstance(value, dict):
        refuse(INVALID, fields={part.name: ["The value is not an object."]})
    if part.form is Form.REFERENCE and value is not None and "id" not in value:
        refuse(INVALID, fields={part.name: ["The id field is required."]})
    return value
