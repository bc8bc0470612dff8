"""The end of the third story: invoices that become orders, and whose way leads back into Severa."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rich.console import Console

from sandbox import lumipolku as house
from sandbox.demo import lumipolku_tables as tables
from sandbox.demo.customer import Customer, Json
from sandbox.demo.lumipolku_office import BusinessOffice, SeveraOffice, lines_of
from sandbox.demo.tables import money
from sandbox.demo.telling import Telling
from sandbox.local.system import System

FOLLOWED, EDITED = "Tuulipuiston kannattavuus", "Satamalogistiikka"
PART, OFF = Decimal("100.00"), Decimal("10.00")
ORDERED = ("posted", "settled")
FINISHED = "SUCCEEDED"


class InvoicesOnTheirWay(Telling):
    """One telling, once the hours are in the register."""

    def __init__(
        self, system: System, console: Console, customer: Customer, severa: SeveraOffice, business: BusinessOffice
    ) -> None:
        super().__init__(console)
        self.customer, self.severa, self.business = customer, severa, business
        self._machines = system.running.aws.machines
        self._machine = system.running.outputs["InvoiceRoundTripArn"]
        self._stages: list[tables.Stage] = []

    def tell(self, settings: Mapping[str, Any]) -> None:
        """All of it."""
        ready, table = settings["invoices"]["ready_status"], int(settings["hours"]["table"])
        self.step(f"7  Two invoices are set to '{ready}' in Severa")
        orders = self._orders(ready, table)
        self.step("8  Visma Business invoices one of the orders, and the customer pays in two parts")
        followed = self._invoiced_and_paid(FOLLOWED, orders[FOLLOWED])
        self._execution(followed)
        self.step("9  Somebody edits the other order by hand")
        self._edited_by_hand(orders[EDITED])
        self.step("10  Where every invoice is")
        self._account(orders, settings["currency"])

    def _orders(self, ready: str, table: int) -> dict[str, int]:
        """Two drafts are made and set to the status; their orders by project."""
        before = {line.number for line in self.business.listed("products")}
        drafts = {}
        for name in (FOLLOWED, EDITED):
            draft = self.severa.invoice(self.severa.row("projects", name=name)["guid"])
            drafts[name] = self.severa.set_status(draft["guid"], ready)
            said = money(draft["totalExcludingTax"]["amount"])
            self.console.print(f"Invoice {drafts[name]['number']}, {draft['customer']['name']}, {said}: {name}.")
        self._pass()
        orders = {name: self._order_of(draft["guid"]) for name, draft in drafts.items()}
        there = [self.business.order(number) for number in orders.values()]
        self.console.print(tables.orders_table(there))
        made = [one for one in self.business.listed("products") if one.number not in before]
        used = {line["productNo"] for order in there for line in lines_of(order)}
        names = ", ".join(f"{one.number} {one.name}" for one in made)
        self.console.print(f"Made on the way, since Visma Business had no such item: {names}.")
        self.expect(bool(made) and {one.number for one in made} <= used, "what was made is on the orders")
        for name, draft in drafts.items():
            order = self.business.order(orders[name])
            net = (Decimal(order["orderSumNetDomestic"]), Decimal(draft["totalExcludingTax"]["amount"]))
            self.expect(net[0] == net[1], f"the order of {name} has the invoice's net: {net}")
            self._billed(draft["guid"], orders[name], table)
        return orders

    def _billed(self, invoice: str, order: int, table: int) -> None:
        """The hours of an invoice have its order's number."""
        hours = [one for one in self.severa.rows("workhours") if (one["invoice"] or {}).get("guid") == invoice]
        names = {one["guid"] for one in hours}

        def marked() -> list[Json]:
            rows = [row for row in self.business.register(table) if row["text1"] in names]
            return rows if rows and all(row["orderNo"] == order for row in rows) else []

        rows = self.wait(marked, f"the number {order} on the rows of its hours")
        self.console.print(tables.rows_table(f"The hours of order {order} in the register", rows))
        billed = sum((one["quantity"] for one in hours), Decimal(0))
        self.expect(tables.hours_of(rows) == billed, f"the rows of order {order} come to {billed} h")

    def _invoiced_and_paid(self, project: str, order: int) -> str:
        invoice = next(
            one["external_id"] for one in self.customer.records(flow="invoices") if self._is_order(one, order)
        )
        self._stage(invoice, order, f"set to be transferred, {project}")
        number = self.business.does("invoice-order", orderNo=order)["invoiceNo"]
        self._pass()
        self._says(invoice, house.SENT)
        self._stage(invoice, order, f"order {order} is invoiced as {number}")
        self.business.does("payment", invoiceNo=number, amount=str(PART))
        self._pass()
        self._stage(invoice, order, f"{money(PART)} is paid")
        self.expect(self._status(invoice) == house.SENT, f"a part is no payment: {self._status(invoice)}")
        self.business.does("payment", invoiceNo=number)
        self._pass()
        self._says(invoice, house.PAID)
        self._stage(invoice, order, "the rest is paid")
        self.console.print(tables.stages_table(self._stages))
        self.expect(self.business.left(order) == 0, "nothing is left to pay")
        return str(invoice)

    def _execution(self, invoice: str) -> None:
        """What the state machine went through for it."""
        execution = self.wait(lambda: self._ended(invoice), "the end of the invoice's execution")
        events = self._machines.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        states = [one["stateEnteredEventDetails"]["name"] for one in events if one["type"].endswith("StateEntered")]
        self.console.print(
            f"Its execution: {' → '.join(states)}. [bold]{len(states)} transitions[/bold]; waiting costs none."
        )
        self.expect(states[-1:] == ["Done"], f"the execution ended in {states[-1:]}")

    def _ended(self, invoice: str) -> str:
        for one in self._machines.list_executions(stateMachineArn=self._machine)["executions"]:
            known = self._machines.describe_execution(executionArn=one["executionArn"])
            if json.loads(known["input"])["external_id"] == invoice and known["status"] == FINISHED:
                return str(one["executionArn"])
        return ""

    def _edited_by_hand(self, order: int) -> None:
        line = lines_of(self.business.order(order))[0]
        price, key = line["priceInCurrency"], [order, line["lineNo"]]
        self.business.does("edit", table="orderLine", key=key, changes={"priceInCurrency": str(price - OFF)})
        self.console.print(f"A price of order {order} is {money(price - OFF)} now, and was {money(price)}.")
        self._pass()
        told = [one for one in self._problems() if one["code"] == "order_edited"]
        self.console.print(tables.problems_table(told))
        self.expect(len(told) == 1, f"one order is told of: {[one['message'] for one in told]}")
        self.business.does("edit", table="orderLine", key=key, changes={"priceInCurrency": str(price)})
        self._pass()
        left = [one for one in self._problems() if one["code"] == "order_edited"]
        self.console.print(f"Set back to {money(price)}, {len(left)} such problems are left after the next pass.")
        self.expect(not left, "a problem that is over is closed")

    def _account(self, orders: Mapping[str, int], currency: str) -> None:
        rows = []
        for record in self.customer.records(flow="invoices"):
            order = next((number for number in orders.values() if self._is_order(record, number)), None)
            if order is None:
                self.expect(record["state"] == "excluded", f"{record['external_id']} is {record['state']}")
                continue
            invoice, there = self._invoice(record["external_id"]), self.business.order(order)
            left = self.business.left(order)
            rows.append(
                tables.OrderedRow(
                    number=invoice["number"], customer=invoice["customer"]["name"],
                    net=Decimal(invoice["totalExcludingTax"]["amount"]), status=invoice["status"]["name"], order=order,
                    order_net=Decimal(there["orderSumNetDomestic"]), left=_left(left),
                    ours=record["sentence"],
                )
            )  # fmt: skip
        rows.sort(key=lambda one: one.number)
        self.console.print(tables.ordered_table(rows, currency))
        self.expect(sorted(one.order for one in rows) == sorted(orders.values()), "each invoice is one order")
        self.expect(len(self.business.orders()) == len(rows), "there is no other order")
        self.expect(all(one.net == one.order_net for one in rows), "every order has its invoice's net")

    # ---- what is to be seen --------------------------------------------------------------------

    def _pass(self) -> None:
        run = self.customer.run(flows=("invoices",))
        self.expect(run["state"] == "done", f"the pass is {run['state']}: {run['error']}")

    def _order_of(self, invoice: str) -> int:
        """The order that our API says an invoice became."""
        story = self.customer.get(f"/records/invoices/{invoice}")
        return int(story["postings"][0]["receipt"]["number"])

    def _is_order(self, record: Json, order: int) -> bool:
        return record["state"] in ORDERED and self._order_of(record["external_id"]) == order

    def _problems(self) -> list[Json]:
        found: list[Json] = self.customer.get("/problems")["problems"]
        return found

    def _invoice(self, guid: str) -> Json:
        return self.severa.row("invoices", guid=guid)

    def _status(self, guid: str) -> str:
        return str(self._invoice(guid)["status"]["name"])

    def _says(self, guid: str, status: str) -> None:
        """Waits until Severa says so: the machine tells it, after the pass."""
        self.wait(lambda: self._status(guid) == status, f"'{status}' in Severa")

    def _stage(self, invoice: str, order: int, what: str) -> None:
        left = self.business.left(order)
        ours = self.customer.get(f"/records/invoices/{invoice}")["record"]["sentence"]
        self._stages.append(tables.Stage(what, self._status(invoice), _left(left), ours))


def _left(amount: Decimal | None) -> str:
    return "not invoiced" if amount is None else money(amount)
