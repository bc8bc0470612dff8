"""Projects at Severa and what is put on them: phases, hours, fees, travel expenses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from sandbox.severa.fields import HIDDEN, SETTLED, UNSHOWN, Money, OneOf, Row, To
from sandbox.severa.records import ACCOUNT, COMPANY_GUID, COST_CENTRE, CURRENCY, PERSON, PRODUCT_TYPES, UNIT

BILLABLE_STATUSES = ("Billable", "NotBillable", "RemovedFromInvoice")
FEE_SCHEDULES = ("Immediately", "OnDate", "WhenPhaseCompleted", "Recurring")
TRAVEL_SCHEDULES = ("Immediately", "WhenPhaseCompleted", "OnDate")

NUMBERED = ("guid", "name", "number")
_PERSON_IN_ROW = ("guid", "name", "code", "companyGuid")


@dataclass(frozen=True, kw_only=True)
class Project(Row):
    """A project, from the first talk of it on: what is sold already has a sales status type that is Won."""

    name: str
    customer: Annotated[str, To("customers", NUMBERED)]
    project_owner: Annotated[str, To("users", PERSON)]
    number: int | None = None
    internal_name: str | None = None
    description: str | None = None
    business_unit: Annotated[str | None, To("businessunits", UNIT)] = None
    cost_center: Annotated[str | None, To("costcenters", COST_CENTRE)] = None
    currency: Annotated[str | None, To("currencies", CURRENCY)] = None
    sales_person: Annotated[str | None, To("users", PERSON)] = None
    customer_contact: Annotated[
        str | None, To("contactpersons", ("guid", "name", "firstName", "lastName", "isDeleted"))
    ] = None
    billing_contact: Annotated[str | None, To("contactpersons", ("guid", "name", "firstName", "lastName"))] = None
    sales_status: Annotated[str | None, To("salesstatustypes", ("name",), key="salesStatusTypeGuid")] = None
    project_status: Annotated[str | None, To("projectstatustypes", ("name",), key="projectStatusTypeGuid")] = None
    start_date: date | None = None
    deadline: date | None = None
    expected_value: Money | None = None
    expected_order_date: date | None = None
    probability: int | None = None
    order_number: str | None = None
    our_reference: str | None = None
    your_reference: str | None = None
    payment_term: int | None = None
    invoice_notes: str | None = None
    is_closed: bool = False
    closed_date: Annotated[date | None, SETTLED] = None
    is_internal: bool = False
    is_joining_allowed: bool = True
    use_overtime_multipliers: bool = True
    use_products_from_setting: bool = True
    use_worktypes_from_setting: Annotated[bool, UNSHOWN] = True
    completion_estimate_percentage: int | None = None
    root_phase: Annotated[str | None, To("phases"), SETTLED] = None
    sales_status_at: Annotated[datetime | None, HIDDEN] = None
    project_status_at: Annotated[datetime | None, HIDDEN] = None

    @property
    def company_guid(self) -> str:
        """The company of the project's unit, of which there is one."""
        return COMPANY_GUID


@dataclass(frozen=True, kw_only=True)
class SalesStatusChange(Row):
    """That a project came to a sales status."""

    project: Annotated[str, To("projects"), SETTLED]
    sales_status_type: Annotated[str, To("salesstatustypes"), SETTLED]
    time_stamp: Annotated[datetime, SETTLED]


@dataclass(frozen=True, kw_only=True)
class Phase(Row):
    """A part of a project. The root phase is the project's own and has no parent."""

    name: str
    parent_phase: Annotated[str | None, To("phases")]
    project: Annotated[str | None, To("projects", (*NUMBERED, "isClosed", "isInternal")), SETTLED] = None
    code: str | None = None
    is_completed: bool = False
    is_locked: bool = False
    start_date: date | None = None
    deadline: date | None = None
    original_start_date: date | None = None
    original_deadline: date | None = None
    work_hours_estimate: Decimal | None = None
    original_work_hours_estimate: Decimal | None = None
    sort_order: int | None = None


