"""Whether a Severa organisation can be kept the same with an ERP, in words for the person who looks after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from handoff.connectors.http import FORBIDDEN, UNAUTHORISED, VendorClient
from handoff.connectors.severa.assumed import EMAIL_KINDS, PHONE_KINDS
from handoff.connectors.severa.client import RECONNECT_CURE, decoded
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.models import SeveraChannelType, SeveraStatusType, SeveraUnit
from handoff.domain.errors import BrokenContract, ReconnectNeeded
from handoff.ports.live import Finding

A_LITTLE = {"rowCount": "1"}
WRITTEN = ("settings:write", "users:write", "customers:write", "projects:write")
REMOVES = "customers:delete"


@dataclass(frozen=True, slots=True)
class Right:
    """An area that is read, by one of its lists."""

    area: str
    words: str
    path: str

    def look(self, client: VendorClient) -> None:
        """Asks for one row; raises as reads do."""
        client.read(self.path, what=self.words, params=A_LITTLE)


RIGHTS = (
    Right("settings", "business units and products", "/v1/businessunits"),
    Right("users", "users", "/v1/users"),
    Right("customers", "customers", "/v1/customers"),
    Right("projects", "projects", "/v1/projects"),
)
HOURS_RIGHT = Right("hours", "work hours", "/v1/workhours")
"""Needed only where hours travel, which is not known here: without it nothing else is wrong."""


def company_of(client: VendorClient) -> str:
    """The name of the company that the first business unit is of; empty where none says it."""
    body = client.read("/v1/businessunits", what="business units", params=A_LITTLE)
    rows: list[SeveraUnit] = decoded(body, list[SeveraUnit], "business units")
    return next((row.company_name for row in rows if row.company_name), "")


def health(client: VendorClient, scopes: Callable[[], str]) -> Sequence[Finding]:
    """Every point, met or not; raises Unreachable and RateLimited only."""
    refused: dict[str, ReconnectNeeded] = {}
    for right in (*RIGHTS, HOURS_RIGHT):
        try:
            right.look(client)
        except ReconnectNeeded as error:
            if error.status != FORBIDDEN:
                return [_key_refused(error), *_unknown()]
            refused[right.area] = error
    findings = [Finding("key", True, "The credentials are taken.")]
    findings += [_right(right, refused.get(right.area)) for right in RIGHTS]
    findings += [_hours(refused.get(HOURS_RIGHT.area)), _writing(scopes())]
    if "settings" in refused:
        return findings + [_not_asked(code) for code in ("won_status", "channels")]
    return [*findings, _looked("won_status", lambda: _won(client)), _looked("channels", lambda: _channels(client))]


def _key_refused(error: ReconnectNeeded) -> Finding:
    return Finding("key", False, f"The credentials are refused: {error.message}.", RECONNECT_CURE)


def _unknown() -> Sequence[Finding]:
    codes = (*(f"rights_{right.area}" for right in (*RIGHTS, HOURS_RIGHT)), "rights_to_write", "won_status", "channels")
    return [_not_asked(code) for code in codes]


def _not_asked(code: str) -> Finding:
    return Finding(code, None, "This can't be found out before the credentials reach that far.")


def _right(right: Right, refusal: ReconnectNeeded | None) -> Finding:
    code = f"rights_{right.area}"
    if refusal is None:
        return Finding(code, True, f"The credentials may read {right.words}.")
    return Finding(
        code,
        False,
        f"The credentials may not read {right.words}: {refusal.message}.",
        f"Give them the scope {right.area}:read in {TITLE} (Settings, Integrations, REST API).",
    )


def _hours(refusal: ReconnectNeeded | None) -> Finding:
    found = _right(HOURS_RIGHT, refusal)
    if refusal is None:
        return found
    return replace(found, ok=None, sentence=f"{found.sentence} Without that, hours stay where they are.")


def _writing(scopes: str) -> Finding:
    granted = {one for one in scopes.replace(",", " ").split() if one}
    if not granted:
        sentence = "Whether the credentials may write shows when something is written first."
        return Finding("rights_to_write", None, sentence)
    missing = [scope for scope in WRITTEN if scope not in granted]
    if missing:
        sentence = f"The credentials lack {', '.join(missing)}: what the ERP says can't be written there."
        cure = f"Give them these scopes in {TITLE} (Settings, Integrations, REST API)."
        return Finding("rights_to_write", False, sentence, cure)
    more = "" if REMOVES in granted else f" Without {REMOVES}, addresses that the ERP no longer has stay."
    return Finding("rights_to_write", True, f"The credentials may write what is kept the same.{more}")


def _won(client: VendorClient) -> Finding:
    body = client.read("/v1/salesstatustypes", what="sales statuses", params={"salesState": "Won"})
    if decoded(body, list[SeveraStatusType], "sales statuses"):
        return Finding("won_status", True, "There is a sales status that means Won.")
    sentence = "No sales status means Won: no project, and no customer of one, goes to the ERP."
    return Finding("won_status", False, sentence, f"Make one in {TITLE} with the state Won.")


def _channels(client: VendorClient) -> Finding:
    body = client.read("/v1/communicationtypes", what="communication types", params={"rowCount": "100"})
    rows: list[SeveraChannelType] = decoded(body, list[SeveraChannelType], "communication types")
    there = {row.type for row in rows if row.is_active}
    if there & set(EMAIL_KINDS) and there & set(PHONE_KINDS):
        return Finding("channels", True, "Contact persons can have e-mail addresses and phone numbers.")
    sentence = "A communication type for e-mail or for phone is missing: contact persons can't be written."
    return Finding("channels", False, sentence, f"Make one of each in {TITLE}'s settings.")


def _looked(code: str, look: Callable[[], Finding]) -> Finding:
    """The finding, or that it can't be looked at."""
    try:
        return look()
    except (ReconnectNeeded, BrokenContract) as error:
        if error.status == UNAUTHORISED:
            return _not_asked(code)
        return Finding(code, False, f"{error.message}.", error.cure)
