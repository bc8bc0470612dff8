"""Which rule decides: the most specific one, whatever the order, or nobody."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from handoff.accounting.matching import (
    KEYS,
    Choice,
    Coordinates,
    DatedRule,
    Match,
    RuleBook,
    conflicts,
    fold,
    turning_days,
)
from tests.work import AT, FITTING

ON = date(2026, 10, 3)


def rule(
    id: str, value: str = "", *, valid_from: str | None = None, valid_to: str | None = None, **match: str
) -> DatedRule[str]:
    return DatedRule(
        id,
        Match(**match),
        value or id,
        date.fromisoformat(valid_from) if valid_from else None,
        date.fromisoformat(valid_to) if valid_to else None,
    )


def fitting(*keys: str) -> DatedRule[str]:
    return rule("+".join(keys) or "default", **{key: FITTING[key] for key in keys})


@pytest.mark.parametrize("place", range(len(KEYS)))
def test_one_key_beats_all_keys_to_its_right_together(place: int) -> None:
    book = RuleBook([fitting(KEYS[place]), fitting(*KEYS[place + 1 :])])

    assert book.choose(AT, ON).rule_id == KEYS[place]


def test_of_two_rules_with_the_same_first_key_the_next_key_decides() -> None:
    book = RuleBook([fitting("project", "role"), fitting("project", "task"), fitting("project")])

    assert book.choose(AT, ON) == Choice("project+task", "project+task")


def test_every_pair_of_rules_is_decided_as_their_keys_compare_from_the_left() -> None:
    masks = [
        tuple(key for key, used in zip(KEYS, uses, strict=True) if used) for uses in product((0, 1), repeat=len(KEYS))
    ]
    for first, second in product(masks, masks):
        if first != second:
            expected = max((first, second), key=lambda keys: [key in keys for key in KEYS])
            assert RuleBook([fitting(*first), fitting(*second)]).choose(AT, ON).rule_id == (
                "+".join(expected) or "default"
            )


@pytest.mark.parametrize("name", ["401", "NB1", "nettbutikk", " Nb1 "])
def test_a_project_may_be_named_by_id_code_or_name_in_any_case(name: str) -> None:
    assert RuleBook([rule("it", project=name)]).choose(AT, ON).rule_id == "it"


def test_accents_match_however_they_were_typed() -> None:
    assert fold("A\u030asa Fjell") == fold("ÅSA FJELL") == "åsa fjell"
    assert RuleBook([rule("asa", member="A\u030asa Fjell")]).choose(AT, ON).rule_id == "asa"


def test_a_name_that_is_empty_matches_nothing() -> None:
    nameless = Coordinates.of(project=("401", ""))

    assert RuleBook([rule("empty", project="")]).choose(nameless, ON) == Choice()


def test_all_keys_of_a_rule_must_match() -> None:
    book = RuleBook([rule("no", project="NB1", client="Somebody Else"), rule("default")])

    assert book.choose(AT, ON).rule_id == "default"


def test_no_rule_that_matches_is_no_decision_and_no_tie() -> None:
    assert RuleBook([rule("other", project="XX")]).choose(AT, ON) == Choice("", None, ())


@pytest.mark.parametrize(
    ("day", "decides"),
    [("2026-09-30", "old"), ("2026-10-01", "october"), ("2026-10-31", "october"), ("2026-11-01", "old")],
)
def test_first_and_last_day_of_a_rule_count(day: str, decides: str) -> None:
    book = RuleBook([rule("october", project="NB1", valid_from="2026-10-01", valid_to="2026-10-31"), rule("old")])

    assert book.choose(AT, date.fromisoformat(day)).rule_id == decides


def test_a_person_with_two_roles_ties_the_rules_of_both() -> None:
    book = RuleBook([rule("senior", role="Senior"), rule("designer", role="Designer"), rule("default")])

    assert book.choose(AT, ON) == Choice(tied=("designer", "senior"))


def test_rules_that_say_the_same_are_no_tie() -> None:
    book = RuleBook([rule("senior", "3000", role="Senior"), rule("designer", "3000", role="Designer")])

    assert book.choose(AT, ON) == Choice("designer", "3000")


def test_a_more_specific_rule_ends_a_tie() -> None:
    book = RuleBook([rule("senior", role="Senior"), rule("designer", role="Designer"), rule("asa", member="501")])

    assert book.choose(AT, ON).rule_id == "asa"


def test_every_alternative_says_why_it_lost() -> None:
    book = RuleBook(
        [
            rule("nb1", "1", project="NB1", valid_from="2026-10-01"),
            rule("nb1-september", "2", project="NB1", valid_to="2026-09-30"),
            rule("somebody", "3", client="Somebody Else", project_type="hourly"),
            rule("client", "4", client="301"),
            rule("default", "5"),
        ]
    )

    assert [(lost.rule_id, lost.value, lost.why) for lost in book.losers(AT, ON)] == [
        ("nb1-september", "2", "not in effect on 2026-10-03"),
        ("somebody", "3", "does not match: client, project type"),
        ("client", "4", "less specific than nb1"),
        ("default", "5", "less specific than nb1"),
    ]


def test_in_a_tie_every_rule_lost_and_says_to_whom() -> None:
    book = RuleBook([rule("senior", role="Senior"), rule("designer", role="Designer"), rule("default")])

    assert [(lost.rule_id, lost.why) for lost in book.losers(AT, ON)] == [
        ("designer", "as specific as senior"),
        ("senior", "as specific as designer"),
        ("default", "less specific than designer, senior"),
    ]


def test_an_equal_that_says_the_same_is_named_as_such() -> None:
    book = RuleBook([rule("senior", "x", role="Senior"), rule("designer", "x", role="Designer")])

    assert [(lost.rule_id, lost.why) for lost in book.losers(AT, ON)] == [("senior", "says the same as designer")]


def test_two_rules_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="share an id"):
        RuleBook([rule("a"), rule("a", project="NB1")])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (rule("a", project="NB1"), rule("b", project="nb1")),
        (rule("a"), rule("b")),
        (rule("a", client="X", task="T"), rule("b", client="x", task="t")),
        (rule("a", valid_to="2026-10-01"), rule("b", valid_from="2026-10-01")),
        (rule("a", valid_from="2026-01-01"), rule("b", valid_from="2026-06-01", valid_to="2026-06-30")),
    ],
)
def test_equally_specific_rules_that_share_a_day_are_conflicts(first: DatedRule[str], second: DatedRule[str]) -> None:
    assert conflicts([first, second]) == (("a", "b"),)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (rule("a", project="NB1"), rule("b", project="NB2")),
        (rule("a", project="NB1"), rule("b", project="NB1", task="T")),
        (rule("a", project="X"), rule("b", client="X")),
        (rule("a", valid_to="2026-09-30"), rule("b", valid_from="2026-10-01")),
    ],
)
def test_rules_that_something_tells_apart_are_no_conflict(first: DatedRule[str], second: DatedRule[str]) -> None:
    assert conflicts([first, second]) == ()
    assert conflicts([second, first]) == ()


def test_each_pair_of_three_equals_is_named() -> None:
    assert conflicts([rule("a"), rule("b"), rule("c")]) == (("a", "b"), ("a", "c"), ("b", "c"))


def test_between_turning_days_nothing_changes() -> None:
    assert turning_days([(date(2026, 10, 1), date(2026, 10, 31)), (None, None), (None, date.max)]) == {
        date(2026, 10, 1),
        date(2026, 11, 1),
    }
