"""The Visma.net ERP stand-in keeps the ledger and the master data: journal transactions, projects, cost centres."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.contract.visma_net_erp import JOURNALS, TRANSACTIONS, Erp, entry, hours, journal, transaction, wrap


@pytest.fixture
def erp() -> Iterator[Erp]:
    erp = Erp()
    yield erp
    erp.http.close()


# Journal transactions


def test_a_balanced_batch_is_read_back_with_both_forms_of_its_period(erp: Erp) -> None:
    number = erp.create(JOURNALS, journal(description="Accrual 2026-10 #a1"))
    batch = erp.one(f"{JOURNALS}/{number}")
    assert (batch["module"], batch["status"], batch["hold"]) == ("ModuleGL", "Balanced", False)
    assert (batch["financialPeriod"], batch["postPeriod"]) == ("202610", "102026")
    assert batch["debitTotalInCurrency"] == batch["creditTotalInCurrency"] == Decimal("1000.5")
    line = batch["journalTransactionLines"][0]
    assert (line["lineNumber"], line["accountNumber"]) == (1, "1530")
    assert line["subaccount"]["segments"][0]["segmentValue"] == "10"


def test_debit_must_equal_credit_before_hold_is_cleared(erp: Erp) -> None:
    lopsided = [entry("1530", debitAmountInCurrency=10), entry("3000", creditAmountInCurrency=9.99)]
    assert "not balanced" in erp.refusal(JOURNALS, journal(*lopsided))
    path = f"{JOURNALS}/{erp.create(JOURNALS, journal(*lopsided, hold=True))}"
    assert erp.one(path)["status"] == "Hold"
    assert "not balanced" in erp.refusal(path, wrap(hold=False), "PUT")
    cent = {"journalTransactionLines": [entry("3099", creditAmountInCurrency=0.01)], **wrap(hold=False)}
    assert erp.send("PUT", path, cent).status_code == 204
    assert erp.one(path)["status"] == "Balanced"


def test_a_batch_without_a_word_on_hold_is_on_hold(erp: Erp) -> None:
    body = journal()
    del body["hold"]
    assert erp.one(f"{JOURNALS}/{erp.create(JOURNALS, body)}")["hold"] is True


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"financialPeriod": "202609"}, "Financial period 09-2026 is closed in General ledger."),
        ({"financialPeriod": "102026"}, "The value of 'financialPeriod' is no financial period."),
        ({"postPeriod": "112026"}, "financialPeriod and postPeriod are different periods. Send one of them."),
        ({"currencyId": "XXX"}, "Currency 'XXX' cannot be found in the system."),
        ({"ledger": "9"}, "Ledger '9' cannot be found in the system."),
        ({"controlTotalInCurrency": 1}, "The control total does not equal the debit total."),
    ],
)
def test_a_bad_header_is_refused(erp: Erp, header: dict[str, object], message: str) -> None:
    assert erp.refusal(JOURNALS, journal(**header)) == message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (entry("3001"), "Account '3001' cannot be found in the system."),
        (entry("3199"), "Account '3199' is inactive."),
        (entry("1500"), "Account '1500' does not take manual entries."),
        (entry("3000", "40"), "Subaccount '40' cannot be found in the system."),
        (entry("3000", "90"), "Subaccount '90' is inactive."),
        (entry("3000", project="P1047", projectTask="01"), "Project 'P1047' is not active. Its status is Completed."),
        (entry("3000", project="P1001"), "'Project task' cannot be empty."),
        (entry("3000", vatCodeId="99"), "TaxID '99' cannot be found in the system."),
        (
            entry("3000", debitAmountInCurrency=1, creditAmountInCurrency=1),
            "A line has a debit amount or a credit amount, not both.",
        ),
    ],
)
def test_a_bad_journal_line_is_refused(erp: Erp, line: dict[str, object], message: str) -> None:
    assert erp.refusal(JOURNALS, journal(line)) == message


def test_a_foreign_amount_is_turned_into_the_company_currency_by_the_server(erp: Erp) -> None:
    lines = [entry("1530", debitAmountInCurrency=100), entry("3090", creditAmountInCurrency=100)]
    batch = erp.one(f"{JOURNALS}/{erp.create(JOURNALS, journal(*lines, currencyId='EUR'))}")
    assert (Decimal(batch["debitTotal"]), Decimal(batch["debitTotalInCurrency"])) == (Decimal(1152), Decimal(100))


def test_a_release_is_answered_200_whether_it_worked_or_not(erp: Erp) -> None:
    held = f"{JOURNALS}/{erp.create(JOURNALS, journal(hold=True))}"
    failed = erp.send("POST", f"{held}/action/release", {})
    assert (failed.status_code, failed.json()["actionResult"]) == (200, "Failed")
    assert "cannot be released" in failed.json()["errorInfo"]
    erp.send("PUT", held, wrap(hold=False))
    assert erp.send("POST", f"{held}/action/release", {}).json()["actionResult"] == "Done"
    assert erp.one(held)["status"] == "Posted"
    assert "already released" in erp.refusal(held, wrap(description="X"), "PUT")


def test_the_list_wants_a_period_or_a_time_of_change(erp: Erp) -> None:
    assert "periodId is mandatory" in erp.get(JOURNALS).json()["message"]
    erp.create(JOURNALS, journal())
    erp.later(minutes=30)
    erp.create(JOURNALS, journal(financialPeriod="202611", transactionDate="2026-11-01T00:00:00"))
    assert [row["batchNumber"] for row in erp.rows(JOURNALS, periodId="202610")] == ["GL00000001"]
    assert [row["batchNumber"] for row in erp.rows(JOURNALS, lastModifiedDateTime="2026-10-28T12:15:00")] == [
        "GL00000002"
    ]
    assert len(erp.rows(JOURNALS, periodId="202610", module="GL", status="Unreleased")) == 1
    assert erp.rows(JOURNALS, periodId="202610", status="Posted") == []


def test_pages_count_lines_so_a_batch_is_split_over_them(erp: Erp) -> None:
    four = [entry("1530", debitAmountInCurrency=5)] * 2 + [entry("3000", creditAmountInCurrency=5)] * 2
    for _ in range(3):
        erp.create(JOURNALS, journal(*four))
    pages = [erp.rows(JOURNALS, periodId="202610", pageNumber=page, pageSize=5) for page in (1, 2, 3, 4)]
    assert [[len(row["journalTransactionLines"]) for row in page] for page in pages] == [[4, 1], [3, 2], [2], []]
    assert {row["metadata"]["totalCount"] for page in pages for row in page} == {12}
    assert pages[0][1]["batchNumber"] == pages[1][0]["batchNumber"]
    assert pages[1][0]["debitTotal"] == 10


# Master data


def test_a_misspelt_name_is_read_and_the_right_spelling_does_nothing(erp: Erp) -> None:
    erp.send("PUT", "/v1/project/P1001", wrap(projectManager="105", restrictEmployees=True))
    before = erp.one("/v1/project/P1001")
    assert before["projectManager"]["employeeNumber"] != "105"
    assert before["restrictEmployees"] is False
    erp.send("PUT", "/v1/project/internal/501", wrap(projectManger="105", restricEmployees=True))
    after = erp.one("/v1/project/P1001")
    assert (after["projectManager"]["employeeNumber"], after["restrictEmployees"]) == ("105", True)


def test_a_new_project_starts_as_planned_with_its_tasks_and_takes_hours_when_active(erp: Erp) -> None:
    task = {"operation": "Insert", **wrap(taskId="01", description="Utvikling", status="Active")}
    body = {**wrap(projectID="P1048", description="Prøveprosjekt", startDate="2026-10-01T00:00:00"), "tasks": [task]}
    assert erp.create("/v1/project", body) == "P1048"
    assert erp.one("/v1/project/P1048")["status"] == "Planned"
    assert "not active" in erp.refusal(TRANSACTIONS, transaction(hours(project="P1048")))
    erp.send("PUT", "/v1/project/P1048", wrap(status="Active"))
    assert erp.create(TRANSACTIONS, transaction(hours(project="P1048"))) == "PM00000001"
    assert "already exists" in erp.refusal("/v1/project", body)


def test_a_refused_project_leaves_nothing_behind(erp: Erp) -> None:
    bad_task = {"operation": "Insert", **wrap(taskId="01")}
    body = {**wrap(projectID="NEW", description="New", startDate="2026-10-01T00:00:00"), "tasks": [bad_task]}
    assert erp.refusal("/v1/project", body) == "'Description' cannot be empty."
    assert erp.get("/v1/project/NEW").status_code == 404


def test_a_task_is_made_under_the_projects_internal_id_and_changed_under_its_own(erp: Erp) -> None:
    before = erp.one("/v1/project/P1001")["lastModifiedDateTime"]
    task = erp.create("/v1/projecttask/501", wrap(taskId="10", description="Førbefaring", status="Active"))
    assert erp.one(f"/v1/projecttask/{task}")["projectInternalId"] == 501
    erp.send("PUT", f"/v1/projecttask/{task}", {"visibility": wrap(visibleInTa=False)})
    assert [row["taskId"] for row in erp.rows("/v1/projecttask", projectId="P1001", visibleInTa="false")] == ["10"]
    assert "already exists" in erp.refusal("/v1/projecttask/501", wrap(taskId="10", description="Again"))
    assert erp.one("/v1/project/P1001")["lastModifiedDateTime"] == before


def test_a_customer_is_written_with_wrappers_inside_wrappers(erp: Erp) -> None:
    address = {"value": wrap(addressLine1="Kaia 3", postalCode="0155", city="Oslo", countryId="NO")}
    body = {**wrap(name="Ny Kunde AS", number="77", overrideNumberSeries=True), "mainAddress": address}
    assert erp.create("/v1/customer", body) == "77"
    assert erp.one("/v1/customer/77")["mainAddress"]["city"] == "Oslo"
    assert "mainAddress" in erp.refusal("/v1/customer", {**body, "mainAddress": address["value"]})
    assert erp.create("/v1/customer", wrap(name="Ny Kunde AS", number="78")) == "22001"


def test_cost_centres_are_added_to_the_segment_and_then_joined_to_subaccounts(erp: Erp) -> None:
    value = {"operation": "Insert", "value": "40", **wrap(description="Tromsø")}
    body = {"dimensionId": "SUBACCOUNT", "segementId": 1, "segmentValues": [value]}
    assert erp.send("PUT", "/v1/dimension/SUBACCOUNT/1", body).status_code == 204
    assert erp.create("/v1/subaccount", wrap(subaccountNumber="40", description="Tromsø")) == "40"
    assert erp.create(JOURNALS, journal(entry("3000", "40", creditAmountInCurrency=0))) == "GL00000001"


def test_accounts_and_employees_can_be_changed(erp: Erp) -> None:
    erp.send("PUT", "/v1/account/3199", wrap(active=True, extenalCode1="S1", externalCode1="S2"))
    account = erp.one("/v1/account/3199")
    assert (account["active"], account["externalCode1Info"]["number"]) == (True, "S1")
    number = erp.create(
        "/v1/employee", {**wrap(employeeCd="140"), "contact": wrap(lastName="Nørrevind", email="e@example.test")}
    )
    erp.send("PUT", f"/v1/employee/{number}", wrap(status="Hold"))
    assert erp.one("/v1/employee/140")["status"] == "OnHold"


def test_a_budget_line_counts_the_released_hours_of_its_task_group_and_item(erp: Erp) -> None:
    key = wrap(projectID="P1001", projectTaskID="01", accountGroupID="5", inventoryNumber="TIMER")
    erp.create("/v1/projectbudget", {**key, **wrap(originalBudgetQty=100, rate=650)})
    erp.do(f"/_sandbox/release/{erp.create(TRANSACTIONS, transaction())}")
    erp.create(TRANSACTIONS, transaction())
    row = erp.rows("/v1/projectbudget", project="P1001")[0]
    assert (Decimal(row["originalBudgetAmount"]), Decimal(row["actualQty"])) == (Decimal(65000), Decimal("7.5"))
    assert "already exists" in erp.refusal("/v1/projectbudget", key)
