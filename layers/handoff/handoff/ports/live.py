"""What the live flows need of the vendors: objects read again one by one, kept the same on both sides, invoices
booked, costs and payments brought back. Connectors implement it; nothing here names a vendor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from handoff.domain.costs import CostPage, ProjectExpense
from handoff.domain.invoices import CustomerInvoice, ErpInvoice, InvoiceDocument, InvoicePayment, Remainder
from handoff.domain.master_data import CustomerCard, ErpObject, Link, ProjectCard, WantedCustomer, WantedProject
from handoff.domain.sales import StatusChoices
from handoff.ports.mirror import MirrorChoices
from handoff.ports.vendors import BrokenRow

Card = CustomerCard | ProjectCard | CustomerInvoice
"""What the time tool hands out one by one."""

W_contra = TypeVar("W_contra", WantedCustomer, WantedProject, contravariant=True)


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """A page of objects that changed in the time tool; `latest_change` is the newest stamp among them."""

    cards: Sequence[Card]
    broken: Sequence[BrokenRow]
    next_page: str | None
    latest_change: datetime | None


class HandsOutObjects(Protocol):
    """A time tool whose customers, projects and invoices can be read one by one, and by their changes.

    `kind` is `customers`, `projects` or `invoices`, as the flows are called. All raise Unreachable, RateLimited,
    ReconnectNeeded or BrokenContract.
    """

    @property
    def calls(self) -> int:
        """How many calls were made to the vendor through this object."""
        ...

    def read_object(self, kind: str, external_id: str) -> Card | None:
        """The object as it is now; None when the time tool has none with that id."""
        ...

    def changed_objects(self, kind: str, *, since: datetime | None, page: str | None) -> ChangedPage:
        """A page of what changed at or after an instant, oldest first; None for everything there is."""
        ...

    def invoice_pdf(self, external_id: str) -> bytes | None:
        """The invoice's PDF; None when the time tool has none."""
        ...


class TakesExpenses(Protocol):
    """A time tool that takes expenses on its projects. Reads raise as above; writes also Rejected, DeliveryUnknown."""

    def project_numbered(self, number: int) -> ProjectCard | None:
        """The project with that number; None when there is none."""
        ...

    def activity(self, project_id: str, name: str) -> str:
        """The id of the project's open activity with that name, which is made when there is none."""
        ...

    def find_expense(self, key: str) -> str | None:
        """The id of the expense with that key; None when there is none now."""
        ...

    def add_expense(self, expense: ProjectExpense) -> str:
        """Writes the expense once and gives its id."""
        ...

    def attachments_of(self, expense_id: str) -> Sequence[str]:
        """The file names of an expense's attachments."""
        ...

    def attach_to_expense(self, expense_id: str, file_name: str, pdf: bytes) -> None:
        """Adds a PDF to an expense; the time tool may take the same one twice."""
        ...


class TakesPayments(Protocol):
    """A time tool that can be told what was paid of an invoice."""

    def report_payment(self, invoice_id: str, payment: InvoicePayment, *, on: date) -> None:
        """Sets what was paid; telling the same twice does no harm. Raises as writes do."""
        ...


class MirrorChannel(Protocol[W_contra]):
    """Customers, or projects, of one ERP, by the number that the time tool gave them.

    Reads raise Unreachable, RateLimited, ReconnectNeeded, BrokenContract; writes also Rejected and DeliveryUnknown.
    The number is unique in the ERP, so a write whose answer was lost can be looked up by it.
    """

    def find(self, number: int) -> ErpObject | None:
        """The object with that number; None when there is none."""
        ...

    def alike(self, wanted: W_contra) -> Sequence[ErpObject]:
        """Objects with the same organisation number, or the same name where that says nothing."""
        ...

    def create(self, wanted: W_contra, *, key: str) -> ErpObject:
        """Makes it. `key` is the same for the same content: the vendor's own guard against a repeated call."""
        ...

    def update(self, wanted: W_contra, known: bytes, *, key: str) -> ErpObject | None:
        """Writes what is wanted over `known`, the ERP's form as last seen, in one call where nobody else wrote.

        Fields that are not ours stay as they are. None when there is no object with that number any more.
        """
        ...

    def changed_since(self, since: datetime | None) -> Iterator[ErpObject]:
        """All that changed in the ERP at or after an instant; None for everything there is."""
        ...


