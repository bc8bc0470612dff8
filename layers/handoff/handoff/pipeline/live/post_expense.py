"""Post a cost as an expense of the time tool, exactly once and with its documents, whatever breaks on the way.

      claim ──► send ──► accepted ──► documents ──► record posted ──► settled
                 │          ▲
                 └► unsure ─┘  asked by key: found: adopted; surely absent: given up, and begun anew

The posting is written first, and what follows can be taken up from it: the expense has the posting's key, and
documents that are there already, by their names, are not added again. While the lease lives somebody is at work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from handoff.domain.costs import BookedCost, ProjectExpense
from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.posting import OPEN_POSTINGS, Posting, PostingState, Receipt
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_THE_BOOKS, StagedRecord, State
from handoff.pipeline.deliver import ASK_AGAIN_SECONDS, LEASE, Tally, clear_problems, saved
from handoff.pipeline.live.attach import attach_documents
from handoff.pipeline.live.cost_rules import KIND, CostRules, cost_of, covered_by, held_by, key_of, posting_of
from handoff.pipeline.live.desk import BY_LIVE, EXPENSES, LiveDesk
from handoff.pipeline.live.silence import Silence

ABSENCE_DELAY = timedelta(minutes=10)
"""How long after sending the time tool may still write. It knows no idempotency key, and promises nothing: a call
that is answered at all is answered in seconds."""
WANTED = frozenset({State.READY, State.POSTING, State.UNSURE})


def post_expenses(desk: LiveDesk, *, time_left: Callable[[], bool], only: Sequence[str] | None = None) -> Tally:
    """Takes up what is open, then posts every cost that is ready, or of a hint `only` these costs.

    Raises Unreachable, RateLimited and ReconnectNeeded; what was done until then is kept. One cost that gets no
    answer keeps no other back: it is told at the end.
    """
    tally, rules, silence = Tally(), CostRules(desk), Silence()
    met: set[str] = set()
    unread = {known.problem.id for known in desk.problems.open() if known.problem.code is ProblemCode.BROKEN_CONTRACT}
    for posting in desk.postings.open() if only is None else ():
        if posting.kind is KIND and time_left() and not silence.is_general:
            met.update(ref.external_id for ref in posting.records)
            work = partial(_take_up, desk, posting, rules, tally)
            with silence.noted():
                _guarded(desk, tally, unread, posting.records[0].external_id, work)
    for record in _waiting(desk, only):
        if not time_left():
            tally.cut_short = True
            return tally
        if silence.is_general:
            break
        if record.state is State.READY or record.external_id not in met:
            whole = partial(post_expense, desk, record, rules=rules, tally=tally)
            with silence.noted():
                _guarded(desk, tally, unread, record.external_id, whole)
    if silence.last is not None:
        raise silence.last
    return tally


def _waiting(desk: LiveDesk, only: Sequence[str] | None) -> Iterable[StagedRecord]:
    if only is None:
        return desk.staged.every(EXPENSES, period=None, states=WANTED)
    named = desk.staged.get_many(EXPENSES, only) if only else {}
    return [record for record in named.values() if record.state in WANTED]


def post_expense(
    desk: LiveDesk, record: StagedRecord, *, rules: CostRules | None = None, tally: Tally | None = None
) -> Tally:
    """Writes a cost's expense, or goes on with it from wherever an earlier try stopped.

    Raises Unreachable, RateLimited, ReconnectNeeded or BrokenContract; what was done until then is kept.
    """
    rules, tally = rules or CostRules(desk), tally if tally is not None else Tally()
    key = key_of(desk, record)
    posting = desk.postings.get(key)
    try:
        if posting is not None and posting.state in (*OPEN_POSTINGS, PostingState.SETTLED):
            _take_up(desk, posting, rules, tally)
            posting, fresh = desk.postings.get(key), desk.staged.get(EXPENSES, record.external_id)
            if fresh is None or posting is None or posting.state is not PostingState.ABANDONED:
                return tally
            record = fresh
        elif record.state in (State.POSTING, State.UNSURE):
            record = _released(desk, record, "its posting came to nothing")  # and a crash kept it from knowing
        if record.state in (State.READY, State.FAILED):
            _begin(desk, record, rules, tally)
    except Stale:
        tally.look_again()
    return tally


def _guarded(
    desk: LiveDesk, tally: Tally, unread: Collection[str], external_id: str, work: Callable[[], object]
) -> None:
    """Does one; an answer that can't be read keeps only that one back. `unread` are such problems that are open."""
    unreadable = Problem(ProblemCode.BROKEN_CONTRACT, f"What belongs to cost {external_id}")
    try:
        work()
    except Stale:
        tally.look_again()
    except BrokenContract:
        desk.problems.report(unreadable, flow=EXPENSES, external_ids=(), at=desk.clock())
        tally.counts["unreadable"] += 1
    else:
        if unreadable.id in unread:
            desk.problems.close(unreadable.id)


