"""Authorised calls to one e-conomic agreement: the REST API and the OpenAPI services, with the same two tokens.

Source: e-conomic, Authentication (headers), Conventions (`skippages` up to 1000 a page, `cursor`, `filter`),
Idempotency (a repeated key brings the first answer again for an hour, refusals too).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import httpx
import msgspec

from handoff.connectors.economic.assumed import PAGE_SIZE
from handoff.connectors.economic.config import TITLE
from handoff.connectors.economic.formats import Json, body_of, repeat_key
from handoff.connectors.economic.models import Collection, CursorPage
from handoff.connectors.economic.refusals import code_of, known_refusal, refusal_of, sentence_of
from handoff.connectors.http import FORBIDDEN, NOT_FOUND, OK, VendorClient, VendorProfile, Written
from handoff.connectors.keys import FixedAccess, Keys, header_keys
from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Unreachable,
)
from handoff.domain.grants import Secret

T = TypeVar("T")
PAGES_MAX = 1000
BAD_REQUEST, CONFLICT = 400, 409
ANSWERS = (BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT)
"""Refusals that are told apart here, by what the body says."""
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)
LOOK_AGAIN = (Unreachable, RateLimited, ReconnectNeeded, BrokenContract)
FROM_CACHE = "X-ResultFromCache"


@dataclass(frozen=True, slots=True)
class Services:
    """The OpenAPI services with their versions, as they stand in paths."""

    projects: str
    journals: str
    booked_entries: str
    documents: str


def economic_client(
    *, rest_url: str, apis_url: str, services: Services, app_secret: Secret, token: Callable[[], Secret],
    now: Callable[[], datetime], http: httpx.Client,
) -> EconomicClient:  # fmt: skip
    """A client for the agreement whose grant token `token` reads, again after a refusal."""

    def load() -> Keys:
        if not app_secret:
            raise ReconnectNeeded(
                f"our app at {TITLE} has no secret token here",
                code="app_not_configured",
                cure="This is the platform's to mend: set app_secret_token of economic in VENDOR_SECRETS.",
            )
        return header_keys({"X-AppSecretToken": app_secret, "X-AgreementGrantToken": token()})

    access = FixedAccess(load)

    def family(url: str) -> VendorClient:
        profile = VendorProfile(
            title=TITLE,
            base_url=url,
            reconnect_cure="Add our app in e-conomic again and give the new agreement token.",
            sentence=sentence_of,
            refusal_code=lambda body, _: code_of(body),
            known_refusal=known_refusal,
        )
        return VendorClient(profile, access, http)

    return EconomicClient(family(rest_url), family(apis_url), services, now)


class EconomicClient:
    """One agreement; `rest` and `apis` are its two families, `now` makes keys of writes that were refused before."""

    def __init__(self, rest: VendorClient, apis: VendorClient, services: Services, now: Callable[[], datetime]) -> None:
        self.rest = rest
        self.apis = apis
        self.services = services
        self._now = now

    @property
    def calls(self) -> int:
        """Calls made to both families."""
        return self.rest.calls + self.apis.calls

    def rest_rows(
        self, path: str, row: type[T], *, what: str, filtered: str = "", sort: str = ""
    ) -> Iterator[tuple[T, bytes]]:
        """All rows of a REST list with their own JSON, a thousand a call."""
        asked = {"filter": filtered, "sort": sort}
        params = {"pagesize": str(PAGE_SIZE), **{name: value for name, value in asked.items() if value}}
        for page in range(PAGES_MAX):
            body = self.rest.read(path, what=what, params={**params, "skippages": str(page)})
            found = decoded(body, Collection, what)
            yield from ((decoded(raw, row, what), bytes(raw)) for raw in found.collection)
            if found.pagination is None or found.pagination.next_page is None:
                return
        raise BrokenContract(f"{TITLE} {what} came to no end", field=what)

    def open_page(
        self, path: str, row: type[T], *, what: str, filtered: str, cursor: str | None = None
    ) -> tuple[list[T], str | None]:
        """A page of an OpenAPI list, and the cursor of the next one."""
        params = {"filter": filtered, **({"cursor": cursor} if cursor else {})}
        found = decoded(self.apis.read(path, what=what, params=params), CursorPage, what)
        return [decoded(raw, row, what) for raw in found.items], str(found.cursor) if found.cursor else None

    def open_rows(self, path: str, row: type[T], *, what: str, filtered: str) -> Iterator[tuple[T, bytes]]:
        """All rows of an OpenAPI list with their own JSON."""
        cursor: str | None = None
        for _ in range(PAGES_MAX):
            params = {**({"filter": filtered} if filtered else {}), **({"cursor": cursor} if cursor else {})}
            found = decoded(self.apis.read(path, what=what, params=params), CursorPage, what)
            yield from ((decoded(raw, row, what), bytes(raw)) for raw in found.items)
            if not found.cursor or not found.items or str(found.cursor) == cursor:
                return
            cursor = str(found.cursor)
        raise BrokenContract(f"{TITLE} {what} came to no end", field=what)

    def write(
        self, family: VendorClient, path: str, content: Json, *, what: str, key: str, method: str = "POST",
        answers: tuple[int, ...] = (), fresh: bool = False,
    ) -> Written:  # fmt: skip
        """Sends an object once, guarded by its key; a no raises unless its status is in `answers`.

        `fresh` takes another key for content that was sent before and whose cached answer is of no use.
        """
        body = body_of(content)

        def send(guard: str) -> Written:
            headers = {"Idempotency-Key": guard}
            return family.write(path, body, what=what, method=method, headers=headers, absent_ok=ANSWERS)

        return self._guarded(send, repeat_key(key, method, path, body), what, answers, fresh=fresh)

    def upload(
        self, family: VendorClient, path: str, file: bytes, *, what: str, key: str, form: Mapping[str, str],
        answers: tuple[int, ...] = (),
    ) -> Written:  # fmt: skip
        """Sends a PDF as a form, as `write` does."""

        def send(guard: str) -> Written:
            return family.upload(
                path, "invoice.pdf", file, "application/pdf", what=what, form=form,
                headers={"Idempotency-Key": guard}, absent_ok=ANSWERS,
            )  # fmt: skip

        return self._guarded(send, repeat_key(key, "POST", path, file), what, answers)

    def close(self) -> None:
        """Closes the connections of both families."""
        self.rest.close()

    def _guarded(
        self, send: Callable[[str], Written], guard: str, what: str, answers: tuple[int, ...], *, fresh: bool = False
    ) -> Written:
        answer = send(self._anew(guard) if fresh else guard)
        if answer.status in ANSWERS and from_cache(answer):
            # A refusal of an hour ago, which wrote nothing; what it named may be mended since.
            answer = send(self._anew(guard))
        if answer.status in ANSWERS and answer.status not in answers:
            raise refusal_of(answer, what)
        return answer

    def _anew(self, guard: str) -> str:
        return f"{guard}-{self._now():%y%m%d%H%M%S%f}"


def from_cache(answer: Written) -> bool:
    """Whether e-conomic gave the answer that it gave before to the same key."""
    return answer.headers.get(FROM_CACHE, "").lower() == "true"


def decoded(body: bytes | msgspec.Raw, wanted: type[T], what: str) -> T:
    """The body as a type; raises BrokenContract with the field that can't be read."""
    try:
        return msgspec.json.decode(body, type=wanted, strict=False)
    except UNREADABLE as error:
        raise BrokenContract(f"{TITLE} {what} can't be read: {error}", field=what) from error


def answered(answer: Written, wanted: Any, what: str) -> Any:
    """The body of a write that was taken; raises DeliveryUnknown for one that can't be read: it may have happened."""
    try:
        return msgspec.json.decode(answer.body, type=wanted, strict=False)
    except UNREADABLE as error:
        raise DeliveryUnknown(f"{TITLE} {what} answered {answer.status or OK} with something else") from error


def unsure(error: HandoffError, what: str) -> DeliveryUnknown:
    """A write that was taken but could not be read back."""
    return DeliveryUnknown(f"{TITLE} took {what}, but could not be asked for it: {error.message}")