class InvoiceChannel(Protocol):
    """Invoices of one ERP as vouchers of a journal. Raises as a mirror channel does."""

    @property
    def absence_delay(self) -> timedelta:
        """How long after sending the ERP may still write: only then is `absent` an answer."""
        ...

    def find(self, document: InvoiceDocument) -> ErpInvoice | None:
        """The ERP's invoice with that number, as a draft or booked: ours if it is there, else another one."""
        ...

    def create(self, document: InvoiceDocument) -> ErpInvoice:
        """Writes the voucher once, as a draft, and gives its entries."""
        ...

    def has_pdf(self, invoice: ErpInvoice) -> bool:
        """Whether the voucher has a document."""
        ...

    def attach(self, invoice: ErpInvoice, pdf: bytes) -> None:
        """Puts the PDF on the voucher; one that is there already stays.

        Raises Rejected with the code `attachment_refused` where the agreement's plan takes none.
        """
        ...

    def book(self, invoice: ErpInvoice) -> ErpInvoice:
        """Books the draft's own entries and no others; raises Rejected with the code `closed_period` or another."""
        ...

    def remainders(self, numbers: Sequence[int]) -> Mapping[int, Remainder]:
        """What is left of each of up to 200 booked invoices; those that are not booked are not among them."""
        ...


class CostFeed(Protocol):
    """Booked costs of one ERP. Raises as reads do."""

    def costs_after(self, serial: int | None, *, since: date) -> CostPage:
        """Costs on projects with a higher serial number; without one, those dated at or after `since`."""
        ...

    def costs_between(self, first: int, last: int) -> CostPage:
        """Costs on projects with serial numbers from `first` to `last`."""
        ...

    def cost_documents(self, year: str, voucher: int) -> Sequence[bytes]:
        """The PDFs on a cost's voucher."""
        ...


class LedgerOfObjects(Protocol):
    """An ERP that takes customers, projects and invoices and hands out costs."""

    @property
    def calls(self) -> int:
        """How many calls were made to the vendor through this object."""
        ...

    @property
    def customers(self) -> MirrorChannel[WantedCustomer]:
        """The customers."""
        ...

    @property
    def projects(self) -> MirrorChannel[WantedProject]:
        """The projects."""
        ...

    @property
    def invoices(self) -> InvoiceChannel:
        """The invoices."""
        ...

    @property
    def costs(self) -> CostFeed:
        """The booked costs."""
        ...


@dataclass(frozen=True, slots=True)
class ErpNeeds:
    """What must be there in the ERP for the flows that are switched on; None or False where nothing is needed.

    `mirrored` are the flows of master data that lives on both sides, `choices` what the settings say of them.
    `register` is the number of the table for rows of hours; `purchases` asks for suppliers' costs on projects.
    """

    journal: int | None = None
    customer_group: int | None = None
    payment_terms: int | None = None
    vat_zones: tuple[int, ...] = ()
    project_group: int | None = None
    pdf: bool = False
    accounts: tuple[int, ...] = ()
    cost_types: tuple[int, ...] = ()
    mirrored: tuple[str, ...] = ()
    choices: MirrorChoices = field(default_factory=MirrorChoices)
    register: int | None = None
    purchases: bool = False


@dataclass(frozen=True, slots=True)
class ToolNeeds:
    """What must be there in the time tool for the flows that are switched on, beyond its master data.

    `fees` and `expenses` are costs of suppliers that it takes on its projects.
    """

    hours: bool = False
    invoices: StatusChoices | None = None
    fees: bool = False
    expenses: bool = False


NOTHING_MORE = ToolNeeds()


@dataclass(frozen=True, slots=True)
class Finding:
    """One point of a health check: `code` names it, `sentence` says how it stands, `cure` what a person does.

    `ok` None means that it can't be found out beforehand, and the sentence says so.
    """

    code: str
    ok: bool | None
    sentence: str
    cure: str = ""


class ChecksErp(Protocol):
    """An ERP connection that can say whether everything an integration needs is there."""

    def health(self, needs: ErpNeeds) -> Sequence[Finding]:
        """Every point, met or not; raises as reads do only when the account itself can't be reached."""
        ...


class ChecksTimeTool(Protocol):
    """A time-tool connection that can say whether everything an integration needs is there."""

    def health(self, *, today: date, needs: ToolNeeds = NOTHING_MORE) -> Sequence[Finding]:
        """Every point, met or not, the key's end among them."""
        ...


class LinkStore(Protocol):
    """The links of one integration."""

    def get(self, flow: str, external_id: str) -> Link | None:
        """The link of an object in the time tool, or None."""
        ...

    def numbered(self, flow: str, number: int) -> Link | None:
        """The link of an object in the ERP, or None."""
        ...

    def save(self, link: Link) -> Link:
        """Writes it on the revision read (0: the first) and returns it with the new one; raises Stale."""
        ...

    def all(self, flow: str) -> Iterator[Link]:
        """Every link of a flow."""
        ...
