"""Control calls of the Severa stand-in, beyond those of `sandbox.standin`: what a person would do in the product.

POST   /_sandbox/create          {"resource": "customers", "fields": {"name": "Uusi Oy"}}
POST   /_sandbox/edit            {"resource", "guid", "fields"}: without fields the row is just saved
POST   /_sandbox/delete          {"resource", "guid"}
GET    /_sandbox/rows/{resource} all rows as the API answers them, in one piece
POST   /_sandbox/hours           {"project", "user", "hours", "approved", "fields"}: all but project may be left out
POST   /_sandbox/approve         {"guids", "approved": true}
POST   /_sandbox/sales-status    {"project", "status"}: a status's name, or without it the first that is Won
POST   /_sandbox/invoice         {"projects", "date"} makes a draft of all that can be invoiced
POST   /_sandbox/invoice-status  {"invoice", "status"}: a status's name
POST   /_sandbox/credit          {"invoice"}
POST   /_sandbox/settings        any of `Options` but the extra rows, without starting over
POST   /_sandbox/revoke          the customer deletes the credentials
POST   /_sandbox/restore         and makes them anew; {"secret"} with another secret
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sandbox.severa.access import CREDENTIALS, Access
from sandbox.severa.answers import Json
from sandbox.severa.people import CannotDo, People
from sandbox.standin import BadOption
from sandbox.wire import Answer, Call, Handler, NotJson, Route

Doing = Callable[[Json], object]


class Controls:
    """The handlers. `change` sets options of the organisation as it is."""

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
            "hours": self._hours,
            "approve": self._approve,
            "sales-status": self._sales_status,
            "invoice": self._invoice,
            "invoice-status": self._invoice_status,
            "credit": self._credit,
            "settings": self._settings,
            "revoke": self._revoke,
            "restore": self._restore,
        }
        posted = [Route("POST", f"/_sandbox/{name}", _answering(doing)) for name, doing in doings.items()]
        return [*posted, Route("GET", "/_sandbox/rows/{resource}", self._rows)]

    def _rows(self, call: Call) -> Answer:
        try:
            rows = self._people.rows(call.ids["resource"])
        except CannotDo as error:
            return Answer(400, {"message": str(error)})
        return Answer(200, {"rows": [self._people.shown(row) for row in rows]})

    def _create(self, body: Json) -> object:
        return self._people.shown(self._people.create(str(body["resource"]), **body.get("fields", {})))

    def _edit(self, body: Json) -> object:
        return self._people.shown(self._people.edit(str(body["resource"]), str(body["guid"]), **body.get("fields", {})))

    def _delete(self, body: Json) -> object:
        self._people.delete(str(body["resource"]), str(body["guid"]))
        return {"deleted": body["guid"]}

    def _hours(self, body: Json) -> object:
        row = self._people.log_hours(
            str(body["project"]),
            body.get("user"),
            hours=str(body.get("hours", "7.5")),
            approved=body.get("approved") is True,
            **body.get("fields", {}),
        )
        return self._people.shown(row)

    def _approve(self, body: Json) -> object:
        self._people.approve(*body["guids"], approved=body.get("approved", True) is True)
        return {"changed": len(body["guids"])}

    def _sales_status(self, body: Json) -> object:
        project = str(body["project"])
        row = self._people.set_sales_status(project, body["status"]) if "status" in body else self._people.win(project)
        return self._people.shown(row)

    def _invoice(self, body: Json) -> object:
        on = date.fromisoformat(body["date"]) if "date" in body else None
        return self._people.shown(self._people.make_invoice(*body["projects"], on=on))

    def _invoice_status(self, body: Json) -> object:
        return self._people.shown(self._people.set_invoice_status(str(body["invoice"]), str(body["status"])))

    def _credit(self, body: Json) -> object:
        return self._people.shown(self._people.credit(str(body["invoice"])))

    def _settings(self, body: Json) -> object:
        self._change(body)
        return {"changed": sorted(body)}

    def _revoke(self, _: Json) -> object:
        self._access.revoke()
        return {"revoked": True}

    def _restore(self, body: Json) -> object:
        self._access.restore(str(body.get("secret", CREDENTIALS.client_secret)))
        return {"restored": True}


def _answering(doing: Doing) -> Handler:
    def answer(call: Call) -> Answer:
        try:
            body = call.json()
            if not isinstance(body, dict):
                return Answer(400, {"message": "the body must be a JSON object"})
            return Answer(200, doing(body))
        except KeyError as error:
            return Answer(400, {"message": f"{error.args[0]} is missing"})
        except (CannotDo, BadOption, NotJson, TypeError, ValueError) as error:
            return Answer(400, {"message": str(error)})

    return answer
