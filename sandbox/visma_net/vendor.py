"""Visma.net ERP as a vendor for `sandbox.standin`: routes, tokens, limits and what stands on every answer.

Vendor documentation: "Change of base URL" (both prefixes, hosts in `Location`), "Rate limits" (headers, policies,
429), "Background API". Paths match in any case. ASSUMED: the body of a 429.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from sandbox import world
from sandbox.standin import BadOption, Clock, only_options, utc_now, whole_option
from sandbox.throttle import Allowance, FixedWindow
from sandbox.visma_connect import TOKEN_PATH, Application, Connect, Grant, is_token_call
from sandbox.visma_net import seed
from sandbox.visma_net.background import Background, is_wanted
from sandbox.visma_net.company import Company
from sandbox.visma_net.connect import RIGHTS, SCOPE_PREFIX, admitted, need, unauthorised
from sandbox.visma_net.directory_operations import DirectoryOperations
from sandbox.visma_net.house import House, Operation, Settings
from sandbox.visma_net.ledger_operations import LedgerOperations
from sandbox.visma_net.project_operations import ProjectOperations
from sandbox.visma_net.screens import Screens
from sandbox.wire import Answer, Call, Handler, NotJson, Refused, Route

CLIENT_ID = "isv_handoff"
CLIENT_SECRET = "sandbox-visma-net-secret"
COMPANY_TENANT = "5c1f7a0e-2b44-4d7e-9f5d-3a8e60c1d201"
CUSTOMER_TENANT = "c0a8d6f2-91e3-4b0a-8a67-7d52be94f302"
OLD_PREFIX = "/API/controller/api"
HOUR_SECONDS = 3600
NEW_POLICY, OLD_POLICY = "4-fixed-window", "6-fixed-window"


class VismaNet:
    """The vendor: one company of one customer, one service application that may use it."""

    name = "visma_net"

    def __init__(self, clock: Clock = utc_now) -> None:
        self.clock = clock
        self.house = House(Company(self._now), Settings())
        self._start_over(Settings(), world.DEFAULT_SEED, RIGHTS)

    @property
    def company(self) -> Company:
        """The company's state, for tests to look at."""
        return self.house.company

    def reset(self, options: Mapping[str, object]) -> None:
        """Starts the data over. Raises `BadOption`.

        Options: seed; rate_limit and old_host_rate_limit, calls an hour, 0 for none; max_page_size; token_seconds;
        background_polls, reads of a background state that still say Started; location_host, such as
        https://api.finance.visma.net; rights, those of read, create, update, delete that the customer approved.
        """
        only_options(options, ("seed", "rights", *(setting.name for setting in fields(Settings))))
        host = options.get("location_host", "")
        rights = options.get("rights", list(RIGHTS))
        if not isinstance(host, str):
            raise BadOption("location_host must be text")
        if not isinstance(rights, list) or not all(right in RIGHTS for right in rights):
            raise BadOption(f"rights must be a list of {', '.join(RIGHTS)}")
        plain = Settings()
        settings = Settings(
            rate_limit=whole_option(options, "rate_limit", plain.rate_limit, 0, 1_000_000),
            old_host_rate_limit=whole_option(options, "old_host_rate_limit", plain.old_host_rate_limit, 0, 1_000_000),
            max_page_size=whole_option(options, "max_page_size", plain.max_page_size, 1, 100_000),
            token_seconds=whole_option(options, "token_seconds", plain.token_seconds, 1, 86_400),
            background_polls=whole_option(options, "background_polls", plain.background_polls, 0, 1_000),
            location_host=host.rstrip("/"),
        )
        self._start_over(settings, whole_option(options, "seed", world.DEFAULT_SEED, 0, 2**31), tuple(rights))

    def _start_over(self, settings: Settings, seed_number: int, rights: Sequence[str]) -> None:
        company = Company(self._now)
        seed.fill(company, seed_number)
        self.house.company, self.house.settings = company, settings
        scopes = tuple(SCOPE_PREFIX + right for right in RIGHTS if right in rights)
        application = Application(CLIENT_ID, CLIENT_SECRET, scopes, (COMPANY_TENANT, CUSTOMER_TENANT))
        self._connect = Connect((application,), self._now, settings.token_seconds)
        self._background = Background(self._now, lambda: str(uuid.uuid4()), settings.background_polls)
        self._window = FixedWindow(settings.rate_limit, HOUR_SECONDS)
        self._old_window = FixedWindow(settings.old_host_rate_limit, HOUR_SECONDS)
        self._grant: Grant | None = None
        self._allowance: Allowance | None = None

    def _now(self) -> datetime:
        return self.clock()

    def routes(self) -> list[Route]:
        """The API under both prefixes, the token endpoint, and the windows of the ERP."""
        parts = (ProjectOperations(self.house), LedgerOperations(self.house), DirectoryOperations(self.house))
        routes = [
            Route(operation.method, f"{prefix}{operation.template}", self._operating(operation))
            for part in parts
            for operation in part.operations()
            for prefix in ("", OLD_PREFIX)
        ]
        for prefix in ("", OLD_PREFIX):
            state = f"{prefix}/v1/background/{{requestId}}"
            routes.append(Route("GET", state, self._background_state))
            routes.append(Route("GET", f"{state}/content", self._background_content))
        routes.append(Route("POST", TOKEN_PATH, self._token))
        return routes + Screens(self.house).routes()

    def gate(self, call: Call) -> None:
        """Raises `Refused` for a token that is not taken, and when the hour's calls are used up."""
        self._grant = self._allowance = None
        if is_token_call(call):
            return
        grant = self._grant = admitted(self._connect, call, (COMPANY_TENANT,))
        if is_old_host(call):
            self._allowance = self._old_window.take(grant.client_id, self._now())
        else:
            self._allowance = self._window.take(f"{grant.tenant_id} {grant.client_id}", self._now())
        if not self._allowance.ok:
            wait = {"Retry-After": str(self._allowance.reset_seconds)}
            raise Refused(Answer(429, {"message": "The rate limit is exceeded."}, wait))

    def finish(self, call: Call, answer: Answer) -> Answer:
        """The answer with the rate limit's headers, which every answer of the API carries."""
        if is_token_call(call):
            return answer
        limit = self._old_window.limit if is_old_host(call) else self._window.limit
        now = self._allowance or Allowance(True, limit, limit, HOUR_SECONDS)
        return answer.with_headers(
            X_RateLimit_Limit=str(now.limit),
            X_RateLimit_Remaining=str(now.remaining),
            X_RateLimit_Reset=str(now.reset_seconds),
            X_RateLimit_Policy=OLD_POLICY if is_old_host(call) else NEW_POLICY,
            Ipp_Request_Id=str(uuid.uuid4()),
        )

    def expire_tokens(self) -> None:
        """All access tokens given out so far stop working."""
        self._connect.expire_all()

    def unauthorised(self) -> Answer:
        """The 401 of the gateway."""
        return unauthorised()

    def not_found(self, call: Call) -> Answer:
        """A path that the API does not have: 404 without a body."""
        return Answer(404)

    def _operating(self, operation: Operation) -> Handler:
        """The operation behind its scope, in the background when the call asks for that."""

        def operate(call: Call) -> Answer:
            if self._grant is None:
                raise Refused(unauthorised())
            need(self._grant, *operation.rights)
            if not is_wanted(call):
                return operation.handler(call)
            return self._background.take(call, _outcome(operation.handler, call), self.house.host(call))

        return operate

    def _token(self, call: Call) -> Answer:
        return self._connect.token(call)

    def _background_state(self, call: Call) -> Answer:
        return self._background.state(call.ids["requestId"], self.house.host(call))

    def _background_content(self, call: Call) -> Answer:
        return self._background.content(call.ids["requestId"])


def is_old_host(call: Call) -> bool:
    """Whether the call came by the old base address, which is throttled harder."""
    return call.path.lower().startswith(OLD_PREFIX.lower() + "/")


def credentials(tenant_id: str = COMPANY_TENANT) -> dict[str, str]:
    """What a user of this vendor types in to connect, with the scopes that the flows need."""
    scopes = " ".join(f"vismanet_erp_service_api:{right}" for right in ("read", "create", "update"))
    return {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "tenant_id": tenant_id, "scope": scopes}


def _outcome(handler: Handler, call: Call) -> Answer:
    try:
        return handler(call)
    except Refused as refused:
        return refused.answer
    except NotJson as error:
        return Answer(400, {"message": f"The body is no JSON: {error}"})
