"""The Harvest API v2 stand-in: the account of Fjordlys Konsult AS, its identity host and its rules.

    with stand_in(entries=3_000).serve(8101) as served: ...      # served.url + "/v2", + "/api/v2/oauth2/token"
    httpx.Client(transport=stand_in().transport(), base_url="http://harvest.test")

Every call under `/v2` needs a Bearer token, `Harvest-Account-Id` and `User-Agent`, and counts towards 100 calls in
15 seconds (reports: 100 in 15 minutes) of the account. Control calls beyond those of `sandbox.standin`:
`POST /_sandbox/submit`, `/_sandbox/approve`, `/_sandbox/withdraw` with `{"from", "to", "user_id", "project_id"}`
or `{"ids"}`. Options of a reset are those of `Options`; what is not sent is as at the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sandbox.harvest.account import Account
from sandbox.harvest.answers import FORBIDDEN, INVALID_TOKEN, NO_USER_AGENT, NOT_FOUND, Json
from sandbox.harvest.entry_calls import EntryCalls
from sandbox.harvest.identity import CREDENTIALS, Credentials, Identity
from sandbox.harvest.options import Options
from sandbox.harvest.reference import COMPANY
from sandbox.harvest.reference_calls import ReferenceCalls
from sandbox.harvest.reference_writes import ReferenceWrites
from sandbox.harvest.reports import Reports
from sandbox.harvest.rights import may_call
from sandbox.standin import Clock, StandIn, utc_now
from sandbox.throttle import SlidingWindow
from sandbox.wire import Answer, Call, Refused, Route

__all__ = ["CREDENTIALS", "Account", "Credentials", "Harvest", "Options", "stand_in"]

CALL_SECONDS, REPORT_SECONDS = 15, 900
ADMIN, MEMBER = 0, 3  # places in the list of people


class Harvest:
    """One account at Harvest with its identity host."""

    name = "harvest"

    def __init__(self, options: Options, clock: Clock = utc_now) -> None:
        self.clock = clock
        self._options = options
        self.account = Account(options, self._now)
        self.identity = Identity(self._now, str(COMPANY["name"]))
        self._calls = SlidingWindow(options.limit, CALL_SECONDS)
        self._reports = SlidingWindow(options.report_limit, REPORT_SECONDS)
        self._apply(options)

    def routes(self) -> list[Route]:
        """All paths of the account and of the identity host."""
        return [
            *self.identity.routes(),
            *EntryCalls(self.account, self._user_of).routes(),
            *ReferenceCalls(self.account, self._user_of).routes(),
            *ReferenceWrites(self.account).routes(),
            *Reports(self.account).routes(),
        ]

    def reset(self, options: Mapping[str, object]) -> None:
        """The data as it was at the start, under the options it was started with and these."""
        wanted = self._options.changed(options)
        self.account.start_over(wanted)
        self._apply(wanted)

    def gate(self, call: Call) -> None:
        """User-Agent, token, account, rights and rate limit, in this order."""
        if not (call.header("user-agent") or "").strip():
            raise Refused(NO_USER_AGENT)
        if not call.path.lower().startswith("/v2/"):
            return
        user_id = self.identity.user_of(call)
        account_id = call.header("harvest-account-id") or call.query.get("account_id")
        if user_id is None or account_id != str(CREDENTIALS.account_id):
            raise Refused(INVALID_TOKEN)  # a wrong account is answered like a bad token
        is_report = call.path.lower().startswith("/v2/reports/")
        allowance = (self._reports if is_report else self._calls).take(account_id, self.clock())
        if not allowance.ok:
            wait = {"Retry-After": str(allowance.reset_seconds)}
            raise Refused(Answer(429, {"message": "Too many requests, slow down."}, wait))
        if not may_call(self._user_of(call), call):
            raise Refused(FORBIDDEN)

    def finish(self, _: Call, answer: Answer) -> Answer:
        """Harvest puts nothing of note on every answer."""
        return answer

    def expire_tokens(self) -> None:
        """All access tokens of the OAuth flow die."""
        self.identity.expire_tokens()

    def unauthorised(self) -> Answer:
        """The 401 as seen in the field."""
        return INVALID_TOKEN

    def not_found(self, _: Call) -> Answer:
        """The 404 of an unknown path."""
        return NOT_FOUND

    def _apply(self, options: Options) -> None:
        self._calls = SlidingWindow(options.limit, CALL_SECONDS)
        self._reports = SlidingWindow(options.report_limit, REPORT_SECONDS)
        self.identity.token_seconds = options.token_seconds
        self.identity.single_use_refresh = options.single_use_refresh
        users = self.account.reference.users.rows
        ids = list(users)
        self.identity.start_over(users, ids[ADMIN], ids[MEMBER])

    def _user_of(self, call: Call) -> Json:
        user_id = self.identity.user_of(call)
        user = self.account.reference.users.rows.get(user_id) if user_id is not None else None
        if user is None:
            raise Refused(INVALID_TOKEN)
        return user

    def _now(self) -> datetime:
        return self.clock()


def stand_in(*, clock: Clock = utc_now, **options: object) -> StandIn[Harvest]:
    """A Harvest account started with the given `Options`. Raises `BadOption`."""
    return StandIn(Harvest(Options().changed(options), clock))
