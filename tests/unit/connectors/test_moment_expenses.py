"""Expenses are put on Moment's projects once, found again by their key, and carry their documents."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from handoff.connectors.moment import assumed
from handoff.domain.costs import ProjectExpense
from handoff.domain.errors import BrokenContract, DeliveryUnknown, ReconnectNeeded, Rejected
from tests.unit.connectors.moment_company import Company, a_page, a_project

EXPENSE = ProjectExpense(
    key="HO-1",
    project_id="21",
    activity_id="51",
    description="Train to Bergen",
    amount=Decimal("1234.50"),
    currency="NOK",
    spent_on=date(2026, 11, 1),
    billable=True,
    supplier="Vestbanen AS",
    supplier_invoice="V-77",
)


def an_activity(id_: int = 51, **changes: Any) -> dict[str, Any]:
    return {"id": id_, "name": "Expenses", "projectId": 21, "projectExtensionState": "open"} | changes


def a_row(id_: int = 61, key: object = "HO-1") -> dict[str, Any]:
    return {"id": id_, "projectId": 21, "externalId": key, "amountIncludingVat": 1234.5}


# ---- projects by number ----


def test_a_project_is_found_by_its_number_whatever_zeros_it_has() -> None:
    """M4.7: only expenses on a project that exists in Moment."""
    company = Company(a_page(a_project(21), a_project(22, projectNumber=" 0502 "), a_project(23, projectNumber="A1")))
    found = [company.tool.project_numbered(number) for number in (501, 502, 503)]
    assert [card and card.external_id for card in found] == ["21", "22", None]
    assert company.tool.calls == 1


def test_a_project_that_is_made_later_is_found_a_minute_later() -> None:
    company = Company(a_page(), a_page(a_project()))
    assert company.tool.project_numbered(501) is None
    company.later(seconds=59)
    assert company.tool.project_numbered(501) is None
    company.later(seconds=1)
    assert company.tool.project_numbered(501) is not None
    company.later(minutes=9)
    assert company.tool.project_numbered(501) is not None
    assert company.tool.calls == 2
    company.later(minutes=1)
    assert company.tool.project_numbered(501) is not None
    assert company.tool.calls == 3


def test_two_projects_with_one_number_are_a_question_for_people() -> None:
    company = Company(a_page(a_project(21), a_project(22, projectNumber="0501")))
    with pytest.raises(BrokenContract, match=r"several projects with the number 501 \(21, 22\)") as caught:
        company.tool.project_numbered(501)
    assert caught.value.code == "project_number_twice"


def test_a_project_whose_number_can_not_be_read_may_be_the_one() -> None:
    company = Company(a_page(a_project(21), a_project(22, projectNumber=777)))
    found = company.tool.project_numbered(501)
    assert found is not None
    with pytest.raises(BrokenContract, match="22 can't be read and may be 777"):
        company.tool.project_numbered(777)


def test_another_fault_in_a_project_hides_no_number() -> None:
    company = Company(a_page(a_project(21, name=None), a_project(22, projectNumber="502", lastModifiedDate="today")))
    found = [company.tool.project_numbered(number) for number in (501, 502, 503)]
    assert [card and card.external_id for card in found] == ["21", "22", None]


# ---- activities ----


@pytest.mark.parametrize("name", ["Expenses", " expenses ", "EXPENSES"])
def test_the_open_activity_with_that_name_is_used_in_whatever_case(name: str) -> None:
    """M4.10: the activity is named in a setting, and used in the project."""
    rows = [
        an_activity(50, projectExtensionState="closed"), an_activity(53), an_activity(51), an_activity(52, name="Hours"),
        an_activity(40, projectId=99),
    ]  # fmt: skip
    company = Company(a_page(*rows))
    assert company.tool.activity("21", name) == "51"
    assert company.asked == ["GET /projectExtensions"]
    assert company.query()["projectId"] == "21"


@pytest.mark.parametrize("rows", [[], [an_activity(50, projectExtensionState="closed")], [an_activity(projectId=9)]])
def test_an_activity_is_made_when_the_project_has_no_open_one(rows: list[object]) -> None:
    """M4.10: the activity is made in the project."""
    company = Company(a_page(*rows), httpx.Response(201, json=an_activity(77)))
    assert company.tool.activity("21", " Expenses ") == "77"
    assert company.asked == ["GET /projectExtensions", "POST /projectExtensions"]
    assert json.loads(company.wire.requests[-1].content) == {"name": "Expenses", "projectId": 21}


def test_an_activity_that_can_not_be_read_is_not_made_a_second_time() -> None:
    company = Company(a_page(an_activity(name=None)))
    with pytest.raises(BrokenContract, match="activities 51 can't be read"):
        company.tool.activity("21", "Expenses")
    assert len(company.wire.requests) == 1


# ---- expenses ----


def test_an_expense_is_sent_with_its_money_as_numbers_digit_by_digit() -> None:
    """M4.9, M4.11: description, amount including VAT, invoice date; billable."""
    company = Company(httpx.Response(201, json=a_row(61)))
    assert company.tool.add_expense(EXPENSE) == "61"
    assert company.asked == ["POST /projectExpenses"]
    assert b'"amountIncludingVat":1234.50' in company.wire.requests[0].content
    assert json.loads(company.wire.requests[0].content) == {
        "externalId": "HO-1", "projectId": 21, "projectExtensionId": 51, "description": "Train to Bergen",
        "amountIncludingVat": 1234.5, "currencyCode": "NOK", "expenseDate": "2026-11-01", "billable": True,
        "supplierName": "Vestbanen AS", "supplierInvoiceNumber": "V-77",
    }  # fmt: skip


def test_what_is_not_known_of_an_expense_is_left_out() -> None:
    company = Company(httpx.Response(201, json=a_row()))
    company.tool.add_expense(replace(EXPENSE, supplier="", supplier_invoice="", billable=False, amount=Decimal("-5")))
    sent = json.loads(company.wire.requests[0].content)
    assert (sent["billable"], sent["amountIncludingVat"]) == (False, -5)
    assert not {"supplierName", "supplierInvoiceNumber"} & set(sent)


@pytest.mark.parametrize("answer", [httpx.Response(201), httpx.Response(200, text="ok"), httpx.Response(201, json={})])
def test_a_create_without_an_id_is_asked_for_before_anything_is_sent_again(answer: httpx.Response) -> None:
    with pytest.raises(DeliveryUnknown, match="without an id"):
        Company(answer).tool.add_expense(EXPENSE)


def test_the_id_may_come_as_the_address_of_what_was_made() -> None:
    answer = httpx.Response(201, headers={"Location": "https://app.moment.team/api/1.0/companies/k/projectExpenses/88"})
    assert Company(answer).tool.add_expense(EXPENSE) == "88"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(400, text="Project is closed"), Rejected),
        (httpx.Response(409, text="Project is closed"), Rejected),
        (httpx.Response(403, text="Project is closed"), ReconnectNeeded),
        (httpx.Response(500, text="Project is closed"), DeliveryUnknown),
        (httpx.ReadTimeout("slow"), DeliveryUnknown),
    ],
)
def test_a_refusal_and_a_lost_answer_are_told_apart(answer: Any, error: type[Exception]) -> None:
    company = Company(answer)
    with pytest.raises(error) as caught:
        company.tool.add_expense(EXPENSE)
    assert len(company.wire.requests) == 1
    if isinstance(answer, httpx.Response):
        assert "Project is closed" in str(caught.value)


def test_an_expense_is_found_by_its_key_the_oldest_of_several() -> None:
    """M4.8: those not yet imported are; so those that are have to be found."""
    company = Company(a_page(a_row(63), a_row(61), a_row(5, None), a_row(6, "HO-11")))
    assert company.tool.find_expense("HO-1") == "61"
    assert (company.asked, company.query()["externalId"]) == (["GET /projectExpenses"], "HO-1")


def test_a_filter_that_is_ignored_costs_a_walk_and_not_a_second_expense() -> None:
    others = [a_row(number, f"X-{number}") for number in range(100, 600)]
    company = Company(a_page(*others, pages=2), a_page(a_row(900), pages=2, number=1))
    assert company.tool.find_expense("HO-1") == "900"
    assert company.query()["page"] == "1"


def test_an_expense_is_absent_only_when_every_row_says_so() -> None:
    assert Company(a_page(a_row(1, "X"))).tool.find_expense("HO-1") is None
    without_the_field = {"id": 1, "projectId": 21}
    with pytest.raises(BrokenContract, match="expenses 1 can't be read"):
        Company(a_page(without_the_field)).tool.find_expense("HO-1")
    with pytest.raises(ReconnectNeeded):
        Company(httpx.Response(404, text="Unknown entity")).tool.find_expense("HO-1")


# ---- attachments ----


def test_a_document_is_put_on_an_expense_and_listed_there() -> None:
    """M4.2: attachments come along."""
    company = Company(httpx.Response(201, json={"id": 1, "fileName": "a.pdf"}), a_page({"id": 1, "fileName": "a.pdf"}))
    company.tool.attach_to_expense("61", "a.pdf", b"%PDF-1.7")
    assert company.tool.attachments_of("61") == ["a.pdf"]
    assert company.asked == ["POST /projectExpenses/61/attachments", "GET /projectExpenses/61/attachments"]
    sent = company.wire.requests[0]
    assert b'name="file"; filename="a.pdf"\r\nContent-Type: application/pdf' in sent.content


def test_a_document_that_is_too_large_is_refused_before_it_is_sent() -> None:
    company = Company(httpx.Response(201))
    with pytest.raises(Rejected, match=r"20\.0 MB, and Moment takes 20") as caught:
        company.tool.attach_to_expense("61", "a.pdf", b"%" * (assumed.ATTACHMENT_MAX + 1))
    assert (caught.value.code, company.wire.requests) == ("attachment_too_large", [])


def test_an_expense_that_somebody_deleted_is_told_apart_from_a_closed_door() -> None:
    gone = httpx.Response(404, text="No such expense")
    with pytest.raises(Rejected) as refused:
        Company(gone, a_page(), gone).tool.attach_to_expense("61", "a.pdf", b"%PDF")
    with pytest.raises(BrokenContract) as broken:
        Company(gone, a_page(), gone).tool.attachments_of("61")
    assert refused.value.code == broken.value.code == "expense_gone"
    there = httpx.Response(200, json=a_row())
    for answers in ((gone, a_page(), there), (gone, httpx.Response(404))):
        with pytest.raises(ReconnectNeeded):
            Company(*answers).tool.attachments_of("61")
        with pytest.raises(ReconnectNeeded):
            Company(*answers).tool.attach_to_expense("61", "a.pdf", b"%PDF")


@pytest.mark.parametrize("id_", ["", "../1", "x", "0"])
def test_ids_that_can_be_none_are_never_sent(id_: str) -> None:
    company = Company(httpx.Response(201))
    calls = (
        lambda: company.tool.activity(id_, "Expenses"),
        lambda: company.tool.add_expense(replace(EXPENSE, project_id=id_)),
        lambda: company.tool.add_expense(replace(EXPENSE, activity_id=id_)),
        lambda: company.tool.attachments_of(id_),
        lambda: company.tool.attach_to_expense(id_, "a.pdf", b"%PDF"),
    )
    for call in calls:
        with pytest.raises(BrokenContract):
            call()
    assert company.wire.requests == []
