"""API keys: whom they let in, where, and until when (Moment, Authorization).

A key is made for an environment (`Prod`, `Sandbox`, `All`) and expires at most two years later. One key reaches every
company its user belongs to. That a refused key is answered 401 is documented; the texts are ASSUMED.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sandbox.moment.answers import BAD_KEY, EXPIRED_KEY, WRONG_ENVIRONMENT, refuse
from sandbox.moment.options import ENVIRONMENTS
from sandbox.wire import Call

USER = "apikey"
KEY_DAYS_MAX = 730


@dataclass(frozen=True)
class Credentials:
    """What a customer would hold; all invented."""

    company: str = "klitrose"
    api_key: str = "sandbox-moment-key"
    second_company: str = "klitrose-lab"  # empty; only `wide_key` reaches it
    wide_key: str = "sandbox-moment-key-of-both-companies"
    sandbox_key: str = "sandbox-moment-key-for-their-sandbox"
    expired_key: str = "sandbox-moment-key-of-long-ago"


CREDENTIALS = Credentials()


@dataclass(frozen=True)
class Key:
    """One API key. It is good through `expires_on`."""

    companies: tuple[str, ...]
    environment: str
    expires_on: date


class Keys:
    """The keys that are known."""

    def __init__(self) -> None:
        self._keys: dict[str, Key] = {}

    def start_over(self, today: date) -> None:
        """The first keys are as good as new. Keys added since stay: connections outlive a reset."""
        at_most, both = today + timedelta(days=KEY_DAYS_MAX), (CREDENTIALS.company, CREDENTIALS.second_company)
        self._keys[CREDENTIALS.api_key] = Key(both[:1], "Prod", at_most)
        self._keys[CREDENTIALS.wide_key] = Key(both, "All", at_most)
        self._keys[CREDENTIALS.sandbox_key] = Key(both[:1], "Sandbox", at_most)
        self._keys[CREDENTIALS.expired_key] = Key(both[:1], "All", today - timedelta(days=1))

    def set(
        self,
        key: str,
        *,
        expires_on: date,
        environment: str = "Prod",
        companies: Sequence[str] = (CREDENTIALS.company,),
    ) -> None:
        """Adds a key, or changes it: the expiry date can be edited. Raises ValueError."""
        if environment not in (*ENVIRONMENTS, "All"):
            raise ValueError("environment must be Prod, Sandbox or All")
        self._keys[key] = Key(tuple(companies), environment, expires_on)

    def expire_all(self, today: date) -> None:
        """All keys ran out yesterday."""
        yesterday = today - timedelta(days=1)
        self._keys = {text: replace(key, expires_on=yesterday) for text, key in self._keys.items()}

    def admit(self, call: Call, environment: str, today: date) -> tuple[str, Key]:
        """The call's key, with its text. Ends the call with 401."""
        text = _key_in(call.header("authorization") or "")
        key = self._keys.get(text) if text else None
        if text is None or key is None:
            refuse(BAD_KEY, 401)
        if key.expires_on < today:
            refuse(EXPIRED_KEY, 401)
        if key.environment not in ("All", environment):
            refuse(WRONG_ENVIRONMENT, 401)
        return text, key


def _key_in(authorization: str) -> str | None:
    """The password of Basic authorization, when the user is the one that the vendor asks for."""
    scheme, _, coded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password if user == USER else None
