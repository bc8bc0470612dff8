"""The one place where transport faults and HTTP statuses become domain errors.

A read can be repeated, so whatever went wrong on the wire means `Unreachable`. A write cannot: only what
surely was not sent is `Unreachable`, everything else is `DeliveryUnknown`. Nothing is retried here but one
re-send after a token was refused, which is safe for writes too: a call that answered 401 wrote nothing.

Redirects are never followed and next links must stay on the vendor's own origin: a token travels nowhere
else. Error bodies may be anything (a gateway answers HTML), and only one sentence of them is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from handoff.connectors.keys import Access, FixedAccess, Keys, TokenAccess, Tokens
from handoff.connectors.sentences import SENTENCE_MAX, json_sentence, tidy
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

USER_AGENT = "Handoff (support@handoff.example)"
RETRY_AFTER_SECONDS = 15
"""The wait when a vendor asks for one without saying how long; Harvest counts in windows of 15 seconds."""
RETRY_AFTER_MAX = 3600
MEGABYTE = 1024 * 1024
ANSWER_MAX = 32 * MEGABYTE
"""Bytes of an answer that are read, unpacked: beyond any list or PDF, and far below what a function has."""
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# Below what a function has in all (60 s); an answer that takes longer is looked up later.
TIMEOUT = httpx.Timeout(connect=5.0, read=25.0, write=25.0, pool=5.0)
UNPACKED = (b"content-encoding", b"content-length", b"transfer-encoding")
"""Headers of a body as it travelled."""
JSON = {"Content-Type": "application/json"}
_DEFAULT_PORTS = {"http": 80, "https": 443}

OK, REQUEST_TIMEOUT, TOO_MANY, SERVER_ERROR = 200, 408, 429, 500
UNAUTHORISED, FORBIDDEN, NOT_FOUND = 401, 403, 404


def _never(_: str) -> bool:
    return False


def _no_code(_: bytes, __: int) -> str | None:
    return None


def _not_known(_: bytes, __: int) -> HandoffError | None:
    return None


def _at_once() -> None:
    return


@dataclass(frozen=True, slots=True)
class VendorProfile:
    """What is particular to one vendor: `title` for messages, headers beside the token.

    `refuses_access` tells from an error body that the account itself is closed to us although the status
    says something else; `reconnect_cure` what mends a refused token there. `sentence` finds what an error body
    says to people, `refusal_code` what kind of no the body and the status of a refused write are. `known_refusal` is
    the error for a refusal that means the same on every call, reads too. `retry_after_seconds` is the wait where the
    vendor asks for one without saying how long.
    """

    title: str
    base_url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    refuses_access: Callable[[str], bool] = _never
    reconnect_cure: str | None = None
    sentence: Callable[[bytes], str] = json_sentence
    refusal_code: Callable[[bytes, int], str | None] = _no_code
    known_refusal: Callable[[bytes, int], HandoffError | None] = _not_known
    retry_after_seconds: int = RETRY_AFTER_SECONDS


@dataclass(frozen=True, slots=True)
class Read:
    """The answer to a GET; some vendors say in a header where a list goes on."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """The answer to a write that the vendor took, or refused with a status that the caller asked to see.

    `sentence` is what the vendor says of a refusal.
    """

    status: int
    location: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""


def open_http(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client with kept-alive connections; `transport` stands in for the network in tests.

    Proxies and credentials of the environment are not used: calls carry tokens.
    """
    return httpx.Client(
        transport=transport,
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
    )


