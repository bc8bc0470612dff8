"""One running local system for all functional tests and journeys: template.yaml deployed, stand-ins on ports.

Starting it takes seconds, so there is one for the whole session. Tests stand apart by tenants of their own
and by stand-ins that start over (`LocalSystem.start_over`): with nobody's hours logged, unless a test asks
for a month of them.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from handoff.storage.dynamo import Table
from sandbox.business_nxt import CREDENTIALS as BUSINESS_NXT_CREDENTIALS
from sandbox.business_nxt import BusinessNxt
from sandbox.business_nxt import stand_in as business_nxt_stand_in
from sandbox.economic import CREDENTIALS as ECONOMIC_CREDENTIALS
from sandbox.economic import Economic
from sandbox.economic import stand_in as economic_stand_in
from sandbox.harvest import CREDENTIALS, Harvest
from sandbox.harvest import stand_in as harvest_stand_in
from sandbox.local.aws import CONFIG
from sandbox.local.endpoints import VendorEndpoint
from sandbox.local.queues import messages_in
from sandbox.local.system import Plan, Running, Seeded, System, Vendor, running
from sandbox.local.vendors import (
    ECONOMIC_SECRETS,
    business_nxt_settings,
    economic_settings,
    harvest_settings,
    moment_settings,
    severa_settings,
    visma_net_settings,
)
from sandbox.moment import CREDENTIALS as MOMENT_CREDENTIALS
from sandbox.moment import Moment
from sandbox.moment import stand_in as moment_stand_in
from sandbox.severa import CREDENTIALS as SEVERA_CREDENTIALS
from sandbox.severa import Severa
from sandbox.severa import stand_in as severa_stand_in
from sandbox.standin import StandIn
from sandbox.visma_net import VismaNet, credentials
from sandbox.visma_net import stand_in as visma_net_stand_in
from tests.polling import until

Json = dict[str, Any]

EVENTS = Path(__file__).resolve().parents[1] / "events"
FUNCTIONS = (
    "dispatch-syncs",
    "fetch-changes",
    "post-records",
    "reconcile-period",
    "console",
    "receive-webhook",
    "send-notices",
    "connect-account",
)
SAMPLE_RUN = "20261020T080000Z-hourly"
"""The run that the sample messages belong to."""
NO_LIMIT = 0
"""Severa's ten calls a second have tests of their own; here they would cost seconds in each."""
SAMPLE_NIGHT = "20261020T020000Z-nightly"
"""The run that the sample of its last step belongs to."""
"""How long a lost write may still be carried out: the stand-in does it at once or never."""


@dataclass(frozen=True)
class LocalSystem:
    """The deployed functions with their state, and the vendors as they answer on their ports."""

    running: Running
    api_url: str
    http: httpx.Client
    harvest: StandIn[Harvest]
    visma_net: StandIn[VismaNet]
    moment: StandIn[Moment]
    economic: StandIn[Economic]
    severa: StandIn[Severa]
    business_nxt: StandIn[BusinessNxt]
    foreseen: list[str] = field(default_factory=list)
    """Parts of errors that the running test means to cause."""

    def start_over(self, *, entries: int = 0) -> None:
        """All vendors as on their first day, with so many time entries logged; faults and counters are gone."""
        self.harvest.reset(entries=entries)
        self.visma_net.reset()
        self.moment.vendor.company.webhooks.clear()
        self.moment.reset()
        self.economic.reset()
        self.severa.reset(limit=NO_LIMIT)
        self.business_nxt.reset()
        self.foreseen.clear()

    def vendor(self, name: str) -> VendorEndpoint:
        """Where a vendor answers."""
        return self.running.vendors[name]

    @property
    def table(self) -> Table:
        """The main table."""
        return Table(self.running.aws.dynamodb, self.running.outputs["TableName"])

    @property
    def grants_table(self) -> Table:
        """The table of grants."""
        return Table(self.running.aws.dynamodb, self.running.outputs["GrantsTableName"])

    def invoke(self, function: str, event: object) -> Any:
        """What a function answers to an event; `function` as in the outputs, such as `FetchChanges`."""
        answer = self.running.aws.functions.invoke(
            FunctionName=self.running.outputs[f"{function}Name"], Payload=json.dumps(event).encode()
        )
        content = json.loads(answer["Payload"].read())
        assert not answer.get("FunctionError"), content
        return content

    def log_lines(self, *functions: str, since: datetime | None = None) -> list[str]:
        """What the functions logged, by default all of them since they were deployed; oldest first within each."""
        logs = self.running.aws.session.client("logs", endpoint_url=self.running.aws.endpoint, config=CONFIG)
        pages = logs.get_paginator("filter_log_events")
        start = 0 if since is None else int(since.timestamp() * 1000)
        return [
            event["message"]
            for function in functions or FUNCTIONS
            for page in pages.paginate(logGroupName=f"/handoff/handoff/{function}", startTime=start)
            for event in page["events"]
        ]

    def faults_logged(self, since: datetime) -> list[str]:
        """The lines of steps that failed in a way that neither the code nor the test had foreseen."""
        lines = [line for line in self.log_lines(since=since) if '"level":"ERROR"' in line or "Traceback" in line]
        return [line for line in lines if not any(text in line for text in self.foreseen)]

    def come_to_rest(self) -> None:
        """Waits until no step is queued or being worked on."""
        until(self._left, lambda left: not left, what="the last step")

    def _left(self) -> int:
        """Webhooks that are on their way out, then steps: the first become the second."""
        vendors = (self.moment.vendor.deliveries, self.economic.vendor.webhooks.deliveries)
        leaving = sum(not deliveries.wait_until_idle(0) for deliveries in vendors)
        return leaving + self._messages("FetchQueueUrl", "PostQueueUrl")

    def dead_letters(self) -> int:
        """How many messages were given up."""
        return self._messages("FetchDeadLettersUrl", "PostDeadLettersUrl", "NoticeDeadLettersUrl")

    def _messages(self, *queues: str) -> int:
        return sum(messages_in(self.running.aws, self.running.outputs[queue]) for queue in queues)

    def stored(self, tenant_id: str) -> tuple[str, str]:
        """All items of a tenant as text, those of the main table and the grants; what is packed is unpacked."""
        main, grants = (_items(table, tenant_id) for table in (self.table, self.grants_table))
        return main, grants


