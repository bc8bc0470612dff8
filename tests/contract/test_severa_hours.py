"""Severa's hours against the stand-in: changed ones, deleted ones, those of some days, one by its id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from handoff.domain.errors import BrokenContract, HandoffError, RateLimited, ReconnectNeeded, Unreachable
from handoff.domain.time import FetchedEntry, TimeEntry, body_of, content_hash
from handoff.ports import FeedInfo, FeedPage, ReadsTimeEntries
from sandbox.severa import SCOPES
from tests.contract.severa_account import Account
from tests.contract.severa_organisation import NOON

FEEDS = {"entries": "workhours", "gone_entries": "deletedworkhours"}
PAGES_MAX = 100


@pytest.fixture
def account() -> Account:
    return Account()


def pages(account: Account, feed: str = "entries", since: datetime | None = None) -> list[FeedPage]:
    """All pages of a feed."""
    found = [account.tool.read(feed, since=since, page=None)]
    while (mark := found[-1].next_page) is not None:
        assert len(found) < PAGES_MAX
        found.append(account.tool.read(feed, since=since, page=mark))
    return found


def entries(account: Account, since: datetime | None = None) -> dict[str, FetchedEntry]:
    return {one.entry.external_id: one for page in pages(account, since=since) for one in page.entries}


def won_project(account: Account, number: int = 1) -> Any:
    return next(row for row in account.people.rows("projects") if row.number == number)


def logged(account: Account, **fields: Any) -> str:
    """The id of new hours on a project that is won."""
    return account.people.log_hours(won_project(account).guid, **fields).guid


def hours_answered(account: Account, edit: Mapping[str, object], *, which: int = 0) -> str:
    """Lets the list of hours answer one row otherwise; the row's id."""
    rows = account.rows("workhours")
    rows[which] |= edit
    account.a_fault("status", "GET /workhours", status=200, body=rows)
    return str(rows[which]["guid"])


def answered(account: Account, edit: Mapping[str, object]) -> FetchedEntry:
    """Hours as they are read when Severa answers them otherwise."""
    guid = hours_answered(account, edit)
    return entries(account)[guid]


# ---- what is read --------------------------------------------------------------------------------


def test_both_feeds_can_be_asked_for_changes(account: Account) -> None:
    reader: ReadsTimeEntries = account.tool
    assert list(reader.feeds) == [
        FeedInfo("entries", "entries", incremental=True), FeedInfo("gone_entries", "gone_entries", incremental=True),
    ]  # fmt: skip


def test_hours_carry_what_severa_says_of_them(account: Account) -> None:
    guid = logged(account, hours="7.75", description="Suunnittelu\nja testaus", approved=True)
    account.people.edit("workhours", guid, unitPrice={"amount": Decimal("112.50"), "currencyCode": "EUR"})
    row = account.get(f"workhours/{guid}")
    assert entries(account)[guid] == FetchedEntry(
        TimeEntry(
            external_id=guid,
            spent_on=date.fromisoformat(row["eventDate"]),
            hours=Decimal("7.75"),
            person_id=row["user"]["guid"],
            client_id=row["customer"]["guid"],
            project_id=row["project"]["guid"],
            task_id=row["workType"]["guid"],
            billable=True,
            rate=Decimal("112.5"),
            notes="Suunnittelu\nja testaus",
            running=False,
            currency="EUR",
        ),
        approved=True,
        changed_at=account.now,
    )


def test_only_what_is_approved_says_so(account: Account) -> None:
    """S7.3: what Severa doesn't say to be approved is not."""
    guid = logged(account)
    assert not entries(account)[guid].approved
    account.people.approve(guid)
    assert entries(account)[guid].approved
    account.people.approve(guid, approved=False)
    assert not entries(account)[guid].approved
    assert not answered(account, {"isApproved": None}).approved


def test_an_approval_is_no_new_content(account: Account) -> None:
    guid = logged(account)
    before = entries(account)[guid]
    account.turn(hours=1)
    account.people.approve(guid)
    after = entries(account, since=account.now)[guid]
    assert content_hash(body_of(after.entry)) == content_hash(body_of(before.entry))
    assert (before.approved, after.approved) == (False, True)


def test_names_and_codes_are_no_content(account: Account) -> None:
    guid = logged(account)
    before = entries(account)[guid].entry
    project = won_project(account)
    account.people.edit("projects", project.guid, name="Aivan muu")
    account.people.edit("customers", before.client_id, name="Toinen Oy")
    account.people.edit("users", before.person_id, code="777", lastName="Uusi")
    account.people.edit("worktypes", before.task_id, code="X", name="Muu")
    assert entries(account)[guid].entry == before


@pytest.mark.parametrize(
    ("edit", "billable"),
    [
        ({"isBillable": True, "billableStatus": "Billable"}, True),
        ({"isBillable": False, "billableStatus": "Billable"}, False),
        ({"isBillable": True, "billableStatus": "NotBillable"}, False),
        ({"isBillable": True, "billableStatus": "RemovedFromInvoice"}, False),
        ({"isBillable": None}, False),
    ],
)
def test_hours_are_billable_where_both_the_flag_and_the_status_say_so(
    account: Account, edit: dict[str, object], billable: bool
) -> None:
    assert answered(account, edit).entry.billable is billable


