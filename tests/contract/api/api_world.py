"""The API with stores in memory, driven by events as API Gateway sends them.

Every answer that a test gets has been held against the API's own description, and searched for the
token it was asked with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from itertools import count
from typing import Any, cast

from aws_lambda_powertools.utilities.typing import LambdaContext
from jsonschema import Draft202012Validator

from handoff.console.api import build_api
from handoff.console.desk import Desk, Planning
from handoff.console.health import health_json
from handoff.console.reconciliation import reconciliation_json
from handoff.domain.grants import Secret
from handoff.domain.hooks import HookAddress, SealedKey, checked_key
from handoff.domain.invitations import LIFE, Invitation
from handoff.domain.periods import Period
from handoff.domain.posting import BOOKED_KINDS
from handoff.domain.reference import ReferenceData
from handoff.domain.staged import StagedRecord
from handoff.domain.tenancy import Caller, Connection, Integration
from handoff.integrations.settings import read_settings
from handoff.pipeline.documents import Sender
from handoff.pipeline.live.health import Health
from handoff.pipeline.plan import BoundPlan
from handoff.pipeline.steps import Queues
from handoff.ports.hooks import ListedHook
from handoff.ports.live import Finding
from handoff.ports.shelf import Shelf
from tests.builders import NOW, TENANT, a_reconciliation, reference_data, settings_content
from tests.fakes import FakeQueue, FakeTenantStore, Memory, fake_shelf

ERP_LACKS_ITS_JOURNAL = Health(
    time_tool=[Finding("key", True, "The key is taken.")],
    erp=[Finding("journal", False, "Journal 1 does not exist.", "Make it.")],
)
"""The time tool stands well, the ERP does not."""
TOKEN = "canary-Token.of~Fjordlys_2026"
OTHER_TOKEN = "canary-Token.of~another"
INTEGRATION = "hours-1"
BASE = f"/api/integrations/{INTEGRATION}"


def an_integration(id: str = INTEGRATION, stopped: str = "") -> Integration:
    return Integration(
        id=id,
        kind="harvest-visma-net",
        name="Hours into the books",
        time_tool=Connection(f"{id}-harvest", "harvest", "910001", "Fjordlys Konsult AS", stopped),
        erp=Connection(f"{id}-erp", "visma_net", "5550001", "Fjordlys Konsult AS"),
    )


@dataclass(frozen=True)
class Answer:
    """A response as a client sees it; `json` of one that is no JSON is its text."""

    status: int
    headers: Mapping[str, str]
    json: Any

    @property
    def error(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self.json["error"])


@dataclass
class Hooks:
    """Webhook addresses of one integration; the keys that were entered, by address."""

    listed: list[ListedHook] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)

    def of(self, integration: Integration) -> Sequence[ListedHook]:
        return self.listed if integration.id == INTEGRATION else []

    def enter_key(self, hook_id: str, key: Secret, *, at: datetime) -> None:
        self.keys[hook_id] = checked_key(key).reveal()
        sealed = SealedKey(b"wrapped", b"box", at)
        self.listed = [
            replace(one, address=replace(one.address, signing=sealed)) if one.address.id == hook_id else one
            for one in self.listed
        ]

    def add(self, hook_id: str, *, is_signed: bool) -> None:
        address = HookAddress(
            id=hook_id,
            vendor="visma_net",
            hook="changes",
            connection_id="erp",
            targets=(),
            digest="digest",
            made_at=NOW,
            renewed_at=NOW,
        )
        self.listed.append(ListedHook(address, "Changes", "Portal → Webhooks", is_signed))


class Invitations:
    """Gives out one ticket."""

    def issue(
        self, kind: str, *, integration_id: str = "", time_tool: str = "", erp: str = "", by: str, at: datetime
    ) -> tuple[str, Invitation]:
        made = Invitation("d", kind, by, at, at + LIFE, integration_id, bool(integration_id), "", time_tool, erp)
        return "ticket-1", made


@dataclass
class World:
    """One tenant with one integration, another tenant with its own, and the API over both."""

    memory: Memory = field(default_factory=Memory)
    now: datetime = NOW
    reconciled: list[tuple[str, str, str]] = field(default_factory=list)
    reconcile_error: Exception | None = None
    found: Health = ERP_LACKS_ITS_JOURNAL
    opening_error: Exception | None = None

    def __post_init__(self) -> None:
        self._ids = count(1)
        self.tenants = FakeTenantStore(self.memory, TENANT)
        self.tenants.add(an_integration(), settings_content())
        self.others = FakeTenantStore(self.memory, "annen")
        self.others.add(an_integration("their-hours"), settings_content())
        self.stores = self.stores_of(INTEGRATION)
        self.settled_gate()
        self.list(reference_data())
        self.fetches, self.posts = FakeQueue(lambda: self.now), FakeQueue(lambda: self.now)
        self.hooks = Hooks()
        self.api = build_api(self.open_desk)

    def stores_of(self, integration_id: str, tenant_id: str = TENANT) -> Shelf:
        return fake_shelf(self.memory, tenant_id, integration_id)

    def settled_gate(self) -> None:
        """All records were judged with the settings as they are."""
        state = self.stores.passes.load()
        version, _ = self.tenants.settings(INTEGRATION)
        self.stores.passes.save(type(state)(gated_with=version, revision=state.revision))

    def list(self, reference: ReferenceData) -> None:
        for kind in reference.__dataclass_fields__:
            self.stores.reference.replace(kind, list(getattr(reference, kind).values()))

    def stage(self, *records: StagedRecord) -> None:
        self.stores.staged.add(records)

    def open_desk(self, token: str) -> Desk | None:
        if self.opening_error is not None:
            raise self.opening_error
        tenant_id = {TOKEN: TENANT, OTHER_TOKEN: "annen"}.get(token)
        if tenant_id is None:
            return None
        return Desk(
            caller=Caller(tenant_id, "Kari Nordli"),
            tenants=self.tenants if tenant_id == TENANT else self.others,
            stores=lambda integration_id: self.stores_of(integration_id, tenant_id),
            planning=lambda integration, flow: self.planning(integration, flow, tenant_id),
            queues=Queues(fetch=self.fetches, post=self.posts),
            reconcile=self.reconcile,
            health=self.health,
            invitations=Invitations(),
            hooks=self.hooks if tenant_id == TENANT else Hooks(),
            new_id=lambda: f"id{next(self._ids)}",
            clock=lambda: self.now,
        )

    def planning(self, integration: Integration, flow: str, tenant_id: str = TENANT) -> Planning:
        """As wiring binds it for runs."""
        version, content = self.tenants.settings(integration.id)
        settings = read_settings(content)
        reference = self.stores_of(integration.id, tenant_id).reference.load()
        sender = Sender(tenant_id, integration.erp.id, flow, settings.currency, version)
        kinds = tuple(kind for kind in BOOKED_KINDS if kind in settings.post_as)
        return Planning(BoundPlan(settings.to_rules(), reference, sender), kinds)

    def health(self, integration_id: str) -> Mapping[str, object]:
        if self.reconcile_error is not None:
            raise self.reconcile_error
        return health_json(self.found)

    def reconcile(self, integration_id: str, flow: str, period: Period) -> Mapping[str, object]:
        self.reconciled.append((integration_id, flow, period))
        if self.reconcile_error is not None:
            raise self.reconcile_error
        return reconciliation_json(a_reconciliation(period, at=self.now))

    def get(self, path: str, query: Mapping[str, str | Sequence[str]] | None = None, **more: Any) -> Answer:
        return self.call("GET", path, query=query, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.call("POST", path, body=body, **more)

    def put(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.call("PUT", path, body=body, **more)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | Sequence[str]] | None = None,
        body: Any = None,
        token: str | None = TOKEN,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = {} if token is None else {"Authorization": f"Bearer {token}"}
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent |= headers or {}
        event = an_event(method, path, query=query or {}, headers=sent, body=body)
        response = self.api.resolve(event, cast(LambdaContext, None))
        got = {name: values[0] for name, values in response["multiValueHeaders"].items()}
        body, is_json = response["body"], got["Content-Type"] == "application/json"
        answer = Answer(int(response["statusCode"]), got, json.loads(body) if is_json else body)
        assert "canary-Token" not in json.dumps(response, default=str)
        check_described(method, path, answer)
        return answer


def an_event(
    method: str,
    path: str,
    *,
    query: Mapping[str, str | Sequence[str]],
    headers: Mapping[str, str],
    body: Any,
) -> dict[str, Any]:
    """An event of API Gateway's REST proxy integration (payload format 1.0)."""
    values = {name: [value] if isinstance(value, str) else list(value) for name, value in query.items()}
    return {
        "resource": "/api/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: many[-1] for name, many in values.items()} or None,
        "multiValueQueryStringParameters": values or None,
        "pathParameters": {"proxy": path.removeprefix("/api/")},
        "stageVariables": None,
        "requestContext": {
            "stage": "live",
            "path": f"/live{path}",
            "httpMethod": method,
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


# ---- the API's own description as a check ------------------------------------------------------


@cache
def description() -> dict[str, Any]:
    """The OpenAPI document, as anybody gets it."""
    api = build_api(lambda _: None)
    event = an_event("GET", "/openapi.json", query={}, headers={}, body=None)
    document: dict[str, Any] = json.loads(api.resolve(event, cast(LambdaContext, None))["body"])
    return document


def check_described(method: str, path: str, answer: Answer) -> None:
    """The answer's status and shape are described for this path and method."""
    operation = _operation(method, path)
    if operation is None:
        assert 400 <= answer.status < 500, "only errors come from paths that are not described"
        schema: dict[str, Any] = {"$ref": "#/components/schemas/ErrorAnswer"}
    else:
        assert str(answer.status) in operation["responses"], f"{answer.status} is not described: {answer.json}"
        response = operation["responses"][str(answer.status)]
        if "$ref" in response:
            response = description()["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        schema = response["content"][answer.headers["Content-Type"].partition(";")[0]]["schema"]
        for header in response.get("headers", {}):
            assert header in answer.headers
    _validator(json.dumps(schema)).validate(answer.json)


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": description()["components"]})


def _operation(method: str, path: str) -> dict[str, Any] | None:
    parts = path.rstrip("/").split("/")
    for template, operations in description()["paths"].items():
        wanted = template.split("/")
        same_length = len(wanted) == len(parts)
        if same_length and all(a == b or _stands_for(a, b) for a, b in zip(wanted, parts, strict=True)):
            found: dict[str, Any] | None = operations.get(method.lower())
            return found
    return None


def _stands_for(wanted: str, part: str) -> bool:
    """Whether a part with a parameter, such as `{period}.csv`, is meant by a part of a path."""
    _, is_parameter, ending = wanted.partition("}")
    return bool(is_parameter) and part.endswith(ending) and (bool(ending) or not part.endswith(".csv"))
