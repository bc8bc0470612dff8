"""Writing project transactions (screen PM304000): hours and items on project tasks.

There is no release by the API, no DELETE and no field for a foreign key: the document's description is all a client
has to find its own document again, and the same POST twice gives two documents. (Visma.net ERP API, Project
transaction.) Which fields are mandatory and what the server fills in is not documented; every rule here is ASSUMED
but for the amount formula, which is the vendor's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sandbox.visma_net.company import Company
from sandbox.visma_net.formats import money, server_time
from sandbox.visma_net.records import Account, Batch, BatchLine, ProjectTransaction, TransactionLine
from sandbox.visma_net.writing import (
    FLAG,
    MOMENT,
    NUMBER,
    OPERATION,
    TEXT,
    WHOLE,
    Sent,
    bad,
    one_of,
    read,
    rows,
    wrapped,
)

MODULES = ("GL", "AP", "AR", "CA", "CM", "IN", "SO", "PO", "DR", "FA", "EP", "PM", "TX", "CR")
STATUSES = ("Hold", "Balanced", "Released")
AMOUNT_FACTORS = ("quantity", "billableQuantity", "billable", "useBillableQty", "unitRate")

LINE = {
    "operation": OPERATION,
    "tranId": WHOLE,
    "date": MOMENT,
    "financialPeriod": TEXT,
    "project": TEXT,
    "projectTask": TEXT,
    "employee": TEXT,
    "inventoryId": TEXT,  # the item's number, despite the name
    "uom": TEXT,
    "quantity": NUMBER,
    "billableQuantity": NUMBER,
    "billable": FLAG,
    "useBillableQty": FLAG,
    "unitRate": NUMBER,
    "amount": NUMBER,
    "debitAccount": TEXT,
    "debitSubaccount": TEXT,  # one text such as 10-000, not segments as elsewhere
    "creditAccount": TEXT,
    "creditSubaccount": TEXT,
    "accountGroup": TEXT,
    "branch": TEXT,
    "description": TEXT,
    "note": TEXT,
}
DOCUMENT = {
    "refNbr": TEXT,
    "description": TEXT,
    "status": wrapped(one_of(*STATUSES)),
    "module": wrapped(one_of(*(f"Module{module}" for module in MODULES))),
    "note": TEXT,
    "lines": rows(LINE),
}


def create(company: Company, raw: object) -> ProjectTransaction:
    """A new document from a POST body, all of it or nothing. Raises `Refused` for its first fault."""
    sent = read(raw, DOCUMENT)
    status = _status(sent, "Balanced")
    for row in sent.rows("lines"):
        if row.text("operation") != "Insert":
            raise bad("Only lines with operation Insert can be sent with a new document.")
    document = ProjectTransaction(
        number="",
        description=sent.text("description"),
        status=status,
        module=sent.text("module") or "ModulePM",
        note=sent.text("note"),
        lines=[_line(company, row) for row in sent.rows("lines")],
    )
    document.number = f"PM{company.next_number('PM'):08d}"
    company.project_transactions.add(document.number, document)
    _store(company, document, is_new=True)
    return document


def update(company: Company, document: ProjectTransaction, raw: object) -> None:
    """Changes a document that is not released. Raises `Refused` and changes nothing when a part is refused."""
    sent = read(raw, DOCUMENT)
    if document.status == "Released":
        raise bad("Project transaction can't be updated because it is already released.")
    status = _status(sent, document.status)
    lines = {line.tran_id: line for line in document.lines}
    added = []
    for row in sent.rows("lines"):
        if row.text("operation") == "Insert":
            added.append(_line(company, row))
            continue
        tran_id = row.whole("tranId")
        if tran_id is None or tran_id not in lines:
            raise bad(f"Line with tranId '{tran_id}' cannot be found in the document.")
        if row.text("operation") == "Delete":
            del lines[tran_id]
        else:
            lines[tran_id] = _line(company, _merged(lines[tran_id], row), tran_id)
    document.lines = [*lines.values(), *added]
    document.status = status
    if sent.has("description"):
        document.description = sent.text("description")
    if sent.has("note"):
        document.note = sent.text("note")
    _store(company, document)


def release(company: Company, document: ProjectTransaction) -> list[Batch]:
    """What a person does in the release window: the document becomes final and its lines reach the ledger.

    Gives the batches, one per period. Raises `Refused` for a document on hold, released, or in a closed period.
    """
    if document.status != "Balanced":
        raise bad(f"Project transaction {document.number} is {document.status} and cannot be released.")
    for line in document.lines:
        company.open_period(line.period)
    batches = [_batch(company, document, period) for period in sorted({line.period for line in document.lines})]
    document.status = "Released"
    for line in document.lines:
        line.released = True
    _store(company, document)
    return batches


def _status(sent: Sent, default: str) -> str:
    # Whether writing Released releases a document is not known; refusing it is the answer nobody can build on.
    status = sent.text("status") or default
    if status == "Released":
        raise bad("The status Released cannot be set. Release the document in the release window.")
    return status


def _store(company: Company, document: ProjectTransaction, *, is_new: bool = False) -> None:
    company.touch(document, is_new=is_new)
    for line in document.lines:
        line.tran_id = line.tran_id or company.next_number("tranId", 100_001)
        line.changed_at = document.changed_at


def _line(company: Company, sent: Sent, tran_id: int = 0) -> TransactionLine:
    project = company.project_for_entry(sent.text("project"))
    task = company.task_for_entry(project, sent.text("projectTask"))
    employee = sent.text("employee")
    item = company.item(number) if (number := sent.text("inventoryId")) else None
    uom = sent.text("uom") or (item.base_unit if item else None)
    amounts = _amounts(sent)
    debit, debit_sub = _posted_to(company, sent, "debit")
    credit, credit_sub = _posted_to(company, sent, "credit")
    group = sent.text("accountGroup") or (debit.group if debit else None)
    on = sent.moment("date") or server_time(company.now())
    return TransactionLine(
        tran_id=tran_id,
        date=on.date(),
        period=company.period_for(sent.text("financialPeriod"), on),
        project=project.project_id,
        task=task.task_id,
        employee=company.employee(employee).number if employee else None,
        item=item.number if item else None,
        uom=company.unit(uom, item.base_unit if item else None) if uom else None,
        quantity=amounts.quantity,
        billable_quantity=amounts.billable_quantity,
        billable=amounts.billable,
        uses_billable_quantity=amounts.uses_billable_quantity,
        unit_rate=amounts.unit_rate,
        amount=amounts.amount,
        debit_account=debit.number if debit else None,
        debit_sub=debit_sub,
        credit_account=credit.number if credit else None,
        credit_sub=credit_sub,
        group=company.account_group(group).group_id if group else None,
        branch=company.branch(sent.text("branch") or project.branch).number,
        description=sent.text("description"),
        note=sent.text("note"),
    )


def _posted_to(company: Company, sent: Sent, side: str) -> tuple[Account | None, str | None]:
    number, sub = sent.text(f"{side}Account"), sent.text(f"{side}Subaccount")
    account = company.account(number) if number else None
    if sub:
        return account, company.subaccount(sub).number
    return account, company.default_subaccount().number if account else None


@dataclass(frozen=True)
class _Amounts:
    quantity: Decimal
    billable_quantity: Decimal
    billable: bool
    uses_billable_quantity: bool
    unit_rate: Decimal
    amount: Decimal


def _amounts(sent: Sent) -> _Amounts:
    quantity = sent.number("quantity")
    if quantity is None:
        raise bad("'Quantity' cannot be empty.")
    billable = sent.flag("billable") is not False
    billable_quantity = sent.number("billableQuantity")
    if billable_quantity is None:
        billable_quantity = quantity if billable else Decimal(0)
    uses_billable = sent.flag("useBillableQty") is True
    rate = sent.number("unitRate") or Decimal(0)
    amount = sent.number("amount")
    if amount is None:
        amount = (billable_quantity if uses_billable else quantity) * rate
    return _Amounts(quantity, billable_quantity, billable, uses_billable, rate, money(amount))


def _merged(line: TransactionLine, row: Sent) -> Sent:
    """The line as if all of it had been written anew: what the row sends, else what is stored."""
    stored: dict[str, object] = {
        "date": datetime.combine(line.date, datetime.min.time()),
        "financialPeriod": line.period,
        "project": line.project,
        "projectTask": line.task,
        "employee": line.employee,
        "inventoryId": line.item,
        "uom": line.uom,
        "quantity": line.quantity,
        "billableQuantity": line.billable_quantity,
        "billable": line.billable,
        "useBillableQty": line.uses_billable_quantity,
        "unitRate": line.unit_rate,
        "amount": line.amount,
        "debitAccount": line.debit_account,
        "debitSubaccount": line.debit_sub,
        "creditAccount": line.credit_account,
        "creditSubaccount": line.credit_sub,
        "accountGroup": line.group,
        "branch": line.branch,
        "description": line.description,
        "note": line.note,
    }
    if any(row.has(name) for name in AMOUNT_FACTORS):
        del stored["amount"]
    return Sent({**stored, **row.values})


def _batch(company: Company, document: ProjectTransaction, period: str) -> Batch:
    lines = [line for line in document.lines if line.period == period]
    batch = Batch(
        number=company.next_batch_number(),
        module="ModulePM",
        status="Posted",  # "Automatically post on release" is on in this company
        date=max(line.date for line in lines),
        period=period,
        ledger=company.ledger,
        currency=company.currency,
        rate=Decimal(1),
        description=document.description,
    )
    for line in lines:
        line.batch = batch.number
        sides = (
            (line.debit_account, line.debit_sub, line.amount, Decimal(0)),
            (line.credit_account, line.credit_sub, Decimal(0), line.amount),
        )
        batch.lines += [
            BatchLine(
                number=len(batch.lines) + index,
                account=account,
                sub=sub,
                debit=debit,
                credit=credit,
                debit_in_currency=debit,
                credit_in_currency=credit,
                reference=document.number,
                text=line.description,
                project=line.project,
                task=line.task,
                uom=line.uom,
                quantity=line.quantity,
            )
            for index, (account, sub, debit, credit) in enumerate(sides, start=1)
            if account and sub
        ]
    company.batches.add(batch.number, batch)
    company.touch(batch, is_new=True)
    return batch
