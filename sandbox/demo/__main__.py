"""The demo's story, step by step; ends with 1 if anything is not as it should be."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from itertools import islice

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sandbox.demo import tables
from sandbox.demo.accountant import Accountant, BookedDocument
from sandbox.demo.customer import Customer, Json, Unexpected
from sandbox.demo.klitrose import KlitroseDemo
from sandbox.demo.lumipolku import LumipolkuDemo
from sandbox.demo.telling import Telling
from sandbox.demo.timesheet import Timesheet
from sandbox.fjordlys import FINANCE_MANAGER, SETTINGS
from sandbox.local.paths import LOCAL, LocalRunError
from sandbox.local.system import Plan, System, running
from sandbox.local.vendors import vendors
from sandbox.seed import seed

PERIOD = "2026-10"
APPROVED_BY_HAND = 25
HOURS_EDITED_MAX = Decimal(8)
"""An entry that is edited in the demo gets an hour more, and must still fit into a day."""


class Demo(Telling):
    """The first story."""

    def __init__(self, system: System, console: Console) -> None:
        super().__init__(console)
        self.customer = Customer(system.endpoints)
        self.accountant = Accountant(system.endpoints.vendors["visma_net"])
        self.timesheet = Timesheet(system.endpoints.vendors["harvest"])
        self.calls: Counter[str] = Counter()

    def tell(self) -> None:
        """The whole story."""
        self.step("1  A run: fetch from Harvest, hold what nobody approved, post what is approved")
        self._run_with_bars()
        self.step(f"2  {FINANCE_MANAGER} approves {APPROVED_BY_HAND} of the held records, sees a preview, and runs")
        self._approve_preview_run()
        self.step("3  What is in the books")
        documents = self._documents()
        self.console.print(tables.documents_table(documents, str(SETTINGS["currency"])))
        self.step("4  Where every hour went")
        account = self._accounted_for(documents)
        self.step("5  What a person should mend")
        self._problems()
        self.step("6  Why an hour stands where it stands")
        self._story()
        self.step("7  A second pass right after")
        self._second_pass(documents, account)
        self.step("8  After posting, one entry is edited and approved again, and one is deleted")
        self._corrections()

    def _run_with_bars(self) -> None:
        total = self.timesheet.total()
        with Progress(
            TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=self.console,
        ) as progress:  # fmt: skip
            fetched = progress.add_task("fetched from Harvest", total=total)
            posted = progress.add_task("posted to Visma.net ERP", total=None)

            def watch(run: Json) -> None:
                counts = run["counts"]
                progress.update(fetched, completed=counts.get("fetched", 0))
                progress.update(posted, completed=counts.get("posted", 0), total=counts.get("ready") or None)

            run = self.customer.run(watch)
            progress.update(posted, total=run["counts"].get("posted", 0))
        self._count(run)
        counts = run["counts"]
        self.expect(counts.get("fetched") == total, f"fetched {counts.get('fetched')} of {total} entries")
        self.console.print(_counts(run))

    def _approve_preview_run(self) -> None:
        held = [record for record in self.customer.records(state="held") if record["reason"] == "not_approved"]
        chosen = held[:APPROVED_BY_HAND]
        answer = self.customer.approve(chosen, "checked against the time sheets")
        self.expect(len(answer["accepted"]) == len(chosen), "every approval was accepted")
        shown = self.customer.preview()
        documents = shown["documents"]
        self.console.print(
            f"{len(answer['accepted'])} approved; the preview shows {len(documents)} document(s), "
            f"{shown['totals']['by_kind'][0]['hours']} h, digest {shown['digest']}"
        )
        run = self.customer.run()
        self._count(run)
        self.console.print(_counts(run))
        written = {posting["key"] for posting in self._postings()}
        self.expect(
            {document["key"] for document in documents} <= written, "the documents of the preview are the ones posted"
        )
        self.expect(run["counts"].get("documents") == len(documents), "as many documents as the preview showed")

    def _postings(self) -> list[Json]:
        found: list[Json] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self.customer.get("/postings", **({"cursor": cursor} if cursor else {}))
            found += page["postings"]
            cursor = page["next_cursor"]
        return found

    def _accounted_for(self, documents: list[BookedDocument]) -> Json:
        account: Json = self.customer.get("/reconciliation", period=PERIOD)
        self.console.print(tables.states_table(account, self._reasons()))
        self.console.print(tables.books_table(account))
        hours = sum((document.hours for document in documents), Decimal(0))
        amount = sum((document.amount for document in documents), Decimal(0))
        self.expect(account["agrees"], f"the reconciliation has differences: {account['differences'][:3]}")
        self.expect(Decimal(account["hours_difference"]) == 0, "every hour of Harvest is accounted for")
        self.expect(Decimal(account["books"][0]["hours"]) == hours, "the accountant's hours are ours")
        self.expect(Decimal(account["books"][0]["amount"]) == amount, "the accountant's amount is ours")
        self.expect(Decimal(account["states"]["on_the_way"]["hours"]) == 0, "nothing is left on the way")
        return account

    def _reasons(self) -> Mapping[str, Mapping[str, int]]:
        return {
            state: Counter(record["reason"] for record in self.customer.records(state=state, period=PERIOD))
            for state in ("held", "excluded")
        }

    def _problems(self) -> None:
        problems = self.customer.get("/problems")["problems"]
        self.console.print(tables.problems_table(problems))
        codes = {problem["code"] for problem in problems}
        wanted = {"unknown_employee", "inactive_project", "unknown_task", "no_currency_rule"}
        self.expect(wanted <= codes, f"the planted misfits are problems: {sorted(codes)}")

    def _story(self) -> None:
        posted = next(
            record
            for record in self.customer.records(state="posted", period=PERIOD)
            if record["content"]["project"]["code"] == "P1001"
        )
        tables.show_story(self.console, self.customer.get(f"/records/hours/{posted['external_id']}"))

    def _second_pass(self, before: list[BookedDocument], account: Json) -> None:
        run = self.customer.run()
        after = self._documents()
        counts = run["counts"]
        self.expect(not counts.get("documents") and not counts.get("posted"), f"a second pass posts nothing: {counts}")
        self.expect(after == before, "the books are as they were")
        self.console.print(
            f"posted {counts.get('posted', 0)}, documents {counts.get('documents', 0)}; "
            f"calls {_calls(run['calls'])} (one for each list that is read, and each month counted)"
        )
        self._count(run)
        approved = account["states"]["posted"]["records"]
        self.console.print(f"vendor calls in all: {_calls(self.calls)} for {approved} posted records of {PERIOD}")

    def _corrections(self) -> None:
        """One posted entry is edited and approved again, one is deleted; the next pass sets the books right."""
        edited, deleted = self._two_posted()
        hours = Decimal(edited["content"]["hours"]) + 1
        self.timesheet.correct(edited["external_id"], hours)
        self.timesheet.delete(deleted["external_id"])
        before = {document.number for document in self._documents()}
        run = self.customer.run()
        self._count(run)
        written = [document for document in self._documents() if document.number not in before]
        self.console.print(tables.documents_table(written, str(SETTINGS["currency"])))
        for record, now in ((edited, "posted"), (deleted, "reversed")):
            story = self.customer.get(f"/records/hours/{record['external_id']}")
            tables.show_correction(self.console, story)
            state = story["record"]["state"]
            self.expect(state == now, f"entry {record['external_id']} is {state}, not {now}")
        account: Json = self.customer.get("/reconciliation", period=PERIOD)
        self.console.print(tables.books_table(account))
        self.expect(account["agrees"], f"the reconciliation has differences: {account['differences'][:3]}")
        self.expect(not account["corrections"], "nothing is left to be corrected")
        self.expect(
            run["counts"].get("reversed") == len((edited, deleted)), f"two parts were reversed: {run['counts']}"
        )

    def _two_posted(self) -> list[Json]:
        """Two whole entries of the month that are in the books."""
        posted = self.customer.records(state="posted", period=PERIOD)
        return list(islice((record for record in posted if Decimal(record["content"]["hours"]) < HOURS_EDITED_MAX), 2))

    def _documents(self) -> list[BookedDocument]:
        return self.accountant.documents(PERIOD.replace("-", ""))

    def _count(self, run: Json) -> None:
        self.calls.update(run["calls"])


def _counts(run: Json) -> str:
    shown = ("fetched", "new", "changed", "held", "excluded", "posted", "failed", "documents")
    return "  ".join(f"{name} {run['counts'][name]}" for name in shown if name in run["counts"])


def _calls(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{vendor} {count}" for vendor, count in sorted(calls.items()))


def main() -> int:
    """0 when all is as it should be, 1 when something differs, 2 when the system can't start."""
    console = Console(width=None if sys.stdout.isatty() else 150)
    began = time.monotonic()
    plan = Plan(home=LOCAL / "demo", vendors=vendors(), seed=seed, endpoints_file=LOCAL / "demo" / "endpoints.json")
    try:
        with (
            running(plan, report=lambda text, seconds: console.print(f"{seconds:5.1f} s  {text}", style="dim")) as up,
            httpx.Client(timeout=60, trust_env=False) as http,
        ):
            stories = (Demo(up, console), KlitroseDemo(up, console, http), LumipolkuDemo(up, console, http))
            for story in stories:
                story.tell()
    except LocalRunError as error:
        console.print(f"demo: {error}")
        return 2
    except Unexpected as error:
        console.print(f"[red]demo: {error}[/red]")
        return 1
    console.print(f"\n{time.monotonic() - began:.1f} s in all")
    if faults := [fault for story in stories for fault in story.faults]:
        console.print(f"[red]{len(faults)} thing(s) are not as they should be.[/red]")
        return 1
    console.print("[green]Every hour, every invoice, every øre and every cent is accounted for.[/green]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
