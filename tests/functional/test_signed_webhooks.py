"""Signed webhooks as API Gateway takes them in: the deployed functions may seal and open signing keys, and log none."""

from __future__ import annotations

import base64
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx

from handoff.domain.grants import Grant, Secret
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.severa_business import SEVERA_BUSINESS
from handoff.storage.envelope import Envelope
from handoff.storage.hooks import DynamoHookStore
from handoff.storage.onboarding import Onboarding
from sandbox import lumipolku
from tests.polling import until
from tests.system import LocalSystem

HOOK, KEY, COMPANY = "business-nxt.table_change", "canary-signature-key", 9112004
STOPPED = "the account was disconnected"
BODY = json.dumps(
    {
        "tableIdentifier": "Order",
        "companyNo": COMPANY,
        "event": "UPDATE",
        "primaryKeys": [{"OrderNo": 1001}],
        "note": "Ølberg",
    },
    ensure_ascii=False,
).encode()


def signed(body: bytes, key: str, event_id: str) -> dict[str, str]:
    made = base64.b64encode(hmac.digest(key.encode(), body, "sha256")).decode()
    return {"x-vwd-signature-v1": made, "x-vwd-event-id": event_id, "Content-Type": "application/json"}


def test_a_key_that_was_entered_through_the_api_lets_in_what_is_signed_with_it(system: LocalSystem) -> None:
    """S8.3, S8.4: both connections are stopped, so a hint is taken and calls nobody."""
    tenant_id, now = f"t{uuid4().hex[:12]}", datetime.now(UTC)
    envelope = Envelope(system.running.aws.kms, system.running.outputs["GrantsKeyId"], time.monotonic)
    onboarding = Onboarding(system.table, system.grants_table, envelope, tenant_id)
    onboarding.add_tenant(lumipolku.COMPANY)
    sides = []
    for vendor, id_ in (("severa", "severa"), ("business_nxt", "business-nxt")):
        sides.append(Connection(id_, vendor, str(COMPANY), lumipolku.COMPANY, stopped=STOPPED))
        grant = Grant(vendor=vendor, account=str(COMPANY), client_id="id", client_secret=Secret("canary-secret"))
        onboarding.connect(sides[-1], grant)
    integration = Integration("both", SEVERA_BUSINESS.name, "Both ways", *sides)
    onboarding.add_integration(integration, lumipolku.SETTINGS, by="operator", at=now, scheduled=False)
    path = onboarding.add_hooks(integration, at=now)["business_nxt.table_change"]
    token = onboarding.issue_token("Aamu", expires_at=now + timedelta(hours=1))
    event_id = uuid4().hex

    def send(key: str) -> httpx.Response:
        return system.http.post(system.api_url + path, content=BODY, headers=signed(BODY, key, event_id))

    assert send(KEY).status_code == 404
    entered = system.http.post(
        f"{system.api_url}/api/integrations/both/webhooks/{HOOK}/signing-key",
        json={"signing_key": KEY},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (entered.status_code, entered.json()["signing_key"]) == (200, "entered")
    assert [send(key).status_code for key in ("canary-another-key", KEY, KEY)] == [404, 202, 202]
    (event,) = DynamoHookStore(system.table, tenant_id).events("both")
    assert (event.id, event.body) == (event_id, BODY)

    log = until(
        lambda: "".join(system.log_lines("receive-webhook", "post-records", "console")),
        lambda lines: f'"event_id":"{event_id}"' in lines and "step done" in lines,
        what="the hint",
    )
    assert "canary" not in entered.text + log