@pytest.mark.parametrize(
    ("price", "rate", "currency"),
    [
        (None, None, ""),
        ({"amount": None, "currencyCode": "EUR"}, None, ""),
        ({"amount": Decimal("0.0"), "currencyCode": "SEK"}, Decimal(0), "SEK"),
        ({"amount": Decimal("100.10"), "currencyCode": None}, Decimal("100.1"), ""),
    ],
)
def test_the_rate_is_the_unit_price_in_its_currency(
    account: Account, price: object, rate: Decimal | None, currency: str
) -> None:
    entry = answered(account, {"unitPrice": price}).entry
    assert (entry.rate, entry.currency) == (rate, currency)


@pytest.mark.parametrize(("sent", "hours"), [("7.50", "7.5"), ("0.1", "0.1"), ("80", "80"), ("-2.0", "-2")])
def test_hours_are_read_digit_by_digit(account: Account, sent: str, hours: str) -> None:
    assert str(answered(account, {"quantity": Decimal(sent)}).entry.hours) == hours


def test_hours_without_a_quantity_are_not_finished(account: Account) -> None:
    entry = answered(account, {"quantity": None, "startTime": "2026-10-05T08:00:00Z", "endTime": None}).entry
    assert (entry.running, entry.hours) == (True, Decimal(0))
    assert not answered(account, {"startTime": "2026-10-05T08:00:00Z", "endTime": None}).entry.running


@pytest.mark.parametrize("name", ["user", "customer", "project", "workType"])
@pytest.mark.parametrize("value", [None, {"guid": None, "name": "?"}])
def test_a_row_that_names_nobody_is_broken_and_the_others_go_on(account: Account, name: str, value: object) -> None:
    everything = len(entries(account))
    guid = hours_answered(account, {name: value}, which=2)
    (page,) = pages(account)
    (broken,) = page.broken
    assert (broken.external_id, broken.field.partition(".")[0]) == (guid, name)
    assert len(page.entries) == everything - 1


def test_a_row_without_a_stamp_or_with_a_number_out_of_bounds_is_broken(account: Account) -> None:
    guid = hours_answered(account, {"createdDateTime": None, "lastUpdatedDateTime": None})
    assert [(one.external_id, one.field) for one in pages(account)[0].broken] == [(guid, "lastUpdatedDateTime")]
    guid = hours_answered(account, {"eventDate": "5.10.2026"})
    assert [(one.external_id, one.field) for one in pages(account)[0].broken] == [(guid, "eventDate")]


# ---- pages and changes ---------------------------------------------------------------------------


def test_a_thousand_hours_are_ten_pages_and_one_call_for_what_was_deleted() -> None:
    account = Account(extra_hours=1000 - len(Account().people.rows("workhours")))
    read = pages(account)
    assert [len(page.entries) for page in read] == [100] * 10
    assert len(entries(account)) == 1000
    assert {page.total for page in read} == {None}  # Severa does not count
    account.asked()
    pages(account)
    pages(account, "gone_entries")
    assert account.asked() == {"GET workhours": 10, "GET deletedworkhours": 1}


def test_a_page_that_is_cut_shorter_says_that_more_follow() -> None:
    account = Account(rows_max=3)
    read = pages(account)
    assert len(read) > 1
    assert len({one.entry.external_id for page in read for one in page.entries}) == len(account.rows("workhours"))


def test_only_what_changed_is_read_with_its_stamp(account: Account) -> None:
    guid = logged(account)
    account.turn(hours=1)
    assert entries(account, since=account.now) == {}
    account.people.edit("workhours", guid, quantity=Decimal(3))
    (page,) = pages(account, since=account.now)
    assert [one.entry.external_id for one in page.entries] == [guid]
    assert page.latest_change == page.entries[0].changed_at == account.now
    assert page.entries[0].entry.hours == Decimal(3)
    assert pages(account, since=account.now + timedelta(seconds=1))[0].latest_change is None


def test_what_was_deleted_is_told_by_its_id_since_an_instant(account: Account) -> None:
    early, late, stays = logged(account), logged(account), logged(account)
    account.people.delete("workhours", early)
    account.turn(hours=1)
    account.people.delete("workhours", late)
    (page,) = pages(account, "gone_entries", since=account.now)
    assert (list(page.gone), page.latest_change) == ([late], account.now)
    assert (list(page.entries), list(page.objects)) == ([], [])
    (everything,) = pages(account, "gone_entries")
    assert list(everything.gone) == [early, late]
    assert stays in entries(account)
    assert not {early, late} & set(entries(account))


def test_many_deleted_hours_are_read_page_by_page() -> None:
    account = Account(rows_max=2)
    made = [logged(account) for _ in range(5)]
    for guid in made:
        account.people.delete("workhours", guid)
    read = pages(account, "gone_entries")
    assert [len(page.gone) for page in read] == [2, 2, 1]
    assert [guid for page in read for guid in page.gone] == made


