"""Webhooks as API Gateway takes them in."""

from __future__ import annotations

from datetime import UTC, datetime

from handoff.domain.hooks import EventOutcome, HookAddress, HookTarget
from handoff.pipeline.live.receive import BODY_BYTES_MAX
from handoff.storage.hooks import DynamoHookStore, digest_of, new_token
from sandbox.fjordlys import INTEGRATION_ID
from tests.customers import Customer
from tests.system import sample


def test_known_addresses_take_events_and_all_others_answer_alike(customer: Customer) -> None:
    system, tenant_id, token, now = customer.system, customer.tenant_id, new_token(), datetime.now(UTC)
    store = DynamoHookStore(system.table, tenant_id)
    # None of the deployed vendors has this hook: what comes is kept as unreadable.
    targets = (HookTarget(INTEGRATION_ID, "erp"),)
    store.add(HookAddress("hook-1", "harvest", "none", "c", targets, digest_of(token), now, now))
    path = f"{system.api_url}/hooks/{tenant_id}/hook-1"

    assert system.http.post(f"{path}/{token}", content=b"<invoice/>").status_code == 202
    assert system.http.get(f"{path}/{token}", params={"id": "1"}).status_code == 202
    assert system.http.post(f"{path}/{token}", content=b"x" * (BODY_BYTES_MAX + 1)).status_code == 413
    refused = [
        system.http.post(f"{path}/wrong", content=b"{}"),
        system.http.post(f"{system.api_url}/hooks/nobody/hook-1/{token}", content=b"{}"),
        system.http.get(f"{system.api_url}/hooks/{tenant_id}/hook-2/{token}"),
    ]
    assert {(answer.status_code, answer.text) for answer in refused} == {(404, "{}")}

    kept = list(store.events(INTEGRATION_ID))
    assert sorted(event.body for event in kept) == [b"<invoice/>", b"id=1"]
    assert {event.outcome for event in kept} == {EventOutcome.UNREADABLE}
    assert token not in "".join(system.log_lines("receive-webhook"))


def test_a_sample_with_a_forged_token_is_unknown_to_the_deployed_function(customer: Customer) -> None:
    answer = customer.system.invoke("ReceiveWebhook", sample("receive_webhook/forged_token"))
    assert (answer["statusCode"], answer["body"]) == (404, "{}")
