"""Errors, sorted by what must happen next.

Class names are API: state machines and handlers choose the next step by them. Every error carries
data (a code, the field it is about, what mends it) and its text is safe to show and to log: no
token, no body of a vendor's answer beyond the sentence the vendor meant for people.
"""

from __future__ import annotations

from typing import ClassVar


class HandoffError(Exception):
    """Something a caller must act on; `code` says what, `field` where, `cure` how.

    `status` is that of the vendor's answer, where there was one that was a refusal.
    """

    default_code: ClassVar[str] = "handoff_error"
    default_cure: ClassVar[str] = "Look at the run's problems."

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        field: str | None = None,
        cure: str | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code or self.default_code
        self.field = field
        self.cure = cure or self.default_cure


class Unreachable(HandoffError):
    """Nothing was sent: retry freely."""

    default_code = "vendor_unreachable"
    default_cure = "The next pass tries again by itself."


class RateLimited(HandoffError):
    """The vendor asks us to wait `retry_after` seconds."""

    default_code = "rate_limited"
    default_cure = "The pass goes on by itself after the vendor's waiting time."

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotKnownYet(RateLimited):
    """What became of a write can be told `retry_after` seconds from now; until then nothing is sent."""

    default_code = "not_known_yet"
    default_cure = "It goes on by itself: the ERP is asked for the document then."


class DeliveryUnknown(HandoffError):
    """Sent, answer lost: ask the vendor before trying again."""

    default_code = "delivery_unknown"
    default_cure = "The ERP is asked for the document before anything is sent again."


class Rejected(HandoffError):
    """Answered with a definite no: a person changes data or settings."""

    default_code = "refused"
    default_cure = "Correct what the answer names, then retry the problem."


class ReconnectNeeded(HandoffError):
    """The grant expired, was withdrawn or does not reach far enough: the connection stops."""

    default_code = "reconnect_needed"
    default_cure = "Connect the account again with a user who has the rights."


class BrokenContract(HandoffError):
    """The vendor sent what our models refuse: the feed's cursor stays where it is."""

    default_code = "broken_contract"
    default_cure = "Correct the record at the vendor, or report the field to support."


class Stale(HandoffError):
    """Somebody was faster: what we read has changed since."""

    default_code = "stale"
    default_cure = "Read it again and repeat the step."


class NotFound(HandoffError):
    """No such thing for this tenant."""

    default_code = "not_found"
    default_cure = "Check the id; list what there is first."


class InvalidInput(HandoffError):
    """A caller's value is refused; nothing was changed."""

    default_code = "invalid_input"
    default_cure = "Correct the field and send the request again."


class IllegalMove(HandoffError):
    """A record can't go from its state to the one asked for."""

    default_code = "illegal_move"
    default_cure = "Look at the record's state and history."


class Unbalanced(HandoffError):
    """A posting whose debits and credits differ: it is never sent."""

    default_code = "unbalanced_posting"
    default_cure = "This is a defect of ours: nothing was sent, report the posting's key."
