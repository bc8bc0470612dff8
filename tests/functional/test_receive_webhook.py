"""Webhooks as API Gateway takes them in: what is answered, kept and queued, and what the log has of it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from handoff.connectors.economic.config import EconomicConfig
from handoff.connectors.moment.config import MomentConfig
from handoff.domain.hooks import EventOutcome, HookEvent
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.kind_settings import read_as
from handoff.integrations.moment_economic import MOMENT_ECONOMIC
from handoff.pipeline.live.receive import BODY_BYTES_MAX
from handoff.storage.envelope import Envelope
from handoff.storage.hooks import DynamoHookStore
from handoff.storage.onboarding import Onboarding
from sandbox import klitrose
from sandbox.local.aws import CONFIG
from tests.polling import until
from tests.system import LocalSystem, sample

STOPPED = "the account was disconnected"


@dataclass(frozen=True)
class Listener:
    """A customer whose vendors send webhooks. Both connections are stopped, so a hint is taken and calls nobody."""

    system: LocalSystem
    onboarding: Onboarding
    tenant_id: str
    paths: dict[str, str]

    def token(self, hook: str) -> str:
        return self.paths[hook].rsplit("/", 1)[1]

    def post(self, hook: str, body: bytes, path: str | None = None) -> httpx.Response:
        return self.system.http.post(self.system.api_url + (path or self.paths[hook]), content=body)

    def events(self) -> list[HookEvent]:
        return list(DynamoHookStore(self.system.table, self.tenant_id).events(klitrose.INTEGRATION_ID))

    def hand_over(self, name: str, hook: str) -> int:
        """The status that the deployed function answers to a sample."""
        event = sample(f"receive_webhook/{name}", **{"sample-tenant": self.tenant_id, "sample-token": self.token(hook)})
        return int(self.system.invoke("ReceiveWebhook", event)["statusCode"])


@pytest.fixture
def listener(system: LocalSystem) -> Listener:
    tenant_id, now = f"t{uuid4().hex[:12]}", datetime.now(UTC)
    envelope = Envelope(system.running.aws.kms, system.running.outputs["GrantsKeyId"], time.monotonic)
    onboarding = Onboarding(system.table, system.grants_table, envelope, tenant_id)
    onboarding.add_tenant(klitrose.COMPANY)
    moment = MomentConfig(company="klitrose", api_key="canary-key", key_expires_on="2030-01-01")
    economic = EconomicConfig(agreement_number="1000001", grant_token="canary-grant")
    sides = []
    for vendor, config in (("moment", moment), ("economic", economic)):
        sides.append(Connection(vendor, vendor, config.account, klitrose.COMPANY, stopped=STOPPED))
        onboarding.connect(sides[-1], config.grant())
    integration = Integration(klitrose.INTEGRATION_ID, MOMENT_ECONOMIC.name, "Invoices", *sides)
    settings = read_as(MOMENT_ECONOMIC.settings, klitrose.SETTINGS).model_dump(mode="json")
    onboarding.add_integration(integration, settings, by="operator", at=now, scheduled=False)
    return Listener(system, onboarding, tenant_id, dict(onboarding.add_hooks(integration, at=now)))


INVOICE = json.dumps({"event": "CREATE_NEW", "invoice": {"id": 106939080}}).encode()


def test_an_event_is_kept_once_and_its_hint_reaches_who_works_on_it(listener: Listener) -> None:
    assert listener.post("moment.invoices", INVOICE).status_code == 202
    (event,) = listener.events()
    assert (event.body, event.outcome, event.hook_id) == (INVOICE, EventOutcome.HINT, "moment.invoices")

    def taken() -> list[str]:
        lines = listener.system.log_lines("post-records")
        return [line for line in lines if f'"event_id":"{event.id}"' in line and "step done" in line]

    until(taken, lambda lines: len(lines) == 1, what="the hint")


def test_what_one_request_brings_is_kept_once_however_often_it_is_handed_over(listener: Listener) -> None:
    assert [listener.hand_over("invoice", "moment.invoices") for _ in range(2)] == [202, 202]
    assert listener.hand_over("invoice_again", "moment.invoices") == 202
    assert len(listener.events()) == 2


@pytest.mark.parametrize(
    ("name", "hook", "status", "kept"),
    [
        ("base64", "moment.invoices", 202, [EventOutcome.HINT]),
        ("day_book_booked", "economic.day_book_booked", 202, [EventOutcome.HINT]),
        ("in_query", "economic.day_book_booked", 202, [EventOutcome.HINT]),
        ("no_json", "moment.invoices", 202, [EventOutcome.UNREADABLE]),
        ("too_large", "moment.invoices", 413, []),
        ("forged_token", "moment.invoices", 404, []),
    ],
)
def test_each_sample_is_answered_by_the_deployed_function(
    listener: Listener, name: str, hook: str, status: int, kept: list[EventOutcome]
) -> None:
    assert listener.hand_over(name, hook) == status
    assert [event.outcome for event in listener.events()] == kept


def test_what_a_vendor_sends_by_get_is_its_query(listener: Listener) -> None:
    url = listener.system.api_url + listener.paths["economic.day_book_booked"]
    sent = {"book": "1", "from": "800123", "to": "800131"}
    assert listener.system.http.get(url, params=sent).status_code == 202
    (event,) = listener.events()
    assert (event.body, event.outcome) == (b"book=1&from=800123&to=800131", EventOutcome.HINT)


def test_whoever_may_not_send_gets_one_answer_whatever_is_wrong(listener: Listener) -> None:
    known, token = listener.paths["moment.invoices"], listener.token("moment.invoices")
    closed = listener.paths["moment.projects"]
    listener.onboarding.switch_hook("moment.projects", active=False)
    listener.onboarding.renew_hook("moment.customers", datetime.now(UTC))
    refused = [
        listener.post("", INVOICE, path)
        for path in (
            known[:-1] + ("a" if known[-1] != "a" else "b"),
            known.replace(listener.tenant_id, "nobody"),
            known.replace("moment.invoices", "moment.nothing"),
            listener.paths["economic.customer_updated"].rsplit("/", 1)[0] + f"/{token}",
            closed,
            listener.paths["moment.customers"],
        )
    ]
    assert {(answer.status_code, answer.text, answer.headers["Content-Type"]) for answer in refused} == {
        (404, "{}", "application/json")
    }
    assert listener.events() == []


def test_a_body_that_is_too_large_is_refused(listener: Listener) -> None:
    assert listener.post("moment.invoices", b"x" * (BODY_BYTES_MAX + 1)).status_code == 413
    assert listener.events() == []


def test_the_log_has_nothing_of_the_address_or_of_what_was_sent(listener: Listener) -> None:
    listener.post("moment.invoices", INVOICE)
    listener.post("moment.invoices", b"canary-body")
    listener.post("", b"{}", listener.paths["moment.customers"] + "wrong")
    unreadable = next(event.id for event in listener.events() if event.outcome is EventOutcome.UNREADABLE)
    log = until(
        lambda: "".join(listener.system.log_lines("receive-webhook", "post-records")),
        lambda lines: unreadable in lines,
        what="the lines",
    )
    assert not [token for token in map(listener.token, listener.paths) if token in log]
    assert "canary-body" not in log


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_webhooks_are_limited_by_their_own_number_and_not_by_everybodys(system: LocalSystem, method: str) -> None:
    aws = system.running.aws
    gateway: Any = aws.session.client("apigateway", endpoint_url=aws.endpoint, config=CONFIG)
    limits = gateway.get_stage(
        restApiId=system.running.outputs["ApiId"], stageName=system.running.outputs["StageName"]
    )["methodSettings"]
    own, everybodys = limits[f"/hooks/{{tenant_id}}/{{hook_id}}/{{token}}/{method}"], limits["*/*"]

    assert (own["throttlingRateLimit"], own["throttlingBurstLimit"]) == (1000, 2000)
    assert everybodys["throttlingRateLimit"] == 50
