"""What suppliers have cost projects: ledger rows with a project and a supplier. Implements `PurchaseFeed`.

Source: Business NXT, generalLedgerTransaction: amounts are domestic and without VAT, which is a row of its own, costs
positive; organisational units stand in `orgUnit1` to `orgUnit12`. Incoming invoices: a document that has come in is
made into a batch, and only updating the batch posts it. So posted rows are read, and nothing before that.

Rows are walked by their key, a journal and a number, since the ledger only ever grows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal

import msgspec

from handoff.connectors.business_nxt.answers import ROWS
from handoff.connectors.business_nxt.assumed import PAGE_SIZE
from handoff.connectors.business_nxt.client import NxtClient
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.business_nxt.documents import filled
from handoff.connectors.business_nxt.documents import purchases as documents
from handoff.connectors.business_nxt.hour_rows import day_number
from handoff.connectors.business_nxt.rows import Kind, Text, changed_at, column_of, latest
from handoff.connectors.business_nxt.server_time import server_text
from handoff.connectors.business_nxt.tables import WITH_TEXT_NUMBERS, unit_table
from handoff.connectors.business_nxt.values import Filter, Value, both, either, one_line, whole_number
from handoff.connectors.business_nxt.walks import Walk, walk_at
from handoff.connectors.feed import RowFault
from handoff.domain.errors import BrokenContract
from handoff.domain.purchases import Purchase
from handoff.domain.sales import UnitChoices
from handoff.ports import BrokenRow
from handoff.ports.purchases import ListedPurchase, PurchasePage

WHAT = "purchases"
JOURNAL, AUDIT = "journal", "audit"
"""What documents call the two columns of a row's key."""


class PurchaseRow(msgspec.Struct, frozen=True, rename="camel"):
    """A row as it is read."""

    journal: int
    audit: int
    account: int
    voucher: int
    type: int
    day: int
    supplier: int
    amount: Decimal
    project: int | str
    text: Text = None
    invoice: Text = None
    changed_timestamp: Text = None


class SupplierRow(msgspec.Struct, frozen=True):
    """A supplier's number and name."""

    number: int
    name: Text = None


PURCHASES, SUPPLIERS = Kind(WHAT, PurchaseRow, AUDIT), Kind("suppliers", SupplierRow, "number")


def document_of(choices: UnitChoices) -> str:
    """The document of a page; raises InvalidInput for a unit that there is none of."""
    return filled(documents.PAGE, project=unit_table(choices.project_unit))


class Purchases:
    """The rows of one company; `now` says when a walk through them began."""

    def __init__(self, client: NxtClient, choices: UnitChoices, now: Callable[[], datetime]) -> None:
        self._client = client
        self._document = document_of(choices)
        self._unit = choices.project_unit
        self._now = now

    def posted(self, *, starts_on: date, since: datetime | None, page: str | None) -> PurchasePage:
        """A page of 500 rows in one call; raises as queries do, InvalidInput for what is no mark of a page."""
        walk = walk_at(page, self._now())
        changed: Filter | None = None if since is None else {"changedTimestamp": {"_gte": server_text(since)}}
        dated: Filter = {"voucherDate": {"_gte": day_number(starts_on)}}
        meant = both(self._on_projects(), dated, changed, _behind(walk))
        answer = self._client.ask(self._document, {"filter": meant, "first": PAGE_SIZE}, what=WHAT)
        table = answer.table(ROWS, WHAT)
        rows: list[ListedPurchase] = []
        broken: list[BrokenRow] = []
        for raw, found in PURCHASES.each(table, answer.about(ROWS), _listed):
            if isinstance(found, BrokenRow):
                broken.append(BrokenRow(_name(raw), found.field, found.fault))
            else:
                rows.append(found)
        mark = Walk(walk.began, _key(table.rows[-1])).mark if table.has_more and table.rows else None
        seen = latest((row.changed_at for row in rows), began=walk.began, whole=since is None)
        return PurchasePage(rows, broken, mark, seen)

    def suppliers(self, numbers: Collection[str]) -> Mapping[str, str]:
        """The names of up to 500 suppliers in a call, as far as they are known; raises as queries do."""
        wanted = sorted({whole_number(one, "suppliers") for one in numbers})
        found: dict[str, str] = {}
        for start in range(0, len(wanted), PAGE_SIZE):
            some = wanted[start : start + PAGE_SIZE]
            answer = self._client.ask(documents.SUPPLIERS, {"numbers": some, "first": PAGE_SIZE}, what="suppliers")
            rows, _ = SUPPLIERS.read(answer.table(ROWS, "suppliers"), answer.about(ROWS), lambda row: row)
            for row in rows:
                found.setdefault(str(row.number), one_line(row.name or ""))
        return found

    def _on_projects(self) -> Filter:
        none: Value = "" if self._unit in WITH_TEXT_NUMBERS else 0
        return {"_and": [{unit_table(self._unit): {"_not_eq": none}}, {"supplierNo": {"_gt": 0}}]}


def _listed(row: PurchaseRow) -> ListedPurchase:
    purchase = Purchase(
        external_id=f"{row.journal}-{row.audit}",
        account=row.account,
        voucher=row.voucher,
        voucher_type=row.type,
        project=str(row.project),
        supplier=str(row.supplier),
        amount=row.amount.normalize() + Decimal(0),  # 1250 and 1250.00 are the same content
        booked_on=_day(row.day),
        text=one_line(row.text or ""),
        supplier_invoice=one_line(row.invoice or ""),
    )
    return ListedPurchase(purchase, changed_at(row.changed_timestamp))


def _day(number: int) -> date:
    """The day of a number such as 20261105 (DateTime); raises RowFault, also for 0, which is none."""
    try:
        return date(number // 10_000, number // 100 % 100, number % 100)
    except ValueError as error:
        raise RowFault("voucherDate", f"{number} is no day") from error


def _behind(walk: Walk) -> Filter | None:
    """What comes after the last row of the page before."""
    if not walk.after:
        return None
    journal, audit = walk.after[JOURNAL], walk.after[AUDIT]
    same = both({"voucherJournalNo": {"_eq": journal}}, {"auditNo": {"_gt": audit}})
    return either({"voucherJournalNo": {"_gt": journal}}, same or {})


def _key(raw: msgspec.Raw) -> Mapping[str, Value]:
    journal, audit = column_of(raw, JOURNAL), column_of(raw, AUDIT)
    if not isinstance(journal, int) or not isinstance(audit, int):
        raise BrokenContract(f"{TITLE} {WHAT} has more rows and no last one", field=WHAT)
    return {JOURNAL: journal, AUDIT: audit}


def _name(raw: msgspec.Raw) -> str:
    """What people find the row by."""
    return f"{column_of(raw, JOURNAL)}-{column_of(raw, AUDIT)}"
