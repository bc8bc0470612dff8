"""The kinds that are one table each, by flow, as an integration's settings have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handoff.connectors.business_nxt.employees import employees_shape
from handoff.connectors.business_nxt.one_table import Shape
from handoff.connectors.business_nxt.products import categories_shape, products_shape
from handoff.connectors.business_nxt.tables import unit_table
from handoff.connectors.business_nxt.units import units_shape
from handoff.domain.pairs import BusinessUnit, Project
from handoff.ports.mirror import MirrorChoices


def shapes(choices: MirrorChoices) -> Mapping[str, Shape[Any, Any]]:
    """All of them; raises InvalidInput for units and groups that there are none of."""
    blocked = choices.blocked.get
    units = units_shape("business_units", choices.department_unit, blocked("business_units"), BusinessUnit)
    return {
        "business_units": units,
        "employees": employees_shape(blocked("employees")),
        "product_categories": categories_shape(blocked("product_categories")),
        "products": products_shape(blocked("products")),
        "projects": units_shape("projects", choices.project_unit, blocked("projects"), Project),
    }


def tables(choices: MirrorChoices) -> Mapping[str, str]:
    """The table that each flow's objects are rows of; raises as `shapes` does."""
    return {
        "business_units": unit_table(choices.department_unit),
        "employees": "associate",
        "product_categories": "productCategory",
        "products": "product",
        "customers": "associate",
        "projects": unit_table(choices.project_unit),
    }
