"""Customers in e-conomic against the stand-in."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from handoff.domain.errors import DeliveryUnknown, ReconnectNeeded, Rejected, Unreachable
from tests.contract.economic_erp import CUSTOMERS, KEY, NOON, OTHER_KEY, Agreement, a_customer


@pytest.fixture
def agreement() -> Agreement:
    return Agreement()


def test_a_new_customer_arrives_with_all_its_fields_in_one_call(agreement: Agreement) -> None:
    """M2.1, M2.3: name, number, customer group, VAT zone, organisation number, e-mail, address, country."""
    made = agreement.erp.customers.create(a_customer(), key=KEY)
    assert agreement.erp.calls == 1
    row = agreement.vendor.vendor.agreement.customers[10001]
    assert {name: value for name, value in row.items() if name != "lastUpdated"} == {
        "customerNumber": 10001, "name": "Solbær Bryghus A/S", "currency": "DKK", "address": "Humlegangen 2",
        "zip": "5000", "city": "Odense C", "country": "Danmark", "email": "faktura@solbaer.example",
        "corporateIdentificationNumber": "10000001", "customerGroup": {"customerGroupNumber": 1},
        "paymentTerms": {"paymentTermsNumber": 1}, "vatZone": {"vatZoneNumber": 1},
    }  # fmt: skip
    assert (made.number, made.name, made.organisation_number) == (10001, "Solbær Bryghus A/S", "10000001")


def test_a_change_is_one_call_and_leaves_what_people_keep_in_e_conomic(agreement: Agreement) -> None:
    """M2.2: any change is transferred again."""
    agreement.erp.customers.create(a_customer(), key=KEY)
    agreement.people.edit_customer(
        10001, telephoneAndFaxNumber="00 00 00 00", barred=True, creditLimit=12500, layout={"layoutNumber": 19}
    )
    known = agreement.erp.customers.find(10001)
    assert known is not None
    before = agreement.erp.calls
    changed = agreement.erp.customers.update(a_customer(name="Solbær Bryghus og Kro A/S"), known.form, key=KEY)
    assert agreement.erp.calls - before == 1
    row = agreement.vendor.vendor.agreement.customers[10001]
    assert row["name"] == "Solbær Bryghus og Kro A/S"
    kept = {name: row.get(name) for name in ("telephoneAndFaxNumber", "barred", "creditLimit", "layout")}
    assert kept == {
        "telephoneAndFaxNumber": "00 00 00 00", "barred": True, "creditLimit": 12500, "layout": {"layoutNumber": 19},
    }  # fmt: skip
    assert changed is not None
    assert changed.fingerprint != known.fingerprint


def test_our_own_write_does_not_come_back_as_a_change(agreement: Agreement) -> None:
    made = agreement.erp.customers.create(a_customer(), key=KEY)
    changed = agreement.erp.customers.update(a_customer(city="Aarhus"), made.form, key=KEY)
    read = agreement.erp.customers.find(10001)
    assert read is not None
    assert changed == read
    agreement.people.edit_customer(10001, mobilePhone="00 00 00 01")
    other_field = agreement.erp.customers.find(10001)
    assert other_field is not None
    assert other_field.fingerprint == read.fingerprint
    assert other_field.form != read.form


def test_a_field_that_became_empty_is_cleared(agreement: Agreement) -> None:
    made = agreement.erp.customers.create(a_customer(), key=KEY)
    agreement.erp.customers.update(a_customer(email="", organisation_number=""), made.form, key=KEY)
    row = agreement.vendor.vendor.agreement.customers[10001]
    assert "email" not in row
    assert "corporateIdentificationNumber" not in row


def test_texts_are_cut_to_what_e_conomic_takes(agreement: Agreement) -> None:
    made = agreement.erp.customers.create(a_customer(name="N" * 300, city="C" * 80, address="Vej 1\nEtage 2"), key=KEY)
    row = agreement.vendor.vendor.agreement.customers[10001]
    assert (len(row["name"]), len(row["city"]), row["address"]) == (255, 50, "Vej 1\nEtage 2")
    assert made.name == row["name"]


def test_a_number_that_another_customer_has_is_refused_with_its_name(agreement: Agreement) -> None:
    """M5.1: Moment's numbers rule, so a taken one is told and nothing is overwritten."""
    with pytest.raises(Rejected, match="90001 already belongs to Strandsiv Kro") as caught:
        agreement.erp.customers.create(a_customer(number=90001), key=KEY)
    assert (caught.value.code, caught.value.field) == ("number_taken", "number")


def test_another_refusal_names_the_field_and_what_is_wrong_with_it(agreement: Agreement) -> None:
    """M2.4: the customer group must exist."""
    with pytest.raises(Rejected, match=r"customerGroup: customerGroup does not exist") as caught:
        agreement.erp.customers.create(a_customer(group=7), key=KEY)
    assert (caught.value.code, caught.value.status) == ("refused", 400)


def test_a_refusal_is_not_repeated_from_memory_once_it_is_mended(agreement: Agreement) -> None:
    wanted = a_customer(group=7)
    with pytest.raises(Rejected):
        agreement.erp.customers.create(wanted, key=KEY)
    agreement.vendor.vendor.agreement.customer_groups[7] = {
        "customerGroupNumber": 7, "name": "Nye", "account": {"accountNumber": 5600},
    }  # fmt: skip
    agreement.later(minutes=2)
    assert agreement.erp.customers.create(wanted, key=KEY).number == 10001


