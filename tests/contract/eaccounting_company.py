"""A client of the eAccounting stand-in in process, for one company, with a clock to turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from sandbox.eaccounting import CREDENTIALS, SCOPES, Application, EAccounting, People, stand_in
from sandbox.standin import StandIn
from sandbox.wire import from_json, to_json

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)  # later than every change in the stand-in's data
HOST = "https://eaccounting.example.test"


class EAccountingCompany:
    """Calls as the whole world may make them, into the company at the place."""

    def __init__(self, place: int = 0, *, house: EAccountingCompany | None = None, **options: object) -> None:
        self.now = NOON
        clock = house.clock if house is not None else self.clock
        self.stand_in: StandIn[EAccounting] = (
            house.stand_in if house is not None else stand_in(clock=clock, **{"limit": 0, **options})
        )
        self.vendor = self.stand_in.vendor
        self.place = place
        self.http = httpx.Client(transport=self.stand_in.transport(), base_url=HOST)
        self.tokens = self.vendor.connect(place)

    def clock(self) -> datetime:
        return self.now

    @property
    def people(self) -> People:
        return self.vendor.people_of(self.place)

    def with_scopes(self, *scopes: str, client: Application = CREDENTIALS) -> EAccountingCompany:
        card = self.vendor.house.card(self.place)
        self.tokens = self.vendor.identity.connect(card.identifier, card.person, scopes or SCOPES[:5], client)
        return self

    def call(self, method: str, path: str, body: object = None, **query: object) -> httpx.Response:
        params = {
            _param(name): str(value).lower() if isinstance(value, bool) else str(value) for name, value in query.items()
        }
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}", "Content-Type": "application/json"}
        content = to_json(body) if body is not None else None
        return self.http.request(method, f"/v2/{path}", params=params, content=content, headers=headers)

    def get(self, path: str, **query: object) -> Any:
        return self.json(self.call("GET", path, **query), 200)

    def rows(self, path: str, **query: object) -> list[Any]:
        """One large page of the list; `filter` and its like stand for `$filter`."""
        found: list[Any] = self.get(path, **{"pagesize": 1000, **query})["Data"]
        return found

    def row(self, path: str, **query: object) -> Any:
        (found,) = self.rows(path, **query)
        return found

    def named(self, path: str, value: str, name: str = "Number") -> Any:
        """The row whose number, or other property, is the value."""
        return next(row for row in self.rows(path) if row[name] == value)

    def customer(self, number: str = "10001") -> Any:
        return self.named("customers", number, "CustomerNumber")

    def post(self, path: str, body: object = None, **query: object) -> Any:
        return self.json(self.call("POST", path, {} if body is None else body, **query), 201)

    def put(self, path: str, body: object) -> Any:
        return self.json(self.call("PUT", path, body), 200)

    def delete(self, path: str) -> None:
        assert self.call("DELETE", path).status_code == 204

    def refusal(self, method: str, path: str, body: object = None, **query: object) -> tuple[int, int]:
        """Status and error code."""
        answer = self.call(method, path, body, **query)
        error = answer.json()
        assert set(error) == {"ErrorCode", "DeveloperErrorMessage", "ErrorId"}, answer.text
        return answer.status_code, error["ErrorCode"]

    def said(self, method: str, path: str, body: object = None, **query: object) -> str:
        """The text of the error."""
        return str(self.call(method, path, body, **query).json()["DeveloperErrorMessage"])

    def voucher_of(self, invoice: Mapping[str, Any]) -> Any:
        """The voucher of an invoice of the present year."""
        return self.get(f"vouchers/{self.rows('fiscalyears')[-1]['Id']}/{invoice['VoucherId']}")

    def control(self, name: str, **body: object) -> httpx.Response:
        return self.http.post(f"/_sandbox/{name}", content=to_json({"company": self.place, **body}))

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)

    # what is sent

    def new_customer(self, **changed: object) -> dict[str, Any]:
        body = {
            "Name": "Nieuw Begin BV",
            "InvoiceCity": "Delft",
            "InvoicePostalCode": "2611 AA",
            "TermsOfPaymentId": self.rows("termsofpayments")[0]["Id"],
            "IsPrivatePerson": False,
            "IsActive": True,
        }
        return _without_none({**body, **changed})

    def line(self, article: str = "A100", **changed: object) -> dict[str, Any]:
        """A row of a draft or an invoice."""
        row = {"ArticleId": self.named("articles", article)["Id"], "Quantity": 1, "UnitPrice": Decimal("100.00")}
        return _without_none({**row, "IsTextRow": False, "ReversedConstructionServicesVatFree": False, **changed})

    def sale(self, *rows: Mapping[str, Any], customer: str = "10001", **changed: object) -> dict[str, Any]:
        """A draft or an invoice."""
        head = {"CustomerId": self.customer(customer)["Id"], "EuThirdParty": False, "RotReducedInvoicingType": 0}
        return _without_none({**head, "Rows": list(rows) or [self.line()], **changed})

    def voucher(self, *rows: Mapping[str, Any], **changed: object) -> dict[str, Any]:
        plain = (entry(4500, debit="120.00"), entry(1100, credit="120.00"))
        body = {"VoucherDate": "2026-11-02", "VoucherText": "Kantoor", "Rows": list(rows or plain)}
        return _without_none({**body, **changed})

    @staticmethod
    def json(response: httpx.Response, status: int) -> Any:
        assert response.status_code == status, response.text
        return from_json(response.content)


def entry(account: int, *, debit: str = "0", credit: str = "0", **more: object) -> dict[str, Any]:
    """A row of a voucher."""
    return {"AccountNumber": account, "DebitAmount": Decimal(debit), "CreditAmount": Decimal(credit), **more}


def _param(name: str) -> str:
    return f"${name}" if name in ("filter", "orderby", "select", "page", "pagesize") else name


def _without_none(body: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}
