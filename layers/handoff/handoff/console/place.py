"""The place of a request: the caller's desk, and the integration that the path names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.desk import Desk
from handoff.console.values import BLANK_IS_NONE
from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.gate import Gate
from handoff.domain.periods import Period, parse_period
from handoff.domain.tenancy import Integration
from handoff.integrations.billing_settings import BillingSettings
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.integrations.catalogue import integration_kind
from handoff.integrations.flow import IntegrationKind
from handoff.integrations.kind_settings import IntegrationSettings, SettingsRefused, read_as
from handoff.integrations.settings import HoursSettings
from handoff.ports import PassStore
from handoff.ports.shelf import Shelf

DESK = "desk"
"""Under what the resolver's context keeps the caller's desk."""

INTEGRATION = "/api/integrations/<integration_id>"

IntegrationId = Annotated[str, Path(description="Id of the integration.")]
FlowQuery = Annotated[
    str | None,
    BLANK_IS_NONE,
    Query(description="The kind of record; by default the first of the integration's `flows`."),
]
PeriodQuery = Annotated[
    str | None,
    BLANK_IS_NONE,
    Query(description="A calendar month, YYYY-MM.", json_schema_extra={"examples": ["2026-10"]}),
]
CursorQuery = Annotated[str | None, BLANK_IS_NONE, Query(description="next_cursor of the page before.")]
LimitQuery = Annotated[int, Query(ge=1, le=500, description="How many items a page has at most.")]

_CENTURY = ("2000-01", "2099-12")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")


@dataclass(frozen=True, slots=True)
class Place:
    """An integration of the caller's tenant with its stores."""

    desk: Desk
    integration: Integration
    kind: IntegrationKind
    stores: Shelf

    def flow(self, name: str | None) -> str:
        """The flow of that name, the first one for None; raises InvalidInput for any other."""
        return self.flows((name,) if name is not None else self.kind.flow_names[:1])[0]

    def accounted(self, name: str | None) -> str:
        """The flow of that name, or the first one, of those that a month is reconciled of; raises InvalidInput."""
        known = self.kind.posts
        flow = self.flow(name or known[0])
        if flow not in known:
            raise InvalidInput(
                f"there is no account of {flow}",
                code="no_account",
                field="flow",
                cure=f"There is one of {', '.join(known)}.",
            )
        return flow

    def flows(self, names: tuple[str, ...] | None, *, field: str = "flow") -> tuple[str, ...]:
        """The flows of those names, each once, all of them for None; raises InvalidInput."""
        known = self.kind.flow_names
        for place, name in enumerate(names or ()):
            if name not in known:
                raise InvalidInput(
                    f"{self.kind.title} has no flow '{name}'",
                    code="unknown_flow",
                    field=field if field == "flow" else f"{field}[{place}]",
                    cure=f"Its flows are {', '.join(known)}.",
                )
        return known if names is None else tuple(dict.fromkeys(names))

    def saved_settings(self) -> tuple[int, Mapping[str, object]]:
        """The newest settings as they were saved; version 0 and nothing before the first save."""
        try:
            return self.desk.tenants.settings(self.integration.id)
        except NotFound:
            return 0, {}

    def settings(self) -> IntegrationSettings:
        """The newest settings; raises InvalidInput when there are none that can be used."""
        version, content = self.saved_settings()
        if not version:
            raise InvalidInput(
                "the integration has no settings yet",
                code="settings_unreadable",
                field="settings",
                cure=f"Save them with PUT /api/integrations/{self.integration.id}/settings.",
            )
        try:
            return read_as(self.kind.settings, content)
        except SettingsRefused as refused:
            raise InvalidInput(
                f"the saved settings can't be used any more: {refused.message}",
                code="settings_unreadable",
                field="settings",
                cure="Correct the settings and save them again.",
            ) from refused

    def hours(self) -> HoursSettings:
        """The newest settings of an integration of hours; raises InvalidInput for any other, and as `settings`."""
        self.check_hours()
        settings = self.settings()
        if not isinstance(settings, HoursSettings):
            raise TypeError(f"{self.kind.name} moves hours, and has other settings")
        return settings

    def gate_of(self, flow: str) -> Gate:
        """The gate of a flow by the newest settings; raises InvalidInput where there is none, and as `settings`."""
        settings = self.settings()
        if isinstance(settings, BillingSettings):
            return settings.gate_of(flow)
        return self.hours().to_policy()

    def passes_of(self, flow: str) -> PassStore:
        """What the runs of a flow remember."""
        own = self.kind.goes_both_ways and flow in self.kind.flow_names and flow not in self.kind.mirrored
        return self.stores.passes_of(flow) if own else self.stores.passes

    def check_hours(self) -> None:
        """Raises InvalidInput for an integration that moves no hours: some calls mean nothing there."""
        if self.kind.is_of_hours:
            return
        how = "keeps both sides the same" if self.kind.goes_both_ways else "moves its records one by one, as they come"
        where = "its mirror and problems" if self.kind.goes_both_ways else "its records, postings and problems"
        raise InvalidInput(
            f"{self.kind.title} {how}: there is nothing of that kind here",
            code="not_of_this_integration",
            field="integration",
            cure=f"Look at {where}.",
        )

    def both_ways(self) -> BothWaysSettings:
        """The newest settings of an integration that keeps both sides the same; raises InvalidInput for any other."""
        if not self.kind.goes_both_ways:
            raise InvalidInput(
                f"{self.kind.title} keeps nothing on both sides",
                code="not_of_this_integration",
                field="integration",
                cure="Look at its records, postings and problems.",
            )
        settings = self.settings()
        if not isinstance(settings, BothWaysSettings):
            raise TypeError(f"{self.kind.name} goes both ways, and has other settings")
        return settings

    def check_whole(self, flows: tuple[str, ...], period: Period | None) -> None:
        """Raises InvalidInput where less is asked than all of an integration whose passes know no less."""
        if self.kind.is_of_hours:
            return
        whole = {name for run in self.kind.runs_of(flows) for name in run} == set(flows)
        if not self.kind.goes_both_ways:
            whole = set(flows) == set(self.kind.flow_names)
        asked = "body.period" if period is not None else "" if whole else "body.flows"
        if asked:
            raise InvalidInput(
                f"a run of {self.kind.title} looks at all that is due, of all its flows and months",
                code="not_of_this_integration",
                field=asked,
                cure="Leave flows and period out; a flow is switched off in the settings.",
            )


