"""Secrets show nothing of themselves, and a grant goes through its bytes unharmed."""

from __future__ import annotations

import copy
import json
import logging
import pickle

import pytest

from handoff.domain.grants import NO_SECRET, Grant, Secret, grant_bytes, grant_from
from tests.unit.connectors.vendor_fakes import NOW

CANARY = "canary-77"
GRANT = Grant("harvest", "4711", "client", Secret(CANARY), Secret(CANARY), Secret(CANARY), NOW)


def test_a_secret_shows_nothing_however_it_is_printed(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(CANARY)
    with caplog.at_level(logging.INFO):
        logging.getLogger().info("%s %r %s", secret, secret, GRANT)
    shown = f"{secret} {secret!r} {secret!s} {[secret]} {GRANT} {GRANT!r} {caplog.text}"
    assert CANARY not in shown
    assert CANARY not in json.dumps({"grant": GRANT}, default=repr)
    assert not hasattr(secret, "__dict__")


def test_a_secret_can_not_be_pickled_by_mistake() -> None:
    with pytest.raises(TypeError, match="pickled") as caught:
        pickle.dumps(GRANT)
    assert CANARY not in str(caught.value)
    with pytest.raises(TypeError):
        copy.copy(Secret(CANARY))


def test_secrets_are_equal_by_their_text_and_only_to_secrets() -> None:
    assert Secret("æ") == Secret("æ")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not NO_SECRET
    assert Secret("a").reveal() == "a"


@pytest.mark.parametrize("grant", [GRANT, Grant("visma_net", "t", "isv_x", Secret("æøå"))])
def test_a_grant_comes_back_from_its_bytes(grant: Grant) -> None:
    assert grant_from(grant_bytes(grant)) == grant
