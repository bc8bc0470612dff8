"""Drawn records, and the world and the rules they are planned in."""

from __future__ import annotations

import msgspec
from hypothesis import strategies as st

from handoff.domain.posting import BOOKED_KINDS
from handoff.domain.projects import ProjectType
from handoff.domain.staged import StagedRecord
from tests.builders import (
    a_client,
    a_financial_period,
    a_ledger_project,
    a_person,
    a_project,
    a_record,
    a_time_entry,
    an_employee,
    plan_rules,
    reference_data,
)
from tests.unit.pipeline.planning import RATE

WORLD = reference_data(
    clients=[a_client(), a_client(id="302", name="Lys AB", currency="EUR"), a_client(id="303", currency="USD")],
    projects=[
        a_project(),
        a_project(id="402", code="LY1", client_id="302", type=ProjectType.FIXED_FEE),
        a_project(id="403", code="US1", client_id="303"),
        a_project(id="404", code="", name="Internt", type=ProjectType.NON_BILLABLE),
    ],
    ledger_projects=[a_ledger_project(), a_ledger_project(number="LY1"), a_ledger_project(number="US1", open=False)],
    people=[a_person(), a_person(id="502", name="Kim Aas", email="kim@fjordlys.example", roles=("Senior", "Lead"))],
    employees=[an_employee(), an_employee(number="8", email="kim@fjordlys.example")],
    financial_periods=[
        a_financial_period(period="2026-09", open=False),
        a_financial_period(),
        a_financial_period(period="2026-12"),
    ],
)
RULES = {
    kind: {
        closed: plan_rules(
            post_as=[kind],
            closed_period=closed,
            currencies=[{"currency": "EUR", "rate": "11.5234"}],
            rate_card=[
                {"id": "default", "account": "3000"},
                {"id": "kim", "match": {"member": "kim@fjordlys.example"}, "rate": RATE},
                {"id": "ly1", "match": {"project": "LY1"}, "account": "1530", "valid_from": "2026-10-10"},
            ],
            allocations=[
                {"id": "oslo", "shares": {"10": "1"}},
                {"id": "three", "match": {"client": "Lys AB"}, "shares": {"10": "1", "20": "1", "30": "1"}},
                {"id": "two", "match": {"role": "Senior"}, "shares": {"10": "0.7", "20": "0.3"}},
            ],
            lines_per_document=4,
            records_per_journal=3,
        )
        for closed in ("hold", "next_open")
    }
    for kind in BOOKED_KINDS
}
entries = st.builds(
    a_time_entry,
    spent_on=st.sampled_from(["2026-09-30", "2026-10-01", "2026-10-10", "2026-10-31", "2026-11-03", "2026-12-24"]),
    hours=st.decimals(min_value=-1, max_value=26, places=3).map(str),
    person_id=st.sampled_from(["501", "502"]),
    client_id=st.sampled_from(["301", "301", "302", "303"]),
    project_id=st.sampled_from(["401", "401", "402", "402", "403", "404", "405"]),
    billable=st.booleans(),
    rate=st.none() | st.decimals(min_value=0, max_value=3000, places=2).map(str),
    notes=st.text(max_size=150).map(lambda text: text.encode(errors="ignore").decode()),
)


@st.composite
def record_lists(draw: st.DrawFn) -> list[StagedRecord]:
    drawn = draw(st.lists(entries, max_size=14))
    return [
        a_record(entry=msgspec.structs.replace(entry, external_id=str(1000 + place)))
        for place, entry in enumerate(drawn)
    ]


closings = st.sampled_from(["hold", "next_open"])
