"""The queues of steps: in order, again after a crash, and not for ever; and what may go wrong with a message.

A message may come twice, late, before an older one, or end among the dead letters, from where a person sends it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handoff.pipeline.steps import Step, StepName
from tests.fakes import FakeQueue
from tests.histories.mischief import Mischief

VISIBILITY = {StepName.FETCH_ERP: 90, StepName.FETCH_TIME_TOOL: 90, StepName.POST: 210, StepName.RECONCILE: 210}
"""For how many seconds a message that was given out stays hidden, as the template has it."""
RECEIVES_MAX = 8
"""How often the queue gives out a message before it counts as dead."""

Handle = Callable[[Step, int], datetime | None]
"""Works a step that is delivered for that time; until when its message stays hidden, or None when it is done with."""


@dataclass(slots=True)
class Message:
    """A queued step, its queue and group, how often it was delivered, and when it may be again."""

    step: Step
    group: tuple[int, str]
    visible_at: datetime
    count: int = 0


@dataclass(slots=True)
class Mailbox:
    """Both queues and the dead letters."""

    mischief: Mischief
    handle: Handle
    messages: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)
    fetch: FakeQueue = field(init=False)
    post: FakeQueue = field(init=False)

    def __post_init__(self) -> None:
        self.fetch, self.post = FakeQueue(self.mischief.true_now), FakeQueue(self.mischief.true_now)

    def deliver(self, deliveries: int) -> None:
        """Gives out as many messages, each as soon as it may be."""
        for _ in range(deliveries):
            waiting = self._waiting()
            if not waiting:
                return
            fault = self.mischief.fault("deliver")
            message = waiting[1] if fault == "overtaken" and len(waiting) > 1 else waiting[0]
            if fault == "dead":
                self._bury(message)
                continue
            if fault == "late":
                message.visible_at += timedelta(minutes=20)
                continue
            self.mischief.time = given_at = max(self.mischief.time, message.visible_at)
            message.count += 1
            if message.count > RECEIVES_MAX:
                self._bury(message)
                continue
            hidden = self.handle(message.step, message.count)
            if fault == "twice":  # it was done, and the queue did not hear of it
                hidden = hidden or given_at + timedelta(seconds=VISIBILITY[message.step.name])
            if message in self.messages:
                if hidden is None:
                    self.messages.remove(message)
                else:
                    message.visible_at = hidden

    def redrive(self) -> None:
        """A person sends all dead letters again."""
        for message in self.dead:
            message.count, message.visible_at = 0, self.mischief.time
        self.messages += self.dead
        self.dead = []

    def _bury(self, message: Message) -> None:
        self.messages.remove(message)
        self.dead.append(message)

    def _waiting(self) -> list[Message]:
        """The first message of each group, the soonest first; then all others, which only a fault brings forward."""
        for place, queue in enumerate((self.fetch, self.post)):
            while (taken := queue.take()) is not None:
                step = Step.model_validate_json(taken.body)
                self.messages.append(Message(step, (place, taken.group), self.mischief.time))
        if len(self.messages) < 2:
            return list(self.messages)
        first: dict[tuple[int, str], Message] = {}
        for message in self.messages:
            first.setdefault(message.group, message)
        heads = sorted(first.values(), key=lambda message: message.visible_at)
        return [*heads, *(message for message in self.messages if all(message is not head for head in heads))]
