"""Fjordlys Konsult AS as a customer of ours: its settings, as its finance manager would have saved them.

Late September is posted into October, since the books of September were closed; everything before the
last days of September was re-keyed by hand before Handoff, and stays out.
"""

from __future__ import annotations

from collections.abc import Mapping

TENANT_ID = "fjordlys"
INTEGRATION_ID = "harvest-to-visma"
FINANCE_MANAGER = "Ingunn Talle"

SETTINGS: Mapping[str, object] = {
    "approval": {"counts": ["time_tool", "person"]},
    "starts_on": "2026-09-28",
    "non_billable": "exclude",
    "post_as": ["project_transactions"],
    "currency": "NOK",
    "currencies": [
        {"currency": "EUR", "rate": "11.52"},
        {"currency": "SEK", "rate": "1.04"},
        {"currency": "DKK", "rate": "1.544"},
    ],
    "closed_period": "next_open",
    "accounts": {"accrued_revenue": "1530"},
    "item": "TIMER",
    "rate_card": [
        {"id": "default", "account": "3000"},
        {"id": "development", "match": {"task": "Utvikling"}, "account": "3010"},
        {"id": "design", "match": {"task": "Design"}, "account": "3020"},
        {"id": "advice", "match": {"task": "Rådgivning"}, "account": "3030"},
        {"id": "project management", "match": {"task": "Prosjektledelse"}, "account": "3040"},
        {"id": "fixed fee", "match": {"project_type": "fixed_fee"}, "account": "3080"},
        {"id": "abroad: Kongleglimt", "match": {"client": "Kongleglimt GmbH"}, "account": "3090"},
        {"id": "abroad: Lumière", "match": {"client": "Lumière du Nord SARL"}, "account": "3090"},
        {"id": "abroad: Saaristo", "match": {"client": "Saaristo Oy"}, "account": "3090"},
        {
            "id": "partners from 12 October",
            "match": {"role": "Partner"},
            "rate": {"amount": "2100.00", "currency": "NOK"},
            "valid_from": "2026-10-12",
        },
        {
            "id": "frame agreement Fjord Industri",
            "match": {"client": "Fjord Industri AS"},
            "rate": {"amount": "1390.00", "currency": "NOK"},
        },
        {
            "id": "engagement P1004",
            "match": {"project": "P1004"},
            "account": "3060",
            "rate": {"amount": "1275.50", "currency": "NOK"},
            "valid_from": "2026-10-01",
            "valid_to": "2026-10-31",
        },
    ],
    "allocations": [
        {"id": "default: both offices", "shares": {"10": "60", "20": "40"}, "shares_in": "percent"},
        {"id": "partners", "match": {"role": "Partner"}, "shares": {"30": "1"}},
        {"id": "Nordnes is Bergen's", "match": {"client": "Nordnes Rederi AS"}, "shares": {"20": "1"}},
        {"id": "Morgenrøde is Bergen's", "match": {"client": "Morgenrøde Bank ASA"}, "shares": {"20": "1"}},
        {"id": "Fjord Industri is Oslo's", "match": {"client": "Fjord Industri AS"}, "shares": {"10": "1"}},
        {
            "id": "P1001: three thirds",
            "match": {"project": "P1001"},
            "shares": {"10": "1", "20": "1", "30": "1"},
        },
    ],
}
