"""Writing customers, employees, accounts and cost centres.

`segementId` and `extenalCode1` are misspelt in the vendor's schemas, and only so are they read. ASSUMED: numbers of
employees are given by hand, those of customers by a series.
"""

from __future__ import annotations

from sandbox.visma_net.company import SUB_SEPARATOR, Company, refuse_taken, required, unknown
from sandbox.visma_net.records import (
    Account,
    Customer,
    Employee,
    Segment,
    SegmentValue,
    Subaccount,
)
from sandbox.visma_net.writing import (
    FLAG,
    OPERATION,
    TEXT,
    Sent,
    bad,
    one_of,
    part,
    read,
    rows,
    text,
    whole,
    wrapped,
)

PERSON_STATUSES = ("Active", "Hold", "HoldPayments", "Inactive", "OneTime")  # reads say OnHold for Hold
CUSTOMER_STATUSES = ("Active", "OnHold", "CreditHold", "Inactive", "OneTime")
ACCOUNT_TYPES = ("Asset", "Liability", "Income", "Expense")

_ADDRESS = dict.fromkeys(("addressLine1", "addressLine2", "addressLine3", "postalCode", "city", "countryId"), TEXT)
_CONTACT = dict.fromkeys(("name", "attention", "email", "web", "phone1", "phone2", "fax"), TEXT)
_PERSON = dict.fromkeys(("firstName", "lastName", "middleName", "email", "phone1"), TEXT)

CUSTOMER = {
    "number": TEXT,
    "name": TEXT,
    "status": wrapped(one_of(*CUSTOMER_STATUSES)),
    "currencyId": TEXT,
    "corporateId": TEXT,
    "vatRegistrationId": TEXT,
    "vatZoneId": TEXT,
    "mainAddress": wrapped(part(_ADDRESS)),  # wrapped twice: the object, and each text in it
    "mainContact": wrapped(part(_CONTACT)),
    "overrideNumberSeries": FLAG,
}
EMPLOYEE = {
    "employeeCd": TEXT,
    "employeeClass": TEXT,
    "department": TEXT,
    "branch": TEXT,
    "status": wrapped(one_of(*PERSON_STATUSES)),
    "contact": part(_PERSON),
}
SUBACCOUNT = {"subaccountNumber": TEXT, "description": TEXT, "active": FLAG}
SEGMENT = {
    "dimensionId": text,
    "segementId": whole,
    "description": TEXT,
    "segmentValues": rows({"operation": OPERATION, "value": text, "description": TEXT, "active": FLAG}),
}
ACCOUNT = {
    "accountCD": TEXT,
    "active": FLAG,
    "accountClass": TEXT,
    "currency": TEXT,
    "description": TEXT,
    "extenalCode1": TEXT,
    "accountGroupCD": TEXT,
    "publicCode1": TEXT,
    "type": wrapped(one_of(*ACCOUNT_TYPES)),
    "useDefaultSub": FLAG,
    "taxCategory": TEXT,
}


def create_customer(company: Company, raw: object) -> Customer:
    """A new customer; its own number is taken only with `overrideNumberSeries`. Raises `Refused`."""
    sent = read(raw, CUSTOMER)
    required("Customer name", sent.text("name"))
    internal_id = company.next_number("customer", 2000)
    number = str(20_000 + internal_id)
    if sent.flag("overrideNumberSeries"):
        number = required("Customer ID", sent.text("number"))
    refuse_taken("Customer", number, company.customers)
    customer = Customer(internal_id=internal_id, number=number, name="", currency=company.currency)
    _fill_customer(company, customer, sent)
    return company.add(company.customers, number, customer)


def update_customer(company: Company, customer: Customer, raw: object) -> None:
    """Changes a customer. Raises `Refused`."""
    _fill_customer(company, customer, read(raw, CUSTOMER))
    company.touch(customer)


def _fill_customer(company: Company, customer: Customer, sent: Sent) -> None:
    if currency := sent.text("currencyId"):
        company.exchange_rate(currency)
    names = {
        "name": "name",
        "status": "status",
        "currencyId": "currency",
        "corporateId": "corporate_id",
        "vatRegistrationId": "vat_registration_id",
        "vatZoneId": "vat_zone",
    }
    sent.fill(customer, names)
    address, contact = sent.part("mainAddress"), sent.part("mainContact")
    customer.address.update({name: address.text(name) for name in address.values})
    customer.contact.update({name: contact.text(name) for name in contact.values})


