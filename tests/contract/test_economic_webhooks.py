"""e-conomic's webhooks against the stand-in: what the set-up page gives to paste is what the hooks can read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handoff.connectors.economic.hooks import HOOKS
from handoff.domain.hints import Hint, HintKind
from sandbox.deliveries import Deliveries, Delivery
from tests.contract.economic_erp import Agreement, a_document

TYPES = {
    "day_book_booked": "DAYBOOK_BOOKED",
    "customer_updated": "CUSTOMER_UPDATED",
    "project_updated": "PROJECT_UPDATED",
}


class Receiver:
    """The other end of the webhooks: an address for each type, with a secret in its path."""

    def __init__(self, content_type: str) -> None:
        self.hints: list[Hint] = []
        self.deliveries = Deliveries(self._take)
        self.agreement = Agreement(deliveries=self.deliveries)
        webhooks = self.agreement.vendor.vendor.webhooks
        for name, kind in TYPES.items():
            url = f"http://127.0.0.1/hooks/secret-1/{name}"
            webhooks.add(kind, url, HOOKS[name].template, content_type=content_type)

    def told(self) -> list[Hint]:
        """What came since the last look."""
        assert self.deliveries.wait_until_idle(5)
        hints, self.hints = self.hints, []
        return hints

    def _take(self, delivery: Delivery) -> int:
        self.hints.append(HOOKS[delivery.url.rpartition("/")[2]].read(delivery.body))
        return 204


@pytest.fixture(params=["application/x-www-form-urlencoded", "application/json"])
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    receiver = Receiver(request.param)
    yield receiver
    receiver.deliveries.close()


def test_customers_and_projects_tell_of_every_change(receiver: Receiver) -> None:
    """M6.4, M5.1: the webhook that is set up tells of changes, a changed number too."""
    agreement = receiver.agreement.with_customer().with_project()
    assert receiver.told() == [Hint(HintKind.ERP_CUSTOMER, ">10001"), Hint(HintKind.ERP_PROJECT, ">1001")]
    agreement.people.renumber_customer(10001, 10099)
    agreement.people.edit_project(1001, isBarred=True)
    agreement.people.delete_customer(90002)
    assert receiver.told() == [
        Hint(HintKind.ERP_CUSTOMER, "10001>10099"), Hint(HintKind.ERP_PROJECT, "1001>1001"),
        Hint(HintKind.ERP_CUSTOMER, "90002>"),
    ]  # fmt: skip


def test_a_booked_day_book_tells_the_span_that_its_costs_are_read_by(receiver: Receiver) -> None:
    """M4.8: at once, and not only once a day."""
    agreement = receiver.agreement.with_customer().with_project()
    agreement.booked(a_document(project=1001))
    receiver.told()
    agreement.people.book_supplier_invoice(project=1001, text="Tog")
    (hint,) = receiver.told()
    assert hint.kind is HintKind.ENTRIES_BOOKED
    first, last = (int(number) for number in hint.subject.split("-"))
    assert [cost.text for cost in agreement.erp.costs.costs_between(first, last).costs] == ["Tog"]
