"""What the integrations promise, sentence by sentence, and the tests that prove it.

A test proves a sentence by naming its id, in its name (`test_H4_4_an_engagement_overrides_the_rate`) or in its
docstring (`M1.1, M1.2: only once`). `make pages` reads all tests and writes docs/manuals.md; a test says
when that is due.
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
_NAMED = re.compile(r"\bM\d{1,2}\.\d{1,2}\b")
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
MOMENT_ECONOMIC: Mapping[str, str] = {
    "M1.1": "A finalized invoice goes over at once.",
    "M1.2": "It becomes an invoice in e-conomic, and is then booked in the journal by itself.",
    "M1.3": "With its number, description, customer, project, date, total including VAT and ledger account.",
    "M1.4": "The invoice's PDF goes along and is kept on it.",
    "M1.5": "Whether the PDF goes along is a setting.",
    "M1.6": "The PDF needs the plan Smart or Advanced; Plus has none.",
    "M1.7": "Journal 1 is used, and must exist.",
    "M2.1": "A new customer goes over at once.",
    "M2.2": "Any change of it does so again.",
    "M2.3": "With name, number, customer group 1, VAT by country (Denmark by default), organisation number, e-mail, "
    "address and country.",
    "M2.4": "Group 1 must exist.",
    "M3.1": "A new project goes over at once.",
    "M3.2": "Any change of it does so again.",
    "M3.3": "A project's number must be numeric.",
    "M3.4": "With name, number and customer's number.",
    "M3.5": "All projects are active.",
    "M3.6": "A project group of type internal is used, and must exist.",
    "M3.7": "The projects module must be on, or projects can't go over.",
    "M4.1": "Where it is switched on, costs are fetched from e-conomic.",
    "M4.2": "They can go into customers' invoices, with their documents.",
    "M4.3": "Only booked costs are fetched.",
    "M4.4": "Which accounts they are fetched from is a setting; several are separated.",
    "M4.5": "None means all accounts.",
    "M4.6": "Which cost types are fetched is a setting.",
    "M4.7": "Only costs on a project that Moment has.",
    "M4.8": "Once a day, everything new; what was not fetched yet is.",
    "M4.9": "With description, amount including VAT and date.",
    "M4.10": "The activity they land on is named in a setting, and made in the project where it is missing.",
    "M4.11": "A setting makes all of them billable.",
    "M5.1": "Moment is master: its numbers of customers, projects and invoices are not changed in e-conomic.",
    "M6.1": "The projects module is switched on once.",
    "M6.2": "The app is added in e-conomic by a link.",
    "M6.3": "The id that is shown there is the agreement token.",
    "M6.4": "A webhook token is shown for setting a webhook up.",
    "M6.5": "An e-mail address is told when something fails.",
    "M7.1": "Payments registered in e-conomic come back to Moment.",
}
NOT_YET = "H1.2–H1.6, H2.3, H2.4, H2.6, H3.1, H6.1–H6.4, H7.1–H7.4, H8.1, H8.2, H9.1, H9.2,\nH10.1–H10.4"

_HEAD = """\
# What the integrations promise

Made from the tests by `make pages`; do not edit it by hand. A test proves a sentence by naming its id, in
its name (`test_H4_4_…` stands behind H4.4) or in its docstring.

## Harvest → Visma.net ERP

"""
_SECOND = """
## Moment → Visma e-conomic

"""
_FOOT = """
## Not yet

These sentences of the first manual are not built yet: {not_yet}.
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
        for name, docstring in _tests_in(file):
            for id_ in (*ids_in(name), *_NAMED.findall(docstring)):
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

    def proven(manual: Mapping[str, str]) -> str:
        lines = ((id_, sentence, _cell(known.get(id_, []))) for id_, sentence in manual.items())
        return table(("Id", "Sentence", "Proven by"), lines)

    return _HEAD + proven(HARVEST_VISMA_NET) + _SECOND + proven(MOMENT_ECONOMIC) + _FOOT.format(not_yet=NOT_YET)


def _cell(found: list[Proof]) -> str:
    shown = [f"{proof.says} ([{Path(proof.file).stem}](../tests/{proof.file}))" for proof in found]
    return "<br>".join(shown) or "no test names it yet"


def _tests_in(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name, ast.get_docstring(node) or ""


def main() -> int:
    """Writes the page anew."""
    PAGE.write_text(rendered(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
