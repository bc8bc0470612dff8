"""The faults of vendors by name, as the errors that the pipeline meets."""

from __future__ import annotations

from handoff.domain.errors import BrokenContract, HandoffError, RateLimited, ReconnectNeeded, Unreachable

UNSENT = ("unreachable", "rate_limited", "reconnect")
UNREAD = (*UNSENT, "broken")


def error_of(fault: str, vendor: str, what: str) -> HandoffError:
    """What a client of ours raises for it."""
    match fault:
        case "unreachable":
            return Unreachable(f"{vendor} can't be reached")
        case "rate_limited":
            return RateLimited(f"{vendor} asks to wait", retry_after=15)
        case "broken":
            return BrokenContract(f"{vendor} answered with something else than a list", field=what)
        case "reconnect":
            return ReconnectNeeded(f"{vendor} is closed to us", field=what)
    raise AssertionError(f"nobody knows the fault {fault}")
