"""The health check of a Business NXT company says in words what is missing and what mends it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from handoff.connectors.business_nxt.config import NAME, TITLE, BusinessNxtConfig
from handoff.connectors.registry import vendors
from handoff.domain.capabilities import Capability, Side
from handoff.domain.errors import RateLimited, Unreachable
from handoff.domain.grants import Secret
from handoff.domain.pairs import KINDS
from handoff.ports.live import ErpNeeds, Finding
from handoff.ports.mirror import Blocked, MirrorChoices
from sandbox.business_nxt import CREDENTIALS
from sandbox.business_nxt.access import READ_SCOPE
from sandbox.visma_connect import Application
from tests.contract.business_nxt_erp import NxtErp

ALL = tuple(KINDS)


def findings(nxt: NxtErp, *flows: str, **choices: Any) -> dict[str, Finding]:
    needs = ErpNeeds(mirrored=flows or ALL, choices=MirrorChoices(**choices))
    return {one.code: one for one in nxt.erp.health(needs)}


def unmet(found: dict[str, Finding]) -> dict[str, str]:
    assert all(one.cure for one in found.values() if not one.ok)
    return {code: one.sentence for code, one in found.items() if not one.ok}


def test_a_company_that_has_everything_is_seen_in_two_calls_that_write_nothing() -> None:
    nxt = NxtErp()
    found = findings(nxt, blocked={"customers": Blocked(3, 1)})
    assert unmet(found) == {}
    assert nxt.calls() == 2
    assert found["company"].sentence == "Visma Business NXT answers for Vintergran Rådgivning AS."
    assert "Prosjekt, stands for projects; its numbers are whole numbers" in found["unit_projects"].sentence
    assert found["block_customers"].sentence == "Customers with 1 in group 3 are blocked."
    assert {f"read_{flow}" for flow in ALL} < set(found)
    assert "texts of at most 10" in findings(nxt, project_unit=7)["unit_projects"].sentence
    nxt.close()


def test_only_what_is_mirrored_is_asked_for() -> None:
    nxt = NxtErp()
    assert set(findings(nxt, "products", blocked={"customers": Blocked(3, 1)})) == {
        "company",
        "read_products",
        "writing",
    }
    nxt.close()


def test_a_company_that_does_not_let_us_in_is_told_with_the_cure() -> None:
    nxt = NxtErp()
    nxt.company.control("access", allowed=False)
    found = findings(nxt)
    assert set(found) == {"company"}
    assert "does not have access" in unmet(found)["company"]
    assert "Connect application access" in found["company"].cure
    nxt.close()


def test_units_that_are_not_in_use_or_stand_for_both_are_told() -> None:
    nxt = NxtErp()
    assert set(unmet(findings(nxt, project_unit=9))) == {"unit_projects"}
    assert set(unmet(findings(nxt, project_unit=1))) == {"units_differ"}
    assert set(unmet(findings(nxt, project_unit=13))) == {"unit_projects", "settings"}
    nxt.close()


def test_columns_and_groups_that_are_not_there_are_told_one_by_one() -> None:
    nxt = NxtErp(missing_columns=["deliveryAddress.postalArea", "orgUnit2.group4"])
    found = unmet(findings(nxt, blocked={"projects": Blocked(4, 1), "business_units": Blocked(4, 1)}))
    assert set(found) == {"read_customers", "block_projects"}
    assert "postalArea" in found["read_customers"]
    assert "group4" in found["block_projects"]
    nxt.close()


@pytest.mark.parametrize("table", [1, 2, 3])
def test_a_register_is_looked_at_where_one_is_wanted(table: int) -> None:
    """S7.2."""
    nxt = NxtErp()
    assert "hour_register" not in findings(nxt)
    nxt.calls()
    found = {one.code: one for one in nxt.erp.health(ErpNeeds(register=table))}
    assert set(found) == {"company", "hour_register", "writing"}
    assert unmet(found) == {}
    assert f"rows of freeInformation{table}" in found["hour_register"].sentence
    assert nxt.calls() == 2
    nxt.close()


def test_a_register_without_its_columns_or_its_table_is_told() -> None:
    nxt = NxtErp(missing_columns=["freeInformation1.value3"])
    (told,) = [one for one in nxt.erp.health(ErpNeeds(register=1)) if one.code == "hour_register"]
    assert (told.ok, told.sentence.startswith("Rows of hours can't be read")) == (False, True)
    assert "value3" in told.sentence
    assert told.cure
    nxt.goes_wrong("freeInformation2", kind="error", message="No rights to FreeInformation2.")
    found = {one.code: one for one in nxt.erp.health(ErpNeeds(register=2))}
    assert "No rights to FreeInformation2" in found["hour_register"].sentence
    for needs in (ErpNeeds(register=4), ErpNeeds(register=1, choices=MirrorChoices(project_unit=1))):
        assert {one.code for one in nxt.erp.health(needs) if not one.ok} == {"settings"}
    nxt.close()


def test_a_table_that_fails_does_not_hide_the_others() -> None:
    nxt = NxtErp()
    nxt.goes_wrong("product", kind="error", message="No rights to Product.")
    found = findings(nxt)
    assert unmet(found) == {"read_products": f"Products can't be read: {TITLE} products: No rights to Product."}
    nxt.close()


def test_an_application_that_may_only_read_is_told() -> None:
    nxt = NxtErp()
    connect = nxt.company.vendor._connect
    only_reading = Application(CREDENTIALS.client_id, CREDENTIALS.client_secret, (READ_SCOPE,))
    token = nxt.company.token(scope=READ_SCOPE)
    connect.applications = (only_reading,)
    nxt.grants.replace(replace(nxt.grants.stored.grant, access_token=Secret(token.removeprefix("Bearer "))))
    assert set(unmet(findings(nxt))) == {"writing"}
    nxt.close()


def test_what_passes_by_itself_is_raised() -> None:
    nxt = NxtErp()
    nxt.breaks("reset_before")
    with pytest.raises(Unreachable):
        findings(nxt)
    nxt.company.control("busy", requests=60)
    with pytest.raises(RateLimited):
        findings(nxt)
    nxt.close()


def test_the_check_before_saving_gives_the_companys_name() -> None:
    nxt = NxtErp()
    assert nxt.erp.check() == "Vintergran Rådgivning AS"
    assert nxt.calls() == nxt.erp.calls == 1
    nxt.erp.close()
    nxt.close()


def test_the_vendor_is_an_erp_that_keeps_master_data_and_rows_of_hours_takes_orders_and_hands_out_costs() -> None:
    vendor = vendors()[NAME]
    assert (vendor.title, vendor.side) == (TITLE, Side.ERP)
    takes = {Capability.KEEPS_HOUR_REGISTER, Capability.TAKES_ORDERS, Capability.HANDS_OUT_PURCHASES}
    assert set(vendor.capabilities) == {Capability.KEEPS_MASTER_DATA, *takes}
    assert "customers" in Capability.KEEPS_MASTER_DATA.words


def test_a_connection_is_named_by_the_company_and_granted_to_the_application() -> None:
    config = BusinessNxtConfig(company_no="9112001", client_id="isv_x", client_secret=SecretStr("s"))
    assert config.account == "9112001"
    grant = config.grant()
    assert (grant.vendor, grant.client_id, grant.client_secret) == (NAME, "isv_x", Secret("s"))
