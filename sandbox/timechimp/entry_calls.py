"""API v1 for hours, expenses and trips: by day, by project, and their statuses (TimeChimp API v1, Time and its like).

The calls that change a status are in no description. Two spellings of the one for the house are in use in the field:
`changestatusintern` and `changestatusinternal`. What they answer is as one client's tests have it: rows for
`submitinternal`, ids for the others, a refusal for no ids at all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sandbox.timechimp import statuses
from sandbox.timechimp.answers import INVALID, Json, object_of, refusal, refuse, whole_id
from sandbox.timechimp.calls import Calls
from sandbox.timechimp.schema import ENTRIES
from sandbox.timechimp.views import shown
from sandbox.wire import Answer, Call, Handler, Refused, Route


class EntryCalls:
    """The handlers."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._company = calls.company

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            *(route for entity in ENTRIES for route in self._routes_of(entity)),
            Route("GET", "/v1/time/project/{id}/{start}/{end}", self._project_days),
            Route("POST", "/v1/time/starttimer/{id}", self._start_timer),
            Route("POST", "/v1/time/stoptimer/{id}", self._stop_timer),
        ]

    def _routes_of(self, entity: str) -> list[Route]:
        path = f"/v1/{entity}"
        posted: dict[str, Handler] = {
            "changestatusintern": self._changing(entity, statuses.INTERN, "intern"),
            "changestatusinternal": self._changing(entity, statuses.INTERN, "internal"),
            "changestatusexternal": self._changing(entity, statuses.EXTERN),
            "submitinternal": self._submitting(entity, statuses.INTERN),
            "submitexternal": self._submitting(entity, statuses.EXTERN),
        }
        return [
            *self._calls.whole(entity),
            Route("GET", f"{path}/daterange/{{start}}/{{end}}", self._days(entity)),
            Route("GET", f"{path}/project/{{id}}", self._of_project(entity)),
            Route("GET", f"{path}/{{id}}/statushistories", self._history(entity)),
            *(Route("POST", f"{path}/{name}", handler) for name, handler in posted.items()),
        ]

    def _days(self, entity: str) -> Handler:
        def answer(call: Call) -> Answer:
            rows = _within(call, self._company.database.rows(entity))
            return self._calls.answer(entity, self._calls.changed(call, entity, rows))

        return answer

    def _of_project(self, entity: str) -> Handler:
        """Hours of a project that is not there are a 404; one client's tests have it so for hours alone."""

        def answer(call: Call) -> Answer:
            database, project_id = self._company.database, whole_id(call.ids["id"])
            if entity == "time":
                database.get("projects", project_id)
            return self._calls.answer(entity, database.where(entity, "projectId", project_id))

        return answer

    def _project_days(self, call: Call) -> Answer:
        database = self._company.database
        project = database.get("projects", whole_id(call.ids["id"]))
        return self._calls.answer("time", _within(call, database.where("time", "projectId", project["id"])))

    def _history(self, entity: str) -> Handler:
        def answer(call: Call) -> Answer:
            row = self._company.database.get(entity, whole_id(call.ids["id"]))
            return Answer(200, list(row["_history"]))

        return answer

    def _changing(self, entity: str, which: str, spelling: str | None = None) -> Handler:
        def change(body: Json) -> Answer:
            status = body.get("status")
            if not isinstance(status, int) or status not in statuses.WORDS:
                refuse(INVALID, fields={"status": [f"The value '{status}' is not valid."]})
            said = {"message": _text(body, "message"), "by": _text(body, "name")}
            rows = self._company.set_statuses(entity, _ids(body), which, status, **said)
            return Answer(200, [row["id"] for row in rows])

        def known() -> bool:
            options = self._company.options
            return spelling in (None, *(options.expense_spellings if entity == "expenses" else options.spellings))

        return _answering(change, known)

    def _submitting(self, entity: str, which: str) -> Handler:
        def submit(body: Json) -> Answer:
            rows = self._company.submit(entity, _ids(body), which, message=_text(body, "message"))
            if which == statuses.EXTERN:
                return Answer(200, [row["id"] for row in rows])
            return Answer(200, [shown(self._company, entity, row) for row in rows])

        return _answering(submit, lambda: True)

    def _start_timer(self, call: Call) -> Answer:
        return Answer(200, self._company.start_timer(whole_id(call.ids["id"])))

    def _stop_timer(self, call: Call) -> Answer:
        return Answer(200, self._company.stop_timer(whole_id(call.ids["id"])))


def _answering(write: Callable[[Json], Answer], known: Callable[[], bool]) -> Handler:
    def answer(call: Call) -> Answer:
        if not known():
            raise Refused(refusal(404, f"No HTTP resource was found that matches the request URI '{call.path}'."))
        return write(object_of(call))

    return answer


def _within(call: Call, rows: list[Json]) -> list[Json]:
    """The rows from the first to the last day of the path, both of them in."""
    first, last = (_day(call.ids[name], name) for name in ("start", "end"))
    return [row for row in rows if first <= row["date"][:10] <= last]


def _day(text: str, name: str) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        refuse(INVALID, fields={f"{name}Date": [f"The value '{text}' is not valid for DateTime."]})


def _ids(body: Json) -> list[object]:
    ids = body.get("registrationIds")
    return ids if isinstance(ids, list) else refuse(INVALID, fields={"registrationIds": ["The field is required."]})


def _text(body: Json, name: str) -> str | None:
    value = body.get(name)
    return None if value is None else str(value)