class VendorClient:
    """Authorised calls to one account at one vendor; `calls` counts them, re-sent ones too.

    `pace` comes back when the next call may be sent.
    """

    def __init__(
        self,
        profile: VendorProfile,
        access: FixedAccess | Tokens,
        http: httpx.Client,
        *,
        pace: Callable[[], None] = _at_once,
    ) -> None:
        self._profile = profile
        self._access: Access = access if isinstance(access, FixedAccess) else TokenAccess(access)
        self._secrets: tuple[Secret, ...] = ()
        self._http = http
        self._pace = pace
        self._base = httpx.URL(profile.base_url.rstrip("/"))
        self.calls = 0

    def read(self, address: str, *, what: str, params: Mapping[str, str] | None = None) -> bytes:
        """The body of a GET of a path or a next link; `what` names the feed in errors.

        Raises Unreachable, RateLimited, ReconnectNeeded (401, 403, 404), BrokenContract, or the vendor's known refusal.
        """
        return self.read_page(address, what=what, params=params).body

    def read_page(self, address: str, *, what: str, params: Mapping[str, str | Sequence[str]] | None = None) -> Read:
        """The body of a GET and the headers beside it; raises as `read` does."""
        url = self._url(address, what)
        response = self._authorised(lambda: self._http.build_request("GET", url, params=params), what, write=False)
        if response.status_code == OK:
            return Read(response.content, response.headers)
        raise self._read_refusal(response, what)

    def read_one(self, path: str, *, what: str, headers: Mapping[str, str] | None = None) -> bytes | None:
        """The body of a GET of a single object; None when the vendor says that there is none (404).

        Raises as `read` does otherwise: 401 and 403 are never an absence.
        """
        url = self._url(path, what)
        response = self._authorised(lambda: self._http.build_request("GET", url, headers=headers), what, write=False)
        if response.status_code == OK:
            return response.content
        if response.status_code == NOT_FOUND and self._either_refusal(response, what) is None:
            return None
        raise self._read_refusal(response, what)

    def ask(self, path: str, body: bytes, *, what: str) -> bytes:
        """The answer to a JSON body that only asks, such as a GraphQL query; raises as `read` does."""
        url = self._url(path, what)
        response = self._authorised(
            lambda: self._http.build_request("POST", url, content=body, headers=JSON), what, write=False
        )
        if response.status_code == OK:
            return response.content
        raise self._read_refusal(response, what)

    def sayable(self, text: str) -> str:
        """What the vendor says to people in an answer that was taken: on one line, bounded, without our keys."""
        return tidy(text, self._secrets)

    def write(
        self,
        path: str,
        body: bytes | None,
        *,
        what: str,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        absent_ok: Collection[int] = (),
    ) -> Written:
        """Sends a JSON body, or none, once.

        A status in `absent_ok` (403, 404, 409 …) comes back as an answer. Raises Unreachable, RateLimited, Rejected
        (with the status), ReconnectNeeded or DeliveryUnknown.
        """
        json_type = JSON if body is not None else {}
        sent = {"content": body, "headers": {**json_type, **(headers or {})}}
        return self._written(method, path, sent, what, absent_ok)

    def upload(
        self,
        path: str,
        file_name: str,
        content: bytes,
        media_type: str,
        *,
        what: str,
        field: str = "file",
        form: Mapping[str, str] | None = None,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        absent_ok: Collection[int] = (),
    ) -> Written:
        """Sends a file as multipart form data, `form` beside it, once; answers and raises as `write` does."""
        sent = {"files": {field: (file_name, content, media_type)}, "data": form, "headers": headers}
        return self._written(method, path, sent, what, absent_ok)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def _url(self, address: str, what: str) -> httpx.URL:
        if address.startswith("/"):
            return httpx.URL(f"{self._base}{address}")
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL as error:
            raise self._broken(what, "a next link that is no address") from error
        if _origin(url) != _origin(self._base):
            raise self._broken(what, f"a next link to another host ({url.host[:SENTENCE_MAX]})")
        return url

    def _written(
        self, method: str, path: str, sent: Mapping[str, Any], what: str, absent_ok: Collection[int]
    ) -> Written:
        url = self._url(path, what)
        response = self._authorised(lambda: self._http.build_request(method, url, **sent), what, write=True)
        status, location = response.status_code, response.headers.get("Location", "")
        if response.is_success:
            return Written(status, location, response.content, response.headers)
        if status in absent_ok and self._either_refusal(response, what) is None:
            return Written(status, location, response.content, response.headers, self._sentence(response))
        raise self._write_refusal(response, what)

    def _authorised(self, build: Callable[[], httpx.Request], what: str, *, write: bool) -> httpx.Response:
        keys = self._access.current()
        response = self._send(build(), keys, write=write)
        if response.status_code != UNAUTHORISED:
            return response
        newer = self._access.renewed(keys)
        if newer is not None:
            response = self._send(build(), newer, write=write)
            if response.status_code != UNAUTHORISED:
                return response
        raise self._access_refusal(response, what)

    def _send(self, request: httpx.Request, keys: Keys, *, write: bool) -> httpx.Response:
        request.headers.update(self._profile.headers)
        request.headers.update({name: value.reveal() for name, value in keys.headers.items()})
        self._secrets = keys.secrets
        self._pace()
        self.calls += 1
        try:
            return _read_whole(self._http.send(request, stream=True))
        except NOT_SENT as error:
            raise Unreachable(f"{self._profile.title} can't be reached ({type(error).__name__})") from error
        except AnswerTooLarge as error:
            text = f"{self._profile.title} answered with more than {ANSWER_MAX // MEGABYTE} MB"
            raise (DeliveryUnknown(text) if write else BrokenContract(text)) from error
        except httpx.RequestError as error:
            text = f"{self._profile.title} gave no answer ({type(error).__name__})"
            raise (DeliveryUnknown(text) if write else Unreachable(text)) from error

    def _access_refusal(self, response: httpx.Response, what: str) -> ReconnectNeeded:
        text, code = self._said(response, what), "key_refused"
        if isinstance(self._access, TokenAccess):
            text = f"{self._profile.title} refuses the access token, a new one too ({what} answered 401)"
            code = "access_token_refused"
        return ReconnectNeeded(text, code=code, cure=self._profile.reconnect_cure, status=UNAUTHORISED)

    def _read_refusal(self, response: httpx.Response, what: str) -> HandoffError:
        status, text = response.status_code, self._said(response, what)
        if refusal := self._either_refusal(response, what):
            return refusal
        if status in (FORBIDDEN, NOT_FOUND):
            return ReconnectNeeded(text, field=what, status=status)
        if status >= SERVER_ERROR or status == REQUEST_TIMEOUT:
            return Unreachable(text)
        return BrokenContract(text, field=what)

    def _write_refusal(self, response: httpx.Response, what: str) -> HandoffError:
        status, text = response.status_code, self._said(response, what)
        if refusal := self._either_refusal(response, what):
            return refusal
        if status in (FORBIDDEN, NOT_FOUND):  # no document is at fault: the company or its address is not there
            return ReconnectNeeded(text, field=what, status=status)
        if response.is_client_error and status != REQUEST_TIMEOUT:
            code = self._profile.refusal_code(response.content, status)
            return Rejected(self._sentence(response) or text, code=code, status=status)
        return DeliveryUnknown(text)

    def _either_refusal(self, response: httpx.Response, what: str) -> HandoffError | None:
        if response.status_code == TOO_MANY:
            text = f"{self._profile.title} asks to wait ({what})"
            return too_many(response, text, self._profile.retry_after_seconds)
        if response.is_client_error and self._profile.refuses_access(response.text):
            return ReconnectNeeded(self._said(response, what), cure=self._profile.reconnect_cure)
        return self._profile.known_refusal(response.content, response.status_code) if response.is_client_error else None

    def _said(self, response: httpx.Response, what: str) -> str:
        sentence = self._sentence(response)
        return f"{self._profile.title} {what} answered {response.status_code}" + (f": {sentence}" if sentence else "")

    def _sentence(self, response: httpx.Response) -> str:
        return tidy(self._profile.sentence(response.content), self._secrets)

    def _broken(self, what: str, fault: str) -> BrokenContract:
        return BrokenContract(f"{self._profile.title} {what} gave {fault}", field=what)


