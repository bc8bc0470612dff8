"""The set-up pages with real stores and both vendors' stand-ins: from the link to going live."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest

from handoff.domain.tenancy import Connection
from handoff.integrations.live_settings import LiveSettings
from handoff.storage.grants import DynamoGrantStore
from handoff.storage.hooks import DynamoHookStore
from handoff.storage.schedule import Schedule
from sandbox import economic, moment
from sandbox.klitrose import COMPANY
from tests.builders import NOW
from tests.contract.conftest import Cloud
from tests.contract.storage.worlds import DynamoWorld
from tests.contract.visiting import ACCOUNT, BASE, KIND, USUAL, Browser, House

TOKEN = economic.CREDENTIALS.agreement_grant_token


@pytest.fixture
def dynamo(cloud: Cloud) -> DynamoWorld:
    return DynamoWorld(f"t{uuid4().hex[:12]}", cloud)


@pytest.fixture
def house(dynamo: DynamoWorld) -> House:
    return House(dynamo)


# ---- the link ------------------------------------------------------------------------------------


def test_looking_at_a_link_takes_nothing_and_beginning_binds_it_to_one_browser(house: House) -> None:
    ticket = house.invite()
    guard, person, other = (Browser(house, ticket) for _ in range(3))
    assert "Begin" in guard.look()
    assert "Company code" in person.press("begin")
    assert "in use in another browser" in other.look()
    assert other.last.status == 403
    assert other.press("begin")[:20] == other.text[:20]
    assert "Company code" in person.look()


def test_a_link_that_is_none_and_one_of_another_tenant_are_not_known(house: House) -> None:
    assert "not known" in Browser(house, "never-given-out").look()
    ticket = house.invite()
    stranger = Browser(house, ticket)
    stranger.visit(f"{BASE}/connect/somebody-else/{ticket}")
    assert (stranger.last.status, stranger.last.code) == (404, "unknown_link")


def test_a_link_expires_after_seven_days(house: House) -> None:
    browser = house.begin()
    house.world.later = timedelta(days=7)
    assert "expired" in browser.look()
    assert browser.last.status == 410
    assert "expired" in browser.press("time_tool", **ACCOUNT)


def test_the_tickets_and_the_browsers_secrets_are_stored_nowhere(house: House) -> None:
    browser = house.begin()
    (secret,) = browser.cookies.values()
    stored = repr(list(house.world.table.query(f"{house.world.tenant_id}#invitations")))
    assert browser.ticket not in stored
    assert secret not in stored
    assert len(browser.ticket) >= 43


# ---- accounts ------------------------------------------------------------------------------------


def test_an_account_is_saved_after_a_real_call_and_its_key_is_never_shown_again(house: House) -> None:
    browser = house.begin()
    assert "Health check" in browser.press("time_tool", **ACCOUNT, key_expires_on="2027-06-30")
    (connection,) = house.world.tenants().connections()
    assert (connection.id, connection.account) == ("moment", ACCOUNT["company"])
    grants = house.desk().grants("moment")
    assert grants.load().grant.key_expires_on == date(2027, 6, 30)
    browser.look("time_tool")
    assert not any(ACCOUNT["api_key"] in page for page in browser.seen)


def test_a_refused_key_is_not_saved_and_the_page_says_why(house: House) -> None:
    browser = house.begin()
    text = browser.press("time_tool", company=ACCOUNT["company"], api_key="canary-wrong-key")
    assert browser.last.status == 422
    assert "That did not work" in text
    assert "canary-wrong-key" not in browser.last.body
    assert ACCOUNT["company"] in browser.last.body  # what is not secret need not be entered again
    assert not house.world.tenants().connections()


def test_another_account_takes_the_place_of_one_that_was_connected_by_mistake(house: House) -> None:
    browser = house.begin()
    known = moment.CREDENTIALS
    browser.press("time_tool", company=known.second_company, api_key=known.wide_key)
    browser.press("time_tool", **ACCOUNT)
    browser.press("erp", grant_token=TOKEN)
    browser.press("settings", **USUAL)
    browser.press("finish")
    (integration,) = house.world.tenants().integrations()
    assert integration.time_tool.account == ACCOUNT["company"]


def test_every_fault_of_a_form_stands_at_its_field(house: House) -> None:
    browser = house.begin()
    browser.press("time_tool", company="no spaces please", key_expires_on="soon", api_key="k")
    body = browser.last.body
    for name in ("company", "key_expires_on"):
        assert f'id="f-{name}-fault"' in body
    assert 'aria-invalid="true"' in body
    assert 'id="f-api_key-fault"' not in body


def test_what_is_entered_is_never_markup(house: House) -> None:
    browser = house.begin()
    browser.press("time_tool", company='"><script>x</script>', api_key="k")
    assert "<script" not in browser.last.body


def test_M6_3_the_agreement_token_can_be_pasted_and_its_agreement_is_found_out(house: House) -> None:
    """M6.3: the id copied from e-conomic is the agreement token."""
    browser = house.begin()
    browser.press("erp", grant_token=f" {TOKEN} ")
    (connection,) = house.world.tenants().connections()
    assert (connection.vendor, connection.account, connection.name) == ("economic", "990001", COMPANY)
    assert not any(TOKEN in page for page in browser.seen)


def test_a_wrong_agreement_token_is_not_saved(house: House) -> None:
    browser = house.begin()
    assert "That did not work" in browser.press("erp", grant_token="canary-token")
    assert not house.world.tenants().connections()


def test_an_empty_agreement_token_is_a_fault_at_its_field(house: House) -> None:
    browser = house.begin()
    browser.press("erp", grant_token="")
    assert 'id="f-grant_token-fault"' in browser.last.body


# ---- the vendor's own page -----------------------------------------------------------------------


def test_M6_2_the_app_is_added_on_economics_page_and_the_token_comes_back_by_itself(house: House) -> None:
    """M6.2: the app is added in e-conomic by a link."""
    browser = house.begin()
    page = browser.to_the_vendor()
    assert "appPublicToken=" in page
    text = browser.visit(browser.back_from(page))
    assert browser.last.code == "shown"
    assert "Health check" in text
    assert [one.vendor for one in house.world.tenants().connections()] == ["economic"]


def test_a_way_back_is_good_once(house: House) -> None:
    browser = house.begin()
    back = browser.back_from(browser.to_the_vendor())
    browser.visit(back)
    browser.visit(back)
    assert (browser.last.status, browser.last.code) == (410, "way_closed")


def test_a_way_back_is_good_for_an_hour(house: House) -> None:
    browser = house.begin()
    back = browser.back_from(browser.to_the_vendor())
    house.world.later = timedelta(hours=1)
    browser.visit(back)
    assert browser.last.code == "way_closed"
    assert not house.world.tenants().connections()


def test_a_way_back_without_the_browsers_cookie_connects_nothing(house: House) -> None:
    browser = house.begin()
    back = browser.back_from(browser.to_the_vendor())
    thief = Browser(house, browser.ticket)
    thief.visit(back)
    assert (thief.last.status, thief.last.code) == (403, "other_browser")
    assert not house.world.tenants().connections()
    browser.visit(back)  # and it was not used up
    assert house.world.tenants().connections()


def test_a_way_back_for_the_other_side_is_closed(house: House) -> None:
    browser = house.begin()
    back = browser.back_from(browser.to_the_vendor())
    browser.visit(back.replace("/erp/", "/time_tool/"))
    assert browser.last.code == "way_closed"


def test_a_declined_grant_is_said_and_can_be_tried_again(dynamo: DynamoWorld) -> None:
    browser = House(dynamo, user_declines=True).begin()
    text = browser.visit(browser.back_from(browser.to_the_vendor()))
    assert browser.last.code == "grant_declined"
    assert "the app was not added" in text
    assert f'href="../../{browser.ticket}?go=erp"' in browser.last.body


# ---- health --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"has_journal_1": False}, "Journal 1 does not exist"),
        ({"has_group_1": False}, "Customer group 1 does not exist"),
        ({"has_internal_group": False}, "Project group 1"),
        ({"project_module": False}, "The module Project is not on"),
        ({"roles": ["Bookkeeping"]}, "needs the role SuperUser"),
    ],
)
def test_M1_7_M2_4_M3_6_M3_7_M6_1_nobody_goes_live_while_something_is_missing(
    dynamo: DynamoWorld, options: dict[str, object], words: str
) -> None:
    """M1.7, M2.4, M3.6, M3.7, M6.1: what must exist is looked for, and its absence said in words."""
    house = House(dynamo)
    browser = house.connected()
    house.economic.reset(**options)
    assert words in browser.look("health")
    browser.press("settings", **USUAL)
    assert words in browser.press("finish")
    assert (browser.last.status, browser.last.code) == (409, "missing")
    assert not dynamo.tenants().integrations()
    house.economic.reset()
    assert "is live" in browser.press("finish")


def test_M1_6_what_cant_be_found_out_is_said_and_keeps_nobody_back(house: House) -> None:
    """M1.6: whether the plan takes PDFs can't be asked for."""
    browser = house.connected()
    text = browser.look("health")
    assert "Can't be told" in unescape(text)
    assert "Plus does not" in text
    assert "Check again" in text


