"""The pages say what the code does: names, tables, links and commands are held against it."""

from __future__ import annotations

import ast
import json
import pkgutil
import re
from datetime import date
from decimal import Decimal
from operator import itemgetter
from pathlib import Path

import pytest
from pydantic import BaseModel

from handoff.accounting.matching import Coordinates
from handoff.domain.money import Money
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problem_texts import CATALOGUE
from handoff.domain.staged import State
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.integrations.kind_settings import read_as
from handoff.integrations.live_settings import LiveSettings
from handoff.integrations.settings import read_settings
from handoff.settings import PlatformSettings
from sandbox import klitrose, world
from sandbox.fjordlys import SETTINGS
from sandbox.local import template
from sandbox.local.paths import ROOT, TEMPLATE
from tests import manuals, pages
from tests.pages import DOCS, README, blocks, links, rows

PAGES = pages.all_pages()
CONNECTORS = ROOT / "layers" / "handoff" / "handoff" / "connectors"
PACKAGE = ROOT / "layers" / "handoff" / "handoff"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
ALARMS = template.resources(template.load(TEMPLATE), "AWS::CloudWatch::Alarm")
RULES = read_settings(SETTINGS).to_rules()
LIVE = read_as(LiveSettings, klitrose.SETTINGS)
WORK = re.compile(
    r"(?P<task>\S+) by a (?P<role>\w+) on (?P<project>P\d+) for (?P<client>.+), (?P<day>\d+) October"
)  # fmt: skip
# What the design calls by these names; whoever reads the code meets them everywhere.
WORDS = (
    "tenant", "connection", "entity", "integration", "flow", "feed", "staged record", "approval", "posting",
    "receipt", "problem", "run", "capability", "cursor", "gate", "plan", "claim", "split", "reconciliation",
)  # fmt: skip


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


# ---- all pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not anchor or anchor in pages.anchors(file), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_tables_made_from_code_are_as_the_code_has_them(page: Path) -> None:
    assert pages.renewed(page) == page.read_text(encoding="utf-8"), "run make pages"


def test_every_generated_table_stands_on_a_page_once() -> None:
    placed = [name for page in PAGES for name in pages.generated_names(page)]
    assert sorted(placed) == sorted(pages.GENERATED)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"(?:^|`)make (?:[A-Z]+=\S+ )?([a-z-]+)", text, re.MULTILINE)
    assert not set(named) - TARGETS


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_command_marked_as_tested_is_run_by_ci(page: Path) -> None:
    run_by_ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    for block in blocks(page, "sh"):
        if block.startswith("# tested"):
            assert not {line for line in block.splitlines() if line.startswith("make ")} - set(run_by_ci)


# ---- README --------------------------------------------------------------------------------------


def test_the_readme_names_every_command_that_make_helps_with() -> None:
    helped = set(re.findall(r'@echo "make ([\w-]+)', MAKEFILE))
    explained = {row["Command"].strip("`").removeprefix("make ") for row in rows(README, "Command", "What it does")}
    assert helped <= explained <= TARGETS


def test_every_folder_that_the_readme_names_is_there_and_none_is_left_out() -> None:
    named = {
        name.strip("`")
        for row in rows(README, "Folder or file", "What is in it")
        for name in row["Folder or file"].split(", ")
    }
    assert not {name for name in named if not (ROOT / name).exists()}
    parts = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert {f"layers/handoff/handoff/{part}" for part in parts} <= named


def test_the_readme_draws_every_function_and_queue() -> None:
    drawn = "".join(blocks(README, ""))
    functions = template.resources(template.load(TEMPLATE), "AWS::Serverless::Function").values()
    assert not {name for f in functions if (name := f["CodeUri"].removeprefix("functions/")) not in drawn}
    queues = template.resources(template.load(TEMPLATE), "AWS::SQS::Queue").values()
    assert not {name for q in queues if (name := q["QueueName"]["Fn::Sub"].split("-", 1)[1]) not in drawn}


# ---- settings ------------------------------------------------------------------------------------


def test_every_environment_variable_has_a_row() -> None:
    columns = ("Variable", "What it is", "Functions", "Set from", "Default in code")
    told = {row["Variable"].strip("`"): row["What it is"] for row in rows(DOCS / "settings.md", *columns)}
    read = {field.alias for field in PlatformSettings.model_fields.values()}
    assert set(told) == {*pages.environment(), *read}
    assert all(told.values())


def test_every_parameter_of_the_template_has_a_row_with_its_default() -> None:
    columns = ("Parameter", "Default", "What it is")
    told = {row["Parameter"].strip("`"): row["Default"].strip("`") for row in rows(DOCS / "settings.md", *columns)}
    parameters = template.load(TEMPLATE)["Parameters"]
    assert told == {name: str(parameter["Default"]) for name, parameter in parameters.items()}


def test_the_examples_of_settings_are_the_local_runs_own() -> None:
    hours, live = blocks(DOCS / "settings.md", "json")
    assert read_settings(json.loads(hours)) == read_settings(SETTINGS)
    assert read_as(LiveSettings, json.loads(live)) == LIVE


def test_the_examples_rules_give_what_the_page_says() -> None:
    columns = ("Work", "Account", "by rule", "Rate", "by rule", "Cost centres", "by rule")
    lines = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in (DOCS / "settings.md").read_text(encoding="utf-8").splitlines()
        if " October |" in line
    ]
    assert len(lines) > 3
    for work, *told in lines:
        assert len(told) == len(columns) - 1
        assert told == outcome(work), work


