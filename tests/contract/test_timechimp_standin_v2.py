"""The TimeChimp stand-in's v2, as far as v2 is known: query options, nested rows, words for statuses, status calls."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import wolkenkade
from tests.contract.timechimp_bureau import TimeChimpBureau

LISTS = (
    "projects", "users", "times", "contacts", "customers", "tasks", "invoices", "expenses", "mileage",
    "mileageVehicles", "tags",
)  # fmt: skip


@pytest.fixture
def bureau() -> TimeChimpBureau:
    return TimeChimpBureau()


def error(
    bureau: TimeChimpBureau, method: str, path: str, body: object = None, **query: object
) -> tuple[int, list[str]]:
    """Status, and the fields that the problem names."""
    response = bureau.call(method, path, body, **query)
    problem = response.json()
    assert problem["status"] == response.status_code
    return response.status_code, sorted(problem.get("errors", {}))


@pytest.mark.parametrize("path", LISTS)
def test_every_list_has_rows_with_ids_and_each_can_be_read_alone(bureau: TimeChimpBureau, path: str) -> None:
    rows = bureau.v2(path, top=10)
    assert rows
    assert bureau.get(f"/{path}/{rows[0]['id']}") == rows[0]
    assert error(bureau, "GET", f"/{path}/1")[0] == 404


def test_a_list_is_cut_after_a_hundred_rows_and_tells_it_by_the_count_alone() -> None:
    bureau = TimeChimpBureau(extra_hours=300)
    first = bureau.v2_list("times")
    assert (len(first["result"]), first["count"] > 300) == (100, True)
    assert len(bureau.v2("times", top=10_000)) == first["count"]
    pages = [bureau.v2("times", top=150, skip=skip, orderby="id") for skip in range(0, first["count"] + 150, 150)]
    ids = [row["id"] for page in pages for row in page]
    assert len(ids) == len(set(ids)) == first["count"]
    assert "count" not in bureau.v2_list("times", count="false")


@pytest.mark.parametrize(
    "options",
    [
        {"top": 0},
        {"top": 10_001},
        {"top": "all"},
        {"skip": -1},
        {"count": "perhaps"},
        {"expand": "weather"},
        {"orderby": "name upwards"},
        {"orderby": "weather"},
        {"filter": "weather eq 1"},
        {"filter": "name"},
        {"filter": "name is 'A'"},
        {"filter": "name eq 'A' and"},
        {"filter": "(name eq 'A'"},
        {"filter": "name eq A"},
        {"filter": "name eq 'A"},
        {"filter": "contains(name)"},
        {"filter": "contains(name, 7)"},
        {"filter": "name gt 7"},
    ],
)
def test_query_options_that_cannot_be_read_are_refused(bureau: TimeChimpBureau, options: dict[str, object]) -> None:
    query = {f"${name}": value for name, value in options.items()}
    assert error(bureau, "GET", "/customers", **query)[0] == 400


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("relationId eq '1006'", ["Bakkerij De Zonnepit", "De Zonnepit Catering B.V."]),
        ("relationId eq '1006' and contains(name, 'Catering')", ["De Zonnepit Catering B.V."]),
        ("active eq false", ["Oude Haven Reizen"]),
        (
            "startswith(name, 'Stichting') or endswith(name, 'GmbH')",
            ["Stichting Waterlelie", "Sneeuwbes Logistik GmbH"],
        ),
        ("not (active eq true)", ["Oude Haven Reizen"]),
        ("address/city eq 'Emden'", ["Sneeuwbes Logistik GmbH"]),
        ("vatRate/name eq 'Laag'", ["Zeekraal Vishandel V.O.F."]),
        ("relationId eq null and prospect eq false", [wolkenkade.WITHOUT_NUMBER, wolkenkade.HOUSE]),
        ("relationId ge '1009' and relationId lt '1018'", ["Sneeuwbes Logistik GmbH", "Oude Haven Reizen"]),
        ("name eq 'it''s nobody'", []),
    ],
)
def test_filters_compare_texts_flags_and_fields_behind_a_slash(
    bureau: TimeChimpBureau, text: str, names: list[str]
) -> None:
    assert [row["name"] for row in bureau.v2("customers", filter=text)] == names


def test_hours_are_filtered_by_person_project_and_day(bureau: TimeChimpBureau) -> None:
    project, user = bureau.named("projects", "Webwinkel"), bureau.named("users", "Teun Kruipnet")
    text = f"user/id eq {user} and project/id eq {project} and date ge 2026-10-05 and date le 2026-10-16"
    rows = bureau.v2("times", filter=text, orderby="date desc,id")
    assert rows
    assert {(row["user"]["id"], row["project"]["name"]) for row in rows} == {(user, "Webwinkel")}
    days = [row["date"] for row in rows]
    assert days == sorted(days, reverse=True)
    assert all("2026-10-05" <= day <= "2026-10-16" for day in days)


def test_moments_have_a_z_and_days_no_midnight(bureau: TimeChimpBureau) -> None:
    bureau.post("time", {"start": "2026-11-05T08:00:00", "end": "2026-11-05T10:00:00"})
    (row,) = bureau.v2("times", filter="start gt 2025-12-31T23:59:59Z")
    assert (row["date"], row["start"], row["status"], row["clientStatus"]) == (
        "2026-11-05", "2026-11-05T08:00:00Z", "Open", "Open",
    )  # fmt: skip
    assert bureau.v2("times", filter="start ge 2026-11-05 and end le 2026-11-05") == [row]


def test_references_are_named_and_whole_when_expanded(bureau: TimeChimpBureau) -> None:
    (row,) = bureau.v2("times", top=1)
    assert set(row["user"]) == set(row["project"]) == {"id", "name"}
    (whole,) = bureau.v2("times", top=1, expand="user,project,task")
    assert whole["user"]["userName"].endswith("@wolkenkade.example.test")
    assert whole["project"]["invoicing"]["method"] == "TaskHourlyRate"
    assert set(whole["customer"]) == {"id", "name"}
    customer = bureau.v2("customers", filter="relationId eq '1001'", expand="contacts,projects")[0]
    assert [one["name"] for one in customer["contacts"]] == ["Jet Inktvlek"]
    assert [one["name"] for one in customer["projects"]] == ["Webwinkel"]
    assert "projects" not in bureau.v2("customers")[0]


@pytest.mark.parametrize(("style", "shown"), [("bare", {"id"}), ("absent", None)])
def test_references_can_be_made_to_show_less(style: str, shown: set[str] | None) -> None:
    bureau = TimeChimpBureau(v2_references=style)
    (row,) = bureau.v2("times", top=1)
    assert (set(row["project"]) if shown else row.get("project")) == shown
    assert "invoicing" in bureau.v2("times", top=1, expand="project")[0]["project"]
    assert bureau.v2("times", filter="project/name eq 'Webwinkel'")


@pytest.mark.parametrize(
    ("envelope", "members"), [("value", {"@odata.count", "value"}), ("result", {"count", "result"}), ("bare", None)]
)
def test_the_envelope_of_a_list_can_be_turned(envelope: str, members: set[str] | None) -> None:
    answer = TimeChimpBureau(v2_envelope=envelope).v2_list("tags")
    assert (set(answer) if isinstance(answer, dict) else None) == members


# writes


def customer_of(**fields: Any) -> dict[str, Any]:
    home = {"address": "Duinweg 1", "postalCode": "8881 ZK", "city": "West", "country": "NL"}
    return {"name": "Helmgras Strandtent", "relationId": "2002", "address": home, "prospect": True, **fields}


def test_a_customer_is_made_replaced_and_deleted_under_its_own_path(bureau: TimeChimpBureau) -> None:
    vat = {"id": bureau.people.rows("vatrates")[1]["id"]}
    made = bureau.call("POST", "/customers", customer_of(vatRate=vat, email="post@helmgras.example.test"))
    assert made.status_code == 201
    row = bureau.get(f"/customers/{made.json()['id']}")
    assert (row["address"]["city"], row["vatRate"], row["prospect"]) == ("West", {**vat, "name": "Laag"}, True)
    assert bureau.get(f"customers/{row['id']}")["city"] == "West"
    after = bureau.put(f"/customers/{row['id']}", {"name": "Helmgras", "active": True})
    assert (after["name"], after["relationId"], after["email"], after["address"]["city"]) == (
        "Helmgras",
        None,
        None,
        None,
    )
    assert bureau.call("DELETE", f"/customers/{row['id']}").status_code == 204
    assert error(bureau, "GET", f"/customers/{row['id']}")[0] == 404


def test_a_put_leaves_what_v2_has_no_word_for(bureau: TimeChimpBureau) -> None:
    subscription = bureau.named("projects", wolkenkade.SUBSCRIPTION_PROJECT)
    before = bureau.get(f"projects/{subscription}")
    before = bureau.put("projects", {**before, "projectUsers": [{**before["projectUsers"][0], "projectManager": True}]})
    shown = bureau.get(f"/projects/{subscription}")
    bureau.put(f"/projects/{subscription}", {**shown, "name": "Onderhoud"})
    after = bureau.get(f"projects/{subscription}")
    assert (after["name"], after["projectSubscription"]) == ("Onderhoud", before["projectSubscription"])
    assert after["visibleOnSchedule"] is True
    assert [{**row, "modified": None} for row in after["projectUsers"]] == [
        {**row, "modified": None} for row in before["projectUsers"]
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "wrong"),
    [
        ("POST", "/customers", {}, ["name"]),
        ("POST", "/expenses", {"rate": 1}, ["user"]),
        ("POST", "/mileage", {"distance": 1, "type": "Business"}, ["user"]),
        ("POST", "/users", {"userName": "a@b.example.test"}, ["displayName"]),
        ("POST", "/customers", {"name": "A", "vatRate": 7}, ["vatRate"]),
        ("POST", "/customers", {"name": "A", "vatRate": {}}, ["vatRate"]),
        ("POST", "/customers", {"name": "A", "address": "Duinweg 1"}, ["address"]),
        ("POST", "/mileage", {"distance": 1, "type": "Pleasure", "user": {"id": 1}}, ["type"]),
        ("PUT", "/projects/{project}", {"name": "A"}, ["budget", "invoicing", "projectTasks", "projectUsers"]),
    ],
)
def test_what_is_wrong_is_named(
    bureau: TimeChimpBureau, method: str, path: str, body: dict[str, object], wrong: list[str]
) -> None:
    project = bureau.named("projects", "Webwinkel")
    assert error(bureau, method, path.format(project=project), body) == (400, wrong)


def test_a_project_is_made_of_nested_parts(bureau: TimeChimpBureau) -> None:
    advice, lotte = bureau.named("tasks", "Advies"), bureau.named("users", "Lotte Zandgolf")
    body = {
        "name": "Vaste prijs",
        "customer": {"id": bureau.get("customers/relationid/1003")[0]["id"]},
        "invoicing": {"method": "TaskRate", "reference": "PO 5"},
        "budget": {"method": "TotalCost", "rate": 900},
        "managers": [{"id": lotte}],
        "projectTasks": [{"task": {"id": advice}, "fixedRate": 750}],
        "projectUsers": [{"user": {"id": lotte}, "costHourlyRate": 60}],
    }
    row = bureau.call("POST", "/projects", body).json()
    assert (row["invoicing"]["method"], row["budget"]["method"]) == ("TaskRate", "TotalCost")
    assert [(one["task"]["name"], one["fixedRate"]) for one in row["projectTasks"]] == [("Advies", 750)]
    assert bureau.people.make_invoice(projects=[row["id"]])["totalExTax"] == 750
    kept = {**row, "projectTasks": [{**row["projectTasks"][0], "fixedRate": 800}]}
    after = bureau.put(f"/projects/{row['id']}", kept)
    assert [(one["id"], one["fixedRate"]) for one in after["projectTasks"]] == [(row["projectTasks"][0]["id"], 800)]


def test_an_expense_without_a_rate_of_vat_gets_the_highest(bureau: TimeChimpBureau) -> None:
    user, product = bureau.named("users", "Teun Kruipnet"), bureau.named("categories", "Software")
    project = bureau.named("projects", "Webwinkel")
    body = {"rate": 10, "user": {"id": user}, "product": {"id": product}, "project": {"id": project}}
    row = bureau.call("POST", "/expenses", body).json()
    assert (row["product"]["name"], row["vatRate"]["name"], row["billable"]) == ("Software", "Hoog", True)
    assert bureau.get(f"expenses/{row['id']}")["tax"] == 21
    assert bureau.put(f"/expenses/{row['id']}", {**row, "rate": 12, "vatRate": None})["rate"] == 12


def test_a_user_comes_with_contracts(bureau: TimeChimpBureau) -> None:
    body = {
        "userName": "riet@wolkenkade.example.test",
        "displayName": "Riet Moerasmist",
        "contracts": [{"weekHours": 24}],
    }
    row = bureau.call("POST", "/users", body).json()
    assert [one["weekHours"] for one in row["contracts"]] == [24]
    contract = {**row["contracts"][0], "weekHours": 32}
    after = bureau.put(
        f"/users/{row['id']}", {"displayName": "Riet Moerasmist", "contracts": [contract, {"weekHours": 8}]}
    )
    assert [one["weekHours"] for one in after["contracts"]] == [32, 8]
    assert after["userName"] == "riet@wolkenkade.example.test"


@pytest.mark.parametrize("path", ["times", "tasks", "tags", "mileageVehicles"])
def test_hours_activities_tags_and_vehicles_are_only_read(bureau: TimeChimpBureau, path: str) -> None:
    row = bureau.v2(path)[0]
    assert bureau.call("POST", f"/{path}", row).status_code == 405
    assert bureau.call("DELETE", f"/{path}/{row['id']}").status_code == 405


# statuses


@pytest.mark.parametrize(("path", "rows"), [("expenses", "expenses"), ("mileage", "mileages")])
def test_expenses_and_trips_are_marked_by_words(bureau: TimeChimpBureau, path: str, rows: str) -> None:
    ids = [{"id": row["id"]} for row in bureau.v2(path)]
    assert bureau.put(f"/{path}/status", {rows: ids, "status": "Invoiced", "message": "in de boeken"}) == {}
    bureau.put(f"/{path}/clientStatus", {rows: ids, "clientStatus": "Rejected"})
    assert {(row["status"], row["clientStatus"]) for row in bureau.v2(path)} == {("Invoiced", "Rejected")}
    assert {row["status"] for row in bureau.get(path)} == {3}
    history = bureau.v2(f"{path}/{ids[0]['id']}/statusHistory", orderby="id desc", top=2)
    assert [line.get("status") or line["clientStatus"] for line in history] == ["Rejected", "Invoiced"]
    assert (history[1]["message"], history[1]["modifiedOn"]) == ("in de boeken", "2026-11-05T12:00:00Z")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"expenses": [{"id": 1}] * 101, "status": "Invoiced"}, "expenses"),
        ({"expenses": 7, "status": "Invoiced"}, "expenses"),
        ({"expenses": [{}], "status": "Invoiced"}, "expenses"),
        ({"expenses": [{"id": 1}], "status": 3}, "status"),
        ({"expenses": [{"id": 1}]}, "status"),
    ],
)
def test_a_status_call_takes_a_hundred_rows_and_a_word(
    bureau: TimeChimpBureau, body: dict[str, object], wrong: str
) -> None:
    assert error(bureau, "PUT", "/expenses/status", body) == (400, [wrong])


def test_hours_have_no_status_call_unless_they_turn_out_to(bureau: TimeChimpBureau) -> None:
    hours = bureau.people.log_hours(bureau.named("projects", "Webwinkel"))["id"]
    body = {"times": [{"id": hours}], "status": "Approved"}
    assert error(bureau, "PUT", "/times/status", body)[0] == 404
    bureau.post("/_sandbox/settings", {"v2_time_status": True})
    assert bureau.put("/times/status", body) == {}
    assert bureau.get(f"/times/{hours}")["status"] == "Approved"
