"""Webhooks that are forged, broken, too large or nobody's, and connections that stop while they go on coming."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from handoff.storage.hooks import DynamoHookStore
from sandbox import moment
from tests.invoicers import Invoicer, fails, works_again
from tests.polling import until
from tests.system import Json

TEN_MB = 10_000_000


def invoice_hint(row: Mapping[str, object]) -> bytes:
    return f'{{"event": "CREATE_NEW", "invoice": {{"id": {row["id"]}}}}}'.encode()


def problem_of(klitrose: Invoicer, code: str) -> Json:
    problems = klitrose.api("GET", "/problems")["problems"]
    found: Json = next(problem for problem in problems if problem["code"] == code)
    return found


def test_a_forged_webhook_is_answered_like_an_unknown_one_and_does_nothing(klitrose: Invoicer) -> None:
    draft = klitrose.draft("1")
    klitrose.moment.click("deliveries", drop_next=1)
    klitrose.moment.finalize(draft["id"])

    status = klitrose.tell("moment.invoices", invoice_hint(draft), token="A" * 43)
    klitrose.rest()

    assert (status, klitrose.economic.calls()) == (404, {})
    assert klitrose.economic.invoices() == []


@pytest.mark.parametrize("what", ["a draft", "something unknown"])
def test_what_a_webhook_says_is_never_believed(klitrose: Invoicer, what: str) -> None:
    """M1.1: only what Moment itself says is finalized."""
    row = klitrose.draft("1") if what == "a draft" else {"id": 999_999}

    status = klitrose.tell("moment.invoices", invoice_hint(row))
    klitrose.rest()

    assert (status, klitrose.economic.calls(), klitrose.codes()) == (202, {}, [])


@pytest.mark.parametrize("content", [b"no JSON at all {", b"\xff\xfe\x00", b'{"invoice": {"id": "drop table"}}', b"[]"])
def test_a_body_that_can_not_be_read_is_kept_and_nothing_else_happens(klitrose: Invoicer, content: bytes) -> None:
    status = klitrose.tell("moment.invoices", content)
    klitrose.rest()

    kept = list(DynamoHookStore(klitrose.system.table, klitrose.tenant_id).events(klitrose.integration_id))
    assert (status, [event.outcome for event in kept]) == (202, ["unreadable"])
    assert klitrose.economic.calls() == {}


def test_ten_megabytes_are_refused_and_not_kept(klitrose: Invoicer) -> None:
    status = klitrose.tell("moment.invoices", b"x" * TEN_MB)
    klitrose.rest()

    kept = DynamoHookStore(klitrose.system.table, klitrose.tenant_id).events(klitrose.integration_id)
    assert (status, list(kept)) == (413, [])


def test_an_address_that_was_closed_takes_nothing_any_more(klitrose: Invoicer) -> None:
    store = DynamoHookStore(klitrose.system.table, klitrose.tenant_id)
    for hook in ("moment.invoices", "moment.customers"):
        store.switch(hook, active=False)

    invoice = klitrose.finalize("1")
    status = klitrose.tell("moment.invoices", invoice_hint(invoice))
    klitrose.rest()

    assert (status, klitrose.booked(invoice)) == (404, [])


def test_a_key_that_ran_out_stops_moment_and_a_new_one_heals_it(klitrose: Invoicer) -> None:
    """M1.1: what came in between is booked then."""
    key, today = moment.CREDENTIALS.api_key, datetime.now(UTC).date()
    draft = klitrose.draft("1")
    klitrose.moment.finalize(klitrose.draft("2")["id"])
    klitrose.rest()
    klitrose.moment.click("keys", key=key, expires_on=str(today - timedelta(days=1)))
    klitrose.moment.click("finalize", id=draft["id"])
    klitrose.rest()

    stopped = klitrose.connections()["moment"]
    assert (stopped["working"], klitrose.codes()) == (False, ["reconnect_needed"])
    problem = problem_of(klitrose, "reconnect_needed")
    assert key not in str(problem)
    klitrose.moment.forget_calls()
    klitrose.tell("moment.invoices", invoice_hint(draft))
    klitrose.rest()
    assert klitrose.moment.calls() == {}, "a stopped connection is left alone"

    klitrose.moment.click("keys", key=key, expires_on=str(today + timedelta(days=30)))
    assert klitrose.retry(problem)["state"] == "done"
    klitrose.rest()

    invoice = klitrose.moment.row("invoices", id=draft["id"])
    assert (len(klitrose.booked(invoice)), klitrose.connections()["moment"]["working"]) == (1, True)
    assert "reconnect_needed" not in klitrose.codes()


def test_a_grant_taken_away_in_e_conomic_stops_it_and_invoices_wait(klitrose: Invoicer) -> None:
    """M6.3"""
    klitrose.finalize("2")
    fails(klitrose.economic, "*", "status", status=401, body={"message": "Unauthorized access."}, times=None)
    draft = klitrose.draft("1")
    klitrose.moment.finalize(draft["id"])
    until(klitrose.connections, lambda sides: not sides["economic"]["working"], what="e-conomic to be stopped")
    klitrose.rest()

    works_again(klitrose.economic)
    assert klitrose.retry(problem_of(klitrose, "reconnect_needed"))["state"] == "done"
    klitrose.rest()

    invoice = klitrose.moment.row("invoices", id=draft["id"])
    assert (len(klitrose.booked(invoice)), klitrose.connections()["economic"]["working"]) == (1, True)
