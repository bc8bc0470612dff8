"""Split: a refused document is parted so that few calls find the record at fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.posting import Posting
from handoff.domain.staged import StagedRecord
from handoff.pipeline.split import halves
from tests.builders import a_posting, a_project_line, a_record, a_time_entry
from tests.unit.pipeline.planning import JOURNAL


def some(*external_ids: str) -> list[StagedRecord]:
    return [a_record(entry=a_time_entry(external_id=name)) for name in external_ids]


def of(records: Sequence[StagedRecord], **values: Sequence[str]) -> Posting:
    """A document with one line per record, whose values are given line by line."""
    lines = [
        a_project_line(external_id=record.external_id, **{name: of_all[place] for name, of_all in values.items()})
        for place, record in enumerate(records)
    ]
    return replace(a_posting(records=records), project_lines=tuple(lines))


def names(parts: Sequence[Sequence[StagedRecord]]) -> list[list[str]]:
    return [[record.external_id for record in part] for part in parts]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"project": ["P1", "P2", "P1"]}, "Project P2 is completed."),
        ({"project": ["P1", "P2", "P1"]}, "'P2' cannot be found in the system"),
        ({"project": ["P1", "p2", "P1"]}, "ERROR: PROJECT P2 IS CLOSED"),
        ({"employee": ["7", "8", "7"]}, "Employee 8 is not active"),
        ({"cost_centre": ["10", "20-30", "10"]}, "Subaccount 20-30 is inactive."),
        ({"project": ["P1", "P1", "P1"], "employee": ["7", "8", "7"]}, "Employee 8 has no access to project P1."),
    ],
)
def test_the_records_with_the_values_that_the_refusal_names_stand_alone(
    values: dict[str, list[str]], refusal: str
) -> None:
    records = some("1", "2", "3")

    assert names(halves(of(records, **values), records, refusal)) == [["1", "3"], ["2"]]


def test_a_record_on_several_lines_is_named_by_any_of_them() -> None:
    records = some("1", "2", "3")
    posting = of(records, cost_centre=["10", "20", "10"])
    more = [a_project_line(external_id=record.external_id, cost_centre="30") for record in records]
    posting = replace(posting, project_lines=(*posting.project_lines, *more))

    assert names(halves(posting, records, "Subaccount 20 is inactive.")) == [["1", "3"], ["2"]]


def test_a_word_that_only_contains_a_value_names_nobody() -> None:
    records = some("1", "2", "3", "4")

    parts = halves(of(records, project=["P1", "P2", "P1", "P1"]), records, "Project P21 is completed.")

    assert names(parts) == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize("refusal", ["", "Something is wrong.", "Project P1 is completed."])
def test_a_refusal_that_tells_nobody_apart_parts_in_the_middle(refusal: str) -> None:
    records = some("1", "2", "3", "4", "5")

    assert names(halves(of(records, project=["P1"] * 5), records, refusal)) == [["1", "2"], ["3", "4", "5"]]


def test_a_journal_names_no_records_and_is_parted_in_the_middle() -> None:
    records = some("1", "2", "3")

    assert names(halves(a_posting(records=records, kind=JOURNAL), records, "Account 3000")) == [["1"], ["2", "3"]]


def test_records_that_left_the_document_are_in_no_part() -> None:
    records = some("1", "2", "3")
    posting = of(records, project=["P1", "P2", "P1"])

    assert names(halves(posting, records[:1], "Project P2 is completed.")) == [["1"]]
    assert halves(posting, [], "Project P2 is completed.") == []


def calls_to_find(records: Sequence[StagedRecord], is_refused: Callable[[Sequence[StagedRecord]], str]) -> int:
    """How many documents are sent until every part is either taken or a single record."""
    calls, parts = 0, [list(records)]
    while parts:
        part = parts.pop()
        calls += 1
        refusal = is_refused(part)
        if refusal and len(part) > 1:
            posting = of(part, project=[f"P{record.external_id}" for record in part])
            parts += [list(one) for one in halves(posting, part, refusal)]
    return calls


@given(st.integers(2, 64), st.data())
def test_one_bad_record_is_found_in_twice_as_many_calls_as_it_takes_to_halve(count: int, data: st.DataObject) -> None:
    bad = str(data.draw(st.integers(0, count - 1)))
    records = some(*map(str, range(count)))

    def blind(part: Sequence[StagedRecord]) -> str:
        return "No." if any(record.external_id == bad for record in part) else ""

    def telling(part: Sequence[StagedRecord]) -> str:
        return f"Project P{bad} is completed." if blind(part) else ""

    assert calls_to_find(records, blind) <= 1 + 2 * (count - 1).bit_length()
    assert calls_to_find(records, telling) == 3


@given(st.lists(st.sampled_from(["P1", "P2"]), min_size=1, max_size=9), st.sampled_from(["", "P1", "P2 P1", "P3"]))
def test_every_record_is_in_exactly_one_part_and_no_part_is_the_whole(projects: list[str], refusal: str) -> None:
    records = some(*map(str, range(len(projects))))

    parts = halves(of(records, project=projects), records, refusal)

    assert sorted(name for part in names(parts) for name in part) == sorted(r.external_id for r in records)
    assert all(parts)
    assert len(records) == 1 or all(len(part) < len(records) for part in parts)
