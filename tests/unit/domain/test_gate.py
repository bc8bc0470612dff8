"""The gate: H5 of the manual, nothing reaches the books unapproved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.gate import ApprovalRule, GatePolicy, Verdict, judge
from handoff.domain.staged import Approval, ApprovedVia, State
from handoff.domain.time import TimeEntry
from tests.builders import NOW, a_record, a_time_entry

ALL_COUNT = GatePolicy(counts=frozenset(ApprovedVia), post_non_billable=True)
YES = Approval("hash", True, ApprovedVia.PERSON, "anna", NOW)
NO = Approval("hash", False, ApprovedVia.PERSON, "anna", NOW)


def verdict(
    entry: TimeEntry | None = None,
    *,
    approved: bool = False,
    approval: Approval | None = None,
    policy: GatePolicy = ALL_COUNT,
) -> Verdict:
    return judge(entry or a_time_entry(), source_approved=approved, approval=approval, policy=policy)


def test_h5_2_hours_nobody_approved_are_held() -> None:
    assert verdict() == Verdict(State.HELD, "not_approved")


def test_h5_1_hours_approved_in_the_time_tool_are_ready() -> None:
    assert verdict(approved=True) == Verdict(State.READY, "approved_in_time_tool", "time_tool")


def test_h5_2_a_managers_yes_releases_held_hours() -> None:
    assert verdict(approval=YES) == Verdict(State.READY, "approved_by_person", "anna")


def test_a_persons_no_wins_over_the_time_tools_yes() -> None:
    assert verdict(approved=True, approval=NO) == Verdict(State.EXCLUDED, "rejected", "anna")


@pytest.mark.parametrize("via", ApprovedVia)
def test_a_yes_counts_only_where_the_tenant_says_so(via: ApprovedVia) -> None:
    only = replace(ALL_COUNT, counts=frozenset({via}), rules=(ApprovalRule("all"),))

    by_time_tool = verdict(approved=True, policy=replace(only, rules=())).state
    by_person = verdict(approval=YES, policy=replace(only, rules=())).state
    by_rule = verdict(policy=only).state

    assert (by_time_tool is State.READY) == (via is ApprovedVia.TIME_TOOL)
    assert (by_person is State.READY) == (via is ApprovedVia.PERSON)
    assert (by_rule is State.READY) == (via is ApprovedVia.RULE)


@pytest.mark.parametrize(
    ("rule", "accepted"),
    [
        (ApprovalRule("all"), True),
        (ApprovalRule("small", hours_max=Decimal("7.5")), True),
        (ApprovalRule("small", hours_max=Decimal("7.49")), False),
        (ApprovalRule("unpaid", billable=False), False),
        (ApprovalRule("nb1", project_ids=frozenset({"401"})), True),
        (ApprovalRule("other", project_ids=frozenset({"402"})), False),
        (ApprovalRule("both", hours_max=Decimal(8), project_ids=frozenset({"402"})), False),
    ],
)
def test_a_rule_says_yes_when_all_its_conditions_hold(rule: ApprovalRule, accepted: bool) -> None:
    assert rule.accepts(a_time_entry()) is accepted


def test_the_rule_that_said_yes_is_named() -> None:
    policy = replace(ALL_COUNT, rules=(ApprovalRule("no", billable=False), ApprovalRule("all")))

    assert verdict(policy=policy) == Verdict(State.READY, "approved_by_rule:all", "rule:all")


@pytest.mark.parametrize(
    ("entry", "policy", "why"),
    [
        (a_time_entry(spent_on="2026-08-31"), replace(ALL_COUNT, starts_on=date(2026, 9, 1)), "before_start"),
        (a_time_entry(), replace(ALL_COUNT, excluded_project_ids=frozenset({"401"})), "project_excluded"),
        (a_time_entry(hours="0"), ALL_COUNT, "no_hours"),
        (a_time_entry(billable=False), replace(ALL_COUNT, post_non_billable=False), "non_billable"),
    ],
)
def test_what_is_filtered_stays_out_with_a_reason_even_if_approved(
    entry: TimeEntry, policy: GatePolicy, why: str
) -> None:
    assert verdict(entry, approved=True, approval=YES, policy=policy) == Verdict(State.EXCLUDED, why)


def test_a_running_timer_is_held_even_if_approved_and_even_at_zero_hours() -> None:
    entry = a_time_entry(hours="0", running=True)

    assert verdict(entry, approved=True, approval=YES) == Verdict(State.HELD, "timer_running")


approvals = st.none() | st.builds(
    Approval, st.just("hash"), st.booleans(), st.sampled_from(ApprovedVia), st.just("anna"), st.just(NOW)
)
policies = st.builds(
    GatePolicy,
    counts=st.frozensets(st.sampled_from(ApprovedVia)),
    rules=st.just(()) | st.just((ApprovalRule("small", hours_max=Decimal(2)),)),
    post_non_billable=st.booleans(),
)
entries = st.builds(a_time_entry, hours=st.sampled_from(["0", "1", "8"]), billable=st.booleans(), running=st.booleans())


@given(entries, st.booleans(), approvals, policies)
def test_h5_1_ready_means_that_somebody_who_counts_said_yes(
    entry: TimeEntry, approved: bool, approval: Approval | None, policy: GatePolicy
) -> None:
    found = judge(entry, source_approved=approved, approval=approval, policy=policy)

    said_yes = (
        (approved and ApprovedVia.TIME_TOOL in policy.counts)
        or (approval is not None and approval.approved and approval.via in policy.counts)
        or (ApprovedVia.RULE in policy.counts and any(rule.accepts(entry) for rule in policy.rules))
    )
    assert found.state is not State.READY or (said_yes and not entry.running and found.by)
    assert found.why


@pytest.mark.parametrize("starts_on", [None, date(2026, 11, 1)])
def test_what_is_written_and_not_approved_any_more_is_taken_back_also_from_before_the_start(
    starts_on: date | None,
) -> None:
    """S7.3."""
    gate = GatePolicy(starts_on=starts_on, unapproved_goes=True)

    assert gate.takes_back(a_record(state=State.POSTED, source_approved=False))
    assert not gate.takes_back(a_record(state=State.POSTED, source_approved=True))
