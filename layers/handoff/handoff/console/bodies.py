"""Bodies on the wire: JSON read without losing a digit, and written as it is."""

from __future__ import annotations

import json
from binascii import Error as NotBase64
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import Any, NoReturn

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from handoff.console.errors import HttpFault
from handoff.domain.errors import InvalidInput

to_json = partial(json.dumps, separators=(",", ":"), ensure_ascii=False)
"""An answer as text."""


def read_json(text: str) -> Any:
    """The value that a body is; raises HttpFault when it is no JSON. Numbers with a point become Decimals."""
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
        if "\\u" in text:
            to_json(value).encode()  # half a surrogate pair can be escaped in JSON but written nowhere
    except (ValueError, RecursionError) as error:  # also numbers of thousands of digits, and endless nesting
        raise _bad_json() from error
    return value


def check_body(event: BaseProxyEvent) -> None:
    """Raises HttpFault or InvalidInput unless the body, if there is one, is a JSON object.

    From then on the event says that its body is JSON, in the one spelling that Powertools knows.
    """
    try:
        text = event.decoded_body
    except (NotBase64, UnicodeDecodeError) as error:
        raise _bad_json() from error
    if text and not _is_json(event.headers.get("content-type", "")):
        raise HttpFault(
            "the body is not declared as JSON",
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            code="unsupported_media_type",
            field="Content-Type",
            cure="Send Content-Type: application/json.",
        )
    if text and not isinstance(event.json_body, dict):
        raise InvalidInput(
            "the body is not an object",
            code="invalid_body",
            field="body",
            cure="Send an object, as /openapi.json describes it.",
        )
    others = {name: value for name, value in event.headers.items() if name.lower() != "content-type"}
    event.raw_event["headers"] = {**others, "Content-Type": "application/json"}


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type in ("", "application/json")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _bad_json() -> HttpFault:
    return HttpFault(
        "the body is no JSON",
        status=HTTPStatus.BAD_REQUEST,
        code="bad_json",
        field="body",
        cure="Send a JSON object in UTF-8, as /openapi.json describes it.",
    )
