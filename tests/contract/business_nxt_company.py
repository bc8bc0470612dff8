"""A client of the Business NXT stand-in in process, with a clock to turn and a mailbox for its webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sandbox.business_nxt import API_PATH, CREDENTIALS, TOKEN_PATH, BusinessNxt, stand_in
from sandbox.deliveries import Delivery
from sandbox.standin import StandIn
from sandbox.wire import from_json, to_json

NOON = datetime(2026, 11, 5, 11, 0, tzinfo=UTC)  # noon where the vendor's servers are
HOOK = "http://127.0.0.1:9/hooks/nxt"
PATIENCE_SECONDS = 10
JSON = {"Content-Type": "application/json"}


class NxtCompany:
    """A client with a token. `received` are the deliveries that arrived, which the receiver answers with `status`."""

    def __init__(self, **options: object) -> None:
        self.now = NOON
        self.status = 202
        self.received: list[Delivery] = []
        self.stand_in: StandIn[BusinessNxt] = stand_in(clock=lambda: self.now, send=self._receive, **options)
        self.vendor = self.stand_in.vendor
        self.http = httpx.Client(transport=self.stand_in.transport(), base_url="https://nxt.example.test")
        self.authorization = self.token()

    def token(self, **changed: str | None) -> str:
        """The `Authorization` of a new token."""
        response = self.ask_for_token(**changed)
        assert response.status_code == 200, response.text
        return f"Bearer {response.json()['access_token']}"

    def ask_for_token(self, **changed: str | None) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": CREDENTIALS.client_id,
            "client_secret": CREDENTIALS.client_secret,
            "scope": CREDENTIALS.scope,
            **changed,
        }
        return self.http.post(TOKEN_PATH, data={name: value for name, value in form.items() if value is not None})

    def post(self, body: object, authorization: str | None = None) -> httpx.Response:
        headers = {**JSON, "Authorization": authorization or self.authorization}
        return self.http.post(API_PATH, content=to_json(body), headers=headers)

    def send(self, query: str, **variables: object) -> Any:
        """The whole answer, data and errors."""
        response = self.post({"query": query, "variables": {"cid": CREDENTIALS.company_no, **variables}})
        assert response.status_code == 200, response.text
        return from_json(response.content)

    def ask(self, fields: str, declared: str = "", **variables: object) -> Any:
        """What the fields under `useCompany` answer; errors fail the test."""
        return self._data(
            self.send(f"query($cid: Int!{declared}) {{ useCompany(no: $cid) {{ {fields} }} }}", **variables)
        )

    def do(self, fields: str, declared: str = "", **variables: object) -> Any:
        """What the changes under `useCompany` answer; errors fail the test."""
        return self._data(self.change(fields, declared, **variables))

    def change(self, fields: str, declared: str = "", **variables: object) -> Any:
        """The whole answer to changes under `useCompany`."""
        return self.send(f"mutation($cid: Int!{declared}) {{ useCompany(no: $cid) {{ {fields} }} }}", **variables)

    def items(self, table: str, fields: str, arguments: str = "") -> list[Any]:
        """The rows of a table."""
        given = f"({arguments})" if arguments else ""
        return list(self.ask(f"{table}{given} {{ items {{ {fields} }} }}")[table]["items"])

    def control(self, name: str, **body: object) -> Any:
        response = self.http.post(f"/_sandbox/{name}", content=to_json(body), headers=JSON)
        assert response.status_code in (200, 201), response.text
        return from_json(response.content)

    def refused_control(self, name: str, **body: object) -> str:
        response = self.http.post(f"/_sandbox/{name}", content=to_json(body), headers=JSON)
        assert response.status_code == 400, response.text
        return str(response.json()["message"])

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)

    def hook(self, *tables: str) -> None:
        for table in tables:
            self.control("webhooks", table=table, url=HOOK)

    def arrived(self) -> list[Any]:
        """The bodies of all webhooks, once no more are on their way."""
        assert self.vendor.webhooks.deliveries.wait_until_idle(PATIENCE_SECONDS)
        return [from_json(delivery.body) for delivery in self.received]

    def close(self) -> None:
        self.http.close()
        self.vendor.close()

    def _receive(self, delivery: Delivery) -> int:
        self.received.append(delivery)
        return self.status

    @staticmethod
    def _data(answer: Mapping[str, Any]) -> Any:
        assert "errors" not in answer, answer["errors"]
        return answer["data"]["useCompany"]


def codes(answer: Mapping[str, Any]) -> list[Any]:
    """The codes of the answer's errors."""
    return [error["extensions"]["code"] for error in answer["errors"]]
