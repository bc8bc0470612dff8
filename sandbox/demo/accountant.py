"""The accountant's side of the demo: reads Visma.net ERP directly, as if Handoff did not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from sandbox.local.endpoints import VendorEndpoint

PAGE = 200


@dataclass(frozen=True)
class BookedDocument:
    """A project transactions document as the ERP has it."""

    number: str
    description: str
    status: str
    lines: int
    hours: Decimal
    amount: Decimal


class Accountant:
    """A user of Visma.net ERP's API with the company's own credentials."""

    def __init__(self, erp: VendorEndpoint) -> None:
        credentials = {name: str(value) for name, value in erp.credentials.items() if not isinstance(value, list)}
        form = {"grant_type": "client_credentials", **credentials}
        self._client = httpx.Client(base_url=erp.base_url, timeout=30)
        token = self._client.post(erp.token_url, data=form).raise_for_status().json()["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    def documents(self, period: str) -> list[BookedDocument]:
        """The project transactions of an accounting period (`YYYYMM`), by number."""
        return sorted((self._document(row) for row in self._rows(period)), key=lambda document: document.number)

    def _rows(self, period: str) -> Iterator[dict[str, Any]]:
        number = 1
        while True:
            query: dict[str, str | int] = {
                "fromPeriod": period, "toPeriod": period, "pageNumber": number, "pageSize": PAGE,
            }  # fmt: skip
            rows = self._client.get("/v1/projecttransaction", params=query).raise_for_status().json(parse_float=Decimal)
            yield from rows
            if not rows or number * PAGE >= rows[0]["metadata"]["totalCount"]:
                return
            number += 1

    @staticmethod
    def _document(row: dict[str, Any]) -> BookedDocument:
        return BookedDocument(
            number=row["refNbr"],
            description=row["description"],
            status=row["status"],
            lines=len(row["lines"]),
            hours=sum((Decimal(line["quantity"]) for line in row["lines"]), Decimal(0)),
            amount=sum((Decimal(line["amount"]) for line in row["lines"]), Decimal(0)),
        )
