"""Webhook addresses and events as they are stored."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.grants import Secret
from handoff.domain.hooks import EventOutcome, HookAddress, HookEvent, HookTarget, Place, SharedSecret
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.severa_business import SEVERA_BUSINESS
from handoff.storage import tables
from handoff.storage.envelope import Sealed
from handoff.storage.grants import PURPOSE
from handoff.storage.hooks import DynamoHookStore, digest_of
from handoff.wiring.hook_book import StoredHookBook
from tests.builders import NOW
from tests.contract.storage.worlds import THE_INTEGRATION, DynamoWorld

HOOK = "moment-1.invoices"
MOMENT = Connection(id="moment-1", vendor="moment", account="klitrose", name="Klitrose Moment")
ECONOMIC = Connection(id="economic-1", vendor="economic", account="1000001", name="Klitrose e-conomic")
LIVE = Integration(id="live-1", kind="moment-economic", name="Invoices", time_tool=MOMENT, erp=ECONOMIC)
PATHS = {
    "moment.customers",
    "moment.projects",
    "moment.invoices",
    "economic.day_book_booked",
    "economic.customer_updated",
    "economic.project_updated",
}


def an_address(world: DynamoWorld) -> str:
    """The token of the address for invoices."""
    path = world.onboarding().add_hooks(LIVE, at=NOW)["moment.invoices"]
    start, token = path.rsplit("/", 1)
    assert start == f"/hooks/{world.tenant_id}/{HOOK}"
    return token


def address_of(world: DynamoWorld, hook_id: str = HOOK) -> HookAddress:
    address = DynamoHookStore(world.table, world.tenant_id).address(hook_id)
    assert address is not None
    return address


def test_an_address_is_found_and_only_its_tokens_digest_is_stored(dynamo: DynamoWorld) -> None:
    token = an_address(dynamo)
    address = address_of(dynamo)
    assert (address.digest, address.vendor, address.hook, address.active) == (
        digest_of(token),
        "moment",
        "invoices",
        True,
    )
    assert address.targets == (HookTarget("live-1", "economic-1"),)
    assert token not in "".join(map(repr, dynamo.table.query(tables.hooks_pk(dynamo.tenant_id))))


def test_every_type_of_both_vendors_has_an_address_with_a_long_token_of_its_own(dynamo: DynamoWorld) -> None:
    made = dynamo.onboarding().add_hooks(LIVE, at=NOW)
    tokens = {path.rsplit("/", 1)[1] for path in made.values()}
    assert (set(made), len(tokens)) == (PATHS, len(PATHS))
    assert all(len(token) >= 43 for token in tokens)


def test_what_is_added_again_stays_as_it_is_and_is_left_out(dynamo: DynamoWorld) -> None:
    token = an_address(dynamo)
    assert dynamo.onboarding().add_hooks(LIVE, at=NOW + timedelta(days=1)) == {}
    assert (address_of(dynamo).digest, address_of(dynamo).made_at) == (digest_of(token), NOW)


def test_a_second_integration_of_a_connection_is_told_too(dynamo: DynamoWorld) -> None:
    token = an_address(dynamo)
    second = replace(LIVE, id="live-2", erp=replace(ECONOMIC, id="economic-2"))
    made = dynamo.onboarding().add_hooks(second, at=NOW)
    assert set(made) == {name for name in PATHS if name.startswith("economic.")}
    assert address_of(dynamo).targets == (HookTarget("live-1", "economic-1"), HookTarget("live-2", "economic-2"))
    assert address_of(dynamo).digest == digest_of(token)


def test_an_integration_without_webhooks_has_no_addresses(dynamo: DynamoWorld) -> None:
    assert dynamo.onboarding().add_hooks(THE_INTEGRATION, at=NOW) == {}


def test_a_new_token_ends_the_old_one(dynamo: DynamoWorld) -> None:
    old = an_address(dynamo)
    later = NOW + timedelta(days=1)
    start, new = dynamo.onboarding().renew_hook(HOOK, later).rsplit("/", 1)
    assert (start, new != old) == (f"/hooks/{dynamo.tenant_id}/{HOOK}", True)
    address = address_of(dynamo)
    assert (address.digest, address.made_at, address.renewed_at) == (digest_of(new), NOW, later)


def test_an_address_that_is_not_there_can_not_be_renewed(dynamo: DynamoWorld) -> None:
    with pytest.raises(NotFound):
        dynamo.onboarding().renew_hook(HOOK, NOW)


def test_a_second_secret_is_kept_as_a_digest_and_may_not_be_empty(dynamo: DynamoWorld) -> None:
    an_address(dynamo)
    ask = dynamo.onboarding().require_secret
    ask(HOOK, place=Place.HEADER, name="X-Secret", secret=Secret("canary-second"))
    assert address_of(dynamo).shared == SharedSecret(Place.HEADER, "X-Secret", digest_of("canary-second"))
    assert "canary-second" not in "".join(map(repr, dynamo.table.query(tables.hooks_pk(dynamo.tenant_id))))
    with pytest.raises(InvalidInput):
        ask(HOOK, place=Place.HEADER, name="X-Secret", secret=Secret())


def test_an_address_is_switched_off_and_another_tenant_has_none(dynamo: DynamoWorld) -> None:
    an_address(dynamo)
    dynamo.onboarding().switch_hook(HOOK, active=False)
    assert not address_of(dynamo).active
    store = DynamoHookStore(dynamo.table, dynamo.tenant_id)
    assert DynamoHookStore(dynamo.table, f"{dynamo.tenant_id}x").address(HOOK) is None
    assert store.address("a#b") is None


def test_an_event_is_stored_once_with_its_bytes_for_thirty_days(dynamo: DynamoWorld) -> None:
    store = DynamoHookStore(dynamo.table, dynamo.tenant_id)
    event = HookEvent("r-1", HOOK, "hours-no", NOW, b"\xff\x00{", "text/xml", EventOutcome.UNREADABLE)
    store.keep(event)
    store.keep(event)
    assert list(store.events("hours-no")) == [event]
    [item] = dynamo.table.query(tables.events_pk(dynamo.tenant_id, "hours-no"))
    assert int(item["expires_at"]["N"]) == int((NOW + timedelta(days=30)).timestamp())


# ---- signing keys --------------------------------------------------------------------------------

NXT_HOOK, KEY = "nxt-1.table_change", "canary-signature-key"
SEVERA = Connection(id="severa-1", vendor="severa", account="org", name="Lumipolku")
NXT = Connection(id="nxt-1", vendor="business_nxt", account="9112004", name="Lumipolku")
BOTH = Integration(id="both", kind=SEVERA_BUSINESS.name, name="Both ways", time_tool=SEVERA, erp=NXT)


def a_signed_address(world: DynamoWorld, key: str = KEY) -> HookAddress:
    world.onboarding().add_hooks(BOTH, at=NOW)
    world.onboarding().enter_signing_key(NXT_HOOK, Secret(key), at=NOW)
    return address_of(world, NXT_HOOK)


def hooks_of(world: DynamoWorld, tenant_id: str = "") -> DynamoHookStore:
    return DynamoHookStore(world.table, tenant_id or world.tenant_id, lambda: world.envelope)


def test_an_address_knows_whose_account_it_is_of_and_has_no_key_at_first(dynamo: DynamoWorld) -> None:
    assert set(dynamo.onboarding().add_hooks(BOTH, at=NOW)) == {"business_nxt.table_change"}
    address = address_of(dynamo, NXT_HOOK)
    assert (address.account, address.signing) == ("9112004", None)
    assert hooks_of(dynamo).signing_key(address) is None
    assert not dynamo.onboarding().has_signing_key(NXT_HOOK)


def test_a_key_is_kept_encrypted_and_opened_again_for_its_own_address(dynamo: DynamoWorld) -> None:
    address = a_signed_address(dynamo, f" {KEY} ")
    assert address.signing is not None
    assert address.signing.entered_at == NOW
    assert hooks_of(dynamo).signing_key(address) == Secret(KEY)
    shown = "".join(map(repr, dynamo.table.query(tables.hooks_pk(dynamo.tenant_id)))) + repr(address)
    assert KEY not in shown
    assert base64.b64encode(KEY.encode()).decode() not in shown


def test_a_key_is_replaced_and_stays_when_its_address_is_renewed(dynamo: DynamoWorld) -> None:
    a_signed_address(dynamo)
    dynamo.onboarding().enter_signing_key(NXT_HOOK, Secret("canary-the-next-key"), at=NOW + timedelta(days=1))
    dynamo.onboarding().renew_hook(NXT_HOOK, NOW + timedelta(days=2))
    dynamo.onboarding().add_hooks(BOTH, at=NOW + timedelta(days=3))
    assert hooks_of(dynamo).signing_key(address_of(dynamo, NXT_HOOK)) == Secret("canary-the-next-key")


def test_a_key_opens_for_no_other_tenant_and_no_other_address(dynamo: DynamoWorld) -> None:
    address = a_signed_address(dynamo)
    with pytest.raises(ClientError):
        hooks_of(dynamo, f"{dynamo.tenant_id}x").signing_key(address)
    with pytest.raises(ClientError):
        hooks_of(dynamo).signing_key(replace(address, id="nxt-2.table_change"))


def test_a_key_is_no_grant_and_a_grant_no_key(dynamo: DynamoWorld) -> None:
    """The purpose in the context is what the function that receives webhooks is let in by."""
    address = a_signed_address(dynamo)
    assert address.signing is not None
    sealed = Sealed(address.signing.wrapped_key, address.signing.box)
    with pytest.raises(ClientError):
        dynamo.envelope.open(sealed, {"tenant_id": dynamo.tenant_id, "hook_id": NXT_HOOK, "purpose": PURPOSE})


@pytest.mark.parametrize("key", ["", "short", "x" * 513, "two\nlines-of-it"])
def test_what_can_not_be_a_key_is_refused_and_not_repeated(dynamo: DynamoWorld, key: str) -> None:
    dynamo.onboarding().add_hooks(BOTH, at=NOW)
    with pytest.raises(InvalidInput) as caught:
        dynamo.onboarding().enter_signing_key(NXT_HOOK, Secret(key), at=NOW)
    assert not key or key not in str(caught.value)


def test_a_key_needs_an_address_and_somebody_who_can_seal_it(dynamo: DynamoWorld) -> None:
    with pytest.raises(NotFound):
        dynamo.onboarding().enter_signing_key(NXT_HOOK, Secret(KEY), at=NOW)
    address = a_signed_address(dynamo)
    with pytest.raises(InvalidInput):
        DynamoHookStore(dynamo.table, dynamo.tenant_id).signing_key(address)


def test_addresses_are_listed_with_what_their_vendors_say_of_them(dynamo: DynamoWorld) -> None:
    book = StoredHookBook(hooks_of(dynamo))
    assert book.of(BOTH) == []
    dynamo.onboarding().add_hooks(BOTH, at=NOW)
    book.enter_key(NXT_HOOK, Secret(KEY), at=NOW)
    (listed,) = book.of(BOTH)
    assert (listed.address.id, listed.title, listed.is_signed) == (NXT_HOOK, "Table change", True)
    assert listed.address.signing is not None


def test_an_event_that_its_vendor_names_is_stored_once_whenever_it_comes(dynamo: DynamoWorld) -> None:
    store = DynamoHookStore(dynamo.table, dynamo.tenant_id)
    first = HookEvent("event-1", NXT_HOOK, "both", NOW, b"{}", "application/json", EventOutcome.HINT, is_named=True)
    between = HookEvent("r-1", "severa-1.x", "both", NOW + timedelta(minutes=1), b"", "", EventOutcome.UNREADABLE)
    last = replace(first, id="event-0", at=NOW + timedelta(minutes=2))
    for event in (first, between, last, replace(first, at=NOW + timedelta(days=3))):
        store.keep(event)
    assert list(store.events("both")) == [last, between, first]
