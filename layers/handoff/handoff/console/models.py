"""What the API answers about errors, integrations and settings; the shapes are its documentation."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A part of an answer: made once, never changed."""

    model_config = ConfigDict(frozen=True)


class Fault(Shape):
    """One thing that is wrong, for programs (`code`, `field`) and for people (`message`, `cure`)."""

    code: str = Field(description="What is wrong; stable, for programs.", examples=["hash_mismatch"])
    message: str = Field(description="What is wrong, in a sentence.", examples=["the record has changed"])
    field: str | None = Field(
        None,
        description="Where: a parameter, a header, or a path in the body such as body.records[0].hash.",
        examples=["body.records[0].hash"],
    )
    cure: str | None = Field(
        None,
        description="What mends it.",
        examples=["Look at the record as it is now and decide on its present hash."],
    )


class ErrorAnswer(Shape):
    """Every answer with a status from 400 up."""

    error: Fault = Field(description="The error, or the first of several.")
    errors: tuple[Fault, ...] | None = Field(None, description="All of them, where several fields are wrong.")


class ConnectionShape(Shape):
    """A link to an account at a vendor."""

    id: str = Field(description="The connection's id.", examples=["harvest-1"])
    vendor: str = Field(description="The vendor.", examples=["harvest"])
    account: str = Field(description="The vendor's name for the account.", examples=["910001"])
    name: str = Field(description="The account's name for people.", examples=["Fjordlys Konsult AS"])
    working: bool = Field(description="False while it waits for somebody to connect the account again.")
    stopped: str = Field(description="Why it is stopped; empty while it works.", examples=[""])


class IntegrationShape(Shape):
    """A time tool joined with an ERP."""

    id: str = Field(description="The integration's id, part of all its paths.", examples=["harvest-visma-net-1"])
    kind: str = Field(description="Which integration it is.", examples=["harvest-visma-net"])
    title: str = Field(description="The kind's name for people.", examples=["Harvest → Visma.net ERP"])
    name: str = Field(description="The tenant's name for it.", examples=["Hours into the books"])
    flows: tuple[str, ...] = Field(
        description="The kinds of record it moves.", examples=[["hours"], ["customers", "invoices"]]
    )
    time_tool: ConnectionShape
    erp: ConnectionShape


class IntegrationList(Shape):
    """All integrations of the tenant."""

    integrations: tuple[IntegrationShape, ...]


SettingsContent = Annotated[
    dict[str, object],
    Field(
        description="The integration's settings; `…/settings/schema` describes them.",
        examples=[{"currency": "NOK", "rate_card": [{"id": "default", "account": "3000"}]}],
    ),
]
Version = Annotated[int, Field(description="Number of the saved version, from 1; also in the ETag.", examples=[3])]


class SettingsAnswer(Shape):
    """The settings in force."""

    version: Version
    settings: SettingsContent


class SavedSettings(SettingsAnswer):
    """The settings after a save."""

    changed: bool = Field(description="False when they were the same as before: no new version was made.")
    warnings: tuple[Fault, ...] = Field(
        description="Names that the ERP's or the time tool's lists do not have now. They were saved all the same."
    )


class SettingsEnvelope(Shape):
    """Settings together with the version they were made from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    settings: SettingsContent
    version: int | None = Field(
        None, ge=0, description="The version they were made from, as it was read: a newer one is not overwritten."
    )
    expected_version: int | None = Field(None, ge=0, description="The same by another name.")
