"""What each problem says, and what mends it: a sentence and a cure for every code."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.domain.problem_codes import FixedBy, ProblemCode


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue; `{subject}` in the sentence is what the problem is about."""

    field: str
    fixed_by: FixedBy
    sentence: str
    cure: str


_ERP_OR_SETTINGS = "or point to another one in the settings"
CATALOGUE: dict[ProblemCode, Entry] = {
    ProblemCode.UNKNOWN_CLIENT: Entry(
        "client",
        FixedBy.TIME_TOOL,
        "Client {subject} is not in the time tool's list of clients.",
        "Check that the connected user may see all clients, then run a pass.",
    ),
    ProblemCode.UNKNOWN_PERSON: Entry(
        "person",
        FixedBy.TIME_TOOL,
        "Person {subject} is not in the time tool's list of people.",
        "Check that the connected user may see all people, then run a pass.",
    ),
    ProblemCode.UNLISTED_PROJECT: Entry(
        "project",
        FixedBy.TIME_TOOL,
        "Project {subject} is not in the time tool's list of projects.",
        "Check that the connected user may see all projects, then run a pass.",
    ),
    ProblemCode.UNLISTED_TASK: Entry(
        "task",
        FixedBy.TIME_TOOL,
        "Task {subject} is not in the time tool's list of tasks.",
        "Check that the connected user may see all tasks, then run a pass.",
    ),
    ProblemCode.AMBIGUOUS_EMPLOYEE: Entry(
        "employee",
        FixedBy.ERP,
        "{subject} is the e-mail address of several active employees in the ERP.",
        "Leave the e-mail address to one of them in the ERP, or name the employee number under "
        "employees in the settings.",
    ),
    ProblemCode.UNKNOWN_EMPLOYEE: Entry(
        "employee",
        FixedBy.ERP,
        "{subject} has no employee in the ERP with the same e-mail address.",
        "Add the employee or the e-mail address in the ERP, or name the employee number under "
        "employees in the settings.",
    ),
    ProblemCode.INACTIVE_EMPLOYEE: Entry(
        "employee",
        FixedBy.ERP,
        "Employee {subject} is not active in the ERP.",
        f"Set the employee active in the ERP, {_ERP_OR_SETTINGS}.",
    ),
    ProblemCode.UNKNOWN_PROJECT: Entry(
        "project",
        FixedBy.ERP,
        "Project {subject} has no project in the ERP with its code as number.",
        "Add the project in the ERP, correct the code in the time tool, or name the ERP project "
        "under projects in the settings.",
    ),
    ProblemCode.INACTIVE_PROJECT: Entry(
        "project",
        FixedBy.ERP,
        "Project {subject} does not take postings in the ERP.",
        f"Set the project to active in the ERP, {_ERP_OR_SETTINGS}.",
    ),
    ProblemCode.UNKNOWN_TASK: Entry(
        "task",
        FixedBy.ERP,
        "{subject} has no task in the ERP project with that name.",
        "Add the task to the ERP project, or name the ERP task under tasks or default_task in the settings.",
    ),
    ProblemCode.INACTIVE_TASK: Entry(
        "task",
        FixedBy.ERP,
        "Task {subject} does not take postings in the ERP.",
        f"Set the task to active in the ERP, {_ERP_OR_SETTINGS}.",
    ),
    ProblemCode.AMBIGUOUS_TASK: Entry(
        "task",
        FixedBy.ERP,
        "Several open tasks are called {subject} in the ERP.",
        "Rename one of the tasks in the ERP, or name the ERP task's number under tasks in the settings.",
    ),
    ProblemCode.UNKNOWN_ITEM: Entry(
        "item",
        FixedBy.SETTINGS,
        "Item {subject} is not an active item in the ERP.",
        "Name an active labour item under item in the settings.",
    ),
    ProblemCode.UNKNOWN_ACCOUNT: Entry(
        "account",
        FixedBy.SETTINGS,
        "Account {subject} is not an active account in the ERP.",
        "Correct the account in the rate card or the settings, or open it in the ERP.",
    ),
    ProblemCode.UNKNOWN_COST_CENTRE: Entry(
        "cost_centre",
        FixedBy.SETTINGS,
        "Cost centre {subject} is not an active cost centre in the ERP.",
        "Correct the allocation rule, or open the cost centre in the ERP.",
    ),
    ProblemCode.UNKNOWN_PERIOD: Entry(
        "period",
        FixedBy.ERP,
        "The ERP has no financial period {subject}.",
        "Create the financial year in the ERP, then run a pass.",
    ),
    ProblemCode.NO_ACCOUNT_RULE: Entry(
        "account",
        FixedBy.SETTINGS,
        "No rule of the rate card gives {subject} a revenue account.",
        "Add a rule with an account to the rate card; one without a match serves as the default.",
    ),
    ProblemCode.NO_RATE: Entry(
        "rate",
        FixedBy.SETTINGS,
        "Billable work on {subject} has no rate in the rate card or the time tool.",
        "Add a rate to the rate card, or set the rate in the time tool.",
    ),
    ProblemCode.AMBIGUOUS_RULES: Entry(
        "rate_card",
        FixedBy.SETTINGS,
        "Equally specific rules apply: {subject}.",
        "Make one of the rules more specific, or give the person one role only.",
    ),
    ProblemCode.NO_COST_CENTRE_RULE: Entry(
        "cost_centre",
        FixedBy.SETTINGS,
        "No allocation rule gives {subject} a cost centre.",
        "Add an allocation rule; one without a match serves as the default.",
    ),
    ProblemCode.NO_CURRENCY_RULE: Entry(
        "currency",
        FixedBy.SETTINGS,
        "There is no exchange rate for {subject} on the day of the work.",
        "Add the currency under currencies in the settings.",
    ),
    ProblemCode.CLOSED_PERIOD: Entry(
        "period",
        FixedBy.SETTINGS,
        "Period {subject} is closed in the ERP.",
        "Choose next_open under closed_period in the settings: the hours are then posted on the "
        "first open day with their own date in the text.",
    ),
    ProblemCode.TOO_MANY_HOURS: Entry(
        "hours",
        FixedBy.TIME_TOOL,
        "{subject} has more than 24 hours on one day.",
        "Correct the hours in the time tool.",
    ),
    ProblemCode.NEGATIVE_HOURS: Entry(
        "hours",
        FixedBy.TIME_TOOL,
        "{subject} has fewer than no hours.",
        "Correct the hours in the time tool.",
    ),
    ProblemCode.HOURS_ROUND_TO_NOTHING: Entry(
        "hours",
        FixedBy.TIME_TOOL,
        "{subject} has less than 0.01 hours.",
        "Correct the hours in the time tool, or reject the entry.",
    ),
    ProblemCode.IRREVERSIBLE: Entry(
        "document",
        FixedBy.ERP,
        "{subject} can't be reversed from here, and what it covers is not true any more.",
        "Reverse it in the ERP by hand, then confirm the problem.",
    ),
    ProblemCode.DOCUMENT_GONE: Entry(
        "document",
        FixedBy.ERP,
        "{subject}; the ERP has no such document any more.",
        "If it was taken out on purpose, confirm the problem; else put it back in the ERP and retry.",
    ),
    ProblemCode.DOCUMENT_EDITED: Entry(
        "document",
        FixedBy.ERP,
        "{subject}: somebody has edited it there.",
        "Set the document back in the ERP and retry; or take the entry's part out of it there and confirm it.",
    ),
    ProblemCode.OUTCOME_UNKNOWN: Entry(
        "document",
        FixedBy.ERP,
        "{subject} was sent and no answer came, and the ERP can't be asked for it.",
        "Look for the document in the ERP and say whether it is there.",
    ),
    ProblemCode.REFUSED_BY_ERP: Entry(
        "document",
        FixedBy.ERP,
        "The ERP refused it: {subject}",
        "Correct what the ERP names, then retry the problem.",
    ),
    ProblemCode.RECORD_TOO_LARGE: Entry(
        "content",
        FixedBy.TIME_TOOL,
        "{subject} is too large to be kept.",
        "Shorten its notes in the time tool; it is read again on the next pass.",
    ),
    ProblemCode.UNUSUAL_ANSWER: Entry(
        "feed",
        FixedBy.CONNECTION,
        "{subject}.",
        "Check at the vendor that they are gone on purpose and that the connected user sees all; then confirm the "
        "problem. What is known is kept until then.",
    ),
    ProblemCode.QUIET_DAY: Entry(
        "feed",
        FixedBy.TIME_TOOL,
        "{subject}.",
        "Check in the time tool that hours were logged, and that the connected user sees all; if that is right, "
        "confirm the problem.",
    ),
    ProblemCode.CENSUS_UNFINISHED: Entry(
        "feed",
        FixedBy.CONNECTION,
        "{subject} could not be compared in the time there is.",
        "Nothing: the next pass tries again. If it stays, ask support; until then deletions and back-dated changes "
        "of that month are not found.",
    ),
    ProblemCode.BROKEN_CONTRACT: Entry(
        "feed",
        FixedBy.TIME_TOOL,
        "{subject} came in a form that can't be read.",
        "Correct the record at the vendor; the feed is read again until it is right.",
    ),
    ProblemCode.RECONNECT_NEEDED: Entry(
        "connection",
        FixedBy.CONNECTION,
        "{subject}",
        "Connect the account again with a user who has the rights, then retry the problem.",
    ),
    ProblemCode.KEY_ENDS_SOON: Entry(
        "connection",
        FixedBy.CONNECTION,
        "{subject}.",
        "Make a new key, ask for a link to reconnect the account and enter the key there; everything else stays.",
    ),
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
}
