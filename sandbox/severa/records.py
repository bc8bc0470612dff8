"""What an organisation sets up at Severa, and whom it knows: units, users, products, types, customers, contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from sandbox.severa.fields import HIDDEN, SETTLED, UNSHOWN, Longest, Money, OneOf, Row, To

COMPANY_GUID = "5e0e7a00-0000-4000-8000-0000000000c0"

SALES_STATES = ("InProgress", "Won", "Lost")
PRODUCT_TYPES = ("FixedFees", "Materials", "Subcontracting")
EXPENSE_CLASSES = ("Mileage", "DailyAllowance", "OtherTravelExpense")
USER_TYPES = ("FullUser", "Employee", "RestrictedEmployee", "Subcontractor")
CHANNELS = ("Phone", "Fax", "MobilePhone", "IPPhone", "InstantMessenger", "EmailAddress")

PERSON = ("code", "firstName", "guid", "lastName", "name")
ACCOUNT = ("guid", "name", "number")
USUAL_HOUR_COST = Money(Decimal("52.00"))
COST_CENTRE = ("guid", "identifier", "name")
CURRENCY = ("guid", "code", "name", "symbol")
UNIT = ("guid", "code", "name", "companyGuid", "companyName")


@dataclass(frozen=True, kw_only=True)
class Country(Row):
    """A country of the vendor's own list."""

    name: str
    english_name: str
    code2: str
    code3: str
    has_regions: str = "None"


@dataclass(frozen=True, kw_only=True)
class Currency(Row):
    """A currency that the organisation uses."""

    code: str
    name: str
    symbol: str
    rate: Decimal = Decimal(1)
    is_active: bool = True
    is_organization_currency: bool = False


@dataclass(frozen=True, kw_only=True)
class CostCentre(Row):
    """A cost centre."""

    identifier: str
    name: str
    is_active: bool = True
    is_default: bool = False


@dataclass(frozen=True, kw_only=True)
class SalesAccount(Row):
    """A sales account."""

    number: str
    name: str
    is_active: bool = True
    is_product_default: bool = False
    is_travel_type_default: bool = False
    is_work_type_default: bool = False


@dataclass(frozen=True, kw_only=True)
class CostAccount(Row):
    """A cost account."""

    number: str
    name: str
    is_active: bool = True
    is_travel_type_default: bool = False


@dataclass(frozen=True, kw_only=True)
class BusinessUnit(Row):
    """A unit of the one company."""

    name: str
    code: str | None = None
    is_active: bool = True
    parent_guid: Annotated[str | None, To("businessunits", bare=True)] = None
    vat_number: str | None = None
    kvk_number: Annotated[str | None, Longest(25)] = None
    cost_center: Annotated[str | None, To("costcenters", COST_CENTRE), SETTLED] = None
    company_guid: Annotated[str | None, SETTLED] = COMPANY_GUID
    company_name: Annotated[str | None, SETTLED] = None
    company_business_unit_guid: Annotated[str | None, SETTLED] = None
    company_country_guid: Annotated[str | None, SETTLED] = None
    company_currency_guid: Annotated[str | None, SETTLED] = None


@dataclass(frozen=True, kw_only=True)
class WorkType(Row):
    """A kind of work, chargeable or not; absences are work types too."""

    name: str
    code: str | None = None
    is_active: bool = True
    is_default: bool = False
    is_productive: bool = False
    hour_cost: Money | None = None
    sales_account: Annotated[str | None, To("salesaccounts")] = None


@dataclass(frozen=True, kw_only=True)
class User(Row):
    """Somebody who works there."""

    first_name: Annotated[str, Longest(100)]
    last_name: Annotated[str, Longest(100)]
    email: str | None = None
    code: str | None = None
    is_active: bool = True
    title: Annotated[str | None, SETTLED] = None
    user_type: Annotated[str | None, OneOf(USER_TYPES)] = "FullUser"
    business_unit: Annotated[str | None, To("businessunits", UNIT)] = None
    superior_user: Annotated[str | None, To("users")] = None
    work_type: Annotated[str | None, To("worktypes")] = None
    phone: str | None = None
    address: str | None = None
    postal_code: str | None = None
    city: str | None = None
    notes: str | None = None
    create_default_work_contract: Annotated[bool, UNSHOWN] = True
    hour_cost: Annotated[Money, HIDDEN] = USUAL_HOUR_COST

    @property
    def name(self) -> str:
        """The name as other rows show it."""
        return f"{self.first_name} {self.last_name}"

    @property
    def company_guid(self) -> str:
        """The company of the user's unit, of which there is one."""
        return COMPANY_GUID


