"""e-conomic's rows, as far as they are read; fields that are not named here are skipped.

Source: e-conomic, REST schemas and the OpenAPI services' documents. False booleans and nulls are left out of answers,
so only what a row makes no sense without has no default. Names are the vendor's.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

ZERO = Decimal(0)


class Pagination(msgspec.Struct, rename="camel", gc=False):
    """Where a REST list goes on; without a next page it is at its end."""

    next_page: str | None = None


class Collection(msgspec.Struct, rename="camel"):
    """A page of a REST list."""

    collection: list[msgspec.Raw]
    pagination: Pagination | None = None


class CursorPage(msgspec.Struct, rename="camel"):
    """A page of an OpenAPI list; without a cursor it is at its end."""

    items: list[msgspec.Raw]
    cursor: str | int | None = None


class GroupRef(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """A reference to a customer group."""

    customer_group_number: int = 0


class TermsRef(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """A reference to payment terms."""

    payment_terms_number: int = 0


class ZoneRef(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """A reference to a VAT zone."""

    vat_zone_number: int = 0


class EconomicCustomer(msgspec.Struct, rename="camel"):
    """A customer."""

    customer_number: int
    name: str
    currency: str = ""
    corporate_identification_number: str = ""
    email: str = ""
    address: str = ""
    zip: str = ""
    city: str = ""
    country: str = ""
    customer_group: GroupRef = GroupRef()
    payment_terms: TermsRef = TermsRef()
    vat_zone: ZoneRef = ZoneRef()


class EconomicProject(msgspec.Struct, rename="camel", gc=False):
    """A project."""

    number: int
    name: str = ""
    project_group_number: int | None = None
    customer_number: int | None = None
    is_barred: bool = False
    is_closed: bool = False
    object_version: str | None = None


class EconomicYear(msgspec.Struct, rename="camel", gc=False):
    """An accounting year: its code is read, never made from a date."""

    year: str
    from_date: date
    to_date: date
    closed: bool = False


class YearRef(msgspec.Struct, gc=False):
    """A reference to an accounting year."""

    year: str


class EconomicVoucher(msgspec.Struct, rename="camel", gc=False):
    """A voucher as made in a journal."""

    voucher_number: int
    accounting_year: YearRef


class EconomicDraft(msgspec.Struct, rename="camel", gc=False):
    """A draft entry; `date` is a day or a day with a time."""

    entry_number: int
    journal_number: int
    voucher_number: int
    date: str
    entry_type_number: int = 0
    customer_invoice_number: int | None = None
    text: str | None = None


class EconomicBookedDraft(msgspec.Struct, rename="camel", gc=False):
    """What became of one draft entry."""

    draft_entry_number: int
    voucher_number: int | None = None


class EconomicBooking(msgspec.Struct, rename="camel"):
    """The answer to a booking."""

    booked_entries: list[EconomicBookedDraft]


class EconomicBooked(msgspec.Struct, rename="camel", gc=False):
    """A booked entry."""

    entry_number: int
    account_number: int
    voucher_number: int
    date: str
    amount: Decimal
    type: int = 0
    amount_in_base_currency: Decimal | None = None
    currency_code: str = ""
    customer_number: int | None = None
    customer_invoice_number: int | None = None
    supplier_number: int | None = None
    supplier_invoice_number: str | None = None
    project_number: int | None = None
    remainder: Decimal | None = None
    text: str | None = None


class AccountRef(msgspec.Struct, rename="camel", gc=False):
    """A reference to an account."""

    account_number: int


class ProjectRef(msgspec.Struct, rename="camel", gc=False):
    """A reference to a project."""

    project_number: int


class CostTypeRef(msgspec.Struct, rename="camel", gc=False):
    """A reference to a cost type."""

    cost_type_number: int


class SupplierRef(msgspec.Struct, rename="camel", gc=False):
    """A reference to a supplier."""

    supplier_number: int


class VatRef(msgspec.Struct, rename="camel", gc=False):
    """A reference to a VAT code."""

    vat_code: str


class EconomicLine(msgspec.Struct, rename="camel", gc=False):
    """A booked entry as the year's list has it: the only place with the cost type."""

    entry_number: int
    voucher_number: int
    account: AccountRef
    amount: Decimal
    entry_type: str = ""
    amount_in_base_currency: Decimal | None = None
    cost_type: CostTypeRef | None = None
    supplier: SupplierRef | None = None
    supplier_invoice_number: str | None = None
    vat_account: VatRef | None = None

    @property
    def base(self) -> Decimal:
        """The amount in the currency of the books."""
        return self.amount if self.amount_in_base_currency is None else self.amount_in_base_currency


class EconomicVat(msgspec.Struct, rename="camel", gc=False):
    """A VAT code with its rate and the accounts that its VAT goes to."""

    vat_code: str
    rate_percentage: Decimal = ZERO
    account: AccountRef | None = None
    contra_account: AccountRef | None = None


class EconomicDocument(msgspec.Struct, gc=False):
    """An attached document."""

    number: int


class NamedRole(msgspec.Struct, gc=False):
    """A role of our app."""

    name: str = ""


class Application(msgspec.Struct, rename="camel"):
    """Our app as the agreement knows it."""

    required_roles: list[NamedRole] = msgspec.field(default_factory=list)


class Module(msgspec.Struct, gc=False):
    """A module that is on."""

    name: str = ""


class Company(msgspec.Struct, gc=False):
    """The company behind an agreement."""

    name: str = ""


class AgreementSettings(msgspec.Struct, rename="camel", gc=False):
    """What is set for the whole agreement."""

    base_currency: str = ""


class EconomicSelf(msgspec.Struct, rename="camel"):
    """The agreement itself."""

    agreement_number: int
    company: Company = msgspec.field(default_factory=Company)
    application: Application = msgspec.field(default_factory=Application)
    settings: AgreementSettings = msgspec.field(default_factory=AgreementSettings)
    modules: list[Module] = msgspec.field(default_factory=list)


class JournalSettings(msgspec.Struct, rename="camel", gc=False):
    """What is set for a journal."""

    entry_type_restricted_to: str | None = None


class EconomicJournal(msgspec.Struct, rename="camel"):
    """A journal."""

    name: str = ""
    settings: JournalSettings = msgspec.field(default_factory=JournalSettings)


class EconomicAccount(msgspec.Struct, rename="camel", gc=False):
    """An account of the chart."""

    account_number: int
    account_type: str = ""
    barred: bool = False
    block_direct_entries: bool = False
    vat_account: VatRef | None = None


class EconomicVatZone(msgspec.Struct, rename="camel", gc=False):
    """A VAT zone; what is not enabled for customers can't be used on them."""

    name: str = ""
    enabled_for_customer: bool = False


class Named(msgspec.Struct, gc=False):
    """Anything with a name."""

    name: str = ""


class EconomicProjectGroup(msgspec.Struct, gc=False):
    """A project group; type 1 is internal."""

    number: int
    name: str = ""
    type: int = 0
