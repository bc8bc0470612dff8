"""The look at both sides before the first write: begun by a button, watched while it runs, read when it has ended.

The integration is made for it, so that everything of it lies where it will lie; it only reports and is on no schedule
before somebody goes live.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from handoff.connect.desk import SIDES, ConnectDesk, vendor_on
from handoff.domain.capabilities import Side
from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.invitations import Invitation, Look
from handoff.domain.runs import FINISHED, Run, RunState
from handoff.domain.tenancy import Integration
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.integrations.flow import BothWays, IntegrationKind
from handoff.integrations.kind_settings import read_as
from handoff.pipeline.live.health import Health
from handoff.pipeline.mirror.checklist import Looked
from handoff.pipeline.mirror.flows import rule_of
from handoff.pipeline.mirror.report import Sides, report_on, seen_of
from handoff.pipeline.steps import first_step, start_run
from handoff.ports.mirror import SightingStore

BEGINS_WITHIN = timedelta(minutes=10)
"""A run that is queued for longer was lost on its way, and another one may be begun."""
LEFT_MAX = 1000
"""So many proposals are remembered as left."""
CHOSEN = ("unit_", "units_", "hour_register")
"""Points of the health check that say what was chosen, by how their codes begin."""


class Stand(StrEnum):
    """How far the look is."""

    NOT_YET = "not_yet"
    UNDER_WAY = "under_way"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True)
class Looking:
    """The look of one invitation."""

    desk: ConnectDesk
    kind: IntegrationKind
    invitation: Invitation

    @cached_property
    def run(self) -> Run | None:
        """The run that looks, or has looked; None before the first one."""
        look = self.invitation.look
        return None if look is None else self.desk.stores(self.invitation.integration_id).runs.get(look.run_id)

    @property
    def stand(self) -> Stand:
        """How far it is."""
        run = self.run
        if run is None:
            return Stand.NOT_YET
        if run.state in FINISHED:
            return Stand.FAILED if run.state is RunState.FAILED else Stand.DONE
        lost = run.state is RunState.QUEUED and self.desk.clock() - run.started_at > BEGINS_WITHIN
        return Stand.FAILED if lost else Stand.UNDER_WAY

    @property
    def titles(self) -> Mapping[Side, str]:
        """What the vendors are called."""
        return {Side(side): vendor_on(self.kind, side).title for side in SIDES}

    # ---- the integration -----------------------------------------------------------------------

    def begin(self, found: Health) -> Invitation:
        """Makes the integration, which only reports, and queues a run; raises InvalidInput and Stale."""
        integration = self.integration()
        self._keep_settings(integration)
        now = self.desk.clock()
        first, *_ = self.kind.runs
        step = first_step(
            tenant_id=self.desk.tenant_id,
            integration_id=integration.id,
            run_id=f"{now:%Y%m%dT%H%M%SZ}-{self.desk.new_id()}",
            flows=first,
            trigger=f"by {self.invitation.by}",
        )
        points = tuple(
            (one.code, one.ok, one.sentence) for one in (*found.time_tool, *found.erp) if one.code.startswith(CHOSEN)
        )
        left = self.invitation.look.left if self.invitation.look is not None else ()
        # The look is noted before it is queued: of two buttons that are pressed at once, one is told so and looks once.
        begun = self.desk.invitations.save(
            replace(self.invitation, integration_id=integration.id, look=Look(step.run_id, points, left))
        )
        runs = self.desk.stores(integration.id).runs
        start_run(step, integration=integration, runs=runs, queues=self.desk.queues, now=now)
        return begun

    def integration(self) -> Integration:
        """The integration of this invitation, made or not; raises InvalidInput and NotFound."""
        known = {one.id: one for one in self.desk.tenants.connections()}
        try:
            time_tool, erp = known[self.invitation.time_tool], known[self.invitation.erp]
        except KeyError as missing:
            raise NotFound("an account is not connected", field="connection_id") from missing
        integration_id = self.desk.integration_id_for(self.kind, self.invitation)
        return Integration(integration_id, self.kind.name, self.kind.title, time_tool, erp)

    def _keep_settings(self, integration: Integration) -> None:
        by, at = self.invitation.by, self.desk.clock()
        self.desk.onboarding.add_integration(integration, self.wanted(), by=by, at=at, scheduled=False)
        version, saved = self.desk.tenants.settings(integration.id)
        if not self.of(saved).report_only:
            raise InvalidInput(
                "these two accounts are joined already, and what changes is written",
                code="exists",
                cure="The report is read before the first write. How both sides stand now, the API says.",
            )
        if dict(saved) != self.wanted():
            self.desk.tenants.save_settings(integration.id, self.wanted(), expected=version, by=by, at=at)

    def wanted(self) -> dict[str, object]:
        """The settings that were entered, which only report."""
        return {**json.loads(self.invitation.settings), "report_only": True}

    def of(self, content: Mapping[str, object]) -> BothWaysSettings:
        """Settings as this kind has them."""
        settings = read_as(self.kind.settings, content)
        if not isinstance(settings, BothWaysSettings):
            raise TypeError(f"{self.kind.name} keeps nothing on both sides")
        return settings

    def switch_on(self) -> None:
        """Lets passes write from now on."""
        integration, by, at = self.integration(), self.invitation.by, self.desk.clock()
        version, saved = self.desk.tenants.settings(integration.id)
        if self.of(saved).report_only:
            live = {**saved, "report_only": False}
            self.desk.tenants.save_settings(integration.id, live, expected=version, by=by, at=at)

    # ---- what was seen ---------------------------------------------------------------------------

    @property
    def sightings(self) -> SightingStore:
        """What was seen on both sides."""
        return self.desk.stores(self.invitation.integration_id).sightings

    @cached_property
    def settings(self) -> BothWaysSettings:
        """The settings that it was looked with."""
        return self.of(self.wanted())

    @cached_property
    def flows(self) -> Sequence[BothWays]:
        """The flows that are switched on."""
        kept = [flow for flow in self.kind.flows if isinstance(flow, BothWays)]
        on = self.settings.flows_on(tuple(flow.name for flow in kept))
        return [flow for flow in kept if flow.name in on]

    @cached_property
    def seen(self) -> Mapping[str, Looked]:
        """Every flow that is switched on, as it was seen."""
        found = {}
        for flow in self.flows:
            sides: Sides[Any] = seen_of(self.sightings, flow.name)
            report = report_on(sides, rule_of(flow, self.settings), clock=self.desk.clock)
            found[flow.name] = Looked(sides, report)
        return found

    def leave(self, name: str) -> Invitation:
        """Remembers that a person has left a proposal as it is."""
        look = self.invitation.look
        if look is None or name in look.left:
            return self.invitation
        left = (*look.left, name)[-LEFT_MAX:]
        return self.desk.invitations.save(replace(self.invitation, look=replace(look, left=left)))
