"""An invitation: a link by which somebody without an account here connects a company's systems.

The link's ticket is known by its SHA-256 only. Whoever opens it first keeps it: the browser gets a secret of its own,
and no other one may go on.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

LIFE = timedelta(days=7)
"""How long a link can be used."""
GRANT_LIFE = timedelta(hours=1)
"""How long the way back from a vendor's page is open."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look at both sides before the first write: the run, and what the health check said of what was chosen.

    `points` are code, whether it is in order, and the sentence. `left` names proposals that a person has left as they
    are.
    """

    run_id: str
    points: tuple[tuple[str, bool | None, str], ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invitation:
    """One link, for one kind of integration, and how far its holder has come.

    `reconnects` says that `integration_id` was there before and everything of it is kept. `time_tool` and `erp` are
    the connections made so far. `grant_digest` is the SHA-256 of the one way back from a vendor's page that is open.
    `look` is the last look at both sides, by the settings as they are.
    """

    digest: str = field(repr=False)
    kind: str
    by: str
    made_at: datetime
    expires_at: datetime
    integration_id: str = ""
    reconnects: bool = False
    browser_digest: str = field(default="", repr=False)
    time_tool: str = ""
    erp: str = ""
    grant_side: str = ""
    grant_digest: str = field(default="", repr=False)
    grant_until: datetime | None = None
    settings: str = ""
    look: Look | None = None
    finished_at: datetime | None = None
    revision: int = 0

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return now < self.expires_at

    def belongs_to(self, browser_digest: str) -> bool:
        """Whether that browser opened it first."""
        return bool(self.browser_digest) and hmac.compare_digest(self.browser_digest, browser_digest)

    def bound(self, browser_digest: str) -> Invitation:
        """For that browser only."""
        return replace(self, browser_digest=browser_digest)

    def sent_away(self, side: str, digest: str, now: datetime) -> Invitation:
        """With one way back open; an earlier one is closed."""
        return replace(self, grant_side=side, grant_digest=digest, grant_until=now + GRANT_LIFE)

    def came_back(self, side: str, digest: str, now: datetime) -> bool:
        """Whether that is the way back that is open."""
        known = bool(self.grant_digest) and hmac.compare_digest(self.grant_digest, digest)
        return known and side == self.grant_side and self.grant_until is not None and now < self.grant_until

    def closed_way(self) -> Invitation:
        """With no way back open: each is used once."""
        return replace(self, grant_side="", grant_digest="", grant_until=None)

    def connection_of(self, side: str) -> str:
        """The id of the connection on that side, or nothing."""
        return self.time_tool if side == "time_tool" else self.erp

    def connected(self, side: str, connection_id: str) -> Invitation:
        """With that side connected."""
        return replace(self, time_tool=connection_id) if side == "time_tool" else replace(self, erp=connection_id)
