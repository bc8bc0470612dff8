"""Deliver: write one document exactly once, whatever breaks on the way.

Every step can be taken up again from the posting alone:

1. claim    the posting is stored before anything is sent, then its records move to `posting`, each on
            condition of the revision read; one that changed meanwhile leaves the posting
2. send     a definite no splits the posting until the bad record stands alone and the rest go through
3. unsure   no answer: the ERP is asked for the key before anything is sent again; found: adopted;
            absent, and the ERP's delay is over: given up, planned anew and sent under its key
4. accept   the receipt is written to the posting first; the records follow from it

A reversal goes the same way. Its records are `reversing` instead of `posting`, and come to where the gate puts
them by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from handoff.domain.capabilities import Side
from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.gate import Gate
from handoff.domain.posting import DocumentKind, Posting, PostingState, Receipt, check_balance
from handoff.domain.problem_codes import REFUSED_BY, ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_FLIGHT, StagedRecord, State
from handoff.pipeline.plan import Plan, Planner
from handoff.pipeline.record_moves import BY_POST, claimed, in_the_books, is_held, released, taken_back
from handoff.pipeline.split import halves
from handoff.pipeline.stage import following
from handoff.pipeline.steps import Clock
from handoff.ports import DocumentChannel, PostingStore, ProblemStore, StagedStore

LEASE = timedelta(minutes=5)
"""Longer than a function may run: while a lease lives, somebody may be at work."""
REFUSALS_MAX = 100
"""How many refused calls one slice spends on finding bad records; the rest waits for a person."""
ASK_AGAIN_SECONDS = 30
"""When to ask again if even the question got no answer."""


@dataclass(frozen=True, slots=True)
class PostTools:
    """The stores of one integration, the channels of the side written to, and the plan; `kinds` are those wanted.

    `policy` is the gate's, for records that a reversal leaves. `calls` tells how many calls were made to that side
    so far, `time_left` whether another document fits into this invocation.
    """

    staged: StagedStore
    postings: PostingStore
    problems: ProblemStore
    channels: Mapping[DocumentKind, DocumentChannel]
    kinds: tuple[DocumentKind, ...]
    plan: Planner
    policy: Gate
    calls: Callable[[], int]
    time_left: Callable[[], bool]
    run_id: str
    clock: Clock
    writes_to: Side = Side.ERP


@dataclass(slots=True)
class Tally:
    """What was done; `wait_seconds` says when there is something to come back for.

    `cut_short` says that time ran out before all was tried, `left_over` that something is the next pass's to try.
    """

    counts: Counter[str] = field(default_factory=Counter)
    wait_seconds: int | None = None
    refusals: int = 0
    cut_short: bool = False
    left_over: bool = False

    def wait(self, delay: timedelta) -> None:
        """Notes a time to come back; the soonest wins."""
        seconds = max(1, int(delay.total_seconds()) + 1)
        self.wait_seconds = seconds if self.wait_seconds is None else min(self.wait_seconds, seconds)

    def look_again(self) -> None:
        """Notes that a write was told to be stale: somebody was faster, or its own first try was."""
        self.wait(timedelta(0))


def deliver(tools: PostTools, posting: Posting, records: Sequence[StagedRecord], tally: Tally) -> None:
    """Claims a planned posting and sends it; one that was claimed before is taken up instead.

    Raises Unreachable, RateLimited and ReconnectNeeded after noting that nothing was sent.
    """
    now = tools.clock()
    wanted = replace(posting, run_id=tools.run_id, claimed_at=now, lease_until=now + LEASE)
    stored = tools.postings.claim(wanted)
    if (stored.run_id, stored.claimed_at) != (wanted.run_id, wanted.claimed_at):
        take_up(tools, stored, tally)
        if stored.state is PostingState.SETTLED:
            _begin_anew(tools, stored, records, tally)
        if stored.state in (PostingState.CLAIMED, PostingState.UNSURE) and tally.wait_seconds is None:
            tally.look_again()  # it may have been given up just now: the next look plans its records anew
        return
    claimed = _claim_records(tools, stored, records, tally)
    if claimed is not None:
        _send(tools, *claimed, tally)


def _begin_anew(tools: PostTools, settled: Posting, records: Sequence[StagedRecord], tally: Tally) -> None:
    """The document of these very versions is written, and was taken back since: they go on as versions of their own,
    since nothing is ever written twice under one key."""
    now = tools.clock()
    for record in records:
        if settled.key in record.reversals:
            bare = replace(record, posting_key=None, problems=())
            with suppress(Stale):
                tools.staged.replace(record, following(record, bare, tools.policy, now, by=BY_POST))
    tally.look_again()


def take_up(tools: PostTools, posting: Posting, tally: Tally) -> None:
    """Goes on with a posting that an earlier pass left open, from wherever it stopped."""
    now = tools.clock()
    if posting.state is PostingState.ACCEPTED:
        _follow(tools, posting, _covered(tools, posting), tally)
    elif posting.state is PostingState.UNSURE:
        _ask(tools, posting, tally)
    elif posting.state is PostingState.CLAIMED and posting.lease_until and posting.lease_until > now:
        tally.wait(posting.lease_until - now)
    elif posting.state is PostingState.CLAIMED:
        _ask(tools, posting, tally)  # its worker died, before or after sending: only the ERP knows


def _claim_records(
    tools: PostTools, posting: Posting, records: Sequence[StagedRecord], tally: Tally
) -> tuple[Posting, list[StagedRecord]] | None:
    """Moves the records to `posting`; those that changed meanwhile leave it before it is sent."""
    now = tools.clock()
    fresh = [record for record in records if record.posting_key != posting.key or record.state not in IN_FLIGHT]
    moved = {record.external_id: claimed(record, posting, at=now) for record in fresh}
    for record in fresh:  # first: what still fails after a crash here is reported anew
        clear_problems(tools.problems, record)
    if moved and tools.staged.save(list(moved.values())):
        tally.look_again()
        # A write whose answer was lost, and that the client repeated, is told as stale and is ours all the same.
        held = _covered(tools, posting)
    else:
        held = [saved(moved[r.external_id]) if r.external_id in moved else r for r in records]
    if len(held) == len(posting.records):
        return posting, held
    return _shrunk(tools, posting, held, tally)


def _shrunk(
    tools: PostTools, posting: Posting, held: list[StagedRecord], tally: Tally
) -> tuple[Posting, list[StagedRecord]] | None:
    """The posting with only the records that stayed, under its key; None when none did."""
    planned = _planned_anew(tools, held, posting).postings if held else ()
    if not planned:
        _release(tools, held, "nothing left to post", tally)
        tally.look_again()
        tools.postings.save(replace(posting, state=PostingState.ABANDONED, lease_until=None))
        return None
    first = planned[0]
    names = {ref.external_id for ref in first.records}
    kept = [record for record in held if record.external_id in names]
    _release(tools, [record for record in held if record.external_id not in names], "left the posting", tally)
    smaller = replace(
        first,
        key=posting.key,
        state=posting.state,
        revision=posting.revision,
        run_id=posting.run_id,
        claimed_at=posting.claimed_at,
        lease_until=posting.lease_until,
    )
    return tools.postings.save(smaller), kept


def _planned_anew(tools: PostTools, records: Sequence[StagedRecord], posting: Posting) -> Plan:
    """Documents of the posting's kind and sense for some of its records."""
    if not posting.reversal:
        return tools.plan(records, posting.kind)
    return tools.plan.reversals(records, posting.kind, originals_of(tools.postings, records))


