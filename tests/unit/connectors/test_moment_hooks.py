"""A webhook's body is a hint and nothing more, whatever it looks like."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.connectors.moment.hooks import BODY_MAX, HOOKS
from handoff.connectors.moment.vendor import VENDOR
from handoff.domain.errors import InvalidInput
from handoff.domain.hints import Hint, HintKind

DOCUMENTED = {
    "event": "CREATE_NEW",
    "invoice": {
        "id": 106939080,
        "invoiceNumber": 1,
        "customer": {"id": 62788973, "customerNumber": "10001"},
        "project": {"id": 62788980, "projectNumber": "1"},
    },
}
KINDS = {
    "customers": ("customer", HintKind.CUSTOMER),
    "projects": ("project", HintKind.PROJECT),
    "invoices": ("invoice", HintKind.INVOICE),
}


def test_the_documented_body_is_a_hint_of_its_invoice() -> None:
    """M1.1: what is announced is looked at at once."""
    assert HOOKS["invoices"].read(json.dumps(DOCUMENTED).encode()) == Hint(HintKind.INVOICE, "106939080")


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("event", ["CREATE_NEW", "UPDATED", "", "æøå", None, 7, {"a": 1}])
def test_every_type_reads_its_own_object_whatever_the_event_is_called(name: str, event: Any) -> None:
    """M2.1, M2.2, M3.1, M3.2: new and changed ones alike."""
    key, kind = KINDS[name]
    body = {"event": event, key: {"id": 12, f"{key}Number": "5"}, "extra": [1]}
    assert HOOKS[name].read(json.dumps(body).encode()) == Hint(kind, "12")
    assert HOOKS[name].read(json.dumps({key: {"id": 12}}).encode()) == Hint(kind, "12")


@pytest.mark.parametrize(
    "id_", [0, -1, 1.5, "12", "12; drop", True, None, [], {}, 2**53 + 1, 10**400, float("inf"), "../1"]
)
def test_an_id_is_a_positive_whole_number_or_there_is_no_hint(id_: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        HOOKS["customers"].read(json.dumps({"customer": {"id": id_}}).encode())
    assert (caught.value.code, caught.value.field) == ("unreadable_hint", "customer")


BOMBS = [
    b"", b"null", b"[]", b"{}", b"customer=1", b"\xff\xfe\x00", b"<xml/>", b'"customer"', b'{"customer":[{"id":1}]}',
    b"[" * 60_000, b'{"customer":' * 5_000, b'{"customer":{"id":1},"a":' + b"[" * 60_000,
    b'{"customer":{"id":1}}' + b" " * BODY_MAX, b'{"project":{"customer":{"id":1}}}', b'{"customer":{"id":1}} trailing',
]  # fmt: skip


@pytest.mark.parametrize("body", BOMBS, ids=range(len(BOMBS)))
def test_a_body_in_another_shape_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(InvalidInput, match="not what Moment sends for a customer") as caught:
        HOOKS["customers"].read(body)
    assert caught.value.code == "unreadable_hint"
    assert len(caught.value.message) < 200


def code_of(name: str, body: bytes) -> str:
    try:
        hint = HOOKS[name].read(body)
    except InvalidInput as refused:
        return refused.code
    return "hint" if int(hint.subject) > 0 else "nonsense"


@given(st.binary(max_size=300), st.sampled_from(sorted(HOOKS)))
def test_any_bytes_give_a_hint_or_a_refusal_and_nothing_else(body: bytes, name: str) -> None:
    assert code_of(name, body) in ("hint", "unreadable_hint")


def test_a_hook_of_one_type_does_not_read_anothers_body() -> None:
    for name in ("customers", "projects"):
        with pytest.raises(InvalidInput):
            HOOKS[name].read(json.dumps(DOCUMENTED).encode())


def test_the_vendor_has_three_hooks_that_say_where_they_are_set_up() -> None:
    assert dict(VENDOR.hooks) == dict(HOOKS)
    assert list(HOOKS) == list(KINDS)
    assert all(hook.where.startswith("Setup, Settings, Integrations") and not hook.template for hook in HOOKS.values())
