"""Cursors: a store's page mark as callers see it, good for the very list it came from.

A caller can only hand back what was given out for the same tenant, list and filters; anything else is
refused by name instead of giving a page of something else.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import blake2b
from hmac import compare_digest

from handoff.domain.errors import InvalidInput

_CHECK_BYTES = 9
_CURSOR_MAX = 2000


def seal(mark: str | None, *scope: str) -> str | None:
    """The cursor for a mark of the list that `scope` names; None where the list ends."""
    if mark is None:
        return None
    return urlsafe_b64encode(_check(mark, scope) + mark.encode()).decode().rstrip("=")


def unseal(cursor: str | None, *scope: str) -> str | None:
    """The mark in a cursor; raises InvalidInput for one that was not given out for this list."""
    if cursor is None:
        return None
    try:
        if len(cursor) > _CURSOR_MAX:
            raise _bad_cursor()
        sealed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        mark = sealed[_CHECK_BYTES:].decode()
    except (NotBase64, UnicodeError) as error:
        raise _bad_cursor() from error
    if not compare_digest(sealed[:_CHECK_BYTES], _check(mark, scope)):
        raise _bad_cursor()
    return mark


def _check(mark: str, scope: tuple[str, ...]) -> bytes:
    return blake2b("\x00".join((*scope, mark)).encode(), digest_size=_CHECK_BYTES).digest()


def _bad_cursor() -> InvalidInput:
    return InvalidInput(
        "the cursor was not given out for this list",
        code="bad_cursor",
        field="cursor",
        cure="Use next_cursor of the page before, with the same filters; without a cursor the list starts anew.",
    )
