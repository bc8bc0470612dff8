"""What can be connected, with what, and how a connection is described."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from handoff.connectors.config import ConnectionConfig, settings_table
from handoff.connectors.harvest.config import HarvestConfig
from handoff.connectors.registry import check_pair, open_erp, open_time_tool, vendors
from handoff.connectors.vendor import Surroundings, Vendor
from handoff.connectors.visma_net.assumed import ASSUMPTIONS
from handoff.connectors.visma_net.config import VismaNetConfig
from handoff.domain.capabilities import Capability, Side
from handoff.domain.errors import InvalidInput
from handoff.domain.grants import Grant, Secret
from handoff.domain.tenancy import Connection
from handoff.integrations.catalogue import integrations
from handoff.integrations.flow import IntegrationKind
from tests.builders import platform_settings
from tests.unit.connectors.vendor_fakes import NOW, FakeGrantStore

ROOT = Path(__file__).parents[3]
CANARY = "canary-51"
NOTHING: frozenset[Capability] = frozenset()


@pytest.mark.parametrize("kind", integrations().values(), ids=lambda kind: kind.name)
def test_every_integration_has_vendors_that_can_do_what_its_flows_need(kind: IntegrationKind) -> None:
    check_pair(kind.time_tool, kind.erp, time_tool_needs=kind.time_tool_needs(), erp_needs=kind.erp_needs())


@pytest.mark.parametrize("kind", integrations().values(), ids=lambda kind: kind.name)
def test_every_webhook_that_an_integration_listens_to_is_one_its_vendor_sends(kind: IntegrationKind) -> None:
    assert set(kind.hooks) <= {kind.time_tool, kind.erp}
    for vendor, names in kind.hooks.items():
        assert set(names) <= set(vendors()[vendor].hooks)


def test_a_pair_that_lacks_something_is_refused_in_words() -> None:
    with pytest.raises(InvalidInput, match=r"Visma\.net ERP can't hand out time entries") as caught:
        check_pair("harvest", "visma_net", time_tool_needs=NOTHING, erp_needs={Capability.READS_TIME_ENTRIES})
    assert (caught.value.code, caught.value.field) == ("capability_missing", "erp")
    needs = {Capability.WRITES_PROJECT_TRANSACTIONS, Capability.WRITES_JOURNALS}
    with pytest.raises(InvalidInput, match="Harvest can't take project transactions, and it can not take journal"):
        check_pair("harvest", "visma_net", time_tool_needs=needs, erp_needs=NOTHING)


@pytest.mark.parametrize(
    ("time_tool", "erp", "said", "field"),
    [
        ("visma_net", "visma_net", "Visma.net ERP is not a time tool", "time_tool"),
        ("harvest", "harvest", "Harvest is not an ERP", "erp"),
        ("abacus", "visma_net", "there is no vendor 'abacus'", "vendor"),
    ],
)
def test_a_vendor_on_the_wrong_side_is_refused(time_tool: str, erp: str, said: str, field: str) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        check_pair(time_tool, erp, time_tool_needs=NOTHING, erp_needs=NOTHING)
    assert caught.value.field == field
    assert caught.value.cure


def test_a_connection_is_opened_by_its_vendor_without_a_call() -> None:
    around = Surroundings(platform_settings(), FakeGrantStore(Grant("x", "y")), lambda: NOW)
    harvest, visma = Connection("a", "harvest", "1", "A"), Connection("b", "visma_net", "t", "B")
    tool, erp = open_time_tool(harvest, around), open_erp(visma, around)
    assert (tool.calls, erp.calls) == (0, 0)
    assert [info.name for info in tool.feeds] == ["clients", "people", "projects", "tasks", "entries"]
    for opened in (tool, erp):
        opened.close()
    with pytest.raises(InvalidInput, match="is not a time tool"):
        open_time_tool(visma, around)
    with pytest.raises(InvalidInput, match="is not an ERP"):
        open_erp(harvest, around)


def test_the_registry_costs_no_http_library() -> None:
    code = "import sys; import handoff.connectors.registry; sys.exit('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT / "layers/handoff")}, check=False)
    assert done.returncode == 0


# ---- connection settings -------------------------------------------------------------------------


def test_an_application_gives_a_grant_with_a_refresh_token() -> None:
    config = HarvestConfig(account_id="4711", client_id="c", client_secret=SecretStr("s"), refresh_token=SecretStr("r"))
    assert config.account == "4711"
    assert config.grant() == Grant("harvest", "4711", "c", Secret("s"), Secret("r"))


def test_a_personal_token_gives_a_grant_that_is_used_as_it_is() -> None:
    config = HarvestConfig(account_id="4711", access_token=SecretStr("mine"))
    assert config.grant() == Grant("harvest", "4711", access_token=Secret("mine"))


def test_a_company_gives_a_grant_of_client_credentials() -> None:
    tenant = "5c1f7a0e-2b44-4d7e-9f5d-3a8e60c1d201"
    config = VismaNetConfig(tenant_id=tenant, client_id="isv_x", client_secret=SecretStr("s"))
    assert config.grant() == Grant("visma_net", tenant, "isv_x", Secret("s"))


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (HarvestConfig, {"account_id": "4711"}),
        (HarvestConfig, {"account_id": "4711", "client_id": "c", "client_secret": CANARY}),
        (HarvestConfig, {"account_id": CANARY, "access_token": CANARY}),
        (HarvestConfig, {"account_id": "4711", "access_token": [CANARY]}),
        (HarvestConfig, {"account_id": "4711", "access_token": "x", "password": CANARY}),
        (VismaNetConfig, {"tenant_id": CANARY, "client_id": "c", "client_secret": CANARY}),
        (VismaNetConfig, {"tenant_id": "5c1f7a0e-2b44-4d7e-9f5d-3a8e60c1d201", "client_id": "c", "client_secret": ""}),
    ],
)
def test_refused_settings_are_not_repeated_in_the_refusal(
    model: type[ConnectionConfig], fields: dict[str, object]
) -> None:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(fields)
    assert CANARY not in str(caught.value)


def test_entered_secrets_do_not_show() -> None:
    config = HarvestConfig(account_id="4711", access_token=SecretStr(CANARY))
    assert CANARY not in f"{config} {config!r} {config.model_dump_json()} {config.grant()}"


@pytest.mark.parametrize("vendor", vendors().values(), ids=lambda vendor: vendor.name)
def test_every_field_has_a_title_a_description_and_secrets_are_marked(vendor: Vendor) -> None:
    schema = vendor.config.model_json_schema()
    for name, field in schema["properties"].items():
        assert field["title"], name
        assert field["description"].endswith("."), name
        secret = any(word in name for word in ("token", "secret", "api_key"))
        assert secret == (field.get("format") == "password"), name


# ---- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("vendor", vendors().values(), ids=lambda vendor: vendor.name)
def test_every_connector_has_a_page_whose_settings_are_the_models(vendor: Vendor) -> None:
    page = (ROOT / "docs/connectors" / f"{vendor.name}.md").read_text(encoding="utf-8")
    assert settings_table(vendor.config) in page
    assert page.startswith(f"# {vendor.title}\n")
    assert f"Rung: {vendor.rung}." in page
    for capability in vendor.capabilities:
        assert capability.value in page
    if vendor.side is Side.ERP:
        assert "## The key and the look-up" in page


def test_every_assumption_stands_on_the_page() -> None:
    page = (ROOT / "docs/connectors/visma_net.md").read_text(encoding="utf-8")
    for one in ASSUMPTIONS:
        assert f"| {one.about} | {one.assumed} | {one.leans_on} |" in page
