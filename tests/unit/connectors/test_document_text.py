"""Keys and record ids survive every text they travel in."""

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


def test_texts_without_a_key_or_an_id_have_none() -> None:
    assert key_in(None) is None
    assert key_in("Invoice HO12345") is None
    assert key_in("XHOAAAAAAAAAAAAAAAAX") is None
    assert record_id_in("see ticket #12 for more") == ""
    assert record_id_in(None) == ""


def test_a_key_is_found_where_a_person_wrote_around_it() -> None:
    key = posting_key("t", "e", "hours", DocumentKind.JOURNAL, [])
    assert key_in(f"Handoff hours ({key}), corrected") == key


def test_a_text_is_one_line_and_cut_before_its_end() -> None:
    assert with_record_id("Review\r\nand  fixes", "12", length_max=80) == "Review and fixes #12"
    assert with_record_id("Review and fixes", "12", length_max=12) == "Review… #12"
    assert with_record_id("", "12", length_max=80) == "#12"
