"""Keys and record ids survive every text they travel in."""

from __future__ import annotations

from handoff.connectors.document_text import key_in, record_id_in, with_record_id
from handoff.domain.posting import DocumentKind, posting_key


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
