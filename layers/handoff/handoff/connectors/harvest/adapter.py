"""Harvest as a time tool: implements `ReadsTimeEntries`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from handoff.connectors.feed import as_page, feed_page, one_of
from handoff.connectors.harvest.config import TITLE
from handoff.connectors.harvest.feeds import FEEDS, TIME_ENTRIES, entry_of
from handoff.connectors.harvest.models import HarvestCompany, HarvestTimeEntry, HarvestUser
from handoff.connectors.http import VendorClient
from handoff.domain.errors import BrokenContract, ReconnectNeeded
from handoff.domain.time import FetchedEntry
from handoff.ports import FeedInfo, FeedPage

PAGES_MAX = 10_000
"""20 million entries: a walk that is longer goes in circles."""
ADMINISTRATOR = "administrator"


class HarvestAdapter:
    """One Harvest account."""

    def __init__(self, client: VendorClient) -> None:
        self._client = client
        self._sees_all = False

    @property
    def feeds(self) -> Sequence[FeedInfo]:
        """Clients, people, projects, tasks, then entries."""
        return [feed.info for feed in FEEDS.values()]

    @property
    def calls(self) -> int:
        """Calls made to the API, those for tokens left out."""
        return self._client.calls

    def read(self, feed: str, *, since: datetime | None, page: str | None) -> FeedPage:
        """One page of up to 2,000 rows; raises Unreachable, RateLimited, ReconnectNeeded, BrokenContract."""
        return feed_page(FEEDS[feed], self._client, since=since, page=page)

    def entries_between(self, first: date, last: date) -> Iterator[FeedPage]:
        """Every entry with a day of work from `first` to `last`, both included; raises as `read` does."""
        days = {"from": first.isoformat(), "to": last.isoformat()}
        page: str | None = None
        for _ in range(PAGES_MAX):
            rows = TIME_ENTRIES.pull(self._client, page=page, filters=days)
            yield as_page(TIME_ENTRIES, rows)
            page = rows.next_page
            if page is None:
                return
        raise BrokenContract(f"{TITLE} {TIME_ENTRIES.name} came to no end", field=TIME_ENTRIES.name)

    def entry(self, external_id: str) -> FetchedEntry | None:
        """The entry; None when Harvest has none, which it says to an administrator only.

        To others 404 means "not visible" as well (Harvest API v2, General, errors), so the first absence is believed
        only after a look at the user's roles. Raises as `read` does.
        """
        if not external_id.isascii() or not external_id.isdigit():
            raise BrokenContract(f"{external_id[:40]} can't be the id of an entry", field=TIME_ENTRIES.name)
        body = self._client.read_one(f"{TIME_ENTRIES.path}/{external_id}", what=TIME_ENTRIES.name)
        if body is None:
            self._make_sure_of_rights()
            return None
        try:
            return entry_of(one_of(body, HarvestTimeEntry, what=TIME_ENTRIES.name))
        except ArithmeticError as error:
            text = f"{TITLE} {TIME_ENTRIES.name} {external_id} has a number out of all bounds"
            raise BrokenContract(text, field=TIME_ENTRIES.name) from error

    def check(self) -> str:
        """The company's name, once the connected user is seen to be an administrator.

        Others see only part of the hours and no rates (Harvest API v2, Users, access_roles), so they are
        refused before a connection is saved. Raises ReconnectNeeded and as `read` does.
        """
        self._make_sure_of_rights()
        return one_of(self._client.read("/v2/company", what="company"), HarvestCompany, what="company").name

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _make_sure_of_rights(self) -> None:
        if self._sees_all:
            return
        me = one_of(self._client.read("/v2/users/me", what="users/me"), HarvestUser, what="users/me")
        if ADMINISTRATOR not in (me.access_roles or ()):
            raise ReconnectNeeded(
                f"the connected {TITLE} user is no administrator and sees only part of the hours",
                code="not_administrator",
                cure="Connect the account again as an administrator.",
            )
        self._sees_all = True
