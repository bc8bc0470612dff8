"""Webhook addresses through the API, and the keys that vendors sign with: entered, replaced, never shown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.api.api_world import BASE, OTHER_TOKEN, World

KEY, NEXT = "canary-signature-key", "canary-the-next-key"
SIGNED, UNSIGNED = "erp-1.changes", "erp-1.others"


@pytest.fixture
def world() -> World:
    world = World()
    world.hooks.add(SIGNED, is_signed=True)
    world.hooks.add(UNSIGNED, is_signed=False)
    return world


def enter(world: World, key: Any = KEY, hook: str = SIGNED, **more: Any) -> Any:
    return world.post(f"{BASE}/webhooks/{hook}/signing-key", {"signing_key": key}, **more)


def test_addresses_are_listed_without_their_tokens_and_say_whether_a_key_is_missing(world: World) -> None:
    listed = world.get(f"{BASE}/webhooks").json["webhooks"]
    assert [(one["id"], one["signing_key"]) for one in listed] == [(SIGNED, "missing"), (UNSIGNED, "not_needed")]
    assert listed[0] == {
        "id": SIGNED,
        "vendor": "visma_net",
        "title": "Changes",
        "where": "Portal → Webhooks",
        "active": True,
        "made_at": "2026-10-20T08:00:00Z",
        "renewed_at": "2026-10-20T08:00:00Z",
        "signing_key": "missing",
        "signing_key_entered_at": None,
    }


def test_a_key_is_entered_and_replaced_and_no_answer_has_it(world: World) -> None:
    for key in (KEY, NEXT):
        answer = enter(world, f"  {key}\n")
        assert (answer.status, answer.json["signing_key"]) == (200, "entered")
        assert key not in str(answer.json)
        assert world.hooks.keys == {SIGNED: key}
    assert "canary" not in str(world.get(f"{BASE}/webhooks").json)


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 513, "canary-in\ntwo-lines", "canary-\u0000-key", 7, None, ["canary-key"]]
)
def test_what_can_not_be_a_key_is_refused_and_not_repeated(world: World, key: Any) -> None:
    answer = enter(world, key)
    assert answer.status == 422
    assert "canary" not in str(answer.json)
    assert not world.hooks.keys


def test_a_key_that_comes_with_something_else_is_refused_and_not_repeated(world: World) -> None:
    answer = world.post(f"{BASE}/webhooks/{SIGNED}/signing-key", {"signing_key": KEY, "hook": "canary"})
    assert answer.status == 422
    assert "canary" not in str(answer.json)


def test_an_address_whose_vendor_signs_nothing_takes_no_key(world: World) -> None:
    answer = enter(world, hook=UNSIGNED)
    assert (answer.status, answer.error["code"]) == (422, "not_signed")


@pytest.mark.parametrize("hook", ["erp-2.changes", "%23"])
def test_no_key_is_kept_for_an_address_that_is_not_this_integrations(world: World, hook: str) -> None:
    assert enter(world, hook=hook).status == 404
    assert not world.hooks.keys


def test_another_tenant_and_whoever_has_no_token_enter_nothing(world: World) -> None:
    assert enter(world, token=OTHER_TOKEN).status == 404
    assert enter(world, token=None).status == 401
    assert not world.hooks.keys
