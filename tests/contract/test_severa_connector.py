"""Units, employees, categories, products and projects of Severa, read and written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handoff.domain.errors import (
    DeliveryUnknown,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.pairs import BusinessUnit, Employee, Product, ProductCategory, Project
from handoff.ports.mirror import Listed, MirrorChoices
from tests.contract.severa_account import YESTERDAY, Account, says_of
from tests.contract.severa_organisation import NOON

PLAIN = ("business_units", "employees", "product_categories", "projects")
FLOWS = (*PLAIN, "products", "customers")
LIST = {
    "business_units": "businessunits",
    "employees": "users",
    "product_categories": "productcategories",
    "projects": "projects",
    "products": "products",
    "customers": "customers",
}
NEW: dict[str, Any] = {
    "business_units": BusinessUnit("300", "Lumipolku Tampere"),
    "employees": Employee("199", "Aina Maria Talvio", "aina@lumipolku.example.test"),
    "product_categories": ProductCategory("UUS", "Uudet"),
    "products": Product("UUS-1", "Uusi tuote", "LIS"),
}


@pytest.fixture
def account() -> Account:
    return Account()


# ---- reading -------------------------------------------------------------------------------------


def test_every_business_unit_is_listed_with_its_code(account: Account) -> None:
    """S2.3."""
    units = [BusinessUnit("100", "Lumipolku Helsinki"), BusinessUnit("200", "Lumipolku Oulu")]
    assert says_of(account.all("business_units")) == units


def test_all_users_are_listed_active_or_not_with_a_code_or_without(account: Account) -> None:
    """S3.2."""
    rows = account.all("employees")
    assert len(rows) == 6
    assert not any(row.excluded for row in rows)
    assert rows[0].says == Employee("101", "Aamu Pakkasniemi", "aamu.pakkasniemi@lumipolku.example.test")
    assert rows[-1].says == Employee("", "Urho Vierasmaa", "")


def test_products_and_travel_expenses_are_one_flow_with_their_categories(account: Account) -> None:
    """S4.1."""
    rows = {row.says.name: row for row in account.all("products")}
    assert len(rows) == 7
    assert rows["Lumi-lisenssi, vuosi"].says == Product("LUM-1", "Lumi-lisenssi, vuosi", "LIS")
    assert rows["Painotyöt"].says == Product("", "Painotyöt", "ALI")
    assert rows["Majoitus"].says == Product("HOT", "Majoitus", "MAT")
    assert rows["Lumi-lisenssi, vuosi"].id.startswith("product:")
    assert rows["Majoitus"].id.startswith("travel:")


def test_projects_that_are_not_won_or_internal_say_why_they_stay(account: Account) -> None:
    """S6.3."""
    won = account.named("projects", "Sähköverkon etävalvonta")
    account.people.edit("projects", won.id, isInternal=True)
    rows = {row.says.number: row for row in account.all("projects")}
    assert [rows[str(n)].excluded for n in range(1, 11)] == [
        "", "it is internal", "", "", "", "", *["its sales status is not Won"] * 4,
    ]  # fmt: skip
    assert rows["1"].refers == account.named("customers", "Revontuli Energia Oy").id


def test_a_project_that_is_won_is_listed_as_a_change(account: Account) -> None:
    """S6.3."""
    lead = account.named("projects", "Pakkausten elinkaari")
    account.people.win(lead.id)
    (row,) = account.all("projects", YESTERDAY)
    assert (row.id, row.excluded) == (lead.id, "")


@pytest.mark.parametrize("flow", ["business_units", "product_categories", "products", "customers"])
def test_what_is_not_active_says_so(account: Account, flow: str) -> None:
    row = account.all(flow)[0]
    account.people.edit(LIST[flow], row.id.rpartition(":")[2], isActive=False)
    assert account.all(flow)[0].excluded == "it is not active in Visma Severa"


@pytest.mark.parametrize("flow", FLOWS)
def test_nothing_changed_is_one_call_for_each_list(account: Account, flow: str) -> None:
    account.pages(flow, YESTERDAY)
    account.asked()
    for page in account.pages(flow, YESTERDAY):
        assert (list(page.rows), list(page.broken), page.latest_change) == ([], [], None)
    lists = {"products": ["products", "travelexpensetypes"]}
    lists["customers"] = ["addresses", "contactcommunications", "contactpersons", "customers"]
    assert account.asked() == dict.fromkeys((f"GET {name}" for name in lists.get(flow, [LIST[flow]])), 1)


@pytest.mark.parametrize("flow", FLOWS)
def test_what_changed_is_listed_alone_with_its_stamp(account: Account, flow: str) -> None:
    row = account.all(flow)[-1]
    account.turn(minutes=5)
    resource = "travelexpensetypes" if row.id.startswith("travel:") else LIST[flow]
    account.people.edit(resource, row.id.rpartition(":")[2])
    pages = account.pages(flow, account.now)
    assert [one.id for page in pages for one in page.rows] == [row.id]
    assert max(page.latest_change for page in pages if page.latest_change) == account.now


def test_long_lists_are_walked_to_their_end_each_page_by_another_process() -> None:
    account = Account(extra_products=250, extra_users=150, extra_projects=230, rows_max=50)
    for flow, number in (("products", 257), ("employees", 156), ("projects", 240)):
        rows = [row for page in account.pages(flow, anew=True) for row in page.rows]
        assert len({row.id for row in rows}) == len(rows) == number


def test_a_list_counted_by_rows_is_read_past_the_servers_own_limit() -> None:
    account = Account(rows_max=10)
    for number in range(37):
        account.people.create("businessunits", name=f"Yksikkö {number}", code=f"Y{number}")
    rows = account.all("business_units")
    assert len(rows) == len({row.id for row in rows}) == 39


def test_a_list_counted_by_rows_that_changes_between_two_pages_misses_nothing() -> None:
    account = Account()
    units = [account.people.create("businessunits", name=f"Yksikkö {n}", code=f"Y{n}").guid for n in range(150)]
    kind = account.kind("business_units")
    first = kind.listed(since=None, page=None)
    account.people.delete("businessunits", units[3])
    seen = {row.id for row in first.rows}
    page = first
    while page.next_page is not None:
        page = kind.listed(since=None, page=page.next_page)
        seen |= {row.id for row in page.rows}
    assert set(units) <= seen


def test_a_walk_claims_to_have_seen_nothing_newer_than_its_own_beginning() -> None:
    account = Account(extra_users=150)
    kind = account.kind("employees")
    began = account.now
    first = kind.listed(since=None, page=None)
    account.turn(minutes=10)
    rows = account.people.rows("users")
    account.people.edit("users", rows[0].guid)  # behind us
    account.people.edit("users", rows[-1].guid)
    last = account.kind("employees").listed(since=None, page=first.next_page)
    assert last.latest_change == began


# ---- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("status", [401, 403, 404])
def test_no_access_is_never_an_empty_list(account: Account, flow: str, status: int) -> None:
    account.a_fault("status", f"GET /{LIST[flow]}", status=status, times=2)
    with pytest.raises(ReconnectNeeded):
        account.pages(flow)


def test_a_row_that_can_not_be_read_is_named_and_the_others_go_on(account: Account) -> None:
    good = account.get("users", rowCount=1)[0]
    body = [{**good, "guid": "u-broken", "lastName": None}, good]
    account.a_fault("status", "GET /users", status=200, body=body)
    (page,) = account.pages("employees")
    assert [row.says.number for row in page.rows] == ["101"]
    assert [(one.external_id, one.field) for one in page.broken] == [("u-broken", "lastName")]


def test_too_many_calls_are_waited_for_with_or_without_the_vendors_word() -> None:
    account = Account()
    account.a_fault("status", "GET /users", status=429, body="API calls quota exceeded!")
    with pytest.raises(RateLimited) as told:
        account.all("employees")
    account.a_fault("status", "GET /users", status=429, headers={"Retry-After": "7"})
    with pytest.raises(RateLimited) as asked:
        account.all("employees")
    assert (told.value.retry_after, asked.value.retry_after) == (2, 7)


def test_a_token_is_fetched_once_renewed_before_its_end_and_once_more_when_it_is_refused(account: Account) -> None:
    account.all("employees")
    account.all("employees")
    first = account.grants.stored.grant
    assert first.expires_at == NOON + timedelta(seconds=3540)
    account.turn(minutes=59, seconds=30)
    account.all("employees")
    second = account.grants.stored.grant
    assert second.access_token != first.access_token
    account.vendor.access.expire_tokens()
    assert len(account.all("employees")) == 6
    assert account.grants.stored.grant.access_token != second.access_token
    account.vendor.access.revoke()
    with pytest.raises(ReconnectNeeded, match="authentication_required"):
        account.all("employees")


# ---- writing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", NEW)
def test_what_is_made_comes_back_as_it_was_said_with_one_call(account: Account, flow: str) -> None:
    row = account.makes(flow, NEW[flow])
    assert isinstance(row, Listed)
    assert (row.says, row.excluded) == (NEW[flow], "")
    assert account.named(flow, NEW[flow].name) == row
    (found,) = account.kind(flow).alike(NEW[flow])
    assert found == row


def test_a_product_of_the_erp_becomes_what_the_settings_say() -> None:
    account = Account(choices=MirrorChoices(product_type="Subcontracting"))
    account.makes("products", NEW["products"])
    Account().makes("products", NEW["products"])
    made = account.named("products", "Uusi tuote").id.removeprefix("product:")
    assert account.get(f"products/{made}")["type"] == "Subcontracting"


def test_a_new_unit_hangs_below_the_top_one_and_is_refused_where_there_are_two(account: Account) -> None:
    row = account.makes("business_units", NEW["business_units"])
    top = account.all("business_units")[0].id
    assert account.get(f"businessunits/{row.id}")["parentGuid"] == top
    account.people.create("businessunits", name="Toinen yhtiö")
    refused = account.makes("business_units", BusinessUnit("400", "Lumipolku Turku"))
    assert isinstance(refused, Rejected)
    assert refused.code == "parent_missing"


@pytest.mark.parametrize(
    ("flow", "after", "written"),
    [
        ("business_units", {"name": "Lumipolku Pohjoinen"}, {"name": "Lumipolku Pohjoinen"}),
        ("business_units", {"number": "205"}, {"code": "205"}),
        ("employees", {"name": "Urho Kalevi Uusimaa"}, {"firstName": "Urho Kalevi", "lastName": "Uusimaa"}),
        ("employees", {"email": "u@lumipolku.example.test"}, {"email": "u@lumipolku.example.test"}),
        ("employees", {"number": "107"}, {"code": "107"}),
        ("product_categories", {"name": "Matkakulut"}, {"name": "Matkakulut"}),
        ("products", {"name": "Hotelli"}, {"name": "Hotelli"}),
        ("products", {"category": "LIS"}, {}),
        ("products", {"category": ""}, {"productCategory": None}),
        ("projects", {"name": "Uusi nimi", "number": "77"}, {"name": "Uusi nimi", "number": 77}),
    ],
)
def test_a_change_writes_the_fields_that_differ_and_comes_back_as_it_was_said(
    account: Account, flow: str, after: dict[str, str], written: dict[str, Any]
) -> None:
    row = account.all(flow)[-1]
    resource = "travelexpensetypes" if row.id.startswith("travel:") else LIST[flow]
    path = f"{resource}/{row.id.rpartition(':')[2]}"
    before = account.get(path)
    wanted = type(row.says)(**{name: getattr(row.says, name) for name in row.says.__struct_fields__} | after)
    changed = account.changes(flow, row, wanted)
    assert changed.says == wanted
    assert account.all(flow)[-1] == changed
    now = account.get(path)
    differs = {name for name in now if now[name] != before[name]} - {"lastUpdatedDateTime", "lastUpdatedBy"}
    assert {name: now[name] for name in written} == written
    assert differs == set(written) or after == {"category": "LIS"}


def test_names_are_cut_to_what_severa_has_room_for_and_lines_run_on(account: Account) -> None:
    long = account.makes("employees", Employee("199", f"Aina {'T' * 130}", ""))
    assert long.says.name == f"Aina {'T' * 100}"
    category = account.makes("product_categories", ProductCategory("UUS", "Uudet\n  tuotteet"))
    assert category.says.name == "Uudet tuotteet"


@pytest.mark.parametrize("flow", NEW)
def test_what_severa_gives_no_number_is_refused_without_one(account: Account, flow: str) -> None:
    says = type(NEW[flow])(**{name: getattr(NEW[flow], name) for name in NEW[flow].__struct_fields__} | {"number": ""})
    refused = account.makes(flow, says)
    assert isinstance(refused, Rejected)
    assert (refused.code, refused.field) == ("number_missing", "number")


def test_what_can_not_be_written_is_refused_in_words(account: Account) -> None:
    single = account.makes("employees", Employee("199", "Konsultti", ""))
    nowhere = account.makes("products", Product("X", "Uusi", "EIOLE"))
    assert isinstance(single, Rejected)
    assert isinstance(nowhere, Rejected)
    assert "a first and a last name" in single.message
    assert (nowhere.code, nowhere.field) == ("category_missing", "category")
    row = account.all("projects")[0]
    number = account.changes("projects", row, Project("A-1", row.says.name))
    assert isinstance(number, Rejected)
    assert number.code == "number_not_whole"


def test_severas_own_refusal_is_given_in_its_own_words() -> None:
    account = Account(refuses_duplicates=True)
    refused = account.makes("employees", Employee("101", "Aamu Toinen", ""))
    assert isinstance(refused, Rejected)
    assert (refused.message, refused.status) == ("code 101 is already in use.", 400)


def test_a_project_of_the_erp_is_refused_where_nobody_says_whose_it_is(account: Account) -> None:
    """S6.3."""
    refused = account.makes("projects", Project("501", "Tehdasprojekti"))
    assert isinstance(refused, Rejected)
    assert refused.code == "customer_missing"
    assert "under the same number and name" in refused.cure


def test_a_project_of_the_erp_gets_the_customer_and_owner_that_the_settings_name() -> None:
    """S6.4."""
    choices = MirrorChoices(project_customer="1001", project_owner="aamu.pakkasniemi@lumipolku.example.test")
    account = Account(choices=choices)
    row = account.makes("projects", Project("501", "Tehdasprojekti"))
    assert (row.says, row.excluded) == (Project("501", "Tehdasprojekti"), "")
    assert row.refers == account.named("customers", "Revontuli Energia Oy").id
    numbered = account.makes("projects", Project("", "Toinen"))
    assert numbered.says == Project("502", "Toinen")
    account.choices = MirrorChoices(project_customer="1001", project_owner="nobody@lumipolku.example.test")
    refused = account.makes("projects", Project("503", "Kolmas"))
    assert isinstance(refused, Rejected)
    assert refused.code == "owner_missing"


@pytest.mark.parametrize(
    ("fault", "details", "error"),
    [
        ("lost_after_commit", {}, DeliveryUnknown),
        ("reset_before", {}, DeliveryUnknown),
        ("status", {"status": 500}, DeliveryUnknown),
        ("status", {"status": 429}, RateLimited),
        ("status", {"status": 200, "body": "<html>"}, DeliveryUnknown),
    ],
)
def test_a_write_that_goes_wrong_is_an_answer_of_its_own(
    account: Account, fault: str, details: dict[str, Any], error: type[Exception]
) -> None:
    account.all("employees")
    account.a_fault(fault, "POST /users", **details)
    assert isinstance(account.makes("employees", NEW["employees"]), error)
    row = account.all("employees")[0]
    account.a_fault(fault, "PATCH /users/*", **details)
    assert isinstance(account.changes("employees", row, Employee("101", "Aamu Uusi", row.says.email)), error)


def test_a_making_whose_answer_was_lost_is_found_by_number_and_name(account: Account) -> None:
    account.all("employees")
    account.a_fault("lost_after_commit", "POST /users")
    account.makes("employees", NEW["employees"])
    (found,) = account.kind("employees").alike(NEW["employees"])
    assert found.says == NEW["employees"]


def test_a_change_of_what_is_gone_is_stale_and_no_rights_stop_the_connection(account: Account) -> None:
    row = account.makes("product_categories", NEW["product_categories"])
    account.people.delete("productcategories", row.id)
    assert isinstance(account.changes("product_categories", row, ProductCategory("UUS", "Toiset")), Stale)
    account.a_fault("status", "POST /productcategories", status=403)
    with pytest.raises(ReconnectNeeded):
        account.makes("product_categories", NEW["product_categories"])


def test_a_vendor_that_can_not_be_reached_is_said_so(account: Account) -> None:
    account.a_fault("reset_before", "GET /businessunits")
    with pytest.raises(Unreachable):
        account.all("business_units")
