"""Writes to the Severa stand-in: creates, JSON Patch, deletes, and what each kind of row needs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.contract.severa_organisation import BASE, SeveraOrganisation, operations, reference

EUROS = {"amount": 12.5, "currencyCode": "EUR"}


@pytest.fixture
def severa() -> SeveraOrganisation:
    return SeveraOrganisation()


def project(severa: SeveraOrganisation, number: int = 1) -> Any:
    return next(row for row in severa.rows("projects") if row["number"] == number)


def hours(severa: SeveraOrganisation, **changed: object) -> dict[str, object]:
    place = project(severa)
    body = {
        "user": reference(place["projectOwner"]),
        "phase": reference(place["rootPhase"]),
        "workType": reference(severa.row("worktypes", code="SUUN")),
        "eventDate": "2026-11-04",
        "quantity": 1.5,
    }
    return {**body, **changed}


def travel(severa: SeveraOrganisation, **changed: object) -> dict[str, object]:
    place = project(severa)
    body = {
        "project": reference(place),
        "phase": reference(place["rootPhase"]),
        "user": reference(place["projectOwner"]),
        "travelExpense": reference(severa.row("travelexpensetypes", code="HOT")),
        "quantity": 2,
    }
    return {**body, **changed}


# creates


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("businessunits", {"name": "Lumipolku Rovaniemi", "code": "300"}),
        ("customers", {"name": "Uusi Asiakas Oy", "number": 2001, "vatNumber": "FI1", "paymentTerm": 7}),
        ("users", {"firstName": "Kaiho", "lastName": "Usva", "email": "kaiho.usva@lumipolku.example.test"}),
        ("products", {"name": "Kartta", "code": "KAR", "type": "Materials", "unitPrice": EUROS}),
        ("productcategories", {"name": "Kartat", "code": "KRT"}),
        ("worktypes", {"name": "Katselmointi", "code": "KATS", "isProductive": True}),
        ("travelexpensetypes", {"name": "Lautta", "expenseClass": "OtherTravelExpense", "unitCost": EUROS}),
        ("costcenters", {"identifier": "30", "name": "Hallinto"}),
        ("salesaccounts", {"number": "3030", "name": "Muu myynti"}),
        ("salesstatustypes", {"name": "Allekirjoitettu", "salesState": "Won"}),
        ("invoicestatuses", {"name": "Perinnässä", "isSent": True}),
    ],
)
def test_a_row_is_created_with_what_was_sent_and_can_be_read(
    severa: SeveraOrganisation, path: str, body: dict[str, object]
) -> None:
    made = severa.post(path, body)
    assert {name: made[name] for name in body} == body
    assert severa.get(f"{path}/{made['guid']}") == made
    assert made["lastUpdatedDateTime"] is None


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("businessunits", {"code": "300"}, "name"),
        ("customers", {"name": ""}, "name"),
        ("users", {"firstName": "Kaiho"}, "lastName"),
        ("users", {"firstName": "K" * 101, "lastName": "Usva"}, "firstName"),
        ("customers", {"name": "A Oy", "number": "kaksi"}, "number"),
        ("customers", {"name": "A Oy", "number": 1.5}, "number"),
        ("customers", {"name": "A Oy", "isActive": "maybe"}, "isActive"),
        ("customers", {"name": "A Oy", "owner": {"guid": "nobody"}}, "owner"),
        ("products", {"name": "Kartta", "type": "Maps"}, "type"),
        ("products", {"name": "Kartta", "unitPrice": 12}, "unitPrice"),
        ("travelexpensetypes", {"name": "Lautta", "unitCost": EUROS}, "expenseClass"),
        ("contactpersons", {"firstName": "Aino", "lastName": "Utu"}, "customer"),
        ("projects", {"name": "Ilman asiakasta"}, "customer"),
        ("phases", {"name": "Ilman isää"}, "parentPhase"),
        ("projectfees", {"name": "Ilman projektia"}, "project"),
    ],
)
def test_a_field_that_is_needed_or_does_not_fit_is_named(
    severa: SeveraOrganisation, path: str, body: dict[str, object], field: str
) -> None:
    assert severa.refusal("POST", path, body) == (400, "InvalidParameter", field)


@pytest.mark.parametrize("field", ["user", "phase", "workType", "eventDate"])
def test_hours_need_user_phase_work_type_and_day(severa: SeveraOrganisation, field: str) -> None:
    assert severa.refusal("POST", "workhours", hours(severa, **{field: None}))[2] == field


@pytest.mark.parametrize("field", ["project", "phase", "user", "travelExpense", "quantity"])
def test_a_travel_expense_needs_a_user_and_a_phase_where_a_fee_needs_a_project_only(
    severa: SeveraOrganisation, field: str
) -> None:
    assert severa.refusal("POST", "projecttravelexpenses", travel(severa, **{field: None}))[2] == field
    assert severa.post("projectfees", {"project": reference(project(severa))})[0]["quantity"] == 0


def test_what_nobody_can_set_is_passed_over(severa: SeveraOrganisation) -> None:
    body = {"name": "Uusi Oy", "guid": "mine", "createdDateTime": "1999-01-01T00:00:00Z", "colour": "red"}
    made = severa.post("customers", body)
    assert made["guid"] != "mine"
    assert made["createdDateTime"] == "2026-11-05T12:00:00Z"
    assert "colour" not in made


def test_a_create_sent_twice_makes_two_rows(severa: SeveraOrganisation) -> None:
    body = {"name": "Kahdesti Oy", "number": 2002}
    assert severa.post("customers", body)["guid"] != severa.post("customers", body)["guid"]
    assert len(severa.rows("customers", numbers=2002)) == 2


def test_a_number_or_code_that_is_taken_can_be_refused() -> None:
    severa = SeveraOrganisation(refuses_duplicates=True)
    assert severa.refusal("POST", "customers", {"name": "Toinen Oy", "number": 1001})[2] == "number"
    assert severa.refusal("POST", "products", {"name": "Toinen", "code": "LUM-1"})[2] == "code"
    guid = severa.row("users", code="102")["guid"]
    assert severa.refusal("PATCH", f"users/{guid}", operations(code="101"))[2] == "code"
    assert severa.patch(f"users/{guid}", code="102")["code"] == "102"


def test_a_customer_or_project_without_a_number_gets_the_next_one(severa: SeveraOrganisation) -> None:
    assert severa.post("customers", {"name": "Numeroton Oy"})["number"] == 1009
    body = {"name": "Numeroton", "customer": reference(severa.rows("customers")[0])}
    made = severa.post("projects", {**body, "projectOwner": reference(severa.rows("users")[0])})
    assert made["number"] == 11


def test_a_project_starts_with_a_root_phase_and_a_sales_status_that_is_not_won(severa: SeveraOrganisation) -> None:
    body = {"name": "Uusi työ", "customer": reference(severa.rows("customers")[0])}
    made = severa.post("projects", {**body, "projectOwner": reference(severa.rows("users")[0])})
    assert (made["rootPhase"]["name"], made["salesStatus"]["name"]) == ("Uusi työ", "Liidi")
    (root,) = severa.rows("phases", projectGuids=made["guid"])
    child = severa.post("phases", {"name": "Osa", "parentPhase": reference(root)})
    assert (child["project"]["guid"], child["parentPhase"]["guid"]) == (made["guid"], root["guid"])


def test_a_fee_takes_from_its_product_what_was_not_sent_and_is_answered_in_an_array(severa: SeveraOrganisation) -> None:
    product = severa.row("products", code="LUM-1")
    body = {"project": reference(project(severa)), "product": reference(product), "quantity": 3}
    (fee,) = severa.post("projectfees", body)
    assert (fee["name"], fee["productType"], fee["unitPrice"]["amount"]) == (product["name"], "Materials", 1200)
    (own,) = severa.post("projectfees", {**body, "name": "Erikoiserä", "unitPrice": EUROS})
    assert (own["name"], own["unitPrice"]["amount"]) == ("Erikoiserä", Decimal("12.5"))


def test_a_travel_expense_is_to_be_reimbursed_unless_that_is_denied(severa: SeveraOrganisation) -> None:
    assert severa.post("projecttravelexpenses", travel(severa))["travelReimbursementRequired"] is True
    bill = severa.post("projecttravelexpenses", travel(severa, travelReimbursementRequired=False))
    assert (bill["travelReimbursementRequired"], bill["travelExpense"]["code"]) == (False, "HOT")


def test_hours_show_the_project_and_customer_of_their_phase(severa: SeveraOrganisation) -> None:
    made = severa.post("workhours", hours(severa))
    place = project(severa)
    assert (made["project"]["guid"], made["customer"]["name"]) == (place["guid"], "Revontuli Energia Oy")
    assert (made["isApproved"], made["billableStatus"], made["isModifiable"]) == (False, "Billable", True)
    assert (made["invoice"], made["invoiceRowGuid"]) == (None, None)
    assert "isBilled" not in made
    assert made in severa.rows(f"projects/{place['guid']}/workhours", startDate="2026-11-04")
    assert made in severa.rows(f"users/{place['projectOwner']['guid']}/workhours")


# addresses, contacts, channels


def test_an_address_is_made_under_its_customer_only(severa: SeveraOrganisation) -> None:
    customer = severa.post("customers", {"name": "Kotipaikka Oy"})
    (sweden,) = severa.get("localization/countries/SWE")
    body = {"addressline": "Polku 1", "city": "Luleå", "country": reference(sweden), "isBillingAddress": True}
    made = severa.post(f"customers/{customer['guid']}/addresses", body)
    assert (made["customer"]["name"], made["country"]["englishName"]) == ("Kotipaikka Oy", "Sweden")
    assert severa.rows(f"customers/{customer['guid']}/addresses") == [made]
    assert severa.get(f"customers/{customer['guid']}")["headquarterAddress"]["city"] == "Luleå"
    assert severa.call("POST", "addresses", body).status_code in (404, 405)
    assert severa.get(f"localization/countries/{sweden['guid']}") == sweden


def test_a_contact_has_its_mail_in_a_row_of_its_own_which_nobody_may_use_unless_that_is_said(
    severa: SeveraOrganisation,
) -> None:
    customer = reference(severa.rows("customers")[0])
    contact = severa.post("contactpersons", {"firstName": "Utu", "lastName": "Hämärä", "customer": customer})
    assert (contact["emails"], contact["isEmailAllowed"], contact["isActive"]) == ([], False, True)
    kind = severa.named("communicationtypes", "Sähköposti")
    body = {"value": "utu@asiakas.example.test", "contact": reference(contact), "communicationType": reference(kind)}
    channel = severa.post("contactcommunications", body)
    assert channel["isForbiddenToUse"] is True
    assert severa.get(f"contactpersons/{contact['guid']}")["emails"] == ["utu@asiakas.example.test"]
    assert severa.get(f"contacts/{contact['guid']}/contactcommunications") == [channel]
    changed = severa.get_patched(f"contactcommunications/{channel['guid']}", isForbiddenToUse=False)
    assert changed["isForbiddenToUse"] is False  # one row, where other patches answer an array


def test_a_deleted_contact_stays_in_the_list_as_deleted(severa: SeveraOrganisation) -> None:
    contact = severa.rows("contactpersons")[0]
    severa.delete(f"contactpersons/{contact['guid']}")
    left = severa.get(f"contactpersons/{contact['guid']}")
    assert (left["isDeleted"], left["isActive"]) == (True, False)


# JSON Patch


def test_a_patch_replaces_and_answers_an_array(severa: SeveraOrganisation) -> None:
    customer = severa.rows("customers")[0]
    severa.turn(minutes=5)
    owner = severa.row("users", code="102")
    changed = severa.patch(f"customers/{customer['guid']}", name="Uusi Nimi Oy", owner__guid=owner["guid"], number=4711)
    assert (changed["name"], changed["owner"]["code"], changed["number"]) == ("Uusi Nimi Oy", "102", 4711)
    assert changed["lastUpdatedDateTime"] == "2026-11-05T12:05:00Z"
    assert severa.get(f"customers/{customer['guid']}") == changed


@pytest.mark.parametrize("op", ["add", "Remove", "move", "copy", "test"])
def test_only_replace_is_understood(severa: SeveraOrganisation, op: str) -> None:
    guid = severa.rows("customers")[0]["guid"]
    body = [{"op": op, "path": "/name", "value": "Uusi"}]
    assert severa.refusal("PATCH", f"customers/{guid}", body)[:2] == (400, "InvalidOperation")
    assert severa.call("PATCH", f"customers/{guid}", [{**body[0], "op": "Replace"}]).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"op": "replace", "path": "/name", "value": "x"},
        [],
        [{"path": "/name", "value": "x"}],
        [{"op": "replace", "path": "name", "value": "x"}],
        [{"op": "replace", "path": "/name"}],
        [{"op": "replace", "path": "/colour", "value": "red"}],
        [{"op": "replace", "path": "/guid", "value": "x"}],
        [{"op": "replace", "path": "/createdDateTime", "value": "2026-11-05T12:00:00Z"}],
        [{"op": "replace", "path": "/isInternal", "value": True}],
        [{"op": "replace", "path": "/name/first", "value": "x"}],
        [{"op": "replace", "path": "/name", "value": None}],
        [{"op": "replace", "path": "/number", "value": "many"}],
    ],
)
def test_a_patch_that_makes_no_sense_is_refused_and_changes_nothing(severa: SeveraOrganisation, body: object) -> None:
    before = severa.rows("customers")[0]
    assert severa.call("PATCH", f"customers/{before['guid']}", body).status_code == 400
    assert severa.get(f"customers/{before['guid']}") == before


def test_one_bad_operation_keeps_the_others_out(severa: SeveraOrganisation) -> None:
    before = severa.rows("products")[0]
    assert severa.call("PATCH", f"products/{before['guid']}", operations(name="Uusi", type="Maps")).status_code == 400
    assert severa.get(f"products/{before['guid']}") == before


def test_a_value_may_come_as_text_and_money_whole(severa: SeveraOrganisation) -> None:
    product = severa.row("products", code="LUM-1")
    changed = severa.patch(f"products/{product['guid']}", isActive="false", vatRate="14", unitPrice=EUROS)
    assert (changed["isActive"], changed["vatRate"], changed["unitPrice"]) == (False, 14, {**EUROS})


def test_a_project_is_won_by_the_guid_of_the_status_type(severa: SeveraOrganisation) -> None:
    offer, won = project(severa, 7), severa.named("salesstatustypes", "Tilaus saatu")
    changed = severa.patch(f"projects/{offer['guid']}", salesStatus__salesStatusTypeGuid=won["guid"])
    assert changed["salesStatus"]["name"] == "Tilaus saatu"
    answer = severa.call("PATCH", f"projects/{offer['guid']}", operations(salesStatus__guid=won["guid"]))
    assert answer.status_code == 200
    assert severa.get(f"projects/{offer['guid']}")["salesStatus"]["name"] == "Tilaus saatu"


def test_a_closed_project_says_when(severa: SeveraOrganisation) -> None:
    guid = project(severa)["guid"]
    assert severa.patch(f"projects/{guid}", isClosed=True)["closedDate"] == "2026-11-05"
    assert severa.patch(f"projects/{guid}", isClosed=False)["closedDate"] is None


def test_several_hours_are_patched_with_one_call(severa: SeveraOrganisation) -> None:
    first, second = (severa.post("workhours", hours(severa)) for _ in range(2))
    billed = next(row for row in severa.rows("workhours") if row["invoiceRowGuid"])
    path = f"workhours/{first['guid']},{billed['guid']},{second['guid']},nobody"
    answer = severa.get_patched(path, isApproved=True)
    assert [row["guid"] for row in answer["succeeded"]] == [first["guid"], second["guid"]]
    assert [row["guid"] for row in answer["errors"]] == [billed["guid"], "nobody"]
    assert severa.get(f"workhours/{second['guid']}")["isApproved"] is True


def test_hours_in_a_locked_phase_take_no_change(severa: SeveraOrganisation) -> None:
    made = severa.post("workhours", hours(severa))
    severa.patch(f"phases/{made['phase']['guid']}", isLocked=True)
    assert severa.refusal("PATCH", f"workhours/{made['guid']}", operations(quantity=2))[1] == "InvalidOperation"
    assert severa.refusal("POST", "workhours", hours(severa))[1] == "InvalidOperation"


# deletes


@pytest.mark.parametrize(
    "path",
    [
        "users",
        "customers",
        "projects",
        "products",
        "worktypes",
        "travelexpensetypes",
        "invoicestatuses",
        "businessunits",
    ],
)
def test_what_others_refer_to_cannot_be_deleted(severa: SeveraOrganisation, path: str) -> None:
    guid = severa.rows(path)[0]["guid"]
    assert severa.refusal("DELETE", f"{path}/{guid}")[:2] == (400, "InvalidOperation")
    assert severa.call("GET", f"{path}/{guid}").status_code == 200


def test_what_nothing_refers_to_is_deleted_with_what_belongs_to_it(severa: SeveraOrganisation) -> None:
    customer = severa.named("customers", "Kaarnalaiva Päiväkodit ry")
    severa.delete(f"projects/{project(severa, 9)['guid']}")
    addresses = len(severa.rows("addresses"))
    severa.delete(f"customers/{customer['guid']}")
    assert severa.call("GET", f"customers/{customer['guid']}").status_code == 404
    assert len(severa.rows("addresses")) == addresses - 1
    assert all(row["customer"]["guid"] != customer["guid"] for row in severa.rows("contactpersons"))


def test_usages_of_a_work_type_can_be_moved_to_another(severa: SeveraOrganisation) -> None:
    old, new = severa.row("worktypes", code="PROJ"), severa.row("worktypes", code="SUUN")
    answer = severa.call("DELETE", f"worktypes/{old['guid']}", moveUsagesToGuid=new["guid"])
    assert answer.status_code == 204
    assert {row["workType"]["code"] for row in severa.rows("workhours")} == {"KONS", "SUUN"}


def test_a_method_that_a_resource_lacks_is_not_there(severa: SeveraOrganisation) -> None:
    guid = severa.rows("customers")[0]["guid"]
    assert severa.http.put(f"{BASE}/customers/{guid}", json={}, headers=severa.headers()).status_code == 405
