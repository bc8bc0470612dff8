"""Where the local run keeps its files; all of it lies under .local and may be deleted at any time."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
TEMPLATE = ROOT / "template.yaml"
LAYER_CACHE = LOCAL / "cache" / "layers"
ENDPOINTS = LOCAL / "endpoints.json"
PID_FILES = LOCAL / "pids"
MAILBOX = LOCAL / "mailbox"
UP_RECORD = LOCAL / "up.json"


class LocalRunError(Exception):
    """The local run cannot go on; the text is the one line that says what to do."""
