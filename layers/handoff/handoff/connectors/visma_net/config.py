"""What a Visma.net ERP company is connected with."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from handoff.connectors.config import ConnectionConfig, secret
from handoff.domain.grants import Grant

NAME = "visma_net"
TITLE = "Visma.net ERP"


class VismaNetConfig(ConnectionConfig):
    """Visma.net ERP, one company, by a service application that the company has approved."""

    tenant_id: Annotated[
        str,
        Field(
            title="Company tenant id",
            description="Of the company, not of the customer: Visma Admin, Company, Edit, Configuration.",
            pattern=r"^[0-9a-fA-F-]{36}$",
        ),
    ]
    client_id: Annotated[
        str, Field(title="Client id", description="Of the service application, begins with isv_.", min_length=1)
    ]
    client_secret: Annotated[
        SecretStr, Field(title="Client secret", description="Of the service application.", min_length=1)
    ]

    @property
    def account(self) -> str:
        """The company's tenant id; a token is good for this company only."""
        return self.tenant_id

    def grant(self) -> Grant:
        """The grant of this company."""
        return Grant(
            vendor=NAME,
            account=self.tenant_id,
            client_id=self.client_id,
            client_secret=secret(self.client_secret),
        )
