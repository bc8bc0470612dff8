"""What an e-conomic agreement is connected with."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from handoff.connectors.config import ConnectionConfig, secret
from handoff.domain.grants import Grant

NAME = "economic"
TITLE = "Visma e-conomic"


class EconomicConfig(ConnectionConfig):
    """Visma e-conomic, one agreement: by the token that its owner gave our app."""

    agreement_number: Annotated[
        str,
        Field(
            title="Agreement number",
            description="Number of the agreement, shown at the top right of e-conomic.",
            pattern=r"^\d{1,12}$",
        ),
    ]
    grant_token: Annotated[
        SecretStr,
        Field(
            title="Agreement token",
            description="Shown by e-conomic once our app is added; it does not expire.",
        ),
    ]
    agreement_name: Annotated[
        str, Field(title="Company", description="Name of the company, shown to people; empty is read from e-conomic.")
    ] = ""

    @field_validator("grant_token")
    @classmethod
    def _not_empty(cls, token: SecretStr) -> SecretStr:
        if not token.get_secret_value().strip():
            raise ValueError("the agreement token is empty")
        return SecretStr(token.get_secret_value().strip())

    @property
    def account(self) -> str:
        """The agreement number, which every call's answer must belong to."""
        return self.agreement_number

    def grant(self) -> Grant:
        """The agreement's grant. Our app's own secret is the platform's and is in no grant."""
        return Grant(vendor=NAME, account=self.agreement_number, access_token=secret(self.grant_token))