# ---- settings ------------------------------------------------------------------------------------


def test_M6_5_M1_5_M4_4_M4_6_M4_10_M4_11_the_settings_asked_for_are_saved(house: House) -> None:
    """M6.5, M1.5, M4.4, M4.6, M4.10, M4.11: e-mail, PDF, accounts, cost types, activity and billable are settings."""
    browser = house.connected()
    more = {
        "expenses.on": "on",
        "expenses.accounts": "2210; 2770, 4000-4999",
        "expenses.cost_types": "",
        "expenses.activity": "Udlæg",
    }
    browser.press("settings", **{**USUAL, "invoices.pdf": ""}, **more)
    browser.press("finish")
    (integration,) = house.world.tenants().integrations()
    saved = LiveSettings.model_validate(house.world.tenants().settings(integration.id)[1])
    assert saved.notices.email == "bogholderi@klitrose.example"
    assert (saved.invoices.pdf, saved.invoices.journal, saved.starts_on) == (False, 1, date(2026, 11, 1))
    assert saved.expenses.accounts == ("2210", "2770", "4000-4999")
    assert (saved.expenses.activity, saved.expenses.billable, saved.expenses.cost_types) == ("Udlæg", False, ())


def test_each_fault_of_the_settings_stands_at_its_field_and_nothing_is_lost(house: House) -> None:
    browser = house.connected()
    browser.press("settings", **{**USUAL, "notices.email": "nobody", "invoices.journal": "first", "expenses.on": "on"})
    body = browser.last.body
    assert browser.last.status == 422
    for name in ("notices.email", "invoices.journal", "expenses.on"):
        assert f'id="f-{name}-fault"' in body
    assert "A whole number is needed here." in browser.text
    assert 'value="nobody"' in body
    assert 'value="first"' in body


