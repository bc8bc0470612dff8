"""Business NXT as a whole: its companies, who is let in where, how many requests are under way, what shall go wrong."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.business_nxt.access import Admissions
from sandbox.business_nxt.company import Company
from sandbox.business_nxt.mishaps import Mishaps
from sandbox.business_nxt.options import Options
from sandbox.business_nxt.slots import Slots
from sandbox.standin import Clock


class House:
    """The state that a reset replaces piece by piece."""

    def __init__(self, clock: Clock) -> None:
        self.options = Options()
        self.companies: Mapping[int, Company] = {}
        self.admissions = Admissions()
        self.mishaps = Mishaps()
        self.slots = Slots(clock)

    def start_over(self, options: Options, companies: Mapping[int, Company]) -> None:
        """New companies under these options; nothing goes wrong, and access is as at the start."""
        self.options = options
        self.companies = companies
        self.admissions.start_over()
        self.mishaps.clear()
        self.slots.start_over()
