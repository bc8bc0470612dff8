"""A desk for costs, payments and accounts: an ERP and a time tool in memory, and breaks at every call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import msgspec

from handoff.domain.costs import BookedCost, CostPage, ProjectExpense
from handoff.domain.errors import DeliveryUnknown, Rejected, Unreachable
from handoff.domain.invoices import CustomerInvoice, InvoicePayment, Remainder
from handoff.domain.master_data import ProjectCard
from handoff.domain.periods import period_of
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import Move, StagedRecord, State
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.live_settings import ExpenseSettings, LiveSettings
from handoff.pipeline.live.desk import EXPENSES, INVOICES, LiveDesk
from handoff.pipeline.live.expenses import CostsRead, fetch_costs
from handoff.pipeline.live.post_expense import post_expense, post_expenses
from handoff.ports import BrokenRow
from handoff.ports.live import ChangedPage
from tests.builders import NOW
from tests.fakes import (
    FakeLinkStore,
    FakePassStore,
    FakePostingStore,
    FakeProblemStore,
    FakeStagedStore,
    FakeTenantStore,
    Memory,
)

TODAY = NOW.date()
INTEGRATION = Integration(
    "i",
    "moment-economic",
    "Klitrose",
    Connection("moment-1", "moment", "klitrose", "Klitrose in Moment"),
    Connection("economic-1", "economic", "700001", "Klitrose in e-conomic"),
)
PDF = b"%PDF-1.7 an invented receipt"


class Crash(BaseException):
    """The worker died at this very call."""


def always() -> bool:
    return True


def a_cost(
    *,
    serial: int = 101,
    voucher: int = 4001,
    year: str = "2026",
    account: int = 4300,
    project: int = 12,
    cost_type: int | None = 2,
    text: str = "Train to Aarhus",
    amount: str = "1250.50",
    booked_on: date = TODAY,
    supplier: str = "Sporvejen ApS",
) -> BookedCost:
    return BookedCost(
        serial=serial, voucher=voucher, year=year, account=account, project=project, cost_type=cost_type, text=text,
        amount=Decimal(amount), currency="DKK", booked_on=booked_on, supplier=supplier, supplier_invoice="F-77",
    )  # fmt: skip


def an_invoice_record(invoice: CustomerInvoice, state: State = State.POSTED, at: datetime = NOW) -> StagedRecord:
    assert invoice.invoiced_on is not None
    return StagedRecord(
        flow=INVOICES, external_id=invoice.external_id, version=1, hash=f"h-{invoice.external_id}",
        body=msgspec.json.encode(invoice), period=period_of(invoice.invoiced_on), state=state, source_approved=True,
        changed_at=at, history=(Move(state, at, "handoff", ""),),
    )  # fmt: skip


@dataclass
class Breaks:
    """What goes wrong at which call, counted over all of them: the n-th before or after it took effect."""

    plan: dict[int, tuple[str, BaseException]] = field(default_factory=dict)
    calls: int = 0
    on: bool = True

    def around(self, work: Callable[..., Any], *args: Any, **named: Any) -> Any:
        if not self.on:
            return work(*args, **named)
        self.calls += 1
        when, fault = self.plan.get(self.calls, ("", Crash()))
        if when == "before":
            raise fault
        answer = work(*args, **named)
        if when == "after":
            raise fault
        return answer


class Breaking:
    """A store or a vendor whose calls may break."""

    def __init__(self, inner: Any, breaks: Breaks) -> None:
        self._inner, self._breaks = inner, breaks

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found
        return lambda *args, **named: self._breaks.around(found, *args, **named)


class CostLedger:
    """The ERP's booked costs, in pages, and what is left of its invoices."""

    def __init__(self) -> None:
        self.entries: dict[int, BookedCost] = {}
        self.papers: dict[tuple[str, int], list[bytes]] = {}
        self.left: dict[int, Remainder] = {}
        self.page_size = 100
        self.endless = False
        self.asked: list[Any] = []

    def book(self, *costs: BookedCost) -> None:
        self.entries.update({cost.serial: cost for cost in costs})

    def _page(self, wanted: Callable[[BookedCost], bool], highest: int) -> CostPage:
        found = [self.entries[serial] for serial in sorted(self.entries) if wanted(self.entries[serial])]
        some = found[: self.page_size]
        more = len(found) > len(some)
        return CostPage(tuple(some), some[-1].serial if more or (some and not highest) else highest, more)

    def costs_after(self, serial: int | None, *, since: date) -> CostPage:
        self.asked.append(("after", serial, since))
        if self.endless:
            return CostPage((), 7, more=True)
        highest = max(self.entries, default=serial or 0)
        if serial is None:
            return self._page(lambda cost: cost.booked_on >= since, highest)
        return self._page(lambda cost: cost.serial > serial, max(highest, serial))

    def costs_between(self, first: int, last: int) -> CostPage:
        self.asked.append(("between", first, last))
        return self._page(lambda cost: first <= cost.serial <= last, last)

    def cost_documents(self, year: str, voucher: int) -> Sequence[bytes]:
        return self.papers.get((year, voucher), [])

    def remainders(self, numbers: Sequence[int]) -> Mapping[int, Remainder]:
        assert len(numbers) <= 200
        self.asked.append(("remainders", tuple(numbers)))
        return {number: self.left[number] for number in numbers if number in self.left}


