"""The report before the first write, on the set-up pages: both stand-ins, real stores, the worker, a browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from handoff.domain.capabilities import Side
from handoff.domain.pairs import Sighting
from handoff.storage import tables
from handoff.storage.schedule import Schedule
from sandbox.business_nxt.access import SECOND_COMPANY_NO
from tests.contract.conftest import Cloud
from tests.contract.looking import ERP, KIND, SETTINGS, TOOL, LookingHouse
from tests.contract.storage.worlds import DynamoWorld
from tests.contract.visiting import Browser, House

WRITES = ("POST", "PATCH", "PUT", "DELETE")


@pytest.fixture
def dynamo(cloud: Cloud) -> DynamoWorld:
    return DynamoWorld(f"t{uuid4().hex[:12]}", cloud)


@pytest.fixture
def house(dynamo: DynamoWorld) -> LookingHouse:
    return LookingHouse(dynamo)


def part(browser: Browser, flow: str) -> str:
    """The section of one kind, as it is read."""
    (section,) = re.findall(rf'<section id="{flow}">(.*?)</section>', browser.last.body, flags=re.DOTALL)
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", section).split()))


def pair_in(browser: Browser, flow: str) -> dict[str, str]:
    """What the first question of a kind sends along."""
    body = browser.last.body.split(f'<section id="{flow}">')[1]
    found = dict(re.findall(r'name="(flow|ours|theirs)" value="([^"]+)"', body.split('value="accept"')[1])[:3])
    return {name: unescape(value) for name, value in found.items()}


def words(browser: Browser) -> str:
    return unescape(browser.text)


def seen(house: LookingHouse, flow: str) -> Sequence[Sighting[Any]]:
    """What is known of Severa's objects."""
    return house.world.shelf(KIND).sightings.all(flow, Side.TIME_TOOL)


def is_scheduled(house: LookingHouse) -> bool:
    due = {(one.tenant_id, one.integration_id) for one in Schedule(house.world.table).all_due()}
    return (house.world.tenant_id, KIND) in due


# ---- the look ------------------------------------------------------------------------------------


def test_only_what_goes_both_ways_has_a_report(dynamo: DynamoWorld, house: LookingHouse) -> None:
    assert "5. Report" in house.begin(house.invite(KIND)).text
    other = House(DynamoWorld(f"t{uuid4().hex[:12]}", dynamo.cloud)).connected()
    assert "Report" not in other.text
    other.press("look")
    assert other.last.code == "shown"


def test_nothing_is_looked_at_before_accounts_and_settings_are_there(house: LookingHouse) -> None:
    browser = house.connected()
    text = browser.press("look")
    assert (browser.last.status, browser.last.code) == (409, "not_ready")
    assert "Look through the settings and save them." in text
    assert not house.world.tenants().integrations()
    assert not house.fetches.messages


def test_a_look_makes_an_integration_that_only_reports_and_is_on_no_schedule(house: LookingHouse) -> None:
    """S10.1."""
    browser = house.ready()

    text = browser.press("look")

    assert "Looking at both sides…" in text
    (integration,) = house.world.tenants().integrations()
    version, saved = house.world.tenants().settings(integration.id)
    assert (integration.id, version, saved["report_only"], is_scheduled(house)) == (KIND, 1, True, False)
    assert len(house.fetches.messages) == 1


def test_a_button_that_is_pressed_twice_begins_one_look(house: LookingHouse) -> None:
    browser = house.ready()
    browser.press("look")
    browser.press("look")
    assert "Looking at both sides…" in browser.text
    assert len(house.fetches.messages) == 1


def test_the_page_shows_by_itself_how_far_the_look_is(house: LookingHouse) -> None:
    browser = house.ready()
    browser.press("look")
    assert "It begins in a moment. 0 read so far." in browser.text
    assert '<meta http-equiv="refresh" content="4; url=?step=report">' in browser.last.body
    house.works(1)
    assert "Reading the lists of Visma Business NXT. 21 read so far." in browser.look("report")
    house.works(1)
    assert "Reading the lists of Visma Severa. 54 read so far." in browser.look("report")
    house.works()
    assert "refresh" not in (browser.look("report"), browser.last.body)[1]


def test_a_look_that_was_lost_on_its_way_can_be_begun_again(house: LookingHouse) -> None:
    browser = house.ready()
    browser.press("look")
    house.fetches.messages.clear()
    house.world.later = timedelta(minutes=11)
    assert "It did not begin." in browser.look("report")
    browser.press("look")
    house.works()
    assert "4 questions are open." in browser.look("report")


def test_nobody_looks_while_something_is_missing(house: LookingHouse) -> None:
    browser = house.connected()
    browser.press("settings", **{**SETTINGS, "project_unit": "9"})
    assert "Organisational unit 9, chosen for projects, has no name" in browser.press("look")
    assert "Not yet" in browser.text
    assert (browser.last.status, browser.last.code) == (409, "missing")
    assert not house.fetches.messages


