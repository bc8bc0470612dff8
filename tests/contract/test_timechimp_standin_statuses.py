"""The TimeChimp stand-in's statuses in v1: one field for approval and billing, two spellings of the call that sets it."""

from __future__ import annotations

import pytest

from tests.contract.timechimp_bureau import TimeChimpBureau

ENTRIES = ("time", "expenses", "mileage")


@pytest.fixture
def bureau() -> TimeChimpBureau:
    return TimeChimpBureau()


def new_entry(bureau: TimeChimpBureau, path: str) -> int:
    return int(bureau.post(path, {"notes": "nieuw"})["id"])


@pytest.mark.parametrize("path", ["time", "mileage"])
@pytest.mark.parametrize("spelling", ["changestatusintern", "changestatusinternal"])
def test_hours_and_trips_are_marked_invoiced_under_either_spelling(
    bureau: TimeChimpBureau, path: str, spelling: str
) -> None:
    first, second = new_entry(bureau, path), new_entry(bureau, path)
    assert bureau.post(f"{path}/{spelling}", {"registrationIds": [first, second], "status": 3}) == [first, second]
    row = bureau.get(f"{path}/{second}")
    assert (row["status"], row["statusIntern"], row["statusExtern"]) == (3, 3, 0)


def test_expenses_know_one_spelling(bureau: TimeChimpBureau) -> None:
    row = new_entry(bureau, "expenses")
    body = {"registrationIds": [row], "status": 3}
    assert bureau.refusal("POST", "expenses/changestatusintern", body)[0] == 404
    assert bureau.post("expenses/changestatusinternal", body) == [row]
    assert bureau.get(f"expenses/{row}")["status"] == 3


def test_either_spelling_can_turn_out_to_be_the_only_one() -> None:
    bureau = TimeChimpBureau(spellings=["internal"], expense_spellings=["intern"])
    hours, expense = new_entry(bureau, "time"), new_entry(bureau, "expenses")
    assert bureau.refusal("POST", "time/changestatusintern", {"registrationIds": [hours], "status": 3})[0] == 404
    assert bureau.post("time/changestatusinternal", {"registrationIds": [hours], "status": 3}) == [hours]
    assert bureau.post("expenses/changestatusintern", {"registrationIds": [expense], "status": 3}) == [expense]


@pytest.mark.parametrize("status", [0, 1, 2, 3, 4, -1])
def test_a_status_is_set_to_its_value_so_once_more_changes_nothing(bureau: TimeChimpBureau, status: int) -> None:
    row = new_entry(bureau, "time")
    for _ in range(2):
        bureau.post("time/changestatusintern", {"registrationIds": [row], "status": status})
        assert bureau.get(f"time/{row}")["status"] == status


@pytest.mark.parametrize("path", ENTRIES)
@pytest.mark.parametrize(
    "body",
    [{}, {"registrationIds": [], "status": 2}, {"registrationIds": 7, "status": 2}],
)
def test_a_call_without_registrations_is_refused(bureau: TimeChimpBureau, path: str, body: dict[str, object]) -> None:
    full = {"status": 2, **body}
    assert bureau.refusal("POST", f"{path}/changestatusinternal", full) == (400, ["registrationIds"])
    assert bureau.refusal("POST", f"{path}/submitinternal", body) == (400, ["registrationIds"])


@pytest.mark.parametrize("status", [5, "Approved", None])
def test_a_status_that_there_is_not_is_refused(bureau: TimeChimpBureau, status: object) -> None:
    body = {"registrationIds": [new_entry(bureau, "time")], "status": status}
    assert bureau.refusal("POST", "time/changestatusintern", body) == (400, ["status"])


def test_an_unknown_id_refuses_the_whole_call_unless_unknown_ones_are_passed_over(bureau: TimeChimpBureau) -> None:
    row = new_entry(bureau, "time")
    body = {"registrationIds": [row, 1], "status": 3}
    assert bureau.refusal("POST", "time/changestatusintern", body)[0] == 404
    assert bureau.get(f"time/{row}")["status"] == 0
    lenient = TimeChimpBureau(partial_status=True)
    row = new_entry(lenient, "time")
    assert lenient.post("time/changestatusintern", {"registrationIds": [row, 1], "status": 3}) == [row]
    assert lenient.get(f"time/{row}")["status"] == 3


