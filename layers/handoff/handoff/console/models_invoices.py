"""What the API says about an invoice as a document in the ERP."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from handoff.console.models import Shape
from handoff.console.values import DecimalText
from handoff.domain.problem_codes import FixedBy


class InvoiceShape(Shape):
    """An invoice or credit note as one voucher of a journal."""

    number: int = Field(description="The invoice's number, the time tool's own.", examples=[20001])
    customer: int = Field(description="The customer's number in the ERP.", examples=[1001])
    project: int | None = Field(description="The project's number in the ERP; null where it has none.", examples=[501])
    invoiced_on: date = Field(description="The invoice's date.")
    due_on: date | None = Field(description="When it is due; null where the time tool does not say.")
    total: DecimalText = Field(description="Total including VAT; negative in a credit note.")
    currency: str = Field(examples=["DKK"])
    account: int = Field(description="The ledger account of the revenue.", examples=[1010])
    vat_code: str = Field(description="The ERP's VAT code; empty for the account's own.", examples=["U25"])
    journal: int = Field(description="Number of the journal.", examples=[1])
    voucher: str | None = Field(description="Number of the voucher; null until the ERP has it.", examples=["50001"])


class OrderLineShape(Shape):
    """One line of an order."""

    item: str = Field(description="Number of the item in the ERP.", examples=["KONS"])
    text: str
    quantity: DecimalText
    unit_price: DecimalText = Field(description="Without VAT.")
    project: str = Field(description="The project's number in the ERP, or empty.", examples=["1"])
    department: str = Field(description="The department's number in the ERP, or empty.", examples=["100"])
    tax_group: int | None = Field(description="The ERP's group for its VAT; null where the ERP decides.", examples=[1])


class OrderShape(Shape):
    """An invoice or credit note as an order."""

    customer: str = Field(description="The customer's number in the ERP.", examples=["1001"])
    ordered_on: date = Field(description="The invoice's date.")
    net: DecimalText = Field(description="What its lines come to, without VAT; negative in a credit note.")
    currency: str = Field(examples=["EUR"])
    credits: str = Field(description="In a credit note: the ERP's number of the invoice that it takes back, or empty.")
    order: str | None = Field(description="The ERP's number; null until the ERP has it.", examples=["5001"])
    lines: tuple[OrderLineShape, ...]


class PostingProblem(Shape):
    """What keeps a document of a single record back, or stands beside it as a note."""

    id: str = Field(description="The cause's id in the inbox.", examples=["1f0c2a9b8d7e6f5a4b"])
    code: str = Field(examples=["pdf_missing"])
    message: str
    cure: str
    fixed_by: FixedBy = Field(description="Where it is mended.")
