"""Invitations and health checks through the API."""

from __future__ import annotations

import pytest

from handoff.domain.errors import ReconnectNeeded
from tests.contract.api.api_world import BASE, INTEGRATION, TOKEN, World


def test_an_invitation_is_for_a_new_integration_of_a_kind() -> None:
    answer = World().post("/api/invitations", {"kind": "moment-economic"})
    assert answer.status == 201
    assert answer.json == {
        "path": "/connect/fjordlys/ticket-1",
        "kind": "moment-economic",
        "integration_id": None,
        "expires_at": "2026-10-27T08:00:00Z",
    }


def test_an_invitation_reconnects_an_integration_that_is_there() -> None:
    answer = World().post("/api/invitations", {"integration_id": INTEGRATION})
    assert (answer.json["kind"], answer.json["integration_id"]) == ("harvest-visma-net", INTEGRATION)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "body.kind"),
        ({"kind": "moment-economic", "integration_id": INTEGRATION}, 422, "body.kind"),
        ({"kind": "abacus-ledger"}, 422, "body.kind"),
        ({"integration_id": "their-hours"}, 404, "integration_id"),
        ({"kind": "moment-economic", "for": "ever"}, 422, "body.for"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(body: dict[str, str], status: int, field: str) -> None:
    answer = World().post("/api/invitations", body)
    assert (answer.status, answer.error["field"]) == (status, field)


def test_nobody_without_a_token_makes_links() -> None:
    assert World().post("/api/invitations", {"kind": "moment-economic"}, token=None).status == 401


def test_the_health_of_both_sides_is_told_point_by_point() -> None:
    answer = World().get(f"{BASE}/health", token=TOKEN)
    assert answer.json["ready"] is False
    assert answer.json["time_tool"][0] == {"code": "key", "ok": True, "sentence": "The key is taken.", "cure": ""}
    assert [point["code"] for point in answer.json["erp"]] == ["journal"]


def test_a_refusal_where_the_grants_are_is_answered_as_such() -> None:
    world = World(reconcile_error=ReconnectNeeded("the account is not connected", code="no_grant"))
    answer = world.get(f"{BASE}/health")
    assert (answer.status, answer.error["code"]) == (409, "no_grant")
