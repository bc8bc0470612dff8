"""What a Business NXT company is connected with."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from handoff.connectors.config import ConnectionConfig, secret
from handoff.domain.grants import Grant

NAME = "business_nxt"
TITLE = "Visma Business NXT"


class BusinessNxtConfig(ConnectionConfig):
    """Visma Business NXT, one company, by a service application that the company lets in."""

    company_no: Annotated[
        str,
        Field(
            title="Visma.net company id",
            description="Number of the company at Visma.net, not its number inside Business NXT.",
            pattern=r"^[1-9]\d{0,9}$",
        ),
    ]
    client_id: Annotated[
        str,
        Field(
            title="Client id",
            description="Of the service application; the user name that a supervisor adds in Business NXT.",
            min_length=1,
        ),
    ]
    client_secret: Annotated[
        SecretStr, Field(title="Client secret", description="Of the service application.", min_length=1)
    ]

    @property
    def account(self) -> str:
        """The Visma.net company id, which every call names."""
        return self.company_no

    def grant(self) -> Grant:
        """The grant of the application; its tokens belong to no company."""
        return Grant(
            vendor=NAME,
            account=self.company_no,
            client_id=self.client_id,
            client_secret=secret(self.client_secret),
        )
