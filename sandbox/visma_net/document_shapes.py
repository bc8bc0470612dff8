"""How documents look when they are read; their lines have objects where a write takes plain codes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sandbox.visma_net.company import Company
from sandbox.visma_net.formats import day_text, moment_text, offset_moment_text, post_period_text
from sandbox.visma_net.journals import credit_total, debit_total
from sandbox.visma_net.records import Batch, BatchLine, ProjectTransaction, TransactionLine
from sandbox.visma_net.shapes import Json, account_ref, branch_ref, employee, sub_ref, subaccount


def project_transaction(company: Company, row: ProjectTransaction, *, with_notes: bool = True) -> Json:
    """A project transaction with all its lines."""
    return {
        "refNbr": row.number,
        "description": row.description,
        "origDocNbr": None,
        "status": row.status,
        "module": row.module,
        "origDocType": None,
        "note": row.note if with_notes else None,
        "timeStamp": row.timestamp,
        "lines": [transaction_line(company, line, with_notes=with_notes) for line in row.lines],
    }


def transaction_line(company: Company, row: TransactionLine, *, with_notes: bool) -> Json:
    """A line of a project transaction. `inventoryId` is an object with the item's number here."""
    item = company.items.get(row.item)
    worker = company.employees.get(row.employee)
    return {
        "tranId": row.tran_id,
        "date": day_text(row.date),
        "inventoryId": {"number": item.number, "description": item.description} if item else None,
        "description": row.description,
        "uom": row.uom,
        "quantity": row.quantity,
        "unitRate": row.unit_rate,
        "amount": row.amount,
        "billable": row.billable,
        "released": row.released,
        "allocated": False,
        "billableQuantity": row.billable_quantity,
        "financialPeriod": row.period,
        "batchNbr": row.batch,
        "useBillableQty": row.uses_billable_quantity,
        "startDate": day_text(row.date),
        "endDate": day_text(row.date),
        "lastModifiedDateTime": offset_moment_text(row.changed_at),
        "earningType": None,
        "overtimeMultiplier": Decimal(0),
        **_project_refs(company, row.project, row.task),
        "debitAccount": _full_account_ref(company, row.debit_account),
        "debitSubaccount": sub_ref(company, row.debit_sub),
        "creditAccount": _full_account_ref(company, row.credit_account),
        "creditSubaccount": sub_ref(company, row.credit_sub),
        "branch": branch_ref(company, row.branch),
        "employee": employee(company, worker) if worker else None,
        "customerVendor": None,
        "accountGroup": _group_ref(company, row.group),
        "debitAccountGroup": _group_of_account(company, row.debit_account),
        "creditAccountGroup": _group_of_account(company, row.credit_account),
        "location": None,
        "note": row.note if with_notes else None,
    }


def batch(company: Company, row: Batch, lines: Sequence[BatchLine] | None = None) -> Json:
    """A journal transaction; `lines` are those of one page when the batch is split, totals are the whole's."""
    shown = row.lines if lines is None else lines
    return {
        "module": row.module,
        "batchNumber": row.number,
        "status": row.status,
        "hold": row.status == "Hold",
        "transactionDate": day_text(row.date),
        "postPeriod": post_period_text(row.period),
        "financialPeriod": row.period,
        "ledger": row.ledger,
        "ledgerDescription": "Hovedbok",
        "currencyId": row.currency,
        "exchangeRate": row.rate,
        "autoReversing": row.auto_reversing,
        "reversingEntry": False,
        "description": row.description,
        "originalBatchNumber": None,
        "debitTotal": sum((line.debit for line in row.lines), Decimal(0)),
        "debitTotalInCurrency": debit_total(row),
        "creditTotal": sum((line.credit for line in row.lines), Decimal(0)),
        "creditTotalInCurrency": credit_total(row),
        "controlTotal": row.control_total,
        "controlTotalInCurrency": row.control_total,
        "createVatTransaction": False,
        "skipVatAmountValidation": False,
        "lastModifiedDateTime": moment_text(row.changed_at),
        "transactionCode": row.transaction_code,
        "branch": row.branch,
        "timeStamp": row.timestamp,
        "journalTransactionLines": [batch_line(company, line, row.module) for line in shown],
    }


def batch_line(company: Company, row: BatchLine, module: str) -> Json:
    """A line of a journal transaction."""
    account, sub = company.accounts.get(row.account), company.subaccounts.get(row.sub)
    return {
        "lineNumber": row.number,
        "accountNumber": row.account,
        "description": account.description if account else None,
        "subaccount": subaccount(company, sub) if sub else None,
        "referenceNumber": row.reference,
        "debitAmount": row.debit,
        "debitAmountInCurrency": row.debit_in_currency,
        "creditAmount": row.credit,
        "creditAmountInCurrency": row.credit_in_currency,
        "transactionDescription": row.text,
        "vatCode": {"id": row.vat_code, "description": None} if row.vat_code else None,
        "vat": {"id": row.vat, "description": None} if row.vat else None,
        "branch": row.branch,
        "customerSupplier": None,
        "module": module,
        "uom": row.uom,
        **_project_refs(company, row.project, row.task),
        "quantity": row.quantity,
        "inventoryNumber": None,
        "note": row.note,
    }


def _project_refs(company: Company, project_id: str | None, task_id: str | None) -> Json:
    project = company.projects.get(project_id)
    task = company.task_of(project, task_id) if project else None
    return {
        "project": {
            "internalId": project.internal_id,
            "id": project.project_id,
            "description": project.description,
        }
        if project
        else None,
        "projectTask": {"internalId": task.internal_id, "id": task.task_id, "description": task.description}
        if task
        else None,
    }


def _full_account_ref(company: Company, number: str | None) -> Json | None:
    row = company.accounts.get(number)
    ref = account_ref(company, number)
    if row is None or ref is None:
        return None
    return {**ref, "externalCode1": row.external_code, "externalCode2": None, "active": row.active}


def _group_ref(company: Company, group_id: str | None) -> Json | None:
    row = company.account_groups.get(group_id)
    return {"number": row.group_id, "name": row.description} if row else None


def _group_of_account(company: Company, number: str | None) -> Json | None:
    row = company.accounts.get(number)
    return _group_ref(company, row.group) if row else None