def test_invoices_of_the_past_stay_out_unless_somebody_says_otherwise(house: House) -> None:
    browser = house.connected()
    browser.look("settings")
    assert 'name="starts_on"' in browser.last.body
    assert f'value="{NOW.date()}"' in browser.last.body


# ---- going live ----------------------------------------------------------------------------------


def test_M6_4_going_live_makes_the_integration_and_shows_each_address_once(house: House) -> None:
    """M6.4: what is needed for configuring a webhook is shown."""
    browser = house.live()
    (integration,) = house.world.tenants().integrations()
    assert (integration.id, integration.kind) == (KIND, KIND)
    assert (house.world.tenant_id, KIND) in {
        (due.tenant_id, due.integration_id) for due in Schedule(house.world.table).all_due()
    }
    addresses = re.findall(rf"<code>({BASE}/hooks/[^<]+)</code>", browser.last.body)
    assert len(set(addresses)) == 6
    assert "old=[OLDNUMBER]&new=[NEWNUMBER]" in browser.text.replace("&amp;", "&")
    assert "Make a new address" not in browser.text  # it would end one that was just copied
    browser.press("finish")
    assert f"{BASE}/hooks/" not in browser.last.body
    assert browser.text.count("Make a new address") == 6
    assert len(house.world.tenants().integrations()) == 1


