"""Rows of drafts and invoices: read, filled from articles, priced, and added up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.eaccounting.amounts import HUNDRED, Line, Totals, totals
from sandbox.eaccounting.answers import Json, refuse
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.documents import DRAFT_ROW, INVOICE_ROW
from sandbox.eaccounting.fields import Model, read
from sandbox.eaccounting.sales_cases import Case, case_of

FOREIGN_DECIMALS = 4


@dataclass(frozen=True)
class Sale:
    """What a document sells: its rows, the case of each row that is no text, and what they add up to."""

    rows: tuple[Json, ...]
    cases: tuple[Case | None, ...]
    totals: Totals


def sell(company: Company, head: Json, customer: Json, rows: list[Json], on: date) -> Sale:
    """Prices the rows under the head of their document: `IncludesVat`, `IsCreditInvoice`, `EuThirdParty`."""
    cases = tuple(_case(company, head, customer, row, on) for row in rows)
    priced = [(row, case) for row, case in zip(rows, cases, strict=True) if case is not None]
    lines = [
        Line(
            row.get("Quantity", Decimal(0)),
            row["UnitPrice"],
            row.get("DiscountPercentage", Decimal(0)),
            case.percent,
        )
        for row, case in priced
    ]
    added = totals(
        lines,
        includes_vat=head["IncludesVat"],
        by_row=company.options.vat_by_row,
        whole_units=company.settings.get("DomesticCurrencyRounding") == 1 and _is_domestic(company, customer),
        credit=head.get("IsCreditInvoice", False),
    )
    return Sale(tuple(rows), cases, added)


def read_rows(company: Company, customer: Json, body: object, head: Json, *, of_draft: bool) -> list[Json]:
    """The rows that were sent, each with an id of its own. Ends the call with 400."""
    if not isinstance(body, list):
        refuse("Rows must be a list.")
    kind = DRAFT_ROW if of_draft else INVOICE_ROW
    rows = [_read_row(company, customer, kind, one, head) for one in body]
    for at, row in enumerate(rows):
        row.setdefault("LineNumber", at)
    return rows


def percent_shown(company: Company, percent: Decimal) -> Decimal:
    """A VAT rate as answers have it."""
    return percent if company.options.vat_as_percent else percent / HUNDRED


def includes_vat(company: Company, *, is_private: bool) -> bool:
    """Whether unit prices hold VAT: those of private persons do, unless the company shows them without."""
    return is_private and not company.settings.get("ShowPricesExclVatPC")


def _read_row(company: Company, customer: Json, kind: Model, body: object, head: Json) -> Json:
    decimals = {} if _is_domestic(company, customer) else {"UnitPrice": FOREIGN_DECIMALS}
    row = read(kind, body, decimals)
    row["Id"] = company.new_id()
    row["IsTextRow"] = row.get("IsTextRow", kind is INVOICE_ROW and "ArticleId" not in row)
    if row["IsTextRow"]:
        return {name: row[name] for name in ("Id", "LineNumber", "IsTextRow", "Text") if name in row}
    if "ArticleId" not in row:
        refuse("ArticleId is required when IsTextRow is false.")
    article = company.articles.named(row["ArticleId"], "ArticleId")
    if not article["IsActive"] and not company.options.invoices_inactive:
        refuse(f"The article {article['Number']} is not active.")
    if "UnitId" in row:
        company.units.named(row["UnitId"], "UnitId")
    company.check_dimensions(row)
    return {**_from_article(company, article), **row, "UnitPrice": _price(article, row, head)}


def _price(article: Json, row: Json, head: Json) -> Decimal:
    own: Decimal = article.get("GrossPrice" if head["IncludesVat"] else "NetPrice", Decimal(0))
    sent: Decimal | None = row.get("UnitPrice")
    if sent is None or (sent == 0 and head.get("ReplaceUnitPriceWhenZero")):
        return own
    return sent


def _from_article(company: Company, article: Json) -> Json:
    unit = company.units.get(article["UnitId"])
    return {
        "ArticleNumber": article["Number"],
        "IsServiceArticle": article["IsServiceArticle"],
        "Text": article["Name"],
        "UnitId": unit["Id"],
        "UnitName": unit["Name"],
        "UnitAbbreviation": unit["Abbreviation"],
        "UnitAbbreviationEnglish": unit["AbbreviationEnglish"],
        "VatRateId": article["CodingId"],
    }


def _case(company: Company, head: Json, customer: Json, row: Json, on: date) -> Case | None:
    if row["IsTextRow"]:
        return None
    coding = company.codings.get(row["VatRateId"])
    return case_of(company, customer, coding, row, on, third_party=head.get("EuThirdParty", False))


def _is_domestic(company: Company, customer: Json) -> bool:
    own_country = customer.get("InvoiceCountryCode") or company.country.code
    return bool(own_country == company.country.code and customer.get("CurrencyCode") == company.currency)
