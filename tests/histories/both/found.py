"""Histories of two sides that once broke a promise, cut down; each is run again with every change."""

from __future__ import annotations

from collections.abc import Mapping

from tests.histories.both.story import ERP, Act, BothHistory

C1, P1, E1 = Act("save", "c1"), Act("save", "p1"), Act("save", "e1")
PASS, DRAFT = Act("pass"), Act("draft", "i1")
AGAIN = (Act("refer", "i1", amount=1), PASS, Act("confirm"))
"""An invoice is edited after it was ordered, and a person takes the order out."""

FOUND: Mapping[str, BothHistory] = {
    "an invoice that a night ordered was not followed before the next pass": BothHistory((C1, P1, DRAFT)),
    "rows of hours did not get the number of an order that a night made": BothHistory(
        (C1, E1, P1, PASS, Act("log", "h1", value="2.25"), DRAFT)
    ),
    "an invoice that became another order was followed as the first one": BothHistory((C1, P1, DRAFT, PASS, *AGAIN)),
    "rows of hours kept the number of an order that was taken out": BothHistory(
        (C1, E1, P1, PASS, Act("log", "h1"), DRAFT, PASS, *AGAIN)
    ),
    "kinds of work that could not be read ended the worker and not the run": BothHistory(
        (E1, P1, Act("log", "h1"), Act("pass", faults=(("work_types", 0, "broken"),)))
    ),
    "an invoice that could not be read once was told to be unreadable for ever": BothHistory(
        (C1, P1, PASS, DRAFT, Act("pass", faults=(("read", 2, "broken"),)), PASS)
    ),
    "orders that could not be read when the worker died were told to be unreadable for ever": BothHistory(
        (
            C1, P1, Act("pass", value="night"),
            Act("pass", value="night", faults=(("touched", 0, "broken"), ("any", 102, "crash_before"))),
        )
    ),
    "hours that were not approved any more stayed in the register when the start was moved behind them": BothHistory(
        (E1, P1, Act("log", "h1"), PASS, Act("settings", amount=5), Act("approve", "h1"))
    ),
    "an invoice that was edited after it was ordered, and then deleted, was being reversed for ever": BothHistory(
        (C1, P1, PASS, DRAFT, PASS, Act("refer", "i1", amount=1), PASS, Act("scrap", "i1"))
    ),
    "an order that was edited and then deleted was told to be edited for ever": BothHistory(
        (C1, P1, DRAFT, PASS, Act("touch", "i1", value="edit"), Act("pass", value="night"), Act("touch", "i1", value="delete"))
    ),
    "an entry of a list that only one side took stayed there alone": BothHistory(
        (
            Act("save", "c1", ERP), PASS, Act("contact", "c1", ERP, "add"), Act("contact", "c1", value="add"),
            Act("pass", faults=(("update", 0, "lost_before"),)),
        )
    ),
    "an entry that both sides changed was lost on one of them unseen": BothHistory(
        (
            C1, P1, PASS, Act("contact", "c1", ERP, "add"), PASS, Act("contact", "c1", ERP, "edit"),
            Act("contact", "c1", value="edit"),
        )
    ),
    "what nothing made wanted was taken for settled when its number was written": BothHistory(
        (Act("save", "c2", amount=1), Act("contact", "c2", value="add"), Act("save", "c2", ERP))
    ),
    "what was made without an answer was made once more, since another one was called the same": BothHistory(
        (
            Act("save", "e1", value="b"), Act("save", "e1", ERP, "b", 1), Act("save", "e2", ERP, "b", 1),
            Act("save", "u1", amount=1), Act("pass", faults=(("create", 1, "lost_after"),)),
        )
    ),
    "a number that was emptied while the other half was kept out stayed empty": BothHistory(
        (
            Act("save", "e1", amount=1),
            Act("pass", faults=(("update", 0, "meanwhile"),), meanwhile=(Act("write", "e1", ERP, "none"),)),
            Act("write", "e1", value="x"), Act("renumber", "e1"),
        )
    ),
    "what was made without an answer, and called something else there, was made once more": BothHistory(
        (
            C1, E1, Act("save", "e1", ERP), P1, Act("pass", faults=(("erp", 6, "broken"), ("create", 0, "lost_after"))),
            Act("save", "p1", ERP, "c"),
        )
    ),
}  # fmt: skip
