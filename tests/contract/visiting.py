"""A person with a browser on the set-up pages: follows links, presses buttons, keeps cookies."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from handoff.connect.desk import Answered, Asked, ConnectDesk
from handoff.connect.guide import Guide
from handoff.pipeline.steps import Queues
from handoff.settings import PlatformSettings
from handoff.storage.grants import DynamoGrantStore
from handoff.storage.invitations import DynamoInvitationStore
from handoff.storage.problems import DynamoProblemStore
from sandbox import economic, moment
from sandbox.deliveries import Deliveries
from sandbox.klitrose import COMPANY, FINANCE_MANAGER
from sandbox.local.vendors import ECONOMIC_SECRETS, economic_settings, moment_settings
from tests.builders import platform_settings
from tests.contract.storage.worlds import DynamoWorld
from tests.fakes import FakeQueue

BASE = "https://handoff.test/live"
KIND = "moment-economic"
MOMENT_URL, ECONOMIC_URL = "https://moment.test", "https://economic.test"
ACCOUNT = {"company": moment.CREDENTIALS.company, "api_key": moment.CREDENTIALS.api_key}


class House:
    """One tenant, both vendors' stand-ins, and a clock."""

    def __init__(self, world: DynamoWorld, **economic_options: object) -> None:
        self.world = world
        self.moment = moment.stand_in(clock=world.now, send=lambda _: 200)
        self.economic = economic.stand_in(clock=world.now, deliveries=Deliveries(lambda _: 200), **economic_options)
        world.onboarding().add_tenant(COMPANY)
        self.invitations = DynamoInvitationStore(world.table, world.tenant_id)
        self.fetches, self.posts = FakeQueue(world.now), FakeQueue(world.now)

    @property
    def vendors(self) -> Mapping[str, Callable[[], httpx.BaseTransport]]:
        """Where each vendor's stand-in is reached."""
        return {"moment": self.moment.transport, "economic": self.economic.transport}

    @property
    def platform(self) -> PlatformSettings:
        """What the platform knows of the vendors."""
        return platform_settings(
            {"economic": ECONOMIC_SECRETS},
            moment=moment_settings(MOMENT_URL),
            economic=economic_settings(ECONOMIC_URL),
        )

    def desk(self, tenant_id: str = "") -> ConnectDesk:
        world, tenant = self.world, tenant_id or self.world.tenant_id
        return ConnectDesk(
            tenant_id=tenant,
            invitations=DynamoInvitationStore(world.table, tenant),
            tenants=world.tenants(tenant),
            onboarding=world.onboarding(),
            grants=lambda id_: DynamoGrantStore(world.cloud.grants_table, tenant, id_, world.envelope),
            problems=lambda id_: DynamoProblemStore(world.table, tenant, id_),
            stores=lambda integration_id: world.shelf(integration_id, tenant),
            queues=Queues(fetch=self.fetches, post=self.posts),
            platform=self.platform,
            clock=world.now,
            transport=lambda vendor: self.vendors[vendor](),
        )

    def invite(self, kind: str = KIND, *, integration_id: str = "", time_tool: str = "", erp: str = "") -> str:
        """A new link's ticket."""
        return self.invitations.issue(
            kind,
            integration_id=integration_id,
            time_tool=time_tool,
            erp=erp,
            by=FINANCE_MANAGER,
            at=self.world.now(),
        )[0]

    def begin(self, ticket: str | None = None) -> Browser:
        """A browser that has begun with a link."""
        browser = Browser(self, ticket or self.invite())
        browser.press("begin")
        return browser

    def connected(self) -> Browser:
        """A browser that has both accounts connected."""
        browser = self.begin()
        browser.press("time_tool", **ACCOUNT)
        browser.press("erp", grant_token=economic.CREDENTIALS.agreement_grant_token)
        return browser

    def live(self) -> Browser:
        """A browser that went live with the usual settings."""
        browser = self.connected()
        browser.press("settings", **USUAL)
        browser.press("finish")
        return browser


USUAL = {
    "notices.email": "bogholderi@klitrose.example",
    "starts_on": "2026-11-01",
    "invoices.journal": "1",
    "invoices.pdf": "on",
    "customers.group": "1",
    "customers.payment_terms": "1",
    "projects.group": "1",
}


@dataclass
class Browser:
    """One browser, at one link; `seen` is all it was ever shown."""

    house: House
    ticket: str
    cookies: dict[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    last: Answered = field(default_factory=lambda: Answered(0, ""))

    @property
    def link(self) -> str:
        return f"{BASE}/connect/{self.house.world.tenant_id}/{self.ticket}"

    @property
    def text(self) -> str:
        """The page as it is read: without markup."""
        return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", self.last.body, flags=re.DOTALL).split())

    def look(self, step: str = "") -> str:
        return self.visit(f"{self.link}?step={step}" if step else self.link)

    def press(self, step: str, **entered: str) -> str:
        return self._ask("POST", self.link, {"step": step, **entered})

    def visit(self, address: str) -> str:
        return self._ask("GET", address, {})

    def to_the_vendor(self, side: str = "erp") -> str:
        """The vendor's page that the link leads to; it is not followed."""
        self.last = self._once("GET", f"{self.link}?go={side}", {})
        return self.last.location

    def back_from(self, page: str) -> str:
        """Adds the app on e-conomic's page and gives the address that the browser is sent back to."""
        with httpx.Client(transport=self.house.economic.transport(), base_url=ECONOMIC_URL) as client:
            return client.post(page).headers["Location"]

    def _ask(self, method: str, address: str, form: Mapping[str, str]) -> str:
        self.last = self._once(method, address, form)
        for _ in range(3):
            if not self.last.location:
                break
            address = urljoin(address, self.last.location)
            self.last = self._once("GET", address, {})
        return self.text

    def _once(self, method: str, address: str, form: Mapping[str, str]) -> Answered:
        parts = urlsplit(address)
        _, _, _, tenant_id, ticket, *way = parts.path.split("/")
        side, secret = way or ("", "")
        asked = Asked(
            method, tenant_id, ticket, BASE, side, secret, dict(parse_qsl(parts.query)), form, dict(self.cookies)
        )
        answered = Guide(self.house.desk(tenant_id)).answer(asked)
        if answered.cookie:
            name, _, value = answered.cookie.partition("=")
            self.cookies[name] = value
        self.seen.append(answered.body)
        return answered
