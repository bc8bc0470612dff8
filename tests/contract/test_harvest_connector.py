"""The Harvest connector against its stand-in: lists, entries, the sign-in, faults on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from handoff.connectors.harvest.adapter import HarvestAdapter
from handoff.connectors.harvest.config import HarvestConfig
from handoff.connectors.harvest.feeds import CLIENTS, FEEDS
from handoff.connectors.paging import NextLink
from handoff.connectors.registry import open_time_tool
from handoff.connectors.vendor import Surroundings
from handoff.domain.errors import BrokenContract, HandoffError, RateLimited, ReconnectNeeded, Unreachable
from handoff.domain.grants import Secret
from handoff.domain.parties import Client, Person
from handoff.domain.projects import Project, ProjectType, Task
from handoff.domain.tenancy import Connection
from handoff.domain.time import FetchedEntry, body_of
from handoff.ports import FeedPage
from sandbox.harvest import CREDENTIALS, stand_in
from sandbox.wire import from_json
from tests.builders import platform_settings
from tests.unit.connectors.vendor_fakes import FakeGrantStore

NOON = datetime(2026, 11, 5, 11, 0, tzinfo=UTC)  # later than every change in the stand-in's data
BASE = "https://harvest.example.test"


def by_application(**changes: str) -> HarvestConfig:
    known = {
        "account_id": str(CREDENTIALS.account_id),
        "client_id": CREDENTIALS.client_id,
        "client_secret": CREDENTIALS.client_secret,
        "refresh_token": CREDENTIALS.refresh_token,
    }
    return HarvestConfig.model_validate(known | changes)


def by_person(token: str) -> HarvestConfig:
    return HarvestConfig.model_validate({"account_id": str(CREDENTIALS.account_id), "access_token": token})


class Account:
    """The stand-in, the connector that talks to it, and what a person does at Harvest."""

    def __init__(self, config: HarvestConfig | None = None, **options: object) -> None:
        self.now = NOON
        self.vendor = stand_in(clock=lambda: self.now, **{"entries": 300, **options})
        config = config or by_application()
        self.grants = FakeGrantStore(config.grant())
        settings = platform_settings(harvest={"base_url": BASE, "token_url": BASE + "/api/v2/oauth2/token"})
        around = Surroundings(settings, self.grants, lambda: self.now, self.vendor.transport())
        tool = open_time_tool(Connection("c1", "harvest", config.account, "Fjordlys"), around)
        assert isinstance(tool, HarvestAdapter)
        self.tool = tool

    def pages(self, feed: str, since: datetime | None = None) -> list[FeedPage]:
        pages = [self.tool.read(feed, since=since, page=None)]
        while (mark := pages[-1].next_page) is not None:
            pages.append(self.tool.read(feed, since=since, page=mark))
        return pages

    def entries(self, since: datetime | None = None) -> list[FetchedEntry]:
        return every_entry(self.pages("entries", since))

    def at_harvest(self, method: str, path: str, **sent: Any) -> Any:
        """Something done or seen in Harvest by its administrator."""
        headers = {
            "Authorization": f"Bearer {CREDENTIALS.personal_token}",
            "Harvest-Account-Id": str(CREDENTIALS.account_id),
            "User-Agent": "Somebody (somebody@example.test)",
        }
        with httpx.Client(transport=self.vendor.transport(), base_url=BASE) as http:
            answer = http.request(method, path, headers=headers, **sent)
            assert answer.is_success, answer.text
            return from_json(answer.content) if answer.content else None


@pytest.fixture
def account() -> Account:
    return Account()


def every_entry(pages: Iterable[FeedPage]) -> list[FetchedEntry]:
    return [entry for page in pages for entry in page.entries]


def test_every_list_is_read_in_one_call_and_of_its_kind(account: Account) -> None:
    kinds = {"clients": Client, "people": Person, "projects": Project, "tasks": Task}
    for info in account.tool.feeds:
        (page,) = account.pages(info.name)
        rows = page.entries if info.kind == "entries" else page.objects
        assert {type(row) for row in rows} == {kinds.get(info.kind, FetchedEntry)}
        assert (len(rows), list(page.broken)) == (page.total, [])
        assert page.latest_change is not None
    assert account.tool.calls == len(account.tool.feeds)


def test_a_large_account_is_read_in_pages_of_two_thousand() -> None:
    account = Account(entries=4_500)
    pages = account.pages("entries")
    assert [len(page.entries) for page in pages[:-1]] == [2000] * (len(pages) - 1)
    assert len({entry.entry.external_id for entry in every_entry(pages)}) == pages[0].total
    assert account.tool.calls == len(pages) == 3


def test_a_list_by_cursor_is_read_whole_though_its_page_numbers_are_null(account: Account) -> None:
    small = replace(CLIENTS, paging=NextLink("clients", "total_entries", {"per_page": "4"}))
    found: list[Client] = []
    page: str | None = None
    for _ in range(20):
        rows = small.pull(account.tool._client, page=page)
        found += rows.rows
        page = rows.next_page
        if page is None:
            break
    assert len({client.id for client in found}) == len(found) == rows.total
    assert rows.total is not None
    assert rows.total > 12


def test_rows_deleted_on_earlier_pages_do_not_hide_living_ones() -> None:
    account = Account(entries=4_500)
    first = account.tool.read("entries", since=None, page=None)
    for entry in first.entries[:10]:
        account.at_harvest("DELETE", f"/v2/time_entries/{entry.entry.external_id}")
    last = account.tool.read("entries", since=None, page=first.next_page)
    assert last.total != first.total  # tells the pipeline to walk again
    again = {entry.entry.external_id for entry in account.entries()}
    assert len(again) == account.at_harvest("GET", "/v2/time_entries?per_page=1")["total_entries"]


def test_an_hour_later_only_what_changed_is_read(account: Account) -> None:
    first = account.pages("entries")[-1]
    assert first.latest_change is not None
    account.now += timedelta(hours=1)
    logged = account.at_harvest("GET", "/v2/time_entries?per_page=50")["time_entries"]
    entry = next(one for one in logged if not one["is_locked"] and not one["is_running"])
    account.at_harvest("PATCH", f"/v2/time_entries/{entry['id']}", json={"notes": "Ny tekst", "hours": 3})
    changed = account.entries(since=first.latest_change + timedelta(minutes=1))
    assert [one.entry.external_id for one in changed] == [str(entry["id"])]
    assert changed[0].entry.notes == "Ny tekst"
    assert account.pages("clients", since=account.now)[0].objects == []


def test_an_entry_carries_what_harvest_says_of_it(account: Account) -> None:
    rows = {str(row["id"]): row for row in account.at_harvest("GET", "/v2/time_entries")["time_entries"]}
    entries = account.entries()
    assert len(entries) == len(rows)
    for fetched in entries:
        row, entry = rows[fetched.entry.external_id], fetched.entry
        assert entry.hours == row["rounded_hours"]
        assert entry.spent_on.isoformat() == row["spent_date"]
        assert (entry.project_id, entry.person_id) == (str(row["project"]["id"]), str(row["user"]["id"]))
        assert entry.rate == (row["billable_rate"] if row["billable"] else None)
        assert fetched.approved == (row["approval_status"] == "approved")
        assert entry.running == row["is_running"]
    assert {fetched.approved for fetched in entries} == {True, False}
    assert any(entry.entry.running for entry in entries)
    assert any(entry.entry.rate is None for entry in entries)


def test_content_is_the_same_for_the_same_entry_on_every_reading(account: Account) -> None:
    first = {one.entry.external_id: body_of(one.entry) for one in account.entries()}
    assert {one.entry.external_id: body_of(one.entry) for one in account.entries()} == first


def test_entries_of_a_span_of_days_are_all_of_them_and_no_others() -> None:
    account = Account(entries=4_500)
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    expected = {
        one.entry.external_id: one.entry.hours for one in account.entries() if first <= one.entry.spent_on <= last
    }
    found = every_entry(account.tool.entries_between(first, last))
    assert {one.entry.external_id: one.entry.hours for one in found} == expected
    assert sum((one.entry.hours for one in found), Decimal(0)) > 0


def test_projects_say_how_they_earn_and_archived_ones_are_not_active(account: Account) -> None:
    projects = [row for page in account.pages("projects") for row in page.objects if isinstance(row, Project)]
    assert {project.type for project in projects} == set(ProjectType)
    assert {project.active for project in projects} == {True, False}
    clients = {row.key for page in account.pages("clients") for row in page.objects}
    assert {project.client_id for project in projects} <= clients


def test_people_have_roles_and_an_address(account: Account) -> None:
    people = [row for page in account.pages("people") for row in page.objects if isinstance(row, Person)]
    assert all("@" in person.email and person.name and person.roles for person in people)
    assert {person.active for person in people} == {True, False}


# ---- refusals and faults -----------------------------------------------------------------------


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("status", [403, 404])
def test_a_feed_that_is_closed_to_us_is_named_and_never_empty(account: Account, feed: str, status: int) -> None:
    account.vendor.fault("status", f"GET {FEEDS[feed].path}", status=status, body={"message": "No."})
    with pytest.raises(ReconnectNeeded, match=f"Harvest {feed} answered {status}: No.") as caught:
        account.tool.read(feed, since=None, page=None)
    assert caught.value.field == feed


@pytest.mark.parametrize(
    ("kind", "details", "error"),
    [
        ("reset_before", {}, Unreachable),
        ("lost_after_commit", {}, Unreachable),
        ("status", {"status": 500, "body": "<html>Rails</html>"}, Unreachable),
        ("status", {"status": 429, "headers": {"Retry-After": "7"}}, RateLimited),
    ],
)
def test_a_page_that_is_lost_is_read_again_by_the_next_pass(
    account: Account, kind: str, details: dict[str, object], error: type[HandoffError]
) -> None:
    account.vendor.fault(kind, "GET /v2/time_entries", **details)
    with pytest.raises(error):
        account.entries()
    assert account.entries()


def test_harvests_limit_says_how_long_to_wait() -> None:
    account = Account(limit=2)
    account.pages("clients")
    account.pages("clients")
    with pytest.raises(RateLimited) as caught:
        account.pages("clients")
    assert 1 <= caught.value.retry_after <= 15
    account.now += timedelta(seconds=caught.value.retry_after)
    assert account.pages("clients")


def test_a_token_that_dies_between_pages_costs_nothing_but_a_renewal() -> None:
    account = Account(entries=4_500)
    first = account.tool.read("entries", since=None, page=None)
    account.vendor.fault("token_expired", "GET /v2/time_entries")
    second = account.tool.read("entries", since=None, page=first.next_page)
    assert len(second.entries) == 2000
    assert account.vendor.calls()["POST /api/v2/oauth2/token"] == 2


def test_refresh_tokens_that_work_once_are_replaced_before_they_are_used() -> None:
    account = Account(single_use_refresh=True, token_seconds=60)
    for _ in range(4):
        assert account.pages("tasks")
        account.now += timedelta(seconds=61)
    assert account.vendor.calls()["POST /api/v2/oauth2/token"] == 4
    assert account.grants.stored.revision == 5


def test_a_revoked_grant_stops_with_a_reason_and_is_kept() -> None:
    account = Account(by_application(refresh_token="1782901.rt.revoked"))
    with pytest.raises(ReconnectNeeded, match="invalid_grant") as caught:
        account.pages("clients")
    assert caught.value.field is None
    assert account.grants.stored.grant.refresh_token == Secret("1782901.rt.revoked")


def test_a_wrong_account_id_is_met_with_the_advice_to_check_it() -> None:
    config = HarvestConfig.model_validate({"account_id": "999", "access_token": CREDENTIALS.personal_token})
    with pytest.raises(ReconnectNeeded):
        Account(config).pages("clients")
    renewed = Account(by_application(account_id="999"))
    with pytest.raises(ReconnectNeeded) as caught:
        renewed.pages("clients")
    assert "Check the account id" in caught.value.cure


def test_one_broken_row_is_named_and_the_others_go_on(account: Account) -> None:
    answer = account.at_harvest("GET", "/v2/time_entries")
    rows = answer["time_entries"]
    rows[3]["spent_date"] = "31.10.2026"
    rows[5]["rounded_hours"] = "many"
    rows[7].update(user_assignment=None, task_assignment=None, id=Decimal(f"{rows[7]['id']}.0"), surprise={"a": [1]})
    account.vendor.fault("status", "GET /v2/time_entries", status=200, body=answer)
    page = account.tool.read("entries", since=None, page=None)
    assert [(row.external_id, row.field) for row in page.broken] == [
        (str(rows[3]["id"]), "spent_date"), (str(rows[5]["id"]), "rounded_hours"),
    ]  # fmt: skip
    assert len(page.entries) == len(rows) - 2


def test_a_personal_token_of_an_administrator_is_enough() -> None:
    account = Account(by_person(CREDENTIALS.personal_token))
    assert account.tool.check() == "Fjordlys Konsult AS"
    assert account.entries()


def test_somebody_without_rights_is_refused_before_a_connection_is_saved() -> None:
    with pytest.raises(ReconnectNeeded, match="no administrator") as caught:
        Account(by_person(CREDENTIALS.member_token)).tool.check()
    assert caught.value.code == "not_administrator"


# ---- one entry ---------------------------------------------------------------------------------


def test_an_entry_is_read_by_its_id_as_its_list_has_it(account: Account) -> None:
    for listed in account.entries()[:3]:
        assert account.tool.entry(listed.entry.external_id) == listed


def test_an_entry_that_was_deleted_is_not_there_and_the_users_rights_are_looked_at_once(account: Account) -> None:
    gone = [entry.entry.external_id for entry in account.entries() if not entry.approved][:2]
    for external_id in gone:
        account.at_harvest("DELETE", f"/v2/time_entries/{external_id}")
    calls = account.tool.calls

    assert [account.tool.entry(external_id) for external_id in gone] == [None, None]
    assert account.tool.calls - calls == 3


def test_another_persons_entry_is_not_gone_for_whoever_may_not_see_it(account: Account) -> None:
    member = Account(by_person(CREDENTIALS.member_token))
    own = {entry.entry.person_id for entry in member.entries()}
    theirs = next(entry for entry in account.entries() if entry.entry.person_id not in own)

    with pytest.raises(ReconnectNeeded) as caught:
        member.tool.entry(theirs.entry.external_id)

    assert caught.value.code == "not_administrator"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_question_for_an_entry_is_no_absence(account: Account, status: int) -> None:
    known = account.entries()[0].entry.external_id
    account.vendor.fault("status", f"GET /v2/time_entries/{known}", status=status, times=None)

    with pytest.raises(ReconnectNeeded):
        account.tool.entry(known)


def test_what_can_be_no_id_is_not_asked_for(account: Account) -> None:
    calls = account.tool.calls
    for name in ("../users/me", "12 ", "²"):
        with pytest.raises(BrokenContract):
            account.tool.entry(name)
    assert account.tool.calls == calls
