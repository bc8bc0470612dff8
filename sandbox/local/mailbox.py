"""The mail that the local AWS was asked to send: read over HTTP, or kept as files that a mail program opens.

Nothing leaves the machine: the local SES takes every message and keeps it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from sandbox.local.aws import Aws

SENDER: Final = "handoff@platform.example"
_PATH: Final = "/_ministack/ses/messages"
_LOOK_SECONDS: Final = 2.0
_DIRECT = build_opener(ProxyHandler({}))  # loopback, whatever proxy this machine has


@dataclass(frozen=True)
class Received:
    """One message as it was handed to SES."""

    id: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    at: datetime

    def as_file(self) -> bytes:
        """The message as a mail program reads it."""
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = self.sender, ", ".join(self.to)
        message["Subject"], message["Date"] = self.subject, format_datetime(self.at)
        message["Message-ID"] = f"<{self.id}>"
        message.set_content(self.text)
        message.add_alternative(self.html, subtype="html")
        return message.as_bytes()


def verify_sender(aws: Aws) -> None:
    """Lets the local SES know the address that mail comes from, as an operator does on AWS."""
    aws.session.client("sesv2", endpoint_url=aws.endpoint).create_email_identity(EmailIdentity=SENDER)


def received(aws: Aws) -> list[Received]:
    """All messages so far, oldest first."""
    with _DIRECT.open(f"{aws.endpoint}{_PATH}", timeout=10) as answer:
        accounts = json.load(answer)["messages"].values()
    found = [
        Received(
            id=one["MessageId"],
            sender=one["Source"],
            to=tuple(one["To"]),
            subject=one["Subject"],
            text=one["BodyText"],
            html=one["BodyHtml"] or "",
            at=datetime.fromtimestamp(one["Timestamp"], UTC),
        )
        for messages in accounts
        for one in messages
    ]
    return sorted(found, key=lambda one: one.at)


def keep(aws: Aws, folder: Path) -> int:
    """Writes each message that is not there yet into the folder, as `.eml` and `.html`; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {path.stem for path in folder.glob("*.eml")}
    written = 0
    for message in received(aws):
        name = f"{message.at:%Y%m%dT%H%M%S}-{message.id.partition('@')[0][:8]}"
        if name in known:
            continue
        (folder / f"{name}.html").write_text(message.html, encoding="utf-8")
        (folder / f"{name}.eml").write_bytes(message.as_file())
        written += 1
    return written


@contextmanager
def kept(aws: Aws, folder: Path) -> Iterator[None]:
    """Keeps messages as files every few seconds, as long as it is open."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_SECONDS):
            try:
                keep(aws, folder)
            except URLError:  # the local AWS is ending
                return

    thread = threading.Thread(target=look, name="mailbox", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
