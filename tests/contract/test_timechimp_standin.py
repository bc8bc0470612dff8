"""The TimeChimp stand-in keeps the rules that a client can trip over: keys, limits, faults; and has what a bureau has."""

from __future__ import annotations

import httpx
import pytest

from sandbox import wolkenkade
from sandbox.standin import BadOption
from sandbox.timechimp import CREDENTIALS, Options, stand_in
from tests.contract.timechimp_bureau import TimeChimpBureau


@pytest.fixture
def bureau() -> TimeChimpBureau:
    return TimeChimpBureau()


# keys


@pytest.mark.parametrize("token", [None, "nonsense", CREDENTIALS.api_key])
def test_v1_answers_401_with_a_message_to_anything_but_its_own_bearer_token(
    bureau: TimeChimpBureau, token: str | None
) -> None:
    refused = bureau.client(token).get("/v1/users/me")
    assert refused.status_code == 401
    assert refused.json() == {"message": "Authorization has been denied for this request."}


@pytest.mark.parametrize("key", [None, "nonsense", CREDENTIALS.token])
def test_v2_answers_401_to_anything_but_its_own_key(bureau: TimeChimpBureau, key: str | None) -> None:
    refused = bureau.client(CREDENTIALS.token, key).get("/users?$top=1")
    assert (refused.status_code, refused.json()["status"]) == (401, 401)
    assert refused.headers["content-type"] == "application/problem+json"


def test_one_key_can_be_made_to_open_both_versions() -> None:
    bureau = TimeChimpBureau(one_key=True)
    assert bureau.client(CREDENTIALS.api_key).get("/v1/users/me").status_code == 200
    assert bureau.client(None, CREDENTIALS.token).get("/users").status_code == 200


@pytest.mark.parametrize("status", [401, 403])
def test_an_account_without_the_api_package_is_refused_whatever_its_key(status: int) -> None:
    bureau = TimeChimpBureau(api_package=False, no_package_status=status)
    assert bureau.refusal("GET", "users/me")[0] == status


def test_a_key_belongs_to_a_person_and_selects_the_account(bureau: TimeChimpBureau) -> None:
    me = bureau.get("users/me")
    assert (me["displayName"], me["accountType"]) == (wolkenkade.FINANCE_MANAGER, 2)


def test_keys_stop_when_they_are_revoked_and_new_ones_work_in_their_place(bureau: TimeChimpBureau) -> None:
    bureau.post("/_sandbox/revoke", {})
    assert bureau.refusal("GET", "customers")[0] == 401
    bureau.post("/_sandbox/restore", {"token": "another"})
    assert bureau.refusal("GET", "customers")[0] == 401
    assert bureau.client("another").get("/v1/customers").status_code == 200


# limits, faults, reset


def test_the_hundred_and_first_call_within_a_minute_is_a_429() -> None:
    bureau = TimeChimpBureau(limit=100)
    assert {bureau.call("GET", "users/me").status_code for _ in range(100)} == {200}
    refused = bureau.call("GET", "users/me")
    assert (refused.status_code, "retry-after" in refused.headers) == (429, False)
    assert bureau.call("GET", "/users").status_code == 200  # v2 counts for itself, and has no limit that is known
    bureau.turn(minutes=1)
    assert bureau.call("GET", "users/me").status_code == 200