class ExpenseTool:
    """The time tool's projects, activities, expenses with attachments, invoices and payments."""

    def __init__(self) -> None:
        self.projects = {12: ProjectCard("p-12", "12", "Harbour")}
        self.activities: dict[tuple[str, str], str] = {}
        self.expenses: dict[str, ProjectExpense] = {}
        self.attachments: dict[str, list[str]] = {}
        self.invoices: list[CustomerInvoice] = []
        self.late: list[CustomerInvoice] = []
        self.broken: list[BrokenRow] = []
        self.payments: list[tuple[str, InvoicePayment, date]] = []
        self.faults: dict[str, list[Exception]] = {}
        self.lost: dict[str, list[str]] = {}
        self.asked: list[Any] = []
        self.page_size = 2

    def _turn(self, call: str) -> None:
        if self.faults.get(call):
            raise self.faults[call].pop(0)

    def _answer(self, call: str) -> None:
        if self.lost.get(call):
            raise DeliveryUnknown(self.lost[call].pop(0))

    def project_numbered(self, number: int) -> ProjectCard | None:
        self.asked.append(("project", number))
        self._turn("project_numbered")
        return self.projects.get(number)

    def activity(self, project_id: str, name: str) -> str:
        self.asked.append(("activity", project_id, name))
        self._turn("activity")
        return self.activities.setdefault((project_id, name), f"a-{len(self.activities) + 1}")

    def find_expense(self, key: str) -> str | None:
        self.asked.append(("find", key))
        self._turn("find_expense")
        return next((name for name, expense in self.expenses.items() if expense.key == key), None)

    def add_expense(self, expense: ProjectExpense) -> str:
        self._turn("add_expense")
        expense_id = f"e-{len(self.expenses) + 1}"
        self.expenses[expense_id] = expense
        self.attachments[expense_id] = []
        self._answer("add_expense")
        return expense_id

    def attachments_of(self, expense_id: str) -> Sequence[str]:
        self._turn("attachments_of")
        return tuple(self.attachments[expense_id])

    def attach_to_expense(self, expense_id: str, file_name: str, pdf: bytes) -> None:
        self._turn("attach")
        assert pdf.startswith(b"%PDF")
        self.attachments[expense_id].append(file_name)
        self._answer("attach")

    def report_payment(self, invoice_id: str, payment: InvoicePayment, *, on: date) -> None:
        self._turn("payment")
        self.payments.append((invoice_id, payment, on))
        self._answer("payment")

    def changed_objects(self, kind: str, *, since: datetime | None, page: str | None) -> ChangedPage:
        assert kind == INVOICES
        if since is not None:
            return ChangedPage(self.late, [], None, None)
        start = int(page or 0)
        end = start + self.page_size
        mark = str(end) if end < len(self.invoices) else None
        return ChangedPage(self.invoices[start:end], self.broken if mark is None else [], mark, None)


class _Ledger:
    def __init__(self, costs: Any) -> None:
        self.costs = self.invoices = costs


class CostDesk:
    """One integration with its expenses on, and a clock that is moved by hand."""

    def __init__(self, **settings: Any) -> None:
        memory = Memory()
        self.now = NOW
        self.erp, self.tool = CostLedger(), ExpenseTool()
        self.staged, self.postings, self.problems = (
            FakeStagedStore(memory), FakePostingStore(memory), FakeProblemStore(memory),
        )  # fmt: skip
        self.passes, self.links, self.breaks = FakePassStore(memory), FakeLinkStore(memory), Breaks(on=False)
        self.settings = settings_of(**settings)

    def set(self, **settings: Any) -> None:
        self.settings = settings_of(**settings)

    def desk(self) -> LiveDesk:
        def broken(inner: Any) -> Any:
            return Breaking(inner, self.breaks)

        return LiveDesk(
            tenant_id="t",
            integration=INTEGRATION,
            time_tool=broken(self.tool),
            erp=cast(Any, _Ledger(broken(self.erp))),
            staged=broken(self.staged),
            postings=broken(self.postings),
            problems=broken(self.problems),
            links=broken(self.links),
            passes=broken(self.passes),
            tenants=FakeTenantStore(),
            settings=self.settings,
            settings_version=3,
            clock=self._tick,
            run_id="run-1",
        )

    def _tick(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def wait(self, delay: timedelta) -> None:
        self.now += delay

    def look(self) -> CostsRead:
        return fetch_costs(self.desk(), time_left=always)

    def post(self) -> Any:
        return post_expenses(self.desk(), time_left=always)

    def post_one(self, serial: int = 101) -> Any:
        return post_expense(self.desk(), self.record(serial))

    def record(self, serial: int = 101) -> StagedRecord:
        found = self.staged.get(EXPENSES, str(serial))
        assert found is not None
        return found

    def state(self, serial: int = 101) -> State:
        return self.record(serial).state

    def codes(self) -> list[ProblemCode]:
        return [known.problem.code for known in self.problems.open()]

    def serial(self) -> int | None:
        return self.passes.load().serials.get("economic-1:costs")


def settings_of(**expenses: Any) -> LiveSettings:
    given = {"on": True, "activity": "Expenses", **expenses}
    return LiveSettings(expenses=ExpenseSettings.model_validate(given))


def refused(text: str = "the project is closed") -> Rejected:
    return Rejected(text)


def unreachable() -> Unreachable:
    return Unreachable("no route")


def looked(*, documents: int = 0, **settings: object) -> CostDesk:
    """A desk with one cost that is ready."""
    desk = CostDesk(**settings)
    desk.erp.book(a_cost())
    desk.erp.papers["2026", 4001] = [PDF] * documents
    desk.look()
    return desk
