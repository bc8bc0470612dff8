"""Severa and Visma Business kept the same: real connectors, both stand-ins, pass after pass."""

from __future__ import annotations

import pytest

from handoff.domain.capabilities import Side
from handoff.domain.runs import RunState
from handoff.pipeline.mirror.report import accept
from handoff.wiring.accounts import health_of
from sandbox.business_nxt.access import LUMIPOLKU_COMPANY_NO
from sandbox.business_nxt.people import People
from sandbox.severa import CREDENTIALS
from tests.lumipolku import BY_HAND, NIGHTLY, Lumipolku

ASKED = {
    "customers": ("Björkskata Såg AB", "Björkskata Sågverk AB"),
    "employees": ("Onni Kelopuu", "Onni Kelopuu"),
    "products": ("Alihankintatyö", "Alihankinta"),
    "projects": ("Verkkokaupan uudistus", "Verkkokauppa"),
}
IDLE = {"business_nxt": 5, "severa": 9}
"""A call for each list: Severa has two of products, three that belong to customers, and one of what counts as won."""


@pytest.fixture
def live() -> Lumipolku:
    """The company after its first contact."""
    world = Lumipolku({"report_only": False})
    for _ in range(3):
        assert world.a_pass().state is RunState.DONE
    return world


def test_before_anything_is_written_a_report_says_what_would_be() -> None:
    """S10.1, S5.3, S6.3, S3.3, S5.8."""
    world = Lumipolku()

    run = world.a_pass()

    assert (run.state, run.counts) == (RunState.DONE, {"fetched": 54, "new": 54})
    customers, projects, employees = (world.report(flow) for flow in ("customers", "projects", "employees"))
    assert [one.says.name for one in customers.to_make[Side.ERP]] == ["Kallioranta Satama Ab"]
    assert [one.says.name for one in customers.to_make[Side.TIME_TOOL]] == ["Talvikki Tukku Oy"]
    assert customers.excluded == {
        (Side.TIME_TOOL, "none of its projects is won"): 3,
        (Side.ERP, "it is blocked in group 3"): 1,
    }
    assert projects.excluded == {(Side.TIME_TOOL, "its sales status is not Won"): 4}
    assert employees.excluded == {(Side.ERP, "it has no e-mail address"): 2}
    for flow, (ours, theirs) in ASKED.items():
        (question,) = world.report(flow).questions
        assert (question.about.says.name, question.may_be[0].says.name) == (ours, theirs)
    assert world.a_pass(BY_HAND).counts.keys() == {"fetched", "unchanged"}


def test_after_first_contact_both_sides_have_the_same(live: Lumipolku) -> None:
    """S1.3, S2.3, S3.1, S3.2, S4.1, S5.1, S5.4."""
    assert set(live.known("business_units", Side.TIME_TOOL)) == set(live.known("business_units", Side.ERP))
    assert {"Taimi Hillasuo", "Sointu Tuulenkolo", "Urho Vierasmaa"} <= set(live.known("employees", Side.ERP))
    assert "Säde Routanen" in live.known("employees", Side.TIME_TOOL)
    assert "Tuisku Varvikko" not in live.known("employees", Side.TIME_TOOL)
    assert {"Käyttöönotto", "Majoitus", "Päiväraha, kotimaa"} <= set(live.known("products", Side.ERP))
    assert "Talvikki Tukku Oy" in live.known("customers", Side.TIME_TOOL)
    assert "Kuuranlehti Lakiasiat Oy" not in live.known("customers", Side.TIME_TOOL)
    assert {"Satamalogistiikka", "Ny såglinje", "Laks fra not til bord"} <= set(live.known("projects", Side.ERP))


def test_a_pass_that_finds_nothing_asks_for_each_list_once_and_writes_nothing(live: Lumipolku) -> None:
    live.later(hours=1)

    run = live.a_pass()

    assert (run.counts, run.calls) == ({}, IDLE)


def test_a_customer_that_is_made_in_the_erp_gets_its_number_back(live: Lumipolku) -> None:
    """S5.7."""
    ours = live.known("customers", Side.TIME_TOOL)["Kallioranta Satama Ab"]
    theirs = live.known("customers", Side.ERP)["Kallioranta Satama Ab"]

    assert ours.says.number == theirs.says.number != "1003"
    assert ours.partner == theirs.id


