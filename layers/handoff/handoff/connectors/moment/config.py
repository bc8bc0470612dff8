"""What a Moment account is connected with."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, SecretStr

from handoff.connectors.config import ConnectionConfig
from handoff.domain.grants import Grant, Secret

NAME = "moment"
TITLE = "Moment"


class MomentConfig(ConnectionConfig):
    """Moment, one company, by an API key that a person makes there."""

    company: Annotated[
        str,
        Field(
            title="Company code",
            description="Part of the browser's address when logged in to Moment.",
            pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$",
        ),
    ]
    api_key: Annotated[
        SecretStr,
        Field(
            title="API key",
            description="From Company, API keys, New key: for a user of its own and the environment Prod.",
            min_length=1,
            max_length=500,
        ),
    ]
    key_expires_on: Annotated[
        date | None,
        Field(
            title="Key's last day",
            description="The expiry date chosen for the key, at most 2 years ahead; a reminder comes 60 days before.",
        ),
    ] = None

    @property
    def account(self) -> str:
        """The company code, part of every address."""
        return self.company

    def grant(self) -> Grant:
        """The grant of this company; what was copied along with the key is cut off."""
        key = Secret(self.api_key.get_secret_value().strip())
        return Grant(vendor=NAME, account=self.company, access_token=key, key_expires_on=self.key_expires_on)