def sample(name: str, **other: str) -> Json:
    """The event in `events/<function>/<case>.json`, with other texts in place of some of its own."""
    text = (EVENTS / f"{name}.json").read_text(encoding="utf-8")
    for ours, theirs in other.items():
        text = text.replace(ours, theirs)
    event: Json = json.loads(text)
    return event


@contextmanager
def running_system(home: Path) -> Iterator[LocalSystem]:
    """Starts the system with its files under `home`, and ends it."""
    harvest, visma_net = harvest_stand_in(entries=0), visma_net_stand_in()
    moment, economic = moment_stand_in(), economic_stand_in()
    severa, business_nxt = severa_stand_in(limit=NO_LIMIT), business_nxt_stand_in()
    vendors = (
        Vendor(harvest, harvest_settings, {"personal_token": CREDENTIALS.personal_token}),
        Vendor(visma_net, visma_net_settings, credentials()),
        Vendor(moment, moment_settings, asdict(MOMENT_CREDENTIALS)),
        Vendor(economic, economic_settings, asdict(ECONOMIC_CREDENTIALS), secrets=ECONOMIC_SECRETS),
        Vendor(severa, lambda url: {**severa_settings(url), "calls_per_second": NO_LIMIT}, asdict(SEVERA_CREDENTIALS)),
        Vendor(business_nxt, business_nxt_settings, asdict(BUSINESS_NXT_CREDENTIALS)),
    )
    plan = Plan(
        home=home,
        vendors=vendors,
        seed=_nobody,
        parameters={"NoticeDelaySeconds": "1", "NoticeMinutesApart": "0"},
        endpoints_file=home / "endpoints.json",
    )
    with running(plan) as system, httpx.Client(timeout=30, trust_env=False) as http:
        known = (harvest, visma_net, moment, economic, severa, business_nxt)
        yield LocalSystem(system.running, _api_url(system), http, *known)


def _nobody(_: Running) -> Seeded:
    """No customers: tests take in their own."""
    return Seeded("nobody", "none", "")


def _api_url(system: System) -> str:
    return system.endpoints.api.base_url


def _items(table: Table, tenant_id: str) -> str:
    pages = table.client.get_paginator("scan").paginate(TableName=table.name)
    return "\n".join(_legible(item) for page in pages for item in page["Items"] if tenant_id in item["pk"]["S"])


def _legible(item: dict[str, Any]) -> str:
    """An item as text, its bytes too: unpacked where they are packed, else byte by byte."""
    return json.dumps({name: _text(value) for name, value in item.items()}, ensure_ascii=False)


def _text(value: dict[str, Any]) -> str:
    if "B" not in value:
        return str(value)
    content = bytes(value["B"])
    with suppress(zlib.error):
        content = zlib.decompress(content)
    return content.decode("utf-8", errors="replace")
