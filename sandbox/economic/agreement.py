"""One agreement: its set-up lists, customers, projects and ledger, and who is told when they change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.economic.formats import Json, instant, version
from sandbox.economic.ledger import Ledger
from sandbox.economic.options import Options

Shelf = dict[int, Json]
Tell = Callable[[str, dict[str, object]], None]


def _told_nobody(_: str, __: dict[str, object]) -> None:
    """No webhook is set up yet."""


@dataclass
class Agreement:
    """The state behind both families. Lists of REST are kept as REST shows them, OpenAPI ones flat."""

    options: Options
    clock: Callable[[], datetime]
    tell: Tell = _told_nobody
    customers: Shelf = field(default_factory=dict)
    customer_groups: Shelf = field(default_factory=dict)
    suppliers: Shelf = field(default_factory=dict)
    accounts: Shelf = field(default_factory=dict)
    vat_zones: Shelf = field(default_factory=dict)
    payment_terms: Shelf = field(default_factory=dict)
    layouts: Shelf = field(default_factory=dict)
    invoices: Shelf = field(default_factory=dict)
    vat_accounts: dict[str, Json] = field(default_factory=dict)
    currencies: dict[str, Json] = field(default_factory=dict)
    flat: dict[str, Shelf] = field(default_factory=dict)
    ledger: Ledger = field(init=False)
    _versions: int = 1000

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.clock, self._debtor_account, self._creditor_account)

    @property
    def projects(self) -> Shelf:
        """The projects, flat."""
        return self.flat["projects"]

    def next_version(self) -> str:
        """A new `objectVersion`."""
        self._versions += 1
        return version(self._versions)

    def stamp_customer(self, number: int, row: Json, old: int | None) -> None:
        """Keeps the customer as changed now and tells of it."""
        self.customers[number] = {**row, "customerNumber": number, "lastUpdated": instant(self.clock())}
        self.tell("CUSTOMER_UPDATED", {"OLDNUMBER": old, "NEWNUMBER": number})

    def drop_customer(self, number: int) -> None:
        """Deletes the customer and tells of it."""
        del self.customers[number]
        self.tell("CUSTOMER_UPDATED", {"OLDNUMBER": number, "NEWNUMBER": None})

    def stamp_flat(self, name: str, row: Json) -> Json:
        """Keeps a row of an OpenAPI list under a new version, dated now where the list is dated."""
        kept = {**row, "objectVersion": self.next_version()}
        if name in ("projects", "costtypes"):
            kept["lastUpdated"] = self.clock().strftime("%Y-%m-%dT%H:%M:%S")
        self.flat[name][row["number"]] = kept
        return kept

    def is_used(self, name: str, number: int) -> bool:
        """Whether a draft or a booked line names the customer or project."""
        ledger = self.ledger
        return any(getattr(one, name) == number for one in [*ledger.drafts.values(), *ledger.lines])

    def balance_of(self, customer: int) -> Any:
        """What is open on the customer."""
        return sum(line.remainder or 0 for line in self.ledger.lines if line.customer == customer)

    def book(self, journal: int, entries: list[int] | None) -> list[Json]:
        """Books chosen entries of a journal, or all of it, and tells of it. Raises `CannotBook`."""
        mine = [draft for draft in self.ledger.drafts.values() if draft.journal == journal]
        if entries is not None:
            by_number = {draft.entry: draft for draft in mine}
            mine = [by_number[number] for number in entries if number in by_number]
        first = len(self.ledger.lines)
        booked = self.ledger.book(mine)
        new = self.ledger.lines[first:]
        serials: dict[str, object] = {"FROMSERIALNO": new[0].entry, "TOSERIALNO": new[-1].entry}
        self.tell("DAYBOOK_BOOKED", {"DAYBOOKNO": journal, **serials})
        return [
            {"draftEntryNumber": one.draft.entry, "entryNumber": one.entry, "voucherNumber": one.draft.voucher}
            for one in booked
        ]

    def _debtor_account(self, customer: int) -> int:
        group = self.customer_groups[self.customers[customer]["customerGroup"]["customerGroupNumber"]]
        return int(group["account"]["accountNumber"])

    def _creditor_account(self, _: int) -> int:
        return 6800
