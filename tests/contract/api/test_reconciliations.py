"""Reconciliations through the API: kept ones, and both kinds as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest

from handoff.console.models_reconciliation import ReconciliationAnswer
from handoff.console.reconciliation import reconciliation_json
from handoff.console.reconciliation_csv import BYTE_ORDER_MARK, COLUMNS, Separator, csv_of
from handoff.domain.errors import Unreachable
from handoff.domain.periods import Period
from handoff.domain.reconciliation import LISTED_MAX, Difference, KeptReconciliation, Reconciliation
from tests.builders import HOURS, NOW, OCTOBER, SEPTEMBER, a_reconciliation
from tests.contract.api.api_world import BASE, World

DIFFERENCE = Difference("line_differs", "PM00000001 / 1001", "7.5 h, 9375", "7 h, 8750")
CORRECTION = Difference("to_be_corrected", "1002", "8 h; held: not approved", "7.5 h, 9375 in PM00000001")


def a_night(*accounts: Reconciliation) -> World:
    world = World()
    for account in accounts:
        world.stores.reconciliations.save(KeptReconciliation(HOURS, "20261020T020000Z-nightly", account))
    return world


def table(account: Reconciliation, separator: Separator = Separator.COMMA) -> list[dict[str, str]]:
    shown = {**reconciliation_json(account), "integration": "hours-1", "flow": HOURS}
    text = csv_of(ReconciliationAnswer.model_validate(shown), separator)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK)), delimiter=",;"[separator != "comma"]))


def section(rows: list[dict[str, str]], name: str) -> list[dict[str, str]]:
    """The rows of a section, without empty cells and the section's name."""
    return [{k: v for k, v in row.items() if v and k != "section"} for row in rows if row["section"] == name]


# ---- kept --------------------------------------------------------------------------------------


def test_kept_reconciliations_are_listed_newest_period_first() -> None:
    world = a_night(a_reconciliation(SEPTEMBER), a_reconciliation(differences=[DIFFERENCE], corrections=[CORRECTION]))
    newest, oldest = world.get(f"{BASE}/reconciliations").json["reconciliations"]
    assert newest == {
        "period": "2026-10", "flow": "hours", "entity": "fjordlys-no", "at": "2026-10-20T08:00:00Z",
        "run": "20261020T020000Z-nightly", "agrees": False, "differences": 1, "corrections": 1,
    }  # fmt: skip
    assert (oldest["period"], oldest["agrees"]) == ("2026-09", True)


def test_a_kept_reconciliation_is_read_without_asking_anybody() -> None:
    world = a_night(a_reconciliation(differences=[DIFFERENCE], corrections=[CORRECTION]))
    account = world.get(f"{BASE}/reconciliations/2026-10").json
    assert world.reconciled == []
    assert (account["run"], account["entity"]) == ("20261020T020000Z-nightly", "fjordlys-no")
    assert account["differences"] == [
        {"code": "line_differs", "subject": "PM00000001 / 1001", "expected": "7.5 h, 9375", "found": "7 h, 8750"}
    ]
    assert account["corrections"][0]["subject"] == "1002"
    assert account["proof"][0] == {
        "unit": "h", "time_tool": "16.50", "states": {"posted": "15.00", "held": "1.50"}, "accounted": "16.50",
        "difference": "0.00",
    }  # fmt: skip


def test_a_period_that_no_night_reconciled_is_not_found_and_the_cure_says_what_to_ask() -> None:
    answer = a_night(a_reconciliation(SEPTEMBER)).get(f"{BASE}/reconciliations/2026-10")
    assert (answer.status, answer.error["field"]) == (404, "period")
    assert f"{BASE}/reconciliation?period=2026-10" in answer.error["cure"]


@pytest.mark.parametrize("path", ["reconciliations/October", "reconciliations/2026-13.csv"])
def test_a_month_that_is_none_is_refused(path: str) -> None:
    answer = World().get(f"{BASE}/{path}")
    assert (answer.status, answer.error["code"]) == (422, "bad_period")


def test_of_very_many_differences_an_answer_lists_some_and_counts_all() -> None:
    account = reconciliation_json(a_reconciliation(differences=[DIFFERENCE] * (LISTED_MAX + 3)))
    assert (len(account["differences"]), account["difference_count"]) == (LISTED_MAX, LISTED_MAX + 3)


# ---- as a table --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["reconciliation.csv?period=2026-10", "reconciliations/2026-10.csv"])
def test_both_kinds_are_answered_as_a_file_for_a_spreadsheet(path: str) -> None:
    path, _, query = path.partition("?")
    answer = a_night(a_reconciliation()).get(f"{BASE}/{path}", {"period": "2026-10"} if query else None)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="reconciliation-hours-2026-10.csv"'
    assert answer.json.startswith(f"{BYTE_ORDER_MARK}section,code,subject,")


