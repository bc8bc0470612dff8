"""Control calls of the Moment stand-in: what a person would do in the product.

    POST   /_sandbox/webhooks   {"type": "invoices", "url"}; GET lists them, DELETE takes {"type"} or nothing
    POST   /_sandbox/finalize   {"id"} makes an invoice of a draft; {"invoice_number"} announces a finalized one again
    POST   /_sandbox/touch      {"entity", "id"} saves a row without a change; "announce": false says nothing of it
    POST   /_sandbox/keys       {"key", "expires_on"} adds an API key or changes it, with "environment" and "companies"

All but keys take {"company"} as well, which is the first company when it is not sent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sandbox.moment.access import CREDENTIALS, Keys
from sandbox.moment.answers import Json, body_of, refuse
from sandbox.moment.company import Company
from sandbox.moment.schema import ENTITIES
from sandbox.wire import Answer, Call, Route


class Control:
    """The handlers. `company` gives a company by its code, or ends the call."""

    def __init__(self, company: Callable[[str], Company], keys: Keys) -> None:
        self._company = company
        self._keys = keys

    def routes(self) -> list[Route]:
        """The control calls."""
        return [
            Route("POST", "/_sandbox/webhooks", self._set_webhook),
            Route("GET", "/_sandbox/webhooks", self._webhooks),
            Route("DELETE", "/_sandbox/webhooks", self._clear_webhooks),
            Route("POST", "/_sandbox/finalize", self._finalize),
            Route("POST", "/_sandbox/touch", self._touch),
            Route("POST", "/_sandbox/keys", self._set_key),
        ]

    def _meant(self, body: Json) -> Company:
        return self._company(str(body.get("company", CREDENTIALS.company)))

    def _set_webhook(self, call: Call) -> Answer:
        body = body_of(call)
        kind, url = body.get("type"), body.get("url")
        if not isinstance(kind, str) or not isinstance(url, str) or not url:
            refuse("type and url must be texts")
        try:
            self._meant(body).webhooks.set(kind, url)
        except ValueError as error:
            refuse(str(error))
        return Answer(201, {"type": kind, "url": url})

    def _webhooks(self, call: Call) -> Answer:
        urls = self._meant(dict(call.query)).webhooks.urls
        return Answer(200, {"webhooks": [{"type": kind, "url": url} for kind, url in urls.items()]})

    def _clear_webhooks(self, call: Call) -> Answer:
        body = body_of(call)
        return Answer(200, {"cleared": self._meant(body).webhooks.clear(body.get("type"))})

    def _finalize(self, call: Call) -> Answer:
        body = body_of(call)
        company = self._meant(body)
        if isinstance(number := body.get("invoice_number"), int):
            row = company.announce_again(number)
        elif isinstance(row_id := body.get("id"), int):
            row = company.finalize(row_id)
        else:
            refuse("id of a draft, or invoice_number of a finalized invoice, is needed")
        return Answer(200, {"id": row["id"], "invoiceNumber": row["invoiceNumber"]})

    def _touch(self, call: Call) -> Answer:
        body = body_of(call)
        entity, row_id, announce = body.get("entity"), body.get("id"), body.get("announce", True)
        if (
            not isinstance(entity, str)
            or entity not in ENTITIES
            or not isinstance(row_id, int)
            or not isinstance(announce, bool)
        ):
            refuse(f"entity must be one of {', '.join(ENTITIES)}, id a number, announce true or false")
        row = self._meant(body).touch(entity, row_id, announce=announce)
        return Answer(200, {"id": row["id"], "lastModifiedDate": row["lastModifiedDate"]})

    def _set_key(self, call: Call) -> Answer:
        body = body_of(call)
        companies = body.get("companies", [CREDENTIALS.company])
        if not isinstance(body.get("key"), str) or not isinstance(companies, list):
            refuse("key must be a text, companies a list of codes")
        try:
            expires_on = date.fromisoformat(str(body.get("expires_on")))
            environment = str(body.get("environment", "Prod"))
            self._keys.set(body["key"], expires_on=expires_on, environment=environment, companies=companies)
        except ValueError as error:
            refuse(str(error))
        return Answer(201, {"expires_on": expires_on.isoformat(), "environment": environment})