def test_the_others_addresses_are_delivery_addresses_and_contacts_go_along(live: Lumipolku) -> None:
    """S5.2, S5.6."""
    ours = live.known("customers", Side.TIME_TOOL)["Revontuli Energia Oy"]
    place = {"addressline": "Varastotie 8", "postalCode": "90150", "city": "Oulu", "isVisitAddress": True}
    live.severa.vendor.people.create("addresses", **place, customer={"guid": ours.id})

    live.a_pass()

    theirs = live.known("customers", Side.ERP)["Revontuli Energia Oy"]
    assert [one.line for one in theirs.says.deliveries] == ["Varastotie 8"]
    assert [one.name for one in theirs.says.contacts] == ["Hilja Kuura"]


@pytest.mark.parametrize("flow", sorted(ASKED))
def test_a_question_is_settled_once_a_person_says_that_they_are_the_same(flow: str, live: Lumipolku) -> None:
    """S2.5, S3.4, S5.9, S6.6."""
    ours, theirs = ASKED[flow]
    ids = live.known(flow, Side.TIME_TOOL)[ours].id, live.known(flow, Side.ERP)[theirs].id
    assert any(f"'{ours}'" in sentence for sentence in live.inbox())

    accept(live.shop().shelf.sightings, flow, *ids)
    live.a_pass()

    half = next(one for one in live.known(flow, Side.TIME_TOOL).values() if one.id == ids[0])
    other = next(one for one in live.known(flow, Side.ERP).values() if one.id == ids[1])
    assert half.says.number == other.says.number
    assert not any(f"'{ours}'" in sentence for sentence in live.inbox())


def test_a_change_on_either_side_of_a_customer_goes_over_once(live: Lumipolku) -> None:
    """S1.6, S5.5."""
    ours = live.known("customers", Side.TIME_TOOL)["Fjellbekk Laks AS"]
    live.severa.vendor.people.edit("customers", ours.id, email="faktura@fjellbekk.example.test")
    live.a_pass()
    theirs = live.known("customers", Side.ERP)["Fjellbekk Laks AS"]
    assert theirs.says.email == "faktura@fjellbekk.example.test"

    people(live).edit("associate", int(theirs.id), companyNo="NO999111333MVA")
    live.a_pass()
    assert live.known("customers", Side.TIME_TOOL)["Fjellbekk Laks AS"].says.organisation_number == "NO999111333MVA"
    live.later(hours=1)
    assert live.a_pass().counts.get("updated", 0) == 0


def test_what_the_masters_other_side_changes_stays_there_and_is_noted(live: Lumipolku) -> None:
    """S1.1, S1.2, S4.3, S6.4."""
    theirs = live.known("projects", Side.ERP)["Satamalogistiikka"]
    people(live).edit("orgUnit2", int(theirs.says.number), name="Satama 2026")

    live.a_pass()

    assert "Satamalogistiikka" in live.known("projects", Side.TIME_TOOL)
    (note,) = [note for _, note in live.report("projects").notes]
    assert (note.kind.value, note.value, note.other) == ("ignored", "Satama 2026", "Satamalogistiikka")


def test_a_project_that_is_won_goes_over_and_its_customer_with_it(live: Lumipolku) -> None:
    """S5.3, S6.2, S6.3."""
    project = live.known("projects", Side.TIME_TOOL)["Pakkausten elinkaari"]
    live.severa.vendor.people.win(project.id)

    live.a_pass()

    assert "Pakkausten elinkaari" in live.known("projects", Side.ERP)
    assert "Tihkusade Kosmetiikka Ky" in live.known("customers", Side.ERP)


def test_closing_a_project_is_not_carried(live: Lumipolku) -> None:
    """S6.7."""
    project = live.known("projects", Side.TIME_TOOL)["Satamalogistiikka"]
    live.severa.vendor.people.edit("projects", project.id, isClosed=True)

    assert "updated" not in live.a_pass().counts


