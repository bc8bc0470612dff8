"""Histories worth a name: what once went wrong, cut down, and what well might have.

Whatever a seed finds is kept here: the generator may change, and a seed then stands for another history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.histories.story import Action, History

LOG = Action("edit", "1")
PASS = Action("pass", approved=False, amount=20)
WAIT = Action("wait", amount=300)

FOUND: Mapping[str, History] = {
    "a worker that died between telling of a refused connection and stopping it": History((
        LOG, Action("edit", "3"), replace(PASS, faults=(("any", 37, "crash_after"), ("any", 23, "half"), ("send", 0, "reconnect"))),
    )),
    "a project taken out while one of two documents was written": History(
        (LOG, replace(PASS, amount=3, faults=(("send", 1, "reconnect"),)), Action("settings", amount=3)), post_as=2,
    ),
    "two workers that read a feed at once, one of them an answer that is no list": History((
        Action(
            "together", faults=(("read", 0, "broken"),), meanwhile=(Action("fetch"), Action("fetch")),
            turns=(True, False, False, True, False, True),
        ),
    )),
    "a person whose word on an unknown outcome was cut off in the middle": History((
        LOG, replace(PASS, faults=(("send", 0, "lost_after"),)), WAIT, PASS,
        Action("answer", faults=(("any", 3, "crash_after"),)), PASS,
    ), findable=False),
    "a look-up whose answer was long on its way": History((
        LOG, replace(PASS, amount=3, faults=(("send", 0, "late"),)), Action("wait", amount=90),
        Action("post", faults=(("find", 0, "tardy"),)), Action("wait", amount=200),
    ), absence_seconds=120),
    "a walk that was interrupted, while an entry was edited behind it and another before it": History((
        LOG, WAIT, Action("edit", "2"), WAIT, Action("edit", "3"), PASS, WAIT,
        *(Action("edit", name, hours="8") for name in "123"),
        replace(PASS, amount=2, faults=(("time_left", 1, "over"),)), WAIT,
        Action("edit", "1", hours="2.25"), WAIT, Action("edit", "3", hours="2.25"), WAIT, Action("deliver", amount=20),
    )),
    "a worker that died before its reversal was on its record, of what can't be asked for": History((
        LOG, PASS, Action("delete", "1"), replace(PASS, faults=(("any", 26, "crash_before"),)),
    ), findable=False),
}  # fmt: skip
"""What histories have found in the product."""

TRIED: Mapping[str, tuple[Action, ...]] = {
    "an edit that was set back while an old claim still waited": (
        LOG, replace(PASS, amount=3, faults=(("any", 16, "crash_before"),)), replace(LOG, hours="8"), PASS, LOG, PASS,
    ),
    "a late document of a slow worker that died": (
        LOG, replace(PASS, amount=3, faults=(("send", 0, "slow_late_crash"),)),
        replace(PASS, faults=(("find", 0, "broken"),)),
    ),
    "an approval taken back while the document was on its way": (
        LOG, replace(PASS, amount=3, faults=(("send", 0, "lost_before"),)), replace(LOG, approved=False), PASS,
    ),
    "an approval while a pass was at work": (
        replace(LOG, approved=False), Action("wait", amount=200), Action("edit", "2"),
        replace(PASS, faults=(("send", 0, "meanwhile"),), meanwhile=(Action("decide", "1"),)),
    ),
    "two passes that find the same document absent": (
        LOG, replace(PASS, amount=3, faults=(("send", 0, "lost_before"),)),
        replace(PASS, faults=(("find", 0, "meanwhile"),), meanwhile=(Action("post"),)),
    ),
    "a bad record among good ones, and a crash in the middle of the search": (
        LOG, Action("edit", "2"), Action("edit", "3"), Action("refuse", "2"),
        replace(PASS, faults=(("send", 2, "lost_after"), ("any", 30, "crash_after"))),
    ),
    "an entry edited again and again after it was posted": (
        LOG, PASS, replace(LOG, hours="8"), PASS, replace(LOG, hours="9", approved=False), PASS,
        replace(LOG, hours="9"), PASS, LOG, PASS,
    ),
    "settings that change while documents are on their way": (
        LOG, Action("edit", "2"), replace(PASS, amount=3, faults=(("send", 0, "lost_before"),)),
        Action("settings", amount=3), PASS, Action("settings", amount=0), PASS,
    ),
    "deleted, there again, and deleted while it is on its way": (
        LOG, PASS, Action("delete", "1"), WAIT, PASS, PASS, LOG,
        replace(PASS, faults=(("send", 0, "meanwhile"),), meanwhile=(Action("delete", "1"),)), PASS,
    ),
    "a month that closes while its hours are sent": (
        LOG, Action("edit", "2"), replace(PASS, faults=(("send", 0, "meanwhile"),), meanwhile=(Action("close", amount=10),)),
        PASS, Action("retry"), PASS,
    ),
    "a voucher taken out by hand, and edited later in the time tool": (
        LOG, Action("edit", "2"), PASS, Action("hand"), WAIT, replace(LOG, hours="8"), PASS, Action("confirm"), PASS,
    ),
    "a voucher edited by hand, set back and tried again": (
        LOG, Action("edit", "2"), PASS, Action("hand", approved=False), WAIT, replace(LOG, hours="8"), PASS,
        Action("confirm", approved=False), PASS,
    ),
    "dead letters sent again after everything was done": (
        LOG, replace(PASS, faults=(("deliver", 2, "dead"),)), PASS, Action("redrive"), Action("redrive"),
    ),
    "connections that were down while people went on working": (
        Action("down", "harvest"), LOG, PASS, Action("edit", "2"), Action("down", "visma"), WAIT, PASS,
        Action("down", "harvest"), replace(LOG, hours="8"), PASS, Action("down", "visma"), replace(PASS, approved=True),
    ),
    "a clock that jumps forwards and back": (
        LOG, Action("jump", amount=7200), PASS, replace(LOG, hours="8"), Action("jump", amount=-7200),
        replace(PASS, faults=(("send", 0, "lost_after"),)), Action("jump", amount=-40), PASS,
    ),
}  # fmt: skip
"""What well might go wrong: as every kind of document, and with every delay of the ERP."""
