"""Time entries: the content that is hashed, and what is not part of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.time import body_of, content_hash, entry_from
from tests.builders import a_time_entry


@pytest.mark.parametrize("rate", [None, "0", "1250.00", "1250"])
def test_what_is_stored_reads_back_as_it_was(rate: str | None) -> None:
    entry = a_time_entry(hours="7.50", rate=rate, notes="Møte – Ærlig talt\r\nog mer", billable=rate is not None)

    read = entry_from(body_of(entry))

    assert read == entry
    assert str(read.hours) == "7.50"


@given(
    st.decimals(min_value=-100, max_value=100, places=4),
    st.none() | st.decimals(min_value=0, max_value=100_000, places=2),
    st.text(),
)
def test_any_content_has_one_body_and_one_hash(hours: Decimal, rate: Decimal | None, notes: str) -> None:
    entry = a_time_entry(
        hours=str(hours), rate=None if rate is None else str(rate), notes=notes.encode(errors="ignore").decode()
    )

    assert entry_from(body_of(entry)) == entry
    assert content_hash(body_of(entry_from(body_of(entry)))) == content_hash(body_of(entry))


@pytest.mark.parametrize(
    "change",
    [
        {"hours": "8"}, {"spent_on": "2026-10-06"}, {"person_id": "502"}, {"client_id": "302"}, {"project_id": "402"},
        {"task_id": "602"}, {"billable": False}, {"rate": "1300.00"}, {"notes": "x"}, {"running": True},
    ],
)  # fmt: skip
def test_every_part_of_the_content_changes_the_hash(change: dict[str, object]) -> None:
    changed = a_time_entry(**change)  # type: ignore[arg-type]  # each value fits its keyword

    assert content_hash(body_of(changed)) != content_hash(body_of(a_time_entry()))
