"""The sample events: each is a request that the API knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from tests.builders import a_record
from tests.contract.api.api_world import TOKEN, World

EVENTS = Path(__file__).parents[3] / "events" / "console"
STATUSES = {
    "approve": 409,  # the sample's hash is nobody's
    "body_is_no_json": 400,
    "health": 200,
    "integrations": 200,
    "invitation": 201,
    "no_token": 401,
    "openapi": 200,
    "postings": 200,
    "problem_retry": 404,  # the sample's problem is nobody's
    "problems": 200,
    "reconciliation": 200,
    "reconciliation_csv": 200,
    "reconciliation_kept": 404,  # no night was there yet
    "reconciliation_kept_csv": 404,
    "reconciliations": 200,
    "record_story": 200,
    "records_held": 200,
    "run_preview": 200,
    "run_start": 202,
    "run_watch": 404,  # the sample's run is nobody's
    "settings_read": 200,
    "settings_replace": 200,
}


def test_every_sample_has_its_status_here() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == set(STATUSES)


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_a_sample_event_is_answered(name: str, status: int) -> None:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text("utf-8"))
    if "Authorization" in event["headers"]:
        event["headers"]["Authorization"] = f"Bearer {TOKEN}"
    world = World()
    world.stage(a_record())
    assert world.api.resolve(event, cast(LambdaContext, None))["statusCode"] == status
