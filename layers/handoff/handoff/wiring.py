"""Wiring: the only place that knows everything; it builds use cases from this process's environment.

Nothing here runs at import. Clients and settings are made on first use and kept for the life of the
process; whatever belongs to one tenant is built per delivery.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from handoff.connectors.registry import Surroundings, open_erp, open_time_tool
from handoff.domain.errors import NotFound, Unreachable
from handoff.domain.gate import GatePolicy
from handoff.domain.periods import Period, parse_period
from handoff.domain.posting import DocumentKind
from handoff.domain.reconciliation import Reconciliation
from handoff.domain.staged import StagedRecord
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.catalogue import integration_kind
from handoff.integrations.settings import HoursSettings, read_settings
from handoff.observability import logger, metrics
from handoff.pipeline.deliver import Planner, PostTools
from handoff.pipeline.dispatch import dispatch
from handoff.pipeline.documents import Sender
from handoff.pipeline.fetch import FetchTools
from handoff.pipeline.perform import GateTools, RunTools, give_up, perform_fetch, perform_post
from handoff.pipeline.plan import BoundPlan, Plan
from handoff.pipeline.reconcile import ReconcileTools, reconcile
from handoff.pipeline.steps import Queues, Step, StepName, StepOutcome
from handoff.pipeline.work import DELIVERIES_MAX, Delivery, NotYet, work
from handoff.settings import PlatformSettings
from handoff.storage.callers import Callers
from handoff.storage.dynamo import Table
from handoff.storage.passes import DynamoPassStore
from handoff.storage.postings import DynamoPostingStore
from handoff.storage.problems import DynamoProblemStore
from handoff.storage.queues import SqsQueue
from handoff.storage.reference import DynamoReferenceStore
from handoff.storage.runs import DynamoRunStore
from handoff.storage.schedule import Schedule
from handoff.storage.staged import DynamoStagedStore
from handoff.storage.tenants import DynamoTenantStore

if TYPE_CHECKING:
    import httpx
    from aws_lambda_powertools.event_handler import APIGatewayRestResolver
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from handoff.connectors.registry import Erp
    from handoff.console.desk import Desk
    from handoff.storage.envelope import Envelope

FETCH_RESERVED_MS = 20_000
"""With less time than this left, another page is not begun."""
POST_RESERVED_MS = 70_000
"""With less time than this left, another document is not begun: a write and a question that both hang, and
the store's writes about it, must fit."""

BRIEF = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
"""botocore's own time limits are longer than a function lives."""
DYNAMODB = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "max_attempts": 3},
    parameter_validation=False,  # a fifth of the cost of a write, and types are checked before
)
ASKING = Config(connect_timeout=2, read_timeout=25, retries={"total_max_attempts": 1})
"""For the console's question to another function: API Gateway waits 29 seconds for both."""

TimeLeft = Callable[[], bool]


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def time_left(context: LambdaContext, reserved_ms: int) -> TimeLeft:
    """Whether this invocation has time for another page or document."""
    return lambda: context.get_remaining_time_in_millis() > reserved_ms


# ---- what lives as long as the process ---------------------------------------------------------


@cache
def settings() -> PlatformSettings:
    """The platform's settings."""
    return PlatformSettings.from_environment(os.environ)


@cache
def table() -> Table:
    """The main table."""
    return Table(boto3.client("dynamodb", config=DYNAMODB), settings().table_name)


@cache
def envelope() -> Envelope:
    """What opens grants."""
    from handoff.storage.envelope import Envelope  # noqa: PLC0415 - only functions that read grants load cryptography

    return Envelope(boto3.client("kms", config=BRIEF), settings().grants_key_id, time.monotonic)


@cache
def fetch_queue() -> SqsQueue:
    """fetch.fifo."""
    return SqsQueue(boto3.client("sqs", config=BRIEF), settings().fetch_queue_url)


