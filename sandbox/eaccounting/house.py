"""All companies side by side, each made when it is first asked for, and who may sign in to which."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sandbox.eaccounting import seed
from sandbox.eaccounting import stroomlijn as first
from sandbox.eaccounting.company import Card, Company
from sandbox.eaccounting.options import Options


class House:
    """The companies. `options` are those in force, for all of them."""

    def __init__(self, options: Options, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.start_over(options)

    def start_over(self, options: Options) -> None:
        """No company has been looked at."""
        self.options = options
        self._cards = {card.identifier: card for card in seed.cards(options)}
        self._companies: dict[str, Company] = {}

    @property
    def identifiers(self) -> list[str]:
        """The ids of all companies, the first first."""
        return list(self._cards)

    @property
    def filled(self) -> int:
        """How many companies have been looked at."""
        return len(self._companies)

    def company(self, identifier: str) -> Company | None:
        """The company, or None."""
        card = self._cards.get(identifier)
        return self._of(card) if card is not None else None

    def card(self, place: int) -> Card:
        """Who the company at the place is, from 0; it is not looked at for that."""
        return self._cards[self.identifiers[place]]

    def at(self, place: int) -> Company:
        """The company at the place, from 0."""
        return self._of(self.card(place))

    def open_to(self, person: str) -> list[tuple[str, str]]:
        """Ids and names of the companies that the person may choose from."""
        mine = [card for card in self._cards.values() if person in (card.person, first.BOOKKEEPER)]
        return [(card.identifier, card.name) for card in mine]

    def first_person(self) -> str:
        """Who sits at the browser unless another person is named."""
        return next(iter(self._cards.values())).person

    def _of(self, card: Card) -> Company:
        if card.identifier not in self._companies:
            self._companies[card.identifier] = self._made(card)
        return self._companies[card.identifier]

    def _made(self, card: Card) -> Company:
        company = Company(card, self._clock, lambda: self.options, plan=self.options.plan)
        seed.fill(company)
        return company
