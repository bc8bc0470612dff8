"""The API's own description, at /openapi.json for anybody: shapes, errors, examples."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Server, Tag
from pydantic import BaseModel

from handoff.console.models import ErrorAnswer, SettingsEnvelope
from handoff.integrations.catalogue import integrations
from handoff.integrations.kind_settings import IntegrationSettings

OPENAPI_PATH = "/openapi.json"
API_VERSION = "1.0.0"

_DESCRIPTION = """\
Handoff moves records between a time tool and the books of an ERP: approved hours, or customers, projects, invoices,
costs and payments as they come.

**Numbers** that are hours or money are text with at least two decimals (`"7.50"`), instants are UTC
(`2026-10-20T08:00:00Z`), periods are months (`2026-10`).

**Pages** end where `next_cursor` is null; a page may hold fewer items than `limit` asks for. A cursor is good for
the list, the filters and the tenant that it was given out for.

**Approvals** are bound to the hash of what was seen. They post nothing by themselves: the next pass does, on
schedule or started with a run.

**Live integrations** move their records one by one, as they come. There is no approval, preview or correction of
theirs: such calls answer `not_of_this_integration`. A record's `content` is an `object`. A month is reconciled of the
flows `invoices` and `expenses`.

**Integrations that go both ways** keep master data the same on both sides. There are no records, postings or
reconciliations of theirs; their mirror says how both sides stand.

**Errors** all have one shape: a code for programs, a sentence, the field and the cure. The token alone says whose
data is meant.
"""

_TAGS = {
    "Integrations": "What is connected with what.",
    "Settings": "How records become documents, in numbered versions.",
    "Records": "What was fetched, where each record stands and why, and decisions on it.",
    "Runs": "Passes over an integration, and previews of them.",
    "Postings": "Documents on their way to the ERP, or written.",
    "Problems": "What keeps records from moving, by cause.",
    "Master data": "What both sides keep: how it stands, what would be written, and what a person is asked.",
    "Reconciliation": "Where every hour, invoice and cost of a month went.",
    "Description": "This document.",
}

_ERRORS: dict[int, tuple[str, dict[str, Any]]] = {
    400: (
        "The body is no JSON.",
        {"code": "bad_json", "message": "the body is no JSON", "field": "body", "cure": "Send a JSON object in UTF-8."},
    ),
    401: (
        "No token, or one that is unknown or has run out.",
        {
            "code": "bad_token",
            "message": "the token is unknown or has run out",
            "field": "Authorization",
            "cure": "Send Authorization: Bearer with a token of this tenant that has not run out.",
        },
    ),
    404: (
        "The tenant has no such thing.",
        {
            "code": "not_found",
            "message": "there is no problem 1f0c2a9b8d7e6f5a4b",
            "field": "problem",
            "cure": "Check the id; list what there is first.",
        },
    ),
    409: (
        "It does not fit what is stored: another hash or version, already posted, or a connection that waits for "
        "somebody.",
        {
            "code": "hash_mismatch",
            "message": "the record has changed: its content is now version 2",
            "field": "body.records[0].hash",
            "cure": "Look at the record as it is now and decide on its present hash.",
        },
    ),
    415: (
        "The body is not declared as JSON.",
        {
            "code": "unsupported_media_type",
            "message": "the body is not declared as JSON",
            "field": "Content-Type",
            "cure": "Send Content-Type: application/json.",
        },
    ),
    422: (
        "A parameter or a field of the body is wrong; `errors` lists all that are.",
        {
            "code": "bad_period",
            "message": "'October' is not a period",
            "field": "period",
            "cure": "Write the month as YYYY-MM, for example 2026-10.",
        },
    ),
    500: (
        "A fault of ours.",
        {
            "code": "internal_error",
            "message": "something went wrong on our side",
            "field": None,
            "cure": "Try again later; it was noted.",
        },
    ),
    502: (
        "A vendor answered something that can't be used.",
        {
            "code": "broken_contract",
            "message": "the answer can't be read",
            "field": "time_entries",
            "cure": "Correct the record at the vendor, or report the field to support.",
        },
    ),
    503: (
        "A vendor can't be reached or asks to wait; Retry-After says how long.",
        {
            "code": "rate_limited",
            "message": "the vendor asks to wait",
            "field": None,
            "cure": "Ask again after the waiting time.",
        },
    ),
}
_ALWAYS = (401, 422, 500)
_WITH_BODY = (400, 415)
_MORE = {
    "replaceSettings": (409,),
    "decide": (409,),
    "startRun": (409,),
    "retryProblem": (409,),
    "retryProblems": (409,),
    "confirmProblem": (409,),
    "tellOutcome": (409,),
    "whatWouldChange": (409,),
    "repost": (409,),
    "makeInvitation": (404,),
    "enterSigningKey": (409,),
    "checkHealth": (409, 502, 503),
    "reconcile": (409, 502, 503),
    "reconcileAsCsv": (409, 502, 503),
    "readReconciliation": (409,),
    "readReconciliationAsCsv": (409,),
}
_POWERTOOLS_OWN = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
_HEADERS = {
    401: {"WWW-Authenticate": "The scheme, and what is wrong with the token."},
    503: {"Retry-After": "Seconds to wait."},
}
_REFS = "#/components/schemas/{model}"


def describe(api: APIGatewayRestResolver) -> None:
    """Adds the route that shows the API's description; it is made on first use."""

    @cache
    def made_once() -> dict[str, Any]:
        return document_of(api)

    @api.get(
        OPENAPI_PATH,
        summary="Describe the API",
        description="The OpenAPI document of the API; it needs no token.",
        operation_id="describeApi",
        tags=["Description"],
    )
    def document() -> dict[str, Any]:
        return made_once()