# ---- the report ----------------------------------------------------------------------------------


def test_S10_1_both_sides_are_gone_through_before_anything_is_written(house: LookingHouse) -> None:
    """S10.1, S5.7, S5.8, S5.3, S6.3, S3.3: what is the same, asked, made, kept out and why, and the checklist."""
    browser = house.looked()

    assert "4 questions are open." in browser.text
    customers, employees, projects = (part(browser, flow) for flow in ("customers", "employees", "projects"))
    assert "There now 8 6 The same on both sides 3 3 Asked 1 1 To be made here 1 1" in customers
    assert (
        "1 in Visma Business NXT: it is blocked in group 3; 3 in Visma Severa: none of its projects is won" in customers
    )
    assert "Kept out: 2 in Visma Business NXT: it has no e-mail address." in employees
    assert "Kept out: 4 in Visma Severa: its sales status is not Won." in projects
    assert "For it: the same number, the same organisation number. Against it: another name." in customers
    assert "both carry the number 140 from then on" in employees
    for point in (
        "In order The same customers carry the same numbers on both sides.",
        "Look at this Numbers or names almost match: 1 employee, 1 product, 1 project, 1 customer to be looked at.",
        "from Visma Business NXT's range, 1001 to 2002",
        "Can't be told Number series of invoices",
        "2 employees of Visma Business NXT (Tuisku Varvikko, Veikko Jäkäläharju)",
        "customers with 1 in group 3 (1 now)",
        "In order Organisational unit 2, Prosjekt, stands for projects",
        "Hours stay where they are",
    ):
        assert point in words(browser), point
    asked = [name for vendor in (house.severa, house.nxt) for name in vendor.calls() if name.startswith(WRITES)]
    assert all("token" in name or "graphql" in name for name in asked), asked
    (run,) = house.world.table.query(tables.integration_pk(house.world.tenant_id, KIND, "runs"), "R#")
    assert {name for name in run if name.startswith("c.")} == {"c.fetched", "c.new"}


def test_the_table_that_is_chosen_for_hours_is_on_the_checklist(house: LookingHouse) -> None:
    browser = house.connected()
    browser.press("settings", **{**SETTINGS, "hours.on": "on"})
    browser.press("look")
    house.works()
    assert "In order Hours become rows of freeInformation1" in browser.look("report")


def test_one_is_accepted_and_the_yes_can_be_taken_back(house: LookingHouse) -> None:
    """S2.5, S3.4, S5.9, S6.6."""
    browser = house.looked()
    pair = pair_in(browser, "products")

    browser.press("accept", **pair)

    assert "Accepted: these are the same." in part(browser, "products")
    assert "Are these the same?" not in part(browser, "products")
    assert "3 questions are open." in browser.text
    browser.press("undo", flow="products", ours=pair["ours"])
    assert "Accepted" not in part(browser, "products")
    assert "4 questions are open." in browser.text


def test_a_question_can_be_left_and_answered_after_all(house: LookingHouse) -> None:
    browser = house.looked()
    pair = pair_in(browser, "projects")
    browser.press("leave", **pair)
    browser.press("leave", **pair)
    assert "You left these as they are." in part(browser, "projects")
    assert "3 questions are open." in browser.text
    browser.press("accept", **pair)
    assert "Accepted: 1" in part(browser, "projects")


def test_all_that_fit_are_accepted_with_one_button_that_says_how_many(house: LookingHouse) -> None:
    """S5.7, S5.9."""
    browser = house.looked()
    assert "Accept the 1 that fits by number" in part(browser, "customers")
    assert "Accept the 1 that fits by name" in part(browser, "employees")
    assert "Accept" not in part(browser, "products").replace("Accepted", "")  # the names are too far from each other

    browser.press("accept_all", flow="customers", alike="number")
    browser.press("accept_all", flow="employees", alike="number")
    browser.press("accept_all", flow="products")

    assert "Accepted: 1" in part(browser, "customers")
    assert "Are these the same?" in part(browser, "employees")
    assert "Are these the same?" in part(browser, "products")
    browser.press("accept_all", flow="employees")
    assert "Accepted: 1" in part(browser, "employees")


def test_a_yes_to_what_is_gone_or_taken_is_refused_in_words(house: LookingHouse) -> None:
    browser = house.looked()
    pair = pair_in(browser, "projects")
    text = browser.press("accept", **{**pair, "theirs": "unit2:999"})
    assert (browser.last.status, browser.last.code) == (409, "gone")
    assert "One of the two is not there any more" in text
    assert "Are these the same?" in part(browser, "projects")
    browser.press("accept", **pair)
    browser.press("accept", **pair)
    assert "Accepted: 1" in part(browser, "projects")
    another = next(one.id for one in seen(house, "projects") if not one.partner)
    browser.press("accept", **{**pair, "ours": another})
    assert browser.last.code == "paired_already"
    browser.press("undo", flow="projects", ours=another)
    assert browser.last.code == "gone"


