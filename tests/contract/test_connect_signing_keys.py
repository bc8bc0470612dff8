"""A vendor's signing key on the set-up pages: entered once the addresses are there, replaced, never shown."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from handoff.domain.grants import Secret
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.severa_business import SEVERA_BUSINESS
from handoff.storage.hooks import DynamoHookStore
from sandbox import lumipolku
from tests.builders import NOW
from tests.contract.conftest import Cloud
from tests.contract.storage.worlds import A_GRANT, DynamoWorld
from tests.contract.visiting import Browser, House

HOOK, KEY = "business-nxt.table_change", "canary-signature-key"


@pytest.fixture
def dynamo(cloud: Cloud) -> DynamoWorld:
    return DynamoWorld(f"t{uuid4().hex[:12]}", cloud)


@pytest.fixture
def browser(dynamo: DynamoWorld) -> Browser:
    """A browser whose integration has just gone live."""
    house, onboarding = House(dynamo), dynamo.onboarding()
    sides = [
        Connection(name, name.replace("-", "_"), "9112004", lumipolku.COMPANY) for name in ("severa", "business-nxt")
    ]
    for connection in sides:
        onboarding.connect(connection, replace(A_GRANT, vendor=connection.vendor, account=connection.account))
    integration = Integration("both", SEVERA_BUSINESS.name, SEVERA_BUSINESS.title, *sides)
    onboarding.add_integration(integration, lumipolku.SETTINGS, by="operator", at=NOW)
    onboarding.add_hooks(integration, at=NOW)
    ticket = house.invite(SEVERA_BUSINESS.name, time_tool="severa", erp="business-nxt")
    invitation = house.invitations.find(ticket)
    assert invitation is not None
    house.invitations.save(replace(invitation, integration_id="both", finished_at=dynamo.now()))
    return house.begin(ticket)


def key_of(dynamo: DynamoWorld) -> Secret | None:
    store = DynamoHookStore(dynamo.table, dynamo.tenant_id, lambda: dynamo.envelope)
    address = store.address(HOOK)
    assert address is not None
    return store.signing_key(address)


def test_the_page_asks_for_the_key_until_it_was_entered_and_never_shows_it(
    browser: Browser, dynamo: DynamoWorld
) -> None:
    assert "Until its signature key is entered here, nothing is taken in" in browser.look()
    for key in (KEY, "canary-the-next-key"):
        text = browser.press("sign", hook=HOOK, signing_key=f" {key} ")
        assert "The signature key was entered." in text
        assert key_of(dynamo) == Secret(key)
    assert "canary" not in "".join(browser.seen)


@pytest.mark.parametrize("key", ["", "canary", "x" * 600])
def test_what_can_not_be_a_key_is_refused_in_words_and_not_repeated(
    browser: Browser, dynamo: DynamoWorld, key: str
) -> None:
    text = browser.press("sign", hook=HOOK, signing_key=key)
    assert (browser.last.status, browser.last.code) == (422, "bad_signing_key")
    assert "Copy the whole key" in text
    assert key_of(dynamo) is None
    assert not key or key not in "".join(browser.seen)


@pytest.mark.parametrize("hook", ["", "harvest-1.changes", "severa.invoices"])
def test_a_key_is_kept_only_for_addresses_of_this_integration_that_are_signed(
    browser: Browser, dynamo: DynamoWorld, hook: str
) -> None:
    browser.press("sign", hook=hook, signing_key=KEY)
    assert key_of(dynamo) is None
