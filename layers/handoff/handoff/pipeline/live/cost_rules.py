"""What a booked cost is as a record, and whether the time tool is to have it: accounts, cost types, start, project."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from hashlib import blake2b

import msgspec

from handoff.domain.costs import BookedCost, ProjectExpense
from handoff.domain.errors import Rejected
from handoff.domain.master_data import ProjectCard
from handoff.domain.posting import DocumentKind, Posting, posting_key
from handoff.domain.staged import StagedRecord, State, ref_of
from handoff.pipeline.deliver import LEASE
from handoff.pipeline.live.desk import EXPENSES, LiveDesk

KIND = DocumentKind.PROJECT_EXPENSE
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(BookedCost)


def body_of(cost: BookedCost) -> bytes:
    """The cost's canonical bytes, as a record keeps them."""
    return _ENCODER.encode(cost)


def cost_of(record: StagedRecord) -> BookedCost:
    """The cost that a record is of."""
    return _DECODER.decode(record.body)


def hash_of(cost: BookedCost) -> str:
    """The content hash: a supplier who is renamed does not change what was booked."""
    content = msgspec.structs.replace(cost, supplier="")
    return blake2b(_ENCODER.encode(content), digest_size=16).hexdigest()


def key_of(desk: LiveDesk, record: StagedRecord) -> str:
    """The posting's key of this very version: what the time tool can be asked for."""
    entity = desk.integration.time_tool.id
    return posting_key(desk.tenant_id, entity, EXPENSES, KIND, [ref_of(record)])


def posting_of(desk: LiveDesk, record: StagedRecord, expense: ProjectExpense, now: datetime) -> Posting:
    """The posting that claims a record, before anything is sent."""
    return Posting(
        key=expense.key,
        kind=KIND,
        entity=desk.integration.time_tool.id,
        flow=EXPENSES,
        period=record.period,
        posted_on=expense.spent_on,
        currency=expense.currency,
        text=f"cost {record.external_id}: {expense.description}",
        records=(ref_of(record),),
        hours=Decimal(0),
        amount=expense.amount,
        settings_version=desk.settings_version,
        run_id=desk.run_id,
        claimed_at=now,
        lease_until=now + LEASE,
        expense=expense,
    )


def covered_by(desk: LiveDesk, posting: Posting) -> StagedRecord | None:
    """The posting's record, at the very version it covers."""
    ref = posting.records[0]
    record = desk.staged.get(EXPENSES, ref.external_id)
    return record if record is not None and ref_of(record) == ref else None


def held_by(desk: LiveDesk, posting: Posting) -> StagedRecord | None:
    """The posting's record while it is on its way with it."""
    record = covered_by(desk, posting)
    if record is None or record.posting_key != posting.key or record.state not in (State.POSTING, State.UNSURE):
        return None
    return record


class CostRules:
    """The settings and the time tool's projects for one call: a project, an activity is looked up once."""

    def __init__(self, desk: LiveDesk) -> None:
        self._desk = desk
        self._settings = desk.settings.expenses
        self._projects: dict[int, ProjectCard | None] = {}
        self._activities: dict[str, str] = {}
        self._documents: tuple[tuple[str, int], tuple[bytes, ...]] | None = None

    def reason(self, cost: BookedCost) -> str:
        """Why the cost stays out; empty for one that goes. The time tool is asked last."""
        chosen, start = self._settings, self._settings.starts_on
        if start is not None and cost.booked_on < start:
            return f"dated {cost.booked_on}, before the start on {start}"
        if not chosen.takes_account(cost.account):
            return f"account {cost.account} is not among the chosen accounts"
        if not chosen.takes_cost_type(cost.cost_type):
            named = "an entry without one" if cost.cost_type is None else f"cost type {cost.cost_type}"
            return f"{named} is not among the chosen cost types"
        if self.project(cost.project) is None:
            return f"project {cost.project} is not in {self._desk.integration.time_tool.name}"
        return ""

    def project(self, number: int) -> ProjectCard | None:
        """The time tool's project with that number."""
        if number not in self._projects:
            self._projects[number] = self._desk.time_tool.project_numbered(number)
        return self._projects[number]

    def expense(self, cost: BookedCost, key: str) -> ProjectExpense:
        """The cost as the time tool is to have it, on the activity that the settings name; made when it is missing.

        Raises Rejected and DeliveryUnknown as writes do.
        """
        project = self.project(cost.project)
        if project is None:
            raise Rejected(f"there is no project {cost.project}", field="project")
        activity = self._activities.get(project.external_id)
        if activity is None:
            activity = self._desk.time_tool.activity(project.external_id, self._settings.activity)
            self._activities[project.external_id] = activity
        return ProjectExpense(
            key=key,
            project_id=project.external_id,
            activity_id=activity,
            description=cost.text.strip() or f"Voucher {cost.voucher}",
            amount=cost.amount,
            currency=cost.currency,
            spent_on=cost.booked_on,
            billable=self._settings.billable,
            supplier=cost.supplier,
            supplier_invoice=cost.supplier_invoice,
        )

    def documents(self, cost: BookedCost) -> tuple[bytes, ...]:
        """The PDFs of a cost's voucher; the lines of one voucher mostly come one after the other."""
        voucher = (cost.year, cost.voucher)
        if self._documents is None or self._documents[0] != voucher:
            self._documents = (voucher, tuple(self._desk.erp.costs.cost_documents(cost.year, cost.voucher)))
        return self._documents[1]
