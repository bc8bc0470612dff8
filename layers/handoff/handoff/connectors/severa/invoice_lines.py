"""What the rows of an invoice bill. A row names no work type and no product: what stands behind it does.

Source: Severa, REST API, invoices: a row is worth quantity × unit price, there is neither a total nor a discount. What
a row of hours, fees or travel expenses is made of is a list of its own below `/v1/invoicerows/{guid}`: one call a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from handoff.connectors.feed import Feed
from handoff.connectors.http import VendorClient
from handoff.connectors.severa.assumed import CENT, INVOICE_ROUNDING
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.invoice_models import SeveraBilled, SeveraInvoice, SeveraInvoiceRow
from handoff.connectors.severa.lists import BY_TOKEN, a_list, every_row
from handoff.connectors.severa.writing import one_line
from handoff.domain.errors import BrokenContract
from handoff.domain.sales import LineKind, SalesLine

ROWS = "invoice rows"
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RowType:
    """What rows of a type bill, and the list of what stands behind one; empty where nothing does."""

    kind: LineKind
    contents: str


ROW_TYPES: Mapping[str, RowType] = {
    "Hours": RowType(LineKind.HOURS, "workhours"),
    "ProjectFees": RowType(LineKind.FEE, "projectfees"),
    "TravelExpenses": RowType(LineKind.TRAVEL, "projecttravelexpenses"),
    "FlatRate": RowType(LineKind.FIXED, ""),
}


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of an invoice, what they come to without VAT, and the ids of the time entries on them."""

    lines: tuple[SalesLine, ...]
    net: Decimal
    hours: tuple[str, ...]


class InvoiceLines:
    """Reads the rows of one organisation's invoices."""

    def __init__(self, client: VendorClient) -> None:
        self._client = client

    def of(self, invoice: SeveraInvoice) -> Lines:
        """The lines in the order of the invoice: one call, and one for each row that is no fixed price.

        More than a hundred rows, or a hundred entries behind one, are a call more for each further hundred. Raises as
        reads do, and BrokenContract for a row that can't be read whole, and for rows that don't come to the invoice's
        own sum: something stands on it that they don't say, and the order would be of another amount.
        """
        feed = _list_of(f"/v1/invoices/{invoice.guid}/invoicerows", SeveraInvoiceRow)
        rows = sorted(every_row(feed, self._client), key=lambda row: row.sort_order)
        lines: list[SalesLine] = []
        hours: dict[str, None] = {}
        for row in rows:
            behind = self._behind(row, credit_note=invoice.is_credit_note)
            lines.append(_line(invoice, row, behind))
            if row.row_type == "Hours" and not invoice.is_credit_note:
                hours.update(dict.fromkeys(one.guid for one in behind))
        net = sum((worth(line) for line in lines), ZERO)
        _check_sum(invoice, net, len(lines))
        return Lines(tuple(lines), net, tuple(hours))

    def _behind(self, row: SeveraInvoiceRow, *, credit_note: bool) -> Sequence[SeveraBilled]:
        kind = ROW_TYPES.get(row.row_type)
        if kind is None:
            raise _broken(row, "rowType", f"'{row.row_type[:40]}' is no type of row that we know")
        if not kind.contents:
            return ()
        path = f"/v1/invoicerows/{row.guid}"
        if credit_note:
            # Documented: what a credit note takes back is another list, counted by rows. Its first page says what it
            # is billed as; its hours stay on the invoice that they were billed with.
            page = _list_of(f"{path}/reimbursed{kind.contents}", SeveraBilled).pull(self._client)
            if page.broken:
                raise _broken(row, page.broken[0].field, page.broken[0].fault)
            return page.rows
        return every_row(_list_of(f"{path}/{kind.contents}", SeveraBilled), self._client)


def worth(line: SalesLine) -> Decimal:
    """What a line comes to without VAT, rounded to cents."""
    return (line.quantity * line.unit_price).quantize(CENT, ROUND_HALF_UP)


def _list_of(path: str, row: type) -> Feed:  # type: ignore[type-arg]  # of whichever row it is
    return a_list(ROWS, path, row, lambda one: one, BY_TOKEN)


def _line(invoice: SeveraInvoice, row: SeveraInvoiceRow, behind: Sequence[SeveraBilled]) -> SalesLine:
    """A row as a line of ours.

    It is billed as what stands behind it, if that is all the same: a row has one price, so it can't be divided. Else
    by the row's own code, if it has exactly one; else by nothing: `item` is empty, and whoever orders has to say what
    it is, or to leave the invoice to a person. The project likewise, which may also be the only one of the invoice.
    """
    if row.unit_price.amount is None:
        raise _broken(row, "unitPrice", "there is no amount")
    if row.unit_price.currency_code not in (None, invoice.currency.code):
        raise _broken(row, "unitPrice", f"it is in another currency than the invoice, {invoice.currency.code}")
    item, name = _billed_as(row, behind)
    return SalesLine(
        id=row.guid,
        kind=ROW_TYPES[row.row_type].kind,
        text=one_line(row.description or "") or name,
        quantity=row.quantity,
        unit_price=row.unit_price.amount,
        item=item,
        name=name,
        vat_rate=row.vat_rate,
        project=_only(one.project.guid for one in behind if one.project) if behind else _project_of(invoice),
    )


def _billed_as(row: SeveraInvoiceRow, behind: Sequence[SeveraBilled]) -> tuple[str, str]:
    """Number and name of what the row is billed as, each empty where nothing says it."""
    kinds = {(one.guid, (one.code or "").strip(), one_line(one.name or "")) for each in behind if (one := each.kind)}
    own = _only(code.strip() for code in row.code or ())
    if len(kinds) != 1:
        return own, ""
    ((_, code, name),) = kinds
    return code or own, name


def _project_of(invoice: SeveraInvoice) -> str:
    return _only(one.guid for one in invoice.projects or ())


def _only(texts: Iterable[str]) -> str:
    """The text, where all of them are the same one."""
    found = set(texts)
    return found.pop() if len(found) == 1 else ""


def _check_sum(invoice: SeveraInvoice, net: Decimal, count: int) -> None:
    """Severa may round otherwise than we do, by up to a cent for each line; more than that is something else."""
    told = invoice.total_excluding_tax.amount
    if told is None or abs(told - net) > INVOICE_ROUNDING * count:
        text = f"{TITLE} invoice {invoice.number or invoice.guid}: its rows come to {net}, and it says {told}"
        raise BrokenContract(text, field="totalExcludingTax")


def _broken(row: SeveraInvoiceRow, field: str, fault: str) -> BrokenContract:
    return BrokenContract(f"{TITLE} {ROWS} {row.guid}, field {field}: {fault}", field=ROWS)
