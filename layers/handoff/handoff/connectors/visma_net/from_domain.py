"""Postings as Visma.net ERP takes them. Amounts come rounded from the plan and are sent digit by digit.

Source: Visma.net ERP API, schemas ProjectTransactionDocumentUpdateDto and JournalTransactionUpdateDto.
Scalars are wrapped; `operation`, segments and the arrays are not. A line needs its operation on POST too.
"""

from __future__ import annotations

from handoff.connectors.document_text import with_key, with_record_id
from handoff.connectors.visma_net.assumed import (
    DOCUMENT_TEXT_MAX,
    LINE_TEXT_MAX,
    PROJECTS_MODULE,
    REFERENCE_MAX,
)
from handoff.connectors.visma_net.formats import Json, day_text, period_code, segments_of, value
from handoff.domain.posting import JournalLine, Posting, ProjectLine

INSERT = "Insert"


def project_transaction(posting: Posting) -> Json:
    """A project transaction document, its key at the end of the description."""
    period = period_code(posting.period)
    return {
        "description": value(with_key(posting.text, posting.key, length_max=DOCUMENT_TEXT_MAX)),
        "module": value(PROJECTS_MODULE),
        "lines": [_transaction_line(line, period) for line in posting.project_lines],
    }


def journal_transaction(posting: Posting) -> Json:
    """A batch that is to be balanced at once, its key at the end of the description and on every line."""
    reference = reference_of(posting.key)
    return {
        "transactionDate": value(day_text(posting.posted_on)),
        "financialPeriod": value(period_code(posting.period)),
        "hold": value(False),
        "currencyId": value(posting.currency),
        "description": value(with_key(posting.text, posting.key, length_max=DOCUMENT_TEXT_MAX)),
        "journalTransactionLines": [_journal_line(line, reference) for line in posting.journal_lines],
    }


def reference_of(key: str) -> str:
    """As much of the key as a line's reference number holds."""
    return key[:REFERENCE_MAX]


def _transaction_line(line: ProjectLine, period: str) -> Json:
    # `inventoryId` is the item's number here. The amount is sent too: the ERP would compute quantity times
    # rate for itself and round each line its own way.
    sent: Json = {
        "operation": INSERT,
        "date": value(day_text(line.posted_on)),
        "financialPeriod": value(period),
        "project": value(line.project),
        "projectTask": value(line.task),
        "employee": value(line.employee),
        "inventoryId": value(line.item),
        "uom": value(line.unit),
        "quantity": value(line.hours),
        "billable": value(line.billable_hours != 0),
        "billableQuantity": value(line.billable_hours),
        "unitRate": value(line.unit_rate),
        "amount": value(line.amount),
        "description": value(with_record_id(line.text, line.external_id, length_max=LINE_TEXT_MAX)),
    }
    for side, account in (("debit", line.debit_account), ("credit", line.credit_account)):
        if account:
            sent[f"{side}Account"] = value(account)
            if line.cost_centre:
                sent[f"{side}Subaccount"] = value(line.cost_centre)  # one text here, segments elsewhere
    return sent


def _journal_line(line: JournalLine, reference: str) -> Json:
    sent: Json = {
        "operation": INSERT,
        "accountNumber": value(line.account),
        "referenceNumber": value(reference),
        "transactionDescription": value(" ".join(line.text.split())[:LINE_TEXT_MAX]),
    }
    if line.cost_centre:
        sent["subaccount"] = segments_of(line.cost_centre)
    side, amount = ("debit", line.debit) if line.debit else ("credit", line.credit)
    sent[f"{side}AmountInCurrency"] = value(amount)
    return sent
