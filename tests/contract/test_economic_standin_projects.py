"""The e-conomic stand-in: projects and what belongs to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.contract.economic_agreement import PROJECTS, VOUCHERS, Books, project

PATH = f"{PROJECTS}/projects"


@pytest.fixture
def books() -> Books:
    return Books().with_customer()


def refusal(books: Books, method: str, body: object, path: str = PATH) -> tuple[int, str | None]:
    answer = books.call(method, path, body)
    return answer.status_code, answer.json()["errorCode"]


def read(books: Books, number: int = 1) -> dict[str, Any]:
    body: dict[str, Any] = books.get(f"{PATH}/{number}")
    return body


def test_creating_answers_the_number_only(books: Books) -> None:
    answer = books.call("POST", PATH, project())
    assert (answer.status_code, answer.json()) == (201, {"number": 1})
    body = read(books)
    assert (body["name"], body["customerNumber"], body["projectGroupNumber"]) == ("Energiplan", 10001, 2)
    assert body["lastUpdated"] == "2026-11-20T11:00:00"
    assert not {"isBarred", "isClosed", "description"} & set(body)
    assert books.call("POST", PATH, project(number=None)).json() == {"number": 2}
    assert books.get("/api/v22.0.0/projects/2")["number"] == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": 1_000_000_000}, "NumberIsInvalid"),
        ({"number": "P-77"}, "NumberIsInvalid"),
        ({"projectGroupNumber": None}, "GroupNumberIsInvalid"),
        ({"projectGroupNumber": 9}, "GroupDoesNotExist"),
        ({"customerNumber": None}, "CustomerNumberRequired"),
        ({"customerNumber": 0}, "InvalidCustomerNumber"),
        ({"customerNumber": 4}, "CustomerNotFound"),
        ({"mainProjectNumber": 4}, "MainProjectNumberDoesNotExistOrInvalid"),
        ({"mainProjectNumber": 4, "isMainProject": True}, "MainProjectNumberCannotBeSet"),
    ],
)
def test_a_refusal_has_its_code(books: Books, changes: dict[str, object], code: str) -> None:
    assert refusal(books, "POST", project(**changes)) == (400, f"ProjectCannotBeCreatedUpdated{code}")


def test_a_number_that_is_taken_and_a_closed_beginning_are_refused(books: Books) -> None:
    books.call("POST", PATH, project())
    assert refusal(books, "POST", project()) == (400, "ProjectCannotBeCreatedUpdatedNumberAlreadyExists")
    assert refusal(books, "POST", project(number=2, isClosed=True)) == (400, "ProjectCannotBeCreatedAsClosed")


def test_a_name_is_needed_and_has_its_length(books: Books) -> None:
    assert books.call("POST", PATH, project(name=None)).json()["property"] == "name"
    assert books.call("POST", PATH, project(name="x" * 101)).status_code == 400
    assert books.call("POST", PATH, {**project(), "description": None}).json()["message"] == "Invalid value provided."


def test_an_internal_project_may_have_no_customer(books: Books) -> None:
    assert books.call("POST", PATH, project(projectGroupNumber=1, customerNumber=None)).status_code == 201
    assert books.call("POST", PATH, project(number=2, projectGroupNumber=1)).status_code == 201


def test_a_change_needs_the_version_and_replaces_the_whole(books: Books) -> None:
    books.call("POST", PATH, project(description="Om vinteren"))
    version = read(books)["objectVersion"]
    books.now += timedelta(minutes=1)
    assert books.call("PUT", PATH, project(name="Varmeplan")).json()["property"] == "objectVersion"
    answer = books.call("PUT", PATH, project(name="Varmeplan", objectVersion=version))
    assert (answer.status_code, answer.content) == (204, b"")
    after = read(books)
    assert (after["name"], after["lastUpdated"]) == ("Varmeplan", "2026-11-20T11:01:00")
    assert "description" not in after
    assert after["objectVersion"] != version


def test_an_old_version_is_a_conflict(books: Books) -> None:
    books.call("POST", PATH, project())
    version = read(books)["objectVersion"]
    books.people.edit_project(1, name="Ændret af en anden")
    answer = books.call("PUT", PATH, project(objectVersion=version))
    assert answer.status_code == 409
    body = answer.json()
    assert body["message"] == "Update conflict. Version does not match."
    assert (body["property"], body["logTimeUtc"]) == ("version", "2026-11-20T11:00:00")
    assert read(books)["name"] == "Ændret af en anden"


def test_a_change_goes_to_the_collection(books: Books) -> None:
    books.call("POST", PATH, project())
    assert books.call("PUT", f"{PATH}/1", project()).status_code == 405
    assert books.call("PUT", PATH, project(number=7, objectVersion="x")).status_code == 404


def test_a_project_with_entries_or_sub_projects_cannot_be_deleted(books: Books) -> None:
    for number in (1, 2, 3):
        books.call("POST", PATH, project(number=number, isMainProject=number == 3))
    books.call("POST", PATH, project(number=4, mainProjectNumber=3))
    books.people.book_supplier_invoice(project=1)
    entry = {"amount": 100, "date": "2026-11-20", "account": {"accountNumber": 2210}, "project": {"projectNumber": 2}}
    body = {"accountingYear": {"year": "2026"}, "entries": {"financeVouchers": [entry]}}
    assert books.call("POST", VOUCHERS, body).status_code == 201
    codes = [refusal(books, "DELETE", None, f"{PATH}/{number}")[1] for number in (1, 2, 3)]
    assert codes == [f"ProjectCannotBeDeletedHas{what}" for what in ("BookedEntries", "DraftEntries", "SubProjects")]
    assert books.call("DELETE", f"{PATH}/4").status_code == 204
    assert books.call("DELETE", f"{PATH}/4").status_code == 404


def test_what_changed_since_can_be_asked_for(books: Books) -> None:
    books.call("POST", PATH, project())
    books.now += timedelta(hours=1)
    books.call("POST", PATH, project(number=2))
    page = books.get(PATH, filter="lastUpdated$gt:2026-11-20T11:30:00")
    assert [row["number"] for row in page["items"]] == [2]


def test_barred_and_closed_projects_are_not_allowed(books: Books) -> None:
    for number in (1, 2, 3):
        books.call("POST", PATH, project(number=number))
    books.call("POST", "/_sandbox/project", {"number": 2, "changes": {"isBarred": True}})
    books.call("POST", "/_sandbox/project", {"number": 3, "changes": {"isClosed": True}})
    assert [row["number"] for row in books.get(f"{PATH}/allowed")["items"]] == [1]
    assert (read(books, 3)["isClosed"], read(books, 3)["closedDate"]) == (True, "2026-11-20T00:00:00")
    assert books.call("PUT", PATH, read(books, 3)).status_code == 204
    assert read(books, 3)["isClosed"] is True
    assert books.get(f"{PATH}/count", filter="isBarred$eq:false") == 2


def test_groups_types_and_cost_types_are_there(books: Books) -> None:
    groups = {row["number"]: row["type"] for row in books.get(f"{PROJECTS}/projectgroups")["items"]}
    assert groups == {1: 1, 2: 2, 3: 3}
    costs = {row["number"]: row for row in books.get(f"{PROJECTS}/costtypes")["items"]}
    assert (costs[2]["name"], costs[2]["costGroupNumber"], costs[9]["isBarred"]) == ("Rejse og ophold", 1, True)
    assert books.get(f"{PROJECTS}/costtypegroups/1")["type"] == 1
    assert books.get("/cost-types/2")["name"] == "Rejse og ophold"
    assert books.get(f"{PROJECTS}/projectstatuses")["items"][0]["type"] == 1


def test_a_group_is_added_with_one_of_three_types(books: Books) -> None:
    path = f"{PROJECTS}/projectgroups"
    assert books.call("POST", path, {"name": "Flere", "type": 1}).json() == {"number": 4}
    assert books.call("POST", path, {"name": "Flere", "type": 4}).status_code == 400
    assert books.call("POST", path, {"number": 4, "name": "Flere", "type": 1}).status_code == 400


def test_activities_are_added_changed_and_used(books: Books) -> None:
    books.call("POST", PATH, project())
    path = f"{PROJECTS}/activities"
    assert books.call("POST", path, {"number": 5, "name": "Udlæg", "groupNumber": 1}).json() == {"number": 5}
    assert books.call("POST", path, {"name": "Udlæg", "groupNumber": 8}).status_code == 400
    body = {**books.get(f"{path}/5"), "name": "Udlæg i alt"}
    assert books.call("PUT", path, body).status_code == 204
    assert books.call("PUT", path, body).status_code == 409
    assert books.get(f"{path}/5")["name"] == "Udlæg i alt"
    uses = f"{PROJECTS}/project-activities"
    assert books.call("POST", uses, {"projectNumber": 1, "activityNumber": 5}).status_code == 201
    assert books.call("POST", uses, {"projectNumber": 8, "activityNumber": 5}).status_code == 400
    assert books.get(f"{uses}/count", filter="projectNumber$eq:1") == 1
