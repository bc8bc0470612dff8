"""Settings through the API: read, described, replaced, checked."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.builders import a_client, a_project, an_account, reference_data, settings_content
from tests.contract.api.api_world import BASE, INTEGRATION, World

PATH = f"{BASE}/settings"


def version_of(world: World) -> int:
    return world.tenants.settings(INTEGRATION)[0]


def test_settings_are_read_with_their_version_as_etag() -> None:
    answer = World().get(PATH)
    assert answer.status == 200
    assert answer.json == {"version": 1, "settings": settings_content()}
    assert answer.headers["ETag"] == '"1"'


def test_settings_that_were_never_saved_are_not_found_until_they_are() -> None:
    world = World()
    world.memory.part("settings", "fjordlys").clear()
    assert world.get(PATH).status == 404
    answer = world.put(PATH, settings_content())
    assert (answer.status, answer.json["version"], answer.json["changed"]) == (200, 1, True)
    assert world.get(PATH).json["settings"]["currency"] == "NOK"


def test_a_save_makes_the_next_version_and_tells_the_next_pass_to_look() -> None:
    world = World()
    answer = world.put(PATH, settings_content(closed_period="next_open"))
    assert (answer.status, answer.json["version"], answer.headers["ETag"]) == (200, 2, '"2"')
    assert answer.json["settings"]["closed_period"] == "next_open"
    assert world.get(PATH).json == {"version": 2, "settings": answer.json["settings"]}
    assert world.stores.passes.load().needs_posting


def test_the_same_settings_again_change_nothing() -> None:
    world = World()
    again = world.put(PATH, settings_content(closed_period="hold"))
    assert (again.status, again.json["version"], again.json["changed"]) == (200, 1, False)
    assert version_of(world) == 1
    assert not world.stores.passes.load().needs_posting


def test_what_was_read_can_be_sent_back_as_it_is() -> None:
    world = World()
    read = world.get(PATH).json
    read["settings"]["closed_period"] = "next_open"
    assert world.put(PATH, read).json["version"] == 2


@pytest.mark.parametrize("how", ["header", "weak header", "version", "expected_version"])
def test_a_version_that_is_no_longer_the_newest_is_not_overwritten(how: str) -> None:
    world = World()
    world.put(PATH, settings_content(closed_period="next_open"))
    body: dict[str, Any] = settings_content(non_billable="exclude")
    headers = {}
    if how == "header":
        headers = {"If-Match": '"1"'}
    elif how == "weak header":
        headers = {"if-match": 'W/"1"'}
    else:
        body = {"settings": body, how: 1}
    answer = world.put(PATH, body, headers=headers)
    assert (answer.status, answer.error["code"]) == (409, "stale")
    assert "version 2" in answer.error["message"]
    assert version_of(world) == 2


def test_the_newest_version_may_be_named_in_every_way() -> None:
    world = World()
    one = world.put(PATH, settings_content(closed_period="next_open"), headers={"If-Match": '"1"'})
    two = world.put(PATH, {"settings": settings_content(), "expected_version": 2})
    any_ = world.put(PATH, settings_content(non_billable="exclude"), headers={"If-Match": "*"})
    assert (one.json["version"], two.json["version"], any_.json["version"]) == (2, 3, 4)


def test_versions_that_contradict_each_other_are_refused() -> None:
    answer = World().put(PATH, {"settings": settings_content(), "version": 1}, headers={"If-Match": '"2"'})
    assert (answer.status, answer.error["field"]) == (422, "body.version")


@pytest.mark.parametrize("header", ["yesterday", '"', '"-1"', '"1", "2"'])
def test_an_if_match_that_is_no_etag_of_ours_is_refused(header: str) -> None:
    answer = World().put(PATH, settings_content(), headers={"If-Match": header})
    assert (answer.status, answer.error["code"], answer.error["field"]) == (422, "bad_if_match", "If-Match")


def test_two_equally_specific_rules_are_refused_by_name() -> None:
    world = World()
    rate_card = [
        {"id": "a", "match": {"client": "301"}, "account": "3000"},
        {"id": "b", "match": {"client": "301"}, "account": "3100"},
    ]
    answer = world.put(PATH, settings_content(rate_card=rate_card))
    assert (answer.status, answer.error["code"]) == (422, "equally_specific_rules")
    assert answer.error["field"] == "body.rate_card"
    assert "a and b both set the account" in answer.error["message"]
    assert version_of(world) == 1


def test_every_wrong_field_is_listed_at_once() -> None:
    world = World()
    wrong = settings_content(
        currency="kroner",
        rate_card=[{"id": "default", "account": "3000"}, {"id": "x", "rate": {"amount": "-1", "currency": "NOK"}}],
        itme="TIMER",
    )
    answer = world.put(PATH, wrong)
    assert answer.status == 422
    assert {fault["field"] for fault in answer.json["errors"]} == {
        "body.currency",
        "body.rate_card[1].rate.amount",
        "body.itme",
    }
    assert all(fault["cure"] and fault["message"] for fault in answer.json["errors"])
    in_envelope = world.put(PATH, {"settings": wrong})
    assert "body.settings.rate_card[1].rate.amount" in {fault["field"] for fault in in_envelope.json["errors"]}


def test_a_rate_written_as_a_number_keeps_its_digits() -> None:
    world = World()
    body = '{"currency":"NOK","item":"TIMER","accounts":{"accrued_revenue":"1530"},"rate_card":[{"id":"a","account":"3000","rate":{"amount":1234.1001,"currency":"NOK"}}]}'
    answer = world.put(PATH, body)
    assert answer.json["settings"]["rate_card"][0]["rate"]["amount"] == "1234.1001"


def test_an_envelope_with_something_else_in_it_is_taken_for_settings() -> None:
    answer = World().put(PATH, {"settings": settings_content(), "force": True})
    assert answer.status == 422
    assert "body.force" in {fault["field"] for fault in answer.json["errors"]}


def test_names_that_the_lists_do_not_have_are_warnings_and_are_saved() -> None:
    world = World()
    content = settings_content(
        accounts={"accrued_revenue": "1599"},
        rate_card=[
            {"id": "default", "account": "3000"},
            {"id": "fjord", "match": {"client": "Fjrod", "role": "Designer"}, "account": "3100"},
        ],
        allocations=[{"id": "oslo", "shares": {"10": "1", "99": "1"}}],
        item="TIMES",
        employees={"ola@fjordlys.example": "404"},
        excluded_projects=["12345"],
    )
    answer = world.put(PATH, content)
    assert (answer.status, answer.json["version"]) == (200, 2)
    assert {(w["field"], w["code"]) for w in answer.json["warnings"]} == {
        ("accounts.accrued_revenue", "unknown_account"),
        ("rate_card[1].account", "unknown_account"),
        ("rate_card[1].match.client", "unknown_client"),
        ("allocations[0].shares.99", "unknown_cost_centre"),
        ("item", "unknown_item"),
        ("employees.ola@fjordlys.example", "unknown_employee"),
        ("excluded_projects[0]", "unknown_project"),
    }


def test_an_inactive_account_and_a_currency_without_rate_are_warned_of() -> None:
    world = World()
    world.list(
        reference_data(
            accounts=[an_account(active=False), an_account(number="1530")], clients=[a_client(currency="USD")]
        )
    )
    answer = world.put(PATH, settings_content())
    assert [(w["field"], w["code"]) for w in answer.json["warnings"]] == [
        ("rate_card[0].account", "inactive_account"),
        ("currencies", "no_currency_rule"),
    ]


def test_a_rule_for_a_name_that_two_projects_have_is_warned_of() -> None:
    world = World()
    world.list(
        reference_data(
            projects=[a_project(id="1", code="A1", name="Support"), a_project(id="2", code="B1", name="Support")]
        )
    )
    rules = [{"id": "default", "account": "3000"}]
    by_name = settings_content(
        rate_card=[*rules, {"id": "support", "match": {"project": "support"}, "account": "3000"}]
    )
    by_code = settings_content(rate_card=[*rules, {"id": "support", "match": {"project": "A1"}, "account": "3000"}])
    (warning,) = world.put(PATH, by_name).json["warnings"]
    assert (warning["field"], warning["code"]) == ("rate_card[1].match.project", "ambiguous_project")
    assert world.put(PATH, by_code).json["warnings"] == []


def test_lists_that_were_not_read_yet_give_no_warnings() -> None:
    world = World()
    nothing: list[Any] = []
    world.list(
        reference_data(
            accounts=nothing,
            cost_centres=nothing,
            items=nothing,
            ledger_projects=nothing,
            employees=nothing,
            clients=nothing,
            people=nothing,
            projects=nothing,
            tasks=nothing,
        )
    )
    assert world.put(PATH, settings_content()).json["warnings"] == []


def test_the_schema_describes_what_is_taken() -> None:
    answer = World().get(f"{PATH}/schema")
    Draft202012Validator.check_schema(answer.json)
    validator = Draft202012Validator(answer.json)
    assert validator.is_valid(settings_content())
    assert not validator.is_valid({**settings_content(), "itme": "TIMER"})
    assert not validator.is_valid({"currency": "NOK"})
    assert answer.json["properties"]["rate_card"]["title"] == "Rate card"


def test_saved_settings_that_can_not_be_read_any_more_can_be_replaced() -> None:
    world = World()
    world.tenants.add(world.tenants.integration(INTEGRATION), {"currency": "NOK", "old_name": 1})
    assert world.get(PATH).json["settings"]["old_name"] == 1
    assert world.post(f"{BASE}/runs", {}).error["code"] == "settings_unreadable"
    assert world.put(PATH, settings_content()).json["version"] == 2
    assert world.post(f"{BASE}/runs", {}).status == 202
