"""Mail through Amazon SES. What it refuses for good is Rejected; all else may be tried again."""

from __future__ import annotations

from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from handoff.domain.errors import RateLimited, Rejected, Unreachable
from handoff.ports.notices import Mail

_FOR_GOOD = frozenset(
    {
        "BadRequestException",
        "MessageRejected",
        "MailFromDomainNotVerifiedException",
        "NotFoundException",
    }
)
"""SES v2, SendEmail: an address it can't use, or a sender that was not verified."""
PAUSE = 90
"""Seconds; how long the queue hides a message that failed."""
_TOO_MANY = frozenset({"LimitExceededException", "TooManyRequestsException"})
_UTF_8 = "UTF-8"


class Ses(Protocol):
    """The one call of SES v2 that is needed here."""

    def send_email(
        self, *, FromEmailAddress: str, Destination: dict[str, list[str]], Content: dict[str, object]
    ) -> object: ...


class SesMailer:
    """Sends mail from one address."""

    def __init__(self, client: Ses, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Hands it to SES; raises Rejected, RateLimited or Unreachable, none of them with an address in it."""
        try:
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [mail.to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": mail.subject, "Charset": _UTF_8},
                        "Body": {
                            "Text": {"Data": mail.text, "Charset": _UTF_8},
                            "Html": {"Data": mail.html, "Charset": _UTF_8},
                        },
                    }
                },
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            # SES's own sentence names the addresses, which are no business of the log.
            if code in _FOR_GOOD:
                raise Rejected(f"SES refused the message ({code})", code="mail_refused") from error
            if code in _TOO_MANY:
                raise RateLimited(f"SES takes no more mail now ({code})", retry_after=PAUSE) from error
            raise Unreachable(f"SES did not take the message ({code})") from error
        except BotoCoreError as error:
            raise Unreachable(f"SES did not answer ({type(error).__name__})") from error
