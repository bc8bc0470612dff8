"""Records: the list and one record's story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handoff.domain.posting import DocumentKind, PostingState, Receipt
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import Approval, ApprovedVia, Move, StagedRecord, State
from tests.builders import (
    NOW,
    TENANT,
    a_client,
    a_posting,
    a_record,
    a_time_entry,
    an_account,
    reference_data,
    settings_content,
)
from tests.contract.api.api_world import BASE, INTEGRATION, OTHER_TOKEN, World


def a_held_record(external_id: str = "1001", spent_on: str = "2026-10-05") -> StagedRecord:
    entry = a_time_entry(external_id=external_id, spent_on=spent_on)
    return replace(a_record(entry=entry, state=State.HELD, source_approved=False), reason="not_approved")


def test_a_record_is_shown_with_names_and_the_reason_why_it_waits() -> None:
    world = World()
    record = a_held_record()
    world.stage(record)
    (shown,) = world.get(f"{BASE}/records").json["records"]
    assert shown == {
        "flow": "hours",
        "external_id": "1001",
        "version": 1,
        "hash": record.hash,
        "state": "held",
        "reason": "not_approved",
        "sentence": "Waits: nobody whose approval counts has approved it yet.",
        "period": "2026-10",
        "content": {
            "spent_on": "2026-10-05",
            "hours": "7.50",
            "billable": True,
            "rate": {"amount": "1250.00", "currency": "NOK"},
            "notes": "",
            "running": False,
            "person": {"id": "501", "name": "Åsa Fjell"},
            "client": {"id": "301", "name": "Fjord Industri AS"},
            "project": {"id": "401", "name": "Nettbutikk fase 1", "code": "NB1"},
            "task": {"id": "601", "name": "Design"},
        },
        "approved_in_time_tool": False,
        "approvals": {"count": 0, "last": None},
        "problems": [],
        "posting_key": None,
        "covered": {},
        "standing": [],
        "reversals": {},
        "gone_at": None,
        "changed_at": "2026-10-20T08:00:00Z",
    }


def test_names_that_the_lists_do_not_have_are_null_and_never_guessed() -> None:
    world = World()
    world.stage(a_record(entry=a_time_entry(client_id="999", project_id="998")))
    (shown,) = world.get(f"{BASE}/records").json["records"]
    assert shown["content"]["client"] == {"id": "999", "name": None}
    assert shown["content"]["project"] == {"id": "998", "name": None, "code": None}
    assert shown["content"]["rate"] == {"amount": "1250.00", "currency": None}


def test_a_content_that_can_not_be_read_is_shown_as_none_and_holds_up_no_other() -> None:
    world = World()
    world.stage(replace(a_record(), body=b"{}"), a_record(entry=a_time_entry(external_id="1002")))
    contents = {r["external_id"]: r["content"] for r in world.get(f"{BASE}/records").json["records"]}
    assert contents["1001"] is None
    assert contents["1002"]["hours"] == "7.50"
    story = world.get(f"{BASE}/records/hours/1001").json
    assert story["why"] is None


def test_a_failed_record_shows_its_problems_with_their_cure() -> None:
    world = World()
    problem = Problem(ProblemCode.UNKNOWN_EMPLOYEE, "ola@fjordlys.example")
    world.stage(a_record(state=State.FAILED, problems=(problem,)))
    (shown,) = world.get(f"{BASE}/records").json["records"]
    assert shown["sentence"] == problem.message
    assert shown["problems"] == [
        {
            "id": problem.id,
            "code": "unknown_employee",
            "message": problem.message,
            "field": "employee",
            "cure": problem.entry.cure,
            "fixed_by": "erp",
        }
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"1", "2", "3", "4"}),
        ({"flow": "", "state": "", "period": "", "cursor": ""}, {"1", "2", "3", "4"}),
        ({"state": "held"}, {"1", "3"}),
        ({"state": "held,ready"}, {"1", "2", "3"}),
        ({"state": ["held", "failed"]}, {"1", "3", "4"}),
        ({"period": "2026-09"}, {"3"}),
        ({"period": "2026-10", "state": "held"}, {"1"}),
        ({"period": "2025-01"}, set()),
    ],
)
def test_filters_choose_by_state_and_period(query: dict[str, str | list[str]], found: set[str]) -> None:
    world = World()
    world.stage(
        a_held_record("1"),
        a_record(entry=a_time_entry(external_id="2")),
        a_held_record("3", "2026-09-30"),
        a_record(entry=a_time_entry(external_id="4"), state=State.FAILED),
    )
    assert {r["external_id"] for r in world.get(f"{BASE}/records", query).json["records"]} == found


def test_pages_lead_through_all_records_once() -> None:
    world = World()
    world.stage(*(a_held_record(str(n)) for n in range(25)))
    seen: list[str] = []
    query = {"limit": "10", "state": "held"}
    for _ in range(3):
        page = world.get(f"{BASE}/records", query).json
        seen += [record["external_id"] for record in page["records"]]
        query = {**query, "cursor": page["next_cursor"] or ""}
    assert page["next_cursor"] is None
    assert sorted(seen, key=int) == [str(n) for n in range(25)]


def test_a_cursor_is_good_for_its_own_list_only() -> None:
    world = World()
    world.stage(*(a_held_record(str(n)) for n in range(3)))
    cursor = world.get(f"{BASE}/records", {"limit": "1"}).json["next_cursor"]
    assert world.get(f"{BASE}/records", {"limit": "2", "cursor": cursor}).status == 200
    for query in ({"state": "held"}, {"period": "2026-10"}):
        answer = world.get(f"{BASE}/records", {**query, "cursor": cursor})
        assert (answer.status, answer.error["code"]) == (422, "bad_cursor")
    assert world.get(f"{BASE}/postings", {"cursor": cursor}).error["code"] == "bad_cursor"
    theirs = world.get("/api/integrations/their-hours/records", {"cursor": cursor}, token=OTHER_TOKEN)
    assert theirs.error["code"] == "bad_cursor"


# ---- one record's story ------------------------------------------------------------------------


def two_versions() -> tuple[StagedRecord, StagedRecord]:
    """A record approved, then edited: 7.5 hours, then 6."""
    first = a_record(state=State.READY)
    by_kari = Approval(first.hash, True, ApprovedVia.PERSON, "Kari Nordli", NOW, "October checked")
    moves = (
        Move(State.HELD, NOW, "time_tool", "not_approved"),
        Move(State.READY, NOW, "Kari Nordli", "approved_by_person"),
    )
    first = replace(first, approvals=(by_kari,), history=moves)
    edited = a_record(entry=a_time_entry(hours="6"), version=2, state=State.HELD, source_approved=False)
    return first, replace(edited, approvals=(by_kari,), reason="not_approved", history=(moves[0],))


def test_a_story_has_every_version_with_its_decisions_and_history() -> None:
    world = World()
    first, second = two_versions()
    world.stage(first)
    stored = world.stores.staged.get("hours", "1001")
    assert stored is not None
    world.stores.staged.replace(stored, second)
    story = world.get(f"{BASE}/records/hours/1001").json
    assert story["record"]["version"] == 2
    old, new = story["versions"]
    assert (old["current"], old["content"]["hours"]) == (False, "7.50")
    assert (new["current"], new["content"]["hours"]) == (True, "6.00")
    (approval,) = old["approvals"]
    assert (approval["decision"], approval["by"], approval["note"]) == ("approve", "Kari Nordli", "October checked")
    assert approval["via"] == "person"
    assert approval["counts"] is False
    assert approval["why_not"] == "it was to another content: the record is now version 2"
    assert new["approvals"] == []
    assert [move["to"] for move in old["history"]] == ["held", "ready"]


def test_a_later_decision_takes_the_place_of_an_earlier_one() -> None:
    world = World()
    record = a_record(state=State.EXCLUDED)
    yes = Approval(record.hash, True, ApprovedVia.PERSON, "Kari Nordli", NOW)
    no = Approval(record.hash, False, ApprovedVia.PERSON, "Ola Vik", NOW + timedelta(hours=1))
    world.stage(replace(record, approvals=(yes, no), reason="rejected"))
    story = world.get(f"{BASE}/records/hours/1001").json
    first, second = story["versions"][0]["approvals"]
    assert (first["counts"], first["why_not"]) == (False, "a later decision took its place")
    assert (second["decision"], second["counts"], second["why_not"]) == ("reject", True, None)
    assert story["record"]["approvals"]["count"] == 2
    assert story["record"]["approvals"]["last"]["by"] == "Ola Vik"


def test_a_decision_that_the_settings_do_not_count_is_said_to_decide_nothing() -> None:
    world = World()
    world.tenants.add(world.tenants.integration(INTEGRATION), settings_content(approval={"counts": ["time_tool"]}))
    record = a_record()
    world.stage(replace(record, approvals=(Approval(record.hash, True, ApprovedVia.PERSON, "Kari Nordli", NOW),)))
    (approval,) = world.get(f"{BASE}/records/hours/1001").json["versions"][0]["approvals"]
    assert approval["why_not"] == "decisions by person do not count in the settings"


def test_a_story_says_which_rules_decided_and_why_others_lost() -> None:
    world = World()
    rate_card = [
        {"id": "default", "account": "3000"},
        {"id": "nb1", "match": {"project": "NB1"}, "account": "3100", "rate": {"amount": "1400", "currency": "NOK"}},
        {"id": "elsewhere", "match": {"client": "Byen AS"}, "account": "3200"},
    ]
    allocations = [{"id": "both", "shares": {"10": "60", "20": "40"}}]
    world.tenants.add(
        world.tenants.integration(INTEGRATION), settings_content(rate_card=rate_card, allocations=allocations)
    )
    world.list(reference_data(accounts=[an_account(number="1530"), an_account(number="3100")]))
    world.stage(a_record())
    why = world.get(f"{BASE}/records/hours/1001").json["why"]
    assert why["settings_version"] == 1
    assert (why["account"]["rule"], why["account"]["value"]) == ("nb1", "3100")
    assert why["account"]["alternatives"] == [
        {"rule": "elsewhere", "value": "3200", "why": "does not match: client"},
        {"rule": "default", "value": "3000", "why": "less specific than nb1"},
    ]
    assert why["rate"]["rule"] == "nb1"
    assert why["rate"]["alternatives"][-1]["rule"] == "time_tool"
    assert why["exchange"]["rule"] == "same_currency"
    assert why["split"]["rule"] == "both"
    assert why["parts"] == [
        {"cost_centre": "10", "hours": "4.50", "amount": "6300.00"},
        {"cost_centre": "20", "hours": "3.00", "amount": "4200.00"},
    ]
    assert (why["project"]["value"], why["task"]["value"], why["employee"]["value"]) == ("NB1", "10", "7")


def test_a_story_says_what_would_keep_a_record_out_before_a_pass_has_tried() -> None:
    world = World()
    world.list(reference_data(clients=[a_client(currency="USD")]))
    world.stage(a_held_record())
    why = world.get(f"{BASE}/records/hours/1001").json["why"]
    assert [problem["code"] for problem in why["problems"]] == ["no_currency_rule"]
    assert why["parts"] == []


def test_a_posted_record_shows_its_document_its_lines_and_the_receipt() -> None:
    world = World()
    record = a_record(state=State.POSTED)
    other = a_record(entry=a_time_entry(external_id="1002"))
    posting = replace(
        a_posting(records=[record, other]),
        state=PostingState.SETTLED,
        receipt=Receipt("PT000123", "https://erp.example/PT000123", NOW, adopted=True),
        claimed_at=NOW,
        run_id="20261020T080000Z-hourly",
    )
    world.stores.postings.claim(posting)
    covered = {"project_transactions": posting.key}
    world.stage(replace(record, covered=covered, posting_key=posting.key))
    story = world.get(f"{BASE}/records/hours/1001").json
    (shown,) = story["postings"]
    assert shown["receipt"] == {
        "number": "PT000123",
        "url": "https://erp.example/PT000123",
        "at": "2026-10-20T08:00:00Z",
        "adopted": True,
    }
    assert (shown["hours"], shown["amount"], shown["version"]) == ("7.50", "9375.00", 1)
    assert [line["external_id"] for line in shown["lines"]] == ["1001"]
    assert shown["totals"] == {"records": 2, "hours": "15.00", "amount": "18750.00", "currency": "NOK"}
    assert story["why"]["parts"] == [{"cost_centre": "10", "hours": "7.50", "amount": "9375.00"}]


def test_a_journal_shows_the_records_part_beside_the_aggregated_lines() -> None:
    world = World()
    record = a_record(state=State.POSTING)
    posting = a_posting(records=[record], kind=DocumentKind.JOURNAL)
    world.stores.postings.claim(posting)
    world.stage(replace(record, posting_key=posting.key))
    (shown,) = world.get(f"{BASE}/records/hours/1001").json["postings"]
    assert (shown["kind"], shown["lines"], shown["hours"]) == ("journal", [], "7.50")
    assert [line["account"] for line in shown["journal_lines"]] == ["1530", "3000"]


def test_a_posting_that_a_record_left_again_stays_in_its_story() -> None:
    world = World()
    record = a_record(state=State.READY)
    posting = replace(a_posting(records=[record]), state=PostingState.REFUSED, refusal="Project NB1 is completed.")
    world.stores.postings.claim(posting)
    moves = (Move(State.POSTING, NOW, "post_records", posting.key), Move(State.READY, NOW, "post_records", "refused"))
    world.stage(replace(record, history=moves))
    (shown,) = world.get(f"{BASE}/records/hours/1001").json["postings"]
    assert (shown["state"], shown["refusal"]) == ("refused", "Project NB1 is completed.")


def test_a_story_explains_with_the_settings_that_the_posting_used() -> None:
    world = World()
    record = a_record(state=State.POSTED)
    world.stores.postings.claim(replace(a_posting(records=[record]), settings_version=1))
    world.stage(replace(record, posting_key=a_posting(records=[record]).key))
    changed = settings_content(rate_card=[{"id": "newer", "account": "3900"}])
    world.tenants.save_settings(INTEGRATION, changed, expected=1, by="Kari Nordli", at=NOW)
    why = world.get(f"{BASE}/records/hours/1001").json["why"]
    assert (why["settings_version"], why["account"]["rule"]) == (1, "default")


@pytest.mark.parametrize("path", ["hours/9999", "expenses/1001", f"hours/{'9' * 400}", "hours/1001'--"])
def test_an_unknown_record_is_not_found(path: str) -> None:
    world = World()
    world.stage(a_record())
    answer = world.get(f"{BASE}/records/{path}")
    assert (answer.status, answer.error["code"]) == (404, "not_found")
    assert answer.error["field"] in ("flow", "external_id")


def test_records_of_another_tenant_are_never_shown() -> None:
    world = World()
    world.stores_of("their-hours", "annen").staged.add([a_record()])
    assert TENANT != "annen"
    assert world.get(f"{BASE}/records").json["records"] == []
    assert len(world.get("/api/integrations/their-hours/records", token=OTHER_TOKEN).json["records"]) == 1
