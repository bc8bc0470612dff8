"""What people at a company do in the product itself, for tests and for the control calls. Raises `CannotDo`.

Fields are the API's names and values JSON's, as in the API. A person is not bound by what only the API lacks:
articles can be deleted, payments are matched with ledger items, plans are changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sandbox.eaccounting import articles, customers, dimensions, drafts, invoices, voucher_drafts
from sandbox.eaccounting.answers import Json
from sandbox.eaccounting.company import ACTIVE, INACTIVE, READ_ONLY, Company, Table
from sandbox.eaccounting.converting import convert
from sandbox.eaccounting.fields import Model, read
from sandbox.eaccounting.models import ARTICLE, CUSTOMER, PROJECT
from sandbox.eaccounting.options import PLANS
from sandbox.eaccounting.settings import lock_to
from sandbox.wire import Refused

STATUSES = {"active": ACTIVE, "inactive": INACTIVE, "read-only": READ_ONLY}
_EDITED: dict[str, Model] = {"customers": CUSTOMER, "articles": ARTICLE, "projects": PROJECT}
_STAMPS = {"customers": "ChangedUtc", "articles": "ChangedUtc", "projects": "ModifiedUtc"}


class CannotDo(ValueError):
    """The person names something that is not there, or the product would not let them; the text says what."""


@contextmanager
def _allowed() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        body = refused.answer.body
        said = body["DeveloperErrorMessage"] if isinstance(body, dict) else f"answered {refused.answer.status}"
        raise CannotDo(str(said)) from refused


class People:
    """The hands of one company's people."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def create(self, resource: str, **fields: object) -> Json:
        """A new customer, article, project, draft or booked invoice."""
        makers: dict[str, Callable[[Company, Json], Json]] = {
            "customers": customers.make,
            "articles": articles.make,
            "projects": dimensions.make_project,
            "customerinvoicedrafts": drafts.make,
            "customerinvoices": invoices.make,
        }
        if resource not in makers:
            raise CannotDo(f"people create {', '.join(makers)}, not {resource}")
        with _allowed():
            return makers[resource](self.company, dict(fields))

    def edit(self, resource: str, key: str, **fields: object) -> Json:
        """The customer, article or project with other values; the key is its id or number."""
        if resource not in _EDITED:
            raise CannotDo(f"people edit {', '.join(_EDITED)}, not {resource}")
        row, table = self.row(resource, key), self.table(resource)
        with _allowed():
            known = _EDITED[resource].fields.items()
            optional = Model(resource, {name: replace(field, required=False) for name, field in known})
            values = read(optional, dict(fields))
        cleared = {name: None for name, value in fields.items() if value is None}
        return table.put({**row, **values, **cleared, _STAMPS[resource]: self.company.now()})

    def delete(self, resource: str, key: str) -> None:
        """Takes the row away; of customers only those that nothing refers to."""
        row = self.row(resource, key)
        if resource == "customers":
            with _allowed():
                return customers.delete(self.company, row)
        return self.table(resource).drop(row["Id"])

    def pay(self, invoice: str, amount: str | None = None, *, on: date | None = None) -> Json:
        """Books a payment, of all that remains unless an amount is named."""
        row, company = self.row("customerinvoices", invoice), self.company
        left = row["RemainingAmountInvoiceCurrency"]
        paid = Decimal(amount) if amount is not None else left
        bank = next(iter(company.banks.all()))
        payment: Json = {"CompanyBankAccountId": bank["Id"], "PaymentDate": on or company.today()}
        payment |= {
            "PaymentAmount": paid,
            "PaymentCurrency": row["CurrencyCode"],
            "PaymentType": 2 if paid == left else 1,
        }
        with _allowed():
            return invoices.pay(company, row, payment)

    def pay_ledger_item(self, key: str, amount: str | None = None) -> Json:
        """Matches a payment with a ledger item, of all that remains unless an amount is named."""
        row = self.row("customerledgeritems", key)
        left = row["RemainingAmountInvoiceCurrency"]
        values = {"RemainingAmountInvoiceCurrency": left - (Decimal(amount) if amount is not None else left)}
        if self.company.options.payments_stamp:
            values["ModifiedUtc"] = self.company.now()
        return self.company.ledger.put({**row, **values})

    def void(self, invoice: str) -> Json:
        """Credits the whole invoice."""
        with _allowed():
            return invoices.void(self.company, self.row("customerinvoices", invoice))

    def convert(self, draft: str) -> Json:
        """Books the draft of an invoice."""
        with _allowed():
            return convert(self.company, self.row("customerinvoicedrafts", draft), {})

    def convert_voucher(self, draft: str) -> Json:
        """Books the draft of a voucher."""
        with _allowed():
            return voucher_drafts.convert(self.company, self.row("voucherdrafts", draft))

    def lock_year(self, year: int, *, locked: bool = True) -> None:
        """Locks the fiscal year that begins in that year, or opens it."""
        row = next((one for one in self.company.years.all() if one["StartDate"].year == year), None)
        if row is None:
            raise CannotDo(f"no fiscal year begins in {year}")
        self.company.years.put({**row, "IsLockedForAccounting": locked})

    def lock_to(self, year: int, month: int) -> None:
        """Locks all days to the end of the month."""
        lock_to(self.company, year, month)

    def close_series(self, letter: str, *, closed: bool = True) -> None:
        """Closes a series of vouchers, or opens it; a new letter is a new series."""
        self.company.series[letter] = not closed

    def change_plan(self, plan: str) -> None:
        """Moves the company to another variant of the product."""
        if plan not in PLANS:
            raise CannotDo(f"the plan must be one of {', '.join(PLANS)}")
        self.company.plan = plan

    def set_company(self, *, status: str = "active", started: bool = True, has_module: bool = True) -> None:
        """What the company is: its status, whether its guide was completed, whether it has the API's module."""
        if status not in STATUSES:
            raise CannotDo(f"status must be one of {', '.join(STATUSES)}")
        self.company.status = STATUSES[status]
        self.company.started, self.company.has_module = started, has_module

    def change_settings(self, **fields: object) -> None:
        """Sets settings of the company by the API's names, such as `DomesticCurrencyRounding`."""
        self.company.settings = {**self.company.settings, **fields}

    def change_account(self, number: int, **fields: object) -> None:
        """Changes the account in every year, such as `IsCostCenterAllowed`."""
        mine = [key for key in self.company.accounts if key[1] == number]
        if not mine:
            raise CannotDo(f"no account {number}")
        for key in mine:
            self.company.accounts[key] = {**self.company.accounts[key], **fields}

    def table(self, resource: str) -> Table:
        """The table of the API's name."""
        company = self.company
        tables = {
            "customers": company.customers,
            "articles": company.articles,
            "projects": company.projects,
            "customerinvoicedrafts": company.drafts,
            "customerinvoices": company.invoices,
            "customerledgeritems": company.ledger,
            "vouchers": company.vouchers,
            "voucherdrafts": company.voucher_drafts,
            "fiscalyears": company.years,
            "articleaccountcodings": company.codings,
            "units": company.units,
            "termsofpayments": company.terms,
            "vatcodes": company.vat_codes,
            "costcenteritems": company.items,
            "bankaccounts": company.banks,
        }
        if resource not in tables:
            raise CannotDo(f"no resource {resource}; there are {', '.join(tables)}")
        return tables[resource]

    def row(self, resource: str, key: str) -> Json:
        """The row of an id, or of a number of whichever kind the resource has."""
        table = self.table(resource)
        found = table.find(key)
        for name in ("CustomerNumber", "Number", "InvoiceNumber", "ShortName", "NumberAndNumberSeries"):
            found = found or next((row for row in table.all() if str(row.get(name)) == key), None)
        if found is None:
            raise CannotDo(f"no row {key} in {resource}")
        return found
