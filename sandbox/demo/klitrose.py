"""The demo's second story: invoices of Klitrose, from Moment into the books of e-conomic as soon as they are finalized.

What stands in e-conomic is read there, and what stands in Moment there; our own API only says why.
"""

from __future__ import annotations

import threading
import time
from decimal import Decimal

import httpx
from rich.console import Console

from sandbox.demo import klitrose_tables as tables
from sandbox.demo.customer import Customer, Json, Unexpected
from sandbox.demo.office import Bookkeeper, MomentOffice
from sandbox.demo.telling import POLL_SECONDS, WAIT_SECONDS_MAX, Telling
from sandbox.demo.where_invoices_are import Accounted, account
from sandbox.klitrose import COMPANY, LETTER_NUMBER, TENANT_ID, WITHOUT_NUMBER
from sandbox.local.queues import messages_in
from sandbox.local.system import System

MOMENT_HOOKS = ("customers", "projects", "invoices")
ECONOMIC_HOOKS = {
    "DAYBOOK_BOOKED": "day_book_booked", "CUSTOMER_UPDATED": "customer_updated", "PROJECT_UPDATED": "project_updated",
}  # fmt: skip
QUIET_LOOKS = 3


class KlitroseDemo(Telling):
    """One telling."""

    def __init__(self, system: System, console: Console, http: httpx.Client) -> None:
        super().__init__(console)
        endpoints = system.endpoints
        self._http = http
        self.customer = Customer(endpoints, TENANT_ID)
        self.moment = MomentOffice(endpoints.vendors["moment"], http)
        self.books = Bookkeeper(endpoints.vendors["economic"], http)
        self.hooks = endpoints.tenants[TENANT_ID].hooks
        self._aws, self._queue = system.running.aws, system.running.outputs["PostQueueUrl"]

    def tell(self) -> None:
        """The whole story."""
        self.begin(f"{COMPANY}: invoices from Moment into Visma e-conomic")
        self.step("1  Somebody pastes our addresses into Moment and into e-conomic")
        self._paste_addresses()
        self.step("2  A first pass: customers, projects and all finalized invoices")
        self._first_pass()
        self.step("3  A draft is finalized in Moment")
        self._finalize()
        self.step("4  A customer moves, and somebody says so in Moment")
        self._customer_moves()
        self.step("5  A project whose number e-conomic can't take, and its invoice")
        self._renumber()
        self.step("6  A supplier's bill is booked in e-conomic, on a project and with its PDF")
        self._supplier_bill()
        self.step("7  A customer pays, and the bookkeeper registers it in e-conomic")
        self._payment()
        self.step("8  Webhooks that come twice, that are forged, that lie")
        self._odd_webhooks()
        self.step("9  Where every finalized invoice is")
        self._account()

    # ---- the steps -----------------------------------------------------------------------------

    def _paste_addresses(self) -> None:
        for kind in MOMENT_HOOKS:
            self.moment.click("webhooks", type=kind, url=self.hooks[f"moment.{kind}"])
        for kind, name in ECONOMIC_HOOKS.items():
            self.books.click("webhooks", type=kind, url=self.hooks[f"economic.{name}"])
        self.console.print(f"Moment tells us of {', '.join(MOMENT_HOOKS)};")
        self.console.print("e-conomic of journals that are booked, and of customers and projects that are changed.")

    def _first_pass(self) -> None:
        others = self.books.drafts()
        run = self.customer.run()
        self.expect(run["state"] == "done", f"the pass is {run['state']}: {run['error']}")
        self.settle()
        wanted = self.moment.rows("invoices", invoiceState="finalized", accountingState="toTransfer")
        booked, files = self.books.invoices(), self.books.files()
        self.console.print(tables.parties_table(self.books.customers(), self.books.projects()))
        self.console.print(tables.vouchers_table(booked, files))
        self.console.print(tables.drafts_table(self.books.drafts()))
        mine = {line["customerInvoiceNumber"] for line in booked}
        self.expect(mine == {row["invoiceNumber"] for row in wanted}, "every finalized invoice is booked")
        self.expect(len(booked) == len(mine), "every one of them is booked once")
        self.expect(all(files.get(line["voucherNumber"]) == 1 for line in booked), "every voucher has its PDF")
        self.expect(self.books.drafts() == others, "other people's drafts are as they were")
        kept_out = self.moment.row("invoices", accountingState="doNotTransfer")
        self.expect(kept_out["invoiceNumber"] not in mine, "an invoice marked 'do not transfer' stays out")
        self.console.print(
            f"Invoice {kept_out['invoiceNumber']} is marked 'do not transfer' in Moment and is in no voucher."
        )

    def _finalize(self) -> None:
        draft = self._draft_on("1")
        began = time.monotonic()
        number = self.moment.finalize(draft["id"])
        line = self.wait(lambda: self.books.invoice(number), f"invoice {number} in e-conomic")
        seconds = time.monotonic() - began
        self.console.print(
            f"Invoice {number}, '{draft['description']}', {tables.amount(line)}: finalized in Moment, and booked in "
            f"e-conomic as voucher {line['voucherNumber']} [bold]{seconds:.2f} s[/bold] later"
        )
        files = self.books.files().get(line["voucherNumber"], 0)
        self.console.print(f"with {files} PDF, customer {line['customerNumber']}, due on {line['dueDate'][:10]}.")
        self.expect(files == 1, "the voucher has its PDF")
        self.expect(Decimal(line["amount"]) == Decimal(draft["totalIncludingVat"]), "the amount is Moment's")
        self.settle()

    def _customer_moves(self) -> None:
        moved = self.moment.row("customers", customerNumber="10001")
        self.books.forget_calls()
        self.moment.save("customers", moved["id"], address1="Kanalvej 9", postalCode="5800", city="Nyborg")
        self.settle()
        calls = self.books.calls()
        writes = {name: count for name, count in calls.items() if not name.startswith("GET")}
        here = next(row for row in self.books.customers() if row["customerNumber"] == int(moved["customerNumber"]))
        self.console.print(f"{here['name']} now has the address {here['address']}, {here['zip']} {here['city']}.")
        self.console.print(
            f"It took {sum(writes.values())} call to write it; e-conomic then told us of our own change, which was "
            f"read once: {tables.calls(calls)}."
        )
        self.expect(writes == {"PUT /customers/{number}": 1}, f"one call writes a changed customer: {writes}")
        self.expect(here["city"] == "Nyborg", "the address is the new one")
        self.books.forget_calls()
        self.moment.click("touch", entity="customers", id=moved["id"])
        self.settle()
        again = sum(self.books.calls().values())
        self.console.print(f"Saved once more in Moment without a change, it took {again} calls to e-conomic.")
        self.expect(again == 0, "an unchanged customer costs no call")

    def _renumber(self) -> None:
        draft, project = self._draft_on(LETTER_NUMBER), self.moment.row("projects", projectNumber=LETTER_NUMBER)
        number = self.moment.finalize(draft["id"])
        self._one_that_stays_behind()
        self.settle()
        problems = self.customer.get("/problems")["problems"]
        self.console.print(tables.problems_table(problems))
        codes = [problem["code"] for problem in problems]
        self.expect(sorted(set(codes)) == ["number_not_numeric", "project_not_there"], f"the problems are {codes}")
        self.expect(self.books.invoice(number) is None, "the invoice waits for its project")
        began = time.monotonic()
        self.moment.save("projects", project["id"], projectNumber="77")
        line = self.wait(lambda: self.books.invoice(number), f"invoice {number} in e-conomic")
        self.console.print(
            f"Renumbered to 77 in Moment: the project is in e-conomic, and its invoice {number}, "
            f"{tables.amount(line)}, is voucher {line['voucherNumber']}, {time.monotonic() - began:.2f} s later."
        )
        self.settle()
        self.expect(any(row["number"] == 77 for row in self.books.projects()), "project 77 is in e-conomic")

    def _one_that_stays_behind(self) -> None:
        """A finalized invoice on the project that has no number at all, and gets none today."""
        project = self.moment.row("projects", name=WITHOUT_NUMBER)
        template = self._draft_on("2")
        kept = ("invoiceDate", "dueDate", "currencyCode", "financialAccountNumber", "vatCode")
        amounts = {"totalExcludingVat": Decimal("1600.00"), "totalIncludingVat": Decimal("2000.00")}
        where = {"projectId": project["id"], "customerId": project["customerId"]}
        fields = {name: template[name] for name in kept}
        self.moment.finalize(
            self.moment.add("invoices", description="Forundersøgelse", **where, **amounts, **fields)["id"]
        )

    def _supplier_bill(self) -> None:
        began = time.monotonic()
        bill = {"amount": "1250.00", "account": 2770, "costType": 2, "text": "Tog til Nyborg", "invoiceNumber": "F-88"}
        booked = self.books.click("supplier-invoice", project=1, date="2026-11-05", attachment=True, **bill)
        expense = self.wait(lambda: next(iter(self.moment.rows("projectExpenses")), None), "an expense in Moment")
        files = self.wait(lambda: self.moment.files_of(expense["id"]), "the file of the expense")
        self.console.print(
            f"The bill is voucher {booked['voucherNumber']} in e-conomic; {time.monotonic() - began:.2f} s later "
            f"Moment has the expense '{expense['description']}', {tables.money(expense['amountIncludingVat'])} "
            f"{expense['currencyCode']} with VAT, on project 1, with {len(files)} file."
        )
        self.expect(Decimal(expense["amountIncludingVat"]) == Decimal("1250.00"), "the expense has the bill's total")
        self.settle()
        self.expect(len(self.moment.rows("projectExpenses")) == 1, "there is one expense")

    def _payment(self) -> None:
        invoice = self.moment.row("invoices", invoiceNumber=5001)
        self.console.print(f"Moment says of invoice 5001: {invoice['paymentState']}.")
        began = time.monotonic()
        self.books.click("payment", customerInvoiceNumber=5001, amount=str(invoice["totalIncludingVat"]))
        paid = self.wait(
            lambda: next(iter(self.moment.rows("invoices", invoiceNumber=5001, paymentState="paid")), None),
            "the payment in Moment",
        )
        self.console.print(
            f"{tables.money(paid['paidAmount'])} {paid['currencyCode']} registered in e-conomic; "
            f"{time.monotonic() - began:.2f} s later Moment says: {paid['paymentState']}, "
            f"{tables.money(paid['remainingAmount'])} left."
        )
        self.expect(Decimal(paid["remainingAmount"]) == 0, "nothing is left to pay")
        self.settle()

    def _odd_webhooks(self) -> None:
        before = self.books.invoices()
        for _ in range(2):
            self.moment.click("finalize", invoice_number=5002)
        self.settle()
        self.expect(self.books.invoices() == before, "a webhook that comes again books nothing")
        self.console.print("The webhook of invoice 5002 came twice more: it is booked once.")
        address, _, token = self.hooks["moment.invoices"].rpartition("/")
        draft = self._draft_on("2")
        lie = {"event": "CREATE_NEW", "invoice": {"id": draft["id"], "invoiceNumber": 9999}}
        forged = self._http.post(f"{address}/{token[::-1]}", json=lie).status_code
        believed = self._http.post(self.hooks["moment.invoices"], json=lie).status_code
        self.settle()
        self.console.print(
            f"With a wrong token at the end of the address it is answered {forged}, and nothing happens."
        )
        self.console.print(
            f"With the right one, {believed}, but saying of a draft that it is an invoice: Moment is asked, it is a "
            "draft, and nothing is booked."
        )
        self.expect((forged, believed) == (404, 202), f"the answers are {forged} and {believed}")
        self.expect(self.books.invoices() == before, "a forged webhook books nothing")

    def _account(self) -> None:
        found: Accounted = account(self.customer, self.moment, self.books)
        self.console.print(tables.invoices_table(found.rows))
        self.console.print(tables.sums_table(found))
        for fault in found.faults:
            self.expect(False, fault)

    # ---- waiting -------------------------------------------------------------------------------

    def _draft_on(self, project: str) -> Json:
        return self.moment.row("invoices", invoiceState="draft", projectNumber=project)

    def settle(self) -> None:
        """Waits until no webhook is on its way and nothing is left to be done about one."""
        quiet = 0
        deadline, pause = time.monotonic() + WAIT_SECONDS_MAX, threading.Event()
        while quiet < QUIET_LOOKS:
            quiet = quiet + 1 if self._is_quiet() else 0
            if time.monotonic() > deadline:
                raise Unexpected(f"webhooks were still being worked on after {WAIT_SECONDS_MAX} s")
            pause.wait(POLL_SECONDS)

    def _is_quiet(self) -> bool:
        if not (self.moment.has_sent_all and self.books.has_sent_all):
            return False
        return not messages_in(self._aws, self._queue)
