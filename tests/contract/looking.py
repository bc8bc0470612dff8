"""Lumipolku's finance manager on the set-up pages: both stand-ins, real stores, and the worker that her buttons set going."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx

from handoff.connectors.vendor import Surroundings
from handoff.domain.tenancy import Connection
from handoff.pipeline.steps import Step
from handoff.settings import PlatformSettings
from handoff.wiring.performer import StepPerformer
from handoff.wiring.workshop import Workshop
from sandbox import business_nxt, severa
from sandbox.business_nxt.access import LUMIPOLKU_COMPANY_NO
from tests.builders import platform_settings
from tests.contract.storage.worlds import DynamoWorld
from tests.contract.visiting import Browser, House
from tests.lumipolku import NXT_URL, SEVERA_URL

KIND = "severa-business"
TOOL = {"client_id": severa.CREDENTIALS.client_id, "client_secret": severa.CREDENTIALS.client_secret}
ERP = {
    "company_no": str(LUMIPOLKU_COMPANY_NO),
    "client_id": business_nxt.CREDENTIALS.client_id,
    "client_secret": business_nxt.CREDENTIALS.client_secret,
}
SETTINGS = {
    "master": "erp",
    "case_master": "time_tool",
    "product_master": "",
    "department_unit": "1",
    "project_unit": "2",
    "currency": "EUR",
    "hours.table": "1",
    "customers.blocked_group": "3",
    "notices.email": "talous@lumipolku.example.test",
}
STEPS_MAX = 60


class LookingHouse(House):
    """Lumipolku's tenant before it goes live; `severa` and `nxt` are its vendors."""

    def __init__(self, world: DynamoWorld) -> None:
        super().__init__(world)
        self.severa = severa.stand_in(clock=world.now, limit=0)
        self.nxt = business_nxt.stand_in(clock=world.now, send=lambda _: 202)

    @property
    def vendors(self) -> Mapping[str, Callable[[], httpx.BaseTransport]]:
        return {"severa": self.severa.transport, "business_nxt": self.nxt.transport}

    @property
    def platform(self) -> PlatformSettings:
        return platform_settings(
            severa={"base_url": f"{SEVERA_URL}/rest-api", "calls_per_second": 0},
            business_nxt={"base_url": NXT_URL, "token_url": NXT_URL + business_nxt.TOKEN_PATH},
        )

    def connected(self) -> Browser:
        browser = self.begin(self.invite(KIND))
        browser.press("time_tool", **TOOL)
        browser.press("erp", **ERP)
        return browser

    def ready(self) -> Browser:
        """A browser whose settings are saved: the report is next."""
        browser = self.connected()
        browser.press("settings", **SETTINGS)
        return browser

    def looked(self) -> Browser:
        """A browser that has the report in front of it."""
        browser = self.ready()
        browser.press("look")
        self.works()
        browser.look("report")
        return browser

    def works(self, steps: int = STEPS_MAX) -> None:
        """The worker takes messages until there are none left, or so many."""
        queues = (self.fetches, self.posts)
        for _ in range(steps):
            queue = next((one for one in queues if one.messages), None)
            if queue is None:
                return
            message = queue.messages.popleft()
            step = Step.model_validate_json(message.body)
            outcome = StepPerformer(self.shop(step.integration_id)).perform(step, lambda: True)
            if outcome.wait_seconds is not None:
                queue.messages.append(message)
            elif outcome.then is not None:
                self.desk().queues.send(outcome.then, self.world.tenants().integration(step.integration_id))

    def shop(self, integration_id: str) -> Workshop:
        """What a worker works with."""
        desk = self.desk()

        def surroundings(connection: Connection) -> Surroundings:
            return desk.around(connection.vendor, desk.grants(connection.id))

        return Workshop(
            self.world.tenant_id,
            integration_id,
            shelves=self.world.shelf,
            surroundings=surroundings,
            clock=self.world.now,
        )
