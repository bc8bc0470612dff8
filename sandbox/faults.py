"""Faults on demand: what goes wrong, for which calls, how often.

A fault is one of

- `reset_before`: the connection is dropped before the handler ran; nothing happened at the vendor.
- `lost_after_commit`: the handler ran and its effect stands; the connection is dropped without an answer.
- `status`: answers `status` with `body` and `headers`; the handler does not run, or with `after` runs first.
- `slow`: waits `seconds`, then goes on.
- `token_expired`: all access tokens of now die; the answer is the vendor's own 401.

`match` names the calls: `{"method": "POST", "path": "/v1/journal*"}` or `"POST /v1/journal*"`: globs, any case, held
against the path and against path?query. Without a method every method matches. `"body": "order_create"` is a text that
the body has to hold as well, for vendors who have one address for everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase

from sandbox.wire import Answer, Call

SECONDS_MAX = 600
STATUS_MIN, STATUS_MAX = 200, 599


class Kind(StrEnum):
    """The ways in which a call can go wrong."""

    RESET_BEFORE = "reset_before"
    LOST_AFTER_COMMIT = "lost_after_commit"
    STATUS = "status"
    SLOW = "slow"
    TOKEN_EXPIRED = "token_expired"


class BadFault(ValueError):
    """The description of a fault cannot be understood; the text says why."""


@dataclass
class Fault:
    """One fault with its counters. `left` is None when it lasts until cleared; `skip` calls pass first."""

    id: int
    kind: Kind
    method: str
    path: str
    body_text: str = ""
    left: int | None = 1
    skip: int = 0
    status: int = 500
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: Decimal = Decimal(0)
    after: bool = False
    hits: int = 0

    def matches(self, call: Call) -> bool:
        """Whether the call is one of those meant."""
        if self.method not in ("*", call.method):
            return False
        if self.body_text.encode() not in call.content:
            return False
        path, pattern = call.path.lower(), self.path.lower()
        return fnmatchcase(path, pattern) or fnmatchcase(f"{path}?{call.query_string.lower()}", pattern)

    def answer(self) -> Answer:
        """The answer of a `status` fault; a text body goes out as it is (a gateway's HTML page, for one)."""
        if isinstance(self.body, str):
            return Answer(self.status, self.body.encode(), {"Content-Type": "text/html; charset=utf-8", **self.headers})
        return Answer(self.status, self.body, self.headers)

    def shown(self) -> dict[str, object]:
        """The fault as `GET /_sandbox/faults` lists it."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "match": {"method": self.method, "path": self.path} | ({"body": self.body_text} if self.body_text else {}),
            "left": self.left,
            "skip": self.skip,
            "hits": self.hits,
        }


class Faults:
    """The faults of one stand-in, in the order in which they were asked for. Not thread safe by itself."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._next_id = 1

    def add(self, wanted: object) -> Fault:
        """Takes a fault in from its JSON description. Raises `BadFault`."""
        fault = parse_fault(wanted, self._next_id)
        self._next_id += 1
        self._faults.append(fault)
        return fault

    def take(self, call: Call) -> Fault | None:
        """The first fault that meets this call, used up by one; None when the call goes on undisturbed."""
        for fault in self._faults:
            if not fault.matches(call):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.hits += 1
            if fault.left is not None:
                fault.left -= 1
                if not fault.left:
                    self._faults.remove(fault)
            return fault
        return None

    def clear(self) -> int:
        """Removes all faults and says how many there were."""
        count = len(self._faults)
        self._faults.clear()
        return count

    def shown(self) -> list[dict[str, object]]:
        """All faults still in force."""
        return [fault.shown() for fault in self._faults]


_FIELDS = frozenset({"match", "kind", "status", "body", "headers", "seconds", "times", "skip", "after"})


def parse_fault(wanted: object, fault_id: int) -> Fault:
    """A fault from its JSON description. Raises `BadFault` with the field and what it may be."""
    if not isinstance(wanted, Mapping):
        raise BadFault("the body must be a JSON object with match and kind")
    if unknown := set(wanted) - _FIELDS:
        raise BadFault(f"unknown field {sorted(unknown)[0]!r}; known are {', '.join(sorted(_FIELDS))}")
    kinds = [kind.value for kind in Kind]
    if wanted.get("kind") not in kinds:
        raise BadFault(f"kind must be one of {', '.join(kinds)}, not {wanted.get('kind')!r}")
    method, path, body_text = _match(wanted.get("match", "/*"))
    return Fault(
        id=fault_id,
        kind=Kind(wanted["kind"]),
        method=method,
        path=path,
        body_text=body_text,
        left=None if wanted.get("times", 1) is None else _whole(wanted, "times", 1, 1, 1_000_000),
        skip=_whole(wanted, "skip", 0, 0, 1_000_000),
        status=_whole(wanted, "status", 500, STATUS_MIN, STATUS_MAX),
        body=wanted.get("body"),
        headers=_headers(wanted.get("headers", {})),
        seconds=_seconds(wanted.get("seconds", 2)),
        after=_flag(wanted, "after"),
    )


def _match(match: object) -> tuple[str, str, str]:
    method: object
    path: object
    body: object = ""
    if isinstance(match, str):
        head, _, tail = match.strip().partition(" ")
        method, path = (head, tail.strip()) if tail else ("*", head)
    elif isinstance(match, Mapping):
        if unknown := set(match) - {"method", "path", "body"}:
            raise BadFault(f"match takes method and path and body, not {sorted(unknown)[0]!r}")
        method, path, body = match.get("method") or "*", match.get("path", "/*"), match.get("body", "")
    else:
        raise BadFault('match must be {"method", "path"} or a text such as "POST /v1/…"')
    if not isinstance(method, str) or not isinstance(path, str) or not path.startswith(("/", "*")):
        raise BadFault("match.path must be a text that begins with / (globs allowed), match.method a text")
    if not isinstance(body, str):
        raise BadFault("match.body must be a text")
    return method.upper(), path, body


def _whole(wanted: Mapping[str, object], name: str, default: int, lowest: int, highest: int) -> int:
    value = wanted.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise BadFault(f"{name} must be a whole number from {lowest} to {highest}, not {value!r}")
    return value


def _seconds(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= value <= SECONDS_MAX:
        raise BadFault(f"seconds must be a number from 0 to {SECONDS_MAX}, not {value!r}")
    return Decimal(value)


def _headers(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str | int) for text in value.values()):
        raise BadFault("headers must be an object of texts")
    return {str(name): str(text) for name, text in value.items()}


def _flag(wanted: Mapping[str, object], name: str) -> bool:
    value = wanted.get(name, False)
    if not isinstance(value, bool):
        raise BadFault(f"{name} must be true or false")
    return value
