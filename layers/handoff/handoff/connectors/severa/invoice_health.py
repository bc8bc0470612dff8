"""Whether invoices can be handed over, in words: asked only where somebody wants that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from handoff.connectors.http import VendorClient
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.invoice_statuses import Statuses
from handoff.domain.errors import BrokenContract, InvalidInput, ReconnectNeeded
from handoff.domain.sales import Milestone, StatusChoices
from handoff.ports.live import Finding

READ, WRITE = "invoices:read", "invoices:write"
WHERE = f"in {TITLE} (Settings, Integrations, REST API)"


def invoice_findings(client: VendorClient, scopes: Callable[[], str], choices: StatusChoices) -> Sequence[Finding]:
    """The rights, and the three statuses; raises Unreachable and RateLimited only."""
    return [_reading(client), _writing(scopes()), *_statuses(client, choices)]


def _reading(client: VendorClient) -> Finding:
    try:
        client.read("/v1/invoices", what="invoices", params={"rowCount": "1"})
    except (ReconnectNeeded, BrokenContract) as error:
        sentence = f"The credentials may not read invoices: {error.message}."
        return Finding("rights_invoices", False, sentence, f"Give them the scope {READ} {WHERE}.")
    return Finding("rights_invoices", True, "The credentials may read invoices.")


def _writing(scopes: str) -> Finding:
    granted = set(scopes.replace(",", " ").split())
    if not granted:
        sentence = "Whether the credentials may write invoices shows when the first one is told to be sent."
        return Finding("rights_to_write_invoices", None, sentence)
    if WRITE not in granted:
        sentence = f"The credentials lack {WRITE}: {TITLE} can't be told that invoices are sent and paid."
        return Finding("rights_to_write_invoices", False, sentence, f"Give them this scope {WHERE}.")
    return Finding("rights_to_write_invoices", True, "The credentials may write invoices.")


def _statuses(client: VendorClient, choices: StatusChoices) -> Iterator[Finding]:
    statuses = Statuses(client, choices)
    looks: dict[str, Callable[[], object]] = {
        "ready": statuses.check_ready,
        "sent": lambda: statuses.target(Milestone.SENT),
        "paid": lambda: statuses.target(Milestone.PAID),
    }
    for what, look in looks.items():
        try:
            look()
        except (InvalidInput, ReconnectNeeded, BrokenContract) as error:
            yield Finding(f"{what}_status", False, f"{error.message}.", error.cure)
        else:
            yield Finding(f"{what}_status", True, f"There is an invoice status that says {what}.")
