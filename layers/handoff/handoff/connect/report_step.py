"""The step *Report*: what its buttons do, and what it says where something can't be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from handoff.accounting.likeness import Alike
from handoff.connect import pages, report_view
from handoff.connect.check import refusal_words
from handoff.connect.desk import SIDES, Answered, vendor_on
from handoff.connect.looking import Looking, Stand
from handoff.connect.pages import Content, Refusal
from handoff.domain.errors import HandoffError, NotFound, Stale
from handoff.pipeline.live.health import Health
from handoff.pipeline.mirror.report import accept, accept_all, part

REPORT = "report"


class Shows(Protocol):
    """Puts content within the frame of the step."""

    def __call__(
        self, at: str, content: Content, refusal: Refusal | None = None,
        *, status: HTTPStatus = HTTPStatus.OK, code: str = "shown",
    ) -> Answered:  # fmt: skip
        """The page."""
        ...


@dataclass(frozen=True)
class ReportStep:
    """The step of one invitation; `left` is what has to be done before both sides can be looked at."""

    looking: Looking
    page: Shows
    checked: Callable[[], Health | None]
    left: Sequence[str]

    def show(
        self, refusal: Refusal | None = None, *, status: HTTPStatus = HTTPStatus.OK, code: str = "shown"
    ) -> Answered:
        """The report, or how far the look is."""
        if self.looking.stand is Stand.DONE:
            content = report_view.report(self.looking, acts=not self._is_live)
        else:
            content = report_view.watched(self.looking, left=self.left, stopped=self._stopped())
        return self.page(REPORT, content, refusal, status=status, code=code)

    def does(self, button: str, entered: Mapping[str, str]) -> Answered:
        """What a button of the step does; a refusal stands on top of the step as it is now."""
        if self._is_live:
            return self.show()
        try:
            return self._look() if button == "look" else self._answer(button, entered)
        except NotFound:
            sentence = "One of the two is not there any more, or they were taken apart already."
            refusal = Refusal(sentence, "Look again to see both sides as they are now.")
            return self.show(refusal, status=HTTPStatus.CONFLICT, code="gone")
        except Stale:
            if button in ("look", "leave"):
                return _on()  # it was pressed twice
            sentence = "Somebody pressed a button at the same time, or both sides were just being looked at."
            refusal = Refusal(sentence, "This is how it stands now; go on from here.")
            return self.show(refusal, status=HTTPStatus.CONFLICT, code="stale")
        except HandoffError as error:
            return self.show(Refusal(*refusal_words(error)), status=HTTPStatus.CONFLICT, code=error.code)

    def _look(self) -> Answered:
        """Begins a look, unless one is under way already: the button may be pressed twice."""
        if self.looking.stand is Stand.UNDER_WAY:
            return _on()
        if self.left:
            return self.show(status=HTTPStatus.CONFLICT, code="not_ready")
        found = self.checked()
        if found is None or found.missing:
            lacking = pages.missing(() if found is None else found.missing, "Not yet")
            return self.show(lacking, status=HTTPStatus.CONFLICT, code="missing")
        self.looking.begin(found)
        return _on()

    def _answer(self, button: str, entered: Mapping[str, str]) -> Answered:
        flow, ours, theirs = (entered.get(name, "") for name in ("flow", "ours", "theirs"))
        if self.looking.stand is not Stand.DONE or flow not in {one.name for one in self.looking.flows}:
            return _on()
        if button == "accept":
            accept(self.looking.sightings, flow, ours, theirs)
        elif button == "undo":
            part(self.looking.sightings, flow, ours)
        elif button == "leave":
            self.looking.leave(report_view.proposal_name(flow, ours, theirs))
        else:
            alike = entered.get("alike", "")
            accept_all(self.looking.sightings, flow, Alike(alike) if alike in set(Alike) else None)
        return _on(flow)

    @property
    def _is_live(self) -> bool:
        return self.looking.invitation.finished_at is not None

    def _stopped(self) -> Sequence[str]:
        """The sides whose connection stands still until it is mended."""
        found = {side: self.looking.desk.connection(self.looking.invitation.connection_of(side)) for side in SIDES}
        return [
            vendor_on(self.looking.kind, side).title for side, one in found.items() if one is not None and one.stopped
        ]


def _on(flow: str = "") -> Answered:
    return Answered(
        HTTPStatus.SEE_OTHER, "answered" if flow else "looking", location=f"?step={REPORT}{flow and '#'}{flow}"
    )
