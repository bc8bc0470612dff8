"""Whether a Moment company can be worked with: the key, the company, the rights of the key's user, the key's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from handoff.connectors.http import FORBIDDEN, UNAUTHORISED, VendorClient
from handoff.connectors.moment.client import RECONNECT_CURE
from handoff.connectors.moment.config import TITLE
from handoff.connectors.moment.feeds import OBJECTS
from handoff.domain.errors import ReconnectNeeded
from handoff.ports.live import Finding

WARN_DAYS = 60
A_LITTLE = {"page": "0", "size": "1"}
RENEW = f"Make a new key in {TITLE} (Company, API keys), or move its expiry date, and enter it here."


def look(client: VendorClient, kind: str) -> ReconnectNeeded | None:
    """Asks for one object of a kind; the refusal, or None. Raises Unreachable and RateLimited."""
    try:
        client.read(OBJECTS[kind].path, what=kind, params=A_LITTLE)
    except ReconnectNeeded as refusal:
        return refusal
    return None


def health(client: VendorClient, company: str, *, key_ends_on: date | None, today: date) -> Sequence[Finding]:
    """Every point, met or not; raises Unreachable and RateLimited only."""
    refusals: dict[str, ReconnectNeeded | None] = {}
    for kind in OBJECTS:
        refusals[kind] = look(client, kind)
        found = refusals[kind]
        if found is not None and found.status == UNAUTHORISED:  # the others would say the same
            return [_key_refused(found), *_unknown(), _end(key_ends_on, today)]
    rights = [_right(kind, refusal) for kind, refusal in refusals.items()]
    return [_key_works(refusals), _company(company, refusals), *rights, _writing(), _end(key_ends_on, today)]


def _key_works(refusals: Mapping[str, ReconnectNeeded | None]) -> Finding:
    answers = "" if None in refusals.values() else f", though {TITLE} hands out nothing for it"
    return Finding("key", True, f"The API key is taken{answers}.")


def _key_refused(refusal: ReconnectNeeded) -> Finding:
    return Finding("key", False, f"The API key is refused: {refusal.message}.", RECONNECT_CURE)


def _unknown() -> Sequence[Finding]:
    codes = ("company", *(f"rights_{kind}" for kind in OBJECTS), "rights_to_write")
    return [Finding(code, None, "This can't be found out before the key is taken.") for code in codes]


def _company(company: str, refusals: Mapping[str, ReconnectNeeded | None]) -> Finding:
    if None in refusals.values():
        return Finding("company", True, f"The company {company} is reached.")
    said = next(refusal.message for refusal in refusals.values() if refusal is not None)
    cure = "Check the company code, and that the key's user belongs to that company."
    return Finding("company", False, f"The company {company} is not reached: {said}.", cure)


def _right(kind: str, refusal: ReconnectNeeded | None) -> Finding:
    code = f"rights_{kind}"
    if refusal is None:
        return Finding(code, True, f"The key's user may read {kind}.")
    if refusal.status == FORBIDDEN:
        sentence = f"The key's user may not read {kind}: {refusal.message}."
        return Finding(code, False, sentence, f"Give the user the right to {kind} in {TITLE}.")
    return Finding(code, False, f"{kind.capitalize()} are not there: {refusal.message}.", "Check the company code.")


def _writing() -> Finding:
    sentence = "Whether the user may write project expenses and payments shows when the first one is written."
    return Finding("rights_to_write", None, sentence)


def _end(ends_on: date | None, today: date) -> Finding:
    if ends_on is None:
        sentence = f"It isn't known when the key ends, so nobody can be warned; {TITLE} doesn't say it."
        return Finding("key_end", None, sentence, "Enter the key's last day.")
    left = (ends_on - today).days
    if left < 0:
        return Finding("key_end", False, f"The key ended on {ends_on}.", RENEW)
    days = "today" if left == 0 else f"in {left} day{'s' if left > 1 else ''}"
    sentence = f"The key ends on {ends_on}, {days}."
    if left <= WARN_DAYS:  # it still works: the cure is the warning
        return Finding("key_ends_soon", True, sentence, RENEW)
    return Finding("key_end", True, sentence)
