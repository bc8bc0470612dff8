"""A call to the API with what is known of it: whose token, which company; and what a route asks of both.

Visma eAccounting API v2: every operation lists the scopes of which one is needed, and the variants of the product
whose companies may call it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from sandbox.eaccounting.answers import Json, object_of, refuse
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.identity import Grant
from sandbox.eaccounting.options import PLANS
from sandbox.wire import Answer, Call

BASE = "/v2"
SALES, ACCOUNTING, PURCHASE = ("ea:sales",), ("ea:accounting",), ("ea:purchase",)


def reading(*areas: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes of which any lets one read: those of the areas, and their read-only forms."""
    return tuple(scope for area in areas for name in area for scope in (name, f"{name}_readonly"))


ALL = PLANS
SALES_PLANS = ("Pro", "Standard", "Invoicing", "Solo")
BOOKS_PLANS = ("Pro", "Standard", "Bookkeeping", "Solo")
DIMENSION_PLANS = ("Pro", "Standard", "Invoicing", "Bookkeeping")


@dataclass(frozen=True)
class Visit:
    """One call in one company."""

    call: Call
    company: Company
    grant: Grant

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's parameters by names in small letters."""
        return {name.lower(): value for name, value in self.call.query.items()}

    def id(self, name: str = "id") -> str:
        """An id of the path."""
        return self.call.ids[name].lower()

    def body(self) -> Json:
        """The object that was sent. Ends the call with 400."""
        return object_of(self.call)

    def switch(self, name: str, *, default: bool = False) -> bool:
        """A true or false of the query. Ends the call with 400."""
        text = self.query.get(name.lower(), "").lower()
        if text not in ("", "true", "false"):
            refuse(f"The value '{text}' is not valid for {name}.")
        return text == "true" if text else default


Handler = Callable[[Visit], Answer]


@dataclass(frozen=True)
class Door:
    """A path of the API, under `/v2`, and who may go through."""

    method: str
    path: str
    handler: Handler
    scopes: tuple[str, ...]
    plans: tuple[str, ...] = ALL

    @property
    def template(self) -> str:
        """The whole path."""
        return f"{BASE}{self.path}"

    @property
    def writes(self) -> bool:
        """Whether anything can change by it."""
        return self.method != "GET"


def created(visit: Visit, row: object) -> Answer:
    """What a POST answers: the row, or nothing where the options say so."""
    options = visit.company.options
    return Answer(options.created_status, None if options.empty_posts else row)


def deleted(visit: Visit) -> Answer:
    """What a DELETE answers."""
    return Answer(visit.company.options.delete_status)
