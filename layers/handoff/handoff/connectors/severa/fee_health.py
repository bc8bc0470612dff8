"""Whether costs of suppliers can be taken, in words: asked only where somebody wants that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from handoff.connectors.http import VendorClient
from handoff.connectors.severa.config import TITLE
from handoff.domain.errors import BrokenContract, ReconnectNeeded
from handoff.ports.live import Finding, ToolNeeds

WHERE = f"in {TITLE} (Settings, Integrations, REST API)"
AREAS = {"fees": ("fees", "/v1/projectfees"), "travels": ("other expenses", "/v1/projecttravelexpenses")}
"""What the areas are called, and a list of each."""


def fee_findings(client: VendorClient, scopes: Callable[[], str], needs: ToolNeeds) -> Sequence[Finding]:
    """The rights to read and to write; raises Unreachable and RateLimited only."""
    areas = [area for area, wanted in (("fees", needs.fees), ("travels", needs.expenses)) if wanted]
    granted = set(scopes().replace(",", " ").split()) if areas else set[str]()
    return [one for area in areas for one in _of(area, client, granted)]


def _of(area: str, client: VendorClient, granted: set[str]) -> Iterator[Finding]:
    words, path = AREAS[area]
    try:
        client.read(path, what=words, params={"rowCount": "1"})
    except (ReconnectNeeded, BrokenContract) as error:
        sentence = f"The credentials may not read {words}: {error.message}."
        yield Finding(f"rights_{area}", False, sentence, f"Give them the scope {area}:read {WHERE}.")
    else:
        yield Finding(f"rights_{area}", True, f"The credentials may read {words}.")
    if not granted:
        sentence = f"Whether the credentials may write {words} shows when the first one is written."
        yield Finding(f"rights_to_write_{area}", None, sentence)
    elif f"{area}:write" not in granted:
        sentence = f"The credentials lack {area}:write: costs of suppliers can't be written."
        yield Finding(f"rights_to_write_{area}", False, sentence, f"Give them this scope {WHERE}.")
    else:
        yield Finding(f"rights_to_write_{area}", True, f"The credentials may write {words}.")
