"""The TimeChimp stand-in's v1 reads as described: whole bare lists, by day, by project, by number, and what they hide."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox import wolkenkade
from tests.contract.timechimp_bureau import TimeChimpBureau

LISTS = (
    "customers", "contacts", "projects", "projecttasks", "projectusers", "projectnotes", "tasks", "tags", "time",
    "expenses", "mileage", "invoices", "users", "userContracts",
)  # fmt: skip


@pytest.fixture
def bureau() -> TimeChimpBureau:
    return TimeChimpBureau()


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_a_bare_array_of_all_rows_and_each_row_can_be_read_alone(
    bureau: TimeChimpBureau, name: str
) -> None:
    rows = bureau.get(name)
    assert isinstance(rows, list)
    assert rows or name == "projectnotes"
    for row in rows[:2]:
        assert bureau.get(f"{name}/{row['id']}") == row
        assert not [field for field in row if field.startswith("_")]
    assert bureau.refusal("GET", f"{name}/1")[0] == 404
    assert bureau.refusal("GET", f"{name}/x1")[0] in (400, 404)


def test_lists_have_no_pages_and_pass_over_what_they_do_not_know() -> None:
    bureau = TimeChimpBureau(extra_hours=300)
    assert len(bureau.get("time", page=2, top=10)) > 300


def test_projects_hide_inactive_ones_which_the_path_of_version_2_on_the_same_host_shows(
    bureau: TimeChimpBureau,
) -> None:
    shown, all_of_them = bureau.get("projects"), bureau.get("/v2/projects")
    closed = [row for row in all_of_them if not row["active"]]
    assert [row["name"] for row in closed] == [wolkenkade.CLOSED_PROJECT]
    assert len(shown) == len(all_of_them) - 1
    assert bureau.get(f"projects/{closed[0]['id']}") == closed[0]
    hours = bureau.get(f"time/project/{closed[0]['id']}")
    assert hours[0]["id"] in {row["id"] for row in bureau.get("time")}  # hours of a project that the list hides
    assert bureau.get(f"projects/customer/{closed[0]['customerId']}") == []


def test_customers_are_found_by_number_as_a_list_and_by_name_as_one(bureau: TimeChimpBureau) -> None:
    assert len(bureau.get(f"customers/relationid/{wolkenkade.SHARED_NUMBER}")) == 2
    assert bureau.get("customers/relationid/9999") == []
    assert bureau.get("customers/name/Stichting Waterlelie")["relationId"] == "1004"
    assert bureau.refusal("GET", "customers/name/Niemand")[0] == 404


def test_both_ends_of_a_range_of_days_belong_to_it(bureau: TimeChimpBureau) -> None:
    days = {row["date"] for row in bureau.get("time/daterange/2026-10-05/2026-10-07")}
    assert days == {f"2026-10-0{day}T00:00:00" for day in (5, 6, 7)}
    assert [row["date"][:10] for row in bureau.get("expenses/daterange/2026-10-06/2026-10-06")] == ["2026-10-06"]
    assert bureau.get("mileage/daterange/2025-01-01/2025-12-31") == []
    assert bureau.refusal("GET", "time/daterange/soon/2026-10-07") == (400, ["startDate"])


def test_entries_of_a_project_are_a_list_which_hours_alone_refuse_for_an_unknown_project(
    bureau: TimeChimpBureau,
) -> None:
    project = bureau.named("projects", "Webwinkel")
    for name in ("time", "expenses"):
        rows = bureau.get(f"{name}/project/{project}")
        assert {row["projectName"] for row in rows} == {"Webwinkel"}
    some = bureau.get(f"time/project/{project}/2026-10-01/2026-10-02")
    assert 0 < len(some) < len(bureau.get(f"time/project/{project}"))
    assert bureau.refusal("GET", "time/project/1")[0] == 404
    assert bureau.get("expenses/project/1") == bureau.get("mileage/project/1") == []


def test_hours_changed_since_are_asked_for_by_modified_which_other_lists_pass_over(bureau: TimeChimpBureau) -> None:
    everything = len(bureau.get("time"))
    late = bureau.get("time", modified="2026-11-02T17:00:00")
    assert {row["modified"] for row in late} == {"2026-11-02T17:00:00", "2026-11-03T17:00:00"}
    bureau.turn(hours=1)
    bureau.people.approve("time", next(row["id"] for row in bureau.get("time") if row["status"] == 1))
    assert [row["modified"] for row in bureau.get("time", modified="2026-11-05T00:00:00")] == ["2026-11-05T13:00:00"]
    assert len(bureau.get("time")) == everything
    assert len(bureau.get("mileage", modified="2099-01-01T00:00:00")) == 3


def test_other_lists_can_be_made_to_know_modified_and_a_status_not_to_move_it() -> None:
    bureau = TimeChimpBureau(modified_lists=["customers"], stamps_status=False)
    assert bureau.get("customers", modified="2099-01-01T00:00:00") == []
    assert bureau.get("time", modified="2099-01-01T00:00:00")
    row = next(row for row in bureau.get("time") if row["status"] == 1)
    bureau.people.approve("time", row["id"])
    assert bureau.get(f"time/{row['id']}")["modified"] == row["modified"]


def test_hours_name_everything_they_refer_to_and_have_neither_price_nor_flag(bureau: TimeChimpBureau) -> None:
    row = bureau.get(f"time/project/{bureau.named('projects', 'Webwinkel')}")[0]
    assert row["customerName"] == "Kievitsbloem Uitgeverij B.V."
    assert (row["taskName"], row["userDisplayName"], row["userTags"]) == ("Ontwikkeling", "Teun Kruipnet", ["Bureau"])
    assert row["date"].endswith("T00:00:00")
    assert not {"rate", "amount", "billable", "created"} & set(row)


def test_activities_carry_the_number_of_their_article_in_the_code_and_no_field_for_its_guid(
    bureau: TimeChimpBureau,
) -> None:
    tasks = bureau.get("tasks")
    guids = {one.article.guid for one in wolkenkade.ACTIVITIES if one.article is not None}
    assert not guids & {value for row in tasks for value in row.values() if isinstance(value, str)}
    assert {row["code"] for row in tasks} == {"101", "102", "103", None}
    kept = bureau.get("/_sandbox/rows/tasks")["rows"]
    assert {row["article"] for row in kept} == {*guids, None}


def test_the_article_can_be_shown_should_the_vendor_have_a_field_for_it() -> None:
    bureau = TimeChimpBureau(article_field="accountingArticle")
    advice = bureau.named("tasks", "Advies")
    assert bureau.get(f"tasks/{advice}")["accountingArticle"] == wolkenkade.ADVICE.guid
    assert bureau.v2("tasks", filter=f"id eq {advice}")[0]["accountingArticle"] == wolkenkade.ADVICE.guid
    bureau.post("/_sandbox/article", {"task": advice, "guid": None})
    assert bureau.get(f"tasks/{advice}")["accountingArticle"] is None


def test_a_project_carries_its_activities_its_people_and_its_subscription(bureau: TimeChimpBureau) -> None:
    project = bureau.get(f"projects/{bureau.named('projects', wolkenkade.SUBSCRIPTION_PROJECT)}")
    assert {row["taskName"] for row in project["projectTasks"]} >= {"Advies", "Ontwerp"}
    assert len(project["projectUsers"]) == 4  # all who are active
    terms = project["projectSubscription"]
    assert (terms["frequency"], terms["amount"], terms["rate"]) == (2, 1, 350)
    assert bureau.get(f"projecttasks/project/{project['id']}") == [
        {**row, "projectId": project["id"]} for row in project["projectTasks"]
    ]
    task, user = project["projectTasks"][0]["taskId"], project["projectUsers"][0]["userId"]
    assert {row["taskId"] for row in bureau.get(f"projecttasks/task/{task}")} == {task}
    assert {row["userId"] for row in bureau.get(f"projectusers/user/{user}")} == {user}


def test_people_show_the_rates_of_their_contract(bureau: TimeChimpBureau) -> None:
    lotte = bureau.get(f"users/{bureau.named('users', 'Lotte Zandgolf')}")
    assert (lotte["contractHours"], lotte["contractHourlyRate"], lotte["accountType"]) == (36, 110, 4)
    assert lotte["created"] == "2026-09-01T17:00:00.986"
    (contract,) = bureau.get(f"userContracts/user/{lotte['id']}")
    assert contract["costHourlyRate"] == 55


def test_a_customer_shows_its_contacts_and_its_rate_of_vat(bureau: TimeChimpBureau) -> None:
    customer = bureau.get("customers/relationid/1001")[0]
    (contact,) = customer["contacts"]
    assert (contact["name"], contact["useForInvoicing"], contact["customerIds"]) == (
        "Jet Inktvlek",
        True,
        [customer["id"]],
    )
    assert customer["vatRatePercentage"] == 21


def test_insights_say_what_a_project_has_cost_and_earned(bureau: TimeChimpBureau) -> None:
    project = bureau.named("projects", "Jaarverslag")
    hours = bureau.get(f"time/project/{project}")
    figures = bureau.get(f"projects/insights/{project}")
    assert figures["totalHours"] == figures["totalHoursBillable"] == sum(row["hours"] for row in hours)
    assert figures["totalInvoiced"] == 440
    assert figures["totalUninvoiced"] == Decimal("312.50") + 440 * sum(row["status"] in (1, 2, -1) for row in hours)
    assert bureau.get(f"/projects/{project}/insights") == figures
