"""The proof that the simulations can see: each guard is taken away, and a seed is found that fails without it.

`python -m tests.histories.proof` prints the tables, `--write` keeps them in docs/histories.md.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.local.paths import ROOT
from tests.histories.both import generate as both_generate
from tests.histories.both import running as both_running
from tests.histories.both.switches import BOTH_SWITCHES
from tests.histories.generate import history_of
from tests.histories.live import generate as live_generate
from tests.histories.live import running as live_running
from tests.histories.live.switches import LIVE_SWITCHES
from tests.histories.running import broken_promises, first_broken
from tests.histories.switches import SWITCHES

PAGE = ROOT / "docs" / "histories.md"
SEEDS_MAX = 1_000
COLUMNS = ("Switch", "The guard that it takes away", "First seed that fails", "What it says")
_NOTES = re.compile(r"seen [0-9]+")
_KEY = re.compile(r"HO[A-Z2-7]{16}")


@dataclass(frozen=True, slots=True)
class Proof:
    """A table of the page: its mark, the guards by switch, and what a seed says, or which does, without one."""

    mark: str
    guards: Mapping[str, str]
    told: Callable[[str, int], str]
    found: Callable[[str], int | None]

    @property
    def pattern(self) -> re.Pattern[str]:
        """Where the table is on the page."""
        return re.compile(rf"(<!-- {self.mark} -->\n).*?(<!-- end of {self.mark} -->)", re.DOTALL)


def seen(name: str, seed: int) -> str:
    """The first promise that a seed breaks without the guard; empty if it breaks none."""
    switch = SWITCHES[name]
    with switch.thrown():
        faults = broken_promises(history_of(seed), switch.parts)
    return _KEY.sub("HO…", faults[0]) if faults else ""


def found(name: str) -> int | None:
    """The first seed that fails without the guard."""
    switch = SWITCHES[name]
    with switch.thrown():
        return first_broken(range(SEEDS_MAX), lambda history: broken_promises(history, switch.parts))


def seen_live(name: str, seed: int) -> str:
    """The first promise that a live seed breaks without the guard; empty if it breaks none."""
    faults = live_running.broken_promises(live_generate.history_of(seed), LIVE_SWITCHES[name].parts)
    return _NOTES.sub("seen …", faults[0]) if faults else ""


def found_live(name: str) -> int | None:
    """The first live seed that fails without the guard."""
    parts = LIVE_SWITCHES[name].parts
    return live_running.first_broken(range(SEEDS_MAX), lambda one: live_running.broken_promises(one, parts))


def seen_both(name: str, seed: int) -> str:
    """The first promise that a seed of two sides breaks without the guard; empty if it breaks none."""
    faults = both_running.broken_promises(both_generate.history_of(seed), BOTH_SWITCHES[name].parts)
    return faults[0] if faults else ""


def found_both(name: str) -> int | None:
    """The first seed of two sides that fails without the guard."""
    parts = BOTH_SWITCHES[name].parts
    return both_running.first_broken(range(SEEDS_MAX), lambda one: both_running.broken_promises(one, parts))


HOURS = Proof("proof", {name: switch.guard for name, switch in SWITCHES.items()}, seen, found)
LIVE = Proof("live proof", {name: switch.guard for name, switch in LIVE_SWITCHES.items()}, seen_live, found_live)
BOTH = Proof("both proof", {name: switch.guard for name, switch in BOTH_SWITCHES.items()}, seen_both, found_both)
WANTED = {"--live": (LIVE,), "--both": (BOTH,)}
"""The tables that a flag asks for alone."""


def proof_table(proof: Proof) -> str:
    """The table; raises LookupError when the simulation does not miss a guard."""
    lines = [f"| {' | '.join(COLUMNS)} |", "|" + "---|" * len(COLUMNS)]
    for name, guard in proof.guards.items():
        seed = proof.found(name)
        if seed is None:
            raise LookupError(f"{SEEDS_MAX} histories do not miss the guard {name}: {guard}")
        lines.append(f"| `{name}` | {guard} | {seed} | {proof.told(name, seed)} |")
    return "\n".join(lines)


def recorded(proof: Proof) -> dict[str, tuple[str, int, str]]:
    """What the page says: by switch its guard, the seed, and what it breaks."""
    table = proof.pattern.search(PAGE.read_text(encoding="utf-8"))
    lines = (table[0] if table else "").splitlines()[3:-1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    return {name.strip("`"): (guard, int(seed), told) for name, guard, seed, told in rows}


def main() -> int:
    """Prints the tables, or only the one that a flag asks for; keeps them where it is asked to."""
    only = [proof for flag, some in WANTED.items() if flag in sys.argv[1:] for proof in some]
    for proof in only or (HOURS, LIVE, BOTH):
        table = proof_table(proof)
        sys.stdout.write(f"{table}\n\n")
        if "--write" in sys.argv[1:]:
            text = PAGE.read_text(encoding="utf-8")
            PAGE.write_text(_put_in(text, proof, table), encoding="utf-8")
    return 0


def _put_in(text: str, proof: Proof, table: str) -> str:
    return proof.pattern.sub(lambda marks: f"{marks[1]}\n{table}\n\n{marks[2]}", text)


if __name__ == "__main__":
    sys.exit(main())
