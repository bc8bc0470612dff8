"""What stands in the books: periods, accounts, cost centres and sums, as the settings have them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from handoff.pipeline.preview import digest_of
from handoff.storage.postings import DynamoPostingStore
from sandbox.fjordlys import INTEGRATION_ID
from tests.customers import Customer, take_in
from tests.people import entries_in, keys_in
from tests.system import LocalSystem

OTHER_PROJECT = "P1010"


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
    lines = [line for line in customer.books.lines() if entries_in([line]) == [entry]]
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
    assert entries_in(november) == [after, after]
    assert sum(line["amount"] for line in november) == Decimal("3100.00")
