"""Webhooks of the stand-ins: sent in the background and in order, unless they are asked to go wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from sandbox.deliveries import BadDeliveryOption, Deliveries, Delivery, DeliveryOptions, send_to_loopback
from sandbox.wire import Call, Router, from_json, to_json

PATIENCE_SECONDS = 10


class Receiver:
    """Takes deliveries, and answers with the statuses it was given, then with 200."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.statuses: list[int] = []
        self.deliveries = Deliveries(self._take)

    def queue(self, *bodies: str) -> None:
        for body in bodies:
            self.deliveries.queue("http://127.0.0.1:9/hook", "text/plain", body.encode(), {"X-Told": "yes"})

    def arrived(self) -> str:
        """What came so far, once no more is on its way."""
        assert self.deliveries.wait_until_idle(PATIENCE_SECONDS)
        return "".join(self.bodies)

    def _take(self, delivery: Delivery) -> int:
        assert delivery.headers == {"X-Told": "yes"}
        self.bodies.append(delivery.body.decode())
        return self.statuses.pop(0) if self.statuses else 200


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.deliveries.close()


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "deliveries"]


def test_deliveries_arrive_in_order_and_are_on_record(receiver: Receiver) -> None:
    receiver.queue("a", "b", "c")
    assert receiver.arrived() == "abc"
    assert [sending.shown()["body"] for sending in receiver.deliveries.sendings] == ["a", "b", "c"]
    assert all(sending.arrived and sending.status == 200 for sending in receiver.deliveries.sendings)


def test_the_thread_begins_with_the_first_delivery_and_ends_with_close(receiver: Receiver) -> None:
    before = len(threads())
    receiver.deliveries.close()
    assert len(threads()) == before
    receiver.queue("a")
    assert receiver.arrived() == "a"
    assert len(threads()) == before + 1
    receiver.deliveries.close()
    receiver.deliveries.close()
    assert len(threads()) == before


def test_exact_counts_drop_and_repeat_the_next_deliveries(receiver: Receiver) -> None:
    receiver.deliveries.change({"drop_next": 2, "repeat_next": 1})
    receiver.queue("a", "b", "c", "d")
    assert receiver.arrived() == "ccd"
    assert [sending.status for sending in receiver.deliveries.sendings] == [None, None, 200, 200, 200]
    assert receiver.deliveries.options == DeliveryOptions()


def test_the_next_deliveries_can_be_gathered_and_sent_in_reverse(receiver: Receiver) -> None:
    receiver.deliveries.change({"reorder_next": 3, "reorder_seconds": 600})
    receiver.queue("a", "b", "c", "d")
    assert receiver.arrived() == "cbad"


@pytest.mark.parametrize("options", [{"reorder_next": 9}, {"reorder": 1}])
def test_what_is_gathered_goes_out_when_patience_ends(receiver: Receiver, options: dict[str, int]) -> None:
    receiver.deliveries.change({**options, "reorder_seconds": 0.01})
    receiver.queue("a")
    assert receiver.arrived() == "a"


def test_what_is_gathered_goes_out_with_release(receiver: Receiver) -> None:
    receiver.deliveries.change({"reorder_next": 9, "reorder_seconds": 600})
    receiver.queue("a", "b")
    assert not receiver.deliveries.wait_until_idle(0.01)
    receiver.deliveries.release()
    assert receiver.arrived() == "ba"


def test_chances_of_1_meet_every_delivery(receiver: Receiver) -> None:
    receiver.deliveries.change({"reorder": 1, "reorder_seconds": 600})
    receiver.queue("a", "b", "c", "d")
    assert receiver.arrived() == "badc"
    receiver.deliveries.change({"reorder": 0, "repeat": 1})
    receiver.queue("e")
    assert receiver.arrived() == "badcee"
    receiver.deliveries.change({"drop": 1})
    receiver.queue("f")
    assert receiver.arrived() == "badcee"


def test_a_chance_meets_the_same_deliveries_each_time() -> None:
    seen = []
    for _ in range(2):
        receiver = Receiver()
        receiver.deliveries.change({"drop": 0.5})
        receiver.queue(*"abcdefghijklmnopqrst")
        seen.append(receiver.arrived())
        receiver.deliveries.close()
    assert seen[0] == seen[1]
    assert 0 < len(seen[0]) < 20


