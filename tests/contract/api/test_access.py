"""Who is let in, and what everybody else is told."""

from __future__ import annotations

import pytest

from tests.builders import a_record
from tests.contract.api.api_world import BASE, OTHER_TOKEN, TOKEN, World


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer unknown", "Basic a2FyaTpub3JkbGk=", f"Token {TOKEN}", f"Bearer {TOKEN} x"],
)
def test_without_a_known_token_nobody_is_let_in(header: str) -> None:
    answer = World().get("/api/integrations", token=None, headers={"Authorization": header})
    assert answer.status == 401
    assert answer.error["code"] == "bad_token"
    assert answer.error["field"] == "Authorization"
    assert answer.error["cure"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_scheme_may_be_written_in_any_case() -> None:
    for scheme in ("bearer", "BEARER", "Bearer"):
        answer = World().get("/api/integrations", token=None, headers={"authorization": f"{scheme} {TOKEN}"})
        assert answer.status == 200


def test_a_bad_token_is_told_before_anything_that_is_wrong_with_the_request() -> None:
    world = World()
    assert world.post(f"{BASE}/approvals", "no json", token="unknown").status == 401
    assert world.get(f"{BASE}/records", {"limit": "0"}, token="unknown").status == 401
    assert world.get("/api/nothing/here", token="unknown").status == 401


def test_a_tenant_sees_its_own_integrations_only() -> None:
    world = World()
    mine = world.get("/api/integrations").json["integrations"]
    theirs = world.get("/api/integrations", token=OTHER_TOKEN).json["integrations"]
    assert [one["id"] for one in mine] == ["hours-1"]
    assert [one["id"] for one in theirs] == ["their-hours"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/settings"),
        ("GET", "/settings/schema"),
        ("GET", "/records"),
        ("GET", "/records/hours/1001"),
        ("GET", "/postings"),
        ("GET", "/problems"),
        ("GET", "/runs/20261020T080000Z-id1"),
        ("POST", "/problems/abc/retry"),
    ],
)
def test_another_tenants_integration_is_as_unknown_as_one_that_does_not_exist(method: str, path: str) -> None:
    world = World()
    world.stage(a_record())
    answer = world.call(method, f"{BASE}{path}", token=OTHER_TOKEN)
    assert answer.status == 404
    assert world.call(method, f"/api/integrations/nothing{path}").status == 404


def test_integrations_show_both_connections_and_why_one_is_stopped() -> None:
    world = World()
    world.tenants.stop_connection("hours-1", "hours-1-harvest", "the grant was withdrawn")
    (integration,) = world.get("/api/integrations").json["integrations"]
    assert integration["kind"] == "harvest-visma-net"
    assert integration["flows"] == ["hours"]
    assert integration["time_tool"] == {
        "id": "hours-1-harvest",
        "vendor": "harvest",
        "account": "910001",
        "name": "Fjordlys Konsult AS",
        "working": False,
        "stopped": "the grant was withdrawn",
    }
    assert integration["erp"]["working"] is True
