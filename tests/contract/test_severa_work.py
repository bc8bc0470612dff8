"""What Severa says of hours beside their rows: their projects' business units, and the kinds of work there are."""

from __future__ import annotations

import pytest

from handoff.domain.errors import BrokenContract, ReconnectNeeded
from handoff.ports.sales import NamesWork
from tests.contract.severa_account import Account


@pytest.fixture
def account() -> Account:
    return Account()


def first_won(account: Account) -> str:
    """The id of a project that is won."""
    return next(str(row.guid) for row in account.people.rows("projects") if row.number == 1)


def test_the_unit_of_each_project_is_told_fifty_projects_a_call() -> None:
    account = Account(extra_projects=120)
    account.people.edit("projects", first_won(account), businessUnit=None)
    rows = account.people.rows("projects")
    asked_for = [row.guid for row in rows][:101]
    account.asked()
    found = account.tool.units_of([*asked_for, *asked_for])
    assert account.asked() == {"GET projects": 3}
    assert found == {row.guid: row.business_unit for row in rows[:101] if row.business_unit}
    assert first_won(account) not in found
    assert account.tool.units_of([]) == {}
    assert account.asked() == {}


def test_projects_that_come_in_shorter_pages_are_all_told() -> None:
    account = Account(rows_max=2)
    rows = [row for row in account.people.rows("projects") if row.business_unit][:5]
    found = account.tool.units_of([row.guid for row in rows])
    assert found == {row.guid: row.business_unit for row in rows}


def test_kinds_of_work_have_their_code_and_name(account: Account) -> None:
    rows = account.people.rows("worktypes")
    account.people.edit("worktypes", rows[0].guid, code=None)
    account.people.edit("worktypes", rows[1].guid, isActive=False)
    account.asked()
    names: NamesWork = account.tool
    found = names.work_types()
    assert found == {row.guid: (row.code or "", row.name) for row in account.people.rows("worktypes")}
    assert found[rows[0].guid][0] == ""
    assert account.asked() == {"GET worktypes": 1}


@pytest.mark.parametrize("call", ["projects", "worktypes"])
def test_a_name_that_can_not_be_read_is_not_guessed(account: Account, call: str) -> None:
    looks = {"projects": lambda: account.tool.units_of(["x"]), "worktypes": account.tool.work_types}
    account.a_fault("status", f"GET /{call}", status=200, body=[{"guid": "x"}])
    with pytest.raises(BrokenContract):
        looks[call]()
    account.a_fault("status", f"GET /{call}", status=403, times=None)
    with pytest.raises(ReconnectNeeded):
        looks[call]()
