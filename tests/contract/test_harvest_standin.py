"""The Harvest stand-in keeps the rules of Harvest API v2 that a client can trip over: reading, identity, limits."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.harvest import CREDENTIALS, stand_in
from sandbox.standin import BadOption
from sandbox.wire import from_json
from sandbox.world import MISFITS, World
from tests.contract.harvest_account import NOON, Account

CURSOR_LISTS = (
    "clients", "contacts", "tasks", "task_assignments", "user_assignments", "projects", "users", "roles",
    "expense_categories", "invoice_item_categories", "estimate_item_categories", "users/1782905/billable_rates",
    "users/1782905/cost_rates", "users/1782905/project_assignments",
)  # fmt: skip
PAGE_LISTS = (
    "time_entries", "expenses", "invoices", "estimates", "projects/14308001/task_assignments",
    "projects/14308001/user_assignments", "users/me/project_assignments",
)  # fmt: skip


@pytest.fixture(scope="module")
def full() -> Account:
    """The default account; only read."""
    return Account()


@pytest.fixture
def small() -> Iterator[Account]:
    account = Account(entries=200)
    yield account
    account.http.close()


# headers, tokens, rights


def test_a_call_without_user_agent_gets_400(full: Account) -> None:
    assert full.http.get("/v2/company", headers={"User-Agent": ""}).status_code == 400


@pytest.mark.parametrize(
    "header", [{"Authorization": "Bearer nonsense"}, {"Authorization": ""}, {"Harvest-Account-Id": "99"}]
)
def test_a_bad_token_and_a_wrong_account_get_the_same_401(full: Account, header: dict[str, str]) -> None:
    response = full.http.get("/v2/company", headers=header)
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_token"
    assert response.json()["error_description"].startswith("The access token provided is expired, revoked")


def test_a_missing_account_header_gets_401_although_the_token_is_good(full: Account) -> None:
    headers = {name: value for name, value in full.http.headers.items() if name != "harvest-account-id"}
    with httpx.Client(transport=full.vendor.transport(), base_url="https://h.example.test") as bare:
        assert bare.get("/v2/company", headers=headers).status_code == 401


def test_a_member_sees_only_own_hours_and_gets_403_where_money_shows(full: Account) -> None:
    as_member = {"Authorization": f"Bearer {CREDENTIALS.member_token}"}
    me = full.http.get("/v2/users/me", headers=as_member).json()
    hours = full.http.get("/v2/time_entries", headers=as_member).json()["time_entries"]
    assert me["access_roles"] == ["member"]
    assert {entry["user"]["id"] for entry in hours} == {me["id"]}
    assert full.http.get("/v2/users", headers=as_member).status_code == 403
    assert full.http.get(f"/v2/users/{me['id']}/cost_rates", headers=as_member).status_code == 403


def test_the_connecting_user_is_an_administrator(full: Account) -> None:
    assert full.get("users/me")["access_roles"] == ["administrator"]


def test_an_unknown_row_and_an_unknown_path_get_404_with_a_message(full: Account) -> None:
    for path in ("clients/1", "time_entries/1", "time_entries/abc", "nowhere"):
        response = full.http.get(f"/v2/{path}")
        assert (response.status_code, response.json()) == (404, {"message": "Not Found"})


# identity


def token_call(account: Account, **fields: str) -> httpx.Response:
    body = {"client_id": CREDENTIALS.client_id, "client_secret": CREDENTIALS.client_secret, **fields}
    return account.http.post("/api/v2/oauth2/token", data=body)


def test_a_code_from_the_consent_page_becomes_tokens(small: Account) -> None:
    query = {"client_id": CREDENTIALS.client_id, "response_type": "code", "state": "s 1"}
    answer = small.http.get("/oauth2/authorize", params=query)
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.status_code == 302
    assert (back["state"], back["scope"]) == (["s 1"], [f"harvest:{CREDENTIALS.account_id}"])
    tokens = token_call(small, grant_type="authorization_code", code=back["code"][0]).json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 1_209_600)
    assert token_call(small, grant_type="authorization_code", code=back["code"][0]).json()["error"] == "invalid_grant"
    own = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert small.http.get("/v2/company", headers=own).status_code == 200


def test_refreshing_gives_a_new_refresh_token_from_json_and_form_bodies(small: Account) -> None:
    fields = {"grant_type": "refresh_token", "refresh_token": CREDENTIALS.refresh_token}
    first = token_call(small, **fields).json()
    known = {"client_id": CREDENTIALS.client_id, "client_secret": CREDENTIALS.client_secret}
    second = small.http.post("/api/v2/oauth2/token", json={**known, **fields}).json()
    tokens = {CREDENTIALS.refresh_token, first["refresh_token"], second["refresh_token"]}
    assert len(tokens) == 3


def test_a_used_refresh_token_is_refused_when_the_account_is_told_to() -> None:
    account = Account(entries=0, single_use_refresh=True)
    fields = {"grant_type": "refresh_token", "refresh_token": CREDENTIALS.refresh_token}
    assert token_call(account, **fields).status_code == 200
    refused = token_call(account, **fields)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


def test_a_wrong_secret_is_an_invalid_client(small: Account) -> None:
    refused = token_call(small, client_secret="wrong", grant_type="refresh_token")
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


def test_an_access_token_dies_after_its_seconds_and_at_the_fault(small: Account) -> None:
    own = {"Authorization": f"Bearer {CREDENTIALS.access_token}"}
    assert small.http.get("/v2/company", headers=own).status_code == 200
    small.vendor.fault("token_expired", "GET /v2/tasks")
    assert small.http.get("/v2/tasks", headers=own).status_code == 401
    assert small.http.get("/v2/company", headers=own).status_code == 401
    fields = {"grant_type": "refresh_token", "refresh_token": CREDENTIALS.refresh_token}
    own["Authorization"] = f"Bearer {token_call(small, **fields).json()['access_token']}"
    assert small.http.get("/v2/company", headers=own).status_code == 200
    small.now += timedelta(seconds=1_209_600)
    assert small.http.get("/v2/company", headers=own).status_code == 401


def test_accounts_are_listed_without_an_account_header_and_name_their_product(full: Account) -> None:
    token = {"Authorization": f"Bearer {CREDENTIALS.personal_token}", "User-Agent": "x (y)"}
    with httpx.Client(transport=full.vendor.transport(), base_url="https://id.example.test") as bare:
        found = bare.get("/api/v2/accounts", headers=token).json()
    assert [one["product"] for one in found["accounts"]] == ["harvest", "forecast"]
    assert found["user"]["email"] == World().people[0].email


# rate limits


def test_the_101st_call_within_15_seconds_gets_429_with_retry_after() -> None:
    account = Account(entries=0, limit=100)
    answers = []
    for _ in range(101):
        answers.append(account.http.get("/v2/company"))
        account.now += timedelta(milliseconds=100)
    assert [one.status_code for one in answers[:100]] == [200] * 100
    assert (answers[100].status_code, answers[100].headers["retry-after"]) == (429, "5")
    account.now += timedelta(seconds=5)
    assert account.http.get("/v2/company").status_code == 200


def test_all_tokens_of_an_account_share_one_limit_and_reports_have_their_own() -> None:
    account = Account(entries=0, limit=2, report_limit=1)
    report = "/v2/reports/time/projects?from=20261001&to=20261031"
    member = {"Authorization": f"Bearer {CREDENTIALS.member_token}"}
    assert account.http.get("/v2/company").status_code == 200
    assert account.http.get("/v2/company", headers=member).status_code == 200
    assert account.http.get("/v2/company").status_code == 429
    assert [account.http.get(report).status_code for _ in range(2)] == [200, 429]
    account.now += timedelta(seconds=16)
    assert account.http.get("/v2/company").status_code == 200
    assert account.http.get(report).headers["retry-after"] == "884"


# paging


@pytest.mark.parametrize("path", CURSOR_LISTS)
def test_cursor_lists_carry_page_numbers_only_on_the_first_and_last_page(full: Account, path: str) -> None:
    key = path.rsplit("/", 1)[-1]
    total = full.get(path)["total_entries"]
    size = max(1, -(-total // 4))
    page, seen, numbers = full.get(path, per_page=size), list[int](), list[tuple[Any, ...]]()
    while True:
        seen += [row["id"] for row in page[key]]
        numbers.append((page["page"], page["next_page"], page["previous_page"]))
        if page["links"]["next"] is None:
            break
        assert "cursor=" in page["links"]["next"]
        page = from_json(full.http.get(page["links"]["next"]).content)
    pages = len(numbers)
    assert len(seen) == len(set(seen)) == total
    assert numbers[0] == (1, 2, None)
    assert numbers[-1] == (pages, None, pages - 1)
    assert set(numbers[1:-1]) <= {(None, None, None)}


@pytest.mark.parametrize("path", PAGE_LISTS)
def test_page_lists_carry_page_numbers_on_every_page(full: Account, path: str) -> None:
    size = max(1, full.get(path)["total_entries"] // 3)
    second = full.get(path, per_page=size, page=2)
    assert (second["page"], second["previous_page"]) == (2, 1)
    assert second["total_pages"] == -(-second["total_entries"] // size)
    assert "page=1" in second["links"]["previous"]


def test_the_cursor_is_base64_of_json_and_survives_a_deleted_row(small: Account) -> None:
    page = small.get("tasks", per_page=3)
    cursor = parse_qs(urlsplit(page["links"]["next"]).query)["cursor"][0]
    place = from_json(base64.urlsafe_b64decode(cursor + "=="))
    assert place == {"after": {"id": page["tasks"][-1]["id"]}}
    new = small.http.post("/v2/tasks", json={"name": "Ny"}).json()["id"]
    page = small.get("tasks", per_page=1)
    assert small.http.delete(f"/v2/tasks/{new}").status_code == 200
    following = from_json(small.http.get(page["links"]["next"]).content)
    assert following["tasks"][0]["id"] == place["after"]["id"] + 2


def test_cursor_wins_over_page_and_a_broken_cursor_gets_422(full: Account) -> None:
    cursor = parse_qs(urlsplit(full.get("clients", per_page=5)["links"]["next"]).query)["cursor"][0]
    both = full.get("clients", per_page=5, cursor=cursor, page=1)
    assert both["clients"] == full.get("clients", per_page=5, cursor=cursor)["clients"]
    assert full.http.get("/v2/clients?cursor=%%%").status_code == 422


def test_a_page_holds_2000_rows_by_default_and_more_get_422(full: Account) -> None:
    assert (full.get("time_entries")["per_page"], len(full.get("time_entries")["time_entries"])) == (2000, 2000)
    for wrong in ("2001", "0", "-1", "many"):
        refused = full.http.get(f"/v2/time_entries?per_page={wrong}")
        assert refused.status_code == 422
        assert "per_page" in refused.json()["message"]


def test_links_repeat_the_filters_and_never_a_token(full: Account) -> None:
    page = full.get("time_entries", per_page=10, **{"from": "2026-10-01"}, approval_status="approved", access_token="x")
    for link in (page["links"]["first"], page["links"]["next"], page["links"]["last"]):
        query = parse_qs(urlsplit(link).query)
        assert (query["from"], query["approval_status"], query["per_page"]) == (["2026-10-01"], ["approved"], ["10"])
        assert "access_token" not in query
    assert page["links"]["next"].startswith("https://harvest.example.test/v2/time_entries?")


def test_an_empty_list_has_one_page_and_no_next_link() -> None:
    page = Account(entries=0).get("time_entries")
    assert (page["time_entries"], page["total_entries"], page["total_pages"]) == ([], 0, 1)
    assert page["links"]["next"] is None


def test_lists_are_newest_first_and_rates_oldest_first(full: Account) -> None:
    days = [(row["spent_date"], row["id"]) for row in full.entries()]
    clients = [row["id"] for row in full.get("clients")["clients"]]
    rates = [row["start_date"] for row in full.get("users/1782905/billable_rates")["billable_rates"]]
    assert days == sorted(days, reverse=True)
    assert clients == sorted(clients, reverse=True)
    assert rates == [None, "2026-01-01"]


# filters


@pytest.mark.parametrize(
    ("query", "test"),
    [
        ({"user_id": 1782904}, lambda row: row["user"]["id"] == 1782904),
        ({"client_id": 5735701}, lambda row: row["client"]["id"] == 5735701),
        ({"project_id": 14308001}, lambda row: row["project"]["id"] == 14308001),
        ({"task_id": 8083302}, lambda row: row["task"]["id"] == 8083302),
        ({"is_billed": "true"}, lambda row: row["is_billed"]),
        ({"is_running": "true"}, lambda row: row["is_running"]),
        ({"approval_status": "submitted"}, lambda row: row["approval_status"] == "submitted"),
        ({"approval_status": "unsubmitted"}, lambda row: row["approval_status"] == "unsubmitted"),
        ({"from": "2026-10-12", "to": "2026-10-13"}, lambda row: "2026-10-12" <= row["spent_date"] <= "2026-10-13"),
        ({"updated_since": "2026-10-26T07:00:00Z"}, lambda row: row["updated_at"] >= "2026-10-26T07:00:00Z"),
        ({"updated_since": "2026-10-26T09:00:00+02:00"}, lambda row: row["updated_at"] >= "2026-10-26T07:00:00Z"),
        ({"external_reference_id": "70250"}, lambda row: (row["external_reference"] or {}).get("id") == "70250"),
    ],
)
def test_every_filter_of_time_entries_gives_exactly_the_rows_it_says(
    full: Account, query: dict[str, object], test: Any
) -> None:
    wanted = [row["id"] for row in full.entries() if test(row)]
    assert wanted
    assert [row["id"] for row in full.entries(**query)] == wanted


def test_filters_of_the_master_data_and_papers_work(full: Account) -> None:
    assert {row["code"] for row in full.get("projects", is_active="false")["projects"]} == {
        f"P10{number}" for number in range(56, 61)
    }
    assert full.get("projects", client_id=5735701, is_active="true")["total_entries"] > 1
    assert full.get("users", updated_since="2026-09-01T00:00:00Z")["users"][0]["is_active"] is False
    assert full.get("expenses", approval_status="approved")["total_entries"] == 3
    assert full.get("invoices", state="paid")["total_entries"] == 2
    assert full.get("user_assignments", user_id=1782905)["total_entries"] > 5


@pytest.mark.parametrize(
    "query",
    [
        "from=12/10/2026",
        "user_id=x",
        "is_billed=maybe",
        "approval_status=done",
        "updated_since=2026-10-26T09:00:00+02:00",
    ],
)
def test_a_filter_that_cannot_be_read_gets_422(full: Account, query: str) -> None:
    assert full.http.get(f"/v2/time_entries?{query}").status_code == 422  # the last one's plus sign was not escaped


# the data


def test_the_world_is_a_consultancy_of_40_people_30_clients_and_60_projects(full: Account) -> None:
    projects = full.get("projects")["projects"]
    assert (full.get("users")["total_entries"], full.get("clients")["total_entries"], len(projects)) == (40, 30, 60)
    assert {row["bill_by"] for row in projects} == {"Project", "Tasks", "People", "none"}
    assert {row["budget_by"] for row in projects} == {
        "project", "project_cost", "task", "task_fees", "person", "none",
    }  # fmt: skip
    assert {row["is_fixed_fee"] for row in projects} == {row["is_billable"] for row in projects} == {True, False}
    currencies = [row["currency"] for row in full.get("clients")["clients"]]
    assert (set(currencies), currencies.count("USD")) == ({"NOK", "EUR", "SEK", "DKK", "USD"}, 1)
    assert len(MISFITS) == 6


def test_the_hours_are_3000_odd_ones_among_them(full: Account) -> None:
    rows = full.entries()
    late = [row for row in rows if row["spent_date"] < "2026-10-01" and row["updated_at"] > "2026-10-20"]
    assert len(rows) == 3000
    assert {row["spent_date"][:7] for row in rows} == {"2026-09", "2026-10"}
    assert {row["approval_status"] for row in rows if row["spent_date"] <= "2026-10-25"} == {"approved"}
    assert {row["approval_status"] for row in rows} == {"approved", "submitted", "unsubmitted"}
    assert sum(1 for row in rows if row["is_running"]) == 3
    assert sum(1 for row in rows if row["hours"] == 0) == 6
    assert len(late) > 10
    assert any(not row["billable"] and row["billable_rate"] is None for row in rows)
    assert any(row["user_assignment"] is None for row in rows)
    assert any(row["is_billed"] and row["invoice"] is None for row in rows)
    assert any(row["is_billed"] and row["invoice"] for row in rows)
    assert any("ø" in (row["notes"] or "") for row in rows)
    assert {row["client"]["currency"] for row in rows} == {"NOK", "EUR", "SEK", "DKK", "USD"}


def test_an_entry_has_the_documented_shape(full: Account) -> None:
    row = full.entries(per_page=1, approval_status="approved", to="2026-09-02")[0]
    assert set(row) == {
        "id", "spent_date", "hours", "hours_without_timer", "rounded_hours", "notes", "is_locked", "locked_reason",
        "approval_status", "is_closed", "is_billed", "timer_started_at", "started_time", "ended_time", "is_running",
        "billable", "budgeted", "billable_rate", "cost_rate", "created_at", "updated_at", "user", "client", "project",
        "task", "user_assignment", "task_assignment", "invoice", "external_reference",
    }  # fmt: skip
    assert row["id"] > 2**31
    assert row["is_locked"]
    assert row["is_closed"]
    assert row["locked_reason"].endswith("Approved and Locked for this Time Period")
    assert datetime.strptime(row["updated_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) < NOON


def test_rounded_hours_go_up_to_the_next_quarter(full: Account) -> None:
    rounded = {row["hours"]: row["rounded_hours"] for row in full.entries()}
    assert rounded[Decimal("2.11")] == Decimal("2.25")
    assert rounded[Decimal("0.02")] == Decimal("0.25")
    assert all(after >= before for before, after in rounded.items())


def test_the_same_seed_gives_the_same_hours_and_another_seed_others() -> None:
    first, again, other = (Account(entries=500, seed=seed).entries() for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_reset_options_set_the_size_and_unknown_ones_are_refused(small: Account) -> None:
    assert small.http.post("/_sandbox/reset", json={"entries": 450, "seed": 3}).status_code == 200
    assert small.get("time_entries")["total_entries"] == 450
    small.http.post("/_sandbox/reset")
    assert small.get("time_entries")["total_entries"] == 200
    refused = small.http.post("/_sandbox/reset", json={"entriez": 1})
    assert (refused.status_code, "entriez" in refused.json()["message"]) == (400, True)
    with pytest.raises(BadOption, match="entries must be a whole number from 0 to 200000"):
        stand_in(entries=200_001)


def test_time_reports_add_up_to_the_rounded_hours_of_the_entries(full: Account) -> None:
    rows = full.entries(**{"from": "2026-10-01", "to": "2026-10-31"})
    for kind in ("clients", "projects", "tasks", "team"):
        results = full.get(f"reports/time/{kind}", **{"from": "20261001", "to": "20261031"})["results"]
        assert sum(row["total_hours"] for row in results) == sum(row["rounded_hours"] for row in rows)
    assert full.http.get("/v2/reports/time/clients?from=20261001").status_code == 422
    assert full.http.get("/v2/reports/time/clients?from=20250101&to=20261031").status_code == 422
