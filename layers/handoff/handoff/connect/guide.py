"""What happens on the pages: who may see them, which step comes next, what each button does.

link ──► welcome ──Begin──► this browser's ──► time tool ─► ERP ─► health ─► settings ─► (report) ─► go live
                                                │            └── the vendor's own page and back, once
                                                └── each saved only after a real call
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from handoff.connect import pages
from handoff.connect.desk import SIDES, Answered, Asked, ConnectDesk, browser_digest, cookie_name, vendor_on
from handoff.connect.steps import Step, Steps
from handoff.domain.errors import HandoffError, InvalidInput, Stale
from handoff.domain.grants import Secret
from handoff.domain.invitations import Invitation
from handoff.integrations.catalogue import integration_kind
from handoff.storage.hooks import digest_of

ASK_AGAIN = "Ask whoever sent you the link for a new one."


@dataclass(frozen=True, slots=True)
class Guide:
    """Answers the requests to one tenant's invitations."""

    desk: ConnectDesk

    def answer(self, asked: Asked) -> Answered:
        """The page, or the way on; every refusal is a page of its own that says what to do."""
        invitation = self.desk.invitations.find(asked.ticket)
        if invitation is None:
            return unknown_link()
        if not invitation.is_open(self.desk.clock()):
            sentence = "The link has expired: it could be used for seven days."
            return _closed(HTTPStatus.GONE, "expired", "This link has expired", sentence, ASK_AGAIN)
        if asked.side:
            return self._back(asked, invitation)
        if not invitation.browser_digest:
            return self._first(asked, invitation)
        if not invitation.belongs_to(browser_digest(asked)):
            return _other_browser()
        return self._step(asked, invitation)

    def _first(self, asked: Asked, invitation: Invitation) -> Answered:
        """Nothing is taken by looking at a link, as programs do that guard mail; the button takes it."""
        if asked.method != "POST" or asked.form.get("step") != "begin":
            return Answered(HTTPStatus.OK, "welcome", pages.welcome(integration_kind(invitation.kind), invitation))
        secret = self.desk.new_secret()
        try:
            self.desk.invitations.save(invitation.bound(digest_of(secret)))
        except Stale:
            return _other_browser()
        return _on("?", "begun", cookie=f"{cookie_name(asked.ticket)}={secret}")

    def _step(self, asked: Asked, invitation: Invitation) -> Answered:
        steps = Steps(self.desk, asked.base_url, invitation)
        try:
            if asked.method != "POST":
                away = asked.query.get("go", "")
                return self._away(asked, invitation, away) if away in SIDES else steps.show(asked.query.get("step", ""))
            name = asked.form.get("step", "")
            if name not in _DOES:
                return _on("?", "unknown_step")
            return _DOES[name](steps, asked.form)
        except Stale:
            sentence = "Something was changed in another window at the same time; nothing was lost."
            return steps.refused(Step.FIRST, sentence, "Look at the step again and repeat it.", "stale")
        except HandoffError as error:
            return steps.refused_error(asked.form.get("step", ""), error)

    def _away(self, asked: Asked, invitation: Invitation, side: str) -> Answered:
        """To the vendor's page, with one way back that is good for an hour."""
        vendor = vendor_on(integration_kind(invitation.kind), side)
        steps = Steps(self.desk, asked.base_url, invitation)
        if vendor.grant_page is None:
            return steps.show(side)
        way = self.desk.new_secret()
        back = f"{asked.base_url}/connect/{asked.tenant_id}/{asked.ticket}/{side}/{way}"
        try:
            address = vendor.grant_page.address(self.desk.platform, back)
        except HandoffError as error:
            return steps.refused_error(side, error)
        self.desk.invitations.save(invitation.sent_away(side, digest_of(way), self.desk.clock()))
        return _on(address, "sent_away")

    def _back(self, asked: Asked, invitation: Invitation) -> Answered:
        """Back from the vendor's page: in the browser that went there, within the hour, once."""
        if not invitation.belongs_to(browser_digest(asked)):
            return _other_browser()
        if asked.side not in SIDES or not invitation.came_back(asked.side, digest_of(asked.way), self.desk.clock()):
            sentence = "This way back was used already, or it has been open for more than an hour. Nothing was changed."
            cure = "Open the link you were sent once more, and go to that page again from its step."
            return _closed(HTTPStatus.GONE, "way_closed", "This way back is closed", sentence, cure)
        try:
            invitation = self.desk.invitations.save(invitation.closed_way())
        except Stale:
            return _closed(
                HTTPStatus.CONFLICT, "stale", "That happened twice", "Two windows came back at once.", "Go on in one."
            )
        steps = Steps(self.desk, asked.base_url, invitation, home=f"../../{asked.ticket}")
        page = vendor_on(integration_kind(invitation.kind), asked.side).grant_page
        if page is None:
            return steps.show(asked.side)
        try:
            entered = page.read_back(asked.query)
        except InvalidInput as declined:
            return steps.refused_error(asked.side, declined)
        return steps.connect(asked.side, entered)


def _in_report(button: str) -> Callable[[Steps, Mapping[str, str]], Answered]:
    return lambda steps, form: steps.report(button, form)


_DOES: Mapping[str, Callable[[Steps, Mapping[str, str]], Answered]] = {
    "begin": lambda steps, _: steps.show(""),
    "time_tool": lambda steps, form: steps.connect("time_tool", form),
    "erp": lambda steps, form: steps.connect("erp", form),
    "settings": lambda steps, form: steps.save_settings(form),
    "finish": lambda steps, _: steps.finish(),
    **{button: _in_report(button) for button in ("look", "accept", "accept_all", "undo", "leave")},
    "renew": lambda steps, form: steps.renew(form.get("hook", "")),
    "sign": lambda steps, form: steps.sign(form.get("hook", ""), Secret(form.get("signing_key", ""))),
}


def unknown_link() -> Answered:
    """The page for a link that is none; also for a tenant that can't be one."""
    sentence = "There is no such link. It may have been cut off when it was copied."
    return _closed(HTTPStatus.NOT_FOUND, "unknown_link", "This link is not known", sentence, ASK_AGAIN)


def _other_browser() -> Answered:
    return _closed(
        HTTPStatus.FORBIDDEN,
        "other_browser",
        "This link is in use in another browser",
        "The link belongs to the browser in which it was begun, and this one is not it (or its cookies were deleted).",
        "Go on in that browser, or ask whoever sent you the link for a new one.",
    )


def _closed(status: HTTPStatus, code: str, title: str, sentence: str, cure: str) -> Answered:
    return Answered(status, code, pages.closed(title, sentence, cure))


def _on(location: str, code: str, *, cookie: str = "") -> Answered:
    return Answered(HTTPStatus.SEE_OTHER, code, location=location, cookie=cookie)
