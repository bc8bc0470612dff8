"""Keys begin with their tenant, and no id can reach into another key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.errors import InvalidInput
from handoff.storage import tables
from tests.builders import OCTOBER

PARTITIONS: list[Callable[[str], str]] = [
    lambda tenant: tables.records_pk(tenant, "i", "hours"),
    lambda tenant: tables.agenda_pk(tenant, "i", "hours"),
    lambda tenant: tables.integration_pk(tenant, "i", "postings"),
    tables.tenant_pk,
    tables.callers_pk,
    lambda tenant: tables.grant_pk(tenant, "c"),
    lambda tenant: tables.due_sk(tenant, "i"),
]
NAMED: list[Callable[[str], str]] = [
    lambda name: tables.integration_pk("t", name, "runs"),
    lambda name: tables.records_pk("t", "i", name),
    tables.posting_sk,
    tables.problem_prefix,
    tables.run_sk,
    tables.connection_sk,
    tables.integration_sk,
    lambda name: tables.grant_pk("t", name),
]


@pytest.mark.parametrize("partition", PARTITIONS)
def test_every_partition_begins_with_its_tenant(partition: Callable[[str], str]) -> None:
    assert partition("fjordlys").startswith("fjordlys#")


@pytest.mark.parametrize("partition", PARTITIONS)
@pytest.mark.parametrize("tenant", ["", "Fjordlys", "a#b", "#due", "-a", "æ", "a b", "x" * 41, "a\n"])
def test_what_is_no_tenant_id_has_no_partition(partition: Callable[[str], str], tenant: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        partition(tenant)
    assert refusal.value.field == "tenant_id"


@pytest.mark.parametrize("key", NAMED)
@pytest.mark.parametrize("name", ["", "a#b", "#", "x" * 201, "æ" * 101])
def test_an_id_with_a_hash_sign_in_it_is_refused(key: Callable[[str], str], name: str) -> None:
    with pytest.raises(InvalidInput):
        key(name)


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_a_record_id_that_fits_no_key_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        tables.head_sk(name)
    assert refusal.value.field == "external_id"


@given(st.text(min_size=1, max_size=40).filter(lambda name: name.isprintable()))
def test_a_vendors_id_is_read_back_from_every_key(name: str) -> None:
    assert tables.external_id_of(tables.head_sk(name)) == name
    assert tables.external_id_of(tables.archive_sk(name, 12)) == name
    assert tables.head_sk_of_ix(tables.head_ix(OCTOBER, name)) == tables.head_sk(name)
    assert tables.period_of_ix(tables.head_ix(OCTOBER, name)) == OCTOBER
    assert tables.period_of_ix(tables.archive_ix(OCTOBER, name, 3)) == OCTOBER


@given(st.text("#%2a", min_size=1, max_size=6), st.text("#%2a", min_size=1, max_size=6))
def test_two_vendors_ids_never_share_a_key(one: str, other: str) -> None:
    assert (tables.head_sk(one) == tables.head_sk(other)) is (one == other)
    assert tables.archive_sk(one, 1).startswith(tables.archive_prefix(other)) is (one == other)


def test_versions_sort_by_number() -> None:
    keys = [tables.archive_sk("1", version) for version in (1, 2, 9, 10, 100)]
    assert keys == sorted(keys)
