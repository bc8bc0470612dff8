"""What would change, posting anew, confirming, telling an outcome and trying a whole kind again, through the API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handoff.domain.posting import DocumentKind, Posting, PostingState, Receipt
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, Standing, State
from handoff.pipeline.deliver import outcome_unknown
from tests.builders import HOURS, NOW, a_posting, a_record, a_time_entry, settings_content
from tests.contract.api.api_world import BASE, World

NEW_RATE = [{"id": "default", "account": "3000", "rate": {"amount": "1500.00", "currency": "NOK"}}]
WHAT_IF = f"{BASE}/what-would-change"


def with_posted(world: World, *external_ids: str) -> Posting:
    """Records that are posted, with the very document that the plan makes of them."""
    ready = [a_record(entry=a_time_entry(external_id=name)) for name in external_ids]
    integration = world.tenants.integration("hours-1")
    (posting,) = world.planning(integration, HOURS).plan(ready, DocumentKind.PROJECT_TRANSACTIONS).postings
    receipt = Receipt("PM00000001", "https://erp.example/PM00000001", NOW)
    kept = world.stores.postings.claim(replace(posting, state=PostingState.SETTLED, receipt=receipt, claimed_at=NOW))
    covered = {"project_transactions": kept.key}
    world.stage(*(replace(r, state=State.POSTED, covered=covered, posting_key=kept.key) for r in ready))
    return kept


def stored(world: World, external_id: str = "1") -> StagedRecord:
    record = world.stores.staged.get(HOURS, external_id)
    assert record is not None
    return record


def wish(world: World, external_id: str = "1", **changes: str) -> dict[str, str]:
    return {"flow": HOURS, "external_id": external_id, "hash": stored(world, external_id).hash, **changes}


def saved(world: World, **changes: object) -> None:
    content = settings_content(**changes)
    world.tenants.save_settings("hours-1", content, expected=1, by="Kari Nordli", at=NOW)


# ---- what would change -------------------------------------------------------------------------


def test_nothing_would_change_while_the_rules_are_those_of_the_posting() -> None:
    world = World()
    with_posted(world, "1", "2")

    answer = world.get(WHAT_IF, {"period": "2026-10"})

    assert (answer.status, answer.json["changes"], answer.json["looked_at"]) == (200, [], 2)
    assert (answer.json["amount_differences"], answer.json["next_cursor"]) == ({}, None)


def test_a_saved_rate_card_is_held_against_what_is_posted() -> None:
    world = World()
    posting = with_posted(world, "1")
    saved(world, rate_card=NEW_RATE)

    (change,) = world.get(WHAT_IF).json["changes"]

    assert (change["external_id"], change["posting_key"]) == ("1", posting.key)
    assert (change["before"]["amount"], change["after"]["amount"]) == ("9375.00", "11250.00")
    assert change["amount_difference"] == "1875.00"
    assert stored(world).state is State.POSTED


def test_settings_are_held_against_what_is_posted_before_they_are_saved() -> None:
    world = World()
    with_posted(world, "1")

    answer = world.post(WHAT_IF, {"settings": settings_content(rate_card=NEW_RATE)})

    assert answer.json["amount_differences"] == {"project_transactions": "1875.00"}
    assert world.tenants.settings("hours-1")[0] == 1


def test_settings_that_could_not_be_saved_are_refused_with_every_fault() -> None:
    answer = World().post(WHAT_IF, {"settings": {"currency": "kroner"}})

    assert answer.status == 422
    assert "body.settings.currency" in {fault["field"] for fault in answer.json["errors"]}


def test_what_could_not_be_posted_any_more_has_no_other_side_and_says_why() -> None:
    world = World()
    with_posted(world, "1")
    saved(world, rate_card=[])

    (change,) = world.get(WHAT_IF).json["changes"]

    assert (change["after"], change["amount_difference"]) == (None, None)
    assert [problem["code"] for problem in change["problems"]] == ["no_account_rule"]


def test_long_lists_come_in_pages() -> None:
    world = World()
    with_posted(world, *(str(n) for n in range(5)))
    saved(world, rate_card=NEW_RATE)
    seen: set[str] = set()
    query = {"limit": "2"}
    for _ in range(3):
        page = world.get(WHAT_IF, query).json
        seen |= {change["external_id"] for change in page["changes"]}
        query = {"limit": "2", "cursor": page["next_cursor"] or ""}

    assert page["next_cursor"] is None
    assert len(seen) == 5


# ---- posting anew ------------------------------------------------------------------------------


def test_a_posted_record_is_readied_to_be_posted_anew() -> None:
    world = World()
    posting = with_posted(world, "1")

    answer = world.post(f"{BASE}/repostings", {"records": [wish(world)], "note": "new rates"})

    assert (answer.status, [one["state"] for one in answer.json["accepted"]]) == (200, ["ready"])
    shown = world.get(f"{BASE}/records/hours/1").json
    assert shown["record"]["standing"] == [{"kind": "project_transactions", "key": posting.key, "version": 1}]
    assert shown["versions"][-1]["history"][0]["why"] == "version 2: to be posted anew (new rates)"
    assert [one["key"] for one in shown["postings"]] == [posting.key]
    assert world.stores.passes.load().needs_posting


def test_each_record_is_answered_by_itself_and_none_accepted_is_an_error() -> None:
    world = World()
    with_posted(world, "1")
    world.stage(a_record(entry=a_time_entry(external_id="2")))

    both = world.post(f"{BASE}/repostings", {"records": [wish(world, "1"), wish(world, "2")]})
    assert (both.status, [one["error"]["code"] for one in both.json["refused"]]) == (200, ["not_posted"])

    alone = world.post(f"{BASE}/repostings", {"records": [wish(world, "2")]})
    assert (alone.status, alone.json["error"]["field"]) == (409, "body.records[0].external_id")
    unknown = {"flow": HOURS, "external_id": "9", "hash": "0"}
    assert world.post(f"{BASE}/repostings", {"records": [unknown]}).status == 404
    assert world.post(f"{BASE}/repostings", {"records": [wish(world, "1", hash="0")]}).status == 409


# ---- confirming --------------------------------------------------------------------------------


def test_a_document_that_was_taken_out_on_purpose_is_confirmed() -> None:
    world = World()
    posting = with_posted(world, "1")
    problem = Problem(ProblemCode.DOCUMENT_GONE, f"Document PM00000001 ({posting.key}) was posted")
    standing = Standing("project_transactions", posting.key, 1, stored(world).hash)
    failed = replace(stored(world), state=State.FAILED, problems=(problem,), covered={}, standing=(standing,))
    world.stores.staged.save([failed])
    world.stores.problems.report(problem, flow=HOURS, external_ids=["1"], at=NOW)
    (shown,) = world.get(f"{BASE}/problems").json["problems"]
    assert (shown["confirmable"], shown["retryable"]) == (True, True)

    unnamed = world.post(f"{BASE}/problems/{problem.id}/confirm")
    answer = world.post(f"{BASE}/problems/{problem.id}/confirm", {"external_ids": ["1"]})

    assert (unnamed.status, unnamed.error["code"], unnamed.error["field"]) == (422, "records_missing", "external_ids")
    assert (answer.status, answer.json["run"]["trigger"]) == (202, "confirmation by Kari Nordli")
    record = world.get(f"{BASE}/records/hours/1").json["record"]
    assert (record["state"], record["standing"], record["reversals"]) == ("ready", [], {posting.key: "by hand"})
    (covered,) = world.get(f"{BASE}/postings/{posting.key}").json["records"]
    assert covered["taken_out"]


def test_an_answer_that_was_questioned_is_believed() -> None:
    world = World()
    problem = Problem(ProblemCode.QUIET_DAY, "Harvest has 3 entries for a Tuesday, where 38 are usual")
    world.stores.problems.report(problem, flow="hours-1-harvest", external_ids=(), at=NOW)

    assert world.post(f"{BASE}/problems/{problem.id}/confirm").status == 202

    assert world.stores.census.believed(HOURS) == {problem.id}
    assert world.get(f"{BASE}/problems").json["problems"] == []


def test_what_has_to_be_mended_can_not_be_confirmed() -> None:
    world = World()
    problem = Problem(ProblemCode.UNKNOWN_EMPLOYEE, "ola@fjordlys.example")
    world.stores.problems.report(problem, flow=HOURS, external_ids=["1"], at=NOW)

    answer = world.post(f"{BASE}/problems/{problem.id}/confirm")

    assert (answer.status, answer.error["code"]) == (409, "not_confirmable")
    assert not world.fetches.messages


# ---- the outcome of a document that can't be asked for -----------------------------------------


def unsure(world: World) -> Posting:
    record = replace(a_record(entry=a_time_entry(external_id="1")), state=State.UNSURE)
    posting = a_posting(records=[record])
    world.stage(replace(record, posting_key=posting.key))
    kept = world.stores.postings.claim(replace(posting, state=PostingState.UNSURE, claimed_at=NOW, sent_at=NOW))
    world.stores.problems.report(outcome_unknown(kept), flow=HOURS, external_ids=["1"], at=NOW)
    return kept


@pytest.mark.parametrize(
    ("body", "state"),
    [({"written": True, "number": "PM00000007"}, "accepted"), ({"written": False}, "abandoned")],
)
def test_a_person_says_what_became_of_it(body: dict[str, Any], state: str) -> None:
    world = World()
    posting = unsure(world)

    answer = world.post(f"{BASE}/postings/{posting.key}/outcome", body)

    assert (answer.status, answer.json["state"]) == (200, state)
    assert world.get(f"{BASE}/problems").json["problems"] == []
    assert world.stores.passes.load().needs_posting
    assert stored(world).state is (State.UNSURE if body["written"] else State.READY)


def test_a_document_that_is_there_has_a_number_and_others_are_not_asked_about() -> None:
    world = World()
    posting = unsure(world)
    path = f"{BASE}/postings/{posting.key}/outcome"

    assert world.post(path, {"written": True}).error["code"] == "number_missing"
    assert world.post(path, {"written": "yes"}).status == 422
    assert world.post(f"{BASE}/postings/nothing/outcome", {"written": False}).status == 404
    known = with_posted(world, "2")
    answer = world.post(f"{BASE}/postings/{known.key}/outcome", {"written": False})
    assert (answer.status, answer.error["code"]) == (409, "outcome_known")


# ---- trying again ------------------------------------------------------------------------------


def failing(world: World, *external_ids: str, subject: str = "Project NB1 is completed.") -> Problem:
    problem = Problem(ProblemCode.REFUSED_BY_ERP, subject)
    entries = [a_time_entry(external_id=name) for name in external_ids]
    world.stage(*(a_record(entry=entry, state=State.FAILED, problems=(problem,)) for entry in entries))
    world.stores.problems.report(problem, flow=HOURS, external_ids=external_ids, at=NOW)
    return problem


def test_one_record_behind_a_problem_is_tried_alone() -> None:
    world = World()
    problem = failing(world, "1", "2")

    answer = world.post(f"{BASE}/problems/{problem.id}/retry", {"external_ids": ["1"]})

    assert answer.status == 202
    assert [stored(world, name).state for name in ("1", "2")] == [State.READY, State.FAILED]
    assert world.post(f"{BASE}/problems/{problem.id}/retry", {"external_ids": ["9"]}).status == 404


def test_all_problems_of_a_kind_are_tried_with_one_call_and_one_run() -> None:
    world = World()
    failing(world, "1")
    failing(world, "2", subject="Project LY1 is completed.")

    answer = world.post(f"{BASE}/problems/retry", {"code": "refused_by_erp"})

    assert (answer.status, len(answer.json["problems"])) == (202, 2)
    assert [stored(world, name).state for name in ("1", "2")] == [State.READY, State.READY]
    assert len(world.fetches.messages) == 1


def test_a_kind_that_is_not_there_starts_no_run_and_one_that_is_none_is_refused() -> None:
    world = World()

    assert world.post(f"{BASE}/problems/retry", {"code": "closed_period"}).json == {"problems": [], "run": None}
    assert world.post(f"{BASE}/problems/retry", {"code": "bad_luck"}).status == 422
    assert not world.fetches.messages
