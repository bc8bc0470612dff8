"""Tests that share what takes seconds to start stay in one process."""

from __future__ import annotations

import pytest

from tests.groups import LOCAL_AWS


@LOCAL_AWS
def test_whoever_hands_out_tests_is_told_their_group(request: pytest.FixtureRequest) -> None:
    in_groups = request.config.getoption("loadgroup", default=False)

    # pytest-xdist puts the group into the test's id; a pytest it does not know keeps the id, and no group holds.
    assert request.node.nodeid.endswith("@the local AWS") is in_groups
