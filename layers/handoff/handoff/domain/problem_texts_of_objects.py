"""What problems of customers, projects, invoices, orders and costs say, and what mends them."""

from __future__ import annotations

from handoff.domain.problem_codes import FixedBy, ProblemCode
from handoff.domain.problem_entry import Entry

OF_OBJECTS: dict[ProblemCode, Entry] = {
    ProblemCode.NUMBER_NOT_NUMERIC: Entry(
        "number",
        FixedBy.TIME_TOOL,
        "The ERP takes numbers from 1 to 999,999,999 only, and {subject}.",
        "Give it such a number in the time tool; it is transferred as soon as it is saved.",
    ),
    ProblemCode.NUMBER_TAKEN: Entry(
        "number",
        FixedBy.ERP,
        "{subject}: nothing was written.",
        "If both are the same, give them the same name or organisation number; else give one of them another number. "
        "Then retry the problem.",
    ),
    ProblemCode.NUMBER_CHANGED: Entry(
        "number",
        FixedBy.ERP,
        "{subject}: the time tool's numbers rule.",
        "Set the number back in the ERP, or change it in the time tool, then retry the problem.",
    ),
    ProblemCode.MATCH_AMBIGUOUS: Entry(
        "number",
        FixedBy.ERP,
        "{subject}: nothing was written.",
        "Give one of them the time tool's number in the ERP, or another name, then retry the problem.",
    ),
    ProblemCode.MATCH_DOUBTFUL: Entry(
        "number",
        FixedBy.ERP,
        "{subject}: whether they are the same can't be told, and nothing was written.",
        "Give them the same name and number where they are one, others where they are not; the next pass goes on.",
    ),
    ProblemCode.NUMBER_TWICE: Entry(
        "number",
        FixedBy.TIME_TOOL,
        "{subject}, and nothing was written.",
        "Give one of them another number, or delete it if it is there twice; the next pass goes on.",
    ),
    ProblemCode.GONE_IN_ERP: Entry(
        "number",
        FixedBy.ERP,
        "{subject} is not in the ERP any more.",
        "If it was deleted by mistake, retry the problem: it is made anew. Else delete it in the time tool as well.",
    ),
    ProblemCode.CUSTOMER_NOT_THERE: Entry(
        "customer",
        FixedBy.TIME_TOOL,
        "Customer {subject} is not in the ERP.",
        "Mend the customer's own problem; the invoice goes by itself on the next pass.",
    ),
    ProblemCode.PROJECT_NOT_THERE: Entry(
        "project",
        FixedBy.TIME_TOOL,
        "Project {subject} is not in the ERP.",
        "Mend the project's own problem; the invoice goes by itself on the next pass.",
    ),
    ProblemCode.INVOICE_INCOMPLETE: Entry(
        "invoice",
        FixedBy.TIME_TOOL,
        "{subject}, without which the ERP can't book it.",
        "Complete the invoice in the time tool, then retry the problem.",
    ),
    ProblemCode.INVOICE_NUMBER_TAKEN: Entry(
        "invoice_number",
        FixedBy.ERP,
        "{subject}: it was not written a second time.",
        "If that is the same invoice, mark it as transferred in the time tool; if it is another one, change its number "
        "in the ERP and retry the problem.",
    ),
    ProblemCode.INVOICE_CHANGED: Entry(
        "invoice",
        FixedBy.TIME_TOOL,
        "{subject}, after it was booked. A booked invoice is not changed.",
        "Credit it in the time tool and make a new one; or confirm the problem, if the books are right as they are.",
    ),
    ProblemCode.INVOICE_GONE: Entry(
        "invoice",
        FixedBy.TIME_TOOL,
        "{subject} is not in the time tool any more, and its voucher stands in the ERP.",
        "Credit it in the ERP if it was wrong, then confirm the problem.",
    ),
    ProblemCode.PDF_MISSING: Entry(
        "pdf",
        FixedBy.ERP,
        "{subject} is booked without its PDF.",
        "Add it by hand where it is needed, then confirm the problem. Where the ERP's plan takes no PDF, switch "
        "invoices.pdf off in the settings.",
    ),
    ProblemCode.MODULE_MISSING: Entry(
        "module",
        FixedBy.ERP,
        "The ERP lacks a module: {subject}",
        "Switch the module on in the ERP, then retry the problem.",
    ),
    ProblemCode.DATE_CLOSED: Entry(
        "date",
        FixedBy.ERP,
        "{subject} is dated in a period that is closed in the ERP, or in no accounting year.",
        "Change the date in the time tool, or let the bookkeeper decide on the period; then retry the problem.",
    ),
    ProblemCode.REFUSED_BY_TIME_TOOL: Entry(
        "document",
        FixedBy.TIME_TOOL,
        "The time tool refused it: {subject}",
        "Correct what the time tool names, then retry the problem.",
    ),
    ProblemCode.ATTACHMENT_REFUSED: Entry(
        "attachment",
        FixedBy.TIME_TOOL,
        "The expense stands, but without a document: {subject}",
        "Add the document by hand where it is needed, then confirm the problem.",
    ),
    ProblemCode.EMPLOYEE_NOT_PAIRED: Entry(
        "employee",
        FixedBy.TIME_TOOL,
        "{subject} has no employee in the ERP yet.",
        "Nothing where the next pass makes one. Else the report of employees says what keeps the two apart.",
    ),
    ProblemCode.PROJECT_NOT_PAIRED: Entry(
        "project",
        FixedBy.TIME_TOOL,
        "Project {subject} is not in the ERP.",
        "Set its sales status to one that means won, or look at the report of projects: it says what keeps it out.",
    ),
    ProblemCode.CUSTOMER_NOT_PAIRED: Entry(
        "customer",
        FixedBy.TIME_TOOL,
        "Customer {subject} is not in the ERP.",
        "Nothing where the next pass makes it. Else the report of customers says what keeps it out.",
    ),
    ProblemCode.PROJECT_NOT_IN_TIME_TOOL: Entry(
        "project",
        FixedBy.TIME_TOOL,
        "Project {subject} of the ERP has none in the time tool that it is the same as.",
        "Nothing where the next pass makes or pairs it. Else the report of projects says what keeps the two apart.",
    ),
    ProblemCode.COST_CHANGED: Entry(
        "amount",
        FixedBy.TIME_TOOL,
        "{subject}: what stands in the time tool is as it was.",
        "Correct it in the time tool by hand where it is not invoiced yet, then confirm the problem.",
    ),
    ProblemCode.UNKNOWN_CURRENCY: Entry(
        "currency",
        FixedBy.ERP,
        "The ERP has no currency {subject}.",
        "Add the currency in the ERP, or invoice in another one; the next pass goes on.",
    ),
    ProblemCode.ITEM_UNUSABLE: Entry(
        "item",
        FixedBy.ERP,
        "A line can't be ordered: {subject}",
        "Correct what the sentence names in the ERP or in the time tool, then retry the problem.",
    ),
    ProblemCode.CREDITED_INVOICE_UNKNOWN: Entry(
        "credits",
        FixedBy.ERP,
        "{subject} credits an invoice that has not become one in the ERP.",
        "Invoice the order of the credited invoice first, or credit it in the ERP by hand; then retry the problem.",
    ),
    ProblemCode.STATUS_REFUSED: Entry(
        "status",
        FixedBy.TIME_TOOL,
        "The time tool would not take the status of the invoice of order {subject}",
        "Set the status by hand, then confirm the problem; the invoice is followed further.",
    ),
    ProblemCode.NEVER_PAID: Entry(
        "order",
        FixedBy.ERP,
        "Order {subject} was followed for a year, and its invoice is not paid.",
        "Set the invoice's status in the time tool by hand when it is, then confirm the problem.",
    ),
    ProblemCode.INVOICE_CREDITED: Entry(
        "order",
        FixedBy.TIME_TOOL,
        "The invoice of order {subject} was credited in the ERP.",
        "Credit it in the time tool as well, then confirm the problem.",
    ),
    ProblemCode.ORDER_GONE: Entry(
        "order",
        FixedBy.ERP,
        "Order {subject} is not in the ERP any more, and was not invoiced.",
        "If it was deleted by mistake, make it anew by hand; else reopen the invoice in the time tool. Then "
        "confirm the problem.",
    ),
    ProblemCode.ORDER_EDITED: Entry(
        "order",
        FixedBy.ERP,
        "{subject}",
        "Set the order or the invoice right, or confirm the problem where the difference is meant.",
    ),
    ProblemCode.REGISTER_MOVED: Entry(
        "hours",
        FixedBy.SETTINGS,
        "Rows of hours stand in free information table {subject}, and the settings say otherwise by now.",
        "Set table and units back to these: rows that are there are corrected and marked where they stand. A new "
        "table needs a new integration.",
    ),
}
