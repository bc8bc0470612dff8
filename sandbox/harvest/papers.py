"""Expenses, invoices, estimates and contacts: few rows, in the vendor's full shape, to be read only.

September's invoices stand for the entries that are marked as billed; where a client has none, the hours were marked
by hand, and `is_billed` goes with `invoice: null`, as it may at Harvest.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.harvest.answers import Json
from sandbox.harvest.reference import FIRST_CLIENT, FIRST_PROJECT, FIRST_USER, Reference, Shelf, full_name
from sandbox.harvest.timesheet import Timesheet

FIRST_INVOICE, FIRST_ESTIMATE, FIRST_EXPENSE = 13_150_400, 1_439_800, 15_296_400
FIRST_CONTACT, FIRST_CATEGORY, FIRST_MESSAGE = 4_706_400, 4_195_900, 27_835_300
FIRST_PAYMENT, FIRST_LINE = 10_336_300, 53_341_600
INVOICED_CLIENTS = (1, 4, 7, 12, 23, 26)
_STATES = ("paid", "open", "draft")

_CATEGORIES = (  # name, unit name, unit price
    ("Bevertning", None, None),
    ("Reise", None, None),
    ("Kilometergodtgjørelse", "km", "5.3"),
    ("Utstyr", None, None),
)
_EXPENSES = (  # day, person, project, category, units, total, billable, status, receipt
    ("2026-09-03", 5, 1, 1, "1.0", "333.5", True, "approved", True),
    ("2026-09-17", 9, 5, 2, "1.0", "1249.0", True, "approved", True),
    ("2026-10-06", 16, 8, 3, "84.5", "447.85", True, "approved", False),
    ("2026-10-14", 24, 12, 4, "1.0", "2990.0", False, "submitted", True),
    ("2026-10-27", 31, 20, 1, "1.0", "612.0", True, "unsubmitted", False),
)


class Papers:
    """What the account has besides hours."""

    def __init__(self, reference: Reference, timesheet: Timesheet) -> None:
        self._books = reference
        self.contacts, self.expense_categories, self.expenses = Shelf(), Shelf(), Shelf()
        self.invoices, self.estimates = Shelf(), Shelf()
        self.invoice_item_categories, self.estimate_item_categories = Shelf(), Shelf()
        self.messages: dict[int, Shelf] = {}
        self.payments: dict[int, Shelf] = {}
        self.contacts.put(self._contact(number) for number in (1, 2, 3, 7, 23, 26))
        self.expense_categories.put(_category(number) for number in range(1, len(_CATEGORIES) + 1))
        self.expenses.put(self._expense(number) for number in range(1, len(_EXPENSES) + 1))
        self.invoice_item_categories.put(_item_categories())
        self.estimate_item_categories.put({**row, "id": row["id"] + 40} for row in _item_categories(flags=False))
        self.invoices.put(self._invoice(number) for number in range(1, len(INVOICED_CLIENTS) + 1))
        self.estimates.put(self._estimate(number) for number in (1, 2))
        for papers in (self.invoices, self.estimates):
            for paper in papers.rows.values():
                self.messages[paper["id"]] = self._messages(paper)
        for invoice in self.invoices.rows.values():
            self.payments[invoice["id"]] = self._payments(invoice)
        self._mark_invoiced(timesheet)

    def _mark_invoiced(self, timesheet: Timesheet) -> None:
        by_client = {row["client"]["id"]: row for row in self.invoices.rows.values() if row["state"] != "draft"}
        for entry in timesheet.entries.values():
            row = by_client.get(self._books.client_of(entry.project_id)["id"])
            if entry.is_billed and row is not None:
                entry.invoice = {"id": row["id"], "number": row["number"]}

    def _contact(self, client: int) -> Json:
        row = self._books.clients.rows[FIRST_CLIENT + client]
        return {
            "id": FIRST_CONTACT + client,
            "title": "Daglig leder",
            "first_name": "Bjørg",
            "last_name": f"Eksempel-{client}",
            "email": f"kontakt{client}@example.test",
            "phone_office": "+47 22 00 00 00",
            "phone_mobile": "",
            "fax": "",
            **_stamps(client),
            "client": {"id": row["id"], "name": row["name"]},
        }

    def _expense(self, number: int) -> Json:
        day, person, project, category, units, total, billable, status, receipt = _EXPENSES[number - 1]
        row_id, project_id, user_id = FIRST_EXPENSE + number, FIRST_PROJECT + project, FIRST_USER + person
        client, where = self._books.client_of(project_id), self._books.projects.rows[project_id]
        assignment = self._books.user_assignment(project_id, user_id)
        of = self.expense_categories.rows[FIRST_CATEGORY + category]
        approved = status == "approved"
        return {
            "id": row_id,
            "notes": "Lunsj på Løkka" if category == 1 else None,
            "units": Decimal(units),
            "total_cost": Decimal(total),
            "billable": billable,
            "spent_date": day,
            "is_closed": approved,
            "approval_status": status,
            "is_locked": approved,
            "is_billed": False,
            "locked_reason": "Item Approved and Locked for this Time Period" if approved else None,
            "receipt": _receipt(self._books.company["base_uri"], row_id) if receipt else None,
            "user": {"id": user_id, "name": full_name(self._books.users.rows[user_id])},
            "user_assignment": _without_private(assignment) if assignment else None,
            "project": {"id": project_id, "name": where["name"], "code": where["code"]},
            "expense_category": {name: of[name] for name in ("id", "name", "unit_price", "unit_name")},
            "client": {"id": client["id"], "name": client["name"], "currency": client["currency"]},
            "invoice": None,
            "created_at": f"{day}T15:09:54Z",
            "updated_at": f"{day}T16:47:14Z",
        }

    def _invoice(self, number: int) -> Json:
        state = _STATES[number % len(_STATES)]
        client = self._books.clients.rows[FIRST_CLIENT + INVOICED_CLIENTS[number - 1]]
        project = next(row for row in self._books.projects.rows.values() if row["_client"] == client["id"])
        line = _line(number, project, quantity=Decimal(number * 8))
        amount = line["amount"]
        return {
            "id": FIRST_INVOICE + number,
            "client_key": f"{number * 7_919:040x}",
            "number": str(1000 + number),
            "purchase_order": "",
            "amount": amount,
            "due_amount": Decimal("0.0") if state == "paid" else amount,
            "tax": None,
            "tax_amount": Decimal("0.0"),
            "tax2": None,
            "tax2_amount": Decimal("0.0"),
            "discount": None,
            "discount_amount": Decimal("0.0"),
            "subject": f"{project['name']}, september",
            "notes": None,
            "state": state,
            "period_start": "2026-09-01",
            "period_end": "2026-09-30",
            "issue_date": f"2026-10-{number:02d}",
            "due_date": f"2026-10-{number + 20:02d}",
            "payment_term": "custom",
            "payment_options": [],
            "sent_at": None if state == "draft" else f"2026-10-{number:02d}T10:00:00Z",
            "paid_at": "2026-10-21T00:00:00Z" if state == "paid" else None,
            "paid_date": "2026-10-21" if state == "paid" else None,
            "closed_at": None,
            "recurring_invoice_id": None,
            "currency": client["currency"],
            "client": {"id": client["id"], "name": client["name"]},
            "estimate": None,
            "retainer": None,
            "creator": self._admin(),
            "line_items": [line],
            "created_at": f"2026-10-{number:02d}T09:30:00Z",
            "updated_at": "2026-10-21T16:24:57Z" if state == "paid" else f"2026-10-{number:02d}T10:00:00Z",
        }

    def _estimate(self, number: int) -> Json:
        client = self._books.clients.rows[FIRST_CLIENT + number]
        line = _line(100 + number, None, quantity=Decimal(40))
        return {
            "id": FIRST_ESTIMATE + number,
            "client_key": f"{number * 104_729:040x}",
            "number": str(2000 + number),
            "purchase_order": "",
            "amount": line["amount"],
            "tax": None,
            "tax_amount": Decimal("0.0"),
            "tax2": None,
            "tax2_amount": Decimal("0.0"),
            "discount": None,
            "discount_amount": Decimal("0.0"),
            "subject": f"Fase {number + 1}",
            "notes": "",
            "state": "sent",
            "issue_date": f"2026-09-{number:02d}",
            "sent_at": f"2026-09-{number:02d}T16:11:33Z",
            "accepted_at": None,
            "declined_at": None,
            "currency": client["currency"],
            "client": {"id": client["id"], "name": client["name"]},
            "creator": self._admin(),
            "line_items": [{name: value for name, value in line.items() if name != "project"}],
            **_stamps(number),
        }

    def _messages(self, paper: Json) -> Shelf:
        """The message that marked it as sent, none for a draft."""
        shelf, at = Shelf(), paper["sent_at"]
        if at is None:
            return shelf
        admin = self._books.users.rows[FIRST_USER + 1]
        sender = {"sent_by": full_name(admin), "sent_by_email": admin["email"]}
        no_mail = dict.fromkeys(("attach_pdf", "send_me_a_copy", "thank_you", "reminder"), False)
        shelf.put(
            [
                {
                    "id": FIRST_MESSAGE + paper["id"] % 100 + (50 if "due_date" not in paper else 0),
                    **sender,
                    "sent_from": sender["sent_by"],
                    "sent_from_email": sender["sent_by_email"],
                    "recipients": [],
                    "subject": None,
                    "body": None,
                    "include_link_to_client_invoice": False,
                    **no_mail,
                    "send_reminder_on": None,
                    "event_type": "send",
                    "created_at": at,
                    "updated_at": at,
                }
            ]
        )
        return shelf

    def _payments(self, invoice: Json) -> Shelf:
        shelf = Shelf()
        if invoice["state"] == "paid":
            admin = self._books.users.rows[FIRST_USER + 1]
            shelf.put(
                [
                    {
                        "id": FIRST_PAYMENT + invoice["id"] % 100,
                        "amount": invoice["amount"],
                        "paid_at": invoice["paid_at"],
                        "paid_date": invoice["paid_date"],
                        "recorded_by": full_name(admin),
                        "recorded_by_email": admin["email"],
                        "notes": "",
                        "transaction_id": None,
                        "created_at": invoice["updated_at"],
                        "updated_at": invoice["updated_at"],
                        "payment_gateway": {"id": None, "name": None},
                    }
                ]
            )
        return shelf

    def _admin(self) -> Json:
        return {"id": FIRST_USER + 1, "name": full_name(self._books.users.rows[FIRST_USER + 1])}


def _category(number: int) -> Json:
    name, unit_name, unit_price = _CATEGORIES[number - 1]
    return {
        "id": FIRST_CATEGORY + number,
        "name": name,
        "unit_name": unit_name,
        "unit_price": None if unit_price is None else Decimal(unit_price),
        "is_active": True,
        **_stamps(number),
    }


def _item_categories(*, flags: bool = True) -> list[Json]:
    rows = []
    for number, name in enumerate(("Service", "Product"), start=1):
        used = {"use_as_service": name == "Service", "use_as_expense": name == "Product"} if flags else {}
        rows.append({"id": 1_466_200 + number, "name": name, **used, **_stamps(number)})
    return rows


def _line(number: int, project: Json | None, quantity: Decimal) -> Json:
    price = Decimal("1400.0") if project is None else (project["hourly_rate"] or Decimal("1500.0"))
    named = project and {"id": project["id"], "name": project["name"], "code": project["code"]}
    return {
        "id": FIRST_LINE + number,
        "kind": "Service",
        "description": "Timer i september" if project else "Overslag",
        "quantity": quantity,
        "unit_price": price,
        "amount": quantity * price,
        "taxed": False,
        "taxed2": False,
        "project": named,
    }


def _receipt(base_uri: str, row_id: int) -> Json:
    return {
        "url": f"{base_uri}/expenses/{row_id}/receipt",
        "file_name": "kvittering.pdf",
        "file_size": 39_410,
        "content_type": "application/pdf",
    }


def _without_private(row: Json) -> Json:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def _stamps(number: int) -> Json:
    at = f"2026-09-{number % 28 + 1:02d}T09:05:00Z"
    return {"created_at": at, "updated_at": at}
