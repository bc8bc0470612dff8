"""What vendors sent becomes what it became when somebody last looked at it."""

from __future__ import annotations

import json

import pytest

from tests.golden import Case, every_case

CASES = every_case()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_case_comes_out_as_kept(case: Case) -> None:
    assert json.loads(case.made) == json.loads(case.kept_in.read_bytes()), "make golden, then read the diff"
    assert case.made == case.kept_in.read_bytes()


def test_every_feed_of_every_vendor_has_a_golden_case() -> None:
    feeds = {
        "clients",
        "people",
        "projects",
        "tasks",
        "entries",
        "gone_entries",
        "ledger_projects",
        "employees",
        "items",
        "accounts",
    }
    feeds |= {"cost_centres", "financial_periods", "project_transactions", "journals"}
    feeds |= {"customers", "invoices", "costs"}
    feeds |= {"business_units", "product_categories", "products"}
    assert {case.name.partition("/")[2].partition("--")[0] for case in CASES} == feeds
