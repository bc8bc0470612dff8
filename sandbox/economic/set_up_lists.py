"""REST lists that only people change: `/self`, groups, zones, terms, currencies, layouts, accounts, VAT, suppliers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.economic import errors
from sandbox.economic.agreement import Agreement
from sandbox.economic.filters import AMOUNT, FLAG, MOMENT, NUMBER, WORDS, Fields
from sandbox.economic.formats import Json, from_address, in_address, shown
from sandbox.economic.listing import collection
from sandbox.economic.seed import APP_PUBLIC_TOKEN, COMPANY, PROJECT_MODULE
from sandbox.wire import Answer, Call, Handler, Route

Rows = Callable[[], Mapping[Any, Json]]

ACCOUNT_FIELDS = {
    "accountNumber": NUMBER,
    "accountType": WORDS,
    "balance": AMOUNT,
    "barred": FLAG,
    "blockDirectEntries": FLAG,
    "debitCredit": WORDS,
    "name": WORDS,
}
GROUP_FIELDS = {"customerGroupNumber": NUMBER, "name": WORDS, "account.accountNumber": NUMBER}
INVOICE_FIELDS = {"bookedInvoiceNumber": NUMBER, "date": MOMENT, "dueDate": MOMENT, "remainder": AMOUNT}
SUPPLIER_FIELDS = {"supplierNumber": NUMBER, "name": WORDS, "corporateIdentificationNumber": WORDS, "barred": FLAG}
ROLE_NUMBERS = {"SuperUser": 1, "Bookkeeping": 2, "Sales": 3, "ProjectEmployee": 4}


class SetUpLists:
    """The lists of one agreement. Fields of lists whose schema marks none as filterable cannot be filtered."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement

    def routes(self) -> list[Route]:
        """A list and a single read for each."""
        mine = self._agreement
        return [
            Route("GET", "/self", self._self),
            *self._pair("/customer-groups", lambda: mine.customer_groups, GROUP_FIELDS),
            *self._pair("/vat-zones", lambda: mine.vat_zones, {}),
            *self._pair("/payment-terms", lambda: mine.payment_terms, {}),
            *self._pair("/currencies", lambda: mine.currencies, {}),
            *self._pair("/layouts", lambda: mine.layouts, {}),
            *self._pair("/accounts", lambda: mine.accounts, ACCOUNT_FIELDS),
            *self._pair("/vat-accounts", lambda: mine.vat_accounts, {}),
            *self._pair("/suppliers", lambda: mine.suppliers, SUPPLIER_FIELDS),
            *self._pair("/invoices/booked", lambda: mine.invoices, INVOICE_FIELDS),
            *self._pair("/cost-types", self._cost_types, {"costTypeNumber": NUMBER, "name": WORDS}),
        ]

    def _cost_types(self) -> dict[Any, Json]:
        rows = self._agreement.flat["costtypes"].values()
        return {row["number"]: {"costTypeNumber": row["number"], "name": row["name"]} for row in rows}

    def _pair(self, path: str, rows: Rows, fields: Fields) -> list[Route]:
        return [
            Route("GET", path, self._lister(path, rows, fields)),
            Route("GET", f"{path}/{{id}}", self._reader(path, rows)),
        ]

    def _lister(self, path: str, rows: Rows, fields: Fields) -> Handler:
        def answer(call: Call) -> Answer:
            found = rows()
            return collection(call, [_out(call, path, key, found[key]) for key in sorted(found)], fields)

        return answer

    def _reader(self, path: str, rows: Rows) -> Handler:
        def answer(call: Call) -> Answer:
            wanted = from_address(call.ids["id"]).casefold()
            for key, row in rows().items():
                if str(key).casefold() == wanted:
                    return Answer(200, _out(call, path, key, row))
            raise errors.refuse(404, "The requested resource was not found.", f"Nothing at {call.path}.")

        return answer

    def _self(self, call: Call) -> Answer:
        options, base = self._agreement.options, call.base_url
        modules = [{**PROJECT_MODULE, "self": f"{base}/modules/{PROJECT_MODULE['moduleNumber']}"}]
        roles = [
            {"roleNumber": ROLE_NUMBERS[role], "name": role, "self": f"{base}/app-roles/{ROLE_NUMBERS[role]}"}
            for role in options.roles
        ]
        application = {
            "appNumber": 4711,
            "name": "Handoff",
            "appPublicToken": APP_PUBLIC_TOKEN,
            "created": "2026-01-15",
            "requiredRoles": roles,
            "self": f"{base}/apps/4711",
        }
        body = {
            **COMPANY,
            "application": application,
            "modules": modules if options.project_module else [],
            "self": f"{base}/self",
        }
        return Answer(200, shown(body, base))


def _out(call: Call, path: str, key: object, row: Json) -> Json:
    return {**shown(row, call.base_url), "self": f"{call.base_url}{path}/{in_address(key)}"}
