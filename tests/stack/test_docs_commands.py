"""The commands that the pages mark as tested are run as they stand, against a local system of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.local.paths import ROOT
from sandbox.local.system import Plan, System, running
from sandbox.local.vendors import vendors
from sandbox.seed import seed
from tests import curl
from tests.groups import READERS_SYSTEM
from tests.pages import DOCS, README, blocks, rows

pytestmark = READERS_SYSTEM
MARK = "# tested\n"
SECONDS_MAX = 120
PAGES_MAX = 50
WAY = DOCS / "the-way-of-a-record.md"


def marked_commands(page: Path) -> str:
    """All commands of a page that are marked, but those of make, which CI runs."""
    marked = "".join(block for block in blocks(page, "sh") if block.startswith(MARK))
    return "".join(line for line in marked.splitlines(keepends=True) if not line.startswith("make "))


def shell(commands: str, folder: Path) -> str:
    """What the commands print; fails with the first of them that does."""
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    answer = subprocess.run(
        ["/bin/sh", "-eu", "-c", commands],
        cwd=folder,
        env={"PATH": path, "PYTHONUTF8": "1", curl.CALLED: str(folder / "called")},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    assert answer.returncode == 0, f"{answer.stderr}\n{answer.stdout[-2000:]}"
    return answer.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a reader stands: a folder with `python3` and `curl` on the path."""
    stands_in = tmp_path_factory.mktemp("reader")
    python = f'"{sys.executable}"'
    (stands_in / "bin").mkdir()
    for name, command in {"python3": python, "curl": f'{python} "{ROOT / "tests" / "curl.py"}"'}.items():
        script = stands_in / "bin" / name
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        script.chmod(0o755)
    return stands_in


@pytest.fixture(scope="module")
def up(folder: Path) -> Iterator[System]:
    """A `make up` whose endpoints lie where the reader finds them."""
    endpoints = folder / ".local" / "endpoints.json"
    with running(Plan(home=folder / "up", vendors=vendors(), seed=seed, endpoints_file=endpoints)) as system:
        yield system


@pytest.fixture(scope="module")
def readme_said(up: System, folder: Path) -> str:
    """What the README's calls print."""
    assert up.endpoints.api.base_url
    return shell(marked_commands(README), folder)


def test_the_calls_of_the_readme_work_as_they_stand(readme_said: str) -> None:
    assert (
        '"state":"done"' in readme_said or '"state":"questioned"' in readme_said
    )  # some weeks after the data's last day
    assert '"agrees":true' in readme_said


def test_the_calls_of_the_api_page_work_as_they_stand_and_leave_no_route_out(up: System, folder: Path) -> None:
    said = shell(marked_commands(DOCS / "api.md"), folder)
    assert '"refused":[]' in said
    assert '"lines_omitted":0' in said
    called = (folder / "called").read_text(encoding="utf-8").splitlines()
    described = json.loads(shell(f'curl -s "{up.endpoints.api.base_url}/openapi.json"', folder))
    for path, methods in described["paths"].items():
        route = re.sub(r"\{\w+\}", "[^/]+", path)
        for method in methods:
            assert any(re.fullmatch(f"{method.upper()} .*/_user_request_{route}", call) for call in called), path


@pytest.mark.usefixtures("readme_said")
def test_the_record_that_is_followed_goes_the_way_that_the_page_tells(up: System, folder: Path) -> None:
    told = [*rows(WAY, "What the record holds now", "Value"), *rows(WAY, "What the ERP has", "Value")]
    decided = rows(WAY, "What was decided", "Value", "By")
    values = {value for row in (*told, *decided) for value in in_code(row["Value"])}
    rules = {rule for row in decided for rule in in_code(row["By"])}
    assert values
    assert rules
    (content_hash,) = (row["Value"] for row in told if row.get("What the record holds now") == "its content hash")
    story = story_of(content_hash.strip("`"), up, folder)
    assert not {value for value in values | rules if f'"{value}"' not in story}


def in_code(cell: str) -> list[str]:
    """What stands between backquotes."""
    return cell.split("`")[1::2]


def story_of(content_hash: str, up: System, folder: Path) -> str:
    """What the API tells of the record with that hash."""
    here = f"{up.endpoints.api.base_url}/api/integrations/{up.endpoints.integration_id}"
    get = f'curl -s -H "Authorization: Bearer {up.endpoints.api.token}"'
    cursor = ""
    for _ in range(PAGES_MAX):
        page: dict[str, Any] = json.loads(shell(f'{get} "{here}/records?period=2026-10&limit=500{cursor}"', folder))
        found = [record["external_id"] for record in page["records"] if record["hash"] == content_hash]
        if found:
            return shell(f'{get} "{here}/records/hours/{found[0]}"', folder)
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    raise AssertionError(f"no record has the hash {content_hash}")


def test_the_tests_own_curl_refuses_what_it_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["curl", "--unknown", "http://127.0.0.1/"])
    with pytest.raises(SystemExit):
        curl.main()