@dataclass(frozen=True, kw_only=True)
class WorkHour(Row):
    """Hours of a user in a phase on a day."""

    user: Annotated[str, To("users", PERSON)]
    phase: Annotated[str, To("phases", ("guid", "name", "isCompleted", "isLocked"))]
    work_type: Annotated[str, To("worktypes", ("guid", "name", "code"))]
    event_date: date
    quantity: Decimal | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    description: str | None = None
    unit_price: Money | None = None
    unit_cost: Annotated[Money | None, SETTLED] = None
    is_approved: bool | None = False
    is_billable: bool | None = True
    billable_status: Annotated[str, SETTLED, OneOf(BILLABLE_STATUSES)] = "Billable"
    planned_invoice_quantity: Decimal | None = None
    invoice_quantity: Decimal | None = None
    invoice: Annotated[str | None, To("invoices", ("guid", "number", "date"))] = None
    invoice_row_guid: Annotated[str | None, SETTLED] = None
    invoice_row_comment: str | None = None
    invoice_row_description: str | None = None


@dataclass(frozen=True, kw_only=True)
class Fee(Row):
    """Something charged to a project that is neither hours nor travel; the project is all that it needs."""

    project: Annotated[str, To("projects", ("guid", "name", "companyGuid"))]
    product: Annotated[str | None, To("products", ("guid", "name", "code"))] = None
    product_type: Annotated[str | None, OneOf(PRODUCT_TYPES)] = None
    name: str | None = None
    description: str | None = None
    event_date: date | None = None
    quantity: Decimal = Decimal(0)
    measurement_unit: str | None = None
    unit_cost: Money | None = None
    unit_price: Money | None = None
    vat_rate: Decimal | None = None
    is_billable: bool | None = True
    phase: Annotated[str | None, To("phases")] = None
    user: Annotated[str | None, To("users", _PERSON_IN_ROW)] = None
    sales_account: Annotated[str | None, To("salesaccounts", ACCOUNT)] = None
    cost_center: Annotated[str | None, To("costcenters", COST_CENTRE)] = None
    billing_schedule: Annotated[str | None, OneOf(FEE_SCHEDULES)] = "Immediately"
    planned_billing_date: date | None = None
    billing_dependency_phase: Annotated[str | None, To("phases", ("guid", "name", "isCompleted"))] = None
    display_period_start_date: date | None = None
    has_volume_pricing: bool = False
    invoice: Annotated[str | None, To("invoices", ("guid", "number", "date"))] = None
    invoice_quantity: Decimal | None = None
    invoice_row_guid: Annotated[str | None, SETTLED] = None
    invoice_row_comment: str | None = None
    invoice_row_description: str | None = None


@dataclass(frozen=True, kw_only=True)
class TravelExpense(Row):
    """An expense of a user in a phase. It is to be reimbursed to the user unless that is denied."""

    project: Annotated[str, To("projects", (*NUMBERED, "companyGuid", "isInternal"))]
    phase: Annotated[str, To("phases")]
    user: Annotated[str, To("users", _PERSON_IN_ROW)]
    travel_expense: Annotated[str, To("travelexpensetypes", ("guid", "name", "code", "expenseClass", "includeTime"))]
    quantity: Decimal
    unit_cost: Money | None = None
    unit_price: Money | None = None
    is_billable: bool | None = True
    event_date: date | None = None
    description: str | None = None
    measurement_unit: str | None = None
    vat_rate: Decimal | None = None
    purchase_vat_rate: Decimal | None = None
    cost_account: Annotated[str | None, To("costaccounts")] = None
    cost_center: Annotated[str | None, To("costcenters")] = None
    sales_account: Annotated[str | None, To("salesaccounts")] = None
    billing_schedule: Annotated[str | None, OneOf(TRAVEL_SCHEDULES)] = "Immediately"
    planned_billing_date: date | None = None
    billing_dependency_phase: Annotated[str | None, To("phases")] = None
    travel_reimbursement_required: bool = True
    travel_start_time: datetime | None = None
    travel_end_time: datetime | None = None
    invoice: Annotated[str | None, To("invoices", ("guid", "number", "date"))] = None
    invoice_quantity: Decimal | None = None
    invoice_row_guid: Annotated[str | None, SETTLED] = None
    invoice_row_comment: str | None = None
    invoice_row_description: str | None = None
