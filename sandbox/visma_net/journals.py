"""Writing journal transactions (screen GL301000): the batches of the general ledger, API version 2.

Only amounts in the document's currency can be written; the server computes the company's. A batch leaves Hold only
when debit equals credit (Visma.net ERP API, Journal transaction). ASSUMED: a batch whose `hold` is not sent is on
hold, a negative amount is taken, a released batch is posted at once and cannot be changed.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sandbox.visma_net.company import Company, required
from sandbox.visma_net.formats import from_post_period, is_period, money, server_time
from sandbox.visma_net.records import Batch, BatchLine
from sandbox.visma_net.writing import (
    FLAG,
    MOMENT,
    NUMBER,
    OPERATION,
    SEGMENTS,
    TEXT,
    WHOLE,
    Sent,
    bad,
    read,
    rows,
)
from sandbox.wire import Refused

OPEN_STATUSES = ("Hold", "Balanced")

LINE = {
    "operation": OPERATION,
    "lineNumber": WHOLE,
    "accountNumber": TEXT,
    "subaccount": SEGMENTS,
    "project": TEXT,
    "projectTask": TEXT,
    "referenceNumber": TEXT,
    "transactionDescription": TEXT,
    "debitAmountInCurrency": NUMBER,
    "creditAmountInCurrency": NUMBER,
    "vatCodeId": TEXT,
    "vatId": TEXT,
    "branch": TEXT,
    "uom": TEXT,
    "quantity": NUMBER,
    "note": TEXT,
}
BATCH = {
    "batchNumber": TEXT,
    "hold": FLAG,
    "transactionDate": MOMENT,
    "financialPeriod": TEXT,
    "postPeriod": TEXT,
    "ledger": TEXT,
    "currencyId": TEXT,
    "exchangeRate": NUMBER,
    "autoReversing": FLAG,
    "description": TEXT,
    "controlTotalInCurrency": NUMBER,
    "createVatTransaction": FLAG,
    "skipVatAmountValidation": FLAG,
    "transactionCode": TEXT,
    "branch": TEXT,
    "overrideNumberSeries": FLAG,
    "journalTransactionLines": rows(LINE),
}


def create(company: Company, raw: object) -> Batch:
    """A new batch from a POST body, all of it or nothing; its module is always GL. Raises `Refused`."""
    sent = read(raw, BATCH)
    for row in sent.rows("journalTransactionLines"):
        if row.text("operation") != "Insert":
            raise bad("Only lines with operation Insert can be sent with a new batch.")
    batch = _header(company, sent)
    batch.lines = [
        _line(company, row, batch.rate, number)
        for number, row in enumerate(sent.rows("journalTransactionLines"), start=1)
    ]
    _check_released_from_hold(batch)
    batch.number = _own_number(company, sent) or company.next_batch_number()
    company.batches.add(batch.number, batch)
    company.touch(batch, is_new=True)
    return batch


def update(company: Company, batch: Batch, raw: object) -> None:
    """Changes a batch that is not released. Raises `Refused` and changes nothing when a part is refused."""
    sent = read(raw, BATCH)
    if batch.status not in OPEN_STATUSES:
        raise bad("Journal transaction can't be updated because it is already released.")
    changed = _header(company, Sent({**_header_as_sent(batch), **_without_period_clash(sent)}))
    lines = {line.number: line for line in batch.lines}
    for row in sent.rows("journalTransactionLines"):
        operation, number = row.text("operation"), row.whole("lineNumber")
        if operation == "Insert":
            number = max(lines, default=0) + 1
            lines[number] = _line(company, row, changed.rate, number)
        elif number is None or number not in lines:
            raise bad(f"Line with lineNumber '{number}' cannot be found in the batch.")
        elif operation == "Delete":
            del lines[number]
        else:
            merged = Sent({**_line_as_sent(company, lines[number]), **row.values})
            lines[number] = _line(company, merged, changed.rate, number)
    changed.number, changed.created_at = batch.number, batch.created_at
    changed.lines = list(lines.values())
    for line in changed.lines:
        line.debit = money(line.debit_in_currency * changed.rate)
        line.credit = money(line.credit_in_currency * changed.rate)
    _check_released_from_hold(changed)
    company.batches.add(changed.number, changed)
    company.touch(changed)


def release(company: Company, batch: Batch) -> str | None:
    """Releases and posts a balanced batch; gives the reason when it could not be done."""
    if batch.status != "Balanced":
        return f"Batch {batch.number} is {batch.status} and cannot be released."
    try:
        company.open_period(batch.period)
    except Refused as refused:
        body = refused.answer.body
        return str(body["message"]) if isinstance(body, dict) else "The period is closed."
    batch.status = "Posted"
    company.touch(batch)
    return None


def debit_total(batch: Batch) -> Decimal:
    """The sum of debits in the document's currency."""
    return sum((line.debit_in_currency for line in batch.lines), Decimal(0))


def credit_total(batch: Batch) -> Decimal:
    """The sum of credits in the document's currency."""
    return sum((line.credit_in_currency for line in batch.lines), Decimal(0))


