"""The same tests over the real stores and the fakes, each test with tenants of its own."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.contract.storage.worlds import DynamoWorld, MemoryWorld, World


@pytest.fixture
def tenant_id() -> str:
    return f"t{uuid4().hex[:12]}"


@pytest.fixture(params=["memory", "dynamo"])
def world(request: pytest.FixtureRequest, tenant_id: str) -> World:
    if request.param == "memory":
        return MemoryWorld(tenant_id)
    return DynamoWorld(tenant_id, request.getfixturevalue("cloud"))


@pytest.fixture
def dynamo(request: pytest.FixtureRequest, tenant_id: str) -> DynamoWorld:
    return DynamoWorld(tenant_id, request.getfixturevalue("cloud"))
