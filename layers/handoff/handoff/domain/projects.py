"""Projects and tasks on both sides of the handoff."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProjectType(StrEnum):
    """How a project earns."""

    TIME_AND_MATERIALS = "time_and_materials"
    FIXED_FEE = "fixed_fee"
    NON_BILLABLE = "non_billable"


@dataclass(frozen=True, slots=True)
class Project:
    """A project in the time tool; `code` is what people use to name it in the ERP."""

    id: str
    name: str
    code: str
    client_id: str
    type: ProjectType
    active: bool

    @property
    def key(self) -> str:
        """What it is stored under."""
        return self.id


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of work in the time tool."""

    id: str
    name: str
    active: bool

    @property
    def key(self) -> str:
        """What it is stored under."""
        return self.id


@dataclass(frozen=True, slots=True)
class LedgerTask:
    """A task of one ERP project; `open` says whether documents may name it."""

    number: str
    name: str
    open: bool


@dataclass(frozen=True, slots=True)
class LedgerProject:
    """A project in the ERP with its tasks; `status` is the ERP's own word, for people."""

    number: str
    name: str
    status: str
    open: bool
    tasks: tuple[LedgerTask, ...]

    @property
    def key(self) -> str:
        """What it is stored under."""
        return self.number
