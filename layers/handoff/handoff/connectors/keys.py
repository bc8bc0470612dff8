"""What opens an account at a vendor: the headers of a call, and the secrets in them that no message may hold."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from handoff.domain.grants import Secret


@dataclass(frozen=True, slots=True)
class Keys:
    """Headers to send, and every form in which a vendor might echo what is secret in them."""

    headers: Mapping[str, Secret]
    secrets: tuple[Secret, ...]


def bearer_keys(token: Secret) -> Keys:
    """An access token."""
    return Keys({"Authorization": Secret(f"Bearer {token.reveal()}")}, (token,))


def basic_keys(user: str, password: Secret) -> Keys:
    """User and password as HTTP Basic."""
    pair = base64.b64encode(f"{user}:{password.reveal()}".encode()).decode()
    return Keys({"Authorization": Secret(f"Basic {pair}")}, (Secret(pair), password))


def header_keys(headers: Mapping[str, Secret]) -> Keys:
    """Secrets that are sent as they are, each in a header of its own."""
    return Keys(headers, tuple(headers.values()))


class Tokens(Protocol):
    """Where access tokens come from."""

    def current(self) -> Secret:
        """A token to use now."""
        ...

    def renewed(self, used: Secret) -> Secret:
        """A token in place of one that was refused."""
        ...


class Access(Protocol):
    """Keys to use now, and others in place of refused ones."""

    def current(self) -> Keys:
        """Keys to use now."""
        ...

    def renewed(self, used: Keys) -> Keys | None:
        """Keys in place of refused ones; None when there are no others."""
        ...


class TokenAccess:
    """Access by tokens that are renewed."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def current(self) -> Keys:
        """The token in use."""
        return bearer_keys(self._tokens.current())

    def renewed(self, used: Keys) -> Keys | None:
        """The token in place of a refused one."""
        return bearer_keys(self._tokens.renewed(used.secrets[0]))


class FixedAccess:
    """Access by keys that a person pasted and nothing renews.

    `load` reads them from where they are kept, at the first call and after a refusal: a person may have pasted
    others since.
    """

    def __init__(self, load: Callable[[], Keys]) -> None:
        self._load = load
        self._known: Keys | None = None

    def current(self) -> Keys:
        """The keys as last read."""
        if self._known is None:
            self._known = self._load()
        return self._known

    def renewed(self, used: Keys) -> Keys | None:
        """Those that a person has pasted since; None when nobody did."""
        self._known = self._load()
        return None if self._known == used else self._known