def test_a_write_with_the_same_key_is_carried_out_once(agreement: Agreement) -> None:
    first = agreement.erp.customers.create(a_customer(), key=KEY)
    assert agreement.erp.customers.create(a_customer(), key=KEY) == first
    with pytest.raises(Rejected, match="already belongs"):
        agreement.erp.customers.create(a_customer(), key=OTHER_KEY)


def test_a_change_and_its_taking_back_within_the_hour_are_both_carried_out(agreement: Agreement) -> None:
    made = agreement.erp.customers.create(a_customer(), key=KEY)
    for city in ("Aarhus", "Odense C", "Aarhus"):
        agreement.erp.customers.update(a_customer(city=city), made.form, key=f"{KEY}{city}")
        assert agreement.vendor.vendor.agreement.customers[10001]["city"] == city


def test_a_customer_that_was_deleted_within_the_hour_is_made_again(agreement: Agreement) -> None:
    agreement.erp.customers.create(a_customer(), key=KEY)
    agreement.people.delete_customer(10001)
    assert agreement.erp.customers.create(a_customer(), key=KEY).number == 10001
    assert 10001 in agreement.vendor.vendor.agreement.customers


def test_a_customer_that_is_gone_is_none_to_read_and_to_write(agreement: Agreement) -> None:
    made = agreement.erp.customers.create(a_customer(), key=KEY)
    agreement.people.delete_customer(10001)
    assert agreement.erp.customers.find(10001) is None
    assert agreement.erp.customers.update(a_customer(city="Aarhus"), made.form, key=KEY) is None


def test_a_customer_renumbered_by_hand_is_found_under_its_new_number(agreement: Agreement) -> None:
    """M5.1: a number that was changed in e-conomic can be noticed."""
    agreement.erp.customers.create(a_customer(), key=KEY)
    agreement.people.renumber_customer(10001, 10099)
    assert agreement.erp.customers.find(10001) is None
    (moved,) = agreement.erp.customers.alike(a_customer())
    assert moved.number == 10099


def test_alike_goes_by_the_organisation_number_and_else_by_the_exact_name(agreement: Agreement) -> None:
    for number, name, organisation in (
        (1, "Havtang (1) * 50 %, $", "11"), (2, "Havtang", "22"), (3, "Havtang Syd", ""), (4, "HAVTANG ", ""),
    ):  # fmt: skip
        agreement.erp.customers.create(
            a_customer(number=number, name=name, organisation_number=organisation), key=f"{KEY}{number}"
        )
    found = agreement.erp.customers.alike

    def numbers(**changes: object) -> list[int]:
        before = agreement.erp.calls
        alike = found(a_customer(number=99, **changes))
        assert agreement.erp.calls - before == 1
        return sorted(one.number for one in alike)

    assert numbers(name="Noget andet", organisation_number="22") == [2]
    assert numbers(name="Havtang", organisation_number="33") == [2, 4]
    assert numbers(name="havtang", organisation_number="") == [2, 4]
    assert numbers(name="Havtang (1) * 50 %, $", organisation_number="") == [1]
    assert numbers(name="Ingen", organisation_number="") == []


def test_what_changed_is_read_a_thousand_at_a_time(agreement: Agreement) -> None:
    for number in range(20_000, 21_005):
        agreement.vendor.vendor.agreement.stamp_customer(
            number, {"name": f"Kunde {number}", "currency": "DKK"}, None
        )  # fmt: skip
    before = agreement.erp.calls
    everybody = [one.number for one in agreement.erp.customers.changed_since(None)]
    assert agreement.erp.calls - before == 2
    assert everybody == sorted(set(everybody))
    assert len(everybody) == 1007
    agreement.later(minutes=5)
    agreement.people.edit_customer(20_003, name="Ny")
    changed = list(agreement.erp.customers.changed_since(NOON + timedelta(minutes=5)))
    assert [(one.number, one.name) for one in changed] == [(20_003, "Ny")]


def test_a_lost_answer_is_not_known_and_the_number_tells(agreement: Agreement) -> None:
    agreement.vendor.fault("lost_after_commit", f"POST {CUSTOMERS}")
    with pytest.raises(DeliveryUnknown):
        agreement.erp.customers.create(a_customer(), key=KEY)
    assert agreement.erp.customers.find(10001) is not None


def test_a_read_that_fails_is_only_unreachable(agreement: Agreement) -> None:
    agreement.vendor.fault("status", f"GET {CUSTOMERS}/*", status=503, body="<html>busy</html>")
    with pytest.raises(Unreachable):
        agreement.erp.customers.find(10001)


def test_a_role_that_our_app_lacks_stops_the_connection() -> None:
    agreement = Agreement(roles=["Bookkeeping"])
    with pytest.raises(ReconnectNeeded, match="customers answered 403") as caught:
        agreement.erp.customers.create(a_customer(), key=KEY)
    assert caught.value.code == "role_missing"
    assert "SuperUser" in caught.value.cure


def test_the_form_is_what_a_write_hands_back(agreement: Agreement) -> None:
    made = agreement.erp.customers.create(a_customer(), key=KEY)
    form = json.loads(made.form)
    assert not {"self", "balance", "dueAmount", "lastUpdated"} & set(form)
    assert form["customerGroup"] == {"customerGroupNumber": 1}
