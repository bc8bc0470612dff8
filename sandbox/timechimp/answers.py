"""How TimeChimp words its refusals.

v1 answers `{"message": …}`, as its clients read it, and names fields in `modelState`, as the framework that it is built
on does (ASSUMED). What v2 answers is not known: ASSUMED is the problem object of its framework. All texts are ASSUMED.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from sandbox.wire import Answer, Call, NotJson, Refused

Json = dict[str, Any]  # rows are as free in shape as the vendor's JSON
Texts = Mapping[str, Iterable[str]]

NOT_ALLOWED = "Authorization has been denied for this request."
NO_PACKAGE = "Your subscription does not include access to the API."
TOO_MANY = "API calls quota exceeded! maximum admitted 100 per Minute."
INVALID = "The request is invalid."


def is_v1(call: Call) -> bool:
    """Whether the call is for the host of v1: its paths begin with a version, those of v2 don't."""
    return call.path.lower().startswith(("/v1/", "/v2/"))


def refusal(status: int, message: str, fields: Texts | None = None) -> Answer:
    """A refusal as v1 words it; `for_v2` makes one of v2 of it."""
    state = {"modelState": {name: list(texts) for name, texts in fields.items()}} if fields else {}
    return Answer(status, {"message": message, **state})


def for_v2(answer: Answer) -> Answer:
    """The refusal as v2 words it; anything else as it is."""
    body = answer.body
    if answer.status < 400 or not isinstance(body, dict) or "message" not in body:
        return answer
    errors = {"errors": body["modelState"]} if "modelState" in body else {}
    problem = {"type": "about:blank", "title": body["message"], "status": answer.status, **errors}
    return Answer(answer.status, problem, {**answer.headers, "Content-Type": "application/problem+json"})


def refuse(message: str, status: int = 400, fields: Texts | None = None) -> NoReturn:
    """Ends the call with the refusal."""
    raise Refused(refusal(status, message, fields))


def missing(one: str, row_id: object) -> NoReturn:
    """Ends the call with 404: what is asked for is not there."""
    refuse(f"No {one} found with id {row_id}.", 404)


def whole_id(text: str, name: str = "id") -> int:
    """An id of the path or query. Ends the call with 400 when it is no number."""
    if text.isascii() and text.isdigit():
        return int(text)
    return refuse(INVALID, fields={name: [f"The value '{text}' is not valid for Int32."]})


def object_of(call: Call) -> Json:
    """The JSON object of a write, or the fields of a form. Ends the call with 400."""
    if (call.header("content-type") or "").startswith("application/x-www-form-urlencoded"):
        return dict(call.form())
    body = body_of(call)
    return body if isinstance(body, dict) else refuse(INVALID)


def body_of(call: Call) -> object:
    """The JSON of a write. Ends the call with 400."""
    try:
        return call.json()
    except NotJson:
        refuse(INVALID, fields={"": ["Unexpected character encountered while parsing value."]})
