"""Who may call what: both headers, the demo tokens, roles by entity, the project module.

ASSUMED: the texts of 401 and 403; that a call refused here costs nothing; roles of services that the vendor's table
does not name.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.economic import errors
from sandbox.economic.listing import query_of
from sandbox.economic.options import Options
from sandbox.wire import Answer, Call, Refused

GRANT_PAGE = "/secure/api1/requestaccess.aspx"
DEMO = "demo"
_BOOKKEEPING = frozenset({"Bookkeeping", "SuperUser"})
_SALES = frozenset({"Sales", "SuperUser"})
_BOTH = _BOOKKEEPING | _SALES
_PROJECTS = frozenset({"ProjectEmployee", "SuperUser"})
_SUPER = frozenset({"SuperUser"})
REST_ROLES = {
    **dict.fromkeys(
        ("accounts", "accounting-years", "journals", "journals-experimental", "suppliers", "payment-types"),
        _BOOKKEEPING,
    ),
    **dict.fromkeys(("vat-accounts", "cost-types"), _BOOKKEEPING),
    **dict.fromkeys(("customers", "customer-groups", "invoices", "self"), _SALES),
    **dict.fromkeys(("currencies",), _BOTH),
    **dict.fromkeys(("vat-zones", "payment-terms", "layouts"), _BOTH),
}
SERVICE_ROLES = {
    "api": _PROJECTS,
    "projectsapi": _PROJECTS,
    "journalsapi": _BOOKKEEPING,
    "bookedentriesapi": _BOOKKEEPING,
    "documentsapi": _BOOKKEEPING,
    "webhooksapi": _SUPER,
}


@dataclass
class Access:
    """The app's secret and the grants that the agreement gave it."""

    secret: str
    grants: set[str] = field(default_factory=set)

    def check(self, call: Call, options: Options) -> None:
        """Raises `Refused` for a call that may not be made."""
        if is_demo(call):
            if call.method not in ("GET", "HEAD"):
                raise Refused(refused(call, 403, "The demo agreement is read only."))
            return
        if (call.header("x-appsecrettoken"), True) != (
            self.secret,
            call.header("x-agreementgranttoken") in self.grants,
        ):
            raise Refused(unauthorised(call))
        needed = needed_roles(call)
        if needed is not None and not needed.intersection(options.roles):
            raise Refused(refused(call, 403, "Access forbidden.", f"One of these roles is needed: {sorted(needed)}."))
        if top(call) in ("api", "projectsapi") and not options.project_module:
            raise errors.problem(403, "ModuleNotActive", "The module Project is not active on this agreement.")


def unauthorised(call: Call) -> Answer:
    """The 401 of tokens that are missing, unknown or revoked."""
    hint = "The X-AppSecretToken and X-AgreementGrantToken headers must both be sent and belong together."
    return refused(call, 401, "Unauthorized access.", hint)


def refused(call: Call, status: int, message: str, hint: str = "") -> Answer:
    """The error in the body of the family that was called."""
    if is_open_api(call):
        return errors.open_api(status, message, None, None, hint)
    return errors.rest(status, message, hint)


def needed_roles(call: Call) -> frozenset[str] | None:
    """The roles of which the app needs one, or None where any will do."""
    name = top(call)
    return SERVICE_ROLES[name] if name in SERVICE_ROLES else REST_ROLES.get(name)


def is_demo(call: Call) -> bool:
    """Whether the call is for the demo agreement: both tokens `demo`, or on REST `?demo=true`."""
    tokens = (call.header("x-appsecrettoken"), call.header("x-agreementgranttoken"))
    by_query = not is_open_api(call) and query_of(call).get("demo", "").lower() == "true"
    return tokens == (DEMO, DEMO) or by_query


def is_open_api(call: Call) -> bool:
    """Whether an OpenAPI service was called."""
    return top(call) in SERVICE_ROLES


def is_grant_page(call: Call) -> bool:
    """Whether a browser looks at the page that grants access."""
    return call.path.lower().rstrip("/") == GRANT_PAGE


def top(call: Call) -> str:
    """The first part of the path, which names the entity or the service."""
    return call.path.lower().strip("/").partition("/")[0]
