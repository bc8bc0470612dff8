"""Hours as rows of Business NXT's free information, and dull postings of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from handoff.domain.periods import Period, first_day
from handoff.domain.posting import DocumentKind, Posting, ProjectLine, RecordShare
from handoff.domain.sales import RegisterChoices, UnitChoices
from handoff.ports.sales import HourRegister, KeepsHourRegister
from tests.builders import OCTOBER, a_posting, a_project_line, a_record, a_time_entry
from tests.contract.business_nxt_erp import NxtErp

TABLE = "freeInformation1"
CREATE, UPDATE, DELETE = f"{TABLE}_create", f"{TABLE}_update", f"{TABLE}_delete"
CHOICES = RegisterChoices(1, UnitChoices(department_unit=1, project_unit=2))


def a_line(name: str = "wh-1", **changes: Any) -> ProjectLine:
    """7.5 hours on a project of the stand-in, of a department that is not the project's own."""
    line = a_project_line(external_id=name, project="1001", employee="101", cost_centre="20")
    return msgspec.structs.replace(line, **{"task": "KON", "text": "Beregninger, del 1", **changes})


def hours(
    count: int = 3, *, first: int = 1, lines: Sequence[ProjectLine] | None = None, period: Period = OCTOBER
) -> Posting:
    """A posting of so many records with a line each, or of the lines."""
    day = first_day(period)
    given = [a_line(f"wh-{n}", spent_on=day) for n in range(first, first + count)] if lines is None else list(lines)
    names = list(dict.fromkeys(line.external_id for line in given))
    records = [a_record(entry=a_time_entry(external_id=name, spent_on=day.isoformat())) for name in names]
    posting = a_posting(records=records, kind=DocumentKind.HOUR_ROWS)
    return replace(
        posting,
        period=period,
        posted_on=date(day.year, day.month, 5),
        project_lines=tuple(given),
        shares=tuple(_share(name, given) for name in names),
        hours=sum([line.hours for line in given], Decimal(0)),
        amount=sum([line.amount for line in given], Decimal(0)),
    )


def turned(posting: Posting) -> Posting:
    """The posting that takes back another one."""
    lines = [
        msgspec.structs.replace(
            line, hours=-line.hours, billable_hours=-line.billable_hours, amount=-line.amount
        )
        for line in posting.project_lines
    ]  # fmt: skip
    return replace(
        posting,
        key=f"HO{posting.key[:1:-1]}",  # any other key
        reversal=True,
        project_lines=tuple(lines),
        hours=-posting.hours,
        amount=-posting.amount,
    )


def _share(name: str, lines: Sequence[ProjectLine]) -> RecordShare:
    own = [line for line in lines if line.external_id == name]
    zero = Decimal(0)
    return RecordShare(name, sum([one.hours for one in own], zero), sum([one.amount for one in own], zero))


class Hours:
    """A company, its register, and the rows that are there."""

    def __init__(self, choices: RegisterChoices = CHOICES, **options: Any) -> None:
        self.nxt = NxtErp(**options)
        self.choices = choices
        erp: KeepsHourRegister = self.nxt.erp
        self.register: HourRegister = erp.hour_register(choices)
        self.table = f"freeInformation{choices.table}"

    def rows(self) -> list[dict[str, Any]]:
        return self.nxt.people._company.rows(self.table).all()

    def records(self) -> list[str]:
        return [row["text1"] for row in self.rows()]

    def loses(self, count: int) -> None:
        """A person deletes the first rows; or they were never written."""
        for row in self.rows()[:count]:
            self.nxt.people.delete(self.table, row["pk"])

    def calls(self) -> int:
        return self.nxt.calls()