@cache
def post_queue() -> SqsQueue:
    """post.fifo."""
    return SqsQueue(boto3.client("sqs", config=BRIEF), settings().post_queue_url)


def queues() -> Queues:
    """Where steps go."""
    return Queues(fetch=fetch_queue(), post=post_queue())


@cache
def transport() -> httpx.BaseTransport:
    """Connections to vendors, kept open between deliveries."""
    from httpx import HTTPTransport  # noqa: PLC0415 - only functions that call vendors pay for the import

    return HTTPTransport()


# ---- one integration of one tenant -------------------------------------------------------------


class Workshop:
    """Everything of one integration of one tenant; what a use case does not ask for is not read."""

    def __init__(self, tenant_id: str, integration_id: str) -> None:
        self.tenant_id = tenant_id
        self.integration_id = integration_id
        self.tenants = DynamoTenantStore(table(), tenant_id)
        self.staged = DynamoStagedStore(table(), tenant_id, integration_id, utc_now)
        self.postings = DynamoPostingStore(table(), tenant_id, integration_id)
        self.problems = DynamoProblemStore(table(), tenant_id, integration_id)
        self.passes = DynamoPassStore(table(), tenant_id, integration_id)
        self.runs = DynamoRunStore(table(), tenant_id, integration_id, utc_now)
        self.reference = DynamoReferenceStore(table(), tenant_id, integration_id)

    @cached_property
    def integration(self) -> Integration:
        """The integration; raises NotFound."""
        return self.tenants.integration(self.integration_id)

    @cached_property
    def _saved(self) -> tuple[int, HoursSettings]:
        version, content = self.tenants.settings(self.integration_id)
        return version, read_settings(content)

    @property
    def settings_version(self) -> int:
        """The number of the newest settings."""
        return self._saved[0]

    @property
    def hours(self) -> HoursSettings:
        """The newest settings."""
        return self._saved[1]

    @cached_property
    def policy(self) -> GatePolicy:
        """The gate of the newest settings."""
        return self.hours.to_policy()

    @property
    def kinds(self) -> tuple[DocumentKind, ...]:
        """The kinds of document that are wanted, in the order they are written."""
        return tuple(kind for kind in DocumentKind if kind in self.hours.post_as)

    def planner(self, flow: str) -> Planner:
        """The plan with the newest settings and the stored reference data, which are read when it is first asked."""

        @cache
        def bound() -> BoundPlan:
            hours, entity = self.hours, self.integration.erp.id
            sender = Sender(self.tenant_id, entity, flow, hours.currency, self.settings_version)
            return BoundPlan(hours.to_rules(), self.reference.load(), sender)

        def planned(records: Sequence[StagedRecord], kind: DocumentKind) -> Plan:
            return bound()(records, kind)

        return planned

    def surroundings(self, connection: Connection) -> Surroundings:
        """What a connection is opened with; its grant can be read only for this tenant and connection."""
        from handoff.storage.grants import DynamoGrantStore  # noqa: PLC0415 - as for the envelope

        grants_table = Table(table().client, settings().grants_table_name)
        grants = DynamoGrantStore(grants_table, self.tenant_id, connection.id, envelope())
        return Surroundings(settings(), grants, utc_now, transport())

    def run_tools(self) -> RunTools:
        """What every step needs."""
        return RunTools(
            self.integration, self.runs, self.passes, self.problems, self.tenants, utc_now, self.settings_version
        )


def _channels(erp: Erp) -> Mapping[DocumentKind, Any]:
    return {DocumentKind.PROJECT_TRANSACTIONS: erp.project_transactions, DocumentKind.JOURNAL: erp.journals}


