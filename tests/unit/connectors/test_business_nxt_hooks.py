"""A table change of Business NXT is a hint of an order or a booking, or of nothing; its content is never believed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.connectors.business_nxt.hooks import BODY_MAX, HOOKS, table_changed
from handoff.connectors.business_nxt.vendor import VENDOR
from handoff.domain.errors import InvalidInput
from handoff.domain.hints import Hint, HintKind

DOCUMENTED = {
    "tableIdentifier": "Order",
    "customerNo": 1234567,
    "companyNo": 7654321,
    "primaryKeys": [{"OrderNo": 9}],
    "event": "UPDATE",
    "timestamp": "2024-05-07T08:17:38.3221987Z",
}


def said(**other: Any) -> bytes:
    return json.dumps({**DOCUMENTED, **other}).encode()


def test_the_documented_body_is_a_hint_of_its_order_in_its_company() -> None:
    """S8.3"""
    assert table_changed(said()) == Hint(HintKind.ERP_ORDER, "9", "7654321")


@pytest.mark.parametrize(
    ("table", "event", "keys", "kind", "subject"),
    [
        ("Order", "DELETE", [{"OrderNo": 9}], HintKind.ERP_ORDER_GONE, "9"),
        ("Order", "INSERT", [{"OrderNo": 9}], HintKind.NOTHING, "9"),
        ("OrderLine", "UPDATE", [{"OrderNo": 9}, {"LineNo": 2}], HintKind.ERP_ORDER, "9"),
        ("OrderLine", "DELETE", [{"OrderNo": 9}, {"LineNo": 2}], HintKind.ERP_ORDER, "9"),
        ("orderLine", "insert", [{"orderNo": 9}, {"lineNo": 2}], HintKind.NOTHING, "9"),
        ("CustomerTransaction", "INSERT", [{"VoucherJournalNo": 12}, {"AuditNo": 3}], HintKind.ERP_BOOKING, "12/3"),
        ("CustomerTransaction", "UPDATE", [{"auditNo": 3, "voucherJournalNo": 12}], HintKind.ERP_BOOKING, "12/3"),
        ("Associate", "UPDATE", [{"AssociateNo": 4}], HintKind.NOTHING, "associate"),
        ("OrgUnit7", "UPDATE", [{"OrgUnit7No": "A-1"}], HintKind.NOTHING, "orgunit7"),
        ("Whatever", "RENAMED", [], HintKind.NOTHING, "whatever"),
    ],
)  # fmt: skip
def test_each_table_says_what_is_to_be_looked_at(
    table: str, event: str, keys: list[dict[str, Any]], kind: HintKind, subject: str
) -> None:
    """S8.3, S8.4"""
    hint = table_changed(said(tableIdentifier=table, event=event, primaryKeys=keys))
    assert hint == Hint(kind, subject, "7654321")


def test_names_are_read_with_and_without_a_capital() -> None:
    capital = {name[:1].upper() + name[1:]: value for name, value in DOCUMENTED.items()}
    assert table_changed(json.dumps(capital).encode()) == table_changed(said())
    assert table_changed(said(primaryKeys=[{"orderNo": 9}])) == table_changed(said())


@pytest.mark.parametrize("number", [0, -1, 1.5, "9", "9; drop", True, None, [], {}, 2**63, 10**400])
def test_a_number_is_a_positive_whole_one_or_there_is_no_hint(number: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        table_changed(said(primaryKeys=[{"OrderNo": number}]))
    assert (caught.value.code, caught.value.field) == ("unreadable_hint", "body")


BOMBS = [
    b"", b"null", b"[]", b"{}", b"\xff\xfe\x00", b"<xml/>", b'"Order"', b"[" * 16_000, b'{"a":' * 3_000,
    said(primaryKeys=[]), said(primaryKeys=[{}] * 17), said(primaryKeys="9"), said(companyNo=-1),
    said(companyNo="7654321"), said(tableIdentifier=""), said(tableIdentifier="x" * 61), said(event=None),
    said() + b" " * BODY_MAX, said() + b" trailing",
]  # fmt: skip


@pytest.mark.parametrize("body", BOMBS)
def test_whatever_else_comes_is_refused_and_not_repeated(body: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        table_changed(body)
    assert len(caught.value.message) < 200


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        table_changed(body)


def test_the_vendor_says_how_it_signs_and_where_its_key_is_shown() -> None:
    hook = HOOKS["table_change"]
    assert VENDOR.hooks == HOOKS
    assert hook.signature is not None
    assert (hook.signature.header, hook.signature.event_header) == ("x-vwd-signature-v1", "x-vwd-event-id")
    assert "signature key" in hook.where
