"""Hours in Business NXT when something goes wrong: lost answers, halves of a posting, refusals, no access."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Unreachable,
)
from handoff.domain.grants import Secret
from sandbox.business_nxt import CREDENTIALS
from sandbox.business_nxt.access import READ_SCOPE
from sandbox.visma_connect import Application
from tests.builders import OCTOBER
from tests.contract.business_nxt_hours import CREATE, DELETE, TABLE, Hours, a_line, hours
from tests.contract.test_business_nxt_trouble import Editing, Meddling, erp_over

WRONG_PROJECT = "9999"


@pytest.fixture
def kept() -> Iterator[Hours]:
    kept = Hours()
    yield kept
    kept.nxt.close()


def all_asks(kept: Hours) -> list[Callable[[], object]]:
    posting = hours()
    return [lambda: kept.register.find(posting), lambda: list(kept.register.documents_of(OCTOBER))]


def all_writes(kept: Hours) -> list[Callable[[], object]]:
    return [lambda: kept.register.send(hours()), lambda: kept.register.mark_billed("1001", ["wh-1"])]


# ---- lost answers --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reset_before", "lost_after_commit"])
def test_a_lost_answer_is_unknown_and_the_key_tells(kept: Hours, kind: str) -> None:
    posting = hours()
    kept.nxt.breaks(kind, CREATE)
    with pytest.raises(DeliveryUnknown):
        kept.register.send(posting)
    found = kept.register.find(posting)
    assert (found is not None and found.adopted) is (kind == "lost_after_commit")
    if found is None:
        kept.register.send(posting)
    assert kept.records() == ["wh-1", "wh-2", "wh-3"]


@pytest.mark.parametrize("done", [False, True])
def test_a_write_that_took_too_long_may_have_been_done(kept: Hours, done: bool) -> None:
    posting = hours()
    kept.nxt.goes_wrong(CREATE, kind="timeout", done=done)
    with pytest.raises(DeliveryUnknown):
        kept.register.send(posting)
    assert (kept.register.find(posting) is not None) is done


def test_a_write_that_is_too_large_for_its_time_is_found_afterwards() -> None:
    kept = Hours(row_milliseconds=30_000)
    posting = hours(2)
    with pytest.raises(DeliveryUnknown):
        kept.register.send(posting)
    assert kept.register.find(posting) is not None
    kept.nxt.close()


@pytest.mark.parametrize("status", [500, 502, 504, 408])
def test_a_gateways_page_is_unknown_for_a_write_and_unreachable_for_a_read(kept: Hours, status: int) -> None:
    kept.nxt.breaks("status", status=status, body="<html>gateway</html>", times=4)
    for write in all_writes(kept):
        with pytest.raises(DeliveryUnknown):
            write()
    for ask in all_asks(kept):
        with pytest.raises(Unreachable):
            ask()


def test_an_answer_without_rows_or_keys_says_nothing(kept: Hours) -> None:
    for edit in (_without_items, _without_keys):
        register = erp_over(kept.nxt, Editing(kept.nxt, edit)).hour_register(kept.choices)
        with pytest.raises(DeliveryUnknown):
            register.send(hours())
    assert len(kept.rows()) == 6


def _without_items(answer: Any) -> Any:
    answer["data"]["useCompany"]["rows"]["items"] = []
    return answer


def _without_keys(answer: Any) -> Any:
    answer["data"]["useCompany"]["rows"]["items"] = [{"pk": "?"}] * 3
    return answer


# ---- halves of a posting -------------------------------------------------------------------------


def test_a_part_that_is_found_is_taken_away_so_that_all_can_be_sent_again(kept: Hours) -> None:
    posting, other = hours(), hours(first=10)
    kept.register.send(posting)
    kept.register.send(other)
    kept.loses(1)
    assert kept.register.find(posting) is None
    assert kept.records() == ["wh-10", "wh-11", "wh-12"]
    receipt = kept.register.send(posting)
    assert kept.register.find(posting) == replace(receipt, adopted=True)


def test_a_part_is_left_alone_while_a_late_write_may_go_on(kept: Hours) -> None:
    posting = hours()
    kept.register.send(posting)
    kept.loses(1)
    for unsure in (replace(posting, sent_at=kept.nxt.now), replace(posting, lease_until=kept.nxt.now)):
        assert kept.register.find(unsure) is None
        assert len(kept.rows()) == 2
    kept.nxt.later(seconds=2)
    assert kept.register.find(replace(posting, sent_at=kept.nxt.now - kept.register.absence_delay)) is None
    assert kept.rows() == []


def test_what_was_written_twice_under_one_key_is_taken_away_too(kept: Hours) -> None:
    posting = hours()
    kept.register.send(posting)
    kept.register.send(posting)
    assert kept.register.find(posting) is None
    assert kept.rows() == []


@pytest.mark.parametrize(
    ("mishap", "error"),
    [
        ({"kind": "timeout"}, DeliveryUnknown),
        ({"kind": "timeout", "done": True}, DeliveryUnknown),
        ({"kind": "error", "message": "No rights to delete."}, BrokenContract),
    ],
)
def test_a_part_that_can_not_be_taken_away_is_no_absence(
    kept: Hours, mishap: dict[str, Any], error: type[HandoffError]
) -> None:
    posting = hours()
    kept.register.send(posting)
    kept.loses(1)
    kept.nxt.goes_wrong(DELETE, **mishap)
    with pytest.raises(error):
        kept.register.find(posting)
    assert kept.register.find(posting) is None
    assert kept.rows() == []


def test_rows_that_come_while_a_part_is_taken_away_are_looked_at_again(kept: Hours) -> None:
    posting = hours()
    kept.register.send(posting)
    kept.loses(1)

    def late() -> object:
        return kept.nxt.people.add(TABLE, text1="wh-1", text2=posting.key, value1=Decimal(1))

    register = erp_over(kept.nxt, Meddling(kept.nxt, DELETE, late)).hour_register(kept.choices)
    with pytest.raises(Unreachable):
        register.find(posting)
    assert register.find(posting) is None


# ---- refusals ------------------------------------------------------------------------------------


def test_a_refused_row_is_named_and_the_others_are_taken_away_again(kept: Hours) -> None:
    lines = [a_line("wh-1"), a_line("wh-2", project=WRONG_PROJECT), a_line("wh-3")]
    with pytest.raises(Rejected, match="9999 does not exist in OrgUnit2") as caught:
        kept.register.send(hours(lines=lines))
    assert caught.value.field == "orgUnit2"
    assert kept.rows() == []
    kept.register.send(hours(lines=[lines[0], lines[2]]))
    assert kept.records() == ["wh-1", "wh-3"]


def test_a_posting_of_refused_rows_alone_writes_and_deletes_nothing(kept: Hours) -> None:
    kept.nxt.erp.check()
    kept.calls()
    with pytest.raises(Rejected):
        kept.register.send(hours(lines=[a_line("wh-1", project=WRONG_PROJECT)]))
    assert (kept.calls(), kept.rows()) == (1, [])


def test_a_part_that_was_refused_leaves_nothing_of_the_other_parts(kept: Hours) -> None:
    kept.nxt.goes_wrong(CREATE, kind="error", message="The table is locked.")
    with pytest.raises(Rejected, match="locked"):
        kept.register.send(hours(260))
    assert kept.rows() == []


@pytest.mark.parametrize("mishap", [{"kind": "timeout"}, {"kind": "error"}, {"kind": "timeout", "done": True}])
def test_a_part_that_may_still_be_there_is_unknown_and_healed_when_it_is_asked_for(
    kept: Hours, mishap: dict[str, Any]
) -> None:
    posting = hours(lines=[a_line("wh-1"), a_line("wh-2", project=WRONG_PROJECT)])
    kept.nxt.goes_wrong(DELETE, **mishap)
    with pytest.raises(DeliveryUnknown):
        kept.register.send(posting)
    assert kept.register.find(posting) is None
    assert kept.rows() == []


def test_a_row_that_can_not_be_read_is_named(kept: Hours) -> None:
    posting = hours()
    kept.register.send(posting)

    def odd(answer: Any) -> Any:
        answer["data"]["useCompany"]["rows"]["items"][1]["hours"] = "many"
        return answer

    register = erp_over(kept.nxt, Editing(kept.nxt, odd)).hour_register(kept.choices)
    for ask in (lambda: register.find(posting), lambda: list(register.documents_of(OCTOBER))):
        with pytest.raises(BrokenContract, match="hours 2, field hours"):
            ask()
    assert len(kept.rows()) == 3


def test_a_row_that_is_not_marked_after_all_is_told(kept: Hours) -> None:
    kept.register.send(hours())

    def as_before(answer: Any) -> Any:
        for item in answer["data"]["useCompany"]["rows"].get("items", ()):
            item["order"] = 0
        return answer

    register = erp_over(kept.nxt, Editing(kept.nxt, as_before)).hour_register(kept.choices)
    with pytest.raises(DeliveryUnknown, match="not marked"):
        register.mark_billed("1001", ["wh-1"])


# ---- access and limits ---------------------------------------------------------------------------


@pytest.mark.parametrize("close", ["revoke", "access"])
def test_a_company_that_lets_us_in_no_more_stops_the_connection(kept: Hours, close: str) -> None:
    kept.nxt.company.control(close, **({"allowed": False} if close == "access" else {}))
    for act in (*all_asks(kept), *all_writes(kept)):
        with pytest.raises(ReconnectNeeded) as caught:
            act()
        assert caught.value.cure


def test_an_application_that_may_only_read_finds_and_does_not_write(kept: Hours) -> None:
    posting = hours()
    kept.register.send(posting)
    token = kept.nxt.company.token(scope=READ_SCOPE)
    kept.nxt.company.vendor._connect.applications = (
        Application(CREDENTIALS.client_id, CREDENTIALS.client_secret, (READ_SCOPE,)),
    )
    grant = kept.nxt.grants.stored.grant
    kept.nxt.grants.replace(with_token(grant, token))
    kept.register = kept.nxt.another().hour_register(kept.choices)
    assert kept.register.find(posting) is not None
    for write in all_writes(kept):
        with pytest.raises(ReconnectNeeded):
            write()
    assert len(kept.rows()) == 3


def with_token(grant: Any, token: str) -> Any:
    return replace(grant, access_token=Secret(token.removeprefix("Bearer ")))


def test_too_many_requests_at_once_are_waited_for(kept: Hours) -> None:
    kept.nxt.company.control("busy", requests=60)
    for act in (*all_asks(kept), *all_writes(kept)):
        with pytest.raises(RateLimited) as caught:
            act()
        assert caught.value.retry_after == 30
    assert kept.rows() == []


def test_too_many_calls_are_waited_for(kept: Hours) -> None:
    kept.nxt.breaks("status", status=429, body="<html>429</html>", times=4)
    for act in (*all_asks(kept), *all_writes(kept)):
        with pytest.raises(RateLimited):
            act()


def test_a_token_that_ended_early_writes_once(kept: Hours) -> None:
    posting = hours()
    kept.register.find(posting)
    kept.nxt.breaks("token_expired", CREATE)
    kept.register.send(posting)
    assert len(kept.rows()) == 3


def test_a_column_that_is_called_otherwise_stops_the_posting_with_its_name() -> None:
    kept = Hours(missing_columns=[f"{TABLE}.text3"])
    with pytest.raises(Rejected, match="text3"):
        kept.register.send(hours())
    kept.nxt.close()


def test_numbers_keep_their_digits_on_the_way(kept: Hours) -> None:
    line = msgspec.structs.replace(a_line(), hours=Decimal("0.10"), amount=Decimal("123456789012.34"))
    kept.register.send(hours(lines=[line]))
    (document,) = kept.register.documents_of(OCTOBER)
    assert (document.lines[0].hours, document.lines[0].amount) == (Decimal("0.10"), Decimal("123456789012.34"))