# ---- steps from the queues ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepPerformer:
    """A delivered step with its tenant's tools."""

    shop: Workshop

    @property
    def integration(self) -> Integration:
        """The integration the step is for."""
        return self.shop.integration

    def perform(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        """Works one slice."""
        if step.name is StepName.POST:
            return self._post(step, time_left)
        return self._fetch(step, time_left)

    def give_up(self, step: Step, why: str) -> None:
        """Ends the step's run with a reason."""
        give_up(step, self.shop.runs, why, now=utc_now())

    def _fetch(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        shop, integration = self.shop, self.shop.integration
        from_erp = step.name is StepName.FETCH_ERP
        connection = integration.erp if from_erp else integration.time_tool
        opened = open_erp if from_erp else open_time_tool
        tools = FetchTools(
            integration_id=integration.id,
            connection=connection,
            reader=opened(connection, shop.surroundings(connection)),
            passes=shop.passes,
            staged=shop.staged,
            reference=shop.reference,
            problems=shop.problems,
            tenants=shop.tenants,
            policy=shop.policy,
            clock=utc_now,
        )
        return perform_fetch(step, shop.run_tools(), tools, time_left)

    def _post(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        shop = self.shop
        connection = shop.integration.erp
        erp = open_erp(connection, shop.surroundings(connection))
        tools = PostTools(
            staged=shop.staged,
            postings=shop.postings,
            problems=shop.problems,
            channels=_channels(erp),
            kinds=shop.kinds,
            plan=shop.planner(step.flows[0]),
            calls=lambda: erp.calls,
            time_left=time_left,
            run_id=step.run_id,
            clock=utc_now,
        )
        gate = GateTools(shop.policy, shop.settings_version)
        return perform_post(step, shop.run_tools(), tools, gate)


@dataclass(frozen=True, slots=True)
class StepWorker:
    """Works what one queue delivers."""

    source: SqsQueue

    def deliver(self, record: SQSRecord, time_left: TimeLeft) -> None:
        """One message; raises NotYet when the queue is to deliver it again later."""
        try:
            step = Step.model_validate_json(record.body)
            logger.append_keys(tenant_id=step.tenant_id, integration_id=step.integration_id, run_id=step.run_id)
            logger.append_keys(step=step.name, slice=step.slice)
            delivery = Delivery(step, record.receipt_handle, int(record.attributes.approximate_receive_count or 1))
            outcome = self._work(delivery, time_left)
        except NotYet as later:
            metrics.add_metric(name="StepsPostponed", unit="Count", value=1)
            logger.info(later.message)
            raise
        except Exception:
            # The outermost frame of a message: the batch processor would report it without a word.
            metrics.add_metric(name="StepsFailed", unit="Count", value=1)
            logger.exception("step failed")
            raise
        metrics.add_metric(name="StepsDone", unit="Count", value=1)
        logger.info("step done", extra={"goes_on": outcome.then is not None})

    def _work(self, delivery: Delivery, time_left: TimeLeft) -> StepOutcome:
        step = delivery.step
        performer = StepPerformer(Workshop(step.tenant_id, step.integration_id))
        if delivery.count > DELIVERIES_MAX:
            performer.give_up(step, "the step failed too often; its message goes to the dead letters")
        return work(delivery, performer=performer, queues=queues(), source=self.source, time_left=time_left)


def fetch_worker() -> StepWorker:
    """The worker of fetch.fifo."""
    return StepWorker(fetch_queue())


def post_worker() -> StepWorker:
    """The worker of post.fifo."""
    return StepWorker(post_queue())


# ---- the schedule ------------------------------------------------------------------------------


def dispatch_due() -> int:
    """Queues the hourly run of every integration; returns how many."""
    queued = dispatch(_due(), queues=queues(), now=utc_now())
    metrics.add_metric(name="RunsQueued", unit="Count", value=queued)
    return queued


def _due() -> Iterator[tuple[str, Integration, tuple[str, ...]]]:
    for due in Schedule(table()).all_due():
        try:
            integration = DynamoTenantStore(table(), due.tenant_id).integration(due.integration_id)
        except NotFound:
            # One tenant's missing piece must not keep the others waiting.
            logger.error("due, but not there", extra={"tenant_id": due.tenant_id, "integration_id": due.integration_id})
            metrics.add_metric(name="RunsNotQueued", unit="Count", value=1)
            continue
        yield due.tenant_id, integration, integration_kind(integration.kind).flow_names


# ---- reconciliation: asked for by the console, made where the grants are -----------------------


def reconcile_asked(event: Mapping[str, Any]) -> dict[str, object]:
    """The answer to the console's question: a reconciliation, or the error that kept it from being made."""
    from handoff.console.reconciliation import answer_of  # noqa: PLC0415 - only this function renders it

    shop = Workshop(event["tenant_id"], event["integration_id"])
    return answer_of(lambda: _reconciliation(shop, event["flow"], parse_period(event["period"])))


def _reconciliation(shop: Workshop, flow: str, period: Period) -> Reconciliation:
    integration = shop.integration
    time_tool = open_time_tool(integration.time_tool, shop.surroundings(integration.time_tool))
    erp = open_erp(integration.erp, shop.surroundings(integration.erp))
    tools = ReconcileTools(
        time_tool=time_tool,
        channels=_channels(erp),
        staged=shop.staged,
        postings=shop.postings,
        others=[
            DynamoPostingStore(table(), shop.tenant_id, other.id)
            for other in shop.tenants.integrations()
            if other.id != integration.id
        ],
        reference=shop.reference.load(),
        currency=shop.hours.currency,
        clock=utc_now,
    )
    account = reconcile(tools, flow=flow, period=period)
    metrics.add_metric(name="Reconciliations", unit="Count", value=1)
    metrics.add_metric(name="ReconciliationDifferences", unit="Count", value=len(account.differences))
    return account


# ---- the console -------------------------------------------------------------------------------


@cache
def console() -> APIGatewayRestResolver:
    """The JSON API."""
    from handoff.console.api import build_api  # noqa: PLC0415 - its validation is slow to import

    return build_api(open_desk)


def open_desk(bearer_token: str) -> Desk | None:
    """The desk of whoever holds the token; None for a token that is unknown or has run out."""
    from handoff.console.desk import Desk, Planning, Stores  # noqa: PLC0415 - as above

    caller = Callers(table()).find(bearer_token, now=utc_now())
    if caller is None:
        return None

    def stores(integration_id: str) -> Stores:
        shop = Workshop(caller.tenant_id, integration_id)
        return Stores(shop.staged, shop.postings, shop.problems, shop.passes, shop.runs, shop.reference)

    def planning(integration: Integration, flow: str) -> Planning:
        shop = Workshop(caller.tenant_id, integration.id)
        return Planning(shop.planner(flow), shop.kinds)

    return Desk(
        caller=caller,
        tenants=DynamoTenantStore(table(), caller.tenant_id),
        stores=stores,
        planning=planning,
        queues=queues(),
        reconcile=_asker(caller.tenant_id),
        new_id=lambda: secrets.token_hex(4),
        clock=utc_now,
    )


def _asker(tenant_id: str) -> Callable[[str, str, Period], Mapping[str, object]]:
    from handoff.console.reconciliation import result_of  # noqa: PLC0415 - as above

    def ask(integration_id: str, flow: str, period: Period) -> Mapping[str, object]:
        client = boto3.client("lambda", config=ASKING)
        question = {"tenant_id": tenant_id, "integration_id": integration_id, "flow": flow, "period": period}
        try:
            answer = client.invoke(
                FunctionName=settings().reconcile_function_name, Payload=json.dumps(question).encode()
            )
        except ReadTimeoutError as error:
            raise Unreachable(
                "the systems took too long to answer for this period",
                code="reconciliation_timeout",
                cure="Try again; a large period may need several tries while the vendors are busy.",
            ) from error
        return result_of(json.loads(answer["Payload"].read()))

    return ask
