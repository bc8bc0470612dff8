"""A key that travels in a document's text is found again, whatever stands before it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handoff.connectors.document_text import key_in, record_id_in, with_key, with_record_id
from handoff.domain.posting import DocumentKind, posting_key

keys = st.text(min_size=1, max_size=8).map(lambda name: posting_key(name, "e", "hours", DocumentKind.JOURNAL, []))
record_ids = st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True)


@given(text=st.text(max_size=300), key=keys)
def test_a_key_is_found_again_behind_any_text(text: str, key: str) -> None:
    written = with_key(text, key, length_max=60)
    assert len(written) <= 60
    assert written.endswith(key)
    assert key_in(written) == key or key_in(text) is not None


@given(text=st.text(max_size=400), record_id=record_ids)
def test_a_record_id_is_found_again_behind_any_text(text: str, record_id: str) -> None:
    written = with_record_id(text, record_id, length_max=80)
    assert len(written) <= 80
    assert record_id_in(written) == record_id
    assert "\n" not in written
