"""Who calls the API: bearer tokens, of which the store knows the SHA-256 and never the text.

A token reads `{tenant}.{secret}`: the tenant in front says where to look, so that this key begins with its
tenant as all others do; it proves nothing. The secret has 256 random bits, so a plain hash is enough.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from handoff.domain.errors import InvalidInput
from handoff.domain.tenancy import Caller
from handoff.storage import tables
from handoff.storage.dynamo import Table, text

SECRET_BYTES = 32
TOKEN_CHARACTERS_MAX = 200
"""Longer than any token of ours: nothing longer is even hashed."""


def new_secret() -> str:
    """The random part of a token."""
    return secrets.token_urlsafe(SECRET_BYTES)


class Callers:
    """The API tokens of all tenants."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, token: str, *, now: datetime) -> Caller | None:
        """Who holds this token; None when it is unknown, has expired or is no token at all."""
        tenant_id, dot, _ = token.partition(".")
        if not dot or len(token) > TOKEN_CHARACTERS_MAX:
            return None
        try:
            pk = tables.callers_pk(tenant_id)
        except InvalidInput:
            return None
        digest = _digest(token)
        item = self._table.get(pk, digest)
        # The look-up has compared already; a compare in constant time costs nothing and does not rely on it.
        if item is None or not hmac.compare_digest(item["sk"]["S"], digest):
            return None
        if datetime.fromisoformat(item["x"]["S"]) <= now:
            return None
        return Caller(tenant_id=tenant_id, name=item["c"]["S"])

    def issue(
        self, tenant_id: str, name: str, *, expires_at: datetime, make_secret: Callable[[], str] = new_secret
    ) -> str:
        """Makes a token for somebody and gives it out, once."""
        token = f"{tables.tenant_part(tenant_id)}.{make_secret()}"
        self._table.insert(
            {
                "pk": text(tables.callers_pk(tenant_id)),
                "sk": text(_digest(token)),
                "c": text(name),
                "x": text(expires_at.isoformat()),
            }
        )
        return token

    def withdraw(self, token: str) -> None:
        """Ends a token; harmless when it is unknown."""
        tenant_id, _, _ = token.partition(".")
        self._table.delete(tables.callers_pk(tenant_id), _digest(token))


def _digest(token: str) -> str:
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
