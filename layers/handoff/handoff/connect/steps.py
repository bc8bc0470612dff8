"""The steps themselves: each shows itself, and does one thing when its button is pressed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus

from pydantic import ValidationError

from handoff.connect import pages
from handoff.connect.check import checked, refusal_words
from handoff.connect.desk import SIDES, Answered, ConnectDesk, HeldGrant, vendor_on
from handoff.connect.forms import ALL, Field, fields_of, nested, said, settings_fields
from handoff.connect.looking import Looking, Stand
from handoff.connect.pages import Content, Refusal
from handoff.connect.report_step import REPORT, ReportStep
from handoff.connect.report_view import going_live
from handoff.connectors.registry import open_connection
from handoff.connectors.vendor import Vendor
from handoff.domain.errors import HandoffError, InvalidInput
from handoff.domain.grants import Grant, Secret
from handoff.domain.invitations import Invitation
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.catalogue import integration_kind
from handoff.integrations.flow import IntegrationKind
from handoff.integrations.kind_settings import (
    Fault,
    IntegrationSettings,
    SettingsRefused,
    faults_of,
    read_as,
)
from handoff.pipeline.live.health import Health

JSON_MAX = 200_000


_UNREAD: Mapping[Stand, list[str]] = {
    Stand.NOT_YET: ["Look at both sides and read the report, in the step before."],
    Stand.UNDER_WAY: ["Both sides are still being looked at: wait for the report, and read it."],
    Stand.FAILED: ["The last look at both sides failed: see why in the step before, and look again."],
    Stand.DONE: [],
}
"""What is left to do by how far the look is."""


class Step:
    """The steps' names, as addresses have them."""

    FIRST = "time_tool"
    HEALTH = "health"
    SETTINGS = "settings"
    REPORT = REPORT
    FINISH = "finish"


