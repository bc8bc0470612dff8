"""What a Severa organisation is connected with."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from handoff.connectors.config import ConnectionConfig
from handoff.domain.grants import Grant, Secret

NAME = "severa"
TITLE = "Visma Severa"


class SeveraConfig(ConnectionConfig):
    """Visma Severa, one organisation, by REST API credentials that a person makes there."""

    client_id: Annotated[
        str,
        Field(
            title="Client id",
            description="From Settings, Integrations, REST API, Create client credentials.",
            pattern=r"^[\x21-\x7e]{1,200}$",
        ),
    ]
    client_secret: Annotated[
        SecretStr,
        Field(
            title="Client secret",
            description="Shown once beside the client id, when the credentials are saved.",
            min_length=1,
            max_length=500,
        ),
    ]

    @property
    def account(self) -> str:
        """The client id: credentials are of one organisation, and Severa has no other name for it that people see."""
        return self.client_id

    def grant(self) -> Grant:
        """The grant of these credentials; what was copied along with the secret is cut off."""
        secret = Secret(self.client_secret.get_secret_value().strip())
        return Grant(vendor=NAME, account=self.client_id, client_id=self.client_id, client_secret=secret)
