"""The set-up pages as deployed: a link made through the API, opened and used in a browser."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from urllib.parse import urljoin

import httpx
import pytest

from handoff.storage.invitations import DynamoInvitationStore
from sandbox import harvest, visma_net
from sandbox.fjordlys import SETTINGS
from tests.customers import Customer
from tests.system import sample

JSON_FIELD = "settings_json"


class Visitor:
    """A browser at one link: keeps its cookie and follows where it is sent."""

    def __init__(self, customer: Customer, path: str) -> None:
        self.http = customer.system.http
        self.link = customer.system.api_url + path
        self.cookie = ""

    def ask(self, method: str, address: str = "", **form: str) -> httpx.Response:
        address = address or self.link
        for _ in range(3):
            headers = {"Cookie": self.cookie} if self.cookie else {}
            answer = self.http.request(method, address, data=form or None, headers=headers)
            if "set-cookie" in answer.headers:
                self.cookie = answer.headers["set-cookie"].partition(";")[0]
            if answer.status_code != 303:
                return answer
            method, address, form = "GET", urljoin(address, answer.headers["location"]), {}
        raise AssertionError("the pages lead in a circle")


def _plain(page: httpx.Response) -> str:
    """The page without its markup."""
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page.text, flags=re.DOTALL).split())


@pytest.fixture
def visitor(customer: Customer) -> Visitor:
    answer = customer.system.http.post(
        f"{customer.system.api_url}/api/invitations",
        json={"kind": "harvest-visma-net"},
        headers={"Authorization": f"Bearer {customer.token}"},
    )
    assert answer.status_code == 201, answer.text
    return Visitor(customer, answer.json()["path"])


def test_a_link_leads_through_the_steps_and_never_joins_the_same_accounts_twice(
    customer: Customer, visitor: Visitor
) -> None:
    assert "Begin" in visitor.ask("GET").text
    assert "Harvest" in visitor.ask("POST", step="begin").text
    refused = visitor.ask("POST", step="time_tool", account_id="910001", access_token="canary-wrong")
    assert refused.status_code == 422
    assert "canary-wrong" not in refused.text
    keys = asdict(harvest.CREDENTIALS)
    entered = {"account_id": str(keys["account_id"]), "access_token": keys["personal_token"]}
    assert "1. Harvest ✓ done" in _plain(visitor.ask("POST", step="time_tool", **entered))
    theirs = {name: str(value) for name, value in visma_net.credentials().items()}
    page = visitor.ask("POST", step="erp", **theirs)
    assert page.status_code == 200, page.text
    assert "the rights suffice" in page.text, _plain(page)
    visitor.ask("POST", step="settings", **{JSON_FIELD: json.dumps(SETTINGS, default=str)})
    refused = visitor.ask("POST", step="finish")
    assert refused.status_code == 409
    assert "these two accounts are joined already".capitalize() in _plain(refused)


def test_pages_are_kept_nowhere_and_may_load_nothing(visitor: Visitor) -> None:
    headers = visitor.ask("GET").headers
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"


def test_the_cookie_is_for_the_server_alone(visitor: Visitor) -> None:
    answer = visitor.http.post(visitor.link, data={"step": "begin"})
    flags = {part.strip() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= flags


@pytest.mark.parametrize(
    ("name", "status"), [("first_look", 404), ("begin", 404), ("way_back", 404)]
)  # the samples' ticket is nobody's
def test_a_sample_event_is_answered(customer: Customer, name: str, status: int) -> None:
    answer = customer.system.invoke("ConnectAccount", sample(f"connect_account/{name}"))
    assert answer["statusCode"] == status
    assert "not known" in answer["body"]


def test_what_can_be_no_tenant_is_answered_as_an_unknown_link(customer: Customer) -> None:
    event = sample("connect_account/first_look", klitrose="No Tenant!")
    assert customer.system.invoke("ConnectAccount", event)["statusCode"] == 404


def test_both_sides_health_is_answered_where_the_grants_are(customer: Customer) -> None:
    found = customer.api("GET", "/health")
    assert found["ready"] is True
    assert [point["code"] for point in (*found["time_tool"], *found["erp"])] == ["account", "account"]


def test_nothing_secret_of_a_link_is_logged_or_stored(customer: Customer, visitor: Visitor) -> None:
    visitor.ask("POST", step="begin")
    ticket, secret = visitor.link.rsplit("/", 1)[1], visitor.cookie.partition("=")[2]
    main, grants = customer.system.stored(customer.tenant_id)
    logged = "\n".join(customer.system.log_lines("connect-account", "console"))
    for canary in (ticket, secret):
        assert canary not in main + grants + logged
    assert DynamoInvitationStore(customer.system.table, customer.tenant_id).find(ticket) is not None
