"""What e-conomic answers when it refuses: the REST body, the annotated tree of a validation, the OpenAPI body.

ASSUMED: `TOO_LONG`, `OUT_OF_RANGE`, `NUMBER_TAKEN`, `IN_USE` and `PLAN`; the vendor publishes four `E0…` codes only.
`logTime` is filled in as the answer leaves (`stamped`).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.economic.formats import Json
from sandbox.wire import Answer, Refused

NOT_THERE, NO_IDENTIFIER, NO_VALUE, DECIMALS = "E06000", "E04500", "E04730", "E04740"
TOO_LONG, OUT_OF_RANGE, NUMBER_TAKEN, IN_USE = "E04400", "E04410", "E04420", "E04430"
PLAN = "E00550"
PROBLEM_TYPE = "application/problem+json; charset=utf-8"
CONFLICT_HINT = (
    "The resource has been updated by another user. Retrieve the resource/object and try the update again. "
    "Use the objectVersion of the object that was read."
)

Path = tuple[str | int, ...]


def rest(status: int, message: str, hint: str = "", **more: object) -> Answer:
    """A REST error."""
    body: Json = {"message": message, "developerHint": hint, "logId": str(uuid.uuid4()), "httpStatusCode": status}
    return Answer(status, {**body, **more})


def refuse(status: int, message: str, hint: str = "", **more: object) -> Refused:
    """The refusal with a REST error."""
    return Refused(rest(status, message, hint, **more))


def open_api(status: int, message: str, code: str | None = None, prop: str | None = None, hint: str = "") -> Answer:
    """An error of an OpenAPI service."""
    body = {
        "message": message,
        "errorCode": code,
        "property": prop,
        "developerHint": hint,
        "logId": str(uuid.uuid4()),
        "logTimeUtc": None,
    }
    return Answer(status, body)


def decline(status: int, message: str, code: str | None = None, prop: str | None = None, hint: str = "") -> Refused:
    """The refusal with an OpenAPI error."""
    return Refused(open_api(status, message, code, prop, hint))


def conflict() -> Refused:
    """The 409 of an objectVersion that is not the newest."""
    return decline(409, "Update conflict. Version does not match.", None, "version", CONFLICT_HINT)


def problem(status: int, code: str, message: str) -> Refused:
    """The refusal of a newer service."""
    body = {"title": message, "status": status, "errorCode": code, "message": message, "logId": str(uuid.uuid4())}
    return Refused(Answer(status, {**body, "errors": [{"errorCode": code, "message": message}]}, _PROBLEM))


_PROBLEM = {"Content-Type": PROBLEM_TYPE}


def stamped(answer: Answer, now: datetime) -> Answer:
    """The answer with the time of an error in it."""
    body = answer.body
    if not isinstance(body, dict) or "logId" not in body:
        return answer
    name = "logTime" if "httpStatusCode" in body else "logTimeUtc"
    return Answer(answer.status, {**body, name: now.strftime("%Y-%m-%dT%H:%M:%S")}, answer.headers)


@dataclass
class Problems:
    """What is wrong with a body, as a tree of the body's form. `refuse` raises it all at once."""

    tree: Json = field(default_factory=dict)

    def add(self, path: Path, code: str, message: str, value: object = None, hint: str = "") -> None:
        """Notes a fault at the place in the body."""
        error: Json = {"errorCode": code, "message": message}
        if value is not None:
            error["value"] = value
        error["developerHint"] = hint or "Please check the format of your data."
        self._node(path).setdefault("errors", []).append(error)

    def missing(self, path: Path) -> None:
        """Notes a property without a value."""
        self.add(path, NO_VALUE, f"{path[-1]} must have a value.")

    def unknown(self, path: Path, value: object, where: str) -> None:
        """Notes a reference to something that does not exist."""
        hint = f"Find a list of resources at https://restapi.e-conomic.com{where.rstrip('/')}."
        self.add(path, NOT_THERE, f"{path[-1]} does not exist.", value, hint)

    def refuse(self) -> None:
        """Raises `Refused` with 400 when there is any fault."""
        if self.tree:
            errors: Any = self.tree.get("", self.tree)
            raise refuse(400, "Validation error.", "Inspect validation errors and correct your request.", errors=errors)

    def _node(self, path: Path) -> Json:
        node: Json = self.tree
        steps: list[Any] = list(path)
        while steps:
            name = steps.pop(0)
            if steps and isinstance(steps[0], int):
                index, items = steps.pop(0), node.setdefault(name, [])
                inner = next((item for item in items if item["arrayIndex"] == index), None)
                if inner is None:
                    inner = {"arrayIndex": index}
                    items.append(inner)
                node = inner
            else:
                node = node.setdefault(name, {})
        return node
