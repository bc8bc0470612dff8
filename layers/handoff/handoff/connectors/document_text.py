"""How our keys and record ids travel in the texts of an ERP's documents, and are read out of them again.

A document's text ends with the posting's key, a line's text with the record's id after a `#`. Both are
put behind the text and survive its cutting; people read the text, machines its end.
"""

from __future__ import annotations

import re

_KEY = re.compile(r"(?<![A-Z0-9])HO[A-Z2-7]{16}(?![A-Z0-9])")
_RECORD_ID = re.compile(r"(?:^|\s)#(\S+)$")


def with_key(text: str, key: str, *, length_max: int) -> str:
    """One line that ends with the key; the text before it is cut to fit."""
    return _ending(text, key, length_max)


def key_in(text: str | None) -> str | None:
    """The key of ours that a document's text holds, wherever in it, or None."""
    found = _KEY.search(text or "")
    return found[0] if found else None


def with_record_id(text: str, external_id: str, *, length_max: int) -> str:
    """One line that ends with the record's id; the text before it is cut to fit."""
    return _ending(text, f"#{external_id}", length_max)


def record_id_in(text: str | None) -> str:
    """The record's id at the end of a line's text; empty without one."""
    found = _RECORD_ID.search((text or "").rstrip())
    return found[1] if found else ""


def _ending(text: str, end: str, length_max: int) -> str:
    line = " ".join(text.split())  # notes hold line breaks, the ERP's fields are one line
    room = length_max - len(end) - 1
    if len(line) > room:
        line = line[: max(room - 1, 0)].rstrip() + "…"
    return f"{line} {end}" if line else end
