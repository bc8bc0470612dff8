"""A Severa connection: what it is made of, what its errors say, how it stands; and its page."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from handoff.connectors.config import settings_table
from handoff.connectors.severa.assumed import ASSUMPTIONS
from handoff.connectors.severa.client import sentence_of
from handoff.connectors.severa.config import SeveraConfig
from handoff.connectors.severa.health import REMOVES, WRITTEN
from handoff.connectors.severa.vendor import VENDOR, SeveraSettings
from handoff.domain.capabilities import Capability, Side
from handoff.domain.errors import ReconnectNeeded, Unreachable
from handoff.domain.grants import Secret
from handoff.ports.live import Finding
from sandbox.severa import SCOPES
from tests.contract.severa_account import Account
from tests.pages import DOCS, rows

PAGE = DOCS / "connectors" / "severa.md"
TODAY = date(2026, 11, 5)


def a_config(**changes: Any) -> SeveraConfig:
    return SeveraConfig.model_validate({"client_id": "Lumipolku_1.apps", "client_secret": " s3cret\n", **changes})


def findings(account: Account) -> dict[str, Finding]:
    return {one.code: one for one in account.tool.health(today=TODAY)}


# ---- the connection's settings ----


def test_credentials_are_kept_as_they_were_made_and_do_not_show() -> None:
    config = a_config()
    grant = config.grant()
    assert (grant.vendor, grant.account, grant.client_id) == ("severa", "Lumipolku_1.apps", "Lumipolku_1.apps")
    assert grant.client_secret == Secret("s3cret")
    assert "s3cret" not in f"{config!r}{config.model_dump_json()}{grant}"


@pytest.mark.parametrize("changes", [{"client_id": ""}, {"client_id": "a b"}, {"client_secret": ""}, {"url": "x"}])
def test_what_can_not_be_connected_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        a_config(**changes)


def test_the_vendor_is_a_time_tool_that_keeps_master_data_hands_out_hours_and_invoices_and_takes_costs() -> None:
    hands_out = {Capability.READS_TIME_ENTRIES, Capability.HANDS_OUT_INVOICES}
    assert VENDOR.side is Side.TIME_TOOL
    assert set(VENDOR.capabilities) == {Capability.KEEPS_MASTER_DATA, *hands_out, Capability.TAKES_FEES}
    assert SeveraSettings().base_url == "https://api.severa.visma.com/rest-api"


# ---- what errors say ----


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"type": "X", "details": [{"message": "Invalid value for name."}]}}', "Invalid value for name."),
        (
            b'{"error": {"details": [{"message": "It is too long", "location": {"name": "code"}}, {"message": "No"}]}}',
            "code: It is too long; No",
        ),
        (b'{"error": {"details": null}}', ""),
        (b"<html>Bad gateway</html>", ""),
        (b'{"message": "No route"}', "No route"),
    ],
)
def test_an_error_says_its_messages_with_the_fields_they_are_about(body: bytes, said: str) -> None:
    assert sentence_of(body) == said


# ---- check and health ----


def test_keys_are_tried_before_they_are_kept() -> None:
    assert Account().tool.check() == "Lumipolku Konsultit Oy"
    with pytest.raises(ReconnectNeeded, match="authentication_required"):
        Account(secret="wrong").tool.check()
    with pytest.raises(ReconnectNeeded, match="projects:read"):
        Account(scopes=tuple(one for one in SCOPES if not one.startswith("projects"))).tool.check()


def test_a_sound_connection_is_found_to_be_so() -> None:
    account = Account()
    found = findings(account)
    assert all(one.ok for one in found.values())
    assert sum(account.asked().values()) == 7


def test_a_right_that_is_missing_is_named_with_what_mends_it() -> None:
    found = findings(Account(scopes=tuple(one for one in SCOPES if one not in ("users:read", "projects:write"))))
    assert found["rights_users"].ok is False
    assert "users:read" in found["rights_users"].cure
    assert "projects:write" in found["rights_to_write"].sentence
    assert found["rights_customers"].ok


def test_without_the_settings_area_what_is_set_up_can_not_be_found_out() -> None:
    found = findings(Account(scopes=tuple(one for one in SCOPES if not one.startswith("settings"))))
    assert (found["rights_settings"].ok, found["won_status"].ok, found["channels"].ok) == (False, None, None)


def test_no_right_to_read_hours_is_named_and_fails_nothing() -> None:
    account = Account(scopes=tuple(one for one in SCOPES if not one.startswith("hours")))
    assert account.tool.check()
    found = findings(account)
    assert found["rights_hours"].ok is None
    assert "hours stay where they are" in found["rights_hours"].sentence
    assert "hours:read" in found["rights_hours"].cure
    assert all(one.ok for code, one in found.items() if code != "rights_hours")


def test_no_right_to_delete_is_no_fault_but_said() -> None:
    found = findings(Account(scopes=tuple(one for one in SCOPES if one != REMOVES)))
    assert found["rights_to_write"].ok
    assert "stay" in found["rights_to_write"].sentence


def test_refused_credentials_leave_the_rest_open() -> None:
    found = findings(Account(secret="wrong"))
    assert {code for code, one in found.items() if one.ok is False} == {"key"}
    assert {one.ok for code, one in found.items() if code != "key"} == {None}


def test_what_is_not_set_up_in_severa_is_said() -> None:
    account = Account()
    for row in account.people.rows("communicationtypes"):
        account.people.edit("communicationtypes", row.guid, isActive=False)
    account.a_fault("status", "GET /salesstatustypes", status=200, body=[])
    found = findings(account)
    assert (found["won_status"].ok, found["channels"].ok) == (False, False)


def test_a_gateways_page_is_no_refusal_of_the_credentials() -> None:
    account = Account()
    account.a_fault("status", "POST /token", status=403, body="<html>blocked</html>")
    with pytest.raises(Unreachable):
        account.all("employees")


def test_a_closed_organisation_stops_the_connection_whatever_the_status_says() -> None:
    account = Account()
    body = {"error": {"httpStatusCode": 400, "type": "OrganizationNotActive", "details": [], "stack": None}}
    account.a_fault("status", "GET /users", status=400, body=body)
    with pytest.raises(ReconnectNeeded):
        account.all("employees")


def test_every_call_says_whose_it_is() -> None:
    sent: list[httpx.Request] = []
    account = Account()
    inner = account.stand_in.transport()

    class Seen(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            sent.append(request)
            return inner.handle_request(request)

    account.connect(Seen())
    account.all("employees")
    token, call = sent
    assert token.headers["content-type"] == "application/json"
    assert "scope" not in token.content.decode()
    assert call.headers["client_id"] == account.grants.stored.grant.client_id
    assert call.headers["authorization"].startswith("Bearer ")


# ---- the page ----


def test_every_assumption_stands_on_the_page_and_no_other() -> None:
    told = [(row["About"], row["Assumed"], row["Leans on"]) for row in rows(PAGE, "About", "Assumed", "Leans on")]
    assert told == [(one.about, one.assumed, one.leans_on) for one in ASSUMPTIONS]


def test_the_pages_settings_and_scopes_are_the_models() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert settings_table(SeveraConfig) in text
    told = {row["Name"].strip("`"): row["What it is"] for row in rows(PAGE, "Name", "Default", "What it is")}
    assert told == {name: field.description for name, field in SeveraSettings.model_fields.items()}
    assert not [scope for scope in (*WRITTEN, REMOVES) if f"`{scope}`" not in text]
