"""Notices: one message for a burst, each cause told once, and words that a finance person understands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from handoff.domain.errors import Rejected, Unreachable
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.pipeline.announce import AnnouncedProblems, Announcer, NoticeStep
from handoff.pipeline.notice_mail import SUBJECT_MAX
from handoff.pipeline.notices import Ended, Look, Names, NoticeTools, tell
from handoff.ports.notices import Mail
from tests.builders import NOW, a_record
from tests.fakes import FakeNoticeStore, FakeProblemStore, FakeQueue, FakeStagedStore

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "notices"
FINANCE = "finance@klitrose.example"
APART = timedelta(minutes=15)
HERE = Names(
    company="Klitrose Rådgivning ApS",
    integration="Moment to e-conomic",
    time_tool="Moment",
    erp="e-conomic",
    link="https://console.handoff.example/api/integrations/moment-to-economic/problems",
)
NUMBER = Problem(ProblemCode.NUMBER_NOT_NUMERIC, "customer Skovly & Søn has the number K-104")
SIGN_IN = Problem(ProblemCode.RECONNECT_NEEDED, "e-conomic refuses the grant (401).")
EMPLOYEE = Problem(ProblemCode.UNKNOWN_EMPLOYEE, "ida.lund@klitrose.example")


@dataclass
class FakeMailer:
    """Keeps what it is handed, or refuses it."""

    faults: list[Exception] = field(default_factory=list)
    sent: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(mail)


@dataclass
class Office:
    """One integration with its inbox, its mailbox and a clock."""

    now: datetime = NOW
    address: str = FINANCE
    names: Names = HERE
    mailer: FakeMailer | None = field(default_factory=FakeMailer)
    problems: FakeProblemStore = field(default_factory=FakeProblemStore)
    staged: FakeStagedStore = field(default_factory=FakeStagedStore)
    notices: FakeNoticeStore = field(default_factory=FakeNoticeStore)

    def report(self, problem: Problem, *external_ids: str, flow: str = "customers") -> None:
        self.problems.report(problem, flow=flow, external_ids=external_ids, at=self.now)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def tell(self) -> Look:
        return tell(
            NoticeTools(
                problems=self.problems,
                staged=self.staged,
                notices=self.notices,
                mailer=self.mailer,
                address=lambda: self.address,
                names=lambda: self.names,
                apart=APART,
                clock=lambda: self.now,
            )
        )

    @property
    def sent(self) -> Sequence[Mail]:
        assert self.mailer is not None
        return self.mailer.sent


def one_cause(office: Office) -> None:
    office.report(NUMBER, "104")


def a_burst(office: Office) -> None:
    office.report(EMPLOYEE, *(str(2_154_000_000 + n) for n in range(10_000)), flow="hours")
    for n in range(10_000):
        office.report(Problem(ProblemCode.NUMBER_NOT_NUMERIC, f"customer {n} has the number K-{n}"), str(n))
    office.report(SIGN_IN, flow="economic-1")


def test_one_failure_is_one_mail_to_the_registered_address() -> None:
    """M6.5: an e-mail address receives a message when something fails."""
    office = Office()
    one_cause(office)
    assert office.tell() == Look(Ended.SENT, 1)
    (mail,) = office.sent
    assert mail.to == FINANCE
    assert mail.subject == "Klitrose Rådgivning ApS: 1 problem in Moment to e-conomic, 1 record held up"


@pytest.mark.parametrize("burst", [one_cause, a_burst])
def test_the_mail_reads_as_it_should(burst: Callable[[Office], None]) -> None:
    """M6.5: with what failed, why, who can mend it, and a link."""
    office = Office()
    burst(office)
    office.tell()
    (mail,) = office.sent
    name = burst.__name__
    assert f"Subject: {mail.subject}\n\n{mail.text}" == (GOLDEN / f"{name}.txt").read_text("utf-8")
    assert mail.html == (GOLDEN / f"{name}.html").read_text("utf-8")


def test_a_burst_of_twenty_thousand_records_is_one_short_mail() -> None:
    office = Office()
    a_burst(office)
    assert office.tell() == Look(Ended.SENT, 10_002)
    (mail,) = office.sent
    assert len(mail.html) < 10_000
    assert "10,000 time entries: 2154000000, 2154000001, 2154000002, 2154000003, 2154000004 and 9,995 more" in mail.text
    assert "and 9,995 more\n" in mail.text


def test_an_open_cause_is_told_once() -> None:
    office = Office()
    one_cause(office)
    office.tell()
    office.later(hours=5)
    office.report(NUMBER, "105")
    assert office.tell() == Look(Ended.NOTHING_NEW)
    assert len(office.sent) == 1


def test_a_cause_that_was_closed_and_came_back_is_told_again() -> None:
    office = Office()
    one_cause(office)
    office.tell()
    office.problems.close(NUMBER.id)
    office.later(hours=1)
    one_cause(office)
    assert office.tell() == Look(Ended.SENT, 1)
    assert len(office.sent) == 2


def test_what_mended_itself_before_the_mail_goes_is_left_out() -> None:
    office = Office()
    one_cause(office)
    office.report(SIGN_IN, flow="economic-1")
    office.problems.clear(NUMBER, {"104"})
    office.tell()
    (mail,) = office.sent
    assert "K-104" not in mail.text
    assert "refuses the grant" in mail.text


def test_no_mail_goes_when_all_of_it_mended_itself() -> None:
    office = Office()
    one_cause(office)
    office.problems.clear(NUMBER, {"104"})
    assert office.tell() == Look(Ended.NOTHING_NEW)
    assert office.sent == []


def test_a_second_burst_waits_until_the_first_mail_is_old_enough() -> None:
    office = Office()
    one_cause(office)
    office.tell()
    office.later(minutes=4)
    office.report(SIGN_IN, flow="economic-1")
    assert office.tell() == Look(Ended.TOO_SOON, 1, wait_seconds=11 * 60)
    office.later(minutes=11)
    assert office.tell() == Look(Ended.SENT, 1)
    assert "K-104" not in office.sent[1].text


def test_a_refused_address_makes_no_loop_and_the_next_failure_tells_all_of_it() -> None:
    office = Office(mailer=FakeMailer([Rejected("SES refused the message (MessageRejected)")]))
    one_cause(office)
    assert office.tell() == Look(Ended.REFUSED, 1, why="SES refused the message (MessageRejected)")
    office.later(minutes=20)
    office.report(SIGN_IN, flow="economic-1")
    assert office.tell() == Look(Ended.SENT, 2)


def test_a_fault_on_the_way_leaves_nothing_remembered() -> None:
    office = Office(mailer=FakeMailer([Unreachable("SES did not answer")]))
    one_cause(office)
    with pytest.raises(Unreachable):
        office.tell()
    assert office.tell() == Look(Ended.SENT, 1)


def test_without_an_address_nothing_is_sent_and_all_is_told_once_there_is_one() -> None:
    office = Office(address="")
    one_cause(office)
    assert office.tell() == Look(Ended.NOBODY_TO_TELL, 1)
    office.address = FINANCE
    assert office.tell() == Look(Ended.SENT, 1)


def test_without_a_sender_nothing_is_sent() -> None:
    office = Office(mailer=None)
    one_cause(office)
    assert office.tell() == Look(Ended.NO_SENDER, 1)
    assert office.notices.load().causes == {}


def test_records_are_called_by_their_number_where_they_have_one() -> None:
    office = Office()
    record = a_record(flow="customers")
    office.staged.add([replace(record, body=b'{"external_id":"9","number":"10421","name":"X"}')])
    office.report(NUMBER, record.external_id)
    office.tell()
    assert "1 customer: 10421" in office.sent[0].text


def test_what_comes_from_outside_can_be_no_markup_and_no_header() -> None:
    office = Office()
    office.report(Problem(ProblemCode.REFUSED_BY_ERP, "<img src=x onerror=alert(1)>"), "1")
    office.names = Names("Evil\r\nBcc: all@klitrose.example", "<b>", "Moment", "e-conomic", "/api/x")
    office.tell()
    (mail,) = office.sent
    assert "<img" not in mail.html
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert len(mail.subject) <= SUBJECT_MAX


def test_a_problem_is_announced_before_it_is_written() -> None:
    """A process that dies in between has announced it; one that dies before has its step delivered again."""
    queue, store = FakeQueue(lambda: NOW), FakeProblemStore()
    problems = AnnouncedProblems(store, announcer(queue, lambda: NOW))
    store_at_announcement: list[int] = []
    watched = AnnouncedProblems(store, lambda: store_at_announcement.append(len(store.open())))
    watched.report(NUMBER, flow="customers", external_ids=("1",), at=NOW)
    assert store_at_announcement == [0]
    problems.report(SIGN_IN, flow="economic-1", external_ids=(), at=NOW)
    message = queue.take()
    assert message is not None
    assert NoticeStep.model_validate_json(message.body) == NoticeStep(tenant_id="t", integration_id="i")
    assert {known.problem for known in problems.open()} == {SIGN_IN, NUMBER}


def test_a_thousand_reports_within_half_a_delay_are_one_message() -> None:
    queue = FakeQueue(lambda: NOW)
    for _ in range(10):
        announce = announcer(queue, lambda: NOW)
        for _ in range(100):
            announce()
    assert queue.take() is not None
    assert queue.take() is None


def test_a_report_after_the_message_may_have_been_looked_at_is_a_message_of_its_own() -> None:
    now = [NOW]
    queue = FakeQueue(lambda: now[0])
    announce = announcer(queue, lambda: now[0])
    announce()
    now[0] += timedelta(seconds=60)
    announce()
    assert queue.take() is not None
    assert queue.take() is not None


def announcer(queue: FakeQueue, clock: Callable[[], datetime]) -> Announcer:
    return Announcer(NoticeStep(tenant_id="t", integration_id="i"), queue, 60, clock)
