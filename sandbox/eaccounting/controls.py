"""Control calls of the eAccounting stand-in, beyond those of `sandbox.standin`: what a person would do in the product.

Each takes `"company"`, the place of the company from 0; without it the first is meant.

POST   /_sandbox/connect         {"person", "scopes"}: tokens without a browser
POST   /_sandbox/password        {"person"}: the person changes the password, refresh tokens are void
POST   /_sandbox/withdraw        no token of the company works any more
POST   /_sandbox/create          {"resource": "customers", "fields": {"Name": "Nieuw BV"}}
POST   /_sandbox/edit            {"resource", "key", "fields"}; a key is an id or a number
POST   /_sandbox/delete          {"resource", "key"}
POST   /_sandbox/pay             {"invoice", "amount", "date"}: all that remains, today, unless said otherwise
POST   /_sandbox/pay-ledger-item {"key", "amount"}
POST   /_sandbox/void            {"invoice"}
POST   /_sandbox/convert         {"draft"}
POST   /_sandbox/convert-voucher {"draft"}
POST   /_sandbox/lock-year       {"year", "locked": true}
POST   /_sandbox/lock-to         {"year", "month"}
POST   /_sandbox/close-series    {"series", "closed": true}
POST   /_sandbox/plan            {"plan": "Solo"}
POST   /_sandbox/company         {"status": "active", "started": true, "hasModule": true}
POST   /_sandbox/company-settings {"fields": {"DomesticCurrencyRounding": 1}}
POST   /_sandbox/account         {"number", "fields": {"IsCostCenterAllowed": false}}
POST   /_sandbox/settings        any of `Options` but those of the start, without starting over
GET    /_sandbox/companies       ids, names and persons
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sandbox.eaccounting.answers import Json
from sandbox.eaccounting.fields import stamp_text
from sandbox.eaccounting.house import House
from sandbox.eaccounting.identity import SCOPES, Identity
from sandbox.eaccounting.people import CannotDo, People
from sandbox.standin import BadOption
from sandbox.wire import Answer, Call, Handler, NotJson, Refused, Route

Doing = Callable[[People, Json], object]


class Controls:
    """The handlers. `change` sets options of all companies as they are."""

    def __init__(self, house: House, identity: Identity, change: Callable[[Mapping[str, object]], None]) -> None:
        self._house = house
        self._identity = identity
        self._change = change

    def routes(self) -> list[Route]:
        """All of them."""
        doings: dict[str, Doing] = {
            "connect": self._connect,
            "password": lambda _, body: self._identity.change_password(str(body["person"])),
            "withdraw": lambda people, _: self._identity.withdraw(people.company.card.identifier),
            "settings": lambda _, body: self._change(body),
            **_DOINGS,
        }
        posted = [Route("POST", f"/_sandbox/{name}", self._answering(doing)) for name, doing in doings.items()]
        return [*posted, Route("GET", "/_sandbox/companies", self._companies)]

    def _connect(self, people: People, body: Json) -> object:
        card = people.company.card
        scopes = tuple(body.get("scopes", SCOPES[:5]))
        return self._identity.connect(card.identifier, str(body.get("person", card.person)), scopes)

    def _companies(self, _: Call) -> Answer:
        rows = [self._house.card(place) for place in range(len(self._house.identifiers))]
        shown = [{"id": one.identifier, "name": one.name, "person": one.person} for one in rows]
        return Answer(200, {"companies": shown})

    def _answering(self, doing: Doing) -> Handler:
        def answer(call: Call) -> Answer:
            try:
                body = call.json()
                if not isinstance(body, dict):
                    return Answer(400, {"message": "the body must be a JSON object"})
                people = People(self._house.at(int(body.pop("company", 0))))
                return Answer(200, _plain(doing(people, body)))
            except KeyError as error:
                return Answer(400, {"message": f"{error.args[0]} is missing or unknown"})
            except (CannotDo, BadOption, NotJson, TypeError, ValueError, ArithmeticError, IndexError) as error:
                return Answer(400, {"message": str(error)})
            except Refused as refused:
                return refused.answer

        return answer


def _amount(body: Json) -> str | None:
    return str(body["amount"]) if "amount" in body else None


def _flag(body: Json, name: str) -> bool:
    return body.get(name, True) is True


def _paid(people: People, body: Json) -> object:
    on = date.fromisoformat(str(body["date"])) if "date" in body else None
    return people.pay(str(body["invoice"]), _amount(body), on=on)


def _company(people: People, body: Json) -> object:
    status = str(body.get("status", "active"))
    people.set_company(status=status, started=_flag(body, "started"), has_module=_flag(body, "hasModule"))
    return None


_DOINGS: dict[str, Doing] = {
    "create": lambda people, body: people.create(str(body["resource"]), **body.get("fields", {})),
    "edit": lambda people, body: people.edit(str(body["resource"]), str(body["key"]), **body.get("fields", {})),
    "delete": lambda people, body: people.delete(str(body["resource"]), str(body["key"])),
    "pay": _paid,
    "pay-ledger-item": lambda people, body: people.pay_ledger_item(str(body["key"]), _amount(body)),
    "void": lambda people, body: people.void(str(body["invoice"])),
    "convert": lambda people, body: people.convert(str(body["draft"])),
    "convert-voucher": lambda people, body: people.convert_voucher(str(body["draft"])),
    "lock-year": lambda people, body: people.lock_year(int(body["year"]), locked=_flag(body, "locked")),
    "lock-to": lambda people, body: people.lock_to(int(body["year"]), int(body["month"])),
    "close-series": lambda people, body: people.close_series(str(body["series"]), closed=_flag(body, "closed")),
    "plan": lambda people, body: people.change_plan(str(body["plan"])),
    "company": _company,
    "company-settings": lambda people, body: people.change_settings(**body["fields"]),
    "account": lambda people, body: people.change_account(int(body["number"]), **body["fields"]),
}


def _plain(done: object) -> object:
    """What was done, as far as it is a row; its days and stamps as texts."""
    if not isinstance(done, dict):
        return {"done": True}
    return {name: _text(value) for name, value in done.items()}


def _text(value: object) -> object:
    if isinstance(value, dict):
        return _plain(value)
    if isinstance(value, list):
        return [_text(one) for one in value]
    if isinstance(value, datetime):
        return stamp_text(value)
    return value.isoformat() if isinstance(value, date) else value
