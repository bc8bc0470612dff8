"""What a cost in Severa refers to besides its project: a product, a phase, a user, a type of travel expense.

Each is looked up by what people know it by, once, before anything is written.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from handoff.connectors.http import VendorClient
from handoff.connectors.severa.assumed import FEE_TYPE
from handoff.connectors.severa.client import decoded
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.lists import BY_ROW, BY_TOKEN, a_list, every_row
from handoff.connectors.severa.models import Reference, SeveraProduct, SeveraUser
from handoff.domain.errors import Rejected
from handoff.domain.purchases import ExpenseOf

PROJECTS = "/v1/projects"


class _Project(msgspec.Struct, gc=False, kw_only=True, rename="camel"):
    guid: str
    root_phase: Reference | None = None


class _Product(SeveraProduct, gc=False, kw_only=True, rename="camel"):
    type: str = FEE_TYPE


_PRODUCTS = a_list("products", "/v1/products", _Product, lambda row: row, BY_TOKEN)
_USERS = a_list("users", "/v1/users", SeveraUser, lambda row: row, BY_TOKEN)
_TYPES = a_list("travel expense types", "/v1/travelexpensetypes", SeveraProduct, lambda row: row, BY_ROW)


class Places:
    """What costs of one organisation refer to. Raises as reads do, and Rejected for what there is none of."""

    def __init__(self, client: VendorClient) -> None:
        self._client = client
        self._products: dict[str, Mapping[str, object]] = {}
        self._phases: dict[str, str] = {}
        self._users: dict[str, str] = {}
        self._types: dict[str, str] = {}

    def has_project(self, guid: str) -> bool:
        """Whether the project is there."""
        return self._client.read_one(f"{PROJECTS}/{guid}", what="projects") is not None

    def product(self, code: str) -> Mapping[str, object]:
        """The fields that make a fee one of the product."""
        if code not in self._products:
            found = [one for one in every_row(_PRODUCTS, self._client, {"code": code}) if _is(one.code, code)]
            if not found:
                raise _missing("product", "with the code", code, "no_such_product")
            self._products[code] = {"product": {"guid": found[0].guid}, "productType": found[0].type}
        return self._products[code]

    def of_expense(self, project: str, expense: ExpenseOf) -> Mapping[str, object]:
        """The fields that make a cost an expense of the user's in the root phase, with nothing to reimburse."""
        return {
            "phase": {"guid": self._phase(project)},
            "user": {"guid": self._user(expense.user)},
            "travelExpense": {"guid": self._type(expense.kind)},
            "travelReimbursementRequired": False,
        }

    def _phase(self, project: str) -> str:
        if project not in self._phases:
            body = self._client.read_one(f"{PROJECTS}/{project}", what="projects")
            row: _Project | None = None if body is None else decoded(body, _Project, "projects")
            if row is None or row.root_phase is None:
                raise Rejected(
                    f"{TITLE} has no such project, or no phase in it, that an expense could be in",
                    code="no_phase",
                    field="phase",
                    cure=f"Look for the project in {TITLE}, then retry the problem.",
                )
            self._phases[project] = row.root_phase.guid
        return self._phases[project]

    def _user(self, email: str) -> str:
        if email not in self._users:
            found = [one for one in every_row(_USERS, self._client, {"email": email}) if _is(one.email, email)]
            if not found:
                raise _missing("user", "with the e-mail address", email, "no_such_user")
            self._users[email] = found[0].guid
        return self._users[email]

    def _type(self, code: str) -> str:
        if code not in self._types:
            found = [one for one in every_row(_TYPES, self._client, {"code": code}) if _is(one.code, code)]
            if not found:
                raise _missing("type of travel expense", "with the code", code, "no_such_type")
            self._types[code] = found[0].guid
        return self._types[code]


def _is(known: str | None, wanted: str) -> bool:
    return (known or "").strip().casefold() == wanted.casefold()


def _missing(what: str, how: str, value: str, code: str) -> Rejected:
    return Rejected(
        f"{TITLE} has no {what} {how} '{value}', which the settings name",
        code=code,
        field="costs",
        cure=f"Correct the settings or add it in {TITLE}, then retry the problem.",
    )