def test_what_is_deleted_in_the_erp_is_found_at_night_and_stays_in_severa(live: Lumipolku) -> None:
    theirs = live.known("customers", Side.ERP)["Talvikki Tukku Oy"]
    people(live).delete("associate", int(theirs.id))

    run = live.a_pass(NIGHTLY)

    assert run.counts["gone"] == 1
    assert not live.known("customers", Side.TIME_TOOL)["Talvikki Tukku Oy"].gone


def test_refused_access_stops_the_connection_and_nothing_is_taken_for_gone(live: Lumipolku) -> None:
    live.severa.vendor.access.revoke()

    run = live.a_pass(NIGHTLY)

    assert run.state is RunState.FAILED
    assert CREDENTIALS.client_secret not in str(run)
    assert any("Severa" in sentence for sentence in live.inbox())
    assert not any(one.gone for one in live.known("customers", Side.TIME_TOOL).values())


def people(live: Lumipolku) -> People:
    return live.nxt.vendor.people_of(LUMIPOLKU_COMPANY_NO)


# ---- settings that change ----------------------------------------------------------------------


def test_another_unit_is_another_list_and_writes_over_nothing(live: Lumipolku) -> None:
    """S2.2."""
    people(live).add("orgUnit3", orgUnit3No=100, name="Fylke Oslo")

    live.changes(department_unit=3)
    live.a_pass()

    assert "Lumipolku Helsinki" in live.known("business_units", Side.TIME_TOOL)
    assert any("Fylke Oslo" in sentence for sentence in live.inbox())


def test_what_is_blocked_by_a_group_that_is_chosen_later_does_not_travel() -> None:
    """S5.8."""
    world = Lumipolku({"customers": {}})
    world.a_pass()
    world.changes(report_only=False, customers={"blocked_group": 3, "blocked_value": 1})

    world.a_pass()

    assert "Talvikki Tukku Oy" in world.known("customers", Side.TIME_TOOL)
    assert "Kuuranlehti Lakiasiat Oy" not in world.known("customers", Side.TIME_TOOL)


def test_a_customer_that_is_not_won_has_its_blanks_filled_and_loses_nothing() -> None:
    """S5.3."""
    world = Lumipolku({"report_only": False})
    lead = "Kaarnalaiva Päiväkodit ry"
    ours = next(row for row in world.severa.vendor.people.rows("customers") if row.name == lead)
    people(world).add("associate", customerNo=ours.number, name=lead, emailAddress="erp@kaarnalaiva.example")
    before = email_of(world, ours.guid)

    for _ in range(2):
        world.a_pass()

    assert email_of(world, ours.guid) == before
    assert world.known("customers", Side.ERP)[lead].says.email == "erp@kaarnalaiva.example"


def test_the_health_check_knows_every_point_of_both_sides() -> None:
    """S10.1, S2.2, S6.2."""
    world = Lumipolku()

    found = health_of(world.shop())

    assert found.missing == ()
    assert {point.code for point in found.time_tool} > {"key"}
    assert any("Avdeling" in point.sentence for point in found.erp)

    world.changes(department_unit=11)
    assert [point.code for point in health_of(world.shop()).missing] != []


def email_of(world: Lumipolku, guid: str) -> object:
    return next(row.email for row in world.severa.vendor.people.rows("customers") if row.guid == guid)


def test_categories_that_are_each_others_upper_one_go_over_like_any() -> None:
    """S4.6. What category stands above another is nobody's but the ERP's: a loop there is walked by nobody."""
    world = Lumipolku({"report_only": False, "product_categories": {"on": True}})
    people = world.nxt.vendor.people_of(LUMIPOLKU_COMPANY_NO)
    for number, upper in ((71, 72), (72, 71)):
        text = f"Ryhmä {number}"
        people.add("productCategory", productCategoryNo=number, description=text, mainProductCategoryNo=upper)

    assert world.a_pass().state is RunState.DONE
    assert {"Ryhmä 71", "Ryhmä 72"} <= set(world.known("product_categories", Side.TIME_TOOL))
    assert world.a_pass().counts.keys() == {"fetched", "unchanged"}
