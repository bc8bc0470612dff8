"""How near two names are, as people see it: written another way, with another legal form, or one letter apart.

Pure. A digit is never a slip of the pen: *Phase 1* and *Phase 2* are two.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from handoff.accounting.mirror_rules import folded

SLIP_MIN = 5
"""Shorter names have too little in them for one letter to be a slip."""
LEGAL_FORMS = frozenset(
    {"ab", "abp", "aktiebolag", "aktiebolaget", "kb", "hb"}  # Sweden
    | {"oy", "oyj", "osakeyhtio", "ky", "ay", "tmi", "ry", "rf"}  # Finland
    | {"as", "asa", "ans", "aps", "amba", "ivs"}  # Norway, Denmark
    | {"ou", "sia", "uab", "gmbh", "ag", "bv", "nv", "ltd", "limited", "llc", "inc", "plc"}
)
_WITHIN = frozenset("./'’´`")
"""Signs within an abbreviation: `A/S` and `O.Y.` are one word each."""
_WHOLE = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l"})
"""Letters that no accent can be taken off."""


class Nearness(StrEnum):
    """How near two names are; `same` but for capitals and spaces."""

    SAME = "same"
    SPELLING = "spelling"
    LEGAL_FORM = "legal_form"
    WORD_ORDER = "word_order"
    ONE_LETTER = "one_letter"
    FAR = "far"


def nearness(one: str, another: str) -> Nearness:
    """How near they are; nothing is near to a name that says nothing."""
    ours, theirs = words_of(one), words_of(another)
    if not ours or not theirs:
        return Nearness.FAR
    if folded(one) == folded(another):
        return Nearness.SAME
    if "".join(ours) == "".join(theirs):
        return Nearness.SPELLING
    return _of_essentials(essential(ours), essential(theirs))


def _of_essentials(ours: list[str], theirs: list[str]) -> Nearness:
    whole, other = "".join(ours), "".join(theirs)
    if whole == other:
        return Nearness.LEGAL_FORM
    if sorted(ours) == sorted(theirs):
        return Nearness.WORD_ORDER
    return Nearness.ONE_LETTER if is_slip(whole, other) else Nearness.FAR


def near_keys(name: str) -> frozenset[str]:
    """What two near names have at least one of in common; names that have none in common are far from each other."""
    words = essential(words_of(name))
    whole = "".join(words)
    if not whole:
        return frozenset()
    keys = {whole, "".join(words_of(name)), " ".join(sorted(words))}
    if len(whole) >= SLIP_MIN - 1:
        keys.update(_without_one(whole))
    return frozenset(keys)


def words_of(name: str) -> list[str]:
    """The name's words without marks and accents."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_WHOLE))
    letters = (sign for sign in plain if sign not in _WITHIN and not unicodedata.combining(sign))
    return "".join(sign if sign.isalnum() else " " for sign in letters).split()


def essential(words: list[str]) -> list[str]:
    """The words without legal forms before or behind; all of them where nothing else is there."""
    first, last = 0, len(words)
    while first < last and words[last - 1] in LEGAL_FORMS:
        last -= 1
    while first < last and words[first] in LEGAL_FORMS:
        first += 1
    return words[first:last] or words


def is_slip(one: str, another: str) -> bool:
    """Whether one letter makes the difference: another one, one too many, or two that changed places."""
    short, long = sorted((one, another), key=len)
    if len(long) - len(short) > 1 or len(long) < SLIP_MIN:
        return False
    at = next((place for place in range(len(short)) if short[place] != long[place]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :] and not long[at].isdigit()
    if short[at + 1 :] == long[at + 1 :]:
        return not _a_digit(short[at], long[at])
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return swapped and not _a_digit(*short[at : at + 2])


def _a_digit(*signs: str) -> bool:
    return any(sign.isdigit() for sign in signs)


def _without_one(text: str) -> Iterator[str]:
    return (text[:place] + text[place + 1 :] for place, sign in enumerate(text) if not sign.isdigit())
