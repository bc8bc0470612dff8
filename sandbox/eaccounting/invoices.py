"""Booked invoices: created in one step, read, paid, mailed, voided.

Visma eAccounting API v2, `/customerinvoices`: numbered and booked by the POST; `PaymentStatus` 0 paid, 1 unpaid, 2
overdue; `modifiedSinceUtc` beside `$filter`; `CreatedFromDraftId` books a draft; payments are dated today at the latest
and are kinds 1 partial, 2 complete, 3 rounding, 4 bank charge. A client saw 201 for a POST, `PaymentDate` with a time,
and that `EuThirdParty` and `RotReducedInvoicingType` may be missing here. Nothing lists payments.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sandbox.eaccounting.amounts import cents
from sandbox.eaccounting.answers import CANNOT, Json, refuse
from sandbox.eaccounting.booking import Draft, book, note_open
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.converting import convert
from sandbox.eaccounting.documents import INVOICE, INVOICE_ROW, MAIL, PAYMENT
from sandbox.eaccounting.fields import read, read_stamp, written
from sandbox.eaccounting.listing import listed
from sandbox.eaccounting.sales_heads import due_on, head_of
from sandbox.eaccounting.sales_rows import read_rows, sell
from sandbox.eaccounting.visits import SALES, SALES_PLANS, Door, Visit, created, reading
from sandbox.eaccounting.vouchers import BANK, enter, side
from sandbox.wire import Answer

PATH = "/customerinvoices"
PAID, UNPAID, OVERDUE = 0, 1, 2
PARTIAL, COMPLETE, ROUNDING, BANK_CHARGE = 1, 2, 3, 4
CC_MAX = 5
PDF = b"%PDF-1.4\n% invoice of a stand-in\n%%EOF\n"


def status_of(company: Company, invoice: Json) -> int:
    """Paid, unpaid or overdue, as of today."""
    if invoice["RemainingAmountInvoiceCurrency"] == 0:
        return PAID
    return OVERDUE if invoice["DueDate"] < company.today() else UNPAID


def view(company: Company, invoice: Json) -> Json:
    """The invoice with what is worked out when it is looked at."""
    return {**invoice, "PaymentStatus": status_of(company, invoice)}


def shown(company: Company, invoice: Json) -> Json:
    """An invoice as it is answered."""
    return written(INVOICE, _with_rows(view(company, invoice)))


def pay(company: Company, invoice: Json, payment: Json) -> Json:
    """Books the payment; the invoice with what remains of it. Ends the call with 400."""
    bank = company.banks.named(payment["CompanyBankAccountId"], "CompanyBankAccountId")
    if payment["PaymentDate"] > company.today():
        refuse("PaymentDate cannot be in the future.")
    if payment["PaymentCurrency"] != invoice["CurrencyCode"]:
        refuse(f"PaymentCurrency must be {invoice['CurrencyCode']}.")
    amount, left = payment["PaymentAmount"], invoice["RemainingAmountInvoiceCurrency"]
    settled = _settled(payment["PaymentType"], amount, left)
    booked, closed = cents(amount * invoice["CurrencyRate"]), _in_base(invoice, left, settled)
    country = company.country
    rows = [side(company, bank["LedgerAccountNumber"], booked), side(company, country.receivables, -closed)]
    if booked != closed:
        rows.append(side(company, country.rounding, closed - booked))
    text = f"Payment {invoice['InvoiceNumber']}"
    enter(company, payment["PaymentDate"], text, rows, kind=BANK, source=invoice["Id"])
    return settle(company, invoice, settled, paid_on=payment["PaymentDate"])


def settle(company: Company, invoice: Json, amount: Decimal, *, paid_on: date | None = None) -> Json:
    """The invoice with so much of it settled, in its own currency."""
    left = invoice["RemainingAmountInvoiceCurrency"]
    closed = _in_base(invoice, left, amount)
    values: Json = {"RemainingAmountInvoiceCurrency": left - amount}
    values["RemainingAmount"] = invoice["RemainingAmount"] - closed
    if paid_on is not None:
        values["PaymentDate"] = paid_on
    if company.options.payments_stamp:
        values["ModifiedUtc"] = company.now()
    note_open(company, invoice["CustomerId"], -closed)
    return company.invoices.put({**invoice, **values})


def void(company: Company, invoice: Json) -> Json:
    """Takes the whole invoice back by a credit invoice; both are settled. Ends the call with 400."""
    if invoice["CreditedBy"] or invoice.get("IsCreditInvoice") or status_of(company, invoice) == PAID:
        refuse(f"The invoice {invoice['InvoiceNumber']} cannot be voided.", CANNOT)
    customer = company.customers.named(invoice["CustomerId"], "CustomerId")
    on = company.today()
    head = {**invoice, "IsCreditInvoice": True, "InvoiceDate": on, "DueDate": on, "CreatedFromDraftId": None}
    head["ReferringInvoiceId"] = invoice["Id"]
    rows = [{**row, "Id": company.new_id()} for row in invoice["Rows"]]
    sale = sell(company, head, customer, rows, invoice["InvoiceDate"])
    credit = book(company, Draft(head, sale))
    settle(company, credit, credit["RemainingAmountInvoiceCurrency"])
    left = company.invoices.get(invoice["Id"])
    done = settle(company, left, left["RemainingAmountInvoiceCurrency"])
    named = {**done, "CreditedBy": [{"CreditInvoiceId": credit["Id"]}], "ModifiedUtc": company.now()}
    return company.invoices.put(named)


def make(company: Company, body: Json) -> Json:
    """A new booked invoice. Ends the call with 400."""
    values = read(INVOICE, body)
    if draft_id := values.get("CreatedFromDraftId"):
        return convert(company, company.drafts.named(draft_id, "CreatedFromDraftId"), {})
    for name in ("CustomerId", "Rows"):
        if not values.get(name):
            refuse(f"The {name} field is required.")
    head, customer = head_of(company, values)
    on = head.setdefault("InvoiceDate", company.today())
    head.setdefault("DueDate", due_on(company, head, on))
    rows = read_rows(company, customer, values["Rows"], head, of_draft=False)
    return book(company, Draft(head, sell(company, head, customer, rows, on)))


def _settled(kind: int, amount: Decimal, left: Decimal) -> Decimal:
    """What a payment takes off the invoice. Ends the call with 400."""
    if kind not in (PARTIAL, COMPLETE, ROUNDING, BANK_CHARGE):
        refuse("The field PaymentType must be between 1 and 4.")
    if kind == ROUNDING and abs(left - amount) < 1:
        return left
    if amount * left <= 0 or abs(amount) > abs(left):
        refuse(f"PaymentAmount {amount} does not fit what remains, {left}.")
    if kind in (COMPLETE, ROUNDING) and amount != left:
        refuse(f"A complete payment must be {left}.")
    return amount


def _in_base(invoice: Json, left: Decimal, settled: Decimal) -> Decimal:
    whole: Decimal = invoice["RemainingAmount"]
    return whole if settled == left else cents(settled * invoice["CurrencyRate"])


def _with_rows(row: Json) -> Json:
    return {
        **row,
        "Rows": [written(INVOICE_ROW, one) for one in row["Rows"]],
        "VatSpecification": [dict(one) for one in row["VatSpecification"]],
    }


def _list(visit: Visit) -> Answer:
    company = visit.company
    rows = list(company.invoices.all())
    if since := visit.query.get("modifiedsinceutc"):
        try:
            mark = read_stamp(since)
        except ValueError:
            refuse(f"The value '{since}' is not valid for modifiedSinceUtc.")
        rows = [row for row in rows if row["ModifiedUtc"] >= mark]
    return listed(visit, INVOICE, [_with_rows(view(company, row)) for row in rows])


def _get(visit: Visit) -> Answer:
    return Answer(200, shown(visit.company, visit.company.invoices.get(visit.id())))


def _post(visit: Visit) -> Answer:
    return created(visit, shown(visit.company, make(visit.company, visit.body())))


def _pay(visit: Visit) -> Answer:
    invoice = visit.company.invoices.get(visit.id())
    payment = read(PAYMENT, visit.body())
    pay(visit.company, invoice, payment)
    return created(visit, written(PAYMENT, payment))


def _void(visit: Visit) -> Answer:
    invoice = void(visit.company, visit.company.invoices.get(visit.id()))
    return Answer(200, shown(visit.company, invoice))


def _mail(visit: Visit) -> Answer:
    company, invoice = visit.company, visit.company.invoices.get(visit.id())
    body = read(MAIL, visit.body())
    return _sent(company, invoice, body, reminder=False)


def _remind(visit: Visit) -> Answer:
    company, invoice = visit.company, visit.company.invoices.get(visit.id())
    details = read(MAIL, visit.body().get("EmailDetails") or {})
    if status_of(company, invoice) != OVERDUE:
        refuse(f"The invoice {invoice['InvoiceNumber']} is not overdue.", CANNOT)
    answer = _sent(company, invoice, details, reminder=True)
    count = invoice["PaymentRemindersCount"] + 1
    company.invoices.put({**invoice, "PaymentReminderIssued": True, "PaymentRemindersCount": count})
    return answer


def _sent(company: Company, invoice: Json, mail: Json, *, reminder: bool) -> Answer:
    """A client cannot see that an invoice was sent: no field says so."""
    copies = mail.get("CcRecipients") or []
    if not isinstance(copies, list) or len(copies) > CC_MAX:
        refuse(f"CcRecipients can be {CC_MAX} at most.")
    to = mail.get("Email") or invoice.get("CustomerEmail")
    if not to:
        refuse("The email was not sent: the customer has no email address.")
    subject = mail.get("Subject") or f"Invoice from {company.settings['Name']}"
    sent = {"to": to, "copies": copies, "subject": subject, "invoice": invoice["InvoiceNumber"], "reminder": reminder}
    company.mails.append(sent)
    return Answer(200)


def _url(visit: Visit) -> Answer:
    invoice = visit.company.invoices.get(visit.id())
    return Answer(200, {"Url": f"{visit.call.base_url}/temporary/{invoice['Id']}.pdf"})


def _print(visit: Visit) -> Answer:
    visit.company.invoices.get(visit.id())
    return Answer(200, PDF, {"Content-Type": "application/pdf"})


_READS = reading(SALES)
DOORS = (
    Door("GET", PATH, _list, _READS, SALES_PLANS),
    Door("POST", PATH, _post, _READS, SALES_PLANS),
    Door("GET", f"{PATH}/{{id}}", _get, _READS, SALES_PLANS),
    Door("GET", f"{PATH}/{{id}}/pdf", _url, _READS, SALES_PLANS),
    Door("GET", f"{PATH}/{{id}}/print", _print, _READS, SALES_PLANS),
    Door("POST", f"{PATH}/{{id}}/payments", _pay, SALES, SALES_PLANS),
    Door("POST", f"{PATH}/{{id}}/void", _void, SALES, SALES_PLANS),
    Door("POST", f"{PATH}/{{id}}/email", _mail, _READS, SALES_PLANS),
    Door("POST", f"{PATH}/{{id}}/paymentreminders", _remind, _READS, SALES_PLANS),
)
