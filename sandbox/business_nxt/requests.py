"""One GraphQL operation under way: who asks, what has failed beside the answer, and in which order input was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveLocation,
    GraphQLArgument,
    GraphQLDirective,
    GraphQLNonNull,
    GraphQLResolveInfo,
    GraphQLString,
    get_directive_values,
)
from graphql.language import ListValueNode, ObjectValueNode, ValueNode, VariableNode

from sandbox.business_nxt.company import Company
from sandbox.business_nxt.house import House
from sandbox.business_nxt.writing import Written
from sandbox.visma_connect import Grant

EXPORT = GraphQLDirective(
    "export",
    [DirectiveLocation.FIELD],
    {"as": GraphQLArgument(GraphQLNonNull(GraphQLString))},
    description="Exports the value to a variable of what comes later in the request.",
)


@dataclass
class Request:
    """The context of an operation. `variables` are as they were sent, `exports` whether any field has `@export`."""

    house: House
    grant: Grant
    variables: Mapping[str, Any]
    exports: bool = False
    problems: list[dict[str, object]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _companies: dict[str | int, Company] = field(default_factory=dict)

    @property
    def user(self) -> str:
        """Whose name stands on what is written."""
        return self.grant.client_id

    def enter(self, info: GraphQLResolveInfo, company: Company) -> None:
        """Remembers the company for all that lies under this field."""
        self._companies[info.path.as_list()[0]] = company

    def company_above(self, info: GraphQLResolveInfo) -> Company:
        """The company that the field lies in."""
        return self._companies[info.path.as_list()[0]]

    def note(self, info: GraphQLResolveInfo, written: Written) -> None:
        """Puts what failed into the answer's errors, beside its data."""
        for problem in written.problems:
            self.add_problem(info, problem.message, problem.code, problem.path)

    def add_problem(self, info: GraphQLResolveInfo, message: str, code: str, more: Sequence[str | int] = ()) -> None:
        """Puts an error into the answer without ending the field."""
        path = [*info.path.as_list(), *more]
        self.problems.append({"message": message, "path": path, "extensions": {"code": code, "status_name": code}})


@dataclass(frozen=True)
class InCompany:
    """What the fields under `useCompany` are resolved in."""

    company: Company


def in_given_order(info: GraphQLResolveInfo, argument: str, value: Any, variables: Mapping[str, Any]) -> Any:
    """The argument's value with the fields of its objects in the order in which the client wrote them."""
    for node in info.field_nodes[0].arguments:
        if node.name.value == argument:
            return _by_node(node.value, value, variables)
    return value


def export(info: GraphQLResolveInfo, value: object) -> None:
    """Gives the value to the variable that `@export` names; a list gets it in addition."""
    for node in info.field_nodes:
        asked = get_directive_values(EXPORT, node)
        if asked is not None:
            kept = info.variable_values.get(asked["as"])
            info.variable_values[asked["as"]] = [*kept, value] if isinstance(kept, list) else value


def _by_node(node: ValueNode, value: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(node, VariableNode):
        return _as_sent(variables.get(node.name.value), value)
    if isinstance(node, ObjectValueNode) and isinstance(value, dict):
        fields = {part.name.value: part.value for part in node.fields}
        return {name: _by_node(part, value[name], variables) for name, part in fields.items() if name in value}
    if isinstance(node, ListValueNode) and isinstance(value, list):
        return [_by_node(part, one, variables) for part, one in zip(node.values, value, strict=True)]
    return [_by_node(node, value[0], variables)] if _is_wrapped(value) else value


def _as_sent(sent: Any, value: Any) -> Any:
    if isinstance(sent, Mapping) and isinstance(value, dict):
        return {name: _as_sent(sent[name], value[name]) for name in sent if name in value}
    if isinstance(sent, list) and isinstance(value, list):
        return [_as_sent(part, one) for part, one in zip(sent, value, strict=True)]
    return [_as_sent(sent, value[0])] if _is_wrapped(value) and isinstance(sent, Mapping) else value


def _is_wrapped(value: Any) -> bool:
    """Whether GraphQL made a list of a single object."""
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict)
