"""Visma.net ERP as an ERP: implements `ReadsFeeds`, `WritesProjectTransactions` and `WritesJournals`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from handoff.connectors.feed import feed_page
from handoff.connectors.http import VendorClient
from handoff.connectors.visma_net.config import TITLE
from handoff.connectors.visma_net.documents import JOURNALS_SHAPE, TRANSACTIONS_SHAPE, Channel
from handoff.connectors.visma_net.feeds import FEEDS
from handoff.connectors.visma_net.models import VismaBranch
from handoff.domain.errors import BrokenContract
from handoff.ports import DocumentChannel, FeedInfo, FeedPage


class VismaNetAdapter:
    """One company in Visma.net ERP; `company` is its tenant id, `now` stamps receipts."""

    def __init__(
        self, client: VendorClient, company: str, *, now: Callable[[], datetime], absence_delay: timedelta
    ) -> None:
        self._client = client
        self._transactions = Channel(TRANSACTIONS_SHAPE, client, company, now=now, absence_delay=absence_delay)
        self._journals = Channel(JOURNALS_SHAPE, client, company, now=now, absence_delay=absence_delay)

    @property
    def feeds(self) -> Sequence[FeedInfo]:
        """Periods, accounts, cost centres, items, employees, then projects."""
        return [feed.info for feed in FEEDS.values()]

    @property
    def calls(self) -> int:
        """Calls made to the API, those for tokens left out."""
        return self._client.calls

    def read(self, feed: str, *, since: datetime | None, page: str | None) -> FeedPage:
        """One page; raises Unreachable, RateLimited, ReconnectNeeded, BrokenContract."""
        return feed_page(FEEDS[feed], self._client, since=since, page=page)

    @property
    def project_transactions(self) -> DocumentChannel:
        """Documents with one line per record and cost centre."""
        return self._transactions

    @property
    def journals(self) -> DocumentChannel:
        """Documents with balanced journal lines."""
        return self._journals

    def check(self) -> str:
        """The name of the company's first branch, which proves that the sign-in works; raises as `read` does."""
        body = self._client.read("/v1/branch", what="branch")
        try:
            branches = msgspec.json.decode(body, type=list[VismaBranch], strict=False)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BrokenContract(f"{TITLE} branch answered with something else than a list", field="branch") from error
        return next((branch.name or branch.number for branch in branches), "")

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()
