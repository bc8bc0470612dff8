"""One company's rows at Moment: kept by entity and id, shown with what their references lead to.

Ids are numbers, unique in the company; a rename shows at once wherever the name is copied.
"""

from __future__ import annotations

from sandbox.moment.answers import Json, refuse, stamp
from sandbox.moment.schema import ENTITIES, Entity
from sandbox.standin import Clock

FIRST_ID = 62_788_000
SERVER_FIELDS = ("createdDate", "lastModifiedDate")


class Database:
    """The rows of one company. `company_id` stands on every row."""

    def __init__(self, company: str, company_id: int, clock: Clock) -> None:
        self.company = company
        self.company_id = company_id
        self._clock = clock
        self._rows: dict[str, dict[int, Json]] = {name: {} for name in ENTITIES}
        self._last_id = FIRST_ID

    def rows(self, entity: str) -> list[Json]:
        """All rows as they are kept, by id."""
        return list(self._rows[entity].values())

    def find(self, entity: str, row_id: object) -> Json | None:
        """The row as it is kept, or None."""
        return self._rows[entity].get(row_id) if isinstance(row_id, int) else None

    def get(self, entity: str, row_id: object) -> Json:
        """The row as it is kept. Ends the call with 404."""
        return self.find(entity, row_id) or refuse(f"No {entity} with id {row_id}.", 404)

    def add(self, entity: str, fields: Json) -> Json:
        """A new row with the fields, and the initial values of the others."""
        now = stamp(self._clock())
        initial = {name: field.initial for name, field in ENTITIES[entity].fields.items()}
        row = {"id": self.next_id(), **initial, **fields}
        row |= {name: fields.get(name, now) for name in SERVER_FIELDS}
        self._rows[entity][row["id"]] = row
        return row

    def change(self, entity: str, row_id: int, fields: Json) -> Json:
        """Puts the fields into the row and stamps it, whether or not they differ from what was there."""
        row = self.get(entity, row_id)
        row |= {**fields, "lastModifiedDate": stamp(self._clock())}
        return row

    def remove(self, entity: str, row_id: int) -> None:
        """Takes the row away. Ends the call with 404, or with 409 while other rows refer to it."""
        self.get(entity, row_id)
        for other in ENTITIES.values():
            for name, field in other.fields.items():
                if field.target == entity and any(row[name] == row_id for row in self.rows(other.name)):
                    refuse(f"The object is used by {other.name}.", 409)
        del self._rows[entity][row_id]

    def next_id(self) -> int:
        """An id that was never used in this company."""
        self._last_id += 1
        return self._last_id

    def full(self, entity: str, row: Json) -> Json:
        """The row with everything there is about it, which filters and includes choose from."""
        kind = ENTITIES[entity]
        return {**row, **{name: self.through(kind, row, path) for name, path in kind.copied.items()}}

    def through(self, kind: Entity, row: Json, path: str) -> object:
        """The value behind `customer.name`, None when the row refers to nothing. Ends the call with 400."""
        reference, _, name = path.partition(".")
        field = kind.fields.get(f"{reference}Id")
        if field is None or name not in ("id", *SERVER_FIELDS, *ENTITIES[field.target].fields):
            refuse(f"Unknown include: {path}")
        other = self.find(field.target, row[f"{reference}Id"])
        return other[name] if other is not None else None

    def shown(self, entity: str, row: Json, base_url: str) -> Json:
        """The row as it is answered without an include."""
        kind = ENTITIES[entity]
        plain = {name: value for name, value in self.full(entity, row).items() if name not in kind.extra}
        href = f"{base_url}/api/1.0/companies/{self.company}/{entity}/{row['id']}"
        return {**plain, "companyId": self.company_id, "version": None, "links": [{"rel": "self", "href": href}]}
