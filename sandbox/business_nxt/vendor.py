"""Business NXT as a vendor for `sandbox.standin`: the API's address, tokens, the gateway's limit, companies.

Documented: 600 requests a minute for each token, then 429 from the gateway; POST only; `x-vbc-traceid` on every answer.
ASSUMED: the page of a 429, and the answer to a path that is not there.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime

from sandbox.business_nxt import access, seed, seed_lumipolku
from sandbox.business_nxt.access import API_PATH, APPLICATIONS, COMPANY_NO, LUMIPOLKU_COMPANY_NO
from sandbox.business_nxt.bulk import fill_up
from sandbox.business_nxt.columns import Row
from sandbox.business_nxt.company import Company
from sandbox.business_nxt.controls import Controls
from sandbox.business_nxt.house import House
from sandbox.business_nxt.options import Options
from sandbox.business_nxt.people import People
from sandbox.business_nxt.service import Service, companies_in
from sandbox.business_nxt.webhooks import RETRIES, Webhooks
from sandbox.deliveries import Deliveries, DeliveryOptions, Send, send_to_loopback
from sandbox.standin import BadOption, Clock, utc_now
from sandbox.throttle import SlidingWindow
from sandbox.visma_connect import TOKEN_PATH, Connect, Grant, is_token_call
from sandbox.wire import Answer, Call, Refused, Route

MINUTE = 60


class BusinessNxt:
    """The vendor: Vintergran's company, an empty one, one that our application is not let into, and Lumipolku's."""

    name = "business_nxt"

    def __init__(self, options: Options, clock: Clock = utc_now, send: Send = send_to_loopback) -> None:
        self.clock = clock
        self.house = House(self._now)
        self.webhooks = Webhooks(Deliveries(send, DeliveryOptions(retries=RETRIES)), self._now)
        self._first_options = options
        self._start_over(options)

    @property
    def company(self) -> Company:
        """Vintergran's state, for tests to look at."""
        return self.house.companies[COMPANY_NO]

    @property
    def people(self) -> People:
        """What people at Vintergran do."""
        return self.people_of(COMPANY_NO)

    def people_of(self, company_no: int) -> People:
        """What people in that company do. Raises `BadOption`."""
        return People(self.company_of(company_no))

    def company_of(self, company_no: int) -> Company:
        """The company of that number. Raises `BadOption`."""
        if company_no not in self.house.companies:
            raise BadOption(f"company must be one of {', '.join(map(str, self.house.companies))}")
        return self.house.companies[company_no]

    def change(self, options: Mapping[str, object]) -> None:
        """Changes limits and switches of everything as it is. Raises `BadOption`."""
        now = self.house.options.changed(options)
        self.house.options = now
        self._window.limit = now.limit
        self._connect.token_seconds = now.token_seconds
        for company in self.house.companies.values():
            company.options = now

    def revoke(self) -> None:
        """Our application is withdrawn at Visma Connect: no token is given or taken any more."""
        self._connect.remove(access.CREDENTIALS.client_id)

    def under_way(self, call: Call) -> AbstractContextManager[object]:
        """Holds a slot in each company that the call goes to."""
        return self.house.slots.held(companies_in(call) if _is_api(call) else ())

    # What `sandbox.standin` asks for.

    def routes(self) -> list[Route]:
        """The API, the token call and the control calls."""
        service = Service(self.house, self._grant)
        return [
            Route("POST", API_PATH, service.answer),
            Route("POST", TOKEN_PATH, self._token),
            *Controls(self).routes(),
        ]

    def reset(self, options: Mapping[str, object]) -> None:
        """The data as at the start, under the options it was started with and these. Raises `BadOption`."""
        self._start_over(self._first_options.changed(options))

    def gate(self, call: Call) -> None:
        """Raises `Refused` for a token that is not taken, and for one request a minute too many."""
        if is_token_call(call):
            return
        self._grant(call)
        allowance = self._window.take(call.header("authorization") or "", self._now())
        if not allowance.ok:
            answer = access.page(429, access.TOO_MANY_PAGE)
            if self.house.options.sends_retry_after:
                answer = answer.with_headers(Retry_After=str(math.ceil(allowance.reset_seconds)))
            raise Refused(answer)

    def finish(self, call: Call, answer: Answer) -> Answer:
        """The answer with the number that the vendor's support asks for."""
        return answer if is_token_call(call) else answer.with_headers(x_vbc_traceid=uuid.uuid4().hex)

    def expire_tokens(self) -> None:
        """All access tokens given out so far stop working."""
        self._connect.expire_all()

    def unauthorised(self) -> Answer:
        """The gateway's page."""
        return access.page(401, access.UNAUTHORISED_PAGE)

    def not_found(self, _: Call) -> Answer:
        """The gateway's page for a path that is not there."""
        return access.page(404, access.UNAUTHORISED_PAGE.replace(b"401 Authorization Required", b"404 Not Found"))

    def close(self) -> None:
        """Ends the thread that sends webhooks."""
        self.webhooks.deliveries.close()

    def _token(self, call: Call) -> Answer:
        return self._connect.token(call)

    def _grant(self, call: Call) -> Grant:
        grant = self._connect.grant(call)
        if grant is None:
            raise Refused(self.unauthorised())
        return grant

    def _now(self) -> datetime:
        return self.clock()

    def _tell(self, company: Company, event: str, table: str, row: Row) -> None:
        self.webhooks.tell(company, event, table, row)

    def _start_over(self, options: Options) -> None:
        companies = {who.no: Company(who, options, self._now, self._tell) for who in seed.COMPANIES}
        for company in companies.values():
            seed.fill_set_up(company)
        seed.fill(companies[COMPANY_NO])
        seed_lumipolku.fill(companies[LUMIPOLKU_COMPANY_NO])
        fill_up(companies[COMPANY_NO], options)
        self.webhooks.deliveries.start_over()
        self.house.start_over(options, companies)
        self._connect = Connect(APPLICATIONS, self._now, options.token_seconds)
        self._window = SlidingWindow(options.limit, MINUTE)


def _is_api(call: Call) -> bool:
    return call.path.lower().rstrip("/") == API_PATH
