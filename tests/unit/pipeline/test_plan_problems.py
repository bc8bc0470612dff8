"""Plan: what keeps a record from being posted, and how the ERP's side of it is found."""

from __future__ import annotations

import pytest

from handoff.domain.periods import Period
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.reference import ReferenceData
from handoff.domain.staged import StagedRecord, ref_of
from tests.builders import (
    HOURS,
    NOW,
    a_client,
    a_cost_centre,
    a_ledger_project,
    a_ledger_task,
    a_person,
    a_project,
    a_record,
    a_time_entry,
    an_account,
    an_employee,
    an_item,
    plan_rules,
    reference_data,
)
from tests.unit.pipeline.planning import RATE, of, only_line, planned, problems_of

# ---- counterparts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["401", "NB1", "nb1"])
def test_the_settings_may_name_the_erp_project(name: str) -> None:
    reference = reference_data(ledger_projects=[a_ledger_project(), a_ledger_project(number="P77")])

    assert (
        only_line(planned(a_record(), rules=plan_rules(projects={name: "P77"}), reference=reference)).project == "P77"
    )


@pytest.mark.parametrize(
    ("settings", "tasks", "number"),
    [
        ({}, [("10", "DESIGN")], "10"),
        ({}, [("design", "Formgiving")], "design"),
        ({}, [("10", "Design"), ("20", "Design")], None),
        ({"tasks": {"design": "20"}}, [("10", "Design"), ("20", "Formgiving")], "20"),
        ({"tasks": {"601": "formgiving"}}, [("20", "Formgiving")], "20"),
        ({"default_task": "99"}, [("99", "Diverse")], "99"),
        ({"default_task": "99"}, [("10", "Design"), ("99", "Diverse")], "10"),
    ],
)
def test_a_task_is_found_by_the_settings_then_by_name_or_number_then_by_default(
    settings: dict[str, object], tasks: list[tuple[str, str]], number: str | None
) -> None:
    ledger = a_ledger_project(tasks=tuple(a_ledger_task(number=n, name=name) for n, name in tasks))
    result = planned(a_record(), rules=plan_rules(**settings), reference=reference_data(ledger_projects=[ledger]))

    if number is None:
        assert result.problems[0][1] == (Problem(ProblemCode.AMBIGUOUS_TASK, "Design on NB1"),)
    else:
        assert only_line(result).task == number


def test_of_two_tasks_with_one_name_the_open_one_is_meant() -> None:
    tasks = (a_ledger_task(number="10", open=False), a_ledger_task(number="20"))

    reference = reference_data(ledger_projects=[a_ledger_project(tasks=tasks)])

    assert only_line(planned(a_record(), reference=reference)).task == "20"


@pytest.mark.parametrize("name", ["501", "Asa@Fjordlys.example"])
def test_the_settings_may_name_the_employee(name: str) -> None:
    reference = reference_data(employees=[an_employee(), an_employee(number="8", email="")])

    assert only_line(planned(a_record(), rules=plan_rules(employees={name: "8"}), reference=reference)).employee == "8"


def test_an_employee_is_found_by_e_mail_in_any_case_and_the_active_one_is_meant() -> None:
    left = an_employee(number="3", active=False)
    here = an_employee(number="9", email="ASA@fjordlys.example")

    assert only_line(planned(a_record(), reference=reference_data(employees=[left, here]))).employee == "9"


# ---- problems --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "code"),
    [("24.01", "too_many_hours"), ("-0.25", "negative_hours"), ("0.004", "hours_round_to_nothing")],
)
def test_hours_that_cannot_be_are_a_problem(hours: str, code: str) -> None:
    assert problems_of(a_time_entry(hours=hours)) == [(code, "Entry 1001")]


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        (reference_data(projects=[]), ("unlisted_project", "401")),
        (reference_data(clients=[]), ("unknown_client", "301")),
        (reference_data(tasks=[]), ("unlisted_task", "601")),
        (reference_data(people=[]), ("unknown_person", "501")),
        (reference_data(ledger_projects=[]), ("unknown_project", "NB1")),
        (
            reference_data(projects=[a_project(code=" ")]),
            ("unknown_project", "Nettbutikk fase 1 (id 401)"),
        ),
        (
            reference_data(ledger_projects=[a_ledger_project(open=False, status="Completed")]),
            ("inactive_project", "NB1 (Completed)"),
        ),
        (reference_data(ledger_projects=[a_ledger_project(tasks=())]), ("unknown_task", "Design on NB1")),
        (
            reference_data(ledger_projects=[a_ledger_project(tasks=(a_ledger_task(open=False),))]),
            ("inactive_task", "Design on NB1"),
        ),
        (reference_data(employees=[]), ("unknown_employee", "asa@fjordlys.example")),
        (reference_data(people=[a_person(email="")]), ("unknown_employee", "Åsa Fjell")),
        (reference_data(employees=[an_employee(active=False)]), ("inactive_employee", "7")),
        (
            reference_data(employees=[an_employee(), an_employee(number="8")]),
            ("ambiguous_employee", "asa@fjordlys.example"),
        ),
        (reference_data(items=[]), ("unknown_item", "TIMER")),
        (reference_data(items=[an_item(active=False)]), ("unknown_item", "TIMER")),
        (reference_data(accounts=[an_account()]), ("unknown_account", "1530")),
        (
            reference_data(accounts=[an_account(number="1530"), an_account(active=False)]),
            ("unknown_account", "3000"),
        ),
        (reference_data(cost_centres=[]), ("unknown_cost_centre", "10")),
        (reference_data(cost_centres=[a_cost_centre(active=False)]), ("unknown_cost_centre", "10")),
        (reference_data(financial_periods=[]), ("unknown_period", "2026-10")),
        (reference_data(clients=[a_client(currency="USD")]), ("no_currency_rule", "USD")),
    ],
)
def test_what_is_missing_or_closed_on_either_side_is_a_problem(
    reference: ReferenceData, problem: tuple[str, str]
) -> None:
    assert problems_of(reference=reference) == [problem]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"rate_card": []}, ("no_account_rule", "NB1")),
        ({"allocations": []}, ("no_cost_centre_rule", "NB1")),
        ({"projects": {"NB1": "P77"}}, ("unknown_project", "NB1 (the settings name P77)")),
        ({"tasks": {"Design": "77"}}, ("unknown_task", "Design on NB1 (the settings name 77)")),
        ({"employees": {"501": "77"}}, ("unknown_employee", "asa@fjordlys.example (the settings name 77)")),
    ],
)
def test_what_the_settings_lack_or_misname_is_a_problem(changes: dict[str, object], problem: tuple[str, str]) -> None:
    assert problems_of(settings=changes) == [problem]


