"""Sentences for people: why a record stands where it stands."""

from __future__ import annotations

from collections.abc import Mapping

from handoff.domain.staged import StagedRecord, State
from handoff.integrations.cost_settings import COSTS
from handoff.pipeline.live.desk import CUSTOMERS, EXPENSES, INVOICES, PROJECTS

_STATES: Mapping[State, str] = {
    State.HELD: "Waits.",
    State.READY: "Approved; the next pass posts it.",
    State.POSTING: "Is being written to the ERP.",
    State.POSTED: "Is in the books.",
    State.SETTLED: "Is in the books, and settled.",
    State.EXCLUDED: "Stays out.",
    State.FAILED: "Can't be posted until a problem is mended.",
    State.UNSURE: "Was sent and the answer was lost; the ERP is asked before anything is sent again.",
    State.REVERSING: "Its posting is being reversed.",
    State.REVERSED: "Its posting was reversed.",
}

_MIRRORED: Mapping[State, str] = {
    State.READY: "The next look at it brings it to the ERP.",
    State.POSTED: "Stands in the ERP.",
    State.FAILED: "Can't be brought to the ERP until a problem is mended.",
}
_INTO_THE_TIME_TOOL: Mapping[State, str] = {
    State.READY: "The next look at it brings it to the time tool.",
    State.POSTING: "Is being written to the time tool.",
    State.POSTED: "Stands in the time tool.",
    State.FAILED: "Can't be brought to the time tool until a problem is mended.",
    State.UNSURE: "Was sent and the answer was lost; the time tool is asked before anything is sent again.",
}
_OF_FLOW: Mapping[str, Mapping[State, str]] = {
    CUSTOMERS: _MIRRORED,
    PROJECTS: _MIRRORED,
    INVOICES: {
        State.READY: "Ready; the next look at it brings it to the ERP.",
        State.SETTLED: "Is in the books, and paid in full.",
    },
    EXPENSES: _INTO_THE_TIME_TOOL,
    COSTS: _INTO_THE_TIME_TOOL,
}
"""What is different where records are no hours."""

_REASONS: Mapping[str, str] = {
    "not_approved": "Waits: nobody whose approval counts has approved it yet.",
    "timer_running": "Waits: its timer is still running.",
    "before_start": "Stays out: the work was done before the integration's start.",
    "project_excluded": "Stays out: its project is excluded in the settings.",
    "no_hours": "Stays out: it has no hours.",
    "non_billable": "Stays out: it is not billable, and the settings leave such work out.",
    "no_value": "Stays out: it has no value to post.",
    "rejected": "Stays out: it was rejected.",
    "gone": "Stays out: the time tool does not have it any more.",
    "a draft": "Waits: it is a draft in the time tool.",
    "do not transfer": "Stays out: it is marked as not to be transferred.",
    "already transferred": "Stays out: the time tool says that it was transferred before.",
    "before the start": "Stays out: it is dated before the integration's start.",
    "approval_withdrawn": "Stays out: it was written, and is not approved any more.",
    "not_in_the_chosen_status": "Waits: it is not in the status from which invoices are transferred.",
    "withdrawn": "Stays out: it was ordered, and was set back to a status in which it is edited.",
    "no_lines": "Stays out: it has no lines.",
    "booked_before_start": "Stays out: it is dated before the day from which costs are transferred.",
    "account_not_chosen": "Stays out: its account is not among those whose costs are transferred.",
    "voucher_type_not_chosen": "Stays out: its voucher type is not among those that are transferred.",
    "switched off": "Stays out: its flow is switched off in the settings.",
}


def sentence_of(record: StagedRecord) -> str:
    """Why the record stands where it stands."""
    if record.problems:
        return " ".join(problem.message for problem in record.problems)
    said = _OF_FLOW.get(record.flow, {}).get(record.state) or _STATES[record.state]
    return _REASONS.get(record.reason, f"{said.rstrip('.')}: {record.reason}." if record.reason else said)