def test_hours_are_counted_over_a_span_of_days_with_both_its_ends() -> None:
    account = Account(rows_max=2)
    made = {day: logged(account, eventDate=day) for day in ("2027-02-28", "2027-03-01", "2027-03-15", "2027-03-31")}
    after = logged(account, eventDate="2027-04-01")
    march = list(account.tool.entries_between(date(2027, 3, 1), date(2027, 3, 31)))
    found = [one.entry.external_id for page in march for one in page.entries]
    assert found == [made["2027-03-01"], made["2027-03-15"], made["2027-03-31"]]
    assert len(march) == 2
    assert after not in found


# ---- one entry -----------------------------------------------------------------------------------


def test_hours_are_read_by_their_id_as_their_list_has_them(account: Account) -> None:
    for guid, listed in list(entries(account).items())[:3]:
        assert account.tool.entry(guid) == listed


def test_hours_that_were_deleted_are_not_there_and_the_right_to_read_is_looked_at_once(account: Account) -> None:
    gone = [logged(account) for _ in range(2)]
    for guid in gone:
        account.people.delete("workhours", guid)
    account.asked()
    assert [account.tool.entry(guid) for guid in gone] == [None, None]
    assert account.asked() == {"GET workhours/{guid}": 2, "GET workhours": 1}


def test_an_absence_is_not_believed_where_hours_can_not_be_read(account: Account) -> None:
    account.a_fault("status", "GET /workhours", status=403, body={"error": {"details": [{"message": "No scope."}]}})
    with pytest.raises(ReconnectNeeded, match=r"No scope\."):
        account.tool.entry("00000000-0000-4000-8000-00000000dead")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_question_for_hours_is_no_absence(account: Account, status: int) -> None:
    guid = next(iter(entries(account)))
    account.a_fault("status", f"GET /workhours/{guid}", status=status, times=None)
    with pytest.raises(ReconnectNeeded):
        account.tool.entry(guid)


def test_what_can_be_no_id_is_not_asked_for(account: Account) -> None:
    account.asked()
    for name in ("../users", "a b", "", "x" * 65, "ä"):
        with pytest.raises(BrokenContract):
            account.tool.entry(name)
    assert account.asked() == {}


def test_one_row_that_makes_no_sense_is_a_broken_answer(account: Account) -> None:
    guid = next(iter(entries(account)))
    row = account.get(f"workhours/{guid}")
    for edit in ({"createdDateTime": None, "lastUpdatedDateTime": None}, {"user": None}):
        account.a_fault("status", f"GET /workhours/{guid}", status=200, body={**row, **edit})
        with pytest.raises(BrokenContract):
            account.tool.entry(guid)


# ---- refusals and faults -------------------------------------------------------------------------


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_feed_that_is_closed_to_us_is_never_empty(account: Account, feed: str, status: int) -> None:
    account.a_fault("status", f"GET /{FEEDS[feed]}", status=status, times=None)
    with pytest.raises(ReconnectNeeded):
        account.tool.read(feed, since=None, page=None)


@pytest.mark.parametrize("feed", FEEDS)
def test_credentials_without_the_scope_for_hours_are_told(feed: str) -> None:
    account = Account(scopes=tuple(one for one in SCOPES if not one.startswith("hours")))
    with pytest.raises(ReconnectNeeded, match="hours:read") as caught:
        account.tool.read(feed, since=None, page=None)
    assert caught.value.field == feed
    with pytest.raises(ReconnectNeeded):
        list(account.tool.entries_between(date(2026, 10, 1), date(2026, 10, 31)))


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize(
    ("kind", "details", "error"),
    [
        ("reset_before", {}, Unreachable),
        ("lost_after_commit", {}, Unreachable),
        ("status", {"status": 502, "body": "<html>gateway</html>"}, Unreachable),
        ("status", {"status": 429, "body": "API calls quota exceeded!", "headers": {"Retry-After": "7"}}, RateLimited),
        ("status", {"status": 200, "body": "<html>login</html>"}, BrokenContract),
    ],
)
def test_a_page_that_is_lost_is_read_again_by_the_next_pass(
    account: Account, feed: str, kind: str, details: dict[str, Any], error: type[HandoffError]
) -> None:
    account.a_fault(kind, f"GET /{FEEDS[feed]}", **details)
    with pytest.raises(error):
        account.tool.read(feed, since=None, page=None)
    assert not account.tool.read(feed, since=None, page=None).broken


def test_a_token_that_dies_between_pages_costs_nothing_but_a_renewal() -> None:
    account = Account(extra_hours=150)
    first = account.tool.read("entries", since=None, page=None)
    account.a_fault("token_expired", "GET /workhours")
    assert account.tool.read("entries", since=None, page=first.next_page).entries


def test_later_than_every_change_of_the_seed_nothing_is_new(account: Account) -> None:
    assert entries(account, since=NOON) == {}
