"""Who may do what: applications at Visma Connect, and the companies that let each of them in.

Documented: a token belongs to no company; the customer adds the client id as a user and gives it one company after
another, else calls fail although the token is valid; scopes for reading and for reading and writing; 401 is an HTML
page. ASSUMED: the error of a company without access, and the texts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.business_nxt.assumed import NO_ACCESS, READ_ONLY_SCOPE
from sandbox.business_nxt.failures import Failed
from sandbox.visma_connect import Application, Grant
from sandbox.wire import Answer

API_PATH = "/api/graphql-service"
SCOPE = "business-graphql-service-api:access-group-based"
READ_SCOPE = f"{SCOPE}-readonly"
COMPANY_NO, SECOND_COMPANY_NO, CLOSED_COMPANY_NO, LUMIPOLKU_COMPANY_NO = 9_112_001, 9_112_002, 9_112_003, 9_112_004
CUSTOMER_NO = 4_711_001

UNAUTHORISED_PAGE = b"""<html>
<head><title>401 Authorization Required</title></head>
<body>
<center><h1>401 Authorization Required</h1></center>
<hr><center>nginx</center>
</body>
</html>
"""
TOO_MANY_PAGE = UNAUTHORISED_PAGE.replace(b"401 Authorization Required", b"429 Too Many Requests")


@dataclass(frozen=True)
class Credentials:
    """An application of ours and another one, and the company that lets ours in; plainly invented."""

    client_id: str = "isv_handoff_nxt"
    client_secret: str = "sandbox-business-nxt-secret"
    scope: str = SCOPE
    company_no: int = COMPANY_NO
    other_client_id: str = "isv_stranger"  # has a token, but no company
    other_client_secret: str = "sandbox-business-nxt-strangers-secret"


CREDENTIALS = Credentials()
APPLICATIONS = (
    Application(CREDENTIALS.client_id, CREDENTIALS.client_secret, (SCOPE, READ_SCOPE)),
    Application(CREDENTIALS.other_client_id, CREDENTIALS.other_client_secret, (SCOPE, READ_SCOPE)),
)


def page(status: int, html: bytes) -> Answer:
    """An answer of the gateway."""
    return Answer(status, html, {"Content-Type": "text/html"})


@dataclass
class Admissions:
    """The rows of *Connect Application Access*: which application each company lets in."""

    _admitted: set[tuple[str, int]] = field(default_factory=set)

    def start_over(self) -> None:
        """Our application is let into all companies but one."""
        open_to_us = (COMPANY_NO, SECOND_COMPANY_NO, LUMIPOLKU_COMPANY_NO)
        self._admitted = {(CREDENTIALS.client_id, company_no) for company_no in open_to_us}

    def set(self, client_id: str, company_no: int, *, allowed: bool) -> None:
        """A supervisor lets the application in, or shows it out."""
        (self._admitted.add if allowed else self._admitted.discard)((client_id, company_no))

    def lets_in(self, client_id: str, company_no: int) -> bool:
        """Whether the company lets the application in."""
        return (client_id, company_no) in self._admitted

    def check(self, grant: Grant, company_no: int) -> None:
        """Raises `Failed` for a company that is not there for this application."""
        if not self.lets_in(grant.client_id, company_no):
            raise Failed(f"The user does not have access to company {company_no}.", NO_ACCESS)


def need_writing(grant: Grant) -> None:
    """Raises `Failed` for a token that may only read."""
    if SCOPE not in grant.scopes:
        raise Failed("The access token does not allow changes.", READ_ONLY_SCOPE)
