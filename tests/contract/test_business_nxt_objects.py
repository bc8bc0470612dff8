"""Units, employees, categories, products and projects of Business NXT, kept as the mirror needs it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from handoff.domain.errors import InvalidInput, Rejected, Stale
from handoff.domain.pairs import BusinessUnit, Employee, Product, ProductCategory, Project
from handoff.ports.mirror import Blocked, Change, Listed, MirrorChoices
from tests.contract.business_nxt_erp import NxtErp, changed, made, says, taken, walked

KINDS: tuple[tuple[str, str, Any, Any], ...] = (  # flow, table, a new object, the same as NXT numbers it
    ("business_units", "orgUnit1", BusinessUnit("", "Salg"), BusinessUnit("31", "Salg")),
    (
        "employees",
        "associate",
        Employee("", "Ylva Rype", "ylva@x.example"),
        Employee("5", "Ylva Rype", "ylva@x.example"),
    ),
    ("product_categories", "productCategory", ProductCategory("", "Kurs"), ProductCategory("4", "Kurs")),
    ("products", "product", Product("KURS", "Kurs i vev", "2"), Product("KURS", "Kurs i vev", "2")),
    ("projects", "orgUnit2", Project("", "Nytt naust"), Project("1005", "Nytt naust")),
)
BY_FLOW = pytest.mark.parametrize(("flow", "table", "new", "numbered"), KINDS, ids=[kind[0] for kind in KINDS])


@pytest.fixture
def nxt() -> Iterator[NxtErp]:
    company = NxtErp()
    yield company
    company.close()


@pytest.fixture
def small() -> Iterator[NxtErp]:
    """A company whose server gives two rows at most."""
    company = NxtErp(page_max=2)
    yield company
    company.close()


# ---- reading -------------------------------------------------------------------------------------


def test_what_is_there_is_told_in_words_that_both_sides_share(nxt: NxtErp) -> None:
    """S2.2, S6.2: units and projects are the organisational units chosen for them."""
    assert walked(nxt.keeps("business_units"))["20"].says == BusinessUnit("20", "Utvikling")
    assert walked(nxt.keeps("projects"))["1003"].says == Project("1003", "Nettbutikk")
    assert walked(nxt.keeps("product_categories"))["2"].says == ProductCategory("2", "Reise")
    assert walked(nxt.keeps("products"))["KM"].says == Product("KM", "Kjøring egen bil", "2")
    assert says(nxt.keeps("employees"), "Eirik Snøfonn").says == Employee(
        "2", "Eirik Snøfonn", "eirik@vintergran.example.test"
    )


def test_suppliers_customers_and_contacts_are_no_employees(nxt: NxtErp) -> None:
    assert len(walked(nxt.keeps("employees"))) == 4


def test_an_employee_without_an_address_does_not_travel_and_says_why(nxt: NxtErp) -> None:
    """S3.3: back travel only employees with an e-mail address."""
    rows = walked(nxt.keeps("employees")).values()
    excluded = {row.says.name: (row.excluded, row.blocked) for row in rows if row.excluded}
    assert excluded == {"Aslak Urfjell": ("it has no e-mail address", False)}


@BY_FLOW
def test_a_list_is_one_call_and_one_without_changes_too(
    nxt: NxtErp, flow: str, table: str, new: Any, numbered: Any
) -> None:
    objects = nxt.keeps(flow)
    assert walked(objects)
    assert nxt.calls() == 1
    page = objects.listed(since=nxt.now, page=None)
    assert (page.rows, page.broken, page.next_page, page.latest_change) == ([], [], None, None)
    assert nxt.calls() == 1


@BY_FLOW
def test_a_long_list_is_walked_page_by_page_by_another_process_too(
    small: NxtErp, flow: str, table: str, new: Any, numbered: Any
) -> None:
    met: list[str] = []
    page: str | None = None
    for _ in range(9):
        listed = small.another().master_data(MirrorChoices())[flow].listed(since=None, page=page)
        met += [row.id for row in listed.rows]
        page = listed.next_page
        if page is None:
            break
    assert len(met) == len(set(met)) == len(walked(small.keeps(flow))) > 2
    assert page is None


def test_a_row_that_goes_while_the_list_is_walked_hides_no_other(small: NxtErp) -> None:
    """Anything missed would be taken for gone."""
    objects = small.keeps("projects")
    first = objects.listed(since=None, page=None)
    small.people.delete("orgUnit2", 1002)
    second = objects.listed(since=None, page=first.next_page)
    assert [row.id for row in (*first.rows, *second.rows)] == ["1001", "1002", "1003", "1004"]


@BY_FLOW
def test_what_somebody_changes_is_listed_with_its_instant(
    nxt: NxtErp, flow: str, table: str, new: Any, numbered: Any
) -> None:
    objects = nxt.keeps(flow)
    row = next(iter(walked(objects).values()))
    nxt.later(hours=1)
    column = "description" if flow in ("products", "product_categories") else "name"
    key = row.id if flow == "products" else int(row.id)
    nxt.people.edit(table, key, **{column: "Omdøpt"})
    page = objects.listed(since=nxt.now - timedelta(minutes=2), page=None)
    assert [(one.id, one.says.name, one.changed_at) for one in page.rows] == [(row.id, "Omdøpt", nxt.now)]
    assert page.latest_change == nxt.now


def test_a_first_walk_over_rows_without_stamps_says_from_when_on_changes_count(nxt: NxtErp) -> None:
    """Rows not touched since October 2024 have none; they would be walked through in each pass."""
    page = nxt.keeps("business_units").listed(since=None, page=None)
    assert {row.changed_at for row in page.rows} == {None}
    assert page.latest_change == nxt.now - timedelta(hours=3)


def test_what_changes_while_a_list_is_walked_is_met_by_the_next_look(small: NxtErp) -> None:
    objects = small.keeps("projects")
    first = objects.listed(since=None, page=None)
    small.later(minutes=30)
    small.people.edit("orgUnit2", 1001, name="Endret bak oss")
    small.people.edit("orgUnit2", 1004, name="Endret foran oss")
    last = objects.listed(since=None, page=first.next_page)
    assert last.latest_change is not None
    assert {row.says.name for row in walked(objects, last.latest_change).values()} == {
        "Endret bak oss", "Endret foran oss"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("flow", "table", "key"),
    [
        ("business_units", "orgUnit1", 10), ("employees", "associate", 10), ("product_categories", "productCategory", 1),
        ("products", "product", "KM"), ("projects", "orgUnit2", 1001),
    ],
)  # fmt: skip
def test_what_is_blocked_in_the_chosen_group_is_listed_and_says_so(
    nxt: NxtErp, flow: str, table: str, key: Any
) -> None:
    """S2.4, S4.7, S6.5: some can be prevented from transferring."""
    nxt.people.block(table, key, group=2, value=7)
    objects = nxt.keeps(flow, blocked={flow: Blocked(2, 7)})
    told = {row.id: (row.excluded, row.blocked) for row in walked(objects).values()}
    assert told.pop(str(key)) == ("it is blocked in group 2", True)
    assert set(told.values()) <= {("", False), ("it has no e-mail address", False)}
    others = nxt.keeps(flow, blocked={flow: Blocked(2, 1)})
    assert not any(row.blocked for row in walked(others).values())


def test_an_organisational_unit_or_a_group_that_there_is_none_of_is_refused_in_words(nxt: NxtErp) -> None:
    for choices in ({"project_unit": 13}, {"blocked": {"projects": Blocked(0, 1)}}):
        with pytest.raises(InvalidInput, match="1 to 12"):
            nxt.keeps("projects", **choices)


@BY_FLOW
def test_what_is_like_an_object_is_found_by_number_or_by_name(
    nxt: NxtErp, flow: str, table: str, new: Any, numbered: Any
) -> None:
    objects = nxt.keeps(flow)
    row = made(objects, new)[0]
    change = msgspec.structs.replace
    nxt.calls()
    assert [one.id for one in objects.alike(change(row.says, name="Et annet"))] == [row.id]
    assert [one.id for one in objects.alike(change(row.says, number=""))] == [row.id]
    assert [one.id for one in objects.alike(change(row.says, number="ikke et nummer"))] == [row.id]
    assert objects.alike(change(row.says, number="", name="Et annet")) == []
    assert objects.alike(change(row.says, number="", name="")) == []
    assert nxt.calls() == 4


# ---- making --------------------------------------------------------------------------------------


@BY_FLOW
def test_what_is_made_comes_back_as_the_same_words_with_its_number(
    nxt: NxtErp, flow: str, table: str, new: Any, numbered: Any
) -> None:
    objects = nxt.keeps(flow)
    (row,) = made(objects, new)
    assert row.says == numbered
    assert nxt.calls() == 1
    assert walked(objects)[row.id] == row


def test_many_are_made_in_one_call_and_answered_in_order(nxt: NxtErp) -> None:
    objects = nxt.keeps("projects")
    names = [f"Oppdrag {place}" for place in range(objects.batch_max)]
    rows = made(objects, *(Project("", name) for name in names))
    assert [row.says.name for row in rows] == names
    assert len({row.says.number for row in rows}) == 32
    assert nxt.calls() == 1


def test_what_can_not_be_made_is_refused_alone(nxt: NxtErp) -> None:
    wanted = [
        Project("2001", "Ett"),
        Project("P-7", "To"),
        Project("1001", "Tre"),
        Project("99999999999", "Fire"),
        Project("2002", "Fem"),
    ]
    answers = nxt.keeps("projects").create(wanted)
    one, two, three, four, five = answers
    assert isinstance(one, Listed)
    assert isinstance(five, Listed)
    assert (one.id, five.id) == ("2001", "2002")
    assert isinstance(two, Rejected)
    assert two.code == "number_unfit"
    assert isinstance(three, Rejected)
    assert "exists already" in three.message
    assert isinstance(four, Rejected)
    assert nxt.calls() == 1


def test_a_product_needs_a_number_and_a_category_that_there_is(nxt: NxtErp) -> None:
    answers = nxt.keeps("products").create(
        [Product("", "Uten"), Product("A", "Feil", "Reise"), Product("B", "Ukjent", "77"), Product("C", "God", "")]
    )
    codes = [(one.code, one.field) for one in answers if isinstance(one, Rejected)]
    assert codes == [("number_missing", "number"), ("number_unfit", "number"), ("refused", "productCategoryNo1")]
    assert isinstance(answers[3], Listed)
    assert answers[3].says == Product("C", "God", "")


def test_a_new_product_has_the_accounting_group_that_nxt_suggests(nxt: NxtErp) -> None:
    made(nxt.keeps("products"), Product("NY", "Ny vare"))
    assert nxt.people.row("product", "NY")["taxAndAccountingGroup"] == 1


def test_units_from_the_seventh_on_have_short_texts_as_numbers(nxt: NxtErp) -> None:
    objects = nxt.keeps("projects", project_unit=7)
    assert walked(objects)["REISE-NO"].says == Project("REISE-NO", "Reise i Norge")
    good, long, none = objects.create(
        [Project("NAUST-1", "Naust"), Project("FOR-LANGT-NR", "Naust"), Project("", "Naust")]
    )
    assert isinstance(good, Listed)
    assert good == walked(objects)["NAUST-1"]
    assert isinstance(long, Rejected)
    assert "at most 10 characters" in long.message
    assert isinstance(none, Rejected)
    assert (none.code, "number" in none.cure) == ("number_missing", True)
    (renamed,) = taken([changed(objects, good, Project("NAUST-1", "Nytt naust"))])
    assert renamed.says == Project("NAUST-1", "Nytt naust")


def test_a_text_with_line_breaks_is_put_on_one_line_and_told_so(nxt: NxtErp) -> None:
    (row,) = made(nxt.keeps("projects"), Project("", "Nytt\nnaust   i\tvika"))
    assert row.says.name == "Nytt naust i vika"


# ---- changing ------------------------------------------------------------------------------------


@BY_FLOW
def test_a_change_is_one_call_and_comes_back_as_the_same_words(
    nxt: NxtErp, flow: str, table: str, new: Any, numbered: Any
) -> None:
    objects = nxt.keeps(flow)
    (row,) = made(objects, new)
    nxt.later(minutes=5)
    nxt.calls()
    (after,) = taken([changed(objects, row, msgspec.structs.replace(row.says, name="Nytt navn"))])
    assert after.says == msgspec.structs.replace(numbered, name="Nytt navn")
    assert after.changed_at == nxt.now
    assert nxt.calls() == 1
    assert walked(objects)[row.id] == after


def test_only_what_differs_is_written(nxt: NxtErp) -> None:
    objects = nxt.keeps("employees")
    row = says(objects, "Eirik Snøfonn")
    nxt.people.edit("associate", int(row.id), emailAddress="ny@vintergran.example.test")
    (after,) = taken([changed(objects, row, msgspec.structs.replace(row.says, name="Eirik S."))])
    assert after.says == Employee("2", "Eirik S.", "ny@vintergran.example.test")


@BY_FLOW
def test_a_row_that_somebody_changed_meanwhile_is_not_touched(
    nxt: NxtErp, flow: str, table: str, new: Any, numbered: Any
) -> None:
    objects = nxt.keeps(flow)
    (row,) = made(objects, new)
    column = "description" if flow in ("products", "product_categories") else "name"
    nxt.people.edit(table, row.id if flow == "products" else int(row.id), **{column: "Menneskets"})
    assert isinstance(changed(objects, row, msgspec.structs.replace(row.says, name="Vårt")), Stale)
    assert walked(objects)[row.id].says.name == "Menneskets"


def test_a_batch_of_changes_is_answered_one_by_one_in_order(nxt: NxtErp) -> None:
    objects = nxt.keeps("projects")
    rows = made(objects, *(Project("", f"Oppdrag {place}") for place in range(4)))
    nxt.people.delete("orgUnit2", int(rows[1].id))
    nxt.calls()
    changes = [Change(row.id, row.says, Project(row.says.number, f"{row.says.name} B")) for row in rows]
    changes[2] = Change(rows[2].id, rows[2].says, Project("7777", "Oppdrag 2"))
    first, gone, renumbered, last = objects.update(changes)
    assert isinstance(first, Listed)
    assert isinstance(last, Listed)
    assert (first.says.name, last.says.name) == ("Oppdrag 0 B", "Oppdrag 3 B")
    assert isinstance(gone, Stale)
    assert isinstance(renumbered, Rejected)
    assert (renumbered.code, renumbered.field) == ("number_fixed", "number")
    assert nxt.calls() == 1


def test_a_number_written_with_noughts_is_the_same_number(nxt: NxtErp) -> None:
    objects = nxt.keeps("projects")
    row = walked(objects)["1001"]
    nxt.calls()
    assert changed(objects, row, Project("01001", row.says.name)) == Listed(row.id, row.says)
    assert nxt.calls() == 0


def test_an_employee_can_get_another_number_unless_somebody_has_it(nxt: NxtErp) -> None:
    objects = nxt.keeps("employees")
    row = says(objects, "Tiril Bjørkelund")
    refused = changed(objects, row, msgspec.structs.replace(row.says, number="2"))
    assert isinstance(refused, Rejected)
    assert "used by another associate" in refused.message
    (after,) = taken([changed(objects, row, msgspec.structs.replace(row.says, number="33"))])
    assert after.says.number == "33"