def _header(company: Company, sent: Sent) -> Batch:
    on = sent.moment("transactionDate") or server_time(company.now())
    currency = sent.text("currencyId") or company.currency
    own_rate = company.exchange_rate(currency)
    ledger = sent.text("ledger") or company.ledger
    if ledger != company.ledger:
        raise bad(f"Ledger '{ledger}' cannot be found in the system.")
    return Batch(
        number="",
        module="ModuleGL",
        status="Balanced" if sent.flag("hold") is False else "Hold",
        date=on.date(),
        period=company.period_for(_period_sent(sent), on),
        ledger=ledger,
        currency=currency,
        rate=sent.number("exchangeRate") or own_rate,
        description=sent.text("description"),
        control_total=sent.number("controlTotalInCurrency") or Decimal(0),
        auto_reversing=sent.flag("autoReversing") is True,
        transaction_code=sent.text("transactionCode"),
        branch=company.branch(sent.text("branch") or company.main_branch).number,
    )


def _period_sent(sent: Sent) -> str | None:
    """The period as YYYYMM; it comes as `financialPeriod` YYYYMM or as `postPeriod` MMYYYY."""
    period, post_period = sent.text("financialPeriod"), sent.text("postPeriod")
    turned = from_post_period(post_period) if post_period else None
    for name, read_period in (("financialPeriod", period), ("postPeriod", turned)):
        if read_period and not is_period(read_period):
            raise bad(f"The value of '{name}' is no financial period.")
    if period and turned and period != turned:
        raise bad("financialPeriod and postPeriod are different periods. Send one of them.")
    return period or turned


def _line(company: Company, sent: Sent, rate: Decimal, number: int) -> BatchLine:
    account = company.account(sent.text("accountNumber"))
    if not account.takes_manual_entries:
        raise bad(f"Account '{account.number}' does not take manual entries.")
    sub = company.subaccount_of(sent.rows("subaccount"))
    project_id, task_id = sent.text("project"), sent.text("projectTask")
    if project_id:
        project = company.project_for_entry(project_id)
        project_id, task_id = project.project_id, company.task_for_entry(project, task_id).task_id
    debit = money(sent.number("debitAmountInCurrency") or Decimal(0))
    credit = money(sent.number("creditAmountInCurrency") or Decimal(0))
    if debit and credit:
        raise bad("A line has a debit amount or a credit amount, not both.")
    vat_code, vat, uom = sent.text("vatCodeId"), sent.text("vatId"), sent.text("uom")
    for vat_id in (vat_code, vat):
        if vat_id:
            company.vat_id(vat_id)
    return BatchLine(
        number=number,
        account=account.number,
        sub=sub.number,
        debit=money(debit * rate),
        credit=money(credit * rate),
        debit_in_currency=debit,
        credit_in_currency=credit,
        reference=sent.text("referenceNumber"),
        text=sent.text("transactionDescription"),
        project=project_id,
        task=task_id if project_id else None,
        vat_code=vat_code,
        vat=vat,
        branch=company.branch(sent.text("branch") or company.main_branch).number,
        uom=company.unit(uom) if uom else None,
        quantity=sent.number("quantity") or Decimal(0),
        note=sent.text("note"),
    )


def _check_released_from_hold(batch: Batch) -> None:
    if batch.status == "Hold":
        return
    if debit_total(batch) != credit_total(batch):
        raise bad("The batch is not balanced. Review the debit and credit amounts.")
    if batch.control_total and batch.control_total != debit_total(batch):
        raise bad("The control total does not equal the debit total.")


def _own_number(company: Company, sent: Sent) -> str | None:
    """A number of the client's own, taken only with `overrideNumberSeries`; else the series gives one."""
    if sent.flag("overrideNumberSeries") is not True:
        return None
    number = required("Batch number", sent.text("batchNumber"))
    if company.batches.get(number) is not None:
        raise bad(f"Batch number '{number}' already exists.")
    return number


def _without_period_clash(sent: Sent) -> dict[str, object]:
    values = dict(sent.values)
    if sent.has("postPeriod") and not sent.has("financialPeriod"):
        values["financialPeriod"] = None  # the stored period gives way to the one sent in the other form
    return values


def _header_as_sent(batch: Batch) -> dict[str, object]:
    return {
        "hold": batch.status == "Hold",
        "transactionDate": _midnight(batch.date),
        "financialPeriod": batch.period,
        "ledger": batch.ledger,
        "currencyId": batch.currency,
        "exchangeRate": batch.rate,
        "autoReversing": batch.auto_reversing,
        "description": batch.description,
        "controlTotalInCurrency": batch.control_total,
        "transactionCode": batch.transaction_code,
        "branch": batch.branch,
    }


def _line_as_sent(company: Company, line: BatchLine) -> dict[str, object]:
    segments = company.subaccount(line.sub).segments
    return {
        "accountNumber": line.account,
        "subaccount": [
            Sent({"segmentId": number, "segmentValue": value}) for number, value in enumerate(segments, start=1)
        ],
        "project": line.project,
        "projectTask": line.task,
        "referenceNumber": line.reference,
        "transactionDescription": line.text,
        "debitAmountInCurrency": line.debit_in_currency,
        "creditAmountInCurrency": line.credit_in_currency,
        "vatCodeId": line.vat_code,
        "vatId": line.vat,
        "branch": line.branch,
        "uom": line.uom,
        "quantity": line.quantity,
        "note": line.note,
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())
