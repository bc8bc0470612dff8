"""What goes over the wire between a client and a stand-in: calls, answers, routes and JSON.

Money and hours are `Decimal` in both directions: numbers of a request body are read as `Decimal`, and a
`Decimal` of an answer is written as a plain JSON number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec

JSON_TYPE = "application/json; charset=utf-8"

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


def to_json(value: object) -> bytes:
    """The value as UTF-8 JSON; every `Decimal` becomes a JSON number with exactly its digits."""
    return _ENCODER.encode(value)


def from_json(text: bytes | str) -> Any:  # JSON has no static shape before a handler looked at it
    """The parsed JSON text, numbers with a point or exponent as `Decimal`. Raises `NotJson`."""
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotJson(str(error)) from error


class NotJson(ValueError):
    """The text is no JSON."""


@dataclass(frozen=True)
class Answer:
    """What a stand-in answers: `body` is JSON-able, or bytes sent as they are, or None for an empty body."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, **extra: str) -> Answer:
        """The same answer with more headers; underscores in the names stand for dashes."""
        named = {name.replace("_", "-"): value for name, value in extra.items()}
        return replace(self, headers={**self.headers, **named})

    def content(self) -> bytes:
        """The bytes of the body."""
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else to_json(self.body)

    def all_headers(self) -> dict[str, str]:
        """The headers with a content type, which is JSON's unless the answer named one."""
        known = {name.lower() for name in self.headers}
        typed = {} if self.body is None or "content-type" in known else {"Content-Type": JSON_TYPE}
        return {**typed, **self.headers}


class Refused(Exception):
    """Raised by a handler or gate: this answer goes out instead."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"answered {answer.status}")
        self.answer = answer


@dataclass(frozen=True)
class Call:
    """One request as a handler sees it. `ids` are the path's parameters with their case kept."""

    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    content: bytes
    base_url: str
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; of a repeated one the last counts."""
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    @property
    def is_sandbox(self) -> bool:
        """Whether this is one of our own control calls, which no vendor has."""
        return self.path.lower().startswith("/_sandbox/")

    def header(self, name: str) -> str | None:
        """The header's value, whatever the case of its name."""
        return self.headers.get(name.lower())

    def json(self) -> Any:  # JSON has no static shape before a handler looked at it
        """The body as JSON, an empty body as {}. Raises `NotJson`."""
        return from_json(self.content) if self.content.strip() else {}

    def form(self) -> dict[str, str]:
        """The body as `application/x-www-form-urlencoded` fields."""
        return dict(parse_qsl(self.content.decode("utf-8", "replace"), keep_blank_values=True))

    def with_ids(self, ids: Mapping[str, str]) -> Call:
        """The same call after routing."""
        return replace(self, ids=ids)


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """`GET /v1/project/{projectID}` and its handler."""

    method: str
    template: str
    handler: Handler

    @property
    def name(self) -> str:
        """Method and template, the key under which calls are counted."""
        return f"{self.method} {self.template}"


@dataclass
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    routes: dict[str, tuple[Route, tuple[str, ...]]] = field(default_factory=dict)


class Router:
    """Finds the route of a path. Literal segments match in any case and beat parameters; ids keep their case."""

    def __init__(self, *routes: Route) -> None:
        self._root = _Node()
        for route in routes:
            self.add(route)

    def add(self, route: Route) -> None:
        """Takes a route in. Raises ValueError when the method and path are taken."""
        node, names = self._root, list[str]()
        for segment in _segments(route.template):
            if segment.startswith("{"):
                names.append(segment.strip("{}"))
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment.lower(), _Node())
        if route.method in node.routes:
            raise ValueError(f"two routes for {route.name}")
        node.routes[route.method] = (route, tuple(names))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route and the ids in the path, or None. HEAD is answered by GET's route."""
        for node, values in _walk(self._root, _segments(path), ()):
            found = node.routes.get("GET" if method == "HEAD" else method)
            if found is not None:
                route, names = found
                return route, dict(zip(names, values, strict=True))
        return None

    def methods(self, path: str) -> list[str]:
        """The methods that the path has, for a 405."""
        return sorted({method for node, _ in _walk(self._root, _segments(path), ()) for method in node.routes})


@lru_cache(maxsize=1024)  # every stand-in of a vendor has the same routes
def _segments(path: str) -> tuple[str, ...]:
    return tuple(segment for segment in path.split("/") if segment)


def _walk(node: _Node, segments: tuple[str, ...], values: tuple[str, ...]) -> Iterator[tuple[_Node, tuple[str, ...]]]:
    if not segments:
        yield node, values
        return
    head, rest = segments[0], segments[1:]
    if (literal := node.literals.get(head.lower())) is not None:
        yield from _walk(literal, rest, values)
    if node.parameter is not None:
        yield from _walk(node.parameter, rest, (*values, head))