def test_held_deliveries_wait_for_their_release(receiver: Receiver) -> None:
    receiver.deliveries.hold()
    receiver.queue("a", "b")
    assert not receiver.deliveries.wait_until_idle(0.05)
    assert receiver.bodies == []
    receiver.deliveries.release()
    assert receiver.arrived() == "ab"


def test_a_delayed_delivery_comes_later_than_one_that_is_not(receiver: Receiver) -> None:
    receiver.deliveries.change({"delay_seconds": 0.1})
    receiver.queue("late")
    receiver.deliveries.change({"delay_seconds": 0})
    receiver.queue("soon,")
    assert receiver.arrived() == "soon,late"


def test_a_receiver_that_refuses_is_asked_again_as_often_as_was_said(receiver: Receiver) -> None:
    receiver.statuses = [500, 404, 500, 200]
    receiver.deliveries.change({"retries": 2, "retry_seconds": 0.01})
    receiver.queue("a")
    assert receiver.arrived() == "aaa"
    receiver.queue("b")
    assert receiver.arrived() == "aaab"
    attempts = [(sending.delivery.number, sending.delivery.attempt) for sending in receiver.deliveries.sendings]
    assert attempts == [(1, 1), (1, 2), (1, 3), (2, 1)]


def test_without_retries_a_refusal_is_the_end(receiver: Receiver) -> None:
    receiver.statuses = [503]
    receiver.queue("a", "b")
    assert receiver.arrived() == "ab"
    assert [sending.status for sending in receiver.deliveries.sendings] == [503, 200]


@pytest.mark.parametrize("url", ["https://handoff.example.test/hook", "http://127.0.0.1.example.test/", "nonsense"])
def test_nothing_leaves_this_machine(url: str) -> None:
    deliveries = Deliveries(send_to_loopback)
    deliveries.queue(url, "text/plain", b"a")
    assert deliveries.wait_until_idle(PATIENCE_SECONDS)
    (sending,) = deliveries.sendings
    assert (sending.status, sending.error) == (0, "ValueError: a stand-in sends to loopback addresses only")
    deliveries.close()


def test_a_reset_forgets_what_waits_and_what_was_to_go_wrong(receiver: Receiver) -> None:
    receiver.deliveries.change({"hold": True, "repeat": 1})
    receiver.queue("a", "b")
    receiver.deliveries.start_over()
    receiver.queue("c")
    assert receiver.arrived() == "c"
    assert len(receiver.deliveries.sendings) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"drop": 1.5}, {"drop_next": -1}, {"drop_next": 0.5}, {"drop": True}, {"delay_seconds": 601}, {"x": 1}, {"hold": 1}, []],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(receiver: Receiver, wrong: object) -> None:
    with pytest.raises(BadDeliveryOption):
        receiver.deliveries.change(wrong)
    assert receiver.deliveries.options == DeliveryOptions()


def test_control_calls_set_options_show_the_record_and_forget_it(receiver: Receiver) -> None:
    router = Router(*receiver.deliveries.routes())

    def call(method: str, body: object = None) -> tuple[int, dict[str, object]]:
        content = b"" if body is None else to_json(body)
        found = router.find(method, "/_sandbox/deliveries")
        assert found is not None
        answer = found[0].handler(Call(method, "/_sandbox/deliveries", "", {}, content, "http://sandbox.test"))
        return answer.status, from_json(answer.content())

    assert call("POST", {"drop": 3})[0] == 400
    assert call("POST", {"repeat_next": 1, "hold": True})[1]["hold"] is True
    receiver.queue("a")
    assert call("GET")[1]["waiting"] == 2
    assert call("POST", {"hold": False})[0] == 200
    assert receiver.arrived() == "aa"
    shown = call("GET")[1]["deliveries"]
    assert (
        shown
        == [{"number": 1, "attempt": 1, "url": "http://127.0.0.1:9/hook", "status": 200, "error": None, "body": "a"}]
        * 2
    )
    assert call("DELETE") == (200, {"forgotten": 2})
    assert call("GET")[1]["deliveries"] == []
