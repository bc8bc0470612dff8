"""Grants that run out, are withdrawn or do not reach far enough, and what nobody may ever read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import harvest, visma_net
from tests.customers import Customer, take_in
from tests.people import STRANGER, STRANGERS_ADDRESS
from tests.system import LocalSystem

POST = "POST /v1/projecttransaction"


@pytest.mark.parametrize(("vendor", "call"), [("harvest", "GET /v2/time_entries"), ("visma_net", POST)])
def test_an_access_token_that_ran_out_is_renewed_on_the_way(customer: Customer, vendor: str, call: str) -> None:
    entry = customer.harvest.log_approved("3.0")
    customer.side(vendor).fails(call, "token_expired")

    run = customer.run()

    assert (run["counts"]["posted"], customer.state(entry)) == (1, "posted")
    assert {side["working"] for side in customer.connections().values()} == {True}


@pytest.mark.parametrize("vendor", ["harvest", "visma_net"])
def test_a_revoked_grant_stops_the_connection_until_somebody_mends_it(customer: Customer, vendor: str) -> None:
    entry = customer.harvest.log_approved("3.0")
    side = customer.side(vendor)
    side.fails("POST *token", "status", status=400, body={"error": "invalid_grant"}, times=None)

    run = customer.failed_run()

    problem = customer.problems()["reconnect_needed"]
    assert vendor in run["error"]
    assert "invalid_grant" in problem["message"]
    assert (problem["fixed_by"], problem["retryable"]) == ("connection", True)
    assert "Connect the account again" in problem["cure"]
    stopped = customer.connections()[vendor]
    assert (stopped["working"], stopped["stopped"]) == (False, problem["message"])
    assert customer.postings() == []

    side.works_again()
    assert customer.retry(problem)["state"] == "done"
    assert (customer.state(entry), customer.problems()) == ("posted", {})
    assert customer.connections()[vendor]["working"]


def test_one_feed_that_is_closed_to_us_fails_the_run_and_nothing_is_posted(customer: Customer) -> None:
    entry = customer.harvest.log_approved("3.0")
    customer.harvest.fails("GET /v2/projects", "status", status=403, body={"message": "Forbidden"})

    run = customer.failed_run()

    assert ("harvest projects" in run["error"], run["counts"]["fetched"]) == (True, 1)
    assert "403" in customer.problems()["reconnect_needed"]["message"]
    assert (customer.state(entry), customer.postings()) == ("ready", [])
    assert not customer.connections()["harvest"]["working"]

    customer.run()
    assert (customer.state(entry), customer.problems()) == ("posted", {})


# ---- what nobody may read ----------------------------------------------------------------------

TOKENS = re.compile(r"\d+\.(?:at|rt|pt)\.\w+|eyJ[\w-]{10,}\.[\w-]+")
ADDRESSES = re.compile(r"[\w.]+@example\.test")


def secrets_of(customer: Customer) -> Iterator[str]:
    yield customer.token
    yield harvest.CREDENTIALS.client_secret
    yield visma_net.CLIENT_SECRET


def answers_of(customer: Customer, entry: str) -> str:
    paths = ("/records", f"/records/hours/{entry}", "/postings", "/problems", "/settings")
    shown: list[Any] = [customer.api("GET", path) for path in paths]
    return str([*shown, customer.reconciliation()])


def test_no_secret_no_token_and_nobodys_address_gets_where_it_does_not_belong(system: LocalSystem) -> None:
    customer = take_in(system)
    canary = "kanarifugl-7f3a"
    entry = customer.harvest.log_approved("6.0", project="P1001", person=STRANGER, notes=canary)
    broken = customer.harvest.page()["time_entries"][0] | {"id": 7, "hours": canary, "notes": STRANGERS_ADDRESS}
    customer.harvest.answers_with_entries(broken)
    customer.run()
    customer.harvest.works_again()
    customer.harvest.fails("GET /v2/clients", "token_expired")
    customer.harvest.fails("POST *token", "status", status=400, body={"error": "invalid_grant", "token": canary})
    customer.failed_run()
    customer.books.fails("GET /v1/account", "status", status=403, body={"message": "No access"})
    customer.failed_run()
    customer.books.add_employee(STRANGERS_ADDRESS)
    customer.books.fails(POST, "status", status=400, body={"message": "Not today."})
    customer.run()

    logs = "\n".join(system.log_lines())
    shown = answers_of(customer, entry)
    main, grants = system.stored(customer.tenant_id)
    assert customer.tenant_id in logs, "the search looks at the right place"
    assert STRANGERS_ADDRESS in main, "addresses are what people are matched by"
    for secret in secrets_of(customer):
        assert secret not in logs + shown + main + grants
    assert TOKENS.findall(logs + shown + main + grants) == []
    assert ADDRESSES.findall(logs) == []
    assert canary not in logs
