"""A client of the Severa stand-in in process, with a clock to turn; its people are `people`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sandbox.severa import CREDENTIALS, Severa, stand_in
from sandbox.standin import StandIn
from sandbox.wire import from_json, to_json

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)  # later than every change in the stand-in's data
HOST = "https://severa.example.test"
BASE = "/rest-api/v1"


class SeveraOrganisation:
    """Calls as the whole world may make them; `scope` is what its token was asked for."""

    def __init__(self, scope: str | None = None, **options: object) -> None:
        self.now = NOON
        self.stand_in: StandIn[Severa] = stand_in(clock=lambda: self.now, **{"limit": 0, **options})
        self.vendor = self.stand_in.vendor
        self.people = self.vendor.people
        self.http = httpx.Client(transport=self.stand_in.transport(), base_url=HOST)
        self.token = self.new_token(scope)

    def new_token(self, scope: str | None = None) -> dict[str, Any]:
        answer = self.ask_token(client_id=CREDENTIALS.client_id, client_secret=CREDENTIALS.client_secret, scope=scope)
        assert answer.status_code == 200, answer.text
        token: dict[str, Any] = answer.json()
        return token

    def ask_token(self, **body: object) -> httpx.Response:
        return self.http.post(f"{BASE}/token", json=body)

    def headers(self, **changed: str | None) -> dict[str, str]:
        sent = {"Authorization": f"Bearer {self.token['access_token']}", "Client_Id": CREDENTIALS.client_id, **changed}
        return {name: value for name, value in sent.items() if value is not None}

    def call(self, method: str, path: str, body: object = None, **query: object) -> httpx.Response:
        url = path if path.startswith("/") else f"{BASE}/{path}"
        content = to_json(body) if body is not None else None
        headers = {**self.headers(), "Content-Type": "application/json"}
        return self.http.request(
            method, url, params=httpx.QueryParams(_params(query)), content=content, headers=headers
        )

    def get(self, path: str, **query: object) -> Any:
        return self.json(self.call("GET", path, **query), 200)

    def rows(self, path: str, **query: object) -> list[Any]:
        """The whole list, page by page where it is paged by token."""
        found: list[Any] = []
        more: dict[str, object] = {}
        while True:
            answer = self.call("GET", path, **{"rowCount": 100, **query, **more})
            found += self.json(answer, 200)
            if "nextpagetoken" not in answer.headers:
                return found
            more = {"pageToken": answer.headers["nextpagetoken"]}

    def row(self, path: str, **query: object) -> Any:
        """The one row of the list."""
        (found,) = self.rows(path, **query)
        return found

    def named(self, path: str, name: str) -> Any:
        """The row of the list that has the name."""
        return next(row for row in self.rows(path) if row["name"] == name)

    def post(self, path: str, body: object) -> Any:
        return self.json(self.call("POST", path, body), 201)

    def patch(self, path: str, **values: object) -> Any:
        """The one row in the array that a patch answers; names stand for pointers, `customer__guid` for a deeper one."""
        (row,) = self.get_patched(path, **values)
        return row

    def get_patched(self, path: str, **values: object) -> Any:
        return self.json(self.call("PATCH", path, operations(**values)), 200)

    def delete(self, path: str) -> None:
        assert self.call("DELETE", path).status_code == 204

    def refusal(self, method: str, path: str, body: object = None, **query: object) -> tuple[int, str, str | None]:
        """Status, type and the field that the error names."""
        error = self._error(self.call(method, path, body, **query))
        (detail,) = error["details"]
        return error["httpStatusCode"], error["type"], detail["location"] and detail["location"]["name"]

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)

    @staticmethod
    def json(response: httpx.Response, status: int) -> Any:
        assert response.status_code == status, response.text
        return from_json(response.content)

    @staticmethod
    def _error(response: httpx.Response) -> dict[str, Any]:
        error: dict[str, Any] = response.json()["error"]
        assert error["httpStatusCode"] == response.status_code
        assert set(error) == {"httpStatusCode", "type", "details", "stack"}
        return error


def operations(**values: object) -> list[dict[str, object]]:
    """A JSON Patch that replaces the values."""
    return [{"op": "replace", "path": f"/{name.replace('__', '/')}", "value": value} for name, value in values.items()]


def reference(row: Mapping[str, Any]) -> dict[str, str]:
    """How a write refers to the row."""
    return {"guid": row["guid"]}


def _params(query: Mapping[str, object]) -> list[tuple[str, str | int | float | bool | None]]:
    """Lists as repeated parameters, flags as true and false."""
    values = [(name, value if isinstance(value, list) else [value]) for name, value in query.items()]
    return [
        (name, str(one).lower() if isinstance(one, bool) else str(one)) for name, several in values for one in several
    ]
