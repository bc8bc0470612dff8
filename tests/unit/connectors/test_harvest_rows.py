"""What Harvest's numbers and marks become."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.connectors.harvest.feeds import TIME_ENTRIES
from handoff.domain.time import FetchedEntry, body_of, content_hash, entry_from

LINKS = {"links": {"next": None}}


def read(text: str) -> FetchedEntry:
    """The entry whose fields are the dull ones, with this JSON text laid over them."""
    dull = {
        "id": 1, "spent_date": "2026-10-05", "user": {"id": 5}, "client": {"id": 3}, "project": {"id": 4},
        "task": {"id": 6}, "billable": True, "hours": 1, "updated_at": "2026-10-05T08:00:00Z",
    }  # fmt: skip
    laid = json.dumps(dull)[:-1] + (f", {text}" if text else "") + "}"
    rows = TIME_ENTRIES.decode(f'{{"time_entries": [{laid}], "links": {{"next": null}}}}'.encode())
    assert list(rows.broken) == []
    (entry,) = rows.rows
    return entry


@pytest.mark.parametrize("written", ["8", "8.0", "8.00", "0.8e1", "80E-1"])
def test_the_same_hours_are_the_same_content_however_they_are_written(written: str) -> None:
    assert content_hash(body_of(read(f'"hours": {written}').entry)) == content_hash(body_of(read('"hours": 8').entry))


@pytest.mark.parametrize(
    ("written", "hours"), [("-0", "0"), ("-0.0", "0"), ("80", "80"), ("100.0", "100"), ("0.5", "0.5")]
)
def test_hours_read_plain(written: str, hours: str) -> None:
    assert str(read(f'"hours": {written}').entry.hours) == hours


@given(hours=st.decimals(min_value=-1000, max_value=1000, places=4, allow_nan=False))
def test_hours_never_change_their_value_and_never_show_an_exponent(hours: Decimal) -> None:
    entry = read(f'"rounded_hours": {hours:f}').entry
    assert entry.hours == hours
    assert "E" not in str(entry.hours)
    assert entry_from(body_of(entry)) == entry


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ('"hours": 2.11, "rounded_hours": 2.25', "2.25"),
        ('"hours": 2.11, "rounded_hours": null', "2.11"),
        ('"hours": 2.11', "2.11"),
    ],
)
def test_rounded_hours_count_and_raw_ones_only_without_them(text: str, hours: str) -> None:
    assert read(text).entry.hours == Decimal(hours)


@pytest.mark.parametrize(
    ("text", "approved"),
    [
        ('"approval_status": "approved"', True),
        ('"approval_status": "submitted", "is_closed": true', False),
        ('"approval_status": "unsubmitted"', False),
        ('"approval_status": null, "is_closed": true', True),
        ('"is_closed": true', True),
        ('"is_closed": false', False),
        ("", False),
    ],
)
def test_the_approval_status_decides_and_is_closed_only_without_it(text: str, approved: bool) -> None:
    assert read(text).approved is approved


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ('"billable_rate": 1250.50', Decimal("1250.5")),
        ('"billable_rate": 0', Decimal(0)),
        (
            '"billable_rate": null, "task_assignment": {"hourly_rate": 900}, "user_assignment": {"hourly_rate": 800}',
            None,
        ),
        ('"billable": false, "billable_rate": 1250', None),
    ],
)
def test_the_rate_is_the_one_harvest_resolved_or_none(text: str, rate: Decimal | None) -> None:
    assert read(text).entry.rate == rate


def test_names_of_people_and_projects_and_locks_do_not_change_the_content() -> None:
    renamed = '"user": {"id": 5, "name": "Ny"}, "project": {"id": 4, "code": "X"}, "is_locked": true, "is_billed": true'
    assert body_of(read(renamed).entry) == body_of(read("").entry)
