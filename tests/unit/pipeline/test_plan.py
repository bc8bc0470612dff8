"""Plan: what one record becomes, and when it becomes nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from handoff.domain.posting import BOOKED_KINDS, DocumentKind, ProjectLine, posting_key
from handoff.domain.projects import ProjectType
from handoff.domain.staged import ref_of
from handoff.domain.time import TimeEntry
from handoff.pipeline.plan import ALREADY_POSTED, NO_HOURS, NO_VALUE, NON_BILLABLE, Plan
from tests.builders import (
    ENTITY,
    HOURS,
    OCTOBER,
    TENANT,
    a_client,
    a_project,
    a_record,
    a_time_entry,
    an_account,
    plan_rules,
    reference_data,
)
from tests.unit.pipeline.planning import JOURNAL, PROJECT, RATE, SPLIT, of, only_line, planned, problems_of

# ---- one record ------------------------------------------------------------------------------------


def test_h2_1_an_hour_becomes_a_line_of_the_projects_accounts() -> None:
    line = only_line(planned(a_record(entry=a_time_entry(hours="7.5", rate="1250.00", notes="Forsiden"))))

    assert line == ProjectLine(
        external_id="1001",
        spent_on=date(2026, 10, 5),
        posted_on=date(2026, 10, 5),
        project="NB1",
        task="10",
        employee="7",
        item="TIMER",
        unit="HOUR",
        hours=Decimal("7.50"),
        billable_hours=Decimal("7.50"),
        unit_rate=Decimal("1250.0000"),
        amount=Decimal("9375.00"),
        debit_account="1530",
        credit_account="3000",
        cost_centre="10",
        text="Design · Åsa Fjell · Nettbutikk fase 1 · Forsiden",
        rate_rule="time_tool",
        account_rule="default",
        split_rule="oslo",
    )


def test_the_document_names_its_period_flow_records_and_settings() -> None:
    records = of(a_time_entry(spent_on="2026-10-05"), a_time_entry(external_id="1002", spent_on="2026-10-07"))

    (posting,) = planned(*records).postings

    assert posting.key == posting_key(TENANT, ENTITY, HOURS, PROJECT, map(ref_of, records))
    assert (posting.kind, posting.entity, posting.flow, posting.settings_version) == (PROJECT, ENTITY, HOURS, 3)
    assert (posting.period, posting.posted_on, posting.text) == (OCTOBER, date(2026, 10, 7), "Hours 2026-10")
    assert posting.records == tuple(map(ref_of, records))
    assert (posting.hours, posting.amount, posting.currency) == (Decimal("15.00"), Decimal("18750.00"), "NOK")
    assert [(share.external_id, share.hours, share.amount) for share in posting.shares] == [
        ("1001", Decimal("7.50"), Decimal("9375.00")),
        ("1002", Decimal("7.50"), Decimal("9375.00")),
    ]


@pytest.mark.parametrize(
    ("hours", "rounded"), [("1.005", "1.01"), ("1.0049", "1.00"), ("0.005", "0.01"), ("24", "24.00")]
)
def test_hours_are_rounded_to_hundredths_half_up(hours: str, rounded: str) -> None:
    line = only_line(planned(a_record(entry=a_time_entry(hours=hours))))

    assert str(line.hours) == rounded
    assert line.amount == Decimal(rounded) * 1250


def test_h4_1_the_account_follows_the_project_type() -> None:
    rules = plan_rules(
        rate_card=[
            {"id": "default", "account": "3000"},
            {"id": "ff", "match": {"project_type": "fixed_fee"}, "account": "3010"},
        ]
    )
    reference = reference_data(
        projects=[a_project(type=ProjectType.FIXED_FEE)],
        accounts=[an_account(number=number) for number in ("1530", "3000", "3010")],
    )

    line = only_line(planned(a_record(), rules=rules, reference=reference))

    assert (line.credit_account, line.account_rule) == ("3010", "ff")


@pytest.mark.parametrize(
    ("match", "id"),
    [
        ({"client": "Fjord Industri AS"}, "H4_2"),
        ({"member": "asa@fjordlys.example"}, "H4_3"),
        ({"project": "NB1"}, "H4_4"),
        ({"role": "Designer"}, "role"),
        ({"task": "Design"}, "task"),
    ],
)
def test_h4_rates_and_accounts_follow_client_member_and_engagement(match: dict[str, str], id: str) -> None:
    rules = plan_rules(
        rate_card=[{"id": "default", "account": "3000"}, {"id": id, "match": match, "account": "1530", "rate": RATE}]
    )

    line = only_line(planned(a_record(), rules=rules))

    assert (line.unit_rate, line.amount, line.rate_rule) == (Decimal("1500.0000"), Decimal("11250.00"), id)
    assert (line.credit_account, line.account_rule) == ("1530", id)


def test_h4_4_an_override_of_the_rate_holds_from_its_first_day() -> None:
    rules = plan_rules(
        rate_card=[
            {"id": "default", "account": "3000"},
            {"id": "nb1", "match": {"project": "NB1"}, "rate": RATE, "valid_from": "2026-10-06"},
        ]
    )
    records = of(a_time_entry(), a_time_entry(external_id="1002", spent_on="2026-10-06"))

    (posting,) = planned(*records, rules=rules).postings

    assert [(line.rate_rule, line.unit_rate) for line in posting.project_lines] == [
        ("time_tool", Decimal("1250.0000")),
        ("nb1", Decimal("1500.0000")),
    ]


def test_an_amount_is_rounded_in_the_clients_currency_and_then_exchanged() -> None:
    rules = plan_rules(currencies=[{"currency": "EUR", "rate": "11.5234"}])
    entry = a_time_entry(hours="0.33", rate="99.95")

    line = only_line(
        planned(a_record(entry=entry), rules=rules, reference=reference_data(clients=[a_client(currency="EUR")]))
    )

    assert line.amount == Decimal("380.04")  # 32.9835 → 32.98 EUR → 380.0417 NOK; unrounded it would be 380.08
    assert line.unit_rate == Decimal("1151.7638")


def test_a_rule_may_set_a_rate_in_another_currency_than_the_clients() -> None:
    rules = plan_rules(
        currencies=[{"currency": "SEK", "rate": "1.05"}],
        rate_card=[{"id": "sek", "account": "3000", "rate": {"amount": "1000", "currency": "SEK"}}],
    )

    assert only_line(planned(a_record(entry=a_time_entry(hours="1")), rules=rules)).amount == Decimal("1050.00")


def test_the_exchange_rate_is_that_of_the_day_of_the_work() -> None:
    rules = plan_rules(
        closed_period="next_open",
        currencies=[
            {"currency": "EUR", "rate": "11", "valid_to": "2026-09-30"},
            {"currency": "EUR", "rate": "12", "valid_from": "2026-10-01"},
        ],
    )
    entry = a_time_entry(spent_on="2026-09-30", hours="1", rate="100")

    line = only_line(
        planned(a_record(entry=entry), rules=rules, reference=reference_data(clients=[a_client(currency="EUR")]))
    )

    assert (line.posted_on, line.amount) == (date(2026, 10, 1), Decimal("1100.00"))


def test_h2_5_hours_and_value_are_split_over_cost_centres() -> None:
    (posting,) = planned(
        a_record(entry=a_time_entry(hours="0.33", rate="100")), rules=plan_rules(allocations=SPLIT)
    ).postings

    assert [(line.cost_centre, line.hours, line.amount, line.split_rule) for line in posting.project_lines] == [
        ("10", Decimal("0.20"), Decimal("19.80"), "both"),
        ("20", Decimal("0.13"), Decimal("13.20"), "both"),
    ]
    assert [line.billable_hours for line in posting.project_lines] == [Decimal("0.20"), Decimal("0.13")]


def test_a_part_with_neither_hours_nor_value_is_left_out() -> None:
    entry = a_time_entry(hours="0.01", billable=False, rate=None)

    assert only_line(planned(a_record(entry=entry), rules=plan_rules(allocations=SPLIT))).cost_centre == "10"


def test_non_billable_work_is_posted_with_hours_and_no_value() -> None:
    line = only_line(planned(a_record(entry=a_time_entry(billable=False, rate=None)), rules=plan_rules(rate_card=[])))

    assert (line.hours, line.billable_hours) == (Decimal("7.50"), Decimal(0))
    assert (line.unit_rate, line.amount) == (Decimal(0), Decimal(0))
    assert (line.debit_account, line.credit_account, line.rate_rule) == ("", "", "non_billable")
    assert line.cost_centre == "10"


def test_billable_work_at_a_rate_of_zero_needs_no_account() -> None:
    rules = plan_rules(rate_card=[{"id": "free", "rate": {"amount": "0", "currency": "USD"}}])

    line = only_line(planned(a_record(), rules=rules))

    assert (line.billable_hours, line.amount, line.credit_account) == (Decimal("7.50"), Decimal(0), "")
    assert line.rate_rule == "free"


# ---- out -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "kind", "changes", "why"),
    [
        (a_time_entry(hours="0"), PROJECT, {}, NO_HOURS),
        (a_time_entry(billable=False), PROJECT, {"non_billable": "exclude"}, NON_BILLABLE),
        (a_time_entry(billable=False), JOURNAL, {}, NON_BILLABLE),
        (a_time_entry(rate="0"), JOURNAL, {}, NO_VALUE),
        (a_time_entry(hours="0.01", rate="0.2"), JOURNAL, {}, NO_VALUE),
    ],
)
def test_what_has_nothing_to_post_is_out_with_the_reason(
    entry: TimeEntry, kind: DocumentKind, changes: dict[str, object], why: str
) -> None:
    record = a_record(entry=entry)

    assert planned(record, kind=kind, rules=plan_rules(post_as=[kind], **changes)) == Plan((), (), ((record, why),))


@pytest.mark.parametrize("kind", BOOKED_KINDS)
def test_what_a_document_of_the_kind_covers_already_is_never_planned_again(kind: DocumentKind) -> None:
    other = next(k for k in BOOKED_KINDS if k is not kind)
    covered = a_record(covered={kind.value: "HOX"})

    assert planned(covered, kind=kind).out == ((covered, ALREADY_POSTED),)
    assert len(planned(covered, kind=other).postings) == 1


# ---- periods ---------------------------------------------------------------------------------------


def test_work_of_a_closed_period_waits_as_a_problem() -> None:
    assert problems_of(a_time_entry(spent_on="2026-09-30")) == [("closed_period", "2026-09")]


def test_work_of_a_closed_period_is_posted_in_the_next_open_one_with_its_day_in_the_text() -> None:
    records = of(
        a_time_entry(spent_on="2026-09-29"),
        a_time_entry(external_id="1002", spent_on="2026-09-30"),
        a_time_entry(external_id="1003", spent_on="2026-10-08"),
    )

    (posting,) = planned(*records, rules=plan_rules(closed_period="next_open")).postings

    assert [(line.spent_on, line.posted_on) for line in posting.project_lines] == [
        (date(2026, 9, 29), date(2026, 10, 1)),
        (date(2026, 9, 30), date(2026, 10, 1)),
        (date(2026, 10, 8), date(2026, 10, 8)),
    ]
    assert posting.project_lines[0].text == "2026-09-29 · Design · Åsa Fjell · Nettbutikk fase 1"
    assert posting.project_lines[2].text == "Design · Åsa Fjell · Nettbutikk fase 1"
    assert posting.text == "Hours 2026-10, with work of 2026-09-29 to 2026-09-30"
    assert posting.posted_on == date(2026, 10, 8)


def test_each_accounting_period_has_its_own_documents_in_order() -> None:
    records = of(a_time_entry(spent_on="2026-11-02"), a_time_entry(external_id="1002", spent_on="2026-10-30"))

    for kind in BOOKED_KINDS:
        assert [posting.period for posting in planned(*records, kind=kind).postings] == ["2026-10", "2026-11"]


# ---- texts -----------------------------------------------------------------------------------------


def test_a_note_of_several_lines_becomes_one_and_the_text_is_cut_where_reading_ends() -> None:
    line = only_line(planned(a_record(entry=a_time_entry(notes="  Første\r\n\tandre  " + "og mer " * 40))))

    assert line.text.startswith("Design · Åsa Fjell · Nettbutikk fase 1 · Første andre og mer og mer")
    assert line.text.endswith("…")
    assert len(line.text) <= 120
    assert "1001" not in line.text