def test_what_keeps_a_table_from_being_made_is_answered_as_every_error() -> None:
    world = World(reconcile_error=Unreachable("harvest can't be reached"))
    answer = world.get(f"{BASE}/reconciliation.csv", {"period": "2026-10"})
    assert (answer.status, answer.error["code"]) == (503, "vendor_unreachable")
    answer = World().get(f"{BASE}/reconciliation.csv", {"period": "2026-10", "separator": "tab"})
    assert (answer.status, answer.error["field"]) == (422, "separator")


def test_the_table_has_the_same_columns_in_every_row() -> None:
    rows = table(a_reconciliation(differences=[DIFFERENCE], corrections=[CORRECTION]))
    assert all(tuple(row) == COLUMNS for row in rows)
    assert None not in [value for row in rows for value in row.values()]


def test_the_table_tells_every_figure_of_the_account() -> None:
    rows = table(a_reconciliation(differences=[DIFFERENCE], corrections=[CORRECTION]))
    about = {row["code"]: row["subject"] for row in rows if row["section"] == "about"}
    assert (about["period"], about["entity"], about["agrees"]) == ("2026-10", "fjordlys-no", "no")
    assert (about["differences"], about["corrections"], about["at"]) == ("1", "1", "2026-10-20T08:00:00Z")
    assert section(rows, "time_tool") == [
        {"code": "total", "records": "3", "hours": "16.50"},
        {"code": "total", "currency": "NOK", "amount": "18750.00"},
    ]
    assert section(rows, "state") == [
        {"code": "posted", "records": "2", "hours": "15.00"},
        {"code": "posted", "currency": "NOK", "amount": "18750.00"},
        {"code": "held", "records": "1", "hours": "1.50"},
    ]
    assert section(rows, "proof") == [
        {"code": "difference", "hours": "0.00", "expected": "16.50", "found": "16.50"},
        {"code": "difference", "currency": "NOK", "amount": "0.00", "expected": "18750.00", "found": "18750.00"},
    ]
    figures = {"records": "1", "hours": "15.00", "currency": "NOK", "amount": "18750.00"}
    assert section(rows, "books") == [
        {"code": "project_transactions", "subject": "posted", **figures},
        {"code": "project_transactions", "subject": "in the ERP", **figures},
        {"code": "project_transactions", "subject": "reversals among those posted", "records": "0"},
    ]
    assert [row["code"] for row in section(rows, "carried")] == ["posted_elsewhere", "from_elsewhere"]
    assert section(rows, "difference") == [
        {"code": "line_differs", "subject": "PM00000001 / 1001", "expected": "7.5 h, 9375", "found": "7 h, 8750"}
    ]
    assert section(rows, "correction")[0]["subject"] == "1002"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "-7.5 h, -9375"])
def test_no_cell_of_anybodys_text_is_run_as_a_formula(text: str) -> None:
    (row,) = section(table(a_reconciliation(differences=[Difference(text, text, text, text)])), "difference")
    assert set(row.values()) == {f"'{text}"}


def test_negative_numbers_stay_numbers() -> None:
    account = replace(
        a_reconciliation(differences=[Difference("amount_differs", "PM1", "-7.50", "-1")]), from_elsewhere=Decimal("-2")
    )
    rows = table(account)
    assert [row["hours"] for row in section(rows, "carried")] == ["0.00", "-2.00"]
    assert [(row["expected"], row["found"]) for row in section(rows, "difference")] == [("-7.50", "-1")]


def test_a_spreadsheet_that_expects_semicolons_gets_its_decimals_with_commas() -> None:
    account = replace(a_reconciliation(Period("2026-10"), differences=[DIFFERENCE]), from_elsewhere=Decimal("-2.5"))
    rows = table(account, Separator.SEMICOLON)
    assert section(rows, "time_tool")[1]["amount"] == "18750,00"
    assert section(rows, "carried")[1]["hours"] == "-2,50"
    assert section(rows, "difference")[0]["expected"] == "7.5 h, 9375"
    assert {row["code"]: row["subject"] for row in rows if row["section"] == "about"}["period"] == OCTOBER


def test_the_kept_table_is_the_one_that_would_be_made_now() -> None:
    world = a_night(a_reconciliation(at=NOW))
    now = world.get(f"{BASE}/reconciliation.csv", {"period": "2026-10"}).json
    kept = world.get(f"{BASE}/reconciliations/2026-10.csv").json
    assert kept.replace("20261020T020000Z-nightly", "") == now
