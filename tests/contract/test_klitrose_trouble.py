"""One thing that can't be read or does not answer, for as long as it likes: it keeps itself back and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from handoff.domain.hints import HintKind
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.runs import RunState
from handoff.domain.staged import State
from handoff.pipeline.live.changes import read_changes
from handoff.pipeline.live.desk import TimeToolDesk
from handoff.ports.live import ChangedPage
from tests.klitrose import BY_HAND, HOURLY, NIGHTLY, Klitrose

FINALIZED_AND_WANTED = 8
AND_NO_LIST = {"status": 200, "body": "<html>in maintenance</html>"}


def an_invoice_of(house: Klitrose, **customer: object) -> Mapping[str, Any]:
    """A finalized invoice, the first of all in the store, of a new customer."""
    made = house.moment.vendor.add_customer(**{"name": "Tang & Tare ApS", "customerNumber": "10099", **customer})
    draft = house.draft()
    house.moment.vendor.change("invoices", draft["id"], customerId=made["id"], customerNumber="10099")
    return house.moment.vendor.finalize(draft["id"])


def a_house_with_a_cost() -> Klitrose:
    """After a first pass, with a cost that was booked since."""
    house = Klitrose()
    house.a_pass(HOURLY)
    house.later(hours=1)
    house.economic.vendor.people.book_supplier_invoice(
        amount="1250.00", account=2770, project=1, cost_type=1, on=house.now.date(), text="Tog til Aarhus",
        supplier=501, invoice_number="F-88",
    )  # fmt: skip
    return house


def test_an_invoice_of_a_customer_that_can_not_be_read_keeps_no_other_back() -> None:
    house = a_house_with_a_cost()
    poisoned = an_invoice_of(house, countryCode="Danmark")
    sound = house.moment.vendor.finalize(house.draft("2")["id"])

    run = house.a_pass(NIGHTLY)

    assert house.record("invoices", sound["id"]).state is State.POSTED
    assert house.states("expenses") == {"posted": 1}
    assert house.record("invoices", poisoned["id"]).state is State.READY
    assert run.state is RunState.FAILED
    subjects = [known.problem.subject for known in house.open(ProblemCode.BROKEN_CONTRACT)]
    assert any("countryCode" in subject for subject in subjects)


def test_what_could_not_be_read_is_over_once_a_whole_pass_read_it() -> None:
    house = Klitrose()
    poisoned = an_invoice_of(house, countryCode="Danmark")
    house.hint(HintKind.INVOICE, poisoned["id"])
    house.a_pass(NIGHTLY)
    assert house.open(ProblemCode.BROKEN_CONTRACT)

    house.later(hours=1)
    house.moment.vendor.change("customers", poisoned["customerId"], countryCode="DK")
    run = house.a_pass(BY_HAND)

    assert run.state is RunState.DONE
    assert house.record("invoices", poisoned["id"]).state is State.POSTED
    assert not house.open(ProblemCode.BROKEN_CONTRACT)


def test_a_list_that_can_not_be_read_keeps_no_other_list_back() -> None:
    house = Klitrose()
    house.moment.fault("status", "GET /api/*/customers", times=None, **AND_NO_LIST)

    house.a_pass(HOURLY)

    assert house.states("projects")["posted"] == 7
    assert house.states("invoices")["posted"] == FINALIZED_AND_WANTED


def test_a_list_of_the_erp_that_can_not_be_read_keeps_no_costs_back() -> None:
    """M4.8"""
    house = a_house_with_a_cost()
    house.economic.fault("status", "GET /customers", times=None, **AND_NO_LIST)

    house.a_pass(NIGHTLY)

    assert house.states("expenses") == {"posted": 1}


def test_a_pdf_that_never_comes_keeps_nothing_else_back() -> None:
    house = a_house_with_a_cost()
    first, second = (house.moment.vendor.finalize(house.draft(project)["id"]) for project in ("1", "2"))
    house.moment.fault("status", f"GET /api/*/invoices/{first['id']}/pdf", times=None, status=500, body="oops")

    house.a_pass(NIGHTLY)

    assert house.record("invoices", first["id"]).state is State.POSTING
    assert house.record("invoices", second["id"]).state is State.POSTED
    assert house.states("expenses") == {"posted": 1}


def test_an_earlier_start_judges_the_invoices_anew_that_were_before_it() -> None:
    house = Klitrose({"starts_on": "2026-11-05"})
    house.a_pass(HOURLY)
    left_out = house.states("invoices")["excluded"]
    assert left_out > 1

    house.settings = Klitrose({"starts_on": "2026-10-01"}).settings
    house.settings_version = 2
    house.later(hours=1)
    house.a_pass(HOURLY)

    assert house.states("invoices") == states_with_the_usual_start()


def test_a_later_start_takes_back_what_only_failed() -> None:
    house = Klitrose({"invoices": {"journal": 9}})
    house.a_pass(HOURLY)
    assert house.states("invoices")["failed"] == FINALIZED_AND_WANTED

    house.settings = Klitrose({"starts_on": "2027-01-01"}).settings
    house.settings_version = 2
    house.later(hours=1)
    house.a_pass(HOURLY)

    assert house.states("invoices")["failed"] == 0
    assert not house.open(ProblemCode.REFUSED_BY_ERP)


def states_with_the_usual_start() -> Mapping[str, int]:
    house = Klitrose()
    house.a_pass(HOURLY)
    return house.states("invoices")


def test_an_invoice_that_stays_on_its_way_is_seen_in_the_inbox_until_it_got_through() -> None:
    house = Klitrose()
    first = house.moment.vendor.finalize(house.draft()["id"])
    house.moment.fault("status", f"GET /api/*/invoices/{first['id']}/pdf", times=None, status=500, body="oops")
    house.a_pass(HOURLY)
    assert house.record("invoices", first["id"]).state is State.POSTING

    house.later(hours=2)
    house.a_pass(HOURLY)

    (problem,) = house.open(ProblemCode.BROKEN_CONTRACT)
    assert str(first["id"]) in problem.problem.subject
    house.moment.faults.clear()
    house.a_pass(BY_HAND)
    assert house.record("invoices", first["id"]).state is State.POSTED
    assert not house.open(ProblemCode.BROKEN_CONTRACT)


def test_payments_go_on_in_the_next_slice() -> None:
    """M7.1"""
    house = Klitrose()
    house.a_pass()
    for number in (5001, 5002, 5003):
        house.economic.vendor.people.pay(number, "100.00")
    house.later(hours=12)

    house.a_pass(NIGHTLY, room=2)

    rows = house.moment.vendor.company.database.rows("invoices")
    states = {row["invoiceNumber"]: row["paymentState"] for row in rows}
    assert [states[number] for number in (5001, 5002, 5003)] == ["partlyPaid"] * 3


def test_a_hint_that_tells_of_more_than_there_is_time_for_leaves_the_rest_to_the_night() -> None:
    """M7.1: a hint that is cut off by force would come again and again, and hold up all others."""
    house = Klitrose()
    house.a_pass()
    for number in (5001, 5002, 5003):
        house.economic.vendor.people.pay(number, "100.00")
    room = iter([True] * 2)

    house.hint(HintKind.ENTRIES_BOOKED, "1-2", time_left=lambda: next(room, False))
    assert house.states("invoices")["posted"] == FINALIZED_AND_WANTED
    told = [row for row in house.moment.vendor.company.database.rows("invoices") if row["paymentState"] == "partlyPaid"]
    assert len(told) == 2
    house.a_pass(NIGHTLY)

    told = [row for row in house.moment.vendor.company.database.rows("invoices") if row["paymentState"] == "partlyPaid"]
    assert len(told) == 3


def test_what_fails_again_is_tried_once_a_pass_however_many_slices_it_has() -> None:
    """M2.4: without the group no customer can be made, and every project waits for its customer."""
    house = Klitrose()
    house.economic.fault("status", "POST /customers", times=None, status=400, body={"message": "no such group"})
    house.a_pass(HOURLY)
    before = house.made("moment")
    assert house.states("projects")["failed"] == 9
    house.later(hours=1)

    house.a_pass(HOURLY, room=3)

    made = house.made("moment") - before
    assert made["GET /api/1.0/companies/{company}/customers/{id}"] <= 9
    assert house.states("invoices")["failed"] == FINALIZED_AND_WANTED


def test_a_page_that_is_older_than_what_a_webhook_brought_is_not_believed() -> None:
    """M1.1: both are worked at the same time, and the list was read first."""
    house = Klitrose()
    house.a_pass()
    draft, desk = house.draft()["id"], house.desk()
    house.later(minutes=1)
    house.moment.vendor.change("invoices", draft, description="Nearly done")

    def meanwhile() -> None:
        house.later(seconds=1)
        house.moment.vendor.finalize(draft)
        house.hint(HintKind.INVOICE, draft)
        house.later(seconds=1)

    slow = replace(desk, time_tool=cast("TimeToolDesk", Slow(desk.time_tool, meanwhile)))
    read_changes(slow, "invoices", time_left=lambda: True, counts=Counter())

    assert house.record("invoices", draft).state is State.POSTED
    assert not house.open(ProblemCode.INVOICE_CHANGED)


class Slow:
    """A time tool between whose list and its reader something else happens."""

    def __init__(self, tool: TimeToolDesk, meanwhile: Callable[[], None]) -> None:
        self._tool, self._meanwhile = tool, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tool, name)

    def changed_objects(self, kind: str, *, since: datetime | None, page: str | None) -> ChangedPage:
        found = self._tool.changed_objects(kind, since=since, page=page)
        self._meanwhile()
        return found


def test_what_fails_again_each_night_stays_the_same_line_of_the_inbox() -> None:
    """M6.5: nobody is written to each night about what they know."""
    house = Klitrose()
    house.moment.vendor.finalize(house.draft("P-77")["id"])
    house.a_pass(HOURLY)
    (before,) = house.open(ProblemCode.PROJECT_NOT_THERE)

    house.later(days=1)
    house.a_pass(NIGHTLY)

    (after,) = house.open(ProblemCode.PROJECT_NOT_THERE)
    assert after == before


def test_an_erp_that_refuses_a_question_for_a_module_stops_no_queue() -> None:
    house = a_house_with_a_cost()
    first = house.moment.vendor.finalize(house.draft()["id"])
    refusal = {"message": "no", "errorCode": "ModuleNotActive"}
    house.economic.fault("status", "GET /*/draft-entries*", times=None, status=403, body=refusal)

    house.hint(HintKind.INVOICE, first["id"])
    house.a_pass(NIGHTLY)

    assert house.record("invoices", first["id"]).state is State.READY
    assert house.states("expenses") == {"posted": 1}
    assert len(house.problems.open()) > 0


def test_a_document_that_never_comes_keeps_no_other_cost_back() -> None:
    """M4.2"""
    house = a_house_with_a_cost()
    for text in ("Fly", "Hotel"):
        house.economic.vendor.people.book_supplier_invoice(
            amount="80.00", account=2770, project=1, cost_type=1, on=house.now.date(), text=text,
            supplier=501, invoice_number=text, attachment=b"%PDF-1.4\n%%EOF\n",
        )  # fmt: skip
    first = sorted(house.economic.vendor.agreement.ledger.documents)[-2]
    path = f"GET /documentsapi/*/AttachedDocuments/{first}/pdf"
    house.economic.fault("status", path, times=None, status=500, body="oops")

    house.a_pass(NIGHTLY)

    assert house.states("expenses")["posted"] == 2
