"""What goes wrong inside a request, by the name of the table operation: such as `order_create` or `associate`.

Faults of the wire are those of `sandbox.faults`; these answer HTTP 200 with `errors`, after the effect or without it,
with the operation's data or null in its place. Documented: that a timed-out operation may still be carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.business_nxt.assumed import NOT_SAVED, TIMED_OUT
from sandbox.standin import BadOption, only_options, whole_option

TIMEOUT_TEXT = "The execution of the request exceeded 59 seconds."
KINDS = ("timeout", "error")


@dataclass
class Mishap:
    """One of them. `done` lets the operation take effect, `with_data` shows what it did beside the error."""

    operation: str
    message: str
    code: str
    left: int
    done: bool
    with_data: bool


class Mishaps:
    """Those still to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._mishaps: list[Mishap] = []

    def add(self, wanted: Mapping[str, object]) -> Mishap:
        """Takes one in. Raises `BadOption`."""
        only_options(wanted, ("operation", "kind", "message", "code", "times", "done", "with_data"))
        operation, kind = wanted.get("operation"), wanted.get("kind", "timeout")
        if not isinstance(operation, str) or kind not in KINDS:
            raise BadOption(f"operation must be a field such as order_create, kind one of {', '.join(KINDS)}")
        text, code = (TIMEOUT_TEXT, TIMED_OUT) if kind == "timeout" else ("The row could not be saved.", NOT_SAVED)
        done, with_data = (wanted.get(name, False) for name in ("done", "with_data"))
        if not isinstance(done, bool) or not isinstance(with_data, bool):
            raise BadOption("done and with_data must be true or false")
        mishap = Mishap(
            operation=operation,
            message=str(wanted.get("message", text)),
            code=str(wanted.get("code", code)),
            left=whole_option(wanted, "times", 1, 1, 1_000_000),
            done=done or with_data,
            with_data=with_data,
        )
        self._mishaps.append(mishap)
        return mishap

    def take(self, operation: str) -> Mishap | None:
        """The mishap that meets this operation, used up by one."""
        for mishap in self._mishaps:
            if mishap.operation == operation:
                mishap.left -= 1
                if not mishap.left:
                    self._mishaps.remove(mishap)
                return mishap
        return None

    def clear(self) -> int:
        """Removes all and says how many there were."""
        count = len(self._mishaps)
        self._mishaps.clear()
        return count
