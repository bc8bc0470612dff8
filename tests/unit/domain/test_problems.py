"""Problems: every cause has a sentence and a cure, and the same cause is one line of the inbox."""

from __future__ import annotations

import re
import string

import pytest

from handoff.domain.problem_codes import FOR_A_PERSON, NOT_RETRIED, TO_BE_CONFIRMED, UNDONE_IN_THE_BOOKS, ProblemCode
from handoff.domain.problem_texts import CATALOGUE
from handoff.domain.problems import Problem


def test_the_catalogue_has_every_code_and_no_other() -> None:
    assert set(CATALOGUE) == set(ProblemCode)


@pytest.mark.parametrize("code", ProblemCode)
def test_every_problem_says_what_where_who_and_how(code: ProblemCode) -> None:
    problem = Problem(code, "the subject")

    assert problem.entry.field
    assert problem.entry.cure[0].isupper()
    assert problem.entry.cure.endswith(".")
    assert "the subject" in problem.message
    assert re.fullmatch(r"[a-z_]+", code)


@pytest.mark.parametrize("code", ProblemCode)
def test_a_sentence_has_one_place_for_the_subject_and_no_other(code: ProblemCode) -> None:
    places = [name for _, name, _, _ in string.Formatter().parse(CATALOGUE[code].sentence) if name is not None]

    assert places == ["subject"]


def test_a_subject_with_braces_is_shown_as_it_is() -> None:
    assert "{0} {x}" in Problem(ProblemCode.UNKNOWN_PROJECT, "{0} {x}").message


def test_the_same_cause_is_one_problem_and_another_subject_another() -> None:
    same = Problem(ProblemCode.UNKNOWN_EMPLOYEE, "asa@fjordlys.example")

    assert same.id == Problem(ProblemCode.UNKNOWN_EMPLOYEE, "asa@fjordlys.example").id
    assert same.id != Problem(ProblemCode.UNKNOWN_EMPLOYEE, "kim@fjordlys.example").id
    assert same.id != Problem(ProblemCode.INACTIVE_EMPLOYEE, "asa@fjordlys.example").id


def test_what_a_plan_of_hours_finds_is_never_left_to_a_person_to_retry() -> None:
    asked_of_the_erp = {ProblemCode.IRREVERSIBLE, ProblemCode.DOCUMENT_GONE, ProblemCode.DOCUMENT_EDITED}
    said_by_a_vendor = {
        ProblemCode.REFUSED_BY_ERP,
        ProblemCode.REFUSED_BY_TIME_TOOL,
        ProblemCode.NUMBER_TAKEN,
        ProblemCode.NUMBER_CHANGED,
        ProblemCode.MATCH_AMBIGUOUS,
        ProblemCode.GONE_IN_ERP,
        ProblemCode.INVOICE_NUMBER_TAKEN,
        ProblemCode.MODULE_MISSING,
        ProblemCode.DATE_CLOSED,
    }

    assert said_by_a_vendor | asked_of_the_erp == FOR_A_PERSON
    assert asked_of_the_erp == UNDONE_IN_THE_BOOKS


def test_what_waits_for_a_person_can_be_retried_or_answered() -> None:
    assert not FOR_A_PERSON & NOT_RETRIED
    assert UNDONE_IN_THE_BOOKS <= TO_BE_CONFIRMED
