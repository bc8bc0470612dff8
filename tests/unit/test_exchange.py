"""Exchange rules: what a client's currency is worth on the day of the work."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from handoff.accounting.exchange import SAME_CURRENCY, ExchangeRule, ExchangeTable, exchange_conflicts
from handoff.accounting.matching import Choice

SEPTEMBER = ExchangeRule("EUR", Decimal("11.52"), valid_to=date(2026, 9, 30))
OCTOBER = ExchangeRule("EUR", Decimal("11.61"), valid_from=date(2026, 10, 1))
SEK = ExchangeRule("SEK", Decimal("1.03"))
TABLE = ExchangeTable("NOK", [OCTOBER, SEK, SEPTEMBER])


@pytest.mark.parametrize(
    ("day", "rate"), [(date(2026, 9, 30), "11.52"), (date(2026, 10, 1), "11.61"), (date(2027, 1, 1), "11.61")]
)
def test_the_rule_in_effect_on_the_day_counts(day: date, rate: str) -> None:
    assert TABLE.rate("EUR", day).value == Decimal(rate)


def test_the_currency_of_the_books_is_worth_itself() -> None:
    assert TABLE.rate("NOK", date(2026, 10, 1)) == Choice(SAME_CURRENCY, Decimal(1))


def test_a_currency_without_a_rule_has_no_rate() -> None:
    assert TABLE.rate("USD", date(2026, 10, 1)) == Choice()


def test_a_day_outside_all_rules_has_no_rate() -> None:
    assert ExchangeTable("NOK", [OCTOBER]).rate("EUR", date(2026, 9, 30)) == Choice()


def test_two_rates_for_one_day_are_a_tie_and_never_guessed() -> None:
    both = ExchangeTable("NOK", [ExchangeRule("EUR", Decimal(11)), OCTOBER])

    assert both.rate("EUR", date(2026, 10, 5)).tied == ("EUR", "EUR from 2026-10-01")
    assert both.lost("EUR", date(2026, 10, 5))[0].why == "in effect together with EUR from 2026-10-01"


def test_two_rules_with_the_same_rate_are_no_tie() -> None:
    twice = ExchangeTable("NOK", [ExchangeRule("EUR", Decimal("11.61")), OCTOBER])

    assert twice.rate("EUR", date(2026, 10, 5)).value == Decimal("11.61")
    assert twice.lost("EUR", date(2026, 10, 5))[0].why == "says the same as EUR"


def test_alternatives_are_the_other_rules_of_the_currency() -> None:
    lost = TABLE.lost("EUR", date(2026, 10, 5))

    assert [(other.rule_id, other.value, other.why) for other in lost] == [
        ("EUR", Decimal("11.52"), "not in effect on 2026-10-05")
    ]


def test_rules_of_one_currency_that_share_a_day_conflict() -> None:
    assert exchange_conflicts([SEPTEMBER, OCTOBER, SEK]) == ()
    assert exchange_conflicts([ExchangeRule("EUR", Decimal(11)), OCTOBER]) == (("EUR", "EUR from 2026-10-01"),)


def test_rates_change_only_on_turning_days() -> None:
    assert TABLE.turning_days == {date(2026, 10, 1)}