def outcome(work: str) -> list[str]:
    """Account, rate and cost centres of a row's work, each with its rule."""
    found = WORK.fullmatch(work)
    assert found is not None, work
    project = next(p for p in world.World().projects if p.code == found["project"])
    assert world.World().client_of(project).name == found["client"]
    at = Coordinates.of(
        project=[found["project"]], client=[found["client"]], task=[found["task"]], role=[found["role"]]
    )
    on, own = date(2026, 10, int(found["day"])), Money(Decimal(1), "NOK")
    account, rate = RULES.rate_card.account(at, on), RULES.rate_card.rate(at, on, own=own)
    shares = RULES.allocations.shares(at, on)
    assert rate.value is not None
    priced = "the time tool's" if rate.value is own else f"{rate.value.amount} {rate.value.currency}"
    split = ", ".join(f"{cost_centre}: {weight}" for cost_centre, weight in shares.value or ())
    return [account.value or "", account.rule_id, priced, rate.rule_id, split, shares.rule_id]


def test_the_customers_of_the_live_example_get_the_zones_that_the_table_says() -> None:
    told = rows(DOCS / "settings.md", "Customer in", "Zone", "Since")
    zones = {row["Customer in"].strip("`"): int(row["Zone"]) for row in told}
    assert zones
    assert zones == {country: LIVE.customers.vat_zone(country.replace("none", "")) for country in zones}
    named = {"home": LIVE.customers.home_zone, "EU": LIVE.customers.eu_zone, "abroad": LIVE.customers.abroad_zone}
    assert all(named[row["Since"]] == int(row["Zone"]) for row in told)


def test_the_costs_of_the_live_example_are_fetched_as_the_table_says() -> None:
    told = {
        row["Booked on account"]: row["Fetched"] for row in rows(DOCS / "settings.md", "Booked on account", "Fetched")
    }
    assert told
    assert told == {account: "yes" if LIVE.expenses.takes_account(int(account)) else "no" for account in told}


@pytest.mark.parametrize("model", [LiveSettings, BothWaysSettings])
def test_every_section_of_the_settings_is_told_in_words(model: type[BaseModel]) -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    titles = {field.title for field in model.model_fields.values()}
    assert not {title for title in titles if f"\n**{title}.** " not in text}


def test_every_slow_test_that_is_told_is_there() -> None:
    told = {row["Test"].strip("`") for row in rows(DOCS / "tests.md", "Test", "Seconds", "Why")}
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(told) == 10
    assert not {name for name in told if f"def {name}(" not in tests}


# ---- problems, runbooks, connectors, promises ----------------------------------------------------


def test_every_problem_is_told_with_its_cure() -> None:
    columns = ("Code", "Field", "What it says", "What mends it")
    told = {row["Code"].strip("`"): row["What mends it"] for row in rows(DOCS / "problems.md", *columns)}
    assert told == {code.value: CATALOGUE[code].cure for code in ProblemCode}


@pytest.mark.parametrize("alarm", ALARMS)
def test_every_alarm_has_a_runbook_that_names_it(alarm: str) -> None:
    description = ALARMS[alarm]["AlarmDescription"]
    runbook = ROOT / description.rpartition("See ")[2]
    text = runbook.read_text(encoding="utf-8")
    name = ALARMS[alarm]["AlarmName"]["Fn::Sub"].replace("${AWS::StackName}", "handoff")
    assert runbook.stem in name
    assert f"`{name}`" in text
    assert f"`{alarm}`" in text


def test_every_runbook_is_for_an_alarm() -> None:
    runbooks = {page.stem for page in (DOCS / "runbooks").glob("*.md")} - {"README"}
    assert runbooks == {alarm["AlarmDescription"].rpartition("/")[2].removesuffix(".md") for alarm in ALARMS.values()}


def test_every_connector_has_a_page() -> None:
    vendors = {path.parent.name for path in CONNECTORS.glob("*/__init__.py")}
    assert {page.stem for page in (DOCS / "connectors").glob("*.md")} >= vendors


def test_the_promises_are_as_the_tests_have_them() -> None:
    assert manuals.PAGE.read_text(encoding="utf-8") == manuals.rendered(), "run make pages"


def test_every_promise_has_a_test_and_no_test_names_another_one() -> None:
    assert set(manuals.proofs()) == manuals.promised()


def test_every_decision_is_listed() -> None:
    written = {page.name for page in (DOCS / "decisions").glob("0*.md")}
    assert set(links(DOCS / "decisions" / "README.md")) == written


# ---- words ---------------------------------------------------------------------------------------


def test_the_words_of_the_design_are_in_the_glossary() -> None:
    told = {row["Word"] for row in rows(DOCS / "glossary.md", "Word", "Meaning", "In the code")}
    assert not set(WORDS) - told


@pytest.mark.parametrize("row", rows(DOCS / "glossary.md", "Word", "Meaning", "In the code"), ids=itemgetter("Word"))
def test_every_word_of_the_glossary_is_in_the_code(row: dict[str, str]) -> None:
    path = row["In the code"].strip("`")
    place, _, name = (path if path.startswith("sandbox.") else f"handoff.{path}").rpartition(".")
    thing = pkgutil.resolve_name(place)
    assert hasattr(thing, name) or name in thing.__annotations__, path


def test_every_state_is_in_the_glossary() -> None:
    told = {row["State"].strip("`") for row in rows(DOCS / "glossary.md", "State", "Meaning")}
    assert told == set(State)


def test_every_step_of_a_records_way_is_a_function_of_its_file() -> None:
    steps = rows(DOCS / "the-way-of-a-record.md", "Step", "File", "Function")
    assert steps
    for step in steps:
        file = step["File"].strip("`")
        path = ROOT / file if file.startswith("functions/") else PACKAGE / file
        tree = ast.parse(path.read_text(encoding="utf-8"))
        defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert step["Function"].strip("`") in defined, step
