"""A client of the Moment stand-in in process, with a clock to turn and a mailbox for its webhooks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sandbox.deliveries import Delivery
from sandbox.moment import CREDENTIALS, Moment, stand_in
from sandbox.standin import StandIn
from sandbox.wire import from_json, to_json

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)  # later than every change in the stand-in's data
HOOK = "http://127.0.0.1:9/hooks/"
PATIENCE_SECONDS = 10


class MomentCompany:
    """A client of the stand-in. `received` are the bodies of webhooks, which the receiver answers with `status`."""

    def __init__(self, **options: object) -> None:
        self.now = NOON
        self.status = 204
        self.received: list[Any] = []
        self.addresses: list[str] = []
        self.stand_in: StandIn[Moment] = stand_in(clock=lambda: self.now, send=self._receive, **options)
        self.vendor = self.stand_in.vendor
        self.http = self.client()

    def client(self, key: str = CREDENTIALS.api_key, user: str = "apikey") -> httpx.Client:
        return httpx.Client(
            transport=self.stand_in.transport(), base_url="https://moment.example.test", auth=(user, key)
        )

    def call(self, method: str, path: str, body: object = None, **query: object) -> httpx.Response:
        sent = {"content": to_json(body), "headers": {"Content-Type": "application/json"}} if body is not None else {}
        params = {name: str(value) for name, value in query.items()}
        url = path if path.startswith("/") else f"/api/1.0/companies/{CREDENTIALS.company}/{path}"
        return self.http.request(method, url, params=params or None, **sent)  # type: ignore[arg-type]  # both are kwargs

    def get(self, path: str, **query: object) -> Any:
        return self._json(self.call("GET", path, **query), 200)

    def rows(self, path: str, **query: object) -> list[Any]:
        return list(self.get(path, **{"size": 500, **query})["content"])

    def post(self, path: str, body: object) -> Any:
        return self._json(self.call("POST", path, body), 201)

    def put(self, path: str, body: object) -> Any:
        return self._json(self.call("PUT", path, body), 200)

    def refusal(self, method: str, path: str, body: object = None, **query: object) -> tuple[int, str]:
        response = self.call(method, path, body, **query)
        assert response.headers["content-type"].startswith("text/plain"), response.text
        return response.status_code, response.text

    def hook(self, *kinds: str) -> None:
        for kind in kinds:
            assert self.call("POST", "/_sandbox/webhooks", {"type": kind, "url": f"{HOOK}{kind}"}).status_code == 201

    def arrived(self) -> list[Any]:
        """The bodies of all webhooks, once no more are on their way."""
        assert self.vendor.deliveries.wait_until_idle(PATIENCE_SECONDS)
        return list(self.received)

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)

    def close(self) -> None:
        self.http.close()
        self.vendor.close()

    def _receive(self, delivery: Delivery) -> int:
        assert delivery.content_type == "application/json"
        self.received.append(from_json(delivery.body))
        self.addresses.append(delivery.url)
        return self.status

    @staticmethod
    def _json(response: httpx.Response, status: int) -> Any:
        assert response.status_code == status, response.text
        return from_json(response.content)
