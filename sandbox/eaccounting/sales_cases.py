"""Which revenue account and VAT a row of an invoice gets, from the customer's VAT situation.

Visma eAccounting API v2: a row has no account; its article's coding names one for each case of sales. Measured by a
client: reverse charge on construction needs the customer's flag and the row's, a row's flag alone is refused. Which
customer is which case otherwise is ASSUMED: by country, by the VAT number within the EU, by `EuThirdParty`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.eaccounting.answers import Json, refuse
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.countries import EU, Vat

NO_VAT = Decimal(0)
_WITH_VAT = ("DomesticSalesSubjectToVatAccountNumber", "ForeignSalesSubjectToVatWithinEuAccountNumber")


@dataclass(frozen=True)
class Case:
    """A revenue account, the rate in percent, and the account of the VAT."""

    account: int
    percent: Decimal
    vat_account: int | None


def case_of(company: Company, customer: Json, coding: Json, row: Json, on: date, *, third_party: bool) -> Case:
    """The case of a row. Ends the call with 400."""
    country = customer.get("InvoiceCountryCode") or company.country.code
    reversed_row = row.get("ReversedConstructionServicesVatFree", False)
    if reversed_row and not customer.get("ReverseChargeOnConstructionServices"):
        refuse("ReversedConstructionServicesVatFree needs a customer with ReverseChargeOnConstructionServices.")
    if reversed_row:
        name = "DomesticSalesSubjectToReversedConstructionVatAccountNumber"
    elif row.get("IsVatFree"):
        name = "DomesticSalesVatExemptAccountNumber"
    elif country == company.country.code or customer.get("ForceBookkeepVat"):
        name = "DomesticSalesSubjectToVatAccountNumber"
    elif third_party:
        name = "ForeignSalesSubjectToThirdPartySalesAccountNumber"
    elif country in EU and not customer.get("VatNumber"):
        name = "ForeignSalesSubjectToVatWithinEuAccountNumber"
    elif country in EU:
        name = "ForeignSalesVatExemptWithinEuAccountNumber"
    else:
        name = "ForeignSalesVatExemptOutsideEuAccountNumber"
    vat = vat_of(company, coding) if name in _WITH_VAT else None
    if vat is None:
        return Case(coding[name], NO_VAT, None)
    return Case(coding[name], vat.rate_on(on), vat.account)


def vat_of(company: Company, coding: Json) -> Vat | None:
    """The VAT code of a coding, or None for sales without VAT."""
    code = coding.get("VatCode")
    return next((one for one in company.country.vats if one.code == code), None)
