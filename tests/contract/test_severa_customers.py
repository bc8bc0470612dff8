"""Customers of Severa with their addresses and contact persons, read and written."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from handoff.domain.errors import DeliveryUnknown, RateLimited, ReconnectNeeded, Rejected, Stale
from handoff.domain.pairs import Address, Contact, Customer
from handoff.ports.mirror import Listed
from tests.contract.severa_account import Account, a_customer

OULU = Address("Kirkkokatu 3", "90100", "Oulu", "FI")
HILJA = Contact("Hilja Kuura", "hilja@revontuli.example.test", "+358 9 000 0000")
REVONTULI = "Revontuli Energia Oy"


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def revontuli(account: Account) -> Listed[Customer]:
    return account.named("customers", REVONTULI)


def changed(account: Account, row: Listed[Customer], **after: Any) -> Listed[Customer]:
    """The customer after a change of ours, which the list must show as well."""
    answer: Listed[Customer] = account.changes("customers", row, msgspec.structs.replace(row.says, **after))
    assert isinstance(answer, Listed), answer
    listed = next(one for one in account.all("customers") if one.id == row.id)
    assert (listed.says, listed.excluded) == (answer.says, answer.excluded)
    return answer


def an_address(account: Account, customer: str, line: str, **fields: Any) -> str:
    """Somebody adds an address in Severa."""
    return account.people.create("addresses", customer={"guid": customer}, addressline=line, **fields).guid


def a_person(account: Account, customer: str, first: str, last: str, **fields: Any) -> str:
    """Somebody adds a contact person in Severa."""
    customer_ref = {"guid": customer}
    return account.people.create("contactpersons", customer=customer_ref, firstName=first, lastName=last, **fields).guid


def a_channel(account: Account, contact: str, kind: str, value: str) -> str:
    """Somebody adds a phone number or e-mail address in Severa."""
    (type_,) = [row.guid for row in account.people.rows("communicationtypes") if row.type == kind]
    return account.people.create(
        "contactcommunications", contact={"guid": contact}, communicationType={"guid": type_}, value=value
    ).guid


# ---- reading -------------------------------------------------------------------------------------


def test_a_customer_comes_with_its_address_and_contact_persons(revontuli: Listed[Customer]) -> None:
    """S5.2."""
    assert revontuli.says == Customer(
        "1001", REVONTULI, "FI11112221", "posti@revontuli.example.test", billing=OULU, contacts=(HILJA,)
    )
    assert revontuli.excluded == ""


def test_the_whole_list_is_the_pages_of_three_lists_and_no_call_for_a_customer() -> None:
    account = Account(extra_customers=251)
    assert len(account.all("customers")) == 259
    calls = account.asked()
    assert calls == {
        "GET addresses": 3, "GET contactpersons": 1, "GET customers": 3, "GET localization/countries": 1,
    }  # fmt: skip
    whole = [row for page in account.pages("customers", anew=True) for row in page.rows]
    assert whole == account.all("customers")


def test_internal_customers_stay_and_say_so(account: Account, revontuli: Listed[Customer]) -> None:
    company = account.vendor.company
    customer = company.database.customers.find(revontuli.id)
    assert customer is not None
    company.change(customer, {"is_internal": True})
    assert account.named("customers", REVONTULI).excluded == "it is internal"


def test_the_oldest_billing_address_is_the_one_and_all_others_are_deliveries(
    account: Account, revontuli: Listed[Customer]
) -> None:
    """S5.6."""
    account.turn(minutes=1)
    for line in ("B-tie 1", "A-tie 1", "A-tie 1"):
        an_address(account, revontuli.id, line)
    an_address(account, revontuli.id, "Laskutie 9", isBillingAddress=True)
    an_address(account, revontuli.id, "")
    says = account.named("customers", REVONTULI).says
    assert says.billing == OULU
    assert [one.line for one in says.deliveries] == ["A-tie 1", "B-tie 1", "Laskutie 9"]


def test_people_who_are_deleted_or_not_active_are_no_contacts(account: Account, revontuli: Listed[Customer]) -> None:
    gone = a_person(account, revontuli.id, "Aatu", "Gone")
    a_person(account, revontuli.id, "Beeda", "Poissa", isActive=False)
    a_person(account, revontuli.id, "Aamu", "-")
    account.people.delete("contactpersons", gone)
    assert [one.name for one in account.named("customers", REVONTULI).says.contacts] == ["Aamu", "Hilja Kuura"]


@pytest.mark.parametrize("what", ["address", "person", "channel", "customer"])
def test_a_change_of_what_belongs_to_a_customer_is_a_change_of_the_customer(
    account: Account, revontuli: Listed[Customer], what: str
) -> None:
    account.turn(minutes=5)
    (person,) = [row for row in account.people.rows("contactpersons") if row.customer == revontuli.id]
    if what == "address":
        an_address(account, revontuli.id, "Uusi 1")
    elif what == "person":
        account.people.edit("contactpersons", person.guid, lastName="Toinen")
    elif what == "channel":
        (email, _) = [row for row in account.people.rows("contactcommunications") if row.contact == person.guid]
        account.people.edit("contactcommunications", email.guid, value="uusi@revontuli.example.test")
    else:
        account.people.edit("customers", revontuli.id, email="uusi@revontuli.example.test")
    (page,) = account.pages("customers", account.now)
    (row,) = page.rows
    assert (row.id, page.latest_change) == (revontuli.id, account.now)
    assert row == account.named("customers", REVONTULI) or what == "channel"
    assert row.says == account.named("customers", REVONTULI).says != revontuli.says


def test_many_changed_customers_are_read_in_bulk() -> None:
    account = Account(extra_customers=90)
    account.turn(minutes=5)
    for row in account.people.rows("customers")[-60:]:
        account.people.edit("customers", row.guid)
    account.asked()
    rows = account.all("customers", account.now)
    assert len(rows) == 60
    assert sum(account.asked().values()) == 4 + 2 + 1


def test_an_address_that_can_not_be_read_breaks_its_own_customer_and_no_other(
    account: Account, revontuli: Listed[Customer]
) -> None:
    rows = account.rows("addresses")
    broken = [{**row, "city": 7} if row["customer"]["guid"] == revontuli.id else row for row in rows]
    account.a_fault("status", "GET /addresses", status=200, body=broken)
    (page,) = account.pages("customers")
    assert [(one.external_id, one.field) for one in page.broken] == [(revontuli.id, "addresses")]
    assert len(page.rows) == 7


# ---- writing -------------------------------------------------------------------------------------


def test_a_customer_of_the_erp_is_made_whole_and_comes_back_as_it_was_said(account: Account) -> None:
    """S5.4."""
    row = account.makes("customers", a_customer())
    assert row.says == a_customer()
    assert account.asked() == {
        "GET communicationtypes": 1, "GET localization/countries": 1, "GET customers/{guid}/contactpersons": 1,
        "POST contactcommunications": 3, "POST contactpersons": 2, "POST customers": 1,
        "POST customers/{guid}/addresses": 3,
    }  # fmt: skip
    assert account.named("customers", "Hiillos Paja Oy") == row
    assert account.kind("customers").alike(a_customer()) == [row]
    assert not any(one["isForbiddenToUse"] for one in account.rows("contactcommunications"))


def test_a_customer_without_a_number_gets_severas_next_one(account: Account) -> None:
    row = account.makes("customers", Customer("", "Uusi Oy"))
    assert row.says == Customer("1009", "Uusi Oy")


@pytest.mark.parametrize("number", ["A-17", "1.5", "-4", "9" * 20, "0"])
def test_a_number_that_is_no_whole_number_is_refused_in_words(account: Account, number: str) -> None:
    """S5.7."""
    refused = account.makes("customers", a_customer(number=number))
    assert isinstance(refused, Rejected)
    assert (refused.code, refused.field) == ("number_not_whole", "number")
    assert "whole numbers" in refused.message


def test_a_country_that_severa_lacks_is_refused_before_anything_is_written(account: Account) -> None:
    refused = account.makes("customers", a_customer(billing=Address("Rue 1", "75001", "Paris", "FR")))
    assert isinstance(refused, Rejected)
    assert refused.code == "country_unknown"
    assert "POST customers" not in account.asked()


@pytest.mark.parametrize(
    "after",
    [
        {"name": "Revontuli Voima Oy"},
        {"number": "1099", "email": ""},
        {"organisation_number": "FI99990000"},
    ],
)
def test_own_fields_are_written_with_one_call(
    account: Account, revontuli: Listed[Customer], after: dict[str, str]
) -> None:
    """S5.5."""
    account.asked()
    answer = account.changes("customers", revontuli, msgspec.structs.replace(revontuli.says, **after))
    assert account.asked() == {"PATCH customers/{guid}": 1}
    assert answer.says == msgspec.structs.replace(revontuli.says, **after)
    assert answer.says in [row.says for row in account.all("customers")]


def test_a_changed_billing_address_is_written_where_it_stands(account: Account, revontuli: Listed[Customer]) -> None:
    moved = Address("Kaia 9\nBygg 2", "9008", "Tromsø", "NO")
    answer = changed(account, revontuli, billing=moved)
    assert answer.says.billing == Address("Kaia 9 Bygg 2", "9008", "Tromsø", "NO")
    (row,) = [one for one in account.rows("addresses") if one["customer"]["guid"] == revontuli.id]
    assert (row["isPostalAddress"], row["country"]["name"]) == (True, "Norja")
    emptied = changed(account, answer, billing=Address())
    assert emptied.says.billing == Address()
    assert len([one for one in account.rows("addresses") if one["customer"]["guid"] == revontuli.id]) == 1


def test_deliveries_are_made_changed_in_place_and_taken_away_only_where_that_is_sure(
    account: Account, revontuli: Listed[Customer]
) -> None:
    one, two, three = (Address(f"Portti {n}", "90500", "Oulu", "FI") for n in (1, 2, 3))
    row = changed(account, revontuli, deliveries=(one, two))
    guids = {r["addressline"]: r["guid"] for r in account.rows("addresses") if "Portti" in r["addressline"]}
    row = changed(account, row, deliveries=(one, three))
    now = {r["addressline"]: r["guid"] for r in account.rows("addresses") if "Portti" in r["addressline"]}
    assert now == {"Portti 1": guids["Portti 1"], "Portti 3": guids["Portti 2"]}
    row = changed(account, row, deliveries=(three,))
    assert row.says.deliveries == (three,)
    account.people.edit("addresses", now["Portti 3"], isPostalAddress=True)
    row = changed(account, row, deliveries=())
    assert row.says.deliveries == (three,)  # post goes there: it stays, and is told


def test_a_delivery_that_may_not_be_deleted_stays_and_is_told(account: Account, revontuli: Listed[Customer]) -> None:
    gate = Address("Portti 1", "90500", "Oulu", "FI")
    row = changed(account, revontuli, deliveries=(gate,))
    for status in (400, 403):
        account.a_fault("status", "DELETE /addresses/*", status=status)
        assert changed(account, row, deliveries=()).says.deliveries == (gate,)


def test_what_somebody_added_meanwhile_stays(account: Account, revontuli: Listed[Customer]) -> None:
    an_address(account, revontuli.id, "Kesken 1")
    a_person(account, revontuli.id, "Kesken", "Tullut")
    gate = Address("Portti 1", "90500", "Oulu", "FI")
    row = changed(account, revontuli, deliveries=(gate,), contacts=(HILJA, Contact("Oili Uusi")))
    assert Address(line="Kesken 1") in row.says.deliveries
    assert [one.name for one in row.says.contacts] == ["Hilja Kuura", "Kesken Tullut", "Oili Uusi"]


def test_a_contact_person_is_renamed_told_a_new_number_made_inactive_and_active_again(
    account: Account, revontuli: Listed[Customer]
) -> None:
    married = Contact("Hilja Pakkanen", HILJA.email, "+358 50 123")
    row = changed(account, revontuli, contacts=(married,))
    assert row.says.contacts == (married,)
    people = [one for one in account.rows("contactpersons") if one["customer"]["guid"] == revontuli.id]
    assert len(people) == 1
    row = changed(account, row, contacts=())
    assert row.says.contacts == ()
    assert account.get(f"contactpersons/{people[0]['guid']}")["isDeleted"] is False
    row = changed(account, row, contacts=(Contact("Hilja Pakkanen", "", married.phone),))
    assert row.says.contacts == (Contact("Hilja Pakkanen", "", married.phone),)
    assert len([one for one in account.rows("contactpersons") if one["customer"]["guid"] == revontuli.id]) == 1


def test_of_several_phone_numbers_the_first_by_its_text_counts_and_is_changed(account: Account) -> None:
    (person,) = [one for one in account.rows("contactpersons") if one["name"] == HILJA.name]
    a_channel(account, person["guid"], "MobilePhone", "+358 50 999")
    row = account.named("customers", REVONTULI)
    assert row.says.contacts[0].phone == "+358 50 999"
    row = changed(account, row, contacts=(Contact(HILJA.name, HILJA.email, "+358 50 111"),))
    assert row.says.contacts[0].phone == "+358 50 111"
    assert set(account.get(f"contactpersons/{person['guid']}")["phoneNumbers"]) == {"+358 50 111", HILJA.phone}


def test_a_change_that_breaks_off_is_written_whole_the_next_time(account: Account, revontuli: Listed[Customer]) -> None:
    after = msgspec.structs.replace(
        revontuli.says, email="x@revontuli.example.test", contacts=(HILJA, Contact("Oili Uusi", "oili@x.example.test"))
    )
    account.a_fault("status", "POST /contactcommunications", status=429)
    assert isinstance(account.changes("customers", revontuli, after), RateLimited)
    again = account.changes("customers", revontuli, after)
    assert again.says == after
    assert len([one for one in account.rows("contactpersons") if one["customer"]["guid"] == revontuli.id]) == 2


@pytest.mark.parametrize("fault", ["lost_after_commit", "reset_before"])
def test_a_customer_that_is_made_but_not_whole_is_unsure_and_found_again(account: Account, fault: str) -> None:
    account.all("employees")
    account.a_fault(fault, "POST /customers/*/addresses")
    assert isinstance(account.makes("customers", a_customer()), DeliveryUnknown)
    (found,) = account.kind("customers").alike(a_customer())
    answer = account.changes("customers", found, a_customer())
    assert answer.says == a_customer()


def test_a_customer_that_is_gone_is_stale_and_no_rights_stop_the_connection(account: Account) -> None:
    row = account.makes("customers", Customer("30001", "Lyhyt Oy"))
    account.people.delete("customers", row.id)
    for after in ({"name": "Toinen Oy"}, {"billing": OULU}):
        account.a_fault("status", "GET /customers/*/addresses", status=200, body=[])
        answer = account.changes("customers", row, msgspec.structs.replace(row.says, **after))
        assert isinstance(answer, Stale), answer
    account.a_fault("status", "PATCH /customers/*", status=403)
    with pytest.raises(ReconnectNeeded):
        account.changes("customers", row, Customer("30001", "Kolmas Oy"))
