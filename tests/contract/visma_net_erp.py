"""A Visma.net ERP on the desk: the stand-in mounted in process, a clock one can turn, and dull documents to send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sandbox.standin import StandIn
from sandbox.visma_net import TOKEN_PATH, VismaNet, credentials, stand_in
from sandbox.wire import from_json, to_json

NOON = datetime(2026, 10, 28, 11, 0, tzinfo=UTC)  # noon by the server's clock
TRANSACTIONS = "/v1/projecttransaction"
JOURNALS = "/v2/journaltransaction"


class Erp:
    """A client with a token, and the stand-in behind it."""

    def __init__(self, **options: object) -> None:
        self.now = NOON
        self.stand_in: StandIn[VismaNet] = stand_in(lambda: self.now)
        if options:
            self.stand_in.reset(**options)
        self.http = httpx.Client(transport=self.stand_in.transport(), base_url="https://erp.example.test")
        self.connect()

    def later(self, **span: int) -> None:
        """Turns the clock forward."""
        self.now += timedelta(**span)

    def ask_token(self, **changes: str) -> httpx.Response:
        """A token call with the right fields but for the changes."""
        form = {"grant_type": "client_credentials", **credentials(), **changes}
        return self.http.post(TOKEN_PATH, data=form)

    def connect(self, **changes: str) -> None:
        """Fetches a token and uses it from now on."""
        answer = self.ask_token(**changes)
        assert answer.status_code == 200, answer.text
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def get(self, path: str, **query: object) -> httpx.Response:
        """A GET with query parameters."""
        return self.http.get(path, params={name: str(value) for name, value in query.items()})

    def rows(self, path: str, **query: object) -> list[dict[str, Any]]:
        """The elements of a list that answers 200; numbers with a point are decimals."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        rows = from_json(answer.content)
        assert isinstance(rows, list)
        return rows

    def one(self, path: str) -> dict[str, Any]:
        """The object of a read that answers 200."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        body = from_json(answer.content)
        assert isinstance(body, dict)
        return body

    def send(self, method: str, path: str, body: object, **headers: str) -> httpx.Response:
        """A write; underscores in names of headers stand for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.request(
            method, path, content=to_json(body), headers={"Content-Type": "application/json", **named}
        )

    def create(self, path: str, body: object) -> str:
        """Creates something and gives its id, the last segment of `Location`."""
        answer = self.send("POST", path, body)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"].rsplit("/", 1)[1]

    def refusal(self, path: str, body: object, method: str = "POST") -> str:
        """The message of a write that is refused with 400."""
        answer = self.send(method, path, body)
        assert answer.status_code == 400, (answer.status_code, answer.text)
        message = answer.json()["message"]
        assert isinstance(message, str)
        return message

    def do(self, path: str, **body: object) -> httpx.Response:
        """Something done in the ERP's windows."""
        answer = self.http.post(path, json=body)
        assert answer.is_success, answer.text
        return answer


def wrap(**fields: object) -> dict[str, object]:
    """Each field as `{"value": …}`."""
    return {name: {"value": value} for name, value in fields.items()}


def hours(**changes: object) -> dict[str, object]:
    """A line of a project transaction: 7.5 hours at 650 on P1001, task 01; None leaves a field out."""
    line: dict[str, object] = {
        "date": "2026-10-05T00:00:00",
        "project": "P1001",
        "projectTask": "01",
        "employee": "104",
        "inventoryId": "TIMER",
        "uom": "HOUR",
        "quantity": 7.5,
        "unitRate": 650,
        "debitAccount": "4300",
        "debitSubaccount": "10",
        "creditAccount": "5990",
        "creditSubaccount": "10",
    }
    line.update(changes)
    return {"operation": "Insert", **wrap(**{name: value for name, value in line.items() if value is not None})}


def transaction(*lines: object, **header: object) -> dict[str, object]:
    """A project transaction."""
    return {**wrap(**{"description": "Harvest hours", **header}), "lines": list(lines or [hours()])}


def entry(account: str, centre: str = "10", **amounts: object) -> dict[str, object]:
    """A line of a journal transaction."""
    segments = [{"segmentId": 1, "segmentValue": centre}]
    return {"operation": "Insert", "subaccount": segments, **wrap(accountNumber=account, **amounts)}


def journal(*lines: object, **header: object) -> dict[str, object]:
    """A journal transaction of October off hold: accrued revenue against revenue, 1000.50."""
    default = [entry("1530", debitAmountInCurrency=1000.5), entry("3000", creditAmountInCurrency=1000.5)]
    fields = {"transactionDate": "2026-10-31T00:00:00", "financialPeriod": "202610", "hold": False, **header}
    return {**wrap(**fields), "journalTransactionLines": list(lines or default)}