@dataclass
class Steps:
    """The steps of one invitation; `home` is the way from the address asked to the link's own, where it is another."""

    desk: ConnectDesk
    base_url: str
    invitation: Invitation
    home: str = ""

    @property
    def kind(self) -> IntegrationKind:
        """What is being set up."""
        return integration_kind(self.invitation.kind)

    def names(self) -> Mapping[str, str]:
        """The steps in order, with their titles; a reconnection has the accounts and the check only."""
        titles = {side: vendor_on(self.kind, side).title for side in SIDES} | {Step.HEALTH: "Health check"}
        if self.invitation.reconnects:
            return titles
        report = {Step.REPORT: "Report"} if self.kind.goes_both_ways else {}
        return {**titles, Step.SETTINGS: "Settings", **report, Step.FINISH: "Go live"}

    # ---- showing -----------------------------------------------------------------------------

    def show(self, name: str) -> Answered:
        """A step, by default the first that is not done."""
        if name not in self.names():
            name = next((one for one in self.names() if one not in self._done()), list(self.names())[-1])
        if name in SIDES:
            return self._page(name, self._account(name))
        if name == Step.HEALTH:
            return self._health()
        if name == Step.SETTINGS:
            return self._page(name, self._settings({}, ()))
        if name == Step.REPORT:
            return self._report().show()
        if self.invitation.finished_at is not None:
            return self._page(name, self._made({}))
        return self._page(name, self._ready())

    def refused(self, name: str, sentence: str, cure: str, code: str) -> Answered:
        """A step with a refusal on top."""
        if name not in self.names():
            name = self._last()
        content = self._account(name) if name in SIDES else self._ready()
        refusal = Refusal(sentence, cure)
        return self._page(name, content, refusal, status=HTTPStatus.CONFLICT, code=code)

    def refused_error(self, name: str, error: HandoffError) -> Answered:
        """A step with the words of an error on top."""
        return self.refused(name, *refusal_words(error), error.code)

    def _page(
        self, at: str, content: Content, refusal: Refusal | None = None,
        *, status: HTTPStatus = HTTPStatus.OK, code: str = "shown",
    ) -> Answered:  # fmt: skip
        frame = pages.Frame(self.kind, self.invitation, self.names(), at, self._done(), self.home)
        return Answered(status, code, frame.page(content, refusal=refusal))

    def _accounts(self) -> frozenset[str]:
        return frozenset(side for side in SIDES if (known := self._connection(side)) and not known.stopped)

    def _done(self) -> frozenset[str]:
        made = self._accounts()
        kept = {Step.SETTINGS} if self.invitation.settings or self.invitation.finished_at else set()
        # A look begins with the health check.
        kept |= {Step.HEALTH} if self.invitation.look is not None else set()
        kept |= {Step.REPORT} if self._looking().stand is Stand.DONE else set()
        behind = {Step.HEALTH, Step.REPORT, Step.FINISH} if self.invitation.finished_at else set()
        return frozenset(made | kept | behind)

    # ---- accounts ----------------------------------------------------------------------------

    def connect(self, side: str, entered: Mapping[str, str]) -> Answered:
        """Tries what was entered with a real call; only what works is saved."""
        vendor = vendor_on(self.kind, side)
        given = {name: text for name in vendor.config.model_fields if (text := entered.get(name, "").strip())}
        known = self._connection(side)
        try:
            if vendor.grant_page is not None:
                around = self.desk.around(vendor.name, HeldGrant(Grant(vendor.name, "")))
                given = {**vendor.grant_page.complete(given, around)}
            config = vendor.config.model_validate(given)
            name, grant = self.desk.tried(vendor, config.account, config.grant())
            if self.invitation.reconnects and known is not None:
                connection = known
            else:
                connection = Connection(
                    self.desk.id_for(vendor.name, config.account), vendor.name, config.account, name
                )
            self._save(connection, grant)
        except ValidationError as error:
            faults = self._faults(vendor, error)
            content = self._account(side, entered, faults)
            return self._page(side, content, status=HTTPStatus.UNPROCESSABLE_ENTITY, code="invalid")
        except HandoffError as error:
            content, refusal = self._account(side, entered), Refusal(*refusal_words(error))
            return self._page(side, content, refusal, status=HTTPStatus.UNPROCESSABLE_ENTITY, code=error.code)
        settled = self.invitation.reconnects or self.invitation.finished_at is not None
        if not settled and self.invitation.connection_of(side) != connection.id:
            # Another account than before: what was seen of the first one says nothing about it.
            connected = replace(self.invitation.connected(side, connection.id), look=None)
            self.invitation = self.desk.invitations.save(connected)
        names = list(self.names())
        following = names[names.index(side) + 1]
        return Answered(HTTPStatus.SEE_OTHER, "connected", location=f"{self.home}?step={following}")

    def _save(self, connection: Connection, grant: Grant) -> None:
        if self.desk.connection(connection.id) is None:
            self.desk.onboarding.connect(connection, grant)
        else:
            self.desk.onboarding.reconnect(connection.id, grant)
            self.desk.mended(connection.id, frozenset({ProblemCode.RECONNECT_NEEDED, ProblemCode.KEY_ENDS_SOON}))

    def _account(self, side: str, entered: Mapping[str, str] | None = None, faults: Iterable[Fault] = ()) -> Content:
        vendor, known = vendor_on(self.kind, side), self._connection(side)
        left_out = vendor.grant_page.completed if vendor.grant_page is not None else frozenset[str]()
        fields = fields_of(vendor.config, entered or {}, without=left_out)
        return pages.account(vendor, known, fields, faults, step=side, again=self.invitation.reconnects)

    def _faults(self, vendor: Vendor, error: ValidationError) -> tuple[Fault, ...]:
        completed = vendor.grant_page.completed if vendor.grant_page is not None else frozenset[str]()
        # What the vendor would have told can't be entered: only what was left out is worth a word.
        return tuple(fault for fault in faults_of(error) if fault.field not in completed)

    def _connection(self, side: str) -> Connection | None:
        connection_id = self.invitation.connection_of(side)
        return self.desk.connection(connection_id) if connection_id else None

    # ---- health ------------------------------------------------------------------------------

    def _health(self) -> Answered:
        found = self._checked()
        if found is None:
            told = "Both accounts have to be connected first.", "Connect them in the steps before.", "Not yet"
            return self._page(Step.HEALTH, pages.NOTHING, Refusal(*told))
        sides = [(vendor_on(self.kind, side).title, getattr(found, side)) for side in SIDES]
        following = "" if self.invitation.reconnects else Step.SETTINGS
        content = pages.health(sides, checked_at=f"{self.desk.clock():%H:%M:%S}", next_step=following)
        return self._page(Step.HEALTH, content)

    def _checked(self) -> Health | None:
        time_tool, erp = (self._connection(side) for side in SIDES)
        if time_tool is None or erp is None:
            return None
        return checked(
            self.kind,
            self._wanted(),
            (time_tool, erp),
            lambda one: open_connection(one, self.desk.around(one.vendor, self.desk.grants(one.id))),
            today=self.desk.clock().date(),
        )

    # ---- settings ----------------------------------------------------------------------------

    def save_settings(self, entered: Mapping[str, str]) -> Answered:
        """Keeps them with the invitation until the integration is made; every fault stands at its field."""
        if self.invitation.reconnects or self.invitation.finished_at is not None:
            sentence = "The integration has its settings already, and they stay."
            return self.refused(self._last(), sentence, "Change them through the API.", "exists")
        try:
            content = self._content(entered)
            made = read_as(self.kind.settings, content)
        except SettingsRefused as refused:
            page = self._settings(entered, refused.faults)
            return self._page(Step.SETTINGS, page, status=HTTPStatus.UNPROCESSABLE_ENTITY, code="invalid")
        kept = made.model_dump_json()
        # Other settings look at other lists: the report is of these no more.
        look = self.invitation.look if kept == self.invitation.settings else None
        self.invitation = self.desk.invitations.save(replace(self.invitation, settings=kept, look=look))
        following = Step.REPORT if self.kind.goes_both_ways else Step.FINISH
        return Answered(HTTPStatus.SEE_OTHER, "settings_saved", location=f"?step={following}")

    def _content(self, entered: Mapping[str, str]) -> Mapping[str, object]:
        wanted = self._wanted()
        if self.kind.asks and wanted is not None:
            base = wanted.model_dump(mode="json")
            content: Mapping[str, object] = nested(
                base, self.kind.asks, settings_fields(wanted, self.kind.asks, {}), entered
            )
            return content
        try:
            read = json.loads(entered.get(ALL, "")[:JSON_MAX])
        except ValueError:
            read = None
        if not isinstance(read, dict):
            raise SettingsRefused((Fault("bad_json", ALL, "this is no JSON object"),))
        return read

    def _wanted(self) -> IntegrationSettings | None:
        """The settings as they would be now: what was kept, or the usual ones; None where there are no usual ones."""
        with suppress(HandoffError):
            if self.invitation.reconnects or self.invitation.finished_at is not None:
                return read_as(self.kind.settings, self.desk.tenants.settings(self.invitation.integration_id)[1])
            if self.invitation.settings:
                return read_as(self.kind.settings, json.loads(self.invitation.settings))
            # Going live must not send what was invoiced years ago unless somebody says so.
            dated = "starts_on" in self.kind.settings.model_fields
            return read_as(self.kind.settings, {"starts_on": self.desk.clock().date()} if dated else {})
        return None

    def _settings(self, entered: Mapping[str, str], faults: Iterable[Fault]) -> Content:
        wanted, kept = self._wanted(), bool(self.invitation.settings)
        if self.kind.asks and wanted is not None:
            return pages.settings(settings_fields(wanted, self.kind.asks, entered), faults, kept=kept)
        hint = "As JSON, from whoever runs the integration; docs/settings.md describes them."
        field = Field(ALL, "Settings", hint, "textarea", entered.get(ALL, self.invitation.settings), required=True)
        at_home = [replace(fault, field=ALL, message=said(fault) if fault.field == ALL
                           else f"{fault.field}: {said(fault)}") for fault in faults]  # fmt: skip
        return pages.settings([field], at_home, kept=kept, whole=True)

    # ---- the report --------------------------------------------------------------------------

    def report(self, button: str, entered: Mapping[str, str]) -> Answered:
        """What a button of the report does."""
        if Step.REPORT not in self.names():
            return self.show("")
        return self._report().does(button, entered)

    def _report(self) -> ReportStep:
        return ReportStep(self._looking(), self._page, self._checked, self._left_before_report())

    def _looking(self) -> Looking:
        return Looking(self.desk, self.kind, self.invitation)

    # ---- going live --------------------------------------------------------------------------

    def finish(self) -> Answered:
        """Makes the integration, unless something that must be there is missing."""
        if self.invitation.finished_at is not None or self.invitation.reconnects:
            return self.show(self._last())
        if self._left():
            return self._page(Step.FINISH, self._ready(), status=HTTPStatus.CONFLICT, code="not_ready")
        found = self._checked()
        if found is None or found.missing:
            lacking = pages.missing(() if found is None else found.missing)
            content = self._ready()
            return self._page(Step.FINISH, content, lacking, status=HTTPStatus.CONFLICT, code="missing")
        now, invitation = self.desk.clock(), self.invitation
        integration_id = self.desk.integration_id_for(self.kind, invitation)
        time_tool, erp = (self._connection(side) for side in SIDES)
        if time_tool is None or erp is None:
            return self.show("")
        if Step.REPORT in self.names():
            self._looking().switch_on()
        integration = Integration(integration_id, self.kind.name, self.kind.title, time_tool, erp)
        self.desk.onboarding.add_integration(integration, json.loads(invitation.settings), by=invitation.by, at=now)
        addresses = self.desk.onboarding.add_hooks(integration, at=now)
        ended = replace(invitation, integration_id=integration_id, finished_at=now)
        self.invitation = self.desk.invitations.save(ended)
        return self._page(Step.FINISH, self._made(addresses), code="live")

    def _ready(self) -> Content:
        sending = [vendor for side in SIDES if self.kind.hooks.get((vendor := vendor_on(self.kind, side)).name)]
        left = self._left()
        told = going_live(self._looking()) if Step.REPORT in self.names() and not left else ()
        return pages.finish(left, [vendor.title for vendor in sending], told)

    def renew(self, hook_id: str) -> Answered:
        """A new address in place of one that was lost."""
        if self.invitation.finished_at is None or hook_id not in {shown.hook_id for shown in self._hooks({})}:
            return self.show("")
        path = self.desk.onboarding.renew_hook(hook_id, self.desk.clock())
        return self._page(Step.FINISH, self._made({}, renewed={hook_id: path}), code="renewed")

    def sign(self, hook_id: str, key: Secret) -> Answered:
        """Keeps the key that a vendor signs with; no page ever has it."""
        signed = {shown.hook_id for shown in self._hooks({}) if shown.signing is not None}
        if self.invitation.finished_at is None or hook_id not in signed:
            return self.show("")
        try:
            self.desk.onboarding.enter_signing_key(hook_id, key, at=self.desk.clock())
        except InvalidInput as error:
            refusal = Refusal(*refusal_words(error))
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return self._page(Step.FINISH, self._made({}), refusal, status=status, code=error.code)
        return self._page(Step.FINISH, self._made({}), code="signed")

    def _left(self) -> list[str]:
        left = self._left_before_report()
        return left if left or Step.REPORT not in self.names() else _UNREAD[self._looking().stand]

    def _left_before_report(self) -> list[str]:
        sentences = [f"Connect {vendor_on(self.kind, side).title}." for side in SIDES if side not in self._accounts()]
        return sentences if self.invitation.settings else [*sentences, "Look through the settings and save them."]

    def _last(self) -> str:
        return list(self.names())[-1]

    def _made(self, addresses: Mapping[str, str], *, renewed: Mapping[str, str] | None = None) -> Content:
        return pages.done(self._hooks(addresses, renewed or {}))

    def _hooks(self, addresses: Mapping[str, str], renewed: Mapping[str, str] | None = None) -> list[pages.Shown]:
        shown = []
        for side in SIDES:
            vendor, connection_id = vendor_on(self.kind, side), self.invitation.connection_of(side)
            for name in self.kind.hooks.get(vendor.name, ()):
                hook_id = f"{connection_id}.{name}"
                path = (renewed or {}).get(hook_id) or addresses.get(f"{vendor.name}.{name}", "")
                address = f"{self.base_url}{path}" if path else ""
                has_key = bool(vendor.hooks[name].signature) and self.desk.onboarding.has_signing_key(hook_id)
                shown.append(pages.Shown(vendor.hooks[name], vendor, hook_id, address, has_key))
        return shown
