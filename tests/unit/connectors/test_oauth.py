"""Tokens are renewed once, stored before use, and a grant ends only by the vendor's own word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from handoff.connectors.http import USER_AGENT, open_http
from handoff.connectors.oauth import OF_NO_TENANT, TokenEndpoint, TokenSource
from handoff.domain.errors import RateLimited, ReconnectNeeded, Unreachable
from handoff.domain.grants import Grant, Secret
from tests.unit.connectors.vendor_fakes import NOW, TOKEN_URL, FakeGrantStore, Wire

CANARY = "canary-3f9a"
HARVEST = TokenEndpoint("Harvest", TOKEN_URL)
CONNECT = TokenEndpoint("Visma.net ERP", TOKEN_URL, "api:read api:create")


def a_grant(
    *, access: str = "old", refresh: str = "r1", expires_at: datetime | None = NOW - timedelta(hours=1)
) -> Grant:
    return Grant("harvest", "4711", "client", Secret("hush"), Secret(refresh), Secret(access), expires_at)


def a_source(
    store: FakeGrantStore,
    wire: httpx.BaseTransport,
    endpoint: TokenEndpoint = HARVEST,
    now: Callable[[], datetime] = lambda: NOW,
) -> TokenSource:
    return TokenSource(store, endpoint, open_http(wire), now)


def answer(**fields: object) -> httpx.Response:
    return httpx.Response(
        200, json={"access_token": "new", "refresh_token": "r2", "expires_in": 3600, "token_type": "bearer"} | fields
    )


def form_of(request: httpx.Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


def test_a_token_that_is_still_good_is_used_without_a_call() -> None:
    store, wire = FakeGrantStore(a_grant(expires_at=NOW + timedelta(minutes=1))), Wire(answer())
    source = a_source(store, wire)
    assert [source.current().reveal() for _ in range(3)] == ["old"] * 3
    assert (wire.requests, store.log) == ([], ["load"])


def test_a_stale_token_is_renewed_and_the_new_grant_stored_before_it_is_used() -> None:
    store, wire = FakeGrantStore(a_grant()), Wire(answer())
    assert a_source(store, wire).current() == Secret("new")
    assert form_of(wire.requests[0]) == {
        "grant_type": "refresh_token", "refresh_token": "r1", "client_id": "client", "client_secret": "hush",
    }  # fmt: skip
    assert wire.sent("User-Agent") == [USER_AGENT]
    assert store.log == ["load", "save"]
    grant = store.stored.grant
    assert (grant.refresh_token, grant.access_token) == (Secret("r2"), Secret("new"))
    assert grant.expires_at == NOW + timedelta(seconds=3600 - 60)


def test_a_token_is_not_used_when_its_grant_can_not_be_stored() -> None:
    class Broken(FakeGrantStore):
        def save(self, grant: Grant, revision: int) -> int:
            raise Unreachable("the store is down")

    with pytest.raises(Unreachable, match="store"):
        a_source(Broken(a_grant()), Wire(answer())).current()


@pytest.mark.parametrize("fields", [{"refresh_token": None}, {"refresh_token": ""}])
def test_the_old_refresh_token_is_kept_when_none_comes_back(fields: dict[str, object]) -> None:
    store = FakeGrantStore(a_grant())
    a_source(store, Wire(answer(**fields))).current()
    assert store.stored.grant.refresh_token == Secret("r1")


def test_a_token_of_five_seconds_is_renewed_at_half_its_life() -> None:
    store = FakeGrantStore(a_grant())
    a_source(store, Wire(answer(expires_in=5))).current()
    assert store.stored.grant.expires_at == NOW + timedelta(seconds=2.5)


@pytest.mark.parametrize(("life", "seconds"), [(None, 450 + 390), ("3600", 3540)])
def test_a_missing_or_written_out_life_is_understood(life: str | None, seconds: int) -> None:
    store = FakeGrantStore(a_grant())
    a_source(store, Wire(answer(expires_in=life))).current()
    assert store.stored.grant.expires_at == NOW + timedelta(seconds=seconds)


def test_who_comes_too_late_uses_the_winners_token() -> None:
    store = FakeGrantStore(a_grant())
    winner = a_grant(access="winner", refresh="r9", expires_at=NOW + timedelta(hours=1))
    store.before_save.append(lambda: store.replace(winner))
    assert a_source(store, Wire(answer())).current() == Secret("winner")
    assert store.stored.grant == winner
    assert store.log == ["load", "stale", "load"]


def test_a_write_that_did_not_touch_the_tokens_does_not_lose_the_new_ones() -> None:
    store = FakeGrantStore(a_grant())
    store.before_save.append(lambda: store.replace(a_grant()))
    assert a_source(store, Wire(answer())).current() == Secret("new")
    assert store.stored.grant.refresh_token == Secret("r2")


def test_a_grant_that_keeps_changing_is_left_for_the_next_pass() -> None:
    store = FakeGrantStore(a_grant())
    store.before_save.extend([lambda: store.replace(a_grant())] * 9)
    with pytest.raises(Unreachable, match="kept changing"):
        a_source(store, Wire(answer())).current()
    assert store.log.count("stale") == 3


def test_a_spent_refresh_token_means_that_somebody_else_has_the_new_one() -> None:
    store = FakeGrantStore(a_grant())
    winner = a_grant(access="winner", refresh="r9", expires_at=NOW + timedelta(hours=1))

    def renewed_by_another(_: httpx.Request) -> httpx.Response:
        store.replace(winner)
        return httpx.Response(400, json={"error": "invalid_grant"})

    assert a_source(store, Wire(renewed_by_another)).current() == Secret("winner")


def test_a_refused_grant_asks_for_a_person_and_is_kept() -> None:
    store = FakeGrantStore(a_grant())
    refusal = httpx.Response(400, json={"error": "invalid_grant", "error_description": CANARY, "token": CANARY})
    with pytest.raises(ReconnectNeeded, match="invalid_grant") as caught:
        a_source(store, Wire(refusal)).current()
    assert (caught.value.code, caught.value.field) == ("invalid_grant", None)
    assert CANARY not in str(caught.value)
    assert store.stored.grant == a_grant()
    assert store.log == ["load", "load"]


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(500, text=CANARY), Unreachable),
        (httpx.Response(400, text=f"<html>{CANARY}</html>"), Unreachable),
        (httpx.Response(200, text=f"<html>{CANARY}</html>"), Unreachable),
        (httpx.Response(200, json={"refresh_token": CANARY}), Unreachable),
        (httpx.Response(200, json={"access_token": "", "refresh_token": CANARY}), Unreachable),
        (httpx.Response(200, json={"access_token": {"deep": CANARY}}), Unreachable),
        (httpx.Response(302, headers={"Location": f"https://evil.example/{CANARY}"}), Unreachable),
        (httpx.Response(429, text=CANARY), RateLimited),
        (httpx.Response(401, json={"error": "invalid_client"}), ReconnectNeeded),
        (httpx.Response(400, json={"error": f"Strange {CANARY}"}), Unreachable),
        (httpx.ReadTimeout("slow"), Unreachable),
    ],
)
def test_no_answer_of_the_sign_in_leaks_and_none_but_a_refusal_ends_the_grant(
    response: httpx.Response | Exception, error: type[Exception]
) -> None:
    store = FakeGrantStore(a_grant())
    with pytest.raises(error) as caught:
        a_source(store, Wire(response)).current()
    chain = f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    assert CANARY not in chain
    assert "hush" not in chain
    assert store.stored.grant == a_grant()


def test_a_refused_access_token_is_renewed() -> None:
    store, wire = FakeGrantStore(a_grant(expires_at=NOW + timedelta(hours=1))), Wire(answer())
    source = a_source(store, wire)
    assert source.renewed(source.current()) == Secret("new")
    assert source.current() == Secret("new")
    assert len(wire.requests) == 1


def test_a_refused_token_that_another_has_replaced_costs_no_call() -> None:
    store, wire = FakeGrantStore(a_grant(expires_at=NOW + timedelta(hours=1))), Wire(answer())
    source = a_source(store, wire)
    used = source.current()
    store.replace(a_grant(access="newer", expires_at=NOW + timedelta(hours=1)))
    assert source.renewed(used) == Secret("newer")
    assert wire.requests == []


def test_many_workers_with_one_expired_token_end_with_one_grant() -> None:
    store = FakeGrantStore(a_grant())
    spent: set[str] = set()

    def one_use(request: httpx.Request) -> httpx.Response:
        token = form_of(request)["refresh_token"]
        if token in spent:
            return httpx.Response(400, json={"error": "invalid_grant"})
        spent.add(token)
        return answer(access_token=f"for-{token}", refresh_token=f"{token}+")

    wire = Wire(one_use)
    sources = [a_source(store, wire) for _ in range(50)]
    assert {source.current().reveal() for source in sources} == {"for-r1"}
    assert len(wire.requests) == 1
    assert store.stored.grant.refresh_token == Secret("r1+")


def test_a_personal_token_is_used_as_it_is_and_never_renewed() -> None:
    store, wire = FakeGrantStore(Grant("harvest", "4711", access_token=Secret("mine"))), Wire(answer())
    source = a_source(store, wire)
    assert source.current() == Secret("mine")
    with pytest.raises(ReconnectNeeded, match="personal_token_refused"):
        source.renewed(Secret("mine"))
    assert wire.requests == []


def test_client_credentials_name_the_company_and_are_kept_until_shortly_before_their_end() -> None:
    moment = [NOW]
    store = FakeGrantStore(Grant("visma_net", "company-1", "isv_x", Secret("hush")))
    wire = Wire(answer(refresh_token=None))
    source = a_source(store, wire, CONNECT, now=lambda: moment[0])
    assert source.current() == Secret("new")
    assert form_of(wire.requests[0]) == {
        "grant_type": "client_credentials", "client_id": "isv_x", "client_secret": "hush",
        "tenant_id": "company-1", "scope": "api:read api:create",
    }  # fmt: skip
    assert wire.sent("Content-Type") == ["application/x-www-form-urlencoded"]
    moment[0] += timedelta(seconds=3539)
    assert a_source(store, wire, CONNECT, now=lambda: moment[0]).current() == Secret("new")
    assert len(wire.requests) == 1
    moment[0] += timedelta(seconds=2)
    source.current()
    assert len(wire.requests) == 2


def test_client_credentials_of_an_api_without_tenants_name_none() -> None:
    store = FakeGrantStore(Grant("business_nxt", "9112001", "isv_x", Secret("hush")))
    wire = Wire(answer(refresh_token=None))
    a_source(store, wire, replace(CONNECT, dialect=OF_NO_TENANT)).current()
    assert form_of(wire.requests[0]) == {
        "grant_type": "client_credentials", "client_id": "isv_x", "client_secret": "hush",
        "scope": "api:read api:create",
    }  # fmt: skip


def test_an_unapproved_application_needs_a_person() -> None:
    store = FakeGrantStore(Grant("visma_net", "company-1", "isv_x", Secret("hush")))
    with pytest.raises(ReconnectNeeded, match="invalid_tenant"):
        a_source(store, Wire(httpx.Response(400, json={"error": "invalid_tenant"})), CONNECT).current()
