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
_NAMED = re.compile(r"\b[MS]\d{1,2}\.\d{1,2}\b")
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
SEVERA_BUSINESS: Mapping[str, str] = {
    "S1.1": "A master is set, and rules how projects and products are updated.",
    "S1.2": "By default updates go from the master to the other side only.",
    "S1.3": "New data may be made on either side, and comes to the other.",
    "S1.4": "There are three settings: the master, that of projects, that of products.",
    "S1.5": "Those of projects and products follow the first where they are not set.",
    "S1.6": "Of employees and customers nobody is master: changes always go both ways.",
    "S2.2": "Business units are tied to the organisational unit that is chosen for departments.",
    "S2.3": "They go both ways.",
    "S2.4": "Some can be kept from going over in Visma Business.",
    "S2.5": "Those that are there are connected by name and number.",
    "S3.1": "Severa's users are Visma Business's employees.",
    "S3.2": "All users travel to Visma Business.",
    "S3.3": "Back travel only employees with an e-mail address.",
    "S3.4": "Those that are there are connected by name and number.",
    "S3.5": "Changes always go both ways.",
    "S4.1": "Products and kinds of travel expense are in the product registry.",
    "S4.2": "The master of products makes and changes them on the other side.",
    "S4.3": "The other side may only make new ones, and never changes what is there.",
    "S4.4": "Work types are not kept the same.",
    "S4.5": "They are made in Visma Business when an invoice with one goes over.",
    "S4.6": "Product categories follow where that is switched on, by the master of products.",
    "S4.7": "Some products can be kept from going over.",
    "S5.1": "Customers are customers.",
    "S5.2": "Their contacts and addresses are kept up to date.",
    "S5.3": "From Severa travel only customers with a project that is won.",
    "S5.4": "From Visma Business travel all.",
    "S5.5": "Changes always go both ways.",
    "S5.6": "Visma Business has one billing address; the others are delivery addresses.",
    "S5.7": "Visma Business rules the customer numbers.",
    "S5.8": "Some can be kept from going over.",
    "S5.9": "Those that are there are connected by name and number.",
    "S6.2": "Projects are tied to the organisational unit that is chosen for projects.",
    "S6.3": "Only projects that are won travel.",
    "S6.4": "The master of projects makes and changes them; the other side only makes new ones.",
    "S6.5": "Some can be kept from going over.",
    "S6.6": "Those that are there are connected by name and number.",
    "S6.7": "Open or closed is not carried.",
    "S6.1": "Projects are managed in Severa and reported on in Visma Business: hours, invoices and costs belong to one.",
    "S7.1": "Hours serve reporting and the recognition of revenue in Visma Business.",
    "S7.2": "Hours go into one of the free information tables.",
    "S7.3": "Only approved hours go over.",
    "S7.4": "When hours are billed, their rows get the number of the order.",
    "S8.1": "Invoices are drafted in Severa.",
    "S8.2": "Those in a chosen status become orders in Visma Business.",
    "S8.3": "When the order is invoiced and sent, the invoice in Severa becomes sent.",
    "S8.4": "When the customer has paid, it becomes paid.",
    "S8.5": "Attachments do not go over.",
    "S9.1": "A purchase invoice on a project in Visma Business becomes costs of the project in Severa.",
    "S9.2": "A setting says whether they are billable or only costs.",
    "S9.3": "The transfer can be limited to certain kinds of costs.",
    "S10.1": "Before anything is written, what is there on both sides is gone through.",
}


@dataclass(frozen=True)
class Manual:
    """What one integration promises, and which sentences of its manual are not built yet."""

    title: str
    sentences: Mapping[str, str]
    not_yet: str = ""


MANUALS = (
    Manual(
        "Harvest → Visma.net ERP",
        HARVEST_VISMA_NET,
        "H1.2–H1.6, H2.3, H2.4, H2.6, H3.1, H6.1–H6.4, H7.1–H7.4, H8.1, H8.2, H9.1, H9.2, H10.1–H10.4",
    ),
    Manual("Moment → Visma e-conomic", MOMENT_ECONOMIC),
    Manual(
        "Severa ↔ Visma Business",
        SEVERA_BUSINESS,
        "S2.1",
    ),
)
_HEAD = """\
# What the integrations promise

Made from the tests by `make pages`; do not edit it by hand. A test proves a sentence by naming its id, in
its name (`test_H4_4_…` stands behind H4.4) or in its docstring.
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

    def told(manual: Manual) -> str:
        lines = ((id_, sentence, _cell(known.get(id_, []))) for id_, sentence in manual.sentences.items())
        left = f"\nNot built yet: {manual.not_yet}.\n" if manual.not_yet else ""
        return f"\n## {manual.title}\n\n{table(('Id', 'Sentence', 'Proven by'), lines)}{left}"

    return _HEAD + "".join(map(told, MANUALS))


def promised() -> set[str]:
    """The ids of all sentences that are built."""
    return {id_ for manual in MANUALS for id_ in manual.sentences}


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
