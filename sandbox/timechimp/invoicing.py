"""What the product makes of unbilled items: the list of them, and invoices (TimeChimp help, invoicing).

An invoice is a concept until it is sent, which gives it its number; then it is open, then paid. The API only reads
them. ASSUMED: what `sandbox.timechimp.assumed` says under invoices, rows and credit notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sandbox.timechimp import prices, statuses
from sandbox.timechimp.answers import Json, refuse
from sandbox.timechimp.assumed import FIRST_INVOICE
from sandbox.timechimp.company import Company
from sandbox.timechimp.database import Database, day_text
from sandbox.timechimp.periods import invoice_status, is_running, is_subscription, period_start
from sandbox.timechimp.schema import ENTRIES, SUBSCRIPTION

CONCEPT, SENT, PAID = 1, 2, 3
HEADER = ("reference", "notes", "additionalNotes", "internNotes", "language", "currency", "exchangeRate")


@dataclass(frozen=True)
class Items:
    """What goes on an invoice: entries by kind, and projects with a price of their own."""

    time: Sequence[int] = ()
    expenses: Sequence[int] = ()
    mileage: Sequence[int] = ()
    projects: Sequence[int] = ()

    def of(self, entity: str) -> Sequence[int]:
        """The entries of the kind."""
        entries: Mapping[str, Sequence[int]] = {"time": self.time, "expenses": self.expenses, "mileage": self.mileage}
        return entries[entity]


def uninvoiced(database: Database) -> list[Json]:
    """The unbilled items as Finance, Uninvoiced lists them: billable entries that are not billed, then projects."""
    entries = [
        _item(database, entity, one)
        for entity in ENTRIES
        for one in database.rows(entity)
        if one[statuses.INTERN] not in statuses.BILLED
        and prices.is_billable(database, one)
        and prices.has_price(database, one)
    ]
    return [
        *entries,
        *(_priced(database, project) for project in database.rows("projects") if _is_due(database, project)),
    ]


def draft(company: Company, items: Items, on: date | None = None, **header: object) -> Json:
    """A concept of the items, which are one customer's and marked as invoiced by it. Ends the call with 400 or 404."""
    database = company.database
    entries = {entity: [database.get(entity, row_id) for row_id in items.of(entity)] for entity in ENTRIES}
    projects = [database.get("projects", row_id) for row_id in items.projects]
    everything = [one for rows in entries.values() for one in rows] + projects
    if len({one["customerId"] for one in everything}) != 1:
        refuse("An invoice is for the items of one customer.")
    if any(one.get(statuses.INTERN) in statuses.BILLED for one in everything):
        refuse("An item is invoiced or written off already.")
    customer = database.get("customers", everything[0]["customerId"])
    lines = [*_lines(database, customer, entries), *(_project_line(database, customer, one) for one in projects)]
    day = on or database.today()
    project_ids = {one["id"] for one in projects} | {one["projectId"] for rows in entries.values() for one in rows}
    fields = {**_header(customer, day), **checked(header), "_projectId": min(filter(None, project_ids), default=None)}
    invoice = database.add("invoices", fields)
    put_lines(database, invoice, lines)
    _mark(company, invoice, entries, projects)
    return invoice


def put_lines(database: Database, invoice: Json, lines: Iterable[Json]) -> Json:
    """The invoice with these lines and what they add up to."""
    rows = [
        {"id": database.next_id(), "invoiceId": invoice["id"], "index": index, **line, "total": _total(line)}
        for index, line in enumerate(lines)
    ]
    net = sum((row["total"] for row in rows), prices.NOTHING)
    gross = sum((row["total"] + prices.cents(row["total"] * row["tax"] / 100) for row in rows), prices.NOTHING)
    rate = invoice["exchangeRate"]
    totals = {
        "totalExTax": prices.cents(net * rate),
        "total": prices.cents(gross * rate),
        "totalExTaxWithoutExchangeRate": net,
        "totalWithoutExchangeRate": gross,
    }
    return database.change(invoice, {"invoiceRows": rows, **totals})


def send(database: Database, invoice: Json) -> Json:
    """The concept as sent: it has its number and is open."""
    if invoice["status"] != CONCEPT:
        refuse("The invoice has been sent.")
    prefix = f"{invoice['date'][:4]}-"
    numbers = [one["companyInvoiceId"] or 0 for one in database.where("invoices", "companyInvoicePrefix", prefix)]
    number = max([FIRST_INVOICE - 1, *numbers]) + 1
    return database.change(invoice, {"status": SENT, "companyInvoicePrefix": prefix, "companyInvoiceId": number})


def pay(database: Database, invoice: Json, *, paid: bool = True) -> Json:
    """The open invoice as paid, or the paid one as open again."""
    if invoice["status"] != (SENT if paid else PAID):
        refuse("The invoice is not open." if paid else "The invoice is not paid.")
    return database.change(invoice, {"status": PAID if paid else SENT})


def credit(database: Database, invoice: Json) -> Json:
    """A concept that takes all of a sent invoice back."""
    if invoice["status"] == CONCEPT:
        refuse("A concept cannot be credited.")
    copied = {name: value for name, value in invoice.items() if name.startswith("customer") or name in HEADER}
    again = {"date": day_text(database.today()), "dueDate": day_text(database.today()), "credit": True}
    unsent = {"status": CONCEPT, "companyInvoicePrefix": None, "companyInvoiceId": None}
    note = database.add("invoices", {**copied, **again, **unsent, "_projectId": invoice["_projectId"]})
    names = ("description", "price", "tax", "code")
    lines = [{**{name: row[name] for name in names}, "quantity": -row["quantity"]} for row in invoice["invoiceRows"]]
    return put_lines(database, note, lines)


