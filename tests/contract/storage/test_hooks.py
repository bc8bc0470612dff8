"""Webhook addresses and events as they are stored."""

from __future__ import annotations

from datetime import timedelta

from handoff.domain.hooks import EventOutcome, HookEvent
from handoff.storage import tables
from handoff.storage.hooks import DynamoHookStore, digest_of
from tests.builders import NOW
from tests.contract.storage.worlds import THE_INTEGRATION, DynamoWorld

HOOK = "hours-no.harvest-1.invoice"


def an_address(world: DynamoWorld) -> str:
    ((name, path),) = world.onboarding().add_hooks(THE_INTEGRATION, {"harvest": ["invoice"]}, at=NOW)
    start, token = path.rsplit("/", 1)
    assert (name, start) == ("invoice", f"/hooks/{world.tenant_id}/{HOOK}")
    return token


def test_an_address_is_found_and_only_its_tokens_digest_is_stored(dynamo: DynamoWorld) -> None:
    token = an_address(dynamo)
    address = DynamoHookStore(dynamo.table, dynamo.tenant_id).address(HOOK)
    assert address is not None
    assert (address.digest, address.vendor, address.active) == (digest_of(token), "harvest", True)
    assert [target.erp_id for target in address.targets] == ["visma-net-1"]
    [item] = dynamo.table.query(tables.hooks_pk(dynamo.tenant_id))
    assert token not in repr(item)


def test_a_new_token_ends_the_old_one(dynamo: DynamoWorld) -> None:
    old, store = an_address(dynamo), DynamoHookStore(dynamo.table, dynamo.tenant_id)
    new = store.renew(HOOK, at=NOW + timedelta(days=1))
    third = an_address(dynamo)
    address = store.address(HOOK)
    assert address is not None
    assert address.digest == digest_of(third)
    assert len({old, new, third}) == 3
    assert address.made_at == NOW


def test_an_address_is_switched_off_and_another_tenant_has_none(dynamo: DynamoWorld) -> None:
    an_address(dynamo)
    store = DynamoHookStore(dynamo.table, dynamo.tenant_id)
    store.switch(HOOK, active=False)
    address = store.address(HOOK)
    assert address is not None
    assert not address.active
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
