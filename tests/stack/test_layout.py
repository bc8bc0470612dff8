"""Where things live, how large they are, and who may import whom, beyond what the import contract says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.local import template
from sandbox.local.paths import ROOT, TEMPLATE

FOLDERS = ("functions", "layers/handoff", "sandbox", "tests", "benchmarks")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
HANDLERS = sorted((ROOT / "functions").glob("*/app.py"))
PACKAGE = ROOT / "layers" / "handoff" / "handoff"
CONNECTORS = PACKAGE / "connectors"
FUNCTION_LINES, MODULE_LINES, HANDLER_LINES = 60, 400, 40


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def modules_in(path: Path) -> Iterator[str]:
    """Every module that a file imports, with its whole name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def test_every_function_of_the_template_has_its_folder_and_no_folder_is_left_over() -> None:
    functions = template.resources(template.load(TEMPLATE), "AWS::Serverless::Function").values()
    assert {function["CodeUri"] for function in functions} == {name_of(path.parent) for path in HANDLERS}


@pytest.mark.parametrize("path", HANDLERS, ids=name_of)
def test_a_handler_parses_calls_and_renders(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= HANDLER_LINES
    assert not {"boto3", "botocore", "httpx", "sandbox", "tests"} & set(imported(path))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_and_functions_fit_on_few_screens(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MODULE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            assert node.end_lineno - node.lineno < FUNCTION_LINES, f"{node.name} is too long"


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    assert not [name_of(path) for path in SOURCES if path.stem in ("utils", "util", "common", "helpers", "misc")]


def test_one_vendor_never_imports_another() -> None:
    vendors = {path.parent.name for path in CONNECTORS.glob("*/__init__.py")}
    assert len(vendors) >= 4
    for vendor in vendors:
        others = {f"handoff.connectors.{other}" for other in vendors - {vendor}}
        for path in (CONNECTORS / vendor).rglob("*.py"):
            met = [name for name in modules_in(path) if any(f"{name}.".startswith(f"{other}.") for other in others)]
            assert not met, f"{name_of(path)} imports {met}"


def test_no_vendor_is_named_outside_its_folder_and_its_integrations() -> None:
    vendors = {path.parent.name for path in CONNECTORS.glob("*/__init__.py")}
    house = CONNECTORS.parent
    for path in house.rglob("*.py"):
        inside = path.relative_to(house).parts
        if inside[0] == "integrations" or (inside[0] == "connectors" and inside[1] in vendors):
            continue
        named = {m.split(".")[2] for m in modules_in(path) if m.startswith("handoff.connectors.")} & vendors
        assert not named, f"{name_of(path)} names {named}"


def test_every_method_of_a_port_is_called() -> None:
    ports = PACKAGE / "ports"
    inside = {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    callers = "\n".join(text for path, text in inside.items() if not {"ports", "storage", "connectors"} & {*path.parts})
    promised = {
        f"{path.stem}.{one.name}.{method.name}": method.name
        for path in ports.glob("*.py")
        for one in ast.parse(inside[path]).body
        if isinstance(one, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in one.bases)
        for method in one.body
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("__")
    }
    assert len(promised) > 100
    assert [name for name, method in promised.items() if not re.search(rf"\.{method}\b", callers)] == []


def test_ci_runs_the_commands_of_the_readme() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == [
        "set -euo pipefail",
        "make check",
        "make test",
    ]
