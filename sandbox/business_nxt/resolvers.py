"""How the fields of the schema get their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import GraphQLResolveInfo

from sandbox.business_nxt import company as companies
from sandbox.business_nxt import filters
from sandbox.business_nxt.access import need_writing
from sandbox.business_nxt.assumed import (
    BAD_ARGUMENT,
    FIRST_TABLE_NO,
    NO_ACCESS,
    NOT_PROCESSED,
    TABLE_NO,
    TIMED_OUT,
    WITHOUT_FILTER,
)
from sandbox.business_nxt.columns import Relation, Row
from sandbox.business_nxt.failures import CannotSave, Failed
from sandbox.business_nxt.mishaps import TIMEOUT_TEXT
from sandbox.business_nxt.paging import page_of
from sandbox.business_nxt.processing import Orders
from sandbox.business_nxt.requests import InCompany, Request, export, in_given_order
from sandbox.business_nxt.tables import TABLES
from sandbox.business_nxt.writing import Writer, Written

Resolve = Callable[..., Any]
EXECUTION_MILLISECONDS = 59_000


def plain(source: Any, info: GraphQLResolveInfo) -> Any:
    """The value of that name: a column of a row, a member of a result."""
    value = source[info.field_name]
    if info.context.exports:
        export(info, value)
    return value


def use_company(writes: bool) -> Resolve:
    """The company of that Visma.net company id, if it lets the application in."""

    def resolve(_: Any, info: GraphQLResolveInfo, no: int | None = None) -> InCompany:
        request: Request = info.context
        house = request.house
        company = house.companies.get(no or 0)
        if company is None:
            raise Failed(f"The user does not have access to company {no}.", NO_ACCESS)
        house.admissions.check(request.grant, company.who.no)
        house.slots.check(company.who.no, house.options.concurrent)
        if writes:
            need_writing(request.grant)
        request.enter(info, company)
        return InCompany(company)

    return resolve


def operation(resolve: Resolve) -> Resolve:
    """The same resolver, met by what shall go wrong with the field's name."""

    def met(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        request: Request = info.context
        mishap = request.house.mishaps.take(info.field_name)
        if mishap is None:
            return resolve(source, info, **arguments)
        answer = resolve(source, info, **arguments) if mishap.done else None
        if not mishap.with_data:
            raise Failed(mishap.message, mishap.code)
        request.add_problem(info, mishap.message, mishap.code)
        return answer

    return met


def read(table: str) -> Resolve:
    """A page of the table's rows."""

    def resolve(source: InCompany, _: GraphQLResolveInfo, **asked: Any) -> Mapping[str, object]:
        return _page(source.company, source.company.meant(table, asked.get("filter")), asked)

    return operation(resolve)


def children(relation: Relation) -> Resolve:
    """A page of the rows that belong to this one."""

    def resolve(source: Row, info: GraphQLResolveInfo, **asked: Any) -> Mapping[str, object]:
        company = _company_of(info)
        rows = _related(company, relation, source)
        kept = filters.kept(rows, asked.get("filter"), ignores_case=company.options.ignores_case)
        return _page(company, kept, asked)

    return resolve


def parent(relation: Relation) -> Resolve:
    """The row that this one belongs to, or null."""

    def resolve(source: Row, info: GraphQLResolveInfo) -> Row | None:
        found = _related(_company_of(info), relation, source)
        return found[0] if found else None

    return resolve


def day_of_column(column: str) -> Resolve:
    """The day that the integer means; null for none."""

    def resolve(source: Row, _: GraphQLResolveInfo) -> object:
        return companies.day_of(source[column])

    return resolve


def create(table: str) -> Resolve:
    """New rows."""

    def resolve(source: InCompany, info: GraphQLResolveInfo, values: Sequence[Row]) -> Mapping[str, object]:
        request: Request = info.context
        given = in_given_order(info, "values", values, request.variables)
        return _shown(info, Writer(source.company, request.user).create(table, given), len(given))

    return operation(resolve)


def update(table: str) -> Resolve:
    """One change of all rows that a filter means, or pairs of them."""

    def resolve(source: InCompany, info: GraphQLResolveInfo, **given: Any) -> Mapping[str, object]:
        request: Request = info.context
        ordered = {name: in_given_order(info, name, value, request.variables) for name, value in given.items()}
        pairs = _pairs(ordered)
        if any(not expression for expression, _ in pairs):
            request.warnings.append(WITHOUT_FILTER)
        written = Writer(source.company, request.user).update(table, pairs)
        return _shown(info, written, len(written.items))

    return operation(resolve)


def delete(table: str) -> Resolve:
    """Rows taken away."""

    def resolve(source: InCompany, info: GraphQLResolveInfo, filter: Row | None = None) -> Mapping[str, object]:
        request: Request = info.context
        return _shown(info, Writer(source.company, request.user).delete(table, filter), 0)

    return operation(resolve)


def in_same_company(source: InCompany, _: GraphQLResolveInfo) -> InCompany:
    """The company again, for processings and reports."""
    return source


def finish_orders(
    source: InCompany, info: GraphQLResolveInfo, filter: Row | None = None, args: Row | None = None
) -> Mapping[str, object]:
    """Finishes the orders that the filter means."""
    orders, done = Orders(source.company, info.context.user), list[Row]()
    for order in source.company.meant("order", filter):
        try:
            orders.finish(order)
        except CannotSave as error:
            info.context.add_problem(info, str(error), NOT_PROCESSED)
        else:
            done.append(order)
    return {"succeeded": bool(done), "items": done}


def print_invoices(
    source: InCompany,
    info: GraphQLResolveInfo,
    *,
    filter: Row | None = None,
    returnDocuments: bool = False,
    printDestination: str | None = None,
    approval: bool = False,
) -> Mapping[str, object]:
    """Invoices the orders that the filter means; without approval only prints them."""
    orders, documents = Orders(source.company, info.context.user), list[dict[str, object]]()
    for order in source.company.meant("order", filter):
        try:
            documents.append(orders.invoice(order, approval=approval).shown())
        except CannotSave as error:
            info.context.add_problem(info, str(error), NOT_PROCESSED)
    return {"succeeded": bool(documents), "documents": documents if returnDocuments else []}


def available_companies(_: Any, info: GraphQLResolveInfo, **asked: Any) -> Mapping[str, object]:
    """The companies that let the application in."""
    request: Request = info.context
    house = request.house
    rows: list[Row] = [
        {"name": one.who.name, "vismaNetCompanyId": no, "vismaNetCustomerId": one.who.customer_no}
        for no, one in sorted(house.companies.items())
        if house.admissions.lets_in(request.grant.client_id, no)
    ]
    wanted = asked.get("customerNo")
    kept = [row for row in rows if wanted is None or row["vismaNetCustomerId"] == wanted]
    return page_of(filters.ordered(kept, asked.get("orderBy")), asked, house.options.page_max).shown()


def model_tables(_: Any, __: GraphQLResolveInfo, **asked: Any) -> list[Row]:
    """The tables with their identifiers; names are the same in every language here."""
    rows: list[Row] = [
        {
            "tableNo": TABLE_NO.get(name, FIRST_TABLE_NO + place),
            "name": table.identifier,
            "identifier": table.identifier,
            "databaseType": "COMPANY",
        }
        for place, (name, table) in enumerate(TABLES.items())
    ]
    return [row for row in rows if asked.get("tableNo") in (None, row["tableNo"])]


def _page(company: companies.Company, kept: list[Row], asked: Mapping[str, Any]) -> Mapping[str, object]:
    return page_of(filters.ordered(kept, asked.get("orderBy")), asked, company.options.page_max).shown()


def _related(company: companies.Company, relation: Relation, row: Row) -> list[Row]:
    (mine, theirs), *more = relation.pairs
    if not row[mine]:
        return []
    found = company.rows(relation.table).where(theirs, row[mine])
    return [one for one in found if all(one[other] == row[own] for own, other in more)]


def _company_of(info: GraphQLResolveInfo) -> companies.Company:
    request: Request = info.context
    return request.company_above(info)


def _pairs(given: Mapping[str, Any]) -> list[tuple[Row | None, Row]]:
    if given.get("values") is not None:
        expressions = given.get("filters") or []
        if len(expressions) != len(given["values"]):
            raise Failed("filters and values must have the same length.", BAD_ARGUMENT)
        return list(zip(expressions, given["values"], strict=True))
    if given.get("value") is None:
        raise Failed("value or values is needed.", BAD_ARGUMENT)
    return [(given.get("filter"), given["value"])]


def _shown(info: GraphQLResolveInfo, written: Written, rows: int) -> Mapping[str, object]:
    request: Request = info.context
    request.note(info, written)
    if rows * request.house.options.row_milliseconds > EXECUTION_MILLISECONDS:
        raise Failed(TIMEOUT_TEXT, TIMED_OUT)
    return {"affectedRows": written.affected, "items": written.items}
