"""The pages as people see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handoff.connect.forms import Field, form
from handoff.connect.html import Html, document, join, tag
from handoff.connectors.vendor import Hook, Vendor
from handoff.domain.invitations import Invitation
from handoff.domain.tenancy import Connection
from handoff.integrations.flow import IntegrationKind
from handoff.integrations.kind_settings import Fault
from handoff.ports.live import Finding

TITLE = "Connect"
STANDS: Mapping[bool | None, tuple[str, str]] = {
    True: ("good", "In order"),
    False: ("bad", "Missing"),
    None: ("open", "Can't be told"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An address as it is shown this once."""

    hook: Hook
    vendor: Vendor
    hook_id: str
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every step: the kind, the steps with their names, which one this is and which are done."""

    kind: IntegrationKind
    invitation: Invitation
    steps: Mapping[str, str]
    at: str
    done: frozenset[str]

    def page(self, *content: str) -> str:
        """The whole page of a step."""
        doing = "Reconnect" if self.invitation.reconnects else "Set up"
        shown = f"{self.steps[self.at]} · {self.kind.title}"
        ends = f"This link can be used until {self.invitation.expires_at:%d %B %Y, %H:%M} UTC, in this browser only."
        return document(
            shown,
            tag("p", f"{doing} {self.kind.title}", class_="quiet"),
            tag("h1", self.steps[self.at]),
            tag("nav", self._steps(), aria_label="Steps"),
            *content,
            tag("p", f"{ends} You can leave and come back at any step.", class_="quiet"),
        )

    def _steps(self) -> Html:
        items = []
        for number, (name, title) in enumerate(self.steps.items(), start=1):
            mark = " ✓ done" if name in self.done else ""
            link = tag(
                "a", f"{number}. {title}{mark}", href=f"?step={name}", aria_current="step" if name == self.at else None
            )
            items.append(tag("li", link))
        return tag("ol", *items, class_="steps")


def closed(title: str, sentence: str, cure: str) -> str:
    """A page on which nothing goes on."""
    return document(title, tag("h1", title), tag("section", tag("p", sentence), tag("p", cure), class_="refusal"))


def welcome(kind: IntegrationKind, invitation: Invitation) -> str:
    """The first page, before a browser has taken the link: a preview of the link takes nothing."""
    doing = "reconnect" if invitation.reconnects else "set up"
    return document(
        f"{TITLE} {kind.title}",
        tag("h1", kind.title),
        tag(
            "section",
            tag("p", f"{invitation.by} asks you to {doing} this integration. It takes about ten minutes."),
            tag("p", f"The link can be used until {invitation.expires_at:%d %B %Y, %H:%M} UTC. "
                "From now on it belongs to the browser in which you begin; it sets one cookie, for that only."),
            form([], [], ("step", "begin"), button="Begin"),
        ),
    )  # fmt: skip


def account(
    vendor: Vendor,
    connection: Connection | None,
    fields: Sequence[Field],
    faults: Iterable[Fault],
    *,
    step: str,
    again: bool,
) -> Html:
    """The step of one vendor: its own page where it has one, and the form."""
    parts: list[str] = []
    if connection is not None:
        said = connection.stopped
        state = f"It is stopped: {said}" if said else "It is connected."
        words = f"{vendor.title}, account {connection.account}, {connection.name}. {state}"
        parts.append(tag("section", tag("p", words), class_="notice"))
    if vendor.grant_page is not None:
        link = tag("a", f"Add the app at {vendor.title}", href=f"?go={step}", class_="act")
        told = f"Sign in at {vendor.title} as an administrator and add our app; you come back here by yourself."
        parts.append(tag("section", tag("h2", f"On {vendor.title}'s page"), tag("p", told), tag("p", link)))
    by_hand = "Or paste it here" if vendor.grant_page is not None else f"Your account at {vendor.title}"
    told = "It is tried with a real call first and kept only if that works. What is secret is never shown again."
    button = f"Try and {'replace' if again or connection is not None else 'save'}"
    parts.append(
        tag("section", tag("h2", by_hand), tag("p", told), form(fields, faults, ("step", step), button=button))
    )
    return join(*parts)


def refusal(sentence: str, cure: str, *, title: str = "That did not work") -> Html:
    """What was refused and what mends it."""
    return tag("section", tag("h2", title), tag("p", sentence), tag("p", cure), class_="refusal", role="alert")


def health(sides: Sequence[tuple[str, Sequence[Finding]]], *, checked_at: str, next_step: str) -> Html:
    """Every point of both sides, with a button to look again."""
    parts = [tag("section", tag("h2", title), _found(findings)) for title, findings in sides]
    again = tag("form", tag("input", type="hidden", name="step", value="health"),
                tag("button", "Check again", type="submit", class_="plain"), method="get")  # fmt: skip
    on = tag("p", tag("a", "Go on", href=f"?step={next_step}", class_="act")) if next_step else Html("")
    return join(*parts, tag("p", f"Checked at {checked_at} UTC.", class_="quiet"), again, on)


def missing(findings: Iterable[Finding]) -> Html:
    """Why it can't go live yet."""
    told = "These points must be in order first. Mend them and try again; what you entered is kept."
    return tag("section", tag("h2", "Not live yet"), tag("p", told), _found(findings), class_="refusal", role="alert")