def originals_of(postings: PostingStore, records: Iterable[StagedRecord]) -> Mapping[str, Posting]:
    """The postings that stand against the records, by key."""
    keys = {standing.key for record in records for standing in record.standing}
    return {key: posting for key in sorted(keys) if (posting := postings.get(key)) is not None}


def _send(tools: PostTools, posting: Posting, records: list[StagedRecord], tally: Tally) -> None:
    check_balance(posting)
    try:
        receipt = tools.channels[posting.kind].send(posting)
    except (Unreachable, RateLimited, ReconnectNeeded) as fault:
        _abandon(tools, posting, records, f"not sent: {fault.code}", tally)
        raise
    except Rejected as no:
        _refused(tools, posting, records, no, tally)
    except DeliveryUnknown:
        unsure = replace(posting, state=PostingState.UNSURE, sent_at=tools.clock())
        _ask(tools, tools.postings.save(unsure), tally)
    else:
        _accept(tools, posting, receipt, records, tally)


def _ask(tools: PostTools, posting: Posting, tally: Tally) -> None:
    """Asks the ERP for the key: adopts what is there, gives up what surely is not."""
    channel = tools.channels[posting.kind]
    records = _covered(tools, posting)
    if not channel.findable:
        _leave_to_a_person(tools, posting, records, tally)
        return
    asked_at = tools.clock()  # an answer may be long on its way: it is true for when it was asked for
    listed = f"The {tools.writes_to.noun}'s list of {posting.kind.replace('_', ' ')}"
    unreadable = Problem(ProblemCode.BROKEN_CONTRACT, listed)
    try:
        receipt = channel.find(posting)
    except ReconnectNeeded:
        _unsure(tools, posting, records, tally)
        raise
    except (Unreachable, RateLimited, DeliveryUnknown, BrokenContract) as fault:
        if isinstance(fault, BrokenContract):
            tools.problems.report(unreadable, flow=posting.flow, external_ids=(), at=tools.clock())
        _unsure(tools, posting, records, tally)
        tally.wait(timedelta(seconds=ASK_AGAIN_SECONDS))
        return
    tools.problems.close(unreadable.id)
    if receipt is not None:
        tally.counts["adopted"] += 1
        _accept(tools, posting, replace(receipt, adopted=True), records, tally)
        return
    # A worker that died may have sent until the very end of its lease.
    sent_at = posting.sent_at or posting.lease_until or asked_at
    left = sent_at + channel.absence_delay - asked_at
    if left > timedelta(0):
        _unsure(tools, posting, records, tally)
        tally.wait(left)
        return
    absent(tools, posting, tally)


