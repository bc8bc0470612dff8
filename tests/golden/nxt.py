"""Golden cases of Business NXT: the answers of a list and what is read from them, objects and what is written of them.

`vendor.json` and the `answers` of `domain.json` are what the vendor answers, call by call.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from handoff.connectors.business_nxt.adapter import BusinessNxtAdapter
from handoff.connectors.business_nxt.client import NxtClient
from handoff.connectors.http import VendorClient, VendorProfile, open_http
from handoff.domain.pairs import KINDS
from handoff.ports.mirror import Blocked, Change, KeepsObjects, MirrorChoices
from tests.unit.connectors.vendor_fakes import FixedTokens

NOON = datetime(2026, 11, 5, 11, tzinfo=UTC)
CHOICES = MirrorChoices(project_unit=7, blocked={"customers": Blocked(3, 1), "products": Blocked(3, 1)})
_WRITES = re.compile(r"\w+_(?:create|update|delete)")
Json = dict[str, object]


class _Case(msgspec.Struct):
    """Objects to be made, or one to be changed."""

    answers: list[msgspec.Raw]
    create: list[msgspec.Raw] = []
    id: str = ""
    before: msgspec.Raw = msgspec.Raw(b"")
    after: msgspec.Raw = msgspec.Raw(b"")


class _Wire:
    """Answers call by call, and keeps what was written."""

    def __init__(self, answers: list[msgspec.Raw]) -> None:
        self._answers = iter(answers)
        self.written: list[Json] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = msgspec.json.decode(request.content)
        for one in asked if isinstance(asked, list) else [asked]:
            if found := _WRITES.search(one["query"]):
                self.written.append({"writes": found[0], **one["variables"]})
        answer = next(self._answers, msgspec.Raw(b'{"data": {"useCompany": {}}}'))
        return httpx.Response(200, content=bytes(answer))


def read(flow: str, raw: bytes) -> bytes:
    """The page that a list's answers are."""
    wire = _Wire(msgspec.json.decode(raw, type=list[msgspec.Raw]))
    return msgspec.json.encode(_objects(flow, wire).listed(since=None, page=None))


def written(flow: str, raw: bytes) -> bytes:
    """What is written of objects."""
    case = msgspec.json.decode(raw, type=_Case)
    wire, kind = _Wire(case.answers), KINDS[flow]
    objects = _objects(flow, wire)
    if case.create:
        objects.create([msgspec.json.decode(one, type=kind) for one in case.create])
    else:
        before, after = (msgspec.json.decode(one, type=kind) for one in (case.before, case.after))
        objects.update([Change(case.id, before, after)])
    return msgspec.json.encode(wire.written)


def _objects(flow: str, wire: _Wire) -> KeepsObjects[Any]:
    http = open_http(httpx.MockTransport(wire))
    client = NxtClient(VendorClient(VendorProfile("NXT", "https://nxt.example"), FixedTokens(), http), 9112001)
    return BusinessNxtAdapter(client, "9112001", now=lambda: NOON, absence_delay=timedelta()).master_data(CHOICES)[flow]
