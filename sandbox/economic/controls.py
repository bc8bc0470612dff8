"""Control calls of this stand-in, beyond those of `sandbox.standin`.

POST   /_sandbox/supplier-invoice  {"amount","account","project","costType","date","text","attachment": true, …}
POST   /_sandbox/payment           {"customerInvoiceNumber","amount"}
POST   /_sandbox/draft             {"journal","amount","text","date"}: one of somebody else
POST   /_sandbox/move-draft        {"entryNumber","journal"}
POST   /_sandbox/delete-draft      {"entryNumber"}
POST   /_sandbox/journal           {"journal","lowest","highest","restrictedTo": "financeVoucher" or null}
POST   /_sandbox/book              {"journal"}: all that is in it
POST   /_sandbox/customer          {"customerNumber", "renumberTo" | "delete": true | "changes": {"barred": true}}
POST   /_sandbox/project           {"number","changes": {"isBarred": true}}
POST   /_sandbox/close             {"year","period","closed": true}
POST   /_sandbox/settings          any of `Options`, without starting over
POST   /_sandbox/revoke            the customer takes the app away: all grants end
POST   /_sandbox/webhooks          {"type","url","data","contentType","headers"}; GET lists, DELETE clears
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.economic.formats import Json
from sandbox.economic.ledger import CannotBook
from sandbox.economic.people import CannotDo, People
from sandbox.economic.webhooks import EVENT_TYPES, FORM, Webhooks
from sandbox.standin import BadOption
from sandbox.wire import Answer, Call, Handler, Route

Doing = Callable[[Json], Mapping[str, object]]


class Controls:
    """The control calls. `people`, `change` and `revoke` are the vendor's."""

    def __init__(
        self,
        people: Callable[[], People],
        webhooks: Webhooks,
        change: Callable[[Mapping[str, object]], None],
        revoke: Callable[[], None],
    ) -> None:
        self._people = people
        self._webhooks = webhooks
        self._change = change
        self._revoke = revoke

    def routes(self) -> list[Route]:
        """All of them."""
        doings: dict[str, Doing] = {
            "supplier-invoice": self._supplier_invoice,
            "payment": self._payment,
            "draft": self._draft,
            "move-draft": self._move_draft,
            "delete-draft": self._delete_draft,
            "book": self._book,
            "journal": self._journal,
            "customer": self._customer,
            "project": self._project,
            "close": self._close,
            "settings": self._settings,
            "revoke": self._revoked,
            "webhooks": self._webhook,
        }
        return [
            *(Route("POST", f"/_sandbox/{name}", _answering(doing)) for name, doing in doings.items()),
            Route("GET", "/_sandbox/webhooks", lambda _: Answer(200, {"webhooks": self._webhooks.shown()})),
            Route("DELETE", "/_sandbox/webhooks", lambda _: Answer(200, {"cleared": self._webhooks.clear()})),
            *self._webhooks.deliveries.routes(),
        ]

    def _supplier_invoice(self, body: Json) -> Json:
        names = {
            "account": "account",
            "project": "project",
            "costType": "cost_type",
            "text": "text",
            "supplier": "supplier",
            "invoiceNumber": "invoice_number",
            "vatCode": "vat_code",
            "attachment": "attachment",
        }
        values: dict[str, Any] = {names[name]: value for name, value in body.items() if name in names}
        lines = self._people().book_supplier_invoice(
            amount=Decimal(str(body.get("amount", "1250.00"))), on=_day(body), **values
        )
        return {"voucherNumber": lines[0].voucher, "entryNumbers": [line.entry for line in lines]}

    def _payment(self, body: Json) -> Json:
        left = self._people().pay(int(body["customerInvoiceNumber"]), Decimal(str(body["amount"])), _day(body))
        return {"remainder": left}

    def _draft(self, body: Json) -> Json:
        draft = self._people().leave_draft(
            int(body.get("journal", 1)),
            amount=Decimal(str(body.get("amount", "100.00"))),
            text=str(body.get("text", "Kladde")),
            on=_day(body),
        )
        return {"entryNumber": draft.entry, "voucherNumber": draft.voucher}

    def _move_draft(self, body: Json) -> Json:
        draft = self._people().move_draft(int(body["entryNumber"]), int(body["journal"]))
        return {"entryNumber": draft.entry, "voucherNumber": draft.voucher}

    def _delete_draft(self, body: Json) -> Json:
        self._people().delete_draft(int(body["entryNumber"]))
        return {"deleted": body["entryNumber"]}

    def _book(self, body: Json) -> Json:
        return {"bookedEntries": self._people().book_journal(int(body.get("journal", 1)))}

    def _journal(self, body: Json) -> Json:
        lowest, highest = int(body["lowest"]), int(body["highest"])
        self._people().edit_journal(int(body["journal"]), lowest, highest, body.get("restrictedTo"))
        return {"journal": body["journal"]}

    def _customer(self, body: Json) -> Json:
        number = int(body["customerNumber"])
        if "renumberTo" in body:
            self._people().renumber_customer(number, int(body["renumberTo"]))
        elif body.get("delete") is True:
            self._people().delete_customer(number)
        else:
            self._people().edit_customer(number, **body["changes"])
        return {"customerNumber": body.get("renumberTo", number)}

    def _project(self, body: Json) -> Json:
        self._people().edit_project(int(body["number"]), **body["changes"])
        return {"number": body["number"]}

    def _close(self, body: Json) -> Json:
        closed = body.get("closed", True) is True
        self._people().close(str(body["year"]), body.get("period"), closed=closed)
        return {"closed": closed}

    def _settings(self, body: Json) -> Json:
        self._change(body)
        return {"changed": sorted(body)}

    def _revoked(self, _: Json) -> Json:
        self._revoke()
        return {"revoked": True}

    def _webhook(self, body: Json) -> Json:
        kind = str(body["type"])
        if kind not in EVENT_TYPES:
            raise CannotDo(f"type must be one of {', '.join(EVENT_TYPES)}")
        hook = self._webhooks.add(
            kind,
            str(body["url"]),
            body.get("data"),
            name=str(body.get("name", "")),
            content_type=str(body.get("contentType", FORM)),
            headers=body.get("headers"),
        )
        return {"number": hook.number}


def _answering(doing: Doing) -> Handler:
    def answer(call: Call) -> Answer:
        body = call.json()
        if not isinstance(body, dict):
            return Answer(400, {"message": "the body must be a JSON object"})
        try:
            return Answer(200, dict(doing(body)))
        except KeyError as error:
            return Answer(400, {"message": f"{error.args[0]} is missing or unknown"})
        except (CannotDo, CannotBook, BadOption, TypeError, ValueError, InvalidOperation) as error:
            return Answer(400, {"message": str(error)})

    return answer


def _day(body: Json) -> date | None:
    return date.fromisoformat(str(body["date"])) if "date" in body else None
