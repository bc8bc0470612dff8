"""Postings: real store and fake behave the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from handoff.domain.costs import ProjectExpense
from handoff.domain.errors import InvalidInput, Stale
from handoff.domain.posting import OPEN_POSTINGS, DocumentKind, Posting, PostingState, Receipt, RecordShare, SharePart
from handoff.storage import tables
from handoff.storage.packing import joined, parts_of
from tests.builders import NOW, OCTOBER, SEPTEMBER, a_posting, a_record, a_time_entry
from tests.contract.storage.worlds import INTEGRATION, DynamoWorld, World, at_once
from tests.live_builders import an_expense_posting, an_invoice_posting


def a_document(first: int = 1, records: int = 2) -> Posting:
    covered = [a_record(entry=a_time_entry(external_id=str(first * 10_000 + n))) for n in range(records)]
    return a_posting(records=covered)


def keys(postings: Iterable[Posting]) -> list[str]:
    return [posting.key for posting in postings]


def on_its_way(posting: Posting) -> Posting:
    return replace(
        posting,
        run_id="run-1",
        claimed_at=NOW,
        lease_until=NOW + timedelta(minutes=5),
        sent_at=NOW + timedelta(seconds=1),
        receipt=Receipt("PT000123", "https://erp.example/PT000123", NOW, adopted=True),
        refusal="Prosjekt «NB1» er lukket",
        taken_out=("1001",),
    )


def a_reversal(kind: DocumentKind) -> Posting:
    """Signs turned, every part of it named."""
    parts = (SharePart("1530", "3000", "10", Decimal("-9000.01")), SharePart("1530", "3000", "", Decimal("-374.99")))
    share = RecordShare("1001", Decimal("-7.5"), Decimal("-9375.00"), parts, "HOABCDEFGHIJKLMNOP")
    posting = a_posting(kind=kind)
    return replace(posting, reversal=True, hours=-posting.hours, amount=-posting.amount, shares=(share,))


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_a_posting_comes_back_as_it_was_one_revision_further(world: World, kind: DocumentKind) -> None:
    posting = on_its_way(a_posting(kind=kind))
    assert world.postings().claim(posting) == replace(posting, revision=1)
    assert world.postings().get(posting.key) == replace(posting, revision=1)


@pytest.mark.parametrize("posting", [an_invoice_posting(), an_expense_posting()], ids=["invoice", "expense"])
def test_an_invoice_and_an_expense_come_back_as_they_were(world: World, posting: Posting) -> None:
    """M1.3: to the cent, with their dates and numbers, on each read."""
    store = world.postings()
    kept = store.save(replace(on_its_way(store.claim(posting)), state=PostingState.ACCEPTED))
    assert world.postings().get(posting.key) == kept == replace(on_its_way(posting), state=kept.state, revision=2)
    assert list(store.of_period(OCTOBER)) == list(store.open()) == [kept]
    assert (kept.invoice, kept.expense) == (posting.invoice, posting.expense)


def test_what_was_stored_before_there_were_invoices_still_reads(dynamo: DynamoWorld) -> None:
    posting = dynamo.postings().claim(a_posting())
    pk = tables.integration_pk(dynamo.tenant_id, INTEGRATION, "postings")
    (sk,) = [item["sk"]["S"] for item in dynamo.table.query(pk, "L#")]
    item = dynamo.table.get(pk, sk)
    assert item is not None
    content = msgspec.json.decode(joined([item["d"]["B"]]))
    del content["invoice"], content["expense"]
    (part,) = parts_of(msgspec.json.encode(content))
    dynamo.table.put({**item, "d": {"B": part}})

    assert dynamo.postings().get(posting.key) == posting


def test_a_refused_invoice_is_claimed_anew_with_the_document_planned_now(world: World) -> None:
    store = world.postings()
    first = an_invoice_posting()
    store.save(replace(store.claim(first), state=PostingState.REFUSED, refusal="closed", receipt=Receipt("1", "", NOW)))
    assert first.invoice is not None
    anew = replace(first, invoice=replace(first.invoice, journal=2), run_id="run-2")

    claimed = store.claim(anew)

    assert claimed == store.get(first.key) == replace(anew, revision=3)
    assert (claimed.receipt, claimed.refusal) == (None, "")


def test_the_expense_that_is_to_be_written_comes_back_with_its_posting(world: World) -> None:
    expense = ProjectExpense(
        key="HOABCDEFGHIJKLMNOP", project_id="12", activity_id="7", description="Tog «Aarhus»",
        amount=Decimal("-1250.50"), currency="DKK", spent_on=NOW.date(), billable=True, supplier="Sporvejen ApS",
    )  # fmt: skip
    posting = replace(a_posting(kind=DocumentKind.PROJECT_EXPENSE), expense=expense)
    world.postings().claim(posting)
    kept = world.postings().get(posting.key)
    assert kept is not None
    assert kept.expense == expense


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_a_reversal_comes_back_with_its_signs_its_parts_and_what_it_takes_back(
    world: World, kind: DocumentKind
) -> None:
    store = world.postings()
    reversal = a_reversal(kind)
    claimed = store.claim(reversal)
    assert claimed == store.get(reversal.key) == replace(reversal, revision=1)
    assert list(store.of_period(OCTOBER)) == list(store.open()) == [claimed]


def test_what_a_person_took_out_of_a_settled_document_is_kept(world: World) -> None:
    store = world.postings()
    settled = store.save(replace(store.claim(a_document()), state=PostingState.SETTLED))
    noted = store.save(replace(settled, taken_out=("10000",)))
    assert store.get(noted.key) == noted
    assert list(store.of_period(OCTOBER)) == [noted]


def test_nothing_is_known_of_an_unknown_key(world: World) -> None:
    store = world.postings()
    assert store.get("HOUNKNOWN") is None
    assert list(store.open()) == []
    assert list(store.of_period(OCTOBER)) == []
    assert store.page(limit=5, cursor=None) == ([], None)


def test_a_claim_that_was_seen_before_gives_what_is_stored(world: World) -> None:
    first = world.postings().claim(replace(a_document(), run_id="run-1"))
    sent = world.postings().save(replace(first, state=PostingState.UNSURE, sent_at=NOW))
    assert world.postings().claim(replace(a_document(), run_id="run-2")) == sent


@pytest.mark.parametrize("state", [PostingState.REFUSED, PostingState.ABANDONED])
def test_what_came_to_nothing_may_be_claimed_anew_under_its_key(world: World, state: PostingState) -> None:
    store = world.postings()
    ended = store.save(replace(store.claim(a_document()), state=state, refusal="no"))
    anew = replace(a_document(), text="Planned anew", run_id="run-2")
    claimed = store.claim(anew)
    assert claimed == replace(anew, revision=ended.revision + 1)
    assert store.get(anew.key) == claimed
    assert keys(store.open()) == [anew.key]


@pytest.mark.parametrize(
    "state", [PostingState.CLAIMED, PostingState.UNSURE, PostingState.ACCEPTED, PostingState.SETTLED]
)
def test_what_may_be_in_the_books_is_never_claimed_anew(world: World, state: PostingState) -> None:
    store = world.postings()
    kept = store.save(replace(store.claim(a_document()), state=state))
    assert store.claim(replace(a_document(), run_id="run-2")) == kept


def test_of_sixteen_claims_of_one_key_one_is_stored_and_all_see_it(world: World) -> None:
    store = world.postings()
    claims = at_once(lambda place: store.claim(replace(a_document(), run_id=f"run-{place}")))
    assert len({claim.run_id for claim in claims}) == 1
    assert store.get(a_document().key) == claims[0]


def test_of_sixteen_claims_of_a_refused_key_one_is_stored_and_all_see_it(world: World) -> None:
    store = world.postings()
    store.save(replace(store.claim(a_document()), state=PostingState.REFUSED))
    claims = at_once(lambda place: store.claim(replace(a_document(), run_id=f"run-{place}")))
    assert len({claim.run_id for claim in claims}) == 1


def test_of_sixteen_writers_on_one_revision_one_wins(world: World) -> None:
    store = world.postings()
    claimed = store.claim(a_document())

    def saved(place: int) -> bool:
        try:
            store.save(replace(claimed, refusal=f"writer {place}"))
        except Stale:
            return False
        return True

    assert sum(at_once(saved)) == 1


def test_a_record_that_leaves_a_posting_is_not_in_it_any_more(world: World) -> None:
    store = world.postings()
    posting = store.claim(a_document(records=3))
    smaller = replace(
        posting, records=posting.records[:2], project_lines=posting.project_lines[:2], shares=posting.shares[:2]
    )
    saved = store.save(smaller)
    assert world.postings().get(posting.key) == saved
    assert [line.external_id for line in saved.project_lines] == ["10000", "10001"]


def test_the_open_postings_are_those_a_pass_takes_up(world: World) -> None:
    store = world.postings()
    for place, state in enumerate(PostingState):
        store.save(replace(store.claim(a_document(place)), state=state))
    expected = sorted(a_document(place).key for place, state in enumerate(PostingState) if state in OPEN_POSTINGS)
    assert keys(world.postings().open()) == expected


def test_a_period_has_its_open_and_its_finished_postings(world: World) -> None:
    store = world.postings()
    unsure = store.save(replace(store.claim(a_document(1)), state=PostingState.UNSURE))
    settled = store.save(replace(store.claim(a_document(2)), state=PostingState.SETTLED))
    store.claim(replace(a_document(3), period=SEPTEMBER))
    assert sorted(keys(store.of_period(OCTOBER))) == sorted([unsure.key, settled.key])


def test_pages_give_every_posting_once_newest_period_first(world: World) -> None:
    store = world.postings()
    for n in range(7):
        claimed = store.claim(replace(a_document(n), period=OCTOBER if n % 2 else SEPTEMBER))
        if n % 3 == 0:
            store.save(replace(claimed, state=PostingState.SETTLED))
    cursor, seen = None, []
    for _ in range(10):
        postings, cursor = store.page(limit=3, cursor=cursor)
        seen += [(posting.period, posting.key) for posting in postings]
        if cursor is None:
            break
    assert len(seen) == 7
    assert seen == sorted(seen, reverse=True)
    assert cursor is None


def test_a_page_that_holds_the_last_posting_has_no_cursor(world: World) -> None:
    store = world.postings()
    store.claim(a_document(1))
    store.claim(a_document(2))
    postings, cursor = store.page(limit=2, cursor=None)
    assert (len(postings), cursor) == (2, None)


def test_a_cursor_of_somebody_elses_making_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput):
        world.postings().page(limit=2, cursor="nonsense")


def test_another_tenant_sees_nothing(world: World) -> None:
    posting = world.postings().claim(a_document())
    other = world.postings(tenant_id="another-tenant")
    assert other.get(posting.key) is None
    assert list(other.open()) == []
    assert list(other.of_period(OCTOBER)) == []
    assert other.page(limit=5, cursor=None) == ([], None)
    with pytest.raises(Stale):
        other.save(posting)