def create_employee(company: Company, raw: object) -> Employee:
    """A new employee, by the API or in the employees' window. Raises `Refused`."""
    sent = read(raw, EMPLOYEE)
    number = required("Employee ID", sent.text("employeeCd"))
    contact = sent.part("contact")
    required("Last name", contact.text("lastName"))
    refuse_taken("Employee", number, company.employees)
    employee = Employee(
        employee_id=company.next_number("employee", 600),
        number=number,
        first_name="",
        last_name="",
        email=None,
        branch=company.main_branch,
    )
    _fill_employee(company, employee, sent)
    return company.add(company.employees, number, employee)


def update_employee(company: Company, employee: Employee, raw: object) -> None:
    """Changes an employee. Raises `Refused`."""
    _fill_employee(company, employee, read(raw, EMPLOYEE))
    company.touch(employee)


def _fill_employee(company: Company, employee: Employee, sent: Sent) -> None:
    if branch := sent.text("branch"):
        company.branch(branch)
    sent.fill(employee, {"employeeClass": "employee_class", "department": "department", "branch": "branch"})
    if status := sent.text("status"):
        employee.status = "OnHold" if status == "Hold" else status
    names = {"firstName": "first_name", "lastName": "last_name", "email": "email", "phone1": "phone"}
    sent.part("contact").fill(employee, names)


def create_subaccount(company: Company, raw: object) -> Subaccount:
    """A new combination of segment values. Raises `Refused`."""
    sent = read(raw, SUBACCOUNT)
    number = required("Subaccount", sent.text("subaccountNumber"))
    known = sorted(company.segments, key=lambda segment: segment.segment_id)
    values = tuple(number.split(SUB_SEPARATOR))
    if len(values) != len(known) or any(v not in s.values for v, s in zip(values, known, strict=False)):
        raise bad(f"Subaccount '{number}' has a segment value that cannot be found in the system.")
    refuse_taken("Subaccount", number, company.subaccounts)
    row = Subaccount(
        subaccount_id=company.next_number("subaccount", 100), number=number, description=number, segments=values
    )
    sent.fill(row, {"description": "description", "active": "active"})
    return company.add(company.subaccounts, number, row)


def update_subaccount(company: Company, row: Subaccount, raw: object) -> None:
    """Changes the text of a subaccount, or whether it is active. Raises `Refused`."""
    read(raw, SUBACCOUNT).fill(row, {"description": "description", "active": "active"})
    company.touch(row)


def update_segment(company: Company, segment: Segment, raw: object) -> None:
    """Adds or changes values of a segment, such as cost centres. Raises `Refused`."""
    sent = read(raw, SEGMENT)
    sent.fill(segment, {"description": "description"})
    for row in sent.rows("segmentValues"):
        value = required("Value", row.text("value"))
        known = segment.values.get(value)
        if row.text("operation") == "Insert" and known is None:
            known = segment.values[value] = SegmentValue(value=value, description=value)
        elif row.text("operation") == "Insert":
            raise bad(f"Value '{value}' already exists.")
        elif known is None:
            raise unknown("Value", value)
        elif row.text("operation") == "Delete":
            raise bad(f"Value '{value}' is in use and cannot be deleted.")
        row.fill(known, {"description": "description", "active": "active"})
        company.touch(known)
    company.touch(segment)


def update_account(company: Company, account: Account, raw: object) -> None:
    """Changes an account. Raises `Refused`."""
    sent = read(raw, ACCOUNT)
    if group := sent.text("accountGroupCD"):
        company.account_group(group)
    names = {
        "active": "active",
        "accountClass": "account_class",
        "currency": "currency",
        "description": "description",
        "extenalCode1": "external_code",
        "accountGroupCD": "group",
        "publicCode1": "public_code",
        "type": "type",
        "useDefaultSub": "uses_default_sub",
        "taxCategory": "tax_category",
    }
    sent.fill(account, names)
    company.touch(account)
