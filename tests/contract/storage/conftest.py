"""The same tests over the real stores and the fakes, each test with tenants of its own."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.contract.conftest import Cloud
from tests.contract.storage.worlds import DynamoWorld, MemoryWorld, World
from tests.groups import LOCAL_AWS


@pytest.fixture
def tenant_id() -> str:
    return f"t{uuid4().hex[:12]}"


@pytest.fixture(params=["memory", pytest.param("dynamo", marks=LOCAL_AWS)])
def world(request: pytest.FixtureRequest, tenant_id: str) -> World:
    if request.param == "memory":
        return MemoryWorld(tenant_id)
    return DynamoWorld(tenant_id, request.getfixturevalue("cloud"))


@pytest.fixture
def dynamo(cloud: Cloud, tenant_id: str) -> DynamoWorld:
    return DynamoWorld(tenant_id, cloud)
