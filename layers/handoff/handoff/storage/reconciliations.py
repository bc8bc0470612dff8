"""The accounts of nightly runs: of each flow and period the newest, with a line about it that is read by itself.

    R#{flow}#{period}                    the line, and which account it is about
    V#{flow}#{period}#{digest}#{part}    the account, compressed and cut into parts

The parts are there before the line that names them, and go after nothing names them any more; a reader who came
between reads the line again. All of it is gone 400 days after it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from handoff.domain.errors import Stale
from handoff.domain.periods import Period
from handoff.domain.reconciliation import KeptReconciliation, Reconciliation, ReconciliationSummary
from handoff.storage import tables
from handoff.storage.dynamo import Table, number, text
from handoff.storage.packing import content_of, digest_of, document, joined, parts_of

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item

KEPT = timedelta(days=400)
"""As long as the runs that made them."""
ATTEMPTS_MAX = 5

_ENCODER = msgspec.json.Encoder(decimal_format="string")
_ACCOUNT = msgspec.json.Decoder(Reconciliation)
_SUMMARY = msgspec.json.Decoder(ReconciliationSummary)


class DynamoReconciliationStore:
    """The kept reconciliations of one integration of one tenant."""

    def __init__(self, table: Table, tenant_id: str, integration_id: str) -> None:
        self._table = table
        self._pk = tables.integration_pk(tenant_id, integration_id, "reconciliations")

    def save(self, kept: KeptReconciliation) -> None:
        """Keeps it in place of the one before."""
        flow, account = kept.flow, kept.account
        content = _ENCODER.encode(account)
        digest, parts = digest_of(content), parts_of(content)
        expires_at = number(int((account.at + KEPT).timestamp()))
        before = self._table.get(self._pk, tables.reconciliation_sk(flow, account.period))
        new = _accounts(flow, account.period, digest, len(parts))
        for sk, part in zip(new, parts, strict=True):
            self._table.put({"pk": text(self._pk), "sk": text(sk), "d": {"B": part}, "expires_at": expires_at})
        self._table.put(
            {
                "pk": text(self._pk),
                "sk": text(tables.reconciliation_sk(flow, account.period)),
                "g": text(digest),
                "k": number(len(parts)),
                "d": document(_ENCODER.encode(kept.summary)),
                "expires_at": expires_at,
            }
        )
        for sk in set(_accounts_of(before, flow, account.period)) - set(new):
            self._table.delete(self._pk, sk)

    def get(self, flow: str, period: Period) -> KeptReconciliation | None:
        """The newest account of a period, or None."""
        for _ in range(ATTEMPTS_MAX):
            item = self._table.get(self._pk, tables.reconciliation_sk(flow, period))
            if item is None:
                return None
            sks = _accounts_of(item, flow, period)
            parts = {part["sk"]["S"]: part["d"]["B"] for part in self._table.get_many(self._pk, sks)}
            if len(parts) == len(sks):
                account = _ACCOUNT.decode(joined([parts[sk] for sk in sks]))
                return KeptReconciliation(flow, _summary(item).run_id, account)
        raise Stale("the reconciliation is being replaced while it is read")

    def all(self) -> Sequence[ReconciliationSummary]:
        """A line about each, newest period first."""
        found = [_summary(item) for item in self._table.query(self._pk, tables.RECONCILIATIONS)]
        return sorted(found, key=lambda summary: (summary.period, summary.flow), reverse=True)


def _summary(item: Item) -> ReconciliationSummary:
    return _SUMMARY.decode(content_of(item["d"]))


def _accounts_of(item: Item | None, flow: str, period: Period) -> list[str]:
    if item is None:
        return []
    return _accounts(flow, period, item["g"]["S"], int(item["k"]["N"]))


def _accounts(flow: str, period: Period, digest: str, count: int) -> list[str]:
    return [tables.account_sk(flow, period, digest, place) for place in range(count)]
