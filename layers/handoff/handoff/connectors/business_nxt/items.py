"""What lines of orders are billed on: products, made when a line first needs one.

Source: Business NXT, product: `productNo` is the key, a text, so that nothing can be made twice; the tax and accounting
group decides on accounts and VAT, and `null` leaves it to Business NXT.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from handoff.connectors.business_nxt.answers import ROWS
from handoff.connectors.business_nxt.assumed import BATCH_MAX, PAGE_SIZE
from handoff.connectors.business_nxt.client import NxtClient, Operation
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.business_nxt.documents import items as documents
from handoff.connectors.business_nxt.rows import Kind, after_create, read_back
from handoff.connectors.business_nxt.values import Columns, Unfit, one_line
from handoff.domain.errors import BrokenContract, HandoffError, RateLimited, Rejected, Unreachable
from handoff.domain.sales import SalesItem
from handoff.ports import BrokenRow

WHAT = "products"


class ItemRow(msgspec.Struct, rename="camel"):
    """A product with the group that decides its VAT."""

    product_no: str
    tax_and_accounting_group: int | None = None


ITEMS = Kind(WHAT, ItemRow, "productNo")


class Items:
    """The products of one company."""

    def __init__(self, client: NxtClient) -> None:
        self._client = client

    def missing(self, items: Sequence[SalesItem]) -> Mapping[str, HandoffError]:
        """Makes what is not there; by number, why something can't be used. Nothing that is there is changed.

        `vat_differs` where a product is of another group than is wanted, `number_missing` where none is said; else why
        Business NXT refuses it, or that nobody knows whether it was made: the next time shows it. One call for 500 of
        them, one for 32 that are made, one more where something was refused or unknown. Raises Unreachable,
        RateLimited, ReconnectNeeded and BrokenContract.
        """
        wanted = {item.number: item for item in items}
        faults: dict[str, HandoffError] = {}
        if wanted.pop("", None) is not None:
            faults[""] = Unfit(f"{TITLE} bills nothing without a number", code="number_missing", field="item")
        known = self._known(list(wanted))
        absent = [item for number, item in wanted.items() if number not in known]
        refused: dict[str, HandoffError] = {}
        for start in range(0, len(absent), BATCH_MAX):
            batch = absent[start : start + BATCH_MAX]
            for item, row in zip(batch, self._made(batch), strict=True):
                if isinstance(row, ItemRow):
                    known[item.number] = row
                else:
                    refused[item.number] = row
        # A number is a key: what was lost may be there, and what is refused may be there already.
        later = self._known(list(refused)) if refused else {}
        faults |= {number: error for number, error in refused.items() if number not in later}
        return faults | dict(_of_another_group(wanted, known | later))

    def _known(self, numbers: Sequence[str]) -> dict[str, ItemRow]:
        """Those of the numbers that are there."""
        found: dict[str, ItemRow] = {}
        for start in range(0, len(numbers), PAGE_SIZE):
            asked = numbers[start : start + PAGE_SIZE]
            answer = self._client.ask(documents.BY_NUMBER, {"numbers": asked, "first": PAGE_SIZE}, what=WHAT)
            for _, row in ITEMS.each(answer.table(ROWS, WHAT), answer.about(ROWS), lambda row: row):
                if isinstance(row, BrokenRow):
                    text = f"{TITLE} {WHAT} {row.external_id}, field {row.field}: {row.fault}"
                    raise BrokenContract(text, field=WHAT)
                found[row.product_no] = row
        return {number: found[number] for number in numbers if number in found}

    def _made(self, items: Sequence[SalesItem]) -> list[ItemRow | HandoffError]:
        values: list[Columns] = [
            {
                "productNo": item.number,
                "description": one_line(item.name) or item.number,
                "taxAndAccountingGroup": item.tax_group,
            }
            for item in items
        ]
        (answer,) = self._client.change([Operation(documents.CREATE, {"values": values})], what=WHAT)
        if isinstance(answer, Unreachable | RateLimited):  # nothing was sent: nothing can be said of any of them
            raise answer
        return [read_back(raw, ITEMS, lambda row: row) for raw in after_create(answer, ROWS, len(items), WHAT)]


def _of_another_group(wanted: Mapping[str, SalesItem], known: Mapping[str, ItemRow]) -> Iterator[tuple[str, Rejected]]:
    for number, row in known.items():
        group, there = wanted[number].tax_group, row.tax_and_accounting_group
        if group is None or there == group:
            continue
        text = f"product {number} is of the tax and accounting group {there} in {TITLE}, and its VAT here means {group}"
        cure = f"Correct the product's group in {TITLE}, or the settings that say which group a VAT rate means."
        yield number, Rejected(text, code="vat_differs", field="tax_group", cure=cure)
