"""Two workers at once, deterministically: two threads of which one runs, handed over at calls by a schedule."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock, Thread


class Baton:
    """Runs two jobs together: whoever makes a call hands over to the other where the schedule says so."""

    def __init__(self, turns: Sequence[bool]) -> None:
        self._turns = deque(turns)
        self._may_run = (Lock(), Lock())
        self._alive = [True, True]
        self._running = 0
        self._fault: BaseException | None = None

    def run(self, jobs: Sequence[Callable[[], None]]) -> None:
        """Both jobs to their ends; raises what one of them raised."""
        for place, lock in enumerate(self._may_run):
            self._alive[place] = place < len(jobs)
            lock.acquire()
        threads = [Thread(target=self._work, args=(place, job), daemon=True) for place, job in enumerate(jobs)]
        for thread in threads:
            thread.start()
        if threads:
            self._may_run[0].release()
        for thread in threads:
            thread.join()
        if self._fault is not None:
            raise self._fault

    def turn(self) -> None:
        """A call is made: perhaps the other goes on first."""
        other = 1 - self._running
        if self._turns and self._turns.popleft() and self._alive[other]:
            mine, self._running = self._running, other
            self._may_run[other].release()
            self._may_run[mine].acquire()
            self._running = mine

    def _work(self, place: int, job: Callable[[], None]) -> None:
        self._may_run[place].acquire()
        self._running = place
        try:
            job()
        except BaseException as fault:
            self._fault = self._fault or fault
        self._alive[place] = False
        if self._alive[1 - place]:
            self._may_run[1 - place].release()