def settings(fields: Sequence[Field], faults: Iterable[Fault], *, kept: bool) -> Html:
    """The few settings that are asked for."""
    told = "All others have their usual values and can be changed through the API later."
    saved = [tag("section", tag("p", "These settings are saved."), class_="notice")] if kept else []
    asked = form(fields, faults, ("step", "settings"), button="Save the settings")
    return join(*saved, tag("section", tag("p", told), asked))


def finish(ready: Iterable[str]) -> Html:
    """The button that makes the integration, once nothing is left to do."""
    left = [tag("li", sentence) for sentence in ready]
    if left:
        return tag("section", tag("h2", "Still to do"), tag("ul", *left))
    told = "The integration is made, its first pass comes within the hour, and the webhook addresses are shown."
    return tag("section", tag("p", told), form([], [], ("step", "finish"), button="Go live"))


def done(hooks: Sequence[Shown], name: str) -> Html:
    """What was made, with the webhook addresses; those that are shown are shown this once."""
    made = tag("section", tag("p", f"{name} is live. Its passes run every hour, with or without webhooks."),
               class_="notice")  # fmt: skip
    if not hooks:
        return made
    told = (
        "Webhooks make it run at once. Copy each address now: it has a secret in it and is not shown again. "
        "A lost one is replaced by a new one, and the old one stops at once."
    )
    return join(made, tag("section", tag("h2", "Webhook addresses"), tag("p", told)), *map(_hook, hooks))


def _hook(shown: Shown) -> Html:
    parts: list[str] = [tag("h2", f"{shown.vendor.title}: {shown.hook.title}"), tag("p", f"Where: {shown.hook.where}")]
    if shown.address:
        parts += [tag("p", "Address:"), tag("code", shown.address)]
    else:
        parts.append(tag("p", "The address was shown before.", class_="quiet"))
    if shown.hook.template:
        parts += [tag("p", "Data to send:"), tag("code", shown.hook.template)]
    hidden = [
        tag("input", type="hidden", name="step", value="renew"),
        tag("input", type="hidden", name="hook", value=shown.hook_id),
    ]
    label = f"Make a new address for {shown.hook.title}"
    parts.append(tag("form", *hidden, tag("button", label, type="submit", class_="plain"), method="post"))
    return tag("section", *parts)


def _found(findings: Iterable[Finding]) -> Html:
    items = []
    for finding in findings:
        style, word = STANDS[finding.ok]
        # A point in order may still carry a cure: a key that ends soon works today.
        cure = [tag("span", finding.cure, class_="hint")] if finding.cure else []
        items.append(tag("li", tag("span", word, class_=style), f" {finding.sentence}", *cure))
    return tag("ul", *items, class_="found")
