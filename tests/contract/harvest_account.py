"""A client of the Harvest stand-in in process, with a clock to turn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx

from sandbox.harvest import CREDENTIALS, Harvest, stand_in
from sandbox.standin import StandIn
from sandbox.wire import from_json

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)  # later than every change in the stand-in's data


class Account:
    """A client of the stand-in, with a clock to turn."""

    def __init__(self, **options: object) -> None:
        self.now = NOON
        self.vendor: StandIn[Harvest] = stand_in(clock=lambda: self.now, **{"limit": 0, **options})
        self.http = httpx.Client(
            transport=self.vendor.transport(),
            base_url="https://harvest.example.test",
            headers={
                "Authorization": f"Bearer {CREDENTIALS.personal_token}",
                "Harvest-Account-Id": str(CREDENTIALS.account_id),
                "User-Agent": "Handoff tests (it@example.test)",
            },
        )

    def get(self, path: str, **query: object) -> Any:
        response = self.http.get(f"/v2/{path}", params={name: str(value) for name, value in query.items()})
        assert response.status_code == 200, response.text
        return from_json(response.content)

    def walk(self, path: str, key: str, **query: object) -> list[Any]:
        page, rows = self.get(path, **query), list[Any]()
        while True:
            rows += page[key]
            if page["links"]["next"] is None:
                return rows
            page = from_json(self.http.get(page["links"]["next"]).content)

    def entries(self, **query: object) -> list[Any]:
        return self.walk("time_entries", "time_entries", **query)
