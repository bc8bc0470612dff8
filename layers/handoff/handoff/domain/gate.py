"""The gate: nothing reaches the books unapproved, and filters say why a record stays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from handoff.domain.sales import sales_invoice_from
from handoff.domain.staged import Approval, ApprovedVia, StagedRecord, State
from handoff.domain.time import TimeEntry, entry_from

APPROVAL_WITHDRAWN = "approval_withdrawn"
"""Why a record stays out that was written, and is not approved any more."""


WITHDRAWN = "withdrawn"
"""Why an invoice stays out that was ordered, and was set back to a draft."""


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """Entries that need nobody's yes: all conditions that are set must hold."""

    name: str
    hours_max: Decimal | None = None
    billable: bool | None = None
    project_ids: frozenset[str] = frozenset()

    def accepts(self, entry: TimeEntry) -> bool:
        """Whether this rule says yes to the entry."""
        return (
            (self.hours_max is None or entry.hours <= self.hours_max)
            and (self.billable is None or entry.billable == self.billable)
            and (not self.project_ids or entry.project_id in self.project_ids)
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where the gate sends a record, and why; `by` is who said yes."""

    state: State
    why: str
    by: str = ""


class Gate(Protocol):
    """What decides where records of one flow belong, whatever they are of."""

    def verdict(self, record: StagedRecord) -> Verdict:
        """Ready, held or excluded, by the record's content and what was said of it."""
        ...

    def takes_back(self, record: StagedRecord) -> bool:
        """Whether what the books have of it is to be taken out of them, although its content stands."""
        ...


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """The gate of time entries: whose yes counts, and what never goes, from the integration's settings.

    With `unapproved_goes`, what was written and is not approved any more is taken back until it is.
    """

    counts: frozenset[ApprovedVia] = frozenset({ApprovedVia.TIME_TOOL, ApprovedVia.PERSON})
    rules: tuple[ApprovalRule, ...] = ()
    starts_on: date | None = None
    post_non_billable: bool = False
    excluded_project_ids: frozenset[str] = field(default_factory=frozenset)
    unapproved_goes: bool = False

    def verdict(self, record: StagedRecord) -> Verdict:
        """As `judge`, of the record's entry, its own approvals and the time tool's word on it."""
        found = self._judged(record)
        was_written = bool(record.covered or record.standing or record.reversals)
        if self.unapproved_goes and found.state is State.HELD and was_written:
            return Verdict(State.EXCLUDED, APPROVAL_WITHDRAWN)
        return found

    def takes_back(self, record: StagedRecord) -> bool:
        """Whether it is in the books, and not approved any more, whatever day it is of.

        What was written before the start was moved stays; but not without a yes.
        """
        return self.unapproved_goes and replace(self, starts_on=None)._judged(record).state is State.HELD

    def _judged(self, record: StagedRecord) -> Verdict:
        entry, said = entry_from(record.body), record.approval()
        return judge(entry, source_approved=record.source_approved, approval=said, policy=self)


@dataclass(frozen=True, slots=True)
class InvoiceGate:
    """The gate of invoices: what stands in the chosen status goes, unless it is dated before the start.

    One that was ordered and is neither there nor closed by now was taken back by a person: its order is too much.
    """

    starts_on: date | None = None

    def verdict(self, record: StagedRecord) -> Verdict:
        """Ready, held or excluded."""
        if self.starts_on is not None and sales_invoice_from(record.body).invoiced_on < self.starts_on:
            return Verdict(State.EXCLUDED, "before_start")
        if record.source_approved:
            return Verdict(State.READY, "in_the_chosen_status", "time_tool")
        if record.covered or record.standing or record.reversals:
            return Verdict(State.EXCLUDED, WITHDRAWN)
        return Verdict(State.HELD, "not_in_the_chosen_status")

    def takes_back(self, record: StagedRecord) -> bool:
        """Whether it was ordered, and was set back to a status in which it is edited."""
        return not record.source_approved


def judge(entry: TimeEntry, *, source_approved: bool, approval: Approval | None, policy: GatePolicy) -> Verdict:
    """Ready, held or excluded. `approval` is the last word on this very content, or None."""
    if excluded := _excluded(entry, policy):
        return Verdict(State.EXCLUDED, excluded)
    if entry.running:
        return Verdict(State.HELD, "timer_running")
    if approval is not None and approval.via in policy.counts:
        said_yes = Verdict(State.READY, f"approved_by_{approval.via}", approval.by)
        return said_yes if approval.approved else Verdict(State.EXCLUDED, "rejected", approval.by)
    return _without_a_person(entry, source_approved, policy)


def _without_a_person(entry: TimeEntry, source_approved: bool, policy: GatePolicy) -> Verdict:
    if source_approved and ApprovedVia.TIME_TOOL in policy.counts:
        return Verdict(State.READY, "approved_in_time_tool", "time_tool")
    if ApprovedVia.RULE in policy.counts and (rule := _accepting(policy.rules, entry)):
        return Verdict(State.READY, f"approved_by_rule:{rule.name}", f"rule:{rule.name}")
    return Verdict(State.HELD, "not_approved")


def _excluded(entry: TimeEntry, policy: GatePolicy) -> str:
    if policy.starts_on is not None and entry.spent_on < policy.starts_on:
        return "before_start"
    if entry.project_id in policy.excluded_project_ids:
        return "project_excluded"
    if not entry.running and entry.hours == 0:
        return "no_hours"
    if not entry.billable and not policy.post_non_billable:
        return "non_billable"
    return ""


def _accepting(rules: Sequence[ApprovalRule], entry: TimeEntry) -> ApprovalRule | None:
    return next((rule for rule in rules if rule.accepts(entry)), None)
