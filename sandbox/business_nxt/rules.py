"""What Business NXT does as values are entered: suggestions, numbers of the series, references that must exist.

Documented: assignments run in the order given, as if typed, so that a later suggestion overwrites an earlier value;
null asks for the suggested value; head values are copied to a line when it is entered; a dimension's row may fix the
values of others; a line without a product is a text line. ASSUMED: which values a customer and a product suggest, that
references must exist, where the number series begin.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.business_nxt.columns import Column, Row
from sandbox.business_nxt.company import Company
from sandbox.business_nxt.failures import CannotAssign, CannotSave
from sandbox.business_nxt.tables import ORG_UNITS, TABLES

CENT = Decimal("0.01")
SALES, NORMAL = 1, 1
ROLES = ("customerNo", "supplierNo", "employeeNo")  # of an associate; 0 is not in that role

SERIES: Mapping[tuple[str, str], int] = {
    ("associate", "associateNo"): 1,
    ("associate", "customerNo"): 10_001,
    ("associate", "supplierNo"): 50_001,
    ("associate", "employeeNo"): 1,
    ("order", "orderNo"): 1_001,
}
SUGGESTED: Mapping[tuple[str, str], object] = {("product", "taxAndAccountingGroup"): 1}
REFERENCES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("order", "customerNo"): ("associate", "customerNo"),
    ("order", "supplierNo"): ("associate", "supplierNo"),
    ("order", "employeeNo"): ("associate", "employeeNo"),
    ("orderLine", "orderNo"): ("order", "orderNo"),
    ("orderLine", "productNo"): ("product", "productNo"),
    ("deliveryAddress", "associateNo"): ("associate", "associateNo"),
    **{("product", f"productCategoryNo{number}"): ("productCategory", "productCategoryNo") for number in (1, 2, 3)},
    ("product", "taxAndAccountingGroup"): ("taxAndAccountingGroup", "taxAndAccountingGroup"),
    ("associate", "countryNo"): ("country", "countryNo"),
    ("associate", "paymentTerms"): ("paymentTerms", "paymentTerms"),
    **{(table, "currencyNo"): ("currency", "currencyNo") for table in ("associate", "order", "orderLine")},
    **{
        (table, unit): (unit, f"{unit}No")
        for table, columns in ((name, kind.columns) for name, kind in TABLES.items())
        for unit in ORG_UNITS
        if unit in columns
    },
}
USED_BY: Mapping[str, tuple[tuple[str, str, str], ...]] = {  # rows of which others keep the number
    "associate": (
        ("customerNo", "order", "customerNo"),
        ("customerNo", "customerTransaction", "customerNo"),
        ("supplierNo", "supplierTransaction", "supplierNo"),
    ),
    "product": (("productNo", "orderLine", "productNo"),),
    **{unit: ((f"{unit}No", "orderLine", unit), (f"{unit}No", "order", unit)) for unit in ORG_UNITS},
}
FROM_CUSTOMER = "name addressLine1 addressLine2 addressLine3 postCode postalArea countryNo currencyNo paymentTerms"
HEAD_TO_LINE = ("currencyNo", "warehouseNo", *ORG_UNITS)


def assign(company: Company, table: str, draft: Row, name: str, value: Any) -> None:
    """Enters a value into a row that is not saved yet, with what follows from it. Raises `CannotAssign`."""
    column = TABLES[table].columns[name]
    if value is None:
        value = suggested(company, table, column)
    if column.type == "Decimal":
        value = Decimal(value)  # people's control calls send whole numbers as such
    if column.length is not None and len(value) > column.length:
        raise CannotAssign(name, f"The value is too long: {name} takes {column.length} characters.")
    target = REFERENCES.get((table, name))
    if target is not None and value and not company.rows(target[0]).where(target[1], value):
        raise CannotAssign(name, f"{value} does not exist in {TABLES[target[0]].identifier}.")
    holders = company.rows(table).where(name, value) if table == "associate" and name in ROLES and value else []
    if any(row["associateNo"] != draft["associateNo"] for row in holders):
        raise CannotAssign(name, f"{name} {value} is used by another associate.")
    draft[name] = value
    _suggest(company, table, draft, name)


def suggested(company: Company, table: str, column: Column) -> Any:
    """The value that the system suggests: the next number of a series, a default, or nothing."""
    name = column.name
    if (table, name) in SERIES:
        return company.rows(table).next_number(name, SERIES[table, name])
    if TABLES[table].key == (name,) and column.type == "Int":
        return company.rows(table).next_number(name, 1)
    return SUGGESTED.get((table, name), column.initial)


def begin(company: Company, table: str, head: Row | None = None) -> Row:
    """A new row as it stands when a person begins to type; a line has what its order's head has by then."""
    draft = TABLES[table].blank()
    if table == "order":
        draft |= {"orderDate": company.today(), "transactionType": SALES, "orderType": NORMAL}
    if head is not None:
        draft |= {"orderNo": head["orderNo"], **{name: head[name] for name in HEAD_TO_LINE}}
    return draft


