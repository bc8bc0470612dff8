"""One company: its settings, its tables, and the state that people give it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sandbox.eaccounting.answers import LOCKED, NO_ACCOUNT, NO_YEAR, NOT_FOUND, VALIDATION, Json, missing, refuse
from sandbox.eaccounting.assumed import DEFAULT_SERIES
from sandbox.eaccounting.countries import COUNTRIES, Country
from sandbox.eaccounting.options import Options

VARIANTS = {"Standard": 1, "Invoicing": 2, "Bookkeeping": 3, "Solo": 4, "Pro": 5}
INACTIVE, ACTIVE, READ_ONLY = 0, 1, 2


@dataclass(frozen=True)
class Card:
    """What tells a company from others; `person` is who may sign in beside the bookkeeper of all of them."""

    identifier: str
    name: str
    country: str
    person: str
    serial: int


class Table:
    """Rows of one resource by id, oldest first."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._rows: dict[str, Json] = {}

    def all(self) -> Collection[Json]:
        """Every row."""
        return self._rows.values()

    def find(self, row_id: str | None) -> Json | None:
        """The row, or None."""
        return self._rows.get(row_id.lower()) if row_id else None

    def get(self, row_id: str) -> Json:
        """The row of an address. Ends the call with 404."""
        return self.find(row_id) or missing(self.what)

    def named(self, row_id: Any, name: str) -> Json:
        """The row that a field of a body refers to. Ends the call with 400."""
        found = self.find(row_id)
        return found if found is not None else refuse(f"{name} {row_id} was not found.", NOT_FOUND, 400)

    def first(self, **values: object) -> Json | None:
        """The first row with the values, or None."""
        return next((row for row in self.all() if all(row.get(key) == one for key, one in values.items())), None)

    def put(self, row: Json) -> Json:
        """Takes the row in, in the place of the one that has its id."""
        self._rows[row["Id"]] = row
        return row

    def drop(self, row_id: str) -> None:
        """Takes the row away."""
        del self._rows[row_id]


@dataclass
class Company:
    """State and the questions that every part of it asks. `started` is whether the start-up guide was completed."""

    card: Card
    clock: Callable[[], datetime]
    current_options: Callable[[], Options]
    plan: str = "Pro"
    status: int = ACTIVE
    started: bool = True
    has_module: bool = True
    settings: Json = field(default_factory=dict)
    series: dict[str, bool] = field(default_factory=lambda: {DEFAULT_SERIES: True, "B": True, "C": False})
    mails: list[Json] = field(default_factory=list)
    app: Json = field(default_factory=dict)
    accounts: dict[tuple[str, int], Json] = field(default_factory=dict)  # by id of the year and number
    numbers: Counter[str] = field(default_factory=Counter)
    at: datetime | None = None

    def __post_init__(self) -> None:
        self.customers, self.articles, self.codings = Table("Customer"), Table("Article"), Table("Coding")
        self.units, self.terms, self.projects = Table("Unit"), Table("Terms of payment"), Table("Project")
        self.centres, self.items = Table("Cost center"), Table("Cost center item")
        self.drafts, self.invoices = Table("Customer invoice draft"), Table("Customer invoice")
        self.ledger, self.vouchers, self.voucher_drafts = (
            Table("Customer ledger item"),
            Table("Voucher"),
            Table("Voucher draft"),
        )
        self.years, self.vat_codes, self.banks = Table("Fiscal year"), Table("VAT code"), Table("Bank account")
        self.users, self.links = Table("User"), Table("Partner resource link")

    @property
    def options(self) -> Options:
        """The options in force."""
        return self.current_options()

    @property
    def country(self) -> Country:
        """Its country, with the accounts and VAT of it."""
        return COUNTRIES[self.card.country]

    @property
    def currency(self) -> str:
        """The company's own currency."""
        return self.country.currency

    def now(self) -> datetime:
        """The time, or the one that a seed writes at."""
        return (self.at or self.clock()).astimezone(UTC)

    def today(self) -> date:
        """The day in UTC."""
        return self.now().date()

    @contextmanager
    def writing_at(self, at: datetime) -> Iterator[None]:
        """What is written within was written then."""
        before, self.at = self.at, at
        try:
            yield
        finally:
            self.at = before

    def new_id(self) -> str:
        """An id that nothing else has; the same in every run."""
        self.numbers["ids"] += 1
        return str(uuid.uuid5(uuid.UUID(self.card.identifier), str(self.numbers["ids"])))

    def year_of(self, day: date) -> Json:
        """The fiscal year that the day is in, if one may book on it. Ends the call with 400."""
        for year in self.years.all():
            if year["StartDate"] <= day <= year["EndDate"]:
                locked_to = self.settings.get("AccountingLockedTo")
                if year["IsLockedForAccounting"] or (locked_to is not None and day <= locked_to):
                    refuse(f"The accounting is locked on {day}.", LOCKED)
                return year
        return refuse(f"FiscalYearDoesNotExist - There is no fiscal year for {day}.", NO_YEAR)

    def account(self, year: Json, number: int) -> Json:
        """The active account of the year. Ends the call with 400."""
        found = self.accounts.get((year["Id"], number))
        if found is None or not found["IsActive"]:
            refuse(f"AccountNotFound - The account {number} was not found in the fiscal year.", NO_ACCOUNT)
        return found

    def account_name(self, number: int) -> str:
        """What the account is called, in whichever year."""
        return next((str(row["Name"]) for (_, other), row in self.accounts.items() if other == number), "")

    def check_dimensions(self, row: Json) -> None:
        """Project and cost centres of a row are there and the plan has them. Ends the call with 400."""
        if project := row.get("ProjectId"):
            self._check_has(self.settings.get("UsesProject"), "ProjectId")
            self.projects.named(project, "ProjectId")
        for number in (1, 2, 3):
            name = f"CostCenterItemId{number}"
            if item_id := row.get(name):
                self._check_has(self.settings.get("UsesCostCenter"), name)
                item = self.items.named(item_id, name)
                if self.centres.get(item["CostCenterId"])["Number"] != number:
                    refuse(f"{name} belongs to another cost center.")

    def _check_has(self, used: object, name: str) -> None:
        if self.plan == "Solo" or not used:
            refuse(f"{name} cannot be set, as the company does not use it.", VALIDATION)

    def next_customer_number(self) -> str:
        """The next number that no customer has; telling it reserves nothing."""
        taken = {row["CustomerNumber"] for row in self.customers.all()}
        number = self.numbers["customers"] + 1
        while str(number) in taken:
            number += 1
        return str(number)
