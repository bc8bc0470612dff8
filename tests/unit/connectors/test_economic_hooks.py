"""What e-conomic's webhooks say, read from whatever their bodies look like."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.connectors.economic.hooks import HOOKS
from handoff.connectors.economic.vendor import VENDOR
from handoff.connectors.vendor import Hook
from handoff.domain.errors import InvalidInput
from handoff.domain.hints import Hint, HintKind


def said(hook: Hook, body: bytes) -> str:
    """The hint's subject, or the code of the refusal."""
    try:
        return hook.read(body).subject
    except InvalidInput as refusal:
        return refusal.code


DAY_BOOK, CUSTOMER, PROJECT = (HOOKS[name] for name in ("day_book_booked", "customer_updated", "project_updated"))


@pytest.mark.parametrize(
    "body",
    [
        b"book=1&from=800123&to=800131",
        b" from=800123&to=800131\r\n",
        b"BOOK=1&FROM=800123&TO=0800131",
        b'{"book": 1, "from": 800123, "to": 800131}',
        b'{"book": "1", "from": "800123", "to": "800131"}',
        b'"book=1&from=800123&to=800131"',
    ],
)
def test_a_booked_day_book_says_which_entries(body: bytes) -> None:
    """M6.4: the webhook that is set up in e-conomic."""
    assert DAY_BOOK.read(body) == Hint(HintKind.ENTRIES_BOOKED, "800123-800131")


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        (b"old=10001&new=10099", "10001>10099"),
        (b"old=10001&new=10001", "10001>10001"),
        (b"old=&new=10001", ">10001"),
        (b"old=10001&new=", "10001>"),
        (b"new=10001", ">10001"),
        (b'{"old": 10001, "new": 10099}', "10001>10099"),
        (b'{"old": "", "new": "10099"}', ">10099"),
        (b'{"old": null, "new": 10099}', ">10099"),
    ],
)
def test_an_updated_customer_or_project_says_both_numbers(body: bytes, subject: str) -> None:
    """M5.1: a number that was changed in e-conomic is noticed."""
    assert CUSTOMER.read(body) == Hint(HintKind.ERP_CUSTOMER, subject)
    assert PROJECT.read(body) == Hint(HintKind.ERP_PROJECT, subject)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b"null", b"old=&new=", b"old=[OLDNUMBER]&new=[NEWNUMBER]", b"old=abc&new=1", b"old=-1&new=2",
        b"old=0&new=0", b"old=1e3&new=", b"\xff\xfe", b'{"old": [1]}', b'{"old":', b"old=" + b"9" * 12, b"9" * 5000,
        "old=١&new=".encode(), b"&".join(b"a=1" for _ in range(50)), b"[" * 4000,
    ],
)  # fmt: skip
def test_a_body_that_says_nothing_is_refused_and_not_repeated(body: bytes) -> None:
    for hook in HOOKS.values():
        with pytest.raises(InvalidInput) as caught:
            hook.read(body)
        assert (caught.value.code, caught.value.field) == ("unreadable_hint", "body")
        assert len(str(caught.value)) < 120


@pytest.mark.parametrize("body", [b"from=9&to=8", b"from=9&to=", b"from=&to=8", b"book=1"])
def test_a_span_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        DAY_BOOK.read(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_hint_or_are_refused(body: bytes) -> None:
    for hook in HOOKS.values():
        assert set(said(hook, body)) <= set("0123456789>-") or said(hook, body) == "unreadable_hint"


@given(st.integers(1, 999_999_999), st.integers(1, 999_999_999))
def test_a_form_and_json_say_the_same(old: int, new: int) -> None:
    form, as_json = f"old={old}&new={new}".encode(), json.dumps({"new": new, "old": old}).encode()
    assert CUSTOMER.read(form) == CUSTOMER.read(as_json) == Hint(HintKind.ERP_CUSTOMER, f"{old}>{new}")


def test_every_hook_has_the_text_that_a_person_pastes() -> None:
    assert VENDOR.hooks is HOOKS
    assert {name: hook.template for name, hook in HOOKS.items()} == {
        "day_book_booked": "book=[DAYBOOKNO]&from=[FROMSERIALNO]&to=[TOSERIALNO]",
        "customer_updated": "old=[OLDNUMBER]&new=[NEWNUMBER]",
        "project_updated": "old=[OLDNUMBER]&new=[NEWNUMBER]",
    }
    assert all("web-hooks" in hook.where and hook.title for hook in HOOKS.values())
