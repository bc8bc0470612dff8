"""One local AWS for all contract tests that need one, with the tables, key and queues of template.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from handoff.storage.dynamo import Table
from sandbox.local.aws import Aws
from sandbox.local.deploy import deploy_state
from sandbox.local.server import LocalAws


@dataclass(frozen=True)
class Cloud:
    """What the template's stateful resources are called in the local AWS."""

    aws: Aws
    table: Table
    grants_table: Table
    key_id: str
    queue_url: str


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with LocalAws(tmp_path_factory.mktemp("aws")) as local:
        names = deploy_state(local.aws).outputs
        yield Cloud(
            aws=local.aws,
            table=Table(local.aws.dynamodb, names["TableName"]),
            grants_table=Table(local.aws.dynamodb, names["GrantsTableName"]),
            key_id=names["GrantsKeyId"],
            queue_url=names["FetchQueueUrl"],
        )
