"""A hint as a message: what a webhook told of, on its way to where it is looked at."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import Literal

from pydantic import BaseModel, ConfigDict

from handoff.domain.hints import Hint, HintKind
from handoff.ports import Queue


class HintStep(BaseModel):
    """One message of the post queue; `event_id` is the stored event it came with, `came_at` when that came in.

    What was looked at since then has been seen already: a burst of hints of the same is one look.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)  # errors are logged

    name: Literal["hint"] = "hint"
    tenant_id: str
    integration_id: str
    event_id: str
    kind: HintKind
    subject: str
    came_at: datetime | None = None  # a message may still be on its way from before hints had one

    @property
    def hint(self) -> Hint:
        """What to look at."""
        return Hint(self.kind, self.subject)


def send_hint(erp_id: str, step: HintStep, *, queue: Queue) -> None:
    """Queues a hint behind the other work of its entity, which the ERP's connection names: its hints stay in order.

    Every event has an id of its own: the second of two alike may tell of a change that the first came too early for.
    """
    # Two integrations of one entity share a group, and each is told of the same event.
    digest = blake2b(step.integration_id.encode(), digest_size=8).hexdigest()
    queue.send(step.model_dump_json(), group=f"{step.tenant_id}.{erp_id}", dedup=f"{step.event_id}.{digest}")
