"""Settings of what both sides keep: whose word counts, what is switched on, and what both vendors are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from handoff.connect.forms import settings_fields
from handoff.domain.capabilities import Side
from handoff.domain.pairs import KINDS, Master
from handoff.integrations.billing_settings import BillingSettings
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.integrations.kind_settings import SettingsRefused, read_as
from handoff.integrations.severa_business import SEVERA_BUSINESS
from handoff.pipeline.mirror.flows import choices_of, mirror_flows
from handoff.ports.mirror import Blocked, MirrorChoices


class Keeper:
    """A vendor that keeps every kind, and remembers what it was told."""

    calls = 0

    def master_data(self, choices: MirrorChoices) -> Mapping[str, Any]:
        self.told = choices
        return dict.fromkeys(KINDS, self)


def masters(**settings: Any) -> dict[str, Master]:
    flows = mirror_flows(SEVERA_BUSINESS, read_as(BothWaysSettings, settings), Keeper(), Keeper())
    return {flow.name: flow.rule.master for flow in flows}


def test_masters_of_projects_and_products_follow_the_master_where_they_are_not_set() -> None:
    """S1.4, S1.5, S1.6."""
    assert masters(master="time_tool", product_categories={"on": True}) == {
        "business_units": Master.TIME_TOOL,
        "employees": Master.NONE,
        "product_categories": Master.TIME_TOOL,
        "products": Master.TIME_TOOL,
        "projects": Master.TIME_TOOL,
        "customers": Master.NONE,
    }
    own = masters(master="erp", case_master="time_tool", product_master="none")
    assert (own["projects"], own["products"], own["business_units"]) == (Master.TIME_TOOL, Master.NONE, Master.ERP)


def test_product_categories_are_off_until_somebody_wants_them() -> None:
    """S4.6."""
    assert "product_categories" not in masters()
    assert masters(product_master="erp", product_categories={"on": True})["product_categories"] is Master.ERP


def test_projects_that_are_switched_off_are_still_looked_at_since_customers_are_wanted_by_them() -> None:
    """S5.3."""
    flows = mirror_flows(SEVERA_BUSINESS, read_as(BothWaysSettings, {"projects": {"on": False}}), Keeper(), Keeper())
    settles = {flow.name: flow.settles for flow in flows}
    assert (settles["projects"], settles["customers"]) == (False, True)

    neither = read_as(BothWaysSettings, {"projects": {"on": False}, "customers": {"on": False}})
    assert "projects" not in {flow.name for flow in mirror_flows(SEVERA_BUSINESS, neither, Keeper(), Keeper())}


def test_the_erp_gives_customers_their_numbers_and_nothing_else() -> None:
    """S5.7."""
    flows = mirror_flows(SEVERA_BUSINESS, BothWaysSettings(), Keeper(), Keeper())
    assert {flow.name for flow in flows if flow.rule.assigns} == {"customers"}
    assert {flow.rule.numbers for flow in flows} == {Side.ERP}


def test_both_vendors_are_told_of_units_and_of_what_is_blocked() -> None:
    """S2.2, S2.4, S4.7, S5.8, S6.2, S6.5."""
    settings = read_as(
        BothWaysSettings,
        {
            "department_unit": 3, "project_unit": 8, "products": {"new_are": "FixedFees"},
            "customers": {"blocked_group": 5, "blocked_value": 9},
        },
    )  # fmt: skip

    assert choices_of(SEVERA_BUSINESS, settings) == MirrorChoices(3, 8, {"customers": Blocked(5, 9)}, "FixedFees")


def test_the_form_offers_what_a_master_can_be_and_a_blank_means_none_of_its_own() -> None:
    fields = {one.name: one for one in settings_fields(BillingSettings(), SEVERA_BUSINESS.asks, {})}

    assert (fields["master"].options, fields["master"].value) == (("time_tool", "erp", "none"), "erp")
    assert fields["case_master"].options == ("", "time_tool", "erp", "none")
    assert read_as(BothWaysSettings, {"case_master": ""}).case_master is None


def test_nothing_is_written_before_somebody_says_so() -> None:
    """S10.1."""
    assert BothWaysSettings().report_only


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"master": "severa"}, "master"),
        ({"department_unit": 13}, "department_unit"),
        ({"customers": {"blocked_group": 0}}, "customers.blocked_group"),
        ({"products": {"new_are": "Things"}}, "products.new_are"),
        ({"invoices": {}}, "invoices"),
    ],
)
def test_what_can_not_be_is_refused_with_its_path(settings: dict[str, object], field: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_as(BothWaysSettings, settings)

    assert [fault.field for fault in refused.value.faults] == [field]
