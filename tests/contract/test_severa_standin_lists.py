"""Lists of the Severa stand-in: both kinds of pages, filters, what changed since, what was deleted."""

from __future__ import annotations

import pytest

from sandbox.severa.fields import Row
from tests.contract.severa_organisation import NOON, SeveraOrganisation

TOKEN_LISTS = (
    "customers",
    "users",
    "projects",
    "salescases",
    "workhours",
    "invoices",
    "invoicerows",
    "products",
    "projectfees",
    "projecttravelexpenses",
    "phases",
)
OFFSET_LISTS = (
    "businessunits",
    "worktypes",
    "travelexpensetypes",
    "productcategories",
    "addresses",
    "contactpersons",
    "contactcommunications",
    "invoicestatuses",
    "salesstatustypes",
    "costcenters",
    "salesaccounts",
    "costaccounts",
)
NOW = "2026-11-05T12:00:00Z"


@pytest.fixture
def severa() -> SeveraOrganisation:
    return SeveraOrganisation()


# pages


@pytest.mark.parametrize("path", TOKEN_LISTS)
def test_a_list_paged_by_token_goes_on_until_no_token_comes(severa: SeveraOrganisation, path: str) -> None:
    whole = severa.rows(path)
    assert len(whole) >= 3
    assert severa.rows(path, rowCount=2) == whole
    first = severa.call("GET", path, rowCount=2)
    assert severa.json(first, 200) == whole[:2]
    assert "nextpagetoken" in first.headers
    assert severa.get(path, firstRow=1, rowCount=2) == whole[:2]  # a parameter that these lists don't have


@pytest.mark.parametrize("path", OFFSET_LISTS)
def test_a_list_paged_by_offset_says_nothing_of_more_rows(severa: SeveraOrganisation, path: str) -> None:
    whole = severa.rows(path)
    assert len(whole) >= 2
    page = severa.call("GET", path, rowCount=1)
    assert "nextpagetoken" not in page.headers
    assert severa.json(page, 200) + severa.get(path, firstRow=1, rowCount=50) == whole
    assert severa.get(path, firstRow=len(whole)) == []


def test_a_page_has_twenty_rows_unless_more_are_asked_for_and_a_hundred_at_most() -> None:
    severa = SeveraOrganisation(extra_customers=300)
    sizes = [len(severa.get("customers", **asked)) for asked in ({}, {"rowCount": 100}, {"rowCount": 1000})]
    assert sizes == [20, 100, 100]
    wide = SeveraOrganisation(extra_customers=300, rows_max=1000)
    assert len(wide.get("customers", rowCount=1000)) == 308


def test_a_row_that_comes_or_goes_between_pages_shifts_no_other(severa: SeveraOrganisation) -> None:
    first = severa.call("GET", "customers", rowCount=3)
    lone = severa.post("customers", {"name": "Uusi Kesken Kaiken Oy"})
    severa.people.edit("customers", first.json()[0]["guid"], name="Toinen Nimi Oy")
    rest = severa.get("customers", rowCount=100, pageToken=first.headers["nextpagetoken"])
    guids = [row["guid"] for row in first.json() + rest]
    assert len(guids) == len(set(guids)) == 9
    assert guids[-1] == lone["guid"]


@pytest.mark.parametrize("query", [{"pageToken": "nonsense"}, {"rowCount": 0}, {"rowCount": "all"}])
def test_a_page_that_cannot_be_is_refused(severa: SeveraOrganisation, query: dict[str, object]) -> None:
    assert severa.refusal("GET", "customers", **query)[:2] == (400, "InvalidParameter")


def test_a_token_is_good_for_the_list_and_the_filters_it_was_given_for(severa: SeveraOrganisation) -> None:
    token = severa.call("GET", "customers", rowCount=2).headers["nextpagetoken"]
    assert severa.refusal("GET", "users", pageToken=token)[2] == "pageToken"
    assert severa.refusal("GET", "customers", pageToken=token, isActive=True)[2] == "pageToken"


def test_offset_lists_can_be_sorted_in_either_spelling(severa: SeveraOrganisation) -> None:
    names = [
        row["name"] for row in severa.get("worktypes", **{"sortings[0][key]": "name", "sortings[0][value]": "Desc"})
    ]
    assert names == sorted(names, reverse=True)
    dotted = severa.get("worktypes", **{"sortings[0].key": "Code", "sortings[0].value": "Asc"})
    assert [row["code"] for row in dotted] == [None, "KONS", "LOMA", "PROJ", "SUUN"]
    wrong = {"sortings[0].key": "colour", "sortings[0].value": "Asc"}
    assert severa.refusal("GET", "worktypes", **wrong)[0] == 400


# filters


