"""Authorised calls to one Severa organisation.

Source: Severa REST API, Authentication: a token for JSON with `client_id` and `client_secret`; every call has
`Authorization` and `Client_Id`. Errors are one model with a type and details; a 404 has no body, a 429 plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import msgspec

from handoff.connectors.http import VendorClient, VendorProfile, post_json
from handoff.connectors.oauth import GrantStore, TokenAnswer, TokenDialect, TokenEndpoint, TokenSource
from handoff.connectors.pacing import Pacer
from handoff.connectors.sentences import json_sentence
from handoff.connectors.severa import assumed
from handoff.connectors.severa.config import TITLE
from handoff.domain.errors import BrokenContract, DeliveryUnknown
from handoff.domain.grants import Grant

Clock = Callable[[], Any]
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
SAID_MAX = 3
RECONNECT_CURE = (
    "Make new credentials in Severa (Settings, Integrations, REST API) with every scope that the connector's page "
    "names, and connect the organisation again with them."
)


class _Token(msgspec.Struct):
    access_token: str = ""
    access_token_expires_in: int | None = None  # not `expires_in`, as others call it
    scope: str | None = None


class _Location(msgspec.Struct):
    name: str | None = None


class _Detail(msgspec.Struct):
    message: str | None = None
    location: _Location | None = None


class _Error(msgspec.Struct):
    type: str = ""
    details: list[_Detail] | None = None


class _Refusal(msgspec.Struct):
    error: _Error


_TOKEN = msgspec.json.Decoder(_Token, strict=False)
_REFUSAL = msgspec.json.Decoder(_Refusal)


def _form(grant: Grant, _: str) -> Mapping[str, str] | None:
    if not grant.client_secret:
        return None
    return {"client_id": grant.client_id, "client_secret": grant.client_secret.reveal()}


def _answer(body: bytes) -> TokenAnswer:
    found = _TOKEN.decode(body)
    return TokenAnswer(found.access_token, expires_in=found.access_token_expires_in)


def _code(body: bytes) -> str:
    """Severa's type of error, as our codes are spelled."""
    kind = _REFUSAL.decode(body).error.type
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()


DIALECT = TokenDialect(_form, post_json, _answer, _code)


def granted_scopes(base_url: str, grants: GrantStore, http: httpx.Client) -> Callable[[], str]:
    """Asks for a token and gives the scopes that come with it, empty where they are not told. Raises as reads do."""

    def ask() -> str:
        form = _form(grants.load().grant, "") or {}
        _, body = post_json(http, f"{base_url.rstrip('/')}/v1/token", form, title=TITLE)
        try:
            return _TOKEN.decode(body).scope or ""
        except UNREADABLE:
            return ""

    return ask


def severa_client(
    client_id: str, *, base_url: str, grants: GrantStore, now: Clock, http: httpx.Client, pace: Pacer
) -> VendorClient:
    """A client for the organisation whose credentials `grants` holds; nothing is read or called yet."""
    endpoint = TokenEndpoint(TITLE, f"{base_url.rstrip('/')}/v1/token", dialect=DIALECT)
    profile = VendorProfile(
        title=TITLE,
        base_url=base_url,
        headers={"Client_Id": client_id},
        refuses_access=lambda body: any(f'"{kind}"' in body for kind in assumed.CLOSED_TYPES),
        reconnect_cure=RECONNECT_CURE,
        sentence=sentence_of,
        retry_after_seconds=assumed.RETRY_AFTER_SECONDS,
    )
    return VendorClient(profile, TokenSource(grants, endpoint, http, now), http, pace=pace)


def sentence_of(body: bytes) -> str:
    """What an error says to people: its messages, each with the field that it names unless it does so itself."""
    try:
        details = _REFUSAL.decode(body).error.details or []
    except UNREADABLE:
        return json_sentence(body)
    return "; ".join(_said(one) for one in details[:SAID_MAX] if one.message)


def _said(detail: _Detail) -> str:
    name = (detail.location.name or "") if detail.location else ""
    message = detail.message or ""
    return message if name.lower() in message.lower() else f"{name}: {message}"


def decoded(body: bytes, wanted: Any, what: str) -> Any:
    """A body that was read; raises BrokenContract for one that can't be."""
    try:
        return msgspec.json.decode(body, type=wanted, strict=False)
    except UNREADABLE as error:
        raise BrokenContract(f"{TITLE} {what} can't be read: {error}", field=what) from error


def answered(body: bytes, wanted: Any, what: str) -> Any:
    """The body of a write that was taken; raises DeliveryUnknown for one that can't be read: it happened."""
    try:
        return msgspec.json.decode(body, type=wanted, strict=False)
    except UNREADABLE as error:
        raise DeliveryUnknown(f"{TITLE} took {what}, and answered with something else") from error
