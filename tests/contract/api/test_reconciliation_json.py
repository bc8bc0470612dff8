"""The reconciliation on its way between both functions."""

from __future__ import annotations

import json

import pytest

from handoff.console.reconciliation import answer_of, result_of
from handoff.domain.errors import (
    BrokenContract,
    HandoffError,
    InvalidInput,
    NotFound,
    RateLimited,
    ReconnectNeeded,
    Unbalanced,
    Unreachable,
)
from handoff.domain.reconciliation import Reconciliation
from handoff.integrations.kind_settings import SettingsRefused
from handoff.integrations.settings import read_settings
from tests.builders import NOW, OCTOBER, a_reconciliation
from tests.contract.api.api_world import World


def carried(work: HandoffError | Reconciliation) -> object:
    """What arrives at the other end of a call that only carries JSON."""

    def worked() -> Reconciliation:
        if isinstance(work, HandoffError):
            raise work
        return work

    return result_of(json.loads(json.dumps(answer_of(worked))))


def test_a_reconciliation_arrives_with_every_figure() -> None:
    result = carried(a_reconciliation(OCTOBER, at=NOW))
    assert result == World().reconcile("hours-1", "hours", OCTOBER)


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("visma_net can't be reached"),
        ReconnectNeeded("the grant has run out", field="grant"),
        BrokenContract("an entry can't be read", field="hours"),
        NotFound("there are no such settings", cure="Save some."),
    ],
)
def test_a_vendors_error_arrives_as_what_it_was(error: HandoffError) -> None:
    with pytest.raises(type(error)) as caught:
        carried(error)
    arrived = caught.value
    assert (arrived.message, arrived.code, arrived.field, arrived.cure) == (
        error.message, error.code, error.field, error.cure,
    )  # fmt: skip


def test_a_vendors_waiting_time_arrives() -> None:
    with pytest.raises(RateLimited) as caught:
        carried(RateLimited("harvest asks to wait", retry_after=17))
    assert caught.value.retry_after == 17


def test_an_error_of_another_class_arrives_as_the_nearest_that_is_known() -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_settings({})
    with pytest.raises(InvalidInput) as caught:
        carried(refused.value)
    assert caught.value.code == refused.value.code
    with pytest.raises(HandoffError, match="does not balance"):
        carried(Unbalanced("posting HO1 does not balance"))


def test_a_function_that_did_not_come_to_its_end_is_no_reconciliation() -> None:
    with pytest.raises(Unreachable) as caught:
        result_of({"errorMessage": "Task timed out after 29.00 seconds"})
    assert caught.value.code == "reconciliation_failed"
