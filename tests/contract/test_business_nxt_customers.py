"""Customers of Business NXT with their addresses and contacts, kept as the mirror needs it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from handoff.domain.errors import Rejected, Stale
from handoff.domain.pairs import Address, Contact, Customer
from handoff.ports.mirror import Blocked, Change, Listed
from tests.contract.business_nxt_erp import NxtErp, a_customer, changed, made, says, taken, walked

QUAY = Address("Kaia 1", "5003", "BERGEN", "NO")
STORE = Address("Brygga 4", "5003", "BERGEN", "NO")
MILL = Address("Kvernveien 8", "6100", "VOLDA", "NO")
CAPTAIN = Contact("Rasmus Tangvald", "kaptein@kunde10001.example.test")
MATE = Contact("Unni Skott", "unni@kunde10001.example.test", "55 00 00 01")
SHIPPING = "Tåkefjord Rederi AS"


@pytest.fixture
def nxt() -> Iterator[NxtErp]:
    company = NxtErp()
    yield company
    company.close()


def but(row: Listed[Customer], **said: Any) -> Customer:
    return msgspec.structs.replace(row.says, **said)


# ---- reading -------------------------------------------------------------------------------------


def test_a_customer_is_told_with_addresses_and_contacts(nxt: NxtErp) -> None:
    """S5.1, S5.2, S5.6: one billing address, the others are delivery addresses."""
    assert says(nxt.keeps("customers"), SHIPPING).says == Customer(
        "10001", SHIPPING, "999888101", "faktura@kunde10001.example.test", QUAY, (STORE,), (CAPTAIN,)
    )
    bare = says(nxt.keeps("customers"), "Myrull & Kvist").says
    assert (bare.billing, bare.deliveries, bare.contacts) == (Address(), (), ())


def test_lines_of_an_address_are_one_line_and_a_country_without_a_code_is_none(nxt: NxtErp) -> None:
    nxt.people.add("country", countryNo=999, name="Havet")
    nxt.people.edit("associate", 1, addressLine2=" 2. etasje ", addressLine3="Inngang B", countryNo=999)
    assert says(nxt.keeps("customers"), SHIPPING).says.billing == Address(
        "Kaia 1, 2. etasje, Inngang B", "5003", "BERGEN", ""
    )


def test_an_address_or_a_person_that_is_there_twice_is_told_once(nxt: NxtErp) -> None:
    place = {"addressLine1": "Brygga 4", "postCode": "5003", "postalArea": "BERGEN", "countryNo": 47}
    nxt.people.add("deliveryAddress", associateNo=1, name="Butikken", **place)
    nxt.people.add("deliveryAddress", associateNo=1, name="Uten adresse")
    nxt.people.add("associate", liaisonAssociateNo=1, name=CAPTAIN.name, emailAddress=CAPTAIN.email)
    told = says(nxt.keeps("customers"), SHIPPING).says
    assert (told.deliveries, told.contacts) == ((STORE,), (CAPTAIN,))


def test_a_mobile_phone_counts_where_there_is_no_other(nxt: NxtErp) -> None:
    nxt.people.add("associate", liaisonAssociateNo=2, name="Unni Skott", mobilePhone="99 00 00 01")
    assert says(nxt.keeps("customers"), "Mosegård Meieri AS").says.contacts == (
        Contact("Unni Skott", "", "99 00 00 01"),
    )


def test_the_whole_list_is_two_calls_and_one_without_changes_is_one(nxt: NxtErp) -> None:
    objects = nxt.keeps("customers")
    assert len(walked(objects)) == 7
    assert nxt.calls() == 2
    page = objects.listed(since=nxt.now, page=None)
    assert (page.rows, page.next_page, page.latest_change) == ([], None, None)
    assert nxt.calls() == 1


def test_blocked_customers_are_listed_and_say_so(nxt: NxtErp) -> None:
    """S5.8: some can be prevented from transferring."""
    rows = walked(nxt.keeps("customers", blocked={"customers": Blocked(3, 1)})).values()
    blocked = {row.says.name: row.excluded for row in rows if row.blocked}
    assert blocked == {"Hønseby Kommune": "it is blocked in group 3"}


@pytest.mark.parametrize(
    ("table", "key", "change"),
    [
        ("associate", 1, {"phone": "1"}),
        ("deliveryAddress", 1, {"postCode": "5004"}),
        ("associate", 14, {"phone": "55 11 11 11"}),
    ],
)
def test_a_change_of_any_part_lists_the_customer(nxt: NxtErp, table: str, key: int, change: dict[str, object]) -> None:
    nxt.later(hours=1)
    nxt.people.edit(table, key, **change)
    objects = nxt.keeps("customers")
    page = objects.listed(since=nxt.now - timedelta(minutes=2), page=None)
    assert [(row.says.number, row.changed_at) for row in page.rows] == [("10001", nxt.now)]
    assert page.latest_change == nxt.now
    assert nxt.calls() == 2


def test_a_new_address_and_a_new_contact_list_their_customers(nxt: NxtErp) -> None:
    nxt.people.add("deliveryAddress", associateNo=2, addressLine1="Seterveien 1")
    nxt.people.add("associate", liaisonAssociateNo=3, name="Unni Skott")
    nxt.people.add("associate", liaisonAssociateNo=8, name="Hos en leverandør")
    nxt.people.add("associate", supplierNo=None, name="En leverandør")
    page = nxt.keeps("customers").listed(since=nxt.now, page=None)
    assert [row.says.number for row in page.rows] == ["10002", "10003"]


def test_a_list_is_walked_page_by_page_whole_and_by_its_changes() -> None:
    nxt = NxtErp(page_max=2)
    objects = nxt.keeps("customers")
    for place in range(5):
        nxt.people.add("deliveryAddress", associateNo=1, addressLine1=f"Lager {place}")
        nxt.people.add("associate", liaisonAssociateNo=2, name=f"Person {place}")
    nxt.people.edit("associate", 5, name="Først")
    nxt.people.edit("associate", 6, name="Så")
    nxt.people.edit("associate", 7, name="Sist")
    everything = walked(objects)
    assert len(everything) == 7
    assert len(everything["1"].says.deliveries) == 6
    assert len(everything["2"].says.contacts) == 5
    since = walked(objects, nxt.now)
    assert set(since) == {"1", "2", "5", "6", "7"}
    assert {name: since[name] for name in since} == {name: everything[name] for name in since}
    nxt.close()


def test_what_is_like_a_customer_is_found_by_number_or_by_name(nxt: NxtErp) -> None:
    objects = nxt.keeps("customers")
    assert [row.id for row in objects.alike(Customer("10001", "En annen"))] == ["1"]
    assert [row.says.deliveries for row in objects.alike(Customer("", SHIPPING))] == [(STORE,)]
    assert [row.id for row in objects.alike(Customer("ikke et tall", SHIPPING))] == ["1"]
    assert objects.alike(Customer("1", "Skisporet Konsulent AS")) == []
    assert objects.alike(Customer("", "")) == []


# ---- making --------------------------------------------------------------------------------------


def test_a_customer_is_made_with_a_number_of_nxt_and_all_that_belongs_to_it(nxt: NxtErp) -> None:
    """S5.7: the ERP rules the numbers."""
    wanted = a_customer(
        organisation_number="999888199", email="post@tak.example", billing=QUAY, deliveries=(STORE, MILL),
        contacts=(CAPTAIN, MATE),
    )  # fmt: skip
    objects = nxt.keeps("customers")
    (row,) = made(objects, wanted)
    assert row.says == msgspec.structs.replace(wanted, number="10008")
    assert nxt.calls() == 3  # the countries, the customer, and what belongs to it
    assert walked(objects)[row.id] == row
    kept = nxt.people.row("deliveryAddress", 2)
    assert (kept["name"], kept["associateNo"]) == ("Fjellvind Tak AS", int(row.id))


def test_a_customer_with_nothing_besides_is_one_call(nxt: NxtErp) -> None:
    made(nxt.keeps("customers"), a_customer(email="post@tak.example"))
    assert nxt.calls() == 1


def test_many_customers_are_made_in_two_calls_each_with_its_own(nxt: NxtErp) -> None:
    objects = nxt.keeps("customers")
    wanted = [
        a_customer(f"Kunde {place}", deliveries=(Address(f"Vei {place}"),), contacts=(Contact(f"Person {place}"),))
        for place in range(objects.batch_max)
    ]
    rows = made(objects, *wanted)
    assert nxt.calls() == 2
    assert [msgspec.structs.replace(row.says, number="") for row in rows] == wanted
    assert len({row.says.number for row in rows}) == len(wanted)


def test_a_country_that_nxt_does_not_know_is_refused_before_anything_is_written(nxt: NxtErp) -> None:
    wanted = [
        a_customer("En", billing=Address("Rue 1", country="FR")),
        a_customer("To", deliveries=(Address("Rue 2", country="FR"),)),
    ]
    answers = nxt.keeps("customers").create([*wanted, a_customer("Tre", billing=Address("Vei 3", country="no"))])
    assert [one.code for one in answers if isinstance(one, Rejected)] == ["country_unknown"] * 2
    assert isinstance(answers[2], Listed)
    assert answers[2].says.billing == Address("Vei 3", country="NO")
    assert len(nxt.company.items("associate", "associateNo", "filter: {customerNo: {_gt: 10007}}")) == 1


def test_an_address_that_is_too_long_is_broken_at_its_commas_and_cut_where_it_shows(nxt: NxtErp) -> None:
    parts = ["c/o " + "A" * 40, "Store Strandvei 1000", "3. etasje", "B" * 70, "Bakgården", "C" * 60]
    (row,) = made(nxt.keeps("customers"), a_customer(billing=Address("  " + ",\n".join(parts))))
    kept = nxt.people.row("associate", int(row.id))
    assert [kept[f"addressLine{place}"] for place in (1, 2, 3)] == [
        "c/o " + "A" * 40, "Store Strandvei 1000, 3. etasje", "B" * 60
    ]  # fmt: skip
    assert row.says.billing.line == ", ".join(["c/o " + "A" * 40, "Store Strandvei 1000, 3. etasje", "B" * 60])
    assert walked(nxt.keeps("customers"))[row.id] == row


def test_a_customer_that_lost_its_addresses_on_the_way_is_completed_by_an_update(nxt: NxtErp) -> None:
    objects = nxt.keeps("customers")
    nxt.breaks("reset_before", "deliveryAddress_create")
    wanted = a_customer(deliveries=(Address("Vei 1"),), contacts=(MATE,))
    (row,) = made(objects, wanted)
    assert (row.says.deliveries, row.says.contacts) == ((), ())
    (after,) = taken([changed(objects, row, msgspec.structs.replace(wanted, number=row.says.number))])
    assert (after.says.deliveries, after.says.contacts) == (wanted.deliveries, wanted.contacts)
    assert len(nxt.people._company.rows("associate").where("name", wanted.name)) == 1


def test_a_contact_that_is_refused_leaves_the_customer_without_it(nxt: NxtErp) -> None:
    nxt.goes_wrong("deliveryAddress_create", kind="error")
    (row,) = made(nxt.keeps("customers"), a_customer(deliveries=(Address("Vei 1"),), contacts=(MATE,)))
    assert (row.says.deliveries, row.says.contacts) == ((), (MATE,))
    assert walked(nxt.keeps("customers"))[row.id] == row


# ---- changing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Tåkefjord Rederi ASA"},
        {"organisation_number": "999888777", "email": ""},
        {"number": "10777"},
        {"billing": Address("Kaia 2", "5004", "BERGEN", "SE")},
        {"billing": Address()},
        {"deliveries": ()},
        {"deliveries": (MILL,)},
        {"deliveries": (MILL, STORE, QUAY)},
        {"contacts": ()},
        {"contacts": (MATE,)},
        {"contacts": (MATE, CAPTAIN)},
        {"contacts": (Contact(CAPTAIN.name, "ny@x.example", "1"),)},
        {"contacts": (Contact("Rasmus T. Vik", CAPTAIN.email),)},
        {"name": "Alt", "email": "a@x.example", "billing": MILL, "deliveries": (QUAY, MILL), "contacts": (MATE,)},
    ],
    ids="-".join,
)
def test_a_change_is_two_calls_and_comes_back_as_the_same_words(nxt: NxtErp, said: dict[str, Any]) -> None:
    """S5.5: updates always both ways."""
    objects = nxt.keeps("customers")
    row = says(objects, SHIPPING)
    nxt.later(minutes=5)
    nxt.calls()
    (after,) = taken([changed(objects, row, but(row, **said))])
    assert nxt.calls() == 2
    wanted = but(row, **said)
    assert msgspec.structs.replace(after.says, deliveries=(), contacts=()) == msgspec.structs.replace(
        wanted, deliveries=(), contacts=()
    )
    assert set(after.says.deliveries) == set(wanted.deliveries)
    assert set(after.says.contacts) == set(wanted.contacts)
    assert walked(objects)["1"].says == after.says


def test_a_person_who_is_no_contact_any_more_stays_an_associate(nxt: NxtErp) -> None:
    objects = nxt.keeps("customers")
    row = says(objects, SHIPPING)
    taken([changed(objects, row, but(row, contacts=()))])
    kept = nxt.people.row("associate", 14)
    assert (kept["name"], kept["liaisonAssociateNo"]) == (CAPTAIN.name, 0)


def test_an_address_that_changes_keeps_its_row_and_its_name(nxt: NxtErp) -> None:
    objects = nxt.keeps("customers")
    row = says(objects, SHIPPING)
    moved = Address("Brygga 4", "5003", "BERGEN", "SE")
    taken([changed(objects, row, but(row, deliveries=(moved,)))])
    kept = nxt.people.row("deliveryAddress", 1)
    assert (kept["name"], kept["countryNo"]) == ("Tåkefjord Rederi, lager", 46)


def test_lines_of_an_address_stay_as_they_are_broken_unless_their_text_changes(nxt: NxtErp) -> None:
    nxt.people.edit("associate", 1, addressLine2="2. etasje")
    objects = nxt.keeps("customers")
    row = says(objects, SHIPPING)
    (after,) = taken([changed(objects, row, but(row, billing=Address(row.says.billing.line, "5010", "BERGEN", "NO")))])
    kept = nxt.people.row("associate", 1)
    assert (kept["addressLine1"], kept["addressLine2"], kept["postCode"]) == ("Kaia 1", "2. etasje", "5010")
    (after,) = taken([changed(objects, after, but(after, billing=Address("Kaia 7", "5010", "BERGEN", "NO")))])
    kept = nxt.people.row("associate", 1)
    assert (kept["addressLine1"], kept["addressLine2"]) == ("Kaia 7", "")


def test_clearing_a_phone_clears_the_one_that_is_shown(nxt: NxtErp) -> None:
    nxt.people.edit("associate", 14, phone="1", mobilePhone="2")
    objects = nxt.keeps("customers")
    row = says(objects, SHIPPING)
    (after,) = taken([changed(objects, row, but(row, contacts=(CAPTAIN,)))])
    assert after.says.contacts == (CAPTAIN,)


@pytest.mark.parametrize(
    ("table", "key", "edit", "said"),
    [
        ("associate", 1, {"name": "Menneskets"}, {"name": "Vårt"}),
        ("associate", 1, {"postCode": "9999"}, {"billing": MILL}),
        ("deliveryAddress", 1, {"postCode": "9999"}, {"deliveries": (MILL,)}),
        ("associate", 14, {"emailAddress": "menneskets@x.example"}, {"contacts": (MATE,)}),
    ],
)
def test_what_somebody_changed_meanwhile_is_not_touched(
    nxt: NxtErp, table: str, key: int, edit: dict[str, object], said: dict[str, Any]
) -> None:
    objects = nxt.keeps("customers")
    row = says(objects, SHIPPING)
    nxt.people.edit(table, key, **edit)
    assert isinstance(changed(objects, row, but(row, **said)), Stale)
    kept = nxt.people.row(table, key)
    assert {name: kept[name] for name in edit} == edit


def test_other_fields_that_somebody_changed_meanwhile_stay_and_are_told(nxt: NxtErp) -> None:
    objects = nxt.keeps("customers")
    row = says(objects, SHIPPING)
    nxt.people.edit("associate", 1, emailAddress="ny@x.example")
    nxt.people.edit("deliveryAddress", 1, postCode="5005")
    (after,) = taken([changed(objects, row, but(row, name="Vårt"))])
    assert (after.says.name, after.says.email, after.says.deliveries[0].postcode) == ("Vårt", "ny@x.example", "5005")


def test_what_says_already_what_it_shall_is_not_written_again(nxt: NxtErp) -> None:
    """A change whose answer was lost is met again, and is done."""
    objects = nxt.keeps("customers")
    row = says(objects, SHIPPING)
    after = but(row, name="Vårt", deliveries=(MILL,))
    taken([changed(objects, row, after)])
    nxt.calls()
    (again,) = taken([changed(objects, row, after)])
    assert again.says == after
    assert nxt.calls() == 1


def test_a_batch_of_changes_is_two_calls_and_answered_one_by_one(nxt: NxtErp) -> None:
    objects = nxt.keeps("customers")
    rows = list(walked(objects).values())
    nxt.people.edit("associate", 2, customerNo=0)
    nxt.calls()
    answers = objects.update([Change(row.id, row.says, but(row, name=f"{row.says.name} B")) for row in rows])
    assert [isinstance(one, Listed) for one in answers] == [True, False, True, True, True, True, True]
    assert isinstance(answers[1], Stale)
    assert [one.says.name for one in answers if isinstance(one, Listed)] == [
        f"{row.says.name} B" for row in rows if row.id != "2"
    ]
    assert nxt.calls() == 2


def test_a_number_that_another_customer_has_is_refused_and_the_others_go_on(nxt: NxtErp) -> None:
    objects = nxt.keeps("customers")
    one, two, three = list(walked(objects).values())[:3]
    answers = objects.update(
        [
            Change(one.id, one.says, but(one, number="10002")),
            Change(two.id, two.says, but(two, billing=Address("Rue 1", country="FR"))),
            Change(three.id, three.says, but(three, name="Nattugle forlag")),
        ]
    )
    assert [type(answer) for answer in answers[:1]] == [Rejected]
    assert isinstance(answers[1], Rejected)
    assert (answers[1].code, answers[1].field) == ("country_unknown", "country")
    assert isinstance(answers[2], Listed)
