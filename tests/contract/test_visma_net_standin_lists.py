"""The Visma.net ERP stand-in's lists: pages, filters and their silence, and what the company has to read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox import world
from tests.contract.visma_net_erp import Erp, wrap


@pytest.fixture
def erp() -> Iterator[Erp]:
    erp = Erp()
    yield erp
    erp.http.close()


# Lists


def test_a_list_is_a_bare_array_with_the_paging_data_in_each_element(erp: Erp) -> None:
    rows = erp.rows("/v1/employee", pageSize=10)
    assert len(rows) == 10
    assert all(row["metadata"] == {"totalCount": 39, "maxPageSize": 500} for row in rows)


def test_pages_together_hold_every_row_once(erp: Erp) -> None:
    numbers = [
        row["employeeNumber"] for page in (1, 2, 3) for row in erp.rows("/v1/employee", pageNumber=page, pageSize=15)
    ]
    assert len(numbers) == len(set(numbers)) == 39


def test_tasks_carry_no_paging_data_so_only_an_empty_page_ends_them(erp: Erp) -> None:
    pages = [erp.rows("/v1/projecttask", pageNumber=page, pageSize=1000) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [500, 31, 0]
    assert "metadata" not in pages[0][0]


def test_a_page_size_above_the_maximum_is_cut_in_silence() -> None:
    erp = Erp(max_page_size=20)
    rows = erp.rows("/v1/employee", pageSize=1000)
    assert len(rows) == 20
    assert rows[0]["metadata"]["maxPageSize"] == 20


def test_an_empty_result_is_an_empty_array(erp: Erp) -> None:
    assert erp.rows("/v1/employee", pageNumber=9, pageSize=100) == []
    assert erp.rows("/v1/customer", name="Nobody AS") == []


def test_unknown_query_parameters_are_ignored_and_the_rows_unfiltered(erp: Erp) -> None:
    assert len(erp.rows("/v1/project", projectID="P1001", pageSize=500)) == 60  # a filter of projectbasic only
    assert [row["projectID"] for row in erp.rows("/v1/projectbasic", projectId="P1001")] == ["P1001"]


def test_rows_do_not_come_sorted_but_always_in_the_same_order(erp: Erp) -> None:
    first, again = ([row["projectID"] for row in erp.rows("/v1/projectbasic", pageSize=500)] for _ in range(2))
    assert first == again
    assert first not in (sorted(first), sorted(first, reverse=True))


def test_lists_have_no_etag_but_the_same_value_in_the_body(erp: Erp) -> None:
    listed = erp.get("/v1/projectbasic", projectId="P1001")
    single = erp.get("/v1/project/P1001")
    assert "etag" not in listed.headers
    assert single.headers["ETag"] == f'"{listed.json()[0]["timeStamp"]}"'


@pytest.mark.parametrize("query", [{"pageSize": "0"}, {"pageNumber": "x"}, {"systemTemplate": "maybe"}])
def test_a_value_that_cannot_be_understood_is_400(erp: Erp, query: dict[str, str]) -> None:
    answer = erp.get("/v1/project", **query)
    assert answer.status_code == 400
    assert "is not valid for" in answer.json()["message"]


def test_changed_rows_are_found_by_date_and_condition(erp: Erp) -> None:
    erp.later(minutes=10)
    erp.send("PUT", "/v1/project/P1002", wrap(description="Nytt navn"))
    changed = erp.rows(
        "/v1/projectbasic", lastModifiedDateTime="2026-10-28 12:05:00", lastModifiedDateTimeCondition=">="
    )
    assert [row["projectID"] for row in changed] == ["P1002"]
    assert changed[0]["lastModifiedDateTime"] == "2026-10-28T12:10:00"
    before = erp.rows(
        "/v1/projectbasic",
        lastModifiedDateTime="2026-10-28T12:05:00.5",
        lastModifiedDateTimeCondition="<",
        pageSize=500,
    )
    assert len(before) == 59


@pytest.mark.parametrize(
    "query",
    [
        {"lastModifiedDateTime": "2026-10-28"},
        {"lastModifiedDateTimeCondition": ">"},
        {"lastModifiedDateTime": "2026-10-28", "lastModifiedDateTimeCondition": "=="},
        {"lastModifiedDateTime": "28.10.2026", "lastModifiedDateTimeCondition": ">"},
        {"lastModifiedDateTime": "2026-10-28T12:00:00Z", "lastModifiedDateTimeCondition": ">"},
    ],
)
def test_the_date_filter_needs_both_parts_in_the_documented_form(erp: Erp, query: dict[str, str]) -> None:
    assert erp.get("/v1/employee", **query).status_code == 400


# What is there to read


def test_the_company_is_the_world_without_its_misfits(erp: Erp) -> None:
    whole = world.World()
    projects = {row["projectID"]: row for row in erp.rows("/v1/project", systemTemplate="false", pageSize=500)}
    known = {p.code for p in whole.projects if p.erp_status is not world.ErpStatus.UNKNOWN}
    assert set(projects) == known
    assert projects["P1047"]["status"] == "Completed"
    emails = {row["contact"]["email"] for row in erp.rows("/v1/employee", pageSize=500)}
    assert emails == {person.email for person in whole.people if person.employee_number}
    assert whole.people[39].email not in emails
    tasks = {task["description"]: task["taskId"] for task in projects["P1001"]["tasks"]}
    assert tasks == {task.name: task.erp_task for task in whole.tasks if task.erp_task}


def test_templates_are_listed_and_the_non_project_only_when_asked_for(erp: Erp) -> None:
    ids = {row["projectID"] for row in erp.rows("/v1/project", pageSize=500)}
    assert "MAL01" in ids
    assert "X" not in ids
    assert [row["projectID"] for row in erp.rows("/v1/project", nonProject="true")] == ["X"]


def test_a_task_has_its_internal_id_only_as_its_own_resource(erp: Erp) -> None:
    inside = erp.one("/v1/project/P1001")["tasks"][0]
    assert "internalId" not in inside
    row = next(row for row in erp.rows("/v1/projecttask", projectId="P1001", taskCd="02"))
    assert (row["projectInternalId"], row["description"]) == (501, "Design")
    assert erp.one(f"/v1/projecttask/{row['internalId']}")["taskId"] == "02"
    assert len(erp.rows("/v1/project/tasks", projectInternalId=501)) == 9


def test_an_employee_has_an_internal_id_and_a_number_and_a_time_with_an_offset(erp: Erp) -> None:
    row = erp.one("/v1/employee/104")
    assert (row["employeeId"], row["employeeNumber"], row["employeeName"]) == (304, "104", "Dag Møllestein")
    assert row["lastModifiedDateTime"].endswith("+01:00")


def test_inventory_id_is_internal_on_an_item_and_its_version_is_spelt_timestamp(erp: Erp) -> None:
    row = erp.one("/v1/inventory/TIMER")
    assert (row["inventoryId"], row["inventoryNumber"], row["baseUnit"]) == (801, "TIMER", "HOUR")
    assert "timestamp" in row
    assert "timeStamp" not in row
    assert [row["inventoryNumber"] for row in erp.rows("/v1/inventory", inventoryTypes="ExpenseItem")] == ["REISE"]


def test_the_ledger_set_up_can_be_read(erp: Erp) -> None:
    accounts = {row["accountCD"]: row for row in erp.rows("/v1/account")}
    assert accounts["1530"]["type"] == "Asset"
    assert accounts["3000"]["accountGroupCD"] == "3"
    assert accounts["4300"]["accountGroupCD"] == "5"
    assert "3199" not in {row["accountCD"] for row in erp.rows("/v1/account", active="true")}
    centres = {
        row["segments"][0]["segmentValue"]: row["description"] for row in erp.rows("/v1/subaccount", active="true")
    }
    assert {code: centres[code] for code in ("10", "20", "30")} == {"10": "Oslo", "20": "Bergen", "30": "Felles"}
    assert "SUBACCOUNT" in erp.get("/v1/dimension").json()
    values = erp.one("/v1/dimension/SUBACCOUNT")["segments"][0]["segmentValues"]
    assert [value["valueId"] for value in values if value["active"]] == ["00", "10", "20", "30"]
    assert {row["accountGroupId"] for row in erp.rows("/v1/projectaccountgroup")} == {"3", "5", "7"}


def test_periods_of_the_year_are_closed_through_september(erp: Erp) -> None:
    rows = erp.rows("/v1/financialPeriod")
    closed = {row["period"] for row in rows if row["closedInGeneralLedger"]}
    assert len(rows) == 12
    assert closed == {f"{month:02d}2026" for month in range(1, 10)}
    assert erp.one("/v1/financialPeriod/202612")["endDate"] == "2027-01-01T00:00:00"


def test_small_lists_and_customers_can_be_read(erp: Erp) -> None:
    assert {row["fromUnit"] for row in erp.rows("/v1/unitofmeasure")} == {"HOUR", "MINUTE", "DAG", "STK"}
    assert erp.one("/v1/branch/1")["name"] == "Fjordlys Konsult AS"
    assert erp.one("/v1/vat/3")["schedules"][0]["vatRate"] == 25
    assert {row["id"] for row in erp.rows("/v1/vatZone")} == {"01", "02"}
    assert erp.one("/v1/vatCategory/UTG")["active"] is True
    assert erp.one("/v1/customer/10026")["currencyId"] == "SEK"
    assert erp.one("/v1/customer/internal/1026")["number"] == "10026"
