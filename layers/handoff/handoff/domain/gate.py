"""The gate: nothing reaches the books unapproved, and filters say why a record stays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from handoff.domain.staged import Approval, ApprovedVia, State
from handoff.domain.time import TimeEntry


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
class GatePolicy:
    """Whose yes counts, and what never goes: from the integration's settings."""

    counts: frozenset[ApprovedVia] = frozenset({ApprovedVia.TIME_TOOL, ApprovedVia.PERSON})
    rules: tuple[ApprovalRule, ...] = ()
    starts_on: date | None = None
    post_non_billable: bool = False
    excluded_project_ids: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where the gate sends a record, and why; `by` is who said yes."""

    state: State
    why: str
    by: str = ""


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
