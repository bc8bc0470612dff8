"""The Visma.net ERP connector against its stand-in: documents written once, found by key, read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from handoff.connectors.visma_net.assumed import REFERENCE_MAX
from handoff.domain.errors import BrokenContract, DeliveryUnknown, Rejected, Unreachable
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, JournalLine, Posting
from handoff.pipeline.books import fault_in, parts_of_document, parts_posted
from tests.builders import a_project_line
from tests.contract.visma_net_company import KINDS, NOON, OCTOBER, WRITES, Company, a_document, a_reversal, on_p1001


@pytest.fixture
def company() -> Company:
    return Company()


def test_a_project_transaction_stands_in_the_erp_as_it_was_planned(company: Company) -> None:
    posting = a_document()
    receipt = company.erp.project_transactions.send(posting)
    assert (receipt.at, receipt.adopted) == (NOON, False)
    assert receipt.number in receipt.url
    seen = company.seen(f"/v1/projecttransaction/{receipt.number}")
    assert (seen["description"], seen["status"]) == (f"Hours 2026-10 {posting.key}", "Balanced")
    line = seen["lines"][0]
    assert (line["quantity"], line["billableQuantity"], line["unitRate"], line["amount"]) == (
        Decimal("7.5"), Decimal("7.5"), Decimal("1250.00"), Decimal("9375.00"),
    )  # fmt: skip
    assert (line["project"]["id"], line["projectTask"]["id"]) == ("P1001", "01")
    assert (line["employee"]["employeeNumber"], line["inventoryId"]["number"]) == ("104", "TIMER")
    assert (line["debitAccount"]["number"], line["creditAccount"]["number"]) == ("1530", "3000")
    assert (line["debitSubaccount"]["id"], line["creditSubaccount"]["id"]) == ("10", "10")
    assert (line["financialPeriod"], line["date"]) == ("202610", "2026-10-05T00:00:00")
    assert line["description"].endswith("#1001")


def test_a_journal_stands_in_the_erp_balanced_and_off_hold(company: Company) -> None:
    posting = a_document(DocumentKind.JOURNAL)
    receipt = company.erp.journals.send(posting)
    seen = company.seen(f"/v2/journaltransaction/{receipt.number}")
    assert (seen["status"], seen["description"]) == ("Balanced", f"Hours 2026-10 {posting.key}")
    assert (seen["debitTotalInCurrency"], seen["creditTotalInCurrency"]) == (Decimal(18750), Decimal(18750))
    assert {line["referenceNumber"] for line in seen["journalTransactionLines"]} == {posting.key[:REFERENCE_MAX]}
    assert [line["subaccount"]["subaccountNumber"] for line in seen["journalTransactionLines"]] == ["10", "10"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_location_may_name_another_host(kind: DocumentKind) -> None:
    company = Company(location_host="https://new-host.example")
    receipt = company.channel(kind).send(a_document(kind))
    assert "/" not in receipt.number
    assert company.channel(kind).find(a_document(kind)) == replace(receipt, adopted=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_found_by_its_key_and_no_other_one_is(company: Company, kind: DocumentKind) -> None:
    channel, posting, other = company.channel(kind), a_document(kind), a_document(kind, first=2001)
    assert channel.find(posting) is None
    receipt = channel.send(posting)
    assert channel.find(posting) == replace(receipt, adopted=True)
    assert channel.find(other) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_lost_answer_leaves_a_document_that_is_adopted(company: Company, kind: DocumentKind) -> None:
    channel, posting = company.channel(kind), a_document(kind)
    company.vendor.fault("lost_after_commit", WRITES[kind])
    with pytest.raises(DeliveryUnknown):
        channel.send(posting)
    found = channel.find(posting)
    assert found is not None
    assert found.adopted
    assert company.documents(kind) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_that_broke_off_before_leaves_nothing_to_adopt(company: Company, kind: DocumentKind) -> None:
    channel, posting = company.channel(kind), a_document(kind)
    company.vendor.fault("reset_before", WRITES[kind])
    with pytest.raises(DeliveryUnknown):
        channel.send(posting)
    assert channel.find(posting) is None
    assert channel.send(posting).number
    assert company.documents(kind) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_after_the_write_is_unknown_and_found(company: Company, kind: DocumentKind) -> None:
    channel, posting = company.channel(kind), a_document(kind)
    company.vendor.fault("status", WRITES[kind], status=502, after=True)
    with pytest.raises(DeliveryUnknown):
        channel.send(posting)
    assert channel.find(posting) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_that_expires_at_a_write_does_not_write_twice(company: Company, kind: DocumentKind) -> None:
    channel, posting = company.channel(kind), a_document(kind)
    company.vendor.fault("token_expired", WRITES[kind])
    receipt = channel.send(posting)
    assert channel.find(posting) == replace(receipt, adopted=True)
    assert company.documents(kind) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_taken_for_later_is_not_counted_as_written(company: Company, kind: DocumentKind) -> None:
    company.vendor.fault("status", WRITES[kind], status=202, body={"id": "x"})
    with pytest.raises(DeliveryUnknown):
        company.channel(kind).send(a_document(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_found_among_many_on_small_pages(kind: DocumentKind) -> None:
    company = Company(max_page_size=3)
    channel = company.channel(kind)
    postings = [a_document(kind, first=1000 + 10 * number) for number in range(9)]
    receipts = {posting.key: channel.send(posting).number for posting in postings}
    assert {p.key: r.number for p in postings if (r := channel.find(p)) is not None} == receipts
    read = {document.key: document for document in channel.documents_of(OCTOBER)}
    assert {key: document.number for key, document in read.items()} == receipts


@pytest.mark.parametrize("kind", KINDS)
def test_documents_are_read_back_to_the_last_hour_and_ore(company: Company, kind: DocumentKind) -> None:
    posting = a_document(kind, records=3)
    company.channel(kind).send(posting)
    (document,) = company.channel(kind).documents_of(OCTOBER)
    assert (document.key, document.kind, document.period) == (posting.key, kind, OCTOBER)
    assert sum(line.amount for line in document.lines) == posting.amount
    if kind is DocumentKind.JOURNAL:
        assert {line.external_id for line in document.lines} == {""}
    else:
        assert [line.external_id for line in document.lines] == ["1001", "1002", "1003"]
        assert sum(line.hours for line in document.lines) == posting.hours
    assert list(company.channel(kind).documents_of(Period("2026-11"))) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_says_that_it_can_be_asked_for_and_taken_back(company: Company, kind: DocumentKind) -> None:
    channel = company.channel(kind)
    assert (channel.findable, channel.reversible) == (True, True)


def test_a_reversal_of_project_transactions_stands_there_with_negative_hours_and_amounts(company: Company) -> None:
    original = a_document()
    number = company.erp.project_transactions.send(original).number
    reversal = a_reversal(original, number=number)
    receipt = company.erp.project_transactions.send(reversal)
    seen = company.seen(f"/v1/projecttransaction/{receipt.number}")
    assert seen["description"] == f"Reversal of {number}, hours 2026-10 {reversal.key}"
    first, _ = seen["lines"]
    assert (first["quantity"], first["billableQuantity"], first["unitRate"], first["amount"]) == (
        Decimal("-7.5"), Decimal("-7.5"), Decimal("1250.00"), Decimal("-9375.00"),
    )  # fmt: skip
    assert first["billable"] is True
    assert (first["debitAccount"]["number"], first["creditAccount"]["number"]) == ("1530", "3000")
    assert first["description"].startswith(f"Reversal of {number} · ")
    assert first["description"].endswith("#1001")


def test_a_reversal_of_a_journal_stands_there_with_its_sides_turned(company: Company) -> None:
    original = a_document(DocumentKind.JOURNAL)
    reversal = a_reversal(original, number=company.erp.journals.send(original).number)
    receipt = company.erp.journals.send(reversal)
    seen = company.seen(f"/v2/journaltransaction/{receipt.number}")
    sides = {
        line["accountNumber"]: (line["debitAmountInCurrency"], line["creditAmountInCurrency"])
        for line in seen["journalTransactionLines"]
    }
    assert sides == {"1530": (Decimal(0), Decimal(18750)), "3000": (Decimal(18750), Decimal(0))}
    assert seen["status"] == "Balanced"


@pytest.mark.parametrize("kind", KINDS)
def test_a_reversal_is_found_and_read_back_like_any_other_document(company: Company, kind: DocumentKind) -> None:
    channel, original = company.channel(kind), a_document(kind)
    reversal = a_reversal(original, number=channel.send(original).number)
    receipt = channel.send(reversal)
    assert channel.find(reversal) == replace(receipt, adopted=True)
    read = {document.key: document for document in channel.documents_of(OCTOBER)}
    assert set(read) == {original.key, reversal.key}
    for posting in (original, reversal):
        assert parts_of_document(read[posting.key]) == parts_posted(posting)
        for ref in posting.records:
            assert fault_in(posting, ref.external_id, parts_of_document(read[posting.key])) is None
    if kind is DocumentKind.PROJECT_TRANSACTIONS:
        lines = [line for document in read.values() for line in document.lines]
        assert sum(line.hours for line in lines) == sum(line.amount for line in lines) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_lost_answer_to_a_reversal_leaves_a_document_that_is_adopted(company: Company, kind: DocumentKind) -> None:
    channel, original = company.channel(kind), a_document(kind)
    reversal = a_reversal(original, number=channel.send(original).number)
    company.vendor.fault("lost_after_commit", WRITES[kind])
    with pytest.raises(DeliveryUnknown):
        channel.send(reversal)
    found = channel.find(reversal)
    assert found is not None
    assert (found.adopted, company.documents(kind)) == (True, 2)


def test_a_large_journal_is_whole_again_though_its_lines_stand_on_several_pages() -> None:
    company = Company(max_page_size=10)
    posting = a_document(DocumentKind.JOURNAL)
    zero, amount = Decimal(0), Decimal("12.34")
    lines = [JournalLine("1530", "10", debit=amount, credit=zero, text=f"{number}") for number in range(30)]
    total = JournalLine("3000", "20", debit=zero, credit=amount * 30, text="all")
    receipt = company.erp.journals.send(replace(posting, journal_lines=(*lines, total), amount=amount * 30))
    (document,) = company.erp.journals.documents_of(OCTOBER)
    assert (document.number, len(document.lines)) == (receipt.number, 31)
    assert sum(line.amount for line in document.lines) == amount * 30


def test_a_journal_whose_text_a_person_rewrote_is_still_found(company: Company) -> None:
    posting = a_document(DocumentKind.JOURNAL)
    receipt = company.erp.journals.send(posting)
    batch = company.vendor.vendor.company.batches.get(receipt.number)
    assert batch is not None
    batch.description = "Accrual for October"
    assert company.erp.journals.find(posting) == replace(receipt, adopted=True)


def test_documents_of_other_people_are_left_alone(company: Company) -> None:
    posting = a_document()
    company.erp.project_transactions.send(posting)
    number = company.erp.project_transactions.send(a_document(first=3001)).number
    document = company.vendor.vendor.company.project_transactions.get(number)
    assert document is not None
    document.description = "Typed by hand"
    assert [document.key for document in company.erp.project_transactions.documents_of(OCTOBER)] == [posting.key]


def _closed(posting: Posting) -> Posting:
    return replace(posting, period=Period("2026-09"))


def _unknown_employee(posting: Posting) -> Posting:
    lines = tuple(msgspec.structs.replace(line, employee="999") for line in posting.project_lines)
    return replace(posting, project_lines=lines)


def _inactive_cost_centre(posting: Posting) -> Posting:
    lines = tuple(msgspec.structs.replace(line, cost_centre="90") for line in posting.project_lines)
    return replace(posting, project_lines=lines)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_closed, "Financial period 09-2026 is closed in General ledger."),
        (_unknown_employee, "Employee '999' cannot be found in the system."),
        (_inactive_cost_centre, "Subaccount '90' is inactive."),
    ],
)
def test_a_refused_document_says_why_and_leaves_nothing(
    company: Company, spoil: Callable[[Posting], Posting], said: str
) -> None:
    with pytest.raises(Rejected) as caught:
        company.erp.project_transactions.send(spoil(a_document()))
    assert caught.value.message == said
    assert company.documents(DocumentKind.PROJECT_TRANSACTIONS) == 0


def test_a_list_that_moves_while_it_is_read_is_read_again_before_it_is_believed() -> None:
    company = Company(max_page_size=2)
    channel = company.erp.project_transactions
    for number in range(3):
        channel.send(a_document(first=1000 + 10 * number))
    rows = company.seen("/v1/projecttransaction", fromPeriod="202610", toPeriod="202610", pageSize="2")
    moved = [row | {"metadata": {"totalCount": 4, "maxPageSize": 2}} for row in rows]
    company.vendor.fault("status", "GET /v1/projecttransaction*pageNumber=1*", status=200, body=moved)
    assert len(list(channel.documents_of(OCTOBER))) == 3
    assert company.vendor.faults.shown() == []
    company.vendor.fault("status", "GET /v1/projecttransaction*pageNumber=1*", status=200, body=moved, times=3)
    with pytest.raises(Unreachable, match="kept changing") as caught:
        channel.find(a_document(first=5000))
    assert caught.value.code == "list_moved"


def test_a_look_up_that_can_not_read_a_document_does_not_call_it_absent(company: Company) -> None:
    company.erp.project_transactions.send(a_document())
    rows = company.seen("/v1/projecttransaction", fromPeriod="202610", toPeriod="202610")
    company.vendor.fault("status", "GET /v1/projecttransaction", status=200, body=[{**rows[0], "description": 7}])
    with pytest.raises(BrokenContract, match="description"):
        company.erp.project_transactions.find(a_document())


def test_a_document_of_another_period_is_left_out_though_the_filter_was_ignored(company: Company) -> None:
    company.erp.project_transactions.send(a_document())
    company.erp.journals.send(a_document(DocumentKind.JOURNAL))
    for kind, path in zip(KINDS, ("/v1/projecttransaction", "/v2/journaltransaction"), strict=True):
        rows = company.seen(path, fromPeriod="202610", toPeriod="202610", periodId="202610")
        company.vendor.fault("status", f"GET {path}", status=200, body=rows)
        assert list(company.channel(kind).documents_of(Period("2026-11"))) == []


def test_a_lost_write_may_still_be_carried_out_for_the_time_that_is_set(company: Company) -> None:
    assert company.erp.project_transactions.absence_delay == timedelta(minutes=4)
    assert company.erp.journals.absence_delay == timedelta(minutes=4)


def test_postings_without_value_go_without_accounts(company: Company) -> None:
    line = msgspec.structs.replace(
        on_p1001(a_project_line(amount="0.00", unit_rate="0.00")),
        billable_hours=Decimal(0), debit_account="", credit_account="",
    )  # fmt: skip
    receipt = company.erp.project_transactions.send(replace(a_document(), project_lines=(line,)))
    seen = company.seen(f"/v1/projecttransaction/{receipt.number}")["lines"][0]
    assert (seen["billable"], seen["amount"], seen["debitAccount"]) == (False, Decimal("0.00"), None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("fault", "documents"), [("lost_after_commit", 1), ("reset_before", 0)])
def test_a_call_cut_off_on_a_real_wire_is_unknown_and_then_asked_for(
    kind: DocumentKind, fault: str, documents: int
) -> None:
    company = Company()
    with company.vendor.serve() as served:
        channel = company.at(served.url).channel(kind)
        posting = a_document(kind)
        company.vendor.fault(fault, WRITES[kind])
        with pytest.raises(DeliveryUnknown):
            channel.send(posting)
        assert company.documents(kind) == documents
        assert (channel.find(posting) is not None) == bool(documents)
    with pytest.raises(Unreachable):
        channel.send(posting)
