"""What is needed to connect an account, described once per vendor: the same model validates what was
entered, gives the form its schema and the vendor's page its table."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pydantic import BaseModel, ConfigDict, SecretStr
from pydantic.fields import FieldInfo

from handoff.domain.grants import Grant, Secret


class ConnectionConfig(BaseModel, ABC):
    """One account at one vendor. Every field has a title and a description; secrets are `SecretStr`."""

    # A refused value is not repeated in the error: it may be a secret.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    @property
    @abstractmethod
    def account(self) -> str:
        """The vendor's name for the account, as `Connection` keeps it."""

    @abstractmethod
    def grant(self) -> Grant:
        """The grant to store; the only way on for the secrets."""


def secret(value: SecretStr) -> Secret:
    """The entered secret as grants hold it."""
    return Secret(value.get_secret_value())


def settings_table(config: type[ConnectionConfig]) -> str:
    """The model's fields as a Markdown table, for the connector's page."""
    rows = [
        "| Setting | Title | Needed | Secret | What it is |",
        "|---|---|---|---|---|",
    ]
    for name, field in config.model_fields.items():
        needed = "yes" if field.is_required() else "no"
        rows.append(f"| `{name}` | {field.title} | {needed} | {_secrecy(field)} | {field.description} |")
    return "\n".join(rows)


def _secrecy(field: FieldInfo) -> str:
    return "yes" if field.annotation is SecretStr else "no"
