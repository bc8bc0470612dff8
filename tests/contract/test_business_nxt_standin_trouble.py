"""The Business NXT stand-in breaks on demand: on the wire, and inside of requests that are answered with HTTP 200."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from sandbox.business_nxt import API_PATH, TOKEN_PATH
from tests.contract.business_nxt_company import NxtCompany, codes

CREATE = 'orgUnit2_create(values: [{orgUnit2No: 7000, name: "Nytt"}]) { affectedRows }'
COUNT = "orgUnit2 { totalCount }"


@pytest.fixture
def nxt() -> Iterator[NxtCompany]:
    company = NxtCompany()
    yield company
    company.close()


def count(nxt: NxtCompany) -> int:
    return int(nxt.ask(COUNT)["orgUnit2"]["totalCount"])


def test_an_answer_can_get_lost_after_one_operation_among_all_on_the_same_address(nxt: NxtCompany) -> None:
    nxt.stand_in.fault("lost_after_commit", {"path": API_PATH, "body": "orgUnit2_create"})
    assert count(nxt) == 4
    with pytest.raises(httpx.RemoteProtocolError):
        nxt.change(CREATE)
    assert count(nxt) == 5


def test_a_connection_can_break_before_anything_happened(nxt: NxtCompany) -> None:
    nxt.control("faults", kind="reset_before", match={"method": "POST", "path": API_PATH})
    with pytest.raises(httpx.ReadError):
        nxt.change(CREATE)
    assert count(nxt) == 4


@pytest.mark.parametrize(
    ("body", "kind"),
    [("<html>502 Bad Gateway</html>", "text/html; charset=utf-8"), ({"data": None}, "application/json; charset=utf-8")],
)
def test_a_gateway_can_answer_anything(nxt: NxtCompany, body: object, kind: str) -> None:
    nxt.stand_in.fault("status", f"POST {API_PATH}", status=502, body=body)
    answer = nxt.post({"query": "{ __typename }"})
    assert (answer.status_code, answer.headers["content-type"]) == (502, kind)


def test_tokens_can_end_early_and_the_next_one_works(nxt: NxtCompany) -> None:
    nxt.stand_in.fault("token_expired", f"POST {API_PATH}")
    assert nxt.post({"query": "{ __typename }"}).status_code == 401
    nxt.authorization = nxt.token()
    assert count(nxt) == 4


@pytest.mark.parametrize(("done", "rows"), [(False, 4), (True, 5)])
def test_a_request_that_took_too_long_may_have_been_carried_out(nxt: NxtCompany, done: bool, rows: int) -> None:
    nxt.control("mishaps", operation="orgUnit2_create", kind="timeout", done=done)
    answer = nxt.change(CREATE)
    assert (codes(answer), answer["data"]) == (["EXECUTION_TIMEOUT"], {"useCompany": {"orgUnit2_create": None}})
    assert count(nxt) == rows


def test_data_and_an_error_can_come_together(nxt: NxtCompany) -> None:
    nxt.control("mishaps", operation="orgUnit2", kind="error", message="Something is odd.", with_data=True)
    answer = nxt.send("query($cid: Int!) { useCompany(no: $cid) { orgUnit2(first: 1) { totalCount } } }")
    assert answer["data"]["useCompany"]["orgUnit2"] == {"totalCount": 4}
    assert answer["errors"][0]["message"] == "Something is odd."
    assert answer["errors"][0]["path"] == ["useCompany", "orgUnit2"]


def test_an_error_in_one_table_leaves_the_others_of_the_request(nxt: NxtCompany) -> None:
    nxt.control("mishaps", operation="product", kind="error", times=2)
    asked = "query($cid: Int!) { useCompany(no: $cid) { product { totalCount } orgUnit1 { totalCount } } }"
    assert nxt.send(asked)["data"]["useCompany"] == {"product": None, "orgUnit1": {"totalCount": 3}}
    assert nxt.http.delete("/_sandbox/mishaps").json() == {"cleared": 1}
    assert "errors" not in nxt.send(asked)


def test_a_write_of_more_rows_than_fit_into_59_seconds_times_out_and_is_carried_out(nxt: NxtCompany) -> None:
    nxt.control("settings", row_milliseconds=1000)
    values = [{"orgUnit2No": number, "name": "Mange"} for number in range(8000, 8060)]
    asked = "orgUnit2_create(values: $v) { affectedRows }"
    answer = nxt.change(asked, ", $v: [OrgUnit2_Input!]!", v=values)
    assert codes(answer) == ["EXECUTION_TIMEOUT"]
    assert count(nxt) == 64
    values = [{"orgUnit2No": number, "name": "Færre"} for number in range(9000, 9059)]
    assert nxt.do(asked, ", $v: [OrgUnit2_Input!]!", v=values) == {"orgUnit2_create": {"affectedRows": 59}}


def test_a_reset_brings_back_data_access_and_limits_and_keeps_nothing_broken(nxt: NxtCompany) -> None:
    nxt.do(CREATE)
    nxt.control("access", allowed=False)
    nxt.control("busy", requests=60)
    nxt.control("mishaps", operation="orgUnit2", times=9)
    nxt.control("reset", late_paid_stay=True)
    nxt.authorization = nxt.token()
    assert count(nxt) == 4
    assert nxt.vendor.company.options.late_paid_stay
    assert nxt.http.post("/_sandbox/reset", json={"shoes": 1}).status_code == 400


def test_calls_are_counted_by_address(nxt: NxtCompany) -> None:
    count(nxt)
    assert nxt.stand_in.calls() == {f"POST {API_PATH}": 1, f"POST {TOKEN_PATH}": 1}
