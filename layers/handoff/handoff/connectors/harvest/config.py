"""What a Harvest account is connected with."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from handoff.connectors.config import ConnectionConfig, secret
from handoff.domain.grants import Grant

NAME = "harvest"
TITLE = "Harvest"


class HarvestConfig(ConnectionConfig):
    """Harvest, one account: by an OAuth application with a refresh token, or by a personal token."""

    account_id: Annotated[
        str,
        Field(
            title="Account id",
            description="Number of the Harvest account, shown at id.getharvest.com/developers.",
            pattern=r"^\d{1,20}$",
        ),
    ]
    client_id: Annotated[
        str, Field(title="Client id", description="Of the OAuth application; empty with a personal token.")
    ] = ""
    client_secret: Annotated[
        SecretStr, Field(title="Client secret", description="Of the OAuth application; empty with a personal token.")
    ] = SecretStr("")
    refresh_token: Annotated[
        SecretStr, Field(title="Refresh token", description="From the sign-in; replaced whenever it is used.")
    ] = SecretStr("")
    access_token: Annotated[
        SecretStr, Field(title="Personal access token", description="Of an administrator; instead of the three above.")
    ] = SecretStr("")

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        by_application = (bool(self.client_id), bool(self.client_secret), bool(self.refresh_token))
        if not any(by_application) and not self.access_token:
            raise ValueError("give client_id, client_secret and refresh_token, or access_token")
        if any(by_application) and not all(by_application):
            raise ValueError("client_id, client_secret and refresh_token go together")
        return self

    @property
    def account(self) -> str:
        """The account id, sent with every call."""
        return self.account_id

    def grant(self) -> Grant:
        """The grant of this account."""
        return Grant(
            vendor=NAME,
            account=self.account_id,
            client_id=self.client_id,
            client_secret=secret(self.client_secret),
            refresh_token=secret(self.refresh_token),
            access_token=secret(self.access_token),
        )
