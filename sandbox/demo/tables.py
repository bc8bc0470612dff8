"""How the demo shows things: tables a finance person can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from sandbox.demo.accountant import BookedDocument

Json = dict[str, Any]
HEADINGS = ("posted", "held", "excluded", "failed", "on_the_way")
REASONS = {
    "before_start": "before the agreed start",
    "non_billable": "not billable",
    "no_hours": "no hours",
    "not_approved": "nobody has approved it yet",
    "timer_running": "a timer is still running",
    "rejected": "rejected",
    "project_excluded": "project left out in the settings",
    "approval_withdrawn": "the approval was taken back",
}


def money(amount: str | Decimal) -> str:
    """An amount with spaces between thousands, as Norwegians write it."""
    return f"{Decimal(amount):,.2f}".replace(",", " ")


def values(by_currency: Mapping[str, str]) -> str:
    """Amounts in several currencies, one after the other."""
    return "  ".join(f"{currency} {money(amount)}" for currency, amount in sorted(by_currency.items())) or "–"


def states_table(account: Json, reasons: Mapping[str, Mapping[str, int]], tool: str = "Harvest") -> Table:
    """Where the period's hours are, with their value at the time tool's own rates."""
    table = Table(title=f"Hours of {account['period']} in {tool}, and where they are", title_justify="left")
    for heading, justify in (("", "left"), ("records", "right"), ("hours", "right"), (f"value in {tool}", "left")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]  # rich wants a Literal, these are two
    table.add_column("why")
    for name in HEADINGS:
        part = account["states"][name]
        why = ", ".join(f"{count} {REASONS.get(reason, reason)}" for reason, count in reasons.get(name, {}).items())
        table.add_row(name.replace("_", " "), str(part["records"]), money(part["hours"]), values(part["value"]), why)
    table.add_section()
    whole = account["time_tool"]
    table.add_row(f"{tool} says", str(whole["records"]), money(whole["hours"]), values(whole["value"]), "")
    table.add_row("difference", "", money(account["hours_difference"]), "", "")
    return table


def documents_table(documents: Iterable[BookedDocument], currency: str) -> Table:
    """The documents as the ERP has them."""
    table = Table(title="Documents in Visma.net ERP, read there", title_justify="left")
    table.add_column("number")
    table.add_column("text")
    table.add_column("status")
    for heading in ("lines", "hours", f"amount {currency}"):
        table.add_column(heading, justify="right")
    total_hours, total_amount = Decimal(0), Decimal(0)
    for document in documents:
        table.add_row(
            document.number, document.description, document.status, str(document.lines),
            money(document.hours), money(document.amount),
        )  # fmt: skip
        total_hours, total_amount = total_hours + document.hours, total_amount + document.amount
    table.add_section()
    table.add_row("", "in all", "", "", money(total_hours), money(total_amount))
    return table


def books_table(account: Json) -> Table:
    """What we say we posted beside what the ERP says it has."""
    table = Table(title=f"Reconciliation of the books, {account['period']}", title_justify="left")
    table.add_column("")
    for heading in ("documents", "hours", f"amount {account['currency']}"):
        table.add_column(heading, justify="right")
    for part in account["books"]:
        kind = part["kind"].replace("_", " ")
        table.add_row(f"{kind}, as posted", str(part["documents"]), money(part["hours"]), money(part["amount"]))
        ledger = (part["ledger_documents"], part["ledger_hours"], part["ledger_amount"])
        table.add_row(f"{kind}, as Visma.net has them", str(ledger[0]), money(ledger[1]), money(ledger[2]))
    table.add_section()
    table.add_row("difference", "", "", money(account["amount_difference"]))
    table.add_row("of it work of other months", "", money(account["from_elsewhere"]), "")
    return table


def problems_table(problems: Sequence[Json]) -> Table:
    """What a person should mend, and how."""
    table = Table(title="Problems: what a person should mend", title_justify="left")
    table.add_column("records", justify="right")
    table.add_column("hours", justify="right")
    table.add_column("what is wrong")
    table.add_column("what mends it")
    for problem in problems:
        hours = money(problem["hours"]) if problem["hours"] is not None else ""
        table.add_row(str(problem["records"]), hours, problem["message"], problem["cure"])
    return table


def show_story(console: Console, story: Json) -> None:
    """One record from the first sight of it to the line in the books."""
    record = story["record"]
    content = record["content"]
    console.print(f"[bold]One hour's story: Harvest entry {record['external_id']}[/bold]")
    console.print(
        f"  {content['spent_on']}  {content['person']['name']}, {content['hours']} h {content['task']['name']} on "
        f"{content['project']['code']} {content['project']['name']} for {content['client']['name']}"
    )
    for version in story["versions"]:
        for move in version["history"]:
            console.print(f"  {move['at'][:19]}  {move['to']:<8} by {move['by']}: {move['why']}")
    why = story["why"]
    for name in ("account", "rate", "exchange", "split"):
        decision = why[name]
        if decision["value"]:
            console.print(f"  {name:<8} {decision['value']}  by rule '{decision['rule']}'")
        # Rules that matched and lost tell more than those that never matched.
        for lost in sorted(decision["alternatives"], key=lambda other: other["why"].startswith("does not"))[:2]:
            console.print(f"           not '{lost['rule']}' ({lost['value']}): {lost['why']}", style="dim")
    for posting in story["postings"]:
        receipt = posting["receipt"] or {"number": "–"}
        console.print(f"  posting  {posting['key']} is document {receipt['number']} in Visma.net ERP")
        for line in posting["lines"]:
            console.print(
                f"           {line['hours']:>6} h  {money(line['amount']):>12}  "
                f"{line['debit_account']} → {line['credit_account']}  cost centre {line['cost_centre']}"
            )


def show_correction(console: Console, story: Json) -> None:
    """What became of a record after it was posted: its newest moves, and every document that has a part of it."""
    record = story["record"]
    named = f"[bold]Harvest entry {record['external_id']}[/bold], {record['content']['hours']} h"
    console.print(f"{named}, {record['state']}: {record['sentence']}")
    for posting in story["postings"]:
        receipt = posting["receipt"] or {"number": "–"}
        what = "reversed by" if posting["reversal"] else "posted by"
        value = f"{posting['hours']:>6} h  {money(posting['amount']):>12}"
        console.print(f"  version {posting['version']} {what} {receipt['number']}  {value}")
