"""A posting's key names exactly the versions it covers."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.posting import (
    DocumentKind,
    posting_key,
)
from handoff.domain.staged import RecordRef

KIND = DocumentKind.PROJECT_TRANSACTIONS
refs = st.lists(
    st.builds(
        RecordRef, st.from_regex(r"[0-9]{1,5}", fullmatch=True), st.integers(1, 9), st.sampled_from(["aa", "bb"])
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda ref: ref.external_id,
)


def key(records: list[RecordRef], kind: DocumentKind = KIND) -> str:
    return posting_key("tenant", "entity", "hours", kind, records)


@given(refs, st.randoms(use_true_random=False))
def test_the_same_versions_have_the_same_key_in_any_order(records: list[RecordRef], random: Random) -> None:
    shuffled = list(records)
    random.shuffle(shuffled)

    assert key(shuffled) == key(records)


@given(refs, refs)
def test_other_versions_have_another_key(records: list[RecordRef], others: list[RecordRef]) -> None:
    assert (key(records) == key(others)) == (set(records) == set(others))


# ---- reversals -----------------------------------------------------------------------------------
