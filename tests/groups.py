"""Tests that stay in one process, since what they need takes seconds to start and is started once."""

from __future__ import annotations

import pytest

LOCAL_SYSTEM = pytest.mark.xdist_group("the local system")
LOCAL_AWS = pytest.mark.xdist_group("the local AWS")
READERS_SYSTEM = pytest.mark.xdist_group("a reader's system")

BY_FIXTURE = {"local_system": LOCAL_SYSTEM, "cloud": LOCAL_AWS}
"""The group of whatever asks for the fixture; what asks for it only by `getfixturevalue` marks its parameter."""
