"""The connector's page says what the code does."""

from __future__ import annotations

from handoff.connectors.config import settings_table
from handoff.connectors.economic.assumed import ASSUMPTIONS
from handoff.connectors.economic.config import EconomicConfig
from handoff.connectors.economic.hooks import HOOKS
from handoff.connectors.economic.platform import EconomicSettings
from handoff.connectors.economic.vendor import VENDOR
from tests.pages import DOCS, rows

PAGE = DOCS / "connectors" / "economic.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_every_assumption_stands_on_the_page_and_no_other() -> None:
    told = [(row["About"], row["Assumed"], row["Leans on"]) for row in rows(PAGE, "About", "Assumed", "Leans on")]
    assert told == [(one.about, one.assumed, one.leans_on) for one in ASSUMPTIONS]


def test_every_webhook_stands_on_the_page_with_the_text_to_paste() -> None:
    """M6.4: what is configured in e-conomic."""
    told = {row["Name here"]: row["Data to send"] for row in rows(PAGE, "Type", "Name here", "Data to send")}
    assert told == {f"`{name}`": f"`{hook.template}`" for name, hook in HOOKS.items()}


def test_the_pages_settings_are_the_models() -> None:
    assert settings_table(EconomicConfig) in TEXT
    told = {row["Name"].strip("`"): row["What it is"] for row in rows(PAGE, "Name", "Default", "What it is")}
    assert told == {name: field.description for name, field in EconomicSettings.model_fields.items()}
    assert f"Rung: {VENDOR.rung}." in TEXT
    assert all(capability.value in TEXT for capability in VENDOR.capabilities)


def test_every_field_is_described_and_secrets_are_marked() -> None:
    for name, field in EconomicConfig.model_json_schema()["properties"].items():
        assert field["title"]
        assert field["description"].endswith(".")
        assert ("token" in name) == (field.get("format") == "password")
