"""What telling people of failures needs: a mailer, and the memory of what was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address, as plain text and as HTML that say the same."""

    to: str
    subject: str
    text: str
    html: str


class Mailer(Protocol):
    """Sends mail from the platform's address."""

    def send(self, mail: Mail) -> None:
        """Hands it over; raises Rejected for what will never be taken, RateLimited or Unreachable for what may."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """What an integration's people were told: by cause when, and when a message was last tried."""

    causes: Mapping[str, datetime] = field(default_factory=dict)
    tried_at: datetime | None = None
    revision: int = 0


class NoticeStore(Protocol):
    """The memory of one integration's notices."""

    def load(self) -> Told:
        """What was told; nothing at first."""
        ...

    def save(self, told: Told) -> Told:
        """Stores it over the revision it was read with; raises Stale."""
        ...