@pytest.mark.parametrize(
    ("path", "query", "names"),
    [
        ("businessunits", {"code": "200"}, ["Lumipolku Oulu"]),
        ("businessunits", {"name": "lumipolku helsinki"}, ["Lumipolku Helsinki"]),
        ("businessunits", {"textToSearch": "oulu"}, ["Lumipolku Oulu"]),
        ("customers", {"numbers": [1002, 1004]}, ["Suopursu Puutarhat Oy", "Björkskata Såg AB"]),
        ("customers", {"customerNames": "Tihkusade Kosmetiikka Ky"}, ["Tihkusade Kosmetiikka Ky"]),
        ("customers", {"emailAddresses": "POSTI@fjellbekk.example.test"}, ["Fjellbekk Laks AS"]),
        ("customers", {"vatNumber": "FI11112223"}, ["Kallioranta Satama Ab"]),
        ("customers", {"numbers": 77}, []),
        ("products", {"code": "LUM-K"}, ["Käyttöönotto"]),
        ("products", {"type": "Subcontracting"}, ["Alihankintatyö"]),
        ("travelexpensetypes", {"code": "HOT"}, ["Majoitus"]),
        ("worktypes", {"productive": False}, ["Vuosiloma", "Sisäinen työ"]),
        ("worktypes", {"code": "PROJ"}, ["Projektinhallinta"]),
        ("salesstatustypes", {"salesState": "Won"}, ["Voitettu", "Tilaus saatu"]),
        ("projects", {"numbers": [3, 8]}, ["Verkkokaupan uudistus", "Pakkausten elinkaari"]),
        ("projects", {"isClosed": True}, ["Laks fra not til bord"]),
        ("costcenters", {"identifier": "20"}, ["Toteutus"]),
    ],
)
def test_lists_are_narrowed_by_what_they_know(
    severa: SeveraOrganisation, path: str, query: dict[str, object], names: list[str]
) -> None:
    assert [row["name"] for row in severa.rows(path, **query)] == names


def test_users_are_found_by_code_and_by_email(severa: SeveraOrganisation) -> None:
    assert severa.row("users", code="103")["lastName"] == "Hillasuo"
    assert severa.row("users", email="onni.kelopuu@lumipolku.example.test")["code"] == "104"
    assert [row["lastName"] for row in severa.rows("users", isActive=False)] == ["Tuulenkolo"]
    assert severa.rows("users", email="kukaan@lumipolku.example.test") == []


def test_a_parameter_that_a_list_does_not_have_is_passed_over(severa: SeveraOrganisation) -> None:
    assert severa.rows("customers", code="1") == severa.rows("customers")


def test_won_is_the_state_of_the_status_and_projects_are_narrowed_by_its_guid(severa: SeveraOrganisation) -> None:
    won = [row["guid"] for row in severa.rows("salesstatustypes", salesState="Won")]
    assert [row["number"] for row in severa.rows("projects", salesStatusTypeGuids=won)] == [1, 2, 3, 4, 5, 6]
    assert [row["number"] for row in severa.rows("salescases")] == [7, 8, 9, 10]
    assert "isWon" not in severa.rows("projects")[0]


def test_hours_are_narrowed_by_day_and_not_by_approval_unless_the_vendor_does_it(severa: SeveraOrganisation) -> None:
    days = severa.rows("workhours", eventDateStart="2026-09-02", eventDateEnd="2026-09-03T00:00:00Z")
    assert {row["eventDate"] for row in days} == {"2026-09-02", "2026-09-03"}
    assert {row["isApproved"] for row in severa.rows("workhours", isApproved=True)} == {True, False}
    severa.vendor.change({"filters_approved": True})
    assert {row["isApproved"] for row in severa.rows("workhours", isApproved=True)} == {True}


def test_invoices_are_narrowed_by_status_number_customer_day_and_total(severa: SeveraOrganisation) -> None:
    waiting = severa.named("invoicestatuses", "Siirrettävä")
    invoice = severa.row("invoices", invoiceStatusGuids=waiting["guid"])
    assert severa.rows("invoices", numbers=invoice["number"]) == [invoice]
    assert severa.rows("invoices", referenceNumbers=invoice["referenceNumber"]) == [invoice]
    assert severa.rows("invoices", projectGuids=invoice["projects"][0]["guid"]) == [invoice]
    assert invoice in severa.rows("invoices", customerGuids=invoice["customer"]["guid"], startDate="2026-10-01")
    assert severa.rows("invoices", startDate="2026-10-02") == []
    assert all(row["isCreditNote"] for row in severa.rows("invoices", maximumTotalExcludingTax=0))
    assert [row["status"]["name"] for row in severa.rows("invoices", paymentDateStart="2026-10-01")] == ["Maksettu"]


# what changed, what went


@pytest.mark.parametrize(
    "path",
    [
        *("customers", "users", "projects", "phases", "workhours", "invoices", "invoicerows", "products"),
        *("projectfees", "projecttravelexpenses", "worktypes", "productcategories", "businessunits", "addresses"),
        *("contactpersons", "contactcommunications", "costcenters", "travelexpensetypes"),
    ],
)
def test_what_was_added_or_changed_since_is_given_with_what_changed_at_that_very_time(
    severa: SeveraOrganisation, path: str
) -> None:
    assert severa.rows(path, changedSince=NOW) == []
    (*_, last) = severa.rows(path)
    severa.people.edit(path, last["guid"])
    assert [row["guid"] for row in severa.rows(path, changedSince=NOW)] == [last["guid"]]
    assert severa.rows(path, changedSince="2026-11-05T12:00:00.001Z") == []


