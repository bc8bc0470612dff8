"""Allocation: whose work it is, in shares of cost centres, split so that the parts add up.

Largest remainder: everybody gets the whole steps of their exact share, and the steps left over go to
the largest remainders, one each. Nobody is more than one step from the exact share, and no order of
writing the shares changes a part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handoff.accounting.matching import Choice, Coordinates, DatedRule, Lost, Match, RuleBook
from handoff.accounting.matching import conflicts as matching_conflicts
from handoff.domain.errors import Unbalanced

Shares = tuple[tuple[str, Decimal], ...]
"""Cost centres with their weights (percents are weights that make 100), sorted by cost centre."""
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class AllocationRule:
    """A line of the allocation: the shares of the work it matches."""

    id: str
    match: Match
    shares: Shares
    valid_from: date | None = None
    valid_to: date | None = None

    def dated(self) -> DatedRule[Shares]:
        """The rule as it is chosen by, its shares sorted."""
        return DatedRule(self.id, self.match, tuple(sorted(self.shares)), self.valid_from, self.valid_to)


def allocation_conflicts(rules: Iterable[AllocationRule]) -> tuple[tuple[str, str], ...]:
    """Each pair of equally specific rules."""
    return matching_conflicts(rule.dated() for rule in rules)


class Allocations:
    """All allocation rules of one tenant."""

    def __init__(self, rules: Iterable[AllocationRule] = ()) -> None:
        self._book = RuleBook(rule.dated() for rule in rules)
        self.turning_days = self._book.turning_days

    def shares(self, at: Coordinates, on: date) -> Choice[Shares]:
        """The shares of work on a day."""
        return self._book.choose(at, on)

    def lost(self, at: Coordinates, on: date) -> tuple[Lost[Shares], ...]:
        """Every other rule, and why it lost."""
        return self._book.losers(at, on)


def allocate(whole: Decimal, shares: Shares, step: Decimal) -> Shares:
    """The parts of a whole in steps (hours in 0.01, money in minor units), sorted by name.

    Raises ValueError when the whole is not in whole steps or the shares are not weights, and
    Unbalanced should the parts ever not add up.
    """
    steps = _steps_in(abs(whole), step)
    names, weights = _whole_weights(shares)
    total = sum(weights)
    # Whole numbers from here on: exact at any size, where a decimal division would round.
    counts, remainders = [], []
    for weight in weights:
        count, remainder = divmod(steps * weight, total)
        counts.append(count)
        remainders.append(remainder)
    left = steps - sum(counts)
    largest = sorted(range(len(names)), key=lambda place: (-remainders[place], names[place]))
    for place in largest[:left]:
        counts[place] += 1
    sign = -1 if whole < 0 else 1
    parts = tuple((name, step * (sign * count)) for name, count in zip(names, counts, strict=True))
    if sum((part for _, part in parts), ZERO) != whole:
        raise Unbalanced(f"the parts of {whole} do not add up to it")
    return parts


def _steps_in(whole: Decimal, step: Decimal) -> int:
    steps, rest = divmod(whole, step)
    if rest:
        raise ValueError(f"{whole} is not in whole steps of {step}")
    return int(steps)


def _whole_weights(shares: Shares) -> tuple[list[str], list[int]]:
    """The names in order and their weights as whole numbers in the same proportions."""
    names = sorted(name for name, _ in shares)
    by_name = dict(shares)
    if len(by_name) < len(names):
        raise ValueError("a cost centre has two shares")
    if not names or any(not weight.is_finite() or weight < 0 for _, weight in shares):
        raise ValueError("shares are weights from zero up")
    digits = max(-int(weight.as_tuple().exponent) for _, weight in shares)
    weights = [int(by_name[name].scaleb(max(digits, 0))) for name in names]
    if not any(weights):
        raise ValueError("at least one share has a weight")
    return names, weights
