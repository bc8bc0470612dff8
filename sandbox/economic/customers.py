"""`/customers`: all fields, replaced as a whole by PUT, limits as in the vendor's schema.

PATCH takes the one property that PUT does not write. ASSUMED: PUT leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sandbox.economic import errors
from sandbox.economic.agreement import Agreement
from sandbox.economic.filters import AMOUNT, FLAG, MOMENT, NUMBER, WORDS
from sandbox.economic.formats import REFERENCES, Json, identifier, shown, whole
from sandbox.economic.listing import collection
from sandbox.wire import Answer, Call, Route

NUMBER_MAX = 999_999_999
TEXTS = {
    "name": (1, 255), "currency": (3, 3), "address": (0, 510), "zip": (0, 30), "city": (0, 50), "country": (0, 50),
    "email": (0, 255), "corporateIdentificationNumber": (0, 40), "vatNumber": (0, 20), "pNumber": (10, 10),
    "ean": (0, 13), "publicEntryNumber": (0, 50), "telephoneAndFaxNumber": (0, 255), "mobilePhone": (0, 50),
    "website": (0, 255),
}  # fmt: skip
REQUIRED = ("name", "currency", "customerGroup", "paymentTerms", "vatZone")
REFS = ("customerGroup", "paymentTerms", "vatZone", "layout")
UNCHECKED = ("salesPerson", "attention", "customerContact", "defaultDeliveryLocation")
PATCHED = "eInvoicingDisabledByDefault"
FILTERABLE = {
    **dict.fromkeys(("customerNumber", "customerGroup.customerGroupNumber"), NUMBER),
    **dict.fromkeys(("balance", "creditLimit"), AMOUNT),
    **dict.fromkeys(sorted(set(TEXTS) - {"pNumber"}), WORDS),
    "barred": FLAG,
    "lastUpdated": MOMENT,
}


class Customers:
    """The customers of one agreement."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement

    def routes(self) -> list[Route]:
        """Reading, creating, replacing, deleting."""
        return [
            Route("GET", "/customers", self._list),
            Route("POST", "/customers", self._create),
            Route("GET", "/customers/{number}", self._read),
            Route("PUT", "/customers/{number}", self._replace),
            Route("PATCH", "/customers/{number}", self._patch),
            Route("DELETE", "/customers/{number}", self._delete),
        ]

    def _list(self, call: Call) -> Answer:
        rows = [self._shown(call, number) for number in sorted(self._agreement.customers)]
        return collection(call, rows, FILTERABLE)

    def _read(self, call: Call) -> Answer:
        return Answer(200, self._shown(call, self._number(call)))

    def _create(self, call: Call) -> Answer:
        body = json_object(call)
        row = self._checked(body)
        number = whole(body.get("customerNumber"))
        if number is None:
            number = max(self._agreement.customers, default=0) + 1
        elif number in self._agreement.customers:
            problems = errors.Problems()
            problems.add(("customerNumber",), errors.NUMBER_TAKEN, "customerNumber is already in use.", number)
            problems.refuse()
        self._agreement.stamp_customer(number, row, None)
        return Answer(201, self._shown(call, number), {"Location": f"{call.base_url}/customers/{number}"})

    def _replace(self, call: Call) -> Answer:
        number = self._number(call)
        row = self._checked(json_object(call))
        row[PATCHED] = self._agreement.customers[number].get(PATCHED, False)
        self._agreement.stamp_customer(number, row, number)
        return Answer(200, self._shown(call, number))

    def _patch(self, call: Call) -> Answer:
        number, body = self._number(call), json_object(call)
        if set(body) != {PATCHED} or not isinstance(body[PATCHED], bool):
            raise errors.refuse(400, "PATCH is not supported.", f"Only {PATCHED} can be patched.")
        self._agreement.stamp_customer(number, {**self._agreement.customers[number], **body}, number)
        return Answer(200, self._shown(call, number))

    def _delete(self, call: Call) -> Answer:
        number = self._number(call)
        if self._agreement.is_used("customer", number):
            raise errors.refuse(400, "Customer has entries and cannot be deleted.", errorCode=errors.IN_USE)
        self._agreement.drop_customer(number)
        return Answer(204)

    def _number(self, call: Call) -> int:
        text = call.ids["number"]
        number = int(text) if text.isascii() and text.isdecimal() else None
        if number is None or number not in self._agreement.customers:
            raise errors.refuse(404, "The requested resource was not found.", f"No customer with number {text}.")
        return number

    def _shown(self, call: Call, number: int) -> Json:
        row = self._agreement.customers[number]
        balance = Decimal(self._agreement.balance_of(number))
        extra = {"balance": balance, "dueAmount": balance, "self": f"{call.base_url}/customers/{number}"}
        return shown({**row, **extra}, call.base_url)

    def _checked(self, body: Json) -> Json:
        problems, row = errors.Problems(), dict[str, object]()
        for name, value in body.items():
            if value is None or (isinstance(value, Mapping) and None in value.values()):
                problems.missing((name,))
        for name in REQUIRED:
            if name not in body:
                problems.missing((name,))
        self._texts(body, row, problems)
        self._references(body, row, problems)
        self._others(body, row, problems)
        problems.refuse()
        return row

    def _texts(self, body: Json, row: Json, problems: errors.Problems) -> None:
        for name, (shortest, longest) in TEXTS.items():
            value = body.get(name)
            if value is None:
                continue
            if not isinstance(value, str) or not shortest <= len(value) <= longest:
                problems.add((name,), errors.TOO_LONG, f"{name} must have {shortest} to {longest} characters.", value)
            row[name] = value
        if isinstance(row.get("currency"), str) and row["currency"] not in self._agreement.currencies:
            problems.unknown(("currency",), row["currency"], "/currencies")

    def _others(self, body: Json, row: Json, problems: errors.Problems) -> None:
        number = body.get("customerNumber")
        if number is not None and not 1 <= (whole(number) or 0) <= NUMBER_MAX:
            problems.add(("customerNumber",), errors.OUT_OF_RANGE, f"customerNumber is 1 to {NUMBER_MAX}.", number)
        for name in UNCHECKED:  # their lists are not served here
            if isinstance(body.get(name), Mapping):
                row[name] = {key: value for key, value in body[name].items() if key != "self"}
        kinds: tuple[tuple[str, tuple[type, ...]], ...] = (("barred", (bool,)), ("creditLimit", (int, Decimal)))
        for name, kind in kinds:
            if body.get(name) is not None:
                row[name] = body[name]
                if not isinstance(body[name], kind):
                    problems.add((name,), errors.OUT_OF_RANGE, f"{name} has the wrong type.", body[name])

    def _references(self, body: Json, row: Json, problems: errors.Problems) -> None:
        shelves = {
            "customerGroup": self._agreement.customer_groups,
            "paymentTerms": self._agreement.payment_terms,
            "vatZone": self._agreement.vat_zones,
            "layout": self._agreement.layouts,
        }
        for name in REFS:
            if body.get(name) is None:
                continue
            value = whole(identifier(body[name], name))
            if value is None:
                problems.add((name,), errors.NO_IDENTIFIER, f"{name} has no identifier.")
            elif value not in shelves[name]:
                problems.unknown((name,), value, REFERENCES[name][1])
            row[name] = {REFERENCES[name][0]: value}


def json_object(call: Call) -> Json:
    """The body as an object. Raises `Refused` with 415 for another content type, 400 for another form."""
    if "json" not in (call.header("content-type") or "").lower():
        raise errors.refuse(415, "Unsupported media type.", "Send Content-Type: application/json.")
    body = call.json()
    if not isinstance(body, dict):
        raise errors.refuse(400, "The body must be a JSON object.")
    return body
