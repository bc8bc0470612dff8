"""Postings, problems and the reconciliation through the API."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urljoin

import pytest

from handoff.domain.posting import DocumentKind, PostingState, Receipt
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import State
from tests.builders import HOURS, NOW, a_posting, a_record, a_time_entry
from tests.contract.api.api_world import BASE, INTEGRATION, World
from tests.live_builders import an_invoice_posting

# ---- postings ----------------------------------------------------------------------------------


def test_a_posting_on_its_way_shows_how_long_it_has_been_open() -> None:
    world = World()
    posting = replace(a_posting(), state=PostingState.UNSURE, claimed_at=NOW, sent_at=NOW, run_id="r1")
    world.stores.postings.claim(posting)
    world.now = NOW + timedelta(minutes=5)
    (shown,) = world.get(f"{BASE}/postings").json["postings"]
    assert shown == {
        "key": posting.key,
        "kind": "project_transactions",
        "entity": "fjordlys-no",
        "flow": "hours",
        "period": "2026-10",
        "posted_on": "2026-10-05",
        "text": "Hours 2026-10",
        "settings_version": 1,
        "reversal": False,
        "totals": {"records": 1, "hours": "7.50", "amount": "9375.00", "currency": "NOK"},
        "invoice": None,
        "order": None,
        "state": "unsure",
        "receipt": None,
        "refusal": "",
        "run": "r1",
        "claimed_at": "2026-10-20T08:00:00Z",
        "sent_at": "2026-10-20T08:00:00Z",
        "age_seconds": 300,
    }


def test_a_posting_at_rest_has_no_age() -> None:
    world = World()
    receipt = Receipt("PT1", "", NOW)
    world.stores.postings.claim(replace(a_posting(), state=PostingState.SETTLED, claimed_at=NOW, receipt=receipt))
    (shown,) = world.get(f"{BASE}/postings").json["postings"]
    assert (shown["age_seconds"], shown["receipt"]["number"]) == (None, "PT1")


def test_a_posting_is_read_with_all_its_lines() -> None:
    world = World()
    records = [a_record(entry=a_time_entry(external_id=name)) for name in ("1", "2")]
    posting = a_posting(records=records)
    world.stores.postings.claim(posting)
    shown = world.get(f"{BASE}/postings/{posting.key}").json
    assert [line["external_id"] for line in shown["project_lines"]] == ["1", "2"]
    assert shown["records"][0] == {
        "external_id": "1", "version": 1, "hash": records[0].hash, "hours": "7.50", "amount": "9375.00",
        "reverses": "", "taken_out": False,
    }  # fmt: skip


def test_an_invoice_shows_what_people_know_it_by_and_its_voucher() -> None:
    """M1.3: invoice number, customer, project, date, total including VAT, account."""
    world = World()
    posting = replace(an_invoice_posting(), state=PostingState.SETTLED, receipt=Receipt("50001", "", NOW))
    world.stores.postings.claim(posting)
    (listed,) = world.get(f"{BASE}/postings").json["postings"]
    assert listed["invoice"] == {
        "number": 20001, "customer": 1001, "project": 501, "invoiced_on": "2026-10-15", "due_on": "2026-10-29",
        "total": "12500.00", "currency": "DKK", "account": 1010, "vat_code": "U25", "journal": 1, "voucher": "50001",
    }  # fmt: skip
    assert listed["totals"] == {"records": 1, "hours": "0.00", "amount": "12500.00", "currency": "DKK"}


def test_an_invoice_has_no_voucher_before_the_erp_has_it() -> None:
    world = World()
    world.stores.postings.claim(an_invoice_posting())
    (listed,) = world.get(f"{BASE}/postings").json["postings"]
    assert listed["invoice"]["voucher"] is None


def test_an_invoice_is_read_with_the_note_that_its_pdf_is_missing() -> None:
    """M1.6: the missing PDF is visible where people look at the document."""
    world = World()
    note = Problem(ProblemCode.PDF_MISSING, "Invoice 20001 (the time tool has none)")
    record = a_record(flow="invoices", state=State.POSTED, problems=(note,))
    posting = an_invoice_posting(record)
    world.stores.postings.claim(posting)
    world.stage(record)
    world.stores.problems.report(note, flow="invoices", external_ids={"1001"}, at=NOW)
    shown = world.get(f"{BASE}/postings/{posting.key}").json
    assert [(p["id"], p["code"], p["fixed_by"]) for p in shown["problems"]] == [(note.id, "pdf_missing", "erp")]
    assert shown["problems"][0]["message"] == "Invoice 20001 (the time tool has none) is booked without its PDF."
    assert shown["invoice"]["number"] == 20001

    world.stores.problems.close(note.id)
    assert world.get(f"{BASE}/postings/{posting.key}").json["problems"] == []


def test_a_failed_invoice_is_read_with_what_keeps_it_back() -> None:
    world = World()
    record = a_record(flow="invoices", state=State.FAILED, problems=(Problem(ProblemCode.DATE_CLOSED, "Invoice 1"),))
    posting = an_invoice_posting(record)
    world.stores.postings.claim(posting)
    world.stage(record)
    shown = world.get(f"{BASE}/postings/{posting.key}").json
    assert [problem["code"] for problem in shown["problems"]] == ["date_closed"]


def test_problems_of_another_version_are_not_the_document_s() -> None:
    world = World()
    record = a_record(flow="invoices", version=2, state=State.FAILED, problems=(Problem(ProblemCode.NO_RATE, "x"),))
    posting = an_invoice_posting(replace(record, version=1))
    world.stores.postings.claim(posting)
    world.stage(record)
    assert world.get(f"{BASE}/postings/{posting.key}").json["problems"] == []


def test_postings_come_in_pages() -> None:
    world = World()
    for n in range(5):
        kind = DocumentKind.JOURNAL if n % 2 else DocumentKind.PROJECT_TRANSACTIONS
        world.stores.postings.claim(a_posting(records=[a_record(entry=a_time_entry(external_id=str(n)))], kind=kind))
    seen: set[str] = set()
    query: dict[str, str] = {"limit": "2"}
    for _ in range(3):
        page = world.get(f"{BASE}/postings", query).json
        seen |= {posting["key"] for posting in page["postings"]}
        query = {"limit": "2", "cursor": page["next_cursor"] or ""}
    assert page["next_cursor"] is None
    assert len(seen) == 5


@pytest.mark.parametrize("key", ["HOAAAAAAAAAAAAAAAA", "nothing", "hoabcdefghijklmnop", "HO"])
def test_an_unknown_posting_is_not_found(key: str) -> None:
    answer = World().get(f"{BASE}/postings/{key}")
    assert (answer.status, answer.error["field"]) == (404, "key")


# ---- problems ----------------------------------------------------------------------------------


def test_a_cause_is_one_problem_with_its_records_and_their_hours() -> None:
    world = World()
    problem = Problem(ProblemCode.UNKNOWN_EMPLOYEE, "ola@fjordlys.example")
    names = [f"{n:02}" for n in range(40)]
    world.stage(
        *(a_record(entry=a_time_entry(external_id=name), state=State.FAILED, problems=(problem,)) for name in names)
    )
    world.stores.problems.report(problem, flow=HOURS, external_ids=names, at=NOW)
    (shown,) = world.get(f"{BASE}/problems").json["problems"]
    assert shown == {
        "id": problem.id,
        "code": "unknown_employee",
        "message": problem.message,
        "field": "employee",
        "cure": problem.entry.cure,
        "fixed_by": "erp",
        "subject": "ola@fjordlys.example",
        "flow": "hours",
        "records": 40,
        "external_ids": names[:20],
        "hours": "300.00",
        "since": "2026-10-20T08:00:00Z",
        "retryable": True,
        "confirmable": False,
    }


def test_hours_behind_very_many_records_are_not_added_up_for_a_list() -> None:
    world = World()
    world.stores.problems.report(
        Problem(ProblemCode.CLOSED_PERIOD, "2026-09"), flow=HOURS, external_ids=[str(n) for n in range(501)], at=NOW
    )
    (shown,) = world.get(f"{BASE}/problems").json["problems"]
    assert (shown["records"], shown["hours"]) == (501, None)


def test_a_connections_problem_has_no_records_behind_it() -> None:
    world = World()
    world.stores.problems.report(
        Problem(ProblemCode.RECONNECT_NEEDED, "The grant of Harvest has run out."),
        flow=f"{INTEGRATION}-harvest", external_ids=(), at=NOW,
    )  # fmt: skip
    (shown,) = world.get(f"{BASE}/problems").json["problems"]
    assert (shown["records"], shown["hours"], shown["fixed_by"]) == (0, "0.00", "connection")


def test_trying_again_frees_the_records_and_starts_a_run() -> None:
    world = World()
    problem = Problem(ProblemCode.REFUSED_BY_ERP, "Project NB1 is completed.")
    world.stage(a_record(state=State.FAILED, problems=(problem,)))
    world.stores.problems.report(problem, flow=HOURS, external_ids=["1001"], at=NOW)
    path = f"{BASE}/problems/{problem.id}/retry"
    answer = world.post(path)
    assert answer.status == 202
    assert answer.json["problem"]["id"] == problem.id
    assert answer.json["run"]["trigger"] == "retry by Kari Nordli"
    record = world.stores.staged.get(HOURS, "1001")
    assert record is not None
    assert (record.state, record.history[-1].by) == (State.READY, "Kari Nordli")
    assert world.get(urljoin(path, answer.headers["Location"])).json["run"]["state"] == "queued"
    (message,) = world.fetches.messages
    assert json.loads(message.body)["run_id"] == answer.json["run"]["id"]
    assert world.get(f"{BASE}/problems").json["problems"] == []


@pytest.mark.parametrize(
    ("code", "retryable", "confirmable"),
    [
        (ProblemCode.DOCUMENT_GONE, True, True),
        (ProblemCode.DOCUMENT_EDITED, True, True),
        (ProblemCode.IRREVERSIBLE, True, True),
        (ProblemCode.OUTCOME_UNKNOWN, False, False),
        (ProblemCode.REFUSED_BY_ERP, True, False),
    ],
)
def test_a_problem_says_what_a_person_can_answer_to_it(code: ProblemCode, retryable: bool, confirmable: bool) -> None:
    world = World()
    world.stores.problems.report(Problem(code, "Document PT1 (HOX)"), flow=HOURS, external_ids=["1001"], at=NOW)
    (shown,) = world.get(f"{BASE}/problems").json["problems"]
    assert (shown["retryable"], shown["confirmable"]) == (retryable, confirmable)


@pytest.mark.parametrize("problem", ["unknown", "0" * 18, "a#b", "%"])
def test_an_unknown_problem_is_not_found_and_starts_no_run(problem: str) -> None:
    world = World()
    assert world.post(f"{BASE}/problems/{problem}/retry").status == 404
    assert not world.fetches.messages


# ---- reconciliation ----------------------------------------------------------------------------


def test_a_period_is_reconciled_where_the_grants_are() -> None:
    world = World()
    answer = world.get(f"{BASE}/reconciliation", {"period": "2026-10"})
    assert world.reconciled == [(INTEGRATION, "hours", "2026-10")]
    assert answer.json["agrees"] is True
    assert (answer.json["hours_difference"], answer.json["amount_difference"]) == ("0.00", "0.00")
    assert answer.json["time_tool"] == {"records": 3, "hours": "16.50", "value": {"NOK": "18750.00"}}
    assert answer.json["states"]["held"] == {"records": 1, "hours": "1.50", "value": {}}
    (books,) = answer.json["books"]
    assert (books["amount"], books["ledger_amount"], books["agrees"]) == ("18750.00", "18750.00", True)
