"""Every reason why something cannot move, and which of them wait for a person."""

from __future__ import annotations

from enum import StrEnum

from handoff.domain.capabilities import Side


class FixedBy(StrEnum):
    """Where a problem is mended."""

    TIME_TOOL = "time_tool"
    ERP = "erp"
    SETTINGS = "settings"
    CONNECTION = "connection"


class ProblemCode(StrEnum):
    """Every reason there is; the catalogue below has a sentence and a cure for each."""

    UNKNOWN_CLIENT = "unknown_client"
    UNKNOWN_PERSON = "unknown_person"
    UNLISTED_PROJECT = "unlisted_project"
    UNLISTED_TASK = "unlisted_task"
    UNKNOWN_EMPLOYEE = "unknown_employee"
    AMBIGUOUS_EMPLOYEE = "ambiguous_employee"
    INACTIVE_EMPLOYEE = "inactive_employee"
    UNKNOWN_PROJECT = "unknown_project"
    INACTIVE_PROJECT = "inactive_project"
    UNKNOWN_TASK = "unknown_task"
    INACTIVE_TASK = "inactive_task"
    AMBIGUOUS_TASK = "ambiguous_task"
    UNKNOWN_ITEM = "unknown_item"
    UNKNOWN_ACCOUNT = "unknown_account"
    UNKNOWN_COST_CENTRE = "unknown_cost_centre"
    UNKNOWN_PERIOD = "unknown_period"
    NO_ACCOUNT_RULE = "no_account_rule"
    NO_RATE = "no_rate"
    AMBIGUOUS_RULES = "ambiguous_rules"
    NO_COST_CENTRE_RULE = "no_cost_centre_rule"
    NO_CURRENCY_RULE = "no_currency_rule"
    CLOSED_PERIOD = "closed_period"
    TOO_MANY_HOURS = "too_many_hours"
    NEGATIVE_HOURS = "negative_hours"
    HOURS_ROUND_TO_NOTHING = "hours_round_to_nothing"
    IRREVERSIBLE = "irreversible"
    DOCUMENT_GONE = "document_gone"
    DOCUMENT_EDITED = "document_edited"
    OUTCOME_UNKNOWN = "outcome_unknown"
    REFUSED_BY_ERP = "refused_by_erp"
    RECORD_TOO_LARGE = "record_too_large"
    UNUSUAL_ANSWER = "unusual_answer"
    QUIET_DAY = "quiet_day"
    CENSUS_UNFINISHED = "census_unfinished"
    BROKEN_CONTRACT = "broken_contract"
    RECONNECT_NEEDED = "reconnect_needed"
    KEY_ENDS_SOON = "key_ends_soon"
    NUMBER_NOT_NUMERIC = "number_not_numeric"
    NUMBER_TAKEN = "number_taken"
    NUMBER_CHANGED = "number_changed"
    MATCH_AMBIGUOUS = "match_ambiguous"
    MATCH_DOUBTFUL = "match_doubtful"
    NUMBER_TWICE = "number_twice"
    GONE_IN_ERP = "gone_in_erp"
    CUSTOMER_NOT_THERE = "customer_not_there"
    PROJECT_NOT_THERE = "project_not_there"
    INVOICE_INCOMPLETE = "invoice_incomplete"
    INVOICE_NUMBER_TAKEN = "invoice_number_taken"
    INVOICE_CHANGED = "invoice_changed"
    INVOICE_GONE = "invoice_gone"
    PDF_MISSING = "pdf_missing"
    MODULE_MISSING = "module_missing"
    DATE_CLOSED = "date_closed"
    REFUSED_BY_TIME_TOOL = "refused_by_time_tool"
    ATTACHMENT_REFUSED = "attachment_refused"
    EMPLOYEE_NOT_PAIRED = "employee_not_paired"
    PROJECT_NOT_PAIRED = "project_not_paired"
    CUSTOMER_NOT_PAIRED = "customer_not_paired"
    PROJECT_NOT_IN_TIME_TOOL = "project_not_in_time_tool"
    COST_CHANGED = "cost_changed"
    UNKNOWN_CURRENCY = "unknown_currency"
    ITEM_UNUSABLE = "item_unusable"
    CREDITED_INVOICE_UNKNOWN = "credited_invoice_unknown"
    ORDER_EDITED = "order_edited"
    REGISTER_MOVED = "register_moved"
    STATUS_REFUSED = "status_refused"
    NEVER_PAID = "never_paid"
    INVOICE_CREDITED = "invoice_credited"
    ORDER_GONE = "order_gone"


