"""What people change in the ERP by hand: the time tool is master, so it is seen, noted and reported, never copied.

A field of ours that was edited there is noted in the record's history as ignored, and our next write wins. Fields that
are not ours are remembered, so that our next write leaves them as they are. A number that was changed, or an object
that was deleted, is a problem of its record; it is over when the object stands under its number again.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from handoff.accounting.mirror_rules import folded, plain
from handoff.domain.errors import Rejected
from handoff.domain.master_data import CustomerCard, ErpObject, Link, ProjectCard
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.live.cards import customer_from, project_from
from handoff.pipeline.live.desk import BY_LIVE, CUSTOMERS, LiveDesk
from handoff.pipeline.live.mirror import ELSEWHERE, MIRRORED, found_in_erp, mirror
from handoff.pipeline.live.record_moves import cleared, fell, noted, saved_one
from handoff.pipeline.live.write_object import TRIED, is_there, word_of

ASKED_MAX = 20
"""Objects that a list lacks and that are asked for one by one; of more than that the list is not believed."""

NOT_UNDER_IT = (*ELSEWHERE, ProblemCode.MATCH_AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found: linked objects, those edited by hand, renumbered or gone, and problems that are over."""

    linked: int = 0
    edited: int = 0
    moved: int = 0
    over: int = 0


def look_at_erp(desk: LiveDesk, flow: str, since: datetime | None) -> Seen:
    """Notes what was edited by hand since then; our own writes are none.

    An ERP that refuses to be read, since it lacks the module, says so of each object that is written: nothing is
    added to that here, and other flows go on.
    """
    linked = edited = 0
    with suppress(Rejected):
        for there in _changed(desk, flow, since):
            link = _link_to(desk, flow, there.number)
            if link is not None:
                linked += 1
                edited += _observed(desk, link, there)
    return Seen(linked, edited)


def renumbered(desk: LiveDesk, flow: str, old: int | None, new: int | None) -> None:
    """Looks at what the ERP says it changed: from the number `old` to `new`, the same, or None on creation, deletion.

    What it says is a hint: the object is read again under both numbers before anything is believed.
    """
    for number in dict.fromkeys((old, new)):
        link = None if number is None else _link_to(desk, flow, number)
        if link is not None:
            with suppress(Rejected):
                _looked_at(desk, link, new)


def _looked_at(desk: LiveDesk, link: Link, new: int | None) -> None:
    there = found_in_erp(desk, link.flow, link.number)
    if there is not None:
        _observed(desk, link, there)
        _is_over(desk, link)
        return
    elsewhere = None if new is None or new == link.number else found_in_erp(desk, link.flow, new)
    _moved_away(desk, link, [] if elsewhere is None else [elsewhere])


def compare_numbers(desk: LiveDesk, flow: str) -> Seen:
    """Compares all numbers of the ERP with all links: what was renumbered, what is missing, which problems are over."""
    try:
        there = {one.number: replace(one, form=b"") for one in _changed(desk, flow, None)}
    except Rejected:
        return Seen()  # as with a look at the changes
    links = [link for link in desk.links.all(flow) if is_there(link)]
    missing = [link for link in links if link.number not in there]
    told = [link for link in missing if _is_told(desk, link)]
    missing = [link for link in missing if link not in told]
    doubt = Problem(ProblemCode.UNUSUAL_ANSWER, f"The ERP's list of {flow} lacks very many that were there")
    if len(missing) > ASKED_MAX:
        doubted_before = desk.problems.get(doubt.id) is not None
        desk.problems.report(doubt, flow=flow, external_ids=(), at=desk.clock())
        if not doubted_before:
            return Seen(len(links))
        missing = missing[:ASKED_MAX]  # a second night the same: it may be so, and they are asked for some at a time
    else:
        desk.problems.close(doubt.id)
    over = sum(_is_over(desk, link) for link in links if link.number in there)
    linked_numbers = {link.number for link in links}
    free = [one for one in there.values() if one.number not in linked_numbers]
    moved = 0
    for link in (*missing, *told[:ASKED_MAX]):
        if found_in_erp(desk, flow, link.number) is None:  # a list may be older than what it is asked for
            moved += _moved_away(desk, link, free)
    return Seen(len(links), 0, moved, over)


