"""The GraphQL schema, made from the tables.

Documented: `useCompany`, `useModel` and `availableCompanies` at the top; under `useCompany` a field per table, and for
changes `…_create`, `…_update`, `…_delete`, `order_processings` and `order_reports`. Not here: `useCustomer`, grouping
and aggregates, asynchronous requests, the edit cache. ASSUMED: names of types, the arguments of `finish`.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    specified_directives,
)

from sandbox.business_nxt import resolvers
from sandbox.business_nxt.requests import EXPORT
from sandbox.business_nxt.table_types import SORT_ORDER, TableTypes, TypesOfTables, connection_of, paging_arguments
from sandbox.business_nxt.tables import TABLES

COMPANY_ARGUMENTS = {"no": GraphQLArgument(GraphQLInt)}


def make_schema(missing: tuple[str, ...] = ()) -> GraphQLSchema:
    """The schema, without the columns that this installation lacks, such as `orgUnit2.associateNo1`."""
    types = TypesOfTables(TABLES, missing)
    return GraphQLSchema(
        query=GraphQLObjectType("Query", _query(types.of)),
        mutation=GraphQLObjectType("Mutation", _mutation(types.of)),
        directives=[*specified_directives, EXPORT],
    )


def _query(types: Mapping[str, TableTypes]) -> dict[str, GraphQLField]:
    tables = {
        name: GraphQLField(kind.connection, kind.arguments(), resolvers.read(name)) for name, kind in types.items()
    }
    company = GraphQLObjectType("Query_UseCompany", tables)
    return {
        "useCompany": GraphQLField(company, COMPANY_ARGUMENTS, resolvers.use_company(writes=False)),
        "availableCompanies": _available_companies(),
        "useModel": _model(),
    }


def _available_companies() -> GraphQLField:
    columns = {"name": GraphQLString, "vismaNetCompanyId": GraphQLInt, "vismaNetCustomerId": GraphQLInt}
    rows = GraphQLObjectType("AvailableCompany", {name: GraphQLField(kind) for name, kind in columns.items()})
    order = GraphQLInputObjectType(
        "OrderBy_AvailableCompany", {name: GraphQLInputField(SORT_ORDER) for name in columns}
    )
    arguments = {
        "customerNo": GraphQLArgument(GraphQLInt),
        "orderBy": GraphQLArgument(GraphQLList(order)),
        **paging_arguments(),
    }
    connection = connection_of(rows, "Query_AvailableCompanies_Connection")
    return GraphQLField(connection, arguments, resolvers.available_companies)


def _model() -> GraphQLField:
    columns = {"tableNo": GraphQLInt, "name": GraphQLString, "identifier": GraphQLString, "databaseType": GraphQLString}
    rows = GraphQLObjectType("ModelTable", {name: GraphQLField(kind) for name, kind in columns.items()})
    language = GraphQLEnumType("Language", dict.fromkeys(("ENGLISH", "NORWEGIAN", "SWEDISH", "DANISH")))
    arguments = {"lang": GraphQLArgument(language), "tableNo": GraphQLArgument(GraphQLInt)}
    tables = GraphQLField(GraphQLList(rows), arguments, resolvers.model_tables)
    return GraphQLField(GraphQLObjectType("Query_UseModel", {"tables": tables}), resolve=lambda *_: {})


def _mutation(types: Mapping[str, TableTypes]) -> dict[str, GraphQLField]:
    fields: dict[str, GraphQLField] = {}
    for name, kind in types.items():
        if not TABLES[name].read_only:
            fields |= _writes(name, kind)
    fields["order_processings"] = _processings(types["order"])
    fields["order_reports"] = _reports(types["order"])
    company = GraphQLObjectType("Mutation_UseCompany", fields)
    return {"useCompany": GraphQLField(company, COMPANY_ARGUMENTS, resolvers.use_company(writes=True))}


def _writes(name: str, kind: TableTypes) -> dict[str, GraphQLField]:
    meant = {"filter": GraphQLArgument(kind.filter)}
    inserted = {"values": GraphQLArgument(GraphQLNonNull(GraphQLList(GraphQLNonNull(kind.create))))}
    updated = {
        **meant,
        "value": GraphQLArgument(kind.update),
        "filters": GraphQLArgument(GraphQLList(kind.filter)),
        "values": GraphQLArgument(GraphQLList(GraphQLNonNull(kind.update))),
    }
    return {
        f"{name}_create": GraphQLField(kind.result, inserted, resolvers.create(name)),
        f"{name}_update": GraphQLField(kind.result, updated, resolvers.update(name)),
        f"{name}_delete": GraphQLField(kind.result, meant, resolvers.delete(name)),
    }


def _processings(order: TableTypes) -> GraphQLField:
    arguments = GraphQLInputObjectType("Order_Finish_Args", {"finishType": GraphQLInputField(GraphQLInt)})
    result = GraphQLObjectType(
        "Order_Finish_Result",
        {"succeeded": GraphQLField(GraphQLBoolean), "items": GraphQLField(GraphQLList(order.rows))},
    )
    taken = {"filter": GraphQLArgument(order.filter), "args": GraphQLArgument(arguments)}
    finish = GraphQLField(result, taken, resolvers.operation(resolvers.finish_orders))
    kind = GraphQLObjectType("Mutation_UseCompany_Order_Processings", {"finish": finish})
    return GraphQLField(kind, resolve=resolvers.in_same_company)


def _reports(order: TableTypes) -> GraphQLField:
    text = {"name": GraphQLField(GraphQLString), "content": GraphQLField(GraphQLString)}
    attachment = GraphQLObjectType("Report_Attachment", text)
    document = GraphQLObjectType("Report_Document", {**text, "attachments": GraphQLField(GraphQLList(attachment))})
    result = GraphQLObjectType(
        "Order_Report_Result",
        {"succeeded": GraphQLField(GraphQLBoolean), "documents": GraphQLField(GraphQLList(document))},
    )
    taken = {
        "filter": GraphQLArgument(order.filter),
        "returnDocuments": GraphQLArgument(GraphQLBoolean),
        "printDestination": GraphQLArgument(GraphQLEnumType("PrintDestination", {"PRINT_TO_PDF": "pdf"})),
        "approval": GraphQLArgument(GraphQLBoolean),
    }
    invoices = GraphQLField(result, taken, resolvers.operation(resolvers.print_invoices))
    kind = GraphQLObjectType("Mutation_UseCompany_Order_Reports", {"invoicesAndCreditNotes": invoices})
    return GraphQLField(kind, resolve=resolvers.in_same_company)
