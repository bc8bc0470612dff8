"""Hours as rows of Business NXT's free information: written once, found by key, read back, marked when billed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from handoff.connectors.business_nxt.assumed import HOUR_ROWS_MAX, PAGE_SIZE
from handoff.domain.errors import DeliveryUnknown, InvalidInput, Rejected
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, Posting, PostingState, check_balance
from handoff.domain.sales import RegisterChoices, UnitChoices
from handoff.ports import LedgerDocument, LedgerLine
from sandbox.business_nxt.people import PERSON
from tests.builders import OCTOBER, SEPTEMBER
from tests.contract.business_nxt_hours import CREATE, UPDATE, Hours, a_line, hours, turned

NOVEMBER = Period("2026-11")


@pytest.fixture
def kept() -> Iterator[Hours]:
    kept = Hours()
    yield kept
    kept.nxt.close()


def as_read(posting: Posting) -> list[LedgerLine]:
    return [LedgerLine(line.external_id, line.hours, line.amount) for line in posting.project_lines]


# ---- what is written -----------------------------------------------------------------------------


def test_hours_stand_in_the_chosen_table_as_they_were_planned(kept: Hours) -> None:
    """S7.2."""
    posting = hours(lines=[a_line(spent_on=hours().posted_on, hours=Decimal("7.50"), billable_hours=Decimal("6.25"))])
    check_balance(posting)
    receipt = kept.register.send(posting)
    (row,) = kept.rows()
    assert (receipt.number, receipt.url, receipt.at, receipt.adopted) == (str(row["pk"]), "", kept.nxt.now, False)
    assert (row["employeeNo"], row["orgUnit2"], row["orgUnit1"], row["date1"]) == (101, 1001, 20, 20261005)
    assert (row["value1"], row["value2"], row["value3"], row["value4"]) == (
        Decimal("7.50"), Decimal("6.25"), Decimal("1250.00"), Decimal("9375.00"),
    )  # fmt: skip
    assert (row["text1"], row["text2"], row["text3"]) == ("wh-1", posting.key, "KON")
    assert (row["text4"], row["text5"]) == ("Beregninger, del 1", "NOK")
    assert (row["orderNo"], row["productNo"]) == (0, "")


@pytest.mark.parametrize("table", [1, 2, 3])
def test_each_of_the_three_tables_can_be_chosen(table: int) -> None:
    """S7.2."""
    kept = Hours(RegisterChoices(table, UnitChoices(1, 2)))
    posting = hours()
    receipt = kept.register.send(posting)
    assert kept.records() == ["wh-1", "wh-2", "wh-3"]
    assert kept.register.find(posting) == replace(receipt, adopted=True)
    assert kept.register.mark_billed("1001", ["wh-1"]) == {"wh-1"}
    assert [one.key for one in kept.register.documents_of(OCTOBER)] == [posting.key]
    kept.nxt.close()


def test_units_from_the_seventh_on_take_texts() -> None:
    kept = Hours(RegisterChoices(1, UnitChoices(department_unit=1, project_unit=7)))
    kept.register.send(hours(lines=[a_line(project="REISE-NO")]))
    (row,) = kept.rows()
    assert (row["orgUnit7"], row["orgUnit1"], row["orgUnit2"]) == ("REISE-NO", 20, 0)
    for number in ("", "ELEVEN-LONG"):
        with pytest.raises(Rejected):
            kept.register.send(hours(lines=[a_line(project=number)]))
    assert len(kept.rows()) == 1
    kept.nxt.close()


def test_a_department_that_nobody_says_is_left_to_the_project(kept: Hours) -> None:
    kept.nxt.people.edit("orgUnit2", 1001, orgUnit1=10)
    kept.register.send(hours(lines=[a_line("wh-1"), a_line("wh-2", cost_centre="")]))
    assert [row["orgUnit1"] for row in kept.rows()] == [20, 10]


def test_texts_are_one_line_and_cut(kept: Hours) -> None:
    kept.register.send(hours(lines=[a_line(text=f"Linje en\nog to {'x' * 80}", task="K" * 70)]))
    (row,) = kept.rows()
    assert row["text4"].startswith("Linje en og to xxx")
    assert row["text4"].endswith("…")
    assert (len(row["text3"]), len(row["text4"])) == (60, 60)


@pytest.mark.parametrize("wrong", [{"employee": ""}, {"employee": "A7"}, {"project": "P1"}, {"cost_centre": "Oslo"}])
def test_a_number_that_has_no_place_is_refused_before_anything_is_sent(kept: Hours, wrong: dict[str, str]) -> None:
    kept.calls()
    with pytest.raises(Rejected) as caught:
        kept.register.send(hours(lines=[a_line("wh-1"), msgspec.structs.replace(a_line("wh-2"), **wrong)]))
    assert caught.value.cure
    assert kept.calls() == 0


def test_tables_and_units_that_there_are_none_of_are_told() -> None:
    kept = Hours()
    for table, department, project in ((0, 1, 2), (4, 1, 2), (1, 13, 2), (1, 1, 0), (1, 2, 2)):
        with pytest.raises(InvalidInput) as caught:
            kept.nxt.erp.hour_register(RegisterChoices(table, UnitChoices(department, project)))
        assert "settings" in caught.value.cure
    kept.nxt.close()


def test_hours_are_taken_back_by_rows_with_the_signs_turned(kept: Hours) -> None:
    posting = hours()
    kept.register.send(posting)
    assert (kept.register.findable, kept.register.reversible) == (True, True)
    kept.register.send(turned(posting))
    assert sum(row["value1"] for row in kept.rows()) == 0
    assert sum(row["value4"] for row in kept.rows()) == 0
    assert [one.lines[0].hours for one in kept.register.documents_of(OCTOBER)] == [Decimal("7.5"), Decimal("-7.5")]


# ---- what it costs -------------------------------------------------------------------------------


def test_a_thousand_hours_are_four_creates_of_two_hundred_and_fifty() -> None:
    kept = Hours()
    kept.nxt.erp.check()
    kept.calls()
    for first in range(1, 1001, HOUR_ROWS_MAX):
        kept.register.send(hours(HOUR_ROWS_MAX, first=first))
    assert kept.calls() == 4
    assert len(set(kept.records())) == len(kept.rows()) == 1000
    kept.nxt.close()


def test_a_larger_posting_is_still_one_request(kept: Hours) -> None:
    posting = hours(2 * HOUR_ROWS_MAX + 10)
    kept.nxt.erp.check()
    kept.calls()
    receipt = kept.register.send(posting)
    assert kept.calls() == 1
    assert len(kept.rows()) == 510
    assert receipt.number == f"{kept.rows()[0]['pk']}-{kept.rows()[-1]['pk']}"
    assert kept.register.find(posting) == replace(receipt, adopted=True)


def test_more_rows_than_a_request_takes_are_refused_so_that_the_posting_is_split(kept: Hours) -> None:
    many = [a_line(f"wh-{n}") for n in range(32 * HOUR_ROWS_MAX + 1)]
    posting = replace(hours(1), project_lines=tuple(many))
    kept.calls()
    with pytest.raises(Rejected, match="8001 rows") as caught:
        kept.register.send(posting)
    assert (caught.value.code, kept.calls(), kept.rows()) == ("too_many_rows", 0, [])


# ---- found by the key ----------------------------------------------------------------------------


def test_hours_are_found_by_their_key_and_no_others_are(kept: Hours) -> None:
    posting = hours()
    assert kept.register.find(posting) is None
    receipt = kept.register.send(posting)
    assert kept.register.find(posting) == replace(receipt, adopted=True)
    assert kept.register.find(hours(first=10)) is None
    assert len(kept.rows()) == 3


def test_a_record_on_several_cost_centres_has_a_row_for_each(kept: Hours) -> None:
    posting = hours(lines=[a_line("wh-1"), a_line("wh-1", cost_centre="10"), a_line("wh-2")])
    receipt = kept.register.send(posting)
    assert kept.register.find(posting) == replace(receipt, adopted=True)
    kept.loses(1)
    assert kept.register.find(posting) is None


@pytest.mark.parametrize("state", [PostingState.ACCEPTED, PostingState.SETTLED])
def test_what_people_left_of_an_accepted_posting_is_there_and_stays(kept: Hours, state: PostingState) -> None:
    posting = hours()
    kept.register.send(posting)
    kept.loses(1)
    left = kept.rows()

    assert kept.register.find(replace(posting, state=state)) is not None
    assert kept.rows() == left != []


def test_what_a_person_wrote_into_a_row_does_not_hide_it(kept: Hours) -> None:
    posting = hours()
    receipt = kept.register.send(posting)
    kept.nxt.people.edit("freeInformation1", kept.rows()[0]["pk"], text4="Annet", value1=Decimal(9), orderNo=7)
    assert kept.register.find(posting) == replace(receipt, adopted=True)


# ---- read back -----------------------------------------------------------------------------------


def test_all_documents_of_a_month_are_read_back_with_their_lines(kept: Hours) -> None:
    october, other = hours(lines=[a_line("wh-1"), a_line("wh-2")]), hours(first=10)
    late, early = hours(first=20, period=NOVEMBER), hours(first=30, period=SEPTEMBER)
    receipts = [kept.register.send(one) for one in (october, other, late, early)]
    found = {one.key: one for one in kept.register.documents_of(OCTOBER)}
    assert found == {
        one.key: LedgerDocument(one.key, receipt.number, DocumentKind.HOUR_ROWS, OCTOBER, "", as_read(one))
        for one, receipt in zip((october, other), receipts, strict=False)
    }
    assert [one.key for one in kept.register.documents_of(SEPTEMBER)] == [early.key]
    assert [one.key for one in kept.register.documents_of(NOVEMBER)] == [late.key]
    assert list(kept.register.documents_of(Period("2025-12"))) == []


def test_the_ends_of_a_month_belong_to_it(kept: Hours) -> None:
    first, last = (a_line(name, spent_on=hours().posted_on.replace(day=day)) for name, day in (("a", 1), ("b", 31)))
    kept.register.send(hours(lines=[first, last]))
    (document,) = kept.register.documents_of(OCTOBER)
    assert [line.external_id for line in document.lines] == ["a", "b"]


def test_rows_of_others_are_not_ours(kept: Hours) -> None:
    kept.register.send(hours())
    for text in ("", "HOUSE-7", "HOPE AND MORE THAN THAT"):
        kept.nxt.people.add("freeInformation1", date1=20261005, text1="wh-1", text2=text, value1=Decimal(4))
    (document,) = kept.register.documents_of(OCTOBER)
    assert len(document.lines) == 3
    assert len([row for row in kept.rows() if row["changedByUser"] == PERSON]) == 3


def test_a_long_month_is_read_in_pages_by_key(kept: Hours) -> None:
    one, other = hours(PAGE_SIZE), hours(PAGE_SIZE // 2, first=PAGE_SIZE + 1)
    kept.register.send(one)
    kept.register.send(other)
    kept.calls()
    documents = {document.key: document for document in kept.register.documents_of(OCTOBER)}
    assert kept.calls() == 2
    assert [len(documents[key].lines) for key in (one.key, other.key)] == [500, 250]
    assert kept.register.find(one) is not None


def test_pages_that_are_cut_shorter_say_that_more_follow() -> None:
    kept = Hours(page_max=2)
    posting = hours(5)
    kept.register.send(posting)
    assert kept.register.find(posting) is not None
    (document,) = kept.register.documents_of(OCTOBER)
    assert document.lines == as_read(posting)
    assert kept.register.mark_billed("1001", ["wh-1", "wh-5"]) == {"wh-1", "wh-5"}
    kept.nxt.close()


# ---- billed --------------------------------------------------------------------------------------


def test_billed_hours_get_the_number_of_the_order_on_all_their_rows(kept: Hours) -> None:
    """S7.4."""
    posting = hours(lines=[a_line("wh-1"), a_line("wh-1", cost_centre="10"), a_line("wh-2"), a_line("wh-3")])
    kept.register.send(posting)
    assert kept.register.mark_billed("1001", ["wh-1", "wh-3", "wh-9"]) == {"wh-1", "wh-3"}
    assert [row["orderNo"] for row in kept.rows()] == [1001, 1001, 0, 1001]
    (document,) = kept.register.documents_of(OCTOBER)
    assert document.status == ""
    assert kept.register.mark_billed("1002", ["wh-2"]) == {"wh-2"}
    (document,) = kept.register.documents_of(OCTOBER)
    assert document.status == "billed"


def test_marking_twice_writes_once_and_tells_the_same(kept: Hours) -> None:
    kept.register.send(hours())
    assert kept.register.mark_billed("1001", ["wh-1"]) == {"wh-1"}
    before = [dict(row) for row in kept.rows()]
    kept.nxt.later(minutes=5)
    assert kept.register.mark_billed("1001", ["wh-1"]) == {"wh-1"}
    assert kept.rows() == before


def test_many_records_are_marked_five_hundred_at_a_time(kept: Hours) -> None:
    for first in range(1, 601, 200):
        kept.register.send(hours(200, first=first))
    kept.calls()
    names = [f"wh-{n}" for n in range(1, 601)]
    assert kept.register.mark_billed("1001", [*names, *names]) == set(names)
    assert kept.calls() == 4
    assert {row["orderNo"] for row in kept.rows()} == {1001}
    assert kept.register.mark_billed("1001", []) == frozenset()
    assert kept.calls() == 0


def test_rows_of_others_are_never_marked(kept: Hours) -> None:
    kept.register.send(hours())
    row = kept.nxt.people.add("freeInformation1", date1=20261005, text1="wh-1", text2="", value1=Decimal(4))
    kept.register.mark_billed("1001", ["wh-1"])
    assert kept.nxt.people.row("freeInformation1", row["pk"])["orderNo"] == 0


@pytest.mark.parametrize("order", ["", "A-1", "0"])
def test_what_is_no_number_of_an_order_is_refused(kept: Hours, order: str) -> None:
    with pytest.raises(Rejected):
        kept.register.mark_billed(order, ["wh-1"])


@pytest.mark.parametrize(
    ("mishap", "error"),
    [
        ({"kind": "timeout"}, DeliveryUnknown),
        ({"kind": "timeout", "done": True}, DeliveryUnknown),
        ({"kind": "error", "message": "Locked."}, Rejected),
    ],
)
def test_a_mark_that_failed_can_be_made_again(kept: Hours, mishap: dict[str, Any], error: type[Exception]) -> None:
    kept.register.send(hours())
    kept.nxt.goes_wrong(UPDATE, **mishap)
    with pytest.raises(error):
        kept.register.mark_billed("1001", ["wh-1"])
    assert kept.register.mark_billed("1001", ["wh-1"]) == {"wh-1"}
    assert kept.rows()[0]["orderNo"] == 1001


def test_the_delay_is_the_platforms_setting(kept: Hours) -> None:
    assert kept.register.absence_delay == timedelta(seconds=2)
    kept.nxt.goes_wrong(CREATE, kind="error", message="No.")
    with pytest.raises(Rejected, match=r"No\."):
        kept.register.send(hours())
