"""The one address of the API: a GraphQL operation, or a list of at most 32, and HTTP 200 whatever became of them.

Documented: POST of `query` and `variables`; a batch is an array; partial data may stand beside errors; warnings are in
top-level `extensions`; an unknown field's code is FIELDS_ON_CORRECT_TYPE. ASSUMED: other codes of faulty queries after
the same pattern, `extensions.warnings`, what a body that is no request is answered with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, execute, parse, specified_rules, validate
from graphql.language import DocumentNode, FieldNode, IntValueNode, OperationDefinitionNode, VariableNode

from sandbox.business_nxt import resolvers
from sandbox.business_nxt.assumed import BATCH_TOO_LARGE
from sandbox.business_nxt.house import House
from sandbox.business_nxt.requests import Request
from sandbox.business_nxt.schema import make_schema
from sandbox.visma_connect import Grant
from sandbox.wire import Answer, Call, NotJson

BATCH_MAX = 32
INVALID, SYNTAX = "INVALID_REQUEST", "SYNTAX_ERROR"
Body = dict[str, object]


@lru_cache(maxsize=4)
def _schema(missing: tuple[str, ...]) -> GraphQLSchema:
    return make_schema(missing)


@lru_cache(maxsize=512)
def _parsed(query: str) -> DocumentNode | GraphQLError:
    try:
        return parse(query)
    except GraphQLError as error:
        return error


@lru_cache(maxsize=512)
def _faults(query: str, missing: tuple[str, ...]) -> tuple[Body, ...]:
    """What is wrong with a query by itself; clients send the same few again and again."""
    document = _parsed(query)
    if isinstance(document, GraphQLError):
        return (_error(document, SYNTAX),)
    schema = _schema(missing)
    if not validate(schema, document):
        return ()
    by_rule = ((rule, validate(schema, document, [rule])) for rule in specified_rules)
    return tuple(_error(error, _code(rule.__name__)) for rule, errors in by_rule for error in errors)


class Service:
    """Answers calls. `grant` gives what the call's token stands for."""

    def __init__(self, house: House, grant: Callable[[Call], Grant]) -> None:
        self._house = house
        self._grant = grant

    def answer(self, call: Call) -> Answer:
        """The answer to a POST."""
        grant = self._grant(call)
        try:
            body = call.json()
        except NotJson:
            return Answer(200, _failed("The body is not valid JSON.", INVALID))
        if not isinstance(body, list):
            return Answer(200, self._result(body, grant))
        if len(body) > BATCH_MAX:
            text = f"The batch has {len(body)} operations. The limit is {BATCH_MAX}."
            return Answer(200, _failed(text, BATCH_TOO_LARGE))
        return Answer(200, [self._result(one, grant) for one in body])

    def _result(self, asked: Any, grant: Grant) -> Body:
        if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
            return _failed("The request has no query.", INVALID)
        query, variables = asked["query"], asked.get("variables") or {}
        if not isinstance(variables, dict):
            return _failed("variables must be an object.", INVALID)
        missing = self._house.options.missing_columns
        faults = _faults(query, missing)
        document = _parsed(query)
        if faults or isinstance(document, GraphQLError):
            return {"errors": list(faults)}
        request = Request(self._house, grant, variables, exports="@export" in query)
        done = execute(
            _schema(missing),
            document,
            context_value=request,
            variable_values=variables,
            operation_name=asked.get("operationName"),
            field_resolver=resolvers.plain,
        )
        if not isinstance(done, ExecutionResult):
            raise TypeError("every resolver answers at once")
        return _shown(done, request)


def companies_in(call: Call) -> Iterator[int]:
    """The companies that the call's operations go to, as far as it can be read."""
    try:
        body = call.json()
    except NotJson:
        return
    for asked in body if isinstance(body, list) else [body]:
        query = asked.get("query") if isinstance(asked, dict) else None
        document = _parsed(query) if isinstance(query, str) else None
        if isinstance(document, DocumentNode):
            yield from _companies_of(document, asked.get("variables") or {})


def _companies_of(document: DocumentNode, variables: Mapping[str, Any]) -> Iterator[int]:
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    fields = [one for operation in operations for one in operation.selection_set.selections]
    for field in fields:
        if not isinstance(field, FieldNode) or field.name.value != "useCompany":
            continue
        for argument in field.arguments:
            if isinstance(argument.value, IntValueNode):
                yield int(argument.value.value)
            elif isinstance(argument.value, VariableNode):
                number = variables.get(argument.value.name.value)
                if isinstance(number, int):
                    yield number


def _shown(done: ExecutionResult, request: Request) -> Body:
    for error in done.errors or ():
        if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
            raise error.original_error  # a fault of this stand-in, not of the client
    errors = [*(dict(error.formatted) for error in done.errors or ()), *request.problems]
    body: Body = {"data": done.data}
    if errors:
        body["errors"] = errors
    if request.warnings:
        body["extensions"] = {"warnings": [{"message": text} for text in request.warnings]}
    return body


def _failed(message: str, code: str) -> Body:
    return {"errors": [{"message": message, "extensions": {"code": code, "status_name": code}}]}


def _error(error: GraphQLError, code: str) -> Body:
    return {**error.formatted, "extensions": {"code": code}}


def _code(rule: str) -> str:
    """FieldsOnCorrectTypeRule is told as FIELDS_ON_CORRECT_TYPE."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", rule.removesuffix("Rule")).upper()