FOLLOWED = frozenset(
    {
        ProblemCode.STATUS_REFUSED,
        ProblemCode.NEVER_PAID,
        ProblemCode.INVOICE_CREDITED,
        ProblemCode.ORDER_GONE,
    }
)
"""What following an invoice came to, where the time tool could not be told."""
REFUSED_BY = {Side.ERP: ProblemCode.REFUSED_BY_ERP, Side.TIME_TOOL: ProblemCode.REFUSED_BY_TIME_TOOL}
"""What a definite no is called, by who said it."""
UNDONE_IN_THE_BOOKS = frozenset({ProblemCode.IRREVERSIBLE, ProblemCode.DOCUMENT_GONE, ProblemCode.DOCUMENT_EDITED})
"""What a posting did is not in the books any more, or has to be taken out there by hand: by a person's word alone."""
FOR_A_PERSON = frozenset(
    {
        ProblemCode.REFUSED_BY_ERP,
        ProblemCode.REFUSED_BY_TIME_TOOL,
        ProblemCode.NUMBER_TAKEN,
        ProblemCode.NUMBER_CHANGED,
        ProblemCode.MATCH_AMBIGUOUS,
        ProblemCode.GONE_IN_ERP,
        ProblemCode.INVOICE_NUMBER_TAKEN,
        ProblemCode.MODULE_MISSING,
        ProblemCode.DATE_CLOSED,
        *UNDONE_IN_THE_BOOKS,
    }
)
"""Causes a later pass can't see mended by itself: a person says when to try again."""
MENDED_ELSEWHERE = frozenset(
    {
        ProblemCode.EMPLOYEE_NOT_PAIRED,
        ProblemCode.PROJECT_NOT_PAIRED,
        ProblemCode.CUSTOMER_NOT_PAIRED,
        ProblemCode.PROJECT_NOT_IN_TIME_TOOL,
        ProblemCode.UNKNOWN_CURRENCY,
    }
)
"""Causes whose end nobody tells the flow of: every pass tries again by itself."""
NOT_RETRIED = frozenset(
    {
        ProblemCode.OUTCOME_UNKNOWN,
        ProblemCode.UNUSUAL_ANSWER,
        ProblemCode.QUIET_DAY,
        ProblemCode.KEY_ENDS_SOON,
        ProblemCode.CENSUS_UNFINISHED,
        ProblemCode.INVOICE_CHANGED,
        ProblemCode.INVOICE_GONE,
        ProblemCode.PDF_MISSING,
        ProblemCode.ATTACHMENT_REFUSED,
        ProblemCode.ORDER_EDITED,
        ProblemCode.COST_CHANGED,
        *FOLLOWED,
    }
)
"""Causes that end by an answer of a person, or by the next answer of a vendor; there is nothing to try again."""
TOLD_ONCE = frozenset(
    {
        ProblemCode.INVOICE_CHANGED,
        ProblemCode.INVOICE_GONE,
        ProblemCode.PDF_MISSING,
        ProblemCode.ATTACHMENT_REFUSED,
        ProblemCode.ORDER_EDITED,
        ProblemCode.COST_CHANGED,
        *FOLLOWED,
    }
)
"""What stands beside a document that is written and stays so; a person's word ends it."""
TO_BE_CONFIRMED = frozenset({*UNDONE_IN_THE_BOOKS, *TOLD_ONCE, ProblemCode.UNUSUAL_ANSWER, ProblemCode.QUIET_DAY})
"""Causes that may be as they should be: a person says so, and it is believed from then on."""
