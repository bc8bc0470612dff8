"""Products and types of travel expenses: two lists at Severa, one flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from handoff.connectors.feed import Feed
from handoff.connectors.http import VendorClient
from handoff.connectors.severa.assumed import PRODUCT_TYPE
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.lists import BY_ROW, BY_TOKEN, a_list, every_row, mark_of
from handoff.connectors.severa.models import Reference, SeveraCategory, SeveraProduct
from handoff.connectors.severa.objects import Objects
from handoff.connectors.severa.units import CATEGORIES, INACTIVE
from handoff.connectors.severa.writing import Fields, differing, one_line, some_number
from handoff.domain.errors import Rejected
from handoff.domain.pairs import Product
from handoff.ports.mirror import Change, Listed, ListedPage, Written

WHAT = "products"
PRODUCT, TRAVEL = "product:", "travel:"
_CATEGORIES: Feed[SeveraCategory, SeveraCategory] = a_list(
    CATEGORIES, "/v1/productcategories", SeveraCategory, lambda row: row, BY_ROW
)


class Categories:
    """The codes of the categories, read when the first one is asked for: a product names its category by guid."""

    def __init__(self, client: VendorClient) -> None:
        self._client = client
        self._codes: Mapping[str, str] = {}

    def number_of(self, guid: str) -> str:
        """The code; empty for a category without one."""
        if guid not in self._codes:
            self._read()
        return self._codes.get(guid, "")

    def reference(self, number: str) -> Fields | None:
        """The category with the code, as a write names it; raises Rejected where there is none, or several."""
        if not number:
            return None
        if number not in self._codes.values():
            self._read()
        found = [guid for guid, code in self._codes.items() if code == number]
        if len(found) != 1:
            raise Rejected(
                f"{TITLE} has {len(found) or 'no'} product categories with the code {number}",
                code="category_missing",
                field="category",
                cure=f"Let product categories be transferred too, or see to it that {TITLE} has exactly one.",
            )
        return {"guid": found[0]}

    def _read(self) -> None:
        self._codes = {row.guid: (row.code or "").strip() for row in every_row(_CATEGORIES, self._client)}


class Products:
    """Both lists as one: implements `KeepsObjects`. Ids say which list an object is of."""

    batch_max = 1

    def __init__(self, client: VendorClient, now: Callable[[], datetime], product_type: str) -> None:
        self._now = now
        self._categories = Categories(client)
        self._type = product_type or PRODUCT_TYPE
        products = a_list(
            WHAT, "/v1/products", SeveraProduct, self._reader(PRODUCT), BY_TOKEN, changed_at=lambda row: row.changed_at
        )
        travels = a_list(
            WHAT, "/v1/travelexpensetypes", SeveraProduct, self._reader(TRAVEL), BY_ROW,
            changed_at=lambda row: row.changed_at,
        )  # fmt: skip
        self._lists: Mapping[str, Objects[Product]] = {
            PRODUCT: Objects(client, now, products, self._new, self._changed, PRODUCT),
            TRAVEL: Objects(client, now, travels, self._new, self._changed, TRAVEL),
        }

    def listed(self, *, since: datetime | None, page: str | None) -> ListedPage[Product]:
        """A page of products, behind the last of them one of travel expenses; raises as `Feed.pull` does."""
        mark = mark_of(page, self._now())
        name = TRAVEL if (mark.inner or "").startswith(TRAVEL) else PRODUCT
        inner = (mark.inner or "").removeprefix(name)
        found = self._lists[name].listed(since=since, page=str(replace(mark, inner=inner or None)))
        following = None if found.next_page is None else mark_of(found.next_page, mark.began).inner
        if following is not None:
            return replace(found, next_page=mark.onward(f"{name}{following}"))
        return replace(found, next_page=mark.onward(TRAVEL) if name == PRODUCT else None)

    def alike(self, says: Product) -> Sequence[Listed[Product]]:
        """Those of both lists with the number or the name."""
        return [row for one in self._lists.values() for row in one.alike(says)]

    def create(self, wanted: Sequence[Product]) -> Sequence[Written[Product]]:
        """Makes products: an ERP doesn't tell travel expenses from them."""
        return self._lists[PRODUCT].create(wanted)

    def update(self, changes: Sequence[Change[Product]]) -> Sequence[Written[Product]]:
        """Writes the fields that differ, in the list that the object is of."""
        return [
            answer
            for one in changes
            for answer in self._lists[TRAVEL if one.id.startswith(TRAVEL) else PRODUCT].update([one])
        ]

    def _reader(self, prefix: str) -> Callable[[SeveraProduct], Listed[Product]]:
        def product_of(row: SeveraProduct) -> Listed[Product]:
            says = Product((row.code or "").strip(), one_line(row.name), self._category(row.product_category))
            return Listed(f"{prefix}{row.guid}", says, row.changed_at, INACTIVE if row.is_active is False else "")

        return product_of

    def _category(self, reference: Reference | None) -> str:
        return self._categories.number_of(reference.guid) if reference is not None else ""

    def _new(self, says: Product) -> Fields:
        code, category = some_number(says.number, "products"), self._categories.reference(says.category)
        fields = {"name": one_line(says.name), "code": code, "type": self._type, "isActive": True}
        return {**fields, **({"productCategory": category} if category else {})}

    def _changed(self, one: Change[Product]) -> Fields:
        values = differing(one.before, one.after)
        fields: dict[str, object] = {}
        if "number" in values:
            fields["code"] = one.after.number.strip() or None
        if "name" in values:
            fields["name"] = one_line(one.after.name)
        if "category" in values:
            fields["productCategory"] = self._categories.reference(one.after.category)
        return fields
