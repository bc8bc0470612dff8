"""Rate cards: H4 of the manual, account and rate chosen each by itself."""

from __future__ import annotations

from datetime import date

import pytest

from handoff.accounting.matching import Match
from handoff.accounting.rate_card import TIME_TOOL, Conflict, RateCard, RateRule, rate_card_conflicts
from tests.work import ON, OWN, kr, work

CARD = RateCard(
    [
        RateRule("default", Match(), account="3000"),
        RateRule("fixed-fee", Match(project_type="fixed_fee"), account="3010"),
        RateRule("fjord", Match(client="Fjord Industri AS"), account="3020"),
        RateRule("asa", Match(member="asa@fjordlys.example"), account="3030", rate=kr("1400")),
        RateRule("senior", Match(role="Senior"), rate=kr("1500")),
        RateRule("nb1", Match(project="NB1"), rate=kr("900")),
    ]
)


def test_h4_1_the_project_type_decides_on_the_account() -> None:
    at = work(client="Another", project_type="fixed_fee", member="kim@fjordlys.example")

    assert (CARD.account(at, ON).rule_id, CARD.account(at, ON).value) == ("fixed-fee", "3010")


def test_h4_2_the_client_decides_on_the_account_and_beats_the_project_type() -> None:
    assert CARD.account(work(project_type="fixed_fee"), ON).value == "3020"


def test_h4_3_the_team_member_decides_on_account_and_rate() -> None:
    at = work(project="XX", client="Another")

    assert CARD.account(at, ON).value == "3030"
    assert CARD.rate(at, ON, own=OWN).value == kr("1400")


def test_h4_4_an_engagement_overrides_the_rate_and_keeps_the_account_of_its_client() -> None:
    assert CARD.rate(work(), ON, own=OWN).value == kr("900")
    assert CARD.rate(work(), ON, own=OWN).rule_id == "nb1"
    assert CARD.account(work(), ON).rule_id == "fjord"


def test_a_role_decides_where_nothing_more_specific_does() -> None:
    at = work(project="XX", client="Another", member="kim@fjordlys.example", role=("Senior",))

    assert CARD.rate(at, ON, own=OWN).value == kr("1500")
    assert CARD.account(at, ON).rule_id == "default"


def test_without_a_rule_the_rate_is_the_time_tools_own() -> None:
    at = work(project="XX", member="kim@fjordlys.example")

    assert (CARD.rate(at, ON, own=OWN).rule_id, CARD.rate(at, ON, own=OWN).value) == (TIME_TOOL, OWN)


def test_without_a_rule_and_without_the_time_tools_there_is_no_rate() -> None:
    assert CARD.rate(work(project="XX", member="kim@fjordlys.example"), ON, own=None).value is None


def test_a_tie_is_not_settled_by_the_time_tools_rate() -> None:
    card = RateCard(
        [
            RateRule("senior", Match(role="Senior"), rate=kr("1500")),
            RateRule("lead", Match(role="Lead"), rate=kr("1600")),
        ]
    )

    chosen = card.rate(work(role=("Senior", "Lead")), ON, own=OWN)

    assert (chosen.value, chosen.tied) == (None, ("lead", "senior"))


def test_a_rate_of_zero_is_a_rate() -> None:
    card = RateCard([RateRule("free", Match(project="NB1"), rate=kr("0"))])

    assert card.rate(work(), ON, own=OWN).value == kr("0")


def test_a_new_rate_from_a_day_on_leaves_earlier_work_as_it_was() -> None:
    card = RateCard(
        [
            RateRule("until", Match(), rate=kr("1000"), valid_to=date(2026, 9, 30)),
            RateRule("since", Match(), rate=kr("1100"), valid_from=date(2026, 10, 1)),
        ]
    )

    assert card.rate(work(), date(2026, 9, 30), own=None).rule_id == "until"
    assert card.rate(work(), date(2026, 10, 1), own=None).rule_id == "since"


def test_the_alternatives_of_a_rate_end_with_the_time_tools() -> None:
    lost = CARD.lost_rates(work(), ON, own=OWN)

    assert [(other.rule_id, other.why) for other in lost] == [
        ("asa", "less specific than nb1"),
        ("senior", "does not match: role"),
        (TIME_TOOL, "the rate card comes first: nb1"),
    ]


def test_the_alternatives_of_the_time_tools_rate_are_rules_that_do_not_match() -> None:
    lost = CARD.lost_rates(work(project="XX", member="kim@fjordlys.example"), ON, own=OWN)

    assert [(other.rule_id, other.why) for other in lost] == [
        ("nb1", "does not match: project"),
        ("asa", "does not match: member"),
        ("senior", "does not match: role"),
    ]


def test_rules_that_set_different_things_for_the_same_work_do_not_conflict() -> None:
    rules = [RateRule("a", Match(client="X"), account="3000"), RateRule("b", Match(client="x"), rate=kr("1"))]

    assert rate_card_conflicts(rules) == ()


def test_a_conflict_names_both_rules_and_what_both_set() -> None:
    rules = [
        RateRule("a", Match(client="X"), account="3000", rate=kr("1")),
        RateRule("b", Match(client="x"), account="3000"),
        RateRule("c", Match(client="X"), rate=kr("1")),
    ]

    assert rate_card_conflicts(rules) == (Conflict("a", "b", "account"), Conflict("a", "c", "rate"))


@pytest.mark.parametrize("day", [date(2026, 9, 30), date(2026, 10, 1), date(2026, 12, 31)])
def test_a_rule_that_is_not_in_effect_is_as_good_as_absent(day: date) -> None:
    dated = RateRule("dated", Match(project="NB1"), rate=kr("1"), valid_from=date(2027, 1, 1))

    assert RateCard([dated]).rate(work(), day, own=OWN).rule_id == TIME_TOOL