def test_a_lost_answer_leaves_the_status_set(bureau: TimeChimpBureau) -> None:
    row = new_entry(bureau, "time")
    bureau.stand_in.fault("status", "POST /v1/time/changestatusintern", status=502, after=True)
    assert bureau.call("POST", "time/changestatusintern", {"registrationIds": [row], "status": 3}).status_code == 502
    assert bureau.get(f"time/{row}")["status"] == 3


@pytest.mark.parametrize("path", ENTRIES)
def test_internal_and_external_status_move_alone(bureau: TimeChimpBureau, path: str) -> None:
    row = new_entry(bureau, path)
    (answered,) = bureau.post(f"{path}/submitinternal", {"registrationIds": [row], "message": "klaar"})
    assert (answered["id"], answered["status"], answered["statusExtern"]) == (row, 1, 0)
    contact = {"registrationIds": [row], "contactPersonEmails": ["jet@kievitsbloem.example.test"]}
    assert bureau.post(f"{path}/submitexternal", contact) == [row]
    bureau.post(f"{path}/changestatusinternal", {"registrationIds": [row], "status": 2})
    rejected = {"registrationIds": [row], "status": -1, "message": "te veel", "name": "Jet Inktvlek"}
    assert bureau.post(f"{path}/changestatusexternal", rejected) == [row]
    after = bureau.get(f"{path}/{row}")
    assert (after["status"], after["statusIntern"], after["statusExtern"]) == (2, 2, -1)


def test_submitting_leaves_what_is_further(bureau: TimeChimpBureau) -> None:
    row = new_entry(bureau, "time")
    bureau.people.approve("time", row)
    assert bureau.post("time/submitinternal", {"registrationIds": [row]})[0]["status"] == 2


@pytest.mark.parametrize(("path", "name"), [("time", "timeId"), ("expenses", "expenseId"), ("mileage", "mileageId")])
def test_the_history_tells_every_move_with_its_message(bureau: TimeChimpBureau, path: str, name: str) -> None:
    row = new_entry(bureau, path)
    assert bureau.get(f"{path}/{row}/statushistories") == []
    bureau.post(f"{path}/submitinternal", {"registrationIds": [row], "message": "klaar"})
    bureau.post(f"{path}/changestatusinternal", {"registrationIds": [row], "status": 3, "message": "gefactureerd"})
    history = bureau.get(f"{path}/{row}/statushistories")
    assert [(line[name], line["status"], line["message"]) for line in history] == [
        (row, 1, "klaar"),
        (row, 3, "gefactureerd"),
    ]


def test_what_stands_on_an_invoice_of_timechimps_own_stays_invoiced(bureau: TimeChimpBureau) -> None:
    project = bureau.named("projects", "Webwinkel")
    row = bureau.people.log_hours(project, "2", status=2)["id"]
    bureau.people.make_invoice(time=[row])
    assert bureau.get(f"time/{row}")["status"] == 3
    assert bureau.refusal("POST", "time/changestatusintern", {"registrationIds": [row], "status": 2})[0] == 400
    assert bureau.post("time/changestatusintern", {"registrationIds": [row], "status": 3}) == [row]


def test_a_timer_adds_what_it_counted_and_stops_once(bureau: TimeChimpBureau) -> None:
    row = new_entry(bureau, "time")
    assert bureau.post(f"time/starttimer/{row}") == "2026-11-05T12:00:00"
    bureau.turn(minutes=90)
    assert bureau.post(f"time/starttimer/{row}") == "2026-11-05T12:00:00"
    assert bureau.post(f"time/stoptimer/{row}") == 1.5
    assert bureau.get(f"time/{row}")["hours"] == 1.5
    assert bureau.post(f"time/stoptimer/{row}") == 0
    assert bureau.refusal("POST", "time/starttimer/1")[0] == 404
