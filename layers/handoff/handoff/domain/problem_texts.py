"""What each problem says, and what mends it: a sentence and a cure for every code."""

from __future__ import annotations

from handoff.domain.problem_codes import FixedBy, ProblemCode
from handoff.domain.problem_entry import Entry
from handoff.domain.problem_texts_of_objects import OF_OBJECTS

_ERP_OR_SETTINGS = "or point to another one in the settings"
CATALOGUE: dict[ProblemCode, Entry] = {
    **OF_OBJECTS,
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
}
