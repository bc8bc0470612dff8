"""The Harvest stand-in's write calls: logging hours, timers, locks, what a manager clicks, and master data."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.harvest import CREDENTIALS
from tests.contract.harvest_account import NOON, Account

HERE = {"project_id": 14308001, "task_id": 8083301, "spent_date": "2026-10-29"}
ME_ON_IT = 1782913  # one of the team of P1001


@pytest.fixture
def small() -> Account:
    return Account(entries=0)


def logged(account: Account, **fields: Any) -> Any:
    response = account.http.post("/v2/time_entries", json={"user_id": ME_ON_IT, "hours": 2.5, **HERE, **fields})
    assert response.status_code == 201, response.text
    return response.json()


def act(account: Account, what: str, **fields: Any) -> Any:
    return account.http.post(f"/_sandbox/{what}", json=fields).json()


def test_logged_hours_come_back_whole(small: Account) -> None:
    link = {"id": 17, "group_id": "a", "permalink": "https://tickets.example.test/17"}
    entry = logged(small, notes="Blåbærgrøt", external_reference=link)
    assert small.get(f"time_entries/{entry['id']}")["notes"] == "Blåbærgrøt"
    assert (entry["hours"], entry["rounded_hours"], entry["approval_status"]) == (2.5, 2.5, "unsubmitted")
    assert (entry["project"]["code"], entry["client"]["currency"], entry["is_running"]) == ("P1001", "NOK", False)
    assert entry["external_reference"]["id"] == "17"
    assert entry["created_at"] == "2026-11-05T12:00:00Z"


def test_hours_go_to_the_user_of_the_token_when_nobody_is_named(small: Account) -> None:
    internal = next(row for row in small.get("projects")["projects"] if row["code"] == "P1055")
    body = {"project_id": internal["id"], "task_id": 8083308, "spent_date": "2026-10-29", "hours": 1}
    entry = small.http.post("/v2/time_entries", data=body).json()  # form data is taken as well as JSON
    assert entry["user"]["id"] == small.get("users/me")["id"]


def test_without_hours_a_timer_runs_until_it_is_stopped(small: Account) -> None:
    entry = logged(small, hours=None)
    where = f"/v2/time_entries/{entry['id']}"
    assert (entry["is_running"], entry["timer_started_at"], entry["hours"]) == (True, "2026-11-05T12:00:00Z", 0)
    small.now += timedelta(minutes=90)
    running = small.get(f"time_entries/{entry['id']}")
    assert (running["hours"], running["hours_without_timer"], running["updated_at"]) == (1.5, 0, entry["updated_at"])
    stopped = small.http.patch(f"{where}/stop").json()
    assert (stopped["is_running"], stopped["hours"], stopped["updated_at"]) == (False, 1.5, "2026-11-05T13:30:00Z")
    assert small.http.patch(f"{where}/stop").status_code == 422
    assert small.http.patch(f"{where}/restart").json()["is_running"]
    assert small.http.patch(f"{where}/restart").status_code == 422
    small.now = NOON + timedelta(days=9)
    assert small.get(f"time_entries/{entry['id']}")["hours"] == 12.0  # 1.5, and from 13:30 to the day's end


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"project_id": None}, "Project can't be blank"),
        ({"spent_date": ""}, "Spent date can't be blank"),
        ({"spent_date": "29.10.2026"}, "spent_date must be a date"),
        ({"hours": -1}, "Hours must be a number"),
        ({"hours": "many"}, "Hours must be a number"),
        ({"project_id": 1}, "Project is unknown"),
        ({"project_id": 14308060}, "Project is unknown or archived"),
        ({"task_id": 8083309}, "Task is not assigned to this project"),
        ({"user_id": 1782902}, "User is not assigned to this project"),
        ({"user_id": 1782939}, "User is unknown or archived"),
        ({"external_reference": "x"}, "External reference is not an object"),
        ({"notes": 5}, "Notes is not a text"),
    ],
)
def test_hours_that_cannot_be_logged_get_422_with_a_reason(small: Account, wrong: dict[str, Any], says: str) -> None:
    body = {"user_id": ME_ON_IT, "hours": 1, **HERE, **wrong}
    refused = small.http.post("/v2/time_entries", json=body)
    assert refused.status_code == 422
    assert says in refused.json()["message"]
    assert small.get("time_entries")["total_entries"] == 0


def test_a_body_that_is_no_json_gets_400(small: Account) -> None:
    headers = {"Content-Type": "application/json"}
    assert small.http.post("/v2/time_entries", content=b"{oops", headers=headers).status_code == 400


def test_an_entry_of_25_hours_is_taken(small: Account) -> None:
    assert logged(small, hours=25)["hours"] == 25


def test_a_change_stamps_updated_at_and_no_change_does_not(small: Account) -> None:
    entry = logged(small)
    where = f"/v2/time_entries/{entry['id']}"
    small.now += timedelta(minutes=1)
    assert small.http.patch(where, json={"hours": 2.5}).json()["updated_at"] == entry["updated_at"]
    changed = small.http.patch(where, json={"hours": 3, "spent_date": "2026-10-28", "notes": "Ny"}).json()
    assert (changed["hours"], changed["spent_date"], changed["notes"]) == (3, "2026-10-28", "Ny")
    assert changed["updated_at"] == "2026-11-05T12:01:00Z"
    assert small.get("time_entries", updated_since="2026-11-05T12:00:30Z")["total_entries"] == 1


def test_a_move_to_a_project_or_task_where_the_person_may_not_go_is_dropped_without_a_word(small: Account) -> None:
    entry = logged(small)
    for move in ({"project_id": 14308060}, {"task_id": 8083309}, {"is_billed": True}, {"approval_status": "approved"}):
        answer = small.http.patch(f"/v2/time_entries/{entry['id']}", json=move)
        assert (answer.status_code, answer.json()) == (200, entry)


def test_only_a_manager_in_the_web_interface_approves(small: Account) -> None:
    entry, other = logged(small), logged(small, spent_date="2026-10-02")
    small.now += timedelta(hours=1)
    assert act(small, "submit", **{"from": "2026-10-01", "to": "2026-10-31"})["changed"] == 2
    assert act(small, "approve", **{"from": "2026-10-26", "to": "2026-10-31"}, user_id=ME_ON_IT)["ids"] == [entry["id"]]
    approved = small.get(f"time_entries/{entry['id']}")
    assert (approved["approval_status"], approved["is_closed"], approved["is_locked"]) == ("approved", True, True)
    assert approved["locked_reason"] == "Item Approved and Locked for this Time Period"
    assert approved["updated_at"] == "2026-11-05T13:00:00Z"
    assert small.get(f"time_entries/{other['id']}")["approval_status"] == "submitted"
    assert act(small, "withdraw", ids=[entry["id"]])["changed"] == 1
    assert small.get(f"time_entries/{entry['id']}")["approval_status"] == "unsubmitted"
    assert small.http.post("/_sandbox/approve", json={}).status_code == 400


def test_a_running_timer_cannot_be_approved(small: Account) -> None:
    entry = logged(small, hours=None)
    assert act(small, "approve", ids=[entry["id"]])["changed"] == 0


def test_approval_leaves_updated_at_alone_when_the_account_is_told_so() -> None:
    account = Account(entries=0, approval_touches=False)
    entry = logged(account)
    account.now += timedelta(hours=1)
    act(account, "approve", ids=[entry["id"]])
    assert account.get(f"time_entries/{entry['id']}")["updated_at"] == entry["updated_at"]


def test_approved_hours_are_locked_until_withdrawn(small: Account) -> None:
    entry = logged(small)
    where = f"/v2/time_entries/{entry['id']}"
    act(small, "approve", ids=[entry["id"]])
    refused = small.http.patch(where, json={"hours": 9})
    assert (refused.status_code, refused.json()["message"]) == (422, "Item Approved and Locked for this Time Period")
    assert small.http.patch(where, json={"task_id": 8083304}).json()["task"]["id"] == HERE["task_id"]
    assert small.http.patch(f"{where}/restart").status_code == 422
    act(small, "withdraw", ids=[entry["id"]])
    assert small.http.patch(where, json={"hours": 9}).json()["hours"] == 9


def test_an_administrator_edits_approved_hours_when_the_account_allows_it() -> None:
    account = Account(entries=0, admin_edits_locked=True)
    entry = logged(account)
    act(account, "approve", ids=[entry["id"]])
    changed = account.http.patch(f"/v2/time_entries/{entry['id']}", json={"hours": 9}).json()
    assert (changed["hours"], changed["approval_status"]) == (9, "approved")


def test_deleted_hours_leave_no_trace_and_archived_projects_keep_theirs(small: Account) -> None:
    entry, kept = logged(small), logged(small)
    act(small, "approve", ids=[entry["id"]])
    gone = small.http.delete(f"/v2/time_entries/{entry['id']}")  # an administrator may, though it is closed
    assert (gone.status_code, gone.content) == (200, b"")
    assert small.http.get(f"/v2/time_entries/{entry['id']}").status_code == 404
    small.http.patch("/v2/projects/14308001", json={"is_active": False})
    assert small.http.delete(f"/v2/time_entries/{kept['id']}").status_code == 422
    assert small.get(f"time_entries/{kept['id']}")["is_locked"]


def test_a_member_may_not_delete_approved_hours_nor_log_for_others(small: Account) -> None:
    as_member = {"Authorization": f"Bearer {CREDENTIALS.member_token}"}
    own = logged(small, user_id=1782904)
    act(small, "approve", ids=[own["id"]])
    assert small.http.delete(f"/v2/time_entries/{own['id']}", headers=as_member).status_code == 422
    body = {"user_id": ME_ON_IT, "hours": 1, **HERE}
    assert small.http.post("/v2/time_entries", json=body, headers=as_member).status_code == 403


def test_the_link_to_another_system_can_be_taken_off(small: Account) -> None:
    entry = logged(small, external_reference={"id": "5"})
    assert small.http.delete(f"/v2/time_entries/{entry['id']}/external_reference").status_code == 200
    assert small.get(f"time_entries/{entry['id']}")["external_reference"] is None


def test_the_billable_rate_follows_what_the_project_bills_by(small: Account) -> None:
    entry = logged(small)
    project = f"/v2/projects/{HERE['project_id']}"
    assert small.get(f"time_entries/{entry['id']}")["billable_rate"] == 1450  # by people, the person's own
    small.http.patch(project, json={"bill_by": "Project", "hourly_rate": 1234.5})
    assert small.get(f"time_entries/{entry['id']}")["billable_rate"] == Decimal("1234.5")
    small.http.patch(project, json={"bill_by": "none"})
    assert small.get(f"time_entries/{entry['id']}")["billable_rate"] is None
    small.http.patch(project, json={"bill_by": "Project", "is_billable": False})
    changed = small.get(f"time_entries/{entry['id']}")
    assert (changed["billable"], changed["billable_rate"], changed["updated_at"]) == (False, None, entry["updated_at"])


def test_a_new_client_project_and_assignments_can_take_hours(small: Account) -> None:
    client = small.http.post("/v2/clients", json={"name": "Ny Kunde AS", "currency": "SEK"}).json()
    body = {"client_id": client["id"], "name": "Nytt", "is_billable": True, "bill_by": "Tasks", "budget_by": "none"}
    project = small.http.post("/v2/projects", json={**body, "code": "P2001"}).json()
    path = f"/v2/projects/{project['id']}"
    task = {"task_id": 8083301, "hourly_rate": 1300}
    assert small.http.post(f"{path}/task_assignments", json=task).status_code == 201
    assert small.http.post(f"{path}/user_assignments", json={"user_id": ME_ON_IT}).status_code == 201
    assert small.http.post(f"{path}/task_assignments", json={"task_id": 8083301}).status_code == 422
    entry = logged(small, project_id=project["id"])
    assert (entry["project"]["code"], entry["client"]["currency"], entry["billable_rate"]) == ("P2001", "SEK", 1300)
    assert small.http.delete(f"/v2/clients/{client['id']}").status_code == 422
    assert small.http.delete("/v2/tasks/8083301").status_code == 422
    assert small.http.delete(path).status_code == 200
    assert small.http.get(f"/v2/time_entries/{entry['id']}").status_code == 404
    assert small.http.delete(f"/v2/clients/{client['id']}").status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clients", {}),
        ("projects", {"client_id": 5735701, "name": "x", "is_billable": True, "bill_by": "Project"}),
        ("projects", {"client_id": 5735701, "name": "x", "is_billable": True, "bill_by": "Luck", "budget_by": "none"}),
        ("tasks", {"name": "x", "billable_by_default": "perhaps"}),
    ],
)
def test_master_data_that_is_not_whole_gets_422(small: Account, path: str, body: dict[str, Any]) -> None:
    assert small.http.post(f"/v2/{path}", json=body).status_code == 422


def test_a_renamed_client_shows_in_hours_without_touching_their_stamp(small: Account) -> None:
    entry = logged(small)
    small.now += timedelta(hours=1)
    small.http.patch("/v2/clients/5735701", json={"name": "Fjord Holding AS"})
    shown = small.get(f"time_entries/{entry['id']}")
    assert (shown["client"]["name"], shown["updated_at"]) == ("Fjord Holding AS", entry["updated_at"])


def test_a_new_rate_ends_the_one_before_and_one_without_a_start_replaces_all(small: Account) -> None:
    path = f"users/{ME_ON_IT}/billable_rates"
    assert small.http.post(f"/v2/{path}", json={"amount": 1500, "start_date": "2026-12-01"}).status_code == 422
    small.http.post(f"/v2/{path}", json={"amount": 1500, "start_date": "2026-10-01"})
    rates = [(row["amount"], row["start_date"], row["end_date"]) for row in small.get(path)["billable_rates"]]
    assert rates == [(1350, None, "2025-12-31"), (1450, "2026-01-01", "2026-09-30"), (1500, "2026-10-01", None)]
    small.http.post(f"/v2/{path}", json={"amount": 1700})
    assert [row["amount"] for row in small.get(path)["billable_rates"]] == [1700]
    assert small.get(f"users/{ME_ON_IT}")["default_hourly_rate"] == 1700


def test_a_method_that_the_vendor_does_not_have_gets_405(small: Account) -> None:
    assert small.http.put("/v2/clients/5735701", json={}).status_code == 405
    assert small.http.post("/v2/users", json={}).status_code == 405
