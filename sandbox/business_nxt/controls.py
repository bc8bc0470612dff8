"""Control calls of the Business NXT stand-in: what people do in the ERP, and what goes wrong inside of requests.

    POST /_sandbox/add               {"table", "fields"}: a person enters a row
    POST /_sandbox/edit              {"table", "key", "changes"}: a person changes one; a group field blocks it
    POST /_sandbox/delete            {"table", "key"}: a person deletes one, an order with its lines
    POST /_sandbox/finish-order      {"orderNo"}
    POST /_sandbox/invoice-order     {"orderNo"}: finished if need be, invoiced; answers the invoice's number
    POST /_sandbox/payment           {"invoiceNo", "amount", "date"}; without an amount all that is open
    POST /_sandbox/credit-note       {"invoiceNo", "amount", "date"}; likewise
    POST /_sandbox/supplier-invoice  {"net", "supplierNo", "account", "dimensions": {"orgUnit2": 1001}, "text", …}
    POST /_sandbox/interest          open entries that were settled late are open no more
    POST /_sandbox/settings          any of `Options`, without starting over
    POST /_sandbox/access            {"allowed": false, "client_id"}: a company shows an application out, or lets it in
    POST /_sandbox/revoke            the application is withdrawn at Visma Connect
    POST /_sandbox/busy              {"requests": 60}: so many slots are taken by requests that got lost
    POST /_sandbox/mishaps           {"operation": "order_create", "kind": "timeout", "done": true, …}; DELETE clears
    POST /_sandbox/webhooks          {"table", "url", "key"}; GET lists, DELETE clears

All of them take {"company"}, which is Vintergran's when it is not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from sandbox.business_nxt.access import COMPANY_NO, CREDENTIALS
from sandbox.business_nxt.failures import CannotAssign, CannotSave
from sandbox.business_nxt.webhooks import SIGNATURE_KEY
from sandbox.standin import BadOption
from sandbox.wire import Answer, Call, Handler, Route

if TYPE_CHECKING:
    from sandbox.business_nxt.vendor import BusinessNxt

Json = dict[str, Any]
Doing = Callable[[int, Json], Mapping[str, object]]
_INVOICE_NAMES = {
    "net": "net",
    "supplierNo": "supplier_no",
    "account": "account",
    "dimensions": "dimensions",
    "text": "text",
    "invoiceNo": "invoice_no",
    "orderNo": "order_no",
}


class Controls:
    """The control calls of the vendor."""

    def __init__(self, vendor: BusinessNxt) -> None:
        self._vendor = vendor

    def routes(self) -> list[Route]:
        """All of them."""
        doings: dict[str, Doing] = {
            "add": self._add,
            "edit": self._edit,
            "delete": self._delete,
            "finish-order": self._finish,
            "invoice-order": self._invoice,
            "payment": self._payment,
            "credit-note": self._credit,
            "supplier-invoice": self._supplier_invoice,
            "interest": self._interest,
            "settings": self._settings,
            "access": self._access,
            "revoke": self._revoke,
            "busy": self._busy,
            "mishaps": self._mishap,
            "webhooks": self._webhook,
        }
        hooks = self._vendor.webhooks
        return [
            *(Route("POST", f"/_sandbox/{name}", _answering(doing)) for name, doing in doings.items()),
            Route(
                "DELETE", "/_sandbox/mishaps", lambda _: Answer(200, {"cleared": self._vendor.house.mishaps.clear()})
            ),
            Route("GET", "/_sandbox/webhooks", self._webhooks),
            Route("DELETE", "/_sandbox/webhooks", lambda _: Answer(200, {"cleared": hooks.clear()})),
            *hooks.deliveries.routes(),
        ]

    def _add(self, company: int, body: Json) -> Json:
        row = self._vendor.people_of(company).add(str(body["table"]), **body["fields"])
        return {"row": row}

    def _edit(self, company: int, body: Json) -> Json:
        row = self._vendor.people_of(company).edit(str(body["table"]), body["key"], **body["changes"])
        return {"row": row}

    def _delete(self, company: int, body: Json) -> Json:
        self._vendor.people_of(company).delete(str(body["table"]), body["key"])
        return {"deleted": body["key"]}

    def _finish(self, company: int, body: Json) -> Json:
        self._vendor.people_of(company).finish_order(int(body["orderNo"]))
        return {"orderNo": body["orderNo"]}

    def _invoice(self, company: int, body: Json) -> Json:
        return {"invoiceNo": self._vendor.people_of(company).invoice_order(int(body["orderNo"]))}

    def _payment(self, company: int, body: Json) -> Json:
        people = self._vendor.people_of(company)
        return {"outstanding": people.pay(str(body["invoiceNo"]), _amount(body), _day(body))}

    def _credit(self, company: int, body: Json) -> Json:
        people = self._vendor.people_of(company)
        return {"outstanding": people.credit(str(body["invoiceNo"]), _amount(body), _day(body))}

    def _supplier_invoice(self, company: int, body: Json) -> Json:
        values: Json = {_INVOICE_NAMES[name]: value for name, value in body.items() if name in _INVOICE_NAMES}
        return {"row": self._vendor.people_of(company).book_supplier_invoice(on=_day(body), **values)}

    def _interest(self, company: int, _: Json) -> Json:
        return {"entries": self._vendor.people_of(company).calculate_interest()}

    def _settings(self, _: int, body: Json) -> Json:
        wanted = {name: value for name, value in body.items() if name != "company"}
        self._vendor.change(wanted)
        return {"changed": sorted(wanted)}

    def _access(self, company: int, body: Json) -> Json:
        self._vendor.company_of(company)
        client_id, allowed = str(body.get("client_id", CREDENTIALS.client_id)), body["allowed"] is True
        self._vendor.house.admissions.set(client_id, company, allowed=allowed)
        return {"client_id": client_id, "allowed": allowed}

    def _revoke(self, _: int, __: Json) -> Json:
        self._vendor.revoke()
        return {"revoked": True}

    def _busy(self, company: int, body: Json) -> Json:
        self._vendor.house.slots.lose(company, int(body["requests"]))
        return {"requests": body["requests"]}

    def _mishap(self, _: int, body: Json) -> Json:
        mishap = self._vendor.house.mishaps.add({name: value for name, value in body.items() if name != "company"})
        return {"operation": mishap.operation, "times": mishap.left}

    def _clear_mishaps(self, _: Call) -> Answer:
        return Answer(200, {"cleared": self._vendor.house.mishaps.clear()})

    def _webhook(self, company: int, body: Json) -> Json:
        key = str(body.get("key", SIGNATURE_KEY))
        return self._vendor.webhooks.subscribe(company, str(body["table"]), str(body["url"]), key).shown()

    def _webhooks(self, _: Call) -> Answer:
        return Answer(200, {"webhooks": [one.shown() for one in self._vendor.webhooks.subscriptions]})


def _answering(doing: Doing) -> Handler:
    def answer(call: Call) -> Answer:
        body = call.json()
        if not isinstance(body, dict):
            return Answer(400, {"message": "the body must be a JSON object"})
        try:
            return Answer(200, dict(doing(int(body.get("company", COMPANY_NO)), body)))
        except KeyError as error:
            return Answer(400, {"message": f"{error.args[0]} is missing"})
        except (CannotAssign, CannotSave, BadOption, TypeError, ValueError, InvalidOperation) as error:
            return Answer(400, {"message": str(error)})

    return answer


def _amount(body: Json) -> Decimal | None:
    return Decimal(str(body["amount"])) if "amount" in body else None


def _day(body: Json) -> date | None:
    return date.fromisoformat(str(body["date"])) if "date" in body else None
