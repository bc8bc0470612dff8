"""One more change of everything that stands in the ERP: it gets there, and what people wrote there stays."""

from __future__ import annotations

from handoff.accounting.mirror_rules import number_of
from handoff.domain.master_data import CustomerCard, ProjectCard
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_THE_BOOKS, State
from tests.histories.live import people
from tests.histories.live.story import Act
from tests.histories.live.world import LiveWorld


def faults_of_a_last_change(world: LiveWorld) -> list[str]:
    """What a new name of each customer and project breaks, told by one webhook each."""
    faults = []
    for what in people.NAMES:
        flow = people.kind_of(what)
        card, record = world.tool.card(flow, what), world.stores.staged.get(flow, what)
        if record is None or record.state not in IN_THE_BOOKS or not isinstance(card, CustomerCard | ProjectCard):
            continue
        number = number_of(card.number, "")
        row = None if isinstance(number, Problem) else world.registries[flow].rows.get(number)
        notes = row.notes.strip() if row else ""
        people.save(world, Act("save", what, "z"))
        after = world.stores.staged.get(flow, what)
        if after is not None and after.state is State.FAILED:
            continue  # and says why
        if row is None or not row.ours.name.endswith(" z"):
            faults.append(f"{what} has a new name, and not in the ERP")
        elif row.notes.strip() != notes:
            faults.append(f"the notes of {what} are '{row.notes.strip()}' now and were '{notes}'")
    return faults
