"""The one status that approval and invoicing share: numbers in v1, words in v2, and the history of its moves.

3, Invoiced, is the mark of what has been billed. Hours, expenses and trips have it twice: intern for the house, extern
for the customer's portal; `status` shows the intern one (ASSUMED).
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.timechimp.answers import Json
from sandbox.timechimp.database import Database, stamp

OPEN, PENDING, APPROVED, INVOICED, WRITTEN_OFF, REJECTED = 0, 1, 2, 3, 4, -1
WORDS: Mapping[int, str] = {
    OPEN: "Open",
    PENDING: "PendingApproval",
    APPROVED: "Approved",
    INVOICED: "Invoiced",
    WRITTEN_OFF: "WrittenOff",
    REJECTED: "Rejected",
}
BILLED = (INVOICED, WRITTEN_OFF)
INTERN, EXTERN = "statusIntern", "statusExtern"
ID_IN_HISTORY: Mapping[str, str] = {"time": "timeId", "expenses": "expenseId", "mileage": "mileageId"}


def first() -> Json:
    """The statuses of a new entry, and its empty history."""
    return {INTERN: OPEN, EXTERN: OPEN, "_history": [], "_invoiceId": None}


def move(
    database: Database,
    entity: str,
    entry: Json,
    which: str,
    status: int,
    *,
    message: str | None = None,
    by: str | None = None,
    stamped: bool = True,
) -> Json:
    """The entry with the status, whatever it had before, and a line in its history."""
    line = {
        "id": database.next_id(),
        ID_IN_HISTORY[entity]: entry["id"],
        "status": status,
        "extern": which == EXTERN,
        "message": message,
        "name": by,
        "modified": stamp(database.now()),
    }
    entry["_history"].append(line)
    return database.change(entry, {which: status}, stamped=stamped)
