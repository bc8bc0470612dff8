"""One Harvest account: its options, master data, hours and papers, which a reset makes anew."""

from __future__ import annotations

from sandbox.harvest.options import Options
from sandbox.harvest.papers import Papers
from sandbox.harvest.reference import Reference
from sandbox.harvest.timesheet import Timesheet
from sandbox.standin import Clock
from sandbox.world import World


class Account:
    """The state behind all calls. Handlers keep the account and look its parts up at each call."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self.clock = clock
        self.start_over(options)

    def start_over(self, options: Options) -> None:
        """Makes everything anew from the world of the options' seed."""
        world = World(options.seed)
        self.options = options
        self.reference = Reference(world)
        self.timesheet = Timesheet(self.reference, self.clock, world.entries(options.entries))
        self.papers = Papers(self.reference, self.timesheet)

    def master_data_changed(self) -> None:
        """To be called after a client, project, task, person or assignment changed."""
        self.reference.index()
        self.timesheet.master_data_changed()
