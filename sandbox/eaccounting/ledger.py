"""Customer ledger items: invoices that were made and sent elsewhere.

Visma eAccounting API v2, `/customerledgeritems`: the number is whole; the item names a voucher, or brings one along
at `/customerledgeritemswithvoucher`; its VAT may differ from the voucher's by 0.05 at most (changelog of 2019-11).
ASSUMED: the voucher holds the total on the account of receivables, and is refused in the words that were seen for
suppliers.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.eaccounting.amounts import cents
from sandbox.eaccounting.answers import CONFLICT, Json, refuse
from sandbox.eaccounting.assumed import LEDGER_VAT_TOLERANCE
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.countries import rate_between
from sandbox.eaccounting.documents import LEDGER_ITEM, LEDGER_ITEM_WITH_VOUCHER
from sandbox.eaccounting.fields import read, written
from sandbox.eaccounting.listing import listed
from sandbox.eaccounting.visits import SALES, SALES_PLANS, Door, Visit, created, reading
from sandbox.eaccounting.vouchers import Switches, make, prepare, shown
from sandbox.wire import Answer

PATH = "/customerledgeritems"


def keep(company: Company, values: Json, voucher: Json) -> Json:
    """The item, beside the voucher it belongs to."""
    item = {**values, "Id": company.new_id(), "VoucherId": voucher["Id"], "ModifiedUtc": company.now()}
    item.pop("Voucher", None)
    return company.ledger.put(item)


def check(company: Company, values: Json, rows: list[Json]) -> None:
    """The item is one that the rows of its voucher bear out. Ends the call with 400."""
    rate = values.get("CurrencyRate") or rate_between(values["CurrencyCode"], company.currency)
    if rate is None:
        refuse(f"There is no rate for {values['CurrencyCode']}.")
    total = cents(values["TotalAmountInvoiceCurrency"] * rate)
    if _on(rows, company.country.receivables) != total:
        text = "The amount on standard account {}, recievables is not equal with TotalAmountBaseCurrency"
        refuse(text.format(company.country.receivables))
    vat = -sum((_on(rows, one.account) for one in company.country.vats), Decimal(0))
    if abs(vat - cents(values["VATAmountInvoiceCurrency"] * rate)) > Decimal(LEDGER_VAT_TOLERANCE):
        refuse(f"VATAmountInvoiceCurrency differs from the VAT of the voucher, {vat}.")


def _read(company: Company, visit: Visit, *, with_voucher: bool) -> Json:
    values = read(LEDGER_ITEM_WITH_VOUCHER if with_voucher else LEDGER_ITEM, visit.body())
    company.customers.named(values["CustomerId"], "CustomerId")
    number = values["InvoiceNumber"]
    if company.options.unique_ledger_numbers and company.ledger.first(InvoiceNumber=number) is not None:
        refuse(f"There is a customer ledger item with the number {number}.", CONFLICT)
    return values


def _on(rows: list[Json], account: int) -> Decimal:
    mine = [row for row in rows if row["AccountNumber"] == account]
    return sum((row["DebitAmount"] - row["CreditAmount"] for row in mine), Decimal(0))


def _list(visit: Visit) -> Answer:
    return listed(visit, LEDGER_ITEM, visit.company.ledger.all())


def _get(visit: Visit) -> Answer:
    return Answer(200, written(LEDGER_ITEM, visit.company.ledger.get(visit.id())))


def _post(visit: Visit) -> Answer:
    company = visit.company
    values = _read(company, visit, with_voucher=False)
    voucher = company.vouchers.named(values["VoucherId"], "VoucherId")
    check(company, values, voucher["Rows"])
    return created(visit, written(LEDGER_ITEM, keep(company, values, voucher)))


def _post_with_voucher(visit: Visit) -> Answer:
    company = visit.company
    values = _read(company, visit, with_voucher=True)
    prepared = prepare(company, values["Voucher"], Switches.of(visit))
    check(company, values, prepared.rows)
    voucher = make(company, prepared)
    item = keep(company, values, voucher)
    return created(visit, written(LEDGER_ITEM_WITH_VOUCHER, {**item, "Voucher": shown(voucher)}))


DOORS = (
    Door("GET", PATH, _list, reading(SALES), SALES_PLANS),
    Door("POST", PATH, _post, SALES, SALES_PLANS),
    Door("POST", f"{PATH}/customerledgeritemswithvoucher", _post_with_voucher, SALES, SALES_PLANS),
    Door("GET", f"{PATH}/{{id}}", _get, reading(SALES), SALES_PLANS),
)