def remove(company: Company, invoice: Json) -> None:
    """Takes the concept away; what was on it can be invoiced again."""
    if invoice["status"] != CONCEPT:
        refuse("Only a concept can be deleted.")
    database = company.database
    for entity in ENTRIES:
        for entry in database.where(entity, "_invoiceId", invoice["id"]):
            entry["_invoiceId"] = None
            statuses.move(database, entity, entry, statuses.INTERN, statuses.APPROVED)
    for project in database.where("projects", "invoiceId", invoice["id"]):
        database.change(company.set_invoice_status(project, statuses.OPEN), {"invoiceId": None})
    database.remove("invoices", invoice["id"])


def _is_due(database: Database, project: Json) -> bool:
    if not project["active"] or invoice_status(project, database.today()) in statuses.BILLED:
        return False
    if project["invoiceMethod"] == SUBSCRIPTION:
        return is_running(project, database.today())
    return project["invoiceMethod"] in prices.FIXED


def _item(database: Database, entity: str, entry: Json) -> Json:
    place = {"customerId": entry["customerId"], "projectId": entry["projectId"]}
    amount = prices.amount_of(database, entity, entry)
    return {"kind": entity, "id": entry["id"], **place, "status": entry[statuses.INTERN], "amount": amount}


def _priced(database: Database, project: Json) -> Json:
    kind = "subscription" if is_subscription(project) else "fixed price"
    place = {"customerId": project["customerId"], "projectId": project["id"], "status": statuses.OPEN}
    return {"kind": kind, "id": project["id"], **place, "amount": prices.fixed_amount(database, project)}


def _header(customer: Json, day: date) -> Json:
    place = [customer["invoiceAddress"], customer["invoicePostalCode"], customer["invoiceCity"]]
    home = [customer["address"], customer["postalCode"], customer["city"]]
    return {
        "companyInvoicePrefix": None,
        "companyInvoiceId": None,
        "customerId": customer["id"],
        "status": CONCEPT,
        "customerRelationId": customer["relationId"],
        "customerName": customer["name"],
        "customerContactPerson": None,
        "customerEmail": customer["email"],
        "customerAddress": ", ".join(filter(None, place if any(place) else home)),
        "customerVatNumber": customer["vatNumber"],
        "date": day_text(day),
        "dueDate": day_text(day + timedelta(days=customer["paymentPeriod"] or 0)),
        **dict.fromkeys(("reference", "notes", "additionalNotes", "internNotes")),
        "currency": "EUR",
        "language": "nl",
        "exchangeRate": Decimal(1),
        "credit": False,
    }


def checked(header: Mapping[str, object]) -> Json:
    """What of an invoice's header people set. Ends the call with 400 for anything else."""
    if unknown := [name for name in header if name not in HEADER]:
        refuse(f"An invoice has no {unknown[0]} to be set.")
    rate = header.get("exchangeRate")
    return {**header, **({"exchangeRate": Decimal(str(rate))} if rate is not None else {})}


def _lines(database: Database, customer: Json, entries: Mapping[str, Sequence[Json]]) -> list[Json]:
    """Hours by activity and rate, then each expense, then the kilometres of each rate."""
    vat = prices.vat_percent(database, customer)
    sums: dict[tuple[object, Decimal], Decimal] = {}
    for one in entries["time"]:
        key = one["taskId"], prices.hour_rate(database, one)
        sums[key] = sums.get(key, prices.NOTHING) + prices.number(one["hours"])
    lines = [
        _line(database.value("tasks", task, "name"), quantity, rate, vat, database.value("tasks", task, "code"))
        for (task, rate), quantity in sums.items()
    ]
    for one in entries["expenses"]:
        category = database.find("categories", one["categoryId"]) or {}
        text = " ".join(filter(None, (category.get("name"), one["notes"])))
        tax = prices.number(one["tax"])
        lines.append(_line(text, prices.number(one["quantity"]), prices.number(one["rate"]), tax, category.get("code")))
    distance = sum((prices.number(one["distance"]) for one in entries["mileage"]), prices.NOTHING)
    if entries["mileage"]:
        lines.append(_line("Kilometers", distance, prices.mileage_rate(database, entries["mileage"][0]), vat, None))
    return lines


def _project_line(database: Database, customer: Json, project: Json) -> Json:
    vat = prices.vat_percent(database, customer)
    if not is_subscription(project):
        return _line(project["name"], Decimal(1), prices.fixed_amount(database, project), vat, project["code"])
    terms: Json = project["projectSubscription"] or {}
    begin = period_start(project, database.today()).isoformat()
    text = f"{terms.get('description') or project['name']} {begin}"
    return _line(text, prices.number(terms.get("amount")), prices.number(terms.get("rate")), vat, terms.get("code"))


def _line(text: object, quantity: Decimal, price: Decimal, tax: Decimal, code: object) -> Json:
    return {"description": text or "", "quantity": quantity, "price": price, "tax": tax, "code": code}


def _total(line: Json) -> Decimal:
    return prices.cents(prices.number(line["quantity"]) * prices.number(line["price"]))


def _mark(company: Company, invoice: Json, entries: Mapping[str, Sequence[Json]], projects: Iterable[Json]) -> None:
    for entity, rows in entries.items():
        for entry in rows:
            statuses.move(company.database, entity, entry, statuses.INTERN, statuses.INVOICED)
            entry["_invoiceId"] = invoice["id"]
    for project in projects:
        company.database.change(company.set_invoice_status(project, statuses.INVOICED), {"invoiceId": invoice["id"]})
