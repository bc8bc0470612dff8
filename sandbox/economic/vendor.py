"""e-conomic as a vendor for `sandbox.standin`: one agreement, both API families, the page that grants access."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sandbox.deliveries import Deliveries
from sandbox.economic import access, errors
from sandbox.economic.access import Access
from sandbox.economic.agreement import Agreement
from sandbox.economic.attachments import Attachments
from sandbox.economic.controls import Controls
from sandbox.economic.customers import Customers
from sandbox.economic.entries_services import EntriesServices
from sandbox.economic.grant_page import GrantPage
from sandbox.economic.limits import Bucket, Memory, cost_of
from sandbox.economic.options import Options
from sandbox.economic.people import People
from sandbox.economic.projects import Projects
from sandbox.economic.seed import APP_PUBLIC_TOKEN, fill
from sandbox.economic.set_up_lists import SetUpLists
from sandbox.economic.vouchers import Vouchers
from sandbox.economic.webhooks import Webhooks
from sandbox.economic.years import Years
from sandbox.standin import Clock, utc_now
from sandbox.wire import Answer, Call, Refused, Route

PART_NAMES = (Customers, SetUpLists, Years, Vouchers, Attachments, EntriesServices, Projects)


@dataclass(frozen=True)
class Credentials:
    """The app's tokens and one grant of the agreement; plainly invented."""

    app_secret_token: str = "sandbox-economic-app-secret-token"
    app_public_token: str = APP_PUBLIC_TOKEN
    agreement_grant_token: str = "sandbox-economic-agreement-grant-token"

    def headers(self, grant: str | None = None) -> dict[str, str]:
        """What stands on every call."""
        token = self.agreement_grant_token if grant is None else grant
        return {"X-AppSecretToken": self.app_secret_token, "X-AgreementGrantToken": token}


CREDENTIALS = Credentials()


class Economic:
    """One agreement at e-conomic. `agreement` is its state, `people` do what people do, `webhooks` tell of it."""

    name = "economic"

    def __init__(self, options: Options, clock: Clock = utc_now, deliveries: Deliveries | None = None) -> None:
        self.clock = clock
        self._first_options = options
        self.webhooks = Webhooks(deliveries)
        self.agreement = Agreement(options, self._now)
        self.people = People(self.agreement)
        self._start_over(options)

    def reset(self, options: Mapping[str, object]) -> None:
        """The data as at the start, under the options it was started with and these. Raises `BadOption`."""
        self._start_over(self._first_options.changed(options))

    def change(self, options: Mapping[str, object]) -> None:
        """Changes options of the agreement as it is: plan, modules, roles, limits. Raises `BadOption`."""
        self.agreement.options = self.agreement.options.changed(options)
        self._bucket = Bucket(self.agreement.options.bucket, self.agreement.options.refill)

    def revoke(self) -> None:
        """The customer takes the app away: no grant works any more."""
        self._access.grants.clear()

    def _start_over(self, options: Options) -> None:
        fresh = Agreement(options, self._now)
        fill(fresh)
        self.webhooks.start_over()
        fresh.tell = self.webhooks.tell
        # The handlers hold on to the agreement; its insides are what a reset replaces.
        vars(self.agreement).update(vars(fresh))
        self._access = Access(CREDENTIALS.app_secret_token, {CREDENTIALS.agreement_grant_token})
        self._bucket = Bucket(options.bucket, options.refill)
        self._memory = Memory(self._now)
        self._cost = 0

    def _now(self) -> datetime:
        return self.clock()

    def routes(self) -> list[Route]:
        """Both families, the page that grants access, and the control calls."""
        parts = [part(self.agreement) for part in PART_NAMES]
        api = [route for part in parts for route in part.routes()] + self.webhooks.routes()
        controls = Controls(lambda: self.people, self.webhooks, self.change, self.revoke)
        page = GrantPage(lambda: self._access, lambda: self.agreement.options, APP_PUBLIC_TOKEN)
        return [*(self._remembering(route) for route in api), *page.routes(), *controls.routes()]

    def _remembering(self, route: Route) -> Route:
        def answer(call: Call) -> Answer:
            return self._memory.remembering(route.handler)(call)

        return replace(route, handler=answer)

    def gate(self, call: Call) -> None:
        """Raises `Refused` for tokens that are not taken, roles that are missing, and an empty bucket."""
        self._cost = 0
        if access.is_grant_page(call):
            return
        self._access.check(call, self.agreement.options)
        cost, now = cost_of(call), self._now()
        if not self._bucket.take(cost, now):
            answer = access.refused(call, 429, "Too many requests.", "Wait until the bucket is filled again.")
            if self.agreement.options.sends_retry_after:
                answer = answer.with_headers(Retry_After=str(self._bucket.wait(cost, now)))
            raise Refused(answer)
        self._cost = cost

    def finish(self, call: Call, answer: Answer) -> Answer:
        """The answer with what it cost and what is left."""
        if access.is_grant_page(call):
            return answer
        left = f"limit-{self._bucket.capacity}-per-60-seconds: {self._bucket.left(self._now())}/{self._bucket.capacity}"
        answer = errors.stamped(answer, self._now())
        return answer.with_headers(X_CallCost=str(self._cost), X_RateLimiting=left)

    def expire_tokens(self) -> None:
        """Grants do not expire; they end when the customer takes the app away."""
        self.revoke()

    def unauthorised(self) -> Answer:
        """The 401 in REST's form."""
        return errors.rest(401, "Unauthorized access.", "The X-AgreementGrantToken is not known.")

    def not_found(self, call: Call) -> Answer:
        """The 404 of a path that is not there."""
        return access.refused(call, 404, "The requested resource was not found.", f"Nothing at {call.path}.")
