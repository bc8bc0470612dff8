"""Whether an agreement has everything that an integration needs, in words for the person who looks after it.

Every point is asked for on its own, so that one that can't be looked at does not hide the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from handoff.connectors.economic.assumed import (
    COST_TYPES,
    INTERNAL_GROUP,
    INVOICE_ENTRY,
    PROJECT_GROUPS,
    PROJECT_MODULE,
    SUPER_USER,
)
from handoff.connectors.economic.client import EconomicClient, decoded
from handoff.connectors.economic.config import TITLE
from handoff.connectors.economic.models import (
    EconomicAccount,
    EconomicJournal,
    EconomicProjectGroup,
    EconomicSelf,
    EconomicVatZone,
    Named,
)
from handoff.connectors.economic.years import Years
from handoff.connectors.http import FORBIDDEN, UNAUTHORISED
from handoff.domain.errors import ReconnectNeeded, Rejected
from handoff.ports.live import ErpNeeds, Finding

WHAT = "health"
POSTABLE = ("profitAndLoss", "status")


class Health:
    """The health check of one agreement; `account` is the agreement number that it was connected with."""

    def __init__(self, client: EconomicClient, years: Years, account: str) -> None:
        self._client = client
        self._years = years
        self._account = account

    def findings(self, needs: ErpNeeds, today: date) -> Sequence[Finding]:
        """Every point, met or not; raises as reads do when the agreement itself can't be reached."""
        points: list[tuple[str, Callable[[], Finding]]] = []
        try:
            own = agreement(self._client)
        except ReconnectNeeded as error:
            if error.status != FORBIDDEN:
                raise
            return [_role(())]
        found = [_agreement(own, self._account), _role(tuple(role.name for role in own.application.required_roles))]
        if needs.project_group is not None:
            found.append(_module(own))
        points += self._points(needs, today)
        found += [_looked(code, look) for code, look in points]
        return [*found, _PDF] if needs.pdf else found

    def _points(self, needs: ErpNeeds, today: date) -> Iterator[tuple[str, Callable[[], Finding]]]:
        if (journal := needs.journal) is not None:
            yield "journal", lambda: self._journal(journal)
        if (group := needs.customer_group) is not None:
            yield "customer_group", lambda: self._listed("customer_group", "Customer group", "/customer-groups", group)
        if (terms := needs.payment_terms) is not None:
            yield "payment_terms", lambda: self._listed("payment_terms", "Payment terms", "/payment-terms", terms)
        for zone in needs.vat_zones:
            yield "vat_zone", lambda zone=zone: self._vat_zone(zone)  # type: ignore[misc]
        if (projects := needs.project_group) is not None:
            yield "project_group", lambda: self._project_group(projects)
        for account in needs.accounts:
            yield "account", lambda account=account: self._account_of(account)  # type: ignore[misc]
        for kind in needs.cost_types:
            yield "cost_type", lambda kind=kind: self._cost_type(kind)  # type: ignore[misc]
        if needs.journal is not None:
            yield "accounting_year", lambda: self._year(today)

    def _journal(self, number: int) -> Finding:
        body = self._client.rest.read_one(f"/journals/{number}", what="journals")
        if body is None:
            return _missing("journal", f"Journal {number}", "Make it in e-conomic (Bookkeeping → Journals)")
        row = decoded(body, EconomicJournal, "journals")
        only = row.settings.entry_type_restricted_to
        if only is None:
            return Finding("journal", True, f"Journal {number}, {row.name}, takes invoices.")
        cure = f"Take the restriction to one type of entries off journal {number}, or name another journal."
        if only == INVOICE_ENTRY:
            text = f"Journal {number}, {row.name}, takes customer invoices only: invoices on a project are refused."
            return Finding("journal", False, text, cure)
        return Finding(
            "journal", False, f"Journal {number}, {row.name}, takes no customer invoices, only {only}.", cure
        )

    def _listed(self, code: str, what: str, path: str, number: int) -> Finding:
        body = self._client.rest.read_one(f"{path}/{number}", what=what.lower())
        if body is None:
            return _missing(code, f"{what} {number}", "Make it in e-conomic")
        return Finding(code, True, f"{what} {number} is there: {decoded(body, Named, what.lower()).name}.")

    def _vat_zone(self, number: int) -> Finding:
        body = self._client.rest.read_one(f"/vat-zones/{number}", what="VAT zones")
        if body is None:
            return _missing("vat_zone", f"VAT zone {number}", "Look at the list of VAT zones in e-conomic")
        row = decoded(body, EconomicVatZone, "VAT zones")
        if not row.enabled_for_customer:
            text = f"VAT zone {number}, {row.name}, can't be used for customers."
            return Finding("vat_zone", False, text, "Name a VAT zone that is enabled for customers.")
        return Finding("vat_zone", True, f"VAT zone {number} is there: {row.name}.")

    def _project_group(self, number: int) -> Finding:
        path = f"/{self._client.services.projects}{PROJECT_GROUPS}/{number}"
        body = self._client.apis.read_one(path, what="project groups")
        if body is None:
            return _missing("project_group", f"Project group {number}", "Make it in e-conomic with the type Internal")
        row = decoded(body, EconomicProjectGroup, "project groups")
        if row.type != INTERNAL_GROUP:
            text = f"Project group {number}, {row.name}, is not of the type Internal."
            return Finding("project_group", False, text, "Change its type in e-conomic, or name an internal group.")
        return Finding("project_group", True, f"Project group {number}, {row.name}, is internal.")

    def _account_of(self, number: int) -> Finding:
        body = self._client.rest.read_one(f"/accounts/{number}", what="accounts")
        if body is None:
            return _missing("account", f"Account {number}", "Make it in e-conomic's chart of accounts")
        row = decoded(body, EconomicAccount, "accounts")
        if row.barred or row.block_direct_entries or row.account_type not in POSTABLE:
            text = (
                f"Account {number} takes no entries: it is barred, blocked for direct entries, or a heading or total."
            )
            return Finding("account", False, text, "Open the account in e-conomic, or name another one.")
        return Finding("account", True, f"Account {number} takes entries.")

    def _cost_type(self, number: int) -> Finding:
        path = f"/{self._client.services.projects}{COST_TYPES}/{number}"
        body = self._client.apis.read_one(path, what="cost types")
        if body is None:
            return _missing("cost_type", f"Cost type {number}", "Make it in e-conomic")
        return Finding("cost_type", True, f"Cost type {number} is there: {decoded(body, Named, 'cost types').name}.")

    def _year(self, today: date) -> Finding:
        if self._years.is_open(today):
            return Finding("accounting_year", True, f"The accounting year with {today.isoformat()} is open.")
        text = f"There is no open accounting year with {today.isoformat()}: invoices of today are refused."
        return Finding(
            "accounting_year", False, text, "Open the accounting year in e-conomic (All settings → Accounting)."
        )


