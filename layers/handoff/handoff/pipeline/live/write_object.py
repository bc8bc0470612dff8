"""Write one customer or project into the ERP: link, create or update it, or say why not. The time tool is master.

A link says what is known of the other side, and every write is noted in it before it is sent:

    form    wanted     means
    ──────  ─────────  ─────────────────────────────────────────────────────────────────────
    empty   empty      nothing of ours was made under that number
    empty   ?hash      it was being made, under the name in `fingerprint`: it may be there
    there   hash       the ERP has it, and has this content of ours
    there   ?hash      the ERP has it; this content was being written, and may be there
    there   empty      the ERP had it; what stands there now is in doubt

The same content that is tried again is sent with the same key. Any other write has another one: with the vendor's own
guard, content that comes back after an hour's detour would otherwise be answered and not written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Generic, TypeVar

from handoff.accounting.mirror_rules import folded, same, wanted_hash
from handoff.domain.errors import Rejected
from handoff.domain.master_data import ErpObject, Link, WantedCustomer, WantedProject
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord
from handoff.pipeline.live.desk import CUSTOMERS, LiveDesk
from handoff.pipeline.live.record_moves import was_retried
from handoff.ports.live import MirrorChannel

W = TypeVar("W", WantedCustomer, WantedProject)
TRIED = "?"
"""What the hash of a content begins with that was being written."""
NUMBER_IN_USE = "number_taken"
NO_MODULE = "module_missing"
"""The codes of a Rejected that mean something here."""


def is_there(link: Link) -> bool:
    """Whether the ERP is known to have it, or to have had it."""
    return bool(link.form)


def word_of(flow: str) -> str:
    """What one of them is called."""
    return "customer" if flow == CUSTOMERS else "project"


@dataclass(frozen=True, slots=True)
class Writer(Generic[W]):
    """One record on its way into the ERP."""

    desk: LiveDesk
    channel: MirrorChannel[W]
    record: StagedRecord
    wanted: W

    def written(self) -> Link | Problem:
        """The link, once the ERP has what is wanted, or why it does not; raises as the ERP's calls do otherwise."""
        try:
            return self._settled()
        except Rejected as no:  # of a look: without its module an ERP refuses to be read as well
            return refused(no)

    def _settled(self) -> Link | Problem:
        link = self.desk.links.get(self.record.flow, self.record.external_id)
        if link is not None and link.number != self.wanted.number:
            moved = self._under_another_number(link)
            if isinstance(moved, Problem):
                return moved
            link = moved
        if link is not None and is_there(link):
            settled = link.wanted == wanted_hash(self.wanted) and not was_retried(self.record)
            return link if settled else self._update(link)
        return self._look(link)

    # ---- what may be there ---------------------------------------------------------------------

    def _under_another_number(self, link: Link) -> Link | Problem:
        """The link under the number that is wanted; its number in the ERP is changed by people alone."""
        before = self.channel.find(link.number)
        if before is not None and (is_there(link) or self._was_made(link, before)):
            return Problem(
                ProblemCode.NUMBER_CHANGED,
                f"{self._named()} has number {self.wanted.number} in the time tool and {link.number} in the ERP, "
                "where a number can't be changed from here",
            )
        if is_there(link):
            if rival := self._rival():
                return rival
            now = self.channel.find(self.wanted.number)
            if now is None or not same(now.name, now.organisation_number, self.wanted):
                return self._missing(link)
            return self._kept(link, now)
        if rival := self._rival():  # before it is noted: the number is found by whose link took it last
            return rival
        return self.desk.links.save(replace(link, number=self.wanted.number, wanted="", fingerprint=""))

    def _look(self, link: Link | None) -> Link | Problem:
        """The object that is there already, adopted; or a new one."""
        if rival := self._rival():
            return rival
        found = self.channel.find(self.wanted.number)
        if found is not None:
            return self._adopt(link, found)
        return self._elsewhere() or self._create(link)

    def _adopt(self, link: Link | None, found: ErpObject) -> Link | Problem:
        if not same(found.name, found.organisation_number, self.wanted) and not self._was_made(link, found):
            return Problem(
                ProblemCode.NUMBER_TAKEN,
                f"Number {self.wanted.number} is {word_of(self.record.flow)} '{found.name}' in the ERP and "
                f"'{self.wanted.name}' in the time tool",
            )
        return self._update(self._kept(link, found))

    def _rival(self) -> Problem | None:
        """Another object of the time tool that has the number already."""
        other = self.desk.links.numbered(self.record.flow, self.wanted.number)
        if other is None or other.external_id == self.record.external_id or not is_there(other):
            return None
        return Problem(
            ProblemCode.NUMBER_TAKEN,
            f"Number {self.wanted.number} of {self._named()} belongs to another {word_of(self.record.flow)} of the "
            f"time tool ({other.external_id})",
        )

    def _elsewhere(self) -> Problem | None:
        """Why it is not made anew: it seems to be there under another number."""
        alike = self._alike()
        if not alike:
            return None
        numbers = ", ".join(str(one.number) for one in alike)
        if len(alike) > 1:
            return Problem(
                ProblemCode.MATCH_AMBIGUOUS,
                f"{self._named()} has number {self.wanted.number} in the time tool, and the ERP has several like it "
                f"({numbers})",
            )
        return Problem(
            ProblemCode.NUMBER_CHANGED,
            f"{self._named()} has number {self.wanted.number} in the time tool and {numbers} in the ERP",
        )

    def _alike(self) -> Sequence[ErpObject]:
        """What looks like it under other numbers, and belongs to nobody else in the time tool."""
        links, flow = self.desk.links, self.record.flow
        others = [one for one in self.channel.alike(self.wanted) if one.number != self.wanted.number]
        owners = {one.number: links.numbered(flow, one.number) for one in others}
        own = self.record.external_id
        return [one for one in others if (owner := owners[one.number]) is None or owner.external_id == own]

    def _missing(self, link: Link) -> Link | Problem:
        """What a person is told of an object that was there; one who has read it gets it anew."""
        elsewhere = self._elsewhere()
        if elsewhere is None and was_retried(self.record):
            blank = replace(link, number=self.wanted.number, wanted="", fingerprint="", form=b"")
            return self._create(self.desk.links.save(blank))
        if link.wanted:
            self.desk.links.save(replace(link, wanted=""))
        if elsewhere is not None:
            return elsewhere
        return Problem(ProblemCode.GONE_IN_ERP, f"{self._named()} with number {self.wanted.number}")

    # ---- writes --------------------------------------------------------------------------------

    def _create(self, link: Link | None) -> Link | Problem:
        # The name is kept: should the answer be lost and the name change, what was made is still known as ours.
        link = self._intent(link or self._blank(), fingerprint=folded(self.wanted.name))
        try:
            made = self.channel.create(self.wanted, key=self._key(link))
        except Rejected as no:
            link = self.desk.links.save(replace(link, wanted="", fingerprint=""))
            found = self.channel.find(self.wanted.number) if no.code == NUMBER_IN_USE else None
            return refused(no) if found is None else self._adopt(link, found)
        return self._done(link, made)

    def _update(self, link: Link) -> Link | Problem:
        link = self._intent(link, fingerprint=link.fingerprint)
        try:
            written = self.channel.update(self.wanted, link.form, key=self._key(link))
        except Rejected as no:
            self.desk.links.save(replace(link, wanted=""))
            return refused(no)
        return self._missing(link) if written is None else self._done(link, written)

    def _intent(self, link: Link, *, fingerprint: str) -> Link:
        tried = TRIED + wanted_hash(self.wanted)
        if link.wanted == tried:
            return link
        return self.desk.links.save(replace(link, wanted=tried, fingerprint=fingerprint))

    def _done(self, link: Link, there: ErpObject) -> Link:
        return self._kept(link, there, wanted=wanted_hash(self.wanted))

    def _kept(self, link: Link | None, there: ErpObject, *, wanted: str = "") -> Link:
        link = link or self._blank()
        return self.desk.links.save(
            replace(link, number=there.number, wanted=wanted, fingerprint=there.fingerprint, form=there.form)
        )

    def _blank(self) -> Link:
        return Link(self.record.flow, self.record.external_id, self.wanted.number, "", "", b"")

    def _was_made(self, link: Link | None, found: ErpObject) -> bool:
        """Whether it is what a lost answer was about."""
        return (
            link is not None
            and link.wanted.startswith(TRIED)
            and found.number == link.number
            and folded(found.name) == link.fingerprint
        )

    def _key(self, link: Link) -> str:
        desk, tried = self.desk, f"{link.revision}|{link.wanted}"
        named = f"{desk.tenant_id}|{desk.integration.id}|{link.flow}|{link.external_id}|{tried}"
        return blake2b(named.encode(), digest_size=16).hexdigest()

    def _named(self) -> str:
        return f"{word_of(self.record.flow).capitalize()} '{self.wanted.name}'"


def refused(no: Rejected) -> Problem:
    """What a definite no of the ERP is to a person."""
    code = ProblemCode.MODULE_MISSING if no.code == NO_MODULE else ProblemCode.REFUSED_BY_ERP
    return Problem(code, no.message)
