"""The TimeChimp stand-in's v1 writes: a PUT replaces, ids are in odd places, little is checked, errors have a message."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox import wolkenkade
from tests.contract.timechimp_bureau import TimeChimpBureau


@pytest.fixture
def bureau() -> TimeChimpBureau:
    return TimeChimpBureau()


def test_a_new_row_is_answered_with_200_and_has_what_was_not_sent_at_its_start(bureau: TimeChimpBureau) -> None:
    made = bureau.post("customers", {"name": "Zilverberk Advies", "relationId": "2001", "somethingElse": 1})
    assert (made["active"], made["paymentPeriod"], made["tagIds"], made["contacts"]) == (True, 30, [], [])
    assert bureau.get("customers/relationid/2001") == [made]
    assert "somethingElse" not in made


def test_a_put_wipes_what_it_does_not_name(bureau: TimeChimpBureau) -> None:
    before = bureau.get("customers/relationid/1001")[0]
    after = bureau.put("customers", {"id": before["id"], "name": "Kievitsbloem Boeken"})
    wiped = ("relationId", "address", "email", "vatRateId", "paymentPeriod")
    assert {before[name] for name in wiped}.isdisjoint({None})
    assert {after[name] for name in wiped} == {None}
    assert (after["active"], after["tagIds"]) == (False, [])
    assert bureau.get("customers/relationid/1001") == []


def test_reading_changing_and_putting_keeps_everything(bureau: TimeChimpBureau) -> None:
    before = bureau.get("customers/relationid/1001")[0]
    bureau.turn(minutes=5)
    after = bureau.put("customers", {**before, "city": "Kampen"})
    assert after == {**before, "city": "Kampen", "modified": "2026-11-05T12:05:00"}


def test_a_put_can_be_made_to_change_only_what_it_names() -> None:
    bureau = TimeChimpBureau(put_replaces=False)
    before = bureau.get("customers/relationid/1001")[0]
    after = bureau.put("customers", {"id": before["id"], "city": "Kampen"})
    assert (after["city"], after["relationId"], after["active"]) == ("Kampen", "1001", True)


def test_a_put_has_its_id_in_the_body_and_a_delete_in_the_query_but_for_customers(bureau: TimeChimpBureau) -> None:
    task = bureau.post("tasks", {"name": "Testen", "hourlyRate": "80.50"})
    assert task["hourlyRate"] == Decimal("80.50")  # a number that came as a text
    assert bureau.put("tasks", {**task, "name": "Keuren"})["id"] == task["id"]
    assert bureau.refusal("PUT", "tasks", {"name": "Keuren"}) == (400, ["id"])
    assert bureau.refusal("PUT", "tasks", {"id": 1, "name": "Keuren"})[0] == 404
    assert bureau.call("DELETE", f"tasks/{task['id']}").status_code == 405
    gone = bureau.call("DELETE", "tasks", id=task["id"])
    assert (gone.status_code, gone.content) == (200, b"")
    assert bureau.refusal("DELETE", "tasks", id=task["id"])[0] == 404
    customer = bureau.post("customers", {"name": "Kort Bestaan"})
    assert bureau.call("DELETE", "customers", id=customer["id"]).status_code == 405
    assert bureau.call("DELETE", f"customers/{customer['id']}").status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "wrong"),
    [
        ("customers", {}, ["customer.name"]),
        ("customers", {"name": "A", "paymentPeriod": "soon", "vatRateId": 1}, ["customer.paymentPeriod", "customer.vatRateId"]),
        ("projects", {"name": "A"}, ["project.customerId"]),
        ("projects", {}, ["project.customerId", "project.name"]),
        ("tasks", {"name": ""}, ["task.name"]),
        ("tasks", {"name": "A", "billable": "perhaps"}, ["task.billable"]),
        ("tags", {"name": "A", "type": 9}, ["tag.type"]),
        ("projecttasks", {}, ["projectTask.projectId", "projectTask.taskId"]),
        ("time", {"start": "2026-11-05T10:00:00", "end": "2026-11-05T09:00:00"}, ["time.end"]),
        ("time", {"date": "5 November"}, ["time.date"]),
        ("time", {"tagIds": 7}, ["time.tagIds"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_field_by_field_and_nothing_is_written(
    bureau: TimeChimpBureau, path: str, body: dict[str, object], wrong: list[str]
) -> None:
    before = bureau.get(path)
    assert bureau.refusal("POST", path, body) == (400, wrong)
    assert bureau.get(path) == before


@pytest.mark.parametrize("content", [b"{", b"[1]", b'"text"'])
def test_a_body_that_is_no_object_is_refused(bureau: TimeChimpBureau, content: bytes) -> None:
    assert bureau.http.post("/v1/tasks", content=content).status_code == 400


def test_a_form_is_taken_too(bureau: TimeChimpBureau) -> None:
    made = bureau.http.post("/v1/tasks", data={"name": "Testen", "hourlyRate": "80", "billable": "false"}).json()
    assert (made["name"], made["hourlyRate"], made["billable"]) == ("Testen", 80, False)


def test_a_refusal_can_come_with_a_200_and_a_message() -> None:
    bureau = TimeChimpBureau(refuses_with_200=True)
    assert bureau.refusal("POST", "customers", {}) == (200, ["customer.name"])
    assert bureau.refusal("PUT", "tasks", {"id": 1, "name": "A"})[0] == 200
    assert bureau.refusal("GET", "tasks/1")[0] == 404


# projects


def test_a_new_project_gets_the_common_activities_and_the_active_people(bureau: TimeChimpBureau) -> None:
    customer = bureau.get("customers/relationid/1001")[0]["id"]
    made = bureau.post("projects", {"name": "Nieuw", "customerId": customer})
    common = [one.name for one in wolkenkade.ACTIVITIES if one.is_common]
    assert [row["taskName"] for row in made["projectTasks"]] == common
    assert len(made["projectUsers"]) == sum(one.is_active for one in wolkenkade.PEOPLE)
    assert (made["invoiceMethod"], made["invoiceStatus"], made["budgetMethod"]) == (2, 0, 1)


def test_parts_of_a_project_are_kept_by_id_added_without_one_and_go_when_they_are_left_out(
    bureau: TimeChimpBureau,
) -> None:
    project = bureau.get(f"projects/{bureau.named('projects', 'Webwinkel')}")
    before = {row["taskName"]: row for row in project["projectTasks"]}
    added = {"taskId": bureau.named("tasks", wolkenkade.INTERNAL_WORK), "hourlyRate": 10}
    after = bureau.put("projects", {**project, "projectTasks": [{**before["Ontwerp"], "hourlyRate": 99}, added]})
    tasks = {row["taskName"]: row for row in after["projectTasks"]}
    assert (tasks["Ontwerp"]["id"], tasks["Ontwerp"]["hourlyRate"]) == (before["Ontwerp"]["id"], 99)
    assert tasks[wolkenkade.INTERNAL_WORK]["hourlyRate"] == 10
    assert "Advies" not in tasks
    assert (tasks["Ontwikkeling"]["active"], tasks["Ontwerp"]["active"]) == (False, True)  # there are hours on it


def test_a_put_without_activities_people_and_subscription_takes_them_away(bureau: TimeChimpBureau) -> None:
    project = bureau.get(f"projects/{bureau.named('projects', wolkenkade.SUBSCRIPTION_PROJECT)}")
    bare = {name: project[name] for name in ("id", "name", "customerId", "invoiceMethod", "active")}
    after = bureau.put("projects", bare)
    assert (after["projectTasks"], after["projectUsers"], after["projectSubscription"]) == ([], [], None)
    assert after["invoiceMethod"] == project["invoiceMethod"]


def test_a_project_takes_its_parts_along_but_stays_while_there_are_hours_on_it(bureau: TimeChimpBureau) -> None:
    assert bureau.refusal("DELETE", "projects", id=bureau.named("projects", "Webwinkel"))[0] == 400
    project = bureau.named("projects", wolkenkade.FIXED_PRICE_PROJECT)
    note = bureau.post("projectnotes", {"projectId": project, "description": "Bel terug", "date": "2026-11-05"})
    assert bureau.call("DELETE", "projects", id=project).status_code == 200
    assert bureau.refusal("GET", f"projectnotes/{note['id']}")[0] == 404
    assert bureau.refusal("GET", f"projecttasks/project/{project}")[0] == 404
    customer = bureau.get("customers/relationid/1001")[0]["id"]
    assert bureau.refusal("DELETE", f"customers/{customer}")[0] == 400


# hours, expenses, trips


@pytest.mark.parametrize("path", ["time", "expenses", "mileage"])
def test_an_empty_object_becomes_an_entry_of_whoever_made_the_key(bureau: TimeChimpBureau, path: str) -> None:
    made = bureau.post(path, {})
    assert (made["userDisplayName"], made["projectName"]) == (wolkenkade.FINANCE_MANAGER, wolkenkade.OWN_PROJECT)
    assert (made["date"], made["status"]) == ("2026-11-05T00:00:00", 0)


def test_what_is_documented_as_required_of_entries_can_be_required() -> None:
    bureau = TimeChimpBureau(strict_entries=True)
    assert bureau.refusal("POST", "time", {}) == (400, ["time.customerId"])
    missing = ["expense.customerId", "expense.date", "expense.rate", "expense.tax"]
    assert bureau.refusal("POST", "expenses", {}) == (400, missing)
    project = bureau.named("projects", "Webwinkel")
    row = bureau.post("mileage", {"projectId": project, "date": "2026-11-05", "distance": 12, "type": 2})
    assert bureau.refusal("PUT", "mileage", {"id": row["id"], "projectId": project}) == (
        400,
        ["mileage.date", "mileage.distance"],
    )


def test_an_activity_of_a_project_gives_the_project_and_a_project_gives_the_customer(bureau: TimeChimpBureau) -> None:
    part = bureau.get(f"projecttasks/project/{bureau.named('projects', 'Webwinkel')}")[0]
    by_part = bureau.post("time", {"projectTaskId": part["id"], "hours": 2})
    by_task = bureau.post("time", {"projectId": part["projectId"], "taskId": part["taskId"], "hours": 2})
    for row in (by_part, by_task):
        assert (row["projectTaskId"], row["taskId"]) == (part["id"], part["taskId"])
        assert (row["projectName"], row["customerName"]) == ("Webwinkel", "Kievitsbloem Uitgeverij B.V.")


def test_hours_may_be_a_customers_without_a_project(bureau: TimeChimpBureau) -> None:
    customer = bureau.get("customers/relationid/1003")[0]["id"]
    row = bureau.post("time", {"customerId": customer, "taskId": bureau.named("tasks", "Advies"), "hours": 1})
    assert (row["projectId"], row["projectTaskId"], row["taskName"]) == (None, None, "Advies")


def test_start_and_end_are_utc_without_saying_so_and_give_the_hours_that_are_not_sent(bureau: TimeChimpBureau) -> None:
    span = {"start": "2026-11-05T09:00:00+01:00", "end": "2026-11-05T11:45:00Z", "pause": 0.5}
    row = bureau.post("time", span)
    assert (row["start"], row["end"]) == ("2026-11-05T08:00:00", "2026-11-05T11:45:00")
    assert row["hours"] == Decimal("3.25")


def test_a_day_is_cut_not_shifted(bureau: TimeChimpBureau) -> None:
    assert bureau.post("time", {"date": "2026-11-04T23:30:00-05:00"})["date"] == "2026-11-04T00:00:00"


def test_a_status_is_not_set_by_a_write_unless_the_vendor_turns_out_to_take_it(bureau: TimeChimpBureau) -> None:
    assert bureau.post("time", {"hours": 1, "status": 2})["status"] == 0
    taking = TimeChimpBureau(puts_status=True)
    row = taking.post("time", {"hours": 1, "status": 2})
    assert (row["status"], row["statusIntern"]) == (2, 2)
    assert taking.put("time", {"id": row["id"], "hours": 1})["status"] == 0  # and then a PUT wipes the approval


@pytest.mark.parametrize("path", ["time", "expenses", "mileage"])
def test_an_invoiced_entry_takes_no_change_and_cannot_be_deleted(bureau: TimeChimpBureau, path: str) -> None:
    row = bureau.post(path, {"notes": "klaar"})
    bureau.people.set_status(path, row["id"], status=3)
    assert bureau.refusal("PUT", path, {**row, "notes": "toch niet"})[0] == 400
    assert bureau.refusal("DELETE", path, id=row["id"])[0] == 400
    assert bureau.get(f"{path}/{row['id']}")["notes"] == "klaar"


def test_an_entry_that_others_marked_invoiced_may_turn_out_to_be_open_to_change() -> None:
    bureau = TimeChimpBureau(locks_invoiced=False)
    marked, billed = (bureau.people.log_hours(bureau.named("projects", "Webwinkel"), "2", status=2) for _ in range(2))
    bureau.people.set_status("time", marked["id"], status=3)
    bureau.people.make_invoice(time=[billed["id"]])
    assert bureau.people.edit("time", marked["id"], notes="toch anders")["statusIntern"] == 3
    assert bureau.call("DELETE", "time", id=marked["id"]).status_code == 200
    assert bureau.refusal("DELETE", "time", id=billed["id"])[0] == 400  # it stands on an invoice there


def test_a_deleted_entry_leaves_no_trace(bureau: TimeChimpBureau) -> None:
    row = bureau.post("time", {"hours": 1})
    assert bureau.call("DELETE", "time", id=row["id"]).status_code == 200
    assert row["id"] not in {one["id"] for one in bureau.get("time")}
    assert bureau.refusal("GET", f"time/{row['id']}")[0] == 404


# users


def test_a_put_of_users_changes_number_and_name_and_nothing_else(bureau: TimeChimpBureau) -> None:
    teun = bureau.get(f"users/{bureau.named('users', 'Teun Kruipnet')}")
    after = bureau.put("users", {"id": teun["id"], "employeeNumber": "103", "language": "de"})
    assert after == {**teun, "employeeNumber": "103"}
    assert bureau.put("users", [{"id": teun["id"], "displayName": "Teun K."}])[0]["displayName"] == "Teun K."
    assert bureau.refusal("PUT", "users", {}) == (400, ["id"])
    assert bureau.refusal("PUT", "users", [])[0] == 400


def test_a_new_user_needs_a_name_and_an_address(bureau: TimeChimpBureau) -> None:
    assert bureau.refusal("POST", "users", {}) == (400, ["user.displayName", "user.userName"])
    made = bureau.post("users", {"userName": "nieuw@wolkenkade.example.test", "displayName": "Nieuw Nevel"})
    assert bureau.get(f"users/{made['id']}")["accountType"] == 1