def test_a_yes_of_no_kind_there_is_changes_nothing(house: LookingHouse) -> None:
    browser = house.looked()
    browser.press("accept", flow="invoices", ours="1", theirs="2")
    browser.press("accept_all", flow="")
    assert "4 questions are open." in browser.text


def test_another_browser_sees_no_report_and_answers_no_question(house: LookingHouse) -> None:
    browser = house.looked()
    pair = pair_in(browser, "projects")
    other = Browser(house, browser.ticket)
    assert "in use in another browser" in other.look("report")
    assert "in use in another browser" in other.press("accept", **pair)
    assert "4 questions are open." in browser.look("report")


def test_another_look_sees_what_has_changed_and_keeps_what_was_answered(house: LookingHouse) -> None:
    browser = house.looked()
    browser.press("accept", **pair_in(browser, "products"))
    browser.press("leave", **pair_in(browser, "projects"))
    harbour = next(one.id for one in seen(house, "projects") if one.says.name == "Satamalogistiikka")
    house.severa.vendor.people.edit("projects", harbour, name="Satamat")
    house.world.later = timedelta(minutes=20)

    assert "Looking at both sides…" in browser.press("look")
    house.works()
    browser.look("report")

    assert "Satamat" in part(browser, "projects")
    assert "You left these as they are." in part(browser, "projects")
    assert "Accepted: 1" in part(browser, "products")


# ---- what goes wrong -----------------------------------------------------------------------------


def test_a_look_that_is_refused_access_says_so_and_goes_on_once_the_account_is_connected_again(
    house: LookingHouse,
) -> None:
    browser = house.ready()
    browser.press("look")
    house.severa.fault("status", "GET *", status=403, times=100)
    house.works()

    text = browser.look("report")

    assert "The look failed" in text
    assert "Visma Severa stands still until it is connected again" in text
    assert "The last look at both sides failed" not in browser.look("finish")
    assert "Connect Visma Severa." in browser.press("finish")
    assert (browser.last.status, browser.last.code) == (409, "not_ready")
    house.severa.faults.clear()
    browser.press("time_tool", **TOOL)
    assert "The last look at both sides failed" in browser.press("finish")
    browser.press("look")
    house.works()
    assert "4 questions are open." in browser.look("report")


def test_other_settings_need_another_look(house: LookingHouse) -> None:
    browser = house.looked()
    browser.press("settings", **SETTINGS)
    assert "4 questions are open." in browser.look("report")
    browser.press("settings", **{**SETTINGS, "customers.blocked_group": ""})
    assert "Look at both sides" in browser.text
    assert "Look at both sides and read the report" in browser.press("finish")
    browser.press("look")
    house.works()
    browser.look("report")
    assert "No blocking group is chosen" in words(browser)
    assert "it is blocked" not in part(browser, "customers")
    version, saved = house.world.tenants().settings(KIND)
    assert (version, saved["report_only"]) == (2, True)


def test_another_company_is_looked_at_anew(house: LookingHouse) -> None:
    browser = house.looked()
    browser.press("erp", **{**ERP, "company_no": str(SECOND_COMPANY_NO)})
    assert "Look at both sides" in browser.look("report")
    assert "read the report" in browser.press("finish")


# ---- going live ----------------------------------------------------------------------------------


def test_going_live_lets_passes_write_from_then_on_whatever_is_still_open(house: LookingHouse) -> None:
    """S10.1."""
    browser = house.looked()
    browser.press("accept", **pair_in(browser, "products"))
    browser.press("leave", **pair_in(browser, "projects"))
    assert "3 pairs that may be the same are not accepted. They stay apart" in browser.look("finish")

    text = browser.press("finish")

    assert "is live" in text
    tenants = house.world.tenants()
    version, saved = tenants.settings(KIND)
    assert (version, saved["report_only"], is_scheduled(house)) == (2, False, True)
    assert "They are the same" not in browser.look("report")
    browser.press("accept", flow="products", ours="x", theirs="y")
    assert browser.last.code == "shown"
    browser.press("finish")
    assert tenants.settings(KIND)[0] == 2


@pytest.mark.parametrize(
    ("steps", "words"), [(None, "read the report"), (0, "still being looked at"), (2, "still being looked at")]
)
def test_nobody_goes_live_without_having_read_the_report(steps: int | None, words: str, house: LookingHouse) -> None:
    browser = house.ready()
    if steps is not None:
        browser.press("look")
        house.works(steps)
    assert words in browser.press("finish")
    assert (browser.last.status, browser.last.code) == (409, "not_ready")
    assert not is_scheduled(house)


def test_a_second_link_looks_at_nothing_that_is_live_already(house: LookingHouse) -> None:
    house.looked().press("finish")
    second = house.ready()
    assert "these two accounts are joined already" in second.press("look").lower()
    assert (second.last.status, second.last.code) == (409, "exists")
    assert not house.fetches.messages
    assert house.world.tenants().settings(KIND)[0] == 2
