"""Projects in e-conomic against the stand-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from handoff.domain.errors import DeliveryUnknown, Rejected, Unreachable
from tests.contract.economic_erp import KEY, NOON, PROJECTS, Agreement, a_wanted_project


@pytest.fixture
def agreement() -> Agreement:
    agreement = Agreement().with_customer()
    agreement.seen()
    return agreement


def row_of(agreement: Agreement, number: int = 1001) -> dict[str, object]:
    return agreement.vendor.vendor.agreement.projects[number]


def test_a_new_project_arrives_with_number_name_customer_and_group(agreement: Agreement) -> None:
    """M3.1, M3.4, M3.5, M3.6: number, name, customer number; active; in the internal group."""
    made = agreement.erp.projects.create(a_wanted_project(), key=KEY)
    row = row_of(agreement)
    kept = {name: row.get(name) for name in ("number", "name", "customerNumber", "projectGroupNumber")}
    assert kept == {"number": 1001, "name": "Energiplan", "customerNumber": 10001, "projectGroupNumber": 1}
    assert not row.get("isBarred")
    assert not row.get("isClosed")
    assert row.get("status") is None
    assert (made.number, made.name) == (1001, "Energiplan")
    assert sum(agreement.seen().values()) == 2


def test_a_project_without_a_customer_is_sent_without_one(agreement: Agreement) -> None:
    agreement.erp.projects.create(a_wanted_project(customer=None), key=KEY)
    assert row_of(agreement).get("customerNumber") is None


def test_a_change_writes_over_the_form_and_keeps_what_people_keep(agreement: Agreement) -> None:
    """M3.2: any change is transferred again."""
    made = agreement.erp.projects.create(a_wanted_project(), key=KEY)
    agreement.people.edit_project(1001, description="Kun internt", isBarred=True)
    known = agreement.erp.projects.find(1001)
    assert known is not None
    assert known.fingerprint != made.fingerprint
    agreement.seen()
    changed = agreement.erp.projects.update(a_wanted_project(name="Energiplan 2", customer=None), known.form, key=KEY)
    assert sum(agreement.seen().values()) == 2
    row = row_of(agreement)
    assert (row["name"], row["description"], row["isBarred"]) == ("Energiplan 2", "Kun internt", True)
    assert row.get("customerNumber") is None
    assert changed == agreement.erp.projects.find(1001)


def test_when_somebody_wrote_since_the_newest_is_read_and_written_once(agreement: Agreement) -> None:
    made = agreement.erp.projects.create(a_wanted_project(), key=KEY)
    agreement.people.edit_project(1001, description="Nyt")
    agreement.seen()
    agreement.erp.projects.update(a_wanted_project(name="Energiplan 2"), made.form, key=KEY)
    assert agreement.seen() == {
        "GET /projectsapi/{version}/projects/{number}": 2, "PUT /projectsapi/{version}/projects": 2,
    }  # fmt: skip
    assert (row_of(agreement)["name"], row_of(agreement)["description"]) == ("Energiplan 2", "Nyt")


def test_a_project_that_keeps_changing_is_left_for_the_next_pass(agreement: Agreement) -> None:
    made = agreement.erp.projects.create(a_wanted_project(), key=KEY)
    agreement.vendor.fault("status", f"PUT {PROJECTS}", status=409, body={"message": "Update conflict."}, times=2)
    with pytest.raises(Unreachable) as caught:
        agreement.erp.projects.update(a_wanted_project(name="Energiplan 2"), made.form, key=KEY)
    assert caught.value.code == "kept_changing"


def test_a_taken_number_and_a_missing_group_are_told(agreement: Agreement) -> None:
    agreement.erp.projects.create(a_wanted_project(), key=KEY)
    with pytest.raises(Rejected, match="taken") as caught:
        agreement.erp.projects.create(a_wanted_project(name="En anden"), key=KEY)
    assert caught.value.code == "number_taken"
    with pytest.raises(Rejected):
        agreement.erp.projects.create(a_wanted_project(number=1002, group=77), key=KEY)


def test_a_project_that_is_gone_is_none(agreement: Agreement) -> None:
    made = agreement.erp.projects.create(a_wanted_project(), key=KEY)
    del agreement.vendor.vendor.agreement.projects[1001]
    assert agreement.erp.projects.find(1001) is None
    assert agreement.erp.projects.update(a_wanted_project(name="X"), made.form, key=KEY) is None


def test_a_project_that_was_deleted_within_the_hour_is_made_again(agreement: Agreement) -> None:
    agreement.erp.projects.create(a_wanted_project(), key=KEY)
    del agreement.vendor.vendor.agreement.projects[1001]
    assert agreement.erp.projects.create(a_wanted_project(), key=KEY).number == 1001
    assert row_of(agreement)["name"] == "Energiplan"


def test_alike_is_the_exact_name(agreement: Agreement) -> None:
    agreement.erp.projects.create(a_wanted_project(name="Plan (A), 50 $"), key=KEY)
    agreement.erp.projects.create(a_wanted_project(number=1002, name="Plan"), key=KEY)
    assert [one.number for one in agreement.erp.projects.alike(a_wanted_project(name="plan (a), 50 $"))] == [1001]


def test_what_changed_is_read_by_its_stamp_over_several_pages() -> None:
    agreement = Agreement(cursor_size=2).with_customer()
    for number in range(1, 6):
        agreement.with_project(number)
    assert [one.number for one in agreement.erp.projects.changed_since(None)] == [1, 2, 3, 4, 5]
    agreement.later(minutes=1)
    agreement.people.edit_project(4, isBarred=True)
    assert [one.number for one in agreement.erp.projects.changed_since(NOON + timedelta(minutes=1))] == [4]


def test_without_the_module_a_project_is_refused_in_words_and_the_connection_goes_on() -> None:
    """M3.7: the projects module must be on, else project export fails."""
    agreement = Agreement(project_module=False).with_customer()
    projects = agreement.erp.projects
    asked: list[Callable[[], object]] = [
        lambda: projects.create(a_wanted_project(), key=KEY),
        lambda: projects.find(1001),
        lambda: projects.update(a_wanted_project(), b"{}", key=KEY),
    ]
    for ask in asked:
        with pytest.raises(Rejected, match="module Project is not active") as caught:
            ask()
        assert caught.value.code == "module_missing"
        assert "Extensions" in caught.value.cure


def test_a_write_that_can_not_be_read_back_is_not_known(agreement: Agreement) -> None:
    agreement.vendor.fault("status", f"GET {PROJECTS}/*", status=500)
    with pytest.raises(DeliveryUnknown):
        agreement.erp.projects.create(a_wanted_project(), key=KEY)
    assert agreement.erp.projects.find(1001) is not None
