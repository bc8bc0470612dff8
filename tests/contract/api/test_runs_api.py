"""Runs and previews through the API."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from urllib.parse import urljoin

import pytest

from handoff.domain.runs import RunState
from handoff.domain.staged import ApprovedVia, StagedRecord, State
from handoff.pipeline.preview import digest_of
from tests.builders import HOURS, TENANT, a_client, a_record, a_time_entry, reference_data, settings_content
from tests.contract.api.api_world import BASE, INTEGRATION, World

PATH = f"{BASE}/runs"


def ready(
    external_id: str, hours: str = "7.5", *, spent_on: str = "2026-10-05", client_id: str = "301"
) -> StagedRecord:
    entry = a_time_entry(external_id=external_id, hours=hours, spent_on=spent_on, client_id=client_id)
    return a_record(entry=entry)


# ---- real runs ---------------------------------------------------------------------------------


def test_a_run_is_queued_and_can_be_watched_at_once() -> None:
    world = World()
    answer = world.post(PATH, {"flows": ["hours"], "period": "2026-10"})
    assert answer.status == 202
    run = answer.json["run"]
    assert run["id"] == "20261020T080000Z-id1"
    assert (run["state"], run["trigger"], run["flows"], run["period"]) == (
        "queued", "by Kari Nordli", ["hours"], "2026-10",
    )  # fmt: skip
    watched = world.get(urljoin(PATH, answer.headers["Location"]))
    assert watched.json["run"] == run


def test_the_first_step_is_queued_behind_the_connections_others() -> None:
    world = World()
    world.post(PATH, {})
    (message,) = world.fetches.messages
    step = json.loads(message.body)
    assert message.group == f"{TENANT}.{INTEGRATION}-erp"
    assert (step["name"], step["flows"], step["period"]) == ("fetch_erp", ["hours"], None)
    assert (step["tenant_id"], step["integration_id"]) == (TENANT, INTEGRATION)
    assert step["trigger"] == "by Kari Nordli"


def test_a_run_shows_counts_calls_and_its_end() -> None:
    world = World()
    run_id = world.post(PATH, {}).json["run"]["id"]
    world.stores.runs.add(
        run_id, counts={"fetched": 12}, calls={"harvest": 3}, state=RunState.FAILED, step="fetch_time_tool",
        error="harvest refused projects", finished_at=world.now,
    )  # fmt: skip
    run = world.get(f"{PATH}/{run_id}").json["run"]
    assert (run["state"], run["step"], run["error"]) == ("failed", "fetch_time_tool", "harvest refused projects")
    assert (run["counts"], run["calls"]) == ({"fetched": 12}, {"harvest": 3})
    assert run["finished_at"] == "2026-10-20T08:00:00Z"
    assert run["preview"] is None


@pytest.mark.parametrize("run_id", ["unknown", "20261020T080000Z-id9", "a" * 100, "..", "x;y"])
def test_an_unknown_run_is_not_found(run_id: str) -> None:
    world = World()
    assert world.get(f"{PATH}/{run_id}").status == 404
    assert world.get(f"{PATH}/{run_id}/documents/HOABCDEFGHIJKLMNOP").status == 404


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"flows": ["expenses"]}, "unknown_flow", "body.flows[0]"),
        ({"flows": ["hours", "expenses"]}, "unknown_flow", "body.flows[1]"),
        ({"flows": []}, "too_short", "body.flows"),
        ({"flows": "hours"}, "list_type", "body.flows"),
        ({"period": "October"}, "bad_period", "body.period"),
        ({"preview": "true"}, "bool_type", "body.preview"),
        ({"dry_run": True}, "extra_forbidden", "body.dry_run"),
    ],
)
def test_a_run_that_can_not_be_is_refused_and_nothing_is_queued(body: object, code: str, field: str) -> None:
    world = World()
    answer = world.post(PATH, body)
    assert (answer.status, answer.error["code"], answer.error["field"]) == (422, code, field)
    assert not world.fetches.messages


# ---- previews ----------------------------------------------------------------------------------


def test_a_preview_shows_exactly_the_documents_that_a_run_would_write() -> None:
    world = World()
    records = [ready("1"), ready("2", "6.25"), ready("3", spent_on="2026-11-02")]
    world.stage(*records)
    answer = world.post(PATH, {"preview": True})
    assert answer.status == 200
    preview = answer.json["run"]["preview"]
    planning = world.planning(world.tenants.integration(INTEGRATION), HOURS)
    stored = list(world.stores.staged.every(HOURS, period=None, states=(State.READY,)))
    documents = planning.plan(stored, planning.kinds[0]).postings
    assert preview["digest"] == digest_of(documents)
    assert [shown["key"] for shown in preview["documents"]] == [posting.key for posting in documents]
    first = preview["documents"][0]
    assert (first["kind"], first["entity"], first["period"]) == (
        "project_transactions",
        f"{INTEGRATION}-erp",
        "2026-10",
    )
    assert first["totals"] == {"records": 2, "hours": "13.75", "amount": "17187.50", "currency": "NOK"}
    assert first["posted_on"] == "2026-10-05"
    (line, _) = first["project_lines"]
    assert line == {
        "external_id": "1", "spent_on": "2026-10-05", "posted_on": "2026-10-05", "project": "NB1", "task": "10",
        "employee": "7", "item": "TIMER", "unit": "HOUR", "hours": "7.50", "billable_hours": "7.50",
        "unit_rate": "1250.00", "amount": "9375.00", "debit_account": "1530", "credit_account": "3000",
        "cost_centre": "10", "text": "Design · Åsa Fjell · Nettbutikk fase 1", "rate_rule": "time_tool",
        "account_rule": "default", "split_rule": "oslo",
    }  # fmt: skip
    assert [record["external_id"] for record in first["records"]] == ["1", "2"]
    assert preview["totals"]["by_kind"] == [
        {"kind": "project_transactions", "documents": 2, "lines": 3, "records": 3, "hours": "21.25",
         "amount": "26562.50", "currency": "NOK"},
    ]  # fmt: skip


def test_a_preview_writes_nothing_but_itself() -> None:
    world = World()
    world.stage(ready("1"))
    before = world.stores.staged.get(HOURS, "1")
    world.post(PATH, {"preview": True})
    assert world.stores.staged.get(HOURS, "1") == before
    assert world.stores.postings.page(limit=10, cursor=None) == ([], None)
    assert world.stores.problems.open() == []
    assert not world.fetches.messages
    assert not world.posts.messages


def test_a_preview_can_be_read_again_word_for_word() -> None:
    world = World()
    world.stage(ready("1"), ready("2", hours="25"))
    made = world.post(PATH, {"preview": True, "period": "2026-10"})
    world.stores.staged.save(
        [replace(r, state=State.HELD) for r in world.stores.staged.every(HOURS, period=None, states=())]
    )
    read = world.get(urljoin(PATH, made.headers["Location"]))
    assert read.json == made.json
    assert read.json["run"]["state"] == "done"
    assert read.json["run"]["trigger"] == "preview by Kari Nordli"


def test_the_same_documents_have_the_same_digest_and_others_another() -> None:
    world = World()
    world.stage(ready("1"))
    digests = [world.post(PATH, {"preview": True}).json["run"]["preview"]["digest"] for _ in range(2)]
    world.stage(ready("2"))
    digests.append(world.post(PATH, {"preview": True}).json["run"]["preview"]["digest"])
    assert digests[0] == digests[1] != digests[2]


def test_a_preview_shows_what_would_fail_by_cause() -> None:
    world = World()
    world.list(reference_data(clients=[a_client(), a_client(id="302", currency="USD")]))
    world.stage(ready("1"), *(ready(str(n), client_id="302") for n in range(10, 40)), ready("9", hours="25"))
    preview = world.post(PATH, {"preview": True}).json["run"]["preview"]
    causes = [(p["code"], p["records"], len(p["external_ids"])) for p in preview["problems"]]
    assert causes == [("no_currency_rule", 30, 20), ("too_many_hours", 1, 1)]
    assert preview["totals"]["failing_records"] == 31
    assert len(preview["documents"]) == 1


def test_a_preview_of_one_period_leaves_the_others_out() -> None:
    world = World()
    world.stage(ready("1"), ready("2", spent_on="2026-11-02"))
    run = world.post(PATH, {"preview": True, "period": "2026-11"}).json["run"]
    assert [shown["period"] for shown in run["preview"]["documents"]] == ["2026-11"]
    assert run["period"] == "2026-11"


def test_a_preview_judges_by_new_settings_as_the_next_run_will() -> None:
    world = World()
    held = replace(ready("1"), state=State.HELD, source_approved=False, reason="not_approved")
    small = replace(ready("2", hours="1"), state=State.HELD, source_approved=False, reason="not_approved")
    world.stage(held, small)
    approval = {"counts": [ApprovedVia.RULE], "rules": [{"name": "small", "hours_max": "2"}]}
    world.put(f"{BASE}/settings", settings_content(approval=approval))
    preview = world.post(PATH, {"preview": True}).json["run"]["preview"]
    assert [record["external_id"] for record in preview["documents"][0]["records"]] == ["2"]
    assert {r.state for r in world.stores.staged.every(HOURS, period=None, states=())} == {State.HELD}


def test_a_preview_shows_journals_with_what_each_record_adds() -> None:
    world = World()
    world.tenants.add(world.tenants.integration(INTEGRATION), settings_content(post_as=["journal"]))
    world.stage(ready("1"), ready("2", "6"))
    (journal,) = world.post(PATH, {"preview": True}).json["run"]["preview"]["documents"]
    sides = [(line["account"], line["debit"], line["credit"]) for line in journal["journal_lines"]]
    assert sides == [("1530", "16875.00", "0.00"), ("3000", "0.00", "16875.00")]
    assert [(r["external_id"], r["hours"], r["amount"]) for r in journal["records"]] == [
        ("1", "7.50", "9375.00"),
        ("2", "6.00", "7500.00"),
    ]
    assert journal["project_lines"] == []


def test_a_very_long_preview_leaves_lines_to_be_asked_for_document_by_document() -> None:
    world = World()
    world.stage(*(ready(str(n), "1") for n in range(4300)))
    run = world.post(PATH, {"preview": True}).json["run"]
    documents = run["preview"]["documents"]
    assert sum(Decimal(shown["totals"]["hours"]) for shown in documents) == 4300
    omitted = [shown for shown in documents if shown["lines_omitted"]]
    assert [shown["lines_omitted"] for shown in omitted] == [250, 50]
    assert omitted[0]["project_lines"] == []
    whole = world.get(f"{PATH}/{run['id']}/documents/{omitted[0]['key']}").json
    assert len(whole["project_lines"]) == 250
    assert whole["totals"] == omitted[0]["totals"]
    assert world.get(f"{PATH}/{run['id']}/documents/HOAAAAAAAAAAAAAAAA").status == 404


def test_an_empty_preview_says_so() -> None:
    run = World().post(PATH, {"preview": True}).json["run"]
    assert run["preview"]["documents"] == []
    assert run["preview"]["totals"] == {"documents": 0, "by_kind": [], "failing_records": 0}
    assert run["counts"] == {}
