"""The Visma.net ERP stand-in takes hours: the wrapper, answers to writes, and project transactions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.visma_net_erp import JOURNALS, TRANSACTIONS, Erp, entry, hours, journal, transaction, wrap


@pytest.fixture
def erp() -> Iterator[Erp]:
    erp = Erp()
    yield erp
    erp.http.close()


def october(erp: Erp, **query: object) -> list[dict[str, Any]]:
    """The project transactions of October."""
    return erp.rows(TRANSACTIONS, fromPeriod="202610", toPeriod="202610", **query)


# The wrapper and the answers to writes


def test_a_bare_scalar_is_refused(erp: Erp) -> None:
    body = {"description": "Harvest hours", "lines": [hours()]}
    assert erp.refusal(TRANSACTIONS, body) == "The value of 'description' must be wrapped as {\"value\": ...}."
    assert "project" in erp.refusal(TRANSACTIONS, transaction({**hours(), "project": "P1001"}))


def test_arrays_operations_and_segments_are_not_wrapped(erp: Erp) -> None:
    assert "lines" in erp.refusal(TRANSACTIONS, {"lines": {"value": [hours()]}})
    assert "operation" in erp.refusal(TRANSACTIONS, transaction({**hours(), "operation": {"value": "Insert"}}))
    wrapped = {"segmentId": {"value": 1}, "segmentValue": {"value": "10"}}
    line = {**entry("1530", debitAmountInCurrency=1), "subaccount": [wrapped]}
    assert "segmentId" in erp.refusal(JOURNALS, journal(line))


def test_a_line_without_an_operation_is_refused(erp: Erp) -> None:
    line = hours()
    del line["operation"]
    assert "needs an operation" in erp.refusal(TRANSACTIONS, transaction(line))


def test_a_new_document_takes_only_lines_to_insert(erp: Erp) -> None:
    assert "Insert" in erp.refusal(TRANSACTIONS, transaction({**hours(), "operation": "Update"}))


def test_a_body_that_is_no_json_is_400(erp: Erp) -> None:
    answer = erp.http.post(TRANSACTIONS, content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_a_create_is_answered_201_empty_with_location_and_etag(erp: Erp) -> None:
    answer = erp.send("POST", TRANSACTIONS, transaction())
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["Location"] == f"https://erp.example.test{TRANSACTIONS}/PM00000001"
    assert answer.headers["ETag"] == erp.get(f"{TRANSACTIONS}/PM00000001").headers["ETag"]


def test_the_location_may_carry_another_host_than_the_one_called() -> None:
    erp = Erp(location_host="https://api.finance.example.test")
    answer = erp.send("POST", JOURNALS, journal())
    assert answer.headers["Location"] == f"https://api.finance.example.test{JOURNALS}/GL00000001"


def test_the_same_create_twice_makes_two_documents(erp: Erp) -> None:
    assert [erp.create(TRANSACTIONS, transaction()) for _ in range(2)] == ["PM00000001", "PM00000002"]
    assert len(october(erp)) == 2


def test_a_change_is_answered_204_with_a_new_etag(erp: Erp) -> None:
    path = f"{TRANSACTIONS}/{erp.create(TRANSACTIONS, transaction())}"
    before = erp.get(path).headers["ETag"]
    answer = erp.send("PUT", path, wrap(description="Changed"), If_Match=before)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["ETag"] == erp.get(path).headers["ETag"] != before
    assert erp.one(path)["description"] == "Changed"


def test_a_change_of_an_old_version_is_412_and_does_nothing(erp: Erp) -> None:
    path = f"{TRANSACTIONS}/{erp.create(TRANSACTIONS, transaction())}"
    before = erp.get(path).headers["ETag"]
    erp.send("PUT", path, wrap(description="First"))
    answer = erp.send("PUT", path, wrap(description="Second"), If_Match=before)
    assert answer.status_code == 412
    assert erp.one(path)["description"] == "First"


# Project transactions: what is refused


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"project": None}, "'Project' cannot be empty."),
        ({"project": "P1048"}, "Project 'P1048' cannot be found in the system."),
        ({"project": "MAL01"}, "Project 'MAL01' cannot be found in the system."),
        ({"project": "P1047"}, "Project 'P1047' is not active. Its status is Completed."),
        ({"projectTask": None}, "'Project task' cannot be empty."),
        ({"projectTask": "77"}, "Project task '77' cannot be found in the system."),
        ({"employee": "140"}, "Employee '140' cannot be found in the system."),
        ({"inventoryId": "TIMES"}, "Inventory item 'TIMES' cannot be found in the system."),
        ({"inventoryId": "TIMER-GML"}, "Inventory item 'TIMER-GML' is inactive."),
        ({"uom": "H"}, "UOM 'H' cannot be found in the system."),
        ({"uom": "STK"}, "Unit conversion from 'STK' to 'HOUR' is missing."),
        ({"quantity": None}, "'Quantity' cannot be empty."),
        ({"debitAccount": "4301"}, "Account '4301' cannot be found in the system."),
        ({"creditAccount": "3199"}, "Account '3199' is inactive."),
        ({"debitSubaccount": "40"}, "Subaccount '40' cannot be found in the system."),
        ({"creditSubaccount": "90"}, "Subaccount '90' is inactive."),
        ({"accountGroup": "9"}, "Account group '9' cannot be found in the system."),
        ({"branch": "2"}, "Branch '2' cannot be found in the system."),
        ({"date": "2026-09-30T00:00:00"}, "Financial period 09-2026 is closed in General ledger."),
        ({"financialPeriod": "202609"}, "Financial period 09-2026 is closed in General ledger."),
        ({"financialPeriod": "202701"}, "Financial period '01-2027' cannot be found in the system."),
        ({"quantity": "many"}, "The value of 'quantity' must be a number."),
        ({"date": "5.10.2026"}, "The value of 'date' must be a date and time such as 2026-02-08T00:00:00."),
    ],
)
def test_a_bad_line_is_refused_with_one_message(erp: Erp, changes: dict[str, object], message: str) -> None:
    assert erp.refusal(TRANSACTIONS, transaction(hours(**changes))) == message


def test_only_the_first_fault_is_named_without_its_line_and_nothing_is_kept(erp: Erp) -> None:
    lines = [hours(), hours(projectTask="77"), hours(employee="140")]
    assert erp.refusal(TRANSACTIONS, transaction(*lines)) == "Project task '77' cannot be found in the system."
    assert october(erp) == []


def test_a_task_that_is_not_active_is_refused(erp: Erp) -> None:
    task = erp.rows("/v1/projecttask", projectId="P1001", taskCd="01")[0]["internalId"]
    erp.send("PUT", f"/v1/projecttask/{task}", wrap(status="Completed"))
    message = erp.refusal(TRANSACTIONS, transaction())
    assert message == "Project task '01' is not active. Its status is Completed."


def test_a_project_completed_in_the_window_is_refused_until_it_is_active_again(erp: Erp) -> None:
    erp.do("/_sandbox/projects/P1001", status="Completed")
    assert "not active" in erp.refusal(TRANSACTIONS, transaction())
    erp.do("/_sandbox/projects/P1001", status="Active")
    assert erp.create(TRANSACTIONS, transaction()) == "PM00000001"


def test_a_period_closed_in_the_window_takes_nothing_until_it_is_opened(erp: Erp) -> None:
    erp.do("/_sandbox/periods", period="202610", closed=True)
    assert "10-2026 is closed" in erp.refusal(TRANSACTIONS, transaction())
    assert "10-2026 is closed" in erp.refusal(JOURNALS, journal())
    erp.do("/_sandbox/periods", period="202610", closed=False)
    assert erp.create(JOURNALS, journal()) == "GL00000001"


def test_a_day_of_a_closed_month_is_taken_in_an_open_period(erp: Erp) -> None:
    number = erp.create(TRANSACTIONS, transaction(hours(date="2026-09-30T00:00:00", financialPeriod="202610")))
    line = erp.one(f"{TRANSACTIONS}/{number}")["lines"][0]
    assert (line["date"], line["financialPeriod"]) == ("2026-09-30T00:00:00", "202610")


def test_hours_of_somebody_who_left_are_taken(erp: Erp) -> None:
    assert erp.one("/v1/employee/139")["status"] == "Inactive"
    assert erp.create(TRANSACTIONS, transaction(hours(employee="139"))) == "PM00000001"


# Project transactions: what is read back


def test_what_is_written_as_codes_is_read_as_objects(erp: Erp) -> None:
    number = erp.create(TRANSACTIONS, transaction(hours(description="Målerdata", note="Privat")))
    document = erp.one(f"{TRANSACTIONS}/{number}")
    line = document["lines"][0]
    assert (document["status"], document["module"]) == ("Balanced", "ModulePM")
    assert line["project"] == {"internalId": 501, "id": "P1001", "description": "Nettbutikk fase 1"}
    assert (line["projectTask"]["id"], line["projectTask"]["description"]) == ("01", "Utvikling")
    assert line["inventoryId"] == {"number": "TIMER", "description": "Konsulenttimer"}
    assert (line["employee"]["employeeId"], line["employee"]["employeeNumber"]) == (304, "104")
    account = {name: line["debitAccount"][name] for name in ("type", "number", "description")}
    assert account == {"type": "Expense", "number": "4300", "description": "Timekostnad prosjekter"}
    assert line["debitSubaccount"] == {"active": True, "id": "10", "description": "Oslo"}
    assert line["accountGroup"] == {"number": "5", "name": "Timer"}
    assert (line["date"], line["financialPeriod"], line["description"]) == (
        "2026-10-05T00:00:00",
        "202610",
        "Målerdata",
    )


@pytest.mark.parametrize(
    ("changes", "amount", "billable"),
    [
        ({}, "4875.00", "7.5"),
        ({"quantity": 1.15, "unitRate": 0.5}, "0.58", "1.15"),
        ({"billableQuantity": 2}, "4875.00", "2"),
        ({"billableQuantity": 2, "useBillableQty": True}, "1300.00", "2"),
        ({"billable": False}, "4875.00", "0"),
        ({"billable": False, "useBillableQty": True}, "0.00", "0"),
        ({"amount": 99.9}, "99.90", "7.5"),
        ({"quantity": -7.5}, "-4875.00", "-7.5"),
        ({"unitRate": None}, "0.00", "7.5"),
    ],
)
def test_an_amount_that_is_not_sent_is_quantity_times_rate(
    erp: Erp, changes: dict[str, object], amount: str, billable: str
) -> None:
    number = erp.create(TRANSACTIONS, transaction(hours(**changes)))
    line = erp.one(f"{TRANSACTIONS}/{number}")["lines"][0]
    assert (Decimal(line["amount"]), Decimal(line["billableQuantity"])) == (Decimal(amount), Decimal(billable))


def test_the_list_wants_both_periods(erp: Erp) -> None:
    assert erp.get(TRANSACTIONS, fromPeriod="202610").json()["message"] == "toPeriod is mandatory."
    assert erp.get(TRANSACTIONS, project="P1001").json()["message"] == "fromPeriod is mandatory."
    assert erp.get(TRANSACTIONS, fromPeriod="102026", toPeriod="102026").status_code == 400


def test_the_list_is_filtered_by_what_lines_say_and_shows_whole_documents(erp: Erp) -> None:
    erp.create(TRANSACTIONS, transaction(hours(), hours(project="P1002", billable=False), description="key a"))
    erp.create(
        TRANSACTIONS,
        transaction(hours(project="P1003", date="2026-11-02T00:00:00"), status="Hold", description="key b"),
    )
    assert [len(row["lines"]) for row in october(erp, project="P1002")] == [2]
    assert october(erp, project="P1003") == []
    both = erp.rows(TRANSACTIONS, fromPeriod="202610", toPeriod="202611")
    assert {row["description"] for row in both} == {"key a", "key b"}
    assert all(row["metadata"]["totalCount"] == 2 for row in both)
    assert [row["description"] for row in october(erp, billable="false")] == ["key a"]
    assert october(erp, status="Hold") == october(erp, projectTask="02") == october(erp, module="AR") == []
    assert len(october(erp, module="PM", date="2026-10-05", projectTask="01")) == 1


def test_notes_are_listed_only_when_asked_for(erp: Erp) -> None:
    erp.create(TRANSACTIONS, transaction(note="Til regnskap"))
    assert october(erp)[0]["note"] is None
    assert october(erp, expandNote="true")[0]["note"] == "Til regnskap"


# Project transactions: changes and release


def test_lines_are_added_changed_and_deleted_by_their_tran_id(erp: Erp) -> None:
    path = f"{TRANSACTIONS}/{erp.create(TRANSACTIONS, transaction(hours(), hours(employee='105')))}"
    first, second = (line["tranId"] for line in erp.one(path)["lines"])
    change = {"operation": "Update", **wrap(tranId=first, quantity=2)}
    delete = {"operation": "Delete", **wrap(tranId=second)}
    assert erp.send("PUT", path, {"lines": [change, delete, hours(employee="106")]}).status_code == 204
    lines = erp.one(path)["lines"]
    assert [line["employee"]["employeeNumber"] for line in lines] == ["104", "106"]
    assert (lines[0]["tranId"], Decimal(lines[0]["amount"])) == (first, Decimal(1300))
    assert "cannot be found in the document" in erp.refusal(path, {"lines": [delete]}, "PUT")


def test_a_document_goes_between_hold_and_balanced_but_not_to_released(erp: Erp) -> None:
    path = f"{TRANSACTIONS}/{erp.create(TRANSACTIONS, transaction(status='Hold'))}"
    assert erp.one(path)["status"] == "Hold"
    erp.send("PUT", path, wrap(status="Balanced"))
    assert erp.one(path)["status"] == "Balanced"
    assert "cannot be set" in erp.refusal(path, wrap(status="Released"), "PUT")
    assert "cannot be set" in erp.refusal(TRANSACTIONS, transaction(status="Released"))


def test_a_release_in_the_window_is_final_and_reaches_the_ledger(erp: Erp) -> None:
    number = erp.create(TRANSACTIONS, transaction())
    erp.do(f"/_sandbox/release/{number}")
    document = erp.one(f"{TRANSACTIONS}/{number}")
    assert (document["status"], document["lines"][0]["released"]) == ("Released", True)
    assert "already released" in erp.refusal(f"{TRANSACTIONS}/{number}", wrap(description="X"), "PUT")
    batch = erp.rows(JOURNALS, periodId="202610", module="PM")[0]
    assert (batch["batchNumber"], batch["status"]) == (document["lines"][0]["batchNbr"], "Posted")
    posted = {
        line["accountNumber"]: (line["debitAmount"], line["creditAmount"]) for line in batch["journalTransactionLines"]
    }
    assert posted == {"4300": (Decimal(4875), 0), "5990": (0, Decimal(4875))}
    assert erp.http.post(f"/_sandbox/release/{number}").status_code == 400


def test_a_document_on_hold_cannot_be_released(erp: Erp) -> None:
    number = erp.create(TRANSACTIONS, transaction(status="Hold"))
    assert erp.http.post(f"/_sandbox/release/{number}").status_code == 400
