"""SES's answers: what is refused for good, what may be tried again, and that no address gets into an error."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from handoff.domain.errors import HandoffError, RateLimited, Rejected, Unreachable
from handoff.ports.notices import Mail
from handoff.storage.mail import SesMailer

MAIL = Mail("finance@klitrose.example", "Emne æøå", "text", "<p>text</p>")


class FakeSes:
    """Takes what it is sent, or answers with a fault."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.sent: list[tuple[str, dict[str, list[str]], dict[str, object]]] = []

    def send_email(
        self, *, FromEmailAddress: str, Destination: dict[str, list[str]], Content: dict[str, object]
    ) -> object:
        if self.fault is not None:
            raise self.fault
        self.sent.append((FromEmailAddress, Destination, Content))
        return {}


def refused(code: str) -> ClientError:
    said = "Email address is not verified: finance@klitrose.example"
    return ClientError({"Error": {"Code": code, "Message": said}}, "SendEmail")


def test_a_message_goes_to_its_address_in_both_forms() -> None:
    ses = FakeSes()
    SesMailer(ses, "handoff@platform.example").send(MAIL)
    ((sender, to, content),) = ses.sent
    assert (sender, to) == ("handoff@platform.example", {"ToAddresses": ["finance@klitrose.example"]})
    assert content == {
        "Simple": {
            "Subject": {"Data": "Emne æøå", "Charset": "UTF-8"},
            "Body": {
                "Text": {"Data": "text", "Charset": "UTF-8"},
                "Html": {"Data": "<p>text</p>", "Charset": "UTF-8"},
            },
        }
    }


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (refused("MessageRejected"), Rejected),
        (refused("BadRequestException"), Rejected),
        (refused("MailFromDomainNotVerifiedException"), Rejected),
        (refused("TooManyRequestsException"), RateLimited),
        (refused("LimitExceededException"), RateLimited),
        (refused("SendingPausedException"), Unreachable),
        (refused("InternalFailure"), Unreachable),
        (EndpointConnectionError(endpoint_url="https://email.eu-north-1.amazonaws.com"), Unreachable),
    ],
)
def test_a_fault_says_what_must_happen_next_and_names_no_address(fault: Exception, meaning: type[HandoffError]) -> None:
    with pytest.raises(meaning) as raised:
        SesMailer(FakeSes(fault), "handoff@platform.example").send(MAIL)
    assert "@" not in str(raised.value)
