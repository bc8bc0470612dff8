"""The local AWS starts, deploys what the template declares, and leaves nothing behind."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.local import deploy, down, packages
from sandbox.local.paths import LocalRunError
from sandbox.local.pids import Process, Record, this_process
from sandbox.local.server import LOOPBACK, LocalAws, environment, is_taken

ENDED = Process(pid=2**22 + 1, began="never", leads_group=False)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture
def sleeper() -> Iterator[Process]:
    """A process that does nothing for a minute."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True) as child:
        yield Process.of(child.pid, leads_group=True)
        child.kill()


def test_the_state_of_the_template_is_deployed_once_and_then_unchanged(local: LocalAws) -> None:
    first = deploy.deploy_state(local.aws)
    again = deploy.deploy_state(local.aws)
    assert first.changed
    assert not again.changed
    assert again.outputs == first.outputs
    table = local.aws.dynamodb.describe_table(TableName=first.outputs["TableName"])["Table"]
    assert [index["IndexName"] for index in table["LocalSecondaryIndexes"]] == ["by_index"]
    assert first.outputs["FetchQueueUrl"].endswith("-fetch.fifo")


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LocalRunError) as raised:
            LocalAws(tmp_path, port)
    assert str(raised.value).startswith(f"port {port} for the local AWS is taken: stop the program")
    assert "\n" not in str(raised.value)


def test_after_stop_the_port_is_free_and_the_process_gone(tmp_path: Path) -> None:
    local = LocalAws(tmp_path)
    assert local.process.is_alive()
    local.stop()
    local.stop()
    assert not local.process.is_alive()
    assert not is_taken(local.port)


def test_functions_see_nothing_of_this_repository_or_of_a_persons_aws_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "layers/handoff")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid")
    seen = environment(4566, tmp_path)
    assert not {"PYTHONPATH", "AWS_PROFILE", "HTTPS_PROXY"} & set(seen)
    assert seen["AUTH"] == "true"
    assert seen["BIND_HOST"] == LOOPBACK
    assert seen["HOME"] == str(tmp_path)


def test_the_same_files_give_the_same_package(tmp_path: Path) -> None:
    package = tmp_path / "handoff"
    (package / "__pycache__").mkdir(parents=True)
    (package / "money.py").write_text("ORE = 100\n")
    first = packages.source_layer(tmp_path)
    (package / "__pycache__" / "money.cpython-313.pyc").write_bytes(b"compiled")
    os.utime(package / "money.py", (0, 0))
    assert packages.source_layer(tmp_path) == first
    (package / "money.py").write_text("ORE = 1000\n")
    assert packages.source_layer(tmp_path) != first


def test_down_ends_what_a_dead_run_left_behind(tmp_path: Path, sleeper: Process) -> None:
    record = Record(sleeper, owner=ENDED).write(tmp_path / "aws.json")
    assert down.end_all(tmp_path, tmp_path / "up") == [sleeper.pid]
    assert not sleeper.is_alive()
    assert not record.exists()


def test_down_leaves_a_run_that_is_under_way(tmp_path: Path, sleeper: Process) -> None:
    record = Record(sleeper, owner=this_process()).write(tmp_path / "aws.json")
    assert down.end_all(tmp_path, tmp_path / "up") == []
    assert sleeper.is_alive()
    assert record.exists()


def test_down_never_ends_another_program_with_the_same_number(tmp_path: Path, sleeper: Process) -> None:
    reused = Process(sleeper.pid, began="some other time", leads_group=True)
    Record(reused, owner=ENDED).write(tmp_path / "aws.json")
    assert down.end_all(tmp_path, tmp_path / "up") == []
    assert sleeper.is_alive()
    assert list(tmp_path.iterdir()) == []


def test_down_ends_a_running_up(tmp_path: Path, sleeper: Process) -> None:
    up = Record(sleeper, owner=sleeper).write(tmp_path / "up")
    assert down.end_all(tmp_path / "pids", up) == [sleeper.pid]
    assert not up.exists()


def test_a_damaged_record_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "aws.json").write_text('{"process": {"pid": 1}}')
    assert down.end_all(tmp_path, tmp_path / "up") == []
    assert list(tmp_path.iterdir()) == []