@dataclass(frozen=True, kw_only=True)
class ProductCategory(Row):
    """What products and travel expense types are sorted by."""

    name: str
    code: str | None = None
    is_active: bool = True
    is_default: bool = False


@dataclass(frozen=True, kw_only=True)
class Product(Row):
    """Something that projects are charged for, other than hours and travel."""

    name: str
    code: str | None = None
    type: Annotated[str | None, OneOf(PRODUCT_TYPES)] = None
    is_active: bool | None = True
    measurement_unit: str | None = None
    unit_price: Money | None = None
    unit_cost: Money | None = None
    vat_rate: Decimal | None = None
    product_category: Annotated[str | None, To("productcategories")] = None
    sales_account: Annotated[str | None, To("salesaccounts", ACCOUNT)] = None
    proposal_description: str | None = None


@dataclass(frozen=True, kw_only=True)
class TravelExpenseType(Row):
    """A kind of travel expense."""

    name: str
    expense_class: Annotated[str, OneOf(EXPENSE_CLASSES)]
    unit_cost: Money
    code: str | None = None
    is_active: bool | None = True
    include_time: bool = True
    measurement_unit: str | None = None
    vat_rate: Decimal | None = None
    purchase_vat_rate: Decimal | None = None
    product_category: Annotated[str | None, To("productcategories")] = None
    sales_account: Annotated[str | None, To("salesaccounts", ACCOUNT)] = None
    cost_account: Annotated[str | None, To("costaccounts", ACCOUNT)] = None


@dataclass(frozen=True, kw_only=True)
class SalesStatusType(Row):
    """A step of the sale of a project, named by the organisation; whether it is Won is its state."""

    name: str
    sales_state: Annotated[str, OneOf(SALES_STATES)]
    is_active: bool = True
    default_probability: int | None = None
    is_proposal_default: bool | None = False


@dataclass(frozen=True, kw_only=True)
class ProjectStatusType(Row):
    """A step of the work on a project."""

    name: str
    is_active: bool = True
    sort_order: int = 0


@dataclass(frozen=True, kw_only=True)
class CommunicationType(Row):
    """A kind of phone number or address of a contact."""

    name: str
    type: Annotated[str, OneOf(CHANNELS)] = "Phone"
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class Customer(Row):
    """Somebody whom the organisation works for."""

    name: str
    number: int | None = None
    is_active: bool = True
    is_internal: Annotated[bool, SETTLED] = False
    email: str | None = None
    website: str | None = None
    vat_number: str | None = None
    kvk_number: Annotated[str | None, Longest(25)] = None
    organization_unit_number: str | None = None
    e_invoice_address: str | None = None
    e_invoice_operator: str | None = None
    payment_term: int | None = None
    overdue_interest: Decimal | None = None
    currency: Annotated[str | None, To("currencies", CURRENCY)] = None
    owner: Annotated[str | None, To("users", PERSON)] = None
    annual_revenue: int | None = None
    number_of_employees: int | None = None
    notes: str | None = None


@dataclass(frozen=True, kw_only=True)
class Address(Row):
    """One address of a customer, a single street line."""

    customer: Annotated[str, To("customers", ("guid", "name", "number"))]
    addressline: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: Annotated[str | None, To("countries", ("guid", "name", "englishName", "hasRegions"))] = None
    phone: str | None = None
    fax: str | None = None
    is_billing_address: bool = False
    is_postal_address: bool = False
    is_visit_address: bool = False


@dataclass(frozen=True, kw_only=True)
class Contact(Row):
    """A person at a customer."""

    first_name: str
    last_name: str
    customer: Annotated[str, To("customers", ("guid", "name", "number"))]
    job_title: str | None = None
    description: str | None = None
    date_of_birth: date | None = None
    is_active: bool = True
    is_email_allowed: bool = False
    is_deleted: Annotated[bool, SETTLED] = False
    address_guid: Annotated[str | None, To("addresses", bare=True)] = None

    @property
    def name(self) -> str:
        """The name as other rows show it."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, kw_only=True)
class Communication(Row):
    """One phone number or e-mail address of a contact. Nobody may use it unless that is said."""

    value: str
    contact: Annotated[str, To("contactpersons")]
    communication_type: Annotated[str, To("communicationtypes", ("guid", "name", "type", "isActive"))]
    is_forbidden_to_use: bool = True
