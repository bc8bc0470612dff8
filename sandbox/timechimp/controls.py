"""Control calls of the TimeChimp stand-in, beyond those of `sandbox.standin`: what a person would do in the product.

POST   /_sandbox/create            {"entity": "customers", "fields": {"name": "Nieuw B.V."}}
POST   /_sandbox/edit              {"entity", "id", "fields"}: these values and no others
POST   /_sandbox/delete            {"entity", "id"}
GET    /_sandbox/rows/{entity}     all rows as v1 answers them, activities with their article
POST   /_sandbox/article           {"task", "guid"}: the accounting article of an activity, null for none
POST   /_sandbox/hours             {"project", "hours", "status", "fields"}: all but project may be left out
POST   /_sandbox/expense           {"project", "rate", "status", "fields"}
POST   /_sandbox/trip              {"project", "distance", "status", "fields"}
POST   /_sandbox/status            {"entity", "ids", "status", "extern": false}: approve is 2, reject -1, write off 4
GET    /_sandbox/uninvoiced        what Finance, Uninvoiced lists
POST   /_sandbox/invoice           {"time", "expenses", "mileage", "projects", "date", "header"}: ids; a concept of them
POST   /_sandbox/edit-invoice      {"invoice", "lines", "header"}
POST   /_sandbox/send-invoice      {"invoice"}; likewise pay-invoice with "paid", credit-invoice and delete-invoice
POST   /_sandbox/settings          any of `Options` but the extra hours, without starting over
POST   /_sandbox/revoke            the keys are deleted, or their maker lost the role
POST   /_sandbox/restore           and made anew; {"token", "api_key"} with others
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sandbox.standin import BadOption
from sandbox.timechimp.access import CREDENTIALS, Access
from sandbox.timechimp.answers import Json
from sandbox.timechimp.people import CannotDo, People
from sandbox.wire import Answer, Call, Handler, NotJson, Route

Doing = Callable[[Json], object]


class Controls:
    """The handlers. `change` sets options of the account as it is."""

    def __init__(self, people: People, access: Access, change: Callable[[Mapping[str, object]], None]) -> None:
        self._people = people
        self._access = access
        self._change = change

    def routes(self) -> list[Route]:
        """All of them."""
        doings: dict[str, Doing] = {
            "create": self._create,
            "edit": self._edit,
            "delete": self._delete,
            "article": lambda body: self._shown("tasks", self._people.set_article(body["task"], body["guid"])),
            "hours": self._hours,
            "expense": self._expense,
            "trip": self._trip,
            "status": self._status,
            "invoice": self._invoice,
            "edit-invoice": self._edit_invoice,
            "send-invoice": lambda body: self._shown("invoices", self._people.send_invoice(body["invoice"])),
            "pay-invoice": self._pay_invoice,
            "credit-invoice": lambda body: self._shown("invoices", self._people.credit_invoice(body["invoice"])),
            "delete-invoice": self._delete_invoice,
            "settings": self._settings,
            "revoke": self._revoke,
            "restore": self._restore,
        }
        return [
            *(Route("POST", f"/_sandbox/{name}", _answering(doing)) for name, doing in doings.items()),
            Route("GET", "/_sandbox/rows/{entity}", self._rows),
            Route("GET", "/_sandbox/uninvoiced", lambda _: Answer(200, {"items": self._people.uninvoiced()})),
        ]

    def _rows(self, call: Call) -> Answer:
        entity = call.ids["entity"]
        try:
            rows = self._people.rows(entity)
        except CannotDo as error:
            return Answer(400, {"message": str(error)})
        more = [{"article": row["_article"]} if entity == "tasks" else {} for row in rows]
        shown = [self._people.shown(entity, row) for row in rows]
        return Answer(200, {"rows": [{**one, **extra} for one, extra in zip(shown, more, strict=True)]})

    def _create(self, body: Json) -> object:
        entity = str(body["entity"])
        return self._shown(entity, self._people.create(entity, **body.get("fields", {})))

    def _edit(self, body: Json) -> object:
        entity = str(body["entity"])
        return self._shown(entity, self._people.edit(entity, body["id"], **body.get("fields", {})))

    def _delete(self, body: Json) -> object:
        self._people.delete(str(body["entity"]), body["id"])
        return {"deleted": body["id"]}

    def _hours(self, body: Json) -> object:
        status, fields = body.get("status", 0), body.get("fields", {})
        row = self._people.log_hours(body["project"], str(body.get("hours", "7.5")), status=status, **fields)
        return self._shown("time", row)

    def _expense(self, body: Json) -> object:
        status, fields = body.get("status", 0), body.get("fields", {})
        row = self._people.log_expense(body["project"], str(body["rate"]), status=status, **fields)
        return self._shown("expenses", row)

    def _trip(self, body: Json) -> object:
        status, fields = body.get("status", 0), body.get("fields", {})
        row = self._people.log_trip(body["project"], str(body["distance"]), status=status, **fields)
        return self._shown("mileage", row)

    def _status(self, body: Json) -> object:
        extern = body.get("extern", False) is True
        self._people.set_status(str(body["entity"]), *body["ids"], status=body["status"], extern=extern)
        return {"changed": len(body["ids"])}

    def _invoice(self, body: Json) -> object:
        on = date.fromisoformat(body["date"]) if "date" in body else None
        items = {name: body.get(name, []) for name in ("time", "expenses", "mileage", "projects")}
        return self._shown("invoices", self._people.make_invoice(**items, on=on, **body.get("header", {})))

    def _edit_invoice(self, body: Json) -> object:
        row = self._people.edit_invoice(body["invoice"], body.get("lines"), **body.get("header", {}))
        return self._shown("invoices", row)

    def _pay_invoice(self, body: Json) -> object:
        row = self._people.pay_invoice(body["invoice"], paid=body.get("paid", True) is True)
        return self._shown("invoices", row)

    def _delete_invoice(self, body: Json) -> object:
        self._people.delete_invoice(body["invoice"])
        return {"deleted": body["invoice"]}

    def _settings(self, body: Json) -> object:
        self._change(body)
        return {"changed": sorted(body)}

    def _revoke(self, _: Json) -> object:
        self._access.revoke()
        return {"revoked": True}

    def _restore(self, body: Json) -> object:
        token, key = body.get("token", CREDENTIALS.token), body.get("api_key", CREDENTIALS.api_key)
        self._access.restore(str(token), str(key))
        return {"restored": True}

    def _shown(self, entity: str, row: Json) -> Json:
        return self._people.shown(entity, row)


def _answering(doing: Doing) -> Handler:
    def answer(call: Call) -> Answer:
        try:
            body = call.json()
            if not isinstance(body, dict):
                return Answer(400, {"message": "the body must be a JSON object"})
            return Answer(200, doing(body))
        except KeyError as error:
            return Answer(400, {"message": f"{error.args[0]} is missing"})
        except (CannotDo, BadOption, NotJson, TypeError, ValueError, ArithmeticError) as error:
            return Answer(400, {"message": str(error)})

    return answer
