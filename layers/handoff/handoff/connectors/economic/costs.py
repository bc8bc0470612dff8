"""Booked costs on projects, in the order in which they were booked.

Source: e-conomic, Booked entries: the serial number rises with the booking, the date may lie anywhere, so a cursor on
the number misses nothing. The cost type is only in the year's own list (REST), read for the vouchers of a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from handoff.connectors.economic.assumed import BOOKED_ENTRIES, IN_MAX
from handoff.connectors.economic.attachments import Attachments
from handoff.connectors.economic.client import EconomicClient, decoded
from handoff.connectors.economic.cost_amounts import cost_of, may_cost
from handoff.connectors.economic.filters import above, at_least, at_most, both, is_there, one_of
from handoff.connectors.economic.formats import in_address
from handoff.connectors.economic.models import (
    EconomicAccount,
    EconomicBooked,
    EconomicLine,
    EconomicSelf,
    EconomicVat,
)
from handoff.connectors.economic.years import Years, day_of
from handoff.domain.costs import BookedCost, CostPage

WHAT, LINES, VATS, CHART = "booked entries", "entries of the year", "VAT accounts", "accounts"
STATUS = "status"
"""The type of accounts of the balance sheet."""
Voucher = tuple[str, int]


class Costs:
    """The booked costs of one agreement: implements `CostFeed`."""

    def __init__(self, client: EconomicClient, years: Years) -> None:
        self._client = client
        self._years = years
        self._attachments = Attachments(client)
        self._path = f"/{client.services.booked_entries}{BOOKED_ENTRIES}"
        self._vats: Mapping[str, EconomicVat] | None = None
        self._balance_sheet: frozenset[int] | None = None
        self._currency: str | None = None

    def costs_after(self, serial: int | None, *, since: date) -> CostPage:
        """The next costs; without a number (or with 0, when nothing was there yet) those dated at or after `since`."""
        start = above("entryNumber", serial) if serial else at_least("date", since)
        rows, more = self._rows(start)
        highest = max((row.entry_number for row in rows), default=serial or 0)
        return CostPage(self._costs(rows), highest, more)

    def costs_between(self, first: int, last: int) -> CostPage:
        """The costs of a span; where there are more than a page, it goes on behind `highest`."""
        rows, more = self._rows(both(at_least("entryNumber", first), at_most("entryNumber", last)))
        return CostPage(self._costs(rows), rows[-1].entry_number if more else last, more)

    def cost_documents(self, year: str, voucher: int) -> Sequence[bytes]:
        """The PDFs on a cost's voucher: one call for their list and one for each."""
        found = (self._attachments.pdf(number) for number in self._attachments.numbers(year, voucher))
        return [pdf for pdf in found if pdf is not None]

    def _rows(self, start: str) -> tuple[list[EconomicBooked], bool]:
        wanted = both(start, is_there("projectNumber"))
        rows, cursor = self._client.open_page(self._path, EconomicBooked, what=WHAT, filtered=wanted)
        return sorted(rows, key=lambda row: row.entry_number), cursor is not None and bool(rows)

    def _costs(self, rows: Sequence[EconomicBooked]) -> tuple[BookedCost, ...]:
        wanted = [(row, self._years.code_of(day_of(row.date))) for row in rows if may_cost(row)]
        if not wanted:
            return ()
        lines = self._lines({(year, row.voucher_number) for row, year in wanted})
        vats, chart, currency = self._vat_codes(), self._balance_accounts(), self._base_currency()
        costs = (
            cost_of(
                row, lines.get((year, row.voucher_number), ()), vats, balance_sheet=chart, year=year, currency=currency
            )
            for row, year in wanted
        )
        return tuple(cost for cost in costs if cost is not None)

    def _lines(self, vouchers: set[Voucher]) -> Mapping[Voucher, Sequence[EconomicLine]]:
        """All lines of the vouchers: one call for up to 200 vouchers of a year."""
        found: dict[Voucher, list[EconomicLine]] = {}
        for year in sorted({year for year, _ in vouchers}):
            numbers = sorted(number for of, number in vouchers if of == year)
            path = f"/accounting-years/{in_address(year)}/entries"
            for start in range(0, len(numbers), IN_MAX):
                some = one_of("voucherNumber", numbers[start : start + IN_MAX])
                for line, _ in self._client.rest_rows(path, EconomicLine, what=LINES, filtered=some):
                    found.setdefault((year, line.voucher_number), []).append(line)
        return found

    def _vat_codes(self) -> Mapping[str, EconomicVat]:
        if self._vats is None:
            rows = self._client.rest_rows("/vat-accounts", EconomicVat, what=VATS)
            self._vats = {row.vat_code: row for row, _ in rows}
        return self._vats

    def _balance_accounts(self) -> frozenset[int]:
        if self._balance_sheet is None:
            rows = self._client.rest_rows("/accounts", EconomicAccount, what=CHART)
            self._balance_sheet = frozenset(row.account_number for row, _ in rows if row.account_type == STATUS)
        return self._balance_sheet

    def _base_currency(self) -> str:
        if self._currency is None:
            body = self._client.rest.read("/self", what="agreement")
            self._currency = decoded(body, EconomicSelf, "agreement").settings.base_currency
        return self._currency