def _leave_to_a_person(tools: PostTools, posting: Posting, records: Sequence[StagedRecord], tally: Tally) -> None:
    """The kind has no key to ask for: nothing is sent again before a person said whether the document is there."""
    names = {record.external_id for record in records}
    tools.problems.report(outcome_unknown(posting), flow=posting.flow, external_ids=names, at=tools.clock())
    _unsure(tools, posting, records, tally)


def outcome_unknown(posting: Posting) -> Problem:
    """What a person is asked about a document that can't be asked for."""
    about = f"Document {posting.key} ({posting.text}: {posting.hours} h, {posting.amount} {posting.currency})"
    return Problem(ProblemCode.OUTCOME_UNKNOWN, about)


def absent(tools: PostTools, posting: Posting, tally: Tally) -> None:
    """The ERP surely has no such document: the posting is given up, and its records are planned again."""
    now = tools.clock()
    # The conditional save is the fence: of two workers that took it up, one goes on.
    fenced = replace(
        posting,
        state=PostingState.CLAIMED,
        run_id=tools.run_id,
        claimed_at=now,
        lease_until=now + LEASE,
        sent_at=None,
    )
    try:
        fenced = tools.postings.save(fenced)
    except Stale:
        tally.look_again()
        return
    tally.counts["absent"] += 1
    tally.look_again()  # this pass may be past the point where it plans them
    _abandon(tools, fenced, _covered(tools, fenced), f"surely not in the {tools.writes_to.noun}", tally)


def _abandon(tools: PostTools, posting: Posting, records: Sequence[StagedRecord], why: str, tally: Tally) -> None:
    """Nothing of it is in the ERP: its records go back, so that gate and plan decide anew what is written.

    Lines that waited would be sent as they were, whatever was edited, withdrawn or set otherwise meanwhile.
    """
    _release(tools, records, why, tally)
    tools.postings.save(replace(posting, state=PostingState.ABANDONED, lease_until=None))


def _unsure(tools: PostTools, posting: Posting, records: Sequence[StagedRecord], tally: Tally) -> None:
    now = tools.clock()
    if posting.state is not PostingState.UNSURE:
        tools.postings.save(replace(posting, state=PostingState.UNSURE, sent_at=posting.lease_until))
    moving = [
        record.move(State.UNSURE, by=BY_POST, at=now, why=posting.key, posting_key=posting.key)
        for record in records
        if record.state is State.POSTING
    ]
    if moving:
        tools.staged.save(moving)
    tally.counts["unsure"] += len(records)


