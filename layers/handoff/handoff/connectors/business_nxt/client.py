"""Authorised GraphQL calls to one company in Business NXT.

Source: Business NXT, Authentication, Service: client credentials at Visma Connect, whose tokens belong to no company;
each document names the company by its Visma.net id. Errors: always HTTP POST; 401 is a page of HTML. Batching: an array
of at most 32 operations in one request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import httpx
import msgspec

from handoff.connectors.business_nxt.answers import (
    Answer,
    Fault,
    answers_in,
    refusal_in,
    sentence_of,
)
from handoff.connectors.business_nxt.assumed import API_PATH, SCOPE
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.feed import UNREADABLE
from handoff.connectors.http import VendorClient, VendorProfile
from handoff.connectors.oauth import OF_NO_TENANT, Clock, GrantStore, TokenEndpoint, TokenSource
from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    ReconnectNeeded,
    Rejected,
    Unreachable,
)

_AS_SENT = msgspec.json.Encoder(decimal_format="number")
"""Decimals are JSON numbers there, with the digits that they have here."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A document with its variables; the company is added."""

    document: str
    variables: Mapping[str, object]


def business_nxt_client(
    *, base_url: str, token_url: str, company_no: str, grants: GrantStore, now: Clock, http: httpx.Client
) -> NxtClient:
    """A client of the company, for the application whose grant `grants` holds."""
    tokens = TokenSource(grants, TokenEndpoint(TITLE, token_url, SCOPE, OF_NO_TENANT), http, now)
    profile = VendorProfile(
        title=TITLE,
        base_url=base_url,
        reconnect_cure="Check the application's id and secret, and that its integration with Business NXT is approved.",
        sentence=sentence_of,
    )
    return NxtClient(VendorClient(profile, tokens, http), int(company_no))


class NxtClient:
    """One company; `http` makes the calls."""

    def __init__(self, http: VendorClient, company_no: int) -> None:
        self.http = http
        self._company_no = company_no

    def ask(self, document: str, variables: Mapping[str, object], *, what: str) -> Answer:
        """The answer to a query; raises Unreachable, RateLimited, ReconnectNeeded or BrokenContract."""
        (answer,) = self.ask_each([Operation(document, variables)], what=what)
        if isinstance(answer, HandoffError):
            raise answer
        return answer

    def ask_each(self, operations: Sequence[Operation], *, what: str) -> list[Answer | HandoffError]:
        """The answers to several queries in one call, each with its own fault; raises as `ask` does for the call."""
        body = self.http.ask(API_PATH, self._body(operations), what=what)
        try:
            found = self._answers(body, len(operations))
        except UNREADABLE as error:
            raise BrokenContract(f"{TITLE} {what} answered with something else: {error}", field=what) from error
        return [_unread(refusal_in(answer, what), what) or answer for answer in found]

    def change(self, operations: Sequence[Operation], *, what: str) -> list[Answer | HandoffError]:
        """What became of several writes in one call: answers, or why none of it can be said to be done.

        Raises ReconnectNeeded.
        """
        try:
            written = self.http.write(API_PATH, self._body(operations), what=what)
            found = self._answers(written.body, len(operations))
        except ReconnectNeeded:
            raise
        except HandoffError as error:
            return [error] * len(operations)
        except UNREADABLE:
            return [DeliveryUnknown(f"{TITLE} {what} answered with something else")] * len(operations)
        results: list[Answer | HandoffError] = [_unwritten(refusal_in(answer, what)) or answer for answer in found]
        closed = next((one for one in results if isinstance(one, ReconnectNeeded)), None)
        if closed is not None and all(isinstance(one, HandoffError) for one in results):
            raise closed
        return results

    def _body(self, operations: Sequence[Operation]) -> bytes:
        bodies = [
            {"query": one.document, "variables": {"company": self._company_no, **one.variables}} for one in operations
        ]
        return _AS_SENT.encode(bodies[0] if len(bodies) == 1 else bodies)

    def _answers(self, body: bytes, count: int) -> list[Answer]:
        return [replace(one, faults=[self._sayable(fault) for fault in one.faults]) for one in answers_in(body, count)]

    def _sayable(self, fault: Fault) -> Fault:
        return replace(fault, message=self.http.sayable(fault.message))


def _unread(refusal: HandoffError | None, what: str) -> HandoffError | None:
    """A refusal of something that was only read."""
    if isinstance(refusal, DeliveryUnknown):
        return Unreachable(refusal.message)
    return BrokenContract(refusal.message, field=what) if isinstance(refusal, Rejected) else refusal


def _unwritten(refusal: HandoffError | None) -> HandoffError | None:
    """A refusal of something that was to be written: without a reason nothing is known."""
    return DeliveryUnknown(refusal.message) if isinstance(refusal, BrokenContract) else refusal
