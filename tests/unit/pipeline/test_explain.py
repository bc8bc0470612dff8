"""Explain: every result names its rule, its value and why each alternative lost."""

from __future__ import annotations

from decimal import Decimal

from handoff.domain.posting import DocumentKind
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import State
from handoff.pipeline.explain import UNDECIDED, Alternative, Decision, explain
from tests.builders import (
    a_client,
    a_ledger_project,
    a_ledger_task,
    a_person,
    a_record,
    a_time_entry,
    an_employee,
    plan_rules,
    reference_data,
)
from tests.unit.pipeline.planning import RATE

CARD = [
    {"id": "default", "account": "3000"},
    {"id": "fjord", "match": {"client": "Fjord Industri AS"}, "account": "3020", "rate": RATE},
    {
        "id": "nb1",
        "match": {"project": "NB1"},
        "rate": {"amount": "900.00", "currency": "NOK"},
        "valid_to": "2026-09-30",
    },
    {"id": "kim", "match": {"member": "kim@fjordlys.example"}, "rate": RATE},
]


def test_h4_the_account_names_its_rule_and_what_lost() -> None:
    found = explain(a_record(), rules=plan_rules(rate_card=CARD), reference=reference_data())

    assert found.account == Decision(
        "fjord", "3020", alternatives=(Alternative("default", "3000", "less specific than fjord"),)
    )


def test_h4_the_rate_names_rules_out_of_date_rules_for_others_and_the_time_tools_own() -> None:
    found = explain(a_record(), rules=plan_rules(rate_card=CARD), reference=reference_data())

    assert found.rate == Decision(
        "fjord",
        "1500.00 NOK",
        alternatives=(
            Alternative("nb1", "900.00 NOK", "not in effect on 2026-10-05"),
            Alternative("kim", "1500.00 NOK", "does not match: member"),
            Alternative("time_tool", "1250.00 NOK", "the rate card comes first: fjord"),
        ),
    )


def test_the_time_tools_rate_and_its_exchange_are_explained() -> None:
    rules = plan_rules(
        currencies=[
            {"currency": "EUR", "rate": "11.52", "valid_to": "2026-09-30"},
            {"currency": "EUR", "rate": "11.61", "valid_from": "2026-10-01"},
        ]
    )

    found = explain(a_record(), rules=rules, reference=reference_data(clients=[a_client(currency="EUR")]))

    assert (found.rate.rule_id, found.rate.value) == ("time_tool", "1250.00 EUR")
    assert found.exchange == Decision(
        "EUR from 2026-10-01", "11.61", alternatives=(Alternative("EUR", "11.52", "not in effect on 2026-10-05"),)
    )


def test_h2_5_the_split_shows_its_weights_and_the_parts_of_this_record() -> None:
    rules = plan_rules(
        allocations=[
            {"id": "oslo", "shares": {"10": "1"}},
            {"id": "nb1", "match": {"project": "NB1"}, "shares": {"10": "60", "20": "40"}},
        ]
    )

    found = explain(a_record(), rules=rules, reference=reference_data())

    assert found.split == Decision(
        "nb1", "10: 60, 20: 40", alternatives=(Alternative("oslo", "10: 1", "less specific than nb1"),)
    )
    assert found.parts == (
        ("10", Decimal("4.50"), Decimal("5625.00")),
        ("20", Decimal("3.00"), Decimal("3750.00")),
    )


def test_counterparts_say_how_they_were_found() -> None:
    found = explain(a_record(), rules=plan_rules(), reference=reference_data())

    assert found.project == Decision("same_code", "NB1")
    assert found.task == Decision("same_name", "10")
    assert found.employee == Decision("same_email", "7")
    assert found.item == Decision("settings", "TIMER")
    assert found.accounting_date == Decision("open_period", "2026-10-05")
    assert (found.problems, found.out) == ((), ())


