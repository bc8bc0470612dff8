"""Live: from the click in Moment to the booked voucher in e-conomic, and what each kind of news costs in calls."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from benchmarks.klitrose_system import KlitroseSystem, klitrose_system, until
from benchmarks.process import must
from benchmarks.report import Figure, Section, at_most, plain_table

WARM_UPS, MEASURED = 5, 30
SECONDS = at_most(1.0)
NEWS = {"new", "changed", "posted", "broken"}
"""Counts that a pass without news does not have."""
NET, GROSS = Decimal("1000.00"), Decimal("1250.00")

Calls = Mapping[str, int]


def run(*, entries: int, runs: int) -> Section:
    """All figures; `entries` and `runs` are of other benchmarks."""
    with klitrose_system() as klitrose:
        calls = _calls(klitrose)
        klitrose.set_economic_hooks()
        calls["a changed customer, e-conomic's own webhook about it included"] = _changed(klitrose, "Svendborg")
        seconds = [_finalized(klitrose, number) for number in range(WARM_UPS + MEASURED)][WARM_UPS:]
    table = plain_table("calls, counted at the stand-ins", "Moment", "e-conomic", "of them writing")
    for name, (moment, economic) in calls.items():
        writes = sum(count for call, count in economic.items() if not call.startswith("GET"))
        table.add_row(name, str(sum(moment.values())), str(sum(economic.values())), str(writes))
    return Section(
        "5  Live: Moment to e-conomic",
        f"The local run: stand-ins, local AWS, the deployed functions, webhooks of both vendors set. {WARM_UPS} "
        f"invoices to warm up, then {MEASURED}, one after the other: from the click that finalizes it in Moment until "
        "the voucher is booked in e-conomic with its PDF. Each must be booked once, with its amount and its file.",
        figures=[Figure("finalized in Moment → booked with its PDF", seconds, "s", 2, SECONDS)],
        tables=[table],
    )


def _finalized(klitrose: KlitroseSystem, count: int) -> float:
    """The seconds from the click to the books; raises Wrong unless what is there is right."""
    project = klitrose.moment.row("projects", projectNumber="1")
    draft = _draft(klitrose, project, f"Rådgivning {count}")
    klitrose.rest()
    ledger = klitrose.economic_inside.vendor.agreement.ledger
    began = time.monotonic()
    number = klitrose.moment.finalize(draft["id"])
    line = until(lambda: next((one for one in _booked(ledger, number)), None), f"invoice {number} in e-conomic")
    until(lambda: ledger.documents_of(line.year, line.voucher) or None, f"the PDF of invoice {number}")
    seconds = time.monotonic() - began
    klitrose.rest()
    lines, files = _booked(ledger, number), ledger.documents_of(line.year, line.voucher)
    must([one.amount for one in lines] == [GROSS], f"invoice {number} is booked as {[one.amount for one in lines]}")
    must(len(files) == 1 and files[0].parts[0].startswith(b"%PDF-"), f"invoice {number} has {len(files)} files")
    return seconds


def _booked(ledger: Any, number: int) -> Sequence[Any]:
    return [line for line in list(ledger.lines) if line.customer_invoice == number and line.customer is not None]


def _draft(klitrose: KlitroseSystem, project: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    like = klitrose.moment.row("invoices", invoiceNumber=5001)
    kept = ("invoiceDate", "dueDate", "currencyCode", "financialAccountNumber", "vatCode")
    amounts = {"totalExcludingVat": NET, "totalIncludingVat": GROSS}
    parties = {"projectId": project["id"], "customerId": project["customerId"]}
    fields = {name: like[name] for name in kept}
    return klitrose.moment.add("invoices", description=text, **parties, **amounts, **fields)


# ---- calls -------------------------------------------------------------------------------------------------------


def _calls(klitrose: KlitroseSystem) -> dict[str, tuple[Calls, Calls]]:
    """What each kind of news costs while only Moment tells of it; raises Wrong where it is more than it should be."""
    changed = _changed(klitrose, "Nyborg")
    must(changed[1] == {"PUT /customers/{number}": 1}, f"a changed customer cost {changed[1]}")
    customer = klitrose.moment.row("customers", customerNumber="10001")
    touched = _counted(klitrose, lambda: klitrose.moment.click("touch", entity="customers", id=customer["id"]))
    must(not touched[1], f"an unchanged customer cost {touched[1]}")
    nothing = _from_nothing(klitrose)
    known = _known(klitrose)
    klitrose.customer.run()  # brings in what the webhooks left out
    idle = _counted(klitrose, lambda: _idle(klitrose))
    return {
        "a changed customer": changed,
        "a customer saved without a change": touched,
        "an invoice whose customer and project are there": known,
        "an invoice from nothing: customer, project, invoice, PDF, booking": nothing,
        "a pass by hand that finds nothing": idle,
    }


def _counted(klitrose: KlitroseSystem, happens: Callable[[], object]) -> tuple[Calls, Calls]:
    """The calls to both vendors that something led to."""
    klitrose.rest()
    sides = (klitrose.moment, klitrose.books)
    before = [Counter(side.calls()) for side in sides]
    happens()
    klitrose.rest()
    moment, economic = (Counter(side.calls()) - was for side, was in zip(sides, before, strict=True))
    return {name: count for name, count in moment.items() if name not in _OUR_OWN}, economic


_OUR_OWN = ("PUT /api/1.0/companies/{company}/customers/{id}",)
"""What a person did, and not Handoff."""


def _changed(klitrose: KlitroseSystem, city: str) -> tuple[Calls, Calls]:
    customer = klitrose.moment.row("customers", customerNumber="10001")
    found = _counted(klitrose, lambda: klitrose.moment.save("customers", customer["id"], city=city))
    (there,) = [row for row in klitrose.books.customers() if row["customerNumber"] == int(customer["customerNumber"])]
    must(there["city"] == city, f"e-conomic has {there['city']}, not {city}")
    return found


def _known(klitrose: KlitroseSystem) -> tuple[Calls, Calls]:
    draft = _draft(klitrose, klitrose.moment.row("projects", projectNumber="1"), "Rådgivning")
    return _counted(klitrose, lambda: klitrose.moment.finalize(draft["id"]))


def _from_nothing(klitrose: KlitroseSystem) -> tuple[Calls, Calls]:
    """Its webhook comes alone: Moment tells of the invoice only."""
    klitrose.moment.ask("DELETE", "/_sandbox/webhooks", {})
    klitrose.moment.click("webhooks", type="invoices", url=klitrose.address("moment.invoices"))
    new = {"name": "Vibeholt Vin ApS", "customerNumber": "10042", "countryCode": "DK"}
    customer = klitrose.moment.add("customers", **new)
    project = klitrose.moment.add("projects", name="Kælderplan", projectNumber="42", customerId=customer["id"])
    draft = _draft(klitrose, {"id": project["id"], "customerId": customer["id"]}, "Kælderplan")
    found = _counted(klitrose, lambda: klitrose.moment.finalize(draft["id"]))
    number = klitrose.moment.row("invoices", id=draft["id"])["invoiceNumber"]
    must(klitrose.books.invoice(number) is not None, "the invoice from nothing is not booked")
    must(any(row["number"] == 42 for row in klitrose.books.projects()), "its project is not there")
    klitrose.set_moment_hooks()
    return found


def _idle(klitrose: KlitroseSystem) -> None:
    counts = klitrose.customer.run()["counts"]
    must(not NEWS & counts.keys(), f"a pass that should find nothing found {counts}")