def complete(company: Company, table: str, draft: Row) -> None:
    """Gives a new row the numbers that nobody entered. Raises `CannotSave` for one that cannot be saved."""
    kind = TABLES[table]
    if table == "orderLine" and not draft["orderNo"]:
        raise CannotSave("orderNo is needed.")
    if table == "orderLine" and not draft["lineNo"]:
        lines = company.rows(table).where("orderNo", draft["orderNo"])
        draft["lineNo"] = company.rows(table).next_number("lineNo", 1, lines)
    for name in kind.key:
        if draft[name] == 0:
            draft[name] = suggested(company, table, kind.columns[name])
        if draft[name] == "":
            raise CannotSave(f"{name} is needed.")
    if company.rows(table).get(*kind.key_of(draft)) is not None:
        raise CannotSave(f"{kind.identifier} {', '.join(map(str, kind.key_of(draft)))} exists already.")
    if table == "order" and not (draft["customerNo"] or draft["supplierNo"]):
        raise CannotSave("customerNo or supplierNo is needed.")
    calculate(table, draft)


def check_change(table: str, before: Row, draft: Row) -> None:
    """Raises `CannotSave` for a change that the row does not take any more; else works out what follows from it."""
    if table == "orderLine" and before["invoiceNo"]:
        raise CannotSave("The order line is invoiced and cannot be changed.")
    if table == "order" and before["invoiceDate"]:
        for name in ("customerNo", "supplierNo", "transactionType", "orderType"):
            if before[name] != draft[name]:
                raise CannotSave(f"The order has been processed: {name} cannot be changed.")
    calculate(table, draft)


def check_removal(company: Company, table: str, row: Row) -> None:
    """Raises `CannotSave` for a row that has to stay."""
    lines = company.rows("orderLine").where("orderNo", row["orderNo"]) if table == "order" else [row]
    if table in ("order", "orderLine") and any(line["invoiceNo"] for line in lines):
        raise CannotSave("What is invoiced cannot be deleted.")
    for column, other, there in USED_BY.get(table, ()):
        if row[column] and company.rows(other).where(there, row[column]):
            raise CannotSave(f"{TABLES[table].identifier} {row[column]} is used by {TABLES[other].identifier}.")


def calculate(table: str, draft: Row) -> None:
    """Works out the columns of an order line that follow from others."""
    if table != "orderLine":
        return
    factor = 1 - draft["discountPercent1"] / 100
    amount = draft["quantity"] * draft["priceInCurrency"] * factor
    draft["amountDomestic"] = amount.quantize(CENT, ROUND_HALF_UP)
    draft["totalQuantity"] = draft["quantity"]
    draft["unrealisedQuantity"] = Decimal(0) if draft["invoiceNo"] else draft["quantity"]


def sum_up(company: Company, order_no: int, user: str) -> None:
    """Writes the head's sum anew after its lines changed."""
    order = company.rows("order").get(order_no)
    if order is None:
        return
    lines = company.rows("orderLine").where("orderNo", order_no)
    total = sum((line["amountDomestic"] for line in lines), Decimal(0))
    if total != order["orderSumNetDomestic"]:
        company.change("order", order, {"orderSumNetDomestic": total}, user)


def _suggest(company: Company, table: str, draft: Row, name: str) -> None:
    """What typing this value makes the system write elsewhere in the row."""
    if table == "order" and name in ("customerNo", "supplierNo") and draft[name]:
        associate = company.rows("associate").where(name, draft[name])[0]
        draft |= {column: associate[column] for column in FROM_CUSTOMER.split()}
        draft |= {unit: associate[unit] for unit in ORG_UNITS if associate[unit]}
    if table == "orderLine" and name == "productNo" and draft[name]:
        (product,) = company.rows("product").where(name, draft[name])
        draft["description"] = product["description"]
    if table == "orderLine" and name == "orderNo":
        order = company.rows("order").get(draft[name])
        draft |= {column: order[column] for column in HEAD_TO_LINE} if order is not None else {}
    if name in ORG_UNITS and draft[name] and table not in ORG_UNITS:
        row = company.rows(name).get(draft[name])
        draft |= {unit: row[unit] for unit in ORG_UNITS if row[unit] and unit != name} if row is not None else {}
