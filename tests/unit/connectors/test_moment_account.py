"""A Moment connection: what it is made of, how it stands, payments told; and its table of assumptions."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from handoff.connectors.config import settings_table
from handoff.connectors.moment import assumed
from handoff.connectors.moment.config import MomentConfig
from handoff.connectors.moment.vendor import VENDOR, MomentSettings
from handoff.connectors.registry import vendor_of
from handoff.domain.capabilities import Side
from handoff.domain.errors import DeliveryUnknown, RateLimited, ReconnectNeeded, Rejected, Unreachable
from handoff.domain.grants import Secret, grant_bytes, grant_from
from handoff.domain.invoices import InvoicePayment, PaymentState
from handoff.ports.live import Finding
from tests.unit.connectors.moment_company import COMPANY, KEY, Company, a_config, a_page

PAGE = Path(__file__).parents[3] / "docs" / "connectors" / "moment.md"
TODAY = date(2026, 11, 3)
NO = httpx.Response(403, text="The user has no access to this")


# ---- the connection's settings ----


def test_a_key_is_kept_as_it_was_made_with_its_last_day() -> None:
    config = a_config(api_key=f" {KEY}\n", key_expires_on="2028-01-31")
    grant = config.grant()
    assert (grant.vendor, grant.account, config.account) == ("moment", COMPANY, COMPANY)
    assert (grant.access_token, grant.key_expires_on) == (Secret(KEY), date(2028, 1, 31))
    assert grant_from(grant_bytes(grant)) == grant
    assert a_config().grant().key_expires_on is None


def test_a_key_is_not_shown() -> None:
    assert KEY not in repr(a_config()) + str(a_config().grant()) + a_config().model_dump_json()
    assert "| `api_key` | API key | yes | yes |" in settings_table(MomentConfig)


@pytest.mark.parametrize(
    "changes",
    [
        {"company": ""}, {"company": "a/b"}, {"company": ".."}, {"company": "a?b"}, {"company": "å"}, {"api_key": ""},
        {"key_expires_on": "soon"}, {"base_url": "https://evil.example"},
    ],
)  # fmt: skip
def test_what_can_not_be_connected_is_refused_and_the_key_not_repeated(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        a_config(**changes)
    assert KEY not in str(caught.value)


def test_the_vendor_is_found_and_is_a_time_tool() -> None:
    assert vendor_of("moment") is VENDOR
    assert VENDOR.side is Side.TIME_TOOL
    assert MomentSettings().base_url == "https://app.moment.team"


# ---- health ----


def findings(company: Company, today: date = TODAY) -> dict[str, Finding]:
    return {finding.code: finding for finding in company.tool.health(today=today)}


def test_a_sound_connection_is_found_to_be_so_with_three_calls() -> None:
    company = Company(a_page(), key_expires_on=date(2028, 1, 1))
    found = findings(company)
    assert {code: finding.ok for code, finding in found.items()} == {
        "key": True, "company": True, "rights_customers": True, "rights_projects": True, "rights_invoices": True,
        "rights_to_write": None, "key_end": True,
    }  # fmt: skip
    assert company.asked == ["GET /customers", "GET /projects", "GET /invoices"]
    assert company.query() == {"page": "0", "size": "1"}


def test_a_right_that_is_missing_is_named_with_what_mends_it() -> None:
    found = findings(Company(a_page(), a_page(), NO))
    assert (found["rights_projects"].ok, found["rights_invoices"].ok, found["company"].ok) == (True, False, True)
    assert "may not read invoices" in found["rights_invoices"].sentence
    assert "no access to this" in found["rights_invoices"].sentence
    assert found["rights_invoices"].cure


@pytest.mark.parametrize("status", [403, 404])
def test_a_company_that_is_not_there_is_found_out(status: int) -> None:
    found = findings(Company(httpx.Response(status, text="No company klitrose")))
    assert (found["key"].ok, found["company"].ok) == (True, False)
    assert "No company klitrose" in found["company"].sentence
    assert "company code" in found["company"].cure


def test_a_refused_key_leaves_the_rest_open_and_costs_one_call() -> None:
    company = Company(httpx.Response(401, text=f"Key {KEY} has expired"))
    found = findings(company)
    assert {code for code, finding in found.items() if finding.ok is False} == {"key"}
    assert found["company"].ok is None
    assert "has expired" in found["key"].sentence
    assert KEY not in str(found)
    assert "revoked" in found["key"].cure
    assert len(company.wire.requests) == 1


@pytest.mark.parametrize(
    ("days", "code", "ok", "said"),
    [
        (-1, "key_end", False, "ended on"),
        (0, "key_ends_soon", True, "today"),
        (1, "key_ends_soon", True, "in 1 day."),
        (60, "key_ends_soon", True, "in 60 days"),
        (61, "key_end", True, "in 61 days"),
    ],
)
def test_the_end_of_a_key_is_told_sixty_days_before(days: int, code: str, ok: bool, said: str) -> None:
    finding = findings(Company(a_page(), key_expires_on=TODAY + timedelta(days=days)))[code]
    assert (finding.ok, bool(finding.cure)) == (ok, days <= 60)
    assert said in finding.sentence


def test_an_end_that_nobody_entered_is_asked_for() -> None:
    finding = findings(Company(a_page()))["key_end"]
    assert (finding.ok, finding.cure) == (None, "Enter the key's last day.")


def test_health_is_not_guessed_when_moment_can_not_be_asked() -> None:
    for answer, error in ((httpx.ConnectError("no"), Unreachable), (httpx.Response(429), RateLimited)):
        with pytest.raises(error):
            Company(answer).tool.health(today=TODAY)


# ---- payments ----


def pay(company: Company, state: PaymentState, paid: str, remaining: str) -> Any:
    payment = InvoicePayment(state, Decimal(paid), Decimal(remaining))
    company.tool.report_payment("31", payment, on=TODAY)
    return json.loads(company.wire.requests[-1].content, parse_float=Decimal)


@pytest.mark.parametrize(
    ("state", "word", "paid", "remaining", "day"),
    [
        (PaymentState.PAID, "paid", "1250.50", "0.00", "2026-11-03"),
        (PaymentState.PARTLY_PAID, "partlyPaid", "100.10", "1150.40", None),
        (PaymentState.UNPAID, "unpaid", "0.00", "1250.50", None),
        (PaymentState.PAID, "paid", "-1250.50", "0.00", "2026-11-03"),
    ],
)
def test_what_was_paid_is_told_in_full(state: PaymentState, word: str, paid: str, remaining: str, day: object) -> None:
    """M7.1: payments come back to Moment."""
    company = Company(httpx.Response(200, json={"id": 31}))
    assert pay(company, state, paid, remaining) == {
        "paymentState": word, "paidAmount": Decimal(paid), "remainingAmount": Decimal(remaining), "paidDate": day,
    }  # fmt: skip
    assert company.asked == ["PUT /invoices/31"]
    assert f'"paidAmount":{paid}'.encode() in company.wire.requests[0].content


def test_a_payment_of_an_invoice_that_is_gone_is_refused_and_that_of_a_closed_company_is_not() -> None:
    gone = httpx.Response(404, text="No invoice")
    with pytest.raises(Rejected) as caught:
        pay(Company(gone, a_page()), PaymentState.PAID, "1", "0")
    assert (caught.value.code, caught.value.status) == ("invoice_gone", 404)
    with pytest.raises(ReconnectNeeded):
        pay(Company(gone), PaymentState.PAID, "1", "0")


def test_a_payment_that_moment_refuses_is_refused_in_its_words() -> None:
    with pytest.raises(Rejected, match="can't be changed") as caught:
        pay(Company(httpx.Response(409, text="A draft can't be changed")), PaymentState.PAID, "1", "0")
    assert caught.value.status == 409
    with pytest.raises(DeliveryUnknown):
        pay(Company(httpx.ReadTimeout("slow")), PaymentState.PAID, "1", "0")


# ---- the table of assumptions ----


def test_every_name_that_is_assumed_is_on_the_list() -> None:
    told = " ".join(one.assumed for one in assumed.ASSUMPTIONS)
    tables = (assumed.CUSTOMER, assumed.PROJECT, assumed.INVOICE, assumed.EXPENSE, assumed.PAYMENT, assumed.ATTACHMENT)
    for name in (name for names in tables for name in names.values()):
        assert f"`{name}`" in told
    for values in (assumed.FINALIZED, assumed.CREDITS, assumed.ACCOUNTING):
        assert all(f"`{value}`" in told for value in values)
    assert all(one.about and one.leans_on for one in assumed.ASSUMPTIONS)


def test_every_assumption_stands_on_the_page_with_the_settings_and_the_hooks() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for one in assumed.ASSUMPTIONS:
        assert f"| {one.about} | {one.assumed} | {one.leans_on} |" in page
    assert settings_table(MomentConfig) in page
    for hook in VENDOR.hooks.values():
        assert f"| {hook.title} | `{hook.name}` |" in page
