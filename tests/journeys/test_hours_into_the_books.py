"""Hours on their way from Harvest into Visma.net ERP's books, step by step, as the people at both ends see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from handoff.pipeline.post import digest_of
from handoff.storage.postings import DynamoPostingStore
from sandbox.fjordlys import INTEGRATION_ID
from tests.customers import Customer, Refused, take_in
from tests.system import LocalSystem

OTHER_PROJECT = "P1010"
FEEDS = {"harvest": 5, "visma_net": 6}


def ids_in(lines: Iterable[dict[str, Any]]) -> list[str]:
    """The entries that lines name at the end of their text, once for each cost centre."""
    return [str(line["description"]).rpartition("#")[2] for line in lines]


def keys_in(documents: Iterable[dict[str, Any]]) -> list[str]:
    """The keys at the end of documents' texts."""
    return [str(document["description"]).rpartition(" ")[2] for document in documents]


def test_H1_1_H2_1_H5_2_hours_wait_for_a_manager_and_then_stand_in_the_books(customer: Customer) -> None:
    entry = customer.harvest.log_hours("7.5", project="P1005", task="Utvikling", on="2026-10-05")
    customer.run()
    assert customer.record(entry)["sentence"]
    assert (customer.state(entry), customer.books.documents()) == ("held", [])

    customer.approve(entry)
    assert (customer.state(entry), customer.books.documents()) == ("ready", [])

    assert customer.run()["counts"]["posted"] == 1
    (document,) = customer.books.documents()
    (posting,) = customer.postings()
    assert keys_in([document]) == [posting["key"]]
    assert posting["receipt"]["number"] == document["refNbr"]
    oslo, bergen = document["lines"]
    for line, cost_centre, hours, amount in ((oslo, "10", "4.50", "7200.00"), (bergen, "20", "3.00", "4800.00")):
        assert (line["project"]["id"], line["projectTask"]["id"]) == ("P1005", "01")
        assert (line["employee"]["employeeNumber"], line["inventoryId"]["number"]) == ("136", "TIMER")
        assert (line["quantity"], line["billableQuantity"]) == (Decimal(hours), Decimal(hours))
        assert (line["unitRate"], line["amount"]) == (Decimal(1600), Decimal(amount))
        assert (line["debitAccount"]["number"], line["creditAccount"]["number"]) == ("1530", "3010")
        assert (line["debitSubaccount"]["id"], line["creditSubaccount"]["id"]) == (cost_centre, cost_centre)
        assert (line["date"], line["financialPeriod"]) == ("2026-10-05T00:00:00", "202610")
    assert ids_in(document["lines"]) == [entry, entry]


def test_a_posted_record_can_tell_its_whole_story(customer: Customer) -> None:
    entry = customer.harvest.log_hours("2.0", project="P1005", task="Utvikling")
    customer.run()
    customer.approve(entry)
    customer.run()

    story = customer.story(entry)

    (version,) = story["versions"]
    assert [move["to"] for move in version["history"]] == ["held", "ready", "posting", "posted"]
    assert [(word["by"], word["note"], word["counts"]) for word in version["approvals"]] == [
        ("Solveig Prøvestad", "Gått gjennom", True)
    ]
    (posting,) = story["postings"]
    assert (posting["hours"], posting["amount"], posting["state"]) == ("2.00", "3200.00", "settled")
    assert (story["why"]["account"]["rule"], story["why"]["account"]["value"]) == ("development", "3010")
    lost = {other["rule"]: other["why"] for other in story["why"]["account"]["alternatives"]}
    assert "default" in lost
    assert all(lost.values())
    assert story["why"]["split"]["rule"] == "default: both offices"


def test_H5_1_only_what_is_approved_in_harvest_is_posted(customer: Customer) -> None:
    approved = customer.harvest.log_approved("3.0")
    waiting = customer.harvest.log_hours("4.0")

    run = customer.run()

    assert {customer.state(approved), customer.state(waiting)} == {"posted", "held"}
    assert set(ids_in(customer.books.lines())) == {approved}
    assert run["counts"]["held"] == 1


def test_H5_3_a_running_timer_reaches_the_books_only_when_it_was_stopped_and_approved(customer: Customer) -> None:
    entry = customer.harvest.start_timer()
    customer.run()
    customer.approve(entry)
    assert customer.record(entry)["reason"] == "timer_running"
    customer.run()
    assert customer.state(entry) == "held"

    customer.harvest.edit(entry, hours=Decimal("1.5"))
    customer.harvest.stop_timer(entry)
    customer.run()
    assert (customer.state(entry), customer.record(entry)["reason"]) == ("held", "not_approved")

    customer.approve(entry)
    customer.run()
    assert sum(line["quantity"] for line in customer.books.lines()) == Decimal("1.50")


