"""What the settings of every integration have in common, and how they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from handoff.domain.errors import InvalidInput

_MAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}\.[A-Za-z]{2,24}")


def _mail(text: str) -> str:
    if text and not _MAIL.fullmatch(text):
        raise PydanticCustomError("no_mail_address", "that is not one e-mail address")
    return text


class Section(BaseModel):
    """A part of the settings: nothing unknown is taken, nothing changes after it was checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class NoticeSettings(Section):
    """Who is told when something fails."""

    email: Annotated[str, AfterValidator(_mail)] = Field(
        "", title="E-mail for failures", max_length=254, examples=["finance@klitrose.example"],
        description="Address that gets one message for each burst of failures; empty: nobody is told.",
    )  # fmt: skip


class IntegrationSettings(Section):
    """Everything a tenant sets about one integration."""

    notices: NoticeSettings = Field(
        default_factory=NoticeSettings, title="Notices", description="Who is told when something fails.",
        examples=[{"email": "finance@klitrose.example"}],
    )  # fmt: skip

    def flows_on(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Which of the integration's flows are switched on: all of them, unless the settings have switches."""
        return names


S = TypeVar("S", bound=IntegrationSettings)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with settings: a code, the path of the field (`rate_card.2.rate.amount`), a sentence."""

    code: str
    field: str
    message: str


class SettingsRefused(InvalidInput):
    """Settings that can't be saved, with everything that is wrong with them."""

    default_code = "invalid_settings"
    default_cure = "Correct the fields and save again; the settings that were in force still are."

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        first = faults[0]
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(f"{first.field or 'settings'}: {first.message}{more}", code=first.code, field=first.field)
        self.faults = faults


def read_as(model: type[S], content: Mapping[str, object]) -> S:
    """The settings in a saved or sent content; raises SettingsRefused with every fault and its path."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise SettingsRefused(faults_of(error)) from error


def faults_of(error: ValidationError) -> tuple[Fault, ...]:
    """What pydantic found, with paths as people read them and no values."""
    details = error.errors(include_url=False, include_input=False)
    return tuple(Fault(d["type"], ".".join(map(str, d["loc"])), d["msg"]) for d in details)
