"""What the integrations promise, sentence by sentence, and the tests that prove it.

A test proves a sentence by naming its id: `test_H4_4_an_engagement_overrides_the_rate`. `python -m tests.manuals`
reads the names of all tests and writes docs/manuals.md; a test says when that is due.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.local.paths import ROOT
from tests.pages import DOCS, table

PAGE = DOCS / "manuals.md"
_ID = re.compile(r"_(?P<chapter>[A-Z]\d{1,2})_(?P<sentence>\d{1,2})(?=_|$)")

HARVEST_VISMA_NET: Mapping[str, str] = {
    "H1.1": "Time entries and their hours are read from Harvest.",
    "H2.1": "Hours are entered in the ERP's project accounting.",
    "H2.2": "The ERP has the revenue of each project and task.",
    "H2.5": "The general ledger is posted to by cost centre.",
    "H3.2": "A pass runs every hour.",
    "H4.1": "The type of a project leads its hours to a revenue account and a rate.",
    "H4.2": "So does the client.",
    "H4.3": "So does the team member.",
    "H4.4": "The rate of one engagement can be overridden without touching Harvest.",
    "H5.1": "Only approved entries reach the general ledger.",
    "H5.2": "Hours that nobody has approved wait until a manager signs them off.",
    "H5.3": "No half-finished entry reaches the books.",
}
NOT_YET = "H1.2–H1.6, H2.3, H2.4, H2.6, H3.1, H6.1–H6.4, H7.1–H7.4, H8.1, H8.2, H9.1, H9.2,\nH10.1–H10.4"

_HEAD = """\
# What the integrations promise

Made from the names of the tests by `python -m tests.manuals`; do not edit it by hand. A test proves a sentence by
naming its id, so `test_H4_4_…` stands behind H4.4.

## Harvest → Visma.net ERP

"""
_FOOT = """
## Not yet

These sentences of the manual are not built yet: {not_yet}.
"""


@dataclass(frozen=True, order=True)
class Proof:
    """A test that names a sentence."""

    file: str
    says: str


def proofs(folder: Path = ROOT / "tests") -> dict[str, list[Proof]]:
    """All tests that name sentences, by the sentence's id."""
    found: dict[str, set[Proof]] = defaultdict(set)
    for file in folder.rglob("test_*.py"):
        for name in _tests_in(file):
            for id_ in ids_in(name):
                found[id_].add(Proof(file.relative_to(folder).as_posix(), sentence_of(name)))
    return {id_: sorted(tests) for id_, tests in found.items()}


def ids_in(test: str) -> list[str]:
    """The sentences that a test's name has in it: `test_H4_1_H4_2_…` names two."""
    return [f"{found['chapter']}.{found['sentence']}" for found in _ID.finditer(test)]


def sentence_of(test: str) -> str:
    """A test's name as the sentence it is."""
    return _ID.sub("", test).removeprefix("test").strip("_").replace("_", " ")


def rendered() -> str:
    """The page as the tests have it now."""
    known = proofs()
    lines = ((id_, sentence, _cell(known.get(id_, []))) for id_, sentence in HARVEST_VISMA_NET.items())
    return _HEAD + table(("Id", "Sentence", "Proven by"), lines) + _FOOT.format(not_yet=NOT_YET)


def _cell(found: list[Proof]) -> str:
    shown = [f"{proof.says} ([{Path(proof.file).stem}](../tests/{proof.file}))" for proof in found]
    return "<br>".join(shown) or "no test names it yet"


def _tests_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name


def main() -> int:
    """Writes the page anew."""
    PAGE.write_text(rendered(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
