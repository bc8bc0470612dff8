"""Exchange rules: what an amount in a client's currency is worth in the books' currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handoff.accounting.matching import Choice, Lost, in_effect, sharing_a_day, turning_days

SAME_CURRENCY = "same_currency"
"""What stands in place of a rule's id for amounts that are in the books' currency already."""
ONE = Decimal(1)
"""The very object that means "no exchange"; a rule's rate of 1 is another one."""


@dataclass(frozen=True, slots=True)
class ExchangeRule:
    """One unit of the currency is worth `rate` of the books' currency on the days of the rule."""

    currency: str
    rate: Decimal
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def id(self) -> str:
        """Its name in explanations: the currency, and the first day where it has one."""
        return self.currency if self.valid_from is None else f"{self.currency} from {self.valid_from}"


def exchange_conflicts(rules: Iterable[ExchangeRule]) -> tuple[tuple[str, str], ...]:
    """Each pair of rules for one currency that share a day."""
    by_currency: dict[str, list[ExchangeRule]] = defaultdict(list)
    for rule in rules:
        by_currency[rule.currency].append(rule)
    return tuple((first.id, second.id) for group in by_currency.values() for first, second in sharing_a_day(group))


class ExchangeTable:
    """All exchange rules into one currency of the books."""

    def __init__(self, books: str, rules: Iterable[ExchangeRule] = ()) -> None:
        self.books = books
        self._rules = tuple(sorted(rules, key=lambda rule: (rule.currency, rule.valid_from or date.min)))
        self.turning_days = turning_days((rule.valid_from, rule.valid_to) for rule in self._rules)

    def rate(self, currency: str, on: date) -> Choice[Decimal]:
        """What one unit of the currency is worth on a day."""
        if currency == self.books:
            return Choice(SAME_CURRENCY, ONE)
        holding = [rule for rule in self._of(currency) if in_effect(rule.valid_from, rule.valid_to, on)]
        if len({rule.rate for rule in holding}) > 1:
            return Choice(tied=tuple(rule.id for rule in holding))
        return Choice(holding[0].id, holding[0].rate) if holding else Choice()

    def lost(self, currency: str, on: date) -> tuple[Lost[Decimal], ...]:
        """Every other rule for the currency, and why it lost."""
        chosen = self.rate(currency, on)
        return tuple(
            Lost(rule.id, rule.rate, _why_lost(rule, on, chosen))
            for rule in self._of(currency)
            if rule.id != chosen.rule_id
        )

    def _of(self, currency: str) -> tuple[ExchangeRule, ...]:
        return tuple(rule for rule in self._rules if rule.currency == currency)


def _why_lost(rule: ExchangeRule, on: date, chosen: Choice[Decimal]) -> str:
    if not in_effect(rule.valid_from, rule.valid_to, on):
        return f"not in effect on {on}"
    if chosen.tied:
        return f"in effect together with {', '.join(name for name in chosen.tied if name != rule.id)}"
    return f"says the same as {chosen.rule_id}"
