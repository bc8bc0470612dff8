"""What Business NXT's webhooks say: which row of which table of which company, without its data.

Source: Business NXT, Webhooks: one type of event, TableChange, for whatever tables the customer chose; signed with a
key that Visma's portal shows once. Nothing in a body is believed but where to look. Tables of master data lead to
nothing: what people change there is settled by the hourly pass, which would have to read both sides for each row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from handoff.connectors.business_nxt.assumed import EVENT_HEADER, SIGNATURE_HEADER
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.vendor import Hook
from handoff.domain.errors import InvalidInput
from handoff.domain.hints import Hint, HintKind
from handoff.domain.hooks import Signature

BODY_MAX = 16 * 1024
KEYS_MAX = 16
NAME_MAX = 60
INSERT, DELETE = "INSERT", "DELETE"
ORDER, ORDER_LINE, BOOKING = "order", "orderline", "customertransaction"
WHERE = (
    "Visma Developer portal → your application → Webhooks (publisher Business NXT, event TableChange), where the "
    "signature key is shown once; then, in Business NXT, Webhook subscription: the tables Order, OrderLine and "
    "CustomerTransaction of this company"
)

_Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_MAX)]


class _Change(msgspec.Struct, rename="camel"):
    """A change as it is told of; whatever else a body has is not looked at."""

    table_identifier: _Name
    company_no: Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
    event: _Name
    primary_keys: Annotated[list[dict[str, _Int64 | str]], msgspec.Meta(max_length=KEYS_MAX)]


def table_changed(body: bytes) -> Hint:
    """The order or the booking that changed, as a hint of the company it is of; raises InvalidInput."""
    if len(body) > BODY_MAX:
        raise _unreadable("it is too long")
    try:
        found: dict[str, Any] = msgspec.json.decode(body, type=dict[str, Any])
        change = msgspec.convert(_small(found), _Change)
        keys = {name: value for one in change.primary_keys for name, value in _small(one).items()}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable("it names no row of a table") from error
    return _hint(change, keys)


def _hint(change: _Change, keys: Mapping[str, int | str]) -> Hint:
    table, event, company = change.table_identifier.lower(), change.event.upper(), str(change.company_no)
    if table in (ORDER, ORDER_LINE):
        number = _number(keys, "orderNo")
        if table == ORDER and event == DELETE:
            return Hint(HintKind.ERP_ORDER_GONE, number, company)
        # Nothing has become yet of what was just entered, and ours comes back with each order that we make.
        return Hint(HintKind.NOTHING if event == INSERT else HintKind.ERP_ORDER, number, company)
    if table == BOOKING:
        return Hint(HintKind.ERP_BOOKING, f"{_number(keys, 'voucherJournalNo')}/{_number(keys, 'auditNo')}", company)
    return Hint(HintKind.NOTHING, table, company)


def _number(keys: Mapping[str, int | str], name: str) -> str:
    value = keys.get(name)
    if not isinstance(value, int) or value <= 0:
        raise _unreadable(f"it has no {name}")
    return str(value)


def _small(named: Mapping[str, Any]) -> dict[str, Any]:
    """Names as GraphQL has them: the documentation says so, its own example begins them with a capital."""
    return {name[:1].lower() + name[1:]: value for name, value in named.items()}


def _unreadable(fault: str) -> InvalidInput:
    return InvalidInput(
        f"the body is not what {TITLE} sends for a change in a table: {fault}",
        code="unreadable_hint",
        field="body",
        cure=f"Give this address in Visma's portal to webhooks of the event TableChange of {TITLE} only.",
    )


HOOKS: Mapping[str, Hook] = {
    "table_change": Hook(
        name="table_change",
        title="Table change",
        read=table_changed,
        where=WHERE,
        signature=Signature(header=SIGNATURE_HEADER, event_header=EVENT_HEADER),
    )
}
