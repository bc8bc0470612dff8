"""The peers, each in an environment of its own: how it is started, what it brought, what it remembers."""

from __future__ import annotations

import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from benchmarks.environments import Environment
from benchmarks.process import ROOT, Measured, measure
from sandbox.harvest import CREDENTIALS

SCRIPTS = ROOT / "benchmarks" / "peer_scripts"
SINCE = "2020-01-01T00:00:00Z"


class Peer(ABC):
    """Somebody else's way to Harvest's entries."""

    title: str
    environment: Environment
    marker: bytes
    settings: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def command(self, url: str, folder: Path) -> Sequence[str]:
        """What follows the interpreter; goes on from what the last run left in the folder."""

    @abstractmethod
    def found(self, folder: Path) -> Iterator[str]:
        """The ids that the last run brought, repeated ones too."""

    def remember(self, folder: Path) -> None:  # noqa: B027 - a peer may keep its state by itself
        """Keeps what the last run said it will go on from."""

    def forget(self, folder: Path) -> None:
        """Back to the state before any run."""
        shutil.rmtree(folder, ignore_errors=True)

    def run(self, url: str, folder: Path) -> Measured:
        """One run."""
        folder.mkdir(parents=True, exist_ok=True)
        where = {"STAND_IN": url, "TOKEN": CREDENTIALS.personal_token, "ACCOUNT": str(CREDENTIALS.account_id)}
        command = [str(self.environment.python()), *self.command(url, folder)]
        return measure(command, folder=folder, marker=self.marker, settings={**where, **self.settings})


class SingerPeer(Peer):
    """A tap: records and states are JSON lines on stdout; the last state goes into the next run."""

    marker = b'"RECORD"'

    def found(self, folder: Path) -> Iterator[str]:
        """The ids in its records."""
        for line in _lines(folder / "output"):
            if b'"RECORD"' in line:
                yield str(json.loads(line)["record"]["id"])

    def remember(self, folder: Path) -> None:
        """Writes its last state down, as whoever runs a tap does."""
        states = [json.loads(line)["value"] for line in _lines(folder / "output") if b'"STATE"' in line]
        if states:
            _state_file(folder).write_text(json.dumps(states[-1]), encoding="utf-8")

    def _state(self, folder: Path) -> Sequence[str]:
        return ["--state", str(_state_file(folder))] if _state_file(folder).exists() else []


class TapHarvest(SingerPeer):
    """Singer's tap for Harvest; it signs in with a refresh token and pages by number."""

    title = "tap-harvest, to a pipe"
    environment = Environment("tap-harvest", ("tap-harvest==3.1.1",), ("tap-harvest", "singer-python"))

    def command(self, url: str, folder: Path) -> Sequence[str]:
        """Its own discovery, with the entries selected, then its own sync."""
        config, catalog = folder / "config.json", folder / "catalog.json"
        script = [str(SCRIPTS / "tap_harvest_there.py"), "--config", str(config)]
        if not catalog.exists():
            config.write_text(json.dumps(_CONFIG), encoding="utf-8")
            self._discover(url, folder, [*script, "--discover"])
        return [*script, "--catalog", str(catalog), *self._state(folder)]

    def _discover(self, url: str, folder: Path, script: Sequence[str]) -> None:
        command = [str(self.environment.python()), *script]
        done = measure(command, folder=folder, marker=b"{", settings={"STAND_IN": url}).succeeded()
        catalog = json.loads(done.output.read_bytes())
        for stream in catalog["streams"]:
            for part in stream["metadata"]:
                if not part["breadcrumb"]:
                    part["metadata"]["selected"] = stream["stream"] == "time_entries"
        (folder / "catalog.json").write_text(json.dumps(catalog), encoding="utf-8")


class SingerSdk(SingerPeer):
    """A tap written by hand on Meltano's SDK; it follows the next link."""

    title = "singer-sdk tap, to a pipe"
    environment = Environment("singer-sdk", ("singer-sdk==0.54.9",), ("singer-sdk",))

    def command(self, url: str, folder: Path) -> Sequence[str]:
        """Its sync."""
        return [str(SCRIPTS / "singer_sdk_tap.py"), *self._state(folder)]


class DltRestApi(Peer):
    """dlt's declarative REST source; it follows the next link and keeps its state in a folder."""

    title = "dlt rest_api, to JSONL files"
    environment = Environment("dlt", ("dlt==1.31.0",), ("dlt",))
    marker = b"FIRST"
    settings: ClassVar[Mapping[str, str]] = {
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true",
    }

    def command(self, url: str, folder: Path) -> Sequence[str]:
        """Its pipeline."""
        return [str(SCRIPTS / "dlt_rest_api.py"), str(folder)]

    def found(self, folder: Path) -> Iterator[str]:
        """The ids in all files it has loaded so far."""
        for file in sorted((folder / "out").glob("harvest/time_entries/*.jsonl")):
            for line in _lines(file):
                yield str(json.loads(line)["id"])


PEERS: Sequence[Peer] = (TapHarvest(), SingerSdk(), DltRestApi())

_CONFIG = {
    "client_id": CREDENTIALS.client_id,
    "client_secret": CREDENTIALS.client_secret,
    "refresh_token": CREDENTIALS.refresh_token,
    "start_date": SINCE,
    "user_agent": "tap-harvest (support@handoff.example)",
}


def _state_file(folder: Path) -> Path:
    return folder / "state.json"


def _lines(file: Path) -> Iterator[bytes]:
    if file.exists():
        with file.open("rb") as lines:
            yield from lines
