"""Pasted keys open an account, are never shown, and end only by the vendor's own word."""

from __future__ import annotations

import httpx
import pytest

from handoff.connectors.http import VendorClient, VendorProfile, open_http
from handoff.connectors.keys import FixedAccess, Keys, basic_keys, header_keys
from handoff.connectors.sentences import text_sentence
from handoff.domain.errors import DeliveryUnknown, RateLimited, ReconnectNeeded, Rejected
from handoff.domain.grants import Secret
from tests.unit.connectors.vendor_fakes import BASE, Wire

KEY = Secret("k-4711-not-for-show")


class Ring:
    """Keys as stored; a person may paste others."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.loads = 0

    def load(self) -> Keys:
        self.loads += 1
        return self.keys


def a_client(wire: Wire, ring: Ring | None = None, **profile: object) -> VendorClient:
    keys = ring or Ring(basic_keys("apikey", KEY))
    return VendorClient(VendorProfile("Vendor", BASE, **profile), FixedAccess(keys.load), open_http(wire))  # type: ignore[arg-type]


def test_user_and_key_are_sent_as_basic_and_read_once() -> None:
    wire, ring = Wire(httpx.Response(200, json=[])), Ring(basic_keys("apikey", KEY))
    client = a_client(wire, ring)
    client.read("/things", what="things")
    client.read("/things", what="things")
    assert wire.sent("Authorization") == [f"Basic {httpx.BasicAuth('apikey', KEY.reveal())._auth_header[6:]}"] * 2
    assert ring.loads == 1


def test_two_secrets_go_in_headers_of_their_own() -> None:
    wire = Wire(httpx.Response(200, json=[]))
    a_client(wire, Ring(header_keys({"X-App": Secret("app"), "X-Grant": Secret("grant")}))).read("/things", what="x")
    assert (wire.sent("X-App"), wire.sent("X-Grant"), wire.sent("Authorization")) == (["app"], ["grant"], [None])


def test_a_refused_key_is_not_tried_again_and_the_vendor_is_quoted() -> None:
    wire = Wire(httpx.Response(401, text="The key has expired."))
    client = a_client(wire, sentence=text_sentence, reconnect_cure="Paste a new key.")
    with pytest.raises(ReconnectNeeded, match="things answered 401: The key has expired") as caught:
        client.read("/things", what="things")
    assert (len(wire.requests), caught.value.code, caught.value.cure) == (1, "key_refused", "Paste a new key.")


def test_a_key_that_was_pasted_meanwhile_is_used_at_once() -> None:
    ring = Ring(basic_keys("apikey", KEY))

    def refuse(_: httpx.Request) -> httpx.Response:
        ring.keys = basic_keys("apikey", Secret("new"))
        return httpx.Response(401)

    wire = Wire(refuse, httpx.Response(201))
    assert a_client(wire, ring).write("/things", b"{}", what="things").status == 201
    assert len(set(wire.sent("Authorization"))) == 2


def test_a_key_that_was_pasted_meanwhile_may_be_refused_as_well() -> None:
    ring = Ring(basic_keys("apikey", KEY))

    def refuse(_: httpx.Request) -> httpx.Response:
        ring.keys = basic_keys("apikey", Secret("new"))
        return httpx.Response(401, text="Not this one")

    wire = Wire(refuse)
    with pytest.raises(ReconnectNeeded, match="Not this one") as caught:
        a_client(wire, ring, sentence=text_sentence).read("/things", what="things")
    assert (len(wire.requests), caught.value.code, caught.value.status) == (2, "key_refused", 401)


@pytest.mark.parametrize("echo", [KEY.reveal(), httpx.BasicAuth("apikey", KEY.reveal())._auth_header])
def test_no_form_of_a_key_gets_into_an_error(echo: str) -> None:
    for status in (400, 401, 403, 500):
        client = a_client(Wire(httpx.Response(status, text=f"bad key {echo}")), sentence=text_sentence)
        with pytest.raises((Rejected, ReconnectNeeded, DeliveryUnknown), match=r"bad key") as caught:
            client.write("/things", b"{}", what="things")
        assert echo not in str(caught.value)
        assert KEY.reveal() not in str(caught.value)


def test_keys_show_nothing_of_themselves() -> None:
    assert KEY.reveal() not in repr(basic_keys("apikey", KEY))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_method_writes_with_headers_of_the_call(method: str) -> None:
    wire = Wire(httpx.Response(200, json={"id": 1}, headers={"X-Kept": "yes"}))
    body = None if method == "DELETE" else b"{}"
    written = a_client(wire).write("/things/1", body, what="things", method=method, headers={"Idempotency-Key": "a"})
    assert (wire.requests[0].method, wire.sent("Idempotency-Key")) == (method, ["a"])
    assert wire.sent("Content-Type") == [None if body is None else "application/json"]
    assert (written.body, written.headers["x-kept"]) == (b'{"id":1}', "yes")


def test_a_refusal_carries_the_status_and_the_code_that_the_vendor_says() -> None:
    answer = httpx.Response(409, json={"message": "closed", "errorCode": "E1"})
    client = a_client(Wire(answer), refusal_code=lambda body, status: "closed_period" if b"E1" in body else None)
    with pytest.raises(Rejected) as caught:
        client.write("/things", b"{}", what="things")
    assert (caught.value.status, caught.value.code, caught.value.message) == (409, "closed_period", "closed")


@pytest.mark.parametrize("status", [403, 404, 409])
def test_a_status_that_the_caller_asks_for_is_an_answer(status: int) -> None:
    client = a_client(Wire(httpx.Response(status, json={"message": "no"})))
    written = client.write("/things/1", b"{}", what="things", method="PUT", absent_ok={status})
    assert (written.status, written.sentence) == (status, "no")


def test_a_wait_is_never_taken_for_an_answer() -> None:
    with pytest.raises(RateLimited):
        a_client(Wire(httpx.Response(429))).write("/things", b"{}", what="things", absent_ok={429})


def test_a_file_is_sent_as_a_form() -> None:
    wire = Wire(httpx.Response(201, json={"id": 7}))
    written = a_client(wire).upload("/things/1/files", "a.pdf", b"%PDF-1.7", "application/pdf", what="files")
    sent = wire.requests[0]
    assert written.status == 201
    assert sent.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'name="file"; filename="a.pdf"' in sent.content
    assert b"%PDF-1.7" in sent.content


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"Plain words.", "Plain words."),
        (b'"Quoted."', "Quoted."),
        (b'{"message": "In JSON."}', "In JSON."),
        (b"<html>gateway</html>", ""),
        (b"[" * 200_000, ""),
        (b"", ""),
        (b"\xff\xfe", "��"),
    ],
)
def test_a_plain_body_is_a_sentence_and_a_page_of_html_is_none(body: bytes, sentence: str) -> None:
    assert text_sentence(body) == sentence