def _changed(desk: LiveDesk, flow: str, since: datetime | None) -> Iterable[ErpObject]:
    return desk.erp.customers.changed_since(since) if flow == CUSTOMERS else desk.erp.projects.changed_since(since)


def _link_to(desk: LiveDesk, flow: str, number: int) -> Link | None:
    link = desk.links.numbered(flow, number)
    return link if link is not None and is_there(link) else None


def _observed(desk: LiveDesk, link: Link, there: ErpObject) -> bool:
    """Remembers the object as it is there; whether a field of ours was edited by hand, which is noted first."""
    if link.wanted.startswith(TRIED):
        return False  # a write of ours whose answer was lost: the record's next look tells
    edited = link.fingerprint != there.fingerprint
    if edited and (record := desk.staged.get(link.flow, link.external_id)) is not None:
        noted(desk, record, f"changed in the ERP by hand: {_edits(record, there)}; ignored, the time tool is master")
    if edited or link.form != there.form:
        desk.links.save(replace(link, fingerprint=there.fingerprint, form=there.form))
    return edited


def _edits(record: StagedRecord, there: ErpObject) -> str:
    """What was edited, as far as it can be read in every ERP."""
    card = _card(record)
    ours = card.organisation_number if isinstance(card, CustomerCard) else ""
    edits = []
    if folded(card.name) != folded(there.name):
        edits.append(f"the name is '{there.name}' there")
    if ours and plain(ours) != plain(there.organisation_number):
        edits.append(f"the organisation number is '{there.organisation_number}' there")
    return ", ".join(edits) or f"other fields of {word_of(record.flow)} {there.number}"


def _is_told(desk: LiveDesk, link: Link) -> bool:
    """Whether a person was told already that it is not under its number."""
    record = desk.staged.get(link.flow, link.external_id)
    return record is not None and any(problem.code in NOT_UNDER_IT for problem in record.problems)


def _moved_away(desk: LiveDesk, link: Link, candidates: Iterable[ErpObject]) -> bool:
    """Reports an object that is not under its number any more: under another one, or gone."""
    record = desk.staged.get(link.flow, link.external_id)
    if record is None or record.gone_at is not None or record.state not in MIRRORED:
        return False  # what the time tool does not have either is missed by nobody
    if link.wanted:
        desk.links.save(replace(link, wanted=""))
    fell(desk, record, _where_it_is(link, record, _alike(record, candidates)))
    return True


def _where_it_is(link: Link, record: StagedRecord, alike: list[ErpObject]) -> Problem:
    named = f"{word_of(link.flow).capitalize()} '{_card(record).name}'"
    if not alike:
        return Problem(ProblemCode.GONE_IN_ERP, f"{named} with number {link.number}")
    numbers = ", ".join(str(one.number) for one in alike)
    if len(alike) > 1:
        return Problem(
            ProblemCode.MATCH_AMBIGUOUS,
            f"{named} has number {link.number} in the time tool, and the ERP has several like it ({numbers})",
        )
    return Problem(
        ProblemCode.NUMBER_CHANGED, f"{named} has number {link.number} in the time tool and {numbers} in the ERP"
    )


def _alike(record: StagedRecord, candidates: Iterable[ErpObject]) -> list[ErpObject]:
    """Those with the record's organisation number, or else its name."""
    card, known = _card(record), list(candidates)
    ours = plain(card.organisation_number) if isinstance(card, CustomerCard) else ""
    by_number = [one for one in known if ours and plain(one.organisation_number) == ours]
    return by_number or [one for one in known if folded(one.name) == folded(card.name)]


def _is_over(desk: LiveDesk, link: Link) -> bool:
    """Whether it stands under its number again and had a problem for that: then it goes on by itself."""
    record = desk.staged.get(link.flow, link.external_id)
    if record is None or record.state is not State.FAILED or _card(record).number.strip() != str(link.number):
        return False
    if not any(problem.code in NOT_UNDER_IT for problem in record.problems):
        return False
    cleared(desk, record)
    why = "it stands under its number in the ERP again"
    mirror(desk, saved_one(desk, record.move(State.READY, by=BY_LIVE, at=desk.clock(), why=why)))
    return True


def _card(record: StagedRecord) -> CustomerCard | ProjectCard:
    return customer_from(record.body) if record.flow == CUSTOMERS else project_from(record.body)
