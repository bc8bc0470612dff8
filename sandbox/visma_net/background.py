"""The background API: a call with the header `erp-api-background` is taken in, and its answer fetched later.

The answer to such a call is 202 with an id and where its state is found; `Finished` says only that it ran, whether
it went well is in `statusCode`; kept 24 hours (Visma.net ERP API, Background API). The "Utc" times carry an offset of
+01:00, as in a real answer that a client keeps as test data. ASSUMED: the operation has its effect when it is taken
in, only the news of it comes later; what is answered before and where there is no content.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.visma_net.formats import offset_moment_text
from sandbox.visma_net.writing import bad
from sandbox.wire import Answer, Call

HEADER = "erp-api-background"
KEPT = timedelta(hours=24)


@dataclass
class Operation:
    """One call taken in, with the answer it got."""

    id: str
    received_at: datetime
    call: Call
    answer: Answer
    polls_left: int

    @property
    def is_done(self) -> bool:
        """Whether the news of it may be told."""
        return self.polls_left <= 0


class Background:
    """The operations of one company. An operation is told as Started for `polls` reads of its state."""

    def __init__(self, now: Callable[[], datetime], new_id: Callable[[], str], polls: int = 1) -> None:
        self.now = now
        self.polls = polls
        self._new_id = new_id
        self._operations: dict[str, Operation] = {}

    def take(self, call: Call, answer: Answer, host: str) -> Answer:
        """Keeps the answer of a call and gives the 202 in its place."""
        operation = Operation(self._new_id(), self.now(), call, answer, self.polls)
        self._operations[operation.id] = operation
        where = f"{host}/v1/background/{operation.id}"
        return Answer(202, {"id": operation.id, "stateLocation": where})

    def state(self, request_id: str, host: str) -> Answer:
        """Answers `GET /v1/background/{requestId}`. Raises `Refused`."""
        operation = self._operation(request_id)
        done = operation.is_done
        operation.polls_left -= 1
        received = offset_moment_text(operation.received_at)
        answer = operation.answer
        body = {
            "id": operation.id,
            "status": "Finished" if done else "Started",
            "statusCode": answer.status if done else 0,
            "receivedUtc": received,
            "startedUtc": received,
            "finishedUtc": offset_moment_text(self.now()) if done else None,
            "webhookAddress": "none",
            "errorMessage": None,
            "reference": None,
            "originalUri": f"{host}{operation.call.path}",
            "hasResponseContent": done and answer.body is not None,
            "hasRequestContent": bool(operation.call.content),
            "contentLocation": f"{host}/v1/background/{operation.id}/content" if done else None,
            "responseHeaders": dict(answer.headers) if done else None,
        }
        return Answer(200, body)

    def content(self, request_id: str) -> Answer:
        """Answers `GET /v1/background/{requestId}/content`: the body of the operation. Raises `Refused`."""
        operation = self._operation(request_id)
        if not operation.is_done:
            raise bad("The background operation is not finished.", 404)
        return Answer(200, operation.answer.body) if operation.answer.body is not None else Answer(204)

    def _operation(self, request_id: str) -> Operation:
        operation = self._operations.get(request_id.lower())
        if operation is None or self.now() - operation.received_at > KEPT:
            raise bad(f"Background operation '{request_id}' cannot be found in the system.", 404)
        return operation


def is_wanted(call: Call) -> bool:
    """Whether the call asks for the background. Raises `Refused` for a web address, a form that was retired."""
    value = (call.header(HEADER) or "").strip().lower()
    if not value:
        return False
    if value == "none" or value.partition(":")[0] == "subscription":
        return True
    raise bad(f"The header {HEADER} must be none or subscription.")
