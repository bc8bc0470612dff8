"""Invitations of one tenant; the ticket in a link is known by its SHA-256 only."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from handoff.domain.errors import InvalidInput
from handoff.domain.invitations import LIFE, Invitation
from handoff.storage import tables
from handoff.storage.dynamo import Table, number, text
from handoff.storage.hooks import digest_of
from handoff.storage.packing import content_of, document

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item

TICKET_BYTES = 32
TICKET_CHARACTERS_MAX = 100
KEPT = timedelta(days=30)
"""How long an ended invitation is still known, so that its page can say that it ended."""

_ENCODER = msgspec.json.Encoder()
_INVITATION = msgspec.json.Decoder(Invitation)


def new_ticket() -> str:
    """A random secret for a link, a browser or a way back."""
    return secrets.token_urlsafe(TICKET_BYTES)


class DynamoInvitationStore:
    """The invitations of one tenant; raises InvalidInput when made for what can't be a tenant."""

    def __init__(self, table: Table, tenant_id: str) -> None:
        self._table = table
        self._pk = tables.invitations_pk(tenant_id)

    def issue(
        self,
        kind: str,
        *,
        integration_id: str = "",
        time_tool: str = "",
        erp: str = "",
        by: str,
        at: datetime,
        make_ticket: Callable[[], str] = new_ticket,
    ) -> tuple[str, Invitation]:
        """A new ticket, which is given out this once, and its invitation; with an integration, to reconnect it."""
        ticket = make_ticket()
        made = Invitation(
            digest=digest_of(ticket),
            kind=kind,
            by=by,
            made_at=at,
            expires_at=at + LIFE,
            integration_id=integration_id,
            reconnects=bool(integration_id),
            time_tool=time_tool,
            erp=erp,
            revision=1,
        )
        self._table.insert(self._item(made))
        return ticket, made

    def find(self, ticket: str) -> Invitation | None:
        """The invitation of a ticket; None for what is no ticket of this tenant."""
        if not ticket or len(ticket) > TICKET_CHARACTERS_MAX:
            return None
        item = self._table.get(self._pk, digest_of(ticket))
        return None if item is None else _INVITATION.decode(content_of(item["d"]))

    def save(self, invitation: Invitation) -> Invitation:
        """Writes it on the revision read and returns it with the new one; raises Stale."""
        if not invitation.revision:
            raise InvalidInput("an invitation begins with issue", field="invitation")
        saved = replace(invitation, revision=invitation.revision + 1)
        self._table.replace(self._item(saved), revision=invitation.revision)
        return saved

    def _item(self, invitation: Invitation) -> Item:
        return {
            "pk": text(self._pk),
            "sk": text(invitation.digest),
            "n": number(invitation.revision),
            "expires_at": number(int((invitation.expires_at + KEPT).timestamp())),
            "d": document(_ENCODER.encode(invitation)),
        }
