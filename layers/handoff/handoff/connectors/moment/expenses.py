"""Expenses on Moment's projects: where they go, whether they are there, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from handoff.connectors.feed import Rows
from handoff.connectors.http import NOT_FOUND, VendorClient, Written
from handoff.connectors.moment import assumed
from handoff.connectors.moment.config import TITLE
from handoff.connectors.moment.feeds import ACTIVITIES, EXPENSES, PROJECT_LINES, attachments_of, checked_id, every_page
from handoff.connectors.moment.models import Made
from handoff.domain.costs import ProjectExpense
from handoff.domain.errors import BrokenContract, DeliveryUnknown, ReconnectNeeded, Rejected
from handoff.domain.master_data import ProjectCard

PDF_TYPE = "application/pdf"
GONE = "expense_gone"
GONE_CURE = f"It was deleted in {TITLE}: nothing is to be done unless it should be there."
NUMBERS_KEPT = timedelta(minutes=10)
MISSING_KEPT = timedelta(minutes=1)
to_json = msgspec.json.Encoder(decimal_format="number").encode
Row = TypeVar("Row")
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class ProjectNumbers:
    """Projects by number, from the whole list: no filter by number is known, and a list costs a call per 500.

    The list is kept for ten minutes, and for one when a number is missing from it.
    """

    def __init__(self, client: VendorClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._read_at: datetime | None = None
        self._known: dict[int, list[ProjectCard]] = {}
        self._broken = ""

    def find(self, number: int) -> ProjectCard | None:
        """The project; raises BrokenContract when two have the number, or an unreadable row may be it."""
        if self._is_old(NUMBERS_KEPT) or (number not in self._known and self._is_old(MISSING_KEPT)):
            self._read()
        found = self._known.get(number, [])
        if len(found) > 1:
            ids = ", ".join(sorted(card.external_id for card in found))
            raise BrokenContract(
                f"{TITLE} has several projects with the number {number} ({ids})",
                code="project_number_twice",
                field=assumed.PROJECT["number"],
                cure=f"Give each project its own number in {TITLE}.",
            )
        if not found and self._broken:
            raise BrokenContract(
                f"{TITLE} projects: {self._broken} can't be read and may be {number}", field="projects"
            )
        return found[0] if found else None

    def _is_old(self, kept: timedelta) -> bool:
        return self._read_at is None or self._now() - self._read_at >= kept

    def _read(self) -> None:
        self._known, self._broken = {}, ""
        seen: set[str] = set()
        for rows in every_page(PROJECT_LINES, self._client):
            self._broken = self._broken or (rows.broken[0].external_id if rows.broken else "")
            for card in rows.rows:
                if card.external_id not in seen and _is_number(card.number):
                    seen.add(card.external_id)
                    self._known.setdefault(int(card.number), []).append(card)
        self._read_at = self._now()


class Expenses:
    """The expenses of one company."""

    def __init__(self, client: VendorClient) -> None:
        self._client = client

    def activity(self, project_id: str, name: str) -> str:
        """The id of the open activity with that name, the oldest of several; made when there is none."""
        project, wanted = int(checked_id(project_id, "projects")), name.strip().casefold()
        alike = [
            row.id
            for rows in every_page(ACTIVITIES, self._client, {assumed.BY_PROJECT: project_id})
            for row in _sound(rows, "activities")
            if row.project_id == project
            and row.name.strip().casefold() == wanted
            and row.state != assumed.ACTIVITY_CLOSED
        ]
        if alike:
            return str(min(alike))
        body = to_json({"name": name.strip(), assumed.ACTIVITY["project_id"]: project})
        return _made(self._client.write(assumed.ACTIVITIES, body, what="activities"), "activities")

    def find(self, key: str) -> str | None:
        """The id of the expense with that key, the oldest of several.

        The filter may be ignored, so rows are compared, and a row that can't be read is no absence.
        """
        for rows in every_page(EXPENSES, self._client, {assumed.BY_KEY: key}):
            alike = [row.id for row in rows.rows if row.key == key]
            if alike:
                return str(min(alike))
            _sound(rows, "expenses")
        return None

    def add(self, expense: ProjectExpense) -> str:
        """Writes it once; raises as `VendorClient.write` does."""
        return _made(self._client.write(assumed.EXPENSES, to_json(_body_of(expense)), what="expenses"), "expenses")

    def attachments(self, expense_id: str) -> Sequence[str]:
        """The file names on an expense; raises BrokenContract with `expense_gone` when there is no such expense."""
        feed = attachments_of(checked_id(expense_id, "expenses"))
        try:
            pages = list(every_page(feed, self._client))
        except ReconnectNeeded as refusal:
            if refusal.status == NOT_FOUND and self._is_gone(expense_id):
                raise BrokenContract(_gone(expense_id), code=GONE, cure=GONE_CURE) from refusal
            raise
        return [row.file_name for rows in pages for row in _sound(rows, "attachments")]

    def attach(self, expense_id: str, file_name: str, pdf: bytes) -> None:
        """Adds a PDF; raises Rejected with `attachment_too_large` or `expense_gone`, and as writes do."""
        path = f"{assumed.EXPENSES}/{checked_id(expense_id, 'expenses')}/{assumed.ATTACHMENTS}"
        if len(pdf) > assumed.ATTACHMENT_MAX:
            size = f"{len(pdf) / 2**20:.1f} MB, and {TITLE} takes {assumed.ATTACHMENT_MAX // 2**20}"
            raise Rejected(
                f"the document has {size}", code="attachment_too_large", cure="Attach it by hand, or smaller."
            )
        part = assumed.ATTACHMENT_PART
        sent = self._client.upload(
            path, file_name, pdf, PDF_TYPE, what="attachments", field=part, absent_ok={NOT_FOUND}
        )
        if sent.status == NOT_FOUND:
            if self._is_gone(expense_id):
                raise Rejected(_gone(expense_id), code=GONE, cure=GONE_CURE, status=NOT_FOUND)
            raise ReconnectNeeded(f"{TITLE} attachments answered 404: {sent.sentence}", status=NOT_FOUND)

    def _is_gone(self, expense_id: str) -> bool:
        """Whether the expense is not there though the list of expenses is open to us."""
        self._client.read(assumed.EXPENSES, what="expenses", params={"page": "0", "size": "1"})
        return self._client.read_one(f"{assumed.EXPENSES}/{expense_id}", what="expenses") is None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _sound(rows: Rows[Row], what: str) -> Sequence[Row]:
    if rows.broken:
        row = rows.broken[0]
        text = f"{TITLE} {what} {row.external_id} can't be read ({row.field}: {row.fault})"
        raise BrokenContract(text, field=what)
    return rows.rows


def _body_of(expense: ProjectExpense) -> Mapping[str, object]:
    content: dict[str, object] = {
        "key": expense.key,
        "project_id": int(checked_id(expense.project_id, "projects")),
        "activity_id": int(checked_id(expense.activity_id, "activities")),
        "description": expense.description,
        "amount": expense.amount,
        "currency": expense.currency,
        "spent_on": expense.spent_on,
        "billable": expense.billable,
        "supplier": expense.supplier,
        "supplier_invoice": expense.supplier_invoice,
    }
    return {assumed.EXPENSE[name]: value for name, value in content.items() if value != ""}


def _made(written: Written, what: str) -> str:
    """The id of what a create made; without one it is not known what was written."""
    try:
        return str(msgspec.json.decode(written.body, type=Made, strict=False).id)
    except _UNREADABLE as error:
        last = written.location.rpartition("/")[2]
        if _is_number(last):
            return last
        raise DeliveryUnknown(f"{TITLE} {what} answered {written.status} without an id") from error


def _gone(expense_id: str) -> str:
    return f"{TITLE} has no expense {expense_id} any more"
