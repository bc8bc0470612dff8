"""What Moment's webhooks say has changed.

Nothing vouches for a body: there is no signature. All that is taken from it is the id under the name of the hook's
own kind of object; the event's text is not even looked at, since only one is documented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec

from handoff.connectors.moment import assumed
from handoff.connectors.moment.config import TITLE
from handoff.connectors.vendor import Hook
from handoff.domain.errors import InvalidInput
from handoff.domain.hints import Hint, HintKind

BODY_MAX = 64 * 1024
WHERE = "Setup, Settings, Integrations, New integration"


class _Named(msgspec.Struct):
    id: Annotated[int, msgspec.Meta(gt=0, le=2**53)]


def _reader(kind: HintKind, name: str) -> Callable[[bytes], Hint]:
    body_type = msgspec.defstruct("Body", [("named", _Named)], rename={"named": name})
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(body_type)

    def read(body: bytes) -> Hint:
        if len(body) > BODY_MAX:
            raise _unreadable(name, "it is too long")
        try:
            return Hint(kind, str(decoder.decode(body).named.id))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _unreadable(name, f"it has no {name} with an id") from error

    return read


def _unreadable(name: str, fault: str) -> InvalidInput:
    return InvalidInput(
        f"the body is not what {TITLE} sends for a {name}: {fault}",
        code="unreadable_hint",
        field=name,
        cure=f"Give this address in {TITLE} to the webhook of its own type only.",
    )


def _hook(name: str, title: str, kind: HintKind, key: str) -> Hook:
    return Hook(name=name, title=title, read=_reader(kind, key), where=f"{WHERE}, webhook for {title.lower()}")


HOOKS: Mapping[str, Hook] = {
    "customers": _hook("customers", "Customers", HintKind.CUSTOMER, assumed.HOOK_CUSTOMER),
    "projects": _hook("projects", "Projects", HintKind.PROJECT, assumed.HOOK_PROJECT),
    "invoices": _hook("invoices", "Invoices", HintKind.INVOICE, assumed.HOOK_INVOICE),
}