def test_a_list_without_that_parameter_is_read_whole(severa: SeveraOrganisation) -> None:
    assert len(severa.rows("invoicestatuses", changedSince=NOW)) == 6


def test_a_project_whose_sales_status_changed_is_told_from_one_that_was_saved(severa: SeveraOrganisation) -> None:
    saved, won = (next(row for row in severa.rows("projects") if row["number"] == number) for number in (8, 9))
    severa.people.edit("projects", saved["guid"], description="uusi kuvaus")
    severa.people.win(won["guid"])
    assert {row["number"] for row in severa.rows("projects", changedSince=NOW)} == {8, 9}
    assert [row["number"] for row in severa.rows("projects", salesStatusChangedSince=NOW)] == [9]
    history = severa.get(f"projects/{won['guid']}/salesstatushistory")
    assert [row["salesStatusType"]["name"] for row in history] == ["Tarjous", "Voitettu"]
    assert severa.get(f"projects/{won['guid']}")["salesStatus"]["guid"] == history[-1]["guid"]


@pytest.mark.parametrize(
    ("path", "graves"),
    [
        ("workhours", "deletedworkhours"),
        ("projectfees", "deletedprojectfees"),
        ("projecttravelexpenses", "deletedprojecttravelexpenses"),
    ],
)
def test_deleted_hours_fees_and_expenses_are_told_of(severa: SeveraOrganisation, path: str, graves: str) -> None:
    row = next((row for row in severa.rows(path) if row["invoiceRowGuid"] is None), None)
    row = row or severa.people.shown(_fresh(severa, path))
    severa.delete(f"{path}/{row['guid']}")
    assert severa.call("GET", f"{path}/{row['guid']}").status_code == 404
    (left,) = severa.rows(graves, deletedSince=NOW)
    assert (left["guid"], left["deletedDateTime"]) == (row["guid"], NOW)
    assert left["project"] == {"guid": row["project"]["guid"]}
    assert severa.rows(graves, deletedSince="2026-11-05T12:00:01Z") == []


def test_nothing_tells_of_a_deleted_customer_but_that_it_is_gone(severa: SeveraOrganisation) -> None:
    lone = severa.post("customers", {"name": "Lyhytikäinen Oy"})
    severa.people.delete("customers", lone["guid"])
    assert severa.call("GET", f"customers/{lone['guid']}").status_code == 404
    assert severa.call("GET", "deletedcustomers").status_code == 404


def test_whether_an_approval_counts_as_a_change_can_be_turned(severa: SeveraOrganisation) -> None:
    hours = next(row for row in severa.rows("workhours") if not row["isApproved"])
    severa.vendor.change({"stamps_approval": False})
    severa.people.approve(hours["guid"])
    assert severa.rows("workhours", changedSince=NOW) == []
    severa.vendor.change({"stamps_approval": True})
    severa.people.approve(hours["guid"], approved=False)
    assert [row["isApproved"] for row in severa.rows("workhours", changedSince=NOW)] == [False]


def test_whether_invoicing_an_hour_counts_as_a_change_can_be_turned() -> None:
    for stamps in (True, False):
        severa = SeveraOrganisation(stamps_invoicing=stamps)
        project = next(row for row in severa.rows("projects") if row["number"] == 1)
        severa.people.make_invoice(project["guid"])
        assert bool(severa.rows("workhours", changedSince=NOW)) is stamps


# measurements


def test_the_organisation_can_be_filled_up_for_measurements() -> None:
    severa = SeveraOrganisation(
        extra_customers=250, extra_projects=120, extra_products=40, extra_users=30, extra_hours=50, extra_invoices=5
    )
    counts = [
        len(severa.rows(path)) for path in ("customers", "projects", "products", "users", "workhours", "invoices")
    ]
    assert counts == [258, 130, 44, 36, 95, 11]
    numbers = [row["number"] for row in severa.rows("customers") if row["number"] is not None]
    assert len(numbers) == len(set(numbers))
    assert all(row["createdDateTime"] < f"{NOON:%Y-%m-%d}" for row in severa.rows("invoices"))


def _fresh(severa: SeveraOrganisation, path: str) -> Row:
    project = severa.rows("projects")[0]
    if path == "projectfees":
        return severa.people.create(path, project={"guid": project["guid"]}, name="Kartta")
    kind, user = severa.rows("travelexpensetypes")[0], project["projectOwner"]
    refs = {"project": {"guid": project["guid"]}, "phase": project["rootPhase"], "user": user, "travelExpense": kind}
    return severa.people.create(path, quantity=1, **refs)
