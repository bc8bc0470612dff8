"""The GraphQL documents, plain texts by kind: values go into variables, and only names of fixed tables into `<…>`."""

from __future__ import annotations

import re

_PLACE = re.compile(r"<(\w+)>")
_NAME = re.compile(r"(?:block: )?[A-Za-z]+\d{0,2}|")


def filled(document: str, **names: str) -> str:
    """The document with names in its places; refuses whatever is no name."""
    for name in names.values():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name")
    return _PLACE.sub(lambda place: names[place[1]], document)