def test_the_settings_word_comes_first_and_what_it_overruled_is_shown() -> None:
    rules = plan_rules(projects={"NB1": "P77"}, tasks={"Design": "20"}, employees={"501": "8"})
    reference = reference_data(
        ledger_projects=[a_ledger_project(number="P77", tasks=(a_ledger_task(), a_ledger_task(number="20", name="X")))],
        employees=[an_employee(), an_employee(number="8", email="")],
    )

    found = explain(a_record(), rules=rules, reference=reference)

    first = "the settings come first"
    assert found.project == Decision("settings", "P77", alternatives=(Alternative("same_code", "NB1", first),))
    assert found.task == Decision("settings", "20", alternatives=(Alternative("same_name", "Design", first),))
    assert found.employee == Decision(
        "settings", "8", alternatives=(Alternative("same_email", "asa@fjordlys.example", first),)
    )


def test_a_default_task_says_that_the_project_had_none() -> None:
    tasks = (a_ledger_task(number="99", name="Diverse"),)
    reference = reference_data(ledger_projects=[a_ledger_project(tasks=tasks)])

    found = explain(a_record(), rules=plan_rules(default_task="99"), reference=reference)

    assert found.task == Decision(
        "default_task", "99", alternatives=(Alternative("same_name", "Design", "the ERP project has no such task"),)
    )


def test_a_moved_accounting_date_says_why() -> None:
    record = a_record(entry=a_time_entry(spent_on="2026-09-30"))

    found = explain(record, rules=plan_rules(closed_period="next_open"), reference=reference_data())

    assert found.accounting_date == Decision(
        "next_open",
        "2026-10-01",
        alternatives=(Alternative("open_period", "2026-09-30", "the period of 2026-09-30 is closed"),),
    )


def test_a_tie_names_the_rules_and_decides_nothing() -> None:
    card = [
        {"id": "default", "account": "3000"},
        {"id": "senior", "match": {"role": "Senior"}, "account": "3010"},
        {"id": "lead", "match": {"role": "Lead"}, "account": "3020"},
    ]
    reference = reference_data(people=[a_person(roles=("Senior", "Lead"))])

    found = explain(a_record(), rules=plan_rules(rate_card=card), reference=reference)

    assert (found.account.rule_id, found.account.value, found.account.tied) == ("", "", ("lead", "senior"))
    assert [(lost.rule_id, lost.why) for lost in found.account.alternatives] == [
        ("lead", "as specific as senior"),
        ("senior", "as specific as lead"),
        ("default", "less specific than lead, senior"),
    ]
    assert [problem.code for problem in found.problems] == [ProblemCode.AMBIGUOUS_RULES]
    assert found.parts == ()


def test_what_is_unlisted_leaves_undecided_what_depends_on_it() -> None:
    found = explain(a_record(), rules=plan_rules(), reference=reference_data(projects=[]))

    assert (found.account, found.rate, found.split, found.project, found.task) == (UNDECIDED,) * 5
    assert found.employee == Decision("same_email", "7")
    assert found.problems == (Problem(ProblemCode.UNLISTED_PROJECT, "401"),)


def test_non_billable_work_needs_no_price_and_has_no_place_in_a_journal() -> None:
    record = a_record(entry=a_time_entry(billable=False, rate=None))
    rules = plan_rules(post_as=["project_transactions", "journal"])

    found = explain(record, rules=rules, reference=reference_data())

    assert found.account == found.rate == found.exchange == Decision("non_billable")
    assert found.out == ((DocumentKind.JOURNAL, "non_billable"),)
    assert found.parts == (("10", Decimal("7.50"), Decimal(0)),)


def test_a_posted_record_is_explained_like_any_other() -> None:
    posted = a_record(state=State.POSTED, covered={"project_transactions": "HOX"})

    assert explain(posted, rules=plan_rules(), reference=reference_data()).parts == (
        ("10", Decimal("7.50"), Decimal("9375.00")),
    )
