"""The API: routes, the order in which a request is looked at, and how errors are answered.

A request is let in by its token first; then its body, its parameters and at last its meaning are looked
at. Whoever has no token learns nothing from it.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from time import perf_counter
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver
from aws_lambda_powertools.event_handler.content_types import APPLICATION_JSON
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
    OpenAPIResponseValidationMiddleware,
)
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from handoff.console import (
    routes_approvals,
    routes_corrections,
    routes_integrations,
    routes_mirror,
    routes_postings,
    routes_problems,
    routes_reconciliation,
    routes_records,
    routes_runs,
    routes_settings,
    routes_setup,
    routes_webhooks,
)
from handoff.console.access import desk_for
from handoff.console.bodies import check_body, read_json, to_json
from handoff.console.desk import OpenDesk
from handoff.console.errors import HttpFault, answer_to, headers_of, request_faults, status_of
from handoff.console.openapi import OPENAPI_PATH, describe
from handoff.console.place import DESK
from handoff.domain.errors import HandoffError
from handoff.observability import logger

ROUTES = (
    routes_integrations,
    routes_settings,
    routes_setup,
    routes_webhooks,
    routes_records,
    routes_approvals,
    routes_runs,
    routes_postings,
    routes_problems,
    routes_corrections,
    routes_reconciliation,
    routes_mirror,
)
_NO_STORE = {"Cache-Control": "no-store"}
_INTERNAL = HttpFault(
    "something went wrong on our side",
    status=HTTPStatus.INTERNAL_SERVER_ERROR,
    code="internal_error",
    cure="Try again later; it was noted.",
)


class ConsoleApi(APIGatewayRestResolver):
    """A resolver that remembers which methods a path has, so that a wrong one can be told from a wrong path."""

    def __init__(self) -> None:
        # Without enable_validation, which would look at bodies before tokens: `use` names the order below.
        super().__init__(serializer=to_json, json_body_deserializer=read_json)
        self._methods: dict[str, set[str]] = {}

    def route(self, rule: str, method: str | list[str] | tuple[str], *args: Any, **kwargs: Any) -> Callable[..., Any]:
        """Adds a route."""
        methods = {method} if isinstance(method, str) else set(method)
        pattern = re.sub(r"<\w+>", "[^/]+", rule)
        self._methods.setdefault(pattern, set()).update(methods)
        return super().route(rule, method, *args, **kwargs)

    def methods_at(self, path: str) -> set[str]:
        """The methods that a path has; none for a path there is nothing at."""
        found = (methods for pattern, methods in self._methods.items() if re.fullmatch(f"{pattern}/*", path))
        return set().union(*found)


def build_api(open_desk: OpenDesk) -> APIGatewayRestResolver:
    """The API for callers whose tokens `open_desk` knows."""
    api = ConsoleApi()

    def let_in(app: ApiGatewayResolver, next_middleware: NextMiddleware) -> Response[Any]:
        if app.request.route != OPENAPI_PATH:
            app.context[DESK] = desk_for(app.current_event.headers, open_desk)
        return next_middleware(app)

    api.use(
        [
            _noted,
            let_in,
            _readable,
            OpenAPIRequestValidationMiddleware(),  # type: ignore[no-untyped-call]  # Powertools gives it no types
            OpenAPIResponseValidationMiddleware(has_response_validation_error=True),
        ]
    )
    for routes in ROUTES:
        routes.add_to(api)
    describe(api)
    _answer_errors(api)
    return api


def _noted(app: ApiGatewayResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Logs what was answered: the route's pattern, never a path, a body or a token."""
    started = perf_counter()
    response = next_middleware(app)
    response.headers.update(_NO_STORE)
    milliseconds = round((perf_counter() - started) * 1000)
    answered = {"route": app.request.route, "status": int(response.status_code), "milliseconds": milliseconds}
    logger.info("answered", extra={**_who(app.context), **answered})
    return response


def _readable(app: ApiGatewayResolver, next_middleware: NextMiddleware) -> Response[Any]:
    if app.current_event.http_method.upper() in ("POST", "PUT"):
        check_body(app.current_event)
    return next_middleware(app)


def _answer_errors(api: ConsoleApi) -> None:
    def known(error: HandoffError) -> Response[Any]:
        status = status_of(error)
        write = logger.error if status == HTTPStatus.INTERNAL_SERVER_ERROR else logger.info
        write("refused", extra={**_who(api.context), "code": error.code, "status": int(status)})
        return _error(error)

    def invalid(error: RequestValidationError) -> Response[Any]:
        return known(request_faults(error.errors()))

    def no_route(_: NotFoundError) -> Response[Any]:
        event = api.current_event
        raise _nothing_here(api.methods_at(event.path) - {event.http_method.upper()})

    def unexpected(error: Exception) -> Response[Any]:
        # Where it happened, and no message: it could quote what the caller sent.
        where = {"error": type(error).__name__, "frames": traceback.format_tb(error.__traceback__)}
        logger.error("unexpected error", extra={**_who(api.context), **where})
        return _error(_INTERNAL)

    api.exception_handler(HandoffError)(known)
    api.exception_handler(RequestValidationError)(invalid)
    api.exception_handler(NotFoundError)(no_route)
    api.exception_handler(Exception)(unexpected)


def _who(context: Mapping[str, Any]) -> dict[str, str]:
    desk = context.get(DESK)
    return {"tenant_id": desk.caller.tenant_id} if desk is not None else {}


def _nothing_here(methods: set[str]) -> HttpFault:
    if not methods:
        return HttpFault(
            "there is nothing at this path",
            status=HTTPStatus.NOT_FOUND,
            code="unknown_path",
            field="path",
            cure=f"{OPENAPI_PATH} lists all paths.",
        )
    allowed = ", ".join(sorted(methods))
    return HttpFault(
        "this path has no such method",
        status=HTTPStatus.METHOD_NOT_ALLOWED,
        code="method_not_allowed",
        field="method",
        cure=f"Use {allowed}.",
        headers={"Allow": allowed},
    )


def _error(error: HandoffError) -> Response[Any]:
    body = answer_to(error).model_dump(mode="json")
    if body["errors"] is None:
        del body["errors"]
    return Response(
        status_code=int(status_of(error)),
        content_type=APPLICATION_JSON,
        body=to_json(body),
        headers={**headers_of(error), **_NO_STORE},
    )
