"""A Visma.net ERP company with our connector in front of it, and documents that it takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from handoff.connectors.registry import open_erp
from handoff.connectors.vendor import Erp, Surroundings
from handoff.connectors.visma_net.config import VismaNetConfig
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, Posting, ProjectLine, Receipt, SharePart
from handoff.domain.reference import ReferenceObject
from handoff.domain.staged import Standing
from handoff.domain.tenancy import Connection
from handoff.ports import DocumentChannel, FeedPage
from sandbox.visma_net import COMPANY_TENANT, TOKEN_PATH, credentials, stand_in
from sandbox.wire import from_json
from tests.builders import a_posting, a_record, a_time_entry, platform_settings
from tests.unit.connectors.vendor_fakes import FakeGrantStore
from tests.unit.pipeline.planning import bound

NOON = datetime(2026, 10, 28, 11, 0, tzinfo=UTC)
OCTOBER = Period("2026-10")
BASE = "https://erp.example.test"
KINDS = (DocumentKind.PROJECT_TRANSACTIONS, DocumentKind.JOURNAL)
WRITES = {KINDS[0]: "POST /v1/projecttransaction", KINDS[1]: "POST /v2/journaltransaction"}


class Company:
    """The stand-in, the connector that talks to it, and what an accountant sees in it."""

    def __init__(self, tenant: str = COMPANY_TENANT, **options: object) -> None:
        self.now = NOON
        self.vendor = stand_in(lambda: self.now)
        if options:
            self.vendor.reset(**options)
        known = credentials(tenant)
        names = ("tenant_id", "client_id", "client_secret")
        self.config = VismaNetConfig.model_validate({name: known[name] for name in names})
        self.grants = FakeGrantStore(self.config.grant())
        self.erp = self._opened(BASE, self.vendor.transport())

    def at(self, address: str) -> Company:
        """The same company, called over a wire."""
        self.erp = self._opened(address, None)
        return self

    def _opened(self, address: str, transport: httpx.BaseTransport | None) -> Erp:
        settings = platform_settings(visma_net={"base_url": address, "token_url": address + TOKEN_PATH})
        around = Surroundings(settings, self.grants, lambda: self.now, transport)
        return open_erp(Connection("c1", "visma_net", self.config.account, "Fjordlys"), around)

    def channel(self, kind: DocumentKind) -> DocumentChannel:
        return self.erp.journals if kind is DocumentKind.JOURNAL else self.erp.project_transactions

    def all_of(self, feed: str, since: datetime | None = None) -> list[ReferenceObject]:
        pages = self.pages(feed, since)
        assert not any(page.broken for page in pages)
        return [row for page in pages for row in page.objects]

    def pages(self, feed: str, since: datetime | None = None) -> list[FeedPage]:
        pages = [self.erp.read(feed, since=since, page=None)]
        while (mark := pages[-1].next_page) is not None:
            pages.append(self.erp.read(feed, since=since, page=mark))
        return pages

    def seen(self, path: str, **query: str) -> Any:
        """What the ERP itself answers to somebody with a token."""
        token = self.grants.stored.grant.access_token.reveal()
        with httpx.Client(transport=self.vendor.transport(), base_url=BASE) as http:
            answer = http.get(path, params=query, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200, answer.text
            return from_json(answer.content)

    def do(self, path: str, **body: object) -> None:
        """Something done in the ERP's windows."""
        with httpx.Client(transport=self.vendor.transport(), base_url=BASE) as http:
            assert http.post(path, json=body).is_success

    def documents(self, kind: DocumentKind) -> int:
        company = self.vendor.vendor.company
        return len(company.batches if kind is DocumentKind.JOURNAL else company.project_transactions)


def on_p1001(line: ProjectLine) -> ProjectLine:
    return msgspec.structs.replace(line, project="P1001", task="01", employee="104")


def a_document(
    kind: DocumentKind = DocumentKind.PROJECT_TRANSACTIONS, *, first: int = 1001, records: int = 2
) -> Posting:
    """A posting that the stand-in's company takes, claimed a moment ago."""
    covered = [a_record(entry=a_time_entry(external_id=str(first + number))) for number in range(records)]
    posting = a_posting(records=covered, kind=kind)
    lines = tuple(on_p1001(line) for line in posting.project_lines)
    return replace(posting, project_lines=lines, claimed_at=NOON - timedelta(seconds=5))


def a_reversal(original: Posting, *, number: str) -> Posting:
    """Takes the whole document back, as the plan of reversals does."""
    shares = original.shares
    if original.journal_lines:
        parts = {share.external_id: (SharePart("1530", "3000", "10", share.amount),) for share in shares}
        shares = tuple(msgspec.structs.replace(share, parts=parts[share.external_id]) for share in shares)
    posted = replace(original, shares=shares, receipt=Receipt(number, "", NOON))
    standing = {ref.external_id: (Standing(posted.kind, posted.key, ref.version, ref.hash),) for ref in posted.records}
    records = [a_record(entry=a_time_entry(external_id=name, hours="4"), version=2) for name in standing]
    edited = [replace(record, standing=standing[record.external_id]) for record in records]
    (reversal,) = bound().reversals(edited, posted.kind, {posted.key: posted}).postings
    return replace(reversal, claimed_at=NOON - timedelta(seconds=5))
