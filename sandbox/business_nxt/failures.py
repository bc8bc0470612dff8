"""How things fail at Business NXT: HTTP 200 with `errors`, which may stand beside `data`.

Documented or seen: message, path, locations, `extensions.code` of unknown fields and of concurrency; that there is a
`status_name`. ASSUMED: that it stands in `extensions`, and all other codes.
"""

from __future__ import annotations

from graphql import GraphQLError

PathPart = str | int


class Failed(GraphQLError):
    """Ends the field that is resolved; the rest of the request goes on."""

    def __init__(self, message: str, code: str, **extensions: object) -> None:
        super().__init__(message, extensions={"code": code, "status_name": code, **extensions})


class CannotAssign(ValueError):
    """A value that a column does not take; the text says why."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


class CannotSave(ValueError):
    """A row that cannot be written, processed or removed as a whole; the text says why."""
