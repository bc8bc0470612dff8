"""Transport faults and statuses become domain errors in one table."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.connectors.http import ANSWER_MAX, RETRY_AFTER_MAX, USER_AGENT, open_http, post_form
from handoff.connectors.sentences import SENTENCE_MAX
from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Unreachable,
)
from handoff.domain.grants import Secret
from tests.unit.connectors.vendor_fakes import BASE, TOKEN_URL, FixedTokens, Wire, a_client

NOT_SENT = (httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("busy"))
LOST = (
    httpx.ReadError("reset"),
    httpx.ReadTimeout("slow"),
    httpx.WriteError("reset"),
    httpx.WriteTimeout("slow"),
    httpx.RemoteProtocolError("closed"),
    httpx.DecodingError("bad gzip"),
)


def read(wire: Wire) -> bytes:
    return a_client(wire).read("/v1/things", what="things")


def write(wire: Wire) -> object:
    return a_client(wire).write("/v1/things", b"{}", what="things")


def ask(wire: Wire) -> bytes:
    return a_client(wire).ask("/graphql", b"{}", what="things")


def test_a_question_that_is_posted_fails_as_a_read_does() -> None:
    for fault in (*NOT_SENT, *LOST, httpx.Response(503)):
        with pytest.raises(Unreachable):
            ask(Wire(fault))
    with pytest.raises(ReconnectNeeded):
        ask(Wire(httpx.Response(403)))
    wire = Wire(httpx.Response(200, content=b"{}"))
    assert ask(wire) == b"{}"
    assert (wire.requests[0].method, wire.sent("Content-Type")) == ("POST", ["application/json"])


def test_what_a_vendor_says_is_said_without_our_keys() -> None:
    client = a_client(Wire(httpx.Response(200)))
    client.read("/v1/things", what="things")
    assert client.sayable("token-1 is\nodd") == "… is odd"


@pytest.mark.parametrize("fault", NOT_SENT, ids=lambda fault: type(fault).__name__)
def test_what_was_not_sent_is_unreachable_for_reads_and_writes(fault: Exception) -> None:
    for call in (read, write):
        with pytest.raises(Unreachable):
            call(Wire(fault))


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: type(fault).__name__)
def test_a_lost_answer_is_unreachable_for_a_read_and_unknown_for_a_write(fault: Exception) -> None:
    with pytest.raises(Unreachable):
        read(Wire(fault))
    with pytest.raises(DeliveryUnknown):
        write(Wire(fault))


def test_an_answer_without_measure_is_not_read_to_its_end() -> None:
    """A function has little memory, and a packed answer may be a thousand times its size."""
    taken: list[int] = []

    def parts() -> Iterator[bytes]:
        for place in range(1000):
            taken.append(place)
            yield b"x" * 1024 * 1024

    with pytest.raises(BrokenContract):
        read(Wire(lambda _: httpx.Response(200, content=parts())))
    assert len(taken) * 1024 * 1024 <= ANSWER_MAX + 1024 * 1024
    with pytest.raises(DeliveryUnknown):
        write(Wire(lambda _: httpx.Response(201, content=parts())))


def test_a_packed_answer_is_measured_unpacked_and_read() -> None:
    packed = {"Content-Encoding": "gzip"}
    small, large = gzip.compress(b'{"a": 1}'), gzip.compress(b" " * (ANSWER_MAX + 1))
    assert read(Wire(httpx.Response(200, headers=packed, content=small))) == b'{"a": 1}'
    with pytest.raises(BrokenContract):
        read(Wire(lambda _: httpx.Response(200, headers=packed, stream=httpx.ByteStream(large))))


READS = {
    202: BrokenContract, 301: BrokenContract, 400: BrokenContract, 403: ReconnectNeeded, 404: ReconnectNeeded,
    408: Unreachable, 409: BrokenContract, 422: BrokenContract, 429: RateLimited, 500: Unreachable, 503: Unreachable,
}  # fmt: skip
WRITES = {
    302: DeliveryUnknown, 400: Rejected, 403: ReconnectNeeded, 404: ReconnectNeeded, 405: Rejected, 408: DeliveryUnknown,
    409: Rejected, 412: Rejected, 422: Rejected, 429: RateLimited, 500: DeliveryUnknown, 502: DeliveryUnknown,
}  # fmt: skip


@pytest.mark.parametrize(("status", "error"), READS.items())
def test_every_status_of_a_read_has_its_error(status: int, error: type[HandoffError]) -> None:
    with pytest.raises(HandoffError) as caught:
        read(Wire(httpx.Response(status, text="<html>gateway</html>")))
    assert type(caught.value) is error


@pytest.mark.parametrize(("status", "error"), WRITES.items())
def test_every_status_of_a_write_has_its_error(status: int, error: type[HandoffError]) -> None:
    with pytest.raises(HandoffError) as caught:
        write(Wire(httpx.Response(status, text="<html>gateway</html>")))
    assert type(caught.value) is error


@given(status=st.integers(300, 599).filter(lambda status: status != 401), body=st.binary(max_size=200))
def test_whatever_a_vendor_answers_becomes_one_of_ours_and_never_a_success(status: int, body: bytes) -> None:
    for call in (read, write):
        wire = Wire(httpx.Response(status, content=body))
        with pytest.raises(HandoffError) as caught:
            call(wire)
        assert len(caught.value.message) < SENTENCE_MAX + 100
        assert len(wire.requests) == 1


def test_a_closed_feed_is_named_and_a_refused_token_is_not_about_a_feed() -> None:
    with pytest.raises(ReconnectNeeded, match="things answered 403: no rights") as closed:
        read(Wire(httpx.Response(403, json={"message": "no rights"})))
    assert closed.value.field == "things"
    with pytest.raises(ReconnectNeeded) as refused:
        read(Wire(httpx.Response(401)))
    assert refused.value.field is None


@pytest.mark.parametrize("call", [read, write])
def test_a_refused_token_is_renewed_once_and_the_call_sent_once_more(call: object) -> None:
    wire = Wire(httpx.Response(401), httpx.Response(200, json=[]))
    client = a_client(wire)
    if call is read:
        assert client.read("/v1/things", what="things") == b"[]"
    else:
        assert client.write("/v1/things", b'{"a":1}', what="things").status == 200
        assert [request.content for request in wire.requests] == [b'{"a":1}', b'{"a":1}']
    assert wire.sent("Authorization") == ["Bearer token-1", "Bearer token-2"]
    assert client.calls == 2


def test_a_second_refusal_of_the_token_ends_it() -> None:
    wire = Wire(httpx.Response(401))
    with pytest.raises(ReconnectNeeded) as caught:
        write(wire)
    assert (len(wire.requests), caught.value.code) == (2, "access_token_refused")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), (None, 15), ("soon", 15), ("Wed, 21 Oct 2026 07:28:00 GMT", 15), ("0", 1), ("999999", RETRY_AFTER_MAX)],
)
def test_the_wait_a_vendor_asks_for_is_kept_within_reason(header: str | None, seconds: int) -> None:
    headers = {} if header is None else {"Retry-After": header}
    with pytest.raises(RateLimited) as caught:
        read(Wire(httpx.Response(429, headers=headers)))
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"message": "Period is closed."}, "Period is closed."),
        ({"Message": "Period\r\nis closed."}, "Period is closed."),
        ({"ExceptionMessage": "No licence."}, "No licence."),
        ({"error": "bad", "error_description": "Longer words."}, "Longer words."),
        ({"message": "x" * 1000}, "x" * (SENTENCE_MAX - 1) + "…"),
    ],
)
def test_a_refusal_carries_the_vendors_own_sentence(body: dict[str, str], sentence: str) -> None:
    with pytest.raises(Rejected) as caught:
        write(Wire(httpx.Response(400, json=body)))
    assert caught.value.message == sentence


def test_an_echoed_token_does_not_get_into_an_error() -> None:
    with pytest.raises(Rejected) as caught:
        write(Wire(httpx.Response(400, json={"message": "bad header Bearer token-1"})))
    assert "token-1" not in str(caught.value)


def test_an_answer_that_is_deeply_nested_is_no_sentence() -> None:
    with pytest.raises(Rejected, match="things answered 400"):
        write(Wire(httpx.Response(400, content=b"[" * 200_000)))


def test_a_body_that_closes_the_account_is_no_refusal_of_the_document() -> None:
    answer = httpx.Response(400, json={"ExceptionType": "IPPException", "ExceptionMessage": "No licence."})
    with pytest.raises(ReconnectNeeded, match="No licence") as caught:
        a_client(Wire(answer), refuses_access=lambda body: "IPPException" in body).write("/v1/x", b"{}", what="x")
    assert caught.value.field is None


@pytest.mark.parametrize(
    "link",
    ["https://evil.example/v1/things", "http://vendor.example/v1/things", "https://vendor.example:444/x", "ftp://", ""],
)
def test_a_next_link_to_another_origin_gets_no_token(link: str) -> None:
    wire = Wire(httpx.Response(200))
    with pytest.raises(BrokenContract):
        a_client(wire).read(link, what="things")
    assert wire.requests == []


def test_a_next_link_on_the_same_origin_is_followed_as_it_is() -> None:
    wire = Wire(httpx.Response(200, json=[]))
    a_client(wire).read(f"{BASE}:443/v2/things?cursor=a%2Bb&per_page=2000", what="things")
    assert str(wire.requests[0].url) == f"{BASE}/v2/things?cursor=a%2Bb&per_page=2000"


def test_a_redirect_is_not_followed_so_that_the_token_stays_here() -> None:
    wire = Wire(httpx.Response(302, headers={"Location": "https://evil.example/"}))
    with pytest.raises(BrokenContract):
        read(wire)
    assert len(wire.requests) == 1


def test_every_call_says_who_we_are_and_sends_the_vendors_headers() -> None:
    wire = Wire(httpx.Response(200, json=[]))
    a_client(wire, headers={"Account": "4711"}).read("/v1/things", what="things", params={"since": ">= 1"})
    assert (wire.sent("User-Agent"), wire.sent("Account")) == ([USER_AGENT], ["4711"])
    assert "@" in USER_AGENT
    assert wire.requests[0].url.query == b"since=%3E%3D+1"


def test_a_write_gives_the_location_of_what_it_made() -> None:
    wire = Wire(httpx.Response(201, headers={"Location": "https://elsewhere.example/v1/things/T1"}))
    written = a_client(wire).write("/v1/things", b"{}", what="things")
    assert (written.status, written.location) == (201, "https://elsewhere.example/v1/things/T1")
    assert wire.sent("Content-Type") == ["application/json"]


@pytest.mark.parametrize("answer", [*LOST, *NOT_SENT, httpx.Response(500), httpx.Response(302), httpx.Response(202)])
def test_a_sign_in_that_does_not_answer_is_only_unreachable(answer: httpx.Response | Exception) -> None:
    with pytest.raises(Unreachable):
        post_form(open_http(Wire(answer)), TOKEN_URL, {"a": "b"}, title="Vendor")


class NoRenewal(FixedTokens):
    """The sign-in is down."""

    def renewed(self, used: Secret) -> Secret:
        raise Unreachable("no sign-in")


def test_a_renewal_that_can_not_be_had_leaves_the_write_unsent() -> None:
    wire = Wire(httpx.Response(401))
    with pytest.raises(Unreachable):
        a_client(wire, tokens=NoRenewal()).write("/v1/things", b"{}", what="things")
    assert len(wire.requests) == 1


def test_a_404_for_a_single_object_is_an_answer_and_401_and_403_are_not() -> None:
    wire = Wire(httpx.Response(200, content=b"{}"), httpx.Response(404), httpx.Response(403), httpx.Response(401))
    client = a_client(wire)

    assert client.read_one("/v2/things/1", what="things") == b"{}"
    assert client.read_one("/v2/things/1", what="things") is None
    for _ in range(2):
        with pytest.raises(ReconnectNeeded):
            client.read_one("/v2/things/1", what="things")


def test_a_404_with_the_vendors_word_that_the_account_is_closed_is_no_absence() -> None:
    client = a_client(Wire(httpx.Response(404, text="closed")), refuses_access=lambda body: body == "closed")

    with pytest.raises(ReconnectNeeded):
        client.read_one("/v2/things/1", what="things")