def document_of(api: APIGatewayRestResolver) -> dict[str, Any]:
    """The OpenAPI document: what Powertools derives from the routes, and what it can't know."""
    text = api.get_openapi_json_schema(
        title="Handoff",
        version=API_VERSION,
        description=_DESCRIPTION,
        tags=[Tag(name=name, description=words) for name, words in _TAGS.items()],
        servers=[Server(url=".", description="Where this document lies")],
        security_schemes={"bearer": HTTPBearer(description="A tenant's token.")},
        security=[{"bearer": []}],
    )
    document: dict[str, Any] = json.loads(text)
    schemas = document["components"]["schemas"]
    for name in _POWERTOOLS_OWN:
        schemas.pop(name, None)
    models: Sequence[type[BaseModel]] = (ErrorAnswer, SettingsEnvelope, *settings_models())
    for model in models:
        schema = model.model_json_schema(ref_template=_REFS)
        for name, inner in schema.pop("$defs", {}).items():
            schemas.setdefault(name, inner)
        schemas[model.__name__] = schema
    document["components"]["responses"] = {f"Error{status}": _error_response(status) for status in _ERRORS}
    for method, operation in _operations(document):
        _complete(method, operation)
    _complete_settings(document)
    _complete_runs(document)
    _complete_tables(document)
    return document


def settings_models() -> Sequence[type[IntegrationSettings]]:
    """What integrations are set by, each model once, by name."""
    models: dict[str, type[IntegrationSettings]] = {
        kind.settings.__name__: kind.settings for kind in integrations().values()
    }
    return [models[name] for name in sorted(models)]


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in document["paths"].values():
        yield from path.items()


def _error_response(status: int) -> dict[str, Any]:
    description, example = _ERRORS[status]
    headers = {
        name: {"description": words, "schema": {"type": "string"}} for name, words in _HEADERS.get(status, {}).items()
    }
    content = {"schema": {"$ref": _REFS.format(model="ErrorAnswer")}, "example": {"error": example}}
    response: dict[str, Any] = {"description": description, "content": {"application/json": content}}
    return {**response, "headers": headers} if headers else response


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Adds the errors that an operation can answer."""
    name = operation["operationId"]
    if name == "describeApi":
        operation["security"] = []
        return
    in_path = any(parameter["in"] == "path" for parameter in operation.get("parameters", ()))
    with_body = _WITH_BODY if method in ("post", "put") else ()  # a body that nobody asked for must be JSON too
    statuses = {*_ALWAYS, *with_body, *_MORE.get(name, ()), *((404,) if in_path else ())}
    for status in sorted(statuses):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/Error{status}"}
    if name == "decide":
        for status in (404, 409, 422):
            operation["responses"][str(status)] = _refused_all(status)


def _refused_all(status: int) -> dict[str, Any]:
    """An approval that decided on nothing: the lists are there, and the error beside them."""
    response = _error_response(status)
    either = [{"$ref": _REFS.format(model=model)} for model in ("ApprovalAnswer", "ErrorAnswer")]
    response["content"]["application/json"]["schema"] = {"anyOf": either}
    return response


def _complete_settings(document: dict[str, Any]) -> None:
    """Settings are checked by their own model, so the body's shape is named here."""
    path = document["paths"]["/api/integrations/{integration_id}/settings"]
    names = (*(model.__name__ for model in settings_models()), SettingsEnvelope.__name__)
    either = [{"$ref": _REFS.format(model=model)} for model in names]
    path["put"]["requestBody"]["content"]["application/json"]["schema"] = {"anyOf": either}
    for operation in path.values():
        operation["responses"]["200"]["headers"] = {
            "ETag": {"description": "The settings' version.", "schema": {"type": "string", "examples": ['"3"']}}
        }


def _complete_runs(document: dict[str, Any]) -> None:
    """A run is accepted with 202, a preview answered with 200; both say where they are to be read again."""
    location = {"Location": {"description": "Where the run is watched.", "schema": {"type": "string"}}}
    paths = document["paths"]
    started = paths["/api/integrations/{integration_id}/runs"]["post"]["responses"]
    started["202"].update(description="The run was queued.", headers=location)
    started["200"] = {**started["202"], "description": "The preview."}
    retried = paths["/api/integrations/{integration_id}/problems/{problem}/retry"]["post"]["responses"]
    retried["202"].update(description="Its records are free, and a run was queued.", headers=location)


def _complete_tables(document: dict[str, Any]) -> None:
    """Answers that are no JSON: tables for a spreadsheet."""
    name = {"Content-Disposition": {"description": "The file's name.", "schema": {"type": "string"}}}
    for path, operations in document["paths"].items():
        if path.endswith(".csv"):
            answered = operations["get"]["responses"]["200"]
            answered.update(
                description="The table.", headers=name, content={"text/csv": {"schema": {"type": "string"}}}
            )
