"""The frame of all stand-ins: faults on demand, counted calls, reset, and the port; shown on Harvest's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from sandbox.harvest import CREDENTIALS, Harvest, Options, stand_in
from sandbox.standin import PortTaken, StandIn
from sandbox.throttle import FixedWindow, SlidingWindow, page_slice
from sandbox.wire import Answer, Route, Router, from_json, to_json
from tests.contract.harvest_account import NOON

HEADERS = {
    "Authorization": f"Bearer {CREDENTIALS.personal_token}",
    "Harvest-Account-Id": str(CREDENTIALS.account_id),
    "User-Agent": "Handoff tests (it@example.test)",
}
HOURS = {"user_id": 1782913, "project_id": 14308001, "task_id": 8083301, "spent_date": "2026-10-29", "hours": 1}


@pytest.fixture(params=["in process", "on a port"])
def http(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """The same account reached in both ways."""
    vendor = stand_in(entries=0, limit=0)
    if request.param == "in process":
        with httpx.Client(transport=vendor.transport(), base_url="http://h.example.test", headers=HEADERS) as client:
            yield client
    else:
        with vendor.serve() as served, httpx.Client(base_url=served.url, headers=HEADERS) as client:
            yield client


def fault(http: httpx.Client, **wanted: Any) -> httpx.Response:
    return http.post("/_sandbox/faults", json=wanted)


def count(http: httpx.Client) -> int:
    return int(http.get("/v2/time_entries").json()["total_entries"])


def test_reset_before_drops_the_connection_and_nothing_happened(http: httpx.Client) -> None:
    fault(http, kind="reset_before", match={"method": "POST", "path": "/v2/time_entries*"})
    with pytest.raises(httpx.ReadError):
        http.post("/v2/time_entries", json=HOURS)
    assert count(http) == 0


def test_lost_after_commit_drops_the_answer_but_keeps_the_effect(http: httpx.Client) -> None:
    fault(http, kind="lost_after_commit", match="POST /v2/time_entries")
    with pytest.raises(httpx.RemoteProtocolError):
        http.post("/v2/time_entries", json=HOURS)
    assert count(http) == 1
    assert http.post("/v2/time_entries", json=HOURS).status_code == 201  # the fault is used up


def test_status_answers_with_code_body_and_headers_before_or_after_the_handler(http: httpx.Client) -> None:
    fault(
        http, kind="status", match="POST /V2/Time_Entries", status=503, body="<h1>Bad</h1>", headers={"X-Why": "test"}
    )
    before = http.post("/v2/time_entries", json=HOURS)
    assert (before.status_code, before.text, before.headers["x-why"]) == (503, "<h1>Bad</h1>", "test")
    assert (before.headers["content-type"], count(http)) == ("text/html; charset=utf-8", 0)
    fault(http, kind="status", match="POST /v2/*", status=502, body={"message": "gateway"}, after=True)
    assert http.post("/v2/time_entries", json=HOURS).json() == {"message": "gateway"}
    assert count(http) == 1


def test_a_fault_meets_only_matching_calls_and_so_many_of_them(http: httpx.Client) -> None:
    fault(http, kind="status", match="GET /v2/time_entries?*page=2*", times=2, skip=1)
    pages = [http.get(f"/v2/time_entries?page={page}").status_code for page in (1, 2, 2, 2, 2, 1)]
    assert pages == [200, 200, 500, 500, 200, 200]


def test_a_fault_can_be_meant_for_calls_whose_body_holds_a_text(http: httpx.Client) -> None:
    fault(http, kind="status", match={"path": "/v2/time_entries", "body": "2026-10-29"}, status=503)
    other = {**HOURS, "spent_date": "2026-10-28"}
    assert [http.post("/v2/time_entries", json=body).status_code for body in (other, HOURS, HOURS)] == [201, 503, 201]


def test_a_fault_without_times_lasts_until_cleared(http: httpx.Client) -> None:
    fault(http, kind="status", status=500, match="/v2/company", times=None)
    assert [http.get("/v2/company").status_code for _ in range(3)] == [500] * 3
    assert http.get("/_sandbox/faults").json()["faults"][0]["hits"] == 3
    assert http.delete("/_sandbox/faults").json() == {"cleared": 1}
    assert http.get("/v2/company").status_code == 200


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"kind": "explode"}, "kind must be one of"),
        ({}, "kind must be one of"),
        ({"kind": "slow", "seconds": -1}, "seconds must be"),
        ({"kind": "status", "status": 99}, "status must be"),
        ({"kind": "status", "times": 0}, "times must be"),
        ({"kind": "status", "match": 5}, "match must be"),
        ({"kind": "status", "match": {"path": "v2"}}, "match.path"),
        ({"kind": "status", "match": {"verb": "GET"}}, "match takes method and path"),
        ({"kind": "status", "match": {"body": 5}}, "match.body"),
        ({"kind": "status", "code": 500}, "unknown field 'code'"),
        ({"kind": "status", "after": "yes"}, "after must be"),
    ],
)
def test_a_fault_that_cannot_be_understood_gets_400_and_a_reason(wanted: dict[str, Any], says: str) -> None:
    vendor = stand_in(entries=0)
    with httpx.Client(transport=vendor.transport(), base_url="http://h.example.test") as client:
        refused = fault(client, **wanted)
    assert refused.status_code == 400
    assert says in refused.json()["message"]


def test_slow_waits_and_goes_on() -> None:
    waited: list[float] = []
    vendor = StandIn(Harvest(Options(entries=0)), sleep=waited.append)
    vendor.fault("slow", "GET /v2/company", seconds=Decimal("1.5"))
    with httpx.Client(transport=vendor.transport(), base_url="http://h.example.test", headers=HEADERS) as client:
        assert client.get("/v2/company").status_code == 200
    assert waited == [1.5]


def test_calls_are_counted_by_route_and_control_calls_are_not(http: httpx.Client) -> None:
    http.get("/v2/clients/5735701")
    http.get("/v2/clients/5735702")
    http.get("/v2/nowhere")
    seen = http.get("/_sandbox/calls").json()
    assert seen == {
        "total": 3,
        "calls": {"GET /v2/clients/{id}": 2, "GET /v2/nowhere": 1},
        "statuses": {"200": 2, "404": 1},
    }
    http.delete("/_sandbox/calls")
    assert http.get("/_sandbox/calls").json()["total"] == 0


def test_reset_clears_faults_counters_and_changes(http: httpx.Client) -> None:
    http.post("/v2/time_entries", json=HOURS)
    fault(http, kind="status")
    assert http.post("/_sandbox/reset").status_code == 200
    assert (http.get("/_sandbox/faults").json()["faults"], count(http)) == ([], 0)


def test_a_port_keeps_connections_open_and_a_taken_one_says_so() -> None:
    vendor = stand_in(entries=0)
    with vendor.serve() as served, httpx.Client(base_url=served.url, headers=HEADERS) as client:
        ports = {client.get("/v2/company").extensions["network_stream"].get_extra_info("client_addr") for _ in range(3)}
        assert len(ports) == 1
        with pytest.raises(PortTaken, match=f"port {served.port} for harvest is taken"):
            vendor.serve(served.port)
    with pytest.raises(httpx.ConnectError), httpx.Client(base_url=served.url) as client:
        client.get("/v2/company")


def test_many_clients_at_once_lose_nothing() -> None:
    vendor = stand_in(entries=0, limit=0)

    def log_hours() -> None:
        with httpx.Client(base_url=served.url, headers=HEADERS) as client:
            for _ in range(10):
                assert client.post("/v2/time_entries", json=HOURS).status_code == 201

    with vendor.serve() as served:
        threads = [threading.Thread(target=log_hours) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(vendor.vendor.account.timesheet.entries) == 40


def test_paths_match_in_any_case_and_ids_keep_theirs() -> None:
    router = Router(
        Route("GET", "/v1/projectTask/{id}", lambda _: Answer()),
        Route("GET", "/v1/projecttask/mine", lambda _: Answer()),
    )
    found = router.find("GET", "/V1/PROJECTTASK/aB")
    assert found is not None
    assert found[1] == {"id": "aB"}
    literal = router.find("GET", "/v1/ProjectTask/Mine")
    assert literal is not None
    assert literal[1] == {}
    assert router.find("GET", "/v1/projecttask") is None
    with pytest.raises(ValueError, match="two routes"):
        router.add(Route("GET", "/V1/projecttask/{other}", lambda _: Answer()))


def test_numbers_keep_their_digits_through_json() -> None:
    text = b'{"a":2.10,"b":1250,"c":0.1}'
    assert from_json(text) == {"a": Decimal("2.10"), "b": 1250, "c": Decimal("0.1")}
    assert to_json(from_json(text)) == text


def test_windows_count_what_they_let_through() -> None:
    sliding, fixed = SlidingWindow(2, 10), FixedWindow(2, 10)
    assert [sliding.take("a", NOON).ok for _ in range(3)] == [True, True, False]
    assert [fixed.take("a", NOON).remaining for _ in range(3)] == [1, 0, 0]
    assert sliding.take("b", NOON).ok
    assert fixed.take("a", NOON).reset_seconds == 10


def test_the_last_page_may_be_short_and_one_behind_it_is_empty() -> None:
    assert (page_slice(5, 3, 2).start, page_slice(5, 3, 2).end, page_slice(5, 3, 2).pages) == (4, 5, 3)
    assert (page_slice(5, 9, 2).start, page_slice(5, 9, 2).end) == (5, 5)
