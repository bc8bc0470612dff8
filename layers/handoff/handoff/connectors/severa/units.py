"""Business units and product categories: a code, a name, and whether they are in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from handoff.connectors.feed import Feed
from handoff.connectors.http import VendorClient
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.lists import BY_ROW, a_list, every_row
from handoff.connectors.severa.models import SeveraCategory, SeveraUnit
from handoff.connectors.severa.objects import Objects
from handoff.connectors.severa.writing import Fields, differing, one_line, some_number
from handoff.domain.errors import Rejected
from handoff.domain.pairs import BusinessUnit, ProductCategory
from handoff.ports.mirror import Change, Listed

INACTIVE = f"it is not active in {TITLE}"
UNITS = "business_units"
CATEGORIES = "product_categories"
_NAMES: Mapping[str, str] = {"number": "code", "name": "name"}


def unit_of(row: SeveraUnit) -> Listed[BusinessUnit]:
    """The unit."""
    says = BusinessUnit((row.code or "").strip(), one_line(row.name))
    return Listed(row.guid, says, row.changed_at, "" if row.is_active else INACTIVE)


def category_of(row: SeveraCategory) -> Listed[ProductCategory]:
    """The category."""
    says = ProductCategory((row.code or "").strip(), one_line(row.name))
    return Listed(row.guid, says, row.changed_at, "" if row.is_active else INACTIVE)


UNIT_LIST: Feed[SeveraUnit, Listed[BusinessUnit]] = a_list(
    UNITS, "/v1/businessunits", SeveraUnit, unit_of, BY_ROW, changed_at=lambda row: row.changed_at
)
CATEGORY_LIST: Feed[SeveraCategory, Listed[ProductCategory]] = a_list(
    CATEGORIES, "/v1/productcategories", SeveraCategory, category_of, BY_ROW, changed_at=lambda row: row.changed_at
)
ALL_UNITS: Feed[SeveraUnit, SeveraUnit] = a_list(UNITS, "/v1/businessunits", SeveraUnit, lambda row: row, BY_ROW)


def business_units(client: VendorClient, now: Callable[[], datetime]) -> Objects[BusinessUnit]:
    """The units of the organisation; a new one hangs below the top one."""

    def new(says: BusinessUnit) -> Fields:
        code = some_number(says.number, "business units")
        return {"name": one_line(says.name), "code": code, "isActive": True, "parentGuid": _top(client)}

    return Objects(client, now, UNIT_LIST, new, _changed)


def product_categories(client: VendorClient, now: Callable[[], datetime]) -> Objects[ProductCategory]:
    """The categories of products and travel expenses."""

    def new(says: ProductCategory) -> Fields:
        return {"name": one_line(says.name), "code": some_number(says.number, "product categories"), "isActive": True}

    return Objects(client, now, CATEGORY_LIST, new, _changed)


def _changed(one: Change[BusinessUnit] | Change[ProductCategory]) -> Fields:
    return {_NAMES[name]: one_line(value) or None for name, value in differing(one.before, one.after).items()}


def _top(client: VendorClient) -> str:
    """The unit that all others hang below; raises Rejected where there are several, each a company's."""
    tops = [row for row in every_row(ALL_UNITS, client) if row.parent_guid is None]
    if len(tops) != 1:
        raise Rejected(
            f"{TITLE} has {len(tops)} business units at the top, and nobody can tell below which a new one belongs",
            code="parent_missing",
            cure=f"Make the unit in {TITLE}, with the same code and name: the two are then the same.",
        )
    return tops[0].guid
