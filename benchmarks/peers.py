"""Peers: what others need for the same entries on the same stand-in, beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.table import Table

from benchmarks.drills import drills_table
from benchmarks.environments import OURS, NotInstalled
from benchmarks.fetch import check_new, read_entries
from benchmarks.peer_kinds import PEERS, Peer
from benchmarks.process import Measured, Wrong, must
from benchmarks.report import Section, number, plain_table, spread
from benchmarks.vendor import PER_PAGE, HarvestProcess, Known, read_all

OURS_TITLE = "Handoff, staged and to a pipe"


@dataclass(frozen=True, slots=True)
class Row:
    """The runs of one of those compared, and the calls each made for entries."""

    title: str
    versions: str
    runs: Sequence[Measured]
    calls: int


def run(*, entries: int, runs: int) -> Section:
    """Ours and each peer in turn, run by run, so that a busy minute meets them all."""
    with TemporaryDirectory(prefix="handoff-bench-") as name, HarvestProcess(entries) as harvest:
        contest = Contest(harvest, read_all(harvest), Path(name))
        for _ in range(runs):
            contest.turn()
        bytes_a_row = contest.known.bytes_a_row
        rows = contest.rows()
        drills = drills_table(harvest, contest.present(), Path(name))
    return Section(
        f"4  Peers: the same {number(entries)} entries",
        f"The same stand-in process ({number(bytes_a_row)} bytes an entry, {number(PER_PAGE)} a page) and the same "
        "Python for all, each in an environment of its own, run in turn. CPU seconds are of the whole process, "
        "imports included. Of the peers only base addresses are replaced. Everybody must bring every entry; ours are "
        "decoded, hashed and diffed as well.",
        tables=[_table(rows, entries), drills],
        notes=[f"{title} did not run: {why}" for title, why in contest.absent.items()],
    )


class Contest:
    """The runs so far; `absent` are peers that could not be installed or run, and why."""

    def __init__(self, harvest: HarvestProcess, known: Known, folder: Path) -> None:
        self.known = known
        self.absent: dict[str, str] = {}
        self._harvest = harvest
        self._folder = folder
        self._runs: dict[str, list[Measured]] = {}
        self._calls: dict[str, int] = {}
        read_entries(harvest, "new", folder / "none", folder)  # warms our bytecode up

    def present(self) -> Sequence[Peer]:
        """The peers that are still in it."""
        return [peer for peer in PEERS if peer.title not in self.absent]

    def turn(self) -> None:
        """One run of ours, which must be right, and one of each peer, whose failures are theirs."""
        self._note(
            OURS_TITLE, check_new(read_entries(self._harvest, "new", self._folder, self._folder), self.known).used
        )
        for peer in self.present():
            try:
                self._note(peer.title, self._whole(peer))
            except (NotInstalled, Wrong) as error:
                self.absent[peer.title] = str(error)

    def rows(self) -> Sequence[Row]:
        """Ours first, then the peers that ran to the end."""
        versions = {peer.title: peer.environment.versions() for peer in self.present()}
        return [
            Row(title, told, self._runs[title], self._calls[title])
            for title, told in {OURS_TITLE: OURS.versions(), **versions}.items()
        ]

    def _whole(self, peer: Peer) -> Measured:
        """A peer's run from nothing; raises Wrong when it fails or leaves entries out."""
        folder = self._folder / peer.environment.name
        peer.environment.python()
        peer.forget(folder)
        self._harvest.control("DELETE", "calls")
        used = peer.run(self._harvest.url, folder).succeeded()
        ids = set(peer.found(folder))
        must(ids == set(self.known.entries), f"brought {len(ids)} of {len(self.known.entries)} entries")
        return used

    def _note(self, title: str, used: Measured) -> None:
        self._runs.setdefault(title, []).append(used)
        self._calls[title] = self._harvest.calls()


def _table(rows: Sequence[Row], entries: int) -> Table:
    table = plain_table("", "records/CPU s", "min – max", "ours is", "CPU s", "peak MB", "first s", "calls")
    speeds = {row.title: [entries / used.cpu_seconds for used in row.runs] for row in rows}
    ours = median(speeds[OURS_TITLE])
    for row in rows:
        speed = median(speeds[row.title])
        firsts = [used.first_seconds for used in row.runs if used.first_seconds is not None]
        table.add_row(
            f"{row.title}\n  {row.versions}",
            number(speed),
            spread(speeds[row.title]),
            "" if row.title == OURS_TITLE else f"{number(ours / speed, 1)} ×",
            number(median(used.cpu_seconds for used in row.runs), 2),
            number(median(used.peak_mb for used in row.runs)),
            number(median(firsts), 2) if firsts else "none seen",
            number(row.calls),
        )
    return table
