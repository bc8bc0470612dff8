"""Whatever is sent, the answer is one that the API describes, is no fault of ours, and gives no token away."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.domain.staged import State
from handoff.observability import logger
from tests.builders import a_record, a_time_entry, settings_content
from tests.contract.api.api_world import INTEGRATION, TOKEN, World

words = st.text(max_size=12) | st.sampled_from(
    ["hours", "1001", INTEGRATION, "2026-10", "held", "approve", "settings", "NOK", "3000", "..", "0000-00"]
)
plain = st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False).map(str) | words
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=8
)
segments = st.sampled_from(
    ["api", "integrations", INTEGRATION, "settings", "schema", "records", "hours", "1001", "approvals", "runs",
     "postings", "problems", "retry", "reconciliation", "documents"]
) | st.text(alphabet=st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1, max_size=8)  # fmt: skip
known = st.sampled_from(
    ["settings", "settings/schema", "records", "records/hours/1001", "approvals", "runs", "runs/r1", "postings",
     "problems", "problems/p1/retry", "reconciliation"]
)  # fmt: skip
paths = (known | st.lists(segments, max_size=3).map("/".join)).map(
    lambda more: f"/api/integrations/{INTEGRATION}/{more}"
)
queries = st.dictionaries(st.sampled_from(["flow", "state", "period", "cursor", "limit", "other"]), words, max_size=3)
wishes = st.fixed_dictionaries({"flow": words, "external_id": words, "hash": words})
bodies = st.one_of(
    st.none(),
    st.text(max_size=20),
    values,
    st.fixed_dictionaries({"records": st.lists(wishes | values, max_size=3), "decision": words, "note": words}),
    st.fixed_dictionaries({}, optional={"flows": values, "period": words, "preview": values}),
    st.dictionaries(st.sampled_from(sorted(settings_content())), values).map(lambda odd: {**settings_content(), **odd}),
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["GET", "POST", "PUT", "DELETE"]), paths, queries, bodies)
def test_no_request_meets_a_fault_of_ours_or_an_answer_that_is_not_described(
    method: str, path: str, query: dict[str, str], body: Any
) -> None:
    world = World()
    world.stage(a_record(), a_record(entry=a_time_entry(external_id="1002"), state=State.HELD))
    answer = world.call(method, path, query=query, body=body)
    assert answer.status < 500
    if answer.status >= 400:
        assert set(answer.error) == {"code", "message", "field", "cure"}
        assert answer.error["cure"]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=40) | st.just(TOKEN[:-1]) | st.just(f"{TOKEN}=") | st.just(f"{TOKEN}, {TOKEN}"))
def test_no_other_token_lets_anybody_in(token: str) -> None:
    assert World().get("/api/integrations", token=token).status == 401


def test_neither_tokens_nor_bodies_nor_paths_are_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    written = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    world = World()
    record = a_record(entry=a_time_entry(notes="canary of a note"), state=State.HELD)
    world.stage(record)
    wish = {"flow": "hours", "external_id": "1001", "hash": record.hash}
    world.post(f"/api/integrations/{INTEGRATION}/approvals", {"records": [wish], "decision": "approve", "note": "seen"})
    world.post(f"/api/integrations/{INTEGRATION}/approvals", '{"note": "canary of a body"')
    world.put(f"/api/integrations/{INTEGRATION}/settings", {"currency": "canary of a value"})
    world.get("/api/integrations", token="canary-of-an-unknown-token")
    world.get("/api/integrations/canary-of-a-path/records")
    World(opening_error=RuntimeError("canary of a message")).get("/api/integrations")
    logged = written.getvalue()
    lines = [json.loads(line) for line in logged.splitlines()]
    assert {line["message"] for line in lines} == {"answered", "refused", "unexpected error"}
    assert "canary" not in logged
