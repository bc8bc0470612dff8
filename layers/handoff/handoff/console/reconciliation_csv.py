"""A reconciliation as CSV, for people who open it in a spreadsheet.

One table from the first line to the last: every row has the same columns, and `section` says what it is about.
Hours and money that are numbers stand in columns that hold nothing else.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from handoff.console.models_reconciliation import ReconciliationAnswer, SumShape
from handoff.console.values import decimal_text, instant_text
from handoff.domain.capabilities import Side
from handoff.domain.reconciliation import HOURS_UNIT

COLUMNS = ("section", "code", "subject", "records", "hours", "currency", "amount", "expected", "found")
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the machine's own code page."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula, or passes over on its way to one."""


class Separator(StrEnum):
    """What parts the columns; Excel expects what the machine's language does."""

    COMMA = "comma"
    SEMICOLON = "semicolon"


Row = Mapping[str, object]


def csv_of(account: ReconciliationAnswer, separator: Separator) -> str:
    """The account as a table; with semicolons, decimals have a comma, as in most of Europe."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    semicolon = separator is Separator.SEMICOLON
    writer = csv.writer(text, delimiter=";" if semicolon else ",")
    writer.writerow(COLUMNS)
    for row in _rows(account):
        writer.writerow([_cell(row.get(column, ""), decimal_comma=semicolon) for column in COLUMNS])
    return text.getvalue()


def _cell(value: object, *, decimal_comma: bool) -> str:
    """A number as it is, and text so that no spreadsheet runs it: what vendors' users write may be a formula."""
    text = decimal_text(value) if isinstance(value, Decimal) else str(value)
    if _NUMBER.fullmatch(text):
        return text.replace(".", ",") if decimal_comma and isinstance(value, Decimal) else text
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(account: ReconciliationAnswer) -> Iterator[Row]:
    about = {
        "integration": account.integration, "flow": account.flow, "period": account.period, "entity": account.entity,
        "currency": account.currency, "source": account.source,
        "at": instant_text(account.at), "run": account.run or "",
        "agrees": "yes" if account.agrees else "no", "differences": account.difference_count,
        "corrections": account.correction_count,
    }  # fmt: skip
    for name, value in about.items():
        yield {"section": "about", "code": name, "subject": value}
    yield from _sums("time_tool", "total", account.time_tool)
    for name, part in account.states.items():
        yield from _sums("state", name, part)
    yield from _proof(account)
    yield from _books(account)
    yield {"section": "carried", "code": "posted_elsewhere", "hours": account.posted_elsewhere}
    yield {"section": "carried", "code": "from_elsewhere", "hours": account.from_elsewhere}
    for section, listed in (("difference", account.differences), ("correction", account.corrections)):
        for found in listed:
            yield {"section": section, **found.model_dump()}


def _sums(section: str, code: str, part: SumShape) -> Iterator[Row]:
    """Hours in one row and each currency in another: a column can be added up."""
    yield {"section": section, "code": code, "records": part.records, "hours": part.hours}
    for currency, amount in part.value.items():
        yield {"section": section, "code": code, "currency": currency, "amount": amount}


def _proof(account: ReconciliationAnswer) -> Iterator[Row]:
    for part in account.proof:
        sides = {"section": "proof", "code": "difference", "expected": part.time_tool, "found": part.accounted}
        if part.unit == HOURS_UNIT:
            yield {**sides, "hours": part.difference}
        else:
            yield {**sides, "currency": part.unit, "amount": part.difference}


def _books(account: ReconciliationAnswer) -> Iterator[Row]:
    for part in account.books:
        of = {"section": "books", "code": part.kind}
        sides: Sequence[tuple[str, int, Decimal, Decimal]] = (
            ("posted", part.documents, part.hours, part.amount),
            (
                "in the time tool" if account.source == Side.ERP else "in the ERP",
                part.ledger_documents,
                part.ledger_hours,
                part.ledger_amount,
            ),
        )
        for subject, documents, hours, amount in sides:
            figures = {"records": documents, "hours": hours, "currency": part.currency, "amount": amount}
            yield {**of, "subject": subject, **figures}
        yield {**of, "subject": "reversals among those posted", "records": part.reversals}
