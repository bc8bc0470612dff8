"""Failures of a running system reach the mailbox of the registered address, once and together."""

from __future__ import annotations

import time
from decimal import Decimal

from sandbox.local import mailbox
from sandbox.local.mailbox import Received
from tests.customers import Customer
from tests.polling import until
from tests.system import sample

QUIET_SECONDS = 4.0
"""A few times the delay that failures are gathered for here."""


def mail_to(customer: Customer) -> list[Received]:
    return [mail for mail in mailbox.received(customer.system.running.aws) if mail.to == (address_of(customer),)]


def address_of(customer: Customer) -> str:
    return f"finance@{customer.tenant_id}.example"


def registered(customer: Customer) -> None:
    customer.change_settings(notices={"email": address_of(customer)})


def test_a_burst_of_failures_is_one_mail_and_is_told_once(customer: Customer) -> None:
    """M6.5: an e-mail address receives a message when something fails."""
    registered(customer)
    first = customer.harvest.log_approved("25.0")
    customer.harvest.log_approved("25.5")

    customer.run()

    (mail,) = until(lambda: mail_to(customer), bool, what="the mail")
    assert (mail.sender, mail.subject) == (
        mailbox.SENDER,
        "Fjordlys Konsult AS: 2 problems in Hours into the books, 2 records held up",
    )
    assert f"1 time entry: {first}" in mail.text
    assert "Somebody who works in Harvest" in mail.text
    assert "/api/integrations/" in mail.text

    customer.run()
    time.sleep(QUIET_SECONDS)
    assert mail_to(customer) == [mail]


def test_a_cause_that_was_mended_and_comes_back_is_told_again(customer: Customer) -> None:
    registered(customer)
    entry = customer.harvest.log_hours("25.0")
    too_long(customer, entry)
    until(lambda: mail_to(customer), bool, what="the first mail")

    customer.harvest.edit(entry, hours=Decimal("24.0"))
    customer.run()
    assert customer.problems() == {}
    customer.harvest.edit(entry, hours=Decimal("25.0"))
    too_long(customer, entry)

    until(lambda: mail_to(customer), lambda found: len(found) > 1, what="the second mail")
    assert len(mail_to(customer)) == 2


def too_long(customer: Customer, entry: str) -> None:
    """An entry of more than a day is approved, and can't be posted."""
    customer.run()
    customer.approve(entry)
    customer.run()
    assert list(customer.problems()) == ["too_many_hours"]


def test_nobody_is_told_where_no_address_is_registered(customer: Customer) -> None:
    customer.harvest.log_approved("25.0")
    customer.run()
    time.sleep(QUIET_SECONDS)
    assert list(customer.problems()) == ["too_many_hours"]
    assert mail_to(customer) == []


def test_a_message_that_is_delivered_twice_sends_one_mail(customer: Customer) -> None:
    registered(customer)
    customer.harvest.log_approved("25.0")
    customer.run()
    until(lambda: mail_to(customer), bool, what="the mail")

    event = sample("send_notices/one_integration", fjordlys=customer.tenant_id)
    for _ in range(2):
        assert customer.system.invoke("SendNotices", event) == {"batchItemFailures": []}

    assert len(mail_to(customer)) == 1