def post_form(http: httpx.Client, url: str, form: Mapping[str, str], *, title: str) -> tuple[int, bytes]:
    """Status and body of a token request; only 200 and 4xx come back.

    Asking for a token again does no harm that could be avoided, so all faults are Unreachable (or
    RateLimited). No part of the body gets into an error: it may hold tokens.
    """
    return _token_answer(http, http.build_request("POST", url, data=dict(form)), title)


def post_json(http: httpx.Client, url: str, form: Mapping[str, str], *, title: str) -> tuple[int, bytes]:
    """As `post_form`, for a sign-in that takes JSON."""
    return _token_answer(http, http.build_request("POST", url, json=dict(form)), title)


def _token_answer(http: httpx.Client, request: httpx.Request, title: str) -> tuple[int, bytes]:
    try:
        response = http.send(request)
    except httpx.RequestError as error:
        raise Unreachable(f"{title}'s sign-in can't be reached ({type(error).__name__})") from error
    if response.status_code == TOO_MANY:
        raise too_many(response, f"{title}'s sign-in asks to wait")
    if response.status_code != OK and not response.is_client_error:
        raise Unreachable(f"{title}'s sign-in answered {response.status_code}")
    return response.status_code, response.content


class AnswerTooLarge(httpx.RequestError):
    """The vendor sends more than is read."""


def _read_whole(response: httpx.Response) -> httpx.Response:
    """The answer with its body; raises AnswerTooLarge before more than a little too much is in memory."""
    body = bytearray()
    try:
        for part in response.iter_bytes():
            body += part
            if len(body) > ANSWER_MAX:
                raise AnswerTooLarge("the answer is too large", request=response.request)
    finally:
        response.close()
    headers = [(name, value) for name, value in response.headers.raw if name.lower() not in UNPACKED]
    return httpx.Response(response.status_code, headers=headers, content=bytes(body), request=response.request)


def too_many(response: httpx.Response, text: str, unless_told: int = RETRY_AFTER_SECONDS) -> RateLimited:
    """A 429 with the wait the vendor asks for, in whole seconds."""
    wanted = response.headers.get("Retry-After", "")
    seconds = int(wanted) if wanted.isascii() and wanted.isdigit() else unless_told
    return RateLimited(text, retry_after=min(max(seconds, 1), RETRY_AFTER_MAX))


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or _DEFAULT_PORTS.get(url.scheme)
