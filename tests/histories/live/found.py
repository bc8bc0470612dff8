"""Live histories that once broke a promise, cut down; each is run again with every change."""

from __future__ import annotations

from collections.abc import Mapping

from tests.histories.live.story import LOST, Act, LiveHistory

FOUND: Mapping[str, LiveHistory] = {
    "a refusal was shown for ever when the process died before its connection was stopped": LiveHistory(
        (
            Act("save", "p2", hook=3),
            Act("deliver", hook=LOST, faults=(("any", 6, "crash_after"), ("tool", 1, "reconnect"))),
        )
    ),
    "what could not be read by a hint was shown for ever": LiveHistory(
        (Act("save", "c1", faults=(("tool", 0, "broken"),)),)
    ),
    "a hint of a project went to the dead letters while the module was off": LiveHistory(
        (
            Act("save", "c1", hook=LOST),
            Act("save", "p1"),
            Act("switch", "module", "off"),
            Act("forged", "erp_project", "501>"),
        )
    ),
    "an invoice stayed out after the setting that kept it out was taken back": LiveHistory(
        (
            Act("finalize", "i1", hook=LOST),
            Act("pass", value="hand", faults=(("any", 18, "crash_before"),)),
            Act("settings", amount=7),
        )
    ),
    "what people wrote in the ERP before the first pass was written over": LiveHistory(
        (Act("save", "c1"), Act("there", "c1", "notes", hook=LOST))
    ),
    "a draft deleted while its PDF was looked for": LiveHistory(
        (
            Act("save", "c1", hook=LOST),
            Act(
                "finalize", "i2", faults=(("any", 26, "meanwhile"), ("erp", 4, "lost_after")),
                meanwhile=(Act("touch", value="delete"),),
            ),
        )
    ),
    "an invoice that was freed stayed in the inbox": LiveHistory(
        (
            Act("finalize", "i1", hook=LOST),
            Act("pass"),
            Act("save", "c1", faults=(("any", 14, "crash_after"),)),
            Act("save", "p1"),
        )
    ),
    "what a person had retried stayed in the inbox": LiveHistory(
        (
            Act("save", "c1"), Act("save", "p1"), Act("switch", "period", "off"), Act("finalize", "i1"),
            Act("switch", "period", "on"), Act("retry", faults=(("any", 4, "told_stale"),)), Act("pass", value="night"),
        )
    ),
}  # fmt: skip
