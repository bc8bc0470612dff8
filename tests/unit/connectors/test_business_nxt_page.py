"""The page of Business NXT says what the code does."""

from __future__ import annotations

from handoff.connectors.business_nxt.assumed import (
    ASSUMPTIONS,
    BATCH_MAX,
    BUSY_SECONDS,
    HOUR_COLUMNS,
    HOUR_ROWS_MAX,
    HOUR_TEXT_MAX,
    PAGE_SIZE,
)
from handoff.connectors.business_nxt.vendor import BusinessNxtSettings
from sandbox.local.paths import ROOT
from tests.pages import rows

PAGE = ROOT / "docs/connectors/business_nxt.md"


def test_every_assumption_stands_on_the_page_and_no_other() -> None:
    told = [(row["About"], row["Assumed"], row["Leans on"]) for row in rows(PAGE, "About", "Assumed", "Leans on")]
    assert told == [(one.about, one.assumed, one.leans_on) for one in ASSUMPTIONS]


def test_every_setting_of_the_platform_stands_on_the_page_with_its_default() -> None:
    told = {row["Name"].strip("`"): row["Default"].strip("`") for row in rows(PAGE, "Name", "Default", "What it is")}
    assert told == {name: str(field.default) for name, field in BusinessNxtSettings.model_fields.items()}


def test_the_numbers_on_the_page_are_those_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert f"Up to {BATCH_MAX} objects" in text
    assert f"each {PAGE_SIZE} rows" in text
    assert f"Up to {HOUR_ROWS_MAX} rows" in text
    assert f"cut to {HOUR_TEXT_MAX} characters" in text
    assert f"{BUSY_SECONDS} seconds are waited" in text


def test_every_column_of_hours_is_named_among_the_assumptions() -> None:
    (told,) = [one.assumed for one in ASSUMPTIONS if "freeInformation1" in one.assumed]
    assert not [name for name in HOUR_COLUMNS.values() if f"`{name}`" not in told]