def _take_up(desk: LiveDesk, posting: Posting, rules: CostRules, tally: Tally) -> None:
    now = desk.clock()
    if posting.state is PostingState.UNSURE:
        _ask(desk, posting, rules, tally)
    elif posting.state in OPEN_POSTINGS and posting.lease_until is not None and posting.lease_until > now:
        tally.wait(posting.lease_until - now)
    elif posting.state is PostingState.CLAIMED:
        _ask(desk, posting, rules, tally)  # its worker died, before or after sending
    elif posting.state is PostingState.ACCEPTED:
        leased = desk.postings.save(replace(posting, lease_until=now + LEASE))
        _follow(desk, leased, rules, tally)


def _begin(desk: LiveDesk, record: StagedRecord, rules: CostRules, tally: Tally) -> None:
    cost = cost_of(record)
    reason = rules.reason(cost)  # the settings may have changed since it was staged
    if reason:
        clear_problems(desk.problems, record)
        _save(desk, record.move(State.EXCLUDED, by=BY_LIVE, at=desk.clock(), why=reason))
        tally.counts["excluded"] += 1
        return
    try:
        expense = rules.expense(cost, key_of(desk, record))
    except Rejected as no:
        _fail(desk, record, no, tally)
        return
    except DeliveryUnknown:
        tally.wait(ABSENCE_DELAY)  # the activity may come into being late, and would be made twice
        return
    now = desk.clock()
    wanted = posting_of(desk, record, expense, now)
    stored = desk.postings.claim(wanted)
    if (stored.run_id, stored.claimed_at) != (wanted.run_id, wanted.claimed_at):
        tally.look_again()  # somebody was faster
        return
    clear_problems(desk.problems, record)
    claimed = record.move(State.POSTING, by=BY_LIVE, at=now, why=stored.key, posting_key=stored.key)
    if desk.staged.save([claimed]) and held_by(desk, stored) is None:
        desk.postings.save(replace(stored, state=PostingState.ABANDONED, lease_until=None))
        tally.look_again()
        return
    _send(desk, stored, expense, rules, tally)


def _send(desk: LiveDesk, posting: Posting, expense: ProjectExpense, rules: CostRules, tally: Tally) -> None:
    try:
        expense_id = desk.time_tool.add_expense(expense)
    except (Unreachable, RateLimited, ReconnectNeeded) as fault:
        _give_up(desk, posting, f"not sent: {fault.code}")
        raise
    except Rejected as no:
        record = held_by(desk, posting)
        if record is not None:
            _fail(desk, record, no, tally)
        desk.postings.save(replace(posting, state=PostingState.REFUSED, refusal=no.message, lease_until=None))
    except (DeliveryUnknown, BrokenContract):  # an answer that can't be read is no answer
        unsure = replace(posting, state=PostingState.UNSURE, sent_at=desk.clock(), lease_until=None)
        _ask(desk, desk.postings.save(unsure), rules, tally)
    else:
        _accept(desk, posting, expense_id, rules, tally, adopted=False)


def _ask(desk: LiveDesk, posting: Posting, rules: CostRules, tally: Tally) -> None:
    """Asks the time tool for the key: adopts what is there, gives up what surely is not."""
    asked_at = desk.clock()
    try:
        expense_id = desk.time_tool.find_expense(posting.key)
    except ReconnectNeeded:
        _unsure(desk, posting, tally)
        raise
    except (Unreachable, RateLimited, DeliveryUnknown, BrokenContract):
        _unsure(desk, posting, tally)
        tally.wait(timedelta(seconds=ASK_AGAIN_SECONDS))
        return
    if expense_id is not None:
        _accept(desk, posting, expense_id, rules, tally, adopted=True)
        return
    # A worker that died may have sent until the very end of its lease.
    sent_at = posting.sent_at or posting.lease_until or asked_at
    left = sent_at + ABSENCE_DELAY - asked_at
    if left > timedelta(0):
        _unsure(desk, posting, tally)
        tally.wait(left)
        return
    _give_up(desk, posting, "surely not in the time tool")
    tally.look_again()


