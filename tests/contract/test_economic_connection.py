"""Connecting an e-conomic agreement: the app grant, the tokens on every call, and how access ends."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from handoff.connectors.economic.config import NAME
from handoff.connectors.economic.grant import agreement_of, install_url, token_from
from handoff.connectors.economic.platform import EconomicSettings
from handoff.domain.errors import InvalidInput, RateLimited, ReconnectNeeded
from handoff.domain.grants import Secret
from handoff.settings import PlatformSettings
from sandbox.economic import CREDENTIALS
from tests.contract.economic_erp import AGREEMENT, BASE, KEY, NOON, Agreement, a_customer, a_document, settings

BACK = "https://handoff.example/connect/economic?state=s-1"


def where() -> EconomicSettings:
    return settings().of_vendor(NAME, EconomicSettings)


def test_the_owner_adds_the_app_by_a_link_and_its_token_opens_the_agreement() -> None:
    """M6.2, M6.3: the app is added by a link, and what comes of it is the agreement token."""
    agreement = Agreement()
    browser = httpx.Client(transport=agreement.vendor.transport(), base_url=BASE)
    page = install_url(where(), BACK)
    assert browser.get(page).status_code == 200
    sent = urlsplit(browser.post(page).headers["Location"])
    assert parse_qs(sent.query)["state"] == ["s-1"]
    token = token_from(sent.query)
    agreement.vendor.vendor._access.grants.discard(CREDENTIALS.agreement_grant_token)
    with pytest.raises(ReconnectNeeded):
        agreement.erp.check()
    opened = agreement_of(where(), token, now=lambda: NOON, transport=agreement.vendor.transport())
    assert (opened.number, opened.name) == (AGREEMENT, "Klitrose Rådgivning ApS")
    agreement.use_token(token.reveal())
    assert agreement.erp.check() == "Klitrose Rådgivning ApS"


def test_an_owner_who_declines_brings_no_token() -> None:
    agreement = Agreement(user_declines=True)
    browser = httpx.Client(transport=agreement.vendor.transport(), base_url=BASE)
    sent = urlsplit(browser.post(install_url(where(), BACK)).headers["Location"])
    with pytest.raises(InvalidInput) as caught:
        token_from(sent.query)
    assert caught.value.code == "grant_declined"


def test_a_revoked_grant_stops_the_connection_for_reads_and_writes() -> None:
    agreement = Agreement().with_customer()
    agreement.vendor.vendor.revoke()
    for ask in (
        agreement.erp.check,
        lambda: agreement.erp.customers.find(10001),
        lambda: agreement.erp.customers.create(a_customer(number=10002), key=KEY),
        lambda: agreement.erp.invoices.find(a_document()),
        lambda: agreement.erp.invoices.create(a_document()),
    ):
        with pytest.raises(ReconnectNeeded) as caught:
            ask()
        assert caught.value.code == "key_refused"
        assert "agreement token" in caught.value.cure


def test_a_token_pasted_meanwhile_is_used_without_a_restart() -> None:
    agreement = Agreement()
    agreement.vendor.vendor._access.grants = {"sandbox-economic-new-token"}
    agreement.use_token("sandbox-economic-new-token")
    assert agreement.erp.check() == "Klitrose Rådgivning ApS"


def test_a_wrong_secret_of_our_app_is_refused_and_not_told() -> None:
    agreement = Agreement(secret="canary-secret-51")
    with pytest.raises(ReconnectNeeded) as caught:
        agreement.erp.check()
    assert "canary" not in str(caught.value)
    assert CREDENTIALS.agreement_grant_token not in str(caught.value)


def test_too_many_calls_are_told_with_the_wait() -> None:
    agreement = Agreement(bucket=1, refill=1)
    agreement.erp.check()
    with pytest.raises(RateLimited) as caught:
        agreement.erp.check()
    assert 1 <= caught.value.retry_after <= 60


def test_our_apps_tokens_come_from_the_platforms_secrets_and_are_never_shown() -> None:
    shown = repr(where()) + repr(settings())
    assert CREDENTIALS.app_secret_token not in shown
    assert CREDENTIALS.app_public_token not in shown
    assert where().app_secret_token.get_secret_value() == CREDENTIALS.app_secret_token
    bare = PlatformSettings.from_environment({"TABLE_NAME": "t"}).of_vendor(NAME, EconomicSettings)
    assert bare.rest_url == "https://restapi.e-conomic.com"
    with pytest.raises(InvalidInput) as caught:
        install_url(bare, BACK)
    assert caught.value.code == "app_not_configured"
    with pytest.raises(ReconnectNeeded, match="no secret token here") as unset:
        agreement_of(bare, Secret("t"), now=lambda: NOON)
    assert unset.value.code == "app_not_configured"


def test_an_installation_page_in_a_language_that_there_is_none_of_is_refused() -> None:
    with pytest.raises(InvalidInput):
        install_url(where(), BACK, locale="xx")
