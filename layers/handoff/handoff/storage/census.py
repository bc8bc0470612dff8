"""What an integration remembers of its censuses: one small item a period, and one a believed problem.

    save     ─► P#flow#period     over what was there
    believe  ─► B#flow#problem    never taken back

A period's item stays under 1 KB (digests are short and stand in one text), so that writing it is one unit and
reading those of a year three or four.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice

import msgspec

from handoff.domain.periods import Period
from handoff.ports import CensusPage
from handoff.storage import tables
from handoff.storage.dynamo import Table, text
from handoff.storage.packing import content_of, document

PERIODS_MAX = 14
"""The present month, a year of older ones, and one to spare: what one request of an hourly pass reads."""


class _Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """b the digests of the buckets, joined by commas; d entries by day of the month; e problems (errors)."""

    b: str = ""
    d: tuple[int, ...] = ()
    e: tuple[str, ...] = ()


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Document)


class DynamoCensusStore:
    """The censuses of one integration of one tenant."""

    def __init__(self, table: Table, tenant_id: str, integration_id: str) -> None:
        self._table = table
        self._pk = tables.integration_pk(tenant_id, integration_id, "census")

    def load(self, flow: str) -> Mapping[Period, CensusPage]:
        """The newest periods' pages, in one request."""
        newest_first = self._table.query(self._pk, tables.census_prefix(flow), descending=True, limit=PERIODS_MAX)
        return {
            Period(tables.last_part(item["sk"]["S"])): _page_from(content_of(item["d"]))
            for item in islice(newest_first, PERIODS_MAX)
        }

    def save(self, flow: str, period: Period, page: CensusPage) -> None:
        """Writes a period's page over what was there."""
        kept = _Document(",".join(page.buckets), page.days, page.problems)
        self._table.put(
            {
                "pk": text(self._pk),
                "sk": text(tables.census_sk(flow, period)),
                "d": document(_ENCODER.encode(kept)),
            }
        )

    def believe(self, flow: str, problem_id: str) -> None:
        """Notes a person's word; saying it again changes nothing."""
        self._table.put({"pk": text(self._pk), "sk": text(tables.belief_sk(flow, problem_id))})

    def use_belief(self, flow: str, problem_id: str) -> bool:
        """Whether the problem was believed; from then on it is not any more."""
        sk = tables.belief_sk(flow, problem_id)
        if self._table.get(self._pk, sk) is None:
            return False
        self._table.delete(self._pk, sk)
        return True

    def believed(self, flow: str) -> Collection[str]:
        """The ids of all problems that were believed."""
        items = self._table.query(self._pk, tables.belief_prefix(flow))
        return frozenset(tables.last_part(item["sk"]["S"]) for item in items)


def _page_from(content: bytes) -> CensusPage:
    kept = _DECODER.decode(content)
    return CensusPage(tuple(kept.b.split(",")) if kept.b else (), kept.d, kept.e)
