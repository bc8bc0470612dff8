"""Approvals: bound to a hash, each record by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handoff.domain.staged import ApprovedVia, StagedRecord, State
from tests.builders import a_record, a_time_entry, settings_content
from tests.contract.api.api_world import BASE, INTEGRATION, Answer, World

PATH = f"{BASE}/approvals"


def a_held_record(external_id: str = "1001", **changes: Any) -> StagedRecord:
    entry = a_time_entry(external_id=external_id, **changes)
    return replace(a_record(entry=entry, state=State.HELD, source_approved=False), reason="not_approved")


def wish(record: StagedRecord, **changes: str) -> dict[str, str]:
    return {"flow": record.flow, "external_id": record.external_id, "hash": record.hash, **changes}


def decide(world: World, *wishes: dict[str, str], decision: str = "approve", note: str = "") -> Answer:
    return world.post(PATH, {"records": list(wishes), "decision": decision, "note": note})


def stored(world: World, external_id: str = "1001") -> StagedRecord:
    record = world.stores.staged.get("hours", external_id)
    assert record is not None
    return record


def test_a_yes_makes_a_record_ready_under_the_callers_name() -> None:
    world = World()
    record = a_held_record()
    world.stage(record)
    answer = decide(world, wish(record), note="October checked")
    assert answer.status == 200
    (accepted,) = answer.json["accepted"]
    assert (accepted["state"], accepted["sentence"]) == ("ready", "Approved; the next pass posts it.")
    assert answer.json["refused"] == []
    (approval,) = stored(world).approvals
    assert (approval.approved, approval.via, approval.by) == (True, ApprovedVia.PERSON, "Kari Nordli")
    assert (approval.hash, approval.note, approval.at) == (record.hash, "October checked", world.now)


def test_an_approval_posts_nothing_and_tells_the_next_pass_to_look() -> None:
    world = World()
    world.stage(a_held_record())
    assert not world.stores.passes.load().needs_posting
    decide(world, wish(a_held_record()))
    assert world.stores.passes.load().needs_posting
    assert not world.fetches.messages
    assert not world.posts.messages


def test_a_no_keeps_a_record_out_with_the_reason() -> None:
    world = World()
    world.stage(a_held_record())
    answer = decide(world, wish(a_held_record()), decision="reject")
    (accepted,) = answer.json["accepted"]
    assert (accepted["state"], accepted["reason"]) == ("excluded", "rejected")
    assert stored(world).state is State.EXCLUDED


def test_a_wrong_hash_decides_nothing_and_says_so() -> None:
    world = World()
    world.stage(a_held_record())
    answer = decide(world, wish(a_held_record(), hash="0" * 24))
    assert answer.status == 409
    assert answer.error["code"] == "hash_mismatch"
    assert answer.error["field"] == "body.records[0].hash"
    assert answer.error["cure"]
    assert answer.json["accepted"] == []
    (refused,) = answer.json["refused"]
    assert (refused["external_id"], refused["hash"], refused["error"]) == ("1001", "0" * 24, answer.error)
    assert stored(world).state is State.HELD
    assert stored(world).approvals == ()


def test_an_edit_after_the_look_refuses_the_decision() -> None:
    world = World()
    seen = a_held_record()
    world.stage(seen)
    world.stores.staged.replace(stored(world), replace(a_held_record(hours="6"), version=2))
    answer = decide(world, wish(seen))
    assert (answer.status, answer.error["code"]) == (409, "hash_mismatch")
    assert "version 2" in answer.error["message"]


def test_one_refused_record_does_not_hold_up_the_others() -> None:
    world = World()
    good, posted = a_held_record("1"), a_record(entry=a_time_entry(external_id="2"), state=State.POSTED)
    world.stage(good, posted)
    answer = decide(world, wish(a_held_record("unknown")), wish(posted), wish(good))
    assert answer.status == 200
    assert [one["external_id"] for one in answer.json["accepted"]] == ["1"]
    assert [(one["external_id"], one["error"]["code"], one["error"]["field"]) for one in answer.json["refused"]] == [
        ("unknown", "not_found", "body.records[0].external_id"),
        ("2", "already_posted", "body.records[1].external_id"),
    ]
    assert answer.json["error"] is None


@pytest.mark.parametrize(
    ("record", "status", "code"),
    [
        (a_held_record("unknown"), 404, "not_found"),
        (a_record(entry=a_time_entry(external_id="2"), state=State.POSTED), 409, "already_posted"),
        (a_record(entry=a_time_entry(external_id="2"), state=State.UNSURE), 409, "already_posted"),
    ],
)
def test_when_nothing_is_decided_the_status_is_that_of_the_first_refusal(
    record: StagedRecord, status: int, code: str
) -> None:
    world = World()
    if record.external_id == "2":
        world.stage(record)
    answer = decide(world, wish(record))
    assert (answer.status, answer.error["code"]) == (status, code)
    assert len(answer.json["refused"]) == 1


def test_an_unknown_flow_has_no_records() -> None:
    world = World()
    world.stage(a_held_record())
    answer = decide(world, wish(a_held_record(), flow="expenses"))
    assert (answer.status, answer.error["code"]) == (404, "not_found")


def test_a_record_named_twice_is_decided_on_once() -> None:
    world = World()
    world.stage(a_held_record())
    answer = decide(world, wish(a_held_record()), wish(a_held_record()))
    assert len(answer.json["accepted"]) == 1
    assert len(stored(world).approvals) == 1


def test_where_no_persons_word_counts_every_record_is_refused() -> None:
    world = World()
    world.tenants.add(world.tenants.integration(INTEGRATION), settings_content(approval={"counts": ["time_tool"]}))
    world.stage(a_held_record("1"), a_held_record("2"))
    answer = decide(world, wish(a_held_record("1")), wish(a_held_record("2")))
    assert (answer.status, answer.error["code"]) == (409, "person_approvals_off")
    assert [one["error"]["code"] for one in answer.json["refused"]] == ["person_approvals_off"] * 2
    assert stored(world, "1").approvals == ()


def test_no_more_than_500_records_are_decided_on_at_once() -> None:
    world = World()
    records = [a_held_record(str(n)) for n in range(501)]
    world.stage(*records)
    answer = decide(world, *map(wish, records))
    assert (answer.status, answer.error["field"]) == (422, "body.records")
    assert decide(world, *map(wish, records[:500])).status == 200


def test_no_record_at_all_is_a_mistake() -> None:
    answer = decide(World())
    assert (answer.status, answer.error["field"]) == (422, "body.records")


def test_without_settings_nobodys_word_counts_yet() -> None:
    world = World()
    world.memory.part("settings", "fjordlys").clear()
    world.stage(a_held_record())
    answer = decide(world, wish(a_held_record()))
    assert (answer.status, answer.error["code"]) == (409, "settings_unreadable")
