"""The pages as people see them: which template shows what, and what it is told.

`base.html` has the style and the frame of every page, `step.html` what stands around every step, `parts.html` forms
and points of a check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from handoff.connect.forms import Field, Form, form
from handoff.connect.rendering import rendered
from handoff.connectors.vendor import Hook, Vendor
from handoff.domain.invitations import Invitation
from handoff.domain.tenancy import Connection
from handoff.integrations.flow import IntegrationKind
from handoff.integrations.kind_settings import Fault
from handoff.ports.live import Finding


@dataclass(frozen=True, slots=True)
class Content:
    """What stands within a step: its template and what that is told."""

    template: str
    told: Mapping[str, object] = field(default_factory=dict, repr=False)


NOTHING = Content("step.html")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused, what mends it, and the points that are missing, where there are any."""

    sentence: str
    cure: str
    title: str = "That did not work"
    findings: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """An address as it is shown this once."""

    hook: Hook
    vendor: Vendor
    hook_id: str
    address: str = field(default="", repr=False)
    has_key: bool = False

    @property
    def renewal(self) -> Form:
        """The button that replaces it."""
        hidden = (("step", "renew"), ("hook", self.hook_id))
        return form([], [], *hidden, button=f"Make a new address for {self.hook.title}", plain=True)

    @property
    def signing(self) -> Form | None:
        """Where the vendor's key is entered, in place of the one there was; None where the vendor doesn't sign."""
        if self.hook.signature is None:
            return None
        hint = "As the vendor shows it, once. It is kept encrypted and never shown here."
        key = Field("signing_key", "Signature key", hint, "password", required=True)
        return form([key], [], ("step", "sign"), ("hook", self.hook_id), button="Save the signature key")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every step: the kind, the steps with their names, which one this is and which are done.

    `home` is the way from the address asked to the link's own, where it is another.
    """

    kind: IntegrationKind
    invitation: Invitation
    steps: Mapping[str, str]
    at: str
    done: frozenset[str]
    home: str = ""

    def page(self, content: Content, *, refusal: Refusal | None = None) -> str:
        """The whole page of a step."""
        return rendered(
            content.template,
            kind=self.kind,
            invitation=self.invitation,
            ends=instant(self.invitation.expires_at),
            steps=self.steps,
            at=self.at,
            done=self.done,
            home=self.home,
            refusal=refusal,
            **content.told,
        )


def closed(title: str, sentence: str, cure: str) -> str:
    """A page on which nothing goes on."""
    return rendered("closed.html", title=title, sentence=sentence, cure=cure)


def welcome(kind: IntegrationKind, invitation: Invitation) -> str:
    """The first page, before a browser has taken the link: a preview of the link takes nothing."""
    begin = form([], [], ("step", "begin"), button="Begin")
    ends = instant(invitation.expires_at)
    return rendered("welcome.html", kind=kind, invitation=invitation, ends=ends, form=begin)


def account(
    vendor: Vendor,
    connection: Connection | None,
    fields: Sequence[Field],
    faults: Iterable[Fault],
    *,
    step: str,
    again: bool,
) -> Content:
    """The step of one vendor: its own page where it has one, and the form."""
    button = f"Try and {'replace' if again or connection is not None else 'save'}"
    # Where the vendor has a page of its own, its button is the one that should catch the eye.
    asked = form(fields, faults, ("step", step), button=button, plain=vendor.grant_page is not None)
    return Content("account.html", {"vendor": vendor, "connection": connection, "form": asked})


def health(sides: Sequence[tuple[str, Sequence[Finding]]], *, checked_at: str, next_step: str) -> Content:
    """Every point of both sides, with a button to look again."""
    return Content("health.html", {"sides": sides, "checked_at": checked_at, "next_step": next_step})


def missing(findings: Sequence[Finding], title: str = "Not live yet") -> Refusal:
    """Why it can't go on yet."""
    sentence = "These points must be in order first. Mend them and try again; what you entered is kept."
    return Refusal(sentence, "", title, findings)


def settings(fields: Sequence[Field], faults: Iterable[Fault], *, kept: bool, whole: bool = False) -> Content:
    """The few settings that are asked for, or the `whole` as one text."""
    asked = form(fields, faults, ("step", "settings"), button="Save the settings")
    return Content("settings.html", {"form": asked, "kept": kept, "whole": whole})


def finish(left: Sequence[str], webhooks: Sequence[str], told: Sequence[str] = ()) -> Content:
    """The button that makes the integration, once nothing is left to do; `webhooks` are vendors that can send them.

    `told` is what whoever presses it should know.
    """
    go = form([], [], ("step", "finish"), button="Go live")
    return Content("finish.html", {"left": left, "webhooks": webhooks, "told": told, "form": go})


def done(hooks: Sequence[Shown]) -> Content:
    """What was made, with the webhook addresses; those that are shown are shown this once."""
    return Content("done.html", {"hooks": hooks})


def instant(at: datetime) -> str:
    """A moment as people write it."""
    return f"{at.day} {at:%B %Y, %H:%M}"
