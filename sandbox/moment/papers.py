"""Invoices as PDF: one page of plain lines, a document that readers open."""

from __future__ import annotations

from sandbox.moment.answers import Json

PDF_TYPE = "application/pdf"


def invoice_pdf(company: str, invoice: Json) -> bytes:
    """The printed invoice, the same bytes each time."""
    title = "Kreditnota" if invoice["invoiceType"] == "creditNote" else "Faktura"
    lines = (
        f"{company}: {title} {invoice['invoiceNumber']}",
        f"{invoice['customerNumber']} {invoice['customerName']}",
        f"{invoice['invoiceDate']}   {invoice['description'] or ''}",
        f"{invoice['totalIncludingVat']} {invoice['currencyCode']}",
    )
    return pdf_of(lines)


def pdf_of(lines: tuple[str, ...]) -> bytes:
    """A one-page PDF with these lines."""
    text = " ".join(f"({_escaped(line)}) Tj T*" for line in lines)
    stream = f"BT /F1 12 Tf 16 TL 72 770 Td {text} ET".encode("cp1252", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
        b"/Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    document, places = b"%PDF-1.4\n", list[int]()
    for number, content in enumerate(objects, start=1):
        places.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return document + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(document))
    )


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
