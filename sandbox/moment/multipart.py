"""The file out of a `multipart/form-data` body, read as the MIME message that it is."""

from __future__ import annotations

from dataclasses import dataclass
from email import policy
from email.message import MIMEPart
from email.parser import BytesParser

from sandbox.wire import Call


@dataclass(frozen=True)
class Upload:
    """One file as it was sent."""

    file_name: str
    content_type: str
    content: bytes


def upload_of(call: Call, field: str) -> Upload | None:
    """The file in that field; None when the body is no multipart form or has no such file."""
    content_type = call.header("content-type") or ""
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode("utf-8", "replace")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + call.content)
    if message.get_content_type() != "multipart/form-data" or not message.is_multipart():
        return None
    for part in message.iter_parts():
        if part.get_param("name", header="content-disposition") == field and (name := part.get_filename()):
            return Upload(name, part.get_content_type(), _content(part))
    return None


def _content(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