def _refused(tools: PostTools, posting: Posting, records: list[StagedRecord], no: Rejected, tally: Tally) -> None:
    """A definite no: alone, a record gets the problem; among others, it is looked for by splitting."""
    tally.refusals += 1
    if len(records) == 1 or tally.refusals >= REFUSALS_MAX:
        _fail(tools, records, Problem(REFUSED_BY[tools.writes_to], no.message), tally)
        tools.postings.save(replace(posting, state=PostingState.REFUSED, refusal=no.message, lease_until=None))
        return
    # Released before the posting is marked: after a crash between the two it is sent and refused
    # again, without the records that have left it.
    released = _release(tools, records, f"refused among others: {no.message}", tally)
    tools.postings.save(replace(posting, state=PostingState.REFUSED, refusal=no.message, lease_until=None))
    still = [record for record in released if posting.reversal or record.state is State.READY]
    for part in halves(posting, still, no.message):
        for smaller in _planned_anew(tools, part, posting).postings:
            if not tools.time_left():
                tally.cut_short = True  # what is left of it is ready, and the next slice's
                return
            names = {ref.external_id for ref in smaller.records}
            deliver(tools, smaller, [record for record in part if record.external_id in names], tally)


def _fail(tools: PostTools, records: Sequence[StagedRecord], problem: Problem, tally: Tally) -> None:
    now = tools.clock()
    failed = [
        record.move(State.FAILED, by=BY_POST, at=now, why=problem.code, problems=(problem,)) for record in records
    ]
    # Reported first, and whoever is told to be stale as well: nothing may fail unseen.
    names = {record.external_id for record in failed}
    tools.problems.report(problem, flow=records[0].flow, external_ids=names, at=now)
    tools.staged.save(failed)
    tally.counts["failed"] += len(names)


def _release(tools: PostTools, records: Sequence[StagedRecord], why: str, tally: Tally) -> list[StagedRecord]:
    now = tools.clock()
    freed = [released(record, tools.policy, at=now, why=why) for record in records]
    stale = tools.staged.save(freed) if freed else ()
    if stale:
        tally.look_again()
    return [saved(record) for record in freed if record.external_id not in stale]


def _accept(
    tools: PostTools, posting: Posting, receipt: Receipt, records: Sequence[StagedRecord], tally: Tally
) -> None:
    accepted = replace(posting, state=PostingState.ACCEPTED, receipt=receipt, lease_until=None)
    tally.counts["documents"] += 1
    _follow(tools, tools.postings.save(accepted), records, tally)


def _follow(tools: PostTools, posting: Posting, records: Sequence[StagedRecord], tally: Tally) -> None:
    """The records' moves follow from the receipt, and again if interrupted; then it is settled."""
    now = tools.clock()
    moved = [
        taken_back(record, posting, tools.policy, at=now)
        if posting.reversal
        else in_the_books(record, posting, tools.kinds, at=now)
        for record in records
    ]
    stale = tools.staged.save(moved) if moved else ()
    tally.counts["posted"] += sum(r.state is State.POSTED and r.external_id not in stale for r in moved)
    tally.counts["reversed"] += sum(posting.reversal and r.external_id not in stale for r in moved)
    if stale:
        tally.look_again()
    else:
        tools.postings.save(replace(posting, state=PostingState.SETTLED))


def _covered(tools: PostTools, posting: Posting) -> list[StagedRecord]:
    """The posting's records that it still holds, at the very version it covers."""
    known = tools.staged.get_many(posting.flow, [ref.external_id for ref in posting.records])
    records = (known.get(ref.external_id) for ref in posting.records)
    of_it = zip(posting.records, records, strict=True)
    return [record for ref, record in of_it if record is not None and is_held(record, posting, ref)]


def clear_problems(problems: ProblemStore, record: StagedRecord) -> None:
    """Takes a record off all the causes it stands behind."""
    for problem in record.problems:
        problems.clear(problem, {record.external_id})


def saved(record: StagedRecord) -> StagedRecord:
    """The record as the store has it after a save."""
    return replace(record, revision=record.revision + 1)