def desk_of(request: Request) -> Desk:
    """The desk of the caller, who was let in before."""
    desk = request.context[DESK]
    if not isinstance(desk, Desk):
        raise TypeError("a route was reached without a desk")
    return desk


def place_of(request: Request, integration_id: str) -> Place:
    """The integration a path names; raises NotFound for one that is not the tenant's."""
    desk = desk_of(request)
    check_id(integration_id, "integration")
    integration = desk.tenants.integration(integration_id)
    return Place(desk, integration, integration_kind(integration.kind), desk.stores(integration.id))


def check_id(text: str, what: str) -> str:
    """The id, if it can be one at all; raises NotFound, since nothing is called otherwise."""
    if not _ID.fullmatch(text):
        raise NotFound(f"there is no {what} of that id", field=what)
    return text


def check_query(request: Request, *known: str) -> None:
    """Raises InvalidInput for a query parameter that the route does not know, rather than overlook it."""
    for name in request.query_parameters or {}:
        if name not in known:
            raise InvalidInput(
                f"there is no parameter '{name}' here",
                code="unknown_parameter",
                field=name,
                cure=f"The parameters are {', '.join(known)}." if known else "This path takes no parameters.",
            )


def read_period(text: str, *, field: str = "period") -> Period:
    """The period that was asked for; raises InvalidInput when it is none, or none of this century."""
    period = parse_period(text, field=field)
    if not _CENTURY[0] <= period <= _CENTURY[1]:
        raise InvalidInput(
            f"{period} is not within {_CENTURY[0]} and {_CENTURY[1]}",
            code="bad_period",
            field=field,
            cure="Write the month as YYYY-MM, for example 2026-10.",
        )
    return period


def period_or_none(text: str | None, *, field: str = "period") -> Period | None:
    """The period that was asked for, if one was; raises as `read_period`."""
    return None if text is None else read_period(text, field=field)
