"""Files that come and go: multipart bodies read, kinds told apart by their first bytes, PDFs made of several parts."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from sandbox.economic.records import Document
from sandbox.wire import Answer, Call

MEGABYTE = 1024 * 1024
MAX_BYTES = 9 * MEGABYTE
PDF = "pdf"
_STARTS = ((b"%PDF-", PDF), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"))


@dataclass(frozen=True)
class Upload:
    """The parts of a form: one file at most, and texts."""

    file: bytes | None
    texts: dict[str, str]


def upload(call: Call) -> Upload | None:
    """The form that was sent, or None when it is no multipart form."""
    kind = call.header("content-type") or ""
    if not kind.lower().startswith("multipart/form-data"):
        return None
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + call.content)
    file, texts = None, dict[str, str]()
    for part in message.get_payload() if message.is_multipart() else []:
        if not isinstance(part, Message):
            continue
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        if part.get_filename() is not None:
            file = content
        else:
            name = part.get_param("name", header="content-disposition")
            texts[str(name)] = content.decode("utf-8", "replace").strip()
    return Upload(file, texts)


def kind_of(content: bytes) -> str | None:
    """The kind of file by its first bytes, or None for one that is not taken."""
    return next((kind for start, kind in _STARTS if content.startswith(start)), None)


def pages_of(document: Document) -> int:
    """How many pages the document has; a picture is one."""
    counts = [part.count(b"/Type /Page") - part.count(b"/Type /Pages") for part in document.parts]
    return sum(max(count, 1) for count in counts)


def as_pdf(document: Document) -> bytes:
    """The document as one PDF: a single PDF as it came, else one page for each part that names its size."""
    if len(document.parts) == 1 and kind_of(document.parts[0]) == PDF:
        return document.parts[0]
    return a_pdf([f"Part {index}: {len(part)} bytes" for index, part in enumerate(document.parts, 1)])


def pdf_answer(content: bytes) -> Answer:
    """The file on its way out."""
    return Answer(200, content, {"Content-Type": "application/pdf"})


def a_pdf(lines: list[str]) -> bytes:
    """A small PDF with one page a line."""
    count = len(lines)
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, line in enumerate(lines):
        text = "".join(character for character in line if character.isascii() and character not in "()\\")
        stream = f"BT /F1 12 Tf 72 770 Td ({text}) Tj ET"
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * index} 0 R"
        objects.append(f"{page} /Resources << /Font << /F1 3 0 R >> >> >>")
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    tail = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return (out + head + tail).encode()
