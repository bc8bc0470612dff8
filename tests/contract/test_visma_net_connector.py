"""The Visma.net ERP connector against its stand-in: lists, and what comes of refused ones."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.domain.errors import BrokenContract, HandoffError, RateLimited, ReconnectNeeded, Unreachable
from handoff.domain.ledger import Account, CostCentre, Item
from handoff.domain.parties import Employee
from handoff.domain.periods import FinancialPeriod, Period
from handoff.domain.projects import LedgerProject
from sandbox.visma_net import CUSTOMER_TENANT
from tests.contract.visma_net_company import KINDS, OCTOBER, WRITES, Company, a_document


@pytest.fixture
def company() -> Company:
    return Company()


def test_every_list_is_read_to_its_end_in_one_call_each(company: Company) -> None:
    found = {info.name: company.all_of(info.name) for info in company.erp.feeds}
    assert company.erp.calls == len(found)
    kinds = {
        "financial_periods": FinancialPeriod, "accounts": Account, "cost_centres": CostCentre,
        "items": Item, "employees": Employee, "ledger_projects": LedgerProject,
    }  # fmt: skip
    assert {name: {type(row) for row in rows} for name, rows in found.items()} == {
        name: {kind} for name, kind in kinds.items()
    }


def test_small_pages_bring_the_same_lists_as_large_ones(company: Company) -> None:
    small = Company(max_page_size=7)
    for info in company.erp.feeds:
        whole, in_parts = company.all_of(info.name), small.all_of(info.name)
        assert sorted(map(repr, in_parts)) == sorted(map(repr, whole))
    assert len(small.pages("ledger_projects")) > 5


def test_projects_bring_their_tasks_and_only_active_ones_are_open(company: Company) -> None:
    company.do("/_sandbox/projects/P1002", status="Completed")
    projects = {row.number: row for row in company.all_of("ledger_projects") if isinstance(row, LedgerProject)}
    assert "MAL01" not in projects
    assert (projects["P1001"].open, projects["P1001"].status) == (True, "Active")
    assert (projects["P1002"].open, projects["P1002"].status) == (False, "Completed")
    task = next(task for task in projects["P1001"].tasks if task.number == "01")
    assert task.open
    assert task.name


def test_periods_are_open_when_active_and_not_closed_in_the_ledger(company: Company) -> None:
    periods = {row.period: row.open for row in company.all_of("financial_periods") if isinstance(row, FinancialPeriod)}
    assert (periods[Period("2026-09")], periods[OCTOBER], periods[Period("2026-11")]) == (False, True, True)
    company.do("/_sandbox/periods", period="202610", closed=True)
    again = {row.period: row.open for row in company.all_of("financial_periods") if isinstance(row, FinancialPeriod)}
    assert again[OCTOBER] is False


def test_employees_come_with_the_address_that_names_them_in_the_time_tool(company: Company) -> None:
    employees = [row for row in company.all_of("employees") if isinstance(row, Employee)]
    assert all("@" in row.email for row in employees)
    assert {row.active for row in employees} == {True, False}


def test_items_are_those_that_hours_go_on_and_come_only_when_changed(company: Company) -> None:
    page = company.erp.read("items", since=None, page=None)
    numbers = {row.number for row in page.objects if isinstance(row, Item)}
    kinds = {row["type"] for row in company.seen("/v1/inventory", pageSize="500") if row["inventoryNumber"] in numbers}
    assert kinds <= {"NonStockItem", "LaborItem", "ServiceItem"}
    assert page.latest_change is not None
    later = company.erp.read("items", since=page.latest_change + timedelta(seconds=1), page=None)
    again = company.erp.read("items", since=page.latest_change, page=None)
    assert (len(later.objects), len(again.objects)) == (0, 1)


def test_cost_centres_carry_the_numbers_that_documents_name(company: Company) -> None:
    centres = {row.number: row.active for row in company.all_of("cost_centres") if isinstance(row, CostCentre)}
    assert {"10", "20", "30"} <= {number for number, active in centres.items() if active}
    assert False in centres.values()


def test_the_connection_is_checked_by_the_companys_name(company: Company) -> None:
    assert company.erp.check() == "Fjordlys Konsult AS"


# ---- refusals of lists ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "error"),
    [(403, ReconnectNeeded), (404, ReconnectNeeded), (429, RateLimited), (500, Unreachable), (400, BrokenContract)],
)
def test_a_refused_list_is_never_an_empty_one(company: Company, status: int, error: type[HandoffError]) -> None:
    company.vendor.fault("status", "GET /v1/employee", status=status, headers={"Retry-After": "9"})
    with pytest.raises(error) as caught:
        company.erp.read("employees", since=None, page=None)
    if isinstance(caught.value, ReconnectNeeded):
        assert caught.value.field == "employees"
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after == 9
    assert company.all_of("employees")


def test_the_hourly_limit_tells_how_long_to_wait() -> None:
    company = Company(rate_limit=2)
    company.all_of("accounts")
    company.all_of("accounts")
    with pytest.raises(RateLimited) as caught:
        company.all_of("accounts")
    assert 0 < caught.value.retry_after <= 3600


def test_a_token_that_expired_on_the_way_costs_one_more_call(company: Company) -> None:
    company.all_of("accounts")
    company.vendor.fault("token_expired", "GET /v1/employee")
    assert company.all_of("employees")
    assert company.erp.calls == 3


def test_a_token_is_fetched_once_and_kept_for_its_hour(company: Company) -> None:
    company.all_of("accounts")
    company.now += timedelta(minutes=58)
    company.all_of("accounts")
    assert company.vendor.calls()["POST /connect/token"] == 1
    company.now += timedelta(minutes=2)
    company.all_of("accounts")
    assert company.vendor.calls()["POST /connect/token"] == 2


def test_the_customers_tenant_id_is_told_apart_from_a_bad_token() -> None:
    with pytest.raises(ReconnectNeeded) as caught:
        Company(CUSTOMER_TENANT).all_of("accounts")
    assert "tenant id is the company's" in caught.value.cure
    assert caught.value.field is None


def test_an_approval_without_the_right_to_create_needs_a_person() -> None:
    with pytest.raises(ReconnectNeeded, match="invalid_scope"):
        Company(rights=["read"]).all_of("accounts")


def test_a_company_without_a_licence_stops_the_connection_not_the_document(company: Company) -> None:
    body = {"ExceptionType": "IPPException", "ExceptionMessage": "No license for this company."}
    company.vendor.fault("status", WRITES[KINDS[0]], status=400, body=body)
    with pytest.raises(ReconnectNeeded, match="No license"):
        company.erp.project_transactions.send(a_document())


def test_one_broken_row_does_not_hide_the_others(company: Company) -> None:
    company.erp.check()
    rows = company.seen("/v1/employee", pageSize="500")[:3]
    rows[1]["contact"] = {"email": 7}
    company.vendor.fault("status", "GET /v1/employee", status=200, body=rows)
    page = company.erp.read("employees", since=None, page=None)
    assert len(page.objects) == 2
    assert [(row.external_id, row.field) for row in page.broken] == [(rows[1]["employeeNumber"], "contact.email")]
