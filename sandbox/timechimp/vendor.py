"""TimeChimp as a vendor for `sandbox.standin`: one account, its keys, its limits, its people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sandbox.standin import BadOption, Clock, utc_now
from sandbox.throttle import SlidingWindow
from sandbox.timechimp import seed
from sandbox.timechimp.access import Access
from sandbox.timechimp.answers import TOO_MANY, for_v2, is_v1, refusal
from sandbox.timechimp.assumed import LIMIT_SECONDS
from sandbox.timechimp.calls import Calls
from sandbox.timechimp.company import Company
from sandbox.timechimp.controls import Controls
from sandbox.timechimp.entry_calls import EntryCalls
from sandbox.timechimp.options import Options
from sandbox.timechimp.people import People
from sandbox.timechimp.v2_calls import V2Calls
from sandbox.wire import Answer, Call, Refused, Route


class TimeChimp:
    """The vendor: both versions of its API on one address, which are two hosts there. `people` do what people do."""

    name = "timechimp"

    def __init__(self, options: Options, clock: Clock = utc_now) -> None:
        self.clock = clock
        self.company = Company(self._now)
        self.people = People(self.company)
        self.access = Access()
        self._first_options = options
        self._start_over(options)

    def routes(self) -> list[Route]:
        """The paths of both versions and the control calls."""
        calls = Calls(self.company)
        return [
            *calls.routes(),
            *EntryCalls(calls).routes(),
            *V2Calls(self.company).routes(),
            *Controls(self.people, self.access, self.change).routes(),
        ]

    def reset(self, options: Mapping[str, object]) -> None:
        """The data as at the start, under the options it was started with and these. Raises `BadOption`."""
        self._start_over(self._first_options.changed(options))

    def change(self, options: Mapping[str, object]) -> None:
        """Changes options of the account as it is. Raises `BadOption`."""
        if "extra_hours" in options:
            raise BadOption("extra_hours is for a reset only")
        self._apply(self.company.options.changed(options))

    def gate(self, call: Call) -> None:
        """The key first, then how often it was used; each version counts for itself."""
        key = self.access.admit(call)
        allowance = (self._window if is_v1(call) else self._v2_window).take(key, self.clock())
        if not allowance.ok:
            wait = {"Retry-After": str(allowance.reset_seconds)} if self.company.options.retry_after else {}
            raise Refused(refusal(429, TOO_MANY).with_headers(**wait))

    def finish(self, call: Call, answer: Answer) -> Answer:
        """The answer in the words of the version that was asked; nothing of note stands on every one."""
        return answer if is_v1(call) else for_v2(answer)

    def expire_tokens(self) -> None:
        """The keys work no more: they don't run out, but they can be taken away."""
        self.access.revoke()

    def unauthorised(self) -> Answer:
        """The 401 of a key that was taken away."""
        return self.access.unauthorised()

    def not_found(self, call: Call) -> Answer:
        """The 404 of an unknown path."""
        return refusal(404, f"No HTTP resource was found that matches the request URI '{call.path}'.")

    def _start_over(self, options: Options) -> None:
        self.company.start_over(options)
        self._apply(options)
        seed.fill(self.company)
        seed.fill_up(self.company, options.extra_hours)

    def _apply(self, options: Options) -> None:
        self.company.options = options
        self.access.start_over(options)
        self._window = SlidingWindow(options.limit, LIMIT_SECONDS)
        self._v2_window = SlidingWindow(options.v2_limit, LIMIT_SECONDS)

    def _now(self) -> datetime:
        return self.clock()
