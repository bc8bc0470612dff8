"""Settings: what is refused and with which path, what the form shows, what the core gets."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import jsonschema
import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from handoff.accounting.calendar import ClosedPeriod
from handoff.accounting.matching import Coordinates
from handoff.accounting.plan_rules import NonBillable
from handoff.domain.gate import ApprovalRule, GatePolicy
from handoff.domain.money import Money
from handoff.domain.posting import BOOKED_KINDS
from handoff.domain.staged import ApprovedVia
from handoff.integrations import both_ways_settings, live_settings, rule_settings, settings
from handoff.integrations.kind_settings import Fault, Section, SettingsRefused
from handoff.integrations.settings import HoursSettings, read_settings
from tests.builders import settings_content, some_settings

RATE = {"amount": "1250.00", "currency": "NOK"}


def faults(**changes: object) -> tuple[Fault, ...]:
    with pytest.raises(SettingsRefused) as refused:
        read_settings(settings_content(**changes))
    return refused.value.faults


def codes(**changes: object) -> list[tuple[str, str]]:
    return [(fault.code, fault.field) for fault in faults(**changes)]


def test_settings_survive_being_stored_as_json() -> None:
    saved = some_settings(
        starts_on="2026-09-01",
        currencies=[{"currency": "EUR", "rate": "11.52", "valid_to": "2026-12-31"}],
        rate_card=[{"id": "nb1", "match": {"project": "NB1", "project_type": "fixed_fee"}, "rate": RATE}],
        allocations=[{"id": "both", "shares": {"10": "60", "20": "40"}, "shares_in": "percent"}],
    )

    assert read_settings(json.loads(json.dumps(saved.model_dump(mode="json")))) == saved


def test_numbers_of_a_json_body_become_exact_decimals() -> None:
    content = json.loads(json.dumps(settings_content()), parse_float=Decimal)
    content["currencies"] = [{"currency": "EUR", "rate": 11.52}]

    assert read_settings(content).currencies[0].rate == Decimal("11.52")


def test_spaces_around_what_people_type_do_not_count() -> None:
    assert some_settings(item=" TIMER ").item == "TIMER"


def test_two_equally_specific_rules_are_refused_by_name_and_field() -> None:
    card = [
        {"id": "first", "match": {"client": "Fjord"}, "account": "3000"},
        {"id": "second", "match": {"client": " FJORD "}, "account": "3010"},
    ]

    (fault,) = faults(rate_card=card)

    assert (fault.code, fault.field) == ("equally_specific_rules", "rate_card")
    assert "first and second both set the account" in fault.message


def test_equally_specific_rules_with_different_days_are_fine() -> None:
    card = [
        {"id": "until", "account": "3000", "valid_to": "2026-09-30"},
        {"id": "since", "account": "3010", "valid_from": "2026-10-01"},
    ]

    assert len(some_settings(rate_card=card).rate_card) == 2


def test_equally_specific_allocations_and_exchange_rules_are_refused_as_well() -> None:
    allocations = [{"id": "a", "shares": {"10": "1"}}, {"id": "b", "shares": {"20": "1"}}]
    currencies = [{"currency": "EUR", "rate": "11"}, {"currency": "EUR", "rate": "12", "valid_from": "2026-01-01"}]

    assert codes(allocations=allocations, currencies=currencies) == [
        ("equally_specific_rules", "currencies"),
        ("equally_specific_rules", "allocations"),
    ]


def test_many_ties_are_counted_and_the_first_are_named() -> None:
    (fault,) = faults(rate_card=[{"id": f"rule-{n}", "account": "3000"} for n in range(5)])

    assert "rule-0 and rule-1" in fault.message
    assert "and 5 more" in fault.message


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"unknown": 1}, "extra_forbidden", "unknown"),
        ({"currency": "nok"}, "string_pattern_mismatch", "currency"),
        ({"currencies": [{"currency": "EUR", "rate": "0"}]}, "greater_than", "currencies.0.rate"),
        ({"currencies": [{"currency": "NOK", "rate": "1"}]}, "currency_of_the_books", ""),
        ({"post_as": []}, "too_short", "post_as"),
        ({"post_as": ["journal", "journal"]}, "named_twice", "post_as"),
        ({"post_as": ["journal", "invoice"]}, "enum", "post_as.1"),
        ({"item": None}, "item_missing", ""),
        ({"accounts": {}}, "missing", "accounts.accrued_revenue"),
        ({"rate_card": [{"id": "a"}]}, "rule_sets_nothing", "rate_card.0"),
        ({"rate_card": [{"id": "time_tool", "account": "3000"}]}, "reserved_name", "rate_card.0.id"),
        ({"rate_card": [{"id": "a", "account": "1"}, {"id": "a", "rate": RATE}]}, "named_twice", "rate_card"),
        (
            {"rate_card": [{"id": "a", "rate": {"amount": "-1", "currency": "NOK"}}]},
            "greater_than_equal",
            "rate_card.0.rate.amount",
        ),
        (
            {"rate_card": [{"id": "a", "account": "3000", "match": {"project_type": "hourly"}}]},
            "enum",
            "rate_card.0.match.project_type",
        ),
        (
            {"rate_card": [{"id": "a", "account": "3000", "valid_from": "2026-10-02", "valid_to": "2026-10-01"}]},
            "dates_reversed",
            "rate_card.0",
        ),
        ({"allocations": [{"id": "a", "shares": {}}]}, "too_short", "allocations.0.shares"),
        ({"allocations": [{"id": "a", "shares": {"10": "0"}}]}, "greater_than", "allocations.0.shares.10"),
        (
            {"allocations": [{"id": "a", "shares": {"10": "60", "20": "30"}, "shares_in": "percent"}]},
            "not_100_percent",
            "allocations.0",
        ),
        (
            {"lines_per_document": 1, "allocations": [{"id": "a", "shares": {"10": "1", "20": "1"}}]},
            "document_too_small",
            "",
        ),
        ({"lines_per_document": 1001}, "less_than_equal", "lines_per_document"),
        ({"projects": {"NB1": "P1", "nb1": "P2"}}, "named_twice", "projects"),
        ({"approval": {"counts": []}}, "too_short", "approval.counts"),
        ({"approval": {"rules": [{"name": "a"}, {"name": "a"}]}}, "named_twice", "approval.rules"),
        ({"approval": {"rules": [{"name": "a", "hours_max": "25"}]}}, "less_than_equal", "approval.rules.0.hours_max"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_code_and_path(changes: dict[str, object], code: str, field: str) -> None:
    assert codes(**changes) == [(code, field)]


def test_everything_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(SettingsRefused, match=r"and 2 more") as refused:
        read_settings(settings_content(currency="nok", unknown=1, post_as=[]))

    assert {fault.field for fault in refused.value.faults} == {"currency", "unknown", "post_as"}
    assert (refused.value.code, refused.value.field) == (refused.value.faults[0].code, refused.value.faults[0].field)


def test_a_journal_alone_needs_no_item() -> None:
    assert some_settings(post_as=["journal"], item=None).to_rules().item == ""


def test_the_gate_gets_whose_yes_counts_and_what_stays_out() -> None:
    policy = some_settings(
        starts_on="2026-09-01",
        excluded_projects=["402"],
        non_billable="exclude",
        approval={
            "counts": ["person", "rule"],
            "rules": [{"name": "small", "hours_max": "2", "billable": False, "projects": ["401"]}],
        },
    ).to_policy()

    assert policy == GatePolicy(
        counts=frozenset({ApprovedVia.PERSON, ApprovedVia.RULE}),
        rules=(ApprovalRule("small", Decimal(2), False, frozenset({"401"})),),
        starts_on=date(2026, 9, 1),
        post_non_billable=False,
        excluded_project_ids=frozenset({"402"}),
    )


def test_the_plan_gets_compiled_rules() -> None:
    rules = some_settings(
        post_as=["journal", "project_transactions"],
        non_billable="exclude",
        closed_period="next_open",
        currencies=[{"currency": "EUR", "rate": "11.52"}],
        rate_card=[{"id": "nb1", "match": {"project": "NB1"}, "account": "3010", "rate": RATE}],
        projects={"NB1": "P1001"},
        tasks={"Design": "10"},
        employees={"Asa@fjordlys.example": "7"},
        default_task="99",
    ).to_rules()
    at, on = Coordinates.of(project=("nb1",)), date(2026, 10, 5)

    assert rules.post_as == set(BOOKED_KINDS)
    assert rules.currency == "NOK"
    assert rules.rate_card.account(at, on).value == "3010"
    assert rules.rate_card.rate(at, on, own=None).value == Money(Decimal("1250.00"), "NOK")
    assert rules.allocations.shares(at, on).value == (("10", Decimal(1)),)
    assert rules.exchange.rate("EUR", on).value == Decimal("11.52")
    assert (rules.non_billable, rules.closed_period) == (NonBillable.EXCLUDE, ClosedPeriod.NEXT_OPEN)
    assert (rules.projects, rules.tasks) == ({"nb1": "P1001"}, {"design": "10"})
    assert (rules.employees, rules.default_task) == ({"asa@fjordlys.example": "7"}, "99")
    assert (rules.accrued_revenue, rules.item) == ("1530", "TIMER")
    assert (rules.lines_per_document, rules.records_per_journal) == (250, 1000)


SECTIONS: list[type[BaseModel]] = [
    found
    for module in (settings, rule_settings, live_settings, both_ways_settings)
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Section) and found.__module__ == module.__name__
]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_field_has_a_title_a_description_and_an_example(section: type[BaseModel]) -> None:
    for name, field in section.model_fields.items():
        assert field.title, name
        assert field.description, name
        assert field.examples, name


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_example_is_valid_by_the_schema_that_shows_it(section: type[BaseModel]) -> None:
    schema = section.model_json_schema()
    for name, field in schema["properties"].items():
        for example in field["examples"]:
            Draft202012Validator({**field, "$defs": schema.get("$defs", {})}).validate(example)
            assert not isinstance(example, float), name


def test_the_schema_describes_what_is_taken_and_forbids_the_rest() -> None:
    schema = HoursSettings.model_json_schema()

    jsonschema.validate(some_settings().model_dump(mode="json"), schema)
    assert schema["additionalProperties"] is False
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**settings_content(), "surprise": True}, schema)


def test_settings_cannot_be_changed_after_the_check() -> None:
    with pytest.raises(ValueError, match="frozen"):
        some_settings().currency = "SEK"  # type: ignore[misc]  # that it is refused is the point