def test_a_429_can_say_how_long_to_wait() -> None:
    bureau = TimeChimpBureau(limit=1, v2_limit=1, retry_after=True)
    assert [bureau.call("GET", "users/me").status_code for _ in range(2)] == [200, 429]
    bureau.turn(seconds=20)
    assert bureau.call("GET", "users/me").headers["retry-after"] == "40"
    assert [bureau.call("GET", "/users").status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_any_status_comes_on_demand(bureau: TimeChimpBureau, status: int) -> None:
    bureau.stand_in.fault("status", "GET /v1/time*", status=status, body={"message": "no"})
    assert bureau.refusal("GET", "time") == (status, [])
    assert bureau.call("GET", "time").status_code == 200


def test_answers_are_lost_before_and_after_the_write_and_bodies_break(bureau: TimeChimpBureau) -> None:
    before = len(bureau.get("customers"))
    bureau.stand_in.fault("reset_before", "POST /v1/customers")
    with pytest.raises(httpx.ReadError):
        bureau.call("POST", "customers", {"name": "Niets B.V."})
    assert len(bureau.get("customers")) == before
    bureau.stand_in.fault("lost_after_commit", "POST /v1/customers")
    with pytest.raises(httpx.RemoteProtocolError):
        bureau.call("POST", "customers", {"name": "Toch B.V."})
    assert len(bureau.get("customers")) == before + 1
    bureau.stand_in.fault("status", "GET /v1/customers", status=200, body="<html>onderhoud</html>")
    with pytest.raises(ValueError, match="Expecting value"):
        bureau.call("GET", "customers").json()


def test_keys_die_on_demand(bureau: TimeChimpBureau) -> None:
    bureau.stand_in.fault("token_expired")
    assert bureau.refusal("GET", "users/me") == (401, [])
    assert bureau.refusal("GET", "users/me") == (401, [])


def test_it_serves_both_versions_on_a_port_and_slow_answers_wait() -> None:
    waited: list[float] = []
    vendor = stand_in()
    vendor._sleep = waited.append
    headers = {"Authorization": f"Bearer {CREDENTIALS.token}", "api-key": CREDENTIALS.api_key}
    with vendor.serve() as served, httpx.Client(base_url=served.url, headers=headers) as client:
        wanted = {"kind": "slow", "match": "GET /v1/users/me", "seconds": 3}
        assert client.post("/_sandbox/faults", json=wanted).status_code == 201
        assert client.get("/v1/users/me").status_code == client.get("/users").status_code == 200
        assert client.post("/_sandbox/reset").json() == {"reset": "timechimp"}
    assert waited == [3]


def test_a_reset_starts_the_data_over_under_other_options(bureau: TimeChimpBureau) -> None:
    bureau.post("customers", {"name": "Snel Vergeten B.V."})
    bureau.post("/_sandbox/reset", {"limit": 2})
    assert "Snel Vergeten B.V." not in {row["name"] for row in bureau.get("customers")}
    assert [bureau.call("GET", "users/me").status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(
    "options",
    [
        {"limit": -1},
        {"put_replaces": "yes"},
        {"no_package_status": 404},
        {"spellings": ["extern"]},
        {"v2_envelope": "data"},
        {"article_field": 7},
        {"unknown": 1},
    ],
)
def test_an_option_that_makes_no_sense_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(BadOption):
        Options().changed(options)


@pytest.mark.parametrize("path", ["/v1/webhooks", "/v1/vatrates", "/v1/uninvoiced", "/time", "/webhooks", "/vatRates"])
def test_there_are_no_webhooks_and_no_lists_of_vat_rates_or_unbilled_items(bureau: TimeChimpBureau, path: str) -> None:
    assert bureau.call("GET", path).status_code == 404


# what Wolkenkade has


def test_customers_carry_the_numbers_of_the_erp_with_the_mismatches_that_matching_has_to_cope_with(
    bureau: TimeChimpBureau,
) -> None:
    customers = bureau.get("customers")
    numbers = [row["relationId"] for row in customers if not row["intern"]]
    assert None in numbers
    assert numbers.count(wolkenkade.SHARED_NUMBER) == 2
    (renumbered,) = [one for one in wolkenkade.CUSTOMERS if one.in_erp is not None]
    assert next(row for row in customers if row["name"] == renumbered.name)["relationId"] != renumbered.in_erp
    assert {row["vatRatePercentage"] for row in customers} == {21, 9, 0}
    assert {row["active"] for row in customers} == {True, False}


def test_entries_are_there_in_every_status_and_of_every_kind(bureau: TimeChimpBureau) -> None:
    assert {row["status"] for row in bureau.get("time")} == {-1, 0, 1, 2, 3, 4}
    assert {row["type"] for row in bureau.get("mileage")} == {2, 3}
    assert {row["categoryName"] for row in bureau.get("expenses")} == {"Software", "Drukwerk", "Verblijf"}
    assert {row["invoiceMethod"] for row in bureau.get("/v2/projects")} == {1, 2, 3, 4, 5, 6, 7, 9}


def test_invoices_are_there_as_concept_open_and_paid_and_as_a_credit_note(bureau: TimeChimpBureau) -> None:
    invoices = bureau.get("invoices")
    assert {row["status"] for row in invoices} == {1, 2, 3}
    assert [row["total"] for row in invoices if row["credit"]] == [-440]
    assert {row["currency"] for row in invoices} == {"EUR", "CHF"}


def test_the_account_can_be_filled_up_for_measurements() -> None:
    assert len(TimeChimpBureau(extra_hours=500).get("time")) > 500
