"""The health check of an e-conomic agreement against the stand-in: every "must exist", in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from handoff.domain.errors import ReconnectNeeded, Unreachable
from handoff.ports.live import ErpNeeds, Finding
from tests.contract.economic_erp import Agreement

NEEDS = ErpNeeds(
    journal=1, customer_group=1, payment_terms=1, vat_zones=(1, 2), project_group=1, pdf=True, accounts=(1010, 2210),
    cost_types=(1, 2),
)  # fmt: skip


def unmet(agreement: Agreement, needs: ErpNeeds = NEEDS) -> dict[str, Finding]:
    return {finding.code: finding for finding in agreement.erp.health(needs) if finding.ok is False}


def test_an_agreement_with_everything_has_nothing_to_mend() -> None:
    """M2.4, M3.6, M3.7, M1.7, M6.1: what must exist does."""
    findings = Agreement().erp.health(NEEDS)
    assert [finding.code for finding in findings] == [
        "agreement", "role", "project_module", "journal", "customer_group", "payment_terms", "vat_zone", "vat_zone",
        "project_group", "account", "account", "cost_type", "cost_type", "accounting_year", "pdf",
    ]  # fmt: skip
    assert {finding.ok for finding in findings[:-1]} == {True}
    assert findings[-1].ok is None
    assert "Smart and Advanced" in findings[-1].sentence
    assert all(finding.sentence.endswith(".") for finding in findings)


def test_nothing_is_asked_that_is_not_needed() -> None:
    agreement = Agreement(project_module=False)
    assert [finding.code for finding in agreement.erp.health(ErpNeeds())] == ["agreement", "role"]
    assert agreement.erp.calls == 1


@pytest.mark.parametrize(
    ("options", "codes", "said", "cure"),
    [
        ({"has_group_1": False}, {"customer_group"}, "Customer group 1 does not exist", "Make it"),
        ({"has_journal_1": False}, {"journal"}, "Journal 1 does not exist", "Make it"),
        ({"has_internal_group": False}, {"project_group"}, "Project group 1 does not exist", "Internal"),
        (
            {"project_module": False},
            {"project_module", "project_group", "cost_type"},
            "The module Project is not on",
            "Extensions",
        ),
    ],
)
def test_what_is_missing_is_told_with_its_cure(options: dict[str, Any], codes: set[str], said: str, cure: str) -> None:
    """M1.7, M2.4, M3.6, M3.7: journal 1, group 1, the internal group and the module must exist."""
    found = unmet(Agreement(**options))
    assert set(found) == codes
    first = next(iter(found.values()))
    assert said in first.sentence
    assert cure in first.cure


def test_a_project_group_that_is_not_internal_is_told() -> None:
    """M3.6: a project group of type internal."""
    found = unmet(Agreement(), ErpNeeds(project_group=2))
    assert "not of the type Internal" in found["project_group"].sentence


@pytest.mark.parametrize("account", [1000, 3690, 9999])
def test_an_account_that_takes_no_entries_is_told(account: int) -> None:
    assert f"{account}" in unmet(Agreement(), ErpNeeds(accounts=(account,)))["account"].sentence


@pytest.mark.parametrize(
    ("needs", "code"),
    [
        (ErpNeeds(payment_terms=77), "payment_terms"),
        (ErpNeeds(vat_zones=(77,)), "vat_zone"),
        (ErpNeeds(cost_types=(77,)), "cost_type"),
    ],
)
def test_anything_else_that_does_not_exist_is_told(needs: ErpNeeds, code: str) -> None:
    assert "77 does not exist" in unmet(Agreement(), needs)[code].sentence


@pytest.mark.parametrize("only", ["financeVoucher", "manualCustomerInvoice"])
def test_a_journal_for_other_entries_is_told(only: str) -> None:
    agreement = Agreement()
    agreement.vendor.fault(
        "status", "GET /journals/1", status=200,
        body={"journalNumber": 1, "name": "Daglig", "settings": {"entryTypeRestrictedTo": only}},
    )  # fmt: skip
    finding = unmet(agreement)["journal"]
    assert "Daglig" in finding.sentence
    assert "restriction" in finding.cure


def test_a_zone_that_is_not_for_customers_is_told() -> None:
    agreement = Agreement()
    del agreement.vendor.vendor.agreement.vat_zones[2]["enabledForCustomer"]
    assert "can't be used for customers" in unmet(agreement)["vat_zone"].sentence


def test_no_open_year_for_today_is_told() -> None:
    agreement = Agreement()
    agreement.now = datetime(2029, 1, 2, tzinfo=UTC)
    assert "2029-01-02" in unmet(agreement)["accounting_year"].sentence
    agreement = Agreement()
    agreement.people.close("2026")
    assert "accounting_year" in unmet(agreement)


def test_an_app_without_all_roles_is_told_and_what_it_can_not_see() -> None:
    found = unmet(Agreement(roles=["Sales"]))
    assert "role SuperUser" in found["role"].sentence
    assert "It has Sales" in found["role"].sentence
    assert {"journal", "project_group"} <= set(found)
    assert set(unmet(Agreement(roles=["Bookkeeping"]))) == {"role"}


def test_the_token_of_another_agreement_is_told() -> None:
    agreement = Agreement(account="123")
    assert "not to agreement 123" in unmet(agreement)["agreement"].sentence
    with pytest.raises(ReconnectNeeded) as caught:
        agreement.erp.check()
    assert caught.value.code == "another_agreement"


def test_an_agreement_that_can_not_be_reached_raises() -> None:
    agreement = Agreement()
    agreement.vendor.fault("status", "GET /self", status=503)
    with pytest.raises(Unreachable):
        agreement.erp.health(NEEDS)
    agreement.vendor.vendor.revoke()
    with pytest.raises(ReconnectNeeded):
        agreement.erp.health(NEEDS)
