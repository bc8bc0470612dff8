"""The GraphQL types that a table becomes: its rows, their connection, filter, order and inputs.

Documented: `Associate`, `FilterExpression_Associate`, `Associate_Input`, `Mutation_UseCompany_Associate_Result`; the
update input of a table with a composite key has no key columns. ASSUMED: the names of the other types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    GraphQLScalarType,
    GraphQLString,
)

from sandbox.business_nxt import resolvers
from sandbox.business_nxt.columns import Column, Relation, Table, stamps
from sandbox.business_nxt.scalars import DATE, SCALARS

_STAMPED = {column.name for column in stamps()}

SORT_ORDER = GraphQLEnumType("SortOrder", {"ASC": False, "DESC": True})
PAGE_INFO = GraphQLObjectType(
    "PageInfo",
    {
        "hasNextPage": GraphQLField(GraphQLBoolean),
        "hasPreviousPage": GraphQLField(GraphQLBoolean),
        "startCursor": GraphQLField(GraphQLString),
        "endCursor": GraphQLField(GraphQLString),
    },
)


def paging_arguments() -> dict[str, GraphQLArgument]:
    """The arguments that every connection takes."""
    whole = {name: GraphQLArgument(GraphQLInt) for name in ("first", "last", "skip")}
    return whole | {name: GraphQLArgument(GraphQLString) for name in ("after", "before")}


def connection_of(rows: GraphQLObjectType, name: str) -> GraphQLObjectType:
    """`totalCount`, `pageInfo` and `items`, without edges."""
    fields = {
        "totalCount": GraphQLField(GraphQLInt),
        "pageInfo": GraphQLField(PAGE_INFO),
        "items": GraphQLField(GraphQLList(rows)),
    }
    return GraphQLObjectType(name, fields)


@dataclass(frozen=True)
class TableTypes:
    """All types of one table."""

    rows: GraphQLObjectType
    connection: GraphQLObjectType
    filter: GraphQLInputObjectType
    order: GraphQLInputObjectType
    create: GraphQLInputObjectType
    update: GraphQLInputObjectType
    result: GraphQLObjectType

    def arguments(self) -> dict[str, GraphQLArgument]:
        """What a field that gives a connection of these rows takes."""
        order = GraphQLArgument(GraphQLList(self.order))
        return {"filter": GraphQLArgument(self.filter), "orderBy": order, **paging_arguments()}


class TypesOfTables:
    """The types of all tables, which refer to each other. `missing` are columns that this installation lacks."""

    def __init__(self, tables: Mapping[str, Table], missing: tuple[str, ...] = ()) -> None:
        self._missing = set(missing)
        self._comparisons = {name: _comparisons(name, scalar) for name, scalar in SCALARS.items()}
        self.of: Mapping[str, TableTypes] = {table.name: self._types(table) for table in tables.values()}

    def _columns(self, table: Table) -> list[Column]:
        return [one for one in table.columns.values() if f"{table.name}.{one.name}" not in self._missing]

    def _types(self, table: Table) -> TableTypes:
        name = table.identifier
        rows = GraphQLObjectType(name, lambda: self._row_fields(table))
        written = {
            "affectedRows": GraphQLField(GraphQLInt),
            "items": GraphQLField(GraphQLList(rows)),
        }
        create = GraphQLInputObjectType(f"{name}_Input", lambda: self._input_fields(table))
        composite = len(table.key) > 1
        update = GraphQLInputObjectType(f"{name}_Update_Input", lambda: self._input_fields(table, without=table.key))
        return TableTypes(
            rows=rows,
            connection=connection_of(rows, f"Query_UseCompany_{name}_Connection"),
            filter=GraphQLInputObjectType(f"FilterExpression_{name}", lambda: self._filter_fields(table)),
            order=GraphQLInputObjectType(
                f"OrderBy_{name}",
                {column.name: GraphQLInputField(SORT_ORDER) for column in self._columns(table)},
            ),
            create=create,
            update=update if composite else create,
            result=GraphQLObjectType(f"Mutation_UseCompany_{name}_Result", written),
        )

    def _row_fields(self, table: Table) -> dict[str, GraphQLField]:
        fields: dict[str, GraphQLField] = {}
        for column in self._columns(table):
            fields[column.name] = GraphQLField(SCALARS[column.type])
            if column.is_day:
                fields[f"{column.name}AsDate"] = GraphQLField(DATE, resolve=resolvers.day_of_column(column.name))
        return fields | {relation.name: self._related(relation) for relation in table.relations}

    def _related(self, relation: Relation) -> GraphQLField:
        types = self.of[relation.table]
        if relation.many:
            return GraphQLField(types.connection, types.arguments(), resolvers.children(relation))
        return GraphQLField(types.rows, resolve=resolvers.parent(relation))

    def _filter_fields(self, table: Table) -> dict[str, GraphQLInputField]:
        own = GraphQLList(self.of[table.name].filter)
        fields = {column.name: GraphQLInputField(self._comparisons[column.type]) for column in self._columns(table)}
        return fields | {"_and": GraphQLInputField(own), "_or": GraphQLInputField(own)}

    def _input_fields(self, table: Table, without: tuple[str, ...] = ()) -> dict[str, GraphQLInputField]:
        fields = {
            column.name: GraphQLInputField(SCALARS[column.type])
            for column in self._columns(table)
            if column.name not in _STAMPED and column.name not in without
        }
        if without:
            return fields
        nested = {name: GraphQLList(self.of[child].create) for name, child in table.children.items()}
        return fields | {name: GraphQLInputField(kind) for name, kind in nested.items()}


def _comparisons(name: str, scalar: GraphQLScalarType) -> GraphQLInputObjectType:
    between = GraphQLInputObjectType(
        f"Between_{name}",
        {bound: GraphQLInputField(GraphQLNonNull(scalar)) for bound in ("from", "to")},
    )
    kinds: dict[str, Any] = {
        **dict.fromkeys(("_eq", "_not_eq", "_gt", "_gte", "_lt", "_lte"), scalar),
        **dict.fromkeys(("_in", "_not_in"), GraphQLList(scalar)),
        **dict.fromkeys(("_between", "_not_between"), between),
        **({"_like": scalar} if name == "String" else {}),
    }
    return GraphQLInputObjectType(
        f"FilterExpression_{name}", {operator: GraphQLInputField(kind) for operator, kind in kinds.items()}
    )
