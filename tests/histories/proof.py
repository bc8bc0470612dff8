"""The proof that the simulation can see: each guard is taken away, and a seed is found that fails without it.

`python -m tests.histories.proof` prints the table, `--write` keeps it in docs/histories.md.
"""

from __future__ import annotations

import re
import sys

from sandbox.local.paths import ROOT
from tests.histories.generate import history_of
from tests.histories.running import broken_promises, first_broken
from tests.histories.switches import SWITCHES, Switch

PAGE = ROOT / "docs" / "histories.md"
SEEDS_MAX = 1_000
COLUMNS = ("Switch", "The guard that it takes away", "First seed that fails", "What it says")
_TABLE = re.compile(r"(<!-- proof -->\n).*?(<!-- end of proof -->)", re.DOTALL)
_KEY = re.compile(r"HO[A-Z2-7]{16}")


def seen(switch: Switch, seed: int) -> str:
    """The first promise that a seed breaks without the guard; empty if it breaks none."""
    with switch.thrown():
        faults = broken_promises(history_of(seed), switch.parts)
    return _KEY.sub("HO…", faults[0]) if faults else ""


def found(switch: Switch) -> int | None:
    """The first seed that fails without the guard."""
    with switch.thrown():
        return first_broken(range(SEEDS_MAX), lambda history: broken_promises(history, switch.parts))


def proof_table() -> str:
    """The table; raises LookupError when the simulation does not miss a guard."""
    lines = [f"| {' | '.join(COLUMNS)} |", "|" + "---|" * len(COLUMNS)]
    for name, switch in SWITCHES.items():
        seed = found(switch)
        if seed is None:
            raise LookupError(f"{SEEDS_MAX} histories do not miss the guard {name}: {switch.guard}")
        lines.append(f"| `{name}` | {switch.guard} | {seed} | {seen(switch, seed)} |")
    return "\n".join(lines)


def recorded() -> dict[str, tuple[str, int, str]]:
    """What the page says: by switch its guard, the seed, and what it breaks."""
    table = _TABLE.search(PAGE.read_text(encoding="utf-8"))
    lines = (table[0] if table else "").splitlines()[3:-1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    return {name.strip("`"): (guard, int(seed), told) for name, guard, seed, told in rows}


def main() -> int:
    """Prints the table; keeps it where it is asked to."""
    table = proof_table()
    sys.stdout.write(f"{table}\n")
    if "--write" in sys.argv[1:]:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(_TABLE.sub(lambda marks: f"{marks[1]}\n{table}\n\n{marks[2]}", text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
