"""Grants are readable by their own tenant's store and by nobody else, and stand nowhere in the clear."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from handoff.domain.errors import ReconnectNeeded, Stale
from handoff.domain.grants import Grant, Secret, StoredGrant
from handoff.storage import tables
from handoff.storage.dynamo import text
from handoff.storage.envelope import KEY_SECONDS_MAX, KEY_USES_MAX, KEYS_MAX, Envelope, Sealed
from handoff.storage.grants import DynamoGrantStore
from tests.builders import NOW
from tests.contract.conftest import Cloud
from tests.contract.storage.worlds import VISMA_NET, DynamoWorld, at_once

CANARIES = ("canary-client-secret", "canary-refresh-token", "canary-access-token")
GRANT = Grant(
    vendor="visma_net",
    account="acme-tenant",
    client_id="isv_handoff",
    client_secret=Secret(CANARIES[0]),
    refresh_token=Secret(CANARIES[1]),
    access_token=Secret(CANARIES[2]),
    expires_at=NOW + timedelta(hours=1),
)
CONTEXT = {"tenant_id": "t1", "connection_id": "c1", "purpose": "test"}


class CountingKms:
    """The local KMS, and how often it was asked."""

    def __init__(self, cloud: Cloud) -> None:
        self.calls: list[str] = []
        self.time = 0.0
        client = cloud.aws.session.client("kms", endpoint_url=cloud.aws.endpoint)
        client.meta.events.register("before-call.kms", self._note)
        self.envelope = Envelope(client, cloud.key_id, lambda: self.time)

    def _note(self, model: object, **_: object) -> None:
        self.calls.append(getattr(model, "name", ""))


@pytest.fixture
def kms(cloud: Cloud) -> CountingKms:
    return CountingKms(cloud)


def store_of(world: DynamoWorld, tenant_id: str | None = None, connection_id: str = "visma-net-1") -> DynamoGrantStore:
    return DynamoGrantStore(world.cloud.grants_table, tenant_id or world.tenant_id, connection_id, world.envelope)


def test_a_grant_comes_back_as_it_was(dynamo: DynamoWorld) -> None:
    assert store_of(dynamo).save(GRANT, 0) == 1
    assert store_of(dynamo).load() == StoredGrant(GRANT, 1)
    newer = replace(GRANT, access_token=Secret("newer"), expires_at=None)
    assert store_of(dynamo).save(newer, 1) == 2
    assert store_of(dynamo).load() == StoredGrant(newer, 2)


def test_a_connection_without_a_grant_must_be_connected(dynamo: DynamoWorld) -> None:
    with pytest.raises(ReconnectNeeded):
        store_of(dynamo).load()


def test_of_sixteen_who_renew_one_grant_one_wins(dynamo: DynamoWorld) -> None:
    store = store_of(dynamo)
    store.save(GRANT, 0)

    def saved(place: int) -> bool:
        try:
            store.save(replace(GRANT, access_token=Secret(f"token {place}")), 1)
        except Stale:
            return False
        return True

    winners = at_once(saved)
    assert sum(winners) == 1
    assert store.load().grant.access_token == Secret(f"token {winners.index(True)}")


def test_another_tenant_has_no_grant(dynamo: DynamoWorld) -> None:
    store_of(dynamo).save(GRANT, 0)
    with pytest.raises(ReconnectNeeded):
        store_of(dynamo, tenant_id="another-tenant").load()


def test_a_grant_copied_to_another_tenant_is_refused_by_kms(dynamo: DynamoWorld) -> None:
    store_of(dynamo).save(GRANT, 0)
    table = dynamo.cloud.grants_table
    item = table.get(tables.grant_pk(dynamo.tenant_id, "visma-net-1"), tables.GRANT_SK)
    assert item is not None
    table.put({**item, "pk": text(tables.grant_pk("thief", "visma-net-1"))})
    table.put({**item, "pk": text(tables.grant_pk(dynamo.tenant_id, "another-connection"))})
    for thief in (store_of(dynamo, tenant_id="thief"), store_of(dynamo, connection_id="another-connection")):
        with pytest.raises(ClientError, match="InvalidCiphertextException"):
            thief.load()


def test_a_grant_that_was_tampered_with_is_refused(dynamo: DynamoWorld) -> None:
    store_of(dynamo).save(GRANT, 0)
    table = dynamo.cloud.grants_table
    item = table.get(tables.grant_pk(dynamo.tenant_id, "visma-net-1"), tables.GRANT_SK)
    assert item is not None
    box = item["b"]["B"]
    table.put({**item, "b": {"B": box[:-1] + bytes([box[-1] ^ 1])}})
    with pytest.raises(ReconnectNeeded, match="tampered"):
        store_of(dynamo).load()


def test_no_secret_stands_in_an_item_or_in_anything_printed(dynamo: DynamoWorld) -> None:
    store_of(dynamo).save(GRANT, 0)
    dynamo.onboarding().connect(VISMA_NET, GRANT)  # writes to both tables
    printed = [repr(dynamo.envelope), repr(store_of(dynamo)), repr(store_of(dynamo).load())]
    for table in (dynamo.cloud.grants_table, dynamo.table):
        pages = table.client.get_paginator("scan").paginate(TableName=table.name)
        printed += [repr(item) for page in pages for item in page["Items"]]
    assert any("acme-tenant" in line for line in printed)
    for canary in CANARIES:
        assert not [line for line in printed if canary in line]


def test_no_secret_stands_in_an_error(dynamo: DynamoWorld) -> None:
    store = store_of(dynamo)
    store.save(GRANT, 0)
    with pytest.raises(Stale) as lost:
        store.save(GRANT, 0)
    told = f"{lost.value!r} {lost.value.__cause__!r} {lost.value.__dict__}"
    assert not [canary for canary in CANARIES if canary in told]


def test_one_data_key_serves_many_secrets_of_one_connection(kms: CountingKms) -> None:
    sealed = [kms.envelope.seal(b"secret", CONTEXT) for _ in range(5)]
    assert len({one.box for one in sealed}) == 5
    assert [kms.envelope.open(one, CONTEXT) for one in sealed] == [b"secret"] * 5
    assert kms.calls == ["GenerateDataKey", "Decrypt"]


def test_each_connection_has_a_data_key_of_its_own(kms: CountingKms) -> None:
    one = kms.envelope.seal(b"secret", CONTEXT)
    other = kms.envelope.seal(b"secret", {**CONTEXT, "connection_id": "c2"})
    assert one.wrapped_key != other.wrapped_key


def test_a_cached_data_key_does_not_open_for_another_tenant(kms: CountingKms) -> None:
    sealed = kms.envelope.seal(b"secret", CONTEXT)
    assert kms.envelope.open(sealed, CONTEXT) == b"secret"
    with pytest.raises(ClientError, match="InvalidCiphertextException"):
        kms.envelope.open(sealed, {**CONTEXT, "tenant_id": "t2"})


def test_a_data_key_is_used_for_a_bounded_time(kms: CountingKms) -> None:
    sealed = kms.envelope.seal(b"secret", CONTEXT)
    kms.envelope.open(sealed, CONTEXT)
    kms.time = KEY_SECONDS_MAX
    assert kms.envelope.seal(b"secret", CONTEXT).wrapped_key != sealed.wrapped_key
    assert kms.envelope.open(sealed, CONTEXT) == b"secret"
    assert kms.calls == ["GenerateDataKey", "Decrypt"] * 2


def test_a_data_key_is_used_a_bounded_number_of_times(kms: CountingKms) -> None:
    keys = {kms.envelope.seal(b"secret", CONTEXT).wrapped_key for _ in range(KEY_USES_MAX)}
    assert len(keys) == 1
    assert kms.envelope.seal(b"secret", CONTEXT).wrapped_key not in keys


def test_a_bounded_number_of_data_keys_is_kept(kms: CountingKms) -> None:
    for n in range(KEYS_MAX + 1):
        kms.envelope.seal(b"secret", {**CONTEXT, "tenant_id": f"t{n}"})
    calls = len(kms.calls)
    kms.envelope.seal(b"secret", {**CONTEXT, "tenant_id": f"t{KEYS_MAX}"})
    assert len(kms.calls) == calls
    kms.envelope.seal(b"secret", {**CONTEXT, "tenant_id": "t0"})
    assert len(kms.calls) == calls + 1


def test_contexts_that_read_alike_are_not_alike(kms: CountingKms) -> None:
    sealed = kms.envelope.seal(b"secret", {"a": "bc", "d": "e"})
    with pytest.raises(ClientError):
        kms.envelope.open(Sealed(sealed.wrapped_key, sealed.box), {"a": "b", "cd": "e"})