def _give_up(desk: LiveDesk, posting: Posting, why: str) -> None:
    """Nothing of it is in the time tool: its record goes back. The conditional save is the fence between workers."""
    record = held_by(desk, posting)
    desk.postings.save(replace(posting, state=PostingState.ABANDONED, lease_until=None))
    if record is not None:
        _released(desk, record, why)


def _unsure(desk: LiveDesk, posting: Posting, tally: Tally) -> None:
    if posting.state is not PostingState.UNSURE:
        desk.postings.save(replace(posting, state=PostingState.UNSURE, sent_at=posting.lease_until, lease_until=None))
    record = held_by(desk, posting)
    if record is not None and record.state is State.POSTING:
        moved = record.move(State.UNSURE, by=BY_LIVE, at=desk.clock(), why=posting.key, posting_key=posting.key)
        _save(desk, moved)
    tally.counts["unsure"] += 1


def _accept(
    desk: LiveDesk, posting: Posting, expense_id: str, rules: CostRules, tally: Tally, *, adopted: bool
) -> None:
    now = desk.clock()
    receipt = Receipt(expense_id, "", now, adopted)
    accepted = replace(posting, state=PostingState.ACCEPTED, receipt=receipt, lease_until=now + LEASE)
    tally.counts["adopted" if adopted else "written"] += 1
    _follow(desk, desk.postings.save(accepted), rules, tally)


def _follow(desk: LiveDesk, posting: Posting, rules: CostRules, tally: Tally) -> None:
    """The documents, then the record's move; then it is settled."""
    record = covered_by(desk, posting)
    if record is not None and record.state not in IN_THE_BOOKS:
        notes = _documents(desk, posting, cost_of(record), rules, tally)
        if notes is None:
            return
        now = desk.clock()
        for note in notes:
            desk.problems.report(note, flow=EXPENSES, external_ids={record.external_id}, at=now)
        if record.state is State.FAILED:
            record = record.move(State.READY, by=BY_LIVE, at=now, why="it is there")
        number = posting.receipt.number if posting.receipt else ""
        posted = record.covers(posting.kind, posting.key).move(
            State.POSTED, by=BY_LIVE, at=now, why=f"expense {number}", problems=notes, posting_key=posting.key
        )
        _save(desk, posted)
        tally.counts["posted"] += 1
    desk.postings.save(replace(posting, state=PostingState.SETTLED, lease_until=None))


def _documents(
    desk: LiveDesk, posting: Posting, cost: BookedCost, rules: CostRules, tally: Tally
) -> tuple[Problem, ...] | None:
    """Puts the voucher's documents on the expense; what was refused as notes, None when it is not known."""
    expense_id = posting.receipt.number if posting.receipt else ""
    try:
        return attach_documents(desk.time_tool, expense_id, cost, rules.documents(cost), tally.counts)
    except DeliveryUnknown:
        # One that arrives late would be there twice.
        desk.postings.save(replace(posting, lease_until=desk.clock() + ABSENCE_DELAY))
        tally.wait(ABSENCE_DELAY)
        return None
    except (Unreachable, RateLimited, ReconnectNeeded, BrokenContract):
        desk.postings.save(replace(posting, lease_until=None))
        raise


def _fail(desk: LiveDesk, record: StagedRecord, no: Rejected, tally: Tally) -> None:
    problem, now = Problem(ProblemCode.REFUSED_BY_TIME_TOOL, no.message), desk.clock()
    for old in record.problems:
        if old != problem:
            desk.problems.clear(old, {record.external_id})
    desk.problems.report(problem, flow=EXPENSES, external_ids={record.external_id}, at=now)
    if record.state is State.FAILED:
        _save(desk, replace(record, problems=(problem,)))
    else:
        _save(desk, record.move(State.FAILED, by=BY_LIVE, at=now, why=problem.code, problems=(problem,)))
    tally.counts["failed"] += 1


def _released(desk: LiveDesk, record: StagedRecord, why: str) -> StagedRecord:
    return _save(desk, record.move(State.READY, by=BY_LIVE, at=desk.clock(), why=why))


def _save(desk: LiveDesk, record: StagedRecord) -> StagedRecord:
    if desk.staged.save([record]):
        raise Stale("somebody else has changed it since it was read", field=record.external_id)
    return saved(record)