def test_an_edit_after_posting_is_a_problem_and_nothing_is_posted_twice(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    customer.approve(entry)
    customer.run()
    before = customer.books.documents()

    customer.harvest.edit(entry, hours=Decimal("6.0"))
    customer.run()
    customer.run()

    assert customer.books.documents() == before
    problem = customer.problems()["changed_after_posting"]
    assert (problem["external_ids"], problem["retryable"]) == ([entry], False)
    assert "Correct the document in the ERP by hand" in problem["cure"]
    with pytest.raises(Refused) as refusal:
        customer.retry(problem)
    assert (refusal.value.status, refusal.value.error["code"]) == (409, "not_retryable")
    differences = customer.reconciliation()["differences"]
    assert [(found["code"], found["subject"]) for found in differences] == [("changed_after_posting", entry)]


def test_nobodys_word_brings_an_entry_that_was_edited_after_posting_into_the_books_again(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    customer.approve(entry)
    customer.run()
    customer.harvest.edit(entry, hours=Decimal("6.0"))
    customer.run()

    for decision in ("reject", "approve"):
        with pytest.raises(Refused) as refusal:
            customer.decide(decision, entry)
        assert (refusal.value.status, refusal.value.error["code"]) == (409, "already_posted")
    for said_in_harvest in (customer.harvest.approve, customer.harvest.withdraw, customer.harvest.approve):
        said_in_harvest(entry)
        customer.run()
    customer.change_settings(excluded_projects=[str(customer.harvest.entry(entry)["project"]["id"])])
    customer.run()
    customer.change_settings(excluded_projects=[])
    customer.run()

    assert customer.state(entry) == "failed"
    assert list(customer.problems()) == ["changed_after_posting"]
    assert len(customer.books.documents()) == 1


def test_an_entry_of_which_half_is_in_the_books_is_not_posted_again_after_an_edit(customer: Customer) -> None:
    customer.change_settings(post_as=["project_transactions", "journal"])
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
    assert (len(customer.books.documents()), customer.books.journals()) == (1, [])
    assert list(customer.problems()) == ["changed_after_posting"]

    customer.harvest.withdraw(entry)
    customer.harvest.edit(entry, hours=Decimal("5.0"))
    customer.run()
    assert list(customer.problems()) == ["refused_by_erp"]
    assert customer.retry(customer.problems()["refused_by_erp"])["state"] == "done"
    assert (customer.state(entry), customer.problems()) == ("posted", {})
    assert (len(customer.books.documents()), len(customer.books.journals())) == (1, 1)
    assert customer.reconciliation()["agrees"]


def test_an_edit_after_posting_that_is_taken_back_leaves_nothing_over(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0", notes="Måltall")
    customer.run()
    customer.approve(entry)
    customer.run()
    posting_key = customer.record(entry)["posting_key"]

    customer.harvest.edit(entry, notes="Måltall, rettet")
    customer.run()
    assert customer.state(entry) == "failed"
    customer.harvest.edit(entry, notes="Måltall")
    customer.run()

    record = customer.record(entry)
    assert (record["state"], record["version"], record["posting_key"]) == ("posted", 3, posting_key)
    assert customer.problems() == {}
    assert len(customer.books.documents()) == 1
    account = customer.reconciliation()
    assert (account["agrees"], account["differences"]) == (True, [])
    assert account["states"]["posted"]["hours"] == "5.00"


def test_an_edit_after_approval_voids_it(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    customer.approve(entry)

    customer.harvest.edit(entry, hours=Decimal("8.0"))
    run = customer.run()

    assert (customer.state(entry), customer.books.documents()) == ("held", [])
    assert (run["counts"]["changed"], run["counts"]["held"]) == (1, 1)
    first, second = customer.story(entry)["versions"]
    (word,) = first["approvals"]
    assert (word["counts"], second["approvals"]) == (False, [])
    assert "another content" in word["why_not"]


def test_an_approval_of_what_the_record_was_before_an_edit_is_refused(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    seen = customer.record(entry)["hash"]
    customer.harvest.edit(entry, hours=Decimal("8.0"))
    customer.run()

    with pytest.raises(Refused) as refusal:
        customer.decide("approve", entry, hash=seen)

    assert refusal.value.status == 409
    error = refusal.value.error
    assert (error["code"], error["field"]) == ("hash_mismatch", "body.records[0].hash")
    assert error["cure"]
    customer.run()
    assert (customer.state(entry), customer.books.documents()) == ("held", [])


def test_what_was_rejected_stays_out_until_somebody_approves_it(customer: Customer) -> None:
    entry = customer.harvest.log_hours("5.0")
    customer.run()
    customer.reject(entry)
    customer.run()
    record = customer.record(entry)
    assert (record["state"], record["reason"]) == ("excluded", "rejected")

    customer.harvest.approve(entry)
    customer.run()
    assert customer.state(entry) == "excluded", "the person's no stands above the time tool's yes"
    assert customer.books.documents() == []

    customer.approve(entry)
    customer.run()
    assert customer.state(entry) == "posted"


def test_H3_2_a_second_pass_posts_nothing_and_makes_one_call_per_feed(customer: Customer) -> None:
    customer.harvest.log_approved("5.0")
    customer.harvest.log_hours("1.0")
    customer.run()
    for vendor in (customer.harvest, customer.books):
        vendor.forget_calls()

    run = customer.run()

    assert run["calls"] == FEEDS
    assert sum(customer.harvest.calls().values()) == FEEDS["harvest"]
    assert sum(customer.books.calls().values()) == FEEDS["visma_net"]
    assert set(customer.harvest.calls().values()) | set(customer.books.calls().values()) == {1}
    assert "posted" not in run["counts"]
    assert len(customer.books.documents()) == 1


def test_a_closed_period_is_held_and_posted_into_the_next_one_once_the_settings_say_so(system: LocalSystem) -> None:
    customer = take_in(system, closed_period="hold")
    entry = customer.harvest.log_approved("4.0", on="2026-09-29")
    customer.run()
    problem = customer.problems()["closed_period"]
    assert (problem["subject"], problem["fixed_by"], problem["external_ids"]) == ("2026-09", "settings", [entry])
    assert "next_open" in problem["cure"]

    customer.change_settings(closed_period="next_open")
    customer.run()

    assert (customer.state(entry), customer.problems()) == ("posted", {})
    assert customer.books.documents("202609") == []
    for line in customer.books.lines("202610"):
        assert line["date"] == "2026-10-01T00:00:00"
        assert line["description"].startswith("2026-09-29 · ")


def test_a_closed_period_that_is_opened_again_lets_its_hours_through_by_itself(system: LocalSystem) -> None:
    customer = take_in(system, closed_period="hold")
    entry = customer.harvest.log_approved("4.0", on="2026-09-29")
    customer.run()
    assert list(customer.problems()) == ["closed_period"]

    customer.books.set_period("202609", closed=False)
    customer.run()

    assert (customer.state(entry), customer.problems()) == ("posted", {})
    assert {line["date"] for line in customer.books.lines("202609")} == {"2026-09-29T00:00:00"}


def test_H2_5_as_a_journal_revenue_stands_by_account_and_cost_centre_and_balances(customer: Customer) -> None:
    customer.harvest.log_approved("7.5", task="Utvikling", on="2026-10-05")
    customer.harvest.log_approved("2.0", task="Utvikling", on="2026-10-06")
    customer.harvest.log_approved("1.5", task="Testing", on="2026-10-07")
    customer.change_settings(post_as=["journal"])

    customer.run()

    assert customer.books.documents() == []
    (journal,) = customer.books.journals()
    assert keys_in([journal]) == [posting["key"] for posting in customer.postings()]
    sides: dict[tuple[str, str], tuple[Decimal, Decimal]] = {
        (line["accountNumber"], line["subaccount"]["subaccountNumber"]): (line["debitAmount"], line["creditAmount"])
        for line in journal["journalTransactionLines"]
    }
    # 9.5 h of development and 1.5 h of testing at 1,600 each, 60 to 40 between the offices
    assert sides == {
        ("1530", "10"): (Decimal("10560.00"), 0),
        ("1530", "20"): (Decimal("7040.00"), 0),
        ("3000", "10"): (0, Decimal("1440.00")),
        ("3000", "20"): (0, Decimal("960.00")),
        ("3010", "10"): (0, Decimal("9120.00")),
        ("3010", "20"): (0, Decimal("6080.00")),
    }
    assert journal["debitTotal"] == journal["creditTotal"] == Decimal("17600.00")
    assert journal["status"] == "Balanced"
    account = customer.reconciliation()
    assert (account["agrees"], account["amount_difference"]) == (True, "0.00")


def test_a_preview_shows_exactly_the_documents_that_the_next_run_writes(system: LocalSystem) -> None:
    system.start_over(entries=240)
    customer = take_in(system)
    customer.change_settings(lines_per_document=40, approval={"counts": ["person"]})
    customer.run()
    held = customer.records(state="held", limit="500")
    assert customer.books.documents() == []
    customer.approve(*(record["external_id"] for record in held[:90]))

    preview = customer.preview()
    assert customer.books.documents() == []
    assert customer.postings() == []
    run = customer.run()

    documents = customer.books.documents()
    assert len(documents) > 2
    assert sorted(keys_in(documents)) == sorted(shown["key"] for shown in preview["documents"])
    lines_written = {key: len(written["lines"]) for key, written in zip(keys_in(documents), documents, strict=True)}
    assert lines_written == {shown["key"]: len(shown["project_lines"]) for shown in preview["documents"]}
    stored = DynamoPostingStore(system.table, customer.tenant_id, INTEGRATION_ID)
    postings = [stored.get(shown["key"]) for shown in preview["documents"]]
    assert digest_of(posting for posting in postings if posting is not None) == preview["digest"]
    assert run["counts"]["failed"] == preview["totals"]["failing_records"]
    assert customer.preview()["documents"] == []


def test_a_month_is_accounted_for_to_the_last_hour_and_ore(system: LocalSystem) -> None:
    system.start_over(entries=240)
    customer = take_in(system)

    run = customer.run()

    records = customer.records(limit="500")
    assert run["counts"]["fetched"] == len(records) == 240
    for period in ("2026-09", "2026-10"):
        account = customer.reconciliation(period)
        assert (account["differences"], account["agrees"]) == ([], True)
        assert (account["hours_difference"], account["amount_difference"]) == ("0.00", "0.00")
        assert account["time_tool"]["records"] == sum(state["records"] for state in account["states"].values())
    posted = sum(Decimal(found["content"]["hours"]) for found in records if found["state"] == "posted")
    assert sum(line["quantity"] for line in customer.books.lines()) == posted
    assert len(set(keys_in(customer.books.documents()))) == len(customer.books.documents())


def test_H2_2_revenue_stands_in_the_books_by_project_and_task(customer: Customer) -> None:
    logged = (
        ("P1005", "Utvikling", "3.0", "4800.00"),
        ("P1005", "Utvikling", "1.5", "2400.00"),
        ("P1005", "Testing", "2.0", "3200.00"),
        (OTHER_PROJECT, "Prosjektledelse", "2.5", "3750.00"),
    )
    expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for project, task, hours, value in logged:
        customer.harvest.log_approved(hours, project=project, task=task)
        expected[project, task] += Decimal(value)

    customer.run()

    revenue: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in customer.books.lines():
        revenue[line["project"]["id"], line["projectTask"]["description"]] += line["amount"]
    assert revenue == expected


def accounts_of(customer: Customer, entry: str) -> tuple[set[str], Decimal]:
    """The revenue accounts that an entry is credited to, and its value."""
    lines = [line for line in customer.books.lines() if ids_in([line]) == [entry]]
    return {line["creditAccount"]["number"] for line in lines}, sum((line["amount"] for line in lines), Decimal(0))


def test_H4_1_H4_2_H4_3_the_rate_card_finds_accounts_by_project_type_client_and_team_member(customer: Customer) -> None:
    member = {"id": "Bjørn tests", "match": {"member": "bjorn.kattegat@example.test"}, "account": "3050"}
    customer.change_settings(rate_card=[*customer.settings()["rate_card"], member])
    by_type = customer.harvest.log_approved("2.0", project="P1044", task="Utvikling")
    by_client = customer.harvest.log_approved("2.0", project="P1025", task="Utvikling")
    by_member = customer.harvest.log_approved("2.0", project="P1005", task="Testing", person=2)
    by_nothing = customer.harvest.log_approved("2.0", project="P1005", task="Testing")

    customer.run()

    assert accounts_of(customer, by_type) == ({"3080"}, Decimal("2900.00"))
    # 135 EUR an hour, at 11.52
    assert accounts_of(customer, by_client) == ({"3090"}, Decimal("3110.40"))
    assert accounts_of(customer, by_member) == ({"3050"}, Decimal("3200.00"))
    assert accounts_of(customer, by_nothing) == ({"3000"}, Decimal("3200.00"))


def test_H4_4_an_engagements_own_rate_overrides_harvests_without_touching_it(customer: Customer) -> None:
    entry = customer.harvest.log_approved("2.0", project="P1004", task="Utvikling")
    after = customer.harvest.log_approved("2.0", project="P1004", task="Utvikling", on="2026-11-02")

    customer.run()

    assert accounts_of(customer, entry) == ({"3060"}, Decimal("2551.00"))
    assert customer.harvest.entry(entry)["billable_rate"] == Decimal(1550)
    november = customer.books.lines("202611")
    assert ids_in(november) == [after, after]
    assert sum(line["amount"] for line in november) == Decimal("3100.00")
