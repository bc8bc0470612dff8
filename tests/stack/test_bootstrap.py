"""The set-up picks a Python that really runs, and says in one line what a person must put right."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sandbox import bootstrap
from sandbox.bootstrap import Interpreter, SetupError, choose, explain


def a_python(version: str, *, has_ensurepip: bool = True) -> Interpreter:
    major, minor, patch = (int(part) for part in version.split("."))
    return Interpreter(f"/opt/python-{version}", (major, minor, patch), has_ensurepip)


def an_executable(file: Path, text: str) -> str:
    file.write_text(text)
    file.chmod(0o755)
    return str(file)


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        (["3.11.7", "3.13.0", "3.12.1"], "3.13.0"),
        (["3.14.2", "3.13.0"], "3.13.0"),
        (["3.11.7", "3.12.1"], "3.12.1"),
        (["3.11.9", "3.11.10", "3.10.13"], "3.11.10"),
        (["3.12.1", "3.14.0", "3.9.18"], "3.14.0"),
    ],
)
def test_python_3_13_comes_first_and_else_the_newest(found: list[str], chosen: str) -> None:
    assert choose(a_python(version) for version in found) == a_python(chosen)


def test_a_python_that_cannot_make_environments_is_passed_over() -> None:
    crippled = a_python("3.13.0", has_ensurepip=False)
    assert choose([crippled, a_python("3.12.1")]) == a_python("3.12.1")


def test_without_ensurepip_the_package_to_install_is_named() -> None:
    with pytest.raises(SetupError) as raised:
        choose([a_python("3.11.2", has_ensurepip=False), a_python("3.9.2")])
    assert "apt install python3.11-venv" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("found", "says"),
    [(["3.9.18", "3.10.13"], "the newest found is 3.10.13"), ([], "no Python that runs was found")],
)
def test_too_old_a_python_is_told_what_to_install(found: list[str], says: str) -> None:
    with pytest.raises(SetupError) as raised:
        choose(a_python(version) for version in found)
    assert says in str(raised.value)
    assert "install Python 3.13" in str(raised.value)


def test_this_very_interpreter_is_read_by_running_it() -> None:
    found = bootstrap.probe(sys.executable)
    assert found is not None
    assert found.version == sys.version_info[:3]


@pytest.mark.parametrize(
    "script",
    [
        "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n",
        "#!/bin/sh\necho not a version\n",
        "#!/no/such/interpreter\n",
    ],
)
def test_a_shim_that_cannot_run_is_no_python(tmp_path: Path, script: str) -> None:
    assert bootstrap.probe(an_executable(tmp_path / "python3.13", script)) is None


def test_candidates_that_do_not_run_are_skipped(tmp_path: Path) -> None:
    shim = an_executable(tmp_path / "python3.13", "#!/bin/sh\nexit 127\n")
    missing = str(tmp_path / "python3.12")
    (found,) = bootstrap.interpreters([shim, missing, sys.executable])
    assert found.version == sys.version_info[:3]


def test_versions_of_pyenv_and_uv_are_looked_at(tmp_path: Path) -> None:
    places = [tmp_path / "pyenv/versions/3.13.1/bin/python3", tmp_path / "uv/cpython-3.13.2/bin/python3"]
    for place in places:
        place.parent.mkdir(parents=True)
        place.touch()
    environment = {
        "PATH": "/usr/bin",
        "PYENV_ROOT": str(tmp_path / "pyenv"),
        "UV_PYTHON_INSTALL_DIR": str(tmp_path / "uv"),
    }
    candidates = list(bootstrap.candidates(environment))
    assert candidates[0] == "/usr/bin/python3.13"
    assert {str(place) for place in places} <= set(candidates)


@pytest.mark.parametrize(
    ("pip_said", "cure"),
    [
        (
            "WARNING: Retrying: NewConnectionError: Failed to establish a new connection\n"
            "ERROR: No matching distribution found for anyio==4.16.0\n",
            "check the network",
        ),
        ("socket.gaierror: [Errno -3] Temporary failure in name resolution", "check the network"),
        ("ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed'))", "proxy settings"),
        ("SSLError(SSLCertVerificationError(1, 'certificate verify failed'))", "PIP_CERT"),
        ("error: command 'gcc' failed: No such file or directory", "apt install build-essential"),
        ("error: command '/usr/bin/x86_64-linux-gnu-gcc' failed with exit code 1", "install Python 3.13"),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "free about 500 MB",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "differs from the lock"),
        ("ERROR: No matching distribution found for ministack==1.5.33", "does not have ministack"),
        ("noise\nERROR: something new\nmore noise", "something new"),
        ("", "could not be made"),
    ],
)
def test_a_failed_install_is_explained_in_one_line(pip_said: str, cure: str) -> None:
    line = explain(pip_said)
    assert cure in line
    assert "\n" not in line


def test_another_lock_is_another_environment() -> None:
    assert bootstrap.lock_digest(b"boto3==1\n") != bootstrap.lock_digest(b"boto3==2\n")


@pytest.mark.parametrize("file", ["requirements/dev.txt", "layers/runtime/requirements.txt"])
def test_locks_pin_every_package_by_hash_and_name_no_place(file: str) -> None:
    text = (bootstrap.ROOT / file).read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert "://" not in text


def test_layers_and_the_local_run_use_the_same_versions() -> None:
    def versions(file: str) -> dict[str, str]:
        text = (bootstrap.ROOT / file).read_text(encoding="utf-8")
        pins = (line.split()[0].partition("==") for line in text.splitlines() if "==" in line and line[0] != " ")
        return {name: version for name, _, version in pins if not name.startswith("#")}

    everything = versions("requirements/dev.txt")
    assert versions("layers/runtime/requirements.txt").items() <= everything.items()
