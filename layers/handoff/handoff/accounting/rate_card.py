"""Rate cards: which revenue account and which billing rate work gets.

A rule may set the account, the rate, or both; each is chosen by itself, so that an engagement can
override a rate and keep the account of its project type. Where no rule sets a rate, the time tool's
own rate of the entry counts, in the client's currency.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from handoff.accounting.matching import Choice, Coordinates, DatedRule, Lost, Match, RuleBook, conflicts
from handoff.domain.money import Money

TIME_TOOL = "time_tool"
"""What stands in place of a rule's id when the rate is the time tool's own."""


@dataclass(frozen=True, slots=True)
class RateRule:
    """A line of the rate card: the revenue account, the rate per hour, or both."""

    id: str
    match: Match
    account: str | None = None
    rate: Money | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two rules that nothing tells apart, and what both of them set."""

    first: str
    second: str
    sets: str


def _accounts(rules: Iterable[RateRule]) -> list[DatedRule[str]]:
    return [
        DatedRule(rule.id, rule.match, rule.account, rule.valid_from, rule.valid_to)
        for rule in rules
        if rule.account is not None
    ]


def _rates(rules: Iterable[RateRule]) -> list[DatedRule[Money]]:
    return [
        DatedRule(rule.id, rule.match, rule.rate, rule.valid_from, rule.valid_to)
        for rule in rules
        if rule.rate is not None
    ]


def rate_card_conflicts(rules: Iterable[RateRule]) -> tuple[Conflict, ...]:
    """Each pair of equally specific rules that set the account, then each that sets the rate."""
    card = tuple(rules)
    return (
        *(Conflict(first, second, "account") for first, second in conflicts(_accounts(card))),
        *(Conflict(first, second, "rate") for first, second in conflicts(_rates(card))),
    )


class RateCard:
    """All rules of one tenant's rate card."""

    def __init__(self, rules: Iterable[RateRule] = ()) -> None:
        card = tuple(rules)
        self._accounts = RuleBook(_accounts(card))
        self._rates = RuleBook(_rates(card))
        self.turning_days = self._accounts.turning_days | self._rates.turning_days

    def account(self, at: Coordinates, on: date) -> Choice[str]:
        """The revenue account of work on a day."""
        return self._accounts.choose(at, on)

    def rate(self, at: Coordinates, on: date, *, own: Money | None) -> Choice[Money]:
        """The rate per hour on a day; `own` is the time tool's, in the client's currency."""
        chosen = self._rates.choose(at, on)
        if chosen.value is None and not chosen.tied and own is not None:
            return Choice(TIME_TOOL, own)
        return chosen

    def lost_accounts(self, at: Coordinates, on: date) -> tuple[Lost[str], ...]:
        """Every other rule that sets an account, and why it lost."""
        return self._accounts.losers(at, on)

    def lost_rates(self, at: Coordinates, on: date, *, own: Money | None) -> tuple[Lost[Money], ...]:
        """Every other source of a rate, and why it lost; the time tool's own is the last of them."""
        chosen = self.rate(at, on, own=own)
        lost = self._rates.losers(at, on)
        if own is None or chosen.rule_id == TIME_TOOL:
            return lost
        return (*lost, Lost(TIME_TOOL, own, f"the rate card comes first: {chosen.rule_id or ', '.join(chosen.tied)}"))
