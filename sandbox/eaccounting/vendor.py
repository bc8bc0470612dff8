"""Visma eAccounting as a vendor for `sandbox.standin`: many companies, one identity server, one quota for each client.

Visma eAccounting API v2, "Rate limits": 600 calls a minute, counted by client and endpoint, so that all companies of a
client share them; the answer is 429 with code 4010 and the seconds in the text, no header is documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sandbox.eaccounting import (
    articles,
    customers,
    dimensions,
    drafts,
    invoices,
    ledger,
    set_up_lists,
    settings,
    voucher_drafts,
    vouchers,
    years,
)
from sandbox.eaccounting.answers import (
    CANNOT,
    DENIED,
    NO_SCOPE,
    NOT_ACTIVE,
    NOT_AUTHORISED,
    NOT_FOUND,
    NOT_STARTED,
    QUOTA,
    QUOTA_EXCEEDED,
    Json,
    error,
    no_access,
    refuse,
)
from sandbox.eaccounting.company import INACTIVE, READ_ONLY, Company
from sandbox.eaccounting.controls import Controls
from sandbox.eaccounting.house import House
from sandbox.eaccounting.identity import AUTHORIZE, REVOCATION, TOKEN, Grant, Identity
from sandbox.eaccounting.options import AT_START, Options
from sandbox.eaccounting.people import People
from sandbox.eaccounting.visits import Door, Visit
from sandbox.standin import BadOption, Clock, utc_now
from sandbox.throttle import FixedWindow
from sandbox.wire import Answer, Call, Handler, Refused, Route

MINUTE = 60
MODULE = "api_standard"
DOORS: tuple[Door, ...] = (
    *customers.DOORS,
    *articles.DOORS,
    *set_up_lists.DOORS,
    *dimensions.DOORS,
    *drafts.DOORS,
    *invoices.DOORS,
    *ledger.DOORS,
    *vouchers.DOORS,
    *voucher_drafts.DOORS,
    *years.DOORS,
    *settings.DOORS,
)


class EAccounting:
    """The vendor. `house` has the companies, `people` do what people do in the first, `identity` has the tokens."""

    name = "eaccounting"

    def __init__(self, options: Options, clock: Clock = utc_now) -> None:
        self.clock = clock
        self._first_options = options
        self.house = House(options, self._now)
        self.identity = Identity(self._now, self.house.open_to, self.house.first_person)
        self._apply(options)

    @property
    def people(self) -> People:
        """The people of the first company."""
        return self.people_of(0)

    @property
    def company(self) -> Company:
        """The first company."""
        return self.house.at(0)

    def people_of(self, place: int) -> People:
        """The people of the company at the place, from 0."""
        return People(self.house.at(place))

    def connect(self, place: int = 0, **more: str) -> Json:
        """Tokens for the company at the place, as its own person."""
        card = self.house.card(place)
        return self.identity.connect(card.identifier, more.get("person", card.person))

    def routes(self) -> list[Route]:
        """The API's paths, the identity server's and the control calls."""
        controls = Controls(self.house, self.identity, self.change)
        api = [Route(door.method, door.template, self._through(door)) for door in DOORS]
        return [*api, *self.identity.routes(), *controls.routes()]

    def reset(self, options: Mapping[str, object]) -> None:
        """The data as at the start, under the options it was started with and these. Raises `BadOption`."""
        changed = self._first_options.changed(options)
        self.house.start_over(changed)
        self._apply(changed)

    def change(self, options: Mapping[str, object]) -> None:
        """Changes options of the companies as they are. Raises `BadOption`."""
        if early := [name for name in options if name in AT_START]:
            raise BadOption(f"{early[0]} is for a reset only")
        self._apply(self.house.options.changed(options))

    def gate(self, call: Call) -> None:
        """Only a token gets past; what else stands in the way depends on the path."""
        if call.path.lower().rstrip("/") not in (AUTHORIZE, TOKEN, REVOCATION):
            self._grant(call)

    def finish(self, _: Call, answer: Answer) -> Answer:
        """The answer with the status that the options have for its error code. No header tells of the quota."""
        body = answer.body
        if not isinstance(body, dict) or "ErrorCode" not in body:
            return answer
        status = self.house.options.statuses.get(str(body["ErrorCode"]), answer.status)
        return Answer(status, body, answer.headers)

    def expire_tokens(self) -> None:
        """Access tokens run out; refresh tokens work."""
        self.identity.expire_tokens()

    def unauthorised(self) -> Answer:
        """The 401 of a token that ran out."""
        return error(NOT_AUTHORISED, DENIED)

    def not_found(self, call: Call) -> Answer:
        """The 404 of a path that is not there."""
        return error(NOT_FOUND, f"No HTTP resource was found that matches the request URI '{call.path}'.", 404)

    def _through(self, door: Door) -> Handler:
        def answer(call: Call) -> Answer:
            grant = self._grant(call)
            self._count(door, call, grant)
            if "ea:api" not in grant.scopes or not set(door.scopes) & set(grant.scopes):
                refuse(
                    f"ForbiddenRequestException - One of these scopes is needed: {', '.join(door.scopes)}.", NO_SCOPE
                )
            company = self.house.company(grant.company)
            if company is None:
                raise Refused(self.unauthorised())
            _check_company(company, door)
            return door.handler(Visit(call, company, grant))

        return answer

    def _grant(self, call: Call) -> Grant:
        grant = self.identity.grant_of(call)
        if grant is None:
            raise Refused(self.unauthorised())
        return grant

    def _count(self, door: Door, call: Call, grant: Grant) -> None:
        places = {"endpoint": f"{door.method} {door.template}", "path": door.template, "url": call.path.lower()}
        place = places[self.house.options.limit_by]
        allowance = self._window.take(f"{grant.client_id} {place}", self.clock())
        if not allowance.ok:
            text = QUOTA.format(limit=allowance.limit, seconds=allowance.reset_seconds)
            answer = error(QUOTA_EXCEEDED, text)
            if self.house.options.retry_after:
                answer = answer.with_headers(Retry_After=str(allowance.reset_seconds))
            raise Refused(answer)

    def _apply(self, options: Options) -> None:
        self.house.options = options
        self.identity.options = options
        self._window = FixedWindow(options.limit, MINUTE)

    def _now(self) -> datetime:
        return self.clock()


def _check_company(company: Company, door: Door) -> None:
    """What the company's state, its modules and its plan have to say."""
    if not company.started:
        refuse("The start-up guide of the company is not completed.", NOT_STARTED)
    if company.status == INACTIVE:
        refuse("The company is not active.", NOT_ACTIVE)
    if company.status == READ_ONLY and door.writes:
        refuse("The company is read only.", CANNOT, 403)
    if not company.has_module:
        no_access(MODULE)
    if company.plan not in door.plans:
        no_access(door.path.split("/")[1])
