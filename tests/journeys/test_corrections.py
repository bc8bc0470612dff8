"""What becomes of hours that change after they were posted: nothing in the books is touched, all of it adds up."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from tests.customers import Customer, take_in
from tests.people import entries_in, keys_in
from tests.system import Json, LocalSystem

WRITES = {"project_transactions": "POST /v1/projecttransaction", "journal": "POST /v2/journaltransaction"}
BOTH = list(WRITES)


@pytest.fixture(params=[[kind] for kind in WRITES] + [BOTH], ids="+".join)
def kinds(request: pytest.FixtureRequest) -> list[str]:
    found: list[str] = request.param
    return found


def posted(customer: Customer, hours: str = "5.0", **details: Any) -> str:
    """An entry that a manager approved and that is in the books."""
    entry = customer.harvest.log_hours(hours, **details)
    customer.run()
    customer.approve(entry)
    customer.run()
    assert customer.state(entry) == "posted"
    return entry


def hours_in_the_books(customer: Customer, period: str = "202610") -> dict[str, Decimal]:
    """Hours by entry, all project transactions added up."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in customer.books.lines(period):
        (entry,) = entries_in([line])
        sums[entry] += line["quantity"]
    return {entry: hours for entry, hours in sums.items() if hours}


def balances(customer: Customer) -> dict[str, Decimal]:
    """Debits less credits by account, all journals added up."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for journal in customer.books.journals():
        for line in journal["journalTransactionLines"]:
            sums[line["accountNumber"]] += line["debitAmount"] - line["creditAmount"]
    return {account: amount for account, amount in sums.items() if amount}


def documents(customer: Customer, kind: str) -> list[Json]:
    """The documents of a kind, without how many there are, which stands on each of them."""
    found = customer.books.journals() if kind == "journal" else customer.books.documents()
    return [{name: value for name, value in document.items() if name != "metadata"} for document in found]


def test_an_edit_after_posting_waits_for_a_yes_and_is_then_reversed_and_posted_anew(
    customer: Customer, kinds: list[str]
) -> None:
    customer.change_settings(post_as=kinds)
    entry = posted(customer)
    before = {kind: documents(customer, kind) for kind in kinds}

    customer.harvest.edit(entry, hours=Decimal("6.0"))
    customer.run()
    assert (customer.state(entry), customer.problems()) == ("held", {})
    assert {kind: documents(customer, kind) for kind in kinds} == before
    assert customer.reconciliation()["agrees"]

    customer.approve(entry)
    run = customer.run()

    assert (customer.state(entry), customer.problems()) == ("posted", {})
    assert (run["counts"]["reversed"], run["counts"]["posted"], run["counts"]["documents"]) == (
        len(kinds), 1, 2 * len(kinds),
    )  # fmt: skip
    for kind in kinds:
        now = documents(customer, kind)
        assert len(set(keys_in(now))) == len(now) == 3
        assert [document for document in now if document in before[kind]] == before[kind], "nothing was touched"
    if "project_transactions" in kinds:
        assert hours_in_the_books(customer) == {entry: Decimal("6.00")}
    if "journal" in kinds:
        assert balances(customer) == {"1530": Decimal("9600.00"), "3010": Decimal("-9600.00")}
    account = customer.reconciliation()
    assert (account["agrees"], account["differences"]) == (True, [])
    assert account["states"]["posted"]["hours"] == "6.00"


def test_a_reversal_names_the_document_that_it_takes_back(customer: Customer) -> None:
    entry = posted(customer)
    (original,) = customer.books.documents()
    customer.harvest.edit(entry, hours=Decimal("6.0"))
    customer.run()
    customer.approve(entry)
    customer.run()

    (reversal,) = [one for one in customer.books.documents() if one["description"].startswith("Reversal")]

    assert reversal["description"].startswith(f"Reversal of {original['refNbr']}, hours 2026-10")
    assert {line["description"].split(" · ")[0] for line in reversal["lines"]} == {f"Reversal of {original['refNbr']}"}
    turned = [(line["quantity"], line["amount"], line["debitSubaccount"]["id"]) for line in reversal["lines"]]
    assert turned == [(-line["quantity"], -line["amount"], line["debitSubaccount"]["id"]) for line in original["lines"]]


def test_a_preview_shows_the_reversal_and_what_takes_its_place(customer: Customer) -> None:
    entry = posted(customer)
    customer.harvest.edit(entry, hours=Decimal("6.0"))
    customer.run()
    customer.approve(entry)

    shown = customer.preview()
    customer.run()

    hours = [sum(Decimal(line["hours"]) for line in document["project_lines"]) for document in shown["documents"]]
    assert hours == [Decimal("-5.00"), Decimal("6.00")]
    known = keys_in(customer.books.documents())
    assert all(document["key"] in known for document in shown["documents"])
    assert customer.preview()["documents"] == []


def test_a_rejected_edit_takes_the_entry_out_of_the_books(customer: Customer) -> None:
    entry = posted(customer)
    customer.harvest.edit(entry, hours=Decimal("6.0"))
    customer.run()

    customer.reject(entry)
    customer.run()

    assert (customer.state(entry), customer.record(entry)["reason"]) == ("excluded", "rejected")
    assert (hours_in_the_books(customer), customer.problems()) == ({}, {})
    assert customer.reconciliation()["agrees"]


def test_an_edit_to_another_month_is_reversed_in_the_first_and_posted_in_the_second(customer: Customer) -> None:
    entry = posted(customer)
    customer.harvest.edit(entry, spent_date="2026-11-03")
    customer.run()
    customer.approve(entry)
    customer.run()

    assert hours_in_the_books(customer, "202610") == {}
    assert hours_in_the_books(customer, "202611") == {entry: Decimal("5.00")}
    for period in ("2026-10", "2026-11"):
        account = customer.reconciliation(period)
        assert (account["agrees"], account["differences"]) == (True, [])


def test_an_approval_taken_back_after_posting_moves_nothing(customer: Customer) -> None:
    entry = customer.harvest.log_approved("5.0")
    customer.run()

    customer.harvest.withdraw(entry)
    customer.run()

    assert (customer.state(entry), len(customer.books.documents()), customer.problems()) == ("posted", 1, {})


def test_an_edit_after_posting_that_is_taken_back_leaves_nothing_over(customer: Customer) -> None:
    entry = posted(customer, notes="Måltall")
    posting_key = customer.record(entry)["posting_key"]

    customer.harvest.edit(entry, notes="Måltall, rettet")
    customer.run()
    assert customer.state(entry) == "held"
    customer.harvest.edit(entry, notes="Måltall")
    customer.run()

    record = customer.record(entry)
    assert (record["state"], record["version"], record["posting_key"]) == ("posted", 3, posting_key)
    assert (customer.problems(), len(customer.books.documents())) == ({}, 1)
    account = customer.reconciliation()
    assert (account["agrees"], account["differences"]) == (True, [])
    assert account["states"]["posted"]["hours"] == "5.00"


def test_an_entry_of_which_half_is_in_the_books_has_that_half_reversed_after_an_edit(customer: Customer) -> None:
    customer.change_settings(post_as=BOTH)
    customer.books.fails("POST /v2/journaltransaction", "status", status=400, body={"message": "Ledger is locked."})
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    customer.approve(entry)
    customer.run()
    assert "Ledger is locked." in customer.problems()["refused_by_erp"]["message"]

    customer.harvest.edit(entry, hours=Decimal("6.0"))
    customer.run()
    customer.harvest.approve(entry)
    customer.run()

    assert (customer.state(entry), customer.problems()) == ("posted", {})
    assert (len(customer.books.documents()), len(customer.books.journals())) == (3, 1)
    assert hours_in_the_books(customer) == {entry: Decimal("6.00")}
    assert customer.reconciliation()["agrees"]


def test_an_edit_that_can_not_be_planned_leaves_the_books_as_they_are(customer: Customer) -> None:
    entry = posted(customer)
    customer.harvest.edit(entry, hours=Decimal("25.0"))
    customer.run()
    customer.approve(entry)
    customer.run()

    assert list(customer.problems()) == ["too_many_hours"]
    assert hours_in_the_books(customer) == {entry: Decimal("5.00")}


# ---- closed periods ----------------------------------------------------------------------------


def test_a_correction_of_a_closed_month_waits_and_then_goes_where_the_settings_say(system: LocalSystem) -> None:
    customer = take_in(system, closed_period="hold")
    entry = posted(customer)
    customer.books.set_period("202610", closed=True)
    customer.harvest.edit(entry, hours=Decimal("6.0"))
    customer.run()
    customer.approve(entry)
    customer.run()
    assert list(customer.problems()) == ["closed_period"]
    assert len(customer.books.documents()) == 1

    customer.change_settings(closed_period="next_open")
    customer.run()

    assert (customer.state(entry), customer.problems()) == ("posted", {})
    lines = customer.books.lines("202611")
    assert sum(line["quantity"] for line in lines) == Decimal("1.00")
    assert {line["date"] for line in lines} == {"2026-11-01T00:00:00"}
    assert all(line["description"].startswith("2026-10-05 · ") for line in lines)


# ---- when things break -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", WRITES)
@pytest.mark.parametrize(("fault", "adopted"), [("lost_after_commit", True), ("reset_before", False)])
def test_a_reversal_whose_answer_was_lost_is_in_the_books_once(
    customer: Customer, kind: str, fault: str, adopted: bool
) -> None:
    customer.change_settings(post_as=[kind])
    entry = posted(customer)
    customer.harvest.edit(entry, hours=Decimal("6.0"))
    customer.run()
    customer.approve(entry)
    customer.books.fails(WRITES[kind], fault)

    run = customer.run()

    assert (customer.state(entry), customer.problems()) == ("posted", {})
    assert run["counts"]["adopted" if adopted else "absent"] == 1
    keys = keys_in(documents(customer, kind))
    assert len(keys) == len(set(keys)) == 3
    assert customer.reconciliation()["agrees"]


def test_one_reversal_that_the_erp_refuses_holds_up_no_other(customer: Customer) -> None:
    good = [customer.harvest.log_hours("1.0", on=f"2026-10-{day:02d}") for day in range(5, 9)]
    bad = customer.harvest.log_hours("2.0", project="P1010", on="2026-10-06")
    customer.run()
    customer.approve(*good, bad)
    customer.run()
    for entry in (*good, bad):
        customer.harvest.edit(entry, hours=Decimal("3.0"))
    customer.run()
    customer.approve(*good, bad)
    customer.run(period="2026-11")  # the lists are read; October is left as it is
    customer.books.set_project("P1010", "Completed")

    customer.run()

    assert {entry: hours for entry, hours in hours_in_the_books(customer).items() if entry in good} == dict.fromkeys(
        good, Decimal("3.00")
    )
    assert hours_in_the_books(customer)[bad] == Decimal("2.00")
    assert customer.state(bad) == "failed"
    (problem,) = customer.problems().values()
    assert problem["external_ids"] == [bad]
    customer.books.set_project("P1010", "Active")
    customer.retry(problem)
    assert hours_in_the_books(customer)[bad] == Decimal("3.00")