def test_a_lost_address_is_replaced_and_the_old_one_stops(house: House) -> None:
    browser = house.live()
    store = DynamoHookStore(house.world.table, house.world.tenant_id)
    before = store.address("moment.invoices")
    browser.press("renew", hook="moment.invoices")
    after = store.address("moment.invoices")
    assert before is not None
    assert after is not None
    assert before.digest != after.digest
    assert len(re.findall(rf"<code>{BASE}/hooks/", browser.last.body)) == 1


def test_only_addresses_of_this_integration_can_be_renewed(house: House) -> None:
    browser = house.live()
    browser.press("renew", hook="harvest-1.invoices")
    assert browser.last.code == "shown"
    assert f"{BASE}/hooks/" not in browser.last.body


def test_going_live_waits_until_nothing_is_left_to_do(house: House) -> None:
    browser = house.begin()
    text = browser.press("finish")
    assert (browser.last.status, browser.last.code) == (409, "not_ready")
    assert "Connect Moment" in text
    assert not house.world.tenants().integrations()


def test_the_work_can_be_left_and_taken_up_at_any_step(house: House) -> None:
    browser = house.connected()
    browser.press("settings", **USUAL)
    again = Browser(house, browser.ticket, dict(browser.cookies))
    assert "Go live" in again.look()
    assert "It is connected" in again.look("time_tool")
    assert 'value="bogholderi@klitrose.example"' in (again.look("settings"), again.last.body)[1]


# ---- reconnecting --------------------------------------------------------------------------------


def a_reconnection(house: House) -> str:
    (integration,) = house.world.tenants().integrations()
    sides = {"time_tool": integration.time_tool.id, "erp": integration.erp.id}
    return house.invite(integration_id=integration.id, **sides)


def test_reconnecting_replaces_the_grant_and_keeps_everything_else(house: House) -> None:
    house.live()
    tenants, hooks = house.world.tenants(), DynamoHookStore(house.world.table, house.world.tenant_id)
    before = (tenants.settings(KIND), hooks.address("economic.day_book_booked"))
    tenants.stop_connection(KIND, "economic", "the token was withdrawn")
    browser = house.begin(a_reconnection(house))
    assert "the token was withdrawn" in browser.look("erp")
    browser.visit(browser.back_from(browser.to_the_vendor()))
    assert tenants.integration(KIND).erp.stopped == ""
    assert house.desk().grants("economic").load().grant.access_token.reveal() != TOKEN
    assert before == (tenants.settings(KIND), hooks.address("economic.day_book_booked"))
    assert "Settings" not in browser.look("health")


def test_reconnecting_begins_with_the_account_that_is_stopped(house: House) -> None:
    house.live()
    house.world.tenants().stop_connection(KIND, "economic", "the token was withdrawn")
    browser = house.begin(a_reconnection(house))
    assert "the token was withdrawn" in browser.text
    assert "2. Visma e-conomic ✓" not in browser.text
    assert "1. Moment ✓ done" in browser.text


def test_a_token_of_another_agreement_is_refused_and_the_old_one_stays(house: House) -> None:
    house.connected()
    world = house.world
    other = Connection("economic-other", "economic", "770077", "Another ApS")
    old = house.desk().grants("economic").load().grant
    world.onboarding().connect(other, old)
    browser = house.begin(house.invite(integration_id="x", time_tool="moment", erp="economic-other"))
    text = browser.press("erp", grant_token=TOKEN)
    assert browser.last.code == "another_account"
    assert "770077" in text
    kept = DynamoGrantStore(world.cloud.grants_table, world.tenant_id, "economic-other", world.envelope)
    assert kept.load().grant == old