def test_billable_work_without_any_rate_is_a_problem() -> None:
    assert problems_of(a_time_entry(rate=None)) == [("no_rate", "NB1")]


def test_an_employee_the_settings_name_must_be_active() -> None:
    reference = reference_data(employees=[an_employee(number="8", active=False)])

    assert problems_of(reference=reference, settings={"employees": {"501": "8"}}) == [("inactive_employee", "8")]


def test_a_person_with_two_roles_makes_equally_specific_rules_a_problem() -> None:
    card = [
        {"id": "default", "account": "3000"},
        {"id": "senior", "match": {"role": "Senior"}, "rate": RATE},
        {"id": "lead", "match": {"role": "Lead"}, "rate": {"amount": "1600", "currency": "NOK"}},
    ]
    reference = reference_data(people=[a_person(roles=("Senior", "Lead"))])

    assert problems_of(reference=reference, settings={"rate_card": card}) == [
        ("ambiguous_rules", "lead, senior (rate)")
    ]


def test_two_roles_with_different_cost_centres_are_a_problem_as_well() -> None:
    allocations = [
        {"id": "oslo", "match": {"role": "Oslo"}, "shares": {"10": "1"}},
        {"id": "bergen", "match": {"role": "Bergen"}, "shares": {"20": "1"}},
    ]
    reference = reference_data(people=[a_person(roles=("Oslo", "Bergen"))])

    assert problems_of(reference=reference, settings={"allocations": allocations}) == [
        ("ambiguous_rules", "bergen, oslo (cost centre)")
    ]


def test_all_problems_of_a_record_are_found_at_once() -> None:
    reference = reference_data(
        clients=[a_client(currency="USD")], employees=[], items=[], cost_centres=[], ledger_projects=[]
    )

    assert problems_of(
        a_time_entry(hours="25", spent_on="2026-09-07"), reference=reference, settings={"rate_card": []}
    ) == [
        ("too_many_hours", "Entry 1001"),
        ("closed_period", "2026-09"),
        ("unknown_project", "NB1"),
        ("unknown_employee", "asa@fjordlys.example"),
        ("unknown_item", "TIMER"),
        ("no_account_rule", "NB1"),
        ("no_currency_rule", "USD"),
        ("unknown_cost_centre", "10"),
    ]


def test_one_cause_behind_many_records_is_one_problem() -> None:
    records = of(*(a_time_entry(external_id=str(number), hours=str(number)) for number in range(1, 6)))

    result = planned(*records, reference=reference_data(employees=[]))

    assert {problem.id for _, problems in result.problems for problem in problems} == {
        Problem(ProblemCode.UNKNOWN_EMPLOYEE, "asa@fjordlys.example").id
    }


def test_a_bad_record_does_not_keep_the_others() -> None:
    good, bad = of(a_time_entry(), a_time_entry(external_id="1002", hours="25"))

    result = planned(bad, good)

    assert [posting.records for posting in result.postings] == [(ref_of(good),)]
    assert [record for record, _ in result.problems] == [bad]


def test_a_stored_body_that_cannot_be_read_is_a_problem_of_that_record_only() -> None:
    good = a_record()
    broken = StagedRecord(HOURS, "1002", 1, "hash", b'{"hours": []}', Period("2026-10"), good.state, True, NOW)

    result = planned(broken, good)

    assert len(result.postings) == 1
    assert result.problems == ((broken, (Problem(ProblemCode.BROKEN_CONTRACT, "Entry 1002"),)),)
