"""Which rule decides does not hang on the order rules were written in, and is what a plain search finds."""

from __future__ import annotations

from datetime import date
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from handoff.accounting.matching import (
    KEYS,
    Coordinates,
    DatedRule,
    Match,
    RuleBook,
    conflicts,
    fold,
    sharing_a_day,
)
from tests.work import AT, FITTING

days = st.dates(min_value=date(2026, 9, 25), max_value=date(2026, 10, 10))
matches = st.fixed_dictionaries(
    {}, optional={key: st.sampled_from([fits, "something else"]) for key, fits in FITTING.items()}
)
spans = st.tuples(st.none() | days, st.none() | days).map(
    lambda span: (span[1], span[0]) if span[0] and span[1] and span[1] < span[0] else span
)


@st.composite
def rule_lists(draw: st.DrawFn) -> list[DatedRule[str]]:
    drawn = draw(st.lists(st.tuples(matches, st.sampled_from("abc"), spans), max_size=8))
    return [
        DatedRule(f"r{place}", Match(**match), value, span[0], span[1])
        for place, (match, value, span) in enumerate(drawn)
    ]


@given(rule_lists(), days, st.randoms(use_true_random=False))
def test_the_order_of_rules_never_matters(rules: list[DatedRule[str]], on: date, random: Random) -> None:
    shuffled = list(rules)
    random.shuffle(shuffled)

    assert RuleBook(shuffled).choose(AT, on) == RuleBook(rules).choose(AT, on)
    assert RuleBook(shuffled).losers(AT, on) == RuleBook(rules).losers(AT, on)


@given(rule_lists(), days, st.sampled_from("abc"))
def test_a_less_specific_rule_never_changes_the_outcome(rules: list[DatedRule[str]], on: date, value: str) -> None:
    chosen = RuleBook(rules).choose(AT, on)
    winner = next((r for r in rules if r.id == chosen.rule_id), None)
    if winner is None:
        return
    keys = [KEYS[place] for place, _ in winner.match.wanted()]
    for dropped in keys:  # every rule one key less specific than the winner
        kept = {key: FITTING[key] for key in keys if key != dropped}
        extra = DatedRule("extra", Match(**kept), value)
        assert RuleBook([*rules, extra]).choose(AT, on) == chosen


@given(rule_lists(), days)
def test_a_choice_is_what_a_plain_search_finds(rules: list[DatedRule[str]], on: date) -> None:
    names = dict(zip(KEYS, AT.by_place(), strict=True))

    def applies(r: DatedRule[str]) -> bool:
        wanted = {key: getattr(r.match, key) for key in KEYS if getattr(r.match, key) is not None}
        return all(fold(value) in names[key] for key, value in wanted.items()) and (
            (r.valid_from or date.min) <= on <= (r.valid_to or date.max)
        )

    def specificity(r: DatedRule[str]) -> list[bool]:
        return [getattr(r.match, key) is not None for key in KEYS]

    candidates = [r for r in rules if applies(r)]
    best = [r for r in candidates if specificity(r) == max(map(specificity, candidates))]
    chosen = RuleBook(rules).choose(AT, on)

    assert chosen.value == (best[0].value if len({r.value for r in best}) == 1 else None)
    assert set(chosen.tied) == ({r.id for r in best} if len({r.value for r in best}) > 1 else set())


@given(rule_lists(), days)
def test_rules_without_conflicts_tie_only_where_the_data_has_several_names(
    rules: list[DatedRule[str]], on: date
) -> None:
    one_role = Coordinates.of(**{key: (value,) for key, value in FITTING.items()})

    if not conflicts(rules):
        assert RuleBook(rules).choose(one_role, on).tied == ()


@given(rule_lists())
def test_rules_share_a_day_exactly_when_some_day_lies_in_both(rules: list[DatedRule[str]]) -> None:
    found = {frozenset((a.id, b.id)) for a, b in sharing_a_day(rules)}
    expected = {
        frozenset((a.id, b.id))
        for a, b in product(rules, rules)
        if a.id != b.id
        and max(a.valid_from or date.min, b.valid_from or date.min)
        <= min(a.valid_to or date.max, b.valid_to or date.max)
    }

    assert found == expected