_PDF = Finding(
    "pdf",
    None,
    "Whether PDFs can be attached can't be asked for: the plans Smart and Advanced take them, Plus does not.",
    "Look up the plan in e-conomic; on Plus, switch the PDF off or upgrade. Invoices go through without it.",
)


def agreement(client: EconomicClient) -> EconomicSelf:
    """The agreement that the token opens; raises as reads do."""
    return decoded(client.rest.read("/self", what="agreement"), EconomicSelf, "agreement")


def _looked(code: str, look: Callable[[], Finding]) -> Finding:
    """The finding, or that it can't be looked at: a module or a role is missing."""
    try:
        return look()
    except (Rejected, ReconnectNeeded) as error:
        if error.status == UNAUTHORISED:
            raise
        return Finding(code, False, f"{error.message}.", error.cure)


def _agreement(own: EconomicSelf, account: str) -> Finding:
    said = f"agreement {own.agreement_number}, {own.company.name}"
    if account and str(own.agreement_number) != account:
        return Finding(
            "agreement",
            False,
            f"The agreement token belongs to {said}, not to agreement {account}.",
            "Give the token of the right agreement, or correct the agreement number.",
        )
    return Finding("agreement", True, f"{TITLE} answers for {said}.")


def _role(roles: tuple[str, ...]) -> Finding:
    if SUPER_USER in roles:
        return Finding("role", True, f"The app has the role {SUPER_USER}.")
    has = f" It has {', '.join(roles)}." if roles else ""
    return Finding(
        "role",
        False,
        f"The app needs the role {SUPER_USER}: customers, vouchers and projects are of three different roles.{has}",
        "Add the app again as a user with all rights; if that does not help, tell support: its role is ours to set.",
    )


def _module(own: EconomicSelf) -> Finding:
    if any(PROJECT_MODULE in module.name.lower() for module in own.modules):
        return Finding("project_module", True, "The module Project is on.")
    return Finding(
        "project_module",
        False,
        "The module Project is not on: no project can be transferred.",
        "Switch it on in e-conomic: All settings → Extensions → Modules → Project.",
    )


def _missing(code: str, subject: str, how: str) -> Finding:
    return Finding(
        code, False, f"{subject} does not exist in e-conomic.", f"{how}, or name another one in the settings."
    )
