"""Severa as a vendor for `sandbox.standin`: one organisation, its tokens, its quota, its people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sandbox.severa import bulk, seed
from sandbox.severa.access import Access
from sandbox.severa.answers import QUOTA_TEXT, body_of, object_of, unauthorised
from sandbox.severa.calls import BASE, VERSIONS, Calls
from sandbox.severa.company import Company
from sandbox.severa.controls import Controls
from sandbox.severa.invoice_calls import InvoiceCalls
from sandbox.severa.nested import NestedCalls
from sandbox.severa.options import Options
from sandbox.severa.people import People
from sandbox.standin import BadOption, Clock, utc_now
from sandbox.throttle import SlidingWindow
from sandbox.wire import Answer, Call, Handler, Refused, Route

LIMIT_SECONDS = 1
HEARTBEAT = "/rest-api/heartbeat"
OPEN = tuple(f"/rest-api/{version}/{path}" for version in VERSIONS for path in ("token", "refreshtoken", "signout"))


class Severa:
    """The vendor. `company` is the organisation's state, `people` do what people do, `access` has its credentials."""

    name = "severa"

    def __init__(self, options: Options, clock: Clock = utc_now) -> None:
        self.clock = clock
        self.company = Company(self._now)
        self.people = People(self.company)
        self.access = Access(self._now)
        self._first_options = options
        self._start_over(options)

    def routes(self) -> list[Route]:
        """The API's paths, those for tokens, the heartbeats and the control calls."""
        calls = Calls(self.company, self.access)
        controls = Controls(self.people, self.access, self.change)
        return [
            *calls.routes(),
            *NestedCalls(self.company, calls).routes(),
            *InvoiceCalls(self.company, calls).routes(),
            Route("POST", f"{BASE}/token", lambda call: Answer(200, self.access.token(object_of(call)))),
            Route("POST", f"{BASE}/refreshtoken", lambda call: Answer(200, self.access.refreshed(call, body_of(call)))),
            Route("POST", f"{BASE}/signout", self._sign_out),
            Route("GET", f"{HEARTBEAT}/server", _alive("Server is alive.")),
            Route("GET", f"{HEARTBEAT}/database", _alive("Database is alive.")),
            Route("GET", f"{HEARTBEAT}/authorized", self._authorised),
            *controls.routes(),
        ]

    def reset(self, options: Mapping[str, object]) -> None:
        """The data as at the start, under the options it was started with and these. Raises `BadOption`."""
        self._start_over(self._first_options.changed(options))

    def change(self, options: Mapping[str, object]) -> None:
        """Changes options of the organisation as it is. Raises `BadOption`."""
        if extra := [name for name in options if name.startswith("extra_")]:
            raise BadOption(f"{extra[0]} is for a reset only")
        self._apply(self.company.options.changed(options))

    def gate(self, call: Call) -> None:
        """The quota first, then the token; what needs no token passes."""
        if call.path.lower().startswith(HEARTBEAT):
            return
        allowance = self._window.take(self.access.client_of(call), self.clock())
        if not allowance.ok:
            headers = {"Content-Type": "text/plain; charset=utf-8"}
            if self.company.options.retry_after:
                headers["Retry-After"] = str(allowance.reset_seconds)
            raise Refused(Answer(429, QUOTA_TEXT, headers))
        if call.path.lower().rstrip("/") not in OPEN:
            self.access.admit(call)

    def finish(self, _: Call, answer: Answer) -> Answer:
        """Severa puts nothing of note on every answer, not even what is left of the quota."""
        return answer

    def expire_tokens(self) -> None:
        """Access tokens run out; refresh tokens and credentials work."""
        self.access.expire_tokens()

    def unauthorised(self) -> Answer:
        """The 401 of a token that ran out."""
        return unauthorised("The access token is missing, not valid or expired.")

    def not_found(self, _: Call) -> Answer:
        """A 404, which has no body."""
        return Answer(404)

    def _sign_out(self, call: Call) -> Answer:
        self.access.sign_out(body_of(call))
        return Answer(200)

    def _authorised(self, call: Call) -> Answer:
        self.access.admit(call)
        return Answer(204)

    def _start_over(self, options: Options) -> None:
        self.company.start_over(options)
        self._apply(options)
        seed.fill(self.company, self.people)
        bulk.fill(self.company, options)

    def _apply(self, options: Options) -> None:
        self.company.options = options
        self.access.start_over(options)
        self._window = SlidingWindow(options.limit, LIMIT_SECONDS)

    def _now(self) -> datetime:
        return self.clock()


def _alive(text: str) -> Handler:
    return lambda _: Answer(200, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
