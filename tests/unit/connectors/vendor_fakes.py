"""What connectors meet in unit tests: a scripted wire, a grant store, tokens that are just there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import httpx

from handoff.connectors.http import VendorClient, VendorProfile, open_http
from handoff.connectors.keys import FixedAccess, Tokens
from handoff.domain.errors import Stale
from handoff.domain.grants import Grant, Secret, StoredGrant

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
BASE = "https://vendor.example"
TOKEN_URL = "https://id.vendor.example/token"

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Wire(httpx.BaseTransport):
    """Answers what the script says, in order, the last answer for ever; keeps all requests."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def sent(self, header: str) -> Sequence[str | None]:
        """The header's value of every request."""
        return [request.headers.get(header) for request in self.requests]


class FixedTokens:
    """Hands out tokens by number and says which were refused."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def current(self) -> Secret:
        return Secret("token-1")

    def renewed(self, used: Secret) -> Secret:
        self.refused.append(used.reveal())
        return Secret("token-2")


class FakeGrantStore:
    """One grant with its revision; `before_save` lets somebody else be faster."""

    def __init__(self, grant: Grant) -> None:
        self.stored = StoredGrant(grant, 1)
        self.log: list[str] = []
        self.before_save: list[Callable[[], None]] = []

    def load(self) -> StoredGrant:
        self.log.append("load")
        return self.stored

    def save(self, grant: Grant, revision: int) -> int:
        if self.before_save:
            self.before_save.pop(0)()
        if revision != self.stored.revision:
            self.log.append("stale")
            raise Stale("the grant has changed since")
        self.log.append("save")
        self.stored = StoredGrant(grant, revision + 1)
        return revision + 1

    def replace(self, grant: Grant) -> None:
        """Somebody else writes."""
        self.stored = StoredGrant(grant, self.stored.revision + 1)


def a_client(
    wire: httpx.BaseTransport,
    *,
    tokens: FixedAccess | Tokens | None = None,
    headers: Mapping[str, str] | None = None,
    refuses_access: Callable[[str], bool] = lambda _: False,
) -> VendorClient:
    """A client of a vendor whose wire is scripted."""
    profile = VendorProfile("Vendor", BASE, headers or {}, refuses_access)
    return VendorClient(profile, tokens or FixedTokens(), open_http(wire))
