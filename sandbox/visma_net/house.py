"""What all of the API's operations share: the company, the settings, ids, versions, and the answers to writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from sandbox.visma_net.company import Company
from sandbox.visma_net.formats import etag, plain_id
from sandbox.visma_net.records import Row
from sandbox.visma_net.writing import bad
from sandbox.wire import Answer, Call, Handler, Refused

T = TypeVar("T")

READ, CREATE, UPDATE = "read", "create", "update"


@dataclass(frozen=True)
class Settings:
    """What a reset can set. An empty `location_host` means the host that was called."""

    rate_limit: int = 15_000  # calls an hour for one company and client; a figure of 2021, none is published since
    old_host_rate_limit: int = 500  # calls an hour for one application under the old prefix
    max_page_size: int = 500
    token_seconds: int = 3600
    background_polls: int = 1
    location_host: str = ""


@dataclass
class House:
    """The company's state and settings as they are now; a reset replaces both."""

    company: Company
    settings: Settings

    def host(self, call: Call) -> str:
        """The host that addresses in answers carry; it may be another one than was called."""
        return self.settings.location_host or call.base_url

    def created(self, call: Call, resource: str, new_id: str, row: Row) -> Answer:
        """The answer to a create: 201, no body, the id at the end of `Location`."""
        where = f"{self.host(call)}{resource}/{quote(new_id, safe='')}"
        return Answer(201, None, {"Location": where, "ETag": etag(row.timestamp)})


@dataclass(frozen=True)
class Operation:
    """One operation of the API and the rights of which a token needs one."""

    method: str
    template: str
    handler: Handler
    rights: tuple[str, ...]


def get(template: str, handler: Handler) -> Operation:
    """A reading operation."""
    return Operation("GET", template, handler, (READ,))


def post(template: str, handler: Handler) -> Operation:
    """A creating operation."""
    return Operation("POST", template, handler, (CREATE,))


def put(template: str, handler: Handler) -> Operation:
    """A changing operation."""
    return Operation("PUT", template, handler, (UPDATE,))


def path_id(call: Call, name: str) -> str:
    """The id in the path, decoded when it is written as `b64(…)`."""
    return plain_id(call.ids[name])


def path_number(call: Call, name: str) -> int:
    """The whole number in the path. Raises `Refused` with 404, as for an id that does not exist."""
    text = path_id(call, name)
    if not text.isascii() or not text.isdecimal():
        raise missing(name, text)
    return int(text)


def found(row: T | None, name: str, value: object) -> T:
    """The row, when there is one. Raises `Refused` with 404."""
    if row is None:
        raise missing(name, value)
    return row


def missing(name: str, value: object) -> Refused:
    """The 404 of an id that names nothing. ASSUMED: its body is not documented."""
    return bad(f"{name} '{value}' cannot be found in the system.", 404)


def shown(body: object, row: Row | None = None) -> Answer:
    """The answer to a read of one object, with its version as ETag where it has one."""
    return Answer(200, body, {"ETag": etag(row.timestamp)} if row else {})


def changed(call: Call, row: Row, change: Callable[[], object]) -> Answer:
    """Carries a change out and answers 204 with the new ETag. Raises `Refused`, with 412 for an old version."""
    wanted = call.header("if-match")
    if wanted is not None and wanted.strip() not in ("*", etag(row.timestamp), row.timestamp):
        raise bad("The resource was changed after it was read: the ETag does not match.", 412)
    change()
    return Answer(204, None, {"ETag": etag(row.timestamp)})
