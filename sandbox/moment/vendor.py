"""Moment as a vendor for `sandbox.standin`: keys, companies, the rate limit, and hands for tests to do things with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sandbox import klitrose
from sandbox.deliveries import Deliveries, Send, send_to_loopback
from sandbox.moment import seed
from sandbox.moment.access import CREDENTIALS, Keys
from sandbox.moment.answers import EXPIRED_KEY, TOO_MANY, Json, refuse, text_answer
from sandbox.moment.assumed import EXPENSES, LIMIT_SECONDS
from sandbox.moment.calls import Calls
from sandbox.moment.company import Attachment, Company
from sandbox.moment.control import Control
from sandbox.moment.options import Options
from sandbox.moment.webhooks import Webhooks
from sandbox.standin import Clock, utc_now
from sandbox.throttle import SlidingWindow
from sandbox.wire import Answer, Call, Refused, Route

COMPANY_ID, SECOND_COMPANY_ID = 4_100_001, 4_100_002


class Moment:
    """The vendor: Klitrose's company, and an empty one of the same owner."""

    name = "moment"

    def __init__(self, options: Options, clock: Clock = utc_now, send: Send = send_to_loopback) -> None:
        self.clock = clock
        self.deliveries = Deliveries(send)
        self.keys = Keys()
        self.company = self._new_company(CREDENTIALS.company, COMPANY_ID)
        self.second_company = self._new_company(CREDENTIALS.second_company, SECOND_COMPANY_ID)
        self._options = options
        self._apply(options)

    # What `sandbox.standin` asks for.

    def routes(self) -> list[Route]:
        """The API's paths and the control calls."""
        control = Control(self._known_company, self.keys)
        calls = Calls(lambda call: self._known_company(call.ids["company"]))
        return [*calls.routes(), *control.routes(), *self.deliveries.routes()]

    def reset(self, options: Mapping[str, object]) -> None:
        """The data as it was at the start, under the options it was started with and these."""
        self._apply(self._options.changed(options))

    def gate(self, call: Call) -> None:
        """Key, company and rate limit, in this order."""
        text, key = self.keys.admit(call, self._now_options.environment, self._today())
        code = _company_in(call.path)
        if code is not None and code not in key.companies:
            self._unknown_company(code)
        allowance = self._window.take(text, self.clock())
        if not allowance.ok:
            wait = {"Retry-After": str(allowance.reset_seconds)}
            raise Refused(text_answer(429, TOO_MANY).with_headers(**wait))

    def finish(self, _: Call, answer: Answer) -> Answer:
        """Moment puts nothing of note on every answer."""
        return answer

    def expire_tokens(self) -> None:
        """All keys run out; `POST /_sandbox/keys`, a reset or `keys.set` gives them a new date."""
        self.keys.expire_all(self._today())

    def unauthorised(self) -> Answer:
        """The 401 of a key that ran out."""
        return text_answer(401, EXPIRED_KEY)

    def not_found(self, _: Call) -> Answer:
        """The 404 of an unknown path."""
        return text_answer(404, "Not found.")

    # What people do in the product, for tests. Fields are the API's names.

    def add_customer(self, **fields: object) -> Json:
        """A saved customer, announced."""
        return self.company.create("customers", {"name": "Rosenhave ApS", "countryCode": "DK", **fields})

    def add_project(self, **fields: object) -> Json:
        """A saved project, of the first customer unless one is named, announced."""
        customer = {"customerId": self.company.database.rows("customers")[0]["id"]}
        return self.company.create("projects", {"name": "Haveplan", **customer, **fields})

    def add_invoice(self, *, finalized: bool = False, **fields: object) -> Json:
        """A draft of 1,000.00 and VAT on the first project, unless a project or customer is named; `finalized`
        announces it, under the `invoiceNumber` if one is given.
        """
        database = self.company.database
        named: Json = (
            {} if {"projectId", "customerId"} & set(fields) else {"projectId": database.rows("projects")[0]["id"]}
        )
        project = database.find("projects", fields.get("projectId", named.get("projectId")))
        amounts = {"totalIncludingVat", "totalExcludingVat"} & set(fields)
        dull: Json = {
            **named,
            **({"customerId": project["customerId"]} if project is not None else {}),
            "description": "Rådgivning",
            "invoiceDate": self._today().isoformat(),
            "financialAccountNumber": klitrose.REVENUE_ACCOUNT,
            "vatCode": klitrose.VAT_AT_HOME,
            **({} if amounts else {"totalExcludingVat": Decimal("1000.00")}),
        }
        invoice = self.company.create("invoices", {**dull, **fields})
        return self.finalize(invoice["id"]) if finalized else invoice

    def change(self, entity: str, row_id: int, **fields: object) -> Json:
        """A row saved with other fields, announced as a save is."""
        return self.company.update(entity, row_id, fields)

    def finalize(self, invoice_id: int) -> Json:
        """The draft finalized, announced."""
        return self.company.finalize(invoice_id)

    @property
    def expenses(self) -> list[Json]:
        """The project expenses, oldest first."""
        return self.company.database.rows(EXPENSES)

    def attachments_of(self, expense_id: int) -> list[Attachment]:
        """What is attached to an expense."""
        return self.company.attachments_of(expense_id)

    def close(self) -> None:
        """Ends the thread that sends webhooks."""
        self.deliveries.close()

    def _new_company(self, code: str, company_id: int) -> Company:
        return Company(code, company_id, Webhooks(self.deliveries), self._now)

    def _apply(self, options: Options) -> None:
        self._now_options = options
        self._window = SlidingWindow(options.limit, LIMIT_SECONDS)
        self.keys.start_over(self._today())
        self.deliveries.start_over()
        for company in (self.company, self.second_company):
            company.start_over(options)
        seed.fill(self.company.database)

    def _known_company(self, code: str) -> Company:
        companies = {company.code: company for company in (self.company, self.second_company)}
        return companies.get(code.lower()) or self._unknown_company(code)

    def _unknown_company(self, code: str) -> Company:
        return refuse(f"Unknown company: {code}", self._now_options.unknown_company_status)

    def _now(self) -> datetime:
        return self.clock()

    def _today(self) -> date:
        return self.clock().date()


def _company_in(path: str) -> str | None:
    """The company code of an API path, in lower case; None for other paths."""
    head, _, rest = path.lower().partition("/companies/")
    return rest.partition("/")[0] if head == "/api/1.0" else None
