"""The sentence for people in a vendor's error body, which may be anything: a gateway answers HTML."""

from __future__ import annotations

import json
from collections.abc import Iterable

from handoff.domain.grants import Secret

SENTENCE_MAX = 300
_BODY_MAX = 100_000
_SENTENCE_KEYS = ("message", "exceptionmessage", "error_description", "detail", "title", "error")


def json_sentence(body: bytes) -> str:
    """The text under one of the names that errors have in JSON; empty for anything else."""
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        return ""  # HTML or nothing: the status says it all
    if not isinstance(found, dict):
        return ""
    said = {str(key).lower(): value for key, value in found.items()}
    return next((value for key in _SENTENCE_KEYS if isinstance(value := said.get(key), str) and value.strip()), "")


def text_sentence(body: bytes) -> str:
    """A body that is itself the sentence; JSON's sentence where it is JSON, empty for a page of HTML."""
    text = body[:_BODY_MAX].decode("utf-8", errors="replace").strip()
    if not text or text[0] in "<{[":
        return json_sentence(body)
    return text.strip('"')


def tidy(text: str, secrets: Iterable[Secret]) -> str:
    """The sentence on one line, bounded, without any of the secrets that it may echo."""
    for secret in secrets:
        if secret:
            text = text.replace(secret.reveal(), "…")
    text = " ".join(text.split())
    return text if len(text) <= SENTENCE_MAX else text[: SENTENCE_MAX - 1] + "…"
