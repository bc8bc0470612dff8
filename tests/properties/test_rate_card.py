"""A rate card decides the same in any order, and more specific rules always win."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handoff.accounting.matching import Choice, Match
from handoff.accounting.rate_card import RateCard, RateRule
from tests.work import ON, OWN, kr, work

values = {"project": "NB1", "client": "Fjord Industri AS", "project_type": "time_and_materials", "task": "Design"}
rate_rules = st.lists(
    st.builds(
        lambda match, account, rate: (Match(**match), account, rate),
        st.fixed_dictionaries({}, optional={key: st.sampled_from([fits, "-"]) for key, fits in values.items()}),
        st.none() | st.sampled_from(["3000", "3010"]),
        st.none() | st.sampled_from([kr("900"), kr("1000")]),
    ),
    max_size=7,
).map(lambda drawn: [RateRule(f"r{n}", m, account=a, rate=r) for n, (m, a, r) in enumerate(drawn)])


@given(rate_rules, st.randoms(use_true_random=False))
def test_the_order_of_the_rate_card_never_matters(rules: list[RateRule], random: Random) -> None:
    shuffled = list(rules)
    random.shuffle(shuffled)
    card, other = RateCard(rules), RateCard(shuffled)

    assert card.account(work(), ON) == other.account(work(), ON)
    assert card.rate(work(), ON, own=OWN) == other.rate(work(), ON, own=OWN)


@given(rate_rules)
def test_a_default_never_changes_what_a_more_specific_rule_decided(rules: list[RateRule]) -> None:
    specific = [rule for rule in rules if rule.match.wanted()]
    before = RateCard(specific)
    after = RateCard([*specific, RateRule("extra", Match(), account="9999", rate=kr("1"))])

    undecided: Choice[Any] = Choice()
    account, rate = before.account(work(), ON), before.rate(work(), ON, own=None)
    assert after.account(work(), ON) == (Choice("extra", "9999") if account == undecided else account)
    assert after.rate(work(), ON, own=None) == (Choice("extra", kr("1")) if rate == undecided else rate)


@given(rate_rules)
def test_what_a_rule_says_of_rates_never_changes_an_account(rules: list[RateRule]) -> None:
    accounts_only = [RateRule(rule.id, rule.match, account=rule.account) for rule in rules]

    assert RateCard(rules).account(work(), ON) == RateCard(accounts_only).account(work(), ON)
