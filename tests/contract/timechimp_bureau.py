"""A client of the TimeChimp stand-in in process, with a clock to turn; its people are `people`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sandbox.standin import StandIn
from sandbox.timechimp import CREDENTIALS, TimeChimp, stand_in
from sandbox.wire import from_json, to_json

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)  # later than every change in the stand-in's data
HOST = "https://timechimp.example.test"
Options = Any  # of the stand-in, by name


class TimeChimpBureau:
    """Calls as the whole world may make them: paths that begin with a slash as they are, others below /v1."""

    def __init__(self, **options: Options) -> None:
        self.now = NOON
        self.stand_in: StandIn[TimeChimp] = stand_in(clock=lambda: self.now, **{"limit": 0, **options})
        self.vendor = self.stand_in.vendor
        self.people = self.vendor.people
        self.http = self.client(CREDENTIALS.token)

    def client(self, token: str | None = None, api_key: str | None = CREDENTIALS.api_key) -> httpx.Client:
        sent = {"Authorization": token and f"Bearer {token}", "api-key": api_key}
        headers = {name: value for name, value in sent.items() if value}
        return httpx.Client(transport=self.stand_in.transport(), base_url=HOST, headers=headers)

    def call(self, method: str, path: str, body: object = None, **query: object) -> httpx.Response:
        url = path if path.startswith("/") else f"/v1/{path}"
        sent: dict[str, Any] = {"params": {name: str(value) for name, value in query.items()} or None}
        if body is not None:
            sent |= {"content": to_json(body), "headers": {"Content-Type": "application/json"}}
        return self.http.request(method, url, **sent)

    def get(self, path: str, **query: object) -> Any:
        return self._json(self.call("GET", path, **query), 200)

    def post(self, path: str, body: object = None) -> Any:
        return self._json(self.call("POST", path, body), 200)

    def put(self, path: str, body: object) -> Any:
        return self._json(self.call("PUT", path, body), 200)

    def refusal(self, method: str, path: str, body: object = None, **query: object) -> tuple[int, list[str]]:
        """Status, and the names of the fields that are wrong."""
        response = self.call(method, path, body, **query)
        error = response.json()
        assert error["message"], response.text
        return response.status_code, sorted(error.get("modelState", {}))

    def v2(self, path: str, **options: object) -> list[Any]:
        """The rows of a list of v2; `top` stands for `$top`."""
        return list(self.v2_list(path, **options)["result"])

    def v2_list(self, path: str, **options: object) -> Any:
        return self.get(f"/{path}", **{f"${name}": value for name, value in options.items()})

    def named(self, entity: str, name: str) -> int:
        """The id of what is called so."""
        return int(self.people.named(entity, name)["id"])

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)

    @staticmethod
    def _json(response: httpx.Response, status: int) -> Any:
        assert response.status_code == status, response.text
        return from_json(response.content)
