"""Project expenses and their attachments at the Moment stand-in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from sandbox.moment import CREDENTIALS
from tests.contract.moment_company import MomentCompany

PDF = b"%PDF-1.4\nan invented receipt\n"


@pytest.fixture
def moment() -> Iterator[MomentCompany]:
    company = MomentCompany()
    yield company
    company.close()


def an_expense(moment: MomentCompany, **fields: object) -> dict[str, Any]:
    project = moment.rows("projects", projectNumber="1")[0]
    return {
        "projectId": project["id"],
        "description": "Togbillet",
        "amountIncludingVat": Decimal("450.50"),
        "expenseDate": "2026-11-02",
        **fields,
    }


def upload(moment: MomentCompany, expense: dict[str, Any], content: bytes = PDF, name: str = "kvittering.pdf") -> Any:
    path = f"/api/1.0/companies/{CREDENTIALS.company}/projectExpenses/{expense['id']}/attachments"
    return moment.http.post(path, files={"file": (name, content, "application/pdf")})


def test_an_expense_lands_on_its_project(moment: MomentCompany) -> None:
    made = moment.post("projectExpenses", an_expense(moment, externalId="bilag-1", billable=True))
    assert (made["amountIncludingVat"], made["billable"], made["currencyCode"]) == (Decimal("450.50"), True, "DKK")
    assert made["projectNumber"] == "1"
    assert moment.rows("projectExpenses", projectId=made["projectId"]) == [made]
    assert moment.rows("projectExpenses", projectId=1) == []
    assert [row["id"] for row in moment.vendor.expenses] == [made["id"]]


def test_the_same_external_id_twice_makes_two_expenses_which_its_filter_finds(moment: MomentCompany) -> None:
    made = [moment.post("projectExpenses", an_expense(moment, externalId="bilag-1")) for _ in range(2)]
    moment.post("projectExpenses", an_expense(moment, externalId="bilag-2"))
    assert moment.rows("projectExpenses", externalId="bilag-1") == made


@pytest.mark.parametrize("missing", ["projectId", "amountIncludingVat", "expenseDate"])
def test_an_expense_needs_project_amount_and_date(moment: MomentCompany, missing: str) -> None:
    expense = an_expense(moment)
    del expense[missing]
    assert moment.refusal("POST", "projectExpenses", expense) == (400, f"{missing} is required.")


def test_an_attachment_is_kept_byte_for_byte(moment: MomentCompany) -> None:
    chance = random.Random(11)  # noqa: S311 - test data
    content = PDF + bytes(range(256)) + b"\r\r\n\n--\r\n" + chance.randbytes(40_000) + b"\r\n"
    expense = moment.post("projectExpenses", an_expense(moment))
    response = upload(moment, expense, content, "bilag 7.pdf")
    assert response.status_code == 201
    assert response.json()["fileName"] == "bilag 7.pdf"
    (kept,) = moment.vendor.attachments_of(expense["id"])
    assert kept.content == content
    shown = {"id": response.json()["id"], "fileName": "bilag 7.pdf", "size": len(content)}
    assert moment.get(f"projectExpenses/{expense['id']}/attachments") == [shown]


def test_a_name_with_danish_letters_arrives_as_it_was_sent(moment: MomentCompany) -> None:
    expense = moment.post("projectExpenses", an_expense(moment))
    assert upload(moment, expense, name="Kørsel på Ærø.pdf").json()["fileName"] == "Kørsel på Ærø.pdf"


@pytest.mark.parametrize(
    ("content", "status"), [(b"GIF89a", 400), (b"%PDF-" + b"x" * (20 * 1024 * 1024), 413), (b"", 400)]
)
def test_what_is_no_pdf_or_too_large_is_refused(moment: MomentCompany, content: bytes, status: int) -> None:
    expense = moment.post("projectExpenses", an_expense(moment))
    assert upload(moment, expense, content).status_code == status
    assert moment.get(f"projectExpenses/{expense['id']}/attachments") == []


@pytest.mark.parametrize(
    "sent",
    [
        {"content": PDF, "headers": {"Content-Type": "application/pdf"}},
        {"files": {"paper": ("kvittering.pdf", PDF, "application/pdf")}},
        {"data": {"file": "kvittering.pdf"}},
        {"content": PDF, "headers": {"Content-Type": "multipart/form-data"}},
    ],
)
def test_only_a_form_with_the_file_in_its_place_is_understood(moment: MomentCompany, sent: dict[str, Any]) -> None:
    expense = moment.post("projectExpenses", an_expense(moment))
    path = f"/api/1.0/companies/{CREDENTIALS.company}/projectExpenses/{expense['id']}/attachments"
    response: httpx.Response = moment.http.post(path, **sent)
    assert response.status_code == 400
    assert response.text.startswith("The body must be multipart/form-data")


def test_attachments_go_with_their_expense(moment: MomentCompany) -> None:
    expense = moment.post("projectExpenses", an_expense(moment))
    upload(moment, expense)
    assert moment.call("DELETE", f"projectExpenses/{expense['id']}").status_code == 204
    assert moment.refusal("GET", f"projectExpenses/{expense['id']}/attachments")[0] == 404
    assert upload(moment, expense).status_code == 404
